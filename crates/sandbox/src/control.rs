//! The sandbox's own addresses: ledgers, faults, the clock, reset, and the live feed.
//!
//! Guarantees: reading a ledger changes nothing; a request that does not fit is a 422 with a
//! reason, never half-applied. Deliberately absent: any protection. Whoever reaches the
//! sandbox may do all of this; it holds nothing of worth.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use futures_util::Stream;
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::faults::{FaultPlan, FaultRule};
use crate::html::{escape, page};
use crate::ledger::Truth;
use crate::world::{Topic, World};
use crate::{kakaopay, kicc, mpm, pos, printer, switches, tosspayments};

const INDEX: &str = include_str!("../pages/index.html");
const FAULTS: &str = include_str!("../pages/faults.html");

/// Furthest the clock is pushed at once: a year.
const MAX_ADVANCE_SECONDS: u64 = 366 * 24 * 60 * 60;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(index))
        .route("/health", get(|| async { Json(json!({ "ok": true })) }))
        .route("/events", get(events))
        .route("/ledger/payments", get(payments))
        .route("/ledger/tosspayments", get(toss))
        .route("/ledger/kicc", get(van))
        .route("/ledger/mpm", get(scheme))
        .route("/ledger/truth", get(truth))
        .route("/ledger/pos", get(till))
        .route("/ledger/printers", get(printers))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/faults/plan", put(follow).delete(unfollow))
        .route("/webhooks/tosspayments", get(webhook).put(set_webhook))
        .route("/faults/ui", get(|| async { page(FAULTS, &[]) }))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/reset", post(reset))
}

async fn index(State(world): State<Arc<World>>) -> Response {
    let printers: String = world
        .printers
        .iter()
        .map(|printer| {
            let name = escape(printer.name());
            format!("<li><b>{name}</b> <code>{}</code></li>", printer.addr())
        })
        .collect();
    let base = escape(&world.settings.public_base);
    page(
        INDEX,
        &[
            ("printers", &printers),
            ("base", &base),
            ("cid", &escape(&world.settings.cid)),
            ("terminal", &escape(&world.settings.kicc.tid)),
            ("merchant", &escape(&world.settings.pos.merchant)),
        ],
    )
}

async fn payments(State(world): State<Arc<World>>) -> Json<Value> {
    world.catch_up();
    Json(kakaopay::ledger(&world))
}

async fn toss(State(world): State<Arc<World>>) -> Json<Value> {
    world.catch_up();
    Json(tosspayments::ledger(&world))
}

async fn van(State(world): State<Arc<World>>) -> Json<Value> {
    world.catch_up();
    Json(kicc::ledger(&world))
}

async fn scheme(State(world): State<Arc<World>>) -> Json<Value> {
    world.catch_up();
    Json(mpm::ledger(&world))
}

/// Every payment of every gateway in one form, for tests that compare.
async fn truth(State(world): State<Arc<World>>) -> Json<Value> {
    world.catch_up();
    let mut all = kakaopay::truth(&world);
    all.extend(tosspayments::truth(&world));
    all.extend(kicc::truth(&world));
    all.extend(mpm::truth(&world));
    let live: i64 = all.iter().map(|one| one.approved - one.sent_back).sum();
    let payments: Vec<Value> = all.iter().map(Truth::view).collect();
    Json(json!({ "payments": payments, "live_total": live }))
}

async fn webhook(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({ "url": world.toss().webhook }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookTarget {
    url: Option<String>,
}

async fn set_webhook(
    State(world): State<Arc<World>>,
    body: Result<Json<WebhookTarget>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(target)) => {
            let fits = |url: &String| url.starts_with("http://") || url.starts_with("https://");
            if !target.url.as_ref().is_none_or(fits) {
                return unfit("url must begin with http:// or https://");
            }
            world.toss().webhook = target.url;
            webhook(State(world)).await.into_response()
        }
        Err(error) => unfit(&error.body_text()),
    }
}

async fn follow(
    State(world): State<Arc<World>>,
    body: Result<Json<FaultPlan>, JsonRejection>,
) -> Response {
    let followed = match body {
        Ok(Json(plan)) => world.faults().follow(plan),
        Err(error) => Err(error.body_text()),
    };
    world.changed(Topic::Faults);
    match followed {
        Ok(()) => faults(State(world)).await.into_response(),
        Err(why) => unfit(&why),
    }
}

async fn unfollow(State(world): State<Arc<World>>) -> StatusCode {
    world.faults().unfollow();
    world.changed(Topic::Faults);
    StatusCode::NO_CONTENT
}

async fn till(State(world): State<Arc<World>>) -> Json<Value> {
    Json(pos::ledger(&world))
}

async fn printers(State(world): State<Arc<World>>) -> Json<Value> {
    Json(printer::ledger(&world))
}

async fn faults(State(world): State<Arc<World>>) -> Json<Value> {
    let (active, plan) = {
        let board = world.faults();
        (json!(board.active()), json!(board.plan()))
    };
    Json(json!({ "active": active, "plan": plan, "switches": switches::list(&world) }))
}

fn unfit(why: &str) -> Response {
    let body = Json(json!({ "error": why }));
    (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
}

async fn add_fault(
    State(world): State<Arc<World>>,
    body: Result<Json<Value>, JsonRejection>,
) -> Response {
    let Ok(Json(body)) = body else {
        return unfit("the body must be a JSON object");
    };
    let endpoint = body.get("endpoint").and_then(Value::as_str).unwrap_or("");
    if switches::is_switch(endpoint) {
        let thrown = serde_json::from_value(body)
            .map_err(|error| error.to_string())
            .and_then(|request| switches::throw(&world, &request));
        return match thrown {
            Ok(()) => faults(State(world)).await.into_response(),
            Err(why) => unfit(&why),
        };
    }
    let added = serde_json::from_value::<FaultRule>(body)
        .map_err(|error| error.to_string())
        .and_then(|rule| world.faults().add(rule));
    world.changed(Topic::Faults);
    match added {
        Ok(fault) => (StatusCode::CREATED, Json(json!(fault))).into_response(),
        Err(why) => unfit(&why),
    }
}

async fn clear_faults(State(world): State<Arc<World>>) -> StatusCode {
    world.faults().clear();
    switches::clear(&world);
    world.changed(Topic::Faults);
    StatusCode::NO_CONTENT
}

async fn remove_fault(State(world): State<Arc<World>>, Path(id): Path<u64>) -> StatusCode {
    let removed = world.faults().remove(id);
    world.changed(Topic::Faults);
    if removed {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

async fn clock(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({ "now": world.clock.now() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

async fn advance(
    State(world): State<Arc<World>>,
    body: Result<Json<Advance>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(Advance { seconds })) if seconds <= MAX_ADVANCE_SECONDS => {
            world.clock.advance(Duration::from_secs(seconds));
            world.catch_up();
            world.changed(Topic::Payments);
            clock(State(world)).await.into_response()
        }
        Ok(_) => unfit("seconds must be at most a year's"),
        Err(error) => unfit(&error.body_text()),
    }
}

async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}

/// Tells a page which part has changed; it then fetches that part anew.
async fn events(
    State(world): State<Arc<World>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = world.watch();
    let stream = stream::unfold((world, changes), |(world, mut changes)| async move {
        let name = tokio::select! {
            change = changes.recv() => match change {
                Ok(topic) => topic.name(),
                // A page that fell behind looks at everything again.
                Err(broadcast::error::RecvError::Lagged(_)) => "all",
                Err(broadcast::error::RecvError::Closed) => return None,
            },
            () = world.stopped() => return None,
        };
        let event = Event::default().event("changed").data(name);
        Some((Ok(event), (world, changes)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
