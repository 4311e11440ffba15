//! What the fake gateway does that the port's suite does not look at.

use std::sync::Arc;

use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{Held, Reverse, Standing};

use super::*;
use crate::conformance::gateway::{ask, held};
use crate::{ManualClock, samples};

/// A call that hangs is done all the same, and a fault meant for one kind of call
/// passes the others by.
#[tokio::test]
async fn a_hanging_call_is_done() {
    let clock = Arc::new(ManualClock::at(samples::NOW));
    let gateway = Arc::new(FakeGateway::new(clock));
    gateway.fault_at(Call::Inquire, Fault::LostReply);
    gateway.hang_at(Call::Approve);
    let ask = ask(1);
    let held = held(&ask, gateway.offer(&ask).await.unwrap());
    let token = gateway.guest_pays(&held.offer);
    let approving = tokio::spawn({
        let (gateway, held) = (Arc::clone(&gateway), held.clone());
        async move { gateway.approve(&held, &token).await }
    });
    gateway.until_called(Call::Approve, 1).await;
    let standing = gateway.inquire(&held).await;
    assert!(matches!(standing, Standing::NoAnswer { .. }));
    assert_eq!(gateway.approved().len(), 1);
    assert!(!approving.is_finished());
    approving.abort();
}

/// Money that lands late does so at its time and once: asked before, it is open; after,
/// paid; and a VAN's comes even after a net-cancel that found nothing, and the second
/// net-cancel sends it back.
#[tokio::test]
async fn late_money_lands_at_its_time() {
    let clock = Arc::new(ManualClock::at(samples::NOW));
    let page = FakeGateway::toss(clock.clone());
    let wish = ask(1);
    let seen = held(&wish, page.offer(&wish).await.unwrap());
    let token = page.guest_pays(&seen.offer);
    page.fault_at(Call::Approve, Fault::LateApproval(20));
    assert!(matches!(
        page.approve(&seen, &token).await,
        Approve::Unknown { .. }
    ));
    assert!(matches!(page.inquire(&seen).await, Standing::Open { .. }));
    let van = FakeGateway::van(clock.clone());
    let shown = held(&wish, van.offer(&wish).await.unwrap());
    let code = van.guest_pays(&shown.offer);
    van.fault_at(Call::Approve, Fault::LateApproval(20));
    van.approve(&shown, &code).await;
    assert_eq!(van.reverse(&shown, Some(&code)).await, Reverse::Done);
    assert_eq!(van.ledger(shown.attempt), Ledger::default());
    clock.advance(std::time::Duration::from_secs(20));
    assert!(matches!(page.inquire(&seen).await, Standing::Paid(_)));
    assert_eq!(page.ledger(seen.attempt).approvals, 1);
    assert_eq!(van.ledger(shown.attempt).taken, wish.amount);
    assert_eq!(van.reverse(&shown, Some(&code)).await, Reverse::Done);
    assert_eq!(van.ledger(shown.attempt).sent_back, wish.amount);
}

/// A wrong amount is said to be one, on the answer and when asked; a net-cancel with
/// other data than the approval's undoes nothing; a code that we show can be paid with
/// any amount. Each against the ledger.
#[tokio::test]
async fn what_does_not_fit_is_said() {
    let clock = Arc::new(ManualClock::at(samples::NOW));
    let wish = ask(1);
    let page = FakeGateway::kakaopay(clock.clone());
    let seen = held(&wish, page.offer(&wish).await.unwrap());
    let token = page.guest_pays(&seen.offer);
    page.fault_at(Call::Approve, Fault::WrongAmount);
    let answer = page.approve(&seen, &token).await;
    assert!(matches!(answer, Approve::Mismatched { .. }), "{answer:?}");
    let standing = page.inquire(&seen).await;
    assert!(matches!(standing, Standing::Mismatched { .. }));
    assert_ne!(page.ledger(seen.attempt).taken, wish.amount);

    let van = FakeGateway::van(clock.clone());
    let shown = held(&wish, van.offer(&wish).await.unwrap());
    let code = van.guest_pays(&shown.offer);
    assert!(matches!(
        van.approve(&shown, &code).await,
        Approve::Approved(_)
    ));
    let late = Held {
        sent_at: shown.sent_at.map(|at| at.plus_seconds(1)),
        ..shown.clone()
    };
    let answer = van.reverse(&late, Some(&code)).await;
    assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    assert_eq!(van.ledger(shown.attempt).sent_back, Won::ZERO);

    let mpm = FakeGateway::mpm(clock.clone(), true);
    let code = held(&wish, mpm.offer(&wish).await.unwrap());
    mpm.guest_pays_later(&code.offer, Won(1), 0);
    let standing = mpm.inquire(&code).await;
    assert!(matches!(standing, Standing::Mismatched { .. }));
    assert_eq!(mpm.ledger(code.attempt).taken, Won(1));
}
