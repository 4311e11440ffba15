//! What screens are told without asking.

use serde::{Deserialize, Serialize};
use soban_domain::ids::{CallId, OrderId, PrinterId};
use soban_domain::moment::Timestamp;
use soban_domain::order::OrderState;
use soban_domain::payment::PaymentState;
use soban_domain::shelf::Shelf;

use crate::view::{PosCondition, PrinterCondition};

/// An event with its number. Numbers have no gap: a screen that sees one missing has
/// missed something and asks anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// 1, 2, 3, …
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub body: EventBody,
}

/// What happened. Nothing personal, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBody {
    /// Something about an order: ask how it stands.
    Order {
        /// Which.
        order: OrderId,
        /// Its state.
        state: OrderState,
        /// Its latest payment's state.
        payment: Option<PaymentState>,
    },
    /// What can be promised.
    Shelf {
        /// All that is counted or sold out.
        shelf: Shelf,
    },
    /// Another menu is in force.
    Menu {
        /// Its hash.
        hash: String,
    },
    /// A guest calls.
    Call {
        /// The call.
        call: CallId,
        /// True once somebody came.
        answered: bool,
    },
    /// A printer got well or ill.
    Printer {
        /// Which.
        printer: PrinterId,
        /// How it is.
        condition: PrinterCondition,
    },
    /// The POS got well or ill.
    Pos {
        /// How it is.
        condition: PosCondition,
    },
    /// Something that this screen may not see took this number.
    Other,
}
