//! The arms of the cash receipt's machine, a state each.
//!
//! Guarantees: every state names every event, those that it refuses too; a new event
//! does not compile until each state says what it means there.

use super::CashReceiptEffect as F;
use super::CashReceiptEvent as E;
use super::CashReceiptState as S;
use super::{CashReceiptState, Doing};
use crate::machine::{Machine, Step};

impl CashReceiptState {
    /// On disk; nothing was sent.
    pub(super) fn recorded(self, event: E) -> Step<S> {
        match event {
            E::IssueStarted => Ok((S::Issuing, vec![F::Issue])),
            // The money went back before anything was issued: nothing will be.
            E::VoidWanted => Ok((S::Voided, vec![F::Forget])),
            // A wish that was given up for lost may take effect late.
            E::LookedUpIssued => Ok((S::Issued, vec![F::Forget])),
            E::TriedEnough => Ok((S::NeedsStaff(Doing::Issue), vec![F::TellStaff])),
            E::Restarted | E::LookedUpAbsent => Ok((self, vec![])),
            E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::LookedUpVoided
            | E::LookUpFailed
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// It is being issued.
    pub(super) fn issuing(self, event: E) -> Step<S> {
        match event {
            E::AnsweredIssued => Ok((S::Issued, vec![F::Forget])),
            E::AnsweredRefused => Ok((S::Refused, vec![F::Forget, F::TellStaff])),
            E::NotSent => Ok((S::Recorded, vec![])),
            E::NoAnswer | E::Restarted => Ok((S::Unknown(Doing::Issue), vec![F::LookUp])),
            E::IssueStarted
            | E::VoidWanted
            | E::VoidStarted
            | E::AnsweredVoided
            | E::LookedUpIssued
            | E::LookedUpAbsent
            | E::LookedUpVoided
            | E::LookUpFailed
            | E::TriedEnough
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// Nobody knows whether it was issued.
    pub(super) fn issue_unknown(self, event: E) -> Step<S> {
        match event {
            E::LookedUpIssued => Ok((S::Issued, vec![F::Forget])),
            E::LookedUpAbsent => Ok((S::Recorded, vec![])),
            E::LookedUpVoided => Ok((S::Voided, vec![F::Forget])),
            // The look-up says that the service refused it.
            E::AnsweredRefused => Ok((S::Refused, vec![F::Forget, F::TellStaff])),
            E::LookUpFailed | E::Restarted => Ok((self, vec![F::LookUp])),
            E::TriedEnough => Ok((S::NeedsStaff(Doing::Issue), vec![F::TellStaff])),
            E::IssueStarted
            | E::VoidWanted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::NoAnswer
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// The tax office has it. Repeats change nothing.
    pub(super) fn issued(self, event: E) -> Step<S> {
        match event {
            E::VoidWanted => Ok((S::ToVoid, vec![])),
            // Somebody voided it at the service.
            E::LookedUpVoided => Ok((S::Voided, vec![F::TellStaff])),
            E::LookedUpIssued => Ok((self, vec![])),
            E::IssueStarted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::Restarted
            | E::LookedUpAbsent
            | E::LookUpFailed
            | E::TriedEnough
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// It must not stand, and no wish to void it is under way.
    pub(super) fn to_void(self, event: E) -> Step<S> {
        match event {
            E::VoidStarted => Ok((S::Voiding, vec![F::Void])),
            E::LookedUpVoided => Ok((S::Voided, vec![])),
            E::TriedEnough => Ok((S::NeedsStaff(Doing::Void), vec![F::TellStaff])),
            E::Restarted | E::VoidWanted | E::LookedUpIssued => Ok((self, vec![])),
            E::IssueStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::LookedUpAbsent
            | E::LookUpFailed
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// It is being voided.
    pub(super) fn voiding(self, event: E) -> Step<S> {
        match event {
            E::AnsweredVoided => Ok((S::Voided, vec![])),
            // It still stands for money that went back: somebody must see to it.
            E::AnsweredRefused => Ok((S::NeedsStaff(Doing::Void), vec![F::TellStaff])),
            E::NotSent => Ok((S::ToVoid, vec![])),
            E::NoAnswer | E::Restarted => Ok((S::Unknown(Doing::Void), vec![F::LookUp])),
            E::VoidWanted => Ok((self, vec![])),
            E::IssueStarted
            | E::VoidStarted
            | E::AnsweredIssued
            | E::LookedUpIssued
            | E::LookedUpAbsent
            | E::LookedUpVoided
            | E::LookUpFailed
            | E::TriedEnough
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// Nobody knows whether it was voided.
    pub(super) fn void_unknown(self, event: E) -> Step<S> {
        match event {
            E::LookedUpVoided => Ok((S::Voided, vec![])),
            E::LookedUpIssued => Ok((S::ToVoid, vec![])),
            // It was issued: a service that has nothing of it, or will not void it, is for
            // staff.
            E::LookedUpAbsent | E::AnsweredRefused | E::TriedEnough => {
                Ok((S::NeedsStaff(Doing::Void), vec![F::TellStaff]))
            }
            E::LookUpFailed | E::Restarted => Ok((self, vec![F::LookUp])),
            E::VoidWanted => Ok((self, vec![])),
            E::IssueStarted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::NoAnswer
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// It counts for nothing. Repeats change nothing.
    pub(super) fn voided(self, event: E) -> Step<S> {
        match event {
            // It was dropped for lost and stands all the same.
            E::LookedUpIssued => Ok((S::ToVoid, vec![F::TellStaff])),
            E::VoidWanted | E::LookedUpAbsent | E::LookedUpVoided => Ok((self, vec![])),
            E::IssueStarted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::Restarted
            | E::LookUpFailed
            | E::TriedEnough
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// It was not issued and will not be.
    pub(super) fn refused(self, event: E) -> Step<S> {
        match event {
            // It was given up and stands all the same.
            E::LookedUpIssued => Ok((S::Issued, vec![F::TellStaff])),
            E::VoidWanted | E::LookedUpAbsent => Ok((self, vec![])),
            E::IssueStarted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::Restarted
            | E::LookedUpVoided
            | E::LookUpFailed
            | E::TriedEnough
            | E::StaffIssued
            | E::StaffNotIssued
            | E::StaffVoided => Err(self.illegal(event)),
        }
    }

    /// Issuing it got stuck; only knowledge or a named member of staff ends this.
    pub(super) fn issue_needs_staff(self, event: E) -> Step<S> {
        match event {
            E::StaffIssued | E::LookedUpIssued => Ok((S::Issued, vec![F::Forget])),
            E::StaffNotIssued => Ok((S::Refused, vec![F::Forget])),
            E::StaffVoided | E::LookedUpVoided => Ok((S::Voided, vec![F::Forget])),
            E::LookedUpAbsent | E::LookUpFailed => Ok((self, vec![])),
            E::IssueStarted
            | E::VoidWanted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::Restarted
            | E::TriedEnough => Err(self.illegal(event)),
        }
    }

    /// Voiding it got stuck; only knowledge or a named member of staff ends this.
    pub(super) fn void_needs_staff(self, event: E) -> Step<S> {
        match event {
            E::StaffVoided | E::LookedUpVoided => Ok((S::Voided, vec![])),
            // It still stands: the wish to void it goes out again.
            E::StaffIssued => Ok((S::ToVoid, vec![])),
            E::VoidWanted | E::LookedUpIssued | E::LookedUpAbsent | E::LookUpFailed => {
                Ok((self, vec![]))
            }
            E::IssueStarted
            | E::VoidStarted
            | E::NotSent
            | E::AnsweredIssued
            | E::AnsweredVoided
            | E::AnsweredRefused
            | E::NoAnswer
            | E::Restarted
            | E::TriedEnough
            | E::StaffNotIssued => Err(self.illegal(event)),
        }
    }
}
