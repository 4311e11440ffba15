//! Toss Payments: cancels, the list of transactions, and cash receipts.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{World, but};
use crate::toss::{confirmed, open_body, toss, toss_get, toss_with, truth};

fn cancel_path(payment: &Value) -> String {
    format!(
        "payments/{}/cancel",
        payment["paymentKey"].as_str().unwrap()
    )
}

/// Goal: parts go back until nothing is left, each exact to the won; method: a tax-free part, a taxed part, the rest, and one more.
#[tokio::test]
async fn parts_go_back_until_nothing_is_left() {
    let world = World::start().await;
    let payment = confirmed(&world, "order-1").await;
    let path = cancel_path(&payment);
    let part = json!({"cancelReason": "변심", "cancelAmount": 3000, "taxFreeAmount": 2000});
    let (status, body) = toss(&world, &path, part).await;
    assert_eq!((status, &body["status"]), (200, &json!("PARTIAL_CANCELED")));
    assert_eq!(body["balanceAmount"], 24000);
    assert_eq!(body["taxFreeAmount"], 3000);
    assert_eq!(body["vat"], 1909);
    assert_eq!(body["cancels"][0]["refundableAmount"], 24000);
    assert_eq!(
        body["lastTransactionKey"],
        body["cancels"][0]["transactionKey"]
    );
    let (_, body) = toss(
        &world,
        &path,
        json!({"cancelReason": "x", "cancelAmount": 21000}),
    )
    .await;
    assert_eq!(body["balanceAmount"], 3000);
    assert_eq!(body["suppliedAmount"], 0);
    let (_, body) = toss(&world, &path, json!({"cancelReason": "나머지"})).await;
    assert_eq!(
        (&body["status"], &body["balanceAmount"]),
        (&json!("CANCELED"), &json!(0))
    );
    assert_eq!(body["cancels"][2]["taxFreeAmount"], 3000);
    let (status, body) = toss(&world, &path, json!({"cancelReason": "또"})).await;
    assert_eq!(
        (status, &body["code"]),
        (400, &json!("ALREADY_CANCELED_PAYMENT"))
    );
    let truth = truth(&world, "order-1").await;
    assert_eq!(
        (&truth["sent_back"], &truth["live"]),
        (&json!(27000), &json!(0))
    );
}

/// Goal: what cannot go back is refused and nothing moves; method: sums, parts and reasons that do not fit.
#[tokio::test]
async fn cancels_that_do_not_fit_move_nothing() {
    let world = World::start().await;
    let payment = confirmed(&world, "order-1").await;
    let path = cancel_path(&payment);
    let good = json!({"cancelReason": "변심", "cancelAmount": 1000});
    for (change, status, code) in [
        (json!({"cancelAmount": 27001}), 403, "NOT_CANCELABLE_AMOUNT"),
        (json!({"cancelAmount": 0}), 403, "NOT_CANCELABLE_AMOUNT"),
        (json!({"taxFreeAmount": 1001}), 403, "NOT_CANCELABLE_AMOUNT"),
        (json!({"cancelAmount": 22001}), 403, "NOT_CANCELABLE_AMOUNT"),
        (json!({"cancelReason": null}), 400, "INVALID_REQUEST"),
        (
            json!({"cancelReason": "가".repeat(201)}),
            400,
            "INVALID_REQUEST",
        ),
    ] {
        let (have, body) = toss(&world, &path, but(good.clone(), change.clone())).await;
        assert_eq!((have, &body["code"]), (status, &json!(code)), "{change}");
    }
    assert_eq!(truth(&world, "order-1").await["sent_back"], 0);
    let (status, body) = toss(&world, "payments/nobody/cancel", good.clone()).await;
    assert_eq!((status, &body["code"]), (404, &json!("NOT_FOUND_PAYMENT")));
    let (_, open) = toss(&world, "payments", open_body("order-2")).await;
    let (status, body) = toss(&world, &cancel_path(&open), good).await;
    assert_eq!(
        (status, &body["code"]),
        (403, &json!("NOT_CANCELABLE_PAYMENT"))
    );
}

/// Goal: a repeated cancel with the same key goes back once; method: twice with the key, the ledger compared.
#[tokio::test]
async fn a_repeated_cancel_goes_back_once() {
    let world = World::start().await;
    let path = cancel_path(&confirmed(&world, "order-1").await);
    let body = json!({"cancelReason": "변심", "cancelAmount": 1000});
    let headers = [("idempotency-key", "refund-1")];
    let first = toss_with(&world, &path, &headers, body.clone()).await;
    assert_eq!(toss_with(&world, &path, &headers, body).await, first);
    assert_eq!(truth(&world, "order-1").await["sent_back"], 1000);
}

/// Goal: approvals and cancels are listed by time, a row each, in pages; method: two payments and a cancel, read whole, in pages and for another day.
#[tokio::test]
async fn transactions_are_listed() {
    let world = World::start().await;
    let first = confirmed(&world, "order-1").await;
    world.sandbox.clock().advance(Duration::from_secs(5));
    confirmed(&world, "order-2").await;
    world.sandbox.clock().advance(Duration::from_secs(5));
    let cancel = json!({"cancelReason": "변심", "cancelAmount": 4000});
    toss(&world, &cancel_path(&first), cancel).await;
    let span = "transactions?startDate=2000-01-01T00:00:00&endDate=2999-12-31T23:59:59.999";
    let (status, all) = toss_get(&world, span).await;
    assert_eq!(status, 200, "{all}");
    let rows: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["orderId"].clone(),
                row["status"].clone(),
                row["amount"].clone(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (json!("order-1"), json!("DONE"), json!(27000)),
            (json!("order-2"), json!("DONE"), json!(27000)),
            (json!("order-1"), json!("PARTIAL_CANCELED"), json!(4000)),
        ]
    );
    let key = all[0]["transactionKey"].as_str().unwrap();
    let (_, page) = toss_get(&world, &format!("{span}&limit=1&startingAfter={key}")).await;
    assert_eq!(page, json!([all[1]]));
    let past = "transactions?startDate=2000-01-01T00:00:00&endDate=2000-01-02T00:00:00";
    assert_eq!(toss_get(&world, past).await.1, json!([]));
    for (query, code) in [
        (
            format!("{span}&startingAfter=nobody"),
            "INVALID_TRANSACTION_KEY",
        ),
        (format!("{span}&limit=5001"), "INVALID_REQUEST"),
        (
            "transactions?startDate=2000-01-01".to_owned(),
            "INVALID_REQUEST",
        ),
    ] {
        let (status, body) = toss_get(&world, &query).await;
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{query}");
    }
}

fn receipt_body() -> Value {
    json!({
        "amount": 27000,
        "orderId": "order-1",
        "orderName": "김치찌개 외 2건",
        "customerIdentityNumber": "01012345678",
        "type": "소득공제",
        "taxFreeAmount": 5000,
    })
}

/// Goal: a cash receipt is issued once an order, listed by day and never shows the number; method: issued, repeated, listed, and every ledger searched.
#[tokio::test]
async fn a_cash_receipt_is_issued_once() {
    let world = World::start().await;
    let headers = [("idempotency-key", "receipt-1")];
    let first = toss_with(&world, "cash-receipts", &headers, receipt_body()).await;
    assert_eq!(first.0, 200, "{}", first.1);
    assert_eq!(first.1["issueStatus"], "COMPLETED");
    assert_eq!(first.1["transactionType"], "CONFIRM");
    assert_eq!(first.1["customerIdentityNumber"], "********678");
    let again = toss_with(&world, "cash-receipts", &headers, receipt_body()).await;
    assert_eq!(again, first);
    let (status, body) = toss(&world, "cash-receipts", receipt_body()).await;
    assert_eq!(
        (status, &body["code"]),
        (400, &json!("DUPLICATED_ORDER_ID"))
    );
    let day = &first.1["requestedAt"].as_str().unwrap()[..10];
    let (_, list) = toss_get(&world, &format!("cash-receipts?requestDate={day}")).await;
    assert_eq!(list["data"], json!([first.1]));
    let (_, list) = toss_get(&world, "cash-receipts?requestDate=2000-01-01").await;
    assert_eq!(list["data"], json!([]));
    assert_eq!(
        toss_get(&world, "cash-receipts?requestDate=today").await.0,
        400
    );
    let ledger = world.get("/ledger/tosspayments").await.to_string();
    assert!(!ledger.contains("01012345678"));
}

/// Goal: numbers must fit the kind of receipt, sums must make sense; method: each spoilt in turn.
#[tokio::test]
async fn cash_receipts_check_their_fields() {
    let world = World::start().await;
    for change in [
        json!({"type": "개인"}),
        json!({"customerIdentityNumber": "010-1234-5678"}),
        json!({"customerIdentityNumber": "123"}),
        json!({"type": "지출증빙"}),
        json!({"amount": 0, "taxFreeAmount": 0}),
        json!({"taxFreeAmount": 27001}),
        json!({"orderName": null}),
    ] {
        let body = but(receipt_body(), change.clone());
        let (status, body) = toss(&world, "cash-receipts", body).await;
        assert_eq!(
            (status, &body["code"]),
            (400, &json!("INVALID_REQUEST")),
            "{change}"
        );
    }
    let proof = json!({"type": "지출증빙", "customerIdentityNumber": "1208147521"});
    let (status, _) = toss(&world, "cash-receipts", but(receipt_body(), proof)).await;
    assert_eq!(status, 200);
}

/// Goal: a receipt is cancelled in parts and no further; method: a part, the rest, one more, and an unknown key.
#[tokio::test]
async fn a_cash_receipt_is_cancelled() {
    let world = World::start().await;
    let (_, receipt) = toss(&world, "cash-receipts", receipt_body()).await;
    let path = format!(
        "cash-receipts/{}/cancel",
        receipt["receiptKey"].as_str().unwrap()
    );
    let (_, part) = toss(&world, &path, json!({"amount": 7000})).await;
    assert_eq!(
        (&part["transactionType"], &part["amount"]),
        (&json!("CANCEL"), &json!(7000))
    );
    let (status, body) = toss(&world, &path, json!({"amount": 20001})).await;
    assert_eq!(
        (status, &body["code"]),
        (403, &json!("NOT_CANCELABLE_AMOUNT"))
    );
    let (_, rest) = toss(&world, &path, json!({})).await;
    assert_eq!(
        (&rest["amount"], &rest["taxFreeAmount"]),
        (&json!(20000), &json!(5000))
    );
    assert_eq!(toss(&world, &path, json!({})).await.0, 400);
    assert_eq!(
        toss(&world, "cash-receipts/nobody/cancel", json!({}))
            .await
            .0,
        404
    );
}
