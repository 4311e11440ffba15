//! What only a bug on purpose does with a payment ([`crate::mutant`]).

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::order::OrderState;
use soban_domain::payment::{PaymentAttempt, PaymentState};
use soban_protocol::event::EventBody;

use super::answers;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::gateway::ReturnToken;
use crate::ports::store::{look, transact};
use crate::steps;

/// Tells screens that an order is paid, whatever is on disk: only a bug does that.
pub(super) async fn tell_paid(engine: &Engine, id: OrderId) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let body = EventBody::Order {
            order: id,
            state: OrderState::Released,
            payment: Some(PaymentState::Approved),
        };
        inside.emit(tx, Some(id), &body)
    })
    .await
}

/// Sends an approval of which nothing is on disk: only a bug does that.
pub(crate) async fn approve_at_once(
    engine: &Engine,
    id: AttemptId,
    token: &ReturnToken,
) -> Result<(), EngineError> {
    let now = engine.clock().now();
    let attempt = look(engine.store().as_ref(), move |tx| steps::attempt(tx, id)).await?;
    let sent = PaymentAttempt {
        approval_sent_at: Some(now),
        ..attempt
    };
    answers::approval(engine, &sent, Some(token.clone())).await;
    Ok(())
}
