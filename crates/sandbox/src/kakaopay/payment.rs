//! One payment on the gateway's side: amounts, status, and what each call does to it.
//!
//! Guarantees: `approved - canceled = cancel_available`, part by part; at most one approval;
//! a payment is approved only from `AUTH_PASSWORD` with its own `pg_token`. Deliberately
//! absent: points and discounts (always 0) and SIDs.

use std::time::Duration;

use serde::Serialize;

use super::error::Refusal;
use crate::clock::Moment;

/// Life of a tid and of its payment request.
pub(crate) const LIFE: Duration = Duration::from_secs(15 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Ready,
    OpenPayment,
    AuthPassword,
    SuccessPayment,
    PartCancelPayment,
    CancelPayment,
    QuitPayment,
    FailPayment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Method {
    Card,
    Money,
}

impl Method {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "CARD" => Some(Self::Card),
            "MONEY" => Some(Self::Money),
            _ => None,
        }
    }
}

/// Won, split the way the vendor splits it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Amounts {
    pub(crate) total: i64,
    pub(crate) tax_free: i64,
    pub(crate) vat: i64,
    pub(crate) point: i64,
    pub(crate) discount: i64,
    pub(crate) green_deposit: i64,
}

impl Amounts {
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            total: self.total - other.total,
            tax_free: self.tax_free - other.tax_free,
            vat: self.vat - other.vat,
            point: self.point - other.point,
            discount: self.discount - other.discount,
            green_deposit: self.green_deposit - other.green_deposit,
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            tax_free: self.tax_free + other.tax_free,
            vat: self.vat + other.vat,
            point: self.point + other.point,
            discount: self.discount + other.discount,
            green_deposit: self.green_deposit + other.green_deposit,
        }
    }
}

/// The vendor's default: an eleventh of what is taxable, half up.
pub(crate) fn default_vat(total: i64, tax_free: i64) -> i64 {
    let taxable = (total - tax_free).max(0);
    (taxable * 2 + 11) / 22
}

/// What `ready` fixed.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) cid: String,
    pub(crate) partner_order_id: String,
    pub(crate) partner_user_id: String,
    pub(crate) item_name: String,
    pub(crate) item_code: Option<String>,
    pub(crate) quantity: i64,
    pub(crate) amount: Amounts,
    pub(crate) approval_url: String,
    pub(crate) cancel_url: String,
    pub(crate) fail_url: String,
    pub(crate) only_method: Option<Method>,
    pub(crate) install_month: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ActionType {
    Payment,
    Cancel,
}

/// One movement of money.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) aid: String,
    pub(crate) kind: ActionType,
    pub(crate) amount: Amounts,
    pub(crate) at: Moment,
}

#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) tid: String,
    /// The secret part of the page addresses.
    pub(crate) page: String,
    pub(crate) terms: Terms,
    pub(crate) status: Status,
    pub(crate) method: Option<Method>,
    /// The kiosk's own screen shows the waiting page; the phone then goes nowhere.
    pub(crate) watched: bool,
    pub(crate) pg_token: Option<String>,
    pub(crate) created_at: Moment,
    pub(crate) canceled: Amounts,
    pub(crate) actions: Vec<Action>,
    pub(crate) in_progress: bool,
}

/// What an approve call brings along.
#[derive(Clone, Debug)]
pub(crate) struct ApproveCall {
    pub(crate) partner_order_id: String,
    pub(crate) partner_user_id: String,
    pub(crate) pg_token: String,
    pub(crate) total_amount: Option<i64>,
    pub(crate) payload: Option<String>,
}

/// What a cancel call brings along.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CancelCall {
    pub(crate) amount: i64,
    pub(crate) tax_free: i64,
    pub(crate) vat: Option<i64>,
    pub(crate) available: Option<i64>,
}

impl Payment {
    pub(crate) fn expired(&self, now: Moment) -> bool {
        let open = match self.status {
            Status::Ready | Status::OpenPayment | Status::AuthPassword => true,
            Status::SuccessPayment
            | Status::PartCancelPayment
            | Status::CancelPayment
            | Status::QuitPayment
            | Status::FailPayment => false,
        };
        open && now >= self.created_at.plus(LIFE)
    }

    pub(crate) fn approved(&self) -> Option<&Action> {
        self.actions
            .iter()
            .find(|action| action.kind == ActionType::Payment)
    }

    /// What was approved, and before that what was asked for.
    pub(crate) fn amount(&self) -> Amounts {
        self.approved()
            .map_or(self.terms.amount, |action| action.amount)
    }

    pub(crate) fn last_cancel(&self) -> Option<&Action> {
        self.actions
            .iter()
            .rfind(|action| action.kind == ActionType::Cancel)
    }

    pub(crate) fn cancel_available(&self) -> Amounts {
        match self.approved() {
            Some(action) => action.amount.minus(self.canceled),
            None => Amounts::default(),
        }
    }

    /// Everything but the doing, so that a refused call changes nothing.
    pub(crate) fn check_approve(&self, call: &ApproveCall, now: Moment) -> Result<(), Refusal> {
        if call.partner_order_id != self.terms.partner_order_id {
            return Err(Refusal::other_order());
        }
        if call.partner_user_id != self.terms.partner_user_id {
            return Err(Refusal::other_user());
        }
        match self.status {
            Status::SuccessPayment | Status::PartCancelPayment => {
                return Err(Refusal::already_paid());
            }
            Status::CancelPayment | Status::QuitPayment | Status::FailPayment => {
                return Err(Refusal::not_approvable());
            }
            Status::Ready | Status::OpenPayment | Status::AuthPassword => {}
        }
        if self.expired(now) {
            return Err(Refusal::expired());
        }
        let Some(token) = &self.pg_token else {
            return Err(Refusal::not_authenticated());
        };
        if *token != call.pg_token {
            return Err(Refusal::bad_pg_token());
        }
        match call.total_amount {
            Some(total) if total != self.terms.amount.total => {
                Err(Refusal::wrong_amount("total_amount"))
            }
            _ => Ok(()),
        }
    }

    /// Takes the money: `total` is what was asked for, unless a fault says otherwise.
    pub(crate) fn approve(&mut self, total: i64, aid: String, now: Moment) {
        self.status = Status::SuccessPayment;
        self.actions.push(Action {
            aid,
            kind: ActionType::Payment,
            amount: Amounts {
                total,
                ..self.terms.amount
            },
            at: now,
        });
    }

    /// The parts this cancel would take back.
    pub(crate) fn check_cancel(&self, call: &CancelCall) -> Result<Amounts, Refusal> {
        match self.status {
            Status::SuccessPayment | Status::PartCancelPayment => {}
            Status::Ready
            | Status::OpenPayment
            | Status::AuthPassword
            | Status::CancelPayment
            | Status::QuitPayment
            | Status::FailPayment => return Err(Refusal::not_cancellable()),
        }
        let rest = self.cancel_available();
        if call.amount == 0 {
            return Err(Refusal::wrong_amount("cancel_amount"));
        }
        if call.amount > self.amount().total {
            return Err(Refusal::above_total());
        }
        if call.amount > rest.total {
            return Err(Refusal::above_rest());
        }
        if call.available.is_some_and(|seen| seen != rest.total) {
            return Err(Refusal::other_rest());
        }
        let full = call.amount == rest.total;
        if self.terms.amount.green_deposit > 0 && !full {
            return Err(Refusal::not_cancellable());
        }
        if call.tax_free > rest.tax_free || call.tax_free > call.amount {
            return Err(Refusal::wrong_amount("cancel_tax_free_amount"));
        }
        if full && call.tax_free != rest.tax_free {
            return Err(Refusal::wrong_amount("cancel_tax_free_amount"));
        }
        if call.amount - call.tax_free > rest.total - rest.tax_free {
            return Err(Refusal::wrong_amount("cancel_tax_free_amount"));
        }
        let vat = match call.vat {
            Some(vat) if vat > rest.vat || vat > call.amount - call.tax_free => {
                return Err(Refusal::wrong_amount("cancel_vat_amount"));
            }
            Some(vat) => vat,
            None if full => rest.vat,
            None => default_vat(call.amount, call.tax_free).min(rest.vat),
        };
        Ok(Amounts {
            total: call.amount,
            tax_free: call.tax_free,
            vat,
            point: 0,
            discount: 0,
            green_deposit: if full { rest.green_deposit } else { 0 },
        })
    }

    pub(crate) fn cancel(&mut self, part: Amounts, aid: String, now: Moment) {
        self.canceled = self.canceled.plus(part);
        self.actions.push(Action {
            aid,
            kind: ActionType::Cancel,
            amount: part,
            at: now,
        });
        self.status = if self.cancel_available().total == 0 {
            Status::CancelPayment
        } else {
            Status::PartCancelPayment
        };
    }
}
