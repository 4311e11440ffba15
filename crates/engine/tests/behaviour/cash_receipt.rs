//! Cash receipts (현금영수증): issued once, for the store's own cash only, voided with their
//! money, and their number nowhere but in its place.

use std::time::Duration;

use soban_domain::cash_receipt::{CashReceiptState, Doing, ReceiptKind};
use soban_domain::ids::{CashReceiptId, OrderId};
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::refund::ByHand;
use soban_domain::text::Note;
use soban_protocol::error::ErrorCode;
use soban_protocol::money::{IssueCashReceiptRequest, ReceiptSaid, SettleCashReceiptRequest};
use soban_protocol::secret::Secret;
use soban_protocol::staff::BoardRequest;
use soban_testkit::cash_receipts::Call;
use soban_testkit::gateway::Fault;

use crate::rig::World;
use crate::rig::back::code;

/// Has staff take the money of an order at the counter.
async fn take(world: &World, order: OrderId) {
    let taking = world.decision(order);
    world.engine.take_payment(taking).await.unwrap();
    world.quiet().await;
}

/// An order paid in cash at the counter.
async fn cash(world: &World, items: &[(&str, u32)]) -> OrderId {
    let order = world.order(items).await;
    world.start(order, Method::Counter).await;
    take(world, order).await;
    order
}

/// Asks for a receipt and lets the pumps do what they can.
async fn ask(world: &World, order: OrderId) -> CashReceiptId {
    let request = world.wanting_receipt(order);
    let id = request.receipt;
    world.engine.issue_cash_receipt(request).await.unwrap();
    world.quiet().await;
    id
}

async fn state(world: &World, id: CashReceiptId) -> CashReceiptState {
    world.cash_receipt(id).await.state
}

fn saying(world: &World, receipt: CashReceiptId, said: ReceiptSaid) -> SettleCashReceiptRequest {
    SettleCashReceiptRequest {
        staff: world.mina(),
        command: world.command(),
        receipt,
        said,
        issue_number: None,
        why: Note::new("seen at the tax office").unwrap(),
    }
}

/// A receipt is issued once for exactly the sale, with VAT and exempt parts; its number is
/// gone from the store then, and screens see the mask.
#[tokio::test]
async fn issued_once() {
    let world = World::open().await;
    let order = cash(&world, &[("stew", 1), ("milk", 1)]).await;
    let request = world.wanting_receipt(order);
    let id = request.receipt;
    let view = world
        .engine
        .issue_cash_receipt(request.clone())
        .await
        .unwrap();
    assert_eq!(view.masked, "010-****-4321");
    let again = world.engine.issue_cash_receipt(request).await.unwrap();
    assert_eq!(view, again);
    world.quiet().await;
    let filed = world.receipts.filed();
    assert_eq!(filed.len(), 1);
    assert_eq!(filed[0].number.reveal(), "01087654321");
    assert_eq!(
        (filed[0].amount, filed[0].tax.exempt, filed[0].tax.vat),
        (Won(12_000), Won(3_000), Won(818))
    );
    let receipt = world.cash_receipt(id).await;
    assert_eq!(receipt.state, CashReceiptState::Issued);
    assert_eq!(receipt.issue_number.as_deref(), Some("G00000001"));
    assert_eq!(world.look(move |tx| tx.receipt_number(id)).await, None);
    let second = world.wanting_receipt(order);
    assert_eq!(
        code(world.engine.issue_cash_receipt(second).await),
        ErrorCode::ReceiptExists
    );
}

/// The digits that a guest typed are in no event, no reply on record and no order as staff
/// see it, by searching all of them while the receipt waits.
#[tokio::test]
async fn the_number_stays_in_its_place() {
    let world = World::open().await;
    world.receipts.set_unreachable(true);
    let order = cash(&world, &[("stew", 1)]).await;
    let request = world.wanting_receipt(order);
    let (id, command) = (request.receipt, request.command);
    world.engine.issue_cash_receipt(request).await.unwrap();
    world.pass(3).await;
    assert_eq!(state(&world, id).await, CashReceiptState::Recorded);
    let kept = world.look(move |tx| tx.reply_of(command)).await.unwrap();
    let events = format!("{:?}", world.events().await);
    let receipt = format!("{:?}", world.cash_receipt(id).await);
    let view = format!("{:?}", world.paid_view(order).await);
    for text in [kept.reply, events, receipt, view] {
        assert!(
            !text.contains("87654321") && !text.contains("8765"),
            "{text}"
        );
    }
    // Had the digits been hashed with the command, another number would be another body.
    let masked_alike = IssueCashReceiptRequest {
        command,
        receipt: id,
        number: Some(Secret::new("010-1111-4321")),
        ..world.wanting_receipt(order)
    };
    assert!(world.engine.issue_cash_receipt(masked_alike).await.is_ok());
}

/// What the gateway issues for, cards, unpaid orders and numbers without a form are
/// refused; guests do not issue to the settings' number, staff do.
#[tokio::test]
async fn what_is_refused() {
    let world = World::open().await;
    let by_money = world.paid(&[("stew", 1)]).await;
    let unpaid = world.order(&[("stew", 1)]).await;
    let order = cash(&world, &[("stew", 1)]).await;
    let own = IssueCashReceiptRequest {
        kind: ReceiptKind::SelfIssue,
        number: None,
        ..world.wanting_receipt(order)
    };
    let wrong = IssueCashReceiptRequest {
        number: Some(Secret::new("02-1234-5678")),
        ..world.wanting_receipt(order)
    };
    let cases = [
        (world.wanting_receipt(by_money), ErrorCode::ReceiptNotOurs),
        (world.wanting_receipt(unpaid), ErrorCode::NotNow),
        (wrong, ErrorCode::BadReceiptNumber),
        (own.clone(), ErrorCode::BadReceiptNumber),
    ];
    for (request, expected) in cases {
        let refused = world.engine.issue_cash_receipt(request).await;
        assert_eq!(code(refused), expected);
    }
    let by_staff = IssueCashReceiptRequest {
        staff: Some(world.mina()),
        command: world.command(),
        ..own
    };
    world.engine.issue_cash_receipt(by_staff).await.unwrap();
    world.quiet().await;
    let filed = world.receipts.filed();
    assert_eq!(filed[0].number.reveal(), "0100001234");
}

/// A guest who asks before paying at the counter gets the receipt once the money is taken;
/// one whose order is closed unpaid gets none, and the number is forgotten.
#[tokio::test]
async fn asked_for_before_the_money() {
    let world = World::open().await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = world.order(&[("stew", 1)]).await;
        world.start(order, Method::Counter).await;
        orders.push((order, ask(&world, order).await));
    }
    world.pass(30).await;
    assert!(world.receipts.filed().is_empty());
    let [(paid, receipt), (left, dropped)] = orders[..] else {
        panic!("two orders");
    };
    take(&world, paid).await;
    assert_eq!(state(&world, receipt).await, CashReceiptState::Issued);
    let closing = world.decision(left);
    world.engine.close_order(closing).await.unwrap();
    world.quiet().await;
    assert_eq!(state(&world, dropped).await, CashReceiptState::Voided);
    let number = world.look(move |tx| tx.receipt_number(dropped)).await;
    assert_eq!(number, None);
    assert_eq!(world.receipts.filed().len(), 1);
}

/// A lost answer is looked up and found; an issuing that was not done is done again, once.
#[tokio::test]
async fn lost_and_undone() {
    for (fault, sendings) in [(Fault::LostReply, 1), (Fault::ServerError, 2)] {
        let world = World::open().await;
        let order = cash(&world, &[("stew", 1)]).await;
        world.receipts.fault_at(Call::Issue, fault);
        let id = ask(&world, order).await;
        let unknown = CashReceiptState::Unknown(Doing::Issue);
        assert_eq!(state(&world, id).await, unknown);
        world.pass(10).await;
        assert_eq!(state(&world, id).await, CashReceiptState::Issued);
        assert_eq!(world.receipts.count(Call::Issue), sendings);
        assert_eq!(world.receipts.filed().len(), 1);
    }
}

/// The program stops before, while and after issuing: after the restart there is one
/// receipt at the tax office.
#[tokio::test]
async fn restarts() {
    let mut world = World::open().await;
    let order = cash(&world, &[("stew", 1)]).await;
    world.stop();
    let id = ask(&world, order).await;
    assert_eq!(state(&world, id).await, CashReceiptState::Recorded);
    world.wake().await;
    assert_eq!(state(&world, id).await, CashReceiptState::Issued);
    let order = cash(&world, &[("stew", 1)]).await;
    world.receipts.fault_at(Call::Issue, Fault::LostReply);
    let id = ask(&world, order).await;
    world.restart().await;
    world.pass(5).await;
    assert_eq!(state(&world, id).await, CashReceiptState::Issued);
    assert_eq!(world.receipts.filed().len(), 2);
}

/// All of the money goes back: the receipt is voided with it, also where the answers of the
/// voiding are lost.
#[tokio::test]
async fn voided_with_its_money() {
    for fault in [None, Some(Fault::LostReply), Some(Fault::ServerError)] {
        let world = World::open().await;
        let order = cash(&world, &[("stew", 1)]).await;
        let id = ask(&world, order).await;
        if let Some(fault) = fault {
            world.receipts.fault_at(Call::Void, fault);
        }
        let back = world.handing(order, &[], ByHand::Cash);
        world.engine.refund_payment(back).await.unwrap();
        world.pass(10).await;
        assert_eq!(state(&world, id).await, CashReceiptState::Voided);
        assert!(world.receipts.filed()[0].voided);
    }
}

/// A part of the money goes back: the receipt of the whole is voided, and another can be
/// issued for what is left.
#[tokio::test]
async fn another_for_the_rest() {
    let world = World::open().await;
    let order = cash(&world, &[("stew", 1), ("milk", 1)]).await;
    let first = ask(&world, order).await;
    let back = world.handing(order, &[(1, 1)], ByHand::Cash);
    world.engine.refund_payment(back).await.unwrap();
    world.quiet().await;
    assert_eq!(state(&world, first).await, CashReceiptState::Voided);
    let second = ask(&world, order).await;
    assert_eq!(state(&world, second).await, CashReceiptState::Issued);
    let filed = world.receipts.filed();
    let standing: Vec<_> = filed.iter().filter(|filed| !filed.voided).collect();
    assert_eq!(standing.len(), 1);
    assert_eq!(
        (standing[0].amount, standing[0].tax.exempt),
        (Won(9_000), Won(0))
    );
}

/// Money that goes back while nobody knows whether the receipt was issued: once it is known
/// to stand, it is voided.
#[tokio::test]
async fn voided_once_it_is_known() {
    let world = World::open().await;
    let order = cash(&world, &[("stew", 1)]).await;
    world.receipts.fault_at(Call::Issue, Fault::LostReply);
    world.receipts.fault_at(Call::LookUp, Fault::ServerError);
    let id = ask(&world, order).await;
    let back = world.handing(order, &[], ByHand::Cash);
    world.engine.refund_payment(back).await.unwrap();
    world.quiet().await;
    let unknown = CashReceiptState::Unknown(Doing::Issue);
    assert_eq!(state(&world, id).await, unknown);
    world.pass(20).await;
    assert_eq!(state(&world, id).await, CashReceiptState::Voided);
    assert!(world.receipts.filed()[0].voided);
}

/// A deposit is no sale: the receipt is of the goods alone.
#[tokio::test]
async fn deposits_are_no_sale() {
    let world = World::open().await;
    let order = world.take_away(&[("cola", 1)]).await;
    world.start(order, Method::Counter).await;
    take(&world, order).await;
    ask(&world, order).await;
    let filed = world.receipts.filed();
    assert_eq!(
        (filed[0].amount, filed[0].tax.deposit),
        (Won(2_000), Won(0))
    );
}

/// A refusal ends it and another may be asked for, with another number.
#[tokio::test]
async fn a_refused_number_can_be_given_anew() {
    let world = World::open().await;
    let order = cash(&world, &[("stew", 1)]).await;
    world.receipts.fault_at(Call::Issue, Fault::Refusal);
    let first = ask(&world, order).await;
    assert_eq!(state(&world, first).await, CashReceiptState::Refused);
    let second = ask(&world, order).await;
    assert_eq!(state(&world, second).await, CashReceiptState::Issued);
}

/// Not issued within the five days of the law, it goes to staff and is flagged as overdue;
/// their word, with the tax office's number, ends it.
#[tokio::test]
async fn the_law_has_a_deadline() {
    let world = World::open().await;
    world.receipts.set_unreachable(true);
    let order = cash(&world, &[("stew", 1)]).await;
    let id = ask(&world, order).await;
    world.clock.advance(Duration::from_secs(5 * 24 * 60 * 60));
    world.pass(2).await;
    let stuck = CashReceiptState::NeedsStaff(Doing::Issue);
    assert_eq!(state(&world, id).await, stuck);
    let looking = BoardRequest {
        staff: world.mina(),
    };
    let board = world.engine.staff_board(looking).await.unwrap();
    let view = board.money[0].receipt.clone().unwrap();
    assert!(view.overdue);
    assert_eq!(view.allowed.len(), 3);
    let word = SettleCashReceiptRequest {
        issue_number: Some(Note::new("G777").unwrap()),
        ..saying(&world, id, ReceiptSaid::Issued)
    };
    let view = world.engine.settle_cash_receipt(word).await.unwrap();
    assert_eq!(view.issue_number.as_deref(), Some("G777"));
    assert!(!view.overdue);
    assert_eq!(state(&world, id).await, CashReceiptState::Issued);
    let number = world.look(move |tx| tx.receipt_number(id)).await;
    assert_eq!(number, None);
    let late = saying(&world, id, ReceiptSaid::Voided);
    assert_eq!(
        code(world.engine.settle_cash_receipt(late).await),
        ErrorCode::NotNow
    );
}

/// A voiding that is refused goes to staff, who say that it is voided.
#[tokio::test]
async fn staff_end_a_voiding() {
    let world = World::open().await;
    let order = cash(&world, &[("stew", 1)]).await;
    let id = ask(&world, order).await;
    world.receipts.fault_at(Call::Void, Fault::Refusal);
    let back = world.handing(order, &[], ByHand::Cash);
    world.engine.refund_payment(back).await.unwrap();
    world.quiet().await;
    let stuck = CashReceiptState::NeedsStaff(Doing::Void);
    assert_eq!(state(&world, id).await, stuck);
    let word = saying(&world, id, ReceiptSaid::Voided);
    world.engine.settle_cash_receipt(word).await.unwrap();
    assert_eq!(state(&world, id).await, CashReceiptState::Voided);
}
