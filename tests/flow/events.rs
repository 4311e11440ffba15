//! The events that screens follow.

use soban_protocol::event::EventBody;
use soban_tests::baskets::{eat_in, hot_stew};
use soban_tests::feed::Feed;
use soban_tests::truth::settled_once;
use soban_tests::world::{STAFF_SCREEN, World};

use crate::paid;

/// The numbers have no gap from the first on, whoever looks; a screen that comes back
/// gets exactly what it missed; a guest's screen is told of others' orders only that
/// something took that number: feeds from several places are compared.
#[tokio::test]
async fn events_have_no_gap() {
    let world = World::start();
    let order = paid::by_phone(&world, &eat_in(vec![hot_stew()])).await;
    settled_once(&world, order).await;
    let last = world.guest().seq().await;
    let whole = world.feed(0).await.up_to(last).await;
    assert!(whole.len() > 8, "{whole:#?}");
    let mine =
        |body: &EventBody| matches!(body, EventBody::Order { order: of, .. } if *of == order);
    assert!(whole.iter().filter(|event| mine(&event.body)).count() > 5);

    for from in [1, last / 2, last - 1] {
        let rest = world.feed(from).await.up_to(last).await;
        let skip = usize::try_from(from).unwrap();
        assert_eq!(rest, whole[skip..], "from {from}");
    }
    let staff = Feed::open(world.hub(), 0, STAFF_SCREEN)
        .await
        .up_to(last)
        .await;
    assert_eq!(staff, whole);
    let stranger = Feed::open(world.hub(), 0, "kiosk-9")
        .await
        .up_to(last)
        .await;
    assert_eq!(stranger.len(), whole.len());
    assert!(!stranger.iter().any(|event| mine(&event.body)));
    for (seen, real) in stranger.iter().zip(&whole) {
        let hidden = matches!(real.body, EventBody::Order { .. });
        assert_eq!(seen.body == EventBody::Other, hidden, "{seen:?}");
    }
}

/// A screen that reads slowly loses nothing: a feed opened before many orders is read
/// only after all of them.
#[tokio::test]
async fn a_slow_screen_loses_nothing() {
    let world = World::start();
    let guest = world.guest();
    let from = guest.seq().await;
    let mut slow = world.feed(from).await;
    let cart = eat_in(vec![hot_stew()]);
    for _ in 0..40 {
        guest.order(&cart).await;
    }
    let last = guest.seq().await;
    let events = slow.up_to(last).await;
    let placed = events
        .iter()
        .filter(|event| matches!(event.body, EventBody::Order { .. }));
    assert_eq!(placed.count(), 40);
}
