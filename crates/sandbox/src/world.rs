//! Everything the sandbox knows, in one place that all its parts share.
//!
//! Guarantees: each part sits behind its own lock, and no lock is held while another is taken
//! or while anything is awaited. Deliberately absent: a file. The ledgers live as long as the
//! sandbox process does, which is outside the hub's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::clock::SandboxClock;
use crate::config::Settings;
use crate::faults::FaultBoard;
use crate::kakaopay::book::PaymentBook;
use crate::pos::till::Till;
use crate::printer::Printer;

/// What has changed, for the live pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Topic {
    Payments,
    Pos,
    Printers,
    Faults,
}

impl Topic {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Pos => "pos",
            Self::Printers => "printers",
            Self::Faults => "faults",
        }
    }
}

/// Takes a lock; a panic of another holder leaves the data readable, which is what a ledger is for.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) clock: SandboxClock,
    pub(crate) printers: Vec<Arc<Printer>>,
    faults: Mutex<FaultBoard>,
    payments: Mutex<PaymentBook>,
    till: Mutex<Till>,
    changes: broadcast::Sender<Topic>,
    stopping: watch::Receiver<bool>,
}

impl World {
    pub(crate) fn new(
        settings: Settings,
        clock: SandboxClock,
        printers: Vec<Arc<Printer>>,
        changes: broadcast::Sender<Topic>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let payments = PaymentBook::new(settings.payments());
        let till = Till::new(settings.pos.auto_accept, clock.now());
        Self {
            settings,
            clock,
            printers,
            faults: Mutex::new(FaultBoard::default()),
            payments: Mutex::new(payments),
            till: Mutex::new(till),
            changes,
            stopping,
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultBoard> {
        hold(&self.faults)
    }

    pub(crate) fn payments(&self) -> MutexGuard<'_, PaymentBook> {
        hold(&self.payments)
    }

    pub(crate) fn till(&self) -> MutexGuard<'_, Till> {
        hold(&self.till)
    }

    pub(crate) fn printer(&self, name: &str) -> Option<&Arc<Printer>> {
        self.printers.iter().find(|printer| printer.name() == name)
    }

    /// Tells the open pages; nobody watching is fine.
    pub(crate) fn changed(&self, topic: Topic) {
        self.changes.send(topic).ok();
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Topic> {
        self.changes.subscribe()
    }

    /// Resolves when the sandbox is told to stop.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        stopping.wait_for(|stop| *stop).await.ok();
    }

    /// Waits for a time, or until the sandbox stops.
    pub(crate) async fn pause(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.stopped() => {}
        }
    }

    /// Back to the first morning: ledgers empty, no fault, printers fed and closed.
    pub(crate) fn reset(&self) {
        self.faults().clear();
        self.payments().clear();
        let now = self.clock.now();
        let fresh = Till::new(self.settings.pos.auto_accept, now);
        *self.till() = fresh;
        for printer in &self.printers {
            printer.reset();
        }
        for topic in [Topic::Payments, Topic::Pos, Topic::Printers, Topic::Faults] {
            self.changed(topic);
        }
    }
}
