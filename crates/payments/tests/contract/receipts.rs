//! The port of cash receipts over Toss Payments: issued once, found, voided once, and never
//! told to be done or undone where nobody knows.

use std::time::{SystemTime, UNIX_EPOCH};

use soban_domain::cash_receipt::{
    CashReceipt, CashReceiptState, ReceiptKind, ReceiptNumber, deadline,
};
use soban_domain::ids::{AttemptId, CashReceiptId, OrderId};
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::tax::TaxParts;
use soban_engine::ports::CashReceipts;
use soban_engine::ports::cash_receipt::{Issued, ReceiptAsk, ReceiptStanding, ReceiptVoid};
use soban_payments::Toss;
use soban_sandbox::{Endpoint, FaultKind, FaultRule};
use uuid::Uuid;

use crate::street::{Street, toss};

fn service(street: &Street) -> Toss {
    Toss::new(toss(&street.sandbox.toss_base())).unwrap()
}

/// This moment: the sandbox dates its receipts by the same clock.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
}

/// A wish for the receipt of one sale with VAT and exempt goods.
fn ask(n: u128) -> ReceiptAsk {
    let number = ReceiptNumber::new(ReceiptKind::IncomeDeduction, "010-1234-5678").unwrap();
    let tax = TaxParts::of(Won(2_500), Won(3_000), Won(0));
    let now = now();
    ReceiptAsk {
        receipt: CashReceipt {
            id: CashReceiptId(Uuid::from_u128(n)),
            order: OrderId(Uuid::from_u128(n)),
            attempt: AttemptId(Uuid::from_u128(n)),
            kind: ReceiptKind::IncomeDeduction,
            masked: number.masked(),
            amount: tax.total(),
            tax,
            state: CashReceiptState::Issuing,
            created: now,
            changed: now,
            deadline: deadline(now),
            issue_number: None,
            tries: 1,
            next_try: None,
            evidence: None,
        },
        number,
        title: "kimchi stew +1".to_owned(),
        paid_at: now,
    }
}

/// A receipt is issued once, looked up by its id, voided once and then found voided; one
/// that was never asked for is absent and cannot be voided.
#[tokio::test]
async fn issued_found_and_voided() {
    let street = Street::open().await;
    let service = service(&street);
    let ask = ask(0xa);
    assert_eq!(service.look_up(&ask.receipt).await, ReceiptStanding::Absent);
    assert!(matches!(
        service.void(&ask.receipt).await,
        ReceiptVoid::Refused { .. }
    ));
    let issued = service.issue(&ask).await;
    let Issued::Done { number } = issued.clone() else {
        panic!("a receipt is due: {issued:?}");
    };
    assert!(!number.is_empty());
    assert_eq!(service.issue(&ask).await, issued);
    assert_eq!(
        service.look_up(&ask.receipt).await,
        ReceiptStanding::Issued { number }
    );
    for _ in 0..2 {
        assert_eq!(service.void(&ask.receipt).await, ReceiptVoid::Done);
    }
    assert_eq!(service.look_up(&ask.receipt).await, ReceiptStanding::Voided);
    let ledger = street.get("/ledger/tosspayments").await;
    let requests = ledger["requests"].as_array().unwrap().iter();
    let voids = requests.filter(|request| request["endpoint"] == "toss.receipt_cancel");
    assert_eq!(voids.count(), 1);
}

/// Answers that are lost leave it unknown, and the look-up tells what became of it; with
/// nobody there nothing was sent.
#[tokio::test]
async fn lost_answers_are_looked_up() {
    let street = Street::open().await;
    let service = service(&street);
    let ask = ask(0xb);
    let lose = |endpoint| {
        let rule = FaultRule::next(endpoint, FaultKind::ReplyLost, 1);
        street.sandbox.fault(rule).unwrap();
    };
    lose(Endpoint::TossReceipt);
    let lost = service.issue(&ask).await;
    assert!(matches!(lost, Issued::Unknown { .. }), "{lost:?}");
    let found = service.look_up(&ask.receipt).await;
    assert!(matches!(found, ReceiptStanding::Issued { .. }), "{found:?}");
    lose(Endpoint::TossReceiptCancel);
    let lost = service.void(&ask.receipt).await;
    assert!(matches!(lost, ReceiptVoid::Unknown { .. }), "{lost:?}");
    assert_eq!(service.look_up(&ask.receipt).await, ReceiptStanding::Voided);
    street.sandbox.stop().await;
    let unsent = service.issue(&ask).await;
    assert!(matches!(unsent, Issued::NotSent { .. }), "{unsent:?}");
    let unsent = service.void(&ask.receipt).await;
    assert!(matches!(unsent, ReceiptVoid::NotSent { .. }), "{unsent:?}");
    let silent = service.look_up(&ask.receipt).await;
    assert!(
        matches!(silent, ReceiptStanding::NoAnswer { .. }),
        "{silent:?}"
    );
    let all = format!("{unsent:?} {silent:?} {ask:?}");
    assert!(!all.contains("01012345678"));
}
