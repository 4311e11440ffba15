//! The kiosk, screen by screen.

use serde_json::json;
use soban_domain::ids::OrderId;
use soban_domain::shelf::StockKey;
use soban_protocol::endpoint::endpoints::SetSoldOut;
use soban_protocol::event::EventBody;
use soban_protocol::staff::SetSoldOutRequest;
use soban_protocol::view::PrinterCondition;
use soban_tests::guest::{command, staff};
use soban_tests::phone::{Page, Phone, qr};
use soban_tests::world::World;

use crate::camera::{Camera, KIOSK};

async fn begin(camera: &Camera, world: &World) {
    camera.open(world, "/kiosk", KIOSK).await;
    camera.face().screen("start").await;
}

/// A stew with options, a set, a drink and a bottle.
async fn fill(camera: &Camera) {
    let chosen = [
        "category-stews",
        "item-kimchi-jjigae",
        "choice-spiciness-hot",
        "choice-add-ons-rice",
        "qty-plus",
        "sheet-add",
        "category-sets",
        "item-set-solo",
        "choice-cup-size-large",
        "sheet-add",
        "category-sides",
        "item-haemul-pajeon",
        "sheet-add",
    ];
    camera.face().taps(&chosen).await;
    camera.face().gone("sheet").await;
}

/// What the order's QR says, opened on a phone.
pub(crate) async fn on_phone(world: &World, order: OrderId) -> Page {
    let view = world
        .until(order, "a QR", |view| {
            view.payment.as_ref().is_some_and(|p| p.page.is_some())
        })
        .await;
    Phone::default().open(&qr(&view)).await
}

/// From the first question to the basket.
pub(crate) async fn ordering(camera: &Camera) {
    let world = World::start();
    let face = camera.face();
    begin(camera, &world).await;
    camera.take("kiosk-start", KIOSK).await;
    face.tap("start-eat-in").await;
    face.screen("menu").await;
    camera.take("kiosk-menu", KIOSK).await;
    face.taps(&["category-stews", "item-kimchi-jjigae"]).await;
    face.taps(&["choice-spiciness-hot", "choice-add-ons-rice"])
        .await;
    camera.take("kiosk-item", KIOSK).await;
    face.taps(&["sheet-close", "category-sets", "item-set-solo"])
        .await;
    face.tap("choice-ice-level-none").await;
    camera.take_as_it_is("kiosk-set", KIOSK).await;
    face.tap("sheet-close").await;
    fill(camera).await;
    camera.take("kiosk-basket", KIOSK).await;
    face.tap("go-pay").await;
    face.see("review").await;
    camera.take("kiosk-review", KIOSK).await;
    // Home with a full basket asks first, as after a while without a touch.
    face.tap("home").await;
    face.see("idle-warning").await;
    camera.take("kiosk-idle", KIOSK).await;
    face.tap("idle-stay").await;
    face.tap("aid-large").await;
    camera.take("kiosk-large", KIOSK).await;
    face.taps(&["aid-large", "aid-contrast"]).await;
    camera.take("kiosk-contrast", KIOSK).await;
    face.taps(&["aid-contrast", "aid-low"]).await;
    camera.take("kiosk-low", KIOSK).await;
}

/// Ways to pay, and how they end.
pub(crate) async fn paying(camera: &Camera) {
    let world = World::start();
    let face = camera.face();
    begin(camera, &world).await;
    face.tap("start-eat-in").await;
    fill(camera).await;
    face.taps(&["go-pay", "method-kakaopay"]).await;
    face.screen("qr").await;
    camera.take("kiosk-pay", KIOSK).await;
    on_phone(&world, face.order().await).await.quit().await;
    face.screen("unpaid").await;
    camera.take("kiosk-unpaid", KIOSK).await;
    face.tap("method-kakaopay").await;
    face.screen("qr").await;
    let slow = json!({
        "endpoint": "payment.approve", "fault": "late", "times": 1, "delay_ms": 3_000,
    });
    world.outside.fault(slow).await;
    on_phone(&world, face.order().await).await.pay().await;
    face.screen("confirming").await;
    camera.take("kiosk-confirming", KIOSK).await;
    face.screen("done").await;
    camera.take("kiosk-done", KIOSK).await;
    face.tap("receipt-no").await;
    face.screen("start").await;
    face.tap("start-take-out").await;
    fill(camera).await;
    face.taps(&["go-pay", "method-counter"]).await;
    face.screen("counter").await;
    camera.take("kiosk-counter", KIOSK).await;
}

/// What may get in the way.
pub(crate) async fn trouble(camera: &Camera) {
    let mut world = World::start();
    let face = camera.face();
    begin(camera, &world).await;
    face.tap("start-eat-in").await;
    fill(camera).await;
    let paper = |body: &EventBody| {
        matches!(
            body,
            EventBody::Printer {
                condition: PrinterCondition::PaperOut,
                ..
            }
        )
    };
    let mut feed = world.feed(world.guest().seq().await).await;
    world
        .outside
        .switch("printer.receipt", "paper_out", true)
        .await;
    feed.until("a printer without paper", paper).await;
    face.tap("go-pay").await;
    face.see("printer-notice").await;
    camera.take("kiosk-printer", KIOSK).await;
    let mark = SetSoldOutRequest {
        staff: staff(),
        command: command(),
        key: StockKey("haemul-pajeon".to_owned()),
        sold_out: true,
    };
    world.staff().must::<SetSoldOut>(&mark).await;
    face.tap("method-kakaopay").await;
    face.see("change-dialog").await;
    camera.take("kiosk-changed", KIOSK).await;
    face.taps(&["change-0-remove", "more", "category-sides"])
        .await;
    camera.take("kiosk-sold-out", KIOSK).await;
    face.tap("call-staff").await;
    face.see("call-close").await;
    camera.take("kiosk-call", KIOSK).await;
    face.tap("call-close").await;
    world.kill_hub();
    face.see("offline").await;
    camera.take("kiosk-offline", KIOSK).await;
}

/// The same in English.
pub(crate) async fn english(camera: &Camera) {
    let world = World::start();
    let face = camera.face();
    begin(camera, &world).await;
    face.tap("lang-en").await;
    face.until("English", "document.documentElement.lang === 'en'")
        .await;
    camera.take("kiosk-start-en", KIOSK).await;
    face.tap("start-take-out").await;
    face.screen("menu").await;
    camera.take("kiosk-menu-en", KIOSK).await;
    face.taps(&["category-noodles", "item-tom-yum-noodles"])
        .await;
    face.see("sheet").await;
    camera.take("kiosk-item-en", KIOSK).await;
}
