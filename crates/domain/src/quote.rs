//! A quote: a price and a hold on stock that live as long as the guest needs to pay.
//!
//! Guarantees: an edit of the menu never changes a live quote; the amount charged is
//! the quote's.
//!
//! Deliberately absent: the hold's bookkeeping, which the store does in one
//! transaction with the quote.

use serde::{Deserialize, Serialize};

use crate::ids::{QuoteId, ScreenId};
use crate::moment::Timestamp;
use crate::pricing::Priced;
use crate::shelf::Demand;
use crate::text::Lang;

/// A promise of price and stock until a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Its id, made by the hub.
    pub id: QuoteId,
    /// The screen it was made for.
    pub screen: ScreenId,
    /// The language of the guest.
    pub lang: Lang,
    /// The menu's hash when it was made.
    pub menu: String,
    /// Lines and sums.
    pub priced: Priced,
    /// What it holds on the shelf.
    pub holds: Demand,
    /// When it ends, unless an order takes it up.
    pub expires: Timestamp,
}
