//! Orders at the kiosk: its screens, the phone's page, and what every ledger says after.

use serde_json::json;
use soban_domain::ids::OrderId;
use soban_domain::payment::PaymentState;
use soban_domain::print::Slip;
use soban_domain::shelf::StockKey;
use soban_protocol::endpoint::endpoints::{SetSoldOut, TakePayment};
use soban_protocol::staff::SetSoldOutRequest;
use soban_tests::browser::Browser;
use soban_tests::guest::{command, decision, staff};
use soban_tests::truth::{OnDisk, papers, settled_once};
use soban_tests::world::World;

/// A store, and a browser at its kiosk's first screen.
pub(crate) async fn kiosk() -> (World, Browser) {
    let world = World::start();
    let browser = Browser::start(1080, 1920).await;
    browser.face.open(&address(&world)).await;
    browser.face.screen("start").await;
    (world, browser)
}

fn address(world: &World) -> String {
    format!("http://{}/kiosk", world.hub())
}

/// Two hot stews with two bowls of rice each: 24,000 won.
async fn choose_stews(browser: &Browser) {
    let ids = [
        "category-stews",
        "item-kimchi-jjigae",
        "choice-spiciness-hot",
        "choice-add-ons-rice",
        "more-add-ons-rice",
        "qty-plus",
    ];
    browser.face.taps(&ids).await;
    browser.face.says("qty", "2").await;
    browser.face.tap("sheet-add").await;
    browser.face.gone("sheet").await;
}

/// The set for one with a mild stew and a large cola without ice: 14,600 won.
async fn choose_set(browser: &Browser) {
    let ids = [
        "category-sets",
        "item-set-solo",
        "choice-spiciness-mild",
        "choice-cup-size-large",
        "choice-ice-level-none",
        "sheet-add",
    ];
    browser.face.taps(&ids).await;
    browser.face.gone("sheet").await;
}

/// One pancake, which has nothing to choose.
pub(crate) async fn choose_pancake(browser: &Browser) {
    let ids = ["category-sides", "item-haemul-pajeon", "sheet-add"];
    browser.face.taps(&ids).await;
    browser.face.gone("sheet").await;
}

/// From the basket to the QR of an order.
pub(crate) async fn to_qr(browser: &Browser) -> OrderId {
    browser.face.taps(&["go-pay", "method-kakaopay"]).await;
    browser.face.screen("qr").await;
    browser.face.order().await
}

/// Opens the phone's page in a tab of its own, presses a button there, and follows it
/// home to the hub's page.
pub(crate) async fn press_on_phone(world: &World, browser: &Browser, button: &str) {
    let face = &browser.face;
    let order = face.order().await;
    let qr = face.attribute("pay-qr", "data-text").await;
    let kiosk = face.another_tab(&qr).await;
    face.touch(button).await;
    come_home(world, browser, order).await;
    face.back_to(kiosk).await;
}

/// Waits until the hub has heard of the phone's button, and the phone shows its page.
async fn come_home(world: &World, browser: &Browser, order: OrderId) {
    world
        .until(order, "a payment that came home", |view| {
            let payment = view.payment.as_ref();
            payment.is_some_and(|p| p.state != PaymentState::Waiting)
        })
        .await;
    let home = "location.pathname.startsWith('/pay/') && !!document.querySelector('main')";
    browser.face.until("the way home", home).await;
}

/// What the screen shows of a finished order is what is on disk.
async fn assert_done(world: &World, browser: &Browser, order: OrderId) -> OnDisk {
    browser.face.screen("done").await;
    let number = browser.face.text("done-number").await;
    let disk = settled_once(world, order).await;
    let due = disk.order.number.map(|number| number.to_string());
    assert_eq!(Some(number), due);
    disk
}

/// The whole way in a browser: options and a set, paid on the phone's page in a second
/// tab, number and receipt. Gateway, till, papers, database and screen agree, and the
/// page complains of nothing.
#[tokio::test]
async fn a_guest_orders_pays_and_gets_a_receipt() {
    let (world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("start-eat-in").await;
    choose_stews(&browser).await;
    choose_set(&browser).await;
    face.says("basket-total", "38,600원").await;
    face.tap("go-pay").await;
    face.see("review").await;
    face.says("basket-total", "38,600원").await;
    face.tap("method-kakaopay").await;
    face.screen("qr").await;
    let countdown = face.text("pay-countdown").await;
    assert!(
        countdown.starts_with("2:5") || countdown == "3:00",
        "{countdown}"
    );
    let order = face.order().await;
    press_on_phone(&world, &browser, "#go").await;
    let disk = assert_done(&world, &browser, order).await;
    assert_eq!(disk.order.priced.total.0, 38_600);
    assert!(face.text("done-paid").await.contains("38,600"));

    face.tap("receipt-yes").await;
    face.until(
        "a printed receipt",
        "document.querySelector('[data-testid=receipt-state]')?.dataset.state === 'printed'",
    )
    .await;
    let receipts = papers(&world, &disk.order, "receipt", "영수증").await;
    assert_eq!(receipts.len(), 1);
    assert_eq!(receipts[0].value("합계"), "38,600");
    let kitchen = papers(&world, &disk.order, "kitchen", "주문서").await;
    for line in ["- 매운맛", "- 공깃밥 ×2", "- 순한맛", "- 반숙"] {
        assert!(kitchen[0].says(line), "{line}: {:#?}", kitchen[0].lines);
    }
    let bar = papers(&world, &disk.order, "bar", "주문서").await;
    assert!(
        bar[0].says("- 크게") && bar[0].says("- 없이"),
        "{:#?}",
        bar[0].lines
    );
    let complaints = browser.complaints().await;
    // The browser asks for that one by itself.
    let of_ours = complaints
        .iter()
        .filter(|said| !said.contains("/favicon.ico"));
    assert_eq!(of_ours.count(), 0, "{complaints:#?}");
    browser.close().await;
}

/// Every button of the flow hit twice within one task, and pay pressed twice on the
/// phone: one line, one order, one payment, one receipt, one call.
#[tokio::test]
async fn a_double_tap_makes_one_of_each() {
    let (world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap_twice("call-staff").await;
    face.tap("call-close").await;
    for id in [
        "start-take-out",
        "category-sides",
        "item-haemul-pajeon",
        "sheet-add",
    ] {
        face.tap_twice(id).await;
    }
    face.gone("sheet").await;
    face.says("basket-total", "13,500원").await;
    face.tap_twice("go-pay").await;
    face.see("review").await;
    face.tap_twice("method-kakaopay").await;
    face.screen("qr").await;
    let order = face.order().await;
    let qr = face.attribute("pay-qr", "data-text").await;
    let kiosk = face.another_tab(&qr).await;
    face.until("the phone's page", "!!document.querySelector('#go')")
        .await;
    face.run("const go = document.querySelector('#go'); go.click(); go.click();")
        .await;
    face.until("the way home", "location.pathname.startsWith('/pay/')")
        .await;
    face.back_to(kiosk).await;
    let disk = assert_done(&world, &browser, order).await;
    assert_eq!((disk.payments.len(), disk.order.priced.lines.len()), (1, 1));
    assert_eq!(disk.order.priced.lines[0].quantity, 1);
    face.tap_twice("receipt-yes").await;
    world
        .until(order, "a printed receipt", |view| {
            let receipt = |p: &&soban_protocol::view::PrintView| p.slip == Slip::Receipt;
            let receipts: Vec<_> = view.prints.iter().filter(receipt).collect();
            !receipts.is_empty() && soban_tests::truth::is_settled(view)
        })
        .await;
    let disk = settled_once(&world, order).await;
    let receipts = papers(&world, &disk.order, "receipt", "영수증").await;
    assert_eq!(receipts.len(), 1);
    let list = world.soban(&["order", "list", "--json", "--data", "data"]);
    let orders: Vec<serde_json::Value> = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!(orders.len(), 1);
    let gateway = world.outside.gateway().await;
    assert_eq!((gateway.count("ready"), gateway.count("approve")), (1, 1));
    assert_eq!(world.staff().board().await.calls.len(), 1);
    browser.close().await;
}

/// A page loaded anew in the middle of a payment shows the truth: the same QR, read as
/// a phone reads it, while the guest has it, that it is being checked while the gateway is at it, the number
/// after.
#[tokio::test]
async fn a_reload_shows_the_truth() {
    let (world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("start-eat-in").await;
    choose_pancake(&browser).await;
    let order = to_qr(&browser).await;
    let qr = face.qr("pay-qr").await;
    assert_eq!(face.attribute("pay-qr", "data-text").await, qr);
    face.reload().await;
    face.screen("qr").await;
    assert_eq!(face.attribute("pay-qr", "data-text").await, qr);
    assert_eq!(face.order().await, order);

    let slow = json!({
        "endpoint": "payment.approve", "fault": "late", "times": 1, "delay_ms": 4_000,
    });
    world.outside.fault(slow).await;
    press_on_phone(&world, &browser, "#go").await;
    face.screen("confirming").await;
    face.reload().await;
    face.screen("confirming").await;
    assert_done(&world, &browser, order).await;
    let number = face.text("done-number").await;
    face.reload().await;
    face.says("done-number", &number).await;
    browser.close().await;
}

/// The hub dies while the guest has the QR: the screen says so, comes back by itself
/// when the hub does, with the same QR, and the order is paid once.
#[tokio::test]
async fn a_dead_hub_is_told_and_waited_for() {
    let (mut world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("start-eat-in").await;
    choose_pancake(&browser).await;
    let order = to_qr(&browser).await;
    let qr = face.attribute("pay-qr", "data-text").await;
    world.kill_hub();
    face.see("offline").await;
    world.start_hub();
    face.gone("offline").await;
    assert_eq!(face.attribute("pay-qr", "data-text").await, qr);
    press_on_phone(&world, &browser, "#go").await;
    assert_done(&world, &browser, order).await;
    browser.close().await;
}

/// A dish that is sold out while the guest orders is named with its way on; without
/// it the order goes through, and nothing of it was ever sent.
#[tokio::test]
async fn sold_out_while_ordering_is_named() {
    let (world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("start-eat-in").await;
    choose_pancake(&browser).await;
    choose_set(&browser).await;
    face.tap("go-pay").await;
    face.see("review").await;
    let mark = SetSoldOutRequest {
        staff: staff(),
        command: command(),
        key: StockKey("haemul-pajeon".to_owned()),
        sold_out: true,
    };
    world.staff().must::<SetSoldOut>(&mark).await;
    face.tap("method-kakaopay").await;
    let change = face.text("change-0").await;
    assert!(change.contains("해물파전"), "{change}");
    face.tap("change-0-remove").await;
    face.gone("change-dialog").await;
    face.says("basket-total", "14,600원").await;
    face.tap("method-kakaopay").await;
    face.screen("qr").await;
    let order = face.order().await;
    press_on_phone(&world, &browser, "#go").await;
    let disk = assert_done(&world, &browser, order).await;
    assert_eq!(disk.order.priced.lines.len(), 1);
    browser.close().await;
}

/// A guest who quits on the phone is told that nothing was paid, pays at the counter
/// instead, and sees the number turn into a paid one when staff take the money.
#[tokio::test]
async fn a_guest_who_quits_pays_at_the_counter() {
    let (world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("start-eat-in").await;
    choose_pancake(&browser).await;
    let order = to_qr(&browser).await;
    press_on_phone(&world, &browser, "#quit").await;
    face.screen("unpaid").await;
    face.tap("method-counter").await;
    face.screen("counter").await;
    let number = face.text("counter-number").await;
    world.staff().must::<TakePayment>(&decision(order)).await;
    face.says("done-number", &number).await;
    let disk = assert_done(&world, &browser, order).await;
    assert_eq!(disk.payments.len(), 2);
    assert!(disk.payments[0].state.is_closed_unpaid());
    assert_eq!(disk.payments[1].state, PaymentState::Approved);
    browser.close().await;
}

/// In English no word of Korean is left on any screen up to the QR, but for the name
/// of the other language: the text of each is looked through for Hangul.
#[tokio::test]
async fn english_is_whole() {
    let (_world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("lang-en").await;
    face.until("English", "document.documentElement.lang === 'en'")
        .await;
    assert_english(&browser, "start").await;
    face.tap("start-take-out").await;
    for category in [
        "meals", "stews", "noodles", "grill", "sides", "sets", "drinks", "alcohol",
    ] {
        face.tap(&format!("category-{category}")).await;
        assert_english(&browser, category).await;
    }
    for (category, item) in [("sets", "set-solo"), ("alcohol", "makgeolli")] {
        face.taps(&[&format!("category-{category}"), &format!("item-{item}")])
            .await;
        face.see("sheet").await;
        assert_english(&browser, item).await;
        face.tap("sheet-add").await;
        face.gone("sheet").await;
    }
    face.tap("go-pay").await;
    face.see("review").await;
    assert_english(&browser, "review").await;
    face.tap("method-kakaopay").await;
    face.screen("qr").await;
    assert_english(&browser, "qr").await;
    browser.close().await;
}

async fn assert_english(browser: &Browser, screen: &str) {
    let words = browser.face.words().await;
    let hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    let left: Vec<&str> = words
        .lines()
        .filter(|line| line.contains(hangul) && line.trim() != "한국어")
        .collect();
    assert!(left.is_empty(), "{screen}: {left:?}");
}
