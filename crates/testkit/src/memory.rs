//! The order store in memory, for tests of the engine.
//!
//! Guarantees: the port's whole contract, guards included, by the same suite as the
//! real store. What a job writes is a draft until the job says keep.
//!
//! Deliberately absent: speed. Each job works on a copy of everything.

mod back;
mod rows;
mod state;
mod tx;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soban_engine::ports::store::{Decision, Job, Store, StoreError, Verdict};
use tokio::sync::watch;

use state::State;
use tx::MemoryTx;

/// An order store that lives as long as its last handle.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    inside: Arc<Inside>,
}

#[derive(Debug)]
struct Inside {
    /// Held for a whole job: writes are serial.
    writing: Mutex<()>,
    /// Held for a copy or a commit only, so that reads go on beside a write.
    state: Mutex<State>,
    broken: Mutex<Option<StoreError>>,
    committed: watch::Sender<u64>,
}

impl Default for MemoryStore {
    fn default() -> MemoryStore {
        MemoryStore::new()
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> MemoryStore {
        MemoryStore::with(State::default())
    }

    fn with(state: State) -> MemoryStore {
        let last = state.last_seq();
        MemoryStore {
            inside: Arc::new(Inside {
                writing: Mutex::new(()),
                state: Mutex::new(state),
                broken: Mutex::new(None),
                committed: watch::Sender::new(last),
            }),
        }
    }

    /// What a restart would find: another store with all that is committed now.
    #[must_use]
    pub fn reopened(&self) -> MemoryStore {
        MemoryStore::with(lock(&self.inside.state).clone())
    }

    /// From now on every job fails with `error`, and nothing of it is kept; `None` ends
    /// that.
    pub fn set_broken(&self, error: Option<StoreError>) {
        *lock(&self.inside.broken) = error;
    }

    /// Every decision on record.
    pub fn decisions(&self) -> Vec<Decision> {
        lock(&self.inside.state).decisions.clone()
    }

    fn run(&self, job: Job, writes: bool) -> Result<Option<State>, StoreError> {
        if let Some(error) = lock(&self.inside.broken).clone() {
            return Err(error);
        }
        let draft = lock(&self.inside.state).clone();
        let mut tx = MemoryTx::new(draft, writes);
        match catch_unwind(AssertUnwindSafe(|| job(&mut tx))) {
            Ok(Verdict::Keep) => tx.finish().map(Some),
            Ok(Verdict::Undo) => Ok(None),
            Err(_) => Err(StoreError::Broken(
                "a job of the store panicked; nothing of it is kept".to_owned(),
            )),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No lock is held where a job can panic, but the next test should not be told so.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Store for MemoryStore {
    async fn write(&self, job: Job) -> Result<(), StoreError> {
        let _serial = lock(&self.inside.writing);
        if let Some(kept) = self.run(job, true)? {
            let last = kept.last_seq();
            *lock(&self.inside.state) = kept;
            self.inside
                .committed
                .send_if_modified(|known| std::mem::replace(known, last) != last);
        }
        Ok(())
    }

    async fn read(&self, job: Job) -> Result<(), StoreError> {
        self.run(job, false).map(|_| ())
    }

    fn committed(&self) -> watch::Receiver<u64> {
        self.inside.committed.subscribe()
    }
}
