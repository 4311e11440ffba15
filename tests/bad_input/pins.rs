//! Staff's PINs.

use soban_domain::payment::Method;
use soban_domain::secret::Secret;
use soban_protocol::endpoint::endpoints::{StaffBoard, TakePayment};
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::{BoardRequest, OrderCommand, Pass};
use soban_tests::baskets::{eat_in, pancake};
use soban_tests::guest::decision;
use soban_tests::setup::{PIN, STAFF};
use soban_tests::world::World;

fn pass(name: &str, pin: &str) -> Pass {
    Pass {
        name: name.to_owned(),
        pin: Secret::new(pin),
    }
}

/// A wrong PIN decides nothing, whoever it is; the fifth closes the name for a while,
/// also to the right PIN, and to nobody else's harm.
#[tokio::test]
async fn a_wrong_pin_decides_nothing() {
    let world = World::start();
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![pancake()])).await.id;
    guest.pay(order, Method::Counter).await;
    let before = guest.status(order).await;
    let desk = world.staff();
    let look = |name: &str, pin: &str| BoardRequest {
        staff: pass(name, pin),
    };
    let long = "x".repeat(10_000);
    let strangers = [
        ("nobody", PIN),
        ("", ""),
        (STAFF, ""),
        (long.as_str(), "1"),
        ("MINA", PIN),
    ];
    for (name, pin) in strangers {
        let refused = desk.refused::<StaffBoard>(&look(name, pin)).await;
        assert_eq!(refused, ErrorCode::WrongPin, "{name:.20}");
    }
    // The empty PIN above was the first of five.
    for _ in 0..4 {
        let take = OrderCommand {
            staff: pass(STAFF, "0000"),
            ..decision(order)
        };
        let refused = desk.refused::<TakePayment>(&take).await;
        assert_eq!(refused, ErrorCode::WrongPin);
    }
    let locked = desk.refused::<TakePayment>(&decision(order)).await;
    assert_eq!(locked, ErrorCode::PinLocked);
    let stranger = desk.refused::<StaffBoard>(&look("nobody", PIN)).await;
    assert_eq!(stranger, ErrorCode::WrongPin);
    let after = guest.status(order).await;
    assert_eq!(
        (after.state, after.payment.map(|p| p.state)),
        (before.state, before.payment.map(|p| p.state))
    );
}
