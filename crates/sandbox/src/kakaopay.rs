//! KakaoPay online payment v1 over HTTP, to the letter of the payments reference, section 2.
//!
//! Guarantees: the four calls check key, fields, lengths, ids, life and state as the vendor
//! documents them and answer with its codes and statuses; a refused call changes nothing.
//! Deliberately absent: the older "kapi" API, subscriptions, webhooks (the vendor has none).

pub(crate) mod book;
mod error;
mod fields;
mod pages;
mod payment;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use self::error::Refusal;
use self::fields::Fields;
use self::payment::{ApproveCall, CancelCall, Status};
use crate::clock::Moment;
use crate::faults::{Answer, Endpoint, Exchange, FaultKind, FaultRule, carry_out};
use crate::ledger::Truth;
use crate::listener::Cut;
use crate::world::{Topic, World};

/// Largest request body; the fields' own limits sum up to far less.
const MAX_BODY: usize = 64 * 1024;

/// The decline code when a fault names none: a listed refusal.
const DECLINED: i64 = -704;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/online/v1/payment/ready", post(ready))
        .route("/online/v1/payment/approve", post(approve))
        .route("/online/v1/payment/order", post(order))
        .route("/online/v1/payment/cancel", post(cancel))
        .merge(pages::router())
        .fallback(|| async { Refusal::wrong_url().answer().into_response() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// The ledger as JSON: payments, and each request with what came of it.
pub(crate) fn ledger(world: &World) -> Value {
    let book = world.payments();
    let payments: Vec<Value> = book.payments().iter().map(wire::ledger).collect();
    let sum =
        |pick: fn(&payment::Payment) -> i64| -> i64 { book.payments().iter().map(pick).sum() };
    json!({
        "counts": book.log.counts(),
        "approved_total": sum(|p| p.approved().map_or(0, |action| action.amount.total)),
        "canceled_total": sum(|p| p.canceled.total),
        "payments": payments,
        "requests": book.log.requests(),
        "requests_dropped": book.log.dropped(),
    })
}

/// What truly happened, payment by payment.
pub(crate) fn truth(world: &World) -> Vec<Truth> {
    let book = world.payments();
    let one = |payment: &payment::Payment| Truth {
        gateway: "kakaopay",
        id: payment.tid.clone(),
        order: payment.terms.partner_order_id.clone(),
        amount: payment.terms.amount.total,
        approvals: usize::from(payment.approved().is_some()),
        approved: payment.approved().map_or(0, |action| action.amount.total),
        sent_back: payment.canceled.total,
        status: json!(payment.status),
    };
    book.payments().iter().map(one).collect()
}

#[derive(Clone, Copy)]
enum Call {
    Ready,
    Approve,
    Order,
    Cancel,
}

impl Call {
    fn endpoint(self) -> (Endpoint, &'static str) {
        match self {
            Self::Ready => (Endpoint::PaymentReady, "ready"),
            Self::Approve => (Endpoint::PaymentApprove, "approve"),
            Self::Order => (Endpoint::PaymentOrder, "order"),
            Self::Cancel => (Endpoint::PaymentCancel, "cancel"),
        }
    }
}

struct Request {
    call: Call,
    /// Present when key and body were in order.
    body: Result<Value, Refusal>,
    /// The payment this request has marked as being worked on.
    holds: Option<String>,
    /// Another request was already working on the same payment.
    crowded: bool,
    /// When it came in: lives are counted to here, however late the work is done.
    arrived: Option<Moment>,
}

async fn ready(
    world: State<Arc<World>>,
    cut: ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(Call::Ready, world, cut, &headers, &body).await
}

async fn approve(
    world: State<Arc<World>>,
    cut: ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(Call::Approve, world, cut, &headers, &body).await
}

async fn order(
    world: State<Arc<World>>,
    cut: ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(Call::Order, world, cut, &headers, &body).await
}

async fn cancel(
    world: State<Arc<World>>,
    cut: ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(Call::Cancel, world, cut, &headers, &body).await
}

async fn run(
    call: Call,
    State(world): State<Arc<World>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    headers: &HeaderMap,
    body: &[u8],
) -> Response {
    let body = authorize(headers, &world.settings.secret_key).and_then(|()| read(headers, body));
    let request = Request {
        call,
        body,
        holds: None,
        crowded: false,
        arrived: None,
    };
    carry_out(world, cut, request).await
}

/// `Authorization: SECRET_KEY {key}`; a development key has the prefix `DEV_SECRET_KEY`.
fn authorize(headers: &HeaderMap, key: &str) -> Result<(), Refusal> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or_else(Refusal::no_authorization)?;
    let fits = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .is_some_and(|(scheme, given)| {
            matches!(scheme, "SECRET_KEY" | "DEV_SECRET_KEY") && given == key
        });
    if fits {
        Ok(())
    } else {
        Err(Refusal::bad_key())
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.starts_with("application/json"));
    if !json {
        return Err(Refusal::field("Content-Type", "must be application/json"));
    }
    serde_json::from_slice(body).map_err(|_| Refusal::field("body", "must be a JSON object"))
}

impl Exchange for Request {
    fn endpoint(&self) -> Endpoint {
        self.call.endpoint().0
    }

    fn arrive(&mut self, world: &World) {
        self.arrived = Some(world.clock.now());
        if !matches!(self.call, Call::Approve | Call::Cancel) {
            return;
        }
        let Ok(body) = &self.body else { return };
        let Some(tid) = body.get("tid").and_then(Value::as_str) else {
            return;
        };
        if let Ok(payment) = world.payments().by_tid_mut(tid) {
            if payment.in_progress {
                self.crowded = true;
            } else {
                payment.in_progress = true;
                self.holds = Some(tid.to_owned());
            }
        }
    }

    fn work(&mut self, world: &Arc<World>, rule: Option<&FaultRule>) -> Answer {
        let result = match &self.body {
            Err(refusal) => Err(refusal.clone()),
            Ok(_) if self.crowded => Err(Refusal::in_progress()),
            Ok(body) => self.answer(world, body, rule),
        };
        if let Some(tid) = self.holds.take()
            && let Ok(payment) = world.payments().by_tid_mut(&tid)
        {
            payment.in_progress = false;
        }
        world.changed(Topic::Payments);
        match result {
            Ok(body) => Answer::new(StatusCode::OK, body),
            Err(refusal) => refusal.answer(),
        }
    }

    fn broken(&self, status: StatusCode) -> Answer {
        Refusal::broken(status).answer()
    }

    fn record(&self, world: &World, answer: Option<&Answer>, fault: Option<FaultKind>) {
        let mut note = match &self.body {
            Ok(body) => body.clone(),
            Err(_) => Value::Null,
        };
        if let Some(token) = note.get_mut("pg_token") {
            *token = json!("(hidden)");
        }
        let at = world.clock.now();
        world
            .payments()
            .log
            .add(at, self.call.endpoint(), note, answer, fault);
    }
}

impl Request {
    fn answer(
        &self,
        world: &World,
        body: &Value,
        rule: Option<&FaultRule>,
    ) -> Result<Value, Refusal> {
        let decline = FaultRule::refusing(rule);
        match self.call {
            Call::Ready => open(world, body, decline),
            Call::Approve => {
                let arrived = self.arrived.unwrap_or_else(|| world.clock.now());
                settle(world, body, rule, arrived)
            }
            Call::Order => inquire(world, body, decline),
            Call::Cancel => take_back(world, body, decline),
        }
    }
}

fn ordered(decline: Option<&FaultRule>) -> Result<(), Refusal> {
    match decline {
        Some(rule) => Err(Refusal::ordered(rule.code.unwrap_or(DECLINED))),
        None => Ok(()),
    }
}

fn open(world: &World, body: &Value, decline: Option<&FaultRule>) -> Result<Value, Refusal> {
    ordered(decline)?;
    let mut book = world.payments();
    let payment = book.open(body, world.clock.now())?;
    Ok(wire::ready(payment, &world.settings.public_base))
}

fn settle(
    world: &World,
    body: &Value,
    rule: Option<&FaultRule>,
    arrived: Moment,
) -> Result<Value, Refusal> {
    let fields = Fields::of(body)?;
    let mut book = world.payments();
    book.check_cid(&fields)?;
    let tid = fields.text("tid", 20)?;
    let call = ApproveCall {
        partner_order_id: fields.text("partner_order_id", 100)?,
        partner_user_id: fields.text("partner_user_id", 100)?,
        pg_token: fields.text("pg_token", 100)?,
        total_amount: fields.optional_amount("total_amount")?,
        payload: fields.optional_text("payload", 200)?,
    };
    let now = world.clock.now();
    let payment = book.by_tid_mut(&tid)?;
    payment.check_approve(&call, arrived)?;
    if let Err(refusal) = ordered(FaultRule::refusing(rule)) {
        payment.status = Status::FailPayment;
        return Err(refusal);
    }
    let total = FaultRule::amount(rule, payment.terms.amount.total);
    payment.approve(total, book::vendor_id('A'), now);
    let action = payment.approved().ok_or_else(Refusal::not_approvable)?;
    Ok(wire::approved(payment, action, call.payload.as_deref()))
}

fn inquire(world: &World, body: &Value, decline: Option<&FaultRule>) -> Result<Value, Refusal> {
    ordered(decline)?;
    let fields = Fields::of(body)?;
    let book = world.payments();
    book.check_cid(&fields)?;
    let payment = book.by_tid(&fields.text("tid", 20)?)?;
    Ok(wire::order(payment))
}

fn take_back(world: &World, body: &Value, decline: Option<&FaultRule>) -> Result<Value, Refusal> {
    let fields = Fields::of(body)?;
    let mut book = world.payments();
    book.check_cid(&fields)?;
    let tid = fields.text("tid", 20)?;
    let call = CancelCall {
        amount: fields.amount("cancel_amount")?,
        tax_free: fields.amount("cancel_tax_free_amount")?,
        vat: fields.optional_amount("cancel_vat_amount")?,
        available: fields.optional_amount("cancel_available_amount")?,
    };
    let payment = book.by_tid_mut(&tid)?;
    let part = payment.check_cancel(&call)?;
    if let Some(rule) = decline {
        return Err(Refusal::ordered(rule.code.unwrap_or(-781)));
    }
    payment.cancel(part, book::vendor_id('A'), world.clock.now());
    let action = payment.last_cancel().ok_or_else(Refusal::not_cancellable)?;
    Ok(wire::canceled(payment, action))
}
