//! How long ago, in figures that need no language.

use soban_domain::moment::Timestamp;

/// `0:24`, `12:05`, `1:02:10`: seconds as minutes and hours.
pub(super) fn age(seconds: u32) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

/// `14:05`, in Korea.
pub(super) fn time_of_day(at: Timestamp) -> String {
    let here = at.in_korea();
    format!("{:02}:{:02}", here.hour(), here.minute())
}

/// `14:05:09`, in Korea.
pub(super) fn time_of_day_to_second(at: Timestamp) -> String {
    format!("{}:{:02}", time_of_day(at), at.in_korea().second())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ages read like a stop-watch, on both sides of each carry.
    #[test]
    fn ages_read_like_a_stop_watch() {
        for (seconds, text) in [
            (0, "0:00"),
            (59, "0:59"),
            (60, "1:00"),
            (599, "9:59"),
            (3_599, "59:59"),
            (3_600, "1:00:00"),
            (86_461, "24:01:01"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }

    /// The time of day is Korea's: 05:00 UTC is 14:00 there.
    #[test]
    fn the_time_is_koreas() {
        assert_eq!(time_of_day(Timestamp(5 * 3_600_000 + 60_000)), "14:01");
        assert_eq!(time_of_day_to_second(Timestamp(61_000)), "09:01:01");
    }
}
