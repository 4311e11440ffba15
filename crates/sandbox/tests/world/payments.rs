//! KakaoPay v1: ready, approve and order, field by field and refusal by refusal.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{World, approve_body, but, opened, order_body, ready_body, tid};

fn keys(body: &Value) -> Vec<&str> {
    body.as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn is_vendor_time(text: &Value) -> bool {
    let text = text.as_str().unwrap();
    let pattern = "dddd-dd-ddTdd:dd:dd";
    text.len() == pattern.len()
        && text
            .chars()
            .zip(pattern.chars())
            .all(|(have, due)| match due {
                'd' => have.is_ascii_digit(),
                _ => have == due,
            })
}

/// Goal: `ready` answers with every field of the vendor's sample; method: one call, each field looked at.
#[tokio::test]
async fn ready_answers_in_full() {
    let world = World::start().await;
    let ready = world.ready().await;
    assert_eq!(
        keys(&ready),
        [
            "android_app_scheme",
            "created_at",
            "ios_app_scheme",
            "next_redirect_app_url",
            "next_redirect_mobile_url",
            "next_redirect_pc_url",
            "tid"
        ]
    );
    assert_eq!(tid(&ready).len(), 20);
    assert!(is_vendor_time(&ready["created_at"]));
    assert_eq!(world.status_of(&tid(&ready)).await, "READY");
}

/// Goal: numbers may come as strings, as in the vendor's sample; method: that sample, sent as published.
#[tokio::test]
async fn numbers_may_be_strings() {
    let world = World::start().await;
    let sample = json!({"cid":"TC0ONETIME","partner_order_id":"partner_order_id","partner_user_id":"partner_user_id",
        "item_name":"초코파이","quantity":"1","total_amount":"2200","vat_amount":"200","tax_free_amount":"0",
        "approval_url":"https://developers.kakao.com/success","fail_url":"https://developers.kakao.com/fail",
        "cancel_url":"https://developers.kakao.com/cancel"});
    let (status, body) = world.kakao("ready", sample).await;
    assert_eq!(status, 200);
    let (_, order) = world.kakao("order", order_body(&tid(&body))).await;
    assert_eq!(order["amount"]["total"], 2200);
    assert_eq!(order["amount"]["vat"], 200);
    assert_eq!(order["quantity"], 1);
}

/// Goal: keys and addresses are checked as the vendor does; method: no header, wrong header, wrong path, both prefixes.
#[tokio::test]
async fn keys_and_addresses_are_checked() {
    let world = World::start().await;
    let base = world.sandbox.kakaopay_base();
    let send = |path: &str, key: Option<&str>| {
        let mut request = world
            .client
            .post(format!("{base}/online/v1/payment/{path}"))
            .json(&ready_body());
        if let Some(key) = key {
            request = request.header("authorization", key);
        }
        async move { opened(request.send().await.unwrap()).await }
    };
    for (path, key, status, code) in [
        ("ready", None, 400, -400),
        ("ready", Some("SECRET_KEY wrong"), 401, -401),
        ("ready", Some("KakaoAK SANDBOX0SECRET0KEY"), 401, -401),
        ("refund", Some("SECRET_KEY SANDBOX0SECRET0KEY"), 404, -404),
    ] {
        let (have, body) = send(path, key).await;
        assert_eq!(
            (have, &body["error_code"]),
            (status, &json!(code)),
            "{path} {key:?}"
        );
        assert!(body["error_message"].is_string());
    }
    let (status, _) = send("ready", Some("DEV_SECRET_KEY SANDBOX0SECRET0KEY")).await;
    assert_eq!(status, 200);
}

/// Goal: each required field is required, each limit holds; method: the good body with one field spoilt at a time.
#[tokio::test]
async fn ready_fields_are_checked() {
    let world = World::start().await;
    for name in [
        "cid",
        "partner_order_id",
        "partner_user_id",
        "item_name",
        "quantity",
        "total_amount",
        "tax_free_amount",
        "approval_url",
        "cancel_url",
        "fail_url",
    ] {
        let (status, body) = world
            .kakao("ready", but(ready_body(), json!({ name: null })))
            .await;
        assert_eq!((status, &body["error_code"]), (400, &json!(-2)), "{name}");
        assert!(body["error_message"].as_str().unwrap().contains(name));
    }
    let long = "가".repeat(101);
    let far = format!("http://hub.test/{}", "x".repeat(255));
    for (change, code) in [
        (json!({"cid": "TC0OTHER00"}), -731),
        (json!({"cid": "TC0ONETIME1"}), -2),
        (json!({"partner_order_id": long}), -2),
        (json!({"partner_user_id": long}), -2),
        (json!({"item_name": long}), -2),
        (json!({"item_code": long}), -2),
        (json!({"approval_url": far}), -2),
        (json!({"cancel_url": "javascript:alert(1)"}), -2),
        (json!({"total_amount": -1}), -2),
        (json!({"total_amount": 0}), -722),
        (json!({"total_amount": 10_000_001}), -797),
        (json!({"tax_free_amount": 27001}), -722),
        (json!({"vat_amount": 22001}), -722),
        (json!({"green_deposit": 27001}), -722),
        (json!({"payment_method_type": "POINT"}), -705),
        (json!({"install_month": 13}), -2),
        (json!({"cid_secret": "x".repeat(25)}), -2),
    ] {
        let (status, body) = world
            .kakao("ready", but(ready_body(), change.clone()))
            .await;
        assert_eq!(
            (status, &body["error_code"]),
            (400, &json!(code)),
            "{change}"
        );
    }
    let ledger = world.get("/ledger/payments").await;
    assert_eq!(
        ledger["payments"],
        json!([]),
        "a refused ready opens nothing"
    );
}

/// Goal: approve answers in full and the inquiry agrees; method: one payment from ready to SUCCESS_PAYMENT, all fields compared.
#[tokio::test]
async fn a_payment_from_ready_to_success() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    assert_eq!(world.status_of(&tid(&ready)).await, "AUTH_PASSWORD");
    let call = but(
        approve_body(&ready, &token),
        json!({"payload": "seat 7", "total_amount": 27000}),
    );
    let (status, approved) = world.kakao("approve", call).await;
    assert_eq!(status, 200, "{approved}");
    let split = json!({"total": 27000, "tax_free": 5000, "vat": 2000, "point": 0, "discount": 0, "green_deposit": 0});
    assert_eq!(approved["amount"], split);
    assert_eq!(approved["payment_method_type"], "MONEY");
    assert_eq!(approved["payload"], "seat 7");
    assert_eq!(approved["item_name"], "김치찌개 외 2건");
    assert_eq!(approved["aid"].as_str().unwrap().len(), 20);
    assert!(is_vendor_time(&approved["approved_at"]));
    assert!(approved.get("card_info").is_none());
    let (_, order) = world.kakao("order", order_body(&tid(&ready))).await;
    assert_eq!(order["status"], "SUCCESS_PAYMENT");
    assert_eq!(order["amount"], split);
    assert_eq!(order["cancel_available_amount"], split);
    assert_eq!(order["canceled_amount"]["total"], 0);
    let action = &order["payment_action_details"][0];
    assert_eq!(action["aid"], approved["aid"]);
    assert_eq!(
        (&action["payment_action_type"], &action["amount"]),
        (&json!("PAYMENT"), &json!(27000))
    );
    for name in [
        "tid",
        "cid",
        "partner_order_id",
        "partner_user_id",
        "quantity",
        "created_at",
        "approved_at",
    ] {
        assert_eq!(order[name], approved[name], "{name}");
    }
}

/// Goal: a card payment says which card, and a method fixed at ready stays; method: CARD on the page, then MONEY fixed and CARD pressed.
#[tokio::test]
async fn the_method_is_the_guests_unless_fixed() {
    let world = World::start().await;
    for (fixed, form, due) in [
        (Value::Null, "method=CARD", "CARD"),
        (json!("MONEY"), "method=CARD", "MONEY"),
    ] {
        let body = but(ready_body(), json!({ "payment_method_type": fixed }));
        let (_, ready) = world.kakao("ready", body).await;
        let home = world.press(&ready, "pay", form).await.unwrap();
        let token = home.split_once("pg_token=").unwrap().1;
        let (_, approved) = world.kakao("approve", approve_body(&ready, token)).await;
        assert_eq!(approved["payment_method_type"], due);
        assert_eq!(approved["card_info"].is_object(), due == "CARD");
    }
}

/// Goal: every wrong approve is refused by its code and changes nothing; method: one spoilt field at a time, then the right call still works.
#[tokio::test]
async fn wrong_approvals_change_nothing() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    let good = approve_body(&ready, &token);
    for (change, code) in [
        (json!({"tid": "T0000000000000000000"}), -721),
        (json!({"cid": "TC0OTHER00"}), -731),
        (json!({"partner_order_id": "order-2"}), -706),
        (json!({"partner_user_id": "kiosk-2"}), -707),
        (json!({"pg_token": "forged"}), -708),
        (json!({"total_amount": 26999}), -722),
        (json!({"pg_token": null}), -2),
        (json!({"payload": "x".repeat(201)}), -2),
    ] {
        let (status, body) = world
            .kakao("approve", but(good.clone(), change.clone()))
            .await;
        assert_eq!(
            (status, &body["error_code"]),
            (400, &json!(code)),
            "{change}"
        );
    }
    assert_eq!(world.status_of(&tid(&ready)).await, "AUTH_PASSWORD");
    let (status, _) = world.kakao("approve", good).await;
    assert_eq!(status, 200);
}

/// Goal: a tid is approved once, with its own token only; method: approve before authentication, with another payment's token, and twice.
#[tokio::test]
async fn approved_once_with_its_own_token() {
    let world = World::start().await;
    let early = world.ready().await;
    let (_, body) = world.kakao("approve", approve_body(&early, "early")).await;
    assert_eq!(body["error_code"], -701);
    let (ready, token) = world.authenticated().await;
    let (_, other) = world.authenticated().await;
    let (_, body) = world.kakao("approve", approve_body(&ready, &other)).await;
    assert_eq!(body["error_code"], -708);
    let (status, _) = world.kakao("approve", approve_body(&ready, &token)).await;
    assert_eq!(status, 200);
    let (status, body) = world.kakao("approve", approve_body(&ready, &token)).await;
    assert_eq!((status, &body["error_code"]), (400, &json!(-702)));
    let ledger = world.get("/ledger/payments").await;
    assert_eq!(ledger["approved_total"], 27000);
    assert_eq!(ledger["counts"]["approve"], 4);
}

/// Goal: a tid lives fifteen minutes; method: the clock is pushed to just before and to the end, approving each time.
#[tokio::test]
async fn a_tid_expires() {
    let world = World::start().await;
    let (live, live_token) = world.authenticated().await;
    let (dead, dead_token) = world.authenticated().await;
    world.sandbox.clock().advance(Duration::from_secs(14 * 60));
    let (status, _) = world
        .kakao("approve", approve_body(&live, &live_token))
        .await;
    assert_eq!(status, 200);
    let (status, _) = world.post("/clock/advance", json!({"seconds": 60})).await;
    assert_eq!(status, 200);
    let (status, body) = world
        .kakao("approve", approve_body(&dead, &dead_token))
        .await;
    assert_eq!((status, &body["error_code"]), (400, &json!(-723)));
    assert_eq!(world.status_of(&tid(&live)).await, "SUCCESS_PAYMENT");
    assert_ne!(world.status_of(&tid(&dead)).await, "SUCCESS_PAYMENT");
}

/// Goal: the ledger keeps every request and no token; method: an approval, then the whole ledger is searched for its token.
#[tokio::test]
async fn the_ledger_keeps_requests_but_no_token() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    world.kakao("approve", approve_body(&ready, &token)).await;
    world.kakao("order", order_body(&tid(&ready))).await;
    let ledger = world.get("/ledger/payments").await;
    assert!(!ledger.to_string().contains(&token));
    assert!(!ledger.to_string().contains("SANDBOX0SECRET0KEY"));
    let seen: Vec<_> = ledger["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["endpoint"].as_str().unwrap())
        .collect();
    assert_eq!(seen, ["payment.ready", "payment.approve", "payment.order"]);
    assert_eq!(ledger["payments"][0]["status"], "SUCCESS_PAYMENT");
    assert_eq!(
        ledger["payments"][0]["actions"].as_array().unwrap().len(),
        1
    );
}

/// Goal: bodies that are no JSON object are refused by name; method: text, a list, and a wrong content type.
#[tokio::test]
async fn bodies_must_be_json_objects() {
    let world = World::start().await;
    let url = format!("{}/online/v1/payment/ready", world.sandbox.kakaopay_base());
    for (kind, body) in [
        ("application/json", "not json"),
        ("application/json", "[]"),
        ("application/x-www-form-urlencoded", "cid=TC0ONETIME"),
    ] {
        let request = world
            .client
            .post(&url)
            .header("authorization", "SECRET_KEY SANDBOX0SECRET0KEY")
            .header("content-type", kind)
            .body(body);
        let (status, answer) = opened(request.send().await.unwrap()).await;
        assert_eq!((status, &answer["error_code"]), (400, &json!(-2)), "{body}");
    }
}
