//! Opening the file: whose it is, whether it is whole, which version, which settings.
//!
//! Guarantees: nothing is written to a file that is refused, and a connection that is
//! handed out has the settings of [`crate::settings`], read back.
//!
//! Deliberately absent: repair. A damaged store stops taking payment and says so; the
//! operator restores a backup.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use soban_engine::ports::store::StoreError;

use crate::fault::Fault;
use crate::{schema, settings};

/// Statements that a connection keeps compiled: all of them.
const STATEMENTS_KEPT: usize = 128;

/// Opens the one connection that writes, after all checks.
pub(crate) fn writer(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = open(path, flags)?;
    prepare(&mut connection, path).map_err(|fault| name_file(fault, path))?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    settings::wait_for_locks(connection)?;
    schema::check_origin(connection, path)?;
    check_whole(connection)?;
    settings::apply(connection)?;
    schema::migrate(connection, path)?;
    match settings::read_back(connection)?.fault() {
        None => Ok(()),
        Some(words) => Err(Fault::Said(StoreError::Broken(words))),
    }
}

/// Opens a connection that can only read. The writer must be open.
pub(crate) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    let set_up = || -> Result<(), Fault> {
        settings::wait_for_locks(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        let reads_only: bool =
            connection.pragma_query_value(None, "query_only", |row| row.get(0))?;
        if !reads_only {
            let words = "SQLite does not keep a reading connection from writing".to_owned();
            return Err(Fault::Said(StoreError::Broken(words)));
        }
        Ok(())
    };
    set_up().map_err(|fault| name_file(fault, path))?;
    Ok(connection)
}

/// Opens a connection to copy a store that is there. SQLite's `VACUUM INTO` writes only
/// the copy, and still asks for a connection that could write.
pub(crate) fn copier(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    settings::wait_for_locks(&connection).map_err(|fault| name_file(fault, path))?;
    Ok(connection)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| name_file(Fault::Sql(error), path))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// Reads every page and row, without the order of indexes (`quick_check`).
fn check_whole(connection: &Connection) -> Result<(), Fault> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    // SQLite's verdict has lines and a banner; people get one sentence.
    let verdict = verdict.replace("*** in database main ***", "");
    let verdict: Vec<&str> = verdict.split_whitespace().collect();
    let words = format!(
        "the file is damaged ({}); restore a backup",
        verdict.join(" ")
    );
    Err(Fault::Said(StoreError::Broken(words)))
}

/// An operator must know which file: an opening error names it.
fn name_file(fault: Fault, path: &Path) -> StoreError {
    let shown = path.display();
    if let Fault::Sql(error) = &fault
        && error.sqlite_error_code() == Some(ErrorCode::CannotOpen)
    {
        return StoreError::Broken(format!(
            "{shown} cannot be opened: is the folder there, and may it be written to?"
        ));
    }
    match StoreError::from(fault) {
        StoreError::Broken(words) if words.contains(&shown.to_string()) => {
            StoreError::Broken(words)
        }
        StoreError::Broken(words) => StoreError::Broken(format!("{shown}: {words}")),
        StoreError::Busy => StoreError::Broken(format!("{shown} is locked by another program")),
        other => other,
    }
}
