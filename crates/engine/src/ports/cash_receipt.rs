//! The service that issues cash receipts (현금영수증) at the tax office.
//!
//! The contract every adapter keeps:
//! - `issue` and `void` say *not sent* only when not a byte of the request can have left.
//!   Everything else without a clear answer is unknown.
//! - A refusal is one that the service's pages list: nothing was issued or voided by it.
//! - The receipt's id is its key at the service: issued twice under one id it stands once.
//! - The guest's number is in no evidence, log or `Debug`.

use async_trait::async_trait;
use soban_domain::cash_receipt::{CashReceipt, ReceiptNumber};
use soban_domain::moment::Timestamp;

/// A wish for a cash receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptAsk {
    /// The receipt: its id is the service's order id, its amount and division what is
    /// issued. Deposits are in neither.
    pub receipt: CashReceipt,
    /// What it is issued to.
    pub number: ReceiptNumber,
    /// What was bought: the first dish and how many more.
    pub title: String,
    /// When the money was taken.
    pub paid_at: Timestamp,
}

/// The answer to issuing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issued {
    /// It stands.
    Done {
        /// 승인번호 of the tax office.
        number: String,
    },
    /// A listed refusal: nothing was issued.
    Refused {
        /// The service's code and words.
        evidence: String,
    },
    /// It does not tell: look it up before anything else.
    Unknown {
        /// Why.
        evidence: String,
    },
    /// Not a byte left.
    NotSent {
        /// Why.
        evidence: String,
    },
}

/// The answer to voiding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptVoid {
    /// It counts for nothing any more.
    Done,
    /// A listed refusal: it stands.
    Refused {
        /// The service's code and words.
        evidence: String,
    },
    /// It does not tell: look it up before anything else.
    Unknown {
        /// Why.
        evidence: String,
    },
    /// Not a byte left.
    NotSent {
        /// Why.
        evidence: String,
    },
}

/// How a cash receipt stands at the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptStanding {
    /// It stands.
    Issued {
        /// 승인번호 of the tax office.
        number: String,
    },
    /// It was issued and voided.
    Voided,
    /// The service has nothing of it.
    Absent,
    /// The service cannot be asked.
    CannotTell,
    /// No usable answer.
    NoAnswer {
        /// Why.
        evidence: String,
    },
}

/// A service that issues cash receipts.
#[async_trait]
pub trait CashReceipts: Send + Sync {
    /// Issues one.
    async fn issue(&self, ask: &ReceiptAsk) -> Issued;

    /// Voids one that was issued.
    async fn void(&self, receipt: &CashReceipt) -> ReceiptVoid;

    /// Asks how one stands.
    async fn look_up(&self, receipt: &CashReceipt) -> ReceiptStanding;
}
