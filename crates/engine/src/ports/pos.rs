//! The counter POS: one order resource, asked before anything is sent twice.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soban_domain::ids::OrderId;
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;

/// Whether the POS can take orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosHealth {
    /// It can.
    Open,
    /// 영업 개시 전, 마감: it answers, and its day is not open.
    DayClosed,
    /// It does not answer.
    Unreachable,
}

/// What is sent: the order and how it was paid, together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosOrder {
    /// The order, with its number.
    pub order: Order,
    /// The approved attempt; none for an order that cost nothing.
    pub payment: Option<PaymentAttempt>,
}

/// The answer to a sending or a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosAnswer {
    /// The POS holds it and has yet to confirm it.
    Delivered,
    /// The POS confirmed it.
    Accepted,
    /// The POS refused it.
    Rejected {
        /// A code of the vocabulary of Deliveroo's sync status, such as `items_out_of_stock`.
        code: String,
        /// The vendor's words.
        words: String,
    },
    /// It was certainly not taken: no connection, day closed; or, on a look-up, the POS
    /// has nothing of it.
    Absent {
        /// Why, for staff.
        evidence: String,
    },
    /// It does not tell.
    NoAnswer {
        /// Why, for staff.
        evidence: String,
    },
}

/// How an order fares at the POS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosProgress {
    /// Confirmed.
    Accepted,
    /// To be picked up.
    Ready,
    /// Handed over.
    Done,
    /// Refused or taken back at the POS.
    Rejected,
}

/// News from the POS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosNews {
    /// The order.
    pub order: OrderId,
    /// How it fares.
    pub progress: PosProgress,
    /// The vendor's words, if any.
    pub words: Option<String>,
}

/// Why there is no news.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoNews(pub String);

/// A link to a counter POS.
#[async_trait]
pub trait PosLink: Send + Sync {
    /// Whether the POS can be asked for an order by its key.
    fn can_look_up(&self) -> bool;

    /// Whether it can take orders.
    async fn health(&self) -> PosHealth;

    /// Sends an order. Never call it again after [`PosAnswer::NoAnswer`] before
    /// [`PosLink::look_up`] said [`PosAnswer::Absent`].
    async fn send(&self, order: &PosOrder) -> PosAnswer;

    /// Asks for an order.
    async fn look_up(&self, order: OrderId, revision: u32) -> PosAnswer;

    /// News after a cursor (0 from the start), and the cursor to go on from.
    async fn news(&self, after: u64) -> Result<(Vec<PosNews>, u64), NoNews>;
}
