//! What an answer of the scheme means: pure functions from its JSON to the port's words.
//!
//! Guarantees: a payment is called taken only after merchant, reference and amount were
//! compared; a state that nobody listed decides nothing.

use soban_domain::money::Won;
use soban_domain::payment::Approval;
use soban_engine::ports::gateway::{Held, RefundAsk, Refunded, Reverse, SentBack, Standing};

use super::status::Failure;
use super::wire::{CancelAnswer, PaymentAnswer};
use crate::evidence::clean;
use crate::fields::moment;
use crate::wish::{differs, shown};

/// What a state says about the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Taken; also where taking it back failed.
    Taken,
    /// Taken and all of it sent back.
    SentBack,
    /// This try took nothing. The payer may try the code again.
    Refused,
    /// Something is under way.
    Moving,
    /// Nothing.
    Unlisted,
}

/// The state of a payment, and its name fit to be kept.
pub(super) fn told(answer: &PaymentAnswer) -> (State, String) {
    let state = match answer.state.as_str() {
        "15" | "99" => State::Taken,
        "95" => State::SentBack,
        "19" => State::Refused,
        "10" | "18" | "90" => State::Moving,
        _ => State::Unlisted,
    };
    (state, format!("state {}", clean(&answer.state, &[])))
}

/// True where an answer is about our payment at all.
pub(super) fn is_of(answer: &PaymentAnswer, held: &Held, merchant: &str) -> bool {
    answer.qr_reference_id == held.offer.gateway_id && answer.merchant_id == merchant
}

/// What the answer to an inquiry means.
pub(super) fn standing(
    result: Result<Option<PaymentAnswer>, Failure>,
    held: &Held,
    merchant: &str,
) -> Standing {
    let no_answer = |evidence: String| Standing::NoAnswer { evidence };
    let answer = match result {
        Ok(Some(answer)) => answer,
        Ok(None) => {
            let evidence = "nobody paid this reference".to_owned();
            return Standing::Open { evidence };
        }
        Err(failure) => return no_answer(failure.evidence()),
    };
    let (state, evidence) = told(&answer);
    if state != State::Taken && !is_of(&answer, held, merchant) {
        return no_answer(format!("{evidence} of another payment"));
    }
    match state {
        State::Taken => taken(&answer, held, merchant),
        State::SentBack => Standing::SentBack,
        // The payer may try the same code again: whether it is over, its time tells.
        State::Refused => Standing::Open { evidence },
        State::Moving | State::Unlisted => no_answer(evidence),
    }
}

fn taken(answer: &PaymentAnswer, held: &Held, merchant: &str) -> Standing {
    let (found, due) = (answer.amount.to_string(), held.amount.0.to_string());
    let fields = [
        (
            "QR_REFERENCE_ID",
            answer.qr_reference_id.as_str(),
            held.offer.gateway_id.as_str(),
        ),
        ("MERCHANT_ID", answer.merchant_id.as_str(), merchant),
        ("AMOUNT", found.as_str(), due.as_str()),
    ];
    for (name, found, due) in fields {
        if let Some(evidence) = differs(name, found, due) {
            return Standing::Mismatched { evidence };
        }
    }
    let at = |time: &Option<String>| time.as_deref().and_then(moment);
    let number = answer.auth_id.as_deref().filter(|id| !id.is_empty());
    Standing::Paid(Approval {
        // The reference finds the payment at the scheme as well.
        number: shown(number.unwrap_or(&held.offer.gateway_id)),
        amount: held.amount,
        kind: "QR".to_owned(),
        // A label: money that was taken stays taken where the scheme's clock cannot be read.
        at: at(&answer.paid_at)
            .or_else(|| at(&answer.updated_at))
            .unwrap_or(held.offer.expires),
        by: None,
    })
}

/// What is left to send back of a payment that was taken.
pub(super) fn rest(answer: &PaymentAnswer) -> Option<Won> {
    let left = answer.amount.checked_sub(answer.canceled_amount).map(Won);
    left.filter(|left| left.is_positive())
}

fn fits(answer: &CancelAnswer, held: &Held, amount: Won) -> bool {
    answer.qr_reference_id == held.offer.gateway_id && answer.amount == amount.0
}

/// What the answer to the taking back of all that is left means.
pub(super) fn reversed(result: Result<CancelAnswer, Failure>, held: &Held, rest: Won) -> Reverse {
    match result {
        Ok(answer) if fits(&answer, held, rest) && answer.remaining_amount == 0 => Reverse::Done,
        Ok(answer) => Reverse::Unknown {
            evidence: format!("{} is left", answer.remaining_amount),
        },
        Err(Failure::NotSent) => Reverse::NotSent {
            evidence: Failure::NotSent.evidence(),
        },
        Err(failure) => Reverse::Unknown {
            evidence: failure.evidence(),
        },
    }
}

/// What the answer to a refund means.
pub(super) fn refunded(
    result: Result<CancelAnswer, Failure>,
    held: &Held,
    ask: &RefundAsk,
) -> Refunded {
    match result {
        Ok(answer)
            if fits(&answer, held, ask.amount) && answer.cancel_id == ask.refund.to_string() =>
        {
            Refunded::Done { number: None }
        }
        Ok(answer) => Refunded::Unknown {
            evidence: format!("{} went back, due {}", answer.amount, ask.amount.0),
        },
        Err(Failure::NotSent) => Refunded::NotSent {
            evidence: Failure::NotSent.evidence(),
        },
        Err(failure) if failure.refuses_refund() => Refunded::Refused {
            evidence: failure.evidence(),
        },
        Err(failure) => Refunded::Unknown {
            evidence: failure.evidence(),
        },
    }
}

/// How much was sent back of a payment that was taken.
pub(super) fn sent_back(
    result: Result<Option<PaymentAnswer>, Failure>,
    held: &Held,
    merchant: &str,
) -> SentBack {
    let no_answer = |evidence: String| SentBack::NoAnswer { evidence };
    let answer = match result {
        Ok(Some(answer)) => answer,
        Ok(None) => return no_answer("nobody paid this reference".to_owned()),
        Err(failure) => return no_answer(failure.evidence()),
    };
    let (state, evidence) = told(&answer);
    match state {
        _ if !is_of(&answer, held, merchant) => {
            no_answer("the answer is of another payment".to_owned())
        }
        State::Taken | State::SentBack => SentBack::Sum(Won(answer.canceled_amount)),
        State::Refused | State::Moving | State::Unlisted => no_answer(evidence),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use soban_domain::ids::{AttemptId, OrderId};
    use soban_domain::moment::Timestamp;
    use soban_domain::payment::Offer;
    use soban_domain::tax::TaxParts;

    use super::*;

    const REFERENCE: &str = "57R07NF6YY02938NKRKB";
    const MERCHANT: &str = "000000001";
    /// 2023-07-15T21:18:22 in Korea.
    const SAMPLE_TIME: Timestamp = Timestamp(1_689_423_502_000);

    fn held() -> Held {
        Held {
            attempt: AttemptId(uuid::Uuid::from_u128(1)),
            order: OrderId(uuid::Uuid::from_u128(2)),
            amount: Won(3251),
            tax: TaxParts::of(Won(3251), Won(0), Won(0)),
            offer: Offer {
                gateway_id: REFERENCE.to_owned(),
                mobile_url: String::new(),
                pc_url: String::new(),
                qr: Some("00".to_owned()),
                expires: SAMPLE_TIME.plus_seconds(180),
            },
            sent_at: None,
            approval: None,
            refunded: Won(0),
        }
    }

    fn sample(field: &str, value: Value) -> PaymentAnswer {
        let mut answer = json!({
            "code": "MP0000", "QR_REFERENCE_ID": REFERENCE, "MERCHANT_ID": MERCHANT,
            "STATE": "15", "AMOUNT": 3251, "CANCELED_AMOUNT": 0, "AUTH_ID": "30001234",
            "PAID_AT": "2023-07-15T21:18:22+09:00", "UPDATED_AT": "2023-07-15T21:18:22+09:00",
        });
        answer[field] = value;
        serde_json::from_value(answer).unwrap()
    }

    fn stands(answer: PaymentAnswer) -> Standing {
        standing(Ok(Some(answer)), &held(), MERCHANT)
    }

    /// Every state of the vendor's list, and some that are not of it, is read as told.
    #[test]
    fn every_state_is_read() {
        for (state, due) in [
            ("15", State::Taken),
            ("99", State::Taken),
            ("95", State::SentBack),
            ("19", State::Refused),
            ("10", State::Moving),
            ("18", State::Moving),
            ("90", State::Moving),
            ("16", State::Unlisted),
            ("", State::Unlisted),
        ] {
            let answer = sample("STATE", json!(state));
            assert_eq!(told(&answer).0, due, "{state}");
            let said = stands(answer);
            let fits = match due {
                State::Taken => matches!(said, Standing::Paid(_)),
                State::SentBack => said == Standing::SentBack,
                State::Refused => matches!(said, Standing::Open { .. }),
                State::Moving | State::Unlisted => matches!(said, Standing::NoAnswer { .. }),
            };
            assert!(fits, "{state}: {said:?}");
        }
        let nobody = standing(Ok(None), &held(), MERCHANT);
        assert!(matches!(nobody, Standing::Open { .. }));
    }

    /// Merchant, reference and amount, changed alone, make a mismatch that names the field;
    /// a try that is told of another payment says nothing of ours.
    #[test]
    fn each_compared_field_counts() {
        for (field, other) in [
            ("QR_REFERENCE_ID", json!("OTHER")),
            ("MERCHANT_ID", json!("000000002")),
            ("AMOUNT", json!(3250)),
        ] {
            let said = stands(sample(field, other.clone()));
            assert!(
                matches!(&said, Standing::Mismatched { evidence } if evidence.starts_with(field)),
                "{said:?}"
            );
            let mut ended = sample(field, other);
            ended.state = "19".to_owned();
            let said = stands(ended);
            let is_amount = field == "AMOUNT";
            assert_eq!(matches!(said, Standing::Open { .. }), is_amount, "{said:?}");
        }
    }

    /// What was sent back is the scheme's sum, and nothing is said of another payment.
    #[test]
    fn what_was_sent_back_is_the_schemes_sum() {
        let told = |answer| sent_back(Ok(Some(answer)), &held(), MERCHANT);
        let part = sample("CANCELED_AMOUNT", json!(1000));
        assert_eq!(told(part), SentBack::Sum(Won(1000)));
        let foreign = told(sample("MERCHANT_ID", json!("other")));
        assert!(matches!(foreign, SentBack::NoAnswer { .. }));
        assert_eq!(
            rest(&sample("CANCELED_AMOUNT", json!(1000))),
            Some(Won(2251))
        );
        assert_eq!(rest(&sample("CANCELED_AMOUNT", json!(3251))), None);
    }

    /// A reversal is done only where nothing is left and it was of this payment.
    #[test]
    fn a_reversal_needs_its_confirmation() {
        let said = |reference: &str, amount: i64, left: i64| {
            let answer = CancelAnswer {
                qr_reference_id: reference.to_owned(),
                cancel_id: "1-reverse".to_owned(),
                amount,
                remaining_amount: left,
            };
            reversed(Ok(answer), &held(), Won(3251)) == Reverse::Done
        };
        assert!(said(REFERENCE, 3251, 0));
        assert!(!said("OTHER", 3251, 0));
        assert!(!said(REFERENCE, 3250, 0));
        assert!(!said(REFERENCE, 3251, 1));
    }
}
