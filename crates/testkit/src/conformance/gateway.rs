//! The contract of a payment gateway, clause by clause.
//!
//! Use in an adapter's crate: `soban_testkit::gateway_conformance!(MyRig::new().await);`
//! with `tokio` among its dependencies. The rig stands between the adapter and an
//! outside world that can fail; give the adapter short time-outs there.

use std::sync::Arc;

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::money::Won;
use soban_domain::payment::{Cause, Offer};
use soban_domain::pricing::Priced;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{Approve, Ask, Held, ReturnToken, Reverse, Standing};

pub use crate::gateway::{Fault, Ledger};
use crate::samples;

/// A gateway to be tested, its guest, its faults and its own ledger.
#[async_trait]
pub trait GatewayRig: Send {
    /// The adapter.
    fn gateway(&self) -> Arc<dyn Gateway>;

    /// The guest opens the page and authenticates: the token that comes home.
    async fn guest_pays(&mut self, offer: &Offer) -> ReturnToken;

    /// The guest leaves the page for good.
    async fn guest_quits(&mut self, offer: &Offer);

    /// What the gateway itself has on record for an attempt.
    async fn ledger(&mut self, attempt: AttemptId) -> Ledger;

    /// Spoils the next call, whichever it is.
    async fn fault(&mut self, fault: Fault);

    /// From now on nobody listens at the gateway's address.
    async fn go_away(&mut self);
}

/// Runs each clause of the gateway's contract as a test, on a rig of its own.
#[macro_export]
macro_rules! gateway_conformance {
    ($rig:expr) => {
        $crate::gateway_conformance! { @each $rig;
            an_offer_moves_no_money
            an_approval_takes_exactly_the_amount
            a_second_approval_takes_nothing_more
            an_approval_before_the_guest_is_not_yet
            a_wrong_token_takes_nothing_and_ends_nothing
            a_refusal_is_unknown_until_asked
            an_inquiry_tells_how_it_stands
            a_guest_who_quit_has_not_paid
            what_does_not_fit_is_never_paid
            a_reversal_sends_all_back_once
            a_lost_approval_is_unknown_and_paid
            an_unreadable_approval_is_unknown_and_paid
            a_server_error_is_unknown_and_can_be_tried_again
            a_lost_reversal_is_unknown_and_done
            a_lost_inquiry_is_no_answer
            a_lost_offer_is_no_offer
            not_sent_only_when_nobody_listens
        }
    };
    (@each $rig:expr; $($clause:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $clause() {
            let mut rig = $rig;
            $crate::conformance::gateway::$clause(&mut rig).await;
        }
    )*};
}

/// A wish for the sample order's payment page.
pub fn ask(n: u64) -> Ask {
    let Priced { total, tax, .. } = samples::priced();
    Ask {
        attempt: samples::attempt_id(n),
        order: samples::order_id(n),
        amount: total,
        tax,
        title: "김치찌개 외 1건".to_owned(),
        quantity: 2,
        return_url: "http://127.0.0.1:7780/pay/return".to_owned(),
        now: samples::NOW,
        deadline: samples::NOW.plus_seconds(600),
    }
}

/// The payment as the gateway must find it.
pub fn held(ask: &Ask, offer: Offer) -> Held {
    Held {
        attempt: ask.attempt,
        order: ask.order,
        amount: ask.amount,
        tax: ask.tax,
        offer,
        sent_at: Some(samples::NOW),
        approval: None,
        refunded: Won(0),
    }
}

/// A page for the first sample order, asked for and given.
async fn offered(rig: &mut dyn GatewayRig) -> Held {
    let ask = ask(1);
    let offer = rig.gateway().offer(&ask).await;
    held(&ask, offer.expect("the gateway offers a page"))
}

/// A page whose guest is ready, and the token.
async fn authenticated(rig: &mut dyn GatewayRig) -> (Held, ReturnToken) {
    let held = offered(rig).await;
    let token = rig.guest_pays(&held.offer).await;
    (held, token)
}

/// A payment that was taken.
async fn paid(rig: &mut dyn GatewayRig) -> (Held, ReturnToken) {
    let (held, token) = authenticated(rig).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    (held, token)
}

async fn assert_taken(rig: &mut dyn GatewayRig, held: &Held, approvals: u32) {
    let wanted = Ledger {
        approvals,
        taken: if approvals == 0 {
            Won::ZERO
        } else {
            held.amount
        },
        sent_back: Won::ZERO,
    };
    assert_eq!(
        rig.ledger(held.attempt).await,
        wanted,
        "the gateway's ledger"
    );
}

async fn assert_paid(rig: &mut dyn GatewayRig, held: &Held) {
    let standing = rig.gateway().inquire(held).await;
    let fits = |standing: &Standing| match standing {
        Standing::Paid(approval) => approval.amount == held.amount && !approval.number.is_empty(),
        _ => false,
    };
    assert!(fits(&standing), "it stands as {standing:?}");
    assert_taken(rig, held, 1).await;
}

fn assert_unknown(answer: &Approve, wanted: Cause) {
    assert!(
        matches!(answer, Approve::Unknown { cause, .. } if *cause == wanted),
        "unknown by {wanted:?} is due; instead: {answer:?}"
    );
}

/// An offer names a payment and its pages, and until the approval no money moves.
pub async fn an_offer_moves_no_money(rig: &mut dyn GatewayRig) {
    let held = offered(rig).await;
    assert!(!held.offer.gateway_id.is_empty());
    for url in [&held.offer.mobile_url, &held.offer.pc_url] {
        assert!(url.starts_with("http"), "{url}");
    }
    rig.guest_pays(&held.offer).await;
    assert_taken(rig, &held, 0).await;
    let second = rig.gateway().offer(&ask(2)).await;
    let second = second.expect("the gateway offers a second page");
    assert_ne!(second.gateway_id, held.offer.gateway_id);
}

/// An approval takes the amount asked for, once, and says so with a number.
pub async fn an_approval_takes_exactly_the_amount(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    let answer = rig.gateway().approve(&held, &token).await;
    let amount = match &answer {
        Approve::Approved(approval) => Some(approval.amount),
        _ => None,
    };
    assert_eq!(amount, Some(held.amount), "{answer:?}");
    assert_paid(rig, &held).await;
}

/// A repeated approval takes nothing more, is never called a refusal that ends the
/// attempt, and the inquiry still says paid.
pub async fn a_second_approval_takes_nothing_more(rig: &mut dyn GatewayRig) {
    let (held, token) = paid(rig).await;
    let again = rig.gateway().approve(&held, &token).await;
    assert!(
        matches!(again, Approve::Approved(_) | Approve::Unknown { .. }),
        "{again:?}"
    );
    assert_paid(rig, &held).await;
}

/// Before the guest authenticated, an approval is unknown because it is not yet, and
/// the guest can still finish.
pub async fn an_approval_before_the_guest_is_not_yet(rig: &mut dyn GatewayRig) {
    let held = offered(rig).await;
    let early = ReturnToken::new("0123456789abcdef0123").expect("a token fits");
    let answer = rig.gateway().approve(&held, &early).await;
    assert_unknown(&answer, Cause::NotYet);
    assert_taken(rig, &held, 0).await;
    let token = rig.guest_pays(&held.offer).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    assert_paid(rig, &held).await;
}

/// A forged return takes no money and does not kill the attempt; the token is in no
/// evidence.
pub async fn a_wrong_token_takes_nothing_and_ends_nothing(rig: &mut dyn GatewayRig) {
    const FORGED: &str = "f0f0f0f0f0f0f0f0f0f0";
    let (held, token) = authenticated(rig).await;
    let forged = ReturnToken::new(FORGED).expect("a token fits");
    let answer = rig.gateway().approve(&held, &forged).await;
    assert!(matches!(answer, Approve::Unknown { .. }), "{answer:?}");
    assert!(!format!("{answer:?}").contains(FORGED));
    assert_taken(rig, &held, 0).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    assert!(!format!("{answer:?}").contains(token.reveal()));
    assert_paid(rig, &held).await;
}

/// A listed refusal is unknown, with that cause, until an inquiry confirmed it.
pub async fn a_refusal_is_unknown_until_asked(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    rig.fault(Fault::Refusal).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_unknown(&answer, Cause::Refused);
    assert_taken(rig, &held, 0).await;
    let standing = rig.gateway().inquire(&held).await;
    assert!(
        matches!(standing, Standing::Open { .. } | Standing::Unpaid { .. }),
        "{standing:?}"
    );
}

/// An inquiry says open before the approval, paid after it, and sent back after the
/// reversal.
pub async fn an_inquiry_tells_how_it_stands(rig: &mut dyn GatewayRig) {
    let held = offered(rig).await;
    let standing = rig.gateway().inquire(&held).await;
    assert!(matches!(standing, Standing::Open { .. }), "{standing:?}");
    let token = rig.guest_pays(&held.offer).await;
    let standing = rig.gateway().inquire(&held).await;
    assert!(matches!(standing, Standing::Open { .. }), "{standing:?}");
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    assert_paid(rig, &held).await;
    assert_eq!(rig.gateway().reverse(&held, None).await, Reverse::Done);
    assert_eq!(rig.gateway().inquire(&held).await, Standing::SentBack);
}

/// A guest who left the page for good has not paid and will not.
pub async fn a_guest_who_quit_has_not_paid(rig: &mut dyn GatewayRig) {
    let held = offered(rig).await;
    rig.guest_quits(&held.offer).await;
    let standing = rig.gateway().inquire(&held).await;
    assert!(matches!(standing, Standing::Unpaid { .. }), "{standing:?}");
    assert_taken(rig, &held, 0).await;
}

/// A payment of another amount or order than ours is never reported as paid, by asking
/// with a record that differs from what was offered.
pub async fn what_does_not_fit_is_never_paid(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    let dearer = Held {
        amount: Won(held.amount.0 + 1),
        ..held.clone()
    };
    let answer = rig.gateway().approve(&dearer, &token).await;
    assert!(!matches!(answer, Approve::Approved(_)), "{answer:?}");
    if rig.ledger(held.attempt).await.approvals == 0 {
        let answer = rig.gateway().approve(&held, &token).await;
        assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    }
    assert_paid(rig, &held).await;
    let foreign = Held {
        order: samples::order_id(2),
        attempt: samples::attempt_id(2),
        ..held.clone()
    };
    for odd in [dearer, foreign] {
        let standing = rig.gateway().inquire(&odd).await;
        assert!(
            matches!(standing, Standing::Mismatched { .. }),
            "{standing:?}"
        );
    }
}

/// A reversal sends all of the money back, and a second one sends nothing more.
pub async fn a_reversal_sends_all_back_once(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    assert_eq!(rig.gateway().reverse(&held, None).await, Reverse::Done);
    let wanted = Ledger {
        approvals: 1,
        taken: held.amount,
        sent_back: held.amount,
    };
    assert_eq!(rig.ledger(held.attempt).await, wanted);
    let again = rig.gateway().reverse(&held, None).await;
    assert!(!matches!(again, Reverse::NotSent { .. }), "{again:?}");
    assert_eq!(rig.ledger(held.attempt).await, wanted);
    assert_eq!(rig.gateway().inquire(&held).await, Standing::SentBack);
}

/// An approval whose answer is lost is unknown, although the money was taken; the
/// inquiry finds it.
pub async fn a_lost_approval_is_unknown_and_paid(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    rig.fault(Fault::LostReply).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_unknown(&answer, Cause::NoAnswer);
    assert_paid(rig, &held).await;
}

/// An approval whose answer cannot be read is unknown, although the money was taken.
pub async fn an_unreadable_approval_is_unknown_and_paid(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    rig.fault(Fault::GarbledReply).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_unknown(&answer, Cause::NoAnswer);
    assert_paid(rig, &held).await;
}

/// A server error does not tell either; where the inquiry says open, the approval can
/// be sent again and takes the money once.
pub async fn a_server_error_is_unknown_and_can_be_tried_again(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    rig.fault(Fault::ServerError).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_unknown(&answer, Cause::NoAnswer);
    let standing = rig.gateway().inquire(&held).await;
    assert!(matches!(standing, Standing::Open { .. }), "{standing:?}");
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    assert_paid(rig, &held).await;
}

/// A reversal whose answer is lost is unknown, and the inquiry finds the money sent
/// back.
pub async fn a_lost_reversal_is_unknown_and_done(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    rig.fault(Fault::LostReply).await;
    let answer = rig.gateway().reverse(&held, None).await;
    assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    assert_eq!(rig.gateway().inquire(&held).await, Standing::SentBack);
}

/// An inquiry without a usable answer says just that, and the next one tells.
pub async fn a_lost_inquiry_is_no_answer(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    for fault in [Fault::LostReply, Fault::GarbledReply, Fault::ServerError] {
        rig.fault(fault).await;
        let standing = rig.gateway().inquire(&held).await;
        assert!(
            matches!(standing, Standing::NoAnswer { .. }),
            "{fault:?}: {standing:?}"
        );
    }
    assert_paid(rig, &held).await;
}

/// An offer whose answer is lost is no offer, and another can be asked for.
pub async fn a_lost_offer_is_no_offer(rig: &mut dyn GatewayRig) {
    for fault in [Fault::LostReply, Fault::GarbledReply, Fault::ServerError] {
        rig.fault(fault).await;
        let offer = rig.gateway().offer(&ask(2)).await;
        assert!(offer.is_err(), "{fault:?}: {offer:?}");
    }
    offered(rig).await;
}

/// "Not sent" is said where nobody listens; an inquiry then has no answer and an offer
/// is worth another try.
pub async fn not_sent_only_when_nobody_listens(rig: &mut dyn GatewayRig) {
    let (held, token) = authenticated(rig).await;
    rig.go_away().await;
    let gateway = rig.gateway();
    let answer = gateway.approve(&held, &token).await;
    assert!(matches!(answer, Approve::NotSent { .. }), "{answer:?}");
    let answer = gateway.reverse(&held, None).await;
    assert!(matches!(answer, Reverse::NotSent { .. }), "{answer:?}");
    let standing = gateway.inquire(&held).await;
    assert!(
        matches!(standing, Standing::NoAnswer { .. }),
        "{standing:?}"
    );
    let offer = gateway.offer(&ask(2)).await;
    assert!(offer.is_err_and(|none| none.passing));
}
