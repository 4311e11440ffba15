//! One try at paying an order, from the wish to the won.
//!
//! Guarantees: *unknown is a state, not an error*. It ends only by an inquiry's answer,
//! a confirmed reversal, or a named member of staff. A guest may try again only when
//! this attempt is closed without money ([`PaymentState::is_closed_unpaid`]).
//!
//! Deliberately absent: gateways. What they answer comes in as events.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, OrderId};
use crate::machine::{Machine, Step};
use crate::moment::Timestamp;
use crate::money::Won;
use crate::tax::TaxParts;

mod arms;

/// How a guest pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// KakaoPay online payment, by QR.
    Kakaopay,
    /// Cash or card at the counter; staff say when it is taken.
    Counter,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 2] = [Method::Kakaopay, Method::Counter];

    /// Its name in settings and columns.
    pub fn name(self) -> &'static str {
        match self {
            Method::Kakaopay => "kakaopay",
            Method::Counter => "counter",
        }
    }
}

/// Why nobody knows whether money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The approval was sent and no usable answer came: time-out, broken body, 5xx, a
    /// code that nobody listed.
    NoAnswer,
    /// A listed refusal came; an inquiry has yet to confirm it.
    Refused,
    /// The gateway says the guest has not finished; the attempt may still be alive.
    NotYet,
    /// The program stopped while the approval was under way.
    Restart,
    /// The time ran out, or the guest left, and the closing inquiry failed.
    NotClosed,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Cause; 5] = [
        Cause::NoAnswer,
        Cause::Refused,
        Cause::NotYet,
        Cause::Restart,
        Cause::NotClosed,
    ];
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// On disk; nothing was sent.
    Prepared,
    /// The gateway is being asked for a payment page. No money can move yet.
    Asking,
    /// The guest (or, at the counter, the staff) has it in hand.
    Waiting,
    /// The approval is being sent: from here money may have moved.
    Approving,
    /// Nobody knows yet.
    Unknown(Cause),
    /// No further approval will be sent; a last inquiry is under way.
    Closing,
    /// Money taken, and it is the right amount for the right order.
    Approved,
    /// No money moved.
    Declined,
    /// No money moved within the time.
    Expired,
    /// Money moved that must not have; it is being sent back (망취소 or 결제취소).
    Reversing,
    /// That money is back.
    Reversed,
    /// Only a named member of staff can end this.
    NeedsStaff,
}

/// What can happen to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentEvent {
    /// The engine takes it up.
    AskStarted,
    /// The gateway gave a payment page.
    Offered,
    /// The gateway gave none: no id, so no payment is possible.
    OfferFailed,
    /// The guest came back with a token to approve.
    GuestReturned,
    /// The guest went away, or asked for another way to pay.
    GuestLeft,
    /// The time for paying is over.
    DeadlinePassed,
    /// The approval's answer: taken.
    AnsweredApproved,
    /// The approval's answer, or its absence, does not tell.
    AnsweredUnknown(Cause),
    /// The program came up again and found the attempt like this.
    Restarted,
    /// The inquiry says: taken.
    InquiredPaid,
    /// The inquiry says: not taken, and it will not be.
    InquiredUnpaid,
    /// The inquiry says: the guest may still finish.
    InquiredOpen,
    /// The inquiry says: it was taken and sent back.
    InquiredReversed,
    /// The closing inquiry got no answer.
    InquiryFailed,
    /// The gateway still waits for our approval, and long enough has passed.
    ApproveAgain,
    /// The bound of asking is reached.
    AskedEnough,
    /// What was taken does not fit: amount, order or user differ.
    Mismatched,
    /// The gateway confirmed that the money went back.
    ReversalConfirmed,
    /// The bound of reversing is reached without an answer.
    ReversalUnsettled,
    /// Staff took the money at the counter, or saw it.
    StaffTook,
    /// Staff say there was no money, or close it.
    StaffClosed,
}

/// What to do once the new state is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentEffect {
    /// Ask the gateway for a payment page.
    Ask,
    /// Send the approval.
    Approve,
    /// Ask the gateway how it stands.
    Inquire,
    /// The order is paid.
    Paid,
    /// The order has no live attempt; another may begin.
    Unpaid,
    /// Send the money back.
    Reverse,
    /// Call staff.
    TellStaff,
}

impl PaymentState {
    /// True once no money moved and none will: another attempt may begin.
    pub fn is_closed_unpaid(self) -> bool {
        match self {
            PaymentState::Declined | PaymentState::Expired | PaymentState::Reversed => true,
            PaymentState::Prepared
            | PaymentState::Asking
            | PaymentState::Waiting
            | PaymentState::Approving
            | PaymentState::Unknown(_)
            | PaymentState::Closing
            | PaymentState::Approved
            | PaymentState::Reversing
            | PaymentState::NeedsStaff => false,
        }
    }

    /// True while the engine still has something to do about it after a restart.
    pub fn is_open(self) -> bool {
        !self.is_closed_unpaid()
            && self != PaymentState::Approved
            && self != PaymentState::NeedsStaff
    }

    /// Its name in columns and documents, without a cause.
    pub fn name(self) -> &'static str {
        match self {
            PaymentState::Prepared => "prepared",
            PaymentState::Asking => "asking",
            PaymentState::Waiting => "waiting",
            PaymentState::Approving => "approving",
            PaymentState::Unknown(_) => "unknown",
            PaymentState::Closing => "closing",
            PaymentState::Approved => "approved",
            PaymentState::Declined => "declined",
            PaymentState::Expired => "expired",
            PaymentState::Reversing => "reversing",
            PaymentState::Reversed => "reversed",
            PaymentState::NeedsStaff => "needs_staff",
        }
    }
}

impl Machine for PaymentState {
    type Event = PaymentEvent;
    type Effect = PaymentEffect;
    const NAME: &'static str = "Payment attempt";

    fn states() -> Vec<PaymentState> {
        use PaymentState as S;
        let mut states = vec![S::Prepared, S::Asking, S::Waiting, S::Approving];
        states.extend(Cause::ALL.map(S::Unknown));
        states.extend([S::Closing, S::Approved, S::Declined, S::Expired]);
        states.extend([S::Reversing, S::Reversed, S::NeedsStaff]);
        states
    }

    fn events() -> Vec<PaymentEvent> {
        use PaymentEvent as E;
        let mut events = vec![
            E::AskStarted,
            E::Offered,
            E::OfferFailed,
            E::GuestReturned,
            E::GuestLeft,
            E::DeadlinePassed,
            E::AnsweredApproved,
        ];
        events.extend(Cause::ALL.map(E::AnsweredUnknown));
        events.extend([
            E::Restarted,
            E::InquiredPaid,
            E::InquiredUnpaid,
            E::InquiredOpen,
            E::InquiredReversed,
            E::InquiryFailed,
            E::ApproveAgain,
            E::AskedEnough,
            E::Mismatched,
            E::ReversalConfirmed,
            E::ReversalUnsettled,
            E::StaffTook,
            E::StaffClosed,
        ]);
        events
    }

    fn next(self, event: PaymentEvent) -> Step<PaymentState> {
        use PaymentState as S;
        match self {
            S::Prepared => self.prepared(event),
            S::Asking => self.asking(event),
            S::Waiting => self.waiting(event),
            S::Approving => self.approving(event),
            S::Unknown(cause) => self.unknown(cause, event),
            S::Closing => self.closing(event),
            S::Approved => self.approved(event),
            S::Declined | S::Expired => self.closed(event),
            S::Reversing => self.reversing(event),
            S::Reversed => self.reversed(event),
            S::NeedsStaff => self.needs_staff(event),
        }
    }
}

/// What a gateway gave for a guest to pay with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The gateway's id of the payment (KakaoPay: `tid`).
    pub gateway_id: String,
    /// The page for a phone; shown as a QR.
    pub mobile_url: String,
    /// The page for a big screen, which shows a QR of its own.
    pub pc_url: String,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state has a way to an end without an illegal step: a walk over the table
    /// from each state reaches a settled one.
    #[test]
    fn every_state_reaches_an_end() {
        let settled = |s: PaymentState| s == PaymentState::Approved || s.is_closed_unpaid();
        for start in PaymentState::states() {
            let mut seen = vec![start];
            let mut at = 0;
            while at < seen.len() {
                for event in PaymentState::events() {
                    if let Ok((next, _)) = seen[at].next(event)
                        && !seen.contains(&next)
                    {
                        seen.push(next);
                    }
                }
                at += 1;
            }
            assert!(seen.into_iter().any(settled), "{start:?} is a dead end");
        }
    }

    /// Unknown ends only by an inquiry, a reversal or staff: every other event, tried on
    /// every cause, leaves it unknown, approves again, or calls staff.
    #[test]
    fn unknown_ends_only_by_knowledge() {
        use PaymentEvent as E;
        for cause in Cause::ALL {
            for event in PaymentState::events() {
                let knows = matches!(
                    event,
                    E::InquiredPaid
                        | E::InquiredUnpaid
                        | E::InquiredOpen
                        | E::InquiredReversed
                        | E::Mismatched
                        | E::StaffTook
                        | E::StaffClosed
                );
                if let (false, Ok((next, _))) = (knows, PaymentState::Unknown(cause).next(event)) {
                    assert!(
                        matches!(
                            next,
                            PaymentState::Unknown(_)
                                | PaymentState::Approving
                                | PaymentState::NeedsStaff
                        ),
                        "{event:?} ended Unknown({cause:?}) as {next:?}"
                    );
                }
            }
        }
    }

    /// Money that shows up after the end is sent back, never kept and never counted.
    #[test]
    fn late_money_goes_back() {
        for state in [PaymentState::Declined, PaymentState::Expired] {
            let (next, effects) = state.next(PaymentEvent::InquiredPaid).unwrap();
            assert_eq!(next, PaymentState::Reversing);
            assert!(effects.contains(&PaymentEffect::Reverse));
        }
    }
}
