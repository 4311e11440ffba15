//! The payer's app: reads the merchant's QR and pays.
//!
//! Guarantees: what is shown was read from the code itself; a reference already paid cannot be
//! paid again. Deliberately absent: a camera; the code's text is opened as an address or pasted.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::book::Outcome;
use super::emv::{Offer, read};
use crate::faults::{Endpoint, FaultKind, FaultRule};
use crate::html::{escape, page, won};
use crate::world::{Topic, World};

const HOME: &str = include_str!("../../pages/mpm.html");
const PAY: &str = include_str!("../../pages/mpm_pay.html");
const END: &str = include_str!("../../pages/wallet_end.html");

/// Most a sticker's payer may type, in won.
const MAX_AMOUNT: i64 = 10_000_000;

/// The page at the gateway's own address, with and without a slash at its end.
pub(crate) async fn home() -> Response {
    page(HOME, &[])
}

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(home))
        .route("/pay", get(offer).post(pay))
}

#[derive(Deserialize)]
struct Opened {
    #[serde(default)]
    code: String,
}

/// `POST /mpm/pay`, form-encoded.
#[derive(Deserialize)]
struct Pressed {
    code: String,
    /// For a code without an amount, in won.
    #[serde(default)]
    amount: String,
    /// `pay`, `refused` or `requested`.
    #[serde(default)]
    outcome: String,
}

fn end(status: StatusCode, title: &str, text: &str, english: &str, good: bool) -> Response {
    let words = [
        ("title", title),
        ("text", text),
        ("english", english),
        ("mark", if good { "done" } else { "off" }),
        ("home", ""),
    ];
    (status, page(END, &words)).into_response()
}

fn no(text: &str, english: &str) -> Response {
    let title = "결제할 수 없습니다";
    end(StatusCode::BAD_REQUEST, title, text, english, false)
}

fn paid_before() -> Response {
    end(
        StatusCode::CONFLICT,
        "이미 결제된 QR입니다",
        "돈은 다시 나가지 않았습니다.",
        "This code was paid before.",
        false,
    )
}

async fn offer(State(world): State<Arc<World>>, Query(opened): Query<Opened>) -> Response {
    let offer = match read(opened.code.trim()) {
        Ok(offer) => offer,
        Err(why) => return no(why, "This is no payable code."),
    };
    if world.scheme().taken(&offer) {
        return paid_before();
    }
    let amount = match offer.amount {
        Some(amount) => format!("<p class=\"amount\">{}<span>원</span></p>", won(amount)),
        None => "<p class=\"amount\"><input name=\"amount\" form=\"pay\" inputmode=\"numeric\" \
                 pattern=\"[0-9]+\" required placeholder=\"0\" aria-label=\"금액 Amount\"><span>원</span></p>"
            .to_owned(),
    };
    let kind = match offer.dynamic {
        true => "변동형 dynamic",
        false => "고정형 static",
    };
    page(
        PAY,
        &[
            ("name", &escape(&offer.name)),
            ("merchant", &escape(&offer.merchant)),
            ("amount", &amount),
            (
                "reference",
                &escape(offer.reference.as_deref().unwrap_or("-")),
            ),
            ("kind", kind),
            ("code", &escape(opened.code.trim())),
        ],
    )
}

async fn pay(State(world): State<Arc<World>>, Form(pressed): Form<Pressed>) -> Response {
    world.catch_up();
    let offer = match read(pressed.code.trim()) {
        Ok(offer) => offer,
        Err(why) => return no(why, "This is no payable code."),
    };
    let typed = || pressed.amount.parse().ok();
    let asked = offer.amount.or_else(typed);
    let Some(asked) = asked.filter(|won| (1..=MAX_AMOUNT).contains(won)) else {
        return no(
            "금액을 다시 확인해 주세요.",
            "The amount is missing or too large.",
        );
    };
    let outcome = match pressed.outcome.as_str() {
        "" | "pay" => Outcome::Paid,
        "refused" => Outcome::Refused,
        "requested" => Outcome::Requested,
        _ => return no("알 수 없는 선택입니다.", "Unknown choice."),
    };
    let rule = world.faults().take(Endpoint::MpmPay);
    book(&world, &offer, asked, outcome, rule.as_ref())
}

fn book(
    world: &Arc<World>,
    offer: &Offer,
    asked: i64,
    wanted: Outcome,
    rule: Option<&FaultRule>,
) -> Response {
    let late = rule.filter(|rule| rule.fault == FaultKind::LateApproval);
    let outcome = match rule.map(|rule| rule.fault) {
        Some(FaultKind::Decline) => Outcome::Refused,
        Some(FaultKind::LateApproval) => Outcome::Requested,
        _ => wanted,
    };
    let amount = FaultRule::amount(rule, asked);
    let now = world.clock.now();
    let booked = world.scheme().pay(offer, asked, amount, outcome, now);
    world.changed(Topic::Payments);
    let Some(reference) = booked else {
        return paid_before();
    };
    if let Some(late) = late {
        world.defer(now.plus(late.late()), move |world| {
            let now = world.clock.now();
            world.scheme().settle(&reference, now);
            world.changed(Topic::Payments);
        });
    }
    let words = match outcome {
        Outcome::Paid => ("결제했습니다", "가게 화면을 확인해 주세요.", "Paid.", true),
        Outcome::Refused => (
            "거절되었습니다",
            "돈은 나가지 않았습니다.",
            "Refused.",
            false,
        ),
        Outcome::Requested => (
            "처리 중입니다",
            "잠시 후 다시 확인해 주세요.",
            "Being worked on.",
            false,
        ),
    };
    end(StatusCode::OK, words.0, words.1, words.2, words.3)
}
