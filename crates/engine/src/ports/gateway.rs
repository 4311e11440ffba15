//! A payment gateway: offer, approve, inquire, reverse.
//!
//! The contract every adapter keeps (and the conformance suite in testkit checks):
//! - `approve` and `reverse` say *not sent* only when not a byte of the request can
//!   have left. Everything else without a clear answer is unknown.
//! - An approval is reported only after its amount, order, user and ids were compared
//!   with the request; a difference is [`Approve::Mismatched`].
//! - No token, key or card number is in any evidence, log or `Debug`.

use async_trait::async_trait;
use soban_domain::ids::{AttemptId, OrderId};
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
    /// Seconds after an approval was sent during which it may still take effect at the
    /// gateway without an answer (KakaoPay: its platform's time-out is 11 s).
    pub settle_seconds: u32,
    /// Part of an approval can be sent back.
    pub partial_refund: bool,
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
}

/// A secret that a gateway hands to the payer's browser. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnToken(String);

impl ReturnToken {
    /// The most characters of a token.
    pub const MOST: usize = 256;

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

    /// Sends all of a payment back.
    async fn reverse(&self, held: &Held) -> Reverse;
}
