//! Calls for staff, and what staff decided.
//!
//! Guarantees: a decision, once written, is never changed or deleted.

use rusqlite::{Connection, params};
use soban_engine::ports::store::{Decision, StaffCall};

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "calls";

pub(super) fn put(connection: &Connection, call: &StaffCall) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO calls (id, answered, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET answered = excluded.answered,
                body = excluded.body",
        )?
        .execute(params![
            call.id.to_string(),
            call.answered.as_ref().map(|(at, _)| at.0),
            rows::to_body(TABLE, call)?,
        ])?;
    Ok(())
}

pub(super) fn open(connection: &Connection) -> Result<Vec<StaffCall>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM calls INDEXED BY calls_open
         WHERE answered IS NULL ORDER BY n",
        [],
    )
}

pub(super) fn log_decision(connection: &Connection, decision: &Decision) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO decisions (at, by, what, about, why) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            decision.at.0,
            decision.by,
            decision.what,
            decision.about,
            decision.why
        ])?;
    Ok(())
}
