//! The one thread that writes, and its group commit.
//!
//! Guarantees: all jobs that wait (up to [`BATCH_MOST`]) share one transaction and one
//! flush of the disk; each has a savepoint of its own, so one job's undoing takes
//! nothing else with it; nobody is answered before the commit, not even a job that was
//! undone, for it may have decided by what a neighbour wrote. A job that panics is
//! undone and the thread goes on.
//!
//! Deliberately absent: waiting to fill a batch. While one commit flushes, the next
//! batch gathers by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use soban_engine::ports::store::{Job, StoreError, Verdict};
use tokio::sync::{oneshot, watch};

use crate::fault::Fault;
use crate::settings::{self, Settings};
use crate::tx::SqliteTx;

/// The most jobs that wait; one more is told [`StoreError::Busy`].
pub(crate) const QUEUE_MOST: usize = 1024;
/// The most jobs in one commit.
const BATCH_MOST: usize = 64;

/// How a job is answered.
pub(crate) type Answer = oneshot::Sender<Result<(), StoreError>>;

/// What the writer can be asked.
pub(crate) enum Errand {
    /// Run a job.
    Job(Job, Answer),
    /// Read the settings back.
    Settings(oneshot::Sender<Result<Settings, StoreError>>),
    /// Let the file grow to so many pages at most.
    PagesMost(u32, Answer),
}

/// A job and who waits for it.
type Waiting = (Job, Answer);

/// Works until every sender is gone, then leaves a tidy file.
pub(crate) fn run(
    connection: &Connection,
    errands: &Receiver<Errand>,
    committed: &watch::Sender<u64>,
) {
    while let Ok(first) = errands.recv() {
        let mut jobs: Vec<Waiting> = Vec::new();
        let mut next = Some(first);
        while let Some(errand) = next {
            match errand {
                Errand::Job(job, answer) => jobs.push((job, answer)),
                Errand::Settings(answer) => {
                    let read = settings::read_back(connection).map_err(StoreError::from);
                    let _ = answer.send(read);
                }
                Errand::PagesMost(pages, answer) => {
                    let _ = answer.send(settings::pages_most(connection, pages));
                }
            }
            next = (jobs.len() < BATCH_MOST)
                .then(|| errands.try_recv().ok())
                .flatten();
        }
        let mut left = jobs.into_iter();
        while left.len() > 0 {
            commit_together(connection, &mut left, committed);
        }
    }
    fold(connection);
}

/// Folds the log into the file: without the log beside it the file can be copied as it
/// is, and used tokens do not linger in old frames.
pub(crate) fn fold(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        tracing::warn!(%error, "the order store's log could not be folded in at the end");
    }
}

/// Runs jobs in one transaction and answers them. It stops early where SQLite gave the
/// transaction up by itself (disk full, I/O error): what is left gets a fresh one.
pub(crate) fn commit_together(
    connection: &Connection,
    left: &mut impl ExactSizeIterator<Item = Waiting>,
    committed: &watch::Sender<u64>,
) {
    if let Err(error) = statement(connection, "BEGIN IMMEDIATE") {
        for (_, answer) in left {
            let _ = answer.send(Err(error.clone()));
        }
        return;
    }
    let mut answers = Vec::with_capacity(left.len());
    for (job, answer) in left {
        answers.push((answer, in_savepoint(connection, job)));
        if connection.is_autocommit() {
            break;
        }
    }
    let outcome = last_seq(connection).and_then(|seq| finish(connection).map(|()| seq));
    match &outcome {
        Ok(seq) => {
            let seq = *seq;
            committed.send_if_modified(|known| std::mem::replace(known, seq) != seq);
        }
        Err(error) => {
            tracing::error!(%error, jobs = answers.len(), "a commit of the order store failed");
            if !connection.is_autocommit() {
                let _ = statement(connection, "ROLLBACK");
            }
        }
    }
    for (answer, own) in answers {
        let _ = answer.send(match &outcome {
            Ok(_) => own,
            // A job's own error says more than the batch's.
            Err(error) => own.and(Err(error.clone())),
        });
    }
}

fn finish(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        let words = "SQLite gave up the transaction; nothing of it is kept";
        return Err(StoreError::Broken(words.to_owned()));
    }
    statement(connection, "COMMIT")
}

/// Runs one job; what it wrote stays only if it says so and nothing in it failed. Where
/// even the undoing fails, the whole transaction goes.
fn in_savepoint(connection: &Connection, job: Job) -> Result<(), StoreError> {
    statement(connection, "SAVEPOINT job")?;
    let mut tx = SqliteTx::writing(connection);
    let verdict = catch_unwind(AssertUnwindSafe(|| job(&mut tx)));
    let (keep, outcome) = match (verdict, tx.into_failure()) {
        (Err(_), _) => (false, Err(panicked())),
        (Ok(Verdict::Keep), Some(error)) => (false, Err(error)),
        (Ok(Verdict::Keep), None) => (true, Ok(())),
        // What made SQLite give up the transaction is told also where the job undoes
        // itself for it: it says more than that the transaction is gone.
        (Ok(Verdict::Undo), Some(error)) if connection.is_autocommit() => (false, Err(error)),
        (Ok(Verdict::Undo), _) => (false, Ok(())),
    };
    if connection.is_autocommit() {
        return outcome;
    }
    let mut ended = Ok(());
    if !keep {
        ended = statement(connection, "ROLLBACK TO job");
    }
    ended = ended.and_then(|()| statement(connection, "RELEASE job"));
    if ended.is_err() {
        let _ = statement(connection, "ROLLBACK");
    }
    outcome.and(ended)
}

/// What a job that panicked is answered, by the writer and the readers.
pub(crate) fn panicked() -> StoreError {
    StoreError::Broken("a job of the store panicked; nothing of it is kept".to_owned())
}

fn statement(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let run = || -> Result<(), Fault> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    run().map_err(StoreError::from)
}

fn last_seq(connection: &Connection) -> Result<u64, StoreError> {
    crate::tx::events::last_seq(connection).map_err(StoreError::from)
}
