//! Menus by their hash, and which one is in force.
//!
//! Guarantees: a menu never changes and stays readable after another took its place,
//! because quotes and orders name it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use soban_domain::moment::Timestamp;
use soban_engine::ports::store::StoredMenu;

use crate::fault::Fault;

pub(super) fn in_force(connection: &Connection) -> Result<Option<StoredMenu>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT hash, json, since FROM menus JOIN menu_in_force USING (hash) WHERE one = 1",
    )?;
    Ok(statement.query_row([], menu).optional()?)
}

pub(super) fn by_hash(connection: &Connection, hash: &str) -> Result<Option<StoredMenu>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT hash, json, since FROM menus WHERE hash = ?1")?;
    Ok(statement.query_row([hash], menu).optional()?)
}

pub(super) fn put(connection: &Connection, put: &StoredMenu) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO menus (hash, json, since) VALUES (?1, ?2, ?3)
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute(params![put.hash, put.json, put.since.0])?;
    connection
        .prepare_cached(
            "INSERT INTO menu_in_force (one, hash) VALUES (1, ?1)
             ON CONFLICT (one) DO UPDATE SET hash = excluded.hash",
        )?
        .execute([&put.hash])?;
    Ok(())
}

fn menu(row: &Row<'_>) -> rusqlite::Result<StoredMenu> {
    Ok(StoredMenu {
        hash: row.get(0)?,
        json: row.get(1)?,
        since: Timestamp(row.get(2)?),
    })
}
