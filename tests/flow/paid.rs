//! The steps that many tests take alike.

use soban_domain::cart::Cart;
use soban_domain::ids::OrderId;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::endpoint::endpoints::{StartPayment, TakePayment};
use soban_protocol::error::ErrorCode;
use soban_protocol::view::OrderView;
use soban_tests::guest::{decision, payment};
use soban_tests::phone::{Page, Phone, qr};
use soban_tests::world::World;

/// The state of an order's latest payment.
pub(crate) fn state(order: &OrderView) -> Option<PaymentState> {
    order.payment.as_ref().map(|payment| payment.state)
}

/// Waits until the guest has a QR.
pub(crate) async fn offered(world: &World, order: OrderId) -> OrderView {
    world
        .until(order, "a QR", |view| {
            view.payment.as_ref().is_some_and(|p| p.page.is_some())
        })
        .await
}

/// Waits until the order's payment is in a state.
pub(crate) async fn payment_is(world: &World, order: OrderId, wanted: PaymentState) -> OrderView {
    world
        .until(order, wanted.name(), |view| state(view) == Some(wanted))
        .await
}

/// Opens the QR of an order that waits for it.
pub(crate) async fn scan(world: &World, order: OrderId) -> Page {
    let waiting = offered(world, order).await;
    Phone::default().open(&qr(&waiting)).await
}

/// Places an order, asks for a QR and opens it on a phone.
pub(crate) async fn on_the_phone(world: &World, cart: &Cart) -> (OrderId, Page) {
    let guest = world.guest();
    let order = guest.order(cart).await.id;
    guest.pay(order, Method::Kakaopay).await;
    (order, scan(world, order).await)
}

/// Pays an order by phone.
pub(crate) async fn pay_by_phone(world: &World, order: OrderId) {
    world.guest().pay(order, Method::Kakaopay).await;
    scan(world, order).await.pay().await;
}

/// Pays an order at the counter.
pub(crate) async fn pay_at_counter(world: &World, order: OrderId) {
    world.guest().pay(order, Method::Counter).await;
    world.staff().must::<TakePayment>(&decision(order)).await;
}

/// An order paid by phone and released.
pub(crate) async fn by_phone(world: &World, cart: &Cart) -> OrderId {
    let (order, page) = on_the_phone(world, cart).await;
    page.pay().await;
    world
        .until(order, "a released order", |view| view.state.is_released())
        .await;
    order
}

/// The refusal of a further payment.
pub(crate) async fn refused(world: &World, order: OrderId, method: Method) -> ErrorCode {
    let request = payment(order, method);
    world.guest().refused::<StartPayment>(&request).await
}
