//! What can happen to a payment: given up, refused, answered by silence, too late.

use serde_json::json;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::endpoint::endpoints::LeavePayment;
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::LeavePaymentRequest;
use soban_tests::baskets::{eat_in, hot_stew, pancake};
use soban_tests::guest::command;
use soban_tests::truth::settled_once;
use soban_tests::world::World;

use crate::paid::{self, on_the_phone, payment_is};

/// A guest who quits on the phone pays another way, once: the first attempt closes
/// without money, the second is approved.
#[tokio::test]
async fn a_guest_who_quits_pays_another_way() {
    let world = World::start();
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    page.quit().await;
    let left = world
        .until(order, "an order to be paid", |v| {
            v.state == OrderState::Placed
        })
        .await;
    assert!(paid::state(&left).is_some_and(PaymentState::is_closed_unpaid));
    paid::pay_by_phone(&world, order).await;
    let disk = settled_once(&world, order).await;
    assert_eq!(disk.payments.len(), 2);
    assert_eq!(world.outside.gateway().await.count("approve"), 1);
}

/// A guest whom the gateway does not know gets the order back and nothing is taken.
#[tokio::test]
async fn a_failed_authentication_takes_nothing() {
    let world = World::start();
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    let home = page.fail().await;
    assert!(home.status.is_success(), "{}", home.status);
    world
        .until(order, "an order to be paid", |v| {
            v.state == OrderState::Placed
        })
        .await;
    let gateway = world.outside.gateway().await;
    assert_eq!((gateway.count("approve"), gateway.approved_total), (0, 0));
}

/// An approval whose answer is lost, is a 500, or cannot be read was taken all the same:
/// an inquiry finds it, no second approval is sent, and the order is there once.
#[tokio::test]
async fn an_approval_without_an_answer_is_found_by_asking() {
    let world = World::start();
    for (done, fault) in (1..).zip(["reply_lost", "error_after", "garbage"]) {
        world.outside.next("payment.approve", fault, 1).await;
        let (order, page) = on_the_phone(&world, &eat_in(vec![hot_stew()])).await;
        page.pay().await;
        let disk = settled_once(&world, order).await;
        assert!(
            disk.payments[0].inquiries > 0,
            "{fault}: {:?}",
            disk.payments
        );
        assert_eq!(disk.payments[0].approvals_sent, 1, "{fault}");
        let gateway = world.outside.gateway().await;
        assert_eq!(gateway.count("approve"), done, "{fault}");
        assert!(gateway.count("order") >= done, "{fault}");
    }
}

/// An approval that the gateway never worked on is sent again, but only after the
/// gateway's own time is over, and is taken once.
#[tokio::test]
async fn an_approval_that_was_not_done_is_sent_again() {
    let world = World::start();
    world
        .outside
        .next("payment.approve", "error_before", 1)
        .await;
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    page.pay().await;
    let disk = settled_once(&world, order).await;
    assert_eq!(disk.payments[0].approvals_sent, 2);
    assert_eq!(world.outside.gateway().await.count("approve"), 2);
}

/// A declined approval closes the attempt without money; the same order is paid again by
/// another attempt.
#[tokio::test]
async fn a_declined_payment_can_be_tried_again() {
    let world = World::start();
    let rule = json!({"endpoint": "payment.approve", "fault": "decline", "times": 1, "code": -704});
    world.outside.fault(rule).await;
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    page.pay().await;
    let declined = payment_is(&world, order, PaymentState::Declined).await;
    assert_eq!(declined.state, OrderState::Placed);
    paid::pay_at_counter(&world, order).await;
    let disk = settled_once(&world, order).await;
    assert_eq!(disk.payments.len(), 2);
    assert_eq!(world.outside.gateway().await.approved_total, 0);
}

/// A gateway that gives no payment page leaves the order as it was, to be paid when it
/// does: by a refusal and by a 503.
#[tokio::test]
async fn a_refused_payment_page_leaves_the_order() {
    let world = World::start();
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![pancake()])).await.id;
    for (fault, attempts) in [("decline", 1), ("unavailable", 2)] {
        world.outside.next("payment.ready", fault, 1).await;
        let attempt = guest.pay(order, Method::Kakaopay).await;
        let back = world
            .until(order, "an order to be paid", |view| {
                view.state == OrderState::Placed
                    && view.payment.as_ref().is_some_and(|p| p.attempt == attempt)
            })
            .await;
        assert_eq!(paid::state(&back), Some(PaymentState::Declined), "{fault}");
        assert_eq!(world.on_disk(order).payments.len(), attempts);
    }
    paid::pay_by_phone(&world, order).await;
    settled_once(&world, order).await;
}

/// A guest who leaves the payment at the kiosk and then pays on the phone all the same is
/// not charged: the token comes home to a closed attempt and no approval is sent.
#[tokio::test]
async fn a_payment_left_is_not_taken_later() {
    let world = World::start();
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    let guest = world.guest();
    let attempt = guest
        .status(order)
        .await
        .payment
        .expect("a payment")
        .attempt;
    let leave = LeavePaymentRequest {
        command: command(),
        attempt,
    };
    let left = guest.must::<LeavePayment>(&leave).await;
    assert_eq!(left.state, OrderState::Placed);
    let home = page.pay().await;
    assert_eq!(home.state(), "not_paid");
    let gateway = world.outside.gateway().await;
    assert_eq!((gateway.count("approve"), gateway.approved_total), (0, 0));
    assert_eq!(guest.status(order).await.state, OrderState::Placed);
}

/// Leaving while the approval is under way does not lose the money: the slow approval is
/// taken and the order is there once.
#[tokio::test]
async fn leaving_during_the_approval_changes_nothing() {
    let world = World::start();
    let slow =
        json!({"endpoint": "payment.approve", "fault": "late", "times": 1, "delay_ms": 1500});
    world.outside.fault(slow).await;
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    let home = page.pay().await;
    assert_eq!(home.state(), "checking");
    let guest = world.guest();
    let attempt = guest
        .status(order)
        .await
        .payment
        .expect("a payment")
        .attempt;
    let leave = LeavePaymentRequest {
        command: command(),
        attempt,
    };
    let left = guest.must::<LeavePayment>(&leave).await;
    assert_eq!(paid::state(&left), Some(PaymentState::Approving));
    let again = paid::refused(&world, order, Method::Counter).await;
    assert_eq!(again, ErrorCode::PaymentOpen);
    settled_once(&world, order).await;
}

/// Pressing pay twice, reloading the way home, and paying a paid order take nothing more:
/// by the gateway's ledger.
#[tokio::test]
async fn coming_home_twice_pays_once() {
    let world = World::start();
    let (order, page) = on_the_phone(&world, &eat_in(vec![pancake()])).await;
    let early = paid::refused(&world, order, Method::Counter).await;
    assert_eq!(early, ErrorCode::PaymentOpen);
    futures_util::future::join(page.pay(), page.pay()).await;
    settled_once(&world, order).await;
    let late = page.pay().await;
    assert_eq!(late.state(), "paid");
    let further = paid::refused(&world, order, Method::Kakaopay).await;
    assert_eq!(further, ErrorCode::AlreadyPaid);
    let disk = settled_once(&world, order).await;
    assert!(
        late.html
            .contains(&disk.order.number.expect("a number").to_string())
    );
    assert_eq!(world.outside.gateway().await.count("approve"), 1);
}
