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
use soban_engine::ports::gateway::{Approve, Held, RefundAsk, Refunded, SentBack, Standing};

use super::TID_LIFE_SECONDS;
use super::codes::Class;
use super::http::Failure;
use super::wire::{Amounts, PaymentAnswer};
use crate::evidence::{clean, identifier};
use crate::fields::moment;
use crate::wish::{differs, shown};

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
        if let Some(difference) = differs(name, found, due) {
            return Err(Doubt::Differs(difference));
        }
    }
    Ok(())
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

/// What the answer to a refund means.
pub(super) fn refunded(
    result: Result<PaymentAnswer, Failure>,
    held: &Held,
    cid: &str,
    ask: &RefundAsk,
) -> Refunded {
    let answer = match result {
        Ok(answer) => answer,
        Err(Failure::NotSent) => {
            let evidence = Failure::NotSent.evidence();
            return Refunded::NotSent { evidence };
        }
        // A refusal of the vendor's may be of a second call while the first took effect.
        Err(failure) => {
            let evidence = failure.evidence();
            return Refunded::Unknown { evidence };
        }
    };
    let named = answer.status.as_deref().unwrap_or_default();
    let back = answer.approved_cancel_amount.map(|amount| amount.total);
    let whole = ask.amount == ask.rest_before;
    let fits = match status_of(named) {
        Status::SentBack => whole,
        Status::Taken => !whole && named == "PART_CANCEL_PAYMENT",
        Status::Ended | Status::Open | Status::Unlisted => false,
    };
    if is_of(&answer, held, cid) && fits && back == Some(ask.amount.0) {
        return Refunded::Done {
            number: answer
                .aid
                .as_deref()
                .map(shown)
                .filter(|aid| !aid.is_empty()),
        };
    }
    let (back, asked) = (Won(back.unwrap_or_default()), ask.amount);
    Refunded::Unknown {
        evidence: format!("status {}, {back} of {asked} sent back", clean(named, &[])),
    }
}

/// How much was sent back of a payment that was taken.
pub(super) fn sent_back(
    result: Result<PaymentAnswer, Failure>,
    held: &Held,
    cid: &str,
) -> SentBack {
    let no_answer = |evidence: String| SentBack::NoAnswer { evidence };
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => return no_answer(failure.evidence()),
    };
    let named = answer.status.as_deref().unwrap_or_default();
    if !is_of(&answer, held, cid) {
        return no_answer("the answer is of another payment".to_owned());
    }
    match (status_of(named), answer.canceled_amount) {
        (Status::Taken | Status::SentBack, Some(back)) => SentBack::Sum(Won(back.total)),
        (Status::Taken, None) if named == "SUCCESS_PAYMENT" => SentBack::Sum(Won::ZERO),
        _ => no_answer(format!("status {}", clean(named, &[]))),
    }
}

#[cfg(test)]
pub(super) mod tests;
