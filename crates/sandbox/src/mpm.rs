//! A scheme of merchant-presented QR codes over HTTP, modelled on BC's MPM.
//!
//! | Call (JSON, `Authorization: Bearer {key}`) | What |
//! | --- | --- |
//! | `GET /v1/payments/{QR_REFERENCE_ID}` | the last payment of that reference: `{code: "MP0000", QR_REFERENCE_ID, MERCHANT_ID, STATE, AMOUNT, CANCELED_AMOUNT, AUTH_ID, PAID_AT, UPDATED_AT}`; 404 `MP9999` while nobody has paid |
//! | `POST /v1/payments/{QR_REFERENCE_ID}/cancel` | `{AMOUNT, CANCEL_ID}`, in full or part; the same `CANCEL_ID` and amount again answers the same and moves nothing |
//! | `GET /v1/payments?date=yyyyMMdd` | `{code, PAYMENTS: […]}` of one day |
//!
//! `STATE`: 10 requested, 15 paid, 18 reversal in progress, 19 refused, 90 cancel requested,
//! 95 cancelled, 99 cancel failed (the payment stands). A payment cancelled in part stays 15. The
//! merchant makes the code's text itself; its reference is 62-05, its merchant's number 05 of the
//! template 26 to 51 that names an application. The payer's app is the page `/mpm/`.
//!
//! Source: `copanote/developers`, docs/mpm (payments reference, section 5.3): the states, the
//! query by reference, `MP0000`, `MP9999`, `MP3300`, `MP3301`, `MP3305`, `QR_REFERENCE_ID`,
//! `CARD_CO_AUTH_NO`. This stand-in's own, not BC's: paths, the bearer key (BC: header `apikey`
//! and a signature), field names, partial cancels and `CANCEL_ID`.
//!
//! Guarantees: a reference is paid once; a refused call changes nothing. Deliberately absent:
//! issuing the code, and a clock for it: the scheme does not know when the text was made.

pub(crate) mod book;
mod emv;
pub(crate) mod pages;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use self::book::Refusal;
use crate::faults::{Answer, Endpoint, Exchange, FaultKind, FaultRule, carry_out};
use crate::ledger::Truth;
use crate::listener::Cut;
use crate::world::{Topic, World};

/// Largest request body.
const MAX_BODY: usize = 16 * 1024;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/payments", get(list))
        .route("/v1/payments/{reference}", get(inquire))
        .route("/v1/payments/{reference}/cancel", post(cancel))
        .merge(pages::router())
        .fallback(|| async { StatusCode::NOT_FOUND.into_response() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// The ledger as JSON: payments in the scheme's words and in those of all gateways.
pub(crate) fn ledger(world: &World) -> Value {
    let book = world.scheme();
    let one = |payment: &book::Payment| json!({ "truth": payment.truth().view(), "payment": payment.view() });
    let payments: Vec<Value> = book.payments().iter().map(one).collect();
    json!({
        "payments": payments,
        "counts": book.log.counts(),
        "requests": book.log.requests(),
        "requests_dropped": book.log.dropped(),
    })
}

/// What truly happened, payment by payment.
pub(crate) fn truth(world: &World) -> Vec<Truth> {
    let book = world.scheme();
    book.payments().iter().map(book::Payment::truth).collect()
}

enum Call {
    Inquire(String),
    Cancel(String),
    List(String),
}

struct Request {
    call: Call,
    /// Present when key and body were in order.
    body: Result<Value, Refusal>,
    /// This request has put the payment into state 90.
    holds: bool,
}

type Came = (State<Arc<World>>, ConnectInfo<Cut>);

async fn inquire(came: Came, Path(reference): Path<String>, headers: HeaderMap) -> Response {
    run(came, &headers, None, Call::Inquire(reference)).await
}

async fn cancel(
    came: Came,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(came, &headers, Some(&body), Call::Cancel(reference)).await
}

async fn list(
    came: Came,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let date = query.get("date").cloned().unwrap_or_default();
    run(came, &headers, None, Call::List(date)).await
}

async fn run(came: Came, headers: &HeaderMap, body: Option<&[u8]>, call: Call) -> Response {
    let (State(world), ConnectInfo(cut)) = came;
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.strip_prefix("Bearer "));
    let body = if given != Some(world.settings.mpm_key.as_str()) {
        Err(Refusal::WrongKey)
    } else {
        match body {
            None => Ok(Value::Null),
            Some(body) => serde_json::from_slice(body).map_err(|_| Refusal::Malformed("body")),
        }
    };
    let request = Request {
        call,
        body,
        holds: false,
    };
    carry_out(world, cut, request).await
}

impl Call {
    fn named(&self) -> (Endpoint, &'static str) {
        match self {
            Self::Inquire(_) => (Endpoint::MpmInquiry, "inquiry"),
            Self::Cancel(_) => (Endpoint::MpmCancel, "cancel"),
            Self::List(_) => (Endpoint::MpmList, "list"),
        }
    }
}

impl Exchange for Request {
    fn endpoint(&self) -> Endpoint {
        self.call.named().0
    }

    fn arrive(&mut self, world: &World) {
        if let (Call::Cancel(reference), Ok(_)) = (&self.call, &self.body) {
            self.holds = world.scheme().hold(reference);
        }
    }

    fn work(&mut self, world: &Arc<World>, rule: Option<&FaultRule>) -> Answer {
        if let Call::Cancel(reference) = &self.call
            && std::mem::take(&mut self.holds)
        {
            world.scheme().let_go(reference);
        }
        let result = match &self.body {
            Ok(body) => self.answer(world, body, rule),
            Err(refusal) => Err(refusal.clone()),
        };
        world.changed(Topic::Payments);
        match result {
            Ok(body) => Answer::new(StatusCode::OK, body),
            Err(refusal) => refusal.answer(),
        }
    }

    fn broken(&self, status: StatusCode) -> Answer {
        let body = json!({ "code": "MP9000", "description": "system error" });
        Answer::new(status, body)
    }

    fn record(&self, world: &World, answer: Option<&Answer>, fault: Option<FaultKind>) {
        let target = match &self.call {
            Call::Inquire(text) | Call::Cancel(text) | Call::List(text) => text,
        };
        let body = self.body.clone().unwrap_or(Value::Null);
        let note = json!({ "target": target, "body": body });
        let at = world.clock.now();
        let named = self.call.named();
        world.scheme().log.add(at, named, note, answer, fault);
    }
}

impl Request {
    fn answer(
        &self,
        world: &World,
        body: &Value,
        rule: Option<&FaultRule>,
    ) -> Result<Value, Refusal> {
        let refused = FaultRule::refusing(rule).is_some();
        match &self.call {
            Call::Cancel(reference) => {
                let mut book = world.scheme();
                let amount = body.get("AMOUNT").and_then(Value::as_i64);
                let amount = amount.ok_or(Refusal::Malformed("AMOUNT"))?;
                let id = body.get("CANCEL_ID").and_then(Value::as_str);
                let id = id.filter(|id| (1..=64).contains(&id.len()));
                let id = id.ok_or(Refusal::Malformed("CANCEL_ID"))?;
                book.cancel(reference, id, amount, refused, world.clock.now())
            }
            _ if refused => Err(Refusal::Ordered),
            Call::Inquire(reference) => world.scheme().inquire(reference),
            Call::List(date) => {
                let fits = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
                if !fits {
                    return Err(Refusal::Malformed("date"));
                }
                Ok(world.scheme().of_day(date))
            }
        }
    }
}
