//! The payment driver: the straight way, and the ways in which it ends without money.

use soban_domain::ids::AttemptId;
use soban_domain::money::Won;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::print::Slip;
use soban_domain::relay::RelayState;
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{Came, GuestReturnRequest, LeavePaymentRequest};
use soban_protocol::secret::Secret;
use soban_protocol::view::PaymentPage;
use soban_testkit::gateway::{Call, Fault};

use crate::rig::{World, said, slug};

async fn leave(world: &World, attempt: AttemptId) {
    let command = world.command();
    let request = LeavePaymentRequest { command, attempt };
    world.engine.leave_payment(request).await.unwrap();
    world.quiet().await;
}

async fn come(world: &World, attempt: AttemptId, came: Came) {
    let request = GuestReturnRequest { attempt, came };
    world.engine.guest_return(request).await.unwrap();
    world.quiet().await;
}

/// Paid means released, in one commit: money taken once, a number, a message for the
/// POS, a ticket for each station, and stock sold; by a whole payment of three items.
#[tokio::test]
async fn paid_is_released() {
    let world = World::open().await;
    let order = world.order(&[("stew", 2), ("beer", 1), ("pie", 1)]).await;
    let attempt = world.start(order, Method::Kakaopay).await;
    world.pay(attempt).await;

    let ledger = world.gateway.fake.ledger(attempt);
    assert_eq!((ledger.approvals, ledger.taken), (1, Won(27_000)));
    let record = world.attempt(attempt).await;
    assert_eq!(record.state, PaymentState::Approved);
    assert_eq!(record.approval.unwrap().amount, Won(27_000));
    assert_eq!(world.state(order).await, OrderState::Accepted);
    let released = world.look(move |tx| tx.order(order)).await.unwrap();
    assert_eq!(released.number.unwrap().0, 101);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
    let sent = world.pos.fake.orders().remove(0);
    assert_eq!(sent.payment.unwrap().id, attempt);
    let slips: Vec<_> = world
        .tickets(order)
        .await
        .into_iter()
        .map(|t| t.slip)
        .collect();
    assert_eq!(slips, ["bar", "kitchen"].map(|s| Slip::Kitchen(slug(s))));
    let shelf = world.look(|tx| tx.shelf(soban_testkit::samples::NOW)).await;
    let pies = soban_domain::shelf::StockKey("pie".to_owned());
    assert_eq!(shelf.level(&pies), soban_domain::shelf::Level::Left(1));
    assert_eq!(world.look(move |tx| tx.token(attempt)).await, None);
}

/// What the screens are told of a payment is its life in order, and never "paid" before
/// the release, by the events of one payment.
#[tokio::test]
async fn events_tell_the_life() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    use OrderState as O;
    use PaymentState as P;
    let expected = [
        (O::Placed, None),
        (O::Paying, Some(P::Prepared)),
        (O::Paying, Some(P::Asking)),
        (O::Paying, Some(P::Waiting)),
        (O::Paying, Some(P::Approving)),
        (O::Released, Some(P::Approved)),
        (O::Accepted, Some(P::Approved)),
    ];
    assert_eq!(world.told(order).await, expected);
}

/// No money and no token is in anything that screens, logs of decisions or papers get,
/// by looking for the token in all of them after a payment.
#[tokio::test]
async fn the_token_stays_inside() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    let view = world.home(attempt, &token).await;
    let mut said_aloud = format!("{view:?} {:?}", world.events().await);
    for printer in ["kitchen-1", "counter-1", "bar-1"] {
        for (_, paper) in world.printers.papers(&slug(printer)) {
            said_aloud.push_str(&said(&paper));
        }
    }
    assert!(said_aloud.contains(&order.to_string()));
    assert!(!said_aloud.contains(&token));
}

/// Without a payment page the attempt is closed, and the guest may try again at once:
/// by three ways of getting none, each followed by a payment that succeeds.
#[tokio::test]
async fn no_page_no_payment() {
    for fault in [Fault::Refusal, Fault::ServerError, Fault::LostReply] {
        let world = World::open().await;
        let order = world.order(&[("stew", 1)]).await;
        world.gateway.fake.fault_at(Call::Offer, fault);
        let first = world.start(order, Method::Kakaopay).await;
        assert_eq!(
            world.payment(first).await,
            PaymentState::Declined,
            "{fault:?}"
        );
        assert!(world.attempt(first).await.evidence.is_some());
        assert_eq!(world.state(order).await, OrderState::Placed);
        let second = world.start(order, Method::Kakaopay).await;
        world.pay(second).await;
        assert_eq!(world.payment(second).await, PaymentState::Approved);
        assert_eq!(world.gateway.fake.approved().len(), 1);
    }
}

/// The guest sees the gateway's page as a QR while it waits for them, and no page at
/// any other time.
#[tokio::test]
async fn the_page_is_a_qr() {
    let world = World::open().await;
    let (_, attempt) = world.waiting().await;
    let text = world.page(attempt).await.mobile_url;
    let token = world.token(attempt).await;
    world.gateway.fake.hang_at(Call::Approve);
    let view = world.home(attempt, &token).await;
    assert_eq!(view.payment.unwrap().page, None);
    let (order, _) = world.waiting().await;
    let status = soban_protocol::guest::OrderStatusRequest { order };
    let view = world.engine.order_status(status).await.unwrap();
    let payment = view.payment.unwrap();
    assert_eq!((payment.seconds_left, payment.seconds_in_all), (180, 180));
    assert!(matches!(payment.page, Some(PaymentPage::Qr { text: other }) if other != text));
}

/// The guest's time ends by the clock: before it the page waits, after it the attempt
/// is over without money, and another can begin.
#[tokio::test]
async fn the_deadline_closes() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.pass(179).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Waiting);
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    assert_eq!(world.state(order).await, OrderState::Placed);
    assert_eq!(world.gateway.count(Call::Inquire), 1);
    assert_eq!(world.gateway.count(Call::Approve), 0);
    world.start(order, Method::Kakaopay).await;
}

/// A guest who comes home after the end changes nothing: no approval is sent.
#[tokio::test]
async fn late_is_late() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.pass(180).await;
    world.home(attempt, &token).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    assert_eq!(world.gateway.count(Call::Approve), 0);
    assert_eq!(world.state(order).await, OrderState::Placed);
}

/// A guest who leaves while the page waits is let go at once, without asking anybody:
/// money moves only by our approval, and none was sent.
#[tokio::test]
async fn leaving_while_waiting() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    leave(&world, attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    assert_eq!(world.state(order).await, OrderState::Placed);
    assert_eq!(world.gateway.count(Call::Inquire), 0);
}

/// A guest who leaves while the page is asked for is let go; the page that comes too
/// late belongs to nobody.
#[tokio::test]
async fn leaving_while_asking() {
    let world = World::open().await;
    world.gateway.fake.hang_at(Call::Offer);
    let order = world.order(&[("stew", 1)]).await;
    let attempt = world.start(order, Method::Kakaopay).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Asking);
    leave(&world, attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    let next = world.start(order, Method::Kakaopay).await;
    world.pay(next).await;
    assert_eq!(world.payment(next).await, PaymentState::Approved);
    world.pass(61).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
}

/// Leaving while the approval is under way changes nothing: it was paid.
#[tokio::test]
async fn leaving_while_approving() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.gateway.fake.hang_at(Call::Approve);
    world.home(attempt, &token).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approving);
    leave(&world, attempt).await;
    come(&world, attempt, Came::Quit).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approving);
    world.pass(65).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
}

/// The gateway's ways out close the attempt after one last look.
#[tokio::test]
async fn quit_and_failed_close() {
    for came in [Came::Quit, Came::Failed] {
        let world = World::open().await;
        let (_, attempt) = world.waiting().await;
        come(&world, attempt, came).await;
        assert_eq!(world.payment(attempt).await, PaymentState::Expired);
        assert_eq!(world.gateway.count(Call::Inquire), 1);
    }
}

/// A phone that comes home twice, at the same moment and later, is one approval.
#[tokio::test]
async fn two_returns_are_one() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    let came = || GuestReturnRequest {
        attempt,
        came: Came::WithToken(Secret::new(token.as_str())),
    };
    let (one, other) = tokio::join!(
        world.engine.guest_return(came()),
        world.engine.guest_return(came()),
    );
    assert_eq!((one.unwrap().id, other.unwrap().id), (order, order));
    world.quiet().await;
    world.home(attempt, &token).await;
    come(&world, attempt, Came::Failed).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert_eq!(world.gateway.count(Call::Approve), 1);
    assert_eq!(world.pos.fake.copies(order, 1), 1);
}

/// Returns that fit no payment are refused by name and write nothing: an unknown
/// attempt, a token that no gateway makes, a token for the counter.
#[tokio::test]
async fn strange_returns() {
    let world = World::open().await;
    let (_, attempt) = world.waiting().await;
    let events = world.events().await.len();
    let stranger = AttemptId(soban_testkit::ids::nth(77));
    let refused = [
        (stranger, "token", ErrorCode::UnknownPayment),
        (attempt, "", ErrorCode::BadRequest),
        (attempt, "a b", ErrorCode::BadRequest),
        (attempt, &"x".repeat(769), ErrorCode::BadRequest),
    ];
    for (attempt, token, code) in refused {
        let came = Came::WithToken(Secret::new(token));
        let error = world
            .engine
            .guest_return(GuestReturnRequest { attempt, came });
        let error = soban_protocol::ApiError::from(error.await.unwrap_err());
        assert_eq!(error.code, code, "{token:?}");
    }
    assert_eq!(world.events().await.len(), events);
    let order = world.order(&[("stew", 1)]).await;
    let counter = world.start(order, Method::Counter).await;
    let came = Came::WithToken(Secret::new("token"));
    let back = GuestReturnRequest {
        attempt: counter,
        came,
    };
    let error = world.engine.guest_return(back).await.unwrap_err();
    assert_eq!(
        soban_protocol::ApiError::from(error).code,
        ErrorCode::NotNow
    );
    assert_eq!(world.payment(counter).await, PaymentState::Waiting);
    assert_eq!(world.gateway.count(Call::Approve), 0);
    assert_eq!(world.message_count().await, 0);
}

/// The token of one order pays no other: it is refused at the gateway, and the attempt
/// that it was brought to still waits for its own guest.
#[tokio::test]
async fn a_token_of_another_order() {
    let world = World::open().await;
    let (mine, attempt) = world.waiting().await;
    let (other, others) = world.waiting().await;
    let token = world.token(others).await;
    let too_early = soban_engine::ports::gateway::Approve::Unknown {
        cause: soban_domain::payment::Cause::NotYet,
        evidence: "bad_return_token".to_owned(),
    };
    world.gateway.approve_says(too_early);
    world.home(attempt, &token).await;
    world.pass(2).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Waiting);
    world.home(others, &token).await;
    assert_eq!(world.state(other).await, OrderState::Accepted);
    assert_eq!(world.state(mine).await, OrderState::Paying);
    world.pay(attempt).await;
    assert_eq!(world.state(mine).await, OrderState::Accepted);
}

/// A message for the POS is written only with the money, by counting messages while
/// the approval hangs and after its answer.
#[tokio::test]
async fn nothing_leaves_unpaid() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.gateway.fake.hang_at(Call::Approve);
    world.home(attempt, &token).await;
    assert_eq!(world.message_count().await, 0);
    assert!(world.tickets(order).await.is_empty());
    world.pass(65).await;
    assert_eq!(world.message(order).await.state, RelayState::Accepted);
}
