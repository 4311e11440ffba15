//! Payments of which nobody knows: asked about before anything else, never given up as
//! failed, and never for ever.

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::moment::Timestamp;
use soban_domain::order::OrderState;
use soban_domain::payment::{Cause, Method, PaymentState};
use soban_domain::relay::{RelayItem, RelayState};
use soban_domain::text::Note;
use soban_engine::ports::gateway::{Approve, Standing};
use soban_engine::ports::store::StoreError;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::{SettlePaymentRequest, StaffAction};
use soban_testkit::gateway::{Call, Fault};
use soban_testkit::samples;

use crate::rig::World;

/// Longer than the engine may ask about anything.
const BOUND_MINUTES: u32 = 45;

fn unknown(cause: Cause) -> Approve {
    Approve::Unknown {
        cause,
        evidence: "-000".to_owned(),
    }
}

fn silence() -> Standing {
    Standing::NoAnswer {
        evidence: "silence".to_owned(),
    }
}

/// Seconds between one moment and the next.
fn gaps(times: &[Timestamp]) -> Vec<i64> {
    let pairs = times.windows(2);
    pairs.map(|pair| pair[1].since(pair[0]) / 1000).collect()
}

/// A payment whose approval was done, and of which nobody gets an answer.
async fn in_the_dark(world: &World) -> (OrderId, AttemptId) {
    let (order, attempt) = world.waiting().await;
    world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
    world.gateway.always_says(Some(silence()));
    world.pay(attempt).await;
    let state = world.payment(attempt).await;
    assert_eq!(state, PaymentState::Unknown(Cause::NoAnswer));
    (order, attempt)
}

async fn refusal(world: &World, order: OrderId) -> ErrorCode {
    let another = world.starting(order, Method::Kakaopay);
    let error = world.engine.start_payment(another).await.unwrap_err();
    ApiError::from(error).code
}

/// An approval whose answer was lost is asked about and found paid: no second approval.
#[tokio::test]
async fn a_lost_answer_is_found() {
    for fault in [Fault::LostReply, Fault::GarbledReply] {
        let world = World::open().await;
        let (order, attempt) = world.waiting().await;
        world.gateway.fake.fault_at(Call::Approve, fault);
        world.pay(attempt).await;
        assert_eq!(world.state(order).await, OrderState::Paying);
        world.pass(1).await;
        assert_eq!(world.payment(attempt).await, PaymentState::Approved);
        assert_eq!(world.state(order).await, OrderState::Accepted);
        assert_eq!(world.gateway.count(Call::Approve), 1);
        assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
    }
}

/// An approval that certainly never left is sent again as soon as the gateway says that
/// it waits, without the wait for late effects: the line is down for four seconds.
#[tokio::test]
async fn not_sent_is_sent_again() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.gateway.fake.set_unreachable(true);
    world.home(attempt, &token).await;
    world.pass(4).await;
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::NoAnswer)
    );
    world.gateway.fake.set_unreachable(false);
    world.pass(4).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.count(Call::Approve), 2);
    assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
}

/// An approval is sent three times at most; after the page's own end the attempt is
/// closed without money, and the guest may pay again.
#[tokio::test]
async fn three_approvals_at_most() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    for _ in 0..4 {
        let evidence = "no_connection".to_owned();
        world.gateway.approve_says(Approve::NotSent { evidence });
    }
    world.pay(attempt).await;
    world.pass(60).await;
    assert_eq!(world.gateway.count(Call::Approve), 3);
    assert_eq!(refusal(&world, order).await, ErrorCode::PaymentOpen);
    world.pass(920).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    assert_eq!(world.gateway.count(Call::Approve), 3);
    assert_eq!(world.gateway.fake.approved(), []);
    assert_eq!(world.state(order).await, OrderState::Placed);
}

/// While an unanswered approval may still take effect at the gateway, "open" is no
/// answer; after the gateway's own time-out it is approved again.
#[tokio::test]
async fn open_counts_after_the_settling_time() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world
        .gateway
        .fake
        .fault_at(Call::Approve, Fault::ServerError);
    world.pay(attempt).await;
    world.pass(40).await;
    let approvals = world.gateway.times(Call::Approve);
    assert_eq!(approvals.len(), 2);
    assert!(gaps(&approvals)[0] >= 11);
    assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// "Not paid" within the settling time is no answer either: money that arrives eight
/// seconds late is taken for what it is.
#[tokio::test]
async fn unpaid_may_turn_into_paid() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let early = Standing::Unpaid {
        evidence: "FAIL_PAYMENT".to_owned(),
    };
    world.gateway.fake.fault_at(Call::Approve, Fault::LostReply);
    world.gateway.always_says(Some(early));
    world.pay(attempt).await;
    world.pass(8).await;
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::NoAnswer)
    );
    world.gateway.always_says(None);
    world.pass(10).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// A listed refusal closes the attempt only once the gateway shows no money; the guest
/// may pay again.
#[tokio::test]
async fn refused_is_asked_about() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.gateway.fake.fault_at(Call::Approve, Fault::Refusal);
    world.pay(attempt).await;
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::Refused)
    );
    assert_eq!(refusal(&world, order).await, ErrorCode::PaymentOpen);
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    assert_eq!(world.gateway.count(Call::Approve), 1);
    let again = world.start(order, Method::Kakaopay).await;
    world.pay(again).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.fake.approved().len(), 1);
}

/// A refusal that the inquiry contradicts is a payment.
#[tokio::test]
async fn refused_and_yet_paid() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.gateway.approve_reads(unknown(Cause::Refused));
    world.pay(attempt).await;
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert_eq!(world.state(order).await, OrderState::Accepted);
}

/// A guest who came home too early is waited for, and the second return sends a new
/// approval with its own token.
#[tokio::test]
async fn too_early_comes_again() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.home(attempt, "forged").await;
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::NotYet)
    );
    world.pass(1).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Waiting);
    let token = world.token(attempt).await;
    world.home(attempt, &token).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.tokens(), ["forged".to_owned(), token]);
    assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
}

/// A return that comes while the gateway is still asked about an earlier one is not
/// lost: it is approved once the gateway says that it waits.
#[tokio::test]
async fn a_return_in_between_is_kept() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.home(attempt, "forged").await;
    let token = world.token(attempt).await;
    world.home(attempt, &token).await;
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::NotYet)
    );
    world.pass(1).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.tokens(), ["forged".to_owned(), token]);
    assert_eq!(world.look(move |tx| tx.token(attempt)).await, None);
}

/// A guest who came too early and never again is let go when the time is over.
#[tokio::test]
async fn too_early_and_never_again() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.home(attempt, "forged").await;
    world.pass(181).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Expired);
    assert_eq!(world.state(order).await, OrderState::Placed);
    assert_eq!(world.gateway.count(Call::Approve), 1);
}

/// A gateway that never answers is asked a bounded number of times, each after a longer
/// wait up to half a minute, and then staff are called; meanwhile nobody can pay the
/// order a second time, leave it or have it given up.
#[tokio::test]
async fn silence_ends_with_staff() {
    let world = World::open().await;
    let (order, attempt) = in_the_dark(&world).await;
    for _ in 0..10 {
        world.pass(BOUND_MINUTES * 6).await;
        assert_eq!(refusal(&world, order).await, ErrorCode::PaymentOpen);
        assert_eq!(world.state(order).await, OrderState::Paying);
    }
    assert_eq!(world.payment(attempt).await, PaymentState::NeedsStaff);
    let asked = world.gateway.times(Call::Inquire);
    assert_eq!(asked.len(), 12, "three to four minutes");
    let gaps = gaps(&asked);
    assert_eq!(gaps[..5], [1, 2, 4, 8, 16]);
    assert!(gaps[5..].iter().all(|gap| *gap == 30), "{gaps:?}");
    assert_eq!(world.gateway.count(Call::Approve), 1);
}

/// What no machine could tell, a named member of staff ends, either way, with a reason
/// on record.
#[tokio::test]
async fn staff_end_it() {
    for took in [true, false] {
        let world = World::open().await;
        let (order, attempt) = in_the_dark(&world).await;
        world.pass_minutes(BOUND_MINUTES).await;
        let request = |why: &str| SettlePaymentRequest {
            staff: world.mina(),
            command: world.command(),
            attempt,
            action: match took {
                true => StaffAction::SawMoney,
                false => StaffAction::SawNoMoney,
            },
            why: Note::new(why).unwrap(),
        };
        let error = world.engine.settle_payment(request("")).await.unwrap_err();
        assert_eq!(ApiError::from(error).code, ErrorCode::BadRequest);
        let why = "in the app of the guest";
        world.engine.settle_payment(request(why)).await.unwrap();
        world.quiet().await;
        let (state, payment) = match took {
            true => (OrderState::Accepted, PaymentState::Approved),
            false => (OrderState::Placed, PaymentState::Declined),
        };
        assert_eq!(world.state(order).await, state);
        assert_eq!(world.payment(attempt).await, payment);
        let decision = world.store.decisions().remove(0);
        assert_eq!((decision.by.as_str(), decision.why.as_str()), ("mina", why));
        let error = world.engine.settle_payment(request(why)).await.unwrap_err();
        assert_eq!(ApiError::from(error).code, ErrorCode::NotNow);
    }
}

/// An attempt that is not the staff's to end is left alone.
#[tokio::test]
async fn staff_end_nothing_else() {
    let world = World::open().await;
    let (_, attempt) = in_the_dark(&world).await;
    let request = SettlePaymentRequest {
        staff: world.mina(),
        command: world.command(),
        attempt,
        action: StaffAction::SawMoney,
        why: Note::new("hurry").unwrap(),
    };
    let error = world.engine.settle_payment(request).await.unwrap_err();
    assert_eq!(ApiError::from(error).code, ErrorCode::NotNow);
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::NoAnswer)
    );
    assert!(world.store.decisions().is_empty());
}

/// A closing look without an answer is not "expired": the attempt stays unknown until
/// the gateway speaks, where an approval was sent before.
#[tokio::test]
async fn closing_without_an_answer() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    world.home(attempt, "forged").await;
    world.pass(1).await;
    world.gateway.always_says(Some(silence()));
    world.pass(200).await;
    assert_eq!(
        world.payment(attempt).await,
        PaymentState::Unknown(Cause::NotClosed)
    );
    assert_eq!(refusal(&world, order).await, ErrorCode::PaymentOpen);
    world.gateway.always_says(None);
    world.pass(31).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
}

/// An answer that can never be written (here: the order's message for the POS is there
/// already) ends with staff within the bound, and other orders are paid meanwhile.
#[tokio::test]
async fn what_cannot_be_written_ends_with_staff() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let in_the_way = RelayItem {
        order,
        ..samples::relay(9, 9, RelayState::Accepted)
    };
    world.write(move |tx| tx.put_relay(&in_the_way)).await;
    world.pay(attempt).await;
    world.pass(60).await;
    world.paid(&[("beer", 1)]).await;
    world.pass_minutes(BOUND_MINUTES).await;
    let record = world.attempt(attempt).await;
    assert_eq!(record.state, PaymentState::NeedsStaff);
    assert!(record.evidence.unwrap().contains("refused"));
    assert!(world.gateway.count(Call::Inquire) <= 61);
    assert_eq!(world.state(order).await, OrderState::Paying);
}

/// A store that is broken when the answer comes loses no money: once it is mended the
/// gateway is asked and the order released, and meanwhile nobody was asked in a rush.
#[tokio::test]
async fn a_broken_store_is_outlived() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let token = world.token(attempt).await;
    world.gateway.fake.hang_at(Call::Approve);
    world.home(attempt, &token).await;
    let broken = StoreError::Broken("disk full".to_owned());
    world.store.set_broken(Some(broken));
    world.pass(120).await;
    assert_eq!(world.gateway.count(Call::Inquire), 0);
    world.store.set_broken(None);
    world.pass(5).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert_eq!(world.gateway.fake.ledger(attempt).approvals, 1);
    assert!(world.gateway.count(Call::Inquire) <= 3);
}

/// Setting the wall clock back by an hour does not put off what is to be asked.
#[tokio::test]
async fn a_clock_set_back_stops_nothing() {
    let world = World::open().await;
    let (order, _) = in_the_dark(&world).await;
    world.pass(10).await;
    world.clock.jump(-3_600_000);
    world.gateway.always_says(None);
    world.pass(31).await;
    assert_eq!(world.state(order).await, OrderState::Accepted);
}
