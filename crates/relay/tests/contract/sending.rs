//! Sending orders and looking them up.

use std::time::Duration;

use serde_json::json;
use soban_domain::secret::Secret;
use soban_domain::text::Note;
use soban_engine::ports::pos::{PosAnswer, PosHealth, PosLink};
use soban_relay::TossPlace;
use soban_sandbox::{Endpoint, FaultKind, FaultRule};

use crate::counter::{Counter, order, settings};

fn is_silent(answer: &PosAnswer) -> bool {
    matches!(answer, PosAnswer::NoAnswer { .. })
}

fn is_absent(answer: &PosAnswer) -> bool {
    matches!(answer, PosAnswer::Absent { .. })
}

/// An order arrives whole, with its payment, and waits for the counter's hand; then it is
/// accepted. Compared with the till's ledger.
#[tokio::test]
async fn an_order_arrives_and_is_accepted() {
    let counter = Counter::open(false).await;
    let sent = order(1);
    assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
    let orders = counter.orders().await;
    assert_eq!(orders.len(), 1);
    let there = &orders[0];
    assert_eq!(there["orderKey"], sent.order.id.to_string());
    assert_eq!(there["orderNumber"], "101");
    assert_eq!(there["order"]["lineItems"][0]["title"], "칼국수");
    assert_eq!(there["order"]["chargePrice"]["totalAmount"], 21_000);
    assert_eq!(there["order"]["memo"], "칼국수: 덜 맵게");
    assert_eq!(there["payments"][0]["amount"], 21_000);
    assert_eq!(
        counter.link.look_up(sent.order.id, 1).await,
        PosAnswer::Delivered
    );
    counter.press("orders/1/accept", json!({})).await;
    assert_eq!(
        counter.link.look_up(sent.order.id, 1).await,
        PosAnswer::Accepted
    );
}

/// A till that accepts by itself answers the sending before it does; the look-up tells.
#[tokio::test]
async fn a_till_may_accept_by_itself() {
    let counter = Counter::open(true).await;
    let sent = order(1);
    assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
    let seen = counter.link.look_up(sent.order.id, 1).await;
    assert_eq!(seen, PosAnswer::Accepted);
}

/// When the till took the order and its answer was spoiled, nobody claims to know, and the
/// look-up finds it. The till has it once. Tried with each way to spoil an answer.
#[tokio::test]
async fn a_spoiled_answer_is_found_by_looking() {
    for fault in [
        FaultKind::ReplyLost,
        FaultKind::ErrorAfter,
        FaultKind::Garbage,
    ] {
        let counter = Counter::open(true).await;
        let sent = order(1);
        counter.break_next(Endpoint::PosSubmit, fault);
        let answer = counter.link.send(&sent).await;
        assert!(is_silent(&answer), "{fault:?}: {answer:?}");
        let seen = counter.link.look_up(sent.order.id, 1).await;
        assert_eq!(seen, PosAnswer::Accepted, "{fault:?}");
        assert_eq!(counter.orders().await.len(), 1, "{fault:?}");
    }
}

/// An answer that comes after our patience is no answer, and the order is found by
/// looking.
#[tokio::test]
async fn a_late_answer_is_found_by_looking() {
    let counter = Counter::open(true).await;
    let rule = FaultRule {
        delay_ms: Some(60_000),
        ..FaultRule::next(Endpoint::PosSubmit, FaultKind::Delay, 1)
    };
    counter.sandbox.fault(rule).unwrap();
    let mut hasty = settings(&counter.sandbox.pos_base());
    hasty.timeout_connect = Duration::from_millis(300);
    hasty.timeout_read = Duration::from_millis(300);
    let sent = order(1);
    let answer = TossPlace::new(hasty).unwrap().send(&sent).await;
    let due = PosAnswer::NoAnswer {
        evidence: "timed_out".to_owned(),
    };
    assert_eq!(answer, due);
    let seen = counter.link.look_up(sent.order.id, 1).await;
    assert_eq!(seen, PosAnswer::Accepted);
}

/// When the till failed before taking the order, the look-up finds nothing, and sending
/// again delivers it once.
#[tokio::test]
async fn a_failure_before_the_work_is_absent() {
    for fault in [FaultKind::ErrorBefore, FaultKind::Unavailable] {
        let counter = Counter::open(true).await;
        let sent = order(1);
        counter.break_next(Endpoint::PosSubmit, fault);
        assert!(is_silent(&counter.link.send(&sent).await));
        assert!(is_absent(&counter.link.look_up(sent.order.id, 1).await));
        assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
        assert_eq!(counter.orders().await.len(), 1);
    }
}

/// The same order sent twice is one order at the till, because the same order makes the
/// same bytes; changed under the same revision it is refused and the first one stays.
#[tokio::test]
async fn the_same_twice_is_one_and_a_change_is_refused() {
    let counter = Counter::open(false).await;
    let mut sent = order(1);
    assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
    assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
    assert_eq!(counter.orders().await.len(), 1);
    sent.order.priced.lines[0].memo = Note::new("맵게").unwrap();
    let answer = counter.link.send(&sent).await;
    assert!(
        matches!(&answer, PosAnswer::Rejected { code, words }
            if code == "other" && words.starts_with("idempotency_key_reused")),
        "{answer:?}"
    );
    let orders = counter.orders().await;
    assert_eq!(orders[0]["order"]["memo"], "칼국수: 덜 맵게");
}

/// Two sendings of one order at once are one order, and the one in flight is not taken for
/// refused.
#[tokio::test]
async fn two_at_once_are_one() {
    let counter = Counter::open(false).await;
    let rule = FaultRule {
        delay_ms: Some(300),
        ..FaultRule::next(Endpoint::PosSubmit, FaultKind::Late, 1)
    };
    counter.sandbox.fault(rule).unwrap();
    let sent = order(1);
    let (one, other) = tokio::join!(counter.link.send(&sent), counter.link.send(&sent));
    let answers = [one, other];
    assert!(answers.contains(&PosAnswer::Delivered), "{answers:?}");
    assert!(answers.iter().any(is_silent), "{answers:?}");
    assert_eq!(counter.orders().await.len(), 1);
}

/// A later revision follows the first; one that comes before its forerunner is no answer,
/// and the look-up tells what is there.
#[tokio::test]
async fn revisions_come_in_order() {
    let counter = Counter::open(false).await;
    let mut sent = order(1);
    sent.order.revision = 2;
    assert!(is_silent(&counter.link.send(&sent).await));
    assert!(is_absent(&counter.link.look_up(sent.order.id, 2).await));
    counter.link.send(&order(1)).await;
    assert!(is_absent(&counter.link.look_up(sent.order.id, 2).await));
    assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
    let seen = counter.link.look_up(sent.order.id, 2).await;
    assert_eq!(seen, PosAnswer::Delivered);
}

/// A closed day is seen before ordering and takes nothing; when it opens, the order goes
/// in.
#[tokio::test]
async fn a_closed_day_takes_nothing() {
    let counter = Counter::open(true).await;
    assert_eq!(counter.link.health().await, PosHealth::Open);
    counter.day(false).await;
    assert_eq!(counter.link.health().await, PosHealth::DayClosed);
    let sent = order(1);
    let answer = counter.link.send(&sent).await;
    assert!(
        matches!(&answer, PosAnswer::Absent { evidence } if evidence.contains("day_closed")),
        "{answer:?}"
    );
    assert!(counter.orders().await.is_empty());
    counter.day(true).await;
    assert_eq!(counter.link.send(&sent).await, PosAnswer::Delivered);
}

/// What is sold out at the till is refused by its code, with the vendor's words and the
/// item's number for staff.
#[tokio::test]
async fn sold_out_is_refused_by_its_code() {
    let counter = Counter::open(true).await;
    let body = json!({ "code": "1007", "title": "칼국수", "on": true });
    counter.press("sold-out", body).await;
    let answer = counter.link.send(&order(1)).await;
    assert!(
        matches!(&answer, PosAnswer::Rejected { code, words }
            if code == "items_out_of_stock" && words.contains("1007")),
        "{answer:?}"
    );
    assert!(counter.orders().await.is_empty());
}

/// Each code of the vocabulary that the till can refuse with comes through as it is, or as
/// what it means.
#[tokio::test]
async fn refusals_keep_their_codes() {
    let counter = Counter::open(true).await;
    let refusals = [
        ("price_mismatched", "price_mismatched"),
        ("pos_item_id_not_found", "pos_item_id_not_found"),
        ("unsupported_order_type", "unsupported_order_type"),
        ("INGREDIENT_UNAVAILABLE", "items_out_of_stock"),
        ("BUSY", "other"),
        ("other", "other"),
    ];
    for (reason, due) in refusals {
        counter.refuse_next(reason);
        let answer = counter.link.send(&order(1)).await;
        assert!(
            matches!(&answer, PosAnswer::Rejected { code, words }
                if code == due && words.starts_with(reason)),
            "{reason}: {answer:?}"
        );
    }
    for reason in ["timed_out", "no_sync_confirmation", "brand_new"] {
        counter.refuse_next(reason);
        let answer = counter.link.send(&order(1)).await;
        assert!(is_silent(&answer), "{reason}: {answer:?}");
    }
}

/// An order that the counter takes back is found as refused, with the reason given there.
#[tokio::test]
async fn taken_back_at_the_counter_is_refused() {
    let counter = Counter::open(true).await;
    let sent = order(1);
    counter.link.send(&sent).await;
    let why = json!({ "reason": "INGREDIENT_UNAVAILABLE" });
    counter.press("orders/1/reject", why).await;
    let due = PosAnswer::Rejected {
        code: "items_out_of_stock".to_owned(),
        words: "INGREDIENT_UNAVAILABLE".to_owned(),
    };
    assert_eq!(counter.link.look_up(sent.order.id, 1).await, due);
}

/// A look-up that fails finds nothing out, by spoiling it in every way.
#[tokio::test]
async fn a_failed_look_up_tells_nothing() {
    let counter = Counter::open(true).await;
    let sent = order(1);
    for fault in [
        FaultKind::ReplyLost,
        FaultKind::ErrorBefore,
        FaultKind::ErrorAfter,
        FaultKind::Unavailable,
        FaultKind::Garbage,
    ] {
        counter.break_next(Endpoint::PosLookup, fault);
        let answer = counter.link.look_up(sent.order.id, 1).await;
        assert!(is_silent(&answer), "{fault:?}: {answer:?}");
    }
    assert!(is_absent(&counter.link.look_up(sent.order.id, 1).await));
}

/// Wrong keys take nothing and are told to staff without being shown; a wrong merchant or
/// address on a look-up is not taken for "no such order".
#[tokio::test]
async fn wrong_settings_are_not_absence() {
    let counter = Counter::open(true).await;
    let base = counter.sandbox.pos_base();
    let mut wrong_key = settings(&base);
    wrong_key.secret_key = Secret::new("wrongwrongwrong");
    assert!(!format!("{wrong_key:?}").contains("wrongwrong"));
    let link = TossPlace::new(wrong_key).unwrap();
    let answer = link.send(&order(1)).await;
    assert!(is_absent(&answer), "{answer:?}");
    assert!(!format!("{answer:?} {link:?}").contains("wrongwrong"));
    assert!(is_silent(&link.look_up(order(1).order.id, 1).await));
    assert_eq!(link.health().await, PosHealth::Unreachable);

    let mut wrong_store = settings(&base);
    wrong_store.merchant = "1002".to_owned();
    let link = TossPlace::new(wrong_store).unwrap();
    let answer = link.send(&order(1)).await;
    assert!(
        matches!(&answer, PosAnswer::Rejected { code, .. } if code == "location_not_supported"),
        "{answer:?}"
    );
    assert!(is_silent(&link.look_up(order(1).order.id, 1).await));

    let link = TossPlace::new(settings(&format!("{base}/elsewhere"))).unwrap();
    assert!(is_absent(&link.send(&order(1)).await));
    assert!(is_silent(&link.look_up(order(1).order.id, 1).await));
    assert!(counter.orders().await.is_empty());
}
