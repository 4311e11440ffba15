//! What can happen between the hub and the counter POS.

use serde_json::json;
use soban_domain::order::OrderState;
use soban_domain::payment::PaymentState;
use soban_domain::print::Slip;
use soban_domain::relay::RelayState;
use soban_protocol::endpoint::endpoints::{RetryRelay, SettleRelay};
use soban_protocol::event::EventBody;
use soban_protocol::view::PosCondition;
use soban_tests::baskets::{eat_in, hot_stew, pancake, set_for_one};
use soban_tests::guest::decision;
use soban_tests::setup::Setup;
use soban_tests::truth::{is_settled, papers, settled_once};
use soban_tests::world::World;

use crate::paid;

/// A till whose day is closed gets the order once it opens, and only once; meanwhile the
/// counter has a ticket with all of it to enter by hand, and the kitchen has its own.
#[tokio::test]
async fn a_closed_till_gets_the_order_when_it_opens() {
    let world = World::with(&Setup::sample().policy("pos_fallback_seconds", 5));
    let mut feed = world.feed(world.guest().seq().await).await;
    world.outside.switch("pos", "closed", true).await;
    feed.until("news of the till", |body| {
        matches!(
            body,
            EventBody::Pos {
                condition: PosCondition::DayClosed
            }
        )
    })
    .await;
    let order = paid::by_phone(&world, &eat_in(vec![hot_stew(), set_for_one()])).await;
    let stuck = world
        .until(order, "a fallback ticket", |view| {
            let printed = |print: &&soban_protocol::view::PrintView| print.slip == Slip::Fallback;
            view.prints
                .iter()
                .find(printed)
                .is_some_and(|print| print.state == soban_domain::print::PrintState::Printed)
        })
        .await;
    assert_eq!(stuck.relay, Some(RelayState::Queued));
    assert!(world.outside.till().await.orders.is_empty());
    let disk = world.on_disk(order);
    let tickets = papers(&world, &disk.order, "receipt", "POS 전송 실패").await;
    let [ticket] = tickets.as_slice() else {
        panic!("{tickets:#?}");
    };
    ticket.assert_clean();
    assert!(ticket.mentions("김치찌개 [1101]") && ticket.mentions("혼밥 세트 [1501]"));
    assert_eq!(ticket.value("합계"), disk.order.priced.total.to_string());

    world.outside.switch("pos", "closed", false).await;
    world.until(order, "a settled order", is_settled).await;
    let till = world.outside.till().await;
    assert_eq!(till.of(order).len(), 1);
    let after = world.on_disk(order);
    assert_eq!(after.order.state, OrderState::Accepted);
    let fallbacks = after.prints.iter().filter(|job| job.slip == Slip::Fallback);
    assert_eq!(fallbacks.count(), 1);
}

/// A submission whose answer is lost, is a 500, or cannot be read is looked up before
/// anything else and found: one order at the till by one submission, even at a till that
/// does not know repeats.
#[tokio::test]
async fn a_submission_without_an_answer_is_looked_up() {
    let world = World::start();
    world.outside.switch("pos", "no_dedupe", true).await;
    // Else the till's own news may tell before the look-up does.
    let no_news = json!({ "endpoint": "pos.changes", "fault": "unavailable" });
    world.outside.fault(no_news).await;
    for (done, fault) in (1..).zip(["reply_lost", "error_after", "garbage"]) {
        world.outside.next("pos.submit", fault, 1).await;
        let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
        settled_once(&world, order).await;
        let till = world.outside.till().await;
        assert_eq!(till.counts["submit"], done, "{fault}");
        assert!(till.counts["lookup"] >= done, "{fault}");
    }
}

/// A submission that was not worked on is sent again after the till was asked, and the
/// order is there once: by a 500 before the work and by a till that is away.
#[tokio::test]
async fn a_submission_that_was_not_done_is_sent_again() {
    let world = World::start();
    world.outside.switch("pos", "no_dedupe", true).await;
    for fault in ["error_before", "unavailable"] {
        world.outside.next("pos.submit", fault, 1).await;
        let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
        let disk = settled_once(&world, order).await;
        assert!(disk.relays[0].tries > 1, "{fault}: {:?}", disk.relays);
    }
    assert_eq!(world.outside.till().await.counts["submit"], 4);
}

/// An order that the till refuses goes to staff with the till's reason: the money stays
/// taken, the kitchen has its ticket, one is entered by hand and settled, the other is
/// sent again and taken; the order behind them is not held up.
#[tokio::test]
async fn a_refused_order_goes_to_staff() {
    let world = World::start();
    let staff = world.staff();
    let rule = json!({
        "endpoint": "pos.submit", "fault": "decline", "times": 1, "reason": "items_out_of_stock",
    });
    for by_hand in [true, false] {
        world.outside.fault(rule.clone()).await;
        let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
        let refused = world
            .until(order, "an order for staff", |v| {
                v.state == OrderState::NeedsStaff
            })
            .await;
        assert_eq!(refused.relay, Some(RelayState::Rejected));
        assert_eq!(paid::state(&refused), Some(PaymentState::Approved));
        let said = world.on_disk(order).relays[0]
            .said
            .clone()
            .unwrap_or_default();
        assert!(said.contains("items_out_of_stock"), "{said}");
        let board = staff.board().await;
        assert!(board.orders.iter().any(|shown| shown.id == order));

        let behind = paid::by_phone(&world, &eat_in(vec![hot_stew()])).await;
        settled_once(&world, behind).await;

        if by_hand {
            staff.must::<SettleRelay>(&decision(order)).await;
            world.until(order, "a settled order", is_settled).await;
            assert!(world.outside.till().await.of(order).is_empty());
        } else {
            staff.must::<RetryRelay>(&decision(order)).await;
            settled_once(&world, order).await;
        }
    }
}

/// What the till's people press comes back: an order that they make ready is ready, and
/// one that they hand over is done.
#[tokio::test]
async fn news_of_the_till_move_the_order() {
    let world = World::start();
    let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    settled_once(&world, order).await;
    let till = world.outside.till().await;
    let id = till.of(order)[0].id.clone();
    for (button, state) in [("ready", OrderState::Ready), ("done", OrderState::Done)] {
        let path = format!("/pos/screen/orders/{id}/{button}");
        let pressed = world.outside.post(&path, &json!({})).await;
        assert!(pressed.is_success(), "{button}: {pressed}");
        world.until(order, button, |view| view.state == state).await;
    }
}
