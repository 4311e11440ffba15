//! A clock that stands still until a test moves it.
//!
//! Guarantees: `sleep` ends when, and only when, the clock was advanced far enough; a
//! jump of the wall clock wakes nobody.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use soban_domain::moment::Timestamp;
use soban_engine::ports::Clock;
use tokio::sync::watch;

/// Time as a test wants it.
#[derive(Debug)]
pub struct ManualClock {
    /// What the wall clock shows beyond the monotonic one, in milliseconds.
    offset: AtomicI64,
    /// Monotonic time since the start.
    elapsed: watch::Sender<Duration>,
    sleepers: watch::Sender<usize>,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> ManualClock {
        ManualClock {
            offset: AtomicI64::new(now.0),
            elapsed: watch::Sender::new(Duration::ZERO),
            sleepers: watch::Sender::new(0),
        }
    }

    /// Lets time pass, by both clocks, and wakes whoever slept long enough.
    pub fn advance(&self, time: Duration) {
        self.elapsed.send_modify(|elapsed| *elapsed += time);
    }

    /// Sets the wall clock forward or back; no time passes.
    pub fn jump(&self, milliseconds: i64) {
        self.offset.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Waits until at least `count` sleeps are under way: then it is safe to advance.
    pub async fn until_asleep(&self, count: usize) {
        let mut sleepers = self.sleepers.subscribe();
        // The sender lives in self, so waiting cannot fail.
        let _ = sleepers.wait_for(|now| *now >= count).await;
    }
}

/// Counts a sleep for as long as it lives, even one that is dropped half-way.
struct Asleep<'c>(&'c watch::Sender<usize>);

impl<'c> Asleep<'c> {
    fn new(sleepers: &'c watch::Sender<usize>) -> Asleep<'c> {
        sleepers.send_modify(|count| *count += 1);
        Asleep(sleepers)
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.elapsed.borrow().as_millis()).unwrap_or(i64::MAX);
        let offset = self.offset.load(Ordering::SeqCst);
        Timestamp(offset.saturating_add(elapsed))
    }

    async fn sleep(&self, time: Duration) {
        let mut elapsed = self.elapsed.subscribe();
        let until = elapsed.borrow().saturating_add(time);
        let _asleep = Asleep::new(&self.sleepers);
        let _ = elapsed.wait_for(|now| *now >= until).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A sleeper wakes after its whole time and not before, and a jump of the wall
    /// clock does not count, by moving the clock in steps.
    #[tokio::test]
    async fn sleeps_end_by_advancing() {
        let clock = Arc::new(ManualClock::at(Timestamp(1_000)));
        let sleeper = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move { clock.sleep(Duration::from_secs(2)).await }
        });
        clock.until_asleep(1).await;
        clock.jump(60_000);
        clock.advance(Duration::from_millis(1_999));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_millis(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), Timestamp(63_000));
    }
}
