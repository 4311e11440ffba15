//! What goes wrong on purpose: the board of faults, and one request's way through it.
//!
//! Guarantees: a fault counted for N requests hits exactly the next N requests of its endpoint,
//! in the order they arrive; the work of a request is done once or not at all, whatever its
//! answer looks like. Deliberately absent: chance. Whoever wants random faults draws them
//! outside with a seed and switches them on here.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::listener::Cut;
use crate::world::World;

/// Most faults on the board at once; past it, new ones are refused.
const MAX_FAULTS: usize = 256;
/// Longest delay a fault may cause, in milliseconds.
const MAX_DELAY_MS: u64 = 10 * 60 * 1000;
/// Delay when the fault names none: past KakaoPay's own 11 s and a client's 15 s.
const DEFAULT_DELAY_MS: u64 = 16_000;

/// An HTTP endpoint of the outside world that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Endpoint {
    /// `POST /kakaopay/online/v1/payment/ready`
    #[serde(rename = "payment.ready")]
    PaymentReady,
    /// `POST /kakaopay/online/v1/payment/approve`
    #[serde(rename = "payment.approve")]
    PaymentApprove,
    /// `POST /kakaopay/online/v1/payment/order`, the inquiry
    #[serde(rename = "payment.order")]
    PaymentOrder,
    /// `POST /kakaopay/online/v1/payment/cancel`
    #[serde(rename = "payment.cancel")]
    PaymentCancel,
    /// `POST /pos/api/merchants/{id}/order/orders`
    #[serde(rename = "pos.submit")]
    PosSubmit,
    /// `GET /pos/api/merchants/{id}/order/orders/by-order-key/{orderKey}`
    #[serde(rename = "pos.lookup")]
    PosLookup,
    /// `GET /pos/api/merchants/{id}/status`
    #[serde(rename = "pos.status")]
    PosStatus,
    /// `GET /pos/api/merchants/{id}/order/changes`
    #[serde(rename = "pos.changes")]
    PosChanges,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The work is done and kept; the connection breaks before the answer.
    ReplyLost,
    /// The work is done at once; the answer comes after `delay_ms`.
    Delay,
    /// Nothing is done for `delay_ms`, then the work, even if the client has gone.
    Late,
    /// The work is done and kept; the answer is a 500.
    ErrorAfter,
    /// Nothing is done; the answer is a 500.
    ErrorBefore,
    /// Nothing is done; the answer is a 503.
    Unavailable,
    /// The work is done and kept; the answer is a 200 whose body is not what was promised.
    Garbage,
    /// The request is refused by name: `code` for payments, `reason` for the POS.
    Decline,
}

/// One rule on the board, as it is sent to `POST /faults`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Where it strikes.
    pub endpoint: Endpoint,
    /// What it does.
    pub fault: FaultKind,
    /// How many requests it still hits; absent: until cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// For `delay` and `late`, milliseconds of real time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// For `decline` of a payment: the error code, -704 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// For `decline` of a POS order: a rejection code, `other` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl FaultRule {
    /// A rule that hits the next `times` requests.
    #[must_use]
    pub fn next(endpoint: Endpoint, fault: FaultKind, times: u32) -> Self {
        Self {
            endpoint,
            fault,
            times: Some(times),
            delay_ms: None,
            code: None,
            reason: None,
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.times == Some(0) {
            return Err("times must be at least 1".to_owned());
        }
        if self.delay_ms.is_some_and(|ms| ms > MAX_DELAY_MS) {
            return Err(format!("delay_ms must be at most {MAX_DELAY_MS}"));
        }
        if self.code.is_some_and(|code| code >= 0) {
            return Err("code must be negative".to_owned());
        }
        Ok(())
    }

    fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(DEFAULT_DELAY_MS))
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ActiveFault {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) rule: FaultRule,
}

/// The rules now in force, oldest first; the oldest that fits a request strikes.
#[derive(Debug, Default)]
pub(crate) struct FaultBoard {
    last_id: u64,
    active: Vec<ActiveFault>,
}

impl FaultBoard {
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<ActiveFault, String> {
        rule.check()?;
        if self.active.len() >= MAX_FAULTS {
            return Err(format!("more than {MAX_FAULTS} faults at once"));
        }
        self.last_id += 1;
        let fault = ActiveFault {
            id: self.last_id,
            rule,
        };
        self.active.push(fault.clone());
        Ok(fault)
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|fault| fault.id != id);
        self.active.len() != before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn active(&self) -> &[ActiveFault] {
        &self.active
    }

    fn take(&mut self, endpoint: Endpoint) -> Option<FaultRule> {
        let at = self
            .active
            .iter()
            .position(|fault| fault.rule.endpoint == endpoint)?;
        let rule = self.active[at].rule.clone();
        match &mut self.active[at].rule.times {
            Some(1) => {
                self.active.remove(at);
            }
            Some(left) => *left -= 1,
            None => {}
        }
        Some(rule)
    }
}

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
    /// Does the work and makes the answer. A decline is refused by name.
    fn work(&mut self, world: &World, decline: Option<&FaultRule>) -> Answer;
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
        FaultKind::Decline => {
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
    world: &World,
    exchange: &mut impl Exchange,
    decline: Option<&FaultRule>,
    kind: Option<FaultKind>,
) -> Answer {
    let answer = exchange.work(world, decline);
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
        FaultKind::Late | FaultKind::ErrorBefore | FaultKind::Unavailable | FaultKind::Decline => {
            answer.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A counted fault must strike exactly as often as it says, beside an endless one; takes are counted.
    #[test]
    fn a_counted_fault_ends_and_an_endless_one_does_not() {
        let mut board = FaultBoard::default();
        board
            .add(FaultRule::next(
                Endpoint::PaymentApprove,
                FaultKind::ReplyLost,
                2,
            ))
            .unwrap();
        let endless = FaultRule {
            times: None,
            ..FaultRule::next(Endpoint::PosSubmit, FaultKind::Garbage, 1)
        };
        board.add(endless).unwrap();
        assert!(board.take(Endpoint::PaymentOrder).is_none());
        assert!(board.take(Endpoint::PaymentApprove).is_some());
        assert!(board.take(Endpoint::PaymentApprove).is_some());
        assert!(board.take(Endpoint::PaymentApprove).is_none());
        for _ in 0..5 {
            assert!(board.take(Endpoint::PosSubmit).is_some());
        }
        assert!(board.remove(2));
        assert!(board.take(Endpoint::PosSubmit).is_none());
    }

    /// Rules that make no sense must be refused, not half-applied; each is tried on an empty board.
    #[test]
    fn senseless_rules_are_refused() {
        let mut board = FaultBoard::default();
        let base = FaultRule::next(Endpoint::PaymentApprove, FaultKind::Delay, 1);
        let wrong = [
            FaultRule {
                times: Some(0),
                ..base.clone()
            },
            FaultRule {
                delay_ms: Some(u64::MAX),
                ..base.clone()
            },
            FaultRule {
                code: Some(5),
                ..base
            },
        ];
        for rule in wrong {
            assert!(board.add(rule).is_err());
        }
        assert!(board.active().is_empty());
    }
}
