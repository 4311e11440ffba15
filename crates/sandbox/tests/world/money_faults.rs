//! Faults that move money wrongly or late, at every gateway, one by one and by seed.

use std::time::Duration;

use serde_json::{Value, json};
use soban_sandbox::{Endpoint, FaultKind, FaultPlan, FaultRate, FaultRule, WRONG_BY};

use crate::faults::arm;
use crate::harness::{World, approve_body as kakao_approve, opened, order_body, tid};
use crate::kicc::{approve_body, code, reverse_body, van, van_raw};
use crate::mpm::{inquire, pay, shop_code};
use crate::toss::{authenticated, confirm_body, toss, toss_get, toss_raw, toss_with, truth};

/// Goal: an approval of a wrong amount takes ten won more everywhere and every inquiry says so; method: the fault at each gateway, answers and ledgers compared.
#[tokio::test]
async fn approvals_of_a_wrong_amount() {
    let world = World::start().await;
    let wrong = |endpoint| FaultRule::next(endpoint, FaultKind::WrongAmount, 1);
    world
        .sandbox
        .fault(wrong(Endpoint::PaymentApprove))
        .unwrap();
    let (ready, token) = world.authenticated().await;
    let (status, body) = world.kakao("approve", kakao_approve(&ready, &token)).await;
    assert_eq!((status, &body["amount"]["total"]), (200, &json!(27010)));
    let (_, order) = world.kakao("order", order_body(&tid(&ready))).await;
    assert_eq!(order["amount"]["total"], 27010);
    world.sandbox.fault(wrong(Endpoint::TossConfirm)).unwrap();
    let payment = authenticated(&world, "order-t").await;
    let (_, body) = toss(&world, "payments/confirm", confirm_body(&payment)).await;
    assert_eq!(body["totalAmount"], 27010);
    world.sandbox.fault(wrong(Endpoint::KiccApprove)).unwrap();
    let token = code(&world, "ok").await["barcode"].clone();
    let body = approve_body("m-1", &token);
    assert_eq!(van(&world, "reqAprv", &body).await["trxAmt"], 11010);
    let answer = van(&world, "reqRtran", &reverse_body(&body)).await;
    assert_eq!(answer["respCd"], "0000", "undone by what was asked for");
    world.sandbox.fault(wrong(Endpoint::MpmPay)).unwrap();
    pay(&world, &[("code", &shop_code(Some(1000), Some("R1")))]).await;
    assert_eq!(inquire(&world, "R1").await.1["AMOUNT"], 1010);
    for (order, asked) in [
        ("order-1", 27000),
        ("order-t", 27000),
        ("m-1", 11000),
        ("R1", 1000),
    ] {
        let truth = truth(&world, order).await;
        assert_eq!(truth["amount"], asked);
        assert_eq!(truth["approved"], asked + WRONG_BY);
    }
    assert_eq!(truth(&world, "m-1").await["sent_back"], 11010);
}

/// Goal: a late approval is made whatever happened meanwhile, at the page gateways too; method: the connection breaks, nothing is paid, five minutes later it is.
#[tokio::test]
async fn late_approvals_come_at_their_time() {
    let world = World::start().await;
    let late = |endpoint| FaultRule::next(endpoint, FaultKind::LateApproval, 1);
    world.sandbox.fault(late(Endpoint::PaymentApprove)).unwrap();
    let (ready, token) = world.authenticated().await;
    let call = kakao_approve(&ready, &token);
    assert!(world.kakao_raw("approve", &call).await.is_err());
    world.sandbox.fault(late(Endpoint::TossConfirm)).unwrap();
    let payment = authenticated(&world, "order-t").await;
    world.sandbox.clock().advance(Duration::from_secs(8 * 60));
    let body = confirm_body(&payment);
    let call = toss_raw(
        &world,
        reqwest::Method::POST,
        "payments/confirm",
        &[],
        Some(&body),
    );
    assert!(call.await.is_err());
    assert_eq!(world.status_of(&tid(&ready)).await, "SUCCESS_PAYMENT");
    world.sandbox.clock().advance(Duration::from_secs(4 * 60));
    let inquiry = async || toss_get(&world, "payments/orders/order-t").await.1["status"].clone();
    assert_eq!(inquiry().await, "EXPIRED");
    world.sandbox.clock().advance(Duration::from_secs(61));
    assert_eq!(inquiry().await, "DONE");
    assert_eq!(truth(&world, "order-t").await["approved"], 27000);
}

/// Goal: a decline at each gateway carries the code it was given and takes nothing; method: the usual and a chosen code.
#[tokio::test]
async fn declines_carry_their_codes() {
    let world = World::start().await;
    for (order, reason, status, after) in [
        ("order-1", None, 403, "ABORTED"),
        ("order-2", Some("INVALID_STOPPED_CARD"), 400, "ABORTED"),
        ("order-3", Some("PROVIDER_ERROR"), 400, "IN_PROGRESS"),
    ] {
        let payment = authenticated(&world, order).await;
        arm(
            &world,
            json!({"endpoint": "toss.confirm", "fault": "decline", "times": 1, "reason": reason}),
        )
        .await;
        let (have, body) = toss(&world, "payments/confirm", confirm_body(&payment)).await;
        let due = reason.unwrap_or("REJECT_CARD_PAYMENT");
        assert_eq!((have, &body["code"]), (status, &json!(due)));
        let truth = truth(&world, order).await;
        assert_eq!(
            (&truth["status"], &truth["approved"]),
            (&json!(after), &json!(0))
        );
    }
    let token = code(&world, "ok").await["barcode"].clone();
    arm(
        &world,
        json!({"endpoint": "kicc.approve", "fault": "decline", "times": 1, "reason": "6001"}),
    )
    .await;
    let answer = van(&world, "reqAprv", &approve_body("m-1", &token)).await;
    assert_eq!(answer["respCd"], "6001");
    assert_eq!(truth(&world, "m-1").await, Value::Null);
}

/// Goal: lost, spoilt and failed answers hide approvals that stand; method: each fault at the VAN and at Toss, then the ledger, then the way to the truth.
#[tokio::test]
async fn hidden_approvals_stand() {
    let world = World::start().await;
    for (n, fault) in ["reply_lost", "error_after", "garbage"].iter().enumerate() {
        let number = format!("m-{n}");
        let token = code(&world, "ok").await["barcode"].clone();
        let body = approve_body(&number, &token);
        arm(
            &world,
            json!({"endpoint": "kicc.approve", "fault": fault, "times": 1}),
        )
        .await;
        let read = match van_raw(&world, "reqAprv", &body).await {
            Ok(answer) => opened(answer).await.1["respCd"].clone(),
            Err(_) => Value::Null,
        };
        assert_ne!(read, "0000", "{fault}");
        assert_eq!(truth(&world, &number).await["live"], 11000, "{fault}");
        van(&world, "reqRtran", &reverse_body(&body)).await;
        assert_eq!(truth(&world, &number).await["live"], 0);
        let order = format!("order-{n}");
        let payment = authenticated(&world, &order).await;
        arm(
            &world,
            json!({"endpoint": "toss.confirm", "fault": fault, "times": 1}),
        )
        .await;
        let headers = [("idempotency-key", order.as_str())];
        let body = confirm_body(&payment);
        let call = toss_raw(
            &world,
            reqwest::Method::POST,
            "payments/confirm",
            &headers,
            Some(&body),
        );
        call.await.ok();
        assert_eq!(truth(&world, &order).await["approved"], 27000, "{fault}");
        let again = toss_with(&world, "payments/confirm", &headers, body).await;
        assert_eq!(
            (again.0, &again.1["status"]),
            (200, &json!("DONE")),
            "the key still answers"
        );
    }
}

/// Goal: inquiries can be away at each gateway that has one; method: the fault armed once, the inquiry twice.
#[tokio::test]
async fn inquiries_can_be_away() {
    let world = World::start().await;
    authenticated(&world, "order-1").await;
    pay(&world, &[("code", &shop_code(Some(1000), Some("R1")))]).await;
    for endpoint in ["toss.inquiry", "mpm.inquiry"] {
        arm(
            &world,
            json!({"endpoint": endpoint, "fault": "unavailable", "times": 1}),
        )
        .await;
    }
    assert_eq!(toss_get(&world, "payments/orders/order-1").await.0, 503);
    assert_eq!(toss_get(&world, "payments/orders/order-1").await.0, 200);
    assert_eq!(inquire(&world, "R1").await.0, 503);
    assert_eq!(inquire(&world, "R1").await.0, 200);
}

/// What happened to forty approvals under a plan: the VAN's answer, and whether money moved.
async fn forty_under(seed: u64) -> Vec<(Value, Value)> {
    let world = World::start().await;
    let plan = FaultPlan {
        seed,
        rates: vec![
            FaultRate::new(Endpoint::KiccApprove, FaultKind::ErrorBefore, 250),
            FaultRate::new(Endpoint::KiccApprove, FaultKind::ErrorAfter, 250),
        ],
    };
    world.sandbox.follow(plan).unwrap();
    let mut seen = Vec::new();
    for n in 0..40 {
        let number = format!("m-{n}");
        let token = code(&world, "ok").await["barcode"].clone();
        let answer = van_raw(&world, "reqAprv", &approve_body(&number, &token)).await;
        let (_, body) = opened(answer.unwrap()).await;
        let live = truth(&world, &number).await["live"].clone();
        seen.push((body["respCd"].clone(), live));
    }
    seen
}

/// Goal: a seed fixes which requests fail and how, and all kinds come up; method: two runs with one seed and one with another.
#[tokio::test]
async fn a_seed_fixes_what_fails() {
    let first = forty_under(7).await;
    assert_eq!(first, forty_under(7).await);
    assert_ne!(first, forty_under(8).await);
    for kind in [
        (json!("0000"), json!(11000)),
        (json!("9999"), json!(11000)),
        (json!("9999"), Value::Null),
    ] {
        assert!(first.contains(&kind), "{kind:?}");
    }
}

/// Goal: a plan is shown, replaced, refused when senseless and ended; method: all of it over the control address.
#[tokio::test]
async fn a_plan_is_kept_at_its_address() {
    let world = World::start().await;
    let put = async |plan: Value| {
        let request = world.client.put(world.url("/faults/plan")).json(&plan);
        opened(request.send().await.unwrap()).await
    };
    let plan = json!({"seed": 7, "rates": [{"endpoint": "mpm.list", "fault": "unavailable", "per_mille": 1000}]});
    let (status, faults) = put(plan.clone()).await;
    assert_eq!((status, &faults["plan"]), (200, &plan));
    let list = async || {
        let path = "payments?date=20260101";
        crate::mpm::mpm(&world, reqwest::Method::GET, path, Value::Null)
            .await
            .0
    };
    assert_eq!(list().await, 503);
    for senseless in [
        json!({"seed": 7, "rates": [{"endpoint": "mpm.list", "fault": "garbage", "per_mille": 1001}]}),
        json!({"seed": 7, "rates": [{"endpoint": "mpm.list", "fault": "late_approval", "per_mille": 1}]}),
        json!({"seed": -1, "rates": []}),
    ] {
        assert_eq!(put(senseless).await.0, 422);
    }
    assert_eq!(list().await, 503, "the old plan still holds");
    let gone = world.client.delete(world.url("/faults/plan")).send().await;
    assert_eq!(gone.unwrap().status(), 204);
    assert_eq!(list().await, 200);
}

/// Goal: one ledger tells the truth of all gateways and a reset empties it; method: a payment at each, the sum compared, then reset.
#[tokio::test]
async fn one_ledger_for_all_gateways() {
    let world = World::start().await;
    world.approved().await;
    crate::toss::confirmed(&world, "order-t").await;
    let token = code(&world, "ok").await["barcode"].clone();
    van(&world, "reqAprv", &approve_body("m-1", &token)).await;
    pay(&world, &[("code", &shop_code(Some(1000), Some("R1")))]).await;
    let all = world.get("/ledger/truth").await;
    let gateways: Vec<_> = all["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["gateway"].as_str().unwrap())
        .collect();
    assert_eq!(gateways, ["kakaopay", "tosspayments", "kicc", "mpm"]);
    assert_eq!(all["live_total"], 27000 + 27000 + 11000 + 1000);
    world.post("/reset", json!({})).await;
    let all = world.get("/ledger/truth").await;
    assert_eq!(
        (&all["payments"], &all["live_total"]),
        (&json!([]), &json!(0))
    );
}

/// Goal: the pages of all gateways are there and the first page links them; method: each fetched, placeholders filled.
#[tokio::test]
async fn the_first_page_links_the_gateways() {
    let world = World::start().await;
    let index = world.text(&world.url("/")).await;
    for path in ["/tosspayments/", "/kicc/", "/mpm/", "/ledger/truth"] {
        assert!(index.contains(&format!("href=\"{path}\"")), "{path}");
        let page = world.text(&world.url(path)).await;
        assert!(!page.contains("{{") && !page.is_empty());
    }
}
