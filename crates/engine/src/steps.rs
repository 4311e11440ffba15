//! Steps of the machines as writes: each takes a record through one event, inside the
//! caller's transaction, and does what the effects ask of the disk.
//!
//! Guarantees: the money of an approval and the release of its order are one
//! transaction. An event that must not happen changes nothing and is logged.

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::machine::Machine;
use soban_domain::order::{Order, OrderEffect, OrderEvent};
use soban_domain::payment::{Cause, PaymentAttempt, PaymentEffect, PaymentEvent, PaymentState};
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;

use crate::engine::Engine;
use crate::error::EngineError;
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
    if attempts.iter().all(|a| a.state.is_closed_unpaid()) {
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
    let (next, effects) = match attempt.state.next(event) {
        Ok(step) => step,
        Err(refusal) => {
            tracing::warn!(attempt = %attempt.id, %refusal, "a payment stays as it is");
            return Ok(Vec::new());
        }
    };
    if next != attempt.state {
        if next == PaymentState::Reversing {
            // Sending back is counted and timed from here, not from what went before.
            attempt.inquiries = 0;
            attempt.next_try = None;
        }
        tracing::info!(
            attempt = %attempt.id, order = %attempt.order,
            from = attempt.state.name(), to = next.name(), "payment"
        );
        attempt.state = next;
        attempt.changed = engine.clock().now();
    }
    if next.is_closed_unpaid() || effects.contains(&PaymentEffect::Paid) {
        attempt.next_try = None;
        tx.drop_token(attempt.id)?;
    }
    if matches!(next, PaymentState::NeedsStaff | PaymentState::Reversing) {
        // No approval is sent from here on.
        tx.drop_token(attempt.id)?;
    }
    if event == PaymentEvent::AnsweredUnknown(Cause::NotYet) {
        // The token was too early, or nobody's: the guest comes home with another.
        tx.drop_token(attempt.id)?;
    }
    let mut order = order(tx, attempt.order)?;
    if effects.contains(&PaymentEffect::Paid) && order.state.next(OrderEvent::Paid).is_err() {
        // Money for an order that cannot be released any more: it goes back.
        tracing::error!(attempt = %attempt.id, order = %attempt.order, "paid, but the order is closed");
        return step_payment(engine, tx, attempt, PaymentEvent::Mismatched);
    }
    tx.put_attempt(attempt)?;
    for effect in &effects {
        match effect {
            PaymentEffect::Paid => step_order(engine, tx, &mut order, OrderEvent::Paid)?,
            // An order that was given up or paid otherwise does not go back.
            PaymentEffect::Unpaid => {
                if order.state.next(OrderEvent::PaymentClosed).is_ok() {
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
