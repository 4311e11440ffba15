//! Brings released orders to the counter POS, each exactly once.
//!
//! Guarantees: after an answer that did not come the POS is asked before anything is
//! sent again; revision n+1 waits for n; orders do not wait for each other; an order
//! that the POS does not take within the bound gets a paper ticket and goes to staff.

use std::collections::BTreeMap;
use std::time::Duration;

use soban_domain::ids::RelayId;
use soban_domain::machine::Machine;
use soban_domain::order::OrderEvent;
use soban_domain::print::Slip;
use soban_domain::relay::{RelayEffect, RelayEvent, RelayItem, RelayState};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::in_flight::InHand;
use crate::mutant::Mutant;
use crate::ports::pos::{PosAnswer, PosOrder};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::{REST, answer, back_off, until, whenever};
use crate::release;
use crate::steps::{self, step_order};

/// Messages worked on at the same time.
const AT_ONCE: usize = 16;
/// Messages looked at in a round.
const OPEN_MOST: u32 = 1000;
const WAIT_MOST: u32 = 15;
const ROUND: Duration = Duration::from_secs(15);

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    let let_go = &engine.memory().messages.let_go;
    whenever(&engine, "relay", ROUND, Some(let_go), || round(&engine)).await;
}

async fn round(engine: &Engine) -> Result<Option<Duration>, EngineError> {
    let open = look(engine.store().as_ref(), |tx| tx.open_relays(OPEN_MOST)).await?;
    let now = engine.clock().now();
    let mut first = BTreeMap::new();
    for item in &open {
        let first = first.entry(item.order).or_insert(item.revision);
        *first = item.revision.min(*first);
    }
    let mut soonest: Option<Duration> = None;
    for item in &open {
        if first.get(&item.order) != Some(&item.revision) {
            continue;
        }
        let wait = until(item.next_try, now, WAIT_MOST);
        if !wait.is_zero() {
            soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
            continue;
        }
        let messages = &engine.memory().messages;
        if messages.count() >= AT_ONCE {
            // The next one that is let go brings the pump back here.
            break;
        }
        if let Some(hand) = messages.take(item.id) {
            let (engine, id) = (engine.clone(), item.id);
            tokio::spawn(async move { work(&engine, id, hand).await });
        }
    }
    Ok(soonest)
}

/// Works on a message that is in hand, then lets it go.
async fn work(engine: &Engine, id: RelayId, _hand: InHand<RelayId>) {
    if let Err(error) = one_step(engine, id).await {
        tracing::error!(message = %id, %error, "a message for the POS could not be worked on");
        engine.clock().sleep(REST).await;
    }
}

async fn one_step(engine: &Engine, id: RelayId) -> Result<(), EngineError> {
    let item = look(engine.store().as_ref(), move |tx| relay(tx, id)).await?;
    let now = engine.clock().now();
    if !until(item.next_try, now, WAIT_MOST).is_zero() {
        return Ok(());
    }
    let waited = now.since(item.created);
    let policy = &engine.rules().policy;
    if waited >= i64::from(policy.pos_fallback) * 1000
        && let Err(error) = fallback_ticket(engine, id).await
    {
        // Paper is the second way; the first goes on without it.
        tracing::error!(order = %item.order, %error, "no fallback ticket");
    }
    if waited >= i64::from(policy.pos_give_up) * 1000 && item.state != RelayState::Sending {
        return tell(engine, id, RelayEvent::TriedEnough, None).await;
    }
    match item.state {
        RelayState::Queued => send(engine, item).await,
        // In nobody's hand: a restart or a fault of the store left it so.
        RelayState::Sending if Mutant::PosSentBlindly.is_in() => {
            tell(engine, id, RelayEvent::NotSent, None).await
        }
        RelayState::Sending => tell(engine, id, RelayEvent::Restarted, None).await,
        RelayState::Unsure | RelayState::Delivered => look_up(engine, item).await,
        RelayState::Accepted | RelayState::Rejected | RelayState::NeedsStaff => Ok(()),
    }
}

async fn send(engine: &Engine, item: RelayItem) -> Result<(), EngineError> {
    let id = item.id;
    let inside = engine.clone();
    let message = transact(engine.store().as_ref(), move |tx| {
        let mut item = relay(tx, id)?;
        if earlier_is_out(tx, &item)? {
            item.next_try = inside.clock().now().plus_seconds(WAIT_MOST);
            tx.put_relay(&item)?;
            return Ok(None);
        }
        if !step_relay(&inside, tx, &mut item, RelayEvent::SendStarted)? {
            return Ok(None);
        }
        let order = steps::order(tx, item.order)?;
        let attempts = tx.attempts_of(order.id)?;
        let payment = attempts.into_iter().find(|a| a.state.is_paid());
        Ok::<_, EngineError>(Some(PosOrder { order, payment }))
    })
    .await?;
    let Some(message) = message else {
        return Ok(());
    };
    let said = answer(engine, engine.pos().send(&message)).await;
    let (event, said) = match said.unwrap_or_else(hung) {
        PosAnswer::Delivered => (RelayEvent::Delivered, None),
        PosAnswer::Accepted => (RelayEvent::Accepted, None),
        PosAnswer::Rejected { code, words } => {
            (RelayEvent::Rejected, Some(format!("{code}: {words}")))
        }
        PosAnswer::Absent { evidence } => (RelayEvent::NotSent, Some(evidence)),
        PosAnswer::NoAnswer { evidence } if Mutant::PosSentBlindly.is_in() => {
            (RelayEvent::NotSent, Some(evidence))
        }
        PosAnswer::NoAnswer { evidence } => (RelayEvent::NoAnswer, Some(evidence)),
    };
    tell(engine, id, event, said).await
}

/// True while an earlier revision of the order is not at the POS for certain.
fn earlier_is_out(tx: &mut dyn Tx, item: &RelayItem) -> Result<bool, EngineError> {
    let all = tx.relays_of(item.order)?;
    let mut earlier = all.iter().filter(|other| other.revision < item.revision);
    Ok(earlier.any(|other| other.state != RelayState::Accepted))
}

/// An answer that did not come.
fn hung() -> PosAnswer {
    PosAnswer::NoAnswer {
        evidence: "the call hung".to_owned(),
    }
}

async fn look_up(engine: &Engine, item: RelayItem) -> Result<(), EngineError> {
    let delivered = item.state == RelayState::Delivered;
    if !engine.pos().can_look_up() {
        // What the POS holds for certain is confirmed by its news, within the bound.
        let event = if delivered {
            RelayEvent::Delivered
        } else {
            RelayEvent::TriedEnough
        };
        return tell(engine, item.id, event, None).await;
    }
    let said = answer(engine, engine.pos().look_up(item.order, item.revision)).await;
    let (event, said) = match said.unwrap_or_else(hung) {
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
