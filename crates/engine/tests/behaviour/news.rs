//! News of the counter POS: it moves orders forward, once, and never back.

use soban_domain::ids::OrderId;
use soban_domain::order::OrderState;
use soban_domain::relay::RelayState;
use soban_engine::ports::pos::{PosNews, PosProgress};
use soban_testkit::ids::nth;
use soban_testkit::pos::Make;

use crate::rig::World;

/// From confirmed to handed over, each step told to the screens.
#[tokio::test]
async fn forward() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    for (progress, state) in [
        (PosProgress::Ready, OrderState::Ready),
        (PosProgress::Done, OrderState::Done),
    ] {
        world.pos.fake.progress(order, progress, None);
        world.pass(1).await;
        assert_eq!(world.state(order).await, state);
        assert_eq!(world.told(order).await.last().unwrap().0, state);
    }
}

/// What comes twice or out of order changes nothing, and strangers' orders are passed
/// over; the news behind them still counts.
#[tokio::test]
async fn never_back() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.pos.fake.progress(order, PosProgress::Ready, None);
    world.pass(1).await;
    let events = world.events().await.len();
    let stranger = OrderId(nth(77));
    world.pos.fake.progress(order, PosProgress::Accepted, None);
    world.pos.fake.progress(stranger, PosProgress::Done, None);
    world.pos.fake.progress(order, PosProgress::Ready, None);
    world.pass(1).await;
    assert_eq!(world.state(order).await, OrderState::Ready);
    assert_eq!(world.events().await.len(), events);
    world.pos.fake.progress(order, PosProgress::Done, None);
    world.pass(1).await;
    assert_eq!(world.state(order).await, OrderState::Done);
}

/// News may overtake the answer: an order that is handed over before its confirmation
/// was heard is done.
#[tokio::test]
async fn news_overtakes() {
    let make = Make {
        confirms: false,
        ..Make::default()
    };
    let world = World::with(make, |_| {}).await;
    let order = world.paid(&[("stew", 1)]).await;
    world.pos.fake.progress(order, PosProgress::Done, None);
    world.pass(1).await;
    assert_eq!(world.state(order).await, OrderState::Done);
    assert_eq!(world.message(order).await.state, RelayState::Accepted);
}

/// After a restart news goes on from where it was: what came before is not read again.
#[tokio::test]
async fn the_cursor_outlives_a_restart() {
    let mut world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.pos.fake.progress(order, PosProgress::Ready, None);
    world.pass(1).await;
    assert_eq!(world.look(|tx| tx.cursor("pos_news")).await, 1);
    world.restart().await;
    world.pos.fake.progress(order, PosProgress::Done, None);
    world.pass(1).await;
    assert_eq!(world.look(|tx| tx.cursor("pos_news")).await, 2);
    assert_eq!(world.pos.last_cursor(), 2);
    assert_eq!(world.state(order).await, OrderState::Done);
}

/// A POS that always shows the same page is asked once a second and no oftener.
#[tokio::test]
async fn the_same_page_is_no_rush() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let ready = PosNews {
        order,
        progress: PosProgress::Ready,
        words: None,
    };
    world.pos.news_is(vec![ready], 0);
    let before = world.pos.news_asked();
    world.pass(10).await;
    assert_eq!(world.pos.news_asked() - before, 10);
    assert_eq!(world.state(order).await, OrderState::Ready);
}

/// A paid order that the POS takes back after confirming it goes to staff, with the
/// vendor's words, and their word ends it.
#[tokio::test]
async fn taken_back_goes_to_staff() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    let progress = PosProgress::Rejected;
    world.pos.fake.progress(order, progress, Some("품절"));
    world.pass(1).await;
    assert_eq!(world.state(order).await, OrderState::NeedsStaff);
    world
        .engine
        .settle_relay(world.decision(order))
        .await
        .unwrap();
    assert_eq!(world.state(order).await, OrderState::Accepted);
}
