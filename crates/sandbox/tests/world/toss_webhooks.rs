//! Toss Payments tells the shop: once, twice, late, never, and in the wrong order.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::faults::arm;
use crate::harness::{World, eventually};
use crate::toss::{authenticated, confirm_body, confirmed, toss};

/// A shop that is called: hears each event and answers with the next status of its list.
struct Shop {
    url: String,
    heard: mpsc::UnboundedReceiver<Value>,
}

impl Shop {
    async fn open(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (tell, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut statuses = statuses.iter();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                let body = loop {
                    stream.read_buf(&mut bytes).await.unwrap();
                    let text = String::from_utf8_lossy(&bytes);
                    let Some((_, body)) = text.split_once("\r\n\r\n") else {
                        continue;
                    };
                    if let Ok(body) = serde_json::from_str::<Value>(body) {
                        break body;
                    }
                };
                let status = statuses.next().unwrap_or(&200);
                let answer = format!(
                    "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                tell.send(body).ok();
            }
        });
        Self { url, heard }
    }

    async fn hear(&mut self) -> Value {
        let heard = tokio::time::timeout(Duration::from_secs(10), self.heard.recv());
        heard.await.expect("nobody called").unwrap()
    }

    async fn statuses(&mut self, count: usize) -> Vec<Value> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(self.hear().await["data"]["status"].clone());
        }
        all
    }
}

async fn target(world: &World, url: Option<&str>) {
    let answer = world
        .client
        .put(world.url("/webhooks/tosspayments"))
        .json(&json!({ "url": url }))
        .send();
    assert_eq!(answer.await.unwrap().status(), 200);
}

async fn calls(world: &World) -> Vec<Value> {
    let ledger = world.get("/ledger/tosspayments").await;
    ledger["webhooks"].as_array().unwrap().clone()
}

/// Goal: each change is told with the payment as it stands; method: paid, confirmed and cancelled, three events heard in turn.
#[tokio::test]
async fn each_change_is_told() {
    let world = World::start().await;
    let mut shop = Shop::open(&[]).await;
    target(&world, Some(&shop.url)).await;
    let payment = authenticated(&world, "order-1").await;
    let event = shop.hear().await;
    assert_eq!(event["eventType"], "PAYMENT_STATUS_CHANGED");
    assert_eq!(event["data"]["status"], "IN_PROGRESS");
    assert!(event["createdAt"].is_string());
    let (_, done) = toss(&world, "payments/confirm", confirm_body(&payment)).await;
    assert_eq!(shop.hear().await["data"], done);
    let path = format!(
        "payments/{}/cancel",
        payment["paymentKey"].as_str().unwrap()
    );
    toss(&world, &path, json!({"cancelReason": "변심"})).await;
    assert_eq!(shop.statuses(1).await, [json!("CANCELED")]);
    target(&world, None).await;
    confirmed(&world, "order-2").await;
    eventually(async || calls(&world).await.len() == 3).await;
}

/// Goal: what the shop does not take with a 200 is told again after 1 and 4 minutes; method: two refusals, the clock pushed to each repeat.
#[tokio::test]
async fn untaken_calls_are_repeated() {
    let world = World::start().await;
    let mut shop = Shop::open(&[500, 302]).await;
    target(&world, Some(&shop.url)).await;
    authenticated(&world, "order-1").await;
    for (attempt, minutes) in [(1, 1), (2, 4)] {
        shop.hear().await;
        eventually(async || calls(&world).await.len() == attempt).await;
        world
            .sandbox
            .clock()
            .advance(Duration::from_secs(minutes * 60));
    }
    shop.hear().await;
    eventually(async || calls(&world).await.len() == 3).await;
    let answered: Vec<_> = calls(&world)
        .await
        .iter()
        .map(|call| (call["attempt"].clone(), call["answered"].clone()))
        .collect();
    let due = [(1, 500), (2, 302), (3, 200)].map(|(n, status)| (json!(n), json!(status)));
    assert_eq!(answered, due);
}

/// Goal: a call may come twice, in the wrong order, or never; method: each fault armed for a confirm, what the shop hears compared.
#[tokio::test]
async fn calls_go_wrong_on_purpose() {
    let world = World::start().await;
    let mut shop = Shop::open(&[]).await;
    for (order, fault, due) in [
        ("order-1", "duplicate_callback", vec!["DONE", "DONE"]),
        ("order-2", "reversed_callback", vec!["DONE", "ABORTED"]),
    ] {
        let payment = authenticated(&world, order).await;
        target(&world, Some(&shop.url)).await;
        arm(
            &world,
            json!({"endpoint": "toss.webhook", "fault": fault, "times": 1}),
        )
        .await;
        toss(&world, "payments/confirm", confirm_body(&payment)).await;
        let heard = shop.statuses(2).await;
        assert_eq!(heard, due, "{fault}");
        target(&world, None).await;
    }
    let (_, order) = crate::toss::toss_get(&world, "payments/orders/order-2").await;
    assert_eq!(
        order["status"], "DONE",
        "the overtaken call is not the truth"
    );
    let payment = authenticated(&world, "order-3").await;
    target(&world, Some(&shop.url)).await;
    arm(
        &world,
        json!({"endpoint": "toss.webhook", "fault": "callback_lost", "times": 1}),
    )
    .await;
    toss(&world, "payments/confirm", confirm_body(&payment)).await;
    let last = calls(&world).await.pop().unwrap();
    assert_eq!(
        (&last["fault"], &last["answered"]),
        (&json!("callback_lost"), &Value::Null)
    );
    arm(
        &world,
        json!({"endpoint": "toss.webhook", "fault": "delay", "times": 1, "delay_ms": 60000}),
    )
    .await;
    authenticated(&world, "order-4").await;
    world.sandbox.clock().advance(Duration::from_secs(60));
    assert_eq!(shop.statuses(1).await, [json!("IN_PROGRESS")]);
}

/// Goal: an address that is none is refused; method: a script as the target.
#[tokio::test]
async fn a_target_must_be_an_address() {
    let world = World::start().await;
    let answer = world
        .client
        .put(world.url("/webhooks/tosspayments"))
        .json(&json!({"url": "javascript:alert(1)"}))
        .send();
    assert_eq!(answer.await.unwrap().status(), 422);
    assert_eq!(
        world.get("/webhooks/tosspayments").await["url"],
        Value::Null
    );
}
