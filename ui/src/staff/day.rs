//! Business days as staff leaf through them.
//!
//! Guarantees: which day is today is the hub's word; leafing goes by the calendar, over
//! months and leap years. Deliberately absent: the store's change hour. A day has a name,
//! and that is enough to ask for it.

use soban_domain::moment::{BusinessDay, Timestamp};

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant's
/// `days_from_civil`, for years after 0).
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let year_of_era = year % 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day.
pub(super) fn parts(day: BusinessDay) -> Option<(i64, i64, i64)> {
    let text = day.to_string();
    let mut numbers = text.splitn(3, '-').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

/// The day so many days later; earlier where that is below zero.
pub(super) fn moved(day: BusinessDay, by: i64) -> BusinessDay {
    let Some((year, month, date)) = parts(day) else {
        return day;
    };
    let noon = (days_since_epoch(year, month, date) + by) * DAY_MS;
    BusinessDay::of(Timestamp(noon), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDay {
        BusinessDay::try_from(text.to_owned()).unwrap()
    }

    /// A day back and forth over months, years and a leap day, by hand.
    #[test]
    fn leafing_follows_the_calendar() {
        for (from, to) in [
            ("2026-11-27", "2026-11-26"),
            ("2026-12-01", "2026-11-30"),
            ("2027-01-01", "2026-12-31"),
            ("2028-03-01", "2028-02-29"),
            ("2026-03-01", "2026-02-28"),
            ("2100-03-01", "2100-02-28"),
        ] {
            assert_eq!(moved(day(from), -1), day(to));
            assert_eq!(moved(day(to), 1), day(from));
        }
        assert_eq!(moved(day("2026-11-27"), -365), day("2025-11-27"));
    }
}
