//! The pages a guest sees at the gateway: on the phone, and on the kiosk's own screen.
//!
//! Guarantees: a page address is a secret of forty letters; pressing pay twice pays once; once
//! the kiosk's screen watches, the phone is sent nowhere and the screen goes home instead.
//! Deliberately absent: any login. Whoever holds the address may press pay.

use std::sync::Arc;

use axum::extract::{Path, RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use qrcode::EcLevel;
use serde_json::json;

use super::payment::{LIFE, Method, Payment, Status};
use crate::clock::Moment;
use crate::html::{QrSymbol, escape, page, won};
use crate::world::{Topic, World};

const PHONE: &str = include_str!("../../pages/phone.html");
const PHONE_END: &str = include_str!("../../pages/phone_end.html");
const SCREEN: &str = include_str!("../../pages/screen.html");

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/{page}/mInfo", get(phone))
        .route("/v1/{page}/aInfo", get(phone))
        .route("/v1/{page}/info", get(screen))
        .route("/v1/{page}/state", get(state))
        .route("/v1/{page}/pay", post(pay))
        .route("/v1/{page}/quit", post(quit))
        .route("/v1/{page}/fail", post(fail))
}

fn no_page() -> Response {
    let words = [
        ("title", "없는 결제입니다"),
        ("text", "주소를 다시 확인해 주세요."),
        ("english", "No such payment."),
        ("mark", "off"),
    ];
    (StatusCode::NOT_FOUND, page(PHONE_END, &words)).into_response()
}

/// Runs `act` on the payment of a page, with the time, and tells the live pages.
fn with_payment<T>(
    world: &World,
    page: &str,
    act: impl FnOnce(&mut Payment, Moment) -> T,
) -> Option<T> {
    let now = world.clock.now();
    let result = {
        let mut book = world.payments();
        book.by_page_mut(page).map(|payment| act(payment, now))
    };
    world.changed(Topic::Payments);
    result
}

async fn phone(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let shown = with_payment(&world, &id, |payment, now| {
        payment.look(false, now);
        (payment.clone(), now)
    });
    let Some((payment, now)) = shown else {
        return no_page();
    };
    if payment.expired(now) {
        return ended(&payment, now);
    }
    match payment.status {
        Status::Ready | Status::OpenPayment => offer(&world, &payment, now),
        Status::AuthPassword
        | Status::SuccessPayment
        | Status::PartCancelPayment
        | Status::CancelPayment
        | Status::QuitPayment
        | Status::FailPayment => ended(&payment, now),
    }
}

fn offer(world: &World, payment: &Payment, now: Moment) -> Response {
    let chosen = |method: Method| match payment.terms.only_method {
        Some(only) if only != method => "disabled",
        Some(_) => "checked",
        None if method == Method::Money => "checked",
        None => "",
    };
    let seconds = now.seconds_until(payment.created_at.plus(LIFE)).to_string();
    page(
        PHONE,
        &[
            ("merchant", &escape(&world.settings.merchant_name)),
            ("item", &escape(&payment.terms.item_name)),
            ("quantity", &payment.terms.quantity.to_string()),
            ("amount", &won(payment.terms.amount.total)),
            ("vat", &won(payment.terms.amount.vat)),
            ("order", &escape(&payment.terms.partner_order_id)),
            ("money", chosen(Method::Money)),
            ("card", chosen(Method::Card)),
            ("page", &payment.page),
            ("seconds", &seconds),
        ],
    )
}

/// What is left to say on a phone whose payment can no longer be pressed.
fn ended(payment: &Payment, now: Moment) -> Response {
    let (title, text, english, mark) = if payment.expired(now) {
        (
            "시간이 지났습니다",
            "결제 시간 15분이 지났습니다.",
            "The time is up.",
            "off",
        )
    } else {
        match payment.status {
            Status::QuitPayment => (
                "그만두었습니다",
                "결제하지 않았습니다.",
                "Nothing was paid.",
                "off",
            ),
            Status::FailPayment => (
                "결제하지 못했습니다",
                "돈은 나가지 않았습니다.",
                "Nothing was paid.",
                "off",
            ),
            _ if payment.watched => (
                "다 되었습니다",
                "키오스크 화면을 봐 주세요.",
                "Done. Please look at the kiosk.",
                "done",
            ),
            _ => (
                "다 되었습니다",
                "가게 화면으로 돌아갑니다.",
                "Done. Taking you back to the shop.",
                "done",
            ),
        }
    };
    let home = match payment.way_home(now) {
        Some(url) if !payment.watched => format!(
            "<a class=\"wide button\" id=\"home\" href=\"{}\">가게로 돌아가기 <small>Back to the shop</small></a>",
            escape(&url)
        ),
        _ => String::new(),
    };
    page(
        PHONE_END,
        &[
            ("title", title),
            ("text", text),
            ("english", english),
            ("mark", mark),
            ("home", &home),
        ],
    )
}

/// The kiosk's screen: a QR for the phone, and patience.
async fn screen(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let shown = with_payment(&world, &id, |payment, now| {
        payment.look(true, now);
        (payment.clone(), now)
    });
    let Some((payment, now)) = shown else {
        return no_page();
    };
    if let Some(url) = payment.way_home(now) {
        return Redirect::to(&url).into_response();
    }
    let address = format!(
        "{}/kakaopay/v1/{}/mInfo",
        world.settings.public_base, payment.page
    );
    let qr = QrSymbol::of(address.as_bytes(), EcLevel::M)
        .map(|symbol| symbol.svg("QR"))
        .unwrap_or_default();
    let seconds = now.seconds_until(payment.created_at.plus(LIFE)).to_string();
    page(
        SCREEN,
        &[
            ("merchant", &escape(&world.settings.merchant_name)),
            ("item", &escape(&payment.terms.item_name)),
            ("amount", &won(payment.terms.amount.total)),
            ("qr", &qr),
            ("address", &escape(&address)),
            ("page", &payment.page),
            ("seconds", &seconds),
        ],
    )
}

/// What the waiting screen asks every second: where to go, if anywhere.
async fn state(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let now = world.clock.now();
    let answer = {
        let book = world.payments();
        book.by_page(&id)
            .map(|payment| json!({ "status": payment.status, "url": payment.way_home(now) }))
    };
    match answer {
        Some(body) => ([("cache-control", "no-store")], Json(body)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn pay(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let method = if form.windows(4).any(|part| part == b"CARD") {
        Method::Card
    } else {
        Method::Money
    };
    let payment = with_payment(&world, &id, |payment, now| {
        payment.authenticate(method, now);
        payment.clone()
    });
    leave(&world, payment)
}

async fn quit(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let payment = with_payment(&world, &id, |payment, now| {
        payment.give_up(Status::QuitPayment, now);
        payment.clone()
    });
    leave(&world, payment)
}

async fn fail(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let payment = with_payment(&world, &id, |payment, now| {
        payment.give_up(Status::FailPayment, now);
        payment.clone()
    });
    leave(&world, payment)
}

/// The phone goes home, unless the kiosk's screen is the one that does.
fn leave(world: &World, payment: Option<Payment>) -> Response {
    let Some(payment) = payment else {
        return no_page();
    };
    match payment.way_home(world.clock.now()) {
        Some(url) if !payment.watched => Redirect::to(&url).into_response(),
        _ => Redirect::to(&format!("/kakaopay/v1/{}/mInfo", payment.page)).into_response(),
    }
}
