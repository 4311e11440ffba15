//! The scheme's book: what payers' apps have paid, and what merchants took back.
//!
//! Guarantees: a reference of a merchant is paid at most once; cancelled parts never sum up to
//! more than was paid; a cancel's id is carried out once. Deliberately absent: forgetting before
//! a reset.

use rand::Rng;
use serde_json::{Value, json};

use super::emv::Offer;
use crate::clock::Moment;
use crate::faults::Answer;
use crate::ledger::{RequestLog, Truth};
use axum::http::StatusCode;

/// Payments one sandbox keeps between resets.
const MAX_PAYMENTS: usize = 20_000;

/// Why the scheme says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    WrongKey,
    Malformed(&'static str),
    /// Nobody has paid this reference.
    NeverSeen,
    UnknownPayment,
    NotCancellable,
    /// The same cancel id with another amount.
    OtherCancel,
    CancelFailed,
    /// A decline that somebody switched on.
    Ordered,
}

impl Refusal {
    pub(super) fn answer(&self) -> Answer {
        let (status, code, words) = match self {
            Self::WrongKey => (StatusCode::UNAUTHORIZED, "MP1001", "인증 실패".to_owned()),
            Self::Malformed(name) => (
                StatusCode::BAD_REQUEST,
                "MP1002",
                format!("형식 오류: {name}"),
            ),
            Self::NeverSeen => (StatusCode::NOT_FOUND, "MP9999", "조회 실패".to_owned()),
            Self::UnknownPayment => (
                StatusCode::NOT_FOUND,
                "MP3300",
                "유효하지 않은 거래내역".to_owned(),
            ),
            Self::NotCancellable => (
                StatusCode::BAD_REQUEST,
                "MP3301",
                "취소가능한 거래내역이 아님".to_owned(),
            ),
            Self::OtherCancel => (
                StatusCode::CONFLICT,
                "MP3302",
                "같은 CANCEL_ID의 다른 요청".to_owned(),
            ),
            Self::CancelFailed => (
                StatusCode::BAD_REQUEST,
                "MP3305",
                "승인취소 실패".to_owned(),
            ),
            Self::Ordered => (StatusCode::BAD_REQUEST, "MP9000", "거절".to_owned()),
        };
        Answer::new(status, json!({ "code": code, "description": words }))
    }
}

/// What the payer's app did with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Paid,
    Refused,
    /// Asked for, not yet answered.
    Requested,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Requested,
    Paid,
    Refused,
    Canceled,
    CancelFailed,
}

#[derive(Clone, Debug)]
struct Cancel {
    id: String,
    amount: i64,
    answer: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Payment {
    reference: String,
    merchant: String,
    asked: i64,
    amount: i64,
    auth_id: String,
    state: State,
    /// Cancels now being worked on.
    in_hand: u32,
    at: Moment,
    paid_at: Option<Moment>,
    cancels: Vec<Cancel>,
}

#[derive(Debug, Default)]
pub(crate) struct SchemeBook {
    payments: Vec<Payment>,
    pub(crate) log: RequestLog,
}

impl Payment {
    fn canceled(&self) -> i64 {
        self.cancels.iter().map(|cancel| cancel.amount).sum()
    }

    fn code(&self) -> &'static str {
        match self.state {
            _ if self.in_hand > 0 => "90",
            State::Requested => "10",
            State::Paid => "15",
            State::Refused => "19",
            State::Canceled => "95",
            State::CancelFailed => "99",
        }
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "code": "MP0000",
            "QR_REFERENCE_ID": self.reference,
            "MERCHANT_ID": self.merchant,
            "STATE": self.code(),
            "AMOUNT": self.amount,
            "CANCELED_AMOUNT": self.canceled(),
            "AUTH_ID": self.auth_id,
            "PAID_AT": self.paid_at.map(Moment::rfc3339),
            "UPDATED_AT": self.at.rfc3339(),
        })
    }

    pub(super) fn truth(&self) -> Truth {
        let paid = self.paid_at.is_some();
        Truth {
            gateway: "mpm",
            id: self.auth_id.clone(),
            order: self.reference.clone(),
            amount: self.asked,
            approvals: usize::from(paid),
            approved: if paid { self.amount } else { 0 },
            sent_back: self.canceled(),
            status: json!(self.code()),
        }
    }
}

impl SchemeBook {
    pub(super) fn payments(&self) -> &[Payment] {
        &self.payments
    }

    fn find(&mut self, reference: &str) -> Option<&mut Payment> {
        let mut last = self.payments.iter_mut().rev();
        last.find(|payment| payment.reference == reference)
    }

    /// Whether this code can no longer be paid: a refused one may be tried again.
    pub(super) fn taken(&self, offer: &Offer) -> bool {
        let Some(reference) = &offer.reference else {
            return false;
        };
        self.payments.iter().any(|payment| {
            payment.reference == *reference
                && payment.merchant == offer.merchant
                && payment.state != State::Refused
        })
    }

    /// The payer presses pay. A sticker without a reference gets one. `None`: not payable.
    pub(super) fn pay(
        &mut self,
        offer: &Offer,
        asked: i64,
        amount: i64,
        outcome: Outcome,
        now: Moment,
    ) -> Option<String> {
        if self.taken(offer) || self.payments.len() >= MAX_PAYMENTS {
            return None;
        }
        let count = self.payments.len() + 1;
        let own = || format!("STICKER{count:08}");
        let reference = offer.reference.clone().unwrap_or_else(own);
        let auth_id = rand::rng().random_range(10_000_000..100_000_000u32);
        self.payments.push(Payment {
            reference: reference.clone(),
            merchant: offer.merchant.clone(),
            asked,
            amount,
            auth_id: auth_id.to_string(),
            state: match outcome {
                Outcome::Paid => State::Paid,
                Outcome::Refused => State::Refused,
                Outcome::Requested => State::Requested,
            },
            in_hand: 0,
            at: now,
            paid_at: (outcome == Outcome::Paid).then_some(now),
            cancels: Vec::new(),
        });
        Some(reference)
    }

    /// A payment that was asked for is paid at last.
    pub(super) fn settle(&mut self, reference: &str, now: Moment) {
        if let Some(payment) = self.find(reference)
            && payment.state == State::Requested
        {
            payment.state = State::Paid;
            payment.paid_at = Some(now);
            payment.at = now;
        }
    }

    pub(super) fn inquire(&mut self, reference: &str) -> Result<Value, Refusal> {
        let payment = self.find(reference).ok_or(Refusal::NeverSeen)?;
        Ok(payment.view())
    }

    /// A cancel is being worked on from now on.
    pub(super) fn hold(&mut self, reference: &str) -> bool {
        match self.find(reference) {
            Some(payment) if matches!(payment.state, State::Paid | State::CancelFailed) => {
                payment.in_hand += 1;
                true
            }
            _ => false,
        }
    }

    pub(super) fn let_go(&mut self, reference: &str) {
        if let Some(payment) = self.find(reference) {
            payment.in_hand = payment.in_hand.saturating_sub(1);
        }
    }

    pub(super) fn cancel(
        &mut self,
        reference: &str,
        id: &str,
        amount: i64,
        refused: bool,
        now: Moment,
    ) -> Result<Value, Refusal> {
        let payment = self.find(reference).ok_or(Refusal::UnknownPayment)?;
        if let Some(done) = payment.cancels.iter().find(|cancel| cancel.id == id) {
            return match done.amount == amount {
                true => Ok(done.answer.clone()),
                false => Err(Refusal::OtherCancel),
            };
        }
        let left = payment.amount - payment.canceled();
        let stands = matches!(payment.state, State::Paid | State::CancelFailed);
        if !stands || amount <= 0 || amount > left {
            return Err(Refusal::NotCancellable);
        }
        payment.at = now;
        if refused {
            payment.state = State::CancelFailed;
            return Err(Refusal::CancelFailed);
        }
        payment.state = match amount == left {
            true => State::Canceled,
            false => State::Paid,
        };
        let answer = json!({
            "code": "MP0000",
            "QR_REFERENCE_ID": payment.reference,
            "CANCEL_ID": id,
            "STATE": payment.code(),
            "AMOUNT": amount,
            "CANCELED_AMOUNT": payment.canceled() + amount,
            "REMAINING_AMOUNT": left - amount,
            "CANCELED_AT": now.rfc3339(),
        });
        payment.cancels.push(Cancel {
            id: id.to_owned(),
            amount,
            answer: answer.clone(),
        });
        Ok(answer)
    }

    pub(super) fn of_day(&self, date: &str) -> Value {
        let of_day = |payment: &&Payment| payment.paid_at.unwrap_or(payment.at).date() == date;
        let payments: Vec<Value> = self
            .payments
            .iter()
            .filter(of_day)
            .map(Payment::view)
            .collect();
        json!({ "code": "MP0000", "PAYMENTS": payments })
    }
}
