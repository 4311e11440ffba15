//! Money that comes after an attempt was closed: found by looking again, and sent back.

use soban_domain::money::Won;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::StaffAction;
use soban_testkit::gateway::{Call, Fault};

use crate::rig::World;

/// Money that a gateway takes after it was asked and said "not yet" is found and sent back,
/// and the guest pays once, by an approval that lands two minutes after its time-out.
#[tokio::test]
async fn a_late_approval_goes_back() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Toss).await;
    let toss = world.other(Method::Toss);
    toss.fault_at(Call::Approve, Fault::LateApproval(120));
    toss.fault_at(Call::Approve, Fault::Refusal);
    toss.fault_at(Call::Approve, Fault::Refusal);
    let token = toss.guest_pays(&world.page(attempt).await);
    world.home(attempt, token.reveal()).await;
    world.pass(60).await;
    assert!(world.payment(attempt).await.is_closed_unpaid());
    let counter = world.start(order, Method::Counter).await;
    world
        .engine
        .take_payment(world.decision(order))
        .await
        .unwrap();
    world.pass_minutes(15).await;
    let late = world.attempt(attempt).await;
    assert_eq!((late.state, late.late), (PaymentState::Reversed, true));
    assert_eq!(world.payment(counter).await, PaymentState::Approved);
    let ledger = toss.ledger(attempt);
    assert_eq!((ledger.approvals, ledger.sent_back), (1, ledger.taken));
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// Looks go on although the wall clock jumps far ahead right after the end: late money is
/// found all the same.
#[tokio::test]
async fn a_jump_of_the_clock_skips_no_look() {
    let world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Qr).await;
    let page = world.page(attempt).await;
    let qr = world.other(Method::Qr);
    world.pass_minutes(4).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    world.clock.jump(2 * 60 * 60 * 1000);
    world.pass(20).await;
    qr.guest_pays_later(&page, Won(9_000), 0);
    world.pass_minutes(20).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(qr.ledger(attempt).sent_back, Won(9_000));
}

/// A guest who left and then paid the code that was shown gets the money back, while the
/// order is paid otherwise; the screen is told how much is on its way back.
#[tokio::test]
async fn a_code_paid_after_leaving_goes_back() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Qr).await;
    let page = world.page(attempt).await;
    world.leave(attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    let second = world.start(order, Method::Kakaopay).await;
    let qr = world.other(Method::Qr);
    qr.guest_pays_later(&page, Won(9_000), 0);
    for _ in 0..3 {
        qr.fault_at(Call::Reverse, Fault::ServerError);
    }
    world.pass(16).await;
    let view = world.view(order).await;
    assert_eq!(view.returning, Won(9_000));
    world.pay(second).await;
    world.pass_minutes(3).await;
    assert_eq!(world.payment(second).await, PaymentState::Approved);
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(world.view(order).await.returning, Won::ZERO);
}

/// Where no look is answered, staff are told; they may not take late money as payment, and
/// end it with a reason.
#[tokio::test]
async fn looks_without_an_answer_go_to_staff() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Qr).await;
    world.leave(attempt).await;
    world.other(Method::Qr).set_inquiry_unavailable(true);
    world.pass_minutes(120).await;
    assert_eq!(world.payment(attempt).await, PaymentState::NeedsStaff);
    let open = world.on_the_board(attempt).await.unwrap();
    assert!(open.late && !open.allowed.contains(&StaffAction::SawMoney));
    let refused = world.settle(attempt, StaffAction::SawMoney).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::NotNow);
    world
        .settle(attempt, StaffAction::SawNoMoney)
        .await
        .unwrap();
    assert!(world.payment(attempt).await.is_closed_unpaid());
    assert_ne!(world.state(order).await, OrderState::Released);
}

/// A restart loses no look: money that came while the program was down goes back.
#[tokio::test]
async fn a_restart_loses_no_look() {
    let mut world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Qr).await;
    let page = world.page(attempt).await;
    world.leave(attempt).await;
    world.stop();
    let qr = std::sync::Arc::clone(&world.others[&Method::Qr]);
    qr.guest_pays_later(&page, Won(9_000), 0);
    world.pass(60).await;
    world.wake().await;
    world.pass(5).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(qr.ledger(attempt).sent_back, Won(9_000));
}
