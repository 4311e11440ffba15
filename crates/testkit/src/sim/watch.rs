//! The watcher at every boundary: counts, writes the trace, takes its time, and stops
//! the program where the plan says so.
//!
//! Guarantees: once the program is down, nothing passes any boundary any more: no task of
//! the dead life writes or calls. A poll (news, health) that nothing has happened since
//! the last one of its kind is no boundary of its own: a crash there is a crash before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use soban_engine::ports::boundary::{At, Boundary, Side};
use tokio::sync::Notify;

use super::clock::SimClock;
use super::dice::Dice;

/// How long a call takes on the way there.
const CALL: Duration = Duration::from_millis(50);
/// Lines of a trace kept.
const LINES_MOST: usize = 20_000;

/// Calls that are made whether or not there is anything to do.
const POLLS: [&str; 3] = ["pos.news", "pos.health", "printers.health"];
/// Calls that the engine bounds by its own time, so that they may hang.
const MAY_HANG: [&str; 9] = [
    "gateway.offer",
    "gateway.approve",
    "gateway.inquire",
    "gateway.reverse",
    "gateway.refund",
    "gateway.sent_back",
    "pos.send",
    "pos.look_up",
    "pos.news",
];

/// Trouble on the way, by chance.
#[derive(Clone, Debug)]
pub(crate) struct Road {
    /// Its dice.
    pub(crate) dice: Dice,
    /// Crashes, of a thousand boundaries.
    pub(crate) crash: u64,
    /// Crashes at most.
    pub(crate) crashes_most: u32,
    /// Calls that never return, of a thousand.
    pub(crate) hang: u64,
}

#[derive(Debug, Default)]
struct State {
    passed: u64,
    crashes: BTreeSet<u64>,
    road: Option<Road>,
    down: bool,
    moves: u64,
    polls: BTreeMap<At, u64>,
    trace: Vec<String>,
    seen: BTreeMap<String, u64>,
    at: Vec<At>,
}

/// The watcher.
pub(crate) struct Watch {
    clock: Arc<SimClock>,
    state: Mutex<State>,
    stop: Notify,
}

/// What to do at a boundary.
enum Order {
    Go(Duration),
    Hang,
    Stop,
}

impl Watch {
    pub(crate) fn new(clock: Arc<SimClock>, crashes: &[u64], road: Option<Road>) -> Watch {
        Watch {
            clock,
            state: Mutex::new(State {
                crashes: crashes.iter().copied().collect(),
                road,
                ..State::default()
            }),
            stop: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A life begins.
    pub(crate) fn up(&self) {
        self.state().down = false;
    }

    /// True once the program is down.
    pub(crate) fn is_down(&self) -> bool {
        self.state().down
    }

    /// Waits for a crash.
    pub(crate) async fn stopped(&self) {
        self.stop.notified().await;
    }

    /// No more trouble by chance.
    pub(crate) fn calm(&self) {
        self.state().road = None;
    }

    /// How many boundaries were passed, and which.
    pub(crate) fn passed(&self) -> Vec<At> {
        self.state().at.clone()
    }

    /// Adds a line to the trace.
    pub(crate) fn say(&self, line: &str) {
        let at = self.clock.elapsed();
        let mut state = self.state();
        if state.trace.len() < LINES_MOST {
            let line = format!("{:>5}.{:03} {line}", at.as_secs(), at.subsec_millis());
            state.trace.push(line);
        }
    }

    /// Notes that something happened which a batch of runs must have seen.
    pub(crate) fn saw(&self, what: impl Into<String>) {
        *self.state().seen.entry(what.into()).or_insert(0) += 1;
    }

    /// The trace, and what was seen.
    pub(crate) fn take(&self) -> (Vec<String>, BTreeMap<String, u64>) {
        let mut state = self.state();
        let trace = std::mem::take(&mut state.trace);
        (trace, std::mem::take(&mut state.seen))
    }

    fn order(&self, at: At) -> (Order, Option<u64>) {
        let mut state = self.state();
        if state.down {
            return (Order::Hang, None);
        }
        let moves = state.moves;
        if POLLS.contains(&at.call) {
            if state.polls.insert(at, moves) == Some(moves) {
                return (Order::Go(Duration::ZERO), None);
            }
        } else {
            state.moves += 1;
        }
        state.passed += 1;
        state.at.push(at);
        let n = state.passed;
        let planned = state.crashes.remove(&n);
        let order = match &mut state.road {
            Some(road) => road.order(at),
            None => Order::Go(fixed(at)),
        };
        if planned || matches!(order, Order::Stop) {
            state.down = true;
            return (Order::Stop, Some(n));
        }
        (order, Some(n))
    }
}

fn fixed(at: At) -> Duration {
    match (at.call, at.side) {
        ("store.write", _) | (_, Side::After) => Duration::ZERO,
        (_, Side::Before) => CALL,
    }
}

impl Road {
    fn order(&mut self, at: At) -> Order {
        if self.crashes_most > 0 && self.dice.chance(self.crash) {
            self.crashes_most -= 1;
            return Order::Stop;
        }
        if at.call == "store.write" || POLLS.contains(&at.call) {
            return Order::Go(fixed(at));
        }
        if at.side == Side::After && MAY_HANG.contains(&at.call) && self.dice.chance(self.hang) {
            return Order::Hang;
        }
        Order::Go(match self.dice.below(10) {
            0 => Duration::from_millis(self.dice.below(9_000)),
            1 | 2 => Duration::from_millis(self.dice.below(900)),
            _ => fixed(at),
        })
    }
}

#[async_trait]
impl Boundary for Watch {
    async fn pass(&self, at: At) {
        let (order, n) = self.order(at);
        if let Some(n) = n {
            let side = match at.side {
                Side::Before => "before",
                Side::After => "after",
            };
            let end = match order {
                Order::Go(_) => "",
                Order::Hang => " HANGS",
                Order::Stop => " CRASH",
            };
            self.say(&format!("#{n} {} {side}{end}", at.call));
        }
        match order {
            Order::Go(time) if time.is_zero() => {}
            Order::Go(time) => {
                tokio::time::sleep(time).await;
                if self.is_down() {
                    std::future::pending::<()>().await;
                }
            }
            Order::Hang => {
                if n.is_some() {
                    self.saw("fault: a call hangs");
                }
                std::future::pending::<()>().await;
            }
            Order::Stop => {
                self.saw("fault: crash");
                self.stop.notify_one();
                std::future::pending::<()>().await;
            }
        }
    }
}
