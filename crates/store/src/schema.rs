//! The versions of the schema.
//!
//! Guarantees: migrations only add; a file from a newer program is refused before
//! anything is written to it, and so is a file that is not Soban's at all.
//!
//! Deliberately absent: ways back. A backup is the way back.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use soban_engine::ports::store::StoreError;

use crate::fault::Fault;

/// "SOBN": SQLite's mark of whose file it is.
const APPLICATION: i32 = 0x534F_424E;

const STEPS: [M<'static>; 3] = [
    M::up(include_str!("../migrations/0001_first.sql")).comment("the first version"),
    M::up(include_str!("../migrations/0002_money.sql")).comment("every way to pay"),
    M::up(include_str!("../migrations/0003_back.sql")).comment("refunds and cash receipts"),
];

/// The version that this program writes.
pub(crate) const VERSION: i32 = 3;

/// Refuses a file that a newer program, or another one, wrote. Reads only.
pub(crate) fn check_origin(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let fresh = tables == 0 && version == 0 && application == 0;
    if !fresh && application != APPLICATION {
        return Err(broken(format!(
            "{} is not an order store of Soban",
            path.display()
        )));
    }
    if version > VERSION {
        return Err(broken(format!(
            "{} was written by a newer Soban (schema {version}, this one knows {VERSION}): \
             start the newer program",
            path.display()
        )));
    }
    Ok(())
}

/// Brings the schema to [`VERSION`].
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    let mark: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if mark != APPLICATION {
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    Migrations::from_slice(&STEPS)
        .to_latest(connection)
        .map_err(|error| {
            let why = match error {
                // Without the statement, which is a page long.
                rusqlite_migration::Error::RusqliteError { err, .. } => err.to_string(),
                other => other.to_string(),
            };
            broken(format!(
                "{} could not be brought to schema {VERSION}: {why}",
                path.display()
            ))
        })
}

fn broken(words: String) -> Fault {
    Fault::Said(StoreError::Broken(words))
}
