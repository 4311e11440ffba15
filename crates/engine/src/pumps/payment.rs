//! Drives every open payment attempt to an end, after any restart.
//!
//! Guarantees: the state is on disk before the gateway is called; an answer that does
//! not tell is followed by inquiries with a bound, then by staff, never by "failed"; no
//! attempt is worked on twice at a time.

use std::time::Duration;

use soban_domain::ids::AttemptId;
use soban_domain::moment::Timestamp;
use soban_domain::payment::{Approval, Cause, PaymentAttempt, PaymentEvent, PaymentState};
use soban_domain::text::Lang;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::gateway::{Approve, Ask, Held, Reverse, Standing};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::{back_off, from_now, whenever};
use crate::steps::{self, step_payment};
use crate::view::return_url;

/// Approvals sent for one attempt at most; each after the gateway said that it waits.
const APPROVALS_MOST: u32 = 3;
/// Inquiries before staff are called: with the waits below, about half an hour.
const INQUIRIES_MOST: u32 = 60;
const INQUIRY_WAIT_MOST: u32 = 30;
const ROUND: Duration = Duration::from_secs(30);

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    let let_go = &engine.memory().in_flight.let_go;
    whenever(&engine, "payment", ROUND, Some(let_go), || round(&engine)).await;
}

async fn round(engine: &Engine) -> Result<Option<Duration>, EngineError> {
    let open = look(engine.store().as_ref(), |tx| tx.open_attempts()).await?;
    let now = engine.clock().now();
    let mut soonest: Option<Duration> = None;
    for attempt in open {
        let wait = due(engine, &attempt).since(now);
        if wait > 0 {
            let wait = from_now(wait);
            soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
            continue;
        }
        if engine.memory().in_flight.take(attempt.id) {
            let engine = engine.clone();
            tokio::spawn(async move { work(&engine, attempt.id).await });
        }
    }
    Ok(soonest)
}

/// When an attempt wants to be worked on.
fn due(engine: &Engine, attempt: &PaymentAttempt) -> Timestamp {
    match attempt.state {
        PaymentState::Waiting => attempt.deadline,
        PaymentState::Unknown(_) | PaymentState::Closing | PaymentState::Reversing => {
            attempt.next_try.unwrap_or_else(|| engine.clock().now())
        }
        PaymentState::Prepared | PaymentState::Asking | PaymentState::Approving => attempt.changed,
        PaymentState::Approved
        | PaymentState::Declined
        | PaymentState::Expired
        | PaymentState::Reversed
        | PaymentState::NeedsStaff => Timestamp(i64::MAX),
    }
}

/// Works on an attempt that is in hand, then lets it go.
async fn work(engine: &Engine, id: AttemptId) {
    if let Err(error) = one_step(engine, id).await {
        tracing::error!(attempt = %id, %error, "a payment could not be driven");
        engine.clock().sleep(Duration::from_secs(1)).await;
    }
    engine.memory().in_flight.release(id);
}

async fn one_step(engine: &Engine, id: AttemptId) -> Result<(), EngineError> {
    let attempt = look(engine.store().as_ref(), move |tx| steps::attempt(tx, id)).await?;
    if due(engine, &attempt) > engine.clock().now() {
        return Ok(());
    }
    match attempt.state {
        PaymentState::Prepared => ask(engine, attempt).await,
        PaymentState::Asking => tell(engine, id, PaymentEvent::Restarted, |_| {}).await,
        PaymentState::Waiting => tell(engine, id, PaymentEvent::DeadlinePassed, |_| {}).await,
        PaymentState::Approving => approve_or_recover(engine, attempt).await,
        PaymentState::Unknown(cause) => inquire(engine, attempt, cause).await,
        PaymentState::Closing => close(engine, attempt).await,
        PaymentState::Reversing => reverse(engine, attempt).await,
        PaymentState::Approved
        | PaymentState::Declined
        | PaymentState::Expired
        | PaymentState::Reversed
        | PaymentState::NeedsStaff => Ok(()),
    }
}

/// Takes the attempt through an event, with what came of it.
async fn tell<F>(
    engine: &Engine,
    id: AttemptId,
    event: PaymentEvent,
    edit: F,
) -> Result<(), EngineError>
where
    F: FnOnce(&mut PaymentAttempt) + Send + 'static,
{
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut attempt = steps::attempt(tx, id)?;
        edit(&mut attempt);
        step_payment(&inside, tx, &mut attempt, event)?;
        Ok(())
    })
    .await
}

async fn ask(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let id = attempt.id;
    let Some(gateway) = engine.gateway(attempt.method) else {
        return tell(engine, id, PaymentEvent::OfferFailed, |_| {}).await;
    };
    let inside = engine.clone();
    let wish = transact(engine.store().as_ref(), move |tx| {
        let mut attempt = steps::attempt(tx, id)?;
        step_payment(&inside, tx, &mut attempt, PaymentEvent::AskStarted)?;
        wish(&inside, tx, &attempt)
    })
    .await?;
    match gateway.offer(&wish).await {
        Ok(offer) => {
            tell(engine, id, PaymentEvent::Offered, move |attempt| {
                attempt.deadline = attempt.deadline.min(offer.expires);
                attempt.offer = Some(offer);
            })
            .await
        }
        Err(refusal) => {
            tracing::warn!(attempt = %id, code = %refusal.code, "no payment page");
            tell(engine, id, PaymentEvent::OfferFailed, move |attempt| {
                attempt.evidence = Some(refusal.to_string());
            })
            .await
        }
    }
}

/// What the gateway is asked for.
fn wish(engine: &Engine, tx: &mut dyn Tx, attempt: &PaymentAttempt) -> Result<Ask, EngineError> {
    let order = steps::order(tx, attempt.order)?;
    let lines = &order.priced.lines;
    let first = lines
        .first()
        .map(|line| line.name.get(Lang::Ko))
        .unwrap_or_default();
    let title = match lines.len() {
        0 | 1 => first.to_owned(),
        more => format!("{first} +{}", more - 1),
    };
    Ok(Ask {
        attempt: attempt.id,
        order: attempt.order,
        amount: attempt.amount,
        tax: attempt.tax,
        title,
        quantity: lines.iter().map(|line| line.quantity).sum(),
        return_url: return_url(engine, attempt),
    })
}

/// An attempt as the gateway must find it; none before it made an offer.
fn held(attempt: &PaymentAttempt) -> Option<Held> {
    Some(Held {
        attempt: attempt.id,
        order: attempt.order,
        amount: attempt.amount,
        tax: attempt.tax,
        offer: attempt.offer.clone()?,
    })
}

/// Sends the approval of an attempt that the caller has in hand and whose sending is on
/// disk.
pub(crate) fn send_approval(engine: &Engine, attempt: PaymentAttempt) {
    let engine = engine.clone();
    tokio::spawn(async move {
        if let Err(error) = approve(&engine, &attempt).await {
            tracing::error!(attempt = %attempt.id, %error, "an approval's answer could not be kept");
        }
        engine.memory().in_flight.release(attempt.id);
    });
}

/// Found as approving and in nobody's hand: either the sending is not on disk, and it is
/// sent now, or it is, and nobody knows what came of it.
async fn approve_or_recover(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let id = attempt.id;
    if attempt.approval_sent_at.is_some() {
        return tell(engine, id, PaymentEvent::Restarted, |_| {}).await;
    }
    let now = engine.clock().now();
    let marked = transact(engine.store().as_ref(), move |tx| {
        let mut attempt = steps::attempt(tx, id)?;
        attempt.approvals_sent = attempt.approvals_sent.saturating_add(1);
        attempt.approval_sent_at = Some(now);
        tx.put_attempt(&attempt)?;
        Ok::<_, EngineError>(attempt)
    })
    .await?;
    approve(engine, &marked).await
}

async fn approve(engine: &Engine, attempt: &PaymentAttempt) -> Result<(), EngineError> {
    let id = attempt.id;
    let token = look(engine.store().as_ref(), move |tx| tx.token(id)).await?;
    let answer = match (engine.gateway(attempt.method), held(attempt), token) {
        (Some(gateway), Some(held), Some(token)) => gateway.approve(&held, &token).await,
        _ => Approve::NotSent {
            evidence: "no gateway, offer or token".to_owned(),
        },
    };
    let (event, approval, evidence) = match answer {
        Approve::Approved(approval) => (PaymentEvent::AnsweredApproved, Some(approval), None),
        Approve::Mismatched { evidence } => (PaymentEvent::Mismatched, None, Some(evidence)),
        Approve::Unknown { cause, evidence } => {
            (PaymentEvent::AnsweredUnknown(cause), None, Some(evidence))
        }
        // Certainly not sent; the inquiry that follows says so, and it is sent again.
        Approve::NotSent { evidence } => (
            PaymentEvent::AnsweredUnknown(Cause::NoAnswer),
            None,
            Some(evidence),
        ),
    };
    let next_try = engine.clock().now().plus_seconds(1);
    tell(engine, id, event, move |attempt| {
        attempt.inquiries = 0;
        attempt.next_try = Some(next_try);
        keep(attempt, approval, evidence);
    })
    .await
}

fn keep(attempt: &mut PaymentAttempt, approval: Option<Approval>, evidence: Option<String>) {
    if approval.is_some() {
        attempt.approval = approval;
    }
    if evidence.is_some() {
        attempt.evidence = evidence;
    }
}

/// What an inquiry's answer means for an attempt, and what is kept of it.
fn reading(standing: Standing) -> (PaymentEvent, Option<Approval>, Option<String>) {
    match standing {
        Standing::Paid(approval) => (PaymentEvent::InquiredPaid, Some(approval), None),
        Standing::Mismatched { evidence } => (PaymentEvent::Mismatched, None, Some(evidence)),
        Standing::SentBack => (PaymentEvent::InquiredReversed, None, None),
        Standing::Unpaid { evidence } => (PaymentEvent::InquiredUnpaid, None, Some(evidence)),
        Standing::Open { evidence } => (PaymentEvent::InquiredOpen, None, Some(evidence)),
        Standing::NoAnswer { evidence } => (PaymentEvent::InquiryFailed, None, Some(evidence)),
    }
}

async fn stand(engine: &Engine, attempt: &PaymentAttempt) -> Standing {
    match (engine.gateway(attempt.method), held(attempt)) {
        (Some(gateway), Some(held)) => gateway.inquire(&held).await,
        _ => Standing::NoAnswer {
            evidence: "no gateway or no offer".to_owned(),
        },
    }
}

async fn inquire(
    engine: &Engine,
    attempt: PaymentAttempt,
    cause: Cause,
) -> Result<(), EngineError> {
    let (event, approval, evidence) = reading(stand(engine, &attempt).await);
    let now = engine.clock().now();
    let inquiries = attempt.inquiries.saturating_add(1);
    let event = decide(engine, &attempt, cause, event, now);
    let gives_up = inquiries >= INQUIRIES_MOST
        && matches!(
            event,
            PaymentEvent::InquiryFailed | PaymentEvent::InquiredOpen
        );
    let event = if gives_up {
        PaymentEvent::AskedEnough
    } else {
        event
    };
    let next_try = now.plus_seconds(back_off(inquiries, INQUIRY_WAIT_MOST));
    tell(engine, attempt.id, event, move |attempt| {
        attempt.inquiries = inquiries;
        attempt.next_try = Some(next_try);
        if event == PaymentEvent::ApproveAgain {
            // Not on disk as sent: the next step marks it and sends it.
            attempt.approval_sent_at = None;
        }
        keep(attempt, approval, evidence);
    })
    .await
}

/// What an inquiry's answer may be taken for at this moment.
///
/// Until the gateway's own time-out has passed since the last approval, "not paid" may
/// still turn into "paid". After it, a gateway that waits for our approval gets it
/// again (it takes one approval for a payment at most), and past the payment's own end
/// nothing can be approved any more.
fn decide(
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

/// The guest left or the time is over: one last look. Where money moves only by our
/// approval and none was sent, the look cannot keep the attempt open.
async fn close(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let (event, approval, evidence) = if attempt.offer.is_none() {
        (PaymentEvent::InquiredUnpaid, None, None)
    } else {
        reading(stand(engine, &attempt).await)
    };
    let tells = matches!(
        event,
        PaymentEvent::InquiredPaid | PaymentEvent::Mismatched | PaymentEvent::InquiredReversed
    );
    let event = if !tells && engine.cannot_be_paid(&attempt) {
        PaymentEvent::InquiredUnpaid
    } else {
        event
    };
    let next_try = engine.clock().now().plus_seconds(1);
    tell(engine, attempt.id, event, move |attempt| {
        attempt.inquiries = 0;
        attempt.next_try = Some(next_try);
        keep(attempt, approval, evidence);
    })
    .await
}

async fn reverse(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let (Some(gateway), Some(held)) = (engine.gateway(attempt.method), held(&attempt)) else {
        return tell(engine, attempt.id, PaymentEvent::ReversalUnsettled, |_| {}).await;
    };
    let tries = attempt.inquiries.saturating_add(1);
    let (event, evidence) = match gateway.reverse(&held).await {
        Reverse::Done => (PaymentEvent::ReversalConfirmed, None),
        Reverse::Unknown { evidence } | Reverse::NotSent { evidence } => {
            // Ask before anything else: the money may be back already.
            match gateway.inquire(&held).await {
                Standing::SentBack => (PaymentEvent::InquiredReversed, Some(evidence)),
                _ if tries >= INQUIRIES_MOST => (PaymentEvent::ReversalUnsettled, Some(evidence)),
                _ => (PaymentEvent::InquiredPaid, Some(evidence)),
            }
        }
    };
    let next_try = engine
        .clock()
        .now()
        .plus_seconds(back_off(tries, INQUIRY_WAIT_MOST));
    tell(engine, attempt.id, event, move |attempt| {
        attempt.inquiries = tries;
        attempt.next_try = Some(next_try);
        keep(attempt, None, evidence);
    })
    .await
}
