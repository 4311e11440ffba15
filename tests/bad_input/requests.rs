//! Requests to the hub that do not fit.

use serde_json::{Value, json};
use soban_domain::change::{Change, Difference};
use soban_protocol::client::Answer;
use soban_protocol::endpoint::endpoints::NAMES;
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::QuoteReply;
use soban_tests::setup::{PIN, STAFF};
use soban_tests::world::World;
use uuid::Uuid;

/// A request's raw answer.
struct Raw {
    status: u16,
    body: String,
}

async fn send(world: &World, endpoint: &str, body: impl Into<Vec<u8>>) -> Raw {
    let url = format!("http://{}/rpc/{endpoint}", world.hub());
    let client = reqwest::Client::new();
    let response = client.post(url).body(body.into()).send().await.unwrap();
    Raw {
        status: response.status().as_u16(),
        body: response.text().await.unwrap(),
    }
}

/// Sends a request that must be refused by that name and with a status of ours.
async fn refused(world: &World, endpoint: &str, body: impl Into<Vec<u8>>, code: ErrorCode) {
    let body = body.into();
    let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    let raw = send(world, endpoint, body).await;
    let answer: Result<Answer<Value>, _> = serde_json::from_str(&raw.body);
    match answer {
        Ok(Answer::Error(error)) => assert_eq!(error.code, code, "{endpoint} {shown}: {error}"),
        other => panic!("{endpoint} {shown}: not refused: {other:?}"),
    }
    assert!(
        (400..500).contains(&raw.status),
        "{endpoint} {shown}: {}",
        raw.status
    );
}

fn id() -> String {
    Uuid::now_v7().to_string()
}

/// A basket of one line, with fields changed.
fn basket(line: Value) -> Value {
    let mut all = json!({ "item": "haemul-pajeon", "quantity": 1 });
    let changed = line.as_object().cloned().unwrap_or_default();
    all.as_object_mut().unwrap().extend(changed);
    wish(json!({ "dining": "eat_in", "lines": [all] }))
}

fn wish(cart: Value) -> Value {
    json!({ "command": id(), "screen": "kiosk-1", "lang": "ko", "cart": cart, "seen": [] })
}

/// The hub's disk is as it was: no event, no order, the same shelf.
async fn assert_untouched(world: &World, before: &soban_protocol::guest::Hello) {
    let after = world.guest().hello().await;
    assert_eq!(after.seq, before.seq, "an event was written");
    assert_eq!(after.shelf, before.shelf);
    let list = world.soban(&["order", "list", "--json", "--data", "data"]);
    let orders: Vec<Value> = serde_json::from_slice(&list.stdout).unwrap();
    assert!(orders.is_empty(), "{orders:?}");
}

/// Bodies that are not what an endpoint takes, for every endpoint: no JSON, another
/// shape, bytes that are no text, nesting without end, a field too many, an address that
/// no endpoint has. Each is refused by name, nothing is written, and the hub lives on.
#[tokio::test]
async fn a_body_that_does_not_fit_is_refused() {
    let world = World::start();
    let quiet = world.quiet().await;
    let nested = "[".repeat(60_000);
    let objects = "{\"a\":".repeat(10_000);
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"null",
        b"[[]]",
        b"42",
        b"\"ping\"",
        b"\xff\xfe\xfd",
        b"{\"command\":\"\xed\xa0\x80\"}",
        b"{\"command\":1}",
        b"{\"surprise\":true}",
        nested.as_bytes(),
        objects.as_bytes(),
    ];
    for endpoint in NAMES {
        for body in bodies {
            refused(&world, endpoint, body, ErrorCode::BadRequest).await;
        }
    }
    for name in [
        "order_everything",
        "Ping",
        "ping%20",
        "..%2fhealth",
        "%F0%9F%8D%9A",
    ] {
        refused(&world, name, "{}", ErrorCode::UnknownEndpoint).await;
    }
    assert_untouched(&world, &quiet).await;
}

/// A body larger than any request can be is refused before it is read as one, just above
/// the bound and far above it.
#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let world = World::start();
    let quiet = world.quiet().await;
    for size in [64 * 1024 + 1, 1024 * 1024] {
        refused(&world, "make_quote", vec![b' '; size], ErrorCode::TooLarge).await;
    }
    let just = json!({ "pad": "x".repeat(60_000) }).to_string();
    refused(&world, "ping", just, ErrorCode::BadRequest).await;
    assert_untouched(&world, &quiet).await;
}

/// Baskets that no screen makes: a memo of 1,000 characters or with control characters,
/// a quantity of 0, 100, 10^12, -1 or a half, an empty basket, one of 51 lines, counts
/// out of range, names that are none. Each is a named error and nothing is written.
#[tokio::test]
async fn a_basket_that_cannot_be_is_refused() {
    let world = World::start();
    let quiet = world.quiet().await;
    let bad_cart = [
        basket(json!({ "memo": "가".repeat(1000) })),
        basket(json!({ "memo": "\u{1b}p\u{0}\u{19}\u{fa}" })),
        basket(json!({ "memo": "덜\u{7}맵게" })),
        basket(json!({ "memo": "\u{202e}덜 맵게" })),
        basket(json!({ "quantity": 0 })),
        basket(json!({ "quantity": 100 })),
        basket(json!({ "quantity": u32::MAX })),
        wish(json!({ "dining": "eat_in", "lines": [] })),
        wish(json!({
            "dining": "eat_in",
            "lines": vec![json!({ "item": "haemul-pajeon", "quantity": 1 }); 51],
        })),
    ];
    for body in bad_cart {
        refused(&world, "make_quote", body.to_string(), ErrorCode::BadCart).await;
    }
    let bad_request = [
        basket(json!({ "quantity": 1_000_000_000_000_u64 })),
        basket(json!({ "quantity": -1 })),
        basket(json!({ "quantity": 1.5 })),
        basket(json!({ "item": "김치찌개" })),
        basket(json!({ "item": "x".repeat(41) })),
        basket(json!({ "item": "haemul-pajeon'; DROP TABLE orders" })),
        basket(json!({ "price": -1 })),
        wish(json!({ "dining": "delivery", "lines": [] })),
        {
            let mut far = basket(json!({}));
            far["seen"] = json!([1e300]);
            far
        },
    ];
    for body in bad_request {
        refused(
            &world,
            "make_quote",
            body.to_string(),
            ErrorCode::BadRequest,
        )
        .await;
    }
    let mut elsewhere = basket(json!({}));
    elsewhere["screen"] = json!("kiosk-99");
    refused(
        &world,
        "make_quote",
        elsewhere.to_string(),
        ErrorCode::UnknownScreen,
    )
    .await;
    assert_untouched(&world, &quiet).await;
}

/// What a guest could have seen and is not so any more is a named difference and not a
/// fault: an item that is gone, a choice that is none, a price of -1. No quote is made.
#[tokio::test]
async fn a_basket_of_yesterday_is_answered_by_name() {
    let world = World::start();
    let quiet = world.quiet().await;
    let answers = |group: &str, choice: &str, count: u64| json!([{ "group": group, "chosen": [{ "choice": choice, "count": count }] }]);
    let stew = |answers: Value| basket(json!({ "item": "kimchi-jjigae", "answers": answers }));
    let cases = [
        (basket(json!({ "item": "unicorn" })), Difference::Gone),
        (
            stew(answers("mystery", "hot", 1)),
            Difference::OptionsChanged,
        ),
        (
            stew(answers("spiciness", "lava", 1)),
            Difference::OptionsChanged,
        ),
        (
            stew(answers("spiciness", "hot", 4_000_000_000)),
            Difference::OptionsChanged,
        ),
        (stew(json!([])), Difference::OptionsChanged),
    ];
    for (body, due) in cases {
        let raw = send(&world, "make_quote", body.to_string()).await;
        let answer: Answer<QuoteReply> = serde_json::from_str(&raw.body).unwrap();
        let Answer::Ok(QuoteReply::Changed { changes, .. }) = answer else {
            panic!("{body}: {}", raw.body);
        };
        assert_eq!(changes, [Change { line: 0, what: due }], "{body}");
    }
    let mut free = basket(json!({}));
    free["seen"] = json!([-1]);
    let raw = send(&world, "make_quote", free.to_string()).await;
    assert!(
        raw.body.contains("\"price\":{\"from\":-1,\"to\":14000}"),
        "{}",
        raw.body
    );
    assert_untouched(&world, &quiet).await;
}

/// Ids of nothing: quotes, orders, payments, jobs, calls and things that are not there
/// are each refused by their own name; ids that are no ids are bad requests.
#[tokio::test]
async fn an_id_of_nothing_is_refused() {
    let world = World::start();
    let quiet = world.quiet().await;
    let staff = json!({ "name": STAFF, "pin": PIN });
    let no_order = json!({ "command": id(), "order": id() });
    let decision = json!({ "staff": staff, "command": id(), "order": id() });
    let cases = [
        (
            "place_order",
            json!({ "command": id(), "order": id(), "quote": id() }),
            "unknown_quote",
        ),
        (
            "start_payment",
            json!({ "command": id(), "attempt": id(), "order": id(), "method": "kakaopay" }),
            "unknown_order",
        ),
        (
            "leave_payment",
            json!({ "command": id(), "attempt": id() }),
            "unknown_payment",
        ),
        ("leave_order", no_order.clone(), "unknown_order"),
        ("order_status", json!({ "order": id() }), "unknown_order"),
        ("print_receipt", no_order, "unknown_order"),
        (
            "guest_return",
            json!({ "attempt": id(), "came": "quit" }),
            "unknown_payment",
        ),
        (
            "guest_return",
            json!({ "attempt": id(), "came": { "with_token": "" } }),
            "bad_request",
        ),
        (
            "guest_return",
            json!({ "attempt": id(), "came": { "with_token": "x".repeat(5000) } }),
            "bad_request",
        ),
        (
            "guest_return",
            json!({ "attempt": id(), "came": { "with_token": "a\u{0}b" } }),
            "bad_request",
        ),
        (
            "call_staff",
            json!({ "command": id(), "call": id(), "screen": "kiosk-99" }),
            "unknown_screen",
        ),
        (
            "hello",
            json!({ "screen": "kiosk-99", "kind": "kiosk" }),
            "unknown_screen",
        ),
        (
            "hello",
            json!({ "screen": null, "kind": "table" }),
            "unknown_screen",
        ),
        ("take_payment", decision.clone(), "not_now"),
        ("close_order", decision.clone(), "unknown_order"),
        ("record_id_check", decision.clone(), "unknown_order"),
        ("retry_relay", decision.clone(), "unknown_order"),
        ("settle_relay", decision, "unknown_order"),
        (
            "close_order",
            json!({ "staff": staff, "command": id(), "order": id(), "why": "가".repeat(1000) }),
            "bad_request",
        ),
        (
            "refund_payment",
            json!({ "staff": staff, "command": id(), "refund": id(), "order": id(), "why": "식음" }),
            "unknown_order",
        ),
        (
            "refund_payment",
            json!({ "staff": staff, "command": id(), "refund": id(), "order": id(), "why": "" }),
            "bad_request",
        ),
        (
            "settle_refund",
            json!({ "staff": staff, "command": id(), "refund": id(), "done": true, "why": "봤음" }),
            "not_found",
        ),
        (
            "issue_cash_receipt",
            json!({ "command": id(), "receipt": id(), "order": id(), "kind": "income_deduction", "number": "010-1234-5678" }),
            "unknown_order",
        ),
        (
            "issue_cash_receipt",
            json!({ "command": id(), "receipt": id(), "order": id(), "kind": "income_deduction", "number": "x".repeat(5000) }),
            "bad_receipt_number",
        ),
        (
            "settle_cash_receipt",
            json!({ "staff": staff, "command": id(), "receipt": id(), "said": "issued", "why": "봤음" }),
            "not_found",
        ),
        (
            "reconcile",
            json!({ "staff": staff, "day": "2026-02-30" }),
            "bad_request",
        ),
        (
            "settle_payment",
            json!({ "staff": staff, "command": id(), "attempt": id(), "action": "saw_money", "why": "" }),
            "bad_request",
        ),
        (
            "settle_payment",
            json!({ "staff": staff, "command": id(), "attempt": id(), "action": "saw_money", "why": "봤음" }),
            "unknown_payment",
        ),
        (
            "settle_print",
            json!({ "staff": staff, "command": id(), "job": id(), "came_out": true }),
            "not_found",
        ),
        (
            "reprint",
            json!({ "staff": staff, "command": id(), "job": id() }),
            "not_found",
        ),
        (
            "answer_call",
            json!({ "staff": staff, "command": id(), "call": id() }),
            "not_found",
        ),
        (
            "set_sold_out",
            json!({ "staff": staff, "command": id(), "key": "unicorn", "sold_out": true }),
            "not_found",
        ),
        (
            "set_sold_out",
            json!({ "staff": staff, "command": id(), "key": "a/b/c/../..", "sold_out": true }),
            "not_found",
        ),
        ("order_status", json!({ "order": "101" }), "bad_request"),
        (
            "place_order",
            json!({ "command": "", "order": id(), "quote": id() }),
            "bad_request",
        ),
        (
            "start_payment",
            json!({ "command": id(), "attempt": id(), "order": id(), "method": "barter" }),
            "bad_request",
        ),
    ];
    for (endpoint, body, code) in cases {
        let code: ErrorCode = serde_json::from_value(json!(code)).unwrap();
        refused(&world, endpoint, body.to_string(), code).await;
    }
    assert_untouched(&world, &quiet).await;
}
