//! One message for the counter POS, until the POS itself has taken it.
//!
//! Guarantees: after an answer that did not come, the POS is looked up before anything
//! is sent again; a POS that can be neither asked nor trusted to tell repeats apart
//! gets staff instead of a second copy.
//!
//! Deliberately absent: the wire. Adapters know it.

use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, RelayId};
use crate::machine::{Machine, Step};
use crate::moment::Timestamp;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayState {
    /// Nothing of it was sent, or the POS said that it has nothing of it.
    Queued,
    /// It is being sent.
    Sending,
    /// It was sent and no answer came: look up first.
    Unsure,
    /// The POS holds it, and has not confirmed it yet.
    Delivered,
    /// The POS confirmed it.
    Accepted,
    /// The POS refused it.
    Rejected,
    /// Staff must look.
    NeedsStaff,
}

/// What can happen to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayEvent {
    /// The pump takes it up.
    SendStarted,
    /// It was certainly not sent: no connection, or the POS day is closed.
    NotSent,
    /// The POS holds it.
    Delivered,
    /// The POS confirmed it.
    Accepted,
    /// The POS refused it.
    Rejected,
    /// No usable answer came.
    NoAnswer,
    /// The look-up found nothing of it.
    LookedUpAbsent,
    /// The program came up again and found it like this.
    Restarted,
    /// The bound of trying, or of waiting for the POS, is reached.
    TriedEnough,
    /// Staff ask to try again.
    StaffRetry,
    /// Staff entered it at the POS by hand.
    StaffSettled,
}

/// What to do once the new state is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayEffect {
    /// Send it.
    Send,
    /// Ask the POS for it.
    LookUp,
    /// The order is accepted.
    OrderAccepted,
    /// The order is refused.
    OrderRefused,
    /// Call staff.
    TellStaff,
}

impl RelayState {
    /// True while the pump has work with it.
    pub fn is_open(self) -> bool {
        match self {
            RelayState::Queued
            | RelayState::Sending
            | RelayState::Unsure
            | RelayState::Delivered => true,
            RelayState::Accepted | RelayState::Rejected | RelayState::NeedsStaff => false,
        }
    }

    /// Its name in columns.
    pub fn name(self) -> &'static str {
        match self {
            RelayState::Queued => "queued",
            RelayState::Sending => "sending",
            RelayState::Unsure => "unsure",
            RelayState::Delivered => "delivered",
            RelayState::Accepted => "accepted",
            RelayState::Rejected => "rejected",
            RelayState::NeedsStaff => "needs_staff",
        }
    }
}

impl Machine for RelayState {
    type Event = RelayEvent;
    type Effect = RelayEffect;
    const NAME: &'static str = "Relay item";

    fn states() -> Vec<RelayState> {
        use RelayState as S;
        vec![
            S::Queued,
            S::Sending,
            S::Unsure,
            S::Delivered,
            S::Accepted,
            S::Rejected,
            S::NeedsStaff,
        ]
    }

    fn events() -> Vec<RelayEvent> {
        use RelayEvent as E;
        vec![
            E::SendStarted,
            E::NotSent,
            E::Delivered,
            E::Accepted,
            E::Rejected,
            E::NoAnswer,
            E::LookedUpAbsent,
            E::Restarted,
            E::TriedEnough,
            E::StaffRetry,
            E::StaffSettled,
        ]
    }

    fn next(self, event: RelayEvent) -> Step<RelayState> {
        use RelayEffect as F;
        use RelayEvent as E;
        use RelayState as S;
        match (self, event) {
            (S::Queued, E::SendStarted) => Ok((S::Sending, vec![F::Send])),
            (S::Sending, E::NotSent) => Ok((S::Queued, vec![])),
            (S::Sending, E::NoAnswer | E::Restarted) => Ok((S::Unsure, vec![F::LookUp])),
            (S::Unsure, E::LookedUpAbsent) => Ok((S::Queued, vec![])),
            (S::Unsure, E::NoAnswer | E::NotSent | E::Restarted) => Ok((S::Unsure, vec![])),
            (S::Queued | S::Delivered, E::Restarted) => Ok((self, vec![])),
            (S::Sending | S::Unsure | S::Delivered, E::Delivered) => Ok((S::Delivered, vec![])),
            (S::Sending | S::Unsure | S::Delivered | S::NeedsStaff, E::Accepted) => {
                Ok((S::Accepted, vec![F::OrderAccepted]))
            }
            (S::Sending | S::Unsure | S::Delivered, E::Rejected) => {
                Ok((S::Rejected, vec![F::OrderRefused, F::TellStaff]))
            }
            (S::Queued | S::Unsure | S::Delivered, E::TriedEnough) => {
                Ok((S::NeedsStaff, vec![F::OrderRefused, F::TellStaff]))
            }
            // A retry by hand begins by looking: the POS may have it all along.
            (S::NeedsStaff | S::Rejected, E::StaffRetry) => Ok((S::Unsure, vec![F::LookUp])),
            (S::NeedsStaff | S::Rejected, E::StaffSettled) => {
                Ok((S::Accepted, vec![F::OrderAccepted]))
            }
            (S::Accepted, E::Accepted | E::Delivered) | (S::Rejected, E::Rejected) => {
                Ok((self, vec![]))
            }
            (
                S::Queued,
                E::NotSent
                | E::Delivered
                | E::Accepted
                | E::Rejected
                | E::NoAnswer
                | E::LookedUpAbsent
                | E::StaffRetry
                | E::StaffSettled,
            )
            | (
                S::Sending,
                E::SendStarted
                | E::LookedUpAbsent
                | E::TriedEnough
                | E::StaffRetry
                | E::StaffSettled,
            )
            | (S::Unsure, E::SendStarted | E::StaffRetry | E::StaffSettled)
            | (
                S::Delivered,
                E::SendStarted
                | E::NotSent
                | E::NoAnswer
                | E::LookedUpAbsent
                | E::StaffRetry
                | E::StaffSettled,
            )
            | (S::Accepted, E::Rejected | E::StaffRetry | E::StaffSettled)
            | (S::Rejected, E::Delivered | E::Accepted)
            | (S::NeedsStaff, E::Delivered | E::Rejected)
            | (
                S::Accepted | S::Rejected | S::NeedsStaff,
                E::SendStarted
                | E::NotSent
                | E::NoAnswer
                | E::LookedUpAbsent
                | E::Restarted
                | E::TriedEnough,
            ) => Err(self.illegal(event)),
        }
    }
}

/// A message for the POS as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayItem {
    /// Its id.
    pub id: RelayId,
    /// The order, whose id is the key at the POS.
    pub order: OrderId,
    /// The order's revision.
    pub revision: u32,
    /// Where it stands.
    pub state: RelayState,
    /// How often it was tried.
    pub tries: u32,
    /// When it was written, or when staff last asked for it to be tried again: the bound of
    /// waiting counts from here.
    pub created: Timestamp,
    /// When to try next.
    pub next_try: Timestamp,
    /// What the POS said last: a code of the vocabulary and the vendor's words.
    pub said: Option<String>,
}
