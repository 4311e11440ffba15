//! Rows whose `body` is a whole record.
//!
//! Guarantees: a body that does not read is named by table and id. A list that pumps
//! and staff work from leaves such a row out and says so in the log, so that one broken
//! record does not stop the others; whoever asks for that record, or for all of one
//! order, gets the error.
//!
//! Deliberately absent: columns. They are the guards' and the queries', and written
//! with the body.

use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// The record as it is stored.
pub(super) fn to_body(table: &str, record: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(record).map_err(|error| Fault::unreadable(table, error))
}

/// The one record of a query for `id, body`.
pub(super) fn one<T: DeserializeOwned>(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params, id_and_body).optional()?;
    found.map(|row| from_body(table, &row)).transpose()
}

/// Every record of a query for `id, body`.
pub(super) fn all<T: DeserializeOwned>(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, id_and_body)?;
    rows.map(|row| from_body(table, &row?)).collect()
}

/// Every record of a query for `id, body` that reads.
pub(super) fn readable<T: DeserializeOwned>(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, id_and_body)?;
    let mut records = Vec::new();
    for row in rows {
        let row = row?;
        match serde_json::from_str(&row.1) {
            Ok(record) => records.push(record),
            // The body itself stays out of the log.
            Err(error) => {
                tracing::error!(table, id = row.0, %error, "a stored record cannot be read");
            }
        }
    }
    Ok(records)
}

fn id_and_body(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn from_body<T: DeserializeOwned>(
    table: &'static str,
    (id, body): &(String, String),
) -> Result<T, Fault> {
    serde_json::from_str(body).map_err(|error| Fault::unreadable(format!("{table} {id}"), error))
}
