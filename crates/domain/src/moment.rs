//! Moments and business days, in Korean time.
//!
//! Guarantees: a business day is a label worked out from a moment and the store's
//! change hour; it orders nothing and decides no payment.
//!
//! Deliberately absent: reading a clock. Moments come in from outside. Korea has had
//! no summer time since 1988, so its zone is a constant.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime, UtcOffset, Weekday};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const KST_MS: i64 = 9 * HOUR_MS;
const KST_HOURS: i8 = 9;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `seconds` later.
    pub fn plus_seconds(self, seconds: u32) -> Timestamp {
        let ms = i64::from(seconds).saturating_mul(1000);
        Timestamp(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative if it is later.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Date and time in Korea; the epoch where the moment is out of range.
    pub fn in_korea(self) -> OffsetDateTime {
        let utc = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let offset = UtcOffset::from_hms(KST_HOURS, 0, 0).unwrap_or(UtcOffset::UTC);
        utc.to_offset(offset)
    }

    /// Minutes since Monday 00:00 in Korea, 0 to 10,079.
    pub fn minute_of_week(self) -> u16 {
        let here = self.in_korea();
        u16::from(here.weekday().number_days_from_monday()) * 24 * 60
            + u16::from(here.hour()) * 60
            + u16::from(here.minute())
    }

    /// `2026-11-22 14:05` in Korea.
    pub fn to_minute(self) -> String {
        let here = self.in_korea();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}",
            here.year(),
            u8::from(here.month()),
            here.day(),
            here.hour(),
            here.minute()
        )
    }
}

/// A day of business (영업일): it ends at the store's change hour, not at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BusinessDay(Date);

impl BusinessDay {
    /// The business day of a moment in a store whose day changes at `change_hour`
    /// (0 to 23, Korean time): with 5, half past one at night belongs to yesterday.
    pub fn of(at: Timestamp, change_hour: u8) -> BusinessDay {
        let change = i64::from(change_hour).saturating_mul(HOUR_MS);
        let shifted = at.0.saturating_add(KST_MS).saturating_sub(change);
        let days = shifted.div_euclid(24 * HOUR_MS);
        let epoch = Date::from_calendar_date(1970, Month::January, 1).unwrap_or(Date::MIN);
        BusinessDay(epoch.checked_add(Duration::days(days)).unwrap_or(Date::MAX))
    }

    /// The day before.
    pub fn before(self) -> BusinessDay {
        BusinessDay(self.0.previous_day().unwrap_or(Date::MIN))
    }

    /// The day after.
    pub fn after(self) -> BusinessDay {
        BusinessDay(self.0.next_day().unwrap_or(Date::MAX))
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(out, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

impl From<BusinessDay> for String {
    fn from(day: BusinessDay) -> String {
        day.to_string()
    }
}

impl TryFrom<String> for BusinessDay {
    type Error = BadDay;
    fn try_from(text: String) -> Result<BusinessDay, BadDay> {
        let mut parts = text.splitn(3, '-');
        let mut next = || {
            parts
                .next()
                .and_then(|part| part.parse::<i32>().ok())
                .ok_or(BadDay)
        };
        let (year, month, day) = (next()?, next()?, next()?);
        let month = u8::try_from(month)
            .ok()
            .and_then(|m| Month::try_from(m).ok())
            .ok_or(BadDay)?;
        let day = u8::try_from(day).map_err(|_| BadDay)?;
        Date::from_calendar_date(year, month, day)
            .map(BusinessDay)
            .map_err(|_| BadDay)
    }
}

/// Text that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written YYYY-MM-DD")]
pub struct BadDay;

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 00:30 in Korea.
    const NIGHT: Timestamp = Timestamp(1_795_275_000_000);

    /// A day change at five keeps the night with the evening before it.
    #[test]
    fn night_belongs_to_the_evening() {
        assert_eq!(NIGHT.to_minute(), "2026-11-22 00:30");
        assert_eq!(BusinessDay::of(NIGHT, 5).to_string(), "2026-11-21");
        assert_eq!(BusinessDay::of(NIGHT, 0).to_string(), "2026-11-22");
        let five = NIGHT.plus_seconds(4 * 3600 + 30 * 60);
        assert_eq!(BusinessDay::of(five, 5).to_string(), "2026-11-22");
    }

    /// No moment and no hour is out of range, by trying the ends of both.
    #[test]
    fn the_ends_of_time_have_a_day() {
        for at in [i64::MIN, i64::MAX, 0] {
            for hour in [0, 23, u8::MAX] {
                let day = BusinessDay::of(Timestamp(at), hour);
                assert!(!day.to_string().is_empty(), "{at} {hour}");
            }
            assert!(Timestamp(at).minute_of_week() < 7 * 24 * 60);
            assert!(Timestamp(at).plus_seconds(u32::MAX) >= Timestamp(at));
        }
    }

    /// The days beside one are those of the moments a day off.
    #[test]
    fn days_have_neighbours() {
        let day = BusinessDay::of(NIGHT, 5);
        let off = |hours: i64| BusinessDay::of(Timestamp(NIGHT.0 + hours * HOUR_MS), 5);
        assert_eq!((day.before(), day.after()), (off(-24), off(24)));
        assert_eq!(day.before().after(), day);
    }

    /// A Sunday night is late in the week that began on Monday.
    #[test]
    fn minutes_count_from_monday() {
        assert_eq!(NIGHT.minute_of_week(), 6 * 24 * 60 + 30);
    }

    /// A day survives being written and read; nonsense does not become one.
    #[test]
    fn days_round_trip() {
        let day = BusinessDay::of(NIGHT, 0);
        assert_eq!(BusinessDay::try_from(day.to_string()), Ok(day));
        for bad in ["2026-13-01", "2026-02-30", "today", "", "2026-1"] {
            assert_eq!(BusinessDay::try_from(bad.to_owned()), Err(BadDay), "{bad}");
        }
    }
}
