//! The clock of a simulation: tokio's paused time, and a wall clock that may jump.
//!
//! Guarantees: time passes only while everybody waits; it goes on over a crash, though
//! each life of the program has a runtime, and so a timer, of its own; a jump changes
//! what the wall clock shows and wakes nobody.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use soban_domain::moment::Timestamp;
use soban_engine::ports::Clock;
use tokio::time::Instant;

use crate::samples;

#[derive(Debug)]
struct State {
    /// What the wall clock showed when this life began, with its jumps since.
    wall: i64,
    /// How long the simulation had run by then.
    before: Duration,
    /// When this life began, by its own runtime.
    life: Option<Instant>,
    /// How far the wall clock was set back in all.
    back: Duration,
}

impl State {
    fn passed(&self) -> Duration {
        self.life.map_or(Duration::ZERO, |begun| begun.elapsed())
    }
}

/// Time as a simulation wants it.
#[derive(Debug)]
pub struct SimClock(Mutex<State>);

impl SimClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> SimClock {
        SimClock(Mutex::new(State {
            wall: now.0,
            before: Duration::ZERO,
            life: None,
            back: Duration::ZERO,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A life begins. Called within its runtime.
    pub(crate) fn begin(&self) {
        self.state().life = Some(Instant::now());
    }

    /// A life ends, and so much time passes until the next. Called within its runtime.
    pub(crate) fn end(&self, pause: Duration) {
        let mut state = self.state();
        let passed = state.passed() + pause;
        state.before += passed;
        state.wall += i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        state.life = None;
    }

    /// Sets the wall clock forward or back.
    pub fn jump(&self, milliseconds: i64) {
        let mut state = self.state();
        state.wall += milliseconds;
        if milliseconds < 0 {
            state.back += Duration::from_millis(milliseconds.unsigned_abs());
        }
    }

    /// How far the wall clock was set back in all: so much longer may take what waits for
    /// a time of day.
    pub(crate) fn set_back(&self) -> Duration {
        self.state().back
    }

    /// Time since the simulation began, whatever the wall clock shows.
    pub fn elapsed(&self) -> Duration {
        let state = self.state();
        state.before + state.passed()
    }
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let state = self.state();
        let passed = i64::try_from(state.passed().as_millis()).unwrap_or(i64::MAX);
        Timestamp(state.wall.saturating_add(passed))
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// The clock of a gateway: right whatever the store's wall clock shows.
#[derive(Debug)]
pub(crate) struct Steady(pub(crate) Arc<SimClock>);

#[async_trait]
impl Clock for Steady {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp(samples::NOW.0.saturating_add(passed))
    }

    async fn sleep(&self, time: Duration) {
        self.0.sleep(time).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(clock: &SimClock, seconds: u64) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            clock.begin();
            clock.sleep(Duration::from_secs(seconds)).await;
            clock.end(Duration::from_secs(1));
        });
    }

    /// Time adds up over lives with runtimes of their own, and a jump moves the wall clock
    /// only.
    #[test]
    fn time_goes_on_over_lives() {
        let clock = SimClock::at(Timestamp(1_000));
        life(&clock, 60);
        clock.jump(-3_600_000);
        life(&clock, 30);
        assert_eq!(clock.elapsed(), Duration::from_secs(92));
        assert_eq!(clock.now(), Timestamp(1_000 + 92_000 - 3_600_000));
    }
}
