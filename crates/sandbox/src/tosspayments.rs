//! Toss Payments over HTTP: API version 2022-11-16, card payments.
//!
//! | Call | What |
//! | --- | --- |
//! | `POST /v1/payments` | `{method: "CARD", amount, orderId, orderName, successUrl, failUrl, taxFreeAmount?}` opens a payment; the guest goes to `checkout.url` |
//! | `POST /v1/payments/confirm` | `{paymentKey, orderId, amount}` takes the money, within 10 minutes of the guest's authentication |
//! | `GET /v1/payments/{paymentKey}`, `GET /v1/payments/orders/{orderId}` | the Payment |
//! | `POST /v1/payments/{paymentKey}/cancel` | `{cancelReason, cancelAmount?, taxFreeAmount?}`, in whole or part |
//! | `GET /v1/transactions?startDate=&endDate=&limit=&startingAfter=` | approvals and cancels, a row each; a cancel's row holds the cancelled sum |
//! | `POST`, `GET /v1/cash-receipts`, `POST /v1/cash-receipts/{receiptKey}/cancel` | cash receipts (`receipt.rs`) |
//! | webhook `PAYMENT_STATUS_CHANGED` | `webhook.rs` |
//!
//! `Authorization: Basic base64(secretKey + ":")`. A refusal is `{code, message}`. With a test
//! key, `TossPayments-Test-Code: CODE` reproduces that refusal and nothing is done. From the
//! payment window the guest returns to `successUrl?paymentKey=&orderId=&amount=` or to
//! `failUrl?code=&message=&orderId=`. `Idempotency-Key`: `idempotency.rs`.
//!
//! Sources: docs.tosspayments.com/reference, /reference/error-codes, /guides/webhook,
//! /guides/apis/transactions (payments reference, section 3). Unconfirmed: the code for a
//! confirm whose amount or order differs (here `INVALID_REQUEST`), that a cancel's row has a
//! positive amount, most of `receipt.rs`, and that leaving the payment window aborts the payment.
//!
//! Guarantees: a refused call changes nothing, except that a refused card ends its payment.
//! Deliberately absent: billing, virtual accounts, escrow, the browser's SDK.

pub(crate) mod book;
mod fields;
mod idempotency;
pub(crate) mod pages;
mod payment;
mod receipt;
mod refusal;
mod request;
mod webhook;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use self::refusal::Refusal;
use crate::ledger::Truth;
use crate::world::World;

/// Largest request body; the fields' own limits sum up to far less.
const MAX_BODY: usize = 64 * 1024;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .merge(request::router())
        .merge(pages::router())
        .fallback(|| async { Refusal::of("NOT_FOUND").answer().into_response() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// The ledger as JSON: payments, receipts, calls to the shop, and each request.
pub(crate) fn ledger(world: &World) -> Value {
    let truth: Vec<Value> = truth(world).iter().map(Truth::view).collect();
    let book = world.toss();
    let settings = &world.settings;
    let payments: Vec<Value> = book
        .payments()
        .iter()
        .zip(truth)
        .map(|(payment, truth)| {
            let vendor = wire::payment(payment, &settings.toss, &settings.public_base);
            json!({ "truth": truth, "payment": vendor })
        })
        .collect();
    json!({
        "payments": payments,
        "receipts": book.receipts.all(),
        "webhook": book.webhook,
        "webhooks": book.deliveries.made(),
        "counts": book.log.counts(),
        "requests": book.log.requests(),
        "requests_dropped": book.log.dropped(),
    })
}

/// What truly happened, payment by payment.
pub(crate) fn truth(world: &World) -> Vec<Truth> {
    let book = world.toss();
    let one = |payment: &payment::Payment| Truth {
        gateway: "tosspayments",
        id: payment.payment_key.clone(),
        order: payment.order_id.clone(),
        amount: payment.amount,
        approvals: usize::from(payment.approval.is_some()),
        approved: payment.approval.as_ref().map_or(0, |one| one.amount),
        sent_back: payment.canceled(),
        status: json!(payment.status),
    };
    book.payments().iter().map(one).collect()
}
