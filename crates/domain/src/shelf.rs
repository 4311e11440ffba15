//! What is there to sell right now: stock, sold-out marks, holds of live quotes.
//!
//! Guarantees: demand is counted over the whole basket and through sets, so that two
//! sets with the last cola do not both pass.
//!
//! Deliberately absent: who holds what. The store keeps the holds; this is their sum.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ChoiceId, GroupId, ItemId};

/// Where stock is counted: an item's id, or `group/choice`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StockKey(pub String);

impl StockKey {
    /// Stock of an item.
    pub fn item(id: &ItemId) -> StockKey {
        StockKey(id.to_string())
    }

    /// Stock of a choice that stands for no item.
    pub fn choice(group: &GroupId, choice: &ChoiceId) -> StockKey {
        StockKey(format!("{group}/{choice}"))
    }
}

impl fmt::Display for StockKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

/// How much of something is left to promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Not counted.
    Plenty,
    /// Counted: this many beside what live quotes hold.
    Left(u32),
    /// 품절: staff say there is none, whatever the count.
    SoldOut,
}

impl Level {
    /// How many more can be promised; `None` for no limit.
    pub fn limit(self) -> Option<u32> {
        match self {
            Level::Plenty => None,
            Level::Left(count) => Some(count),
            Level::SoldOut => Some(0),
        }
    }
}

/// Levels of everything that is counted or sold out; what is not named is plenty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shelf(pub BTreeMap<StockKey, Level>);

impl Shelf {
    /// The level of one thing.
    pub fn level(&self, key: &StockKey) -> Level {
        self.0.get(key).copied().unwrap_or(Level::Plenty)
    }

    /// True when not even one can be promised.
    pub fn is_out(&self, key: &StockKey) -> bool {
        self.level(key).limit() == Some(0)
    }
}

/// How many of each thing something needs.
pub type Demand = BTreeMap<StockKey, u32>;
