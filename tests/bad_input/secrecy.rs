//! What must not be read in a log: keys, PINs, payment tokens.

use std::path::Path;

use soban_domain::payment::Method;
use soban_domain::secret::Secret;
use soban_protocol::endpoint::endpoints::{RecordIdCheck, StaffBoard};
use soban_protocol::staff::{BoardRequest, Pass};
use soban_tests::baskets::{eat_in, plain};
use soban_tests::guest::decision;
use soban_tests::phone::{Phone, qr};
use soban_tests::setup::{GATEWAY_KEY, MPM_KEY, PIN, POS_SECRET_KEY, STAFF, Setup, TOSS_KEY};
use soban_tests::truth::settled_once;
use soban_tests::world::World;

/// Every log of a folder as text.
fn logs(folder: &Path) -> String {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

/// With every level of every part logged, an order is paid over a lost answer, staff give
/// right and wrong PINs, and a token comes home twice: neither log holds a key, a PIN or
/// the token, and the events hold no token.
#[tokio::test]
async fn logs_hold_no_secret() {
    let mut world = World::with(&Setup::sample().log("trace"));
    let guest = world.guest();
    world.outside.next("payment.approve", "reply_lost", 1).await;
    world.outside.next("pos.submit", "garbage", 1).await;
    let order = guest.order(&eat_in(vec![plain("makgeolli")])).await.id;
    guest.pay(order, Method::Kakaopay).await;
    let waiting = world
        .until(order, "a QR", |v| {
            v.payment.as_ref().is_some_and(|p| p.page.is_some())
        })
        .await;
    let home = Phone::default()
        .open(&qr(&waiting))
        .await
        .pay_and_stay()
        .await;
    let (_, token) = home.split_once("pg_token=").expect("a token");
    assert!(token.len() >= 10, "{token}");
    Phone::default().open(&home).await;
    Phone::default().open(&home).await;
    settled_once(&world, order).await;
    let desk = world.staff();
    desk.must::<RecordIdCheck>(&decision(order)).await;
    let wrong = BoardRequest {
        staff: Pass {
            name: STAFF.to_owned(),
            pin: Secret::new("wrong-739156"),
        },
    };
    desk.refused::<StaffBoard>(&wrong).await;
    let events = world.feed(0).await.up_to(guest.seq().await).await;
    assert!(!serde_json::to_string(&events).unwrap().contains(token));
    world.stop_hub();

    let file = logs(&world.data().join("logs"));
    let terminal = std::fs::read_to_string(world.hub_errors()).unwrap();
    for (name, log) in [("the file", &file), ("the terminal", &terminal)] {
        assert!(
            log.contains(&order.to_string()),
            "{name} has nothing of the order"
        );
        for secret in [
            token,
            PIN,
            GATEWAY_KEY,
            TOSS_KEY,
            MPM_KEY,
            POS_SECRET_KEY,
            "wrong-739156",
        ] {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{name} holds {secret:?}");
        }
    }
}
