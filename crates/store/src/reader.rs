//! The threads that read beside the writer.
//!
//! Guarantees: a look is one transaction, so it sees one commit and nothing of the
//! next; its connection cannot write, whatever the job asks.
//!
//! Deliberately absent: a pool. Two connections are more than a store's screens need.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use soban_engine::ports::store::{Job, StoreError, Verdict};

use crate::fault::Fault;
use crate::tx::SqliteTx;
use crate::writer::{Answer, panicked};

/// How many threads read.
pub(crate) const READERS: usize = 2;

/// Works until every sender is gone.
pub(crate) fn run(connection: &Connection, looks: &Mutex<Receiver<(Job, Answer)>>) {
    // The lock is held while waiting and given up before the work.
    while let Some((job, answer)) = looks.lock().ok().and_then(|looks| looks.recv().ok()) {
        let _ = answer.send(look(connection, job));
    }
}

/// Runs one look.
pub(crate) fn look(connection: &Connection, job: Job) -> Result<(), StoreError> {
    let view = connection
        .unchecked_transaction()
        .map_err(|error| StoreError::from(Fault::Sql(error)))?;
    let mut tx = SqliteTx::reading(&view);
    let verdict = catch_unwind(AssertUnwindSafe(|| job(&mut tx)));
    match (verdict, tx.into_failure()) {
        (Err(_), _) => Err(panicked()),
        (Ok(Verdict::Keep), Some(error)) => Err(error),
        (Ok(Verdict::Keep), None) | (Ok(Verdict::Undo), _) => Ok(()),
    }
}
