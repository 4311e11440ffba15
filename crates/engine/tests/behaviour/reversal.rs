//! Money that was taken and does not fit goes back, once, and only after asking.

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::money::Won;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_engine::ports::gateway::{Approve, Reverse, Standing};
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_testkit::gateway::{Call, Fault};
use soban_testkit::samples;

use crate::rig::World;

fn misfit() -> Approve {
    Approve::Mismatched {
        evidence: "partner_order_id: A and B".to_owned(),
    }
}

/// A payment that was taken and does not fit.
async fn misfitting(world: &World) -> (OrderId, AttemptId) {
    let (order, attempt) = world.waiting().await;
    world.gateway.approve_reads(misfit());
    world.pay(attempt).await;
    (order, attempt)
}

/// Taken money that does not fit is sent back, the order is not released, and the guest
/// may pay again; by what the gateway's ledger says.
#[tokio::test]
async fn a_misfit_goes_back() {
    let world = World::open().await;
    let (order, attempt) = misfitting(&world).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    let ledger = world.gateway.fake.ledger(attempt);
    assert_eq!((ledger.taken, ledger.sent_back), (Won(9_000), Won(9_000)));
    assert_eq!(world.state(order).await, OrderState::Placed);
    assert_eq!(world.message_count().await, 0);
    let again = world.start(order, Method::Kakaopay).await;
    world.pay(again).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// An adapter that calls another amount approved is not believed, at the approval and
/// at the inquiry.
#[tokio::test]
async fn another_amount_is_a_misfit() {
    for at_inquiry in [false, true] {
        let world = World::open().await;
        let (order, attempt) = world.waiting().await;
        let mut approval = samples::approval(&world.attempt(attempt).await);
        approval.amount = Won(8_999);
        if at_inquiry {
            world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
            world.gateway.inquire_says(Standing::Paid(approval));
        } else {
            world.gateway.approve_reads(Approve::Approved(approval));
        }
        world.pay(attempt).await;
        world.pass(2).await;
        let record = world.attempt(attempt).await;
        assert_eq!(record.state, PaymentState::Reversed);
        assert_eq!(record.evidence.unwrap(), "amount: asked 9000, taken 8999");
        assert_eq!(world.state(order).await, OrderState::Placed);
    }
}

/// A reversal whose answer was lost is found done: no second one is sent.
#[tokio::test]
async fn a_lost_reversal_is_found() {
    let world = World::open().await;
    world.gateway.fake.fault_at(Call::Reverse, Fault::LostReply);
    let (_, attempt) = misfitting(&world).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversing);
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(world.gateway.count(Call::Reverse), 1);
}

/// A reversal that was not done is sent again after the gateway says so, and no sooner:
/// not while it says nothing.
#[tokio::test]
async fn an_undone_reversal_is_repeated() {
    let world = World::open().await;
    world
        .gateway
        .fake
        .fault_at(Call::Reverse, Fault::ServerError);
    let (order, attempt) = misfitting(&world).await;
    let silence = Standing::NoAnswer {
        evidence: "silence".to_owned(),
    };
    world.gateway.always_says(Some(silence));
    world.pass(20).await;
    assert_eq!(world.gateway.count(Call::Reverse), 1);
    assert_eq!(world.payment(attempt).await, PaymentState::Reversing);
    let another = world.starting(order, Method::Kakaopay);
    let error = world.engine.start_payment(another).await.unwrap_err();
    assert_eq!(ApiError::from(error).code, ErrorCode::PaymentOpen);
    world.gateway.always_says(None);
    world.pass(31).await;
    assert_eq!(world.gateway.count(Call::Reverse), 2);
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    let ledger = world.gateway.fake.ledger(attempt);
    assert_eq!(ledger.sent_back, ledger.taken);
}

/// Money that cannot be sent back goes to staff within the bound, after tries that are
/// ever further apart.
#[tokio::test]
async fn what_does_not_go_back_goes_to_staff() {
    let world = World::open().await;
    for _ in 0..60 {
        let evidence = "-781".to_owned();
        world.gateway.reverse_says(Reverse::Unknown { evidence });
    }
    let (order, attempt) = misfitting(&world).await;
    world.pass_minutes(45).await;
    assert_eq!(world.payment(attempt).await, PaymentState::NeedsStaff);
    assert_eq!(world.gateway.count(Call::Reverse), 60);
    assert_eq!(world.state(order).await, OrderState::Paying);
    let times = world.gateway.times(Call::Reverse);
    assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) >= 1_000));
}

/// Money for an order that was given up meanwhile goes back, and the payment ends: the
/// order stays given up.
#[tokio::test]
async fn money_for_an_order_that_is_gone() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
    world.pay(attempt).await;
    world
        .write(move |tx| {
            let mut gone = tx.order(order)?.unwrap();
            gone.state = OrderState::Abandoned;
            tx.put_order(&gone)
        })
        .await;
    world.pass(3).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(world.state(order).await, OrderState::Abandoned);
    let ledger = world.gateway.fake.ledger(attempt);
    assert_eq!((ledger.approvals, ledger.sent_back), (1, Won(9_000)));
    assert_eq!(world.gateway.count(Call::Reverse), 1);
}

/// A payment that was taken and sent back at the gateway (by its own staff) ends as
/// reversed, and the guest may pay again.
#[tokio::test]
async fn sent_back_by_others() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
    world.gateway.inquire_says(Standing::SentBack);
    world.pay(attempt).await;
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(world.state(order).await, OrderState::Placed);
    assert_eq!(world.gateway.count(Call::Reverse), 0);
}
