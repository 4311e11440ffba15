//! Tablets, phones, staff, and the practice world outside.

use soban_domain::ids::OrderId;
use soban_domain::payment::Method;
use soban_tests::baskets::{eat_in, hot_stew, pancake, plain, set_for_one, take_out, times};
use soban_tests::setup::{PIN, STAFF};
use soban_tests::truth::settled_once;
use soban_tests::world::World;

use crate::camera::{Camera, PHONE, TABLET};
use crate::kiosk::on_phone;

/// The guest's screens on a tablet and on a phone.
pub(crate) async fn guests(camera: &Camera) {
    let world = World::start();
    let face = camera.face();
    camera.open(&world, "/kiosk", TABLET).await;
    face.taps(&["start-eat-in", "category-noodles"]).await;
    face.taps(&["item-kalguksu", "sheet-add"]).await;
    face.gone("sheet").await;
    camera.take("tablet-menu", TABLET).await;
    face.tap("go-pay").await;
    face.see("review").await;
    camera.take("tablet-review", TABLET).await;
    camera.open(&world, "/kiosk", PHONE).await;
    face.screen("start").await;
    camera.take("phone-start", PHONE).await;
    face.taps(&["start-take-out", "category-meals"]).await;
    camera.take("phone-menu", PHONE).await;
    face.tap("item-dolsot-bibimbap").await;
    face.see("sheet").await;
    camera.take("phone-item", PHONE).await;
}

/// Orders in every column, a payment at the counter, a guest who calls.
pub(crate) async fn staff(camera: &Camera) {
    let world = World::start();
    let guest = world.guest();
    let carts = [
        eat_in(vec![times(2, hot_stew()), set_for_one()]),
        take_out(vec![pancake(), plain("makgeolli")]),
        eat_in(vec![set_for_one()]),
    ];
    for cart in &carts {
        let order = guest.order(cart).await.id;
        guest.pay(order, Method::Kakaopay).await;
        on_phone(&world, order).await.pay().await;
        settled_once(&world, order).await;
    }
    let waiting = guest.order(&eat_in(vec![times(3, pancake())])).await.id;
    guest.pay(waiting, Method::Counter).await;
    let till = world.outside.till().await;
    if let Some(first) = till.orders.first() {
        let path = format!("/pos/screen/orders/{}/ready", first.id);
        world.outside.post(&path, &serde_json::json!({})).await;
    }
    let runs_out = serde_json::json!({ "endpoint": "pos.submit", "fault": "decline", "times": 1 });
    world.outside.fault(runs_out).await;
    let refused = guest.order(&eat_in(vec![hot_stew()])).await.id;
    guest.pay(refused, Method::Kakaopay).await;
    on_phone(&world, refused).await.pay().await;
    world
        .until(refused, "an order for staff", |view| {
            view.state == soban_domain::order::OrderState::NeedsStaff
        })
        .await;
    let doubtful = in_doubt(&world).await;
    let face = camera.face();
    camera.open(&world, "/staff", TABLET).await;
    face.see("sign-in").await;
    camera.take("staff-sign-in", TABLET).await;
    face.fill("staff-name", STAFF).await;
    face.fill("staff-pin", PIN).await;
    face.tap("sign-in").await;
    face.see("tab-orders").await;
    face.until(
        "the orders",
        "document.querySelectorAll('[data-testid^=\"order-\"]').length >= 4",
    )
    .await;
    camera.take("staff-orders", TABLET).await;
    face.tap("tab-check").await;
    let id = doubtful.to_string();
    let end = id.get(id.len().saturating_sub(4)..).unwrap_or_default();
    face.see(&format!("open-payment-{end}")).await;
    camera.take("staff-check", TABLET).await;
    face.tap("tab-sold-out").await;
    camera.take("staff-sold-out", TABLET).await;
    money(camera).await;
}

/// A payment of which nobody knows: its approval's answer is lost, and the gateway cannot
/// be asked.
async fn in_doubt(world: &World) -> OrderId {
    let deaf = serde_json::json!({ "endpoint": "payment.order", "fault": "unavailable" });
    world.outside.fault(deaf).await;
    world.outside.next("payment.approve", "reply_lost", 1).await;
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![pancake()])).await.id;
    guest.pay(order, Method::Kakaopay).await;
    on_phone(world, order).await.pay().await;
    order
}

/// The day's sales, a refund being filled in, and the books.
async fn money(camera: &Camera) {
    let face = camera.face();
    face.tap("tab-sales").await;
    face.see("sum-taken").await;
    let first = "document.querySelector('.d-row')";
    face.until("a sale", first).await;
    face.run(&format!("{first}.click()")).await;
    face.tap("refund-more-0").await;
    camera.take("staff-sales", TABLET).await;
    face.tap("compare").await;
    face.see("books-ours").await;
    camera.take("staff-books", TABLET).await;
}

/// The phone's page at the practice gateway, the practice till and the paper.
pub(crate) async fn outside(camera: &Camera) {
    let world = World::start();
    let guest = world.guest();
    let order = guest
        .order(&eat_in(vec![times(2, hot_stew()), set_for_one()]))
        .await
        .id;
    guest.pay(order, Method::Kakaopay).await;
    let page = on_phone(&world, order).await;
    let face = camera.face();
    camera.become_panel(PHONE).await;
    face.open(page.url.as_str()).await;
    camera.take("sandbox-phone", PHONE).await;
    let home = page.pay().await;
    settled_once(&world, order).await;
    face.open(home.url.as_str()).await;
    camera.take("phone-paid", PHONE).await;
    let receipt = soban_protocol::guest::PrintReceiptRequest {
        command: soban_tests::guest::command(),
        order,
    };
    guest
        .must::<soban_protocol::endpoint::endpoints::PrintReceipt>(&receipt)
        .await;
    world
        .until(order, "three papers", |view| {
            view.prints.len() == 3 && soban_tests::truth::is_settled(view)
        })
        .await;
    camera.become_panel(TABLET).await;
    for (path, name) in [("/pos", "sandbox-pos"), ("/printers", "sandbox-printers")] {
        face.open(&format!("{}{path}", world.outside.base())).await;
        face.until(
            name,
            "document.images.length > 0 || document.body.innerText.includes('김치찌개')",
        )
        .await;
        camera.take(name, TABLET).await;
    }
}
