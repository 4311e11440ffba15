//! Numbers and times as Korean vendors write them in JSON.
//!
//! Guarantees: an amount that is no whole number cannot be read; a time without an offset
//! is Korean.

use serde::{Deserialize, Deserializer};
use soban_domain::moment::Timestamp;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{OffsetDateTime, PrimitiveDateTime};

/// Korean time is nine hours ahead of UTC, the whole year.
const KST_AHEAD_MS: i64 = 9 * 60 * 60 * 1000;

/// A whole number, as a JSON number or as a string of one.
pub(crate) fn won<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.trim().parse().map_err(serde::de::Error::custom),
    }
}

/// A vendor's time. With an offset it is taken by that; without, as Korean.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return milliseconds(at).map(Timestamp);
    }
    let local = PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME).ok()?;
    let ms = milliseconds(local.assume_utc())?;
    ms.checked_sub(KST_AHEAD_MS).map(Timestamp)
}

/// A date and a time as a VAN writes them: `yyyyMMdd` and `HHmmss`, Korean.
pub(crate) fn compact_moment(date: &str, clock: &str) -> Option<Timestamp> {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(date, 8) || !digits(clock, 6) {
        return None;
    }
    let (year, rest) = date.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let (hour, rest) = clock.split_at_checked(2)?;
    let (minute, second) = rest.split_at_checked(2)?;
    moment(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}"))
}

/// `yyyyMMdd` in Korea.
pub(crate) fn compact_date(at: Timestamp) -> String {
    let here = at.in_korea();
    format!(
        "{:04}{:02}{:02}",
        here.year(),
        u8::from(here.month()),
        here.day()
    )
}

/// `HHmmss` in Korea.
pub(crate) fn compact_time(at: Timestamp) -> String {
    let here = at.in_korea();
    format!("{:02}{:02}{:02}", here.hour(), here.minute(), here.second())
}

fn milliseconds(at: OffsetDateTime) -> Option<i64> {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vendor's own sample time is nine hours before the same figures in UTC; forms
    /// with an offset say it themselves; nonsense is no time.
    #[test]
    fn times_without_offset_are_korean() {
        let sample = Some(Timestamp(1_689_423_502_000));
        assert_eq!(moment("2023-07-15T21:18:22"), sample);
        assert_eq!(moment("2023-07-15T21:18:22+09:00"), sample);
        assert_eq!(moment("2023-07-15T12:18:22Z"), sample);
        for bad in ["", "2023-07-15", "yesterday", "2023-13-15T21:18:22"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    /// A VAN's date and time are the same moment as the vendor's sample, both ways, and
    /// text that is none is none.
    #[test]
    fn compact_times_go_both_ways() {
        let sample = Timestamp(1_689_423_502_000);
        assert_eq!(compact_moment("20230715", "211822"), Some(sample));
        assert_eq!(compact_date(sample), "20230715");
        assert_eq!(compact_time(sample), "211822");
        for (date, clock) in [
            ("", ""),
            ("20230715", "2118"),
            ("20231315", "211822"),
            ("2023071", "2118220"),
            ("결제결제", "211822"),
        ] {
            assert_eq!(compact_moment(date, clock), None, "{date} {clock}");
        }
    }
}
