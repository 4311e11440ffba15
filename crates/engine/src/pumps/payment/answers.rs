//! What a gateway's answers mean for an attempt, at the moment they are heard.
//!
//! Guarantees: an answer that does not come is one that does not tell; money of another
//! amount than the attempt's is a mismatch, whatever the adapter says.

use soban_domain::moment::Timestamp;
use soban_domain::payment::{Approval, Cause, PaymentAttempt, PaymentEvent};

use crate::engine::Engine;
use crate::mutant::Mutant;
use crate::ports::gateway::{Approve, Held, ReturnToken, Reverse, Standing};
use crate::pumps::answer;

/// Approvals sent for one attempt at most; each after the gateway said that it waits.
const APPROVALS_MOST: u32 = 3;
const HUNG: &str = "no_answer: the call hung";

/// An answer as an event, and what is kept of it.
pub(super) struct Heard {
    pub(super) event: PaymentEvent,
    approval: Option<Approval>,
    evidence: Option<String>,
}

impl Heard {
    pub(super) fn new(event: PaymentEvent, evidence: Option<String>) -> Heard {
        Heard {
            event,
            approval: None,
            evidence,
        }
    }

    fn taken(event: PaymentEvent, approval: Approval, attempt: &PaymentAttempt) -> Heard {
        if approval.amount != attempt.amount {
            let (asked, taken) = (attempt.amount.0, approval.amount.0);
            let evidence = format!("amount: asked {asked}, taken {taken}");
            return Heard::new(PaymentEvent::Mismatched, Some(evidence));
        }
        Heard {
            event,
            approval: Some(approval),
            evidence: None,
        }
    }

    /// A proof of what was asked for, whatever was taken: only a bug makes one.
    fn as_asked(attempt: &PaymentAttempt) -> Heard {
        let approval = Approval {
            number: attempt.id.to_string(),
            amount: attempt.amount,
            kind: "MONEY".to_owned(),
            at: attempt.changed,
            by: None,
        };
        Heard::taken(PaymentEvent::AnsweredApproved, approval, attempt)
    }

    /// Writes proof and evidence into the attempt.
    pub(super) fn keep(self, attempt: &mut PaymentAttempt) {
        attempt.approval = self.approval.or(attempt.approval.take());
        attempt.evidence = self.evidence.or(attempt.evidence.take());
    }
}

/// An attempt as the gateway must find it; none before it made an offer.
pub(crate) fn held(attempt: &PaymentAttempt) -> Option<Held> {
    Some(Held {
        attempt: attempt.id,
        order: attempt.order,
        amount: attempt.amount,
        tax: attempt.tax,
        offer: attempt.offer.clone()?,
        sent_at: attempt.approval_sent_at,
        approval: attempt.approval.clone(),
        refunded: attempt.refunded,
    })
}

/// Sends the approval. True beside what was heard if it certainly was not sent.
pub(super) async fn approval(
    engine: &Engine,
    attempt: &PaymentAttempt,
    token: Option<ReturnToken>,
) -> (Heard, bool) {
    let said = match (engine.gateway(attempt.method), held(attempt), token) {
        (Some(gateway), Some(held), Some(token)) => {
            answer(engine, gateway.approve(&held, &token)).await
        }
        _ => Some(Approve::NotSent {
            evidence: "no gateway, offer or token".to_owned(),
        }),
    };
    let no_answer = PaymentEvent::AnsweredUnknown(Cause::NoAnswer);
    match said {
        None => (Heard::new(no_answer, Some(HUNG.to_owned())), false),
        Some(Approve::Approved(approval)) => {
            let event = PaymentEvent::AnsweredApproved;
            (Heard::taken(event, approval, attempt), false)
        }
        Some(Approve::Mismatched { .. }) if Mutant::AmountNotCompared.is_in() => {
            (Heard::as_asked(attempt), false)
        }
        Some(Approve::Mismatched { evidence }) => {
            let heard = Heard::new(PaymentEvent::Mismatched, Some(evidence));
            (heard, false)
        }
        Some(Approve::Unknown { cause, evidence }) => {
            let event = match Mutant::UnknownIsDeclined.is_in() {
                true => PaymentEvent::AnsweredDeclined,
                false => PaymentEvent::AnsweredUnknown(cause),
            };
            (Heard::new(event, Some(evidence)), false)
        }
        Some(Approve::Declined { evidence }) => {
            let event = PaymentEvent::AnsweredDeclined;
            (Heard::new(event, Some(evidence)), false)
        }
        Some(Approve::NotSent { evidence }) => {
            // The inquiry that follows says that the gateway waits, and it is sent again.
            // One that cannot be asked was not told either: the guest begins anew.
            let asks = engine.abilities(attempt.method).is_none_or(|a| a.inquiry);
            let event = match asks {
                true => no_answer,
                false => PaymentEvent::AnsweredDeclined,
            };
            (Heard::new(event, Some(evidence)), true)
        }
    }
}

/// Asks how an attempt stands.
pub(super) async fn standing(engine: &Engine, attempt: &PaymentAttempt) -> Standing {
    let said = match (engine.gateway(attempt.method), held(attempt)) {
        (Some(gateway), Some(held)) => answer(engine, gateway.inquire(&held)).await,
        _ => Some(Standing::NoAnswer {
            evidence: "no gateway or no offer".to_owned(),
        }),
    };
    said.unwrap_or_else(|| Standing::NoAnswer {
        evidence: HUNG.to_owned(),
    })
}

/// Sends the money back.
pub(super) async fn reversal(
    engine: &Engine,
    attempt: &PaymentAttempt,
    token: Option<ReturnToken>,
) -> Reverse {
    let said = match (engine.gateway(attempt.method), held(attempt)) {
        (Some(gateway), Some(held)) => answer(engine, gateway.reverse(&held, token.as_ref())).await,
        _ => Some(Reverse::NotSent {
            evidence: "no gateway or no offer".to_owned(),
        }),
    };
    said.unwrap_or_else(|| Reverse::Unknown {
        evidence: HUNG.to_owned(),
    })
}

/// What an inquiry's answer means for an attempt.
pub(super) fn reading(standing: Standing, attempt: &PaymentAttempt) -> Heard {
    let (event, evidence) = match standing {
        Standing::Paid(approval) => {
            return Heard::taken(PaymentEvent::InquiredPaid, approval, attempt);
        }
        Standing::Mismatched { evidence } => (PaymentEvent::Mismatched, Some(evidence)),
        Standing::SentBack => (PaymentEvent::InquiredReversed, None),
        Standing::Unpaid { evidence } => (PaymentEvent::InquiredUnpaid, Some(evidence)),
        Standing::Open { evidence } => (PaymentEvent::InquiredOpen, Some(evidence)),
        Standing::NoAnswer { evidence } => (PaymentEvent::InquiryFailed, Some(evidence)),
    };
    Heard::new(event, evidence)
}

/// What an inquiry's answer may be taken for at this moment.
///
/// Until the gateway's own time-out has passed since the last approval, "not paid" may
/// still turn into "paid". After it, a gateway that waits for our approval gets it
/// again (it takes one approval for a payment at most), and past the payment's own end
/// nothing can be approved any more.
pub(super) fn decide(
    engine: &Engine,
    attempt: &PaymentAttempt,
    cause: Cause,
    event: PaymentEvent,
    now: Timestamp,
) -> PaymentEvent {
    if !matches!(
        event,
        PaymentEvent::InquiredUnpaid | PaymentEvent::InquiredOpen
    ) {
        return event;
    }
    let Some(abilities) = engine
        .gateway(attempt.method)
        .map(|gateway| gateway.abilities())
    else {
        return event;
    };
    let settled = attempt
        .approval_sent_at
        .is_none_or(|sent| now >= sent.plus_seconds(abilities.settle_seconds));
    let answered = matches!(cause, Cause::Refused | Cause::NotYet);
    if !settled && !answered {
        return PaymentEvent::InquiryFailed;
    }
    let over = attempt
        .offer
        .as_ref()
        .is_none_or(|offer| now >= offer.expires.plus_seconds(abilities.settle_seconds));
    let again = matches!(cause, Cause::NoAnswer | Cause::Restart)
        && attempt.approvals_sent < APPROVALS_MOST;
    match event {
        PaymentEvent::InquiredOpen if over => PaymentEvent::InquiredUnpaid,
        PaymentEvent::InquiredOpen if again => PaymentEvent::ApproveAgain,
        other => other,
    }
}
