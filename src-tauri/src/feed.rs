//! The window's subscription to events.
//!
//! Guarantees: one at a time. A page that is loaded anew leaves nothing running behind
//! that would write into it. Deliberately absent: a queue. The hub's stream has its
//! bound, and a page that missed something sees the gap in the numbers.

use std::sync::{Mutex, PoisonError};

use futures_util::{Stream, StreamExt};
use soban_protocol::Event;
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;

/// The task that carries events to the page.
#[derive(Default)]
pub(crate) struct Feed(Mutex<Option<JoinHandle<()>>>);

impl Feed {
    /// Carries `events` to the page until they end or another subscription begins.
    pub(crate) fn begin(
        &self,
        events: impl Stream<Item = Event> + Send + 'static,
        page: Channel<Event>,
    ) {
        let task = spawn(async move {
            let mut events = std::pin::pin!(events);
            while let Some(event) = events.next().await {
                if page.send(event).is_err() {
                    return;
                }
            }
        });
        self.set(Some(task));
    }

    /// Ends the subscription, if there is one.
    pub(crate) fn stop(&self) {
        self.set(None);
    }

    fn set(&self, task: Option<JoinHandle<()>>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = std::mem::replace(&mut *held, task) {
            earlier.abort();
        }
    }
}
