//! The API the relay speaks to.
//!
//! Guarantees: wrong keys are 401, an unknown merchant 404, a body that is no order 400, the
//! same Idempotency-Key with another body 422, while its first request is still being worked
//! on 409, a refusal of the trade 409 with a code of the vocabulary. Deliberately absent: a
//! list call; orders are read by key.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::till::{No, Reason, Till};
use crate::faults::{Answer, Endpoint, Exchange, FaultKind, FaultRule, carry_out};
use crate::listener::Cut;
use crate::world::{Topic, World};

/// Largest body: 200 lines with 50 options each fit.
const MAX_BODY: usize = 1024 * 1024;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/merchants/{merchant}/order/orders", post(submit))
        .route(
            "/merchants/{merchant}/order/orders/by-order-key/{key}",
            get(lookup),
        )
        .route("/merchants/{merchant}/order/changes", get(changes))
        .route("/merchants/{merchant}/status", get(status))
        .fallback(|| async {
            refusal(StatusCode::NOT_FOUND, "not_found", "no such address").into_response()
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Answer {
    Answer::new(status, json!({ "code": code, "message": message }))
}

impl No {
    fn answer(&self) -> Answer {
        match self {
            Self::Malformed(what) => refusal(StatusCode::BAD_REQUEST, "malformed", what),
            Self::KeyReused => refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "this Idempotency-Key came with another body before",
            ),
            Self::Revision(what) => refusal(StatusCode::CONFLICT, "revision_out_of_order", what),
            Self::Ended => refusal(
                StatusCode::CONFLICT,
                "order_ended",
                "the order is completed or cancelled",
            ),
            Self::Rejected(reason, what, items) => Answer::new(
                StatusCode::CONFLICT,
                json!({ "code": reason, "message": what, "items": items }),
            ),
            Self::Full => refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "location_offline",
                "the till keeps no more orders",
            ),
        }
    }
}

/// The four calls.
enum Call {
    Submit { key: Option<String>, body: Value },
    Lookup { key: String },
    Changes { after: u64 },
    Status,
}

struct Request {
    call: Call,
    /// Why it is not even looked at.
    barred: Option<Answer>,
    /// It is the one that works on its Idempotency-Key.
    crowded: bool,
    fresh: Option<bool>,
}

async fn submit(
    State(world): State<Arc<World>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(merchant): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let call = Call::Submit { key, body };
    run(world, cut, &merchant, &headers, call).await
}

async fn lookup(
    State(world): State<Arc<World>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((merchant, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    run(world, cut, &merchant, &headers, Call::Lookup { key }).await
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn changes(
    State(world): State<Arc<World>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(merchant): Path<String>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Response {
    run(world, cut, &merchant, &headers, Call::Changes { after }).await
}

async fn status(
    State(world): State<Arc<World>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(merchant): Path<String>,
    headers: HeaderMap,
) -> Response {
    run(world, cut, &merchant, &headers, Call::Status).await
}

async fn run(
    world: Arc<World>,
    cut: Cut,
    merchant: &str,
    headers: &HeaderMap,
    call: Call,
) -> Response {
    let request = Request {
        call,
        barred: bar(&world, merchant, headers),
        crowded: false,
        fresh: None,
    };
    carry_out(world, cut, request).await
}

fn bar(world: &World, merchant: &str, headers: &HeaderMap) -> Option<Answer> {
    let pos = &world.settings.pos;
    let is = |name: &str, due: &str| {
        headers
            .get(name)
            .is_some_and(|value| value.as_bytes() == due.as_bytes())
    };
    if !is("x-access-key", &pos.access_key) || !is("x-secret-key", &pos.secret_key) {
        return Some(refusal(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "x-access-key or x-secret-key is wrong",
        ));
    }
    if merchant != pos.merchant {
        return Some(refusal(
            StatusCode::NOT_FOUND,
            "location_not_supported",
            "no such merchant",
        ));
    }
    None
}

impl Exchange for Request {
    fn endpoint(&self) -> Endpoint {
        self.named().0
    }

    fn arrive(&mut self, world: &World) {
        if let (Call::Submit { key: Some(key), .. }, None) = (&self.call, &self.barred) {
            let mut till = world.till();
            let working = till.in_progress.entry(key.clone()).or_default();
            self.crowded = *working > 0;
            *working += 1;
        }
    }

    fn work(&mut self, world: &Arc<World>, rule: Option<&FaultRule>) -> Answer {
        let answer = match &self.barred {
            Some(answer) => answer.clone(),
            None => self.answer(world, rule),
        };
        self.leave(world);
        answer
    }

    fn broken(&self, status: StatusCode) -> Answer {
        // A 500 must not claim that nothing was done: it may come after the work.
        let code = match status {
            StatusCode::SERVICE_UNAVAILABLE => "location_offline",
            _ => "internal_error",
        };
        refusal(status, code, "the till is not itself")
    }

    fn record(&self, world: &World, answer: Option<&Answer>, fault: Option<FaultKind>) {
        let note = match &self.call {
            Call::Submit { key, body } => {
                json!({ "idempotency_key": key, "new": self.fresh, "body": body })
            }
            Call::Lookup { key } => json!({ "order_key": key }),
            Call::Changes { after } => json!({ "after": after }),
            Call::Status => Value::Null,
        };
        let at = world.clock.now();
        world.till().log.add(at, self.named(), note, answer, fault);
        if matches!(self.call, Call::Submit { .. }) {
            world.changed(Topic::Pos);
        }
    }
}

impl Request {
    fn named(&self) -> (Endpoint, &'static str) {
        match self.call {
            Call::Submit { .. } => (Endpoint::PosSubmit, "submit"),
            Call::Lookup { .. } => (Endpoint::PosLookup, "lookup"),
            Call::Changes { .. } => (Endpoint::PosChanges, "changes"),
            Call::Status => (Endpoint::PosStatus, "status"),
        }
    }

    /// This request works on its key no longer.
    fn leave(&self, world: &World) {
        if let (Call::Submit { key: Some(key), .. }, None) = (&self.call, &self.barred) {
            let mut till = world.till();
            if let Some(working) = till.in_progress.get_mut(key) {
                *working = working.saturating_sub(1);
                if *working == 0 {
                    till.in_progress.remove(key);
                }
            }
        }
    }

    fn answer(&mut self, world: &World, rule: Option<&FaultRule>) -> Answer {
        if let Some(rule) = FaultRule::refusing(rule) {
            let code = rule.reason.as_deref().unwrap_or("other");
            return refusal(StatusCode::CONFLICT, code, "refused on purpose");
        }
        let merchant = &world.settings.pos.merchant;
        match &self.call {
            Call::Submit { .. } if self.crowded => refusal(
                StatusCode::CONFLICT,
                "request_in_progress",
                "the first request with this Idempotency-Key is still running",
            ),
            Call::Submit { key: None, .. } => refusal(
                StatusCode::BAD_REQUEST,
                "malformed",
                "Idempotency-Key is missing",
            ),
            Call::Submit {
                key: Some(key),
                body,
            } => match world.till().submit(key, body, world.clock.now()) {
                Ok((answer, fresh)) => {
                    self.fresh = Some(fresh);
                    Answer::new(StatusCode::CREATED, answer)
                }
                Err(no) => no.answer(),
            },
            Call::Lookup { key } => match world.till().by_key(key) {
                Some(order) => Answer::new(StatusCode::OK, order.view()),
                None => refusal(StatusCode::NOT_FOUND, "order_not_found", "no such order"),
            },
            Call::Changes { after } => {
                let changes = world.till().changes_after(*after, merchant);
                Answer::new(StatusCode::OK, changes)
            }
            Call::Status => Answer::new(StatusCode::OK, standing(&world.till())),
        }
    }
}

fn standing(till: &Till) -> Value {
    json!({
        "open": till.open,
        "since": till.since,
        "autoAccept": till.auto_accept,
        "soldOut": till.sold_out().keys().collect::<Vec<_>>(),
        "dayClosedCode": (!till.open).then_some(Reason::DayClosed),
    })
}
