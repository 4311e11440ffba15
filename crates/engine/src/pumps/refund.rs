//! Drives every open refund to an end, after any restart.
//!
//! Guarantees: that it is being sent is on disk before the gateway is called; after an
//! answer that does not tell the gateway is asked how much went back, and nothing is sent
//! again before it says that this did not; with a bound, then staff, never "failed".
//!
//! Deliberately absent: gateways that cannot be asked. Their doubtful refunds go to staff
//! at once.

use std::time::Duration;

use soban_domain::ids::RefundId;
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::payment::PaymentAttempt;
use soban_domain::refund::{Refund, RefundEvent, RefundState};

use super::payment::answers::held;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::in_flight::InHand;
use crate::ports::gateway::{Held, RefundAsk, Refunded, SentBack};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::{REST, answer, back_off, until, whenever};
use crate::refunds::{refund, step_refund};
use crate::steps;

/// Sendings and questions before staff are called: about eight minutes.
const TRIES_MOST: u32 = 20;
/// The longest wait between two of them, in seconds.
const WAIT_MOST: u32 = 30;
const ROUND: Duration = Duration::from_secs(30);
const HUNG: &str = "no_answer: the call hung";

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    let let_go = &engine.memory().refunds.let_go;
    whenever(&engine, "refund", ROUND, Some(let_go), || round(&engine)).await;
}

async fn round(engine: &Engine) -> Result<Option<Duration>, EngineError> {
    let open = look(engine.store().as_ref(), |tx| tx.open_refunds()).await?;
    let now = engine.clock().now();
    let mut soonest: Option<Duration> = None;
    for refund in open {
        let wait = wait(&refund, now);
        if !wait.is_zero() {
            soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
        } else if let Some(hand) = engine.memory().refunds.take(refund.id) {
            let engine = engine.clone();
            tokio::spawn(async move { work(&engine, refund.id, hand).await });
        }
    }
    Ok(soonest)
}

/// How long until an open refund wants to be worked on.
fn wait(refund: &Refund, now: Timestamp) -> Duration {
    match refund.state {
        RefundState::Prepared | RefundState::Unknown => refund
            .next_try
            .map_or(Duration::ZERO, |at| until(at, now, WAIT_MOST)),
        RefundState::Sending => Duration::ZERO,
        RefundState::Done | RefundState::Refused | RefundState::NeedsStaff => ROUND,
    }
}

/// Works on a refund that is in hand, then lets it go.
async fn work(engine: &Engine, id: RefundId, _hand: InHand<RefundId>) {
    if let Err(error) = one_step(engine, id).await {
        tracing::error!(refund = %id, %error, "a refund could not be driven");
        engine.clock().sleep(REST).await;
    }
}

async fn one_step(engine: &Engine, id: RefundId) -> Result<(), EngineError> {
    let (refund, attempt) = look(engine.store().as_ref(), move |tx| {
        let refund = refund(tx, id)?;
        let attempt = steps::attempt(tx, refund.attempt)?;
        Ok::<_, EngineError>((refund, attempt))
    })
    .await?;
    if !wait(&refund, engine.clock().now()).is_zero() {
        return Ok(());
    }
    match refund.state {
        RefundState::Prepared if refund.tries >= TRIES_MOST => {
            tell(engine, id, Heard::new(RefundEvent::TriedEnough)).await
        }
        RefundState::Prepared => send(engine, refund, &attempt).await,
        // Nobody has it in hand: the program stopped, or could not write, while it was
        // being sent.
        RefundState::Sending => tell(engine, id, Heard::new(RefundEvent::Restarted)).await,
        RefundState::Unknown => inquire(engine, refund, &attempt).await,
        RefundState::Done | RefundState::Refused | RefundState::NeedsStaff => Ok(()),
    }
}

/// An answer as an event, and what is kept of it.
struct Heard {
    event: RefundEvent,
    evidence: Option<String>,
    number: Option<String>,
}

impl Heard {
    fn new(event: RefundEvent) -> Heard {
        Heard {
            event,
            evidence: None,
            number: None,
        }
    }

    fn said(event: RefundEvent, evidence: impl Into<String>) -> Heard {
        Heard {
            evidence: Some(evidence.into()),
            ..Heard::new(event)
        }
    }
}

/// Takes a refund through an event, with what came of it, and sets the next try.
async fn tell(engine: &Engine, id: RefundId, heard: Heard) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut refund = refund(tx, id)?;
        let wait = back_off(refund.tries, WAIT_MOST);
        refund.next_try = Some(inside.clock().now().plus_seconds(wait));
        refund.evidence = heard.evidence.or(refund.evidence);
        refund.gateway_number = heard.number.or(refund.gateway_number);
        step_refund(&inside, tx, &mut refund, heard.event)?;
        Ok(())
    })
    .await
}

/// An answer that cannot be written down counts as one that did not come: what never can
/// be written would else be asked for ever, and staff never called.
async fn or_unheard(
    engine: &Engine,
    refund: &Refund,
    told: Result<(), EngineError>,
) -> Result<(), EngineError> {
    let Err(error) = told else {
        return Ok(());
    };
    tracing::error!(refund = %refund.id, %error, "a gateway's answer to a refund could not be kept");
    let event = match refund.state {
        RefundState::Sending => RefundEvent::NoAnswer,
        _ if refund.tries >= TRIES_MOST => RefundEvent::TriedEnough,
        _ => RefundEvent::InquiryFailed,
    };
    tell(engine, refund.id, Heard::said(event, error.to_string())).await
}

/// The payment as its gateway must find it: what went back in cash is still there.
fn held_at_gateway(attempt: &PaymentAttempt, refund: &Refund) -> Option<Held> {
    let mut held = held(attempt)?;
    held.refunded = attempt.amount.minus(refund.rest_before)?;
    Some(held)
}

async fn send(
    engine: &Engine,
    refund: Refund,
    attempt: &PaymentAttempt,
) -> Result<(), EngineError> {
    let id = refund.id;
    let gateway = engine.gateway(attempt.method);
    let Some((gateway, held)) = gateway.zip(held_at_gateway(attempt, &refund)) else {
        let words = "no gateway or no payment id: give it back by hand";
        return tell(engine, id, Heard::said(RefundEvent::TriedEnough, words)).await;
    };
    let inside = engine.clone();
    let begun = transact(engine.store().as_ref(), move |tx| begin(&inside, tx, id)).await?;
    let Some(refund) = begun else {
        return Ok(());
    };
    let ask = RefundAsk {
        refund: id,
        amount: refund.amount,
        tax: refund.tax,
        rest_before: refund.rest_before,
        sent_at: refund.created,
        reason: refund.reason.as_str().to_owned(),
    };
    let heard = match answer(engine, gateway.refund(&held, &ask)).await {
        Some(Refunded::Done { number }) => Heard {
            number,
            ..Heard::new(RefundEvent::AnsweredDone)
        },
        Some(Refunded::Refused { evidence }) => Heard::said(RefundEvent::AnsweredRefused, evidence),
        Some(Refunded::Unknown { evidence }) => Heard::said(RefundEvent::NoAnswer, evidence),
        Some(Refunded::NotSent { evidence }) => Heard::said(RefundEvent::NotSent, evidence),
        None => Heard::said(RefundEvent::NoAnswer, HUNG),
    };
    let told = tell(engine, id, heard).await;
    or_unheard(engine, &refund, told).await
}

/// Writes that a refund is being sent; nothing where staff ended it meanwhile.
fn begin(engine: &Engine, tx: &mut dyn Tx, id: RefundId) -> Result<Option<Refund>, EngineError> {
    let mut refund = refund(tx, id)?;
    refund.tries = refund.tries.saturating_add(1);
    let begun = step_refund(engine, tx, &mut refund, RefundEvent::SendStarted)?;
    Ok(begun.then_some(refund))
}

/// Nobody knows whether it was done: the gateway says how much went back in all.
async fn inquire(
    engine: &Engine,
    mut refund: Refund,
    attempt: &PaymentAttempt,
) -> Result<(), EngineError> {
    let id = refund.id;
    refund.tries = transact(engine.store().as_ref(), move |tx| {
        let mut refund = crate::refunds::refund(tx, id)?;
        refund.tries = refund.tries.saturating_add(1);
        tx.put_refund(&refund)?;
        Ok::<_, EngineError>(refund.tries)
    })
    .await?;
    let gateway = engine.gateway(attempt.method);
    let said = match gateway.zip(held_at_gateway(attempt, &refund)) {
        Some((gateway, held)) => answer(engine, gateway.sent_back(&held)).await,
        None => Some(SentBack::CannotTell),
    };
    let said = said.unwrap_or_else(|| SentBack::NoAnswer {
        evidence: HUNG.to_owned(),
    });
    let settle = engine
        .abilities(attempt.method)
        .map_or(0, |abilities| abilities.settle_seconds);
    let settled = engine.clock().now() >= refund.changed.plus_seconds(settle);
    let mut heard = reading(said, &refund, attempt.amount, settled);
    if heard.event == RefundEvent::InquiryFailed && refund.tries >= TRIES_MOST {
        heard.event = RefundEvent::TriedEnough;
    }
    let told = tell(engine, id, heard).await;
    or_unheard(engine, &refund, told).await
}

/// What the gateway's sum means for a refund. Until the gateway's own time-out has passed,
/// "not done" may still turn into "done".
fn reading(said: SentBack, refund: &Refund, taken: Won, settled: bool) -> Heard {
    let before = taken.0.saturating_sub(refund.rest_before.0);
    match said {
        SentBack::Sum(sum) if sum.0 == before.saturating_add(refund.amount.0) => {
            Heard::new(RefundEvent::InquiredDone)
        }
        SentBack::Sum(sum) if sum.0 == before && settled => {
            Heard::new(RefundEvent::InquiredNotDone)
        }
        SentBack::Sum(sum) if sum.0 == before => Heard::new(RefundEvent::InquiryFailed),
        SentBack::Sum(sum) => {
            let words = format!(
                "sent back {}, where {before} went before this one of {}",
                sum.0, refund.amount.0
            );
            Heard::said(RefundEvent::TriedEnough, words)
        }
        SentBack::CannotTell => {
            Heard::said(RefundEvent::TriedEnough, "the gateway cannot be asked")
        }
        SentBack::NoAnswer { evidence } => Heard::said(RefundEvent::InquiryFailed, evidence),
    }
}
