//! Toss Payments' book: payments, transactions, cash receipts, idempotency keys, calls made.
//!
//! Guarantees: keys are drawn from the system's randomness and never reused; an order id is used
//! once; the book is bounded and refuses new payments when full. Deliberately absent:
//! forgetting a payment before a reset.

use std::collections::HashMap;

use rand::Rng;
use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Value, json};

use super::fields;
use super::idempotency::Idempotency;
use super::payment::{Approval, Payment, Status};
use super::receipt::Receipts;
use super::refusal::Refusal;
use super::webhook::Deliveries;
use crate::clock::Moment;
use crate::ledger::RequestLog;

/// Payments one sandbox keeps between resets.
const MAX_PAYMENTS: usize = 20_000;
/// Smallest card payment, in won.
const MINIMUM: i64 = 100;

#[derive(Debug, Default)]
pub(crate) struct TossBook {
    /// Where changes are told.
    pub(crate) webhook: Option<String>,
    first_webhook: Option<String>,
    payments: Vec<Payment>,
    by_key: HashMap<String, usize>,
    by_order: HashMap<String, usize>,
    by_page: HashMap<String, usize>,
    pub(crate) keys: Idempotency,
    pub(crate) receipts: Receipts,
    pub(crate) deliveries: Deliveries,
    pub(crate) log: RequestLog,
}

/// A transaction's key: 32 hexadecimal digits.
pub(super) fn transaction_key() -> String {
    let (high, low): (u64, u64) = (rand::rng().random(), rand::rng().random());
    format!("{high:016X}{low:016X}")
}

pub(super) fn secret(length: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), length)
}

/// So many digits.
pub(super) fn digits(count: usize) -> String {
    let mut rng = rand::rng();
    (0..count)
        .map(|_| char::from(b'0' + rng.random_range(0..10u8)))
        .collect()
}

impl TossBook {
    pub(crate) fn new(webhook: Option<String>) -> Self {
        Self {
            webhook: webhook.clone(),
            first_webhook: webhook,
            ..Self::default()
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.first_webhook.take());
    }

    pub(crate) fn payments(&self) -> &[Payment] {
        &self.payments
    }

    pub(crate) fn open(&mut self, body: &Value, now: Moment) -> Result<&Payment, Refusal> {
        let method = fields::text(body, "method", 20)?;
        if !matches!(method.as_str(), "CARD" | "카드") {
            return Err(Refusal::field("method", "카드만 연습할 수 있습니다."));
        }
        let order_id = fields::order_id(body)?;
        let order_name = fields::text(body, "orderName", 100)?;
        let amount = fields::won(body, "amount")?;
        let tax_free = fields::optional_won(body, "taxFreeAmount")?.unwrap_or(0);
        let success_url = fields::address(body, "successUrl")?;
        let fail_url = fields::address(body, "failUrl")?;
        if amount < MINIMUM {
            return Err(Refusal::of("BELOW_MINIMUM_AMOUNT"));
        }
        if tax_free > amount {
            return Err(Refusal::field("taxFreeAmount", "amount보다 큽니다."));
        }
        if self.by_order.contains_key(&order_id) {
            return Err(Refusal::of("DUPLICATED_ORDER_ID"));
        }
        if self.payments.len() >= MAX_PAYMENTS {
            return Err(Refusal::of("FORBIDDEN_REQUEST"));
        }
        let at = self.payments.len();
        let payment_key = format!("sbx_{}", secret(40));
        let page = secret(40);
        self.by_key.insert(payment_key.clone(), at);
        self.by_order.insert(order_id.clone(), at);
        self.by_page.insert(page.clone(), at);
        self.payments.push(Payment {
            payment_key,
            order_id,
            order_name,
            page,
            success_url,
            fail_url,
            amount,
            tax_free,
            status: Status::Ready,
            requested_at: now,
            authenticated_at: None,
            approval: None,
            cancels: Vec::new(),
            failure: None,
        });
        Ok(&self.payments[at])
    }

    pub(crate) fn by_key(&self, key: &str) -> Result<&Payment, Refusal> {
        let at = self.by_key.get(key);
        at.map(|at| &self.payments[*at])
            .ok_or_else(|| Refusal::of("NOT_FOUND_PAYMENT"))
    }

    pub(crate) fn by_key_mut(&mut self, key: &str) -> Result<&mut Payment, Refusal> {
        match self.by_key.get(key) {
            Some(at) => Ok(&mut self.payments[*at]),
            None => Err(Refusal::of("NOT_FOUND_PAYMENT")),
        }
    }

    pub(crate) fn by_order(&self, order_id: &str) -> Result<&Payment, Refusal> {
        let at = self.by_order.get(order_id);
        at.map(|at| &self.payments[*at])
            .ok_or_else(|| Refusal::of("NOT_FOUND_PAYMENT"))
    }

    pub(crate) fn by_page_mut(&mut self, page: &str) -> Option<&mut Payment> {
        Some(&mut self.payments[*self.by_page.get(page)?])
    }

    /// Approvals and cancels of a span of time, oldest first, from behind a key on.
    pub(crate) fn transactions(
        &self,
        span: (&str, &str),
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Transaction>, Refusal> {
        let mut all: Vec<Transaction> = self.payments.iter().flat_map(transactions_of).collect();
        all.retain(|one| {
            let at = one.at.kst();
            at.as_str() >= span.0 && at.as_str() <= span.1
        });
        all.sort_by_key(|one| one.at);
        let from = match after {
            None => 0,
            Some(key) => {
                let at = all.iter().position(|one| one.key == key);
                at.ok_or_else(|| Refusal::of("INVALID_TRANSACTION_KEY"))? + 1
            }
        };
        Ok(all.into_iter().skip(from).take(limit).collect())
    }
}

/// One movement of money, as `GET /v1/transactions` lists it.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    key: String,
    payment_key: String,
    order_id: String,
    status: Status,
    at: Moment,
    amount: i64,
}

fn transactions_of(payment: &Payment) -> Vec<Transaction> {
    let row = |key: &str, status, at, amount| Transaction {
        key: key.to_owned(),
        payment_key: payment.payment_key.clone(),
        order_id: payment.order_id.clone(),
        status,
        at,
        amount,
    };
    let approval = payment.approval.iter().map(|approval: &Approval| {
        row(
            &approval.transaction_key,
            Status::Done,
            approval.at,
            approval.amount,
        )
    });
    let cancels = payment.cancels.iter().map(|cancel| {
        let status = match cancel.refundable {
            0 => Status::Canceled,
            _ => Status::PartialCanceled,
        };
        row(&cancel.transaction_key, status, cancel.at, cancel.amount)
    });
    approval.chain(cancels).collect()
}

impl Transaction {
    pub(crate) fn view(&self, mid: &str) -> Value {
        json!({
            "mId": mid,
            "transactionKey": self.key,
            "paymentKey": self.payment_key,
            "orderId": self.order_id,
            "method": "카드",
            "customerKey": null,
            "useEscrow": false,
            "receiptUrl": null,
            "status": self.status,
            "transactionAt": self.at.rfc3339(),
            "currency": "KRW",
            "amount": self.amount,
        })
    }
}
