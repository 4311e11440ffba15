//! Drives every open payment attempt to an end, after any restart.
//!
//! Guarantees: the state is on disk before the gateway is called; an answer that does
//! not tell is followed by inquiries with a bound, then by staff, never by "failed"; no
//! attempt is worked on twice at a time.

use std::time::Duration;

use soban_domain::ids::AttemptId;
use soban_domain::moment::Timestamp;
use soban_domain::order::Order;
use soban_domain::payment::{
    Cause, Flow, PaymentAttempt, PaymentEffect, PaymentEvent, PaymentState,
};
use soban_domain::text::Lang;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::in_flight::InHand;
use crate::mutant::Mutant;
use crate::ports::gateway::{Ask, NoOffer, Reversal};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::{ASK_MOST, CALL_MOST, answer, back_off, until, whenever};
use crate::steps::{self, step_payment};
use crate::view::return_url;

pub(crate) mod answers;
mod late;
pub(crate) mod slips;
mod undo;

use answers::{Heard, decide, reading, standing};

/// Inquiries without an answer before staff are called: with the waits below, three to
/// four minutes, which is what the guest was told.
const INQUIRIES_MOST: u32 = 12;
/// Inquiries that say "still open" before staff are called. It is beyond the life of any
/// offer, after which "open" means unpaid.
const OPEN_MOST: u32 = 60;
/// Seconds between two looks for the money of a code that we show.
const SHOWN_WAIT: u32 = 2;
/// The longest wait between two inquiries, in seconds.
const INQUIRY_WAIT_MOST: u32 = 30;
const ROUND: Duration = Duration::from_secs(30);
/// A payment whose step could not be written rests this long: its gateway must not be asked
/// in a rush for as long as the disk is full.
const STUCK: Duration = Duration::from_secs(5);

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    let let_go = &engine.memory().payments.let_go;
    whenever(&engine, "payment", ROUND, Some(let_go), || round(&engine)).await;
}

async fn round(engine: &Engine) -> Result<Option<Duration>, EngineError> {
    let open = look(engine.store().as_ref(), |tx| tx.open_attempts()).await?;
    let now = engine.clock().now();
    let mut soonest: Option<Duration> = None;
    for attempt in open {
        let wait = wait(engine, &attempt, now);
        if !wait.is_zero() {
            soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
        } else if let Some(hand) = engine.memory().payments.take(attempt.id) {
            let engine = engine.clone();
            tokio::spawn(async move { work(&engine, attempt.id, hand).await });
        }
    }
    Ok(soonest)
}

/// How long until an open attempt wants to be worked on.
fn wait(engine: &Engine, attempt: &PaymentAttempt, now: Timestamp) -> Duration {
    let due = |at: Option<Timestamp>, most| at.map_or(Duration::ZERO, |at| until(at, now, most));
    match attempt.state {
        PaymentState::Waiting => {
            let life = attempt.deadline.since(attempt.created) / 1000;
            let over = due(
                Some(attempt.deadline),
                u32::try_from(life).unwrap_or(u32::MAX),
            );
            match is_polled(engine, attempt) {
                true => over.min(due(attempt.next_try, SHOWN_WAIT)),
                false => over,
            }
        }
        PaymentState::Unknown(_) | PaymentState::Closing | PaymentState::Reversing => {
            due(attempt.next_try, INQUIRY_WAIT_MOST)
        }
        PaymentState::Prepared | PaymentState::Asking | PaymentState::Approving => Duration::ZERO,
        PaymentState::NeedsStaff => attempt.next_try.map_or(ROUND, |_| Duration::ZERO),
        PaymentState::Declined | PaymentState::Expired | PaymentState::Reversed => attempt
            .watch
            .map_or(ROUND, |at| until(at, now, late::WAIT_MOST)),
        PaymentState::Approved
        | PaymentState::Voided
        | PaymentState::PartlyRefunded
        | PaymentState::Refunded => ROUND,
    }
}

/// True where nothing but our asking tells that the guest paid.
fn is_polled(engine: &Engine, attempt: &PaymentAttempt) -> bool {
    let asks = || engine.abilities(attempt.method).is_some_and(|a| a.inquiry);
    attempt.method.flow() == Flow::Shown && asks()
}

/// Seconds until the end of an attempt that nobody knows is known, or staff are called, at
/// the latest: what is left of the bounds, each wait and call at its longest.
pub(crate) fn check_seconds(attempt: &PaymentAttempt) -> u32 {
    let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    let rest = |done: u32, most: u32, call: Duration| {
        let wait = |n| back_off(n, INQUIRY_WAIT_MOST).saturating_add(seconds(call));
        let tries = done.saturating_add(1)..=most;
        tries.map(wait).fold(0, u32::saturating_add)
    };
    match attempt.state {
        PaymentState::Approving => {
            rest(0, INQUIRIES_MOST, ASK_MOST).saturating_add(seconds(CALL_MOST))
        }
        PaymentState::Unknown(_) | PaymentState::Closing => {
            rest(attempt.inquiries, INQUIRIES_MOST, ASK_MOST)
        }
        PaymentState::Reversing => rest(attempt.inquiries, undo::TRIES_MOST, CALL_MOST),
        PaymentState::Prepared
        | PaymentState::Asking
        | PaymentState::Waiting
        | PaymentState::Approved
        | PaymentState::Declined
        | PaymentState::Expired
        | PaymentState::Reversed
        | PaymentState::Voided
        | PaymentState::PartlyRefunded
        | PaymentState::Refunded
        | PaymentState::NeedsStaff => 0,
    }
}

/// Works on an attempt that is in hand, then lets it go.
async fn work(engine: &Engine, id: AttemptId, _hand: InHand<AttemptId>) {
    if let Err(error) = one_step(engine, id).await {
        tracing::error!(attempt = %id, %error, "a payment could not be driven");
        engine.clock().sleep(STUCK).await;
    }
}

async fn one_step(engine: &Engine, id: AttemptId) -> Result<(), EngineError> {
    let attempt = look(engine.store().as_ref(), move |tx| steps::attempt(tx, id)).await?;
    if !wait(engine, &attempt, engine.clock().now()).is_zero() {
        return Ok(());
    }
    match attempt.state {
        PaymentState::Prepared => ask(engine, attempt).await,
        PaymentState::Asking => tell(engine, id, PaymentEvent::Restarted, |_| {}).await,
        PaymentState::Waiting => wait_on(engine, attempt).await,
        PaymentState::Approving => approve_or_recover(engine, attempt).await,
        PaymentState::Unknown(cause) => inquire(engine, attempt, cause).await,
        PaymentState::Closing => close(engine, attempt).await,
        PaymentState::Reversing => undo::reverse(engine, attempt).await,
        PaymentState::Declined | PaymentState::Expired | PaymentState::Reversed => {
            late::look(engine, attempt).await
        }
        PaymentState::NeedsStaff => ask_for_staff(engine, attempt).await,
        PaymentState::Approved
        | PaymentState::Voided
        | PaymentState::PartlyRefunded
        | PaymentState::Refunded => Ok(()),
    }
}

/// The guest's time is over, or it is time to look for the money of a code that we show.
async fn wait_on(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let (id, now) = (attempt.id, engine.clock().now());
    let life = u32::try_from(attempt.deadline.since(attempt.created) / 1000).unwrap_or(u32::MAX);
    if until(attempt.deadline, now, life).is_zero() {
        return tell(engine, id, PaymentEvent::DeadlinePassed, |_| {}).await;
    }
    let heard = reading(standing(engine, &attempt).await, &attempt);
    let next_try = engine.clock().now().plus_seconds(SHOWN_WAIT);
    match heard.event {
        // Nothing new: no screen is told, and only the next look is written.
        PaymentEvent::InquiredOpen | PaymentEvent::InquiryFailed => {
            transact(engine.store().as_ref(), move |tx| {
                let mut attempt = steps::attempt(tx, id)?;
                attempt.next_try = Some(next_try);
                heard.keep(&mut attempt);
                tx.put_attempt(&attempt)?;
                Ok(())
            })
            .await
        }
        event => {
            tell(engine, id, event, move |attempt| {
                attempt.next_try = Some(next_try);
                heard.keep(attempt);
            })
            .await
        }
    }
}

/// Staff had the gateway asked once more: what it says ends it, or is new evidence.
async fn ask_for_staff(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let heard = reading(standing(engine, &attempt).await, &attempt);
    let event = match decide(
        engine,
        &attempt,
        Cause::NotClosed,
        heard.event,
        engine.clock().now(),
    ) {
        // The payer may still finish: nothing is known yet.
        PaymentEvent::ApproveAgain => PaymentEvent::InquiredOpen,
        event => event,
    };
    let (id, inside) = (attempt.id, engine.clone());
    transact(engine.store().as_ref(), move |tx| {
        let mut attempt = steps::attempt(tx, id)?;
        attempt.next_try = None;
        if attempt.state != PaymentState::NeedsStaff {
            // They decided meanwhile, and their word stands.
            return Ok(());
        }
        heard.keep(&mut attempt);
        step_payment(&inside, tx, &mut attempt, event)?;
        Ok(())
    })
    .await
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
        if attempt.state == PaymentState::Waiting && tx.token(id)?.is_some() {
            // The guest came home while the gateway was asked about an earlier return.
            attempt.approval_sent_at = None;
            step_payment(&inside, tx, &mut attempt, PaymentEvent::GuestReturned)?;
        }
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
        let begun = step_payment(&inside, tx, &mut attempt, PaymentEvent::AskStarted)?;
        if !begun.contains(&PaymentEffect::Ask) {
            // The guest gave it up meanwhile.
            return Ok(None);
        }
        wish(&inside, tx, &attempt).map(Some)
    })
    .await?;
    let Some(wish) = wish else {
        return Ok(());
    };
    let offer = answer(engine, gateway.offer(&wish)).await;
    match offer.unwrap_or_else(|| Err(hung())) {
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

/// An offer that did not come.
fn hung() -> NoOffer {
    NoOffer {
        passing: true,
        code: "no_answer".to_owned(),
        words: "the call hung".to_owned(),
    }
}

/// What a payer reads: the first dish and how many more.
pub(crate) fn title(order: &Order) -> String {
    let lines = &order.priced.lines;
    let first = lines
        .first()
        .map(|line| line.name.get(Lang::Ko))
        .unwrap_or_default();
    match lines.len() {
        0 | 1 => first.to_owned(),
        more => format!("{first} +{}", more - 1),
    }
}

/// What the gateway is asked for.
fn wish(engine: &Engine, tx: &mut dyn Tx, attempt: &PaymentAttempt) -> Result<Ask, EngineError> {
    let order = steps::order(tx, attempt.order)?;
    Ok(Ask {
        attempt: attempt.id,
        order: attempt.order,
        amount: attempt.amount,
        tax: attempt.tax,
        title: title(&order),
        quantity: order.priced.lines.iter().map(|line| line.quantity).sum(),
        return_url: return_url(engine, attempt),
        now: engine.clock().now(),
        deadline: attempt.deadline,
    })
}

/// Sends the approval of an attempt that is in hand and whose sending is on disk.
pub(crate) fn send_approval(engine: &Engine, attempt: PaymentAttempt, hand: InHand<AttemptId>) {
    let engine = engine.clone();
    tokio::spawn(async move {
        let _hand = hand;
        if let Err(error) = approve(&engine, &attempt).await {
            tracing::error!(attempt = %attempt.id, %error, "an approval's answer could not be kept");
        }
    });
}

/// Found as approving and in nobody's hand: either the sending is not on disk, and it is
/// sent now, or it is, and nobody knows what came of it.
async fn approve_or_recover(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let id = attempt.id;
    if attempt.approval_sent_at.is_some() {
        let found = match Mutant::RestartIsDeclined.is_in() {
            true => PaymentEvent::AnsweredDeclined,
            false => PaymentEvent::Restarted,
        };
        return tell(engine, id, found, |_| {}).await;
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
    let (heard, unsent) = answers::approval(engine, attempt, token).await;
    if Mutant::ToldBeforeCommit.is_in() && heard.event == PaymentEvent::AnsweredApproved {
        slips::tell_paid(engine, attempt.order).await?;
    }
    let next_try = engine.clock().now().plus_seconds(1);
    tell(engine, id, heard.event, move |attempt| {
        attempt.inquiries = 0;
        attempt.next_try = Some(next_try);
        if unsent {
            // Nothing can take effect late: the inquiry need not wait for that.
            attempt.approval_sent_at = None;
        }
        heard.keep(attempt);
    })
    .await
}

async fn inquire(
    engine: &Engine,
    attempt: PaymentAttempt,
    cause: Cause,
) -> Result<(), EngineError> {
    if let Some(event) = unasked(engine, &attempt) {
        return tell(engine, attempt.id, event, |_| {}).await;
    }
    let heard = reading(standing(engine, &attempt).await, &attempt);
    let now = engine.clock().now();
    let inquiries = attempt.inquiries.saturating_add(1);
    let event = match decide(engine, &attempt, cause, heard.event, now) {
        PaymentEvent::InquiryFailed if inquiries >= INQUIRIES_MOST => {
            match Mutant::AskedEnoughIsUnpaid.is_in() {
                true => PaymentEvent::InquiredUnpaid,
                false => PaymentEvent::AskedEnough,
            }
        }
        PaymentEvent::InquiredOpen if inquiries >= OPEN_MOST && cause != Cause::NotYet => {
            PaymentEvent::AskedEnough
        }
        event => event,
    };
    let next_try = now.plus_seconds(back_off(inquiries, INQUIRY_WAIT_MOST));
    let told = tell(engine, attempt.id, event, move |attempt| {
        attempt.inquiries = inquiries;
        attempt.next_try = Some(next_try);
        if event == PaymentEvent::ApproveAgain {
            // Not on disk as sent: the next step marks it and sends it.
            attempt.approval_sent_at = None;
        }
        heard.keep(attempt);
    })
    .await;
    or_unheard(engine, &attempt, inquiries, told).await
}

/// What follows where the gateway cannot be asked: the approval is undone with its own
/// data (망취소), or staff look.
fn unasked(engine: &Engine, attempt: &PaymentAttempt) -> Option<PaymentEvent> {
    let abilities = engine.abilities(attempt.method)?;
    if abilities.inquiry {
        return None;
    }
    Some(match abilities.reversal {
        Reversal::NetCancel => PaymentEvent::MustReverse,
        Reversal::ById | Reversal::None => PaymentEvent::AskedEnough,
    })
}

/// An answer that cannot be written down counts as one that did not come: what never can
/// be written would else be asked for ever, and staff never called.
async fn or_unheard(
    engine: &Engine,
    attempt: &PaymentAttempt,
    inquiries: u32,
    told: Result<(), EngineError>,
) -> Result<(), EngineError> {
    let Err(error) = told else {
        return Ok(());
    };
    tracing::error!(attempt = %attempt.id, %error, "a gateway's answer could not be kept");
    let event = if inquiries >= INQUIRIES_MOST {
        PaymentEvent::AskedEnough
    } else {
        PaymentEvent::InquiryFailed
    };
    let wait = back_off(inquiries, INQUIRY_WAIT_MOST);
    let next_try = engine.clock().now().plus_seconds(wait);
    tell(engine, attempt.id, event, move |attempt| {
        attempt.inquiries = inquiries;
        attempt.next_try = Some(next_try);
        attempt.evidence = Some(error.to_string());
    })
    .await
}

/// The guest left or the time is over: one last look. Where money moves only by our
/// approval and none was sent, the look cannot keep the attempt open.
async fn close(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let unpaid = engine.cannot_be_paid(&attempt);
    let asks = engine.abilities(attempt.method).is_some_and(|a| a.inquiry);
    let mut heard = match (&attempt.offer, asks) {
        (Some(_), true) => reading(standing(engine, &attempt).await, &attempt),
        // Nobody but staff can tell whether the printed or shown code was paid.
        (Some(_), false) | (None, _) => Heard::new(PaymentEvent::AskedEnough, None),
    };
    let tells = matches!(
        heard.event,
        PaymentEvent::InquiredPaid | PaymentEvent::Mismatched | PaymentEvent::InquiredReversed
    );
    if !tells && unpaid {
        heard.event = PaymentEvent::InquiredUnpaid;
    } else if is_polled(engine, &attempt)
        && matches!(
            heard.event,
            PaymentEvent::InquiredUnpaid | PaymentEvent::InquiredOpen
        )
    {
        // The payer's app may be paying at this very moment: it is asked about for a while.
        heard.event = PaymentEvent::InquiryFailed;
    }
    let next_try = engine.clock().now().plus_seconds(1);
    let told = tell(engine, attempt.id, heard.event, move |attempt| {
        attempt.inquiries = 0;
        attempt.next_try = Some(next_try);
        heard.keep(attempt);
    })
    .await;
    or_unheard(engine, &attempt, 1, told).await
}
