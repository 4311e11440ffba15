//! The store as the engine holds it: queues in front of the threads.
//!
//! Guarantees: both queues are bounded; when the last handle goes, queued jobs are
//! still done, the log is folded into the file and the file is closed.
//!
//! Deliberately absent: work on the caller's thread.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use async_trait::async_trait;
use soban_engine::ports::store::{Job, Store, StoreError};
use tokio::sync::{oneshot, watch};

use crate::settings::Settings;
use crate::writer::{Answer, Errand, QUEUE_MOST};
use crate::{backup, open, reader, tx, writer};

/// The order store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    errands: Option<SyncSender<Errand>>,
    looks: Option<SyncSender<(Job, Answer)>>,
    committed: watch::Receiver<u64>,
    /// Readers before the writer: the last connection to close removes the log.
    threads: Vec<JoinHandle<()>>,
}

impl SqliteStore {
    /// Opens the store's file, or makes it; checks that it is whole, ours, not newer
    /// than this program, and that SQLite runs with the settings durability needs.
    ///
    /// # Errors
    /// [`StoreError::Broken`] with a sentence that names the file.
    pub fn open(path: &Path) -> Result<SqliteStore, StoreError> {
        let writing = open::writer(path)?;
        let last = tx::events::last_seq(&writing).map_err(StoreError::from)?;
        let (tell, committed) = watch::channel(last);
        let (errands, to_write) = sync_channel(QUEUE_MOST);
        let (looks, to_look) = sync_channel(QUEUE_MOST);
        let to_look = Arc::new(Mutex::new(to_look));
        // Made before the threads, so that an error on the way down closes them all.
        let mut store = SqliteStore {
            path: path.to_owned(),
            errands: Some(errands),
            looks: Some(looks),
            committed,
            threads: Vec::new(),
        };
        for _ in 0..reader::READERS {
            let connection = open::reader(path)?;
            let to_look = Arc::clone(&to_look);
            store.spawn("store-reader", move || reader::run(&connection, &to_look))?;
        }
        store.spawn("store-writer", move || {
            writer::run(&writing, &to_write, &tell);
        })?;
        Ok(store)
    }

    /// Reads the writing connection's settings back, for the doctor.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite cannot say.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let (answer, told) = oneshot::channel();
        self.send(Errand::Settings(answer))?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Copies the store, as it is at this moment, to a new file while work goes on.
    /// Tokens are left out. Blocks for as long as the copying takes.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if `to` is there already; [`StoreError::Broken`] where
    /// the copy could not be written or does not check.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        backup::copy(&self.path, to)
    }

    fn spawn(
        &mut self,
        name: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|error| StoreError::Broken(format!("no thread could be started: {error}")))?;
        self.threads.push(thread);
        Ok(())
    }

    fn send(&self, errand: Errand) -> Result<(), StoreError> {
        hand_over(self.errands.as_ref(), errand)
    }
}

/// Queues without waiting: a full queue is the caller's to know.
fn hand_over<T>(queue: Option<&SyncSender<T>>, work: T) -> Result<(), StoreError> {
    match queue.map(|queue| queue.try_send(work)) {
        Some(Ok(())) => Ok(()),
        Some(Err(TrySendError::Full(_))) => Err(StoreError::Busy),
        Some(Err(TrySendError::Disconnected(_))) | None => Err(gone()),
    }
}

fn gone() -> StoreError {
    StoreError::Broken("the store's thread has ended".to_owned())
}

#[async_trait]
impl Store for SqliteStore {
    async fn write(&self, job: Job) -> Result<(), StoreError> {
        let (answer, told) = oneshot::channel();
        self.send(Errand::Job(job, answer))?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    async fn read(&self, job: Job) -> Result<(), StoreError> {
        let (answer, told) = oneshot::channel();
        hand_over(self.looks.as_ref(), (job, answer))?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.errands = None;
        self.looks = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
