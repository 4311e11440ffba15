//! What a screen is told when it begins, or begins again.

use soban_domain::ids::OrderId;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_engine::ports::Clock;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{Hello, HelloRequest, PingRequest, ScreenKind};
use soban_protocol::view::{OrderView, PosCondition, PrinterCondition};
use soban_testkit::samples;

use crate::rig::{World, slug};

async fn hello(world: &World, screen: &str) -> Hello {
    let request = HelloRequest {
        screen: Some(slug(screen)),
        kind: ScreenKind::Kiosk,
    };
    world.engine.hello(request).await.unwrap()
}

async fn resumed(world: &World) -> Option<OrderView> {
    hello(world, "kiosk-1").await.resume
}

async fn put_state(world: &World, order: OrderId, state: OrderState) {
    let now = world.clock.now();
    world
        .write(move |tx| {
            let mut record = tx.order(order)?.unwrap();
            record.state = state;
            record.changed = now;
            tx.put_order(&record)
        })
        .await;
}

/// A screen comes back to the order that its guest stands before: always while it is
/// not paid, for half a minute after it is, and never to one that is over; for every
/// state of an order.
#[tokio::test]
async fn by_state() {
    use OrderState as S;
    let kept = [S::Placed, S::Paying];
    let shown = [S::AtCounter, S::Released, S::Accepted, S::NeedsStaff];
    let over = [S::Ready, S::Done, S::Abandoned];
    for state in kept.into_iter().chain(shown).chain(over) {
        let mut world = World::open().await;
        let order = world.paid(&[("stew", 1)]).await;
        world.stop();
        put_state(&world, order, state).await;
        let at_once = resumed(&world).await.map(|view| view.state);
        assert_eq!(at_once, (!over.contains(&state)).then_some(state));
        world.clock.advance(std::time::Duration::from_secs(30));
        let later = resumed(&world).await.map(|view| view.state);
        assert_eq!(later, kept.contains(&state).then_some(state));
    }
}

/// After a restart in the middle of a payment the guest sees the same page and what is
/// left of the time; another screen sees nothing of it.
#[tokio::test]
async fn in_the_middle_of_a_payment() {
    let mut world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.pass(60).await;
    world.restart().await;
    let view = resumed(&world).await.unwrap();
    assert_eq!(view.id, order);
    let payment = view.payment.unwrap();
    assert_eq!((payment.attempt, payment.seconds_left), (attempt, 120));
    assert!(payment.page.is_some());
    assert_eq!(hello(&world, "kiosk-2").await.resume, None);
}

/// A payment that only staff can end is what the guest comes back to.
#[tokio::test]
async fn a_payment_for_staff() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world
        .write(move |tx| {
            let mut record = tx.attempt(attempt)?.unwrap();
            record.state = PaymentState::NeedsStaff;
            tx.put_attempt(&record)
        })
        .await;
    world.pass_minutes(60).await;
    let view = resumed(&world).await.unwrap();
    assert_eq!((view.id, view.state), (order, OrderState::Paying));
    assert_eq!(view.payment.unwrap().state, PaymentState::NeedsStaff);
}

/// The newest order counts, and one is found behind a thousand that are open because
/// the POS never says that they were handed over.
#[tokio::test]
async fn the_newest_of_many() {
    let world = World::open().await;
    world
        .write(|tx| {
            for n in 2_000..3_000 {
                tx.put_quote(&samples::quote(n))?;
                tx.put_order(&samples::released_order(n))?;
            }
            Ok(())
        })
        .await;
    let order = world.order(&[("stew", 1)]).await;
    assert_eq!(resumed(&world).await.unwrap().id, order);
    let newer = world.order(&[("stew", 1)]).await;
    assert_eq!(resumed(&world).await.unwrap().id, newer);
}

/// An order that was placed before the day changed is found after it.
#[tokio::test]
async fn over_the_change_of_the_day() {
    let world = World::open().await;
    // From 14:00 to a minute before the change at 5:00.
    let to_the_change = std::time::Duration::from_secs(15 * 3600 - 60);
    world.clock.advance(to_the_change);
    world.quiet().await;
    let order = world.order(&[("stew", 1)]).await;
    world.pass(120).await;
    assert_eq!(resumed(&world).await.unwrap().id, order);
}

/// A screen that says hello learns what it may offer and how the neighbours are; one
/// that nobody knows is refused.
#[tokio::test]
async fn what_it_needs() {
    let world = World::open().await;
    let told = hello(&world, "kiosk-2").await;
    assert_eq!(told.screen, slug("kiosk-2"));
    assert_eq!(told.methods, [Method::Kakaopay, Method::Counter]);
    assert_eq!(told.receipt_printer, Some(slug("counter-1")));
    assert_eq!(told.conditions.pos, PosCondition::Open);
    assert_eq!(told.conditions.printers.len(), 3);
    let well = |(_, condition): &(_, PrinterCondition)| *condition == PrinterCondition::Well;
    assert!(told.conditions.printers.iter().all(well));
    assert!(told.open);
    assert_eq!(told.minute_of_week, world.clock.now().minute_of_week());
    let ping = world.engine.ping(PingRequest {}).await.unwrap();
    assert_eq!(ping.seq, told.seq);
    let menu = world.engine.menu_json(&told.menu).await.unwrap();
    assert!(menu.unwrap().contains("stew"));
    assert_eq!(world.engine.menu_json("nothing").await.unwrap(), None);
    let request = |screen: Option<&str>, kind| HelloRequest {
        screen: screen.map(slug),
        kind,
    };
    let unnamed = request(None, ScreenKind::Kiosk);
    assert_eq!(
        world.engine.hello(unnamed).await.unwrap().screen,
        slug("kiosk-1")
    );
    for strange in [
        request(Some("nowhere"), ScreenKind::Kiosk),
        request(None, ScreenKind::Table),
    ] {
        let error = world.engine.hello(strange).await.unwrap_err();
        assert_eq!(ApiError::from(error).code, ErrorCode::UnknownScreen);
    }
}
