//! The books of a day against gateway and POS: clean when all is well, and each thing that
//! goes wrong outside is named, to the won.

use std::time::Duration;

use soban_domain::ids::OrderId;
use soban_domain::money::Won;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::reconcile::{DifferenceKind, Repair, Report, Side};
use soban_domain::refund::ByHand;
use soban_engine::ports::gateway::Held;
use soban_engine::ports::pos::{PosAnswer, PosHealth};
use soban_engine::ports::{Gateway, PosLink};
use soban_protocol::error::ErrorCode;
use soban_protocol::money::ReconcileRequest;
use soban_protocol::secret::Secret;
use soban_testkit::gateway::{Call, Fault};

use crate::rig::World;
use crate::rig::back::code;

fn asking(world: &World) -> ReconcileRequest {
    ReconcileRequest {
        staff: world.mina(),
        day: None,
    }
}

async fn compare(world: &World) -> Report {
    world.engine.reconcile(asking(world)).await.unwrap()
}

fn kinds(report: &Report) -> Vec<DifferenceKind> {
    report.differences.iter().map(|d| d.kind).collect()
}

/// The payment of an order as its gateway must find it.
async fn held(world: &World, order: OrderId) -> Held {
    let attempt = world.look(move |tx| tx.attempts_of(order)).await.remove(0);
    Held {
        attempt: attempt.id,
        order,
        amount: attempt.amount,
        tax: attempt.tax,
        offer: attempt.offer.unwrap(),
        sent_at: attempt.approval_sent_at,
        approval: attempt.approval,
        refunded: attempt.refunded,
    }
}

/// A day of payments by QR and at the counter, of voids, part refunds, cash handed back and
/// an order given up compares clean, and its sums are the gateway's.
#[tokio::test]
async fn a_good_day_is_clean() {
    let world = World::open().await;
    world.paid(&[("stew", 2)]).await;
    let voided = world.paid(&[("stew", 1)]).await;
    world.give_back(voided, &[]).await;
    let partly = world.paid(&[("stew", 1), ("milk", 1)]).await;
    world.give_back(partly, &[(1, 1)]).await;
    let at_counter = world.order(&[("beer", 1)]).await;
    world.start(at_counter, Method::Counter).await;
    let taking = world.decision(at_counter);
    world.engine.take_payment(taking).await.unwrap();
    let cash = world.handing(at_counter, &[], ByHand::Cash);
    world.engine.refund_payment(cash).await.unwrap();
    let (_, left) = world.waiting().await;
    world.pass(180).await;
    assert_eq!(world.payment(left).await, PaymentState::Expired);
    let report = compare(&world).await;
    assert!(report.is_clean(), "{report:?}");
    let ours = report.ours[&Method::Kakaopay];
    assert_eq!(
        (ours.approved.sum, ours.sent_back.sum),
        (Won(39_000), Won(12_000))
    );
    assert_eq!(report.gateways[&Method::Kakaopay], ours);
    assert_eq!(report.handed_back.sum, Won(5_000));
    assert_eq!(report.pos.unwrap(), report.released);
    assert_eq!(report.released.count, 4);
}

/// A payment that the gateway's list of the day leaves out, because it was made after
/// midnight and before the store's day changed, is asked for by itself.
#[tokio::test]
async fn what_the_list_lacks_is_asked_for() {
    let world = World::open().await;
    // 14:00 in Korea; the list goes by the calendar's day and the store's by its own.
    world.clock.advance(Duration::from_secs(11 * 60 * 60));
    world.quiet().await;
    world.paid(&[("stew", 1)]).await;
    let report = compare(&world).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(world.gateway.count(Call::List), 1);
    assert!(world.gateway.count(Call::Inquire) >= 1);
    assert_eq!(report.gateways[&Method::Kakaopay].approved.sum, Won(9_000));
}

/// Money that was sent back behind the hub's back is a difference in refunds, with the
/// repair to write it down.
#[tokio::test]
async fn sent_back_elsewhere() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let held = held(&world, order).await;
    world.gateway.fake.reverse(&held, None).await;
    let report = compare(&world).await;
    assert_eq!(kinds(&report), [DifferenceKind::RefundDiffers]);
    let odd = &report.differences[0];
    assert_eq!((odd.order, odd.gap), (Some(order), Won(-9_000)));
    assert_eq!((odd.ours, odd.theirs), (Won(0), Some(Won(9_000))));
    assert_eq!(odd.repair, Repair::RecordRefund);
}

/// A payment of which no order knows is named, with the repair to send it back.
#[tokio::test]
async fn money_without_an_order() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let mut ask = soban_testkit::conformance::gateway::ask(7);
    ask.order = order;
    let offer = world.gateway.fake.offer(&ask).await.unwrap();
    let token = world.gateway.fake.guest_pays(&offer);
    let held = soban_testkit::conformance::gateway::held(&ask, offer);
    world.gateway.fake.approve(&held, &token).await;
    let report = compare(&world).await;
    assert_eq!(kinds(&report), [DifferenceKind::PaidAtGatewayNoOrder]);
    let odd = &report.differences[0];
    assert_eq!((odd.gap, odd.repair), (ask.amount, Repair::SendBack));
}

/// An order that the POS lost is named, with the repair to send it; one that staff entered
/// there by hand is not.
#[tokio::test]
async fn lost_at_the_pos() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let evidence = "nothing of it".to_owned();
    world.pos.look_up_says(PosAnswer::Absent { evidence });
    let report = compare(&world).await;
    assert_eq!(kinds(&report), [DifferenceKind::ReleasedNotAtPos]);
    assert_eq!(report.differences[0].repair, Repair::SendToPos);
    assert_eq!(report.differences[0].order, Some(order));

    world.pos.fake.fault(soban_testkit::pos::Fault::Reject {
        code: "items_out_of_stock".to_owned(),
        words: "no stew".to_owned(),
    });
    let by_hand = world.paid(&[("stew", 1)]).await;
    let entered = world.decision(by_hand);
    world.engine.settle_relay(entered).await.unwrap();
    let report = compare(&world).await;
    assert!(report.is_clean(), "{report:?}");
}

/// A gateway or a POS that does not answer makes its part unverified, never right.
#[tokio::test]
async fn silence_is_unverified() {
    let world = World::open().await;
    world.paid(&[("stew", 1)]).await;
    world.gateway.fake.fault_at(Call::List, Fault::LostReply);
    let report = compare(&world).await;
    assert!(report.differences.is_empty() && !report.is_clean());
    let sides: Vec<_> = report.unverified.iter().map(|u| u.side).collect();
    assert_eq!(sides, [Side::Gateway(Method::Kakaopay)]);
    assert_eq!(report.unverified[0].money.sum, Won(9_000));
    world.pos.fake.set_health(PosHealth::Unreachable);
    let report = compare(&world).await;
    let sides: Vec<_> = report.unverified.iter().map(|u| u.side).collect();
    assert_eq!(sides, [Side::Pos]);
}

/// A refund that is under way is still open, not a difference of money.
#[tokio::test]
async fn a_refund_under_way() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.gateway.fake.set_unreachable(true);
    world.give_back(order, &[]).await;
    world.gateway.fake.set_unreachable(false);
    let report = compare(&world).await;
    assert_eq!(kinds(&report), [DifferenceKind::StillOpen]);
}

/// Yesterday's orders are compared by their own day, and are no strangers in today's.
#[tokio::test]
async fn days_are_kept_apart() {
    let world = World::open().await;
    world.paid(&[("stew", 1)]).await;
    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    world.quiet().await;
    let report = compare(&world).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.released.count, 0);
    let yesterday = ReconcileRequest {
        day: Some(report.day.before()),
        ..asking(&world)
    };
    let report = world.engine.reconcile(yesterday).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.released.count, 1);
}

/// Without the right PIN nobody sees the books.
#[tokio::test]
async fn it_needs_a_pin() {
    let world = World::open().await;
    let mut request = asking(&world);
    request.staff.pin = Secret::new("0000");
    let refused = world.engine.reconcile(request).await;
    assert_eq!(code(refused), ErrorCode::WrongPin);
    assert!(world.pos.can_look_up());
}

/// Money that came by a way that was taken out since, gateway and all, is unverified and not
/// right, by paying a code that we show and taking that way out.
#[tokio::test]
async fn a_gateway_that_is_gone_is_silent() {
    let mut world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Qr).await;
    let page = world.page(attempt).await;
    world.other(Method::Qr).guest_pays(&page);
    world.pass(10).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert!(compare(&world).await.is_clean());
    world.without(Method::Qr).await;
    let report = compare(&world).await;
    assert!(!report.is_clean());
    assert_eq!(report.unverified.len(), 1, "{report:?}");
    assert_eq!(report.unverified[0].side, Side::Gateway(Method::Qr));
    assert_eq!(report.unverified[0].attempts, [attempt]);
    assert_eq!(report.unverified[0].money.sum, Won(9_000));
}
