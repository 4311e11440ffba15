//! The counter POS: keys, day, states, changes, and the counter's buttons.

use serde_json::{Value, json};

use crate::harness::{World, opened};
use crate::pos_orders::order;

async fn button(world: &World, id: &str, button: &str, body: Value) -> u16 {
    let path = format!("/pos/screen/orders/{id}/{button}");
    world.post(&path, body).await.0
}

async fn state_of(world: &World, key: &str) -> String {
    let (status, order) = world
        .pos_get(&format!("order/orders/by-order-key/{key}"))
        .await;
    assert_eq!(status, 200);
    order["state"].as_str().unwrap().to_owned()
}

/// Goal: only the merchant's own keys are let in; method: missing and wrong keys, and another merchant.
#[tokio::test]
async fn keys_are_checked() {
    let world = World::start().await;
    for (merchant, access, secret, due) in [
        ("1001", "sandbox-access", "wrong", 401),
        ("1001", "wrong", "sandbox-secret", 401),
        ("1002", "sandbox-access", "sandbox-secret", 404),
        ("1001", "sandbox-access", "sandbox-secret", 200),
    ] {
        let url = format!("{}/merchants/{merchant}/status", world.sandbox.pos_base());
        let request = world
            .client
            .get(url)
            .header("x-access-key", access)
            .header("x-secret-key", secret);
        assert_eq!(opened(request.send().await.unwrap()).await.0, due);
    }
    let bare = format!("{}/merchants/1001/status", world.sandbox.pos_base());
    assert_eq!(world.client.get(bare).send().await.unwrap().status(), 401);
}

/// Goal: a till that accepts by itself answers REQUESTED and then tells of OPENED; method: submit, look up, poll.
#[tokio::test]
async fn accepting_by_itself_is_told_afterwards() {
    let world = World::start().await;
    let (status, answer) = world.submit(&order("k1", 1)).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(answer["state"], "REQUESTED");
    assert_eq!(answer["orderKey"], "k1");
    assert_eq!(state_of(&world, "k1").await, "OPENED");
    let (_, changes) = world.pos_get("order/changes?after=0").await;
    let events = changes["events"].as_array().unwrap();
    let states: Vec<_> = events
        .iter()
        .map(|e| e["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["REQUESTED", "OPENED"]);
    assert_eq!(events[1]["specversion"], "1.0");
    assert_eq!(events[1]["type"], "order.order.opened.v1");
    assert_eq!(events[1]["orderKey"], "k1");
    assert_ne!(events[0]["id"], events[1]["id"]);
    assert_eq!(changes["next"], 2);
    let (_, rest) = world.pos_get("order/changes?after=2").await;
    assert_eq!((&rest["events"], &rest["next"]), (&json!([]), &json!(2)));
}

/// Goal: by hand an order goes from arrived to handed over, forward only; method: every button in order, and the wrong ones between.
#[tokio::test]
async fn buttons_move_an_order_forward_only() {
    let world = World::start().await;
    world
        .post("/pos/screen/auto-accept", json!({"on": false}))
        .await;
    let (_, answer) = world.submit(&order("k1", 1)).await;
    let id = answer["id"].as_str().unwrap();
    assert_eq!(state_of(&world, "k1").await, "REQUESTED");
    assert_eq!(button(&world, id, "ready", json!({})).await, 409);
    assert_eq!(button(&world, id, "accept", json!({})).await, 204);
    assert_eq!(button(&world, id, "accept", json!({})).await, 409);
    assert_eq!(button(&world, id, "ready", json!({})).await, 204);
    assert_eq!(button(&world, id, "done", json!({})).await, 204);
    assert_eq!(button(&world, id, "reject", json!({})).await, 409);
    assert_eq!(button(&world, "99", "accept", json!({})).await, 409);
    assert_eq!(button(&world, id, "explode", json!({})).await, 404);
    let (_, changes) = world.pos_get("order/changes?after=0").await;
    let states: Vec<_> = changes["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["REQUESTED", "OPENED", "READY", "COMPLETED"]);
}

/// Goal: a rejection carries its reason from the vocabulary; method: one reason pressed, one that does not exist.
#[tokio::test]
async fn a_rejection_says_why() {
    let world = World::start().await;
    let (_, answer) = world.submit(&order("k1", 1)).await;
    let id = answer["id"].as_str().unwrap();
    assert_eq!(
        button(&world, id, "reject", json!({"reason": "tired"})).await,
        422
    );
    assert_eq!(
        button(
            &world,
            id,
            "reject",
            json!({"reason": "INGREDIENT_UNAVAILABLE"})
        )
        .await,
        204
    );
    let (_, changes) = world.pos_get("order/changes?after=2").await;
    assert_eq!(changes["events"][0]["state"], "CANCELLED");
    assert_eq!(
        changes["events"][0]["data"]["reason"],
        "INGREDIENT_UNAVAILABLE"
    );
}

/// Goal: a closed day is its own state, refuses orders and keeps none; method: close, submit, open, submit the same.
#[tokio::test]
async fn a_closed_day_refuses() {
    let world = World::start().await;
    world.post("/pos/screen/day", json!({"on": false})).await;
    let (status, standing) = world.pos_get("status").await;
    assert_eq!((status, &standing["open"]), (200, &json!(false)));
    assert!(standing["since"].is_string());
    let (status, answer) = world.submit(&order("k1", 1)).await;
    assert_eq!((status, &answer["code"]), (409, &json!("day_closed")));
    assert_eq!(world.pos_get("order/orders/by-order-key/k1").await.0, 404);
    world.post("/pos/screen/day", json!({"on": true})).await;
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
}

/// Goal: sold-out items are refused by code; method: mark one, submit, put it on sale again, submit.
#[tokio::test]
async fn sold_out_items_are_refused() {
    let world = World::start().await;
    let item = |on: bool| json!({"code": "kimchi-jjigae", "title": "김치찌개", "on": on});
    world.post("/pos/screen/sold-out", item(true)).await;
    let (_, standing) = world.pos_get("status").await;
    assert_eq!(standing["soldOut"], json!(["kimchi-jjigae"]));
    let (status, answer) = world.submit(&order("k1", 1)).await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("items_out_of_stock"))
    );
    assert_eq!(answer["items"], json!(["kimchi-jjigae"]));
    world.post("/pos/screen/sold-out", item(false)).await;
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
}

/// Goal: every page of the sandbox is there and whole; method: each is fetched and searched for what is not filled in or from outside.
#[tokio::test]
async fn pages_are_whole() {
    let world = World::start().await;
    for path in ["/", "/pos", "/printers", "/faults/ui"] {
        let answer = world.client.get(world.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(policy.contains("default-src 'none'"));
        let page = answer.text().await.unwrap();
        assert!(page.contains("</html>") && !page.contains("{{"), "{path}");
        for outside in ["src=\"http", "@import", "url(http"] {
            assert!(
                !page.contains(outside),
                "{path} loads something from outside"
            );
        }
    }
    assert_eq!(world.get("/pos/screen/state").await["total"], 0);
    assert_eq!(
        world.get("/printers/state").await["printers"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}
