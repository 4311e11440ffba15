//! What an answer of KakaoPay means: pure functions from its JSON to the port's words.
//!
//! Guarantees:
//! - A payment is called taken only after `amount.total`, `tid`, `cid`,
//!   `partner_order_id` and `partner_user_id` of the answer were compared with what we
//!   hold.
//! - The state is the `status` field and is not derived from amounts.
//! - A status that nobody listed decides nothing.
//!
//! Deliberately absent: HTTP, and the answers that are refusals ([`super::http`]).

use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause};
use soban_engine::ports::gateway::{Approve, Held, Standing};

use super::TID_LIFE_SECONDS;
use super::codes::Class;
use super::evidence::{clean, identifier};
use super::http::Failure;
use super::wire::{Amounts, PaymentAnswer, moment};

/// Why an answer is not proof of the payment we hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// A field that must be compared is not there.
    Missing(&'static str),
    /// A field differs; the sentence has both values.
    Differs(String),
}

/// Compares an answer with what we hold.
pub(super) fn compare(answer: &PaymentAnswer, held: &Held, cid: &str) -> Result<(), Doubt> {
    let order = held.attempt.to_string();
    let user = held.order.to_string();
    let total = held.amount.0.to_string();
    let found_total = answer.amount.map(|amount| amount.total.to_string());
    let fields = [
        ("tid", &answer.tid, held.offer.gateway_id.as_str()),
        ("cid", &answer.cid, cid),
        ("partner_order_id", &answer.partner_order_id, &order),
        ("partner_user_id", &answer.partner_user_id, &user),
        ("amount.total", &found_total, &total),
    ];
    for (name, found, due) in fields {
        let found = found.as_deref().ok_or(Doubt::Missing(name))?;
        if found != due {
            return Err(Doubt::Differs(format!(
                "{name} is {}, due {due}",
                shown(found)
            )));
        }
    }
    Ok(())
}

/// A value from outside, short and printable. Ids and amounts are no secrets.
fn shown(value: &str) -> String {
    value
        .chars()
        .filter(|c| c.is_ascii_graphic())
        .take(40)
        .collect()
}

/// What the answer to an approval means.
pub(super) fn approve(result: Result<PaymentAnswer, Failure>, held: &Held, cid: &str) -> Approve {
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => return refused_approve(&failure),
    };
    let Some(number) = answer.aid.clone().filter(|aid| !aid.is_empty()) else {
        return no_answer("unreadable: no aid");
    };
    match compare(&answer, held, cid) {
        Ok(()) => Approve::Approved(approval(&answer, number, held)),
        Err(Doubt::Differs(evidence)) => Approve::Mismatched { evidence },
        Err(Doubt::Missing(field)) => no_answer(&format!("unreadable: no {field}")),
    }
}

fn no_answer(evidence: &str) -> Approve {
    Approve::Unknown {
        cause: Cause::NoAnswer,
        evidence: evidence.to_owned(),
    }
}

fn refused_approve(failure: &Failure) -> Approve {
    let evidence = failure.evidence();
    let cause = match failure {
        Failure::NotSent => return Approve::NotSent { evidence },
        Failure::Broken(_) | Failure::Status(_) => Cause::NoAnswer,
        Failure::Refused { class, .. } => match class {
            Class::Refused => Cause::Refused,
            Class::StillOpen => Cause::NotYet,
            Class::Unknown | Class::Setup => Cause::NoAnswer,
        },
    };
    Approve::Unknown { cause, evidence }
}

/// The proof, from an answer that was compared.
fn approval(answer: &PaymentAnswer, number: String, held: &Held) -> Approval {
    let at = |time: &Option<String>| time.as_deref().and_then(moment);
    // Money that was taken stays taken where the vendor's clock cannot be read; the time
    // is a label, and the payment began a tid's life before the offer's end.
    let began = Timestamp(held.offer.expires.0 - i64::from(TID_LIFE_SECONDS) * 1000);
    let kind = answer.payment_method_type.as_deref().and_then(identifier);
    Approval {
        number: shown(&number),
        amount: held.amount,
        kind: kind.unwrap_or("UNKNOWN").to_owned(),
        at: at(&answer.approved_at)
            .or_else(|| at(&answer.created_at))
            .unwrap_or(began),
        by: None,
    }
}

/// What a status says about the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Taken, all of it or what a part sent back has left.
    Taken,
    /// Taken and all of it sent back.
    SentBack,
    /// Not taken, and we send no further approval.
    Ended,
    /// The guest may still finish.
    Open,
    /// Nothing.
    Unlisted,
}

/// Reads a status. `QUIT_PAYMENT` and `FAIL_AUTH_PASSWORD` are ends only because money
/// moves by our approval alone. `ISSUED_SID` belongs to recurring payments and is as
/// strange here as a status that nobody listed.
pub(super) fn status_of(status: &str) -> Status {
    match status {
        "SUCCESS_PAYMENT" | "PART_CANCEL_PAYMENT" => Status::Taken,
        "CANCEL_PAYMENT" => Status::SentBack,
        "FAIL_PAYMENT" | "QUIT_PAYMENT" | "FAIL_AUTH_PASSWORD" => Status::Ended,
        "READY" | "SEND_TMS" | "OPEN_PAYMENT" | "SELECT_METHOD" | "ARS_WAITING"
        | "AUTH_PASSWORD" => Status::Open,
        _ => Status::Unlisted,
    }
}

/// What the answer to an inquiry means.
pub(super) fn standing(result: Result<PaymentAnswer, Failure>, held: &Held, cid: &str) -> Standing {
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => {
            return Standing::NoAnswer {
                evidence: failure.evidence(),
            };
        }
    };
    let named = answer.status.as_deref().unwrap_or_default();
    let evidence = format!("status {}", identifier(named).unwrap_or("unreadable"));
    let status = status_of(named);
    if status != Status::Taken && !is_of(&answer, held, cid) {
        return Standing::NoAnswer {
            evidence: format!("{evidence} of another payment"),
        };
    }
    match status {
        Status::Taken => taken(&answer, held, cid),
        Status::SentBack => Standing::SentBack,
        Status::Ended => Standing::Unpaid { evidence },
        Status::Open => Standing::Open { evidence },
        Status::Unlisted => Standing::NoAnswer { evidence },
    }
}

/// True where an answer is about our payment at all.
pub(super) fn is_of(answer: &PaymentAnswer, held: &Held, cid: &str) -> bool {
    answer.tid.as_deref() == Some(held.offer.gateway_id.as_str())
        && answer.cid.as_deref() == Some(cid)
}

fn taken(answer: &PaymentAnswer, held: &Held, cid: &str) -> Standing {
    let actions = answer.payment_action_details.iter().flatten();
    let number = actions
        .filter(|action| action.payment_action_type.as_deref() == Some("PAYMENT"))
        .find_map(|action| action.aid.clone())
        .filter(|aid| !aid.is_empty())
        // The tid finds the payment at the vendor as well.
        .unwrap_or_else(|| held.offer.gateway_id.clone());
    match compare(answer, held, cid) {
        Ok(()) => Standing::Paid(approval(answer, number, held)),
        Err(Doubt::Differs(evidence)) => Standing::Mismatched { evidence },
        Err(Doubt::Missing(field)) => Standing::NoAnswer {
            evidence: format!("unreadable: no {field}"),
        },
    }
}

/// What is left to send back of a payment that was taken.
pub(super) fn rest(answer: &PaymentAnswer) -> Option<Amounts> {
    let left = answer.cancel_available_amount.unwrap_or_default();
    if left.total > 0 {
        return Some(left);
    }
    // The vendor's own sample shows a paid payment of which nothing is available: then
    // what was paid less what went back is what is left.
    let paid = answer.amount?;
    let back = answer.canceled_amount.unwrap_or_default();
    let left = Amounts {
        total: paid.total.checked_sub(back.total)?,
        tax_free: paid.tax_free.checked_sub(back.tax_free)?,
        vat: paid.vat.checked_sub(back.vat)?,
    };
    (left.total > 0).then_some(left)
}

/// Why the answer to a reversal does not confirm it, if it does not.
pub(super) fn unconfirmed(
    answer: &PaymentAnswer,
    held: &Held,
    cid: &str,
    asked: Amounts,
) -> Option<String> {
    let named = answer.status.as_deref().unwrap_or_default();
    if !is_of(answer, held, cid) {
        return Some("the answer is of another payment".to_owned());
    }
    let back = answer.approved_cancel_amount.map(|amount| amount.total);
    match (status_of(named), back) {
        (Status::SentBack, Some(back)) if back == asked.total => None,
        _ => Some(format!(
            "status {}, {} of {} sent back",
            clean(named, &[]),
            Won(back.unwrap_or_default()),
            Won(asked.total)
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use soban_domain::ids::{AttemptId, OrderId};
    use soban_domain::payment::Offer;
    use soban_domain::tax::TaxParts;

    use super::*;

    const CID: &str = "TC0ONETIME";
    const TID: &str = "T1234567890123456789";
    /// 2023-07-15T21:18:22 in Korea, the time of the vendor's samples.
    const SAMPLE_TIME: Timestamp = Timestamp(1_689_423_502_000);

    fn held() -> Held {
        Held {
            attempt: AttemptId(uuid::Uuid::from_u128(1)),
            order: OrderId(uuid::Uuid::from_u128(2)),
            amount: Won(2200),
            tax: TaxParts::of(Won(2200), Won(0), Won(0)),
            offer: Offer {
                gateway_id: TID.to_owned(),
                mobile_url: "https://pay.example/m".to_owned(),
                pc_url: "https://pay.example/p".to_owned(),
                expires: SAMPLE_TIME.plus_seconds(TID_LIFE_SECONDS),
            },
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
        let doubt =
            |answer: &Value| unconfirmed(&read(answer.clone()).unwrap(), &held(), CID, asked);
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
}
