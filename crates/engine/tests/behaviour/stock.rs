//! Prices and stock: promised once, held while the promise lives, sold with the money.

use soban_domain::change::Difference;
use soban_domain::ids::{OrderId, QuoteId};
use soban_domain::money::Won;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::shelf::{Level, StockKey};
use soban_engine::EngineError;
use soban_engine::menus::import_menu;
use soban_engine::ports::Clock;
use soban_engine::ports::gateway::Standing;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::guest::{MakeQuoteRequest, QuoteReply};
use soban_protocol::staff::SetSoldOutRequest;
use soban_testkit::gateway::{Call, Fault};

use crate::rig::{World, menu, slug};

fn code<T: std::fmt::Debug>(answer: Result<T, EngineError>) -> ErrorCode {
    ApiError::from(answer.unwrap_err()).code
}

fn pies() -> StockKey {
    StockKey("pie".to_owned())
}

/// How many pies can be promised now.
async fn left(world: &World) -> Level {
    let now = world.clock.now();
    world.look(move |tx| tx.shelf(now)).await.level(&pies())
}

/// The level of pies as the screens were told it last.
async fn told(world: &World) -> Option<Level> {
    let events = world.events().await;
    events.into_iter().rev().find_map(|body| match body {
        EventBody::Shelf { shelf } => Some(shelf.level(&pies())),
        _ => None,
    })
}

async fn changes(world: &World, wish: MakeQuoteRequest) -> Vec<Difference> {
    match world.engine.make_quote(wish).await.unwrap() {
        QuoteReply::Changed { changes, .. } => changes.into_iter().map(|c| c.what).collect(),
        QuoteReply::Quoted { .. } => Vec::new(),
    }
}

async fn place(world: &World, quote: QuoteId) -> Result<OrderId, EngineError> {
    let placed = world.engine.place_order(world.placing(quote)).await;
    placed.map(|view| view.id)
}

/// Two screens want the last pies at the same moment: one gets them, the other is told
/// by name that they are sold out.
#[tokio::test]
async fn the_last_one_goes_to_one() {
    let world = World::open().await;
    let mut other = world.wish(&[("pie", 2)]);
    other.screen = slug("kiosk-2");
    let (one, other) = tokio::join!(
        world.engine.make_quote(world.wish(&[("pie", 2)])),
        world.engine.make_quote(other),
    );
    let replies = [one.unwrap(), other.unwrap()];
    let quoted = replies
        .iter()
        .filter(|r| matches!(r, QuoteReply::Quoted { .. }));
    assert_eq!(quoted.count(), 1);
    let sold_out = replies.iter().find_map(|reply| match reply {
        QuoteReply::Changed { changes, shelf, .. } => Some((&changes[0].what, shelf)),
        QuoteReply::Quoted { .. } => None,
    });
    let (what, shelf) = sold_out.unwrap();
    assert!(matches!(what, Difference::SoldOut(name) if menu::korean(name) == "파이"));
    assert!(shelf.is_out(&pies()));
    assert_eq!(told(&world).await, Some(Level::Left(0)));
}

/// A quote ends with its time: its stock is free, the screens are told though nothing
/// was written, and no order can take it up.
#[tokio::test]
async fn a_quote_ends() {
    let world = World::open().await;
    let quote = world.quote(world.wish(&[("pie", 2)])).await;
    world.pass(599).await;
    assert_eq!(left(&world).await, Level::Left(0));
    world.pass(1).await;
    assert_eq!(code(place(&world, quote).await), ErrorCode::QuoteExpired);
    assert_eq!(left(&world).await, Level::Left(2));
    world.pass(10).await;
    assert_eq!(told(&world).await, Some(Level::Left(2)));
    world.order(&[("pie", 2)]).await;
}

/// A quote in place of an earlier one frees what that held, also where the new one is
/// refused; the earlier one cannot be taken up any more.
#[tokio::test]
async fn instead_of_frees() {
    let world = World::open().await;
    let earlier = world.quote(world.wish(&[("pie", 2)])).await;
    let mut wish = world.wish(&[("pie", 1)]);
    wish.instead_of = Some(earlier);
    let quote = world.quote(wish).await;
    assert_eq!(told(&world).await, Some(Level::Left(1)));
    assert_eq!(code(place(&world, earlier).await), ErrorCode::QuoteExpired);
    let mut wish = world.wish(&[("pie", 3)]);
    wish.instead_of = Some(quote);
    assert!(matches!(
        changes(&world, wish).await[..],
        [Difference::NotEnough { left: 2, .. }]
    ));
    assert_eq!(told(&world).await, Some(Level::Left(2)));
}

/// A quote that an order took up is not ended by naming it.
#[tokio::test]
async fn an_orders_quote_stays() {
    let world = World::open().await;
    let quote = world.quote(world.wish(&[("pie", 2)])).await;
    let order = place(&world, quote).await.unwrap();
    let mut wish = world.wish(&[("stew", 1)]);
    wish.instead_of = Some(quote);
    world.quote(wish).await;
    assert_eq!(left(&world).await, Level::Left(0));
    let attempt = world.start(order, Method::Kakaopay).await;
    world.pay(attempt).await;
    assert_eq!(left(&world).await, Level::Left(0));
}

/// A quote is one order: a second one on it is refused.
#[tokio::test]
async fn one_order_a_quote() {
    let world = World::open().await;
    let quote = world.quote(world.wish(&[("stew", 1)])).await;
    place(&world, quote).await.unwrap();
    assert_eq!(code(place(&world, quote).await), ErrorCode::NotNow);
}

/// The price of a live quote is charged whatever the menu says meanwhile, and the next
/// guest is told the new price by name.
#[tokio::test]
async fn an_edit_never_changes_a_quote() {
    let world = World::open().await;
    let quote = world.quote(world.wish(&[("stew", 1)])).await;
    let now = world.clock.now();
    import_menu(&world.store, now, menu::menu(9_500))
        .await
        .unwrap();
    let order = place(&world, quote).await.unwrap();
    let attempt = world.start(order, Method::Kakaopay).await;
    world.pay(attempt).await;
    assert_eq!(world.gateway.fake.ledger(attempt).taken, Won(9_000));
    let mut wish = world.wish(&[("stew", 1)]);
    wish.seen = vec![Won(9_000)];
    let price = Difference::Price {
        from: Won(9_000),
        to: Won(9_500),
    };
    assert_eq!(changes(&world, wish).await, [price]);
}

/// What staff mark as sold out is told to the screens and refused by name, though a
/// quote made before is kept; and it can come back.
#[tokio::test]
async fn sold_out() {
    let world = World::open().await;
    let quote = world.quote(world.wish(&[("pie", 1)])).await;
    let mark = |sold_out| SetSoldOutRequest {
        staff: world.mina(),
        command: world.command(),
        key: pies(),
        sold_out,
    };
    world.engine.set_sold_out(mark(true)).await.unwrap();
    assert_eq!(told(&world).await, Some(Level::SoldOut));
    let refused = changes(&world, world.wish(&[("pie", 1)])).await;
    assert!(matches!(&refused[..], [Difference::SoldOut(_)]));
    place(&world, quote).await.unwrap();
    world.engine.set_sold_out(mark(false)).await.unwrap();
    assert_eq!(told(&world).await, Some(Level::Left(1)));
    assert_eq!(world.store.decisions().len(), 2);
    let mut strange = mark(true);
    strange.key = StockKey("nothing".to_owned());
    assert_eq!(
        code(world.engine.set_sold_out(strange).await),
        ErrorCode::NotFound
    );
}

/// An order that nobody pays is given up after its time and its stock is free.
#[tokio::test]
async fn forgotten_orders_are_given_up() {
    let world = World::open().await;
    let order = world.order(&[("pie", 2)]).await;
    world.pass(299).await;
    assert_eq!(world.state(order).await, OrderState::Placed);
    assert_eq!(left(&world).await, Level::Left(0));
    world.pass(11).await;
    assert_eq!(world.state(order).await, OrderState::Abandoned);
    assert_eq!(told(&world).await, Some(Level::Left(2)));
}

/// An order with a payment of which nobody knows is never given up: its pies are its
/// own until the payment is over.
#[tokio::test]
async fn an_unknown_payment_holds_the_stock() {
    let world = World::open().await;
    let order = world.order(&[("pie", 2)]).await;
    let attempt = world.start(order, Method::Kakaopay).await;
    world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
    let evidence = "silence".to_owned();
    world
        .gateway
        .always_says(Some(Standing::NoAnswer { evidence }));
    world.pay(attempt).await;
    world.pass_minutes(60).await;
    assert_eq!(world.payment(attempt).await, PaymentState::NeedsStaff);
    assert_eq!(world.state(order).await, OrderState::Paying);
    assert_eq!(left(&world).await, Level::Left(0));
}

/// Forgotten orders of days ago are given up after a restart, and among a thousand that
/// are open for other reasons.
#[tokio::test]
async fn forgotten_among_many() {
    let mut world = World::open().await;
    world
        .write(|tx| {
            for n in 2_000..3_100 {
                let order = soban_testkit::samples::released_order(n);
                tx.put_quote(&soban_testkit::samples::quote(n))?;
                tx.put_order(&order)?;
            }
            Ok(())
        })
        .await;
    let order = world.order(&[("stew", 1)]).await;
    world.pass(310).await;
    assert_eq!(world.state(order).await, OrderState::Abandoned);
    let order = world.order(&[("stew", 1)]).await;
    world.stop();
    world
        .clock
        .advance(std::time::Duration::from_secs(5 * 24 * 3600));
    world.wake().await;
    assert_eq!(world.state(order).await, OrderState::Abandoned);
}

/// An order that costs nothing is released at once, without any payment, and cannot be
/// paid.
#[tokio::test]
async fn nothing_to_pay() {
    let world = World::open().await;
    let order = world.order(&[("water", 2)]).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.tickets(order).await.len(), 1);
    let sent = world.pos.fake.orders().remove(0);
    assert_eq!((sent.order.id, sent.payment), (order, None));
    assert_eq!(sent.order.number.unwrap().0, 101);
    let starting = world.starting(order, Method::Kakaopay);
    let refused = world.engine.start_payment(starting).await;
    assert_eq!(code(refused), ErrorCode::AlreadyPaid);
}

/// An order from before the wall clock leapt over days is given up too, by setting the
/// clock three days ahead while its guest stands before the QR.
#[tokio::test]
async fn forgotten_before_a_leap() {
    let world = World::open().await;
    let (order, _) = world.waiting().await;
    world.clock.jump(3 * 24 * 60 * 60 * 1000);
    world.pass_minutes(12).await;
    assert_eq!(world.state(order).await, OrderState::Abandoned);
}
