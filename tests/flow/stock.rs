//! Stock, sold-out marks and prices while guests are ordering.

use soban_domain::change::{Change, Difference};
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::shelf::{Level, StockKey};
use soban_protocol::endpoint::endpoints::{
    CloseOrder, LeaveOrder, LeavePayment, MakeQuote, SetSoldOut,
};
use soban_protocol::event::EventBody;
use soban_protocol::guest::{LeaveOrderRequest, LeavePaymentRequest, QuoteReply};
use soban_protocol::staff::SetSoldOutRequest;
use soban_tests::baskets::{eat_in, hot_stew, pancake, plain, take_out, times, with};
use soban_tests::guest::{Guest, command, decision, staff};
use soban_tests::setup::{Setup, item_edited};
use soban_tests::truth::settled_once;
use soban_tests::world::World;

use crate::paid;

/// The sample store with so many table set meals and two kiosks.
pub(crate) fn set_meals(stock: u32) -> Setup {
    Setup::sample()
        .item("soban-hansang", "stock = 40", &format!("stock = {stock}"))
        .settings(
            "[[screen]]\nid = \"staff-1\"",
            "[[screen]]\nid = \"kiosk-2\"\nkind = \"kiosk\"\nwidth_px = 1080\nheight_px = 1920\n\
             diagonal_inch = 21.5\n\n[[screen]]\nid = \"staff-1\"",
        )
}

pub(crate) fn set_meal() -> soban_domain::cart::CartLine {
    let line = with(plain("soban-hansang"), "rice-kind", &[("mixed", 1)]);
    with(line, "hansang-main", &[("bulgogi", 1)])
}

pub(crate) fn key(name: &str) -> StockKey {
    StockKey(name.to_owned())
}

pub(crate) async fn left(guest: &Guest, name: &str) -> Level {
    guest.hello().await.shelf.level(&key(name))
}

fn changes(reply: QuoteReply) -> Vec<Change> {
    match reply {
        QuoteReply::Changed { changes, .. } => changes,
        QuoteReply::Quoted { priced, .. } => panic!("quoted: {priced:?}"),
    }
}

/// Two kiosks ask for the last one at the same moment: one gets a quote, the other the
/// named difference, and only one is sold.
#[tokio::test]
async fn the_last_one_is_promised_once() {
    let world = World::with(&set_meals(1));
    let first = world.guest();
    let second = world.guest_at("kiosk-2");
    let menu = first.menu().await;
    let cart = eat_in(vec![pancake(), set_meal()]);
    let wishes = (first.wish(&menu, &cart), second.wish(&menu, &cart));
    let (one, other) = futures_util::future::join(
        first.must::<MakeQuote>(&wishes.0),
        second.must::<MakeQuote>(&wishes.1),
    )
    .await;
    let (quote, refused) = match (one, other) {
        (QuoteReply::Quoted { quote, .. }, changed)
        | (changed, QuoteReply::Quoted { quote, .. }) => (quote, changes(changed)),
        both => panic!("nobody was quoted: {both:?}"),
    };
    let [
        Change {
            line: 1,
            what: Difference::SoldOut(name),
        },
    ] = refused.as_slice()
    else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (name.ko.as_str(), name.en.as_str()),
        ("소반 한상 정식", "Soban table set meal")
    );
    let order = first.place(quote).await.id;
    paid::pay_at_counter(&world, order).await;
    settled_once(&world, order).await;
    assert_eq!(left(&first, "soban-hansang").await, Level::Left(0));
}

/// A basket that asks for more than there is is told how many there are; stock that a
/// guest gives back, by a new quote, by leaving the order or by staff, is there again.
#[tokio::test]
async fn stock_given_back_is_there_again() {
    let world = World::with(&set_meals(2));
    let guest = world.guest();
    let menu = guest.menu().await;
    let wish = |count| guest.wish(&menu, &eat_in(vec![times(count, set_meal())]));
    let refused = changes(guest.must::<MakeQuote>(&wish(3)).await);
    let [
        Change {
            line: 0,
            what: Difference::NotEnough { left: 2, what },
        },
    ] = refused.as_slice()
    else {
        panic!("{refused:?}");
    };
    assert_eq!(what.en, "Soban table set meal");

    let (first, _) = guest.quote(&eat_in(vec![times(2, set_meal())])).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(0));
    let mut instead = wish(1);
    instead.instead_of = Some(first);
    let QuoteReply::Quoted { quote, .. } = guest.must::<MakeQuote>(&instead).await else {
        panic!("its own hold stood in the way");
    };
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(1));

    let order = guest.place(quote).await.id;
    let leave = LeaveOrderRequest {
        command: command(),
        order,
    };
    guest.must::<LeaveOrder>(&leave).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(2));

    let order = guest.order(&eat_in(vec![set_meal()])).await.id;
    guest.pay(order, Method::Counter).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(1));
    world.staff().must::<CloseOrder>(&decision(order)).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(2));
}

/// Stock stays held from quote to payment, through a payment that was left, and is sold
/// by the one that is made.
#[tokio::test]
async fn stock_is_held_until_it_is_sold() {
    let world = World::with(&set_meals(3));
    let guest = world.guest();
    let (order, _) = paid::on_the_phone(&world, &eat_in(vec![set_meal()])).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(2));
    let attempt = guest
        .status(order)
        .await
        .payment
        .expect("a payment")
        .attempt;
    let leave = LeavePaymentRequest {
        command: command(),
        attempt,
    };
    guest.must::<LeavePayment>(&leave).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(2));
    paid::pay_by_phone(&world, order).await;
    settled_once(&world, order).await;
    assert_eq!(left(&guest, "soban-hansang").await, Level::Left(2));
}

/// What staff mark as sold out, an item or a choice within one, is refused by its name
/// and line, screens hear of it, and it is sold again when they take the mark away.
#[tokio::test]
async fn sold_out_while_ordering_is_named() {
    let world = World::start();
    let guest = world.guest();
    let menu = guest.menu().await;
    let mark = |name: &str, sold_out| SetSoldOutRequest {
        staff: staff(),
        command: command(),
        key: key(name),
        sold_out,
    };
    let mut feed = world.feed(guest.seq().await).await;
    let wish = || guest.wish(&menu, &eat_in(vec![pancake(), hot_stew()]));
    for (name, line, words) in [
        ("haemul-pajeon", 0, "해물파전"),
        ("add-ons/rice", 1, "공깃밥"),
    ] {
        world.staff().must::<SetSoldOut>(&mark(name, true)).await;
        feed.until("a shelf with the mark", |body| {
            matches!(body, EventBody::Shelf { shelf } if shelf.level(&key(name)) == Level::SoldOut)
        })
        .await;
        let refused = changes(guest.must::<MakeQuote>(&wish()).await);
        let [
            Change {
                line: at,
                what: Difference::SoldOut(text),
            },
        ] = refused.as_slice()
        else {
            panic!("{refused:?}");
        };
        assert_eq!((*at, text.ko.as_str()), (line, words));
        world.staff().must::<SetSoldOut>(&mark(name, false)).await;
        let reply = guest.must::<MakeQuote>(&wish()).await;
        assert!(matches!(reply, QuoteReply::Quoted { .. }), "{reply:?}");
    }
}

/// A menu that comes into force while a guest orders names each new price, and a quote
/// made before keeps its own: the old total is what is charged.
#[tokio::test]
async fn a_new_menu_names_prices_and_spares_quotes() {
    let setup = Setup::sample();
    let world = World::with(&setup);
    let guest = world.guest();
    let menu = guest.menu().await;
    let cart = take_out(vec![hot_stew(), pancake()]);
    let (quote, before) = guest.quote(&cart).await;
    let mut feed = world.feed(guest.seq().await).await;
    let dearer = item_edited(setup.menu_file(), "haemul-pajeon", "= 13500", "= 15000");
    world.write("dearer.toml", &dearer);
    let import = world.soban(&["menu", "import", "dearer.toml", "--data", "data"]);
    assert!(import.status.success(), "{import:?}");
    feed.until("the new menu", |body| {
        matches!(body, EventBody::Menu { .. })
    })
    .await;

    let refused = changes(guest.must::<MakeQuote>(&guest.wish(&menu, &cart)).await);
    let price = Difference::Price {
        from: Won(13_500),
        to: Won(15_000),
    };
    assert_eq!(
        refused,
        [Change {
            line: 1,
            what: price
        }]
    );
    let (_, after) = guest.quote(&cart).await;
    assert_eq!(after.total.0, before.total.0 + 1500);

    let order = guest.place(quote).await.id;
    paid::pay_by_phone(&world, order).await;
    settled_once(&world, order).await;
    assert_eq!(world.outside.gateway().await.approved_total, before.total.0);
}
