//! KakaoPay v1: cancel, its guards and its sums.

use serde_json::{Value, json};

use crate::harness::{World, approve_body, but, order_body, ready_body, tid};

fn cancel_body(tid: &str, amount: i64, tax_free: i64, available: i64) -> Value {
    json!({"cid": "TC0ONETIME", "tid": tid, "cancel_amount": amount,
        "cancel_tax_free_amount": tax_free, "cancel_available_amount": available})
}

/// Goal: parts add up to the whole, part by part; method: 27,000 won taken back as 11,000 and the rest, every sum compared.
#[tokio::test]
async fn cancelled_in_two_parts() {
    let world = World::start().await;
    let tid = world.approved().await;
    let (status, first) = world
        .kakao("cancel", cancel_body(&tid, 11000, 0, 27000))
        .await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(first["status"], "PART_CANCEL_PAYMENT");
    assert_eq!(first["approved_cancel_amount"]["total"], 11000);
    assert_eq!(first["approved_cancel_amount"]["vat"], 1000);
    assert_eq!(first["cancel_available_amount"]["total"], 16000);
    assert_eq!(first["cancel_available_amount"]["vat"], 1000);
    assert_eq!(first["amount"]["total"], 27000);
    assert!(first["canceled_at"].is_string() && first["aid"].is_string());
    let (status, last) = world
        .kakao("cancel", cancel_body(&tid, 16000, 5000, 16000))
        .await;
    assert_eq!(status, 200, "{last}");
    assert_eq!(last["status"], "CANCEL_PAYMENT");
    assert_eq!(
        last["approved_cancel_amount"],
        json!({"total": 16000, "tax_free": 5000, "vat": 1000,
        "point": 0, "discount": 0, "green_deposit": 0})
    );
    assert_eq!(last["canceled_amount"], last["amount"]);
    assert_eq!(last["cancel_available_amount"]["total"], 0);
    let (_, order) = world.kakao("order", order_body(&tid)).await;
    assert_eq!(order["status"], "CANCEL_PAYMENT");
    let kinds: Vec<_> = order["payment_action_details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["payment_action_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["PAYMENT", "CANCEL", "CANCEL"]);
    let ledger = world.get("/ledger/payments").await;
    assert_eq!(
        (&ledger["approved_total"], &ledger["canceled_total"]),
        (&json!(27000), &json!(27000))
    );
}

/// Goal: a repeated cancel is stopped by what the client thought was left; method: the same cancel sent twice.
#[tokio::test]
async fn the_guard_stops_a_second_cancel() {
    let world = World::start().await;
    let tid = world.approved().await;
    let call = cancel_body(&tid, 10000, 0, 27000);
    assert_eq!(world.kakao("cancel", call.clone()).await.0, 200);
    let (status, body) = world.kakao("cancel", call).await;
    assert_eq!((status, &body["error_code"]), (400, &json!(-710)));
    let ledger = world.get("/ledger/payments").await;
    assert_eq!(ledger["canceled_total"], 10000);
}

/// Goal: wrong cancels are refused by code and change nothing; method: each wrong call, then the inquiry.
#[tokio::test]
async fn wrong_cancels_change_nothing() {
    let world = World::start().await;
    let open = tid(&world.ready().await);
    let (_, body) = world
        .kakao("cancel", cancel_body(&open, 1000, 0, 27000))
        .await;
    assert_eq!(body["error_code"], -784);
    let tid = world.approved().await;
    for (change, code) in [
        (json!({"tid": "T0000000000000000000"}), -721),
        (json!({"cancel_amount": 27001}), -711),
        (json!({"cancel_amount": 0}), -722),
        (json!({"cancel_amount": null}), -2),
        (json!({"cancel_tax_free_amount": 5001}), -722),
        (
            json!({"cancel_tax_free_amount": 0, "cancel_amount": 27000}),
            -722,
        ),
        (
            json!({"cancel_tax_free_amount": 0, "cancel_amount": 22001}),
            -722,
        ),
        (json!({"cancel_vat_amount": 2001}), -722),
        (json!({"cancel_available_amount": 26999}), -710),
    ] {
        let call = but(cancel_body(&tid, 9000, 0, 27000), change.clone());
        let (status, body) = world.kakao("cancel", call).await;
        assert_eq!(
            (status, &body["error_code"]),
            (400, &json!(code)),
            "{change}"
        );
    }
    let (_, order) = world.kakao("order", order_body(&tid)).await;
    assert_eq!(order["status"], "SUCCESS_PAYMENT");
    assert_eq!(order["canceled_amount"]["total"], 0);
    assert_eq!(
        world
            .kakao("cancel", cancel_body(&tid, 20000, 0, 27000))
            .await
            .0,
        200
    );
    let over = but(
        cancel_body(&tid, 7001, 5000, 0),
        json!({"cancel_available_amount": null}),
    );
    let (_, body) = world.kakao("cancel", over).await;
    assert_eq!(body["error_code"], -710);
}

/// Goal: with a cup deposit only the whole can be taken back; method: a part, refused, then all of it.
#[tokio::test]
async fn a_cup_deposit_allows_only_a_full_cancel() {
    let world = World::start().await;
    let (_, ready) = world
        .kakao("ready", but(ready_body(), json!({"green_deposit": 600})))
        .await;
    let home = world.press(&ready, "pay", "method=MONEY").await.unwrap();
    let token = home.split_once("pg_token=").unwrap().1;
    let (_, approved) = world.kakao("approve", approve_body(&ready, token)).await;
    assert_eq!(approved["amount"]["green_deposit"], 600);
    let tid = tid(&ready);
    let (_, body) = world
        .kakao("cancel", cancel_body(&tid, 1000, 0, 27000))
        .await;
    assert_eq!(body["error_code"], -784);
    let (status, body) = world
        .kakao("cancel", cancel_body(&tid, 27000, 5000, 27000))
        .await;
    assert_eq!(status, 200);
    assert_eq!(body["approved_cancel_amount"]["green_deposit"], 600);
}

/// Goal: a payment taken back cannot be approved again; method: cancel in full, then approve with the old token.
#[tokio::test]
async fn a_cancelled_payment_stays_cancelled() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    world.kakao("approve", approve_body(&ready, &token)).await;
    let tid = tid(&ready);
    world
        .kakao("cancel", cancel_body(&tid, 27000, 5000, 27000))
        .await;
    let (status, body) = world.kakao("approve", approve_body(&ready, &token)).await;
    assert_eq!((status, &body["error_code"]), (400, &json!(-783)));
    assert_eq!(world.status_of(&tid).await, "CANCEL_PAYMENT");
}
