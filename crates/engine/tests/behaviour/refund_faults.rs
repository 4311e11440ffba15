//! Refunds whose answers are lost, that are not sent, refused or unclear, and restarts at
//! each of their states: money goes back once, or staff know.

use proptest::prelude::*;
use soban_domain::ids::{OrderId, RefundId};
use soban_domain::money::Won;
use soban_domain::payment::PaymentState;
use soban_domain::refund::{RefundLine, RefundState, Returned};
use soban_engine::ports::gateway::{Refunded, SentBack};
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::BoardRequest;
use soban_testkit::gateway::{Call, Fault};
use soban_testkit::pos::Make;

use crate::rig::World;
use crate::rig::back::code;

/// A paid stew, and a refund of it that met this on its way.
async fn met(world: &World, fault: Fault) -> (OrderId, RefundId) {
    let order = world.paid(&[("stew", 1)]).await;
    world.gateway.fake.fault_at(Call::Refund, fault);
    let refund = world.give_back(order, &[]).await;
    (order, refund.id)
}

async fn state(world: &World, refund: RefundId) -> RefundState {
    world.refund(refund).await.state
}

/// What the gateway truly sent back for an order.
async fn truly_back(world: &World, order: OrderId) -> Won {
    let attempts = world.look(move |tx| tx.attempts_of(order)).await;
    world.gateway.fake.ledger(attempts[0].id).sent_back
}

/// A refund that was done and whose answer was lost is found done: asked, not sent again.
#[tokio::test]
async fn a_lost_answer_is_found() {
    for fault in [Fault::LostReply, Fault::GarbledReply] {
        let world = World::open().await;
        let (order, refund) = met(&world, fault).await;
        assert_eq!(state(&world, refund).await, RefundState::Unknown);
        world.pass(1).await;
        assert_eq!(state(&world, refund).await, RefundState::Done);
        assert_eq!(world.gateway.count(Call::Refund), 1);
        assert_eq!(truly_back(&world, order).await, Won(9_000));
        let view = world.paid_view(order).await;
        assert_eq!(world.payment(view.attempt).await, PaymentState::Voided);
    }
}

/// A refund that was not done is sent again, but not before the gateway's own time-out has
/// passed, until which it might still be done.
#[tokio::test]
async fn an_undone_refund_is_repeated_in_time() {
    let world = World::open().await;
    let (order, refund) = met(&world, Fault::ServerError).await;
    world.pass(10).await;
    assert_eq!(state(&world, refund).await, RefundState::Unknown);
    assert_eq!(world.gateway.count(Call::Refund), 1);
    assert!(world.gateway.count(Call::SentBack) >= 2);
    world.pass(40).await;
    assert_eq!(state(&world, refund).await, RefundState::Done);
    assert_eq!(world.gateway.count(Call::Refund), 2);
    assert_eq!(truly_back(&world, order).await, Won(9_000));
}

/// A refund that never left is tried again once the gateway can be reached.
#[tokio::test]
async fn not_sent_is_tried_again() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.gateway.fake.set_unreachable(true);
    let refund = world.give_back(order, &[]).await;
    assert_eq!(refund.state, RefundState::Prepared);
    world.pass(20).await;
    assert_eq!(state(&world, refund.id).await, RefundState::Prepared);
    world.gateway.fake.set_unreachable(false);
    world.pass(31).await;
    assert_eq!(state(&world, refund.id).await, RefundState::Done);
    assert_eq!(truly_back(&world, order).await, Won(9_000));
}

/// A refund that is refused for good ends so, staff see why, the money is untouched and
/// another may begin.
#[tokio::test]
async fn a_refusal_makes_room() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let evidence = "-797: too much".to_owned();
    world.gateway.refund_says(Refunded::Refused { evidence });
    let refund = world.give_back(order, &[]).await;
    assert_eq!(refund.state, RefundState::Refused);
    let view = world.paid_view(order).await;
    assert_eq!(view.refunds[0].evidence.as_deref(), Some("-797: too much"));
    assert_eq!(world.payment(view.attempt).await, PaymentState::Approved);
    let again = world.give_back(order, &[]).await;
    assert_eq!(again.state, RefundState::Done);
    assert_eq!(truly_back(&world, order).await, Won(9_000));
}

/// On disk and nothing sent: it is sent after the restart.
#[tokio::test]
async fn restart_while_prepared() {
    let mut world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.stop();
    let refund = world.give_back(order, &[]).await;
    assert_eq!(refund.state, RefundState::Prepared);
    assert_eq!(world.gateway.count(Call::Refund), 0);
    world.wake().await;
    assert_eq!(state(&world, refund.id).await, RefundState::Done);
}

/// Stopped while it was being sent, done and not done: after the restart the gateway is
/// asked, and it is sent again only where it was not done.
#[tokio::test]
async fn restart_while_sending() {
    for (fault, sendings) in [(None, 1), (Some(Fault::ServerError), 2)] {
        let mut world = World::open().await;
        let order = world.paid(&[("stew", 1)]).await;
        if let Some(fault) = fault {
            world.gateway.fake.fault_at(Call::Refund, fault);
        }
        world.gateway.fake.hang_at(Call::Refund);
        let refund = world.give_back(order, &[]).await;
        assert_eq!(refund.state, RefundState::Sending);
        world.restart().await;
        world.pass(60).await;
        assert_eq!(state(&world, refund.id).await, RefundState::Done);
        assert_eq!(world.gateway.count(Call::Refund), sendings);
        assert_eq!(truly_back(&world, order).await, Won(9_000));
    }
}

/// Stopped while nobody knew: the question is asked again after the restart.
#[tokio::test]
async fn restart_while_unknown() {
    let mut world = World::open().await;
    let (order, refund) = met(&world, Fault::LostReply).await;
    assert_eq!(state(&world, refund).await, RefundState::Unknown);
    world.restart().await;
    world.pass(2).await;
    assert_eq!(state(&world, refund).await, RefundState::Done);
    assert_eq!(world.gateway.count(Call::Refund), 1);
    assert_eq!(truly_back(&world, order).await, Won(9_000));
}

/// Where the gateway cannot tell, staff are called at once and their word ends it, either
/// way; a second word is refused.
#[tokio::test]
async fn staff_end_what_nobody_can_tell() {
    for done in [true, false] {
        let world = World::open().await;
        world.gateway.sent_back_says(SentBack::CannotTell);
        let (order, refund) = met(&world, Fault::LostReply).await;
        let early = world.settling(refund, done);
        assert_eq!(
            code(world.engine.settle_refund(early).await),
            ErrorCode::NotNow
        );
        world.pass(1).await;
        assert_eq!(state(&world, refund).await, RefundState::NeedsStaff);
        let looking = BoardRequest {
            staff: world.mina(),
        };
        let board = world.engine.staff_board(looking).await.unwrap();
        assert_eq!(board.money.len(), 1);
        assert!(board.money[0].refunds[0].settle);
        let word = world.settling(refund, done);
        let view = world.engine.settle_refund(word).await.unwrap();
        let (expected, money) = match done {
            true => (RefundState::Done, PaymentState::Voided),
            false => (RefundState::Refused, PaymentState::Approved),
        };
        assert_eq!(view.refunds[0].state, expected);
        assert_eq!(world.payment(view.attempt).await, money);
        let second = world.settling(refund, !done);
        assert_eq!(
            code(world.engine.settle_refund(second).await),
            ErrorCode::NotNow
        );
        let decisions = world.store.decisions();
        assert!(decisions.iter().any(|d| d.why == "seen at the gateway"));
        assert_eq!(world.paid_view(order).await.pending, Won(0));
    }
}

/// A sum that fits neither "done" nor "not done" is nothing to guess at: staff look, and
/// nothing is sent again.
#[tokio::test]
async fn an_odd_sum_goes_to_staff() {
    let world = World::open().await;
    world.gateway.sent_back_says(SentBack::Sum(Won(1_234)));
    let (_, refund) = met(&world, Fault::ServerError).await;
    world.pass(60).await;
    let refund = world.refund(refund).await;
    assert_eq!(refund.state, RefundState::NeedsStaff);
    assert!(refund.evidence.unwrap().contains("1234"));
    assert_eq!(world.gateway.count(Call::Refund), 1);
}

/// Silence has a bound: staff are called within ten minutes, after questions that are ever
/// further apart, and never a second sending.
#[tokio::test]
async fn silence_goes_to_staff() {
    let world = World::open().await;
    let (order, refund) = met(&world, Fault::LostReply).await;
    for _ in 0..60 {
        let evidence = "silence".to_owned();
        world
            .gateway
            .sent_back_says(SentBack::NoAnswer { evidence });
    }
    world.pass_minutes(10).await;
    assert_eq!(state(&world, refund).await, RefundState::NeedsStaff);
    assert_eq!(world.gateway.count(Call::Refund), 1);
    assert!(world.gateway.count(Call::SentBack) <= 20);
    assert_eq!(truly_back(&world, order).await, Won(9_000));
}

/// What may happen to one refund on its way.
#[derive(Clone, Copy, Debug)]
enum Luck {
    Plain,
    Lost,
    Undone,
    LostAndRestart,
    UndoneAndRestart,
    Refused,
}

fn luck() -> impl Strategy<Value = Luck> {
    prop::sample::select(vec![
        Luck::Plain,
        Luck::Lost,
        Luck::Undone,
        Luck::LostAndRestart,
        Luck::UndoneAndRestart,
        Luck::Refused,
    ])
}

async fn try_luck(world: &mut World, order: OrderId, wish: &[(u32, u32)], luck: Luck) {
    let fault = match luck {
        Luck::Plain => None,
        Luck::Lost | Luck::LostAndRestart => Some(Fault::LostReply),
        Luck::Undone | Luck::UndoneAndRestart => Some(Fault::ServerError),
        Luck::Refused => {
            let evidence = "refused".to_owned();
            world.gateway.refund_says(Refunded::Refused { evidence });
            None
        }
    };
    let restart = matches!(luck, Luck::LostAndRestart | Luck::UndoneAndRestart);
    let request = world.refunding(order, wish);
    let id = request.refund;
    if let Some(fault) = fault {
        world.gateway.fake.fault_at(Call::Refund, fault);
    }
    if restart {
        world.gateway.fake.hang_at(Call::Refund);
    }
    if world.engine.refund_payment(request).await.is_err() {
        return;
    }
    world.quiet().await;
    if restart {
        world.restart().await;
    }
    world.pass(60).await;
    assert!(world.refund(id).await.state.is_settled());
}

/// The books against the gateway's ledger and the order's own division, after each step.
async fn check(world: &World, order: OrderId) {
    let priced = world.look(move |tx| tx.order(order)).await.unwrap().priced;
    let refunds = world.look(move |tx| tx.refunds_of(order)).await;
    let done = refunds.iter().filter(|r| r.state == RefundState::Done);
    let back = done.filter_map(|refund| refund.returned().map(|r: Returned| r.tax));
    let back = back.fold(
        Default::default(),
        |sum: soban_domain::tax::TaxParts, tax| sum.plus(tax).unwrap(),
    );
    assert!(!priced.tax.minus(back).unwrap().has_negative());
    assert_eq!(truly_back(world, order).await, back.total());
    let attempt = world.look(move |tx| tx.attempts_of(order)).await.remove(0);
    assert_eq!(attempt.refunded, back.total());
    assert_eq!(attempt.live_amount().0, priced.total.0 - back.total().0);
    if attempt.refunded == priced.total {
        assert_eq!(back, priced.tax);
        assert!(attempt.state.is_over());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is wished for in whatever order, and whatever befalls the calls, what the
    /// gateway's ledger sent back is what the books say, each tax part exact, and with all
    /// of it back the parts are the order's own: by drawn wishes and faults.
    #[test]
    fn books_and_ledger_agree(
        wishes in prop::collection::vec((prop::collection::vec((0..3_u32, 1..3_u32), 0..3), luck()), 1..6)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::with(Make::default(), |_| {}).await;
            let order = world.paid(&[("stew", 3), ("milk", 2), ("beer", 1)]).await;
            for (wish, luck) in wishes {
                // Each step of luck begins with a gateway that owes no fault.
                world.gateway.calm();
                try_luck(&mut world, order, &wish, luck).await;
                check(&world, order).await;
            }
        });
    }
}

/// The wish of a line named twice is one of both together.
#[tokio::test]
async fn lines_named_twice_add_up() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 3)]).await;
    let refund = world.give_back(order, &[(0, 1), (0, 1)]).await;
    assert_eq!(
        refund.lines,
        [RefundLine {
            line: 0,
            quantity: 2
        }]
    );
    assert_eq!(truly_back(&world, order).await, Won(18_000));
}
