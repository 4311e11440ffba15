//! The disk under the measurements, and the bare SQLite on it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rusqlite::Connection;

use crate::stats::median;

/// Bytes of a row: an order's body as it is kept.
const ROW: usize = 1200;
const FSYNCS: usize = 60;
/// Rows that fill more of the log than SQLite lets stand (1,000 pages).
const RUN_IN: usize = 6000;

/// Where everything is measured and reported: `target/bench` of this checkout.
pub(crate) fn folder() -> PathBuf {
    let own = std::env::current_exe().expect("this program knows where it is");
    let target = own
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists())
        .unwrap_or(Path::new("target"));
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder).expect("target/bench can be made");
    folder
}

/// A fresh folder within, gone at the end.
pub(crate) fn fresh(folder: &Path) -> tempfile::TempDir {
    tempfile::tempdir_in(folder).expect("a fresh folder")
}

/// The time of one appended block and its fsync, in milliseconds.
pub(crate) fn fsync_p50(folder: &Path) -> f64 {
    let mut blocks = Blocks::open(folder);
    let times: Vec<f64> = (0..FSYNCS).map(|_| blocks.append()).collect();
    median(&times)
}

/// A file that grows block by block, each with an fsync.
pub(crate) struct Blocks(File);

impl Blocks {
    pub(crate) fn open(folder: &Path) -> Blocks {
        Blocks(tempfile::tempfile_in(folder).expect("a file"))
    }

    /// Appends one; milliseconds until it was durable.
    pub(crate) fn append(&mut self) -> f64 {
        let begin = Instant::now();
        self.0.write_all(&[7; 4096]).expect("a block");
        self.0.sync_data().expect("an fsync");
        begin.elapsed().as_secs_f64() * 1000.0
    }
}

/// SQLite as bare as it can be with the same durability: one table, one row of an order's
/// size in each transaction, WAL and FULL.
pub(crate) struct Bare {
    connection: Connection,
    body: String,
}

impl Bare {
    pub(crate) fn open(folder: &Path) -> Bare {
        let connection = Connection::open(folder.join("bare.db")).expect("a file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 CREATE TABLE orders (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
            )
            .expect("a table");
        let bare = Bare {
            connection,
            body: "x".repeat(ROW),
        };
        bare.run_in();
        bare
    }

    /// Grows the log to its full size and begins it anew: while it grows, each commit pays
    /// for a longer file too, and so would look slower than it is.
    fn run_in(&self) {
        let whole = || -> rusqlite::Result<()> {
            self.connection.execute_batch("BEGIN")?;
            for _ in 0..RUN_IN {
                self.insert();
            }
            self.connection.execute_batch("COMMIT")?;
            self.connection
                .query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
        };
        whole().expect("a log of full size");
    }

    /// One row, durable.
    pub(crate) fn insert(&self) {
        self.connection
            .prepare_cached("INSERT INTO orders (body) VALUES (?1)")
            .and_then(|mut insert| insert.execute([&self.body]))
            .expect("a row");
    }
}
