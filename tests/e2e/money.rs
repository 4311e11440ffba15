//! Money of which nobody knows, and money that goes back: what guests and staff see, and
//! what they can do.

use serde_json::{Value, json};
use soban_domain::ids::OrderId;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::endpoint::endpoints::StartPayment;
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::StaffAction;
use soban_tests::baskets::{eat_in, pancake, times};
use soban_tests::browser::Browser;
use soban_tests::face::Face;
use soban_tests::guest::payment;
use soban_tests::phone::{Phone, qr};
use soban_tests::setup::{PIN, STAFF, Setup};
use soban_tests::truth::{is_settled, settled_once};
use soban_tests::world::World;

use crate::kiosk::{choose_pancake, kiosk, press_on_phone, to_qr};

/// The approval takes place and its answer is lost; no inquiry is answered.
async fn silence(world: &World) {
    world.outside.next("payment.approve", "reply_lost", 1).await;
    let deaf = json!({ "endpoint": "payment.order", "fault": "unavailable" });
    world.outside.fault(deaf).await;
}

/// Pays an order by the phone's page.
async fn pay_by_phone(world: &World, order: OrderId) {
    world.guest().pay(order, Method::Kakaopay).await;
    let waiting = world
        .until(order, "a QR", |view| {
            view.payment.as_ref().is_some_and(|p| p.page.is_some())
        })
        .await;
    Phone::default().open(&qr(&waiting)).await.pay().await;
}

/// A tablet of the staff who signed in.
async fn staff_tablet(world: &World) -> Browser {
    let browser = Browser::start(1280, 800).await;
    let face = &browser.face;
    face.open(&format!("http://{}/staff", world.hub())).await;
    face.see("sign-in").await;
    face.fill("staff-name", STAFF).await;
    face.fill("staff-pin", PIN).await;
    face.tap("sign-in").await;
    face.see("tab-orders").await;
    browser
}

/// The test ids of the elements that a selector finds, in their order.
async fn ids(face: &Face, selector: &str) -> Vec<String> {
    let script = format!(
        "return [...document.querySelectorAll({selector:?})].map((one) => one.dataset.testid)"
    );
    let found = face.run(&script).await;
    let found = found.as_array().cloned().unwrap_or_default();
    let name = |id: Value| id.as_str().unwrap_or_default().to_owned();
    found.into_iter().map(name).collect()
}

/// Nothing on the screen begins a payment, changes the way of paying or leaves the order.
async fn assert_no_way_to_pay(face: &Face) {
    let ways = r#"[data-testid^="method-"], [data-testid="pay-other"], [data-testid="pay-back"],
        [data-testid="go-pay"], [data-testid="home"]"#;
    let ways = ids(face, &ways.replace('\n', " ")).await;
    assert!(ways.is_empty(), "{ways:?}");
}

/// While nobody knows how a payment ended the guest sees what is done and how long it may
/// take, and can call staff; there is no way to pay again, not after back, Escape, a reload
/// or by asking the hub itself. The gateway was asked to approve once.
#[tokio::test]
async fn nobody_pays_twice_while_a_payment_is_unknown() {
    let (world, browser) = kiosk().await;
    let face = &browser.face;
    face.tap("start-eat-in").await;
    choose_pancake(&browser).await;
    let order = to_qr(&browser).await;
    silence(&world).await;
    press_on_phone(&world, &browser, "#go").await;
    world
        .until(order, "a payment that nobody knows of", |view| {
            let payment = view.payment.as_ref();
            payment.is_some_and(|p| matches!(p.state, PaymentState::Unknown(_)))
        })
        .await;
    face.screen("confirming").await;
    assert!(!face.text("check-step").await.is_empty());
    let at_most = face.text("check-at-most").await;
    assert!(at_most.contains(|c: char| c.is_ascii_digit()), "{at_most}");
    assert_no_way_to_pay(face).await;

    face.run("history.back()").await;
    face.run("window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")
        .await;
    face.reload().await;
    face.screen("confirming").await;
    face.see("check-at-most").await;
    assert_no_way_to_pay(face).await;
    assert_eq!(face.order().await, order);
    let refused = world
        .guest()
        .refused::<StartPayment>(&payment(order, Method::Counter))
        .await;
    assert_eq!(refused, ErrorCode::PaymentOpen);

    face.tap_twice("ask-staff-call").await;
    face.tap("call-close").await;
    let board = world.staff().board().await;
    assert_eq!(board.calls.len(), 1);
    assert_eq!(board.payments.len(), 1);
    assert_eq!(world.outside.gateway().await.count("approve"), 1);
    browser.close().await;
}

/// Presses the one button there is until the gateway was asked often enough.
async fn ask_until_staff_must_tell(face: &Face, card: &str) {
    face.fill("why", "the guest waits").await;
    let state = format!("document.querySelector('[data-testid={card:?}]')?.dataset.state");
    while face.run(&format!("return {state}")).await != "needs_staff" {
        let buttons = ids(face, r#"[data-testid^="payment-"]"#).await;
        let done = face.run(&format!("return {state}")).await == "needs_staff";
        assert!(done || buttons == ["payment-ask-again"], "{buttons:?}");
        if !done {
            face.touch("[data-testid^=\"payment-\"]").await;
        }
    }
}

/// The buttons' names of the actions that the hub allows.
fn named(actions: &[StaffAction]) -> Vec<&'static str> {
    let name = |action: &StaffAction| match action {
        StaffAction::SawMoney => "payment-saw-money",
        StaffAction::SawNoMoney => "payment-saw-no-money",
        StaffAction::AskAgain => "payment-ask-again",
        StaffAction::SendBack => "payment-send-back",
    };
    actions.iter().map(name).collect()
}

/// Staff see a payment that is being found out with the evidence and the one thing they may
/// do; once no machine can tell they have the buttons that the hub allows and no others,
/// none without a reason; what they decide is asked twice, and is on disk with their name.
#[tokio::test]
async fn staff_end_an_unknown_payment_with_a_reason() {
    let world = World::start();
    silence(&world).await;
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![pancake()])).await.id;
    pay_by_phone(&world, order).await;
    let browser = staff_tablet(&world).await;
    let face = &browser.face;
    face.tap("tab-check").await;
    let id = order.to_string();
    let card = format!("open-payment-{}", &id[id.len() - 4..]);
    face.see(&card).await;
    face.see("payment-ask-again").await;
    ask_until_staff_must_tell(face, &card).await;

    face.see("payment-saw-money").await;
    let open = world.staff().board().await.payments;
    assert_eq!(open.len(), 1);
    assert_eq!(
        ids(face, r#"[data-testid^="payment-"]"#).await,
        named(&open[0].allowed)
    );
    let evidence = open[0]
        .evidence
        .clone()
        .expect("what the gateway said last");
    assert!(face.words().await.contains(&evidence), "{evidence}");
    face.fill("why", "").await;
    let enabled = "[data-testid^=\"payment-\"]:not(:disabled)";
    assert!(ids(face, enabled).await.is_empty());
    face.fill("why", "saw it at the company").await;
    face.tap("payment-saw-money").await;
    face.see("sure").await;
    face.tap("sure-saw-money").await;
    face.gone(&card).await;

    world.until(order, "a settled order", is_settled).await;
    let disk = world.on_disk(order);
    assert_eq!(disk.payments.len(), 1);
    assert_eq!(disk.payments[0].state, PaymentState::Approved);
    let by = disk.payments[0]
        .trail
        .iter()
        .filter_map(|step| step.by.as_deref());
    assert!(by.into_iter().any(|name| name == STAFF));
    assert_eq!(world.outside.gateway().await.count("approve"), 1);
    browser.close().await;
}

/// Staff give one of two pancakes back: the sum shown is the one that goes back at the
/// gateway, once, and the day's sums follow.
#[tokio::test]
async fn staff_give_a_part_back() {
    let world = World::start();
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![times(2, pancake())])).await.id;
    pay_by_phone(&world, order).await;
    let disk = settled_once(&world, order).await;
    let total = disk.order.priced.total;
    let half = soban_domain::money::Won(total.0 / 2);
    let number = disk.order.number.expect("a released order has a number");
    let browser = staff_tablet(&world).await;
    let face = &browser.face;
    face.taps(&["tab-sales", &format!("sale-{number}")]).await;
    face.says("sum-taken", &format!("{total}\u{c6d0}")).await;
    face.tap("refund-more-0").await;
    face.says("refund-total", &format!("{half}\u{c6d0}")).await;
    face.fill("why", "one was cold").await;
    face.tap("refund-go").await;
    face.tap("sure-refund").await;
    face.until(
        "a refund that is done",
        "document.querySelector('[data-testid=refund-state]')?.dataset.state === 'done'",
    )
    .await;
    face.says("sum-back", &format!("{half}\u{c6d0}")).await;
    face.says("sum-rest", &format!("{half}\u{c6d0}")).await;
    let disk = world.on_disk(order);
    assert_eq!(disk.payments[0].state, PaymentState::PartlyRefunded);
    assert_eq!(disk.payments[0].refunded, half);
    assert_eq!(world.outside.gateway().await.count("cancel"), 1);
    browser.close().await;
}

/// A guest pays by the shop's printed QR: the screen says so with their number, staff see
/// that the money came, and the screen turns into a paid one.
#[tokio::test]
async fn the_shops_qr_is_paid_when_staff_saw_the_money() {
    let setup = Setup::sample().settings(
        "methods = [\"kakaopay\", \"counter\"]",
        "methods = [\"kakaopay\", \"sticker\", \"counter\"]",
    );
    let world = World::with(&setup);
    let browser = Browser::start(390, 844).await;
    let face = &browser.face;
    face.open(&format!("http://{}/kiosk", world.hub())).await;
    face.screen("start").await;
    face.tap("start-eat-in").await;
    choose_pancake(&browser).await;
    face.taps(&["go-pay", "method-sticker"]).await;
    face.screen("sticker").await;
    let order = face.order().await;
    let tablet = staff_tablet(&world).await;
    let staff = &tablet.face;
    staff.tap("tab-check").await;
    let open = world.staff().board().await.payments;
    assert_eq!(open.len(), 1);
    staff.see("payment-saw-money").await;
    assert_eq!(
        ids(staff, r#"[data-testid^="payment-"]"#).await,
        named(&open[0].allowed)
    );
    staff.fill("why", "the alert came").await;
    staff.taps(&["payment-saw-money", "sure-saw-money"]).await;
    face.screen("done").await;
    world.until(order, "a settled order", is_settled).await;
    let disk = world.on_disk(order);
    assert_eq!(disk.payments[0].method, Method::Sticker);
    assert_eq!(disk.payments[0].state, PaymentState::Approved);
    tablet.close().await;
    browser.close().await;
}
