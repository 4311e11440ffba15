//! The counter POS: the API that orders are relayed to, and the counter's screen.
//!
//! Guarantees: answers follow the shape of the Toss Place open API (POS reference, sections
//! 1.1 and 2): keys in headers, an Idempotency-Key for every submission, states REQUESTED,
//! OPENED, READY, COMPLETED, CANCELLED, refusals in a fixed vocabulary. Deliberately absent:
//! menu synchronisation and webhooks; changes are polled.

mod api;
mod order;
mod screen;
pub(crate) mod till;

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};

use crate::world::World;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .nest("/api", api::router())
        .merge(screen::router())
}

/// The ledger as JSON: every request, repeats included, and the orders the till has.
pub(crate) fn ledger(world: &World) -> Value {
    let till = world.till();
    json!({
        "open": till.open,
        "since": till.since,
        "auto_accept": till.auto_accept,
        "dedupe": till.dedupe,
        "sold_out": till.sold_out().keys().collect::<Vec<_>>(),
        "counts": till.log.counts(),
        "orders": till.orders().iter().map(till::TillOrder::view).collect::<Vec<_>>(),
        "requests": till.log.requests(),
        "requests_dropped": till.log.dropped(),
    })
}
