//! A payment gateway: offer, approve, inquire, reverse.
//!
//! The contract every adapter keeps (and the conformance suite in testkit checks):
//! - `approve`, `reverse` and `refund` say *not sent* only when not a byte of the request can
//!   have left. Everything else without a clear answer is unknown.
//! - An approval is reported only after its amount, order, user and ids were compared
//!   with the request; a difference is [`Approve::Mismatched`].
//! - `reverse` may be called again after any answer: it asks, or sends exactly the data of
//!   the approval, so that money goes back once.
//! - No token, key or card number is in any evidence, log or `Debug`.

use async_trait::async_trait;
use soban_domain::ids::{AttemptId, OrderId, RefundId};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause, Method, Offer};
use soban_domain::tax::TaxParts;

/// What a gateway can do, beyond what the engine assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// Money moves only when we send the approval (KakaoPay): an attempt for which none
    /// was sent is unpaid for certain.
    pub approval_is_ours: bool,
    /// The state can be asked for.
    pub inquiry: bool,
    /// What undoes an approval whose answer was lost.
    pub reversal: Reversal,
    /// Seconds for which a repeat with the same key gets the same answer; none where the
    /// gateway has no such key.
    pub idempotent_seconds: Option<u32>,
    /// Seconds after an approval was sent during which it may still take effect at the
    /// gateway without an answer (KakaoPay: its platform's time-out is 11 s).
    pub settle_seconds: u32,
    /// Seconds after an approval was sent, or after the guest's time was over, until which
    /// money has been seen to come late. A closed attempt is looked at once more then.
    pub late_seconds: u32,
    /// Part of an approval can be sent back.
    pub partial_refund: bool,
    /// With a cup deposit in the payment, only all of it can be sent back.
    pub deposit_blocks_partial: bool,
    /// The payments of a day can be listed.
    pub lists: bool,
    /// It charges codes that customers present (CPM).
    pub customer_codes: bool,
}

/// What undoes an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reversal {
    /// Nothing by machine: staff do it by hand.
    None,
    /// The payment is asked for and taken back by its id (결제취소).
    ById,
    /// The data of the approval are sent once more to undo it (망취소).
    NetCancel,
}

/// A wish for a payment page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Our attempt; its id is the gateway's order id.
    pub attempt: AttemptId,
    /// The order, whose id stands for the user: no personal data.
    pub order: OrderId,
    /// What to charge.
    pub amount: Won,
    /// How it divides for the tax office.
    pub tax: TaxParts,
    /// What the payer reads: the first dish and how many more.
    pub title: String,
    /// How many pieces.
    pub quantity: u32,
    /// Where the gateway sends the payer's browser; the gateway's adapter adds
    /// `/ok`, `/quit` and `/fail`.
    pub return_url: String,
    /// When it is asked.
    pub now: Timestamp,
    /// When the payer's time is over: the end of what a gateway without a server of its
    /// own offers.
    pub deadline: Timestamp,
}

/// Why there is no payment page. Whatever the cause, no payment is possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {words}")]
pub struct NoOffer {
    /// True when it is worth another try: no connection, gateway busy.
    pub passing: bool,
    /// The gateway's code, or `no_connection`, `no_answer`, `unreadable`.
    pub code: String,
    /// Words for staff.
    pub words: String,
}

/// A payment as the gateway must find it: what was asked for and what it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Our attempt.
    pub attempt: AttemptId,
    /// The order.
    pub order: OrderId,
    /// What was to be charged.
    pub amount: Won,
    /// How it divides.
    pub tax: TaxParts,
    /// What the gateway gave.
    pub offer: Offer,
    /// When the approval was sent: to the second a part of a net-cancel's data (망취소).
    pub sent_at: Option<Timestamp>,
    /// The approval, where there is one.
    pub approval: Option<Approval>,
    /// How much of it was sent back by refunds that are known.
    pub refunded: Won,
}

/// A secret that a gateway hands to the payer's browser. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnToken(String);

impl ReturnToken {
    /// The most characters of a token; an EMVCo customer code is the longest.
    pub const MOST: usize = 768;

    /// Takes a token, if it is printable ASCII of a sane length.
    pub fn new(token: &str) -> Option<ReturnToken> {
        let fits = !token.is_empty()
            && token.len() <= ReturnToken::MOST
            && token.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| ReturnToken(token.to_owned()))
    }

    /// The secret itself, for the wire and the store only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ReturnToken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ReturnToken(…)")
    }
}

/// The answer to an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approve {
    /// Taken, and it fits.
    Approved(Approval),
    /// Taken, and it does not fit.
    Mismatched {
        /// Which field, and both values.
        evidence: String,
    },
    /// A refusal that is final by itself: nothing was taken, and nothing will be. Only of
    /// gateways that cannot be asked; the others' refusals are unknown until they were.
    Declined {
        /// The gateway's code and words.
        evidence: String,
    },
    /// It does not tell.
    Unknown {
        /// Why.
        cause: Cause,
        /// The gateway's code and words.
        evidence: String,
    },
    /// Not a byte left: it may be sent again.
    NotSent {
        /// Why.
        evidence: String,
    },
}

/// How a payment stands at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Taken, and it fits.
    Paid(Approval),
    /// Taken, and it does not fit.
    Mismatched {
        /// Which field, and both values.
        evidence: String,
    },
    /// It was taken and all of it was sent back.
    SentBack,
    /// Not taken, and it will not be.
    Unpaid {
        /// The gateway's status.
        evidence: String,
    },
    /// The payer may still finish.
    Open {
        /// The gateway's status.
        evidence: String,
    },
    /// No usable answer.
    NoAnswer {
        /// Why.
        evidence: String,
    },
}

/// The answer to a reversal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reverse {
    /// The money is on its way back.
    Done,
    /// It does not tell: inquire before anything else.
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

/// A wish to send money of an approval back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAsk {
    /// Our refund; its id is the gateway's key against a second one.
    pub refund: RefundId,
    /// How much.
    pub amount: Won,
    /// How it divides.
    pub tax: TaxParts,
    /// What of the approval is left before it: the gateway's guard.
    pub rest_before: Won,
    /// When it was first sent: the same at each repeat.
    pub sent_at: Timestamp,
    /// Why, in the staff's words.
    pub reason: String,
}

/// The answer to a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refunded {
    /// The money is on its way back.
    Done {
        /// The gateway's number of it, where it gives one.
        number: Option<String>,
    },
    /// A listed refusal: nothing was sent back, and nothing will be.
    Refused {
        /// The gateway's code and words.
        evidence: String,
    },
    /// It does not tell: ask what was sent back before anything else.
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

/// How much of an approval was sent back, as the gateway knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentBack {
    /// So much.
    Sum(Won),
    /// The gateway cannot be asked.
    CannotTell,
    /// No usable answer.
    NoAnswer {
        /// Why.
        evidence: String,
    },
}

/// A payment in a gateway's list of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The gateway's id of the payment.
    pub gateway_id: String,
    /// Our attempt, where the list names one.
    pub attempt: Option<AttemptId>,
    /// What was taken.
    pub approved: Won,
    /// What of it was sent back.
    pub sent_back: Won,
}

/// A gateway's list of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Every payment of the day.
    Rows(Vec<Listed>),
    /// The gateway has no list; its payments are asked for one by one.
    NotOffered,
    /// No usable answer.
    NoAnswer {
        /// Why.
        evidence: String,
    },
}

/// A payment gateway.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// The method it serves.
    fn method(&self) -> Method;

    /// What it can do.
    fn abilities(&self) -> Abilities;

    /// Asks for a payment page.
    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer>;

    /// Sends the approval.
    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve;

    /// Asks how a payment stands.
    async fn inquire(&self, held: &Held) -> Standing;

    /// Sends all of a payment back, or makes sure that none is taken. `token` is what the
    /// approval was sent with, for gateways that are told its data again.
    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse;

    /// Sends a part or the rest of an approval back.
    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded;

    /// Asks how much of an approval was sent back.
    async fn sent_back(&self, held: &Held) -> SentBack;

    /// The payments of a business day, for the comparison with ours.
    async fn list(&self, day: BusinessDay) -> Listing;
}
