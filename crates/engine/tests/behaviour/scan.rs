//! Codes that guests show, charged through a VAN that cannot be asked: what is not clear is
//! undone with the approval's own data (망취소).

use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::guest::ScanCodeRequest;
use soban_protocol::secret::Secret;
use soban_protocol::staff::StaffAction;
use soban_protocol::view::PaymentPage;
use soban_testkit::gateway::{Call, Fault};

use crate::rig::World;

/// A code that is read pays the order, and is forgotten at once.
#[tokio::test]
async fn a_code_pays() {
    let world = World::with_every_way().await;
    let (order, attempt) = world.about_to_pay(Method::Barcode).await;
    let page = world.view(order).await.payment.unwrap().page;
    assert_eq!(page, Some(PaymentPage::Scan));
    world.scan(attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approved);
    assert_eq!(world.state(order).await, OrderState::Accepted);
    assert!(world.look(move |tx| tx.token(attempt)).await.is_none());
}

/// Lost, unreadable and failing answers are undone, and the guest may try again: nothing
/// stays taken, by each fault in turn.
#[tokio::test]
async fn what_is_not_clear_is_undone() {
    let world = World::with_every_way().await;
    for fault in [Fault::LostReply, Fault::GarbledReply, Fault::ServerError] {
        let (order, attempt) = world.about_to_pay(Method::Barcode).await;
        world.other(Method::Barcode).fault_at(Call::Approve, fault);
        world.scan(attempt).await;
        world.pass(3).await;
        assert_eq!(
            world.payment(attempt).await,
            PaymentState::Reversed,
            "{fault:?}"
        );
        let ledger = world.other(Method::Barcode).ledger(attempt);
        assert_eq!(ledger.taken, ledger.sent_back, "{fault:?}");
        let again = world.start(order, Method::Barcode).await;
        world.scan(again).await;
        assert_eq!(world.payment(again).await, PaymentState::Approved);
    }
}

/// A refusal is final: nothing is undone, and nothing is looked for later.
#[tokio::test]
async fn a_refusal_is_final() {
    let world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Barcode).await;
    let van = world.other(Method::Barcode);
    van.fault_at(Call::Approve, Fault::Refusal);
    world.scan(attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Declined);
    world.pass_minutes(20).await;
    let undone = van
        .calls()
        .iter()
        .filter(|(call, _)| *call == Call::Reverse)
        .count();
    assert_eq!(undone, 0);
    assert!(world.look(move |tx| tx.token(attempt)).await.is_none());
}

/// An approval that lands after it was undone is undone again, and its code is kept for
/// just as long as that takes.
#[tokio::test]
async fn a_late_approval_is_undone_again() {
    let world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Barcode).await;
    let van = world.other(Method::Barcode);
    van.fault_at(Call::Approve, Fault::LateApproval(200));
    world.scan(attempt).await;
    world.pass(5).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert!(world.look(move |tx| tx.token(attempt)).await.is_some());
    world.pass_minutes(20).await;
    let ledger = van.ledger(attempt);
    assert_eq!((ledger.approvals, ledger.sent_back), (1, ledger.taken));
    assert!(ledger.taken.is_positive());
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    assert!(world.look(move |tx| tx.token(attempt)).await.is_none());
}

/// A program that stops while the approval is under way undoes it when it comes up again.
#[tokio::test]
async fn a_restart_undoes_what_was_under_way() {
    let mut world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Barcode).await;
    world.other(Method::Barcode).hang_at(Call::Approve);
    world.scan(attempt).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Approving);
    world.restart().await;
    world.pass(5).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    let ledger = world.other(Method::Barcode).ledger(attempt);
    assert_eq!((ledger.approvals, ledger.sent_back), (1, ledger.taken));
}

/// A VAN that never answers goes to staff with the evidence; having it sent back once more
/// works as soon as the VAN does.
#[tokio::test]
async fn an_undoing_without_an_answer_goes_to_staff() {
    let world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Barcode).await;
    let van = world.other(Method::Barcode);
    van.fault_at(Call::Approve, Fault::LostReply);
    world.scan(attempt).await;
    van.set_unreachable(true);
    world.pass_minutes(40).await;
    let open = world.on_the_board(attempt).await.unwrap();
    assert_eq!(open.state, PaymentState::NeedsStaff);
    assert!(!open.trail.is_empty() && open.evidence.is_some());
    assert!(!open.allowed.contains(&StaffAction::AskAgain));
    van.set_unreachable(false);
    world.settle(attempt, StaffAction::SendBack).await.unwrap();
    world.pass(2).await;
    assert_eq!(world.payment(attempt).await, PaymentState::Reversed);
    let ledger = van.ledger(attempt);
    assert_eq!(ledger.sent_back, ledger.taken);
}

/// Two codes that are read at once charge once; what is no code, or for no scanner, is
/// refused by name.
#[tokio::test]
async fn only_the_first_code_counts() {
    let world = World::with_every_way().await;
    let (_, attempt) = world.about_to_pay(Method::Barcode).await;
    let van = world.other(Method::Barcode);
    van.hang_at(Call::Approve);
    world.scan(attempt).await;
    world.scan(attempt).await;
    assert_eq!(van.approved().len(), 1);
    let approvals = van
        .calls()
        .iter()
        .filter(|(call, _)| *call == Call::Approve)
        .count();
    assert_eq!(approvals, 1);
    let (_, page) = world.about_to_pay(Method::Kakaopay).await;
    for (attempt, code, refusal) in [
        (attempt, "12", ErrorCode::BadRequest),
        (attempt, "1234 5678 9012", ErrorCode::BadRequest),
        (page, "281001234567890123456789", ErrorCode::NotNow),
    ] {
        let code = Secret::new(code);
        let error = world
            .engine
            .scan_code(ScanCodeRequest { attempt, code })
            .await;
        assert_eq!(ApiError::from(error.unwrap_err()).code, refusal);
    }
}
