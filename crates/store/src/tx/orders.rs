//! Orders and their call numbers.
//!
//! Guarantees: a number is given once for a business day, in order; two orders never
//! take up one quote; an order's quote, day and number never change.

use rusqlite::{Connection, params};
use soban_domain::call_number::CallNumber;
use soban_domain::ids::{OrderId, QuoteId};
use soban_domain::moment::BusinessDay;
use soban_domain::order::Order;

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "orders";

pub(super) fn put(connection: &Connection, order: &Order) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO orders (id, quote_id, state, revision, total, day, number, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET quote_id = excluded.quote_id,
                state = excluded.state, revision = excluded.revision,
                total = excluded.total, day = excluded.day, number = excluded.number,
                body = excluded.body",
        )?
        .execute(params![
            order.id.to_string(),
            order.quote.to_string(),
            order.state.name(),
            order.revision,
            order.priced.total.0,
            order.day.to_string(),
            order.number.map(|number| number.0),
            rows::to_body(TABLE, order)?,
        ])?;
    Ok(())
}

pub(super) fn get(connection: &Connection, id: OrderId) -> Result<Option<Order>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM orders WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn of_quote(connection: &Connection, quote: QuoteId) -> Result<Option<Order>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM orders WHERE quote_id = ?1",
        [quote.to_string()],
    )
}

pub(super) fn of_day(
    connection: &Connection,
    day: BusinessDay,
    limit: u32,
) -> Result<Vec<Order>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM orders WHERE day = ?1 ORDER BY n DESC LIMIT ?2",
        params![day.to_string(), limit],
    )
}

pub(super) fn open(connection: &Connection, limit: u32) -> Result<Vec<Order>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM orders INDEXED BY orders_open
         WHERE state NOT IN ('done', 'abandoned') ORDER BY n LIMIT ?1",
        [limit],
    )
}

pub(super) fn next_number(connection: &Connection, day: BusinessDay) -> Result<CallNumber, Fault> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO numbers (day, last) VALUES (?1, ?2)
         ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last",
    )?;
    let first = CallNumber::FIRST.0;
    let given = statement.query_row(params![day.to_string(), first], |row| row.get(0))?;
    Ok(CallNumber(given))
}
