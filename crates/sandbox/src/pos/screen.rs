//! The counter's screen and its buttons.
//!
//! Guarantees: a button that does not fit the order's state answers 409 and changes nothing.
//! Deliberately absent: a login; it stands for a till behind the counter.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::till::{OrderState, Reason, TillOrder};
use crate::html::page;
use crate::world::{Topic, World};

const COUNTER: &str = include_str!("../../pages/pos.html");

/// Ended orders the screen still shows.
const SHOWN_ENDED: usize = 12;
/// Letters in an item code or title from the screen.
const MAX_TEXT: usize = 200;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(|| async { page(COUNTER, &[]) }))
        .route("/screen/state", get(state))
        .route("/screen/orders/{id}/{button}", post(press))
        .route("/screen/day", post(day))
        .route("/screen/auto-accept", post(auto_accept))
        .route("/screen/sold-out", post(sold_out))
}

async fn state(State(world): State<Arc<World>>) -> Response {
    let till = world.till();
    let ended = |state| matches!(state, OrderState::Completed | OrderState::Cancelled);
    let live: Vec<_> = till.orders().iter().filter(|o| !ended(o.state)).collect();
    let mut past: Vec<_> = till.orders().iter().filter(|o| ended(o.state)).collect();
    past.sort_by_key(|order| std::cmp::Reverse(order.updated_at));
    past.truncate(SHOWN_ENDED);
    Json(json!({
        "open": till.open,
        "since": till.since,
        "now": world.clock.now(),
        "auto_accept": till.auto_accept,
        "sold_out": till.sold_out(),
        "live": live.into_iter().map(TillOrder::view).collect::<Vec<_>>(),
        "past": past.into_iter().map(TillOrder::view).collect::<Vec<_>>(),
        "total": till.orders().len(),
    }))
    .into_response()
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Why {
    #[serde(default)]
    reason: Option<Reason>,
}

async fn press(
    State(world): State<Arc<World>>,
    Path((id, button)): Path<(u64, String)>,
    why: Option<Json<Why>>,
) -> StatusCode {
    let to = match button.as_str() {
        "accept" => OrderState::Opened,
        "ready" => OrderState::Ready,
        "done" => OrderState::Completed,
        "reject" => OrderState::Cancelled,
        _ => return StatusCode::NOT_FOUND,
    };
    let reason = match to {
        OrderState::Cancelled => {
            let Json(why) = why.unwrap_or_default();
            Some(why.reason.unwrap_or(Reason::KitchenOther))
        }
        _ => None,
    };
    let pressed = world.till().press(id, to, reason, world.clock.now());
    world.changed(Topic::Pos);
    if pressed {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::CONFLICT
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

async fn day(State(world): State<Arc<World>>, Json(Switch { on }): Json<Switch>) -> StatusCode {
    let now = world.clock.now();
    world.till().set_open(on, now);
    world.changed(Topic::Pos);
    StatusCode::NO_CONTENT
}

async fn auto_accept(
    State(world): State<Arc<World>>,
    Json(Switch { on }): Json<Switch>,
) -> StatusCode {
    world.till().auto_accept = on;
    world.changed(Topic::Pos);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SoldOut {
    code: String,
    #[serde(default)]
    title: String,
    on: bool,
}

async fn sold_out(State(world): State<Arc<World>>, Json(item): Json<SoldOut>) -> StatusCode {
    let long = |text: &str| text.chars().nth(MAX_TEXT).is_some();
    if item.code.is_empty() || long(&item.code) || long(&item.title) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let kept = world.till().set_sold_out(&item.code, &item.title, item.on);
    world.changed(Topic::Pos);
    if kept {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::INSUFFICIENT_STORAGE
    }
}
