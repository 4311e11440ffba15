//! Steps of the machines as writes: each takes a record through one event, inside the
//! caller's transaction, and does what the effects ask of the disk.
//!
//! Guarantees: the money of an approval and the release of its order are one
//! transaction. An event that must not happen changes nothing and is logged.

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::machine::Machine;
use soban_domain::order::{Order, OrderEffect, OrderEvent};
use soban_domain::payment::{
    Cause, PaymentAttempt, PaymentEffect, PaymentEvent, PaymentState, Trace,
};
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::ports::gateway::Reversal;
use crate::ports::store::Tx;
use crate::release;

/// The order of that id, or the refusal that there is none.
pub(crate) fn order(tx: &mut dyn Tx, id: OrderId) -> Result<Order, EngineError> {
    tx.order(id)?.ok_or_else(|| ErrorCode::UnknownOrder.into())
}

/// The attempt of that id, or the refusal that there is none.
pub(crate) fn attempt(tx: &mut dyn Tx, id: AttemptId) -> Result<PaymentAttempt, EngineError> {
    tx.attempt(id)?
        .ok_or_else(|| ErrorCode::UnknownPayment.into())
}

/// Refuses with [`ErrorCode::PaymentOpen`] while a payment of the order is not over.
pub(crate) fn no_payment_open(tx: &mut dyn Tx, id: OrderId) -> Result<(), EngineError> {
    let attempts = tx.attempts_of(id)?;
    if attempts.iter().all(|a| !a.is_live()) {
        return Ok(());
    }
    Err(ErrorCode::PaymentOpen.into())
}

/// Tells the screens that something about an order changed.
pub(crate) fn tell_order(
    engine: &Engine,
    tx: &mut dyn Tx,
    order: &Order,
) -> Result<(), EngineError> {
    let payment = tx
        .attempts_of(order.id)?
        .last()
        .map(|attempt| attempt.state);
    let body = EventBody::Order {
        order: order.id,
        state: order.state,
        payment,
    };
    engine.emit(tx, Some(order.id), &body)
}

/// Takes an order through an event.
///
/// # Errors
/// [`ErrorCode::NotNow`] where the machine refuses the event; nothing is written then.
pub(crate) fn step_order(
    engine: &Engine,
    tx: &mut dyn Tx,
    order: &mut Order,
    event: OrderEvent,
) -> Result<(), EngineError> {
    let (next, effects) = order.state.next(event).map_err(|refusal| {
        tracing::info!(order = %order.id, %refusal, "an order stays as it is");
        EngineError::from(ErrorCode::NotNow)
    })?;
    if next != order.state {
        tracing::info!(order = %order.id, from = order.state.name(), to = next.name(), "order");
        order.state = next;
        order.changed = engine.clock().now();
    }
    for effect in effects {
        match effect {
            OrderEffect::GiveNumber => release::give_number(tx, order)?,
            OrderEffect::Release => release::release(engine, tx, order)?,
            OrderEffect::FreeStock if Mutant::HoldsStay.is_in() => {}
            OrderEffect::FreeStock => {
                tx.free_holds(order.quote)?;
                engine.emit_shelf(tx)?;
            }
            // Staff see orders by their state; the event below brings it to them.
            OrderEffect::TellStaff => {}
        }
    }
    tx.put_order(order)?;
    tell_order(engine, tx, order)
}

/// Takes an attempt through an event, and its order with it.
///
/// Returns the effects, of which those that reach outside are left to the caller once
/// the transaction is committed. An illegal event has none and changes nothing.
pub(crate) fn step_payment(
    engine: &Engine,
    tx: &mut dyn Tx,
    attempt: &mut PaymentAttempt,
    event: PaymentEvent,
) -> Result<Vec<PaymentEffect>, EngineError> {
    let event = match (attempt.late, attempt.state, event) {
        // What came after the end pays nothing: it goes back.
        (true, PaymentState::NeedsStaff, PaymentEvent::InquiredPaid) => PaymentEvent::Mismatched,
        _ => event,
    };
    let (next, effects) = match attempt.state.next(event) {
        Ok(step) => step,
        Err(refusal) => {
            tracing::warn!(attempt = %attempt.id, %refusal, "a payment stays as it is");
            return Ok(Vec::new());
        }
    };
    let mut order = order(tx, attempt.order)?;
    let pays = effects.contains(&PaymentEffect::Paid);
    if pays && order.state.next(OrderEvent::Paid).is_err() {
        // Money for an order that cannot be released any more: it goes back.
        tracing::error!(attempt = %attempt.id, order = %attempt.order, "paid, but the order is closed");
        return send_back(engine, tx, attempt, &order);
    }
    enter(engine, attempt, next);
    if event == PaymentEvent::AnsweredDeclined {
        // Refused for good, or never sent: there is nothing to look for.
        attempt.watch = None;
    }
    drop_spent_token(engine, tx, attempt, event)?;
    tx.put_attempt(attempt)?;
    for effect in &effects {
        match effect {
            PaymentEffect::Paid => step_order(engine, tx, &mut order, OrderEvent::Paid)?,
            // An order that was given up or paid otherwise does not go back, nor one that
            // another attempt is about.
            PaymentEffect::Unpaid => {
                if !attempt.late && order.state.next(OrderEvent::PaymentClosed).is_ok() {
                    step_order(engine, tx, &mut order, OrderEvent::PaymentClosed)?;
                }
            }
            PaymentEffect::Ask
            | PaymentEffect::Approve
            | PaymentEffect::Inquire
            | PaymentEffect::Reverse
            | PaymentEffect::TellStaff => {}
        }
    }
    tell_order(engine, tx, &order)?;
    Ok(effects)
}

/// Money that must go back, whatever the machine would make of it: by way of the arm for
/// money that does not fit.
fn send_back(
    engine: &Engine,
    tx: &mut dyn Tx,
    attempt: &mut PaymentAttempt,
    order: &Order,
) -> Result<Vec<PaymentEffect>, EngineError> {
    let (next, effects) = match attempt.state.next(PaymentEvent::Mismatched) {
        Ok(step) => step,
        Err(refusal) => {
            tracing::error!(attempt = %attempt.id, %refusal, "money stays where it is");
            return Ok(Vec::new());
        }
    };
    attempt.approval = None;
    enter(engine, attempt, next);
    tx.put_attempt(attempt)?;
    tell_order(engine, tx, order)?;
    Ok(effects)
}

/// What the new state means for the record.
fn enter(engine: &Engine, attempt: &mut PaymentAttempt, next: PaymentState) {
    let now = engine.clock().now();
    let before = attempt.state;
    let said = attempt.evidence.clone();
    let told = attempt.trail.iter().rev().find_map(|t| t.said.as_ref());
    let is_news = said.is_some() && told != said.as_ref();
    if next != before || is_news {
        attempt.note(Trace {
            at: now,
            state: next,
            said: said.filter(|_| is_news),
            by: None,
        });
    }
    if next == before {
        return;
    }
    tracing::info!(
        attempt = %attempt.id, order = %attempt.order,
        from = before.name(), to = next.name(), "payment"
    );
    attempt.late |= before.is_closed_unpaid() && !next.is_closed_unpaid();
    attempt.state = next;
    attempt.changed = now;
    if next == PaymentState::Closing {
        // The last look is due now, whenever the one before would have been.
        attempt.next_try = None;
    }
    if next == PaymentState::Reversing {
        // Sending back is counted and timed from here, not from what went before.
        attempt.inquiries = 0;
        attempt.next_try = None;
    }
    if next == PaymentState::NeedsStaff || next.is_paid() {
        attempt.next_try = None;
    }
    if next.is_closed_unpaid() {
        attempt.inquiries = 0;
        attempt.next_try = None;
        attempt.watch = engine.first_late_look(attempt, now);
    }
}

/// Forgets the secret of an attempt as soon as nothing can be done with it any more. What
/// is undone by its data (망취소) needs the secret until the last of that is done.
fn drop_spent_token(
    engine: &Engine,
    tx: &mut dyn Tx,
    attempt: &PaymentAttempt,
    event: PaymentEvent,
) -> Result<(), EngineError> {
    let closed = attempt.state.is_closed_unpaid();
    let undone_by_it = engine.abilities(attempt.method).is_some_and(|abilities| {
        abilities.reversal == Reversal::NetCancel
            && (!closed || attempt.watch.is_some())
            && !attempt.state.is_paid()
    });
    let no_approval_follows = closed
        || attempt.state.is_paid()
        || matches!(attempt.state, PaymentState::NeedsStaff | PaymentState::Reversing)
        // The token was too early, or nobody's: the guest comes home with another.
        || event == PaymentEvent::AnsweredUnknown(Cause::NotYet);
    if no_approval_follows && !undone_by_it && !Mutant::TokenKept.is_in() {
        tx.drop_token(attempt.id)?;
    }
    Ok(())
}
