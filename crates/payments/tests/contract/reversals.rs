//! Sending money back.

use soban_domain::ids::RefundId;
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::tax::TaxParts;
use soban_engine::ports::gateway::{
    Approve, Gateway, Held, RefundAsk, Refunded, Reverse, Standing,
};
use soban_sandbox::{Endpoint, FaultKind};

use crate::shop::Shop;

const REVERSE: Endpoint = Endpoint::PaymentCancel;

async fn paid(shop: &Shop) -> Held {
    let (held, token) = shop.returned().await;
    let answer = shop.gateway.approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    held
}

/// All of it goes back, deposit and exempt part included, and a second wish finds it done
/// without another movement.
#[tokio::test]
async fn all_goes_back_once() {
    let shop = Shop::open().await;
    let held = paid(&shop).await;
    assert_eq!(shop.gateway.reverse(&held, None).await, Reverse::Done);
    assert_eq!(shop.money().await, (5_500, 5_500));
    assert_eq!(shop.gateway.inquire(&held).await, Standing::SentBack);
    assert_eq!(shop.gateway.reverse(&held, None).await, Reverse::Done);
    let ledger = shop.ledger().await;
    assert_eq!(ledger["counts"]["cancel"], 1);
    let back = &ledger["payments"][0]["canceled_amount"];
    assert_eq!(back["tax_free"], 3_300);
    assert_eq!(back["vat"], 200);
    assert_eq!(back["green_deposit"], 300);
}

/// The vendor's guard goes along with every reversal, by looking at the request.
#[tokio::test]
async fn the_guard_goes_along() {
    let shop = Shop::open().await;
    let held = paid(&shop).await;
    shop.gateway.reverse(&held, None).await;
    let ledger = shop.ledger().await;
    let requests = ledger["requests"].as_array().unwrap();
    let sent = requests
        .iter()
        .find(|request| request["endpoint"] == "payment.cancel")
        .unwrap();
    assert_eq!(sent["request"]["cancel_available_amount"], 5_500);
    assert_eq!(sent["request"]["cancel_amount"], 5_500);
}

/// A reversal whose answer was spoiled is unknown; the inquiry finds it, and a second wish
/// moves nothing.
#[tokio::test]
async fn a_spoiled_answer_moves_nothing_twice() {
    for fault in [
        FaultKind::ReplyLost,
        FaultKind::ErrorAfter,
        FaultKind::Garbage,
    ] {
        let shop = Shop::open().await;
        let held = paid(&shop).await;
        shop.break_next(REVERSE, fault);
        let answer = shop.gateway.reverse(&held, None).await;
        assert!(
            matches!(answer, Reverse::Unknown { .. }),
            "{fault:?}: {answer:?}"
        );
        assert_eq!(shop.gateway.inquire(&held).await, Standing::SentBack);
        assert_eq!(shop.gateway.reverse(&held, None).await, Reverse::Done);
        assert_eq!(shop.money().await, (5_500, 5_500), "{fault:?}");
    }
}

/// A refusal or a failure leaves the money where it is and is unknown; the next wish
/// sends it back.
#[tokio::test]
async fn refused_reversals_can_be_tried_again() {
    let shop = Shop::open().await;
    let held = paid(&shop).await;
    for code in [-781, -784, -710, -785, -503] {
        shop.refuse_next(REVERSE, code);
        let answer = shop.gateway.reverse(&held, None).await;
        assert!(
            matches!(answer, Reverse::Unknown { .. }),
            "{code}: {answer:?}"
        );
    }
    shop.break_next(REVERSE, FaultKind::ErrorBefore);
    let answer = shop.gateway.reverse(&held, None).await;
    assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    assert_eq!(shop.money().await, (5_500, 0));
    assert_eq!(shop.gateway.reverse(&held, None).await, Reverse::Done);
    assert_eq!(shop.money().await, (5_500, 5_500));
}

/// Without an answer to the question what is left, no reversal is sent.
#[tokio::test]
async fn nothing_is_sent_back_unasked() {
    let shop = Shop::open().await;
    let held = paid(&shop).await;
    for fault in [
        FaultKind::ErrorBefore,
        FaultKind::Garbage,
        FaultKind::ReplyLost,
    ] {
        shop.break_next(Endpoint::PaymentOrder, fault);
        let answer = shop.gateway.reverse(&held, None).await;
        assert!(
            matches!(answer, Reverse::NotSent { .. }),
            "{fault:?}: {answer:?}"
        );
    }
    assert!(shop.ledger().await["counts"].get("cancel").is_none());
}

/// Where nothing was taken nothing is sent back, and nobody calls it done.
#[tokio::test]
async fn nothing_taken_nothing_sent_back() {
    let shop = Shop::open().await;
    let held = shop.offered().await;
    let answer = shop.gateway.reverse(&held, None).await;
    assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    assert!(shop.ledger().await["counts"].get("cancel").is_none());
}

/// What was taken and does not fit goes back whole: what the gateway took, not what we
/// asked for.
#[tokio::test]
async fn a_mismatch_goes_back_whole() {
    let shop = Shop::open().await;
    let mut held = paid(&shop).await;
    held.amount = Won(100);
    assert_eq!(shop.gateway.reverse(&held, None).await, Reverse::Done);
    assert_eq!(shop.money().await, (5_500, 5_500));
}

/// With a cup deposit in it, no part of a payment goes back, and all of it does; compared with
/// the ledger.
#[tokio::test]
async fn a_deposit_blocks_a_part() {
    let shop = Shop::open().await;
    let held = paid(&shop).await;
    let wish = |amount: Won, tax| RefundAsk {
        refund: RefundId(uuid::Uuid::from_u128(0xf)),
        amount,
        tax,
        rest_before: held.amount,
        sent_at: Timestamp(0),
        reason: "다 떨어짐".to_owned(),
    };
    let part = wish(Won(2_200), TaxParts::of(Won(2_200), Won(0), Won(0)));
    let answer = shop.gateway.refund(&held, &part).await;
    assert!(matches!(answer, Refunded::Refused { .. }), "{answer:?}");
    assert_eq!(shop.money().await, (5_500, 0));
    let all = wish(held.amount, held.tax);
    let answer = shop.gateway.refund(&held, &all).await;
    assert!(matches!(answer, Refunded::Done { .. }), "{answer:?}");
    assert_eq!(shop.money().await, (5_500, 5_500));
}
