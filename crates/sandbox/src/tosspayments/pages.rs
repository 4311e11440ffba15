//! The payment window of Toss Payments, as the guest's phone shows it.
//!
//! Guarantees: a window's address is a secret of forty letters; pressing pay twice pays once; a
//! payment whose time is up says so and leads home. Deliberately absent: a choice of cards and
//! any login.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::payment::{Payment, Status};
use super::refusal::Refusal;
use super::webhook;
use crate::html::{escape, page, won};
use crate::world::{Topic, World};

const CHECKOUT: &str = include_str!("../../pages/toss_checkout.html");
const END: &str = include_str!("../../pages/wallet_end.html");
const HOME: &str = include_str!("../../pages/toss.html");

/// The page at the gateway's own address, with and without a slash at its end.
pub(crate) async fn home() -> Response {
    page(HOME, &[])
}

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(home))
        .route("/checkout/{page}", get(checkout))
        .route("/checkout/{page}/pay", post(pay))
        .route("/checkout/{page}/quit", post(quit))
        .route("/checkout/{page}/refuse", post(refuse))
}

/// Lets the payment expire when its session ends as it stands now.
pub(super) fn end_session_in_time(world: &Arc<World>, key: &str) {
    let end = match world.toss().by_key(key) {
        Ok(payment) => payment.session_end(),
        Err(_) => None,
    };
    let Some(end) = end else { return };
    let key = key.to_owned();
    world.defer(end, move |world| {
        let now = world.clock.now();
        let expired = match world.toss().by_key_mut(&key) {
            Ok(payment) if payment.session_end().is_some_and(|end| end <= now) => {
                payment.status = Status::Expired;
                true
            }
            _ => false,
        };
        if expired {
            webhook::tell(world, &key);
            world.changed(Topic::Payments);
        }
    });
}

/// Text made safe as the value of a query.
fn quoted(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all.push_str(&format!("%{byte:02X}"));
        }
        all
    })
}

fn with_query(url: &str, query: &str) -> String {
    let (front, fragment) = match url.split_once('#') {
        Some((front, fragment)) => (front, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = if front.contains('?') { '&' } else { '?' };
    format!("{front}{joint}{query}{fragment}")
}

/// Where the browser goes now, if anywhere.
fn way_home(payment: &Payment) -> Option<String> {
    let order = quoted(&payment.order_id);
    let failed = |code: &str, message: &str| {
        let query = format!("code={code}&message={}&orderId={order}", quoted(message));
        Some(with_query(&payment.fail_url, &query))
    };
    match payment.status {
        Status::Ready => None,
        Status::InProgress | Status::Done | Status::PartialCanceled | Status::Canceled => {
            let query = format!(
                "paymentType=NORMAL&paymentKey={}&orderId={order}&amount={}",
                quoted(&payment.payment_key),
                payment.amount
            );
            Some(with_query(&payment.success_url, &query))
        }
        Status::Aborted => match &payment.failure {
            Some(refusal) => {
                let body = refusal.body();
                let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                failed(&text("code"), &text("message"))
            }
            None => failed("PAY_PROCESS_ABORTED", "결제가 중단되었습니다."),
        },
        Status::Expired => failed("PAY_PROCESS_ABORTED", "결제 시간이 지났습니다."),
    }
}

fn no_page() -> Response {
    let words = [
        ("title", "없는 결제입니다"),
        ("text", "주소를 다시 확인해 주세요."),
        ("english", "No such payment."),
        ("mark", "off"),
    ];
    (StatusCode::NOT_FOUND, page(END, &words)).into_response()
}

async fn checkout(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    world.catch_up();
    let payment = world.toss().by_page_mut(&id).cloned();
    let Some(payment) = payment else {
        return no_page();
    };
    if let Some(url) = way_home(&payment) {
        return ended(&payment, &url);
    }
    let now = world.clock.now();
    let end = payment.session_end().unwrap_or(now);
    page(
        CHECKOUT,
        &[
            ("merchant", &escape(&world.settings.merchant_name)),
            ("item", &escape(&payment.order_name)),
            ("order", &escape(&payment.order_id)),
            ("amount", &won(payment.amount)),
            ("page", &payment.page),
            ("seconds", &now.seconds_until(end).to_string()),
        ],
    )
}

fn ended(payment: &Payment, url: &str) -> Response {
    let (title, text, english, mark) = match payment.status {
        Status::Aborted => (
            "결제하지 않았습니다",
            "돈은 나가지 않았습니다.",
            "Nothing was paid.",
            "off",
        ),
        Status::Expired => (
            "시간이 지났습니다",
            "결제 시간이 지났습니다.",
            "The time is up.",
            "off",
        ),
        _ => (
            "다 되었습니다",
            "가게 화면으로 돌아갑니다.",
            "Done. Taking you back to the shop.",
            "done",
        ),
    };
    let home = format!(
        "<a class=\"wide button\" id=\"home\" href=\"{}\">가게로 돌아가기 <small>Back to the shop</small></a>",
        escape(url)
    );
    let words = [
        ("title", title),
        ("text", text),
        ("english", english),
        ("mark", mark),
        ("home", &home),
    ];
    page(END, &words)
}

/// Presses a button and goes where it leads.
fn press(world: &Arc<World>, id: &str, act: impl FnOnce(&mut Payment) -> bool) -> Response {
    world.catch_up();
    let pressed = {
        let mut book = world.toss();
        book.by_page_mut(id).map(|payment| {
            let changed = act(payment);
            (changed, payment.clone())
        })
    };
    let Some((changed, payment)) = pressed else {
        return no_page();
    };
    if changed {
        end_session_in_time(world, &payment.payment_key);
        webhook::tell(world, &payment.payment_key);
        world.changed(Topic::Payments);
    }
    let stay = format!("/tosspayments/checkout/{}", payment.page);
    Redirect::to(&way_home(&payment).unwrap_or(stay)).into_response()
}

async fn pay(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let now = world.clock.now();
    press(&world, &id, |payment| payment.authenticate(now))
}

async fn quit(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let why = Refusal::named(
        "PAY_PROCESS_CANCELED",
        "사용자에 의해 결제가 취소되었습니다.",
    );
    press(&world, &id, |payment| {
        payment.status == Status::Ready && payment.abort(why)
    })
}

async fn refuse(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let why = Refusal::of("REJECT_CARD_COMPANY");
    press(&world, &id, |payment| {
        payment.status == Status::Ready && payment.abort(why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the guest brings home must survive any address; Korean words and a fragment are tried.
    #[test]
    fn queries_survive() {
        assert_eq!(quoted("가 a-=&"), "%EA%B0%80%20a-%3D%26");
        assert_eq!(
            with_query("http://k/a?b=1#f", "c=2"),
            "http://k/a?b=1&c=2#f"
        );
    }
}
