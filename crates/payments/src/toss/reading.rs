//! What an answer of Toss Payments means: pure functions from its JSON to the port's words.
//!
//! Guarantees:
//! - A payment is called taken only after `paymentKey`, `orderId` and `totalAmount` of the
//!   answer were compared with what we hold.
//! - The state is the `status` field; one that nobody listed decides nothing.
//!
//! Deliberately absent: HTTP, and how refusals are classed ([`super::codes`]).

use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause};
use soban_engine::ports::gateway::{Approve, Held, SentBack, Standing};

use super::LIFE_SECONDS;
use super::codes::Class;
use super::http::Failure;
use super::wire::{Cancel, PaymentAnswer};
use super::words::kind;
use crate::evidence::identifier;
use crate::fields::moment;
use crate::wish::{differs, shown};

/// Why an answer is not proof of the payment we hold.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Doubt {
    /// A field that must be compared is not there.
    Missing(&'static str),
    /// A field differs; the sentence has both values.
    Differs(String),
}

fn compare(answer: &PaymentAnswer, held: &Held) -> Result<(), Doubt> {
    let total = answer.total_amount.map(|amount| amount.0.to_string());
    let fields = [
        (
            "paymentKey",
            &answer.payment_key,
            held.offer.gateway_id.clone(),
        ),
        ("orderId", &answer.order_id, held.attempt.to_string()),
        ("totalAmount", &total, held.amount.0.to_string()),
    ];
    for (name, found, due) in fields {
        let found = found.as_deref().ok_or(Doubt::Missing(name))?;
        if let Some(difference) = differs(name, found, &due) {
            return Err(Doubt::Differs(difference));
        }
    }
    Ok(())
}

/// What a status says about the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Taken, all of it or what a part sent back has left.
    Taken,
    /// Taken and all of it sent back.
    SentBack,
    /// Not taken, and it will not be.
    Ended,
    /// The guest may still finish.
    Open,
    /// Nothing.
    Unlisted,
}

/// Reads a status.
pub(super) fn status_of(status: &str) -> Status {
    match status {
        "DONE" | "PARTIAL_CANCELED" => Status::Taken,
        "CANCELED" => Status::SentBack,
        "ABORTED" | "EXPIRED" => Status::Ended,
        "READY" | "IN_PROGRESS" | "WAITING_FOR_DEPOSIT" => Status::Open,
        _ => Status::Unlisted,
    }
}

/// The status of an answer, and its name fit to be kept.
pub(super) fn told(answer: &PaymentAnswer) -> (Status, String) {
    let named = answer.status.as_deref().unwrap_or_default();
    let name = identifier(named).unwrap_or("unreadable");
    (status_of(named), format!("status {name}"))
}

/// True where an answer is about our payment at all.
pub(super) fn is_of(answer: &PaymentAnswer, held: &Held) -> bool {
    answer.payment_key.as_deref() == Some(held.offer.gateway_id.as_str())
}

fn unknown(cause: Cause, evidence: impl Into<String>) -> Approve {
    Approve::Unknown {
        cause,
        evidence: evidence.into(),
    }
}

/// What the answer to a confirm means.
pub(super) fn approve(result: Result<PaymentAnswer, Failure>, held: &Held) -> Approve {
    let answer = match result {
        Ok(answer) => answer,
        Err(Failure::NotSent) => {
            let evidence = Failure::NotSent.evidence();
            return Approve::NotSent { evidence };
        }
        Err(failure) => {
            let cause = match &failure {
                Failure::Refused {
                    class: Class::Refused,
                    ..
                } => Cause::Refused,
                _ => Cause::NoAnswer,
            };
            return unknown(cause, failure.evidence());
        }
    };
    let (status, evidence) = told(&answer);
    if status != Status::Taken {
        return unknown(Cause::NoAnswer, evidence);
    }
    match compare(&answer, held) {
        Ok(()) => Approve::Approved(approval(&answer, held)),
        Err(Doubt::Differs(evidence)) => Approve::Mismatched { evidence },
        Err(Doubt::Missing(field)) => unknown(Cause::NoAnswer, format!("unreadable: no {field}")),
    }
}

/// The proof, from an answer that was compared.
fn approval(answer: &PaymentAnswer, held: &Held) -> Approval {
    let at = |time: &Option<String>| time.as_deref().and_then(moment);
    let card = answer
        .card
        .as_ref()
        .and_then(|card| card.approve_no.as_deref());
    // The payment's key finds it at the vendor as well.
    let number = card
        .filter(|number| !number.is_empty())
        .unwrap_or(&held.offer.gateway_id);
    // Money that was taken stays taken where the vendor's clock cannot be read; the time is a
    // label, and the payment began its life before the offer's end.
    let began = Timestamp(held.offer.expires.0 - i64::from(LIFE_SECONDS) * 1000);
    Approval {
        number: shown(number),
        amount: held.amount,
        kind: kind(answer.method.as_deref().unwrap_or_default()).to_owned(),
        at: at(&answer.approved_at)
            .or_else(|| at(&answer.requested_at))
            .unwrap_or(began),
        by: None,
    }
}

/// What the answer to an inquiry means.
pub(super) fn standing(result: Result<PaymentAnswer, Failure>, held: &Held) -> Standing {
    let no_answer = |evidence: String| Standing::NoAnswer { evidence };
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => return no_answer(failure.evidence()),
    };
    let (status, evidence) = told(&answer);
    if status != Status::Taken && !is_of(&answer, held) {
        return no_answer(format!("{evidence} of another payment"));
    }
    match status {
        Status::Taken => match compare(&answer, held) {
            Ok(()) => Standing::Paid(approval(&answer, held)),
            Err(Doubt::Differs(evidence)) => Standing::Mismatched { evidence },
            Err(Doubt::Missing(field)) => no_answer(format!("unreadable: no {field}")),
        },
        Status::SentBack => Standing::SentBack,
        Status::Ended => Standing::Unpaid { evidence },
        Status::Open => Standing::Open { evidence },
        Status::Unlisted => no_answer(evidence),
    }
}

/// What is left to send back of a payment that was taken.
pub(super) fn rest(answer: &PaymentAnswer) -> Option<Won> {
    let balance = answer.balance_amount.map(|amount| Won(amount.0));
    balance.filter(|balance| balance.is_positive())
}

/// Cancels that took effect, or may have.
fn done(answer: &PaymentAnswer) -> impl Iterator<Item = &Cancel> {
    let ended = |cancel: &&Cancel| cancel.cancel_status.as_deref() != Some("ABORTED");
    answer.cancels.iter().flatten().filter(ended)
}

/// The cancel whose reason ends with our mark, if it was of this amount.
pub(super) fn marked<'a>(answer: &'a PaymentAnswer, mark: &str, amount: Won) -> Option<&'a Cancel> {
    done(answer).find(|cancel| {
        let reason = cancel.cancel_reason.as_deref().unwrap_or_default();
        reason.ends_with(mark) && cancel.cancel_amount.map(|a| a.0) == Some(amount.0)
    })
}

/// How much was sent back of a payment that was taken.
pub(super) fn sent_back(result: Result<PaymentAnswer, Failure>, held: &Held) -> SentBack {
    let no_answer = |evidence: String| SentBack::NoAnswer { evidence };
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => return no_answer(failure.evidence()),
    };
    let (status, evidence) = told(&answer);
    if !is_of(&answer, held) {
        return no_answer("the answer is of another payment".to_owned());
    }
    let total = answer.total_amount.map(|amount| amount.0);
    let balance = answer.balance_amount.map(|amount| amount.0);
    let back = total
        .zip(balance)
        .and_then(|(total, left)| total.checked_sub(left));
    match (status, back) {
        (Status::Taken | Status::SentBack, Some(back)) if back >= 0 => SentBack::Sum(Won(back)),
        _ => no_answer(evidence),
    }
}

#[cfg(test)]
mod tests;
