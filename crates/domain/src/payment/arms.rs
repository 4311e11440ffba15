//! The arms of the payment machine, a state or two each.
//!
//! Guarantees: every state names every event, those that it refuses too; a new event
//! does not compile until each state says what it means there.

use super::PaymentEffect as F;
use super::PaymentEvent as E;
use super::PaymentState as S;
use super::{Cause, PaymentState};
use crate::machine::{Machine, Step};

impl PaymentState {
    /// On disk; nothing was sent.
    pub(super) fn prepared(self, event: E) -> Step<S> {
        match event {
            E::AskStarted => Ok((S::Asking, vec![F::Ask])),
            E::Restarted | E::OfferFailed | E::GuestLeft | E::DeadlinePassed => {
                Ok((S::Declined, vec![F::Unpaid]))
            }
            E::Offered
            | E::GuestReturned
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::InquiredPaid
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiredReversed
            | E::InquiryFailed
            | E::ApproveAgain
            | E::AskedEnough
            | E::Mismatched
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// A page was asked for. Nothing can be paid without the id in its answer.
    pub(super) fn asking(self, event: E) -> Step<S> {
        match event {
            E::Offered => Ok((S::Waiting, vec![])),
            E::Restarted | E::OfferFailed | E::GuestLeft | E::DeadlinePassed => {
                Ok((S::Declined, vec![F::Unpaid]))
            }
            E::AskStarted
            | E::GuestReturned
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::InquiredPaid
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiredReversed
            | E::InquiryFailed
            | E::ApproveAgain
            | E::AskedEnough
            | E::Mismatched
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// The guest, or at the counter the staff, has it in hand.
    pub(super) fn waiting(self, event: E) -> Step<S> {
        match event {
            E::GuestReturned => Ok((S::Approving, vec![F::Approve])),
            E::GuestLeft | E::DeadlinePassed => Ok((S::Closing, vec![F::Inquire])),
            E::Restarted | E::InquiredOpen | E::InquiryFailed => Ok((S::Waiting, vec![])),
            E::InquiredPaid | E::StaffTook => Ok((S::Approved, vec![F::Paid])),
            E::InquiredUnpaid | E::StaffClosed => Ok((S::Declined, vec![F::Unpaid])),
            E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::InquiredReversed
            | E::ApproveAgain
            | E::AskedEnough
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// The approval is being sent.
    pub(super) fn approving(self, event: E) -> Step<S> {
        match event {
            E::AnsweredApproved => Ok((S::Approved, vec![F::Paid])),
            E::AnsweredDeclined => Ok((S::Declined, vec![F::Unpaid])),
            E::AnsweredUnknown(cause) => Ok((S::Unknown(cause), vec![F::Inquire])),
            E::Restarted => Ok((S::Unknown(Cause::Restart), vec![F::Inquire])),
            E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            // A second return, a tap on "back", the clock: the approval is under way.
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed => Ok((S::Approving, vec![])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::InquiredPaid
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiredReversed
            | E::InquiryFailed
            | E::ApproveAgain
            | E::AskedEnough
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// Nobody knows yet.
    pub(super) fn unknown(self, cause: Cause, event: E) -> Step<S> {
        match event {
            E::InquiredPaid | E::StaffTook => Ok((S::Approved, vec![F::Paid])),
            E::InquiredUnpaid | E::StaffClosed => Ok((S::Declined, vec![F::Unpaid])),
            E::InquiredReversed => Ok((S::Reversed, vec![F::Unpaid])),
            E::InquiredOpen => Ok(match cause {
                // Refused, and the gateway agrees that nothing was taken: no further
                // approval is sent, so nothing can be.
                Cause::Refused | Cause::NotClosed => (S::Declined, vec![F::Unpaid]),
                Cause::NotYet => (S::Waiting, vec![]),
                Cause::NoAnswer | Cause::Restart => (self, vec![]),
            }),
            E::ApproveAgain => match cause {
                Cause::NoAnswer | Cause::Restart => Ok((S::Approving, vec![F::Approve])),
                Cause::Refused | Cause::NotYet | Cause::NotClosed => Err(self.illegal(event)),
            },
            E::InquiryFailed | E::Restarted => Ok((self, vec![F::Inquire])),
            E::MustReverse => Ok((S::Reversing, vec![F::Reverse])),
            E::AskedEnough => Ok((S::NeedsStaff, vec![F::TellStaff])),
            E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed => Ok((self, vec![])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::AnsweredDeclined
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// No further approval will be sent; a last look is under way.
    pub(super) fn closing(self, event: E) -> Step<S> {
        match event {
            E::InquiredPaid | E::StaffTook => Ok((S::Approved, vec![F::Paid])),
            E::InquiredUnpaid | E::InquiredOpen | E::StaffClosed => {
                Ok((S::Expired, vec![F::Unpaid]))
            }
            E::InquiredReversed => Ok((S::Reversed, vec![F::Unpaid])),
            E::InquiryFailed => Ok((S::Unknown(Cause::NotClosed), vec![F::Inquire])),
            E::AskedEnough => Ok((S::NeedsStaff, vec![F::TellStaff])),
            E::Restarted => Ok((S::Closing, vec![F::Inquire])),
            E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed => Ok((S::Closing, vec![])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::ApproveAgain
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// Paid. Repeats change nothing.
    pub(super) fn approved(self, event: E) -> Step<S> {
        match event {
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed | E::InquiredPaid => {
                Ok((self, vec![]))
            }
            E::VoidedAll => Ok((S::Voided, vec![])),
            E::RefundedPart => Ok((S::PartlyRefunded, vec![])),
            E::RefundedAll => Ok((S::Refunded, vec![])),
            E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::Restarted
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiredReversed
            | E::InquiryFailed
            | E::ApproveAgain
            | E::AskedEnough
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses => Err(self.illegal(event)),
        }
    }

    /// Ended without money. Repeats change nothing; money that shows up later goes back.
    pub(super) fn closed(self, event: E) -> Step<S> {
        match event {
            E::GuestReturned
            | E::GuestLeft
            | E::DeadlinePassed
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiredReversed
            | E::InquiryFailed
            | E::ReversalConfirmed => Ok((self, vec![])),
            E::InquiredPaid | E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            // Nobody could say whether money came late.
            E::AskedEnough => Ok((S::NeedsStaff, vec![F::TellStaff])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::Restarted
            | E::ApproveAgain
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// Money is being sent back.
    pub(super) fn reversing(self, event: E) -> Step<S> {
        match event {
            E::ReversalConfirmed | E::InquiredReversed => Ok((S::Reversed, vec![F::Unpaid])),
            E::ReversalUnsettled => Ok((S::NeedsStaff, vec![F::TellStaff])),
            E::Restarted | E::InquiredPaid | E::InquiryFailed => {
                Ok((S::Reversing, vec![F::Reverse]))
            }
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed => Ok((S::Reversing, vec![])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::ApproveAgain
            | E::AskedEnough
            | E::Mismatched
            | E::StaffTook
            | E::StaffClosed
            | E::AnsweredDeclined
            | E::MustReverse
            | E::StaffReverses
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }

    /// A part of it is back; the rest may follow.
    pub(super) fn partly_refunded(self, event: E) -> Step<S> {
        match event {
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed | E::InquiredPaid => {
                Ok((self, vec![]))
            }
            E::RefundedPart => Ok((S::PartlyRefunded, vec![])),
            E::RefundedAll => Ok((S::Refunded, vec![])),
            E::InquiredReversed => Err(self.illegal(event)),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredDeclined
            | E::AnsweredUnknown(_)
            | E::MustReverse
            | E::Restarted
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiryFailed
            | E::ApproveAgain
            | E::AskedEnough
            | E::Mismatched
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::StaffReverses
            | E::VoidedAll => Err(self.illegal(event)),
        }
    }

    /// Paid once, and all of it is back. Repeats change nothing.
    pub(super) fn sent_back(self, event: E) -> Step<S> {
        match event {
            E::GuestReturned | E::GuestLeft | E::DeadlinePassed | E::InquiredReversed => {
                Ok((self, vec![]))
            }
            E::InquiredPaid | E::RefundedPart | E::RefundedAll => Err(self.illegal(event)),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredDeclined
            | E::AnsweredUnknown(_)
            | E::MustReverse
            | E::Restarted
            | E::InquiredUnpaid
            | E::InquiredOpen
            | E::InquiryFailed
            | E::ApproveAgain
            | E::AskedEnough
            | E::Mismatched
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::StaffTook
            | E::StaffClosed
            | E::StaffReverses
            | E::VoidedAll => Err(self.illegal(event)),
        }
    }

    /// Only knowledge or a named member of staff ends this.
    pub(super) fn needs_staff(self, event: E) -> Step<S> {
        match event {
            E::StaffTook | E::InquiredPaid => Ok((S::Approved, vec![F::Paid])),
            E::StaffClosed | E::InquiredUnpaid => Ok((S::Declined, vec![F::Unpaid])),
            E::InquiredReversed => Ok((S::Reversed, vec![F::Unpaid])),
            E::StaffReverses => Ok((S::Reversing, vec![F::Reverse])),
            E::Mismatched => Ok((S::Reversing, vec![F::Reverse, F::TellStaff])),
            E::GuestReturned
            | E::GuestLeft
            | E::DeadlinePassed
            | E::InquiredOpen
            | E::InquiryFailed => Ok((S::NeedsStaff, vec![])),
            E::AskStarted
            | E::Offered
            | E::OfferFailed
            | E::AnsweredApproved
            | E::AnsweredUnknown(_)
            | E::Restarted
            | E::ApproveAgain
            | E::AskedEnough
            | E::ReversalConfirmed
            | E::ReversalUnsettled
            | E::AnsweredDeclined
            | E::MustReverse
            | E::VoidedAll
            | E::RefundedPart
            | E::RefundedAll => Err(self.illegal(event)),
        }
    }
}
