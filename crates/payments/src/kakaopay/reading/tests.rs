//! What answers mean, tried on the vendor's own samples.

use serde_json::{Value, json};
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::payment::Offer;
use soban_domain::tax::TaxParts;

use super::*;

pub(crate) const CID: &str = "TC0ONETIME";
const TID: &str = "T1234567890123456789";
/// 2023-07-15T21:18:22 in Korea, the time of the vendor's samples.
const SAMPLE_TIME: Timestamp = Timestamp(1_689_423_502_000);

pub(crate) fn held() -> Held {
    Held {
        attempt: AttemptId(uuid::Uuid::from_u128(1)),
        order: OrderId(uuid::Uuid::from_u128(2)),
        amount: Won(2200),
        tax: TaxParts::of(Won(2200), Won(0), Won(0)),
        offer: Offer {
            gateway_id: TID.to_owned(),
            mobile_url: "https://pay.example/m".to_owned(),
            pc_url: "https://pay.example/p".to_owned(),
            qr: None,
            expires: SAMPLE_TIME.plus_seconds(TID_LIFE_SECONDS),
        },
        sent_at: Some(SAMPLE_TIME),
        approval: None,
        refunded: Won(0),
    }
}

/// The vendor's sample answer, for our held payment.
fn sample() -> Value {
    json!({
        "aid": "A5678901234567890123", "tid": TID, "cid": CID,
        "partner_order_id": held().attempt.to_string(),
        "partner_user_id": held().order.to_string(),
        "payment_method_type": "MONEY", "status": "SUCCESS_PAYMENT", "quantity": 1,
        "amount": {"total": 2200, "tax_free": 0, "vat": 200, "point": 0},
        "created_at": "2023-07-15T21:18:22", "approved_at": "2023-07-15T21:18:22",
        "payment_action_details": [
            {"aid": "A0000000000000000009", "payment_action_type": "CANCEL", "amount": 100},
            {"aid": "A5678901234567890123", "payment_action_type": "PAYMENT", "amount": 2200},
        ],
    })
}

fn read(answer: Value) -> Result<PaymentAnswer, Failure> {
    Ok(serde_json::from_value(answer).unwrap())
}

fn due() -> Approval {
    Approval {
        number: "A5678901234567890123".to_owned(),
        amount: Won(2200),
        kind: "MONEY".to_owned(),
        at: SAMPLE_TIME,
        by: None,
    }
}

/// The vendor's sample, as an approval's answer and as an inquiry's, is the proof.
#[test]
fn the_vendors_sample_is_proof() {
    let approved = approve(read(sample()), &held(), CID);
    assert_eq!(approved, Approve::Approved(due()));
    let paid = standing(read(sample()), &held(), CID);
    assert_eq!(paid, Standing::Paid(due()));
}

/// Each of the five compared fields, changed alone, makes a mismatch that names it; left
/// out, it makes an answer that proves nothing.
#[test]
fn each_compared_field_counts() {
    let fields = [
        "tid",
        "cid",
        "partner_order_id",
        "partner_user_id",
        "amount",
    ];
    for field in fields {
        let mut other = sample();
        other[field] = match field {
            "amount" => json!({"total": 2199}),
            _ => json!("other"),
        };
        let answered = approve(read(other.clone()), &held(), CID);
        assert!(
            matches!(&answered, Approve::Mismatched { evidence } if evidence.starts_with(field)),
            "{answered:?}"
        );
        let inquired = standing(read(other), &held(), CID);
        assert!(
            matches!(&inquired, Standing::Mismatched { evidence } if evidence.starts_with(field)),
            "{inquired:?}"
        );
        let mut missing = sample();
        missing.as_object_mut().unwrap().remove(field);
        let answered = approve(read(missing.clone()), &held(), CID);
        assert!(
            matches!(
                answered,
                Approve::Unknown {
                    cause: Cause::NoAnswer,
                    ..
                }
            ),
            "{field}: {answered:?}"
        );
        let inquired = standing(read(missing), &held(), CID);
        assert!(
            matches!(inquired, Standing::NoAnswer { .. }),
            "{field}: {inquired:?}"
        );
    }
}

/// Every status of the vendor's list, and some that are not of it, is read as the
/// project's reference says.
#[test]
fn every_status_is_read() {
    let statuses = [
        ("SUCCESS_PAYMENT", Status::Taken),
        ("PART_CANCEL_PAYMENT", Status::Taken),
        ("CANCEL_PAYMENT", Status::SentBack),
        ("FAIL_PAYMENT", Status::Ended),
        ("QUIT_PAYMENT", Status::Ended),
        ("FAIL_AUTH_PASSWORD", Status::Ended),
        ("READY", Status::Open),
        ("SEND_TMS", Status::Open),
        ("OPEN_PAYMENT", Status::Open),
        ("SELECT_METHOD", Status::Open),
        ("ARS_WAITING", Status::Open),
        ("AUTH_PASSWORD", Status::Open),
        ("ISSUED_SID", Status::Unlisted),
        ("SOMETHING_NEW", Status::Unlisted),
        ("success_payment", Status::Unlisted),
        ("", Status::Unlisted),
    ];
    for (name, status) in statuses {
        assert_eq!(status_of(name), status, "{name}");
        let mut answer = sample();
        answer["status"] = json!(name);
        let standing = standing(read(answer), &held(), CID);
        let fits = match status {
            Status::Taken => matches!(standing, Standing::Paid(_)),
            Status::SentBack => standing == Standing::SentBack,
            Status::Ended => matches!(standing, Standing::Unpaid { .. }),
            Status::Open => matches!(standing, Standing::Open { .. }),
            Status::Unlisted => matches!(standing, Standing::NoAnswer { .. }),
        };
        assert!(fits, "{name}: {standing:?}");
    }
}

/// An end that is told of another payment ends nothing, by changing tid and cid.
#[test]
fn another_payments_end_is_not_ours() {
    for field in ["tid", "cid"] {
        for status in ["FAIL_PAYMENT", "CANCEL_PAYMENT", "READY"] {
            let mut answer = sample();
            answer["status"] = json!(status);
            answer[field] = json!("other");
            let standing = standing(read(answer), &held(), CID);
            assert!(
                matches!(standing, Standing::NoAnswer { .. }),
                "{field} {status}"
            );
        }
    }
}

/// Each class of refusal becomes its cause, and a call that was not sent says so; an
/// inquiry that fails never tells anything.
#[test]
fn failures_become_causes() {
    let refused = |class| Failure::Refused {
        status: 400,
        code: -1,
        class,
        evidence: "-1".to_owned(),
    };
    let cases = [
        (refused(Class::Refused), Cause::Refused),
        (refused(Class::StillOpen), Cause::NotYet),
        (refused(Class::Unknown), Cause::NoAnswer),
        (refused(Class::Setup), Cause::NoAnswer),
        (Failure::Broken("timed_out"), Cause::NoAnswer),
        (Failure::Status(502), Cause::NoAnswer),
    ];
    for (failure, due) in cases {
        match approve(Err(failure.clone()), &held(), CID) {
            Approve::Unknown { cause, .. } => assert_eq!(cause, due, "{failure:?}"),
            other => panic!("{failure:?}: {other:?}"),
        }
        assert!(matches!(
            standing(Err(failure), &held(), CID),
            Standing::NoAnswer { .. }
        ));
    }
    assert!(matches!(
        approve(Err(Failure::NotSent), &held(), CID),
        Approve::NotSent { .. }
    ));
    assert!(matches!(
        standing(Err(Failure::NotSent), &held(), CID),
        Standing::NoAnswer { .. }
    ));
}

/// A payment that was taken stays taken where times, number or kind cannot be read.
#[test]
fn labels_do_not_decide() {
    let mut answer = sample();
    answer["approved_at"] = json!("soon");
    answer["created_at"] = Value::Null;
    answer["payment_method_type"] = json!("어떤 것");
    answer["payment_action_details"] = Value::Null;
    let due = Approval {
        number: TID.to_owned(),
        kind: "UNKNOWN".to_owned(),
        ..due()
    };
    let paid = standing(read(answer), &held(), CID);
    assert_eq!(paid, Standing::Paid(due));
}

/// What is left is what the vendor says; where it says nothing is, of a payment that
/// was taken, it is what was paid less what went back; and nothing when all went back.
#[test]
fn the_rest_is_known() {
    let rest_of = |left: i64, back: i64| {
        let mut answer = sample();
        answer["cancel_available_amount"] = json!({"total": left, "vat": left / 11});
        answer["canceled_amount"] = json!({"total": back, "vat": back / 11});
        rest(&read(answer).unwrap()).map(|amounts| (amounts.total, amounts.vat))
    };
    assert_eq!(rest_of(1100, 1100), Some((1100, 100)));
    assert_eq!(rest_of(0, 0), Some((2200, 200)));
    assert_eq!(rest_of(0, 2200), None);
}

/// A reversal is confirmed only by the vendor's status and the amount asked for.
#[test]
fn a_reversal_needs_its_confirmation() {
    let asked = Amounts {
        total: 2200,
        tax_free: 0,
        vat: 200,
    };
    let mut good = sample();
    good["status"] = json!("CANCEL_PAYMENT");
    good["approved_cancel_amount"] = json!({"total": "2200"});
    let doubt = |answer: &Value| unconfirmed(&read(answer.clone()).unwrap(), &held(), CID, asked);
    assert_eq!(doubt(&good), None);
    for (field, value) in [
        ("status", json!("PART_CANCEL_PAYMENT")),
        ("status", json!("SUCCESS_PAYMENT")),
        ("status", Value::Null),
        ("approved_cancel_amount", json!({"total": 100})),
        ("approved_cancel_amount", Value::Null),
        ("tid", json!("T0")),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(doubt(&bad).is_some(), "{field}");
    }
}

pub(crate) fn refund_ask(amount: i64, rest_before: i64) -> RefundAsk {
    RefundAsk {
        refund: soban_domain::ids::RefundId(uuid::Uuid::from_u128(3)),
        amount: Won(amount),
        tax: TaxParts::of(Won(amount), Won(0), Won(0)),
        rest_before: Won(rest_before),
        sent_at: SAMPLE_TIME,
        reason: "다 떨어짐".to_owned(),
    }
}

/// A refund is done only where status, amount and payment fit what was asked: of a part,
/// that the payment is cancelled in part; of the rest, that it is cancelled.
#[test]
fn a_refund_needs_its_confirmation() {
    let answer = |status: &str, back: i64, tid: &str| {
        let mut answer = sample();
        answer["status"] = json!(status);
        answer["approved_cancel_amount"] = json!({"total": back});
        answer["tid"] = json!(tid);
        answer
    };
    let is_done = |answer: Value, amount, rest| {
        let said = refunded(read(answer), &held(), CID, &refund_ask(amount, rest));
        assert!(
            matches!(said, Refunded::Done { .. } | Refunded::Unknown { .. }),
            "{said:?}"
        );
        matches!(said, Refunded::Done { number: Some(_) })
    };
    assert!(is_done(
        answer("PART_CANCEL_PAYMENT", 1000, TID),
        1000,
        2200
    ));
    assert!(is_done(answer("CANCEL_PAYMENT", 1200, TID), 1200, 1200));
    for (status, back, tid, amount, rest) in [
        ("CANCEL_PAYMENT", 1000, TID, 1000, 2200),
        ("PART_CANCEL_PAYMENT", 1200, TID, 1200, 1200),
        ("SUCCESS_PAYMENT", 1000, TID, 1000, 2200),
        ("PART_CANCEL_PAYMENT", 999, TID, 1000, 2200),
        ("PART_CANCEL_PAYMENT", 1000, "T0", 1000, 2200),
        ("SOMETHING_NEW", 1000, TID, 1000, 2200),
    ] {
        assert!(
            !is_done(answer(status, back, tid), amount, rest),
            "{status} {back} {tid}"
        );
    }
}

/// What was sent back is the vendor's sum; where it gives none, nothing was of a payment
/// that stands whole, and of any other nobody knows.
#[test]
fn what_was_sent_back_is_the_vendors_sum() {
    let told = |status: &str, back: Value| {
        let mut answer = sample();
        answer["status"] = json!(status);
        answer["canceled_amount"] = back;
        sent_back(read(answer), &held(), CID)
    };
    let sum = |won| SentBack::Sum(Won(won));
    assert_eq!(told("SUCCESS_PAYMENT", Value::Null), sum(0));
    assert_eq!(
        told("PART_CANCEL_PAYMENT", json!({"total": "700"})),
        sum(700)
    );
    assert_eq!(told("CANCEL_PAYMENT", json!({"total": 2200})), sum(2200));
    for (status, back) in [
        ("PART_CANCEL_PAYMENT", Value::Null),
        ("CANCEL_PAYMENT", Value::Null),
        ("READY", json!({"total": 0})),
        ("SOMETHING_NEW", json!({"total": 700})),
    ] {
        let said = told(status, back);
        assert!(
            matches!(said, SentBack::NoAnswer { .. }),
            "{status}: {said:?}"
        );
    }
    let lost = sent_back(Err(Failure::NotSent), &held(), CID);
    assert!(matches!(lost, SentBack::NoAnswer { .. }));
}
