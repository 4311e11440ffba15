//! News from the till, and the cursor in it.

use serde_json::json;
use soban_engine::ports::pos::{PosLink, PosNews, PosProgress};
use soban_sandbox::{Endpoint, FaultKind};

use crate::counter::{Counter, order};

/// Each step of an order is told once and in order, and the cursor goes on from where it
/// was; asked again from the start, all of it is told again.
#[tokio::test]
async fn steps_are_told_once_and_in_order() {
    let counter = Counter::open(false).await;
    assert_eq!(counter.link.news(0).await, Ok((vec![], 0)));
    let sent = order(1);
    counter.link.send(&sent).await;
    let news = |progress| PosNews {
        order: sent.order.id,
        progress,
        words: None,
    };
    let (told, mut cursor) = counter.link.news(0).await.unwrap();
    assert_eq!(told, []);
    let steps = [
        ("accept", PosProgress::Accepted),
        ("ready", PosProgress::Ready),
        ("done", PosProgress::Done),
    ];
    for (button, progress) in steps {
        counter
            .press(&format!("orders/1/{button}"), json!({}))
            .await;
        let (told, next) = counter.link.news(cursor).await.unwrap();
        assert_eq!(told, [news(progress)], "{button}");
        assert!(next > cursor, "{button}");
        cursor = next;
    }
    assert_eq!(counter.link.news(cursor).await, Ok((vec![], cursor)));
    let (all, last) = counter.link.news(0).await.unwrap();
    assert_eq!(all, steps.map(|(_, progress)| news(progress)));
    assert_eq!(last, cursor);
}

/// What the counter takes back is told with its reason.
#[tokio::test]
async fn taken_back_is_told_with_its_reason() {
    let counter = Counter::open(false).await;
    let sent = order(1);
    counter.link.send(&sent).await;
    let why = json!({ "reason": "CLOSING_EARLY" });
    counter.press("orders/1/reject", why).await;
    let (told, _) = counter.link.news(0).await.unwrap();
    let due = PosNews {
        order: sent.order.id,
        progress: PosProgress::Rejected,
        words: Some("CLOSING_EARLY".to_owned()),
    };
    assert_eq!(told, [due]);
}

/// News that fail are no news and lose none: asked again from the same cursor, they come.
#[tokio::test]
async fn failed_news_lose_nothing() {
    let counter = Counter::open(true).await;
    counter.link.send(&order(1)).await;
    for fault in [
        FaultKind::ReplyLost,
        FaultKind::Garbage,
        FaultKind::ErrorAfter,
    ] {
        counter.break_next(Endpoint::PosChanges, fault);
        assert!(counter.link.news(0).await.is_err(), "{fault:?}");
    }
    let (told, _) = counter.link.news(0).await.unwrap();
    assert_eq!(told.len(), 1);
}
