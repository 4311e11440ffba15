//! Brings released orders to the counter POS, each exactly once.
//!
//! Guarantees: after an answer that did not come the POS is asked before anything is
//! sent again; revision n+1 waits for n; orders do not wait for each other; an order
//! that the POS does not take within the bound gets a paper ticket and goes to staff.

use std::time::Duration;

use soban_domain::ids::RelayId;
use soban_domain::machine::Machine;
use soban_domain::order::OrderEvent;
use soban_domain::payment::PaymentState;
use soban_domain::print::Slip;
use soban_domain::relay::{RelayEffect, RelayEvent, RelayItem, RelayState};
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::pos::{PosAnswer, PosNews, PosOrder, PosProgress};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::{REST, back_off, from_now, whenever};
use crate::release;
use crate::steps::{self, step_order};

/// Messages worked on at the same time.
const AT_ONCE: u32 = 16;
const WAIT_MOST: u32 = 15;
const ROUND: Duration = Duration::from_secs(15);
const NEWS_EVERY: Duration = Duration::from_secs(1);
const CURSOR: &str = "pos_news";

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    if let Err(error) = recover(&engine).await {
        tracing::error!(%error, "messages for the POS could not be taken up again");
    }
    whenever(&engine, "relay", ROUND, None, || round(&engine)).await;
}

/// What the last run was sending is unsure now.
async fn recover(engine: &Engine) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        for mut item in tx.open_relays(u32::MAX)? {
            step_relay(&inside, tx, &mut item, RelayEvent::Restarted)?;
        }
        Ok(())
    })
    .await
}

async fn round(engine: &Engine) -> Result<Option<Duration>, EngineError> {
    let open = look(engine.store().as_ref(), |tx| tx.open_relays(AT_ONCE * 8)).await?;
    let now = engine.clock().now();
    let mut soonest: Option<Duration> = None;
    let mut work = JoinSet::new();
    for item in &open {
        let waits_for =
            |other: &RelayItem| other.order == item.order && other.revision < item.revision;
        let wait = item.next_try.since(now);
        if open.iter().any(waits_for) || work.len() >= AT_ONCE as usize {
            continue;
        }
        if wait > 0 {
            let wait = from_now(wait);
            soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
            continue;
        }
        let (engine, id) = (engine.clone(), item.id);
        work.spawn(async move { one_step(&engine, id).await });
    }
    let worked = !work.is_empty();
    while let Some(done) = work.join_next().await {
        if let Ok(Err(error)) = done {
            tracing::error!(%error, "a message for the POS could not be worked on");
        }
    }
    // What was worked on may be due again at once.
    Ok(if worked {
        Some(Duration::from_millis(10))
    } else {
        soonest
    })
}

async fn one_step(engine: &Engine, id: RelayId) -> Result<(), EngineError> {
    let item = look(engine.store().as_ref(), move |tx| relay(tx, id)).await?;
    let now = engine.clock().now();
    let waited = now.since(item.created);
    let policy = &engine.rules().policy;
    if waited >= i64::from(policy.pos_fallback) * 1000 {
        fallback_ticket(engine, id).await?;
    }
    if waited >= i64::from(policy.pos_give_up) * 1000 && item.state != RelayState::Sending {
        return tell(engine, id, RelayEvent::TriedEnough, None).await;
    }
    match item.state {
        RelayState::Queued => send(engine, item).await,
        RelayState::Unsure | RelayState::Delivered => look_up(engine, item).await,
        RelayState::Sending
        | RelayState::Accepted
        | RelayState::Rejected
        | RelayState::NeedsStaff => Ok(()),
    }
}

async fn send(engine: &Engine, item: RelayItem) -> Result<(), EngineError> {
    let id = item.id;
    let inside = engine.clone();
    let message = transact(engine.store().as_ref(), move |tx| {
        let mut item = relay(tx, id)?;
        if !step_relay(&inside, tx, &mut item, RelayEvent::SendStarted)? {
            return Ok(None);
        }
        let order = steps::order(tx, item.order)?;
        let attempts = tx.attempts_of(order.id)?;
        let payment = attempts
            .into_iter()
            .find(|a| a.state == PaymentState::Approved);
        Ok::<_, EngineError>(Some(PosOrder { order, payment }))
    })
    .await?;
    let Some(message) = message else {
        return Ok(());
    };
    let (event, said) = match engine.pos().send(&message).await {
        PosAnswer::Delivered => (RelayEvent::Delivered, None),
        PosAnswer::Accepted => (RelayEvent::Accepted, None),
        PosAnswer::Rejected { code, words } => {
            (RelayEvent::Rejected, Some(format!("{code}: {words}")))
        }
        PosAnswer::Absent { evidence } => (RelayEvent::NotSent, Some(evidence)),
        PosAnswer::NoAnswer { evidence } => (RelayEvent::NoAnswer, Some(evidence)),
    };
    tell(engine, id, event, said).await
}

async fn look_up(engine: &Engine, item: RelayItem) -> Result<(), EngineError> {
    if !engine.pos().can_look_up() {
        return tell(engine, item.id, RelayEvent::TriedEnough, None).await;
    }
    let delivered = item.state == RelayState::Delivered;
    let (event, said) = match engine.pos().look_up(item.order, item.revision).await {
        PosAnswer::Delivered => (RelayEvent::Delivered, None),
        PosAnswer::Accepted => (RelayEvent::Accepted, None),
        PosAnswer::Rejected { code, words } => {
            (RelayEvent::Rejected, Some(format!("{code}: {words}")))
        }
        // The POS said that it holds it: what it does not find now is for people to see.
        PosAnswer::Absent { evidence } if delivered => (RelayEvent::TriedEnough, Some(evidence)),
        PosAnswer::Absent { evidence } => (RelayEvent::LookedUpAbsent, Some(evidence)),
        PosAnswer::NoAnswer { evidence } if delivered => (RelayEvent::Delivered, Some(evidence)),
        PosAnswer::NoAnswer { evidence } => (RelayEvent::NoAnswer, Some(evidence)),
    };
    tell(engine, item.id, event, said).await
}

async fn tell(
    engine: &Engine,
    id: RelayId,
    event: RelayEvent,
    said: Option<String>,
) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut item = relay(tx, id)?;
        item.tries = item.tries.saturating_add(1);
        item.next_try = inside
            .clock()
            .now()
            .plus_seconds(back_off(item.tries, WAIT_MOST));
        if event == RelayEvent::LookedUpAbsent {
            // Known to be absent: the next sending need not wait.
            item.next_try = inside.clock().now();
        }
        item.said = said.or(item.said);
        step_relay(&inside, tx, &mut item, event)?;
        Ok(())
    })
    .await
}

fn relay(tx: &mut dyn Tx, id: RelayId) -> Result<RelayItem, EngineError> {
    tx.relay(id)?
        .ok_or_else(|| EngineError::Odd(format!("message {id} is gone")))
}

/// Takes a message through an event, and its order with it. False where the machine
/// refuses the event; nothing is written then.
pub(crate) fn step_relay(
    engine: &Engine,
    tx: &mut dyn Tx,
    item: &mut RelayItem,
    event: RelayEvent,
) -> Result<bool, EngineError> {
    let (next, effects) = match item.state.next(event) {
        Ok(step) => step,
        Err(refusal) => {
            tracing::warn!(order = %item.order, %refusal, "a message stays as it is");
            return Ok(false);
        }
    };
    let changed = next != item.state;
    item.state = next;
    tx.put_relay(item)?;
    let mut order = steps::order(tx, item.order)?;
    for effect in effects {
        let event = match effect {
            RelayEffect::OrderAccepted => OrderEvent::PosAccepted,
            RelayEffect::OrderRefused => OrderEvent::PosRefused,
            RelayEffect::Send | RelayEffect::LookUp | RelayEffect::TellStaff => continue,
        };
        if order.state.next(event).is_ok() {
            step_order(engine, tx, &mut order, event)?;
        }
    }
    if changed {
        tracing::info!(order = %item.order, state = next.name(), said = item.said.as_deref(), "relay");
        steps::tell_order(engine, tx, &order)?;
    }
    Ok(true)
}

/// Prints the whole order for the counter, once, because the POS was not told in time.
async fn fallback_ticket(engine: &Engine, id: RelayId) -> Result<(), EngineError> {
    let Some(printer) = engine.rules().receipt_printer.clone() else {
        return Ok(());
    };
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let item = relay(tx, id)?;
        let there = tx
            .prints_of(item.order)?
            .iter()
            .any(|job| job.slip == Slip::Fallback);
        if !there && item.state.is_open() {
            let order = steps::order(tx, item.order)?;
            release::add_print(&inside, tx, &order, Slip::Fallback, 1, printer)?;
            steps::tell_order(&inside, tx, &order)?;
        }
        Ok(())
    })
    .await
}

/// Follows the news of the POS, for ever.
pub(crate) async fn follow_news(engine: Engine) {
    loop {
        let wait = match news(&engine).await {
            // A full page: there may be more.
            Ok(true) => Duration::ZERO,
            Ok(false) => NEWS_EVERY,
            Err(error) => {
                tracing::error!(%error, "news of the POS could not be kept");
                REST
            }
        };
        engine.clock().sleep(wait).await;
    }
}

/// Takes one page of news; true if there was any.
async fn news(engine: &Engine) -> Result<bool, EngineError> {
    let after = look(engine.store().as_ref(), |tx| tx.cursor(CURSOR)).await?;
    let Ok((news, cursor)) = engine.pos().news(after).await else {
        return Ok(false);
    };
    if news.is_empty() && cursor == after {
        return Ok(false);
    }
    let any = !news.is_empty();
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        for item in news {
            apply_news(&inside, tx, item)?;
        }
        tx.set_cursor(CURSOR, cursor)?;
        Ok(any)
    })
    .await
}

/// News about orders that are not ours, or no longer fit, are passed over.
fn apply_news(engine: &Engine, tx: &mut dyn Tx, news: PosNews) -> Result<(), EngineError> {
    let Some(mut order) = tx.order(news.order)? else {
        return Ok(());
    };
    let Some(mut item) = tx.relays_of(news.order)?.pop() else {
        return Ok(());
    };
    item.said = news.words.or(item.said);
    let event = match news.progress {
        PosProgress::Rejected => RelayEvent::Rejected,
        PosProgress::Accepted | PosProgress::Ready | PosProgress::Done => RelayEvent::Accepted,
    };
    step_relay(engine, tx, &mut item, event)?;
    let event = match news.progress {
        PosProgress::Ready => OrderEvent::PosReady,
        PosProgress::Done => OrderEvent::PosDone,
        PosProgress::Accepted | PosProgress::Rejected => return Ok(()),
    };
    order.clone_from(&steps::order(tx, news.order)?);
    if order.state.next(event).is_ok() {
        step_order(engine, tx, &mut order, event)?;
    }
    Ok(())
}
