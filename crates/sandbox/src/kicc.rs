//! A VAN over HTTP: KICC's published "Simple Payment" calls, with a scanned customer code.
//!
//! | Call (`POST`, JSON, utf-8) | What |
//! | --- | --- |
//! | `/smpy/kiccpay/reqAprv` | approve: `{tid, svcId, bizrNo, mercTrxNo, tokenKey, alotMonth, trxAmt, vatAmt, svcAmt?, taxFreeAmt?, tranDt, tranTm, userData?}` |
//! | `/smpy/kiccpay/reqRtran` | net-cancel (망취소): the same data as the approval |
//! | `/smpy/kiccpay/reqCancel` | cancel in full: `{tid, svcId, bizrNo, mercTrxNo, wcc: "T" or "G", cndTrxNo, alotMonth?, trxAmt, vatAmt, svcAmt, tranDt, tranTm, orgAprvDt, orgAprvNo}` |
//!
//! Every answer is HTTP 200 with `respCd` and `respMsg`; `"0000"` is success, everything else a
//! refusal. An approval answers with `vanTrxNo, aprvNo, aprvDt, aprvTm, trxAmt, vatAmt, svcAmt,
//! taxFreeAmt, issuNm, acquNm, cardNo (masked), userData` besides what identifies the request.
//! `tokenKey` is the code the scanner read from the guest's phone (`/kicc/`), 24 digits or the
//! text of an EMVCo customer-presented QR; it lives 3 minutes and is good for one approval.
//!
//! Net-cancel: `"0000"` both when an approval was undone and when there was none; in the latter
//! case the merchant's number is barred from then on. Any field that differs from the approval is
//! refused and nothing is undone. Repeating it changes nothing. Only the fault of a late approval
//! gets past the bar; a second net-cancel undoes that one.
//!
//! Source: docs.kicc.co.kr/en/docs/van-payment/simple/{approve-payment, cancel, net-cancel}.
//! Confirmed there: paths, request fields and lengths, `respCd`, `respMsg`, `tid`, `svcId`,
//! `bizrNo`, `vanTrxNo`, and that net-cancel wants the approval's data. Unconfirmed: the names of
//! the other answer fields, every refusal code but success, how long net-cancel is accepted (here:
//! always), and that a scanned code can stand in `tokenKey`, where the vendor wants the
//! authentication's token encrypted.
//!
//! Guarantees: a refused call changes nothing. Deliberately absent: an inquiry (the vendor
//! publishes none for this service), partial cancels, encryption of the token.

pub(crate) mod book;
mod code;
mod fields;
pub(crate) mod pages;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use self::book::Refusal;
use self::fields::{Approve, Void};
use crate::clock::Moment;
use crate::faults::{Answer, Endpoint, Exchange, FaultKind, FaultRule, carry_out};
use crate::ledger::{Truth, masked};
use crate::listener::Cut;
use crate::world::{Topic, World};

/// Largest request body; the fields' own limits sum up to far less.
const MAX_BODY: usize = 16 * 1024;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/smpy/kiccpay/reqAprv", post(approve))
        .route("/smpy/kiccpay/reqRtran", post(reverse))
        .route("/smpy/kiccpay/reqCancel", post(void))
        .merge(pages::router())
        .fallback(|| async { StatusCode::NOT_FOUND.into_response() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// The ledger as JSON: payments, codes on phones (masked), barred numbers, each request.
pub(crate) fn ledger(world: &World) -> Value {
    let payments: Vec<Value> = truth(world).iter().map(Truth::view).collect();
    let now = world.clock.now();
    let book = world.van();
    json!({
        "payments": payments,
        "codes": book.codes(now),
        "barred": book.barred(),
        "counts": book.log.counts(),
        "requests": book.log.requests(),
        "requests_dropped": book.log.dropped(),
    })
}

/// What truly happened, payment by payment.
pub(crate) fn truth(world: &World) -> Vec<Truth> {
    world
        .van()
        .payments()
        .iter()
        .map(book::Payment::truth)
        .collect()
}

#[derive(Clone, Copy)]
enum Call {
    Approve,
    Reverse,
    Void,
}

async fn approve(world: State<Arc<World>>, cut: ConnectInfo<Cut>, body: Bytes) -> Response {
    run(Call::Approve, world, cut, &body).await
}

async fn reverse(world: State<Arc<World>>, cut: ConnectInfo<Cut>, body: Bytes) -> Response {
    run(Call::Reverse, world, cut, &body).await
}

async fn void(world: State<Arc<World>>, cut: ConnectInfo<Cut>, body: Bytes) -> Response {
    run(Call::Void, world, cut, &body).await
}

async fn run(
    call: Call,
    State(world): State<Arc<World>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    body: &[u8],
) -> Response {
    let body = serde_json::from_slice(body).map_err(|_| Refusal::Malformed("body"));
    let request = Request {
        call,
        body,
        arrived: None,
    };
    carry_out(world, cut, request).await
}

struct Request {
    call: Call,
    body: Result<Value, Refusal>,
    /// Lives are counted to here, however late the work is done.
    arrived: Option<Moment>,
}

impl Call {
    fn named(self) -> (Endpoint, &'static str) {
        match self {
            Self::Approve => (Endpoint::KiccApprove, "approve"),
            Self::Reverse => (Endpoint::KiccReverse, "reverse"),
            Self::Void => (Endpoint::KiccCancel, "cancel"),
        }
    }
}

impl Exchange for Request {
    fn endpoint(&self) -> Endpoint {
        self.call.named().0
    }

    fn arrive(&mut self, world: &World) {
        self.arrived = Some(world.clock.now());
    }

    fn work(&mut self, world: &Arc<World>, rule: Option<&FaultRule>) -> Answer {
        let result = match &self.body {
            Ok(body) => self.answer(world, body, rule),
            Err(refusal) => Err(refusal.clone()),
        };
        world.changed(Topic::Payments);
        match result {
            Ok(body) => Answer::new(StatusCode::OK, body),
            Err(refusal) => Answer::new(StatusCode::OK, refusal.body()),
        }
    }

    fn broken(&self, status: StatusCode) -> Answer {
        let body = json!({ "respCd": "9999", "respMsg": "시스템 장애" });
        Answer::new(status, body)
    }

    fn record(&self, world: &World, answer: Option<&Answer>, fault: Option<FaultKind>) {
        let mut note = self.body.clone().unwrap_or(Value::Null);
        if let Some(Value::String(token)) = note.get_mut("tokenKey") {
            *token = masked(token, 4);
        }
        let at = world.clock.now();
        let named = self.call.named();
        world.van().log.add(at, named, note, answer, fault);
    }
}

impl Request {
    fn answer(
        &self,
        world: &World,
        body: &Value,
        rule: Option<&FaultRule>,
    ) -> Result<Value, Refusal> {
        fields::check_shop(body, &world.settings.kicc)?;
        let now = world.clock.now();
        let arrived = self.arrived.unwrap_or(now);
        let decline = FaultRule::refusing(rule)
            .map(|rule| Refusal::Ordered(rule.reason.clone().unwrap_or_else(|| "8005".into())));
        match self.call {
            Call::Approve => {
                let request = Approve::of(body)?;
                let late = rule.is_some_and(|rule| rule.fault == FaultKind::LateApproval);
                let user_data = fields::user_data(body)?;
                let mut book = world.van();
                let code = book.check(&request, arrived, late)?;
                if let Some(refusal) = decline {
                    book.refuse(request);
                    return Err(refusal);
                }
                let total = FaultRule::amount(rule, request.amounts.total);
                let payment = book.approve(request, code, total, now);
                Ok(payment.view(user_data))
            }
            Call::Reverse => {
                let request = Approve::of(body)?;
                decline.map_or(Ok(()), Err)?;
                world.van().reverse(&request, now)
            }
            Call::Void => {
                let request = Void::of(body)?;
                decline.map_or(Ok(()), Err)?;
                world.van().void(&request, now)
            }
        }
    }
}
