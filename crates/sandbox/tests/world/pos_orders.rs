//! The counter POS: what makes an order, and how often it is taken.

use serde_json::{Value, json};

use crate::harness::{World, but, opened};

/// An order of 27,000 won whose sums are right.
pub(crate) fn order(key: &str, revision: u32) -> Value {
    json!({
        "order": {
            "orderKey": key, "orderNumber": "127", "revision": revision, "memo": "덜 맵게",
            "lineItems": [
                { "title": "김치찌개", "code": "kimchi-jjigae", "diningOption": "HERE", "quantity": 2,
                  "unitPrice": 9000, "optionChoices": [{"title": "공깃밥", "quantity": 2, "price": 1000}],
                  "totalPrice": 22000, "taxType": "TAXABLE" },
                { "title": "쌀", "code": "rice", "diningOption": "TOGO", "quantity": 1, "unitPrice": 5000,
                  "optionChoices": [], "totalPrice": 5000, "taxType": "EXEMPT" },
            ],
            "chargePrice": { "listPrice": 27000, "discountAmount": 0, "taxAmount": 2000,
                "supplyAmount": 20000, "taxExemptAmount": 5000, "depositAmount": 0, "totalAmount": 27000 },
        },
        "payments": [{ "paymentKey": format!("pay-{key}"), "method": "KAKAOPAY", "amount": 27000,
            "approvedAt": "2026-11-22T12:00:00+09:00", "approvalNumber": "A1" }],
    })
}

fn spoilt(path: &str, value: Value) -> Value {
    let mut body = order("k1", 1);
    *body.pointer_mut(path).unwrap() = value;
    body
}

/// Goal: the same key and body is one order with one answer; method: submitted three times, ledger counted.
#[tokio::test]
async fn a_repeat_gets_the_stored_answer() {
    let world = World::start().await;
    let (status, first) = world.submit(&order("k1", 1)).await;
    assert_eq!(status, 201);
    for _ in 0..2 {
        assert_eq!(world.submit(&order("k1", 1)).await, (201, first.clone()));
    }
    let ledger = world.get("/ledger/pos").await;
    assert_eq!(ledger["orders"].as_array().unwrap().len(), 1);
    assert_eq!(ledger["counts"]["submit"], 3);
    let fresh: Vec<_> = ledger["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["request"]["new"].clone())
        .collect();
    assert_eq!(fresh, [json!(true), json!(false), json!(false)]);
    assert_eq!(
        world.pos_get("order/changes?after=0").await.1["events"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// Goal: one payment pays one order; method: a second order with the first one's paymentKey, and the first one's revision.
#[tokio::test]
async fn a_payment_pays_one_order() {
    let world = World::start().await;
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
    let mut other = order("k2", 1);
    other["payments"][0]["paymentKey"] = json!("pay-k1");
    let (status, answer) = world.submit(&other).await;
    assert_eq!((status, &answer["code"]), (409, &json!("other")));
    assert_eq!(world.submit(&order("k1", 2)).await.0, 201);
}

/// Goal: the same key with another body is refused; method: the memo changed, the key kept.
#[tokio::test]
async fn a_key_is_not_used_twice() {
    let world = World::start().await;
    world.submit(&order("k1", 1)).await;
    let (status, answer) = world.submit(&spoilt("/order/memo", json!("맵게"))).await;
    assert_eq!(
        (status, &answer["code"]),
        (422, &json!("idempotency_key_reused"))
    );
    let (_, kept) = world.pos_get("order/orders/by-order-key/k1").await;
    assert_eq!(kept["order"]["memo"], "덜 맵게");
}

/// Goal: revisions come in order and replace what was there; method: 1, then 3 (refused), 2, 3, and 2 again (stored).
#[tokio::test]
async fn revisions_come_in_order() {
    let world = World::start().await;
    assert_eq!(
        world.submit(&order("k2", 2)).await.1["code"],
        "revision_out_of_order"
    );
    assert_eq!(world.submit(&order("k1", 1)).await.0, 201);
    let (status, answer) = world.submit(&order("k1", 3)).await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("revision_out_of_order"))
    );
    assert_eq!(world.submit(&order("k1", 2)).await.0, 201);
    assert_eq!(world.submit(&order("k1", 3)).await.0, 201);
    assert_eq!(world.submit(&order("k1", 2)).await.0, 201);
    let (_, kept) = world.pos_get("order/orders/by-order-key/k1").await;
    assert_eq!(kept["revision"], 3);
    assert_eq!(
        world.get("/ledger/pos").await["orders"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

/// Goal: an order that ended takes no revision; method: completed by hand, then revision 2.
#[tokio::test]
async fn an_ended_order_is_not_revised() {
    let world = World::start().await;
    world.submit(&order("k1", 1)).await;
    world.post("/pos/screen/orders/1/done", json!({})).await;
    let (status, answer) = world.submit(&order("k1", 2)).await;
    assert_eq!((status, &answer["code"]), (409, &json!("order_ended")));
}

/// Goal: what does not add up is refused as price_mismatched; method: each sum of the order spoilt by itself.
#[tokio::test]
async fn sums_must_add_up() {
    let world = World::start().await;
    for (path, value) in [
        ("/order/lineItems/0/totalPrice", json!(21999)),
        ("/order/lineItems/0/optionChoices/0/price", json!(999)),
        ("/order/lineItems/1/quantity", json!(2)),
        ("/order/chargePrice/totalAmount", json!(26999)),
        ("/order/chargePrice/discountAmount", json!(1)),
        ("/order/chargePrice/taxAmount", json!(1999)),
        ("/order/chargePrice/depositAmount", json!(300)),
        ("/payments/0/amount", json!(26999)),
    ] {
        let (status, answer) = world.submit(&spoilt(path, value)).await;
        assert_eq!(
            (status, &answer["code"]),
            (409, &json!("price_mismatched")),
            "{path}"
        );
    }
    assert_eq!(world.get("/ledger/pos").await["orders"], json!([]));
}

/// Goal: a cup deposit may be a line or stand beside the lines; method: both shapes of the same order, and unpaid.
#[tokio::test]
async fn a_deposit_may_stand_beside_the_lines() {
    let world = World::start().await;
    let mut beside = order("k1", 1);
    beside["order"]["chargePrice"]["depositAmount"] = json!(300);
    beside["order"]["chargePrice"]["totalAmount"] = json!(27300);
    beside["payments"] = json!([]);
    assert_eq!(world.submit(&beside).await.0, 201);
    let mut line = order("k2", 1);
    let cup = json!({"title": "컵 보증금", "code": "deposit", "diningOption": "TOGO", "quantity": 1,
        "unitPrice": 300, "totalPrice": 300, "taxType": "NONE"});
    line["order"]["lineItems"].as_array_mut().unwrap().push(cup);
    line["order"]["chargePrice"] = beside["order"]["chargePrice"].clone();
    line["payments"][0]["amount"] = json!(27300);
    assert_eq!(world.submit(&line).await.0, 201);
}

/// Goal: bodies that are no order are 400 and kept nowhere; method: fields spoilt one by one, text, and a wrong key.
#[tokio::test]
async fn what_is_no_order_is_refused() {
    let world = World::start().await;
    for (path, value) in [
        ("/order/orderNumber", json!("")),
        ("/order/memo", json!("가".repeat(501))),
        ("/order/memo", json!("\u{1b}p0")),
        ("/order/lineItems", json!([])),
        ("/order/lineItems/0/quantity", json!(0)),
        ("/order/lineItems/0/quantity", json!(1_000_000_000_001i64)),
        ("/order/lineItems/0/unitPrice", json!(-1)),
        ("/order/lineItems/0/unitPrice", json!(9000.5)),
        ("/order/lineItems/0/diningOption", json!("MOON")),
        ("/order/chargePrice", json!({})),
    ] {
        let (status, answer) = world.submit(&spoilt(path, value.clone())).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!("malformed")),
            "{path} {value}"
        );
    }
    let wrong_key = opened(world.submit_raw("k1:2", &order("k1", 1)).await.unwrap()).await;
    assert_eq!(wrong_key.0, 400);
    let nothing = but(order("k1", 1), json!({"order": null}));
    assert_eq!(
        opened(world.submit_raw("k1:1", &nothing).await.unwrap())
            .await
            .0,
        400
    );
    assert_eq!(world.get("/ledger/pos").await["orders"], json!([]));
}
