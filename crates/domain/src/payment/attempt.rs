//! One try at paying an order, as it is on disk.

use serde::{Deserialize, Serialize};

use super::{Method, PaymentState};
use crate::ids::{AttemptId, OrderId};
use crate::moment::Timestamp;
use crate::money::Won;
use crate::tax::TaxParts;

/// What a gateway gave for a guest to pay with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The gateway's id of the payment (KakaoPay: `tid`), or the one that we gave it and
    /// that it knows the payment by (a VAN's merchant transaction number).
    pub gateway_id: String,
    /// The page for a phone; shown as a QR. Empty where there is no page.
    pub mobile_url: String,
    /// The page for a big screen, which shows a QR of its own. Empty where there is none.
    pub pc_url: String,
    /// The text of a merchant-presented QR for the payer's own banking app.
    #[serde(default)]
    pub qr: Option<String>,
    /// When it ends.
    pub expires: Timestamp,
}

/// Proof that money was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The gateway's number of this approval (KakaoPay: `aid`); at the counter, ours.
    pub number: String,
    /// How much.
    pub amount: Won,
    /// What it was paid with, as the gateway calls it: `MONEY`, `CARD`.
    pub kind: String,
    /// When, by the gateway's clock.
    pub at: Timestamp,
    /// The member of staff, where staff took it.
    pub by: Option<String>,
}

/// One try at paying an order, as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAttempt {
    /// Its id.
    pub id: AttemptId,
    /// The order.
    pub order: OrderId,
    /// How.
    pub method: Method,
    /// How much: the quote's total.
    pub amount: Won,
    /// How it divides for the tax office.
    pub tax: TaxParts,
    /// Where it stands.
    pub state: PaymentState,
    /// When it began.
    pub created: Timestamp,
    /// When its state last changed.
    pub changed: Timestamp,
    /// When the guest's time is over.
    pub deadline: Timestamp,
    /// What the gateway gave.
    pub offer: Option<Offer>,
    /// How often an approval was sent.
    pub approvals_sent: u32,
    /// When the last one was.
    pub approval_sent_at: Option<Timestamp>,
    /// How often the gateway was asked how it stands since the state became unknown.
    pub inquiries: u32,
    /// When to act next, where the engine waits for a time.
    pub next_try: Option<Timestamp>,
    /// The proof, once approved.
    pub approval: Option<Approval>,
    /// The gateway's last code and words for staff; never a token.
    pub evidence: Option<String>,
    /// When a closed attempt is looked at once more, for money that came late.
    #[serde(default)]
    pub watch: Option<Timestamp>,
    /// True once it was closed and money showed up all the same: it no longer pays the
    /// order, and a newer attempt may stand beside it.
    #[serde(default)]
    pub late: bool,
    /// How much of the approval was sent back to the payer by refunds.
    #[serde(default)]
    pub refunded: Won,
    /// What happened to it, the oldest first; the last [`Trace::MOST`] steps.
    #[serde(default)]
    pub trail: Vec<Trace>,
}

impl PaymentAttempt {
    /// A new attempt: on disk first, nothing sent.
    pub fn new(
        id: AttemptId,
        order: OrderId,
        method: Method,
        (amount, tax): (Won, TaxParts),
        (now, deadline): (Timestamp, Timestamp),
    ) -> PaymentAttempt {
        PaymentAttempt {
            id,
            order,
            method,
            amount,
            tax,
            state: PaymentState::Prepared,
            created: now,
            changed: now,
            deadline,
            offer: None,
            approvals_sent: 0,
            approval_sent_at: None,
            inquiries: 0,
            next_try: None,
            approval: None,
            evidence: None,
            watch: None,
            late: false,
            refunded: Won(0),
            trail: Vec::new(),
        }
    }

    /// True while the engine has something to do about it: it is under way, or closed and
    /// still watched for late money, or with staff who have it asked for once more.
    pub fn is_open(&self) -> bool {
        if self.state == PaymentState::NeedsStaff {
            return self.next_try.is_some();
        }
        if self.state.is_closed_unpaid() {
            return self.watch.is_some();
        }
        self.state.is_open()
    }

    /// True while it stands in the way of another attempt at the order.
    pub fn is_live(&self) -> bool {
        !self.late && !self.state.is_over()
    }

    /// What the payer has paid and not got back: approved − refunded.
    pub fn live_amount(&self) -> Won {
        match (&self.approval, self.state.is_paid()) {
            (Some(approval), true) => Won(approval.amount.0.saturating_sub(self.refunded.0)),
            _ => Won(0),
        }
    }

    /// Notes a step; the oldest goes where there are too many.
    pub fn note(&mut self, trace: Trace) {
        if self.trail.len() >= Trace::MOST {
            self.trail.remove(0);
        }
        self.trail.push(trace);
    }
}

/// A step of an attempt, as evidence for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// When.
    pub at: Timestamp,
    /// Where it stood then.
    pub state: PaymentState,
    /// The gateway's code and words, if they were news; never a token.
    pub said: Option<String>,
    /// The member of staff, where one decided.
    pub by: Option<String>,
}

impl Trace {
    /// Steps kept of one attempt: all of a plain one, and the last of a troubled one.
    pub const MOST: usize = 24;
}
