//! The scheme of merchant-presented QR codes: the payer's app, inquiry, cancel and list.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use soban_sandbox::{Endpoint, FaultKind, FaultRule, TEST_MPM_KEY};

use crate::harness::{World, opened};
use crate::toss::truth;

fn tlv(tag: &str, value: &str) -> String {
    format!("{tag}{:02}{value}", value.chars().count())
}

fn signed(mut text: String) -> String {
    text.push_str("6304");
    let mut crc = 0xFFFF_u16;
    for byte in text.bytes() {
        crc ^= u16::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            };
        }
    }
    text + &format!("{crc:04X}")
}

/// A code as a shop's screen shows it; without amount and reference: a sticker.
pub(crate) fn shop_code(amount: Option<i64>, reference: Option<&str>) -> String {
    let mut text = tlv("00", "01");
    text += &tlv("01", if reference.is_some() { "12" } else { "11" });
    text += &tlv(
        "26",
        &(tlv("00", "D4100000014010") + &tlv("05", "123456789")),
    );
    text += &tlv("52", "5812");
    text += &tlv("53", "410");
    if let Some(amount) = amount {
        text += &tlv("54", &amount.to_string());
    }
    text += &(tlv("58", "KR") + &tlv("59", "SOBAN") + &tlv("60", "SEOUL"));
    if let Some(reference) = reference {
        text += &tlv("62", &tlv("05", reference));
    }
    text += &tlv("64", &(tlv("00", "ko") + &tlv("01", "소반 식당")));
    signed(text)
}

fn quoted(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The payer presses a button; status and page.
pub(crate) async fn pay(world: &World, fields: &[(&str, &str)]) -> (u16, String) {
    let form: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", quoted(value)))
        .collect();
    let request = world.client.post(world.url("/mpm/pay"));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.join("&"));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

pub(crate) async fn mpm(world: &World, method: Method, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/v1/{path}", world.sandbox.mpm_base());
    let mut request = world.client.request(method, url).bearer_auth(TEST_MPM_KEY);
    if !body.is_null() {
        request = request.json(&body);
    }
    opened(request.send().await.unwrap()).await
}

pub(crate) async fn inquire(world: &World, reference: &str) -> (u16, Value) {
    mpm(
        world,
        Method::GET,
        &format!("payments/{reference}"),
        Value::Null,
    )
    .await
}

async fn cancel(world: &World, reference: &str, id: &str, amount: i64) -> (u16, Value) {
    let path = format!("payments/{reference}/cancel");
    let body = json!({"AMOUNT": amount, "CANCEL_ID": id});
    mpm(world, Method::POST, &path, body).await
}

/// Goal: a code is unknown until paid, then paid once; method: inquired before and after, pressed twice.
#[tokio::test]
async fn a_code_is_paid_once() {
    let world = World::start().await;
    let code = shop_code(Some(27000), Some("R20261127000001"));
    let (status, body) = inquire(&world, "R20261127000001").await;
    assert_eq!((status, &body["code"]), (404, &json!("MP9999")));
    assert_eq!(pay(&world, &[("code", &code)]).await.0, 200);
    let (status, body) = inquire(&world, "R20261127000001").await;
    assert_eq!((status, &body["STATE"]), (200, &json!("15")));
    assert_eq!(body["MERCHANT_ID"], "123456789");
    assert_eq!(body["AMOUNT"], 27000);
    assert!(body["PAID_AT"].is_string() && body["AUTH_ID"].is_string());
    let (status, page) = pay(&world, &[("code", &code)]).await;
    assert_eq!(status, 409);
    assert!(page.contains("이미 결제된 QR"));
    let truth = truth(&world, "R20261127000001").await;
    assert_eq!(
        (&truth["approvals"], &truth["live"]),
        (&json!(1), &json!(27000))
    );
}

/// Goal: the app shows what the code says and refuses a damaged one; method: the page of a good code, then of three bad ones.
#[tokio::test]
async fn the_app_reads_the_code() {
    let world = World::start().await;
    let page = async |code: &str| {
        let path = format!("/mpm/pay?code={}", quoted(code));
        let answer = world.client.get(world.url(&path)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let good = shop_code(Some(27000), Some("R1"));
    let (status, shown) = page(&good).await;
    assert_eq!(status, 200);
    for words in ["소반 식당", "27,000", "123456789", "R1", "dynamic"] {
        assert!(shown.contains(words), "{words}");
    }
    assert!(!shown.contains("{{"));
    let decimals = signed(tlv("00", "01") + &tlv("53", "410") + &tlv("54", "1.50"));
    for bad in [&good[..good.len() - 1], "hello", &decimals] {
        assert_eq!(page(bad).await.0, 400, "{bad}");
        assert_eq!(pay(&world, &[("code", bad)]).await.0, 400);
    }
}

/// Goal: a sticker's amount is typed and each payment has a reference of its own; method: paid twice, once without an amount.
#[tokio::test]
async fn a_sticker_is_paid_again_and_again() {
    let world = World::start().await;
    let code = shop_code(None, None);
    assert_eq!(pay(&world, &[("code", &code)]).await.0, 400);
    for amount in ["5000", "6000"] {
        assert_eq!(
            pay(&world, &[("code", &code), ("amount", amount)]).await.0,
            200
        );
    }
    let ledger = world.get("/ledger/mpm").await;
    let sums: Vec<_> = ledger["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["payment"]["AMOUNT"].clone())
        .collect();
    assert_eq!(sums, [json!(5000), json!(6000)]);
}

/// Goal: refused and stuck payments say so, and only a refused one may be tried again; method: each outcome, inquired and pressed again.
#[tokio::test]
async fn refused_and_stuck_payments_say_so() {
    let world = World::start().await;
    for (reference, outcome, state, again) in
        [("R1", "refused", "19", 200), ("R2", "requested", "10", 409)]
    {
        let code = shop_code(Some(1000), Some(reference));
        pay(&world, &[("code", &code), ("outcome", outcome)]).await;
        assert_eq!(inquire(&world, reference).await.1["STATE"], state);
        assert_eq!(truth(&world, reference).await["approved"], 0);
        assert_eq!(pay(&world, &[("code", &code)]).await.0, again);
    }
    assert_eq!(inquire(&world, "R1").await.1["STATE"], "15");
}

/// Goal: parts go back, each cancel id once; method: a part twice, the id with another sum, too much, the rest, one more.
#[tokio::test]
async fn a_cancel_id_is_carried_out_once() {
    let world = World::start().await;
    pay(&world, &[("code", &shop_code(Some(10000), Some("R1")))]).await;
    let first = cancel(&world, "R1", "c-1", 4000).await;
    assert_eq!((first.0, &first.1["REMAINING_AMOUNT"]), (200, &json!(6000)));
    assert_eq!(cancel(&world, "R1", "c-1", 4000).await, first);
    assert_eq!(cancel(&world, "R1", "c-1", 4001).await.1["code"], "MP3302");
    assert_eq!(cancel(&world, "R1", "c-2", 6001).await.1["code"], "MP3301");
    assert_eq!(inquire(&world, "R1").await.1["STATE"], "15");
    assert_eq!(cancel(&world, "R1", "c-3", 6000).await.1["STATE"], "95");
    assert_eq!(cancel(&world, "R1", "c-4", 1).await.1["code"], "MP3301");
    let (status, body) = cancel(&world, "R9", "c-1", 1).await;
    assert_eq!((status, &body["code"]), (404, &json!("MP3300")));
    let truth = truth(&world, "R1").await;
    assert_eq!(
        (&truth["sent_back"], &truth["live"]),
        (&json!(10000), &json!(0))
    );
}

/// Goal: a failed cancel leaves the payment standing as 99, to be tried again; method: a decline, then the same id again.
#[tokio::test]
async fn a_failed_cancel_leaves_the_payment_standing() {
    let world = World::start().await;
    pay(&world, &[("code", &shop_code(Some(10000), Some("R1")))]).await;
    let rule = FaultRule::next(Endpoint::MpmCancel, FaultKind::Decline, 1);
    world.sandbox.fault(rule).unwrap();
    let (status, body) = cancel(&world, "R1", "c-1", 10000).await;
    assert_eq!((status, &body["code"]), (400, &json!("MP3305")));
    assert_eq!(inquire(&world, "R1").await.1["STATE"], "99");
    assert_eq!(truth(&world, "R1").await["live"], 10000);
    assert_eq!(cancel(&world, "R1", "c-1", 10000).await.1["STATE"], "95");
}

/// Goal: a payment that came late is 10 until it is 15; method: the fault armed, the clock pushed by two minutes of its three.
#[tokio::test]
async fn a_payment_may_come_late() {
    let world = World::start().await;
    let late = FaultRule {
        delay_ms: Some(180_000),
        ..FaultRule::next(Endpoint::MpmPay, FaultKind::LateApproval, 1)
    };
    world.sandbox.fault(late).unwrap();
    pay(&world, &[("code", &shop_code(Some(10000), Some("R1")))]).await;
    world.sandbox.clock().advance(Duration::from_secs(120));
    assert_eq!(inquire(&world, "R1").await.1["STATE"], "10");
    world.sandbox.clock().advance(Duration::from_secs(61));
    assert_eq!(inquire(&world, "R1").await.1["STATE"], "15");
}

/// Goal: a day's payments are listed, with the right key only; method: today, another day, no day, and a wrong key.
#[tokio::test]
async fn a_days_payments_are_listed() {
    let world = World::start().await;
    pay(&world, &[("code", &shop_code(Some(10000), Some("R1")))]).await;
    let (_, paid) = inquire(&world, "R1").await;
    let today = paid["PAID_AT"].as_str().unwrap()[..10].replace('-', "");
    let list = async |date: &str| {
        mpm(
            &world,
            Method::GET,
            &format!("payments?date={date}"),
            Value::Null,
        )
        .await
    };
    assert_eq!(list(&today).await.1["PAYMENTS"], json!([paid]));
    assert_eq!(list("20000101").await.1["PAYMENTS"], json!([]));
    assert_eq!(list("today").await.0, 400);
    let url = format!("{}/v1/payments/R1", world.sandbox.mpm_base());
    let stranger = world.client.get(url).bearer_auth("wrong");
    assert_eq!(stranger.send().await.unwrap().status(), 401);
}
