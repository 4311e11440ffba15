//! Staff give money back: how much, of which parts, what is written and printed, and who
//! may. What becomes of lost answers and restarts stands in `refund_faults`.

use std::time::Duration;

use soban_domain::ids::OrderId;
use soban_domain::money::Won;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::print::Slip;
use soban_domain::refund::{ByHand, RefundKind, RefundState};
use soban_domain::tax::TaxParts;
use soban_domain::text::Note;
use soban_protocol::error::ErrorCode;
use soban_protocol::money::{RefundRequest, Refundable};
use soban_protocol::secret::Secret;
use soban_protocol::staff::{Pass, ReprintRequest};
use soban_testkit::gateway::{Call, Fault};

use crate::rig::back::code;
use crate::rig::{World, said, slug};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An order paid at the counter.
async fn paid_at_counter(world: &World, items: &[(&str, u32)]) -> OrderId {
    let order = world.order(items).await;
    world.start(order, Method::Counter).await;
    let taking = world.decision(order);
    world.engine.take_payment(taking).await.unwrap();
    world.quiet().await;
    order
}

/// All of a payment goes back on its own day: a void at the gateway's ledger, in the books,
/// on paper with the original approval's number, and on record with name and reason; the
/// order stays where it is.
#[tokio::test]
async fn a_void_of_the_same_day() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let refund = world.give_back(order, &[]).await;
    assert_eq!(
        (refund.state, refund.kind, refund.amount),
        (RefundState::Done, RefundKind::Void, Won(9_000))
    );
    let view = world.paid_view(order).await;
    let attempt = world.attempt(view.attempt).await;
    assert_eq!(
        (attempt.state, attempt.refunded),
        (PaymentState::Voided, Won(9_000))
    );
    let ledger = world.gateway.fake.ledger(view.attempt);
    assert_eq!((ledger.taken, ledger.sent_back), (Won(9_000), Won(9_000)));
    assert_eq!(world.gateway.count(Call::Refund), 1);
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(
        (view.refundable, view.left, view.pos_too),
        (Refundable::Nothing, vec![0], true)
    );
    let papers = world.printers.papers(&slug("counter-1"));
    let paper = said(&papers.last().unwrap().1);
    for words in [
        "void_title",
        "-9,000",
        &view.approval_number,
        "-8,182",
        "-818",
    ] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    assert!(!paper.contains("cold soup"), "the reason is for the record");
    let decisions = world.store.decisions();
    let last = decisions.last().unwrap();
    assert_eq!(
        (last.what.as_str(), last.by.as_str(), last.why.as_str()),
        ("voided", "mina", "cold soup")
    );
    assert!(
        world
            .told(order)
            .await
            .contains(&(OrderState::Accepted, Some(PaymentState::Voided)))
    );
}

/// The same on the next business day is a refund, by name and in the books.
#[tokio::test]
async fn the_next_day_it_is_a_refund() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.clock.advance(DAY);
    world.quiet().await;
    let refund = world.give_back(order, &[]).await;
    assert_eq!(
        (refund.state, refund.kind),
        (RefundState::Done, RefundKind::Refund)
    );
    let attempt = world.attempt(refund.attempt).await;
    assert_eq!(attempt.state, PaymentState::Refunded);
    let papers = world.printers.papers(&slug("counter-1"));
    assert!(said(&papers.last().unwrap().1).contains("refund_title"));
}

/// Pieces go back one by one until nothing is left: each tax part comes to the order's own
/// to the won, the gateway's ledger to nothing, and the slips are one each.
#[tokio::test]
async fn parts_to_the_last_won() {
    let world = World::open().await;
    let items = [("stew", 3), ("milk", 2)];
    let order = world.paid(&items).await;
    let whole = world.look(move |tx| tx.order(order)).await.unwrap().priced;
    let mut back = TaxParts::default();
    for piece in [(0, 1), (1, 1), (0, 1), (0, 1), (1, 1)] {
        let refund = world.give_back(order, &[piece]).await;
        assert_eq!(refund.state, RefundState::Done);
        assert_eq!(refund.kind, RefundKind::Refund);
        back = back.plus(refund.tax).unwrap();
        let attempt = world.attempt(refund.attempt).await;
        assert_eq!(attempt.refunded, back.total());
        let expected = match attempt.refunded == whole.total {
            true => PaymentState::Refunded,
            false => PaymentState::PartlyRefunded,
        };
        assert_eq!(attempt.state, expected);
        let ledger = world.gateway.fake.ledger(refund.attempt);
        assert_eq!(ledger.sent_back, back.total());
    }
    assert_eq!(back, whole.tax);
    let more = world.engine.refund_payment(world.refunding(order, &[]));
    assert_eq!(code(more.await), ErrorCode::NothingToRefund);
    let slips = world.tickets(order).await;
    let slips = slips.iter().filter(|t| matches!(t.slip, Slip::Refund(_)));
    assert_eq!(slips.count(), 5);
}

/// A slip of a refund is printed again with its mark, and the guest's receipt says what
/// went back.
#[tokio::test]
async fn paper_after_a_refund() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 2)]).await;
    world.give_back(order, &[(0, 1)]).await;
    let tickets = world.tickets(order).await;
    let slip = tickets.iter().find(|t| matches!(t.slip, Slip::Refund(_)));
    let reprint = ReprintRequest {
        staff: world.mina(),
        command: world.command(),
        job: slip.unwrap().id,
    };
    world.engine.reprint(reprint).await.unwrap();
    let receipt = soban_protocol::guest::PrintReceiptRequest {
        command: world.command(),
        order,
    };
    world.engine.print_receipt(receipt).await.unwrap();
    world.quiet().await;
    let papers = world.printers.papers(&slug("counter-1"));
    let papers: Vec<String> = papers.iter().map(|(_, paper)| said(paper)).collect();
    assert_eq!(papers.len(), 3);
    assert!(papers[1].contains("reprint") && papers[1].contains("refund_title"));
    assert!(papers[2].contains("receipt_title") && papers[2].contains("refunded_amount"));
    assert!(papers[2].contains("-9,000"));
}

/// With a cup deposit in a KakaoPay payment a part is refused and the whole goes back; a
/// part can still be handed back in cash, and then the rest by hand too.
#[tokio::test]
async fn a_deposit_goes_back_as_a_whole() {
    let world = World::open().await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = world.take_away(&[("cola", 2), ("stew", 1)]).await;
        let attempt = world.start(order, Method::Kakaopay).await;
        world.pay(attempt).await;
        orders.push(order);
    }
    assert_eq!(
        world.paid_view(orders[0]).await.refundable,
        Refundable::Whole
    );
    let part = world.refunding(orders[0], &[(0, 1)]);
    assert_eq!(
        code(world.engine.refund_payment(part).await),
        ErrorCode::OnlyWhole
    );
    let whole = world.give_back(orders[0], &[]).await;
    assert_eq!(whole.tax.deposit, Won(600));
    assert_eq!(whole.state, RefundState::Done);

    let part = world.handing(orders[1], &[(0, 1)], ByHand::Cash);
    let view = world.engine.refund_payment(part).await.unwrap();
    assert_eq!(
        (view.refunded, view.refunds[0].tax.deposit),
        (Won(2_300), Won(300))
    );
    assert_eq!(view.refundable, Refundable::ByHand);
    let rest = world.refunding(orders[1], &[]);
    assert_eq!(
        code(world.engine.refund_payment(rest).await),
        ErrorCode::OnlyByHand
    );
    assert_eq!(world.gateway.count(Call::Refund), 1);
}

/// Money of the counter goes back by hand only, and is back at once.
#[tokio::test]
async fn by_hand_at_the_counter() {
    let world = World::open().await;
    let order = paid_at_counter(&world, &[("stew", 2)]).await;
    assert_eq!(world.paid_view(order).await.refundable, Refundable::ByHand);
    let by_machine = world.refunding(order, &[]);
    assert_eq!(
        code(world.engine.refund_payment(by_machine).await),
        ErrorCode::OnlyByHand
    );
    let by_hand = world.handing(order, &[(0, 1)], ByHand::Cash);
    let view = world.engine.refund_payment(by_hand).await.unwrap();
    assert_eq!(view.refunds[0].state, RefundState::Done);
    assert_eq!((view.refunded, view.left), (Won(9_000), vec![1]));
    let rest = world.handing(order, &[], ByHand::Cash);
    world.engine.refund_payment(rest).await.unwrap();
    let state = world.payment(view.attempt).await;
    assert_eq!(state, PaymentState::Refunded);
    assert!(world.gateway.fake.calls().is_empty());
}

/// A VAN that refunds only the whole: a part is refused, and done on its terminal by hand; a
/// whole one whose answer is lost goes to staff, for the VAN cannot be asked.
#[tokio::test]
async fn only_the_whole_through_a_van() {
    let world = World::with_every_way().await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = world.order(&[("stew", 2)]).await;
        let attempt = world.start(order, Method::Barcode).await;
        world.scan(attempt).await;
        orders.push((order, attempt));
    }
    let van = world.other(Method::Barcode);
    let [(parted, _), (lost, attempt)] = orders[..] else {
        panic!("two orders");
    };
    assert_eq!(world.paid_view(parted).await.refundable, Refundable::Whole);
    let part = world.refunding(parted, &[(0, 1)]);
    assert_eq!(
        code(world.engine.refund_payment(part).await),
        ErrorCode::OnlyWhole
    );
    let by_hand = world.handing(parted, &[(0, 1)], ByHand::Terminal);
    let view = world.engine.refund_payment(by_hand).await.unwrap();
    assert_eq!(
        (view.refunded, view.refundable),
        (Won(9_000), Refundable::ByHand)
    );
    van.fault_at(Call::Refund, Fault::LostReply);
    let refund = world.give_back(lost, &[]).await;
    world.pass(2).await;
    assert_eq!(world.refund(refund.id).await.state, RefundState::NeedsStaff);
    assert_eq!(van.ledger(attempt).sent_back, Won(18_000));
    let word = world.settling(refund.id, true);
    world.engine.settle_refund(word).await.unwrap();
    assert_eq!(world.payment(attempt).await, PaymentState::Voided);
}

/// Cash from the till does not count at the gateway: after it a part goes back by machine
/// with what the gateway still has as its guard.
#[tokio::test]
async fn cash_and_machine_mixed() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 3)]).await;
    let cash = world.handing(order, &[(0, 1)], ByHand::Cash);
    world.engine.refund_payment(cash).await.unwrap();
    let by_machine = world.give_back(order, &[(0, 1)]).await;
    assert_eq!(
        (by_machine.state, by_machine.rest_before),
        (RefundState::Done, Won(27_000))
    );
    let last = world.give_back(order, &[]).await;
    assert_eq!(
        (last.state, last.rest_before, last.amount),
        (RefundState::Done, Won(18_000), Won(9_000))
    );
    let attempt = world.attempt(last.attempt).await;
    assert_eq!(attempt.state, PaymentState::Refunded);
    let ledger = world.gateway.fake.ledger(last.attempt);
    assert_eq!(ledger.sent_back, Won(18_000));
}

/// What must not go back does not: unpaid orders, other lines, more than there is, nothing,
/// without a reason, without the right PIN; nothing is written or sent for any of it.
#[tokio::test]
async fn what_is_refused() {
    let world = World::open().await;
    let unpaid = world.order(&[("stew", 1)]).await;
    let order = world.paid(&[("stew", 1)]).await;
    let wish = |lines: &[(u32, u32)]| world.refunding(order, lines);
    let no_reason = RefundRequest {
        why: Note::new("  ").unwrap(),
        ..wish(&[])
    };
    let stranger = RefundRequest {
        staff: Pass {
            name: "mina".to_owned(),
            pin: Secret::new("0000"),
        },
        ..wish(&[])
    };
    let cases = [
        (world.refunding(unpaid, &[]), ErrorCode::NotNow),
        (wish(&[(7, 1)]), ErrorCode::BadRequest),
        (wish(&[(0, 2)]), ErrorCode::NothingToRefund),
        (wish(&[(0, 0)]), ErrorCode::NothingToRefund),
        (no_reason, ErrorCode::BadRequest),
        (stranger, ErrorCode::WrongPin),
        (
            world.refunding(OrderId(soban_testkit::ids::nth(77)), &[]),
            ErrorCode::UnknownOrder,
        ),
    ];
    for (request, expected) in cases {
        let refused = world.engine.refund_payment(request).await;
        assert_eq!(code(refused), expected);
    }
    world.quiet().await;
    assert!(world.look(move |tx| tx.refunds_of(order)).await.is_empty());
    assert_eq!(world.gateway.count(Call::Refund), 0);
}

/// A double tap is one refund with one answer; the same id under another command, or
/// another body under the same one, is refused.
#[tokio::test]
async fn a_double_tap_is_one_refund() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 2)]).await;
    let request = world.refunding(order, &[(0, 1)]);
    let first = world.engine.refund_payment(request.clone()).await.unwrap();
    let second = world.engine.refund_payment(request.clone()).await.unwrap();
    assert_eq!(first, second);
    world.quiet().await;
    let other = RefundRequest {
        lines: Vec::new(),
        ..request.clone()
    };
    assert_eq!(
        code(world.engine.refund_payment(other).await),
        ErrorCode::CommandReused
    );
    let again = RefundRequest {
        command: world.command(),
        ..request
    };
    assert_eq!(
        code(world.engine.refund_payment(again).await),
        ErrorCode::NotNow
    );
    assert_eq!(world.gateway.count(Call::Refund), 1);
    assert_eq!(world.paid_view(order).await.refunded, Won(9_000));
}

/// Two members of staff at once: while one refund is under way the other is refused, and
/// the day's list says that one is settling.
#[tokio::test]
async fn two_at_once() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 2)]).await;
    world.gateway.fake.hang_at(Call::Refund);
    world.give_back(order, &[(0, 1)]).await;
    let view = world.paid_view(order).await;
    assert_eq!(
        (view.refundable, view.pending),
        (Refundable::Settling, Won(9_000))
    );
    for by_hand in [None, Some(ByHand::Cash)] {
        let other = RefundRequest {
            by_hand,
            ..world.refunding(order, &[(0, 1)])
        };
        assert_eq!(
            code(world.engine.refund_payment(other).await),
            ErrorCode::RefundOpen
        );
    }
}
