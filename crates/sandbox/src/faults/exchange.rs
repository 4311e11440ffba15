//! One request's way through the fault board to its answer.
//!
//! Guarantees: the work is done once or not at all and its record is kept, whatever the client
//! gets to see. Deliberately absent: what the work is; each stand-in implements [`Exchange`].

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Endpoint, FaultKind, FaultRule};
use crate::listener::Cut;
use crate::world::World;

/// What an endpoint answers, before a fault has had its way with it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, body: Value) -> Self {
        Self { status, body }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

/// One request of the outside world's APIs: what it does, and how its maker says "broken".
pub(crate) trait Exchange: Send + 'static {
    /// Which faults may strike it.
    fn endpoint(&self) -> Endpoint;
    /// Called at arrival; what is in progress from now on.
    fn arrive(&mut self, _world: &World) {}
    /// Does the work and makes the answer. A rule is given where the work itself goes wrong:
    /// a decline, a wrong amount, a late approval.
    fn work(&mut self, world: &Arc<World>, rule: Option<&FaultRule>) -> Answer;
    /// The vendor's words for a failure of its own.
    fn broken(&self, status: StatusCode) -> Answer;
    /// Puts the request and what came of it into the ledger.
    fn record(&self, world: &World, answer: Option<&Answer>, fault: Option<FaultKind>);
}

/// Leads one request past the fault board to its answer.
pub(crate) async fn carry_out(
    world: Arc<World>,
    cut: Cut,
    mut exchange: impl Exchange,
) -> Response {
    world.catch_up();
    let rule = world.faults().take(exchange.endpoint());
    let Some(rule) = rule else {
        exchange.arrive(&world);
        return do_work(&world, &mut exchange, None, None).into_response();
    };
    let kind = rule.fault;
    match kind {
        FaultKind::ErrorBefore | FaultKind::Unavailable => {
            let status = match kind {
                FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            let answer = exchange.broken(status);
            exchange.record(&world, Some(&answer), Some(kind));
            answer.into_response()
        }
        FaultKind::Late => late(world, exchange, &rule).await,
        FaultKind::LateApproval => {
            exchange.arrive(&world);
            let due = world.clock.now().plus(rule.late());
            world.defer(due, move |world| {
                do_work(world, &mut exchange, Some(&rule), Some(kind));
            });
            cut.cut();
            StatusCode::NO_CONTENT.into_response()
        }
        // The callback's faults are never armed at a request's endpoint.
        FaultKind::Decline
        | FaultKind::WrongAmount
        | FaultKind::DuplicateCallback
        | FaultKind::ReversedCallback
        | FaultKind::CallbackLost => {
            exchange.arrive(&world);
            do_work(&world, &mut exchange, Some(&rule), Some(kind)).into_response()
        }
        FaultKind::ReplyLost | FaultKind::Delay | FaultKind::ErrorAfter | FaultKind::Garbage => {
            exchange.arrive(&world);
            let answer = do_work(&world, &mut exchange, None, Some(kind));
            spoil(&world, &cut, &exchange, answer, &rule).await
        }
    }
}

/// Waits, then works, in a task of its own: a client that hangs up does not undo it.
async fn late(world: Arc<World>, mut exchange: impl Exchange, rule: &FaultRule) -> Response {
    exchange.arrive(&world);
    let delay = rule.delay();
    let broken = exchange.broken(StatusCode::INTERNAL_SERVER_ERROR);
    let task = tokio::spawn(async move {
        world.pause(delay).await;
        do_work(&world, &mut exchange, None, Some(FaultKind::Late))
    });
    task.await.unwrap_or(broken).into_response()
}

fn do_work(
    world: &Arc<World>,
    exchange: &mut impl Exchange,
    rule: Option<&FaultRule>,
    kind: Option<FaultKind>,
) -> Answer {
    let answer = exchange.work(world, rule);
    exchange.record(world, Some(&answer), kind);
    answer
}

/// The work is done; what the client gets to see of it is another matter.
async fn spoil(
    world: &World,
    cut: &Cut,
    exchange: &impl Exchange,
    answer: Answer,
    rule: &FaultRule,
) -> Response {
    match rule.fault {
        FaultKind::ReplyLost => {
            cut.cut();
            StatusCode::NO_CONTENT.into_response()
        }
        FaultKind::ErrorAfter => exchange
            .broken(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        FaultKind::Garbage => (
            StatusCode::OK,
            [("content-type", "application/json")],
            "<html><body>502 Bad Gateway</body>",
        )
            .into_response(),
        FaultKind::Delay => {
            world.pause(rule.delay()).await;
            answer.into_response()
        }
        FaultKind::Late
        | FaultKind::ErrorBefore
        | FaultKind::Unavailable
        | FaultKind::Decline
        | FaultKind::LateApproval
        | FaultKind::WrongAmount
        | FaultKind::DuplicateCallback
        | FaultKind::ReversedCallback
        | FaultKind::CallbackLost => answer.into_response(),
    }
}
