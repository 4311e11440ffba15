//! Toss Payments: opening, the payment window, confirm, inquiry and idempotency.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use soban_sandbox::{Endpoint, FaultKind, FaultRule, SandboxConfig, TEST_TOSS_KEY};

use crate::harness::{World, but, eventually, opened};

/// A client of Toss Payments; headers besides the key come with each call.
pub(crate) async fn toss_raw(
    world: &World,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> reqwest::Result<reqwest::Response> {
    let key = STANDARD.encode(format!("{TEST_TOSS_KEY}:"));
    let url = format!("{}/v1/{path}", world.sandbox.toss_base());
    let mut request = world
        .client
        .request(method, url)
        .header("authorization", format!("Basic {key}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    request.send().await
}

pub(crate) async fn toss(world: &World, path: &str, body: Value) -> (u16, Value) {
    let answer = toss_raw(world, Method::POST, path, &[], Some(&body)).await;
    opened(answer.unwrap()).await
}

pub(crate) async fn toss_with(
    world: &World,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> (u16, Value) {
    let answer = toss_raw(world, Method::POST, path, headers, Some(&body)).await;
    opened(answer.unwrap()).await
}

pub(crate) async fn toss_get(world: &World, path: &str) -> (u16, Value) {
    let answer = toss_raw(world, Method::GET, path, &[], None).await;
    opened(answer.unwrap()).await
}

pub(crate) fn open_body(order: &str) -> Value {
    json!({
        "method": "CARD",
        "amount": 27000,
        "orderId": order,
        "orderName": "김치찌개 외 2건",
        "successUrl": "http://hub.test/paid?a=1",
        "failUrl": "http://hub.test/failed",
        "taxFreeAmount": 5000,
    })
}

pub(crate) fn confirm_body(payment: &Value) -> Value {
    json!({
        "paymentKey": payment["paymentKey"],
        "orderId": payment["orderId"],
        "amount": 27000,
    })
}

/// Presses a button of the payment window; returns where it led.
pub(crate) async fn press(world: &World, payment: &Value, button: &str) -> String {
    let window = payment["checkout"]["url"].as_str().unwrap();
    let answer = world.client.post(format!("{window}/{button}")).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// A payment of 27,000 won whose guest has authenticated.
pub(crate) async fn authenticated(world: &World, order: &str) -> Value {
    let (status, payment) = toss(world, "payments", open_body(order)).await;
    assert_eq!(status, 200, "{payment}");
    press(world, &payment, "pay").await;
    payment
}

/// A confirmed payment of 27,000 won.
pub(crate) async fn confirmed(world: &World, order: &str) -> Value {
    let payment = authenticated(world, order).await;
    let (status, payment) = toss(world, "payments/confirm", confirm_body(&payment)).await;
    assert_eq!(status, 200, "{payment}");
    payment
}

/// The one form of all gateways, of the payment with that id of ours.
pub(crate) async fn truth(world: &World, order: &str) -> Value {
    let all = world.get("/ledger/truth").await;
    let payments = all["payments"].as_array().unwrap();
    let found = payments.iter().find(|one| one["order_id"] == order);
    found.cloned().unwrap_or(Value::Null)
}

async fn state(world: &World, payment: &Value) -> Value {
    let key = payment["paymentKey"].as_str().unwrap();
    toss_get(world, &format!("payments/{key}")).await.1["status"].clone()
}

/// Goal: a payment goes READY, IN_PROGRESS, DONE with the guest brought home in between; method: the whole way, each state inquired by both keys.
#[tokio::test]
async fn a_payment_goes_its_way() {
    let world = World::start().await;
    let (status, payment) = toss(&world, "payments", open_body("order-1")).await;
    assert_eq!((status, &payment["status"]), (200, &json!("READY")));
    assert_eq!(payment["approvedAt"], Value::Null);
    assert_eq!(payment["cancels"], Value::Null);
    assert_eq!(payment["vat"], 2000);
    assert_eq!(payment["suppliedAmount"], 20000);
    let key = payment["paymentKey"].as_str().unwrap();
    let home = press(&world, &payment, "pay").await;
    assert_eq!(
        home,
        format!(
            "http://hub.test/paid?a=1&paymentType=NORMAL&paymentKey={key}&orderId=order-1&amount=27000"
        )
    );
    assert_eq!(press(&world, &payment, "pay").await, home, "once is enough");
    assert_eq!(press(&world, &payment, "quit").await, home);
    assert_eq!(state(&world, &payment).await, "IN_PROGRESS");
    let (status, done) = toss(&world, "payments/confirm", confirm_body(&payment)).await;
    assert_eq!((status, &done["status"]), (200, &json!("DONE")));
    assert_eq!(done["balanceAmount"], 27000);
    assert!(done["approvedAt"].as_str().unwrap().ends_with("+09:00"));
    let (_, by_order) = toss_get(&world, "payments/orders/order-1").await;
    assert_eq!(by_order, done);
    let truth = truth(&world, "order-1").await;
    assert_eq!(truth["approvals"], 1);
    assert_eq!(truth["live"], 27000);
}

/// Goal: the key is checked before all else; method: none, a wrong one, and one without its colon.
#[tokio::test]
async fn the_key_is_checked() {
    let world = World::start().await;
    let url = format!("{}/v1/payments", world.sandbox.toss_base());
    for key in [
        None,
        Some("Basic d3Jvbmc6".to_owned()),
        Some(format!("Basic {}", STANDARD.encode(TEST_TOSS_KEY))),
        Some(format!("Bearer {TEST_TOSS_KEY}")),
    ] {
        let mut request = world.client.post(&url).json(&open_body("order-1"));
        if let Some(key) = &key {
            request = request.header("authorization", key);
        }
        let (status, body) = opened(request.send().await.unwrap()).await;
        assert_eq!((status, &body["code"]), (401, &json!("UNAUTHORIZED_KEY")));
    }
    assert_eq!(
        world.get("/ledger/tosspayments").await["payments"],
        json!([])
    );
}

/// Goal: each field is checked and an order id serves once; method: the good body with one field spoilt at a time, then sent twice.
#[tokio::test]
async fn opening_checks_its_fields() {
    let world = World::start().await;
    let long = "a".repeat(65);
    for (change, code) in [
        (json!({"method": "VIRTUAL_ACCOUNT"}), "INVALID_REQUEST"),
        (json!({"amount": 99}), "BELOW_MINIMUM_AMOUNT"),
        (json!({"amount": "27000"}), "INVALID_REQUEST"),
        (json!({"amount": null}), "INVALID_REQUEST"),
        (json!({"orderId": "short"}), "INVALID_ORDER_ID"),
        (json!({"orderId": long}), "INVALID_ORDER_ID"),
        (json!({"orderId": "주문번호-1"}), "INVALID_ORDER_ID"),
        (json!({"orderName": null}), "INVALID_REQUEST"),
        (json!({"orderName": "가".repeat(101)}), "INVALID_REQUEST"),
        (
            json!({"successUrl": "javascript:alert(1)"}),
            "INVALID_REQUEST",
        ),
        (json!({"failUrl": null}), "INVALID_REQUEST"),
        (json!({"taxFreeAmount": 27001}), "INVALID_REQUEST"),
    ] {
        let body = but(open_body("order-1"), change.clone());
        let (status, body) = toss(&world, "payments", body).await;
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{change}");
    }
    assert_eq!(toss(&world, "payments", open_body("order_=1")).await.0, 200);
    let (status, body) = toss(&world, "payments", open_body("order_=1")).await;
    assert_eq!(
        (status, &body["code"]),
        (400, &json!("DUPLICATED_ORDER_ID"))
    );
}

/// Goal: only an authenticated payment is confirmed, with its own order and amount, once; method: each refusal, with the ledger at zero until the right call.
#[tokio::test]
async fn confirm_refuses_what_does_not_fit() {
    let world = World::start().await;
    let (_, payment) = toss(&world, "payments", open_body("order-1")).await;
    let good = confirm_body(&payment);
    let (status, body) = toss(&world, "payments/confirm", good.clone()).await;
    assert_eq!(
        (status, &body["code"]),
        (404, &json!("NOT_FOUND_PAYMENT_SESSION"))
    );
    press(&world, &payment, "pay").await;
    for (change, status, code) in [
        (json!({"paymentKey": "nobody"}), 404, "NOT_FOUND_PAYMENT"),
        (json!({"paymentKey": null}), 400, "INVALID_REQUEST"),
        (json!({"orderId": "order-2"}), 400, "INVALID_REQUEST"),
        (json!({"amount": 26999}), 400, "INVALID_REQUEST"),
    ] {
        let answer = toss(&world, "payments/confirm", but(good.clone(), change)).await;
        assert_eq!((answer.0, &answer.1["code"]), (status, &json!(code)));
    }
    assert_eq!(truth(&world, "order-1").await["approvals"], 0);
    assert_eq!(toss(&world, "payments/confirm", good.clone()).await.0, 200);
    let (status, body) = toss(&world, "payments/confirm", good).await;
    assert_eq!(
        (status, &body["code"]),
        (400, &json!("ALREADY_PROCESSED_PAYMENT"))
    );
    assert_eq!(truth(&world, "order-1").await["approved"], 27000);
}

/// Goal: quitting, a refused card and time lead home by the fail address and bar a confirm; method: each way out, then a confirm.
#[tokio::test]
async fn ways_out_without_paying() {
    let world = World::start().await;
    for (order, button, code) in [
        ("order-1", "quit", "PAY_PROCESS_CANCELED"),
        ("order-2", "refuse", "REJECT_CARD_COMPANY"),
    ] {
        let (_, payment) = toss(&world, "payments", open_body(order)).await;
        let home = press(&world, &payment, button).await;
        let due = format!("http://hub.test/failed?code={code}&message=%EC%82%AC");
        let due = if button == "quit" {
            due
        } else {
            format!("http://hub.test/failed?code={code}&message=")
        };
        assert!(home.starts_with(&due), "{home}");
        assert!(home.ends_with(&format!("&orderId={order}")));
        assert_eq!(state(&world, &payment).await, "ABORTED");
        let answer = toss(&world, "payments/confirm", confirm_body(&payment)).await;
        assert_eq!(answer.1["code"], "NOT_FOUND_PAYMENT_SESSION");
    }
    let waiting = authenticated(&world, "order-3").await;
    world.sandbox.clock().advance(Duration::from_secs(599));
    assert_eq!(state(&world, &waiting).await, "IN_PROGRESS");
    world.sandbox.clock().advance(Duration::from_secs(2));
    assert_eq!(state(&world, &waiting).await, "EXPIRED");
    let answer = toss(&world, "payments/confirm", confirm_body(&waiting)).await;
    assert_eq!(answer.1["code"], "NOT_FOUND_PAYMENT_SESSION");
    let page = world
        .text(waiting["checkout"]["url"].as_str().unwrap())
        .await;
    assert!(page.contains("시간이 지났습니다") && page.contains("http://hub.test/failed"));
}

/// Goal: the window shows shop, item and amount, and names stay text; method: a payment whose item is markup.
#[tokio::test]
async fn the_window_shows_what_is_paid() {
    let world = World::start().await;
    let body = but(open_body("order-1"), json!({"orderName": "<b>떡</b>"}));
    let (_, payment) = toss(&world, "payments", body).await;
    let page = world
        .text(payment["checkout"]["url"].as_str().unwrap())
        .await;
    for words in ["27,000", "소반 식당", "order-1", "&lt;b&gt;떡&lt;/b&gt;"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<b>떡") && !page.contains("{{"));
    let answer = world.client.get(world.url("/tosspayments/checkout/guess"));
    assert_eq!(answer.send().await.unwrap().status(), 404);
}

/// Goal: the same key gets the same answer, refusals included, whatever the body; method: a refusal and a success, each repeated with another body.
#[tokio::test]
async fn a_key_is_answered_once() {
    let world = World::start().await;
    let payment = authenticated(&world, "order-1").await;
    let good = confirm_body(&payment);
    let wrong = but(good.clone(), json!({"amount": 1}));
    let call = async |key: &str, body: &Value| {
        let headers = [("idempotency-key", key)];
        toss_with(&world, "payments/confirm", &headers, body.clone()).await
    };
    let refused = call("key-1", &wrong).await;
    assert_eq!(refused.1["code"], "INVALID_REQUEST");
    assert_eq!(call("key-1", &good).await, refused);
    assert_eq!(truth(&world, "order-1").await["approvals"], 0);
    let done = call("key-2", &good).await;
    assert_eq!(done.0, 200);
    assert_eq!(call("key-2", &wrong).await, done);
    assert_eq!(
        call("key-3", &good).await.1["code"],
        "ALREADY_PROCESSED_PAYMENT"
    );
    // Another URL is another scope, and fifteen days later the key is nobody's.
    let path = format!(
        "payments/{}/cancel",
        payment["paymentKey"].as_str().unwrap()
    );
    let headers = [("idempotency-key", "key-2")];
    let cancel = json!({"cancelReason": "변심", "cancelAmount": 1000});
    let canceled = toss_with(&world, &path, &headers, cancel).await;
    assert_eq!(canceled.1["status"], "PARTIAL_CANCELED");
    world
        .sandbox
        .clock()
        .advance(Duration::from_secs(15 * 24 * 3600));
    assert_eq!(
        call("key-2", &good).await.1["code"],
        "ALREADY_PROCESSED_PAYMENT"
    );
    assert_eq!(truth(&world, "order-1").await["approved"], 27000);
}

/// Goal: a malformed key is refused and one still at work is a 409; method: a key too long, then a late first request and its repeat.
#[tokio::test]
async fn keys_are_checked_and_wait_for_each_other() {
    let world = World::start().await;
    let payment = authenticated(&world, "order-1").await;
    let good = confirm_body(&payment);
    let long = "k".repeat(301);
    let headers = [("idempotency-key", long.as_str())];
    let (status, body) = toss_with(&world, "payments/confirm", &headers, good.clone()).await;
    assert_eq!(
        (status, &body["code"]),
        (400, &json!("INVALID_IDEMPOTENCY_KEY"))
    );
    let late = FaultRule {
        delay_ms: Some(700),
        ..FaultRule::next(Endpoint::TossConfirm, FaultKind::Late, 1)
    };
    world.sandbox.fault(late).unwrap();
    let headers = [("idempotency-key", "key-1")];
    let first = toss_with(&world, "payments/confirm", &headers, good.clone());
    let second = async {
        eventually(async || world.get("/faults").await["active"] == json!([])).await;
        toss_with(&world, "payments/confirm", &headers, good.clone()).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.0, 200);
    assert_eq!(
        (second.0, &second.1["code"]),
        (409, &json!("IDEMPOTENT_REQUEST_PROCESSING"))
    );
    let third = toss_with(&world, "payments/confirm", &headers, good).await;
    assert_eq!(third, first);
}

/// Goal: a test code reproduces its refusal and moves nothing, with a test key only; method: three codes, then the same with a live key.
#[tokio::test]
async fn test_codes_reproduce_refusals() {
    let world = World::start().await;
    let payment = authenticated(&world, "order-1").await;
    for (code, status) in [
        ("REJECT_CARD_PAYMENT", 403),
        ("PROVIDER_ERROR", 400),
        ("FAILED_INTERNAL_SYSTEM_PROCESSING", 500),
    ] {
        let headers = [("tosspayments-test-code", code)];
        let call = toss_with(&world, "payments/confirm", &headers, confirm_body(&payment));
        let (have, body) = call.await;
        assert_eq!((have, &body["code"]), (status, &json!(code)));
    }
    assert_eq!(state(&world, &payment).await, "IN_PROGRESS");
    let mut config = SandboxConfig::on_free_ports();
    config.toss.secret_key = "live_sk_x".to_owned();
    let live = World::with(config).await;
    let answer = live
        .client
        .post(format!("{}/v1/payments", live.sandbox.toss_base()))
        .basic_auth("live_sk_x", Some(""))
        .header("tosspayments-test-code", "PROVIDER_ERROR")
        .json(&open_body("order-1"));
    assert_eq!(answer.send().await.unwrap().status(), 200);
}
