//! Sends money back that must not have been taken.
//!
//! Guarantees: never twice. Where the payment has an id, the gateway is asked first each
//! time, for nobody knows what an earlier call did before a lost answer or a restart; where
//! it has none, the approval's own data are sent again (망취소), which undo it once.

use soban_domain::payment::{PaymentAttempt, PaymentEvent};

use super::answers::{self, standing};
use super::{INQUIRY_WAIT_MOST, tell};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::ports::gateway::{Reversal, Reverse, Standing};
use crate::ports::store::look;
use crate::pumps::back_off;

/// Tries before staff are called: about half an hour.
pub(super) const TRIES_MOST: u32 = 60;

/// One try.
pub(super) async fn reverse(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let tries = attempt.inquiries.saturating_add(1);
    let way = engine.abilities(attempt.method).map(|a| a.reversal);
    let way = way.filter(|_| attempt.offer.is_some() && !Mutant::ReversalSkipped.is_in());
    let (event, evidence) = match way {
        Some(Reversal::ById) => by_id(engine, &attempt).await,
        Some(Reversal::NetCancel) => net_cancel(engine, &attempt).await?,
        Some(Reversal::None) | None => (PaymentEvent::ReversalUnsettled, None),
    };
    let event = match event {
        _ if Mutant::ReversalSkipped.is_in() => PaymentEvent::ReversalConfirmed,
        PaymentEvent::InquiryFailed if tries >= TRIES_MOST => PaymentEvent::ReversalUnsettled,
        event => event,
    };
    let wait = back_off(tries, INQUIRY_WAIT_MOST);
    let next_try = engine.clock().now().plus_seconds(wait);
    tell(engine, attempt.id, event, move |attempt| {
        attempt.inquiries = tries;
        attempt.next_try = Some(next_try);
        attempt.evidence = evidence.or(attempt.evidence.take());
    })
    .await
}

async fn by_id(engine: &Engine, attempt: &PaymentAttempt) -> (PaymentEvent, Option<String>) {
    match standing(engine, attempt).await {
        Standing::SentBack => (PaymentEvent::InquiredReversed, None),
        Standing::Paid(_) | Standing::Mismatched { .. } => {
            heard(answers::reversal(engine, attempt, None).await)
        }
        Standing::Unpaid { evidence }
        | Standing::Open { evidence }
        | Standing::NoAnswer { evidence } => (PaymentEvent::InquiryFailed, Some(evidence)),
    }
}

/// Undoes an approval by its own data.
pub(super) async fn net_cancel(
    engine: &Engine,
    attempt: &PaymentAttempt,
) -> Result<(PaymentEvent, Option<String>), EngineError> {
    let id = attempt.id;
    let token = look(engine.store().as_ref(), move |tx| {
        tx.token(id).map_err(EngineError::from)
    })
    .await?;
    Ok(heard(answers::reversal(engine, attempt, token).await))
}

fn heard(said: Reverse) -> (PaymentEvent, Option<String>) {
    match said {
        Reverse::Done => (PaymentEvent::ReversalConfirmed, None),
        Reverse::Unknown { evidence } | Reverse::NotSent { evidence } => {
            (PaymentEvent::InquiryFailed, Some(evidence))
        }
    }
}
