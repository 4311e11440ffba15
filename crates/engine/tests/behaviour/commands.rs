//! Commands: done once however often they are sent, and told apart from a new wish.

use serde::Serialize;
use soban_domain::ids::{CallId, OrderId, PrintJobId};
use soban_domain::payment::Method;
use soban_domain::print::{PrintState, Slip};
use soban_domain::relay::RelayState;
use soban_domain::shelf::StockKey;
use soban_domain::text::{Lang, Note};
use soban_engine::EngineError;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{
    CallStaffRequest, LeaveOrderRequest, LeavePaymentRequest, PrintReceiptRequest,
};
use soban_protocol::staff::{
    AnswerCallRequest, ReprintRequest, SetSoldOutRequest, SettlePaymentRequest, SettlePrintRequest,
    StaffAction,
};
use soban_testkit::ids::nth;
use soban_testkit::pos::{Fault, Make};
use soban_testkit::printers::Mishap;

use crate::rig::{World, slug};

fn code<T: std::fmt::Debug>(answer: Result<T, EngineError>) -> ErrorCode {
    ApiError::from(answer.unwrap_err()).code
}

/// Sends a command, sends it again, and sends another under its id: one effect, one
/// reply, one refusal.
macro_rules! sent_twice {
    ($world:expr, $endpoint:ident, $request:expr, |$other:ident| $change:expr) => {{
        let request = $request;
        let reply = $world.engine.$endpoint(request.clone()).await.unwrap();
        $world.quiet().await;
        let events = $world.events().await.len();
        let again = $world.engine.$endpoint(request.clone()).await.unwrap();
        $world.quiet().await;
        assert_eq!(in_json(&again), in_json(&reply), stringify!($endpoint));
        assert_eq!($world.events().await.len(), events, stringify!($endpoint));
        let mut $other = request;
        $change;
        let refused = code($world.engine.$endpoint($other).await);
        assert_eq!(refused, ErrorCode::CommandReused, stringify!($endpoint));
        assert_eq!($world.events().await.len(), events, stringify!($endpoint));
        reply
    }};
}

fn in_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

fn stranger() -> OrderId {
    OrderId(nth(77))
}

/// Every command of a guest who orders, pays and takes a receipt.
#[tokio::test]
async fn guests_who_pay() {
    let world = World::open().await;
    let wish = world.wish(&[("stew", 1), ("pie", 1)]);
    let reply = sent_twice!(world, make_quote, wish, |other| other.cart.lines[0]
        .quantity = 2);
    let soban_protocol::guest::QuoteReply::Quoted { quote, .. } = reply else {
        panic!("nothing changed");
    };
    let placing = world.placing(quote);
    let order = placing.order;
    sent_twice!(world, place_order, placing, |other| other.order =
        stranger());
    let starting = world.starting(order, Method::Kakaopay);
    let attempt = starting.attempt;
    sent_twice!(world, start_payment, starting, |other| other.method =
        Method::Counter);
    world.pay(attempt).await;
    let command = world.command();
    let receipt = PrintReceiptRequest { command, order };
    sent_twice!(world, print_receipt, receipt, |other| other.order =
        stranger());
    let receipts = world.tickets(order).await;
    let receipts = receipts.iter().filter(|job| job.slip == Slip::Receipt);
    assert_eq!(receipts.count(), 1);
    assert_eq!(world.gateway.fake.approved().len(), 1);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// Every command of a guest who turns away, and the call for staff.
#[tokio::test]
async fn guests_who_leave() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let command = world.command();
    let leaving = LeavePaymentRequest { command, attempt };
    sent_twice!(world, leave_payment, leaving, |other| other.attempt.0 =
        nth(77));
    let command = world.command();
    let leaving = LeaveOrderRequest { command, order };
    sent_twice!(world, leave_order, leaving, |other| other.order =
        stranger());
    let call = CallStaffRequest {
        command: world.command(),
        call: CallId(nth(500)),
        screen: slug("kiosk-1"),
        order: Some(order),
    };
    sent_twice!(world, call_staff, call, |other| other.order = None);
}

/// Every command of staff about orders and money.
#[tokio::test]
async fn staff_with_orders() {
    let world = World::open().await;
    let order = world.order(&[("beer", 1)]).await;
    world.start(order, Method::Counter).await;
    let decision = world.decision(order);
    sent_twice!(world, take_payment, decision, |other| other.order =
        stranger());
    let decision = world.decision(order);
    sent_twice!(world, record_id_check, decision, |other| other.order =
        stranger());
    let unwanted = world.order(&[("stew", 1)]).await;
    let decision = world.decision(unwanted);
    sent_twice!(world, close_order, decision, |other| other.order = order);
    assert_eq!(world.store.decisions().len(), 3);

    for _ in 0..2 {
        world.pos.fake.fault(Fault::Reject {
            code: "other".to_owned(),
            words: "no".to_owned(),
        });
    }
    let refused = world.paid(&[("stew", 1)]).await;
    let decision = world.decision(refused);
    sent_twice!(world, retry_relay, decision, |other| other.order = order);
    assert_eq!(world.message(refused).await.state, RelayState::Rejected);
    let decision = world.decision(refused);
    sent_twice!(world, settle_relay, decision, |other| other.order = order);
    assert_eq!(world.message(refused).await.state, RelayState::Accepted);
}

/// Every other command of staff: a payment in doubt, tickets, calls, the shelf.
#[tokio::test]
async fn staff_with_things() {
    let world = World::open().await;
    let (_, attempt) = world.waiting().await;
    world
        .write(move |tx| {
            let mut record = tx.attempt(attempt)?.unwrap();
            record.state = soban_domain::payment::PaymentState::NeedsStaff;
            tx.put_attempt(&record)
        })
        .await;
    let settling = SettlePaymentRequest {
        staff: world.mina(),
        command: world.command(),
        attempt,
        action: StaffAction::SawMoney,
        why: Note::new("seen").unwrap(),
    };
    sent_twice!(world, settle_payment, settling, |other| other.action =
        StaffAction::SawNoMoney);

    world.printers.mishap(&slug("kitchen-1"), Mishap::LostProof);
    let order = world.paid(&[("stew", 1)]).await;
    let job = world.tickets(order).await[0].id;
    let settling = SettlePrintRequest {
        staff: world.mina(),
        command: world.command(),
        job,
        came_out: false,
    };
    sent_twice!(world, settle_print, settling, |other| other.came_out = true);
    let reprinting = ReprintRequest {
        staff: world.mina(),
        command: world.command(),
        job,
    };
    sent_twice!(world, reprint, reprinting, |other| other.job =
        PrintJobId(nth(77)));
    let states: Vec<_> = world
        .tickets(order)
        .await
        .iter()
        .map(|t| (t.copy, t.state))
        .collect();
    let printed = PrintState::Printed;
    assert_eq!(
        states,
        [(1, PrintState::Failed), (2, printed), (3, printed)]
    );

    let key = StockKey("stew".to_owned());
    let marking = SetSoldOutRequest {
        staff: world.mina(),
        command: world.command(),
        key,
        sold_out: true,
    };
    sent_twice!(world, set_sold_out, marking, |other| other.sold_out = false);

    let call = CallStaffRequest {
        command: world.command(),
        call: CallId(nth(500)),
        screen: slug("kiosk-1"),
        order: None,
    };
    let call = world.engine.call_staff(call).await.unwrap().call;
    let answering = AnswerCallRequest {
        staff: world.mina(),
        command: world.command(),
        call,
    };
    sent_twice!(world, answer_call, answering, |other| other.call =
        CallId(nth(77)));
}

/// A command's id is taken for all endpoints, and a refusal takes none: what was refused
/// can be sent again and succeed.
#[tokio::test]
async fn ids_are_for_good() {
    let world = World::asleep(Make::default(), |_| {}).await;
    let order = world.order(&[("stew", 1)]).await;
    let command = world.command();
    let leaving = LeaveOrderRequest { command, order };
    let receipt = PrintReceiptRequest { command, order };
    let refused = world.engine.print_receipt(receipt.clone()).await;
    assert_eq!(code(refused), ErrorCode::NotNow);
    world.engine.leave_order(leaving).await.unwrap();
    let refused = world.engine.print_receipt(receipt).await;
    assert_eq!(code(refused), ErrorCode::CommandReused);
}

/// The reply of a command outlives a restart.
#[tokio::test]
async fn replies_outlive_a_restart() {
    let mut world = World::open().await;
    let wish = world.wish(&[("stew", 1)]);
    let reply = world.engine.make_quote(wish.clone()).await.unwrap();
    world.restart().await;
    world.pass(30).await;
    assert_eq!(world.engine.make_quote(wish).await.unwrap(), reply);
}

/// Requests that no honest screen sends are refused by name and write nothing.
#[tokio::test]
async fn strange_requests() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let paid = world.paid(&[("stew", 1)]).await;
    let events = world.events().await.len();
    let engine = &world.engine;

    let mut wish = world.wish(&[("stew", 1)]);
    wish.screen = slug("nowhere");
    assert_eq!(
        code(engine.make_quote(wish).await),
        ErrorCode::UnknownScreen
    );
    let wish = world.wish(&[("stew", 100)]);
    assert_eq!(code(engine.make_quote(wish).await), ErrorCode::BadCart);
    let wish = world.wish(&[]);
    assert_eq!(code(engine.make_quote(wish).await), ErrorCode::BadCart);
    let placing = world.placing(soban_domain::ids::QuoteId(nth(77)));
    assert_eq!(
        code(engine.place_order(placing).await),
        ErrorCode::UnknownQuote
    );
    let starting = world.starting(stranger(), Method::Kakaopay);
    assert_eq!(
        code(engine.start_payment(starting).await),
        ErrorCode::UnknownOrder
    );
    let starting = world.starting(order, Method::Counter);
    assert_eq!(
        code(engine.start_payment(starting).await),
        ErrorCode::PaymentOpen
    );
    let starting = world.starting(paid, Method::Kakaopay);
    assert_eq!(
        code(engine.start_payment(starting).await),
        ErrorCode::AlreadyPaid
    );
    let command = world.command();
    let leaving = LeaveOrderRequest { command, order };
    assert_eq!(
        code(engine.leave_order(leaving).await),
        ErrorCode::PaymentOpen
    );
    let leaving = LeaveOrderRequest {
        command,
        order: paid,
    };
    assert_eq!(code(engine.leave_order(leaving).await), ErrorCode::NotNow);
    let closing = world.decision(paid);
    assert_eq!(code(engine.close_order(closing).await), ErrorCode::NotNow);
    let closing = world.decision(order);
    assert_eq!(code(engine.close_order(closing).await), ErrorCode::NotNow);
    let checking = world.decision(paid);
    assert_eq!(
        code(engine.record_id_check(checking).await),
        ErrorCode::NotNow
    );
    assert_eq!(world.events().await.len(), events);
    assert!(world.store.decisions().is_empty());
    world.pay(attempt).await;
}

/// An attempt's id is used once: a new command cannot begin a closed attempt again.
#[tokio::test]
async fn an_attempt_begins_once() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.pass(180).await;
    let mut again = world.starting(order, Method::Kakaopay);
    again.attempt = attempt;
    assert_eq!(
        code(world.engine.start_payment(again).await),
        ErrorCode::NotNow
    );
}

/// A way to pay that the store does not offer is refused.
#[tokio::test]
async fn methods_are_the_stores() {
    let world = World::with(Make::default(), |rules| {
        rules.methods = vec![Method::Counter];
    })
    .await;
    let order = world.order(&[("stew", 1)]).await;
    let starting = world.starting(order, Method::Kakaopay);
    let refused = world.engine.start_payment(starting).await;
    assert_eq!(code(refused), ErrorCode::MethodNotOffered);
}

/// The guest's language is kept with the order, for paper and screens.
#[tokio::test]
async fn the_language_stays() {
    let world = World::open().await;
    let mut wish = world.wish(&[("stew", 1)]);
    wish.lang = Lang::En;
    let quote = world.quote(wish).await;
    let placed = world
        .engine
        .place_order(world.placing(quote))
        .await
        .unwrap();
    assert_eq!(placed.lang, Lang::En);
}
