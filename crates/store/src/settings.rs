//! The settings of a connection on which durability rests.
//!
//! Guarantees: they are read back from SQLite, not believed: a pragma that SQLite does
//! not honour (a file system without shared memory, another build) is silent otherwise.
//!
//! Deliberately absent: choices. No order store runs with less.

use std::time::Duration;

use rusqlite::Connection;
use soban_engine::ports::store::StoreError;

use crate::fault::Fault;

/// How long a connection waits for a lock, in milliseconds. Only another program (a
/// backup, an operator's shell) can make it wait.
const BUSY_MS: u32 = 5_000;
/// The log is cut back to this size after a checkpoint, in bytes.
const LOG_MOST: u32 = 64 * 1024 * 1024;
/// `synchronous` as SQLite numbers it.
const FULL: u32 = 2;

/// What a connection says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `wal`.
    pub journal_mode: String,
    /// 2 is FULL: a commit is on disk before it is answered.
    pub synchronous: u32,
    /// Whether references are checked.
    pub foreign_keys: bool,
    /// How long it waits for a lock, in milliseconds.
    pub busy_timeout_ms: u32,
    /// Whether deleted rows are overwritten; used tokens must not linger.
    pub secure_delete: bool,
    /// The version of the schema.
    pub schema: u32,
    /// The version of SQLite.
    pub sqlite: String,
}

impl Settings {
    /// What is not as it must be, in one sentence; `None` when all is well.
    pub fn fault(&self) -> Option<String> {
        let wrong = |name: &str, want: &str, have: &dyn std::fmt::Display| {
            Some(format!(
                "SQLite runs with {name}={have} where {want} is needed"
            ))
        };
        if self.journal_mode != "wal" {
            return wrong("journal_mode", "wal", &self.journal_mode);
        }
        if self.synchronous != FULL {
            return wrong("synchronous", "2 (FULL)", &self.synchronous);
        }
        if !self.foreign_keys {
            return wrong("foreign_keys", "1", &0);
        }
        if self.busy_timeout_ms != BUSY_MS {
            return wrong("busy_timeout", &BUSY_MS.to_string(), &self.busy_timeout_ms);
        }
        if !self.secure_delete {
            return wrong("secure_delete", "1", &0);
        }
        None
    }
}

/// Lets a connection wait for a lock instead of failing at once.
pub(crate) fn wait_for_locks(connection: &Connection) -> Result<(), Fault> {
    connection.busy_timeout(Duration::from_millis(u64::from(BUSY_MS)))?;
    Ok(())
}

/// Sets a writing connection up. Writes to the file.
pub(crate) fn apply(connection: &Connection) -> Result<(), Fault> {
    wait_for_locks(connection)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_size_limit", LOG_MOST)?;
    Ok(())
}

/// Lets the file grow to so many pages at most; one that is longer stays as long as it is.
pub(crate) fn pages_most(connection: &Connection, pages: u32) -> Result<(), StoreError> {
    let set = connection.pragma_update(None, "max_page_count", pages);
    set.map_err(|error| Fault::Sql(error).into())
}

/// Reads a connection's settings.
pub(crate) fn read_back(connection: &Connection) -> Result<Settings, Fault> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, u32>(0));
    Ok(Settings {
        journal_mode: connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?,
        synchronous: number("synchronous")?,
        foreign_keys: number("foreign_keys")? == 1,
        busy_timeout_ms: number("busy_timeout")?,
        secure_delete: number("secure_delete")? == 1,
        schema: number("user_version")?,
        sqlite: rusqlite::version().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every setting that durability rests on is refused when it is off, by turning off
    /// one after the other on a real connection.
    #[test]
    fn weaker_settings_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("a.db")).unwrap();
        apply(&connection).unwrap();
        assert_eq!(read_back(&connection).unwrap().fault(), None);
        let weaker = [
            ("synchronous", "normal"),
            ("foreign_keys", "off"),
            ("busy_timeout", "0"),
            ("secure_delete", "off"),
            ("journal_mode", "delete"),
        ];
        for (name, value) in weaker {
            apply(&connection).unwrap();
            connection.pragma_update(None, name, value).unwrap();
            let fault = read_back(&connection).unwrap().fault();
            assert!(fault.is_some_and(|words| words.contains(name)), "{name}");
        }
    }
}
