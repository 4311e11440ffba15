//! Paying at the counter, and what staff do with orders and calls.

use soban_domain::ids::{CallId, OrderId};
use soban_domain::order::{IdCheck, OrderState};
use soban_domain::payment::{Method, PaymentState};
use soban_engine::EngineError;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::guest::{CallStaffRequest, LeaveOrderRequest, LeavePaymentRequest};
use soban_protocol::secret::Secret;
use soban_protocol::staff::{AnswerCallRequest, BoardRequest, Pass};
use soban_testkit::ids::nth;

use crate::rig::{World, slug};

fn code<T: std::fmt::Debug>(answer: Result<T, EngineError>) -> ErrorCode {
    ApiError::from(answer.unwrap_err()).code
}

/// The number is told before the money, nothing is cooked before it, and Mina's word
/// releases the order under that number.
#[tokio::test]
async fn staff_take_the_money() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    let attempt = world.start(order, Method::Counter).await;
    let status = soban_protocol::guest::OrderStatusRequest { order };
    let view = world.engine.order_status(status).await.unwrap();
    assert_eq!(view.state, OrderState::AtCounter);
    assert_eq!(view.number.unwrap().0, 101);
    assert_eq!(world.message_count().await, 0);
    assert!(world.tickets(order).await.is_empty());

    let taken = world
        .engine
        .take_payment(world.decision(order))
        .await
        .unwrap();
    assert_eq!(taken.number, view.number);
    world.quiet().await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    let approval = world.attempt(attempt).await.approval.unwrap();
    assert_eq!(
        (approval.kind.as_str(), approval.by.as_deref()),
        ("STAFF", Some("mina"))
    );
    let decisions = world.store.decisions();
    assert_eq!(decisions.len(), 1);
    assert_eq!(
        (decisions[0].what.as_str(), decisions[0].by.as_str()),
        ("took_payment", "mina")
    );
    let again = world.engine.take_payment(world.decision(order)).await;
    assert_eq!(code(again), ErrorCode::NotNow);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// Staff close an order that nobody pays: it is given up and its stock is free.
#[tokio::test]
async fn staff_close_it() {
    let world = World::open().await;
    let order = world.order(&[("pie", 2)]).await;
    let attempt = world.start(order, Method::Counter).await;
    world
        .engine
        .close_order(world.decision(order))
        .await
        .unwrap();
    assert_eq!(world.state(order).await, OrderState::Abandoned);
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    world.order(&[("pie", 2)]).await;
}

/// A guest who chose the counter can still pay by QR, and keeps the number.
#[tokio::test]
async fn the_guest_changes_their_mind() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    let attempt = world.start(order, Method::Counter).await;
    let command = world.command();
    let leaving = LeavePaymentRequest { command, attempt };
    let view = world.engine.leave_payment(leaving).await.unwrap();
    assert_eq!(view.state, OrderState::Placed);
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    let late = world.engine.take_payment(world.decision(order)).await;
    assert_eq!(code(late), ErrorCode::NotNow);
    let attempt = world.start(order, Method::Kakaopay).await;
    world.pay(attempt).await;
    let released = world.look(move |tx| tx.order(order)).await.unwrap();
    assert_eq!(released.number.unwrap().0, 101);
}

/// An order whose guest stands at the counter is not given up behind their back: its
/// payment is open, and staff can still take the money.
#[tokio::test]
async fn an_open_payment_holds_the_order() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    world.start(order, Method::Counter).await;
    let command = world.command();
    let leaving = LeaveOrderRequest { command, order };
    assert_eq!(
        code(world.engine.leave_order(leaving).await),
        ErrorCode::PaymentOpen
    );
    world.pass_minutes(20).await;
    world
        .engine
        .take_payment(world.decision(order))
        .await
        .unwrap();
    assert!(world.state(order).await.is_released());
}

/// A guest who never comes to the counter: after half an hour the payment is over, and
/// five minutes later the order.
#[tokio::test]
async fn nobody_comes() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    let attempt = world.start(order, Method::Counter).await;
    world.pass_minutes(29).await;
    assert_eq!(world.state(order).await, OrderState::AtCounter);
    world.pass_minutes(2).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    assert_eq!(world.state(order).await, OrderState::Placed);
    world.pass_minutes(5).await;
    assert_eq!(world.state(order).await, OrderState::Abandoned);
    let late = world.engine.take_payment(world.decision(order)).await;
    assert_eq!(code(late), ErrorCode::NotNow);
}

/// Numbers count up over all orders of a day, and none is given twice, whoever pays
/// how.
#[tokio::test]
async fn numbers_count_up() {
    let world = World::open().await;
    let mut numbers = Vec::new();
    for method in [Method::Kakaopay, Method::Counter, Method::Kakaopay] {
        let order = world.order(&[("stew", 1)]).await;
        let attempt = world.start(order, method).await;
        match method {
            Method::Kakaopay => world.pay(attempt).await,
            Method::Toss | Method::Barcode | Method::Qr | Method::Sticker => {
                unreachable!("not offered")
            }
            Method::Counter => {
                world
                    .engine
                    .take_payment(world.decision(order))
                    .await
                    .unwrap();
            }
        }
        let released = world.look(move |tx| tx.order(order)).await.unwrap();
        numbers.push(released.number.unwrap().0);
    }
    assert_eq!(numbers, [101, 102, 103]);
}

/// Nobody decides without their PIN, and after five wrong ones not even with it, for
/// half a minute; nothing is written meanwhile.
#[tokio::test]
async fn pins() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    world.start(order, Method::Counter).await;
    let events = world.events().await.len();
    for _ in 0..5 {
        let mut wrong = world.decision(order);
        wrong.staff.pin = Secret::new("0000");
        assert_eq!(
            code(world.engine.take_payment(wrong).await),
            ErrorCode::WrongPin
        );
    }
    let locked = world.engine.take_payment(world.decision(order)).await;
    assert_eq!(code(locked), ErrorCode::PinLocked);
    let staff = Pass {
        name: "nobody".to_owned(),
        pin: Secret::new("4821"),
    };
    let board = world.engine.staff_board(BoardRequest { staff }).await;
    assert_eq!(code(board), ErrorCode::WrongPin);
    assert_eq!(world.events().await.len(), events);
    world.pass(30).await;
    world
        .engine
        .take_payment(world.decision(order))
        .await
        .unwrap();
}

/// A command that is sent again with the PIN typed anew is the same command: PINs are
/// no part of what was wished.
#[tokio::test]
async fn pins_are_not_kept() {
    let world = World::open().await;
    let order = world.order(&[("stew", 1)]).await;
    world.start(order, Method::Counter).await;
    let decision = world.decision(order);
    let command = decision.command;
    world.engine.take_payment(decision.clone()).await.unwrap();
    let mut wrong = decision;
    wrong.staff.pin = Secret::new("1111");
    assert_eq!(
        code(world.engine.take_payment(wrong).await),
        ErrorCode::WrongPin
    );
    let kept = world.look(move |tx| tx.reply_of(command)).await.unwrap();
    assert!(!kept.reply.contains("4821"));
}

/// Somebody looks at an identity card once, and it is on record with the order.
#[tokio::test]
async fn identity_is_checked_once() {
    let world = World::open().await;
    let order = world.paid(&[("beer", 1)]).await;
    let view = world
        .engine
        .record_id_check(world.decision(order))
        .await
        .unwrap();
    assert!(matches!(view.id_check, IdCheck::Recorded { by, .. } if by == "mina"));
    let again = world.engine.record_id_check(world.decision(order)).await;
    assert_eq!(code(again), ErrorCode::NotNow);
}

fn call(world: &World, screen: &str, n: u64) -> CallStaffRequest {
    CallStaffRequest {
        command: world.command(),
        call: CallId(nth(n)),
        screen: slug(screen),
        order: None,
    }
}

/// A screen has one open call however often it is touched; once somebody came it can
/// call again, and another screen's call is its own.
#[tokio::test]
async fn one_call_a_screen() {
    let world = World::open().await;
    let engine = &world.engine;
    let first = engine
        .call_staff(call(&world, "kiosk-1", 501))
        .await
        .unwrap();
    let again = engine
        .call_staff(call(&world, "kiosk-1", 502))
        .await
        .unwrap();
    assert_eq!(again, first);
    let other = engine
        .call_staff(call(&world, "kiosk-2", 503))
        .await
        .unwrap();
    assert_ne!(other, first);
    let staff = world.mina();
    let board = engine.staff_board(BoardRequest { staff }).await.unwrap();
    assert_eq!(board.calls.len(), 2);
    let answer = |call| AnswerCallRequest {
        staff: world.mina(),
        command: world.command(),
        call,
    };
    engine.answer_call(answer(first.call)).await.unwrap();
    assert_eq!(
        code(engine.answer_call(answer(first.call)).await),
        ErrorCode::NotFound
    );
    let next = engine
        .call_staff(call(&world, "kiosk-1", 504))
        .await
        .unwrap();
    assert_ne!(next, first);
    let strange = engine.call_staff(call(&world, "nowhere", 505)).await;
    assert_eq!(code(strange), ErrorCode::UnknownScreen);
    let events = world.events().await.into_iter();
    let calls = events.filter(|body| matches!(body, EventBody::Call { .. }));
    assert_eq!(calls.count(), 4);
}

/// The board shows what is open and no more: orders, and payments that only staff end.
#[tokio::test]
async fn the_board() {
    let world = World::open().await;
    let (_, attempt) = world.waiting().await;
    let done = world.paid(&[("stew", 1)]).await;
    world
        .write(move |tx| {
            let mut record = tx.attempt(attempt)?.unwrap();
            record.state = PaymentState::NeedsStaff;
            record.evidence = Some("-780".to_owned());
            tx.put_attempt(&record)?;
            let mut order = tx.order(done)?.unwrap();
            order.state = OrderState::Done;
            tx.put_order(&order)
        })
        .await;
    let staff = world.mina();
    let board = world
        .engine
        .staff_board(BoardRequest { staff })
        .await
        .unwrap();
    assert_eq!(board.payments.len(), 1);
    assert_eq!(board.payments[0].evidence.as_deref(), Some("-780"));
    let orders: Vec<OrderId> = board.orders.iter().map(|order| order.id).collect();
    assert_eq!(orders, [board.payments[0].order.id]);
    assert_eq!(
        board.seq,
        u64::try_from(world.events().await.len()).unwrap()
    );
}
