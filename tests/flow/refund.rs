//! Money back to a guest, from the staff's screen to the gateway's ledger and the paper,
//! and the books of the day compared afterwards.

use serde_json::Value;
use soban_domain::cash_receipt::{CashReceiptState, Doing, ReceiptKind};
use soban_domain::ids::{CashReceiptId, OrderId, RefundId};
use soban_domain::money::Won;
use soban_domain::payment::PaymentState;
use soban_domain::refund::{RefundKind, RefundLine, RefundState};
use soban_domain::secret::Secret;
use soban_domain::text::Note;
use soban_protocol::endpoint::endpoints::{
    DayOrders, IssueCashReceipt, Reconcile, RefundPayment, SettleCashReceipt,
};
use soban_protocol::error::ErrorCode;
use soban_protocol::money::{
    CashReceiptView, DayOrdersRequest, IssueCashReceiptRequest, PaidOrder, ReceiptSaid,
    ReconcileRequest, RefundRequest, Refundable, SettleCashReceiptRequest,
};
use soban_tests::baskets::{eat_in, pancake, times, zero_cola};
use soban_tests::guest::{command, staff};
use soban_tests::truth::{papers, settled_once};
use soban_tests::world::World;
use uuid::Uuid;

use crate::paid::{self, payment_is};

fn refunding(order: OrderId, lines: Vec<RefundLine>) -> RefundRequest {
    RefundRequest {
        staff: staff(),
        command: command(),
        refund: RefundId(Uuid::now_v7()),
        order,
        lines,
        by_hand: None,
        why: Note::new("식은 음식").unwrap(),
    }
}

async fn day_orders(world: &World) -> Vec<PaidOrder> {
    let request = DayOrdersRequest {
        staff: staff(),
        day: None,
    };
    world.staff().must::<DayOrders>(&request).await.orders
}

/// Runs `soban reconcile`: its exit code and what it printed.
fn reconcile(world: &World, args: &[&str]) -> (Option<i32>, String) {
    let mut all = vec!["reconcile", "--config", "soban.toml", "--data", "data"];
    all.extend(args);
    let output = world.soban(&all);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), said)
}

/// One of three dishes goes back, then the rest: at the gateway with its VAT, on disk, on
/// two slips, and sent twice it is one refund. The books of the day agree then, on the
/// owner's screen and on the command line; money that somebody sends back past the hub is
/// named by both.
#[tokio::test]
async fn back_in_parts_and_compared() {
    let world = World::start();
    let desk = world.staff();
    let basket = eat_in(vec![times(3, pancake()), zero_cola()]);
    let order = paid::by_phone(&world, &basket).await;
    let attempt = settled_once(&world, order).await.payments[0].id;
    let one = vec![RefundLine {
        line: 0,
        quantity: 1,
    }];
    let request = refunding(order, one.clone());
    let first = desk.must::<RefundPayment>(&request).await;
    let again = desk.must::<RefundPayment>(&request).await;
    assert_eq!(first.refunds[0].refund, again.refunds[0].refund);
    payment_is(&world, order, PaymentState::PartlyRefunded).await;
    let gateway = world.outside.gateway().await;
    let there = gateway.of(attempt);
    assert_eq!(there.status, "PART_CANCEL_PAYMENT");
    assert_eq!(
        (there.canceled_amount.total, there.canceled_amount.vat),
        (14_000, 1_273)
    );
    assert_eq!(gateway.count("cancel"), 1);

    desk.must::<RefundPayment>(&refunding(order, Vec::new()))
        .await;
    payment_is(&world, order, PaymentState::Refunded).await;
    let there = world.outside.gateway().await;
    let there = there.of(attempt);
    assert_eq!(there.canceled_amount.total, there.amount.total);
    assert_eq!(there.canceled_amount.vat, there.amount.vat);
    let disk = world.on_disk(order);
    let states: Vec<_> = disk.refunds.iter().map(|r| (r.state, r.kind)).collect();
    assert_eq!(states, [(RefundState::Done, RefundKind::Refund); 2]);
    let view = day_orders(&world).await.remove(0);
    assert_eq!(
        (view.refunded, view.refundable, view.pos_too),
        (Won(44_500), Refundable::Nothing, true)
    );
    let more = desk.refused::<RefundPayment>(&refunding(order, one)).await;
    assert_eq!(more, ErrorCode::NothingToRefund);

    let printed = |view: &soban_protocol::view::OrderView| {
        let state = soban_domain::print::PrintState::Printed;
        view.prints.iter().all(|print| print.state == state)
    };
    world.until(order, "two slips", printed).await;
    let slips = papers(&world, &disk.order, "receipt", "환불 영수증").await;
    assert_eq!(slips.len(), 2);
    assert_eq!(slips[0].value("환불 금액"), "-14,000");
    assert!(slips[0].mentions(&view.approval_number));

    let (code, said) = reconcile(&world, &[]);
    assert_eq!(code, Some(0), "{said}");
    let other = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    let disk = settled_once(&world, other).await;
    let tid = &disk.payments[0].offer.as_ref().unwrap().gateway_id;
    world.outside.send_back(tid, 14_000, 14_000).await;
    let (code, said) = reconcile(&world, &["--json"]);
    assert_eq!(code, Some(1), "{said}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["differences"][0]["kind"], "refund_differs");
    assert_eq!(report["differences"][0]["order"], other.to_string());
    assert_eq!(report["differences"][0]["gap"], -14_000);
    let (code, said) = reconcile(&world, &[]);
    assert_eq!(code, Some(1));
    for words in ["환불 금액이 달라요", "결제사가 한 환불을 기록하세요", tid] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let request = ReconcileRequest {
        staff: staff(),
        day: None,
    };
    let seen = desk.must::<Reconcile>(&request).await;
    assert_eq!(serde_json::to_value(&seen).unwrap(), report);
    assert_eq!(reconcile(&world, &["--day", "tomorrow"]).0, Some(2));
    let (code, said) = reconcile(&world, &["--day", "2020-01-01"]);
    assert_eq!(code, Some(0), "{said}");
}

/// A refund whose answer is lost, with the hub killed before it could ask, is found done by
/// asking: the money goes back once.
#[tokio::test]
async fn a_lost_refund_survives_a_kill() {
    let mut world = World::start();
    let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    settled_once(&world, order).await;
    world.outside.next("payment.cancel", "reply_lost", 1).await;
    let desk = world.staff();
    desk.must::<RefundPayment>(&refunding(order, Vec::new()))
        .await;
    let cancelled = |gateway: &soban_tests::outside::Gateway| gateway.count("cancel") == 1;
    world
        .outside
        .gateway_until("a refund at the gateway", cancelled)
        .await;
    world.crash();
    payment_is(&world, order, PaymentState::Voided).await;
    let gateway = world.outside.gateway().await;
    assert_eq!(
        (gateway.count("cancel"), gateway.canceled_total),
        (1, 14_000)
    );
    let disk = world.on_disk(order);
    assert_eq!(disk.refunds.len(), 1);
    assert_eq!(disk.refunds[0].kind, RefundKind::Void);
    assert_eq!(disk.payments[0].refunded, Won(14_000));
}

/// A guest's cash receipt, in a store without a service for them, waits for staff; they
/// issue it by hand and write its number down. The digits are in no answer and not on disk
/// afterwards, by searching the data folder.
#[tokio::test]
async fn a_cash_receipt_by_hand() {
    let world = World::start();
    let order = world.guest().order(&eat_in(vec![pancake()])).await.id;
    paid::pay_at_counter(&world, order).await;
    settled_once(&world, order).await;
    let request = IssueCashReceiptRequest {
        staff: None,
        command: command(),
        receipt: CashReceiptId(Uuid::now_v7()),
        order,
        kind: ReceiptKind::IncomeDeduction,
        number: Some(Secret::new("010-8765-4321")),
    };
    world.guest().must::<IssueCashReceipt>(&request).await;
    let stuck = CashReceiptState::NeedsStaff(Doing::Issue);
    let mut feed = world.feed(0).await;
    let view: CashReceiptView = loop {
        let waiting = world.staff().board().await.money;
        if let Some(view) = waiting.into_iter().find_map(|paid| paid.receipt) {
            break view;
        }
        feed.next().await;
    };
    assert_eq!((view.state, view.masked.as_str()), (stuck, "010-****-4321"));
    let word = SettleCashReceiptRequest {
        staff: staff(),
        command: command(),
        receipt: request.receipt,
        said: ReceiptSaid::Issued,
        issue_number: Some(Note::new("G12345678").unwrap()),
        why: Note::new("홈택스에서 발급").unwrap(),
    };
    let settled = world.staff().must::<SettleCashReceipt>(&word).await;
    assert_eq!(settled.state, CashReceiptState::Issued);
    let mut world = world;
    world.stop_hub();
    for file in std::fs::read_dir(world.data()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let digits = b"01087654321";
            let there = bytes.windows(digits.len()).any(|w| w == digits);
            assert!(!there, "{}", path.display());
        }
    }
}
