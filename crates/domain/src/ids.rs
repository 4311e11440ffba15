//! Names of things. Whoever starts a piece of work makes its id and keeps it before
//! sending it, so that a repeat can be told from a new wish.
//!
//! Deliberately absent: making ids. That needs a clock and random numbers, which live
//! with the shells.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map($name)
            }
        }
    )*};
}

uuid_ids! {
    /// One wish of a screen (UUIDv7). Sent again after a lost reply, it is answered
    /// from the record instead of done again.
    CommandId;
    /// An order.
    OrderId;
    /// A quote: a price and a hold on stock, for a while.
    QuoteId;
    /// One try at paying an order.
    AttemptId;
    /// One ticket or receipt for one printer.
    PrintJobId;
    /// One message for the counter POS.
    RelayId;
    /// A guest's call for staff.
    CallId;
    /// One giving back of money.
    RefundId;
    /// One cash receipt (현금영수증).
    CashReceiptId;
}

/// What is wrong with a written id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an id has 1 to 40 characters of a-z, 0-9 and -")]
pub struct BadSlug;

/// The most characters of a [`Slug`].
pub const SLUG_MOST: usize = 40;

/// A short name that people write into files: `kimchi-jjigae`, `kitchen`, `kiosk-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = BadSlug;
    fn try_from(text: String) -> Result<Slug, BadSlug> {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if text.is_empty() || text.len() > SLUG_MOST || !text.bytes().all(fits) {
            return Err(BadSlug);
        }
        Ok(Slug(text))
    }
}

impl FromStr for Slug {
    type Err = BadSlug;
    fn from_str(text: &str) -> Result<Slug, BadSlug> {
        Slug::try_from(text.to_owned())
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> String {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

/// A dish, a drink or a set.
pub type ItemId = Slug;
/// A category of the menu.
pub type CategoryId = Slug;
/// A group of options, or a slot of a set.
pub type GroupId = Slug;
/// One choice within a group.
pub type ChoiceId = Slug;
/// Where something is made: `kitchen`, `bar`.
pub type StationId = Slug;
/// A printer's name in the settings.
pub type PrinterId = Slug;
/// A screen's name in the settings: `kiosk-1`.
pub type ScreenId = Slug;

#[cfg(test)]
mod tests {
    use super::*;

    /// Names outside the alphabet or too long are refused, by trying one of each kind.
    #[test]
    fn slugs_are_narrow() {
        assert!("kimchi-jjigae".parse::<Slug>().is_ok());
        for bad in ["", "Kimchi", "김치", "a b", "a/b", &"x".repeat(41)] {
            assert_eq!(bad.parse::<Slug>(), Err(BadSlug), "{bad}");
        }
    }
}
