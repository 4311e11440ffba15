//! A copy of the store while it works.
//!
//! Guarantees: the copy is one commit's state, is checked and flushed before it bears
//! its name, and holds no token and no
//! number of a cash receipt; a copy that is there is never overwritten.
//!
//! Deliberately absent: when to copy and how many to keep. The operator's timer does.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use soban_engine::ports::store::StoreError;

use crate::fault::Fault;
use crate::open;

/// Copies the store at `from` to the new file `to`.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Refused(format!(
            "{} is there already; a backup overwrites nothing",
            to.display()
        )));
    }
    let unfinished = beside(to);
    let copied = write(from, &unfinished)
        .and_then(|()| std::fs::rename(&unfinished, to).map_err(|error| on_disk(to, &error)))
        .and_then(|()| flush_folder(to));
    if copied.is_err() {
        // What is left of a failed copy must not be taken for one.
        let _ = std::fs::remove_file(&unfinished);
    }
    copied
}

fn write(from: &Path, unfinished: &Path) -> Result<(), StoreError> {
    // An earlier try that was cut off by a crash.
    let _ = std::fs::remove_file(unfinished);
    let copier = open::copier(from)?;
    let work = || -> Result<(), Fault> {
        let name = unfinished.to_string_lossy();
        copier.execute("VACUUM INTO ?1", [name.as_ref()])?;
        let copy = Connection::open(unfinished)?;
        copy.pragma_update(None, "secure_delete", true)?;
        copy.execute("DELETE FROM tokens", [])?;
        copy.execute("DELETE FROM receipt_numbers", [])?;
        let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            let words = format!("the copy's check says \"{verdict}\"");
            return Err(Fault::Said(StoreError::Broken(words)));
        }
        Ok(())
    };
    work().map_err(StoreError::from)?;
    let file = File::open(unfinished).map_err(|error| on_disk(unfinished, &error))?;
    file.sync_all().map_err(|error| on_disk(unfinished, &error))
}

fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

/// The new name is in the folder, and the folder must be on disk too.
fn flush_folder(to: &Path) -> Result<(), StoreError> {
    if cfg!(windows) {
        // Folders cannot be flushed there; NTFS logs renames.
        return Ok(());
    }
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| on_disk(folder, &error))
}

fn on_disk(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Broken(format!("{}: {error}", path.display()))
}
