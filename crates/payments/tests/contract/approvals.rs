//! Approving, and asking how it stands.

use std::time::Duration;

use soban_domain::money::Won;
use soban_domain::payment::Cause;
use soban_engine::ports::gateway::{Approve, Gateway, ReturnToken, Standing};
use soban_payments::KakaoPay;
use soban_sandbox::{Endpoint, FaultKind, FaultRule};

use crate::shop::{KEY, Press, Shop, contract};

const APPROVE: Endpoint = Endpoint::PaymentApprove;

/// Who pays is approved for the amount asked, with the number that the gateway's ledger
/// has, and the inquiry says the same.
#[tokio::test]
async fn paying_pays() {
    let shop = Shop::open().await;
    let (held, token) = shop.returned().await;
    let Approve::Approved(approval) = shop.gateway.approve(&held, &token).await else {
        panic!("not approved");
    };
    assert_eq!(approval.amount, Won(5_500));
    assert_eq!(approval.kind, "MONEY");
    let ledger = shop.ledger().await;
    assert_eq!(
        ledger["payments"][0]["actions"][0]["aid"],
        approval.number.as_str()
    );
    assert_eq!(shop.gateway.inquire(&held).await, Standing::Paid(approval));
    assert_eq!(shop.money().await, (5_500, 0));
}

/// Whoever leaves the page or fails on it has not paid, and the inquiry says so.
#[tokio::test]
async fn leaving_pays_nothing() {
    for press in [Press::Quit, Press::Fail] {
        let shop = Shop::open().await;
        let held = shop.offered().await;
        assert!(matches!(
            shop.gateway.inquire(&held).await,
            Standing::Open { .. }
        ));
        assert!(shop.press(&held.offer.mobile_url, press).await.is_none());
        let standing = shop.gateway.inquire(&held).await;
        assert!(
            matches!(standing, Standing::Unpaid { .. }),
            "{press:?}: {standing:?}"
        );
        assert_eq!(shop.money().await, (0, 0));
    }
}

/// When the money moved and the answer did not come through, nobody claims to know; the
/// inquiry finds the money, and another approval takes none. Tried with each way in which
/// an answer can be spoiled.
#[tokio::test]
async fn a_spoiled_answer_is_unknown_and_found_by_asking() {
    for fault in [
        FaultKind::ReplyLost,
        FaultKind::ErrorAfter,
        FaultKind::Garbage,
    ] {
        let shop = Shop::open().await;
        let (held, token) = shop.returned().await;
        shop.break_next(APPROVE, fault);
        let answer = shop.gateway.approve(&held, &token).await;
        assert_unknown(&answer, Cause::NoAnswer);
        assert_eq!(shop.money().await, (5_500, 0), "{fault:?}");
        let standing = shop.gateway.inquire(&held).await;
        assert!(
            matches!(standing, Standing::Paid(_)),
            "{fault:?}: {standing:?}"
        );
        let again = shop.gateway.approve(&held, &token).await;
        assert_unknown(&again, Cause::NoAnswer);
        assert_eq!(shop.money().await, (5_500, 0), "{fault:?}");
    }
}

/// An answer that comes after our patience is unknown, and the money is found by asking.
#[tokio::test]
async fn a_late_answer_is_unknown_and_found_by_asking() {
    let shop = Shop::open().await;
    let (held, token) = shop.returned().await;
    let rule = FaultRule {
        delay_ms: Some(60_000),
        ..FaultRule::next(APPROVE, FaultKind::Delay, 1)
    };
    shop.sandbox.fault(rule).unwrap();
    let mut config = contract(&shop.sandbox.kakaopay_base());
    config.timeout_connect = Duration::from_millis(300);
    config.timeout_read = Duration::from_millis(300);
    let hasty = KakaoPay::new(config).unwrap();
    let Approve::Unknown { cause, evidence } = hasty.approve(&held, &token).await else {
        panic!("it cannot be known");
    };
    assert_eq!((cause, evidence.as_str()), (Cause::NoAnswer, "timed_out"));
    assert!(matches!(
        shop.gateway.inquire(&held).await,
        Standing::Paid(_)
    ));
}

/// A gateway that failed before doing anything is unknown too; it still waits for our
/// approval, and takes the second one.
#[tokio::test]
async fn a_failure_before_the_work_leaves_it_open() {
    for fault in [FaultKind::ErrorBefore, FaultKind::Unavailable] {
        let shop = Shop::open().await;
        let (held, token) = shop.returned().await;
        shop.break_next(APPROVE, fault);
        assert_unknown(&shop.gateway.approve(&held, &token).await, Cause::NoAnswer);
        assert!(matches!(
            shop.gateway.inquire(&held).await,
            Standing::Open { .. }
        ));
        assert_eq!(shop.money().await, (0, 0));
        let second = shop.gateway.approve(&held, &token).await;
        assert!(matches!(second, Approve::Approved(_)), "{second:?}");
        assert_eq!(shop.money().await, (5_500, 0));
    }
}

/// Every listed refusal is a refusal to be confirmed, and the inquiry confirms it.
#[tokio::test]
async fn refusals_are_confirmed_by_asking() {
    for code in [-703, -704, -705, -722, -723, -724, -725, -761, -797] {
        let shop = Shop::open().await;
        let (held, token) = shop.returned().await;
        shop.refuse_next(APPROVE, code);
        assert_unknown(&shop.gateway.approve(&held, &token).await, Cause::Refused);
        let standing = shop.gateway.inquire(&held).await;
        assert!(
            matches!(standing, Standing::Unpaid { .. }),
            "{code}: {standing:?}"
        );
        assert_eq!(shop.money().await, (0, 0));
    }
}

/// Codes that are no refusal are not taken for one, however the gateway means them.
#[tokio::test]
async fn other_codes_are_no_refusal() {
    for code in [-429, -702, -780, -783, -785, -721, -731, -798, -9999] {
        let shop = Shop::open().await;
        let (held, token) = shop.returned().await;
        shop.refuse_next(APPROVE, code);
        assert_unknown(&shop.gateway.approve(&held, &token).await, Cause::NoAnswer);
    }
}

/// A forged return does not end a live payment, nor does an early one: the true token is
/// still good. No evidence holds a token or the key.
#[tokio::test]
async fn forged_returns_end_nothing() {
    let shop = Shop::open().await;
    let held = shop.offered().await;
    let forged = ReturnToken::new("forgedforgedforged").unwrap();
    let early = shop.gateway.approve(&held, &forged).await;
    assert_unknown(&early, Cause::NotYet);
    let token = shop
        .press(&held.offer.mobile_url, Press::Pay)
        .await
        .unwrap();
    let wrong = shop.gateway.approve(&held, &forged).await;
    assert_unknown(&wrong, Cause::NotYet);
    for answer in [early, wrong] {
        let shown = format!("{answer:?}");
        assert!(!shown.contains("forged") && !shown.contains(KEY), "{shown}");
    }
    let right = shop.gateway.approve(&held, &token).await;
    assert!(matches!(right, Approve::Approved(_)), "{right:?}");
}

/// After fifteen minutes of the gateway's clock the token is worth nothing, and says so as
/// a refusal to be confirmed.
#[tokio::test]
async fn an_expired_page_takes_no_money() {
    let shop = Shop::open().await;
    let (held, token) = shop.returned().await;
    shop.sandbox.clock().advance(Duration::from_secs(15 * 60));
    assert_unknown(&shop.gateway.approve(&held, &token).await, Cause::Refused);
    let standing = shop.gateway.inquire(&held).await;
    assert!(
        matches!(standing, Standing::Open { .. } | Standing::Unpaid { .. }),
        "{standing:?}"
    );
    assert_eq!(shop.money().await, (0, 0));
}

/// Two approvals at once take the money once: both are sent while the first is held up.
#[tokio::test]
async fn two_approvals_take_the_money_once() {
    let shop = Shop::open().await;
    let (held, token) = shop.returned().await;
    let rule = FaultRule {
        delay_ms: Some(300),
        ..FaultRule::next(APPROVE, FaultKind::Late, 1)
    };
    shop.sandbox.fault(rule).unwrap();
    let (one, other) = tokio::join!(
        shop.gateway.approve(&held, &token),
        shop.gateway.approve(&held, &token)
    );
    let approved = [&one, &other]
        .iter()
        .filter(|answer| matches!(answer, Approve::Approved(_)))
        .count();
    assert_eq!(approved, 1, "{one:?} {other:?}");
    assert_eq!(shop.money().await, (5_500, 0));
}

/// Money taken that is not what we hold is a mismatch and never a payment, by asking for
/// one amount and holding another.
#[tokio::test]
async fn other_money_is_a_mismatch() {
    let shop = Shop::open().await;
    let (mut held, token) = shop.returned().await;
    let paid = shop.gateway.approve(&held, &token).await;
    assert!(matches!(paid, Approve::Approved(_)), "{paid:?}");
    held.amount = Won(5_400);
    let Standing::Mismatched { evidence } = shop.gateway.inquire(&held).await else {
        panic!("it does not fit");
    };
    assert_eq!(evidence, "amount.total is 5500, due 5400");
}

/// An inquiry that fails tells nothing, by spoiling it in every way while the truth is
/// "paid".
#[tokio::test]
async fn a_failed_inquiry_tells_nothing() {
    let shop = Shop::open().await;
    let (held, token) = shop.returned().await;
    shop.gateway.approve(&held, &token).await;
    for fault in [
        FaultKind::ReplyLost,
        FaultKind::ErrorBefore,
        FaultKind::ErrorAfter,
        FaultKind::Unavailable,
        FaultKind::Garbage,
    ] {
        shop.break_next(Endpoint::PaymentOrder, fault);
        let standing = shop.gateway.inquire(&held).await;
        assert!(
            matches!(standing, Standing::NoAnswer { .. }),
            "{fault:?}: {standing:?}"
        );
    }
    for code in [-721, -704, -401] {
        shop.refuse_next(Endpoint::PaymentOrder, code);
        let standing = shop.gateway.inquire(&held).await;
        assert!(
            matches!(standing, Standing::NoAnswer { .. }),
            "{code}: {standing:?}"
        );
    }
    assert!(matches!(
        shop.gateway.inquire(&held).await,
        Standing::Paid(_)
    ));
}

fn assert_unknown(answer: &Approve, due: Cause) {
    match answer {
        Approve::Unknown { cause, .. } => assert_eq!(*cause, due, "{answer:?}"),
        Approve::Approved(_)
        | Approve::Mismatched { .. }
        | Approve::Declined { .. }
        | Approve::NotSent { .. } => {
            panic!("not unknown: {answer:?}")
        }
    }
}
