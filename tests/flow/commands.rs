//! Commands sent twice, as screens do when a reply is lost: one effect, one reply; and
//! the same id for another wish is refused.

use soban_domain::ids::CallId;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::print::Slip;
use soban_domain::shelf::StockKey;
use soban_domain::text::{Lang, Note};
use soban_protocol::Endpoint;
use soban_protocol::endpoint::endpoints::{
    AnswerCall, CallStaff, CloseOrder, LeaveOrder, LeavePayment, MakeQuote, PlaceOrder,
    PrintReceipt, RecordIdCheck, Reprint, RetryRelay, SetSoldOut, SettlePayment, SettlePrint,
    SettleRelay, StartPayment, TakePayment,
};
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{
    CallStaffRequest, LeaveOrderRequest, LeavePaymentRequest, PrintReceiptRequest, QuoteReply,
};
use soban_protocol::staff::{
    AnswerCallRequest, OrderCommand, ReprintRequest, SetSoldOutRequest, SettlePaymentRequest,
    SettlePrintRequest, StaffAction,
};
use soban_tests::baskets::{eat_in, pancake, plain};
use soban_tests::guest::{Guest, command, decision, payment, place, staff};
use soban_tests::truth::{is_settled, settled_once};
use soban_tests::world::World;
use uuid::Uuid;

use crate::paid;

/// Sends a command twice at once and a third time after, then its id with another body.
/// All replies are the same one; the other body is refused by name.
async fn thrice<E: Endpoint>(guest: &Guest, request: &E::Request, other: &E::Request) -> E::Reply {
    let (one, two) =
        futures_util::future::join(guest.must::<E>(request), guest.must::<E>(request)).await;
    let three = guest.must::<E>(request).await;
    let json = |reply: &E::Reply| serde_json::to_value(reply).unwrap();
    assert_eq!(json(&one), json(&two), "{}", E::NAME);
    assert_eq!(json(&one), json(&three), "{}", E::NAME);
    let refused = guest.refused::<E>(other).await;
    assert_eq!(refused, ErrorCode::CommandReused, "{}", E::NAME);
    three
}

/// The same decision with another reason.
fn with_reason(decision: &OrderCommand) -> OrderCommand {
    OrderCommand {
        why: Note::new("다른 이유").unwrap(),
        ..decision.clone()
    }
}

/// A guest's commands, sent thrice each: one hold, one order, one payment, one page at
/// the gateway, one receipt, one call.
#[tokio::test]
async fn a_guests_commands_are_done_once() {
    let world = World::start();
    let guest = world.guest();
    let menu = guest.menu().await;
    let bowls = eat_in(vec![plain("galbitang")]);
    let wish = guest.wish(&menu, &bowls);
    let english = soban_protocol::guest::MakeQuoteRequest {
        lang: Lang::En,
        ..wish.clone()
    };
    let before = guest.hello().await.shelf;
    let QuoteReply::Quoted { quote, .. } = thrice::<MakeQuote>(&guest, &wish, &english).await
    else {
        panic!("no quote");
    };
    let bowl = StockKey("galbitang".to_owned());
    let left = guest.hello().await.shelf.level(&bowl).limit();
    assert_eq!(left.map(|left| left + 1), before.level(&bowl).limit());

    let wish = place(quote);
    let another = soban_protocol::guest::PlaceOrderRequest {
        command: wish.command,
        ..place(quote)
    };
    let order = thrice::<PlaceOrder>(&guest, &wish, &another).await.id;
    assert_eq!(
        guest.refused::<PlaceOrder>(&place(quote)).await,
        ErrorCode::NotNow
    );

    let pay = payment(order, Method::Kakaopay);
    let counter = soban_protocol::guest::StartPaymentRequest {
        method: Method::Counter,
        ..pay.clone()
    };
    thrice::<StartPayment>(&guest, &pay, &counter).await;
    paid::scan(&world, order).await.pay().await;
    world.until(order, "a settled order", is_settled).await;
    let receipt = PrintReceiptRequest {
        command: command(),
        order,
    };
    let other = PrintReceiptRequest {
        order: soban_domain::ids::OrderId(Uuid::now_v7()),
        ..receipt.clone()
    };
    thrice::<PrintReceipt>(&guest, &receipt, &other).await;
    let disk = settled_once(&world, order).await;
    assert_eq!(disk.payments.len(), 1);
    let receipts = disk.prints.iter().filter(|job| job.slip == Slip::Receipt);
    assert_eq!(receipts.count(), 1);
    assert_eq!(world.outside.gateway().await.count("ready"), 1);
}

/// Giving up, sent thrice, gives up once; a call is one call however often it is made,
/// also with fresh ids while nobody came, and is answered once.
#[tokio::test]
async fn leaving_and_calling_are_done_once() {
    let world = World::start();
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![pancake()])).await.id;
    let attempt = guest.pay(order, Method::Kakaopay).await;
    paid::offered(&world, order).await;
    let leave = LeavePaymentRequest {
        command: command(),
        attempt,
    };
    let other = LeavePaymentRequest {
        attempt: soban_domain::ids::AttemptId(Uuid::now_v7()),
        ..leave.clone()
    };
    let left = thrice::<LeavePayment>(&guest, &leave, &other).await;
    assert!(paid::state(&left).is_some_and(PaymentState::is_closed_unpaid));
    let give_up = LeaveOrderRequest {
        command: command(),
        order,
    };
    let other = LeaveOrderRequest {
        order: soban_domain::ids::OrderId(Uuid::now_v7()),
        ..give_up.clone()
    };
    thrice::<LeaveOrder>(&guest, &give_up, &other).await;
    assert_eq!(
        paid::refused(&world, order, Method::Counter).await,
        ErrorCode::NotNow
    );

    let call = |command| CallStaffRequest {
        command,
        call: CallId(Uuid::now_v7()),
        screen: guest.screen().clone(),
        order: None,
    };
    let first = call(command());
    let called = thrice::<CallStaff>(&guest, &first, &call(first.command))
        .await
        .call;
    let again = guest.must::<CallStaff>(&call(command())).await.call;
    assert_eq!((called, again), (first.call, first.call));
    let desk = world.staff();
    assert_eq!(desk.board().await.calls.len(), 1);
    let answer = AnswerCallRequest {
        staff: staff(),
        command: command(),
        call: called,
    };
    let other = AnswerCallRequest {
        call: CallId(Uuid::now_v7()),
        ..answer.clone()
    };
    thrice::<AnswerCall>(&desk, &answer, &other).await;
    assert!(desk.board().await.calls.is_empty());
}

/// Staff's commands on money and goods, sent thrice each: taken once, closed once,
/// checked once, marked once; a PIN is no part of what makes two sendings the same.
#[tokio::test]
async fn staffs_commands_are_done_once() {
    let world = World::start();
    let (guest, desk) = (world.guest(), world.staff());
    let order = guest.order(&eat_in(vec![plain("makgeolli")])).await.id;
    let attempt = guest.pay(order, Method::Counter).await;
    let take = decision(order);
    thrice::<TakePayment>(&desk, &take, &with_reason(&take)).await;
    let check = decision(order);
    thrice::<RecordIdCheck>(&desk, &check, &with_reason(&check)).await;
    settled_once(&world, order).await;

    let unpaid = guest.order(&eat_in(vec![pancake()])).await.id;
    guest.pay(unpaid, Method::Counter).await;
    let close = decision(unpaid);
    thrice::<CloseOrder>(&desk, &close, &with_reason(&close)).await;

    let mark = SetSoldOutRequest {
        staff: staff(),
        command: command(),
        key: StockKey("cola".to_owned()),
        sold_out: true,
    };
    let back = SetSoldOutRequest {
        sold_out: false,
        ..mark.clone()
    };
    thrice::<SetSoldOut>(&desk, &mark, &back).await;
    assert!(guest.hello().await.shelf.is_out(&mark.key));

    let settle = SettlePaymentRequest {
        staff: staff(),
        command: command(),
        attempt,
        action: StaffAction::SawMoney,
        why: Note::new("봤음").unwrap(),
    };
    let refused = desk.refused::<SettlePayment>(&settle).await;
    assert_eq!(refused, ErrorCode::NotNow, "it is approved");
}

/// Staff's commands on tickets and messages, sent thrice each: one copy, one look at the
/// till, one settlement.
#[tokio::test]
async fn staffs_repairs_are_done_once() {
    let world = World::with(&soban_tests::setup::Setup::sample().without_backups());
    let desk = world.staff();
    let refuse =
        |times| serde_json::json!({ "endpoint": "pos.submit", "fault": "decline", "times": times });
    world.outside.fault(refuse(1)).await;
    let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    let needs_staff = |view: &soban_protocol::view::OrderView| {
        view.state == soban_domain::order::OrderState::NeedsStaff
    };
    world.until(order, "an order for staff", needs_staff).await;
    let retry = decision(order);
    thrice::<RetryRelay>(&desk, &retry, &with_reason(&retry)).await;
    let disk = settled_once(&world, order).await;

    let copy = ReprintRequest {
        staff: staff(),
        command: command(),
        job: disk.prints[0].id,
    };
    let other = ReprintRequest {
        job: soban_domain::ids::PrintJobId(Uuid::now_v7()),
        ..copy.clone()
    };
    thrice::<Reprint>(&desk, &copy, &other).await;
    world
        .until(order, "two tickets", |v| {
            v.prints.len() == 2 && is_settled(v)
        })
        .await;

    world.outside.fault(refuse(1)).await;
    let runs_out = serde_json::json!({
        "endpoint": "printer.kitchen", "fault": "paper_out", "after_lines": 4,
    });
    world.outside.fault(runs_out).await;
    let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    world.until(order, "an order for staff", needs_staff).await;
    let settle = decision(order);
    thrice::<SettleRelay>(&desk, &settle, &with_reason(&settle)).await;
    let doubt = world
        .until(order, "a ticket in doubt", |view| {
            view.prints[0].state == soban_domain::print::PrintState::SentUnconfirmed
        })
        .await;
    let missed = SettlePrintRequest {
        staff: staff(),
        command: command(),
        job: doubt.prints[0].job,
        came_out: false,
    };
    let other = SettlePrintRequest {
        came_out: true,
        ..missed.clone()
    };
    thrice::<SettlePrint>(&desk, &missed, &other).await;
    assert_eq!(world.guest().status(order).await.prints.len(), 2);
    assert!(world.outside.till().await.of(order).is_empty());
}
