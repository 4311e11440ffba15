//! Everything the sandbox knows, in one place that all its parts share.
//!
//! Guarantees: each part sits behind its own lock, and no lock is held while another is taken
//! or while anything is awaited; work put off is done before anything due later is looked at,
//! and a reset forgets it. Deliberately absent: a file. The ledgers live as long as the
//! sandbox process does, which is outside the hub's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::clock::{Moment, SandboxClock};
use crate::config::Settings;
use crate::faults::FaultBoard;
use crate::kakaopay::book::PaymentBook;
use crate::kicc::book::VanBook;
use crate::mpm::book::SchemeBook;
use crate::pos::till::Till;
use crate::printer::Printer;
use crate::tosspayments::book::TossBook;

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

/// Something the outside world does later, by its own clock.
type PutOff = Box<dyn FnOnce(&Arc<World>) + Send>;

pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) clock: SandboxClock,
    pub(crate) printers: Vec<Arc<Printer>>,
    faults: Mutex<FaultBoard>,
    payments: Mutex<PaymentBook>,
    toss: Mutex<TossBook>,
    van: Mutex<VanBook>,
    scheme: Mutex<SchemeBook>,
    put_off: Mutex<Vec<(Moment, PutOff)>>,
    /// Counts resets, so that what began before one does not write into the new ledgers.
    day: AtomicU64,
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
        let toss = TossBook::new(settings.toss.webhook.clone());
        let till = Till::new(settings.pos.auto_accept, clock.now());
        Self {
            settings,
            clock,
            printers,
            faults: Mutex::new(FaultBoard::default()),
            payments: Mutex::new(payments),
            toss: Mutex::new(toss),
            van: Mutex::default(),
            scheme: Mutex::default(),
            put_off: Mutex::default(),
            day: AtomicU64::new(0),
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

    pub(crate) fn toss(&self) -> MutexGuard<'_, TossBook> {
        hold(&self.toss)
    }

    pub(crate) fn van(&self) -> MutexGuard<'_, VanBook> {
        hold(&self.van)
    }

    pub(crate) fn scheme(&self) -> MutexGuard<'_, SchemeBook> {
        hold(&self.scheme)
    }

    /// Which morning it is; a reset begins a new one.
    pub(crate) fn day(&self) -> u64 {
        self.day.load(Ordering::SeqCst)
    }

    /// Puts work off until that moment of the sandbox's clock.
    pub(crate) fn defer(
        self: &Arc<Self>,
        due: Moment,
        work: impl FnOnce(&Arc<Self>) + Send + 'static,
    ) {
        hold(&self.put_off).push((due, Box::new(work)));
        let world = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = world.clock.reach(due) => world.catch_up(),
                () = world.stopped() => {}
            }
        });
    }

    /// Does what is due. Every request and every look into a ledger begins with this, so that
    /// nobody sees a world that lags behind its clock.
    pub(crate) fn catch_up(self: &Arc<Self>) {
        let now = self.clock.now();
        loop {
            let next = {
                let mut put_off = hold(&self.put_off);
                let due = (0..put_off.len()).filter(|at| put_off[*at].0 <= now);
                let first = due.min_by_key(|at| put_off[*at].0);
                first.map(|at| put_off.remove(at))
            };
            match next {
                Some((_, work)) => work(self),
                None => return,
            }
        }
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
        self.day.fetch_add(1, Ordering::SeqCst);
        hold(&self.put_off).clear();
        self.toss().clear();
        *self.van() = VanBook::default();
        *self.scheme() = SchemeBook::default();
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
