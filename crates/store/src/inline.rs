//! The store without threads: each job runs on the thread that asks, before `write`
//! returns.
//!
//! Guarantees: the same file, schema, settings and code as with threads; a simulation on
//! one thread runs the same in every run, because nothing else runs beside it.
//!
//! Deliberately absent: group commit. Nobody can wait while the only thread works.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use soban_engine::ports::store::{Job, StoreError};
use tokio::sync::{oneshot, watch};

use crate::settings;
use crate::writer::{self, Errand};
use crate::{open, reader};

/// Two connections, used in turn. The reading one closes first: the last to close removes
/// the log.
#[derive(Debug)]
pub(crate) struct Inline {
    reading: Mutex<Connection>,
    writing: Mutex<Connection>,
    committed: watch::Sender<u64>,
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inline {
    /// Takes the writing connection over and opens the reading one.
    pub(crate) fn over(
        writing: Connection,
        path: &Path,
        committed: watch::Sender<u64>,
    ) -> Result<Inline, StoreError> {
        Ok(Inline {
            reading: Mutex::new(open::reader(path)?),
            writing: Mutex::new(writing),
            committed,
        })
    }

    /// Does what the writer's thread would do.
    pub(crate) fn run(&self, errand: Errand) {
        let connection = lock(&self.writing);
        match errand {
            Errand::Job(job, answer) => {
                let mut left = vec![(job, answer)].into_iter();
                writer::commit_together(&connection, &mut left, &self.committed);
            }
            Errand::Settings(answer) => {
                let read = settings::read_back(&connection).map_err(StoreError::from);
                let _ = answer.send(read);
            }
            Errand::PagesMost(pages, answer) => {
                let _ = answer.send(settings::pages_most(&connection, pages));
            }
        }
    }

    /// Looks at what is committed.
    pub(crate) fn read(&self, job: Job, answer: oneshot::Sender<Result<(), StoreError>>) {
        let _ = answer.send(reader::look(&lock(&self.reading), job));
    }
}

impl Drop for Inline {
    fn drop(&mut self) {
        writer::fold(&lock(&self.writing));
    }
}
