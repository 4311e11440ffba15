//! Faults over real sockets: what the client sees, and what the ledger knows better.

use serde_json::{Value, json};
use soban_sandbox::{Endpoint, FaultKind, FaultRule, Sandbox, SandboxConfig, SandboxError};

use crate::harness::{World, approve_body, eventually, opened, order_body, tid};
use crate::pos_orders::order;

pub(crate) async fn arm(world: &World, rule: Value) {
    let (status, body) = world.post("/faults", rule).await;
    assert_eq!(status, 201, "{body}");
}

async fn approved_total(world: &World) -> Value {
    world.get("/ledger/payments").await["approved_total"].clone()
}

/// Goal: an approval whose answer is lost is still an approval; method: the connection breaks, the inquiry and the ledger say paid.
#[tokio::test]
async fn a_lost_reply_is_still_an_approval() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    let rule = FaultRule::next(Endpoint::PaymentApprove, FaultKind::ReplyLost, 1);
    world.sandbox.fault(rule).unwrap();
    let call = approve_body(&ready, &token);
    assert!(world.kakao_raw("approve", &call).await.is_err());
    assert_eq!(world.status_of(&tid(&ready)).await, "SUCCESS_PAYMENT");
    let (status, body) = world.kakao("approve", call).await;
    assert_eq!((status, &body["error_code"]), (400, &json!(-702)));
    assert_eq!(approved_total(&world).await, 27000);
}

/// Goal: 500 after approving and 500 before doing anything look alike and are not; method: each once, then the ledger.
#[tokio::test]
async fn a_500_says_nothing_about_the_money() {
    let world = World::start().await;
    for (fault, due) in [("error_before", json!(0)), ("error_after", json!(27000))] {
        let (ready, token) = world.authenticated().await;
        arm(
            &world,
            json!({"endpoint": "payment.approve", "fault": fault, "times": 1}),
        )
        .await;
        let (status, body) = world.kakao("approve", approve_body(&ready, &token)).await;
        assert_eq!(
            (status, &body["error_code"]),
            (500, &json!(-500)),
            "{fault}"
        );
        assert_eq!(approved_total(&world).await, due, "{fault}");
    }
}

/// Goal: garbage is a 200 that cannot be read, after the work; method: the body is parsed, the ledger asked.
#[tokio::test]
async fn garbage_after_the_work() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    arm(
        &world,
        json!({"endpoint": "payment.approve", "fault": "garbage", "times": 1}),
    )
    .await;
    let answer = world
        .kakao_raw("approve", &approve_body(&ready, &token))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.json::<Value>().await.is_err());
    assert_eq!(approved_total(&world).await, 27000);
}

/// Goal: a decline is a listed refusal that the inquiry confirms; method: the default code and one by choice.
#[tokio::test]
async fn a_decline_is_confirmed_by_the_inquiry() {
    let world = World::start().await;
    for (rule, code) in [
        (
            json!({"endpoint": "payment.approve", "fault": "decline", "times": 1}),
            -704,
        ),
        (
            json!({"endpoint": "payment.approve", "fault": "decline", "times": 1, "code": -780}),
            -780,
        ),
    ] {
        let (ready, token) = world.authenticated().await;
        arm(&world, rule).await;
        let (status, body) = world.kakao("approve", approve_body(&ready, &token)).await;
        assert_eq!((status, &body["error_code"]), (400, &json!(code)));
        assert_eq!(
            body["extras"]["method_result_code"].is_string(),
            code == -780
        );
        assert_eq!(world.status_of(&tid(&ready)).await, "FAIL_PAYMENT");
    }
    assert_eq!(approved_total(&world).await, 0);
}

/// Goal: the inquiry can be away for as long as it is; method: endless until its rule is removed by id.
#[tokio::test]
async fn the_inquiry_can_be_away() {
    let world = World::start().await;
    let tid = world.approved().await;
    let (_, fault) = world
        .post(
            "/faults",
            json!({"endpoint": "payment.order", "fault": "unavailable"}),
        )
        .await;
    for _ in 0..3 {
        let (status, body) = world.kakao("order", order_body(&tid)).await;
        assert_eq!((status, &body["error_code"]), (503, &json!(-503)));
    }
    let url = world.url(&format!("/faults/{}", fault["id"]));
    assert_eq!(world.client.delete(url).send().await.unwrap().status(), 204);
    assert_eq!(world.status_of(&tid).await, "SUCCESS_PAYMENT");
}

/// Goal: a delayed answer comes after its work; method: while the answer waits, the ledger already shows the approval.
#[tokio::test]
async fn a_delayed_answer_comes_after_its_work() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    arm(
        &world,
        json!({"endpoint": "payment.approve", "fault": "delay", "times": 1, "delay_ms": 1500}),
    )
    .await;
    let call = approve_body(&ready, &token);
    let slow = world.kakao_raw("approve", &call);
    let watch = async {
        eventually(async || approved_total(&world).await == 27000).await;
        tokio::time::Instant::now()
    };
    let (answer, seen) = tokio::join!(
        async { (slow.await.unwrap(), tokio::time::Instant::now()) },
        watch
    );
    assert!(seen < answer.1, "approved before it was answered");
    assert_eq!(answer.0.status(), 200);
}

/// Goal: late work is done even if its client has gone, and a second call meanwhile is -785; method: both sent, the first dropped, the ledger awaited.
#[tokio::test]
async fn late_work_is_done_without_its_client() {
    let world = World::start().await;
    let (ready, token) = world.authenticated().await;
    arm(
        &world,
        json!({"endpoint": "payment.approve", "fault": "late", "times": 1, "delay_ms": 700}),
    )
    .await;
    let call = approve_body(&ready, &token);
    let first = world.kakao_raw("approve", &call);
    let second = async {
        // The rule is used up as soon as the first call has arrived.
        eventually(async || world.get("/faults").await["active"] == json!([])).await;
        world.kakao("approve", call.clone()).await
    };
    let (status, body) = tokio::select! {
        _ = first => panic!("the late answer came first"),
        second = second => second,
    };
    assert_eq!((status, &body["error_code"]), (400, &json!(-785)));
    assert_eq!(world.status_of(&tid(&ready)).await, "AUTH_PASSWORD");
    eventually(async || approved_total(&world).await == 27000).await;
    assert_eq!(world.status_of(&tid(&ready)).await, "SUCCESS_PAYMENT");
}

/// Goal: the POS loses a reply after taking the order, and the repeat is harmless; method: lost, looked up, sent again.
#[tokio::test]
async fn the_pos_takes_an_order_and_says_nothing() {
    let world = World::start().await;
    arm(
        &world,
        json!({"endpoint": "pos.submit", "fault": "reply_lost", "times": 1}),
    )
    .await;
    assert!(world.submit_raw("k1:1", &order("k1", 1)).await.is_err());
    assert_eq!(world.pos_get("order/orders/by-order-key/k1").await.0, 200);
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
    assert_eq!(
        world.get("/ledger/pos").await["orders"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

/// Goal: a till that breaks says nothing about the order; method: 500 before and after the work, codes and ledger compared.
#[tokio::test]
async fn a_broken_till_says_nothing_about_the_order() {
    let world = World::start().await;
    for (fault, status, code, orders) in [
        ("unavailable", 503, "location_offline", 0),
        ("error_before", 500, "internal_error", 0),
        ("error_after", 500, "internal_error", 1),
    ] {
        arm(
            &world,
            json!({"endpoint": "pos.submit", "fault": fault, "times": 1}),
        )
        .await;
        let (have, body) = world.submit(&order("k1", 1)).await;
        assert_eq!((have, &body["code"]), (status, &json!(code)), "{fault}");
        let ledger = world.get("/ledger/pos").await;
        assert_eq!(
            ledger["orders"].as_array().unwrap().len(),
            orders,
            "{fault}"
        );
    }
}

/// Goal: a till without deduplication makes two orders of one; method: the switch on, one order sent twice.
#[tokio::test]
async fn a_forgetful_till_makes_two_orders() {
    let world = World::start().await;
    let (status, _) = world
        .post("/faults", json!({"endpoint": "pos", "fault": "no_dedupe"}))
        .await;
    assert_eq!(status, 200);
    world.submit(&order("k1", 1)).await;
    world.submit(&order("k1", 1)).await;
    assert_eq!(
        world.get("/ledger/pos").await["orders"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// Goal: a POS rejection by choice carries its code; method: one reason switched on for one order.
#[tokio::test]
async fn a_pos_refuses_on_purpose() {
    let world = World::start().await;
    arm(&world, json!({"endpoint": "pos.submit", "fault": "decline", "times": 1, "reason": "pos_item_id_not_found"})).await;
    let (status, body) = world.submit(&order("k1", 1)).await;
    assert_eq!(
        (status, &body["code"]),
        (409, &json!("pos_item_id_not_found"))
    );
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
}

/// Goal: switches show what is so and are mended together; method: day closed and paper out by `POST /faults`, read back, cleared.
#[tokio::test]
async fn switches_are_read_back_and_mended() {
    let world = World::start().await;
    let on = |faults: &Value| -> Vec<String> {
        let switches = faults["switches"].as_array().unwrap();
        switches
            .iter()
            .filter(|one| one["on"] == true)
            .map(|one| {
                format!(
                    "{} {}",
                    one["endpoint"].as_str().unwrap(),
                    one["fault"].as_str().unwrap()
                )
            })
            .collect()
    };
    world
        .post("/faults", json!({"endpoint": "pos", "fault": "closed"}))
        .await;
    world
        .post(
            "/faults",
            json!({"endpoint": "printer.kitchen", "fault": "paper_out"}),
        )
        .await;
    assert_eq!(
        on(&world.get("/faults").await),
        ["pos closed", "printer.kitchen paper_out"]
    );
    assert_eq!(world.host("kitchen").await.status(2).await, 0x32);
    assert_eq!(world.submit(&order("k1", 1)).await.1["code"], "day_closed");
    let answer = world
        .client
        .delete(world.url("/faults"))
        .send()
        .await
        .unwrap();
    assert_eq!(opened(answer).await.0, 204);
    assert!(on(&world.get("/faults").await).is_empty());
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
}

/// Goal: senseless faults are refused with a reason; method: wrong names, numbers and fields.
#[tokio::test]
async fn senseless_faults_are_refused() {
    let world = World::start().await;
    for rule in [
        json!({"endpoint": "payment.nothing", "fault": "delay"}),
        json!({"endpoint": "payment.approve", "fault": "explode"}),
        json!({"endpoint": "payment.approve", "fault": "delay", "times": 0}),
        json!({"endpoint": "payment.approve", "fault": "delay", "when": "now"}),
        json!({"endpoint": "printer.attic", "fault": "paper_out"}),
        json!({"endpoint": "printer.kitchen", "fault": "closed"}),
        json!({"endpoint": "pos", "fault": "paper_out"}),
        json!([]),
    ] {
        let (status, body) = world.post("/faults", rule.clone()).await;
        assert_eq!(status, 422, "{rule}");
        assert!(body["error"].is_string());
    }
}

/// Goal: reset empties every ledger and mends everything; method: something in each ledger and a fault, then reset.
#[tokio::test]
async fn reset_is_the_first_morning() {
    let world = World::start().await;
    world.approved().await;
    world.submit(&order("k1", 1)).await;
    let mut host = world.host("bar").await;
    host.send(b"x\n").await;
    host.finish().await;
    arm(
        &world,
        json!({"endpoint": "payment.order", "fault": "unavailable"}),
    )
    .await;
    world
        .post("/faults", json!({"endpoint": "pos", "fault": "closed"}))
        .await;
    assert_eq!(world.post("/reset", json!({})).await.0, 204);
    assert_eq!(world.get("/ledger/payments").await["payments"], json!([]));
    assert_eq!(world.get("/ledger/pos").await["orders"], json!([]));
    assert_eq!(world.get("/ledger/pos").await["open"], true);
    assert_eq!(world.printed("bar").await["jobs"], json!([]));
    assert_eq!(world.get("/faults").await["active"], json!([]));
}

/// Goal: the live feed tells a page what changed; method: one order while the feed is open, its event awaited.
#[tokio::test]
async fn the_live_feed_names_what_changed() {
    let world = World::start().await;
    let mut feed = world.client.get(world.url("/events")).send().await.unwrap();
    world.submit(&order("k1", 1)).await;
    let event = feed.chunk().await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&event);
    assert!(
        text.contains("event: changed") && text.contains("data: pos"),
        "{text}"
    );
}

/// Goal: starting fails by name when an address is taken or names clash; method: both, and a stop that frees the address.
#[tokio::test]
async fn start_and_stop_own_their_sockets() {
    let world = World::start().await;
    let taken = world.sandbox.http_addr();
    let config = SandboxConfig {
        http: taken,
        ..SandboxConfig::on_free_ports()
    };
    let error = Sandbox::start(config.clone()).await.err().unwrap();
    assert!(matches!(error, SandboxError::Listen { addr, .. } if addr == taken));
    let mut twins = SandboxConfig::on_free_ports();
    twins.printers[1].name = "receipt".to_owned();
    let error = Sandbox::start(twins).await.err().unwrap();
    assert!(matches!(error, SandboxError::PrinterName(name) if name == "receipt"));
    drop(world.client);
    world.sandbox.stop().await;
    Sandbox::start(config).await.unwrap().stop().await;
}
