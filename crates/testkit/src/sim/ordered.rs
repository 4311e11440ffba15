//! News of commits in one order: tokio wakes those who watch one channel by chance, so
//! each watcher gets a channel of its own here, and they are told one after the other.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use soban_engine::ports::Store;
use soban_engine::ports::store::{Job, StoreError};
use tokio::sync::watch;

use super::town::lock;

/// A store whose watchers are woken in the order in which they came.
pub(crate) struct Ordered {
    store: Arc<dyn Store>,
    watchers: Mutex<Vec<watch::Sender<u64>>>,
}

impl Ordered {
    pub(crate) fn over(store: Arc<dyn Store>) -> Ordered {
        Ordered {
            store,
            watchers: Mutex::default(),
        }
    }
}

#[async_trait]
impl Store for Ordered {
    async fn write(&self, job: Job) -> Result<(), StoreError> {
        let done = self.store.write(job).await;
        let seq = *self.store.committed().borrow();
        for watcher in lock(&self.watchers).iter() {
            watcher.send_if_modified(|known| std::mem::replace(known, seq) != seq);
        }
        done
    }

    async fn read(&self, job: Job) -> Result<(), StoreError> {
        self.store.read(job).await
    }

    fn committed(&self) -> watch::Receiver<u64> {
        let seq = *self.store.committed().borrow();
        let (sender, receiver) = watch::channel(seq);
        lock(&self.watchers).push(sender);
        receiver
    }
}
