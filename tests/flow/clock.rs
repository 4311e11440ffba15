//! What ends by itself. These take their time, for the hub's clock is the machine's.

use std::time::Duration;

use soban_domain::order::OrderState;
use soban_domain::payment::PaymentState;
use soban_domain::shelf::Level;
use soban_protocol::endpoint::endpoints::PlaceOrder;
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_tests::DEADLINE;
use soban_tests::baskets::{eat_in, pancake};
use soban_tests::guest::place;
use soban_tests::setup::Setup;
use soban_tests::world::World;

use crate::paid::{on_the_phone, payment_is};
use crate::stock::{key, left, set_meal, set_meals};

/// A payment that nobody makes ends by itself when its time is over, and a phone that
/// pays after that is not charged.
#[tokio::test]
async fn a_payment_expires() {
    let world = World::with(&Setup::sample().policy("payment_seconds", 30));
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    let waiting = world
        .guest()
        .status(order)
        .await
        .payment
        .expect("a payment");
    assert_eq!(waiting.seconds_in_all, 30);
    let over = payment_is(&world, order, PaymentState::Expired).await;
    assert_eq!(over.state, OrderState::Placed);
    let waited = world.on_disk(order).payments[0].clone();
    let lived = Duration::from_millis(waited.changed.since(waited.created).unsigned_abs());
    assert!(lived >= Duration::from_secs(30), "{lived:?}");
    assert_eq!(page.pay().await.state(), "not_paid");
    assert_eq!(world.outside.gateway().await.count("approve"), 0);
}

/// A quote whose time is over is refused by that name, and what it held is free without
/// anybody asking.
#[tokio::test]
async fn a_quote_expires() {
    let world = World::with(&set_meals(1).policy("quote_seconds", 60));
    let guest = world.guest();
    let mut feed = world.feed(guest.seq().await).await;
    let (quote, _) = guest.quote(&eat_in(vec![set_meal()])).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(0));
    let longest = Duration::from_secs(60) + DEADLINE;
    feed.until_within(longest, "the shelf with what was held", |body| {
        matches!(body, EventBody::Shelf { shelf }
            if shelf.level(&key("soban-hansang")) == Level::Left(1))
    })
    .await;
    assert_eq!(
        guest.refused::<PlaceOrder>(&place(quote)).await,
        ErrorCode::QuoteExpired
    );
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(1));
}
