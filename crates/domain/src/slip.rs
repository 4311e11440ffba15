//! What the slips of an order say: the guest's receipt, what went back by a refund, a
//! station's ticket, and the whole order for the counter when the POS cannot be told.
//!
//! Guarantees: pure; the figures of a receipt are those of the order, and its lines and
//! deposits add up to its total; every copy after the first says so, and so does a slip
//! that came out of another printer than it should have.
//!
//! Deliberately absent: words (see [`Words`]), and opening the drawer: whoever takes
//! cash adds that block.

use serde::{Deserialize, Serialize};

use crate::business::BusinessNumber;
use crate::ids::PrinterId;
use crate::menu::Dining;
use crate::moment::Timestamp;
use crate::order::Order;
use crate::paper::{Align, Paper, Size, Style};
use crate::payment::PaymentAttempt;
use crate::text::Text;

mod fallback;
mod kitchen;
mod receipt;
mod refund;
mod trial;
mod words;

pub use fallback::fallback;
pub use kitchen::{kitchen, stations};
pub use receipt::receipt;
pub use refund::refund;
pub use trial::trial;
pub use words::{MissingWord, PaperWord, Words};

/// Who the store is, as the law wants it on a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreIdentity {
    /// 상호.
    pub name: Text,
    /// 대표자.
    pub owner: String,
    /// 사업자등록번호: ten digits, with or without hyphens.
    pub business_number: String,
    /// 주소.
    pub address: String,
    /// 전화번호.
    pub phone: String,
}

/// All that a slip is made of.
#[derive(Clone, Copy, Debug)]
pub struct SlipFacts<'a> {
    /// The order.
    pub order: &'a Order,
    /// How it was paid, where it was.
    pub attempt: Option<&'a PaymentAttempt>,
    /// Who the store is.
    pub store: &'a StoreIdentity,
    /// When the slip was made.
    pub printed: Timestamp,
    /// 1 for the first; every further copy is marked.
    pub copy: u32,
    /// The printer that should have had it, if it was moved.
    pub moved_from: Option<&'a PrinterId>,
}

/// A business number as it is written, 3-2-5; what is none, as it came.
pub fn business_number(written: &str) -> String {
    written
        .parse::<BusinessNumber>()
        .map_or_else(|_| written.to_owned(), |number| number.to_string())
}

/// The marks that every slip carries on top where they apply.
fn marks(paper: &mut Paper, facts: &SlipFacts<'_>, words: &Words) {
    if facts.copy > 1 {
        let mark = format!("*** {} ***", words.get(PaperWord::Reprint));
        paper.styled(mark, Align::Centre, Style::bold(Size::Large));
    }
    if let Some(printer) = facts.moved_from {
        let mark = format!("{}: {printer}", words.get(PaperWord::MovedFrom));
        paper.styled(mark, Align::Centre, Style::bold(Size::Normal));
    }
}

/// The word for a way of dining.
fn dining_word(dining: Dining) -> PaperWord {
    match dining {
        Dining::EatIn => PaperWord::EatIn,
        Dining::TakeOut => PaperWord::TakeOut,
    }
}

/// The call number, or a dash before there is one.
fn number(order: &Order) -> String {
    order
        .number
        .map_or_else(|| "-".to_owned(), |number| number.to_string())
}

/// ` ×2` for a count above one.
fn times(count: u32) -> String {
    match count {
        0 | 1 => String::new(),
        more => format!(" ×{more}"),
    }
}

#[cfg(test)]
mod tests;
