//! Numbers that pumps remember, such as how far they read the POS's news.

use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Fault;

pub(super) fn get(connection: &Connection, name: &str) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached("SELECT value FROM cursors WHERE name = ?1")?;
    let found: Option<i64> = statement.query_row([name], |row| row.get(0)).optional()?;
    u64::try_from(found.unwrap_or(0))
        .map_err(|error| Fault::unreadable(format!("cursors {name}"), error))
}

pub(super) fn set(connection: &Connection, name: &str, value: u64) -> Result<(), Fault> {
    let value = i64::try_from(value)
        .map_err(|_| Fault::refused(format!("{value} is past the range of a remembered number")))?;
    connection
        .prepare_cached(
            "INSERT INTO cursors (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![name, value])?;
    Ok(())
}
