//! Print jobs.
//!
//! Guarantees: one job for each copy of a slip, so that no copy is printed unmarked.

use rusqlite::{Connection, params};
use soban_domain::ids::{OrderId, PrintJobId, PrinterId};
use soban_domain::print::{PrintJob, Slip};

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "prints";

pub(super) fn put(connection: &Connection, job: &PrintJob) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO prints (id, order_id, slip, copy, printer, state, next_try, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id,
                slip = excluded.slip, copy = excluded.copy, printer = excluded.printer,
                state = excluded.state, next_try = excluded.next_try, body = excluded.body",
        )?
        .execute(params![
            job.id.to_string(),
            job.order.to_string(),
            slip_name(&job.slip),
            job.copy,
            job.printer.as_str(),
            job.state.name(),
            job.next_try.0,
            rows::to_body(TABLE, job)?,
        ])?;
    Ok(())
}

fn slip_name(slip: &Slip) -> String {
    match slip {
        Slip::Receipt => "receipt".to_owned(),
        Slip::Kitchen(station) => format!("kitchen/{station}"),
        Slip::Fallback => "fallback".to_owned(),
        Slip::Refund(refund) => format!("refund/{refund}"),
    }
}

pub(super) fn get(connection: &Connection, id: PrintJobId) -> Result<Option<PrintJob>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM prints WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn open(
    connection: &Connection,
    printer: &PrinterId,
    limit: u32,
) -> Result<Vec<PrintJob>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM prints INDEXED BY prints_open
         WHERE printer = ?1 AND state IN ('queued', 'sending') ORDER BY n LIMIT ?2",
        params![printer.as_str(), limit],
    )
}

pub(super) fn for_staff(connection: &Connection, limit: u32) -> Result<Vec<PrintJob>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM prints INDEXED BY prints_for_staff
         WHERE state IN ('sent_unconfirmed', 'failed') ORDER BY n LIMIT ?1",
        [limit],
    )
}

pub(super) fn of_order(connection: &Connection, order: OrderId) -> Result<Vec<PrintJob>, Fault> {
    rows::all(
        connection,
        TABLE,
        "SELECT id, body FROM prints WHERE order_id = ?1 ORDER BY n",
        [order.to_string()],
    )
}
