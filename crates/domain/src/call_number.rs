//! Call numbers: what is called out when the food is ready.
//!
//! Guarantees: short enough to read from three metres, and in an order that two
//! releases cannot share (the store counts them in one transaction, by business day).
//!
//! Deliberately absent: random numbers that conceal the day's sales.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number a guest is called by, unique within a business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallNumber(pub u32);

impl CallNumber {
    /// The first of a day. Three digits from the start, so that the first guest is not
    /// told "1".
    pub const FIRST: CallNumber = CallNumber(101);

    /// The one after.
    pub fn next(self) -> CallNumber {
        CallNumber(self.0.saturating_add(1))
    }
}

impl fmt::Display for CallNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0.to_string())
    }
}
