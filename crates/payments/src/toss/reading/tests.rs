//! What answers mean, tried on the vendor's own shape.

use serde_json::{Value, json};
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::payment::Offer;
use soban_domain::tax::TaxParts;

use super::*;

const KEY: &str = "5zJ4xY7m0kODnyRpQWGrN2xqGlNvLrKwv1M9ENjbeoPaZdL6";
/// 2023-07-15T21:18:22 in Korea.
const SAMPLE_TIME: Timestamp = Timestamp(1_689_423_502_000);

fn held() -> Held {
    Held {
        attempt: AttemptId(uuid::Uuid::from_u128(1)),
        order: OrderId(uuid::Uuid::from_u128(2)),
        amount: Won(15_000),
        tax: TaxParts::of(Won(15_000), Won(0), Won(0)),
        offer: Offer {
            gateway_id: KEY.to_owned(),
            mobile_url: "https://pay.example/c".to_owned(),
            pc_url: "https://pay.example/c".to_owned(),
            qr: None,
            expires: SAMPLE_TIME.plus_seconds(LIFE_SECONDS),
        },
        sent_at: Some(SAMPLE_TIME),
        approval: None,
        refunded: Won(0),
    }
}

fn sample() -> Value {
    json!({
        "paymentKey": KEY, "orderId": held().attempt.to_string(), "status": "DONE",
        "totalAmount": 15000, "balanceAmount": 15000, "method": "카드",
        "requestedAt": "2023-07-15T21:15:00+09:00", "approvedAt": "2023-07-15T21:18:22+09:00",
        "card": {"approveNo": "00123456", "number": "12341234****123*"}, "cancels": null,
    })
}

fn read(answer: &Value) -> Result<PaymentAnswer, Failure> {
    Ok(serde_json::from_value(answer.clone()).unwrap())
}

fn with(field: &str, value: Value) -> Value {
    let mut answer = sample();
    answer[field] = value;
    answer
}

/// The vendor's shape, as a confirm's answer and as an inquiry's, is the proof.
#[test]
fn the_vendors_shape_is_proof() {
    let due = Approval {
        number: "00123456".to_owned(),
        amount: Won(15_000),
        kind: "CARD".to_owned(),
        at: SAMPLE_TIME,
        by: None,
    };
    let approved = approve(read(&sample()), &held());
    assert_eq!(approved, Approve::Approved(due.clone()));
    assert_eq!(standing(read(&sample()), &held()), Standing::Paid(due));
}

/// Each of the three compared fields, changed alone, makes a mismatch that names it; left
/// out, it makes an answer that proves nothing.
#[test]
fn each_compared_field_counts() {
    for field in ["paymentKey", "orderId", "totalAmount"] {
        let other = match field {
            "totalAmount" => with(field, json!(14_999)),
            _ => with(field, json!("other")),
        };
        let answered = approve(read(&other), &held());
        assert!(
            matches!(&answered, Approve::Mismatched { evidence } if evidence.starts_with(field)),
            "{answered:?}"
        );
        let inquired = standing(read(&other), &held());
        assert!(
            matches!(&inquired, Standing::Mismatched { evidence } if evidence.starts_with(field)),
            "{inquired:?}"
        );
        let missing = with(field, Value::Null);
        let answered = approve(read(&missing), &held());
        assert!(
            matches!(
                answered,
                Approve::Unknown {
                    cause: Cause::NoAnswer,
                    ..
                }
            ),
            "{answered:?}"
        );
        let inquired = standing(read(&missing), &held());
        assert!(
            matches!(inquired, Standing::NoAnswer { .. }),
            "{inquired:?}"
        );
    }
}

/// Every status of the vendor's list, and some that are not of it, is read as told; a
/// confirm's answer that is not "taken" is unknown.
#[test]
fn every_status_is_read() {
    let statuses = [
        ("DONE", Status::Taken),
        ("PARTIAL_CANCELED", Status::Taken),
        ("CANCELED", Status::SentBack),
        ("ABORTED", Status::Ended),
        ("EXPIRED", Status::Ended),
        ("READY", Status::Open),
        ("IN_PROGRESS", Status::Open),
        ("WAITING_FOR_DEPOSIT", Status::Open),
        ("SOMETHING_NEW", Status::Unlisted),
        ("done", Status::Unlisted),
        ("", Status::Unlisted),
    ];
    for (name, status) in statuses {
        let answer = with("status", json!(name));
        let stands = standing(read(&answer), &held());
        let fits = match status {
            Status::Taken => matches!(stands, Standing::Paid(_)),
            Status::SentBack => stands == Standing::SentBack,
            Status::Ended => matches!(stands, Standing::Unpaid { .. }),
            Status::Open => matches!(stands, Standing::Open { .. }),
            Status::Unlisted => matches!(stands, Standing::NoAnswer { .. }),
        };
        assert!(fits, "{name}: {stands:?}");
        let approved = approve(read(&answer), &held());
        let taken = matches!(approved, Approve::Approved(_));
        assert_eq!(taken, status == Status::Taken, "{name}: {approved:?}");
        let mut foreign = answer;
        foreign["paymentKey"] = json!("other");
        let stands = standing(read(&foreign), &held());
        assert!(
            matches!(
                stands,
                Standing::Mismatched { .. } | Standing::NoAnswer { .. }
            ),
            "{name}: {stands:?}"
        );
    }
}

/// Each class of refusal becomes its cause; a call that was not sent says so.
#[test]
fn failures_become_causes() {
    let refused = |class| Failure::Refused {
        status: 400,
        code: "X".to_owned(),
        class,
        evidence: "X".to_owned(),
    };
    for (failure, due) in [
        (refused(Class::Refused), Cause::Refused),
        (refused(Class::Unknown), Cause::NoAnswer),
        (refused(Class::Setup), Cause::NoAnswer),
        (Failure::Broken("timed_out"), Cause::NoAnswer),
        (Failure::Status(502), Cause::NoAnswer),
    ] {
        match approve(Err(failure.clone()), &held()) {
            Approve::Unknown { cause, .. } => assert_eq!(cause, due, "{failure:?}"),
            other => panic!("{failure:?}: {other:?}"),
        }
        let stands = standing(Err(failure), &held());
        assert!(matches!(stands, Standing::NoAnswer { .. }));
    }
    let unsent = approve(Err(Failure::NotSent), &held());
    assert!(matches!(unsent, Approve::NotSent { .. }));
}

/// What was sent back is total less balance, and nothing where that cannot be.
#[test]
fn what_was_sent_back_is_the_difference() {
    let told = |status: &str, balance: Value| {
        let mut answer = with("status", json!(status));
        answer["balanceAmount"] = balance;
        sent_back(read(&answer), &held())
    };
    assert_eq!(told("DONE", json!(15_000)), SentBack::Sum(Won(0)));
    assert_eq!(
        told("PARTIAL_CANCELED", json!(9_000)),
        SentBack::Sum(Won(6_000))
    );
    assert_eq!(told("CANCELED", json!(0)), SentBack::Sum(Won(15_000)));
    for (status, balance) in [
        ("DONE", Value::Null),
        ("DONE", json!(15_001)),
        ("IN_PROGRESS", json!(15_000)),
        ("SOMETHING_NEW", json!(15_000)),
    ] {
        let said = told(status, balance);
        assert!(
            matches!(said, SentBack::NoAnswer { .. }),
            "{status}: {said:?}"
        );
    }
}

/// A refund is found by its mark and amount, and an aborted one is none.
#[test]
fn our_refund_is_found_by_its_mark() {
    let cancel = |reason: &str, amount: i64, status: &str| {
        let row = json!({"cancelReason": reason, "cancelAmount": amount, "cancelStatus": status,
            "transactionKey": "t1"});
        let answer = read(&with("cancels", json!([row]))).unwrap();
        marked(&answer, "(r1)", Won(500)).is_some()
    };
    assert!(cancel("다 떨어짐 (r1)", 500, "DONE"));
    assert!(!cancel("다 떨어짐 (r2)", 500, "DONE"));
    assert!(!cancel("다 떨어짐 (r1)", 501, "DONE"));
    assert!(!cancel("다 떨어짐 (r1)", 500, "ABORTED"));
}
