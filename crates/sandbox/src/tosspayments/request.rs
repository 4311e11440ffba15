//! One request to Toss Payments, from its headers to its answer.
//!
//! Guarantees: the key is checked before all else and the idempotency key before the body; what
//! was refused for its key is not remembered under its idempotency key. Deliberately absent:
//! what money does; that is `payment.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::book::{digits, transaction_key};
use super::idempotency::{Known, MAX_KEY};
use super::payment::{Approval, CancelCall};
use super::refusal::{Refusal, broken};
use super::{fields, pages, webhook, wire};
use crate::faults::{Answer, Endpoint, Exchange, FaultKind, FaultRule, carry_out};
use crate::ledger::masked;
use crate::listener::Cut;
use crate::world::{Topic, World};

/// Rows of `GET /v1/transactions` when no limit is given, and at most.
const ROWS: (usize, usize) = (100, 5000);
/// Longest reason of a cancel, in characters.
const MAX_REASON: usize = 200;

type Texts = HashMap<String, String>;

enum Call {
    Create,
    Confirm,
    ByKey(String),
    ByOrder(String),
    Cancel(String),
    Transactions(Texts),
    IssueReceipt,
    Receipts(Texts),
    CancelReceipt(String),
}

/// What every request brings along besides its call.
struct Came {
    world: Arc<World>,
    cut: Cut,
    headers: HeaderMap,
    body: Bytes,
}

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/payments", post(create))
        .route("/v1/payments/confirm", post(confirm))
        .route("/v1/payments/{key}", get(by_key))
        .route("/v1/payments/orders/{order}", get(by_order))
        .route("/v1/payments/{key}/cancel", post(cancel))
        .route("/v1/transactions", get(transactions))
        .route("/v1/cash-receipts", post(issue_receipt).get(receipts))
        .route("/v1/cash-receipts/{key}/cancel", post(cancel_receipt))
}

macro_rules! handler {
    ($name:ident, $call:expr) => {
        async fn $name(
            State(world): State<Arc<World>>,
            ConnectInfo(cut): ConnectInfo<Cut>,
            headers: HeaderMap,
            body: Bytes,
        ) -> Response {
            let came = Came {
                world,
                cut,
                headers,
                body,
            };
            run(came, $call).await
        }
    };
    ($name:ident, $call:expr, $from:ident: $type:ty) => {
        async fn $name(
            State(world): State<Arc<World>>,
            ConnectInfo(cut): ConnectInfo<Cut>,
            $from(value): $from<$type>,
            headers: HeaderMap,
            body: Bytes,
        ) -> Response {
            let came = Came {
                world,
                cut,
                headers,
                body,
            };
            run(came, $call(value)).await
        }
    };
}

handler!(create, Call::Create);
handler!(confirm, Call::Confirm);
handler!(by_key, Call::ByKey, Path: String);
handler!(by_order, Call::ByOrder, Path: String);
handler!(cancel, Call::Cancel, Path: String);
handler!(transactions, Call::Transactions, Query: Texts);
handler!(issue_receipt, Call::IssueReceipt);
handler!(receipts, Call::Receipts, Query: Texts);
handler!(cancel_receipt, Call::CancelReceipt, Path: String);

async fn run(came: Came, call: Call) -> Response {
    let Came {
        world,
        cut,
        headers,
        body,
    } = came;
    let key = &world.settings.toss.secret_key;
    let read = authorize(&headers, key).and_then(|()| {
        if call.posts() {
            serde_json::from_slice(&body).map_err(|_| Refusal::field("body", "JSON이 아닙니다."))
        } else {
            Ok(Value::Null)
        }
    });
    let text = |name: &str| {
        let value = headers.get(name)?;
        Some(value.to_str().unwrap_or_default().to_owned())
    };
    let request = Request {
        body: read,
        idempotency_key: text("idempotency-key").filter(|_| call.posts()),
        test_code: text("tosspayments-test-code").filter(|_| key.starts_with("test_")),
        call,
        known: None,
        admitted: None,
    };
    carry_out(world, cut, request).await
}

fn authorize(headers: &HeaderMap, key: &str) -> Result<(), Refusal> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.strip_prefix("Basic "))
        .and_then(|text| STANDARD.decode(text).ok());
    if given.is_some_and(|given| given == format!("{key}:").as_bytes()) {
        Ok(())
    } else {
        Err(Refusal::of("UNAUTHORIZED_KEY"))
    }
}

impl Call {
    fn posts(&self) -> bool {
        match self {
            Self::Create
            | Self::Confirm
            | Self::Cancel(_)
            | Self::IssueReceipt
            | Self::CancelReceipt(_) => true,
            Self::ByKey(_) | Self::ByOrder(_) | Self::Transactions(_) | Self::Receipts(_) => false,
        }
    }

    fn named(&self) -> (Endpoint, &'static str) {
        match self {
            Self::Create => (Endpoint::TossCreate, "create"),
            Self::Confirm => (Endpoint::TossConfirm, "confirm"),
            Self::ByKey(_) | Self::ByOrder(_) => (Endpoint::TossInquiry, "inquiry"),
            Self::Cancel(_) => (Endpoint::TossCancel, "cancel"),
            Self::Transactions(_) => (Endpoint::TossTransactions, "transactions"),
            Self::IssueReceipt => (Endpoint::TossReceipt, "receipt"),
            Self::Receipts(_) => (Endpoint::TossReceipts, "receipts"),
            Self::CancelReceipt(_) => (Endpoint::TossReceiptCancel, "receipt_cancel"),
        }
    }

    /// What makes its URL this one.
    fn target(&self) -> &str {
        match self {
            Self::ByKey(key)
            | Self::ByOrder(key)
            | Self::Cancel(key)
            | Self::CancelReceipt(key) => key,
            Self::Create
            | Self::Confirm
            | Self::Transactions(_)
            | Self::IssueReceipt
            | Self::Receipts(_) => "",
        }
    }
}

struct Request {
    call: Call,
    /// Present when key and body were in order.
    body: Result<Value, Refusal>,
    idempotency_key: Option<String>,
    test_code: Option<String>,
    /// What was known of the idempotency key on arrival.
    known: Option<Known>,
    /// For a confirm: whether it could have been approved on arrival.
    admitted: Option<Result<(), Refusal>>,
}

impl Exchange for Request {
    fn endpoint(&self) -> Endpoint {
        self.call.named().0
    }

    fn arrive(&mut self, world: &World) {
        let Ok(body) = &self.body else { return };
        let mut book = world.toss();
        if let Some(key) = self.idempotency_key.as_ref().filter(|key| well_formed(key)) {
            let scope = self.scope(key);
            self.known = Some(book.keys.begin(&scope, world.clock.now()));
        }
        if matches!(self.call, Call::Confirm) {
            let key = fields::text(body, "paymentKey", 200);
            let payment = key.and_then(|key| book.by_key(&key).cloned());
            self.admitted = Some(payment.and_then(|payment| {
                let order = fields::text(body, "orderId", 64)?;
                payment.check_confirm(&order, fields::won(body, "amount")?)
            }));
        }
    }

    fn work(&mut self, world: &Arc<World>, rule: Option<&FaultRule>) -> Answer {
        if let Err(refusal) = &self.body {
            return refusal.answer();
        }
        let key = self.idempotency_key.clone();
        if key.as_ref().is_some_and(|key| !well_formed(key)) {
            return Refusal::of("INVALID_IDEMPOTENCY_KEY").answer();
        }
        match &self.known {
            Some(Known::Running) => return Refusal::of("IDEMPOTENT_REQUEST_PROCESSING").answer(),
            Some(Known::Full) => return Refusal::of("FORBIDDEN_REQUEST").answer(),
            Some(Known::Answered(answer)) => return answer.clone(),
            Some(Known::First) | None => {}
        }
        let answer = match self.answer(world, rule) {
            Ok(body) => Answer::new(StatusCode::OK, body),
            Err(refusal) => refusal.answer(),
        };
        if let Some(key) = key {
            let scope = self.scope(&key);
            world.toss().keys.finish(&scope, &answer);
        }
        world.changed(Topic::Payments);
        answer
    }

    fn broken(&self, status: StatusCode) -> Answer {
        broken(status)
    }

    fn record(&self, world: &World, answer: Option<&Answer>, fault: Option<FaultKind>) {
        let mut note = self.body.clone().unwrap_or(Value::Null);
        if let Some(Value::String(number)) = note.get_mut("customerIdentityNumber") {
            *number = masked(number, 3);
        }
        let note = json!({
            "target": self.call.target(),
            "idempotency_key": self.idempotency_key,
            "repeated": matches!(self.known, Some(Known::Answered(_))),
            "body": note,
        });
        let at = world.clock.now();
        let named = self.call.named();
        world.toss().log.add(at, named, note, answer, fault);
    }
}

/// 1 to 300 printable ASCII characters.
fn well_formed(key: &str) -> bool {
    (1..=MAX_KEY).contains(&key.chars().count()) && key.chars().all(|c| c.is_ascii_graphic())
}

impl Request {
    /// Key, URL and method; the API key is the same for all who get this far.
    fn scope(&self, key: &str) -> String {
        format!("{key}\n{}\n{}", self.call.named().1, self.call.target())
    }

    fn answer(&self, world: &Arc<World>, rule: Option<&FaultRule>) -> Result<Value, Refusal> {
        if let Some(code) = &self.test_code {
            return Err(Refusal::of(code));
        }
        let body = self.body.as_ref().map_err(Clone::clone)?;
        let now = world.clock.now();
        if matches!(self.call, Call::Confirm) {
            return self.confirm(world, body, rule);
        }
        if let Some(rule) = FaultRule::refusing(rule) {
            let code = rule.reason.as_deref().unwrap_or("PROVIDER_ERROR");
            return Err(Refusal::of(code));
        }
        match &self.call {
            Call::Create => {
                let (view, key) = {
                    let mut book = world.toss();
                    let payment = book.open(body, now)?;
                    (view(world, payment), payment.payment_key.clone())
                };
                pages::end_session_in_time(world, &key);
                Ok(view)
            }
            Call::Confirm => Err(Refusal::of("INVALID_REQUEST")),
            Call::ByKey(key) => Ok(view(world, world.toss().by_key(key)?)),
            Call::ByOrder(order) => Ok(view(world, world.toss().by_order(order)?)),
            Call::Cancel(key) => cancel_payment(world, key, body),
            Call::Transactions(query) => list(world, query),
            Call::IssueReceipt => world.toss().receipts.issue(body, now),
            Call::Receipts(query) => {
                let day = query.get("requestDate").filter(|day| is_day(day));
                let day = day.ok_or_else(|| Refusal::field("requestDate", "yyyy-MM-dd"))?;
                Ok(world.toss().receipts.of_day(day))
            }
            Call::CancelReceipt(key) => world.toss().receipts.cancel(key, body, now),
        }
    }

    fn confirm(
        &self,
        world: &Arc<World>,
        body: &Value,
        rule: Option<&FaultRule>,
    ) -> Result<Value, Refusal> {
        let key = fields::text(body, "paymentKey", 200)?;
        let order_id = fields::text(body, "orderId", 64)?;
        let amount = fields::won(body, "amount")?;
        let late = rule.is_some_and(|rule| rule.fault == FaultKind::LateApproval);
        let refused = FaultRule::refusing(rule)
            .map(|rule| Refusal::of(rule.reason.as_deref().unwrap_or("REJECT_CARD_PAYMENT")));
        let (result, changed) = {
            let mut book = world.toss();
            let payment = book.by_key_mut(&key)?;
            match &self.admitted {
                // Too late for everybody but the card company.
                Some(Ok(())) if late && payment.approval.is_none() => {}
                _ => payment.check_confirm(&order_id, amount)?,
            }
            match refused {
                Some(refusal) => {
                    let ends = refusal.ends_session() && payment.abort(refusal.clone());
                    (Err(refusal), ends)
                }
                None => {
                    payment.approve(Approval {
                        transaction_key: transaction_key(),
                        approve_no: digits(8),
                        amount: FaultRule::amount(rule, payment.amount),
                        at: world.clock.now(),
                    });
                    (Ok(view(world, payment)), true)
                }
            }
        };
        if changed {
            webhook::tell(world, &key);
        }
        result
    }
}

fn view(world: &World, payment: &super::payment::Payment) -> Value {
    let settings = &world.settings;
    wire::payment(payment, &settings.toss, &settings.public_base)
}

fn cancel_payment(world: &Arc<World>, key: &str, body: &Value) -> Result<Value, Refusal> {
    let call = CancelCall {
        reason: fields::text(body, "cancelReason", MAX_REASON)?,
        amount: fields::optional_won(body, "cancelAmount")?,
        tax_free: fields::optional_won(body, "taxFreeAmount")?,
    };
    let view = {
        let mut book = world.toss();
        let payment = book.by_key_mut(key)?;
        let part = payment.check_cancel(&call)?;
        payment.cancel(part, call.reason, transaction_key(), world.clock.now());
        view(world, payment)
    };
    webhook::tell(world, key);
    Ok(view)
}

fn is_day(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range);
        part.is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    text.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
}

/// `yyyy-MM-ddTHH:mm:ss`, with fractions of a second or an offset left out of account.
fn moment<'a>(query: &'a Texts, name: &str) -> Result<&'a str, Refusal> {
    let text = query.get(name).and_then(|text| text.get(..19));
    text.filter(|text| is_day(&text[..10]) && text.as_bytes()[10] == b'T')
        .ok_or_else(|| Refusal::field(name, "yyyy-MM-ddTHH:mm:ss"))
}

fn list(world: &World, query: &Texts) -> Result<Value, Refusal> {
    let span = (moment(query, "startDate")?, moment(query, "endDate")?);
    let limit = match query.get("limit") {
        None => ROWS.0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=ROWS.1).contains(limit))
            .ok_or_else(|| Refusal::field("limit", "1부터 5000까지입니다."))?,
    };
    let after = query.get("startingAfter").map(String::as_str);
    let rows = world.toss().transactions(span, after, limit)?;
    let mid = &world.settings.toss.mid;
    Ok(rows.iter().map(|row| row.view(mid)).collect())
}
