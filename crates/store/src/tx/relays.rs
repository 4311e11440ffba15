//! Messages for the counter POS.
//!
//! Guarantees: one message for each revision of an order.

use rusqlite::{Connection, params};
use soban_domain::ids::{OrderId, RelayId};
use soban_domain::relay::RelayItem;

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "relays";

pub(super) fn put(connection: &Connection, item: &RelayItem) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO relays (id, order_id, revision, state, next_try, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id,
                revision = excluded.revision, state = excluded.state,
                next_try = excluded.next_try, body = excluded.body",
        )?
        .execute(params![
            item.id.to_string(),
            item.order.to_string(),
            item.revision,
            item.state.name(),
            item.next_try.0,
            rows::to_body(TABLE, item)?,
        ])?;
    Ok(())
}

pub(super) fn get(connection: &Connection, id: RelayId) -> Result<Option<RelayItem>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM relays WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn open(connection: &Connection, limit: u32) -> Result<Vec<RelayItem>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM relays INDEXED BY relays_open
         WHERE state IN ('queued', 'sending', 'unsure', 'delivered') ORDER BY n LIMIT ?1",
        [limit],
    )
}

pub(super) fn of_order(connection: &Connection, order: OrderId) -> Result<Vec<RelayItem>, Fault> {
    rows::all(
        connection,
        TABLE,
        "SELECT id, body FROM relays WHERE order_id = ?1 ORDER BY n",
        [order.to_string()],
    )
}
