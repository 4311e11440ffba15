//! One payment at Toss Payments: its states and what moves its money.
//!
//! Guarantees: at most one approval; approved − cancelled = balance, in whole and in the
//! tax-free part; a refused call changes nothing. Deliberately absent: methods other than cards,
//! discounts and points.

use std::time::Duration;

use serde::Serialize;

use super::refusal::Refusal;
use crate::clock::Moment;

/// An unpaid payment is kept so long.
pub(super) const READY_LIFE: Duration = Duration::from_secs(30 * 60);
/// An authenticated payment waits so long for its confirm.
pub(super) const CONFIRM_LIFE: Duration = Duration::from_secs(10 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Ready,
    InProgress,
    Done,
    Canceled,
    PartialCanceled,
    Aborted,
    Expired,
}

/// One cancel, which is a transaction of its own.
#[derive(Clone, Debug)]
pub(crate) struct Cancel {
    pub(crate) transaction_key: String,
    pub(crate) amount: i64,
    pub(crate) tax_free: i64,
    pub(crate) reason: String,
    pub(crate) at: Moment,
    /// What could still be cancelled after it.
    pub(crate) refundable: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) payment_key: String,
    pub(crate) order_id: String,
    pub(crate) order_name: String,
    /// The secret part of the payment window's address.
    pub(crate) page: String,
    pub(crate) success_url: String,
    pub(crate) fail_url: String,
    /// What was asked for.
    pub(crate) amount: i64,
    pub(crate) tax_free: i64,
    pub(crate) status: Status,
    pub(crate) requested_at: Moment,
    pub(crate) authenticated_at: Option<Moment>,
    pub(crate) approval: Option<Approval>,
    pub(crate) cancels: Vec<Cancel>,
    pub(crate) failure: Option<Refusal>,
}

#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) transaction_key: String,
    pub(crate) approve_no: String,
    /// What was taken: more than asked for under the fault of a wrong amount.
    pub(crate) amount: i64,
    pub(crate) at: Moment,
}

/// What a cancel call brings along.
#[derive(Clone, Debug)]
pub(crate) struct CancelCall {
    pub(crate) reason: String,
    /// None: all that is left.
    pub(crate) amount: Option<i64>,
    pub(crate) tax_free: Option<i64>,
}

/// An eleventh of what is taxable, half up.
pub(super) fn vat(amount: i64, tax_free: i64) -> i64 {
    ((amount - tax_free).max(0) + 5) / 11
}

impl Payment {
    /// What was taken, and before that what was asked for.
    pub(crate) fn total(&self) -> i64 {
        self.approval
            .as_ref()
            .map_or(self.amount, |approval| approval.amount)
    }

    pub(crate) fn canceled(&self) -> i64 {
        self.cancels.iter().map(|cancel| cancel.amount).sum()
    }

    pub(crate) fn balance(&self) -> i64 {
        self.total() - self.canceled()
    }

    pub(crate) fn tax_free_left(&self) -> i64 {
        let gone: i64 = self.cancels.iter().map(|cancel| cancel.tax_free).sum();
        self.tax_free - gone
    }

    /// When its session ends, if it has one.
    pub(crate) fn session_end(&self) -> Option<Moment> {
        match (self.status, self.authenticated_at) {
            (Status::Ready, _) => Some(self.requested_at.plus(READY_LIFE)),
            (Status::InProgress, Some(at)) => Some(at.plus(CONFIRM_LIFE)),
            _ => None,
        }
    }

    /// The guest has authenticated. A second press changes nothing.
    pub(crate) fn authenticate(&mut self, now: Moment) -> bool {
        if self.status != Status::Ready {
            return false;
        }
        self.status = Status::InProgress;
        self.authenticated_at = Some(now);
        true
    }

    /// The guest has left, or the card was refused.
    pub(crate) fn abort(&mut self, why: Refusal) -> bool {
        if !matches!(self.status, Status::Ready | Status::InProgress) {
            return false;
        }
        self.status = Status::Aborted;
        self.failure = Some(why);
        true
    }

    /// Whether a confirm that arrived then may approve this payment.
    pub(crate) fn check_confirm(&self, order_id: &str, amount: i64) -> Result<(), Refusal> {
        match self.status {
            Status::Done | Status::Canceled | Status::PartialCanceled => {
                return Err(Refusal::of("ALREADY_PROCESSED_PAYMENT"));
            }
            Status::Ready | Status::Aborted | Status::Expired => {
                return Err(Refusal::of("NOT_FOUND_PAYMENT_SESSION"));
            }
            Status::InProgress => {}
        }
        if self.order_id != order_id {
            return Err(Refusal::field("orderId", "결제 요청과 다릅니다."));
        }
        if self.amount != amount {
            return Err(Refusal::field("amount", "결제 요청과 다릅니다."));
        }
        Ok(())
    }

    pub(crate) fn approve(&mut self, approval: Approval) {
        self.status = Status::Done;
        self.approval = Some(approval);
        self.failure = None;
    }

    /// The amount and the tax-free part this cancel would take back.
    pub(crate) fn check_cancel(&self, call: &CancelCall) -> Result<(i64, i64), Refusal> {
        match self.status {
            Status::Done | Status::PartialCanceled => {}
            Status::Canceled => return Err(Refusal::of("ALREADY_CANCELED_PAYMENT")),
            Status::Ready | Status::InProgress | Status::Aborted | Status::Expired => {
                return Err(Refusal::of("NOT_CANCELABLE_PAYMENT"));
            }
        }
        let balance = self.balance();
        let free_left = self.tax_free_left();
        let amount = call.amount.unwrap_or(balance);
        let whole = amount == balance;
        let tax_free = match call.tax_free {
            Some(part) => part,
            None if whole => free_left,
            None => 0,
        };
        let taxed_left = balance - free_left;
        let fits = amount > 0
            && amount <= balance
            && (0..=free_left.min(amount)).contains(&tax_free)
            && amount - tax_free <= taxed_left;
        if fits {
            Ok((amount, tax_free))
        } else {
            Err(Refusal::of("NOT_CANCELABLE_AMOUNT"))
        }
    }

    pub(crate) fn cancel(&mut self, part: (i64, i64), reason: String, key: String, now: Moment) {
        let refundable = self.balance() - part.0;
        self.cancels.push(Cancel {
            transaction_key: key,
            amount: part.0,
            tax_free: part.1,
            reason,
            at: now,
            refundable,
        });
        self.status = if refundable == 0 {
            Status::Canceled
        } else {
            Status::PartialCanceled
        };
    }
}
