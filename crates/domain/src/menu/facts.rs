//! Facts about an item that guests read and the law asks for.
//!
//! Deliberately absent: words for them. Those are in `locales/`, keyed by the names here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::Text;

/// The allergens that Korean law has marked on food (식품 등의 표시·광고에 관한 법률
/// 시행규칙 별표 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the words of the law's list")]
pub enum Allergen {
    Egg,
    Milk,
    Buckwheat,
    Peanut,
    Soybean,
    Wheat,
    Mackerel,
    Crab,
    Shrimp,
    Pork,
    Peach,
    Tomato,
    Sulfite,
    Walnut,
    Chicken,
    Beef,
    Squid,
    Shellfish,
    PineNut,
}

/// A small mark on an item's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// 인기: often ordered.
    Popular,
    /// 추천: what the store would have you try.
    Recommended,
    /// 신메뉴: new.
    New,
    /// 2인: enough for two.
    ForTwo,
    /// 매운맛: hot.
    Spicy,
    /// 채식: no meat and no fish.
    Vegetarian,
}

/// The tint behind a dish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 청자: pale green.
    Celadon,
    /// 쌀: warm grey.
    #[default]
    Rice,
    /// 자두: pale red.
    Plum,
    /// 하늘: pale blue.
    Sky,
}

/// 원산지: an ingredient and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The ingredient.
    pub ingredient: Text,
    /// The country or region.
    pub country: Text,
}

/// A time of day in minutes from midnight, 00:00 to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayMinute(pub u16);

/// Text that is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a time is written HH:MM, from 00:00 to 24:00")]
pub struct BadTime;

impl FromStr for DayMinute {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<DayMinute, BadTime> {
        let (hour, minute) = text.split_once(':').ok_or(BadTime)?;
        let two = |part: &str| match part.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Ok(u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
            }
            _ => Err(BadTime),
        };
        let (hour, minute) = (two(hour)?, two(minute)?);
        let total = hour * 60 + minute;
        if minute > 59 || total > 24 * 60 {
            return Err(BadTime);
        }
        Ok(DayMinute(total))
    }
}

impl TryFrom<String> for DayMinute {
    type Error = BadTime;
    fn try_from(text: String) -> Result<DayMinute, BadTime> {
        text.parse()
    }
}

impl fmt::Display for DayMinute {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl From<DayMinute> for String {
    fn from(minute: DayMinute) -> String {
        minute.to_string()
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the days")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// The week from Monday.
    pub const ALL: [Day; 7] = [
        Day::Mon,
        Day::Tue,
        Day::Wed,
        Day::Thu,
        Day::Fri,
        Day::Sat,
        Day::Sun,
    ];
}

/// A span of time in which an item is sold, in Korean time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First minute.
    pub from: DayMinute,
    /// First minute after; before `from` means the next day.
    pub to: DayMinute,
    /// Days on which it begins; every day where empty.
    #[serde(default)]
    pub days: Vec<Day>,
}

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

impl Hours {
    /// True where `minute_of_week` (from Monday 00:00) lies within.
    pub fn hold(&self, minute_of_week: u16) -> bool {
        let (from, to) = (self.from.0, self.to.0);
        let length = if to > from {
            to - from
        } else {
            to + DAY - from
        };
        Day::ALL.iter().enumerate().any(|(index, day)| {
            let counts = self.days.is_empty() || self.days.contains(day);
            let start = u16::try_from(index).unwrap_or_default() * DAY + from;
            let into = (minute_of_week % WEEK + WEEK - start) % WEEK;
            counts && into < length
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, to: &str, days: &[Day]) -> Hours {
        Hours {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            days: days.to_vec(),
        }
    }

    /// Lunch on weekdays, a bar past midnight on Sunday: edges tried minute by minute.
    #[test]
    fn hours_hold_at_their_edges() {
        let lunch = hours("11:00", "15:00", &[Day::Mon]);
        assert!(!lunch.hold(10 * 60 + 59));
        assert!(lunch.hold(11 * 60));
        assert!(lunch.hold(14 * 60 + 59));
        assert!(!lunch.hold(15 * 60));
        assert!(!lunch.hold(DAY + 12 * 60));
        let late = hours("18:00", "02:00", &[Day::Sun]);
        assert!(late.hold(6 * DAY + 23 * 60));
        assert!(
            late.hold(60),
            "Monday one o'clock belongs to Sunday's evening"
        );
        assert!(!late.hold(2 * 60));
        assert!(hours("00:00", "24:00", &[]).hold(3 * DAY));
    }

    /// Times that do not exist are refused, by trying one of each kind.
    #[test]
    fn odd_times_are_refused() {
        for bad in ["24:01", "7:00", "07:60", "0700", "", "-1:00", "+1:00"] {
            assert_eq!(bad.parse::<DayMinute>(), Err(BadTime), "{bad}");
        }
    }
}
