//! The time the sandbox believes in: the machine's clock plus whatever a test added.
//!
//! Guarantees: moving the clock never goes backwards, and everything in the sandbox that has
//! a life (a tid lives 15 minutes) asks this clock only. Whoever waits for a moment is woken
//! when time is advanced to it. Deliberately absent: stopping time; a delayed answer waits in
//! real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset};
use tokio::sync::watch;

const KST_SECONDS: i32 = 9 * 60 * 60;

/// A clock that tests may push forward. Clones share the same time.
#[derive(Clone, Debug, Default)]
pub struct SandboxClock {
    ahead_ms: Arc<AtomicI64>,
    moved: watch::Sender<()>,
}

impl SandboxClock {
    /// Pushes the clock forward, at most about 292 million years.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| {
                Some(old.saturating_add(ms))
            })
            .ok();
        self.moved.send_replace(());
    }

    /// Resolves at that moment, whether time passes or is advanced.
    pub(crate) async fn reach(&self, then: Moment) {
        let mut moved = self.moved.subscribe();
        loop {
            let left = self.now().until(then);
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }

    pub(crate) fn now(&self) -> Moment {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        Moment(real.saturating_add(self.ahead_ms.load(Ordering::SeqCst)))
    }
}

/// Milliseconds since 1970, shown in Korean time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    pub(crate) fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// Whole seconds from now until then; zero when it has passed.
    pub(crate) fn seconds_until(self, then: Self) -> i64 {
        then.0.saturating_sub(self.0).max(0) / 1000
    }

    /// The time from now until then; zero when it has passed.
    pub(crate) fn until(self, then: Self) -> Duration {
        Duration::from_millis(u64::try_from(then.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// So much earlier.
    pub(crate) fn minus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// `yyyyMMdd` in Korean time.
    pub(crate) fn date(self) -> String {
        self.digits(0..8)
    }

    /// `HHmmss` in Korean time.
    pub(crate) fn time(self) -> String {
        self.digits(8..14)
    }

    fn digits(self, range: std::ops::Range<usize>) -> String {
        let kst = self.kst();
        let digits = kst.chars().filter(char::is_ascii_digit);
        digits.skip(range.start).take(range.len()).collect()
    }

    /// `yyyy-MM-ddTHH:mm:ss` in Korean time without an offset, as KakaoPay writes it.
    pub(crate) fn kst(self) -> String {
        let nanos = i128::from(self.0) * 1_000_000;
        let utc =
            OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let kst = UtcOffset::from_whole_seconds(KST_SECONDS)
            .ok()
            .and_then(|offset| utc.checked_to_offset(offset))
            .unwrap_or(utc);
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            kst.year(),
            u8::from(kst.month()),
            kst.day(),
            kst.hour(),
            kst.minute(),
            kst.second()
        )
    }

    /// The same with its offset, for formats that carry one.
    pub(crate) fn rfc3339(self) -> String {
        format!("{}+09:00", self.kst())
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A known instant must read as Korean wall time; checked against a date worked out by hand.
    #[test]
    fn a_moment_reads_as_korean_time() {
        assert_eq!(Moment(0).kst(), "1970-01-01T09:00:00");
        assert_eq!(
            Moment(1_709_218_799_000).rfc3339(),
            "2024-02-29T23:59:59+09:00"
        );
        let moment = Moment(1_709_218_799_000);
        assert_eq!(
            (moment.date(), moment.time()),
            ("20240229".into(), "235959".into())
        );
    }

    /// Whoever waits for a moment must be woken by the push that reaches it; an hour is waited for in no time.
    #[tokio::test]
    async fn advancing_wakes_who_waits() {
        let clock = SandboxClock::default();
        let then = clock.now().plus(Duration::from_secs(3600));
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.reach(then).await }
        });
        clock.advance(Duration::from_secs(1800));
        clock.advance(Duration::from_secs(1800));
        waiting.await.unwrap();
        assert!(clock.now() >= then);
    }

    /// Advancing must be seen by every clone; one clone is pushed and the other read.
    #[test]
    fn clones_share_time() {
        let clock = SandboxClock::default();
        let before = clock.clone().now();
        clock.advance(Duration::from_secs(900));
        assert!(clock.now() >= before.plus(Duration::from_secs(900)));
    }
}
