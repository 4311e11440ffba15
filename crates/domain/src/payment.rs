//! One try at paying an order, from the wish to the won.
//!
//! Guarantees: *unknown is a state, not an error*. It ends only by an inquiry's answer,
//! a confirmed reversal, or a named member of staff. A guest may try again only when
//! this attempt is closed without money ([`PaymentState::is_closed_unpaid`]).
//!
//! Deliberately absent: gateways. What they answer comes in as events.

use serde::{Deserialize, Serialize};

use crate::machine::{Machine, Step};

mod arms;
mod attempt;
mod method;

pub use attempt::{Approval, Offer, PaymentAttempt, Trace};
pub use method::{Flow, Method};

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
    /// That money is back, or it was made sure that none is taken.
    Reversed,
    /// Approved, and all of it taken back on the same business day (결제취소).
    Voided,
    /// Approved, and a part of it sent back.
    PartlyRefunded,
    /// Approved, and all of it sent back.
    Refunded,
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
    /// The approval's answer: a refusal that is final by itself, or nothing was sent.
    AnsweredDeclined,
    /// The approval's answer, or its absence, does not tell.
    AnsweredUnknown(Cause),
    /// It does not tell, and the gateway cannot be asked: it must be undone (망취소).
    MustReverse,
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
    /// Staff have the money sent back once more.
    StaffReverses,
    /// All of it was taken back on the same business day.
    VoidedAll,
    /// A part of it was sent back.
    RefundedPart,
    /// What was left of it was sent back.
    RefundedAll,
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
            | PaymentState::Voided
            | PaymentState::PartlyRefunded
            | PaymentState::Refunded
            | PaymentState::NeedsStaff => false,
        }
    }

    /// True once none of the payer's money is here and none will be: never taken, or all of
    /// it sent back.
    pub fn is_over(self) -> bool {
        self.is_closed_unpaid() || matches!(self, PaymentState::Voided | PaymentState::Refunded)
    }

    /// True once money was taken for good and the order paid with it, whatever was sent
    /// back since.
    pub fn is_paid(self) -> bool {
        match self {
            PaymentState::Approved
            | PaymentState::Voided
            | PaymentState::PartlyRefunded
            | PaymentState::Refunded => true,
            PaymentState::Prepared
            | PaymentState::Asking
            | PaymentState::Waiting
            | PaymentState::Approving
            | PaymentState::Unknown(_)
            | PaymentState::Closing
            | PaymentState::Declined
            | PaymentState::Expired
            | PaymentState::Reversing
            | PaymentState::Reversed
            | PaymentState::NeedsStaff => false,
        }
    }

    /// True while the engine still has something to do about it after a restart.
    pub fn is_open(self) -> bool {
        !self.is_closed_unpaid() && !self.is_paid() && self != PaymentState::NeedsStaff
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
            PaymentState::Voided => "voided",
            PaymentState::PartlyRefunded => "partly_refunded",
            PaymentState::Refunded => "refunded",
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
        states.extend([S::Reversing, S::Reversed, S::Voided]);
        states.extend([S::PartlyRefunded, S::Refunded, S::NeedsStaff]);
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
            E::AnsweredDeclined,
        ];
        events.extend(Cause::ALL.map(E::AnsweredUnknown));
        events.extend([
            E::MustReverse,
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
            E::StaffReverses,
            E::VoidedAll,
            E::RefundedPart,
            E::RefundedAll,
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
            S::Declined | S::Expired | S::Reversed => self.closed(event),
            S::Reversing => self.reversing(event),
            S::PartlyRefunded => self.partly_refunded(event),
            S::Voided | S::Refunded => self.sent_back(event),
            S::NeedsStaff => self.needs_staff(event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state has a way to an end without an illegal step: a walk over the table
    /// from each state reaches a settled one.
    #[test]
    fn every_state_reaches_an_end() {
        let settled = |s: PaymentState| s.is_paid() || s.is_closed_unpaid();
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
    /// every cause, leaves it unknown, approves again, undoes it, or calls staff.
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
                                | PaymentState::Reversing
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
        let closed = |state: &PaymentState| state.is_closed_unpaid();
        for state in PaymentState::states().into_iter().filter(closed) {
            for event in [PaymentEvent::InquiredPaid, PaymentEvent::Mismatched] {
                let (next, effects) = state.next(event).unwrap();
                assert_eq!(next, PaymentState::Reversing);
                assert!(effects.contains(&PaymentEffect::Reverse));
            }
        }
    }
}
