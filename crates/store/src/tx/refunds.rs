//! Refunds: money that goes back by staff's word.
//!
//! Guarantees: at most one of an attempt is not at its end; what was promised back of an
//! attempt is never above what it took; what was done stays done.

use rusqlite::{Connection, params};
use soban_domain::ids::{OrderId, RefundId};
use soban_domain::refund::Refund;

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "refunds";

pub(super) fn put(connection: &Connection, refund: &Refund) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO refunds (id, order_id, attempt_id, amount, state, next_try, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id,
                attempt_id = excluded.attempt_id, amount = excluded.amount,
                state = excluded.state, next_try = excluded.next_try, body = excluded.body",
        )?
        .execute(params![
            refund.id.to_string(),
            refund.order.to_string(),
            refund.attempt.to_string(),
            refund.amount.0,
            refund.state.name(),
            refund.next_try.map(|at| at.0),
            rows::to_body(TABLE, refund)?,
        ])?;
    Ok(())
}

pub(super) fn get(connection: &Connection, id: RefundId) -> Result<Option<Refund>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM refunds WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn of_order(connection: &Connection, order: OrderId) -> Result<Vec<Refund>, Fault> {
    rows::all(
        connection,
        TABLE,
        "SELECT id, body FROM refunds WHERE order_id = ?1 ORDER BY n",
        [order.to_string()],
    )
}

pub(super) fn open(connection: &Connection) -> Result<Vec<Refund>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM refunds INDEXED BY refunds_open
         WHERE state IN ('prepared', 'sending', 'unknown') ORDER BY n",
        [],
    )
}

pub(super) fn for_staff(connection: &Connection) -> Result<Vec<Refund>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM refunds INDEXED BY refunds_for_staff
         WHERE state = 'needs_staff' ORDER BY n",
        [],
    )
}
