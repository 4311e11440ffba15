//! The program stops at any point of a payment and comes up again on what was
//! committed: the guest is told the truth, and money moves once.

use soban_domain::order::OrderState;
use soban_domain::payment::{Cause, Method, PaymentState};
use soban_engine::ports::gateway::{Approve, ReturnToken, Standing};
use soban_protocol::guest::{Came, GuestReturnRequest};
use soban_testkit::gateway::{Call, Fault};
use soban_testkit::pos::Make;

use crate::rig::World;

/// On disk and nothing sent: the page is asked for after the restart.
#[tokio::test]
async fn prepared() {
    let mut world = World::asleep(Make::default(), |_| {}).await;
    let order = world.order(&[("stew", 1)]).await;
    let attempt = world.start(order, Method::Kakaopay).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Prepared);
    world.restart().await;
    assert_eq!(world.payment(attempt).await, PaymentState::Waiting);
    world.pay(attempt).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// A page that was asked for before the restart is nobody's: no id, no payment.
#[tokio::test]
async fn asking() {
    let mut world = World::open().await;
    world.gateway.fake.hang_at(Call::Offer);
    let order = world.order(&[("stew", 1)]).await;
    let attempt = world.start(order, Method::Kakaopay).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Asking);
    world.restart().await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    assert_eq!(world.state(order).await, OrderState::Placed);
    let again = world.start(order, Method::Kakaopay).await;
    world.pay(again).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// A page that waits goes on waiting, for what is left of its time.
#[tokio::test]
async fn waiting() {
    let mut world = World::open().await;
    let (_, attempt) = world.waiting().await;
    world.pass(100).await;
    world.restart().await;
    world.pass(79).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Waiting);
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
}

/// An approval that was done and never answered is asked about, not sent again.
#[tokio::test]
async fn approving_and_done() {
    let mut world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.gateway.fake.hang_at(Call::Approve);
    world.home(attempt, &token).await;
    world.restart().await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.count(Call::Approve), 1);
    let told = world.told(order).await;
    assert!(told.contains(&(
        OrderState::Paying,
        Some(PaymentState::Unknown(Cause::Restart))
    )));
}

/// An approval that was under way and not done is sent again after the settling time.
#[tokio::test]
async fn approving_and_not_done() {
    let mut world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world
        .gateway
        .fake
        .fault_at(Call::Approve, Fault::ServerError);
    world.gateway.fake.hang_at(Call::Approve);
    world.home(attempt, &token).await;
    world.restart().await;
    world.pass(10).await;
    assert_eq!(world.gateway.count(Call::Approve), 1);
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::Restart)
    );
    world.pass(30).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.count(Call::Approve), 2);
    assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
}

/// A return that is on disk with its sending not yet noted is sent by the next run.
#[tokio::test]
async fn approving_and_not_sent() {
    let mut world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.stop();
    world
        .write(move |tx| {
            let mut record = tx.attempt(attempt)?.unwrap();
            record.state = PaymentState::Approving;
            tx.keep_token(attempt, &ReturnToken::new(&token).unwrap())?;
            tx.put_attempt(&record)
        })
        .await;
    world.wake().await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.attempt(attempt).await.approvals_sent, 1);
    assert_eq!(world.gateway.count(Call::Inquire), 0);
}

/// What is unknown stays so over a restart, with its count and its wait.
#[tokio::test]
async fn unknown() {
    let mut world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
    let evidence = "silence".to_owned();
    world
        .gateway
        .always_says(Some(Standing::NoAnswer { evidence }));
    world.pay(attempt).await;
    world.pass(20).await;
    let before = world.attempt(attempt).await;
    let asked = world.gateway.count(Call::Inquire);
    world.restart().await;
    assert_eq!(world.attempt(attempt).await, before);
    assert_eq!(world.gateway.count(Call::Inquire), asked);
    world.gateway.always_says(None);
    world.pass(30).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.count(Call::Approve), 1);
}

/// A last look that was under way is taken again.
#[tokio::test]
async fn closing() {
    let mut world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.gateway.fake.hang_at(Call::Inquire);
    let came = Came::Quit;
    let request = GuestReturnRequest { attempt, came };
    world.engine.guest_return(request).await.unwrap();
    world.quiet().await;
    assert_eq!(world.payment(attempt).await, PaymentState::Closing);
    world.restart().await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    assert_eq!(world.state(order).await, OrderState::Placed);
}

/// A reversal that was done and never answered is asked about, not sent again.
#[tokio::test]
async fn reversing() {
    let mut world = World::open().await;
    let (_, attempt) = world.waiting().await;
    let evidence = "tid: A and B".to_owned();
    world
        .gateway
        .approve_reads(Approve::Mismatched { evidence });
    world.gateway.fake.hang_at(Call::Reverse);
    world.pay(attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversing);
    world.restart().await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert_eq!(world.gateway.count(Call::Reverse), 1);
}

/// A phone that hangs up in the middle of its return leaves nothing half done: the call
/// is dropped before it could answer, and the approval is sent all the same.
#[tokio::test]
async fn the_phone_hangs_up() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    let came = Came::WithToken(soban_protocol::secret::Secret::new(token.as_str()));
    let mut call = Box::pin(
        world
            .engine
            .guest_return(GuestReturnRequest { attempt, came }),
    );
    let first_turn = std::future::poll_fn(|context| {
        std::task::Poll::Ready(call.as_mut().poll(context).is_pending())
    });
    assert!(first_turn.await, "the call had to wait");
    drop(call);
    world.quiet().await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.count(Call::Approve), 1);
}

/// A return that could not be written lets go of the attempt: the next one is approved.
#[tokio::test]
async fn a_return_that_failed_is_let_go() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    let busy = soban_engine::ports::store::StoreError::Busy;
    world.store.set_broken(Some(busy));
    let came = Came::WithToken(soban_protocol::secret::Secret::new(token.as_str()));
    let request = GuestReturnRequest { attempt, came };
    assert!(world.engine.guest_return(request).await.is_err());
    world.store.set_broken(None);
    world.home(attempt, &token).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}
