//! What a task of this process has in hand right now, so that no second one takes it.
//!
//! Guarantees: whatever becomes of the task (done, failed, panicked, dropped), its thing
//! is let go, and the pump is told.
//!
//! Deliberately absent: anything that must outlive the process. What is on disk as under
//! way and in nobody's hand was left behind by a fault or a restart.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The things in hand.
pub(crate) struct InFlight<K> {
    held: Mutex<BTreeSet<K>>,
    /// Nudged whenever a thing is let go: the commit of its last step woke the pump
    /// while it was still in hand.
    pub(crate) let_go: Notify,
}

impl<K> Default for InFlight<K> {
    fn default() -> InFlight<K> {
        InFlight {
            held: Mutex::default(),
            let_go: Notify::new(),
        }
    }
}

impl<K: Ord + Copy> InFlight<K> {
    fn held(&self) -> MutexGuard<'_, BTreeSet<K>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a thing in hand; nothing if another task has it.
    pub(crate) fn take(self: &Arc<Self>, key: K) -> Option<InHand<K>> {
        self.held().insert(key).then(|| InHand {
            of: Arc::clone(self),
            key,
        })
    }

    /// How many things are in hand.
    pub(crate) fn count(&self) -> usize {
        self.held().len()
    }
}

/// A thing in hand, until this is dropped.
pub(crate) struct InHand<K: Ord + Copy> {
    of: Arc<InFlight<K>>,
    key: K,
}

impl<K: Ord + Copy> Drop for InHand<K> {
    fn drop(&mut self) {
        self.of.held().remove(&self.key);
        self.of.let_go.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One task at a time has a thing, and a task that panics lets go of it too.
    #[tokio::test]
    async fn a_panic_lets_go() {
        let things: Arc<InFlight<u8>> = Arc::default();
        let hand = things.take(1).unwrap();
        assert!(things.take(1).is_none());
        assert!(things.take(2).is_some());
        let task = tokio::spawn(async move {
            let _hand = hand;
            panic!("on purpose");
        });
        assert!(task.await.is_err());
        things.let_go.notified().await;
        assert_eq!(things.count(), 0);
        assert!(things.take(1).is_some());
    }
}
