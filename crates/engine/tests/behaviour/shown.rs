//! Codes that we show: paid by the guest's app, seen by asking or by staff.

use soban_domain::money::Won;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::StaffAction;
use soban_protocol::view::PaymentPage;
use soban_testkit::gateway::Call;

use crate::rig::World;

/// A code that the guest's app paid is seen within seconds, without a word from anybody.
#[tokio::test]
async fn money_is_seen_by_asking() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Qr).await;
    let page = world.view(order).await.payment.unwrap().page;
    assert!(matches!(page, Some(PaymentPage::BankQr { .. })));
    let events = world.events().await.len();
    world.pass(30).await;
    assert_eq!(
        world.events().await.len(),
        events,
        "nothing new is told to nobody"
    );
    world
        .other(Method::Qr)
        .guest_pays(&world.page(attempt).await);
    world.pass(3).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// Another amount than the order's is never the payment: it goes back, and staff see why.
#[tokio::test]
async fn a_wrong_amount_goes_back() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Qr).await;
    let page = world.page(attempt).await;
    world.other(Method::Qr).guest_pays_later(&page, Won(900), 0);
    world.pass(10).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(world.other(Method::Qr).ledger(attempt).sent_back, Won(900));
    assert_eq!(world.state(order).await, OrderState::Placed);
}

/// While the gateway does not answer nothing is decided; at the end of the guest's time the
/// attempt is unknown, never "not paid", and staff end it.
#[tokio::test]
async fn silence_decides_nothing() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Qr).await;
    let qr = world.other(Method::Qr);
    qr.guest_pays(&world.page(attempt).await);
    qr.set_inquiry_unavailable(true);
    world.pass_minutes(4).await;
    let state = world.payment(attempt).await;
    assert!(matches!(state, PaymentState::Unknown(_)), "{state:?}");
    assert_eq!(
        world.start_refused(order, Method::Counter).await,
        ErrorCode::PaymentOpen
    );
    qr.set_inquiry_unavailable(false);
    world.pass(40).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
}

/// Where nobody can be asked, a named member of staff says that the money is there, while
/// the guest waits or after their time; until then nothing else can be paid.
#[tokio::test]
async fn staff_see_what_no_gateway_tells() {
    for after_the_end in [false, true] {
        let world = World::blind().await;
        let (order, attempt) = world.about_to_pay(Method::Qr).await;
        let calls = world.other(Method::Qr).calls().len();
        if after_the_end {
            world.pass_minutes(4).await;
            assert_eq!(world.payment(attempt).await, PaymentState::NeedsStaff);
        }
        assert_eq!(
            world.start_refused(order, Method::Counter).await,
            ErrorCode::PaymentOpen
        );
        let open = world.on_the_board(attempt).await.unwrap();
        assert_eq!(
            open.allowed,
            [StaffAction::SawMoney, StaffAction::SawNoMoney]
        );
        world.settle(attempt, StaffAction::SawMoney).await.unwrap();
        assert_eq!(world.payment(attempt).await, PaymentState::Approved);
        let by = world.attempt(attempt).await.approval.unwrap().by;
        assert_eq!(by.as_deref(), Some("mina"));
        assert_eq!(
            world.other(Method::Qr).calls().len(),
            calls,
            "nobody is asked"
        );
    }
}

/// The shop's printed code is paid without anybody's help: a guest who leaves it leaves it
/// to staff, and is not told "not paid" by a machine.
#[tokio::test]
async fn the_printed_code_is_for_staff() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Sticker).await;
    assert_eq!(world.state(order).await, OrderState::AtCounter);
    world.leave(attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::NeedsStaff);
    world
        .settle(attempt, StaffAction::SawNoMoney)
        .await
        .unwrap();
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    let again = world.start(order, Method::Sticker).await;
    world.settle(again, StaffAction::SawMoney).await.unwrap();
    assert_eq!(world.payment(again).await, PaymentState::Approved);
}

/// A hint from outside brings the next question forward and proves nothing: a payment that
/// is not there is not made by it, however often it comes.
#[tokio::test]
async fn a_hint_only_asks() {
    let world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Toss).await;
    let toss = world.other(Method::Toss);
    toss.set_inquiry_unavailable(true);
    toss.fault_at(Call::Approve, soban_testkit::gateway::Fault::LostReply);
    let token = toss.guest_pays(&world.page(attempt).await);
    world.home(attempt, token.reveal()).await;
    world.pass_minutes(2).await;
    assert!(matches!(
        world.payment(attempt).await,
        PaymentState::Unknown(_)
    ));
    toss.set_inquiry_unavailable(false);
    let asked = toss.calls().len();
    for _ in 0..5 {
        world.engine.hint_payment(attempt).await.unwrap();
        world.quiet().await;
    }
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert_eq!(toss.calls().len(), asked + 1);
    // DONE was followed by ABORTED: what is paid stays paid.
    world.engine.hint_payment(attempt).await.unwrap();
    world.pass(10).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    let stranger = soban_domain::ids::AttemptId(soban_testkit::ids::nth(77));
    assert!(world.engine.hint_payment(stranger).await.is_err());
}
