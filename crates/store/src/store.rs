//! The store as the engine holds it: queues in front of the threads.
//!
//! Guarantees: both queues are bounded; when the last handle goes, queued jobs are
//! still done, the log is folded into the file and the file is closed.
//!
//! Deliberately absent: work on the caller's thread, save for a simulation that asks for
//! nothing else ([`SqliteStore::open_inline`]).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use async_trait::async_trait;
use soban_engine::ports::store::{Job, Store, StoreError};
use tokio::sync::{oneshot, watch};

use crate::inline::Inline;
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
    /// What works instead of the threads, where there are none.
    inline: Option<Inline>,
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
            inline: None,
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

    /// Opens the store without threads: each job runs on the thread that asks. For
    /// simulations on one thread; a screen would wait for every flush of the disk.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_inline(path: &Path) -> Result<SqliteStore, StoreError> {
        let writing = open::writer(path)?;
        let last = tx::events::last_seq(&writing).map_err(StoreError::from)?;
        let (tell, committed) = watch::channel(last);
        Ok(SqliteStore {
            path: path.to_owned(),
            errands: None,
            looks: None,
            committed,
            threads: Vec::new(),
            inline: Some(Inline::over(writing, path, tell)?),
        })
    }

    /// Lets the file grow to so many pages at most, until it is opened again or told
    /// otherwise; fewer than it has is what a full disk looks like.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite does not take the bound.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        let (answer, told) = oneshot::channel();
        self.send(Errand::PagesMost(pages, answer))?;
        told.await.unwrap_or_else(|_| Err(gone()))
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
        if let Some(inline) = &self.inline {
            inline.run(errand);
            return Ok(());
        }
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
        match &self.inline {
            Some(inline) => inline.read(job, answer),
            None => hand_over(self.looks.as_ref(), (job, answer))?,
        }
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

#[cfg(test)]
mod tests {
    use soban_engine::ports::store::{Tx, Verdict, look, transact};
    use soban_testkit::samples;
    use tempfile::TempDir;

    use super::*;

    fn fresh() -> (TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("soban.db")).unwrap();
        (folder, store)
    }

    fn place(tx: &mut dyn Tx, n: u64) -> Result<u64, StoreError> {
        samples::place(tx, n)?;
        tx.emit(&samples::event(n))
    }

    /// A full disk breaks the job that meets it and keeps nothing of it, and the store
    /// works again once there is room: by a bound on the file's pages, lifted later.
    #[tokio::test]
    async fn a_full_disk_passes() {
        let (_folder, store) = fresh();
        store.limit_pages(1).await.unwrap();
        let mut kept = 0;
        let full = loop {
            let n = kept + 1;
            let placed: Result<u64, StoreError> = transact(&store, move |tx| place(tx, n)).await;
            match placed {
                Ok(_) => kept += 1,
                Err(error) => break error,
            }
            assert!(kept < 10_000, "the bound of pages does not hold");
        };
        assert_eq!(full, StoreError::Broken("the disk is full".to_owned()));
        assert_eq!(*store.committed().borrow(), kept);
        store.limit_pages(u32::MAX - 1).await.unwrap();
        let next: Result<u64, StoreError> = transact(&store, move |tx| place(tx, kept + 1)).await;
        assert_eq!(next, Ok(kept + 1));
        let events: Result<Vec<u64>, StoreError> = look(&store, |tx| {
            let events = tx.events_after(0, 10_000)?;
            Ok(events.iter().map(|stored| stored.seq).collect())
        })
        .await;
        assert!(events.unwrap().into_iter().eq(1..=kept + 1));
    }

    /// One job more than the queue holds is told busy, and those in it are done: by
    /// holding the writer in a job while the queue fills.
    #[tokio::test]
    async fn a_full_queue_is_busy() {
        let (_folder, store) = fresh();
        let store = Arc::new(store);
        let (begun, has_begun) = oneshot::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let held: Job = Box::new(move |_| {
            let _ = begun.send(());
            let _ = may_go_on.recv();
            Verdict::Undo
        });
        let (answer, held_told) = oneshot::channel();
        store.send(Errand::Job(held, answer)).unwrap();
        has_begun.await.unwrap();
        let mut waiting = Vec::new();
        for n in 0..QUEUE_MOST {
            let (answer, told) = oneshot::channel();
            let job: Job = Box::new(move |tx| match tx.set_cursor(&format!("c{n}"), 1) {
                Ok(()) => Verdict::Keep,
                Err(_) => Verdict::Undo,
            });
            store.send(Errand::Job(job, answer)).unwrap();
            waiting.push(told);
        }
        let one_more = store.write(Box::new(|_| Verdict::Keep)).await;
        assert_eq!(one_more, Err(StoreError::Busy));
        drop(go_on);
        assert_eq!(held_told.await, Ok(Ok(())));
        for told in waiting {
            assert_eq!(told.await, Ok(Ok(())));
        }
        let last = format!("c{}", QUEUE_MOST - 1);
        let done: Result<u64, StoreError> = look(&*store, move |tx| tx.cursor(&last)).await;
        assert_eq!(done, Ok(1));
    }

    /// Jobs that wait share one commit: a page that all of them change goes to the log
    /// once, by counting the log's frames after fifty jobs that queued behind another.
    #[tokio::test]
    async fn waiting_jobs_share_a_commit() {
        let (folder, store) = fresh();
        let shell = rusqlite::Connection::open(folder.path().join("soban.db")).unwrap();
        let frames = |mode: &str| -> u32 {
            let sql = format!("PRAGMA wal_checkpoint({mode})");
            shell.query_row(&sql, [], |row| row.get(1)).unwrap()
        };
        assert_eq!(frames("TRUNCATE"), 0, "the log is empty");
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let (answer, held_told) = oneshot::channel();
        let held: Job = Box::new(move |_| {
            let _ = may_go_on.recv();
            Verdict::Undo
        });
        store.send(Errand::Job(held, answer)).unwrap();
        let queue = |n: u64| {
            let (answer, told) = oneshot::channel();
            let job: Job = Box::new(move |tx| match tx.set_cursor("news", n) {
                Ok(()) => Verdict::Keep,
                Err(_) => Verdict::Undo,
            });
            store.send(Errand::Job(job, answer)).unwrap();
            told
        };
        let told: Vec<_> = (1..=50).map(queue).collect();
        drop(go_on);
        assert_eq!(held_told.await, Ok(Ok(())));
        for told in told {
            assert_eq!(told.await, Ok(Ok(())));
        }
        let written = frames("PASSIVE");
        assert!((1..25).contains(&written), "{written} frames for 50 jobs");
    }

    /// Jobs that are queued when the last handle goes are done before the file closes.
    #[tokio::test]
    async fn closing_finishes_the_queue() {
        let (folder, store) = fresh();
        for n in 1..=20 {
            let (answer, _) = oneshot::channel();
            let job: Job = Box::new(move |tx| match place(tx, n) {
                Ok(_) => Verdict::Keep,
                Err(_) => Verdict::Undo,
            });
            store.send(Errand::Job(job, answer)).unwrap();
        }
        drop(store);
        let left: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(left, ["soban.db"], "the log is folded in");
        let store = SqliteStore::open(&folder.path().join("soban.db")).unwrap();
        assert_eq!(*store.committed().borrow(), 20);
    }
}
