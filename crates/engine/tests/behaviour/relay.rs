//! Orders on their way to the counter POS: each once, asked about before it is sent
//! again, and none waiting for another.

use soban_domain::ids::OrderId;
use soban_domain::moment::Timestamp;
use soban_domain::order::OrderState;
use soban_domain::print::Slip;
use soban_domain::relay::{RelayItem, RelayState};
use soban_engine::EngineError;
use soban_engine::ports::pos::{PosAnswer, PosHealth, PosProgress};
use soban_engine::ports::store::StoreError;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::view::PosCondition;
use soban_testkit::pos::{Fault, Make};
use soban_testkit::samples;

use crate::rig::Asked::{LookUp, Send};
use crate::rig::{World, said, slug};

fn code<T: std::fmt::Debug>(answer: Result<T, EngineError>) -> ErrorCode {
    ApiError::from(answer.unwrap_err()).code
}

fn blind() -> Make {
    Make {
        can_look_up: false,
        tells_repeats: false,
        ..Make::default()
    }
}

fn slow() -> Make {
    Make {
        confirms: false,
        ..Make::default()
    }
}

fn rejection() -> Fault {
    Fault::Reject {
        code: "items_out_of_stock".to_owned(),
        words: "품절".to_owned(),
    }
}

async fn fallbacks(world: &World, order: OrderId) -> usize {
    let tickets = world.tickets(order).await;
    tickets.iter().filter(|t| t.slip == Slip::Fallback).count()
}

/// Seconds between the calls about an order.
fn gaps(world: &World, order: OrderId) -> Vec<i64> {
    let times: Vec<Timestamp> = world.pos.calls_of(order).iter().map(|c| c.2).collect();
    let pairs = times.windows(2);
    pairs.map(|pair| pair[1].since(pair[0]) / 1000).collect()
}

/// A released order is sent once, with its number and its payment, and accepted.
#[tokio::test]
async fn sent_and_accepted() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    assert_eq!(world.message(order).await.state, RelayState::Accepted);
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.pos.asked(order), [Send]);
    world.pass(30).await;
    assert_eq!(world.pos.asked(order), [Send]);
    assert_eq!(fallbacks(&world, order).await, 0);
}

/// A POS that takes an order and confirms it later is asked at growing intervals of up
/// to fifteen seconds, and the order is accepted when somebody there does.
#[tokio::test]
async fn delivered_is_not_accepted() {
    let world = World::with(slow(), |_| {}).await;
    let order = world.paid(&[("stew", 1)]).await;
    assert_eq!(world.message(order).await.state, RelayState::Delivered);
    assert_eq!(world.state(order).await, OrderState::Released);
    world.pass(60).await;
    assert_eq!(gaps(&world, order)[..5], [1, 2, 4, 8, 15]);
    world.pos.fake.progress(order, PosProgress::Accepted, None);
    world.pass(1).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// An answer that was lost: the POS is asked, has the order, and gets no second copy.
#[tokio::test]
async fn a_lost_answer_is_found() {
    let world = World::open().await;
    world.pos.fake.fault(Fault::LostReply);
    let order = world.paid(&[("stew", 1)]).await;
    assert_eq!(world.message(order).await.state, RelayState::Unsure);
    world.pass(1).await;
    assert_eq!(world.message(order).await.state, RelayState::Accepted);
    assert_eq!(world.pos.asked(order), [Send, LookUp]);
}

/// A sending that was lost: the POS is asked, has nothing of it, and gets it again.
#[tokio::test]
async fn a_lost_sending_is_repeated() {
    let world = World::open().await;
    world.pos.fake.fault(Fault::LostRequest);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(1).await;
    assert_eq!(world.message(order).await.state, RelayState::Accepted);
    assert_eq!(world.pos.asked(order), [Send, LookUp, Send]);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// A POS that cannot be asked gets nothing twice: staff decide, and their word ends it.
#[tokio::test]
async fn blind_goes_to_staff() {
    let world = World::with(blind(), |_| {}).await;
    world.pos.fake.fault(Fault::LostReply);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(60).await;
    assert_eq!(world.message(order).await.state, RelayState::NeedsStaff);
    assert_eq!(world.state(order).await, OrderState::NeedsStaff);
    assert_eq!(world.pos.asked(order), [Send]);
    let retry = world.engine.retry_relay(world.decision(order)).await;
    retry.unwrap();
    world.pass(60).await;
    assert_eq!(world.pos.asked(order), [Send]);
    world
        .engine
        .settle_relay(world.decision(order))
        .await
        .unwrap();
    assert_eq!(world.state(order).await, OrderState::Accepted);
    let again = world.engine.settle_relay(world.decision(order)).await;
    assert_eq!(code(again), ErrorCode::NotNow);
}

/// A POS that cannot be asked but holds the order for certain is waited for: its news
/// confirms it.
#[tokio::test]
async fn blind_and_delivered_waits_for_news() {
    let make = Make {
        confirms: false,
        ..blind()
    };
    let world = World::with(make, |_| {}).await;
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(60).await;
    assert_eq!(world.message(order).await.state, RelayState::Delivered);
    world.pos.fake.progress(order, PosProgress::Accepted, None);
    world.pass(2).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.pos.asked(order), [Send]);
}

/// A refusal goes to staff with the vendor's words; a retry looks first, and sends only
/// what the POS does not have.
#[tokio::test]
async fn refused_and_tried_again() {
    for there in [false, true] {
        let world = World::open().await;
        world.pos.fake.fault(rejection());
        let order = world.paid(&[("stew", 1)]).await;
        let message = world.message(order).await;
        assert_eq!(message.state, RelayState::Rejected);
        assert_eq!(message.said.unwrap(), "items_out_of_stock: 품절");
        assert_eq!(world.state(order).await, OrderState::NeedsStaff);
        world.pass(60).await;
        assert_eq!(world.pos.asked(order), [Send]);
        world.pos.look_up_says(match there {
            true => PosAnswer::Accepted,
            false => PosAnswer::Absent {
                evidence: "deleted at the till".to_owned(),
            },
        });
        world
            .engine
            .retry_relay(world.decision(order))
            .await
            .unwrap();
        world.quiet().await;
        let asked = world.pos.asked(order);
        assert_eq!(asked[..2], [Send, LookUp]);
        assert_eq!(asked.len(), if there { 2 } else { 3 });
    }
}

/// While the POS's day is closed an order waits with growing intervals and is told
/// apart from an error; it goes out when the day opens.
#[tokio::test]
async fn the_day_is_closed() {
    let world = World::open().await;
    world.pos.fake.set_health(PosHealth::DayClosed);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(60).await;
    assert_eq!(world.message(order).await.state, RelayState::Queued);
    assert_eq!(world.message(order).await.said.unwrap(), "day_closed");
    let gaps = gaps(&world, order);
    assert_eq!(gaps[..5], [1, 2, 4, 8, 15]);
    assert_eq!(world.engine.conditions().pos, PosCondition::DayClosed);
    let condition = PosCondition::DayClosed;
    assert!(world.events().await.contains(&EventBody::Pos { condition }));
    world.pos.fake.set_health(PosHealth::Open);
    world.pass(15).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// An order that the POS has not accepted in time gets one ticket for the counter, with
/// the mark, and no second one however long it takes.
#[tokio::test]
async fn one_fallback_ticket() {
    let world = World::open().await;
    world.pos.fake.set_health(PosHealth::Unreachable);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(29).await;
    assert_eq!(fallbacks(&world, order).await, 0);
    world.pass(16).await;
    assert_eq!(fallbacks(&world, order).await, 1);
    let papers = world.printers.papers(&slug("counter-1"));
    assert_eq!(papers.len(), 1);
    assert!(said(&papers[0].1).contains("ko:pos_failed"));
    world.pass(300).await;
    world.pos.fake.set_health(PosHealth::Open);
    world.pass(20).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(fallbacks(&world, order).await, 1);
}

/// Past the bound the order goes to staff and is no longer sent; a retry by hand has
/// its whole time anew.
#[tokio::test]
async fn given_up_and_taken_up_again() {
    let world = World::open().await;
    world.pos.fake.set_health(PosHealth::Unreachable);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass_minutes(31).await;
    assert_eq!(world.message(order).await.state, RelayState::NeedsStaff);
    assert_eq!(world.state(order).await, OrderState::NeedsStaff);
    let asked = world.pos.asked(order).len();
    world.pass_minutes(5).await;
    assert_eq!(world.pos.asked(order).len(), asked);
    world
        .engine
        .retry_relay(world.decision(order))
        .await
        .unwrap();
    world.pass_minutes(2).await;
    assert!(world.message(order).await.state.is_open());
    world.pos.fake.set_health(PosHealth::Open);
    world.pass(15).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// An order whose sending hangs keeps no other waiting, and is asked about once the
/// call is given up.
#[tokio::test]
async fn a_hanging_order_blocks_nobody() {
    let world = World::open().await;
    let stuck = world.order(&[("stew", 1)]).await;
    world.pos.dead_for(stuck);
    let attempt = world
        .start(stuck, soban_domain::payment::Method::Kakaopay)
        .await;
    world.pay(attempt).await;
    assert_eq!(world.message(stuck).await.state, RelayState::Sending);
    for _ in 0..3 {
        let order = world.paid(&[("stew", 1)]).await;
        assert_eq!(world.state(order).await, OrderState::Accepted);
    }
    world.pos.alive_for(stuck);
    world.pass(65).await;
    assert_eq!(world.state(stuck).await, OrderState::Accepted);
    assert_eq!(world.pos.asked(stuck), [Send, LookUp, Send]);
}

/// What was being sent when the program stopped is asked about first.
#[tokio::test]
async fn a_restart_looks_first() {
    let mut world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    world.pos.dead_for(order);
    let attempt = world
        .start(order, soban_domain::payment::Method::Kakaopay)
        .await;
    world.pay(attempt).await;
    world.pos.alive_for(order);
    world.restart().await;
    world.pass(1).await;
    assert_eq!(world.pos.asked(order), [Send, LookUp, Send]);
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// An answer that a broken store could not keep does not leave the order behind: it is
/// asked about when the store is mended, without a restart.
#[tokio::test]
async fn a_broken_store_is_outlived() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    world.pos.dead_for(order);
    let attempt = world
        .start(order, soban_domain::payment::Method::Kakaopay)
        .await;
    world.pay(attempt).await;
    world.pos.alive_for(order);
    world.pass(59).await;
    world
        .store
        .set_broken(Some(StoreError::Broken("disk full".to_owned())));
    world.pass(10).await;
    world.store.set_broken(None);
    world.pass(10).await;
    assert_eq!(world.pos.asked(order), [Send, LookUp, Send]);
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// A later revision waits until the earlier one is accepted, also where the earlier one
/// went to staff.
#[tokio::test]
async fn revisions_keep_their_order() {
    for refused in [false, true] {
        let world = World::with(slow(), |_| {}).await;
        if refused {
            world.pos.fake.fault(rejection());
        }
        let order = world.paid(&[("stew", 1)]).await;
        let second = RelayItem {
            order,
            revision: 2,
            ..samples::relay(9, 9, RelayState::Queued)
        };
        let id = second.id;
        world.write(move |tx| tx.put_relay(&second)).await;
        world.pass(40).await;
        let asked = world.pos.asked(order);
        assert_eq!(asked.iter().filter(|call| **call == Send).count(), 1);
        let waits = world.look(move |tx| tx.relay(id)).await.unwrap();
        assert_eq!(waits.state, RelayState::Queued);
        world
            .write(move |tx| {
                let mut first = tx.relays_of(order)?.remove(0);
                first.state = RelayState::Accepted;
                tx.put_relay(&first)
            })
            .await;
        world.pass(16).await;
        let asked = world.pos.asked(order);
        assert_eq!(asked.iter().filter(|call| **call == Send).count(), 2);
    }
}

/// Setting the wall clock back by an hour does not put off an order that waits.
#[tokio::test]
async fn a_clock_set_back_stops_nothing() {
    let world = World::open().await;
    world.pos.fake.set_health(PosHealth::Unreachable);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(10).await;
    world.clock.jump(-3_600_000);
    world.pos.fake.set_health(PosHealth::Open);
    world.pass(16).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}
