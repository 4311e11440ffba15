//! The window's subscription to events.
//!
//! Guarantees: one at a time. A page that is loaded anew leaves nothing running behind
//! that would write into it. A stream that ends, as it does while the order store is
//! broken, is taken up again after the last event.
//!
//! Deliberately absent: a queue. The hub's stream reads from disk as fast as the page
//! takes, and a page that missed something sees the gap in the numbers.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime};

use soban_protocol::Event;

use crate::carried::Carried;

/// Before an ended stream is taken up again.
const PAUSE: Duration = Duration::from_secs(2);

/// The task that carries events to the page.
#[derive(Default)]
pub(crate) struct Feed(Mutex<Option<JoinHandle<()>>>);

impl Feed {
    /// Carries every event after number `from` to the page, until it is gone or another
    /// subscription begins.
    pub(crate) fn begin<R: Runtime>(&self, app: AppHandle<R>, from: u64, page: Channel<Event>) {
        self.set(Some(spawn(carry(app, from, page))));
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

async fn carry<R: Runtime>(app: AppHandle<R>, from: u64, page: Channel<Event>) {
    let carried = app.state::<Carried>();
    let mut last = from;
    loop {
        let mut events = std::pin::pin!(carried.events(last));
        while let Some(event) = events.next().await {
            last = event.seq;
            if page.send(event).is_err() {
                return;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
