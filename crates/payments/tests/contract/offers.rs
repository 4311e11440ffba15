//! Asking for a payment page.

use soban_domain::money::Won;
use soban_domain::secret::Secret;
use soban_domain::tax::TaxParts;
use soban_engine::ports::gateway::Gateway;
use soban_payments::KakaoPay;
use soban_sandbox::{Endpoint, FaultKind};

use crate::shop::{Shop, ask, contract};

/// The gateway's book holds what was asked for, part by part, and nothing of the guest; the
/// page is where phones can open it. Compared with the ledger.
#[tokio::test]
async fn the_gateway_learns_what_was_ordered() {
    let shop = Shop::open().await;
    let held = shop.offered().await;
    let ledger = shop.ledger().await;
    let payment = &ledger["payments"][0];
    assert_eq!(payment["tid"], held.offer.gateway_id.as_str());
    assert_eq!(payment["partner_order_id"], held.attempt.to_string());
    assert_eq!(payment["partner_user_id"], held.order.to_string());
    assert_eq!(payment["item_name"], "김치찌개 외 2건");
    assert_eq!(payment["quantity"], 3);
    let amount = &payment["amount"];
    assert_eq!(amount["total"], 5_500);
    assert_eq!(amount["tax_free"], 3_300);
    assert_eq!(amount["vat"], 200);
    assert_eq!(amount["green_deposit"], 300);
    assert!(held.offer.mobile_url.ends_with("/mInfo"));
    assert!(held.offer.pc_url.ends_with("/info"));
}

/// The offer ends fifteen minutes after the gateway's own time of its making: the ledger's
/// time, read as Korean, lies exactly that much earlier.
#[tokio::test]
async fn an_offer_lives_fifteen_minutes() {
    let shop = Shop::open().await;
    let held = shop.offered().await;
    let ledger = shop.ledger().await;
    let created = ledger["payments"][0]["created_at"].as_str().unwrap();
    let ends = held.offer.expires;
    let began = soban_domain::moment::Timestamp(ends.0 - 15 * 60 * 1000);
    let second = began.in_korea().second();
    let shown = format!("{}:{second:02}+09:00", began.to_minute().replace(' ', "T"));
    assert_eq!(shown, created);
}

/// A title of any length fits the vendor's hundred characters, counted as letters.
#[tokio::test]
async fn long_titles_are_cut() {
    let shop = Shop::open().await;
    let mut ask = ask();
    ask.title = "떡".repeat(1_000);
    shop.gateway.offer(&ask).await.unwrap();
    let ledger = shop.ledger().await;
    assert_eq!(ledger["payments"][0]["item_name"], "떡".repeat(100));
}

/// Without a deposit none is named, so that part refunds stay possible, by looking at the
/// request in the ledger.
#[tokio::test]
async fn no_deposit_is_not_named() {
    let shop = Shop::open().await;
    let mut ask = ask();
    ask.amount = Won(2_200);
    ask.tax = TaxParts::of(Won(2_200), Won(0), Won(0));
    shop.gateway.offer(&ask).await.unwrap();
    let ledger = shop.ledger().await;
    assert!(
        ledger["requests"][0]["request"]
            .get("green_deposit")
            .is_none()
    );
}

/// What cannot be right is not asked for at all: nothing reaches the gateway.
#[tokio::test]
async fn senseless_wishes_stay_here() {
    let shop = Shop::open().await;
    let mut nothing = ask();
    nothing.amount = Won(0);
    nothing.tax = TaxParts::default();
    let mut uneven = ask();
    uneven.amount = Won(5_501);
    let mut negative = ask();
    negative.tax.exempt = Won(-3_000);
    negative.tax.deposit = Won(6_300);
    let mut far = ask();
    far.return_url = format!("http://shop/{}", "x".repeat(245));
    for ask in [nothing, uneven, negative, far] {
        let fault = shop.gateway.offer(&ask).await.unwrap_err();
        assert_eq!((fault.passing, fault.code.as_str()), (false, "not_asked"));
    }
    assert_eq!(shop.ledger().await["requests"].as_array().unwrap().len(), 0);
}

/// A busy or failing gateway may be asked again; a refusal may not, by switching on each.
#[tokio::test]
async fn busy_is_told_from_refused() {
    let shop = Shop::open().await;
    let ready = Endpoint::PaymentReady;
    for (code, passing) in [
        (-429, true),
        (-500, true),
        (-503, true),
        (-797, false),
        (-722, false),
    ] {
        shop.refuse_next(ready, code);
        let fault = shop.gateway.offer(&ask()).await.unwrap_err();
        assert_eq!((fault.code, fault.passing), (code.to_string(), passing));
    }
    for (fault, code, passing) in [
        (FaultKind::ErrorBefore, "-500", true),
        (FaultKind::Unavailable, "-503", true),
        (FaultKind::ErrorAfter, "-500", true),
        (FaultKind::ReplyLost, "no_answer", true),
        (FaultKind::Garbage, "unreadable", false),
    ] {
        shop.break_next(ready, fault);
        let found = shop.gateway.offer(&ask()).await.unwrap_err();
        assert_eq!(
            (found.code.as_str(), found.passing),
            (code, passing),
            "{fault:?}"
        );
    }
    assert_eq!(shop.money().await, (0, 0));
}

/// A wrong key gets no page, and shows itself nowhere.
#[tokio::test]
async fn a_wrong_key_is_named_and_not_shown() {
    let shop = Shop::open().await;
    let mut config = contract(&shop.sandbox.kakaopay_base());
    config.secret_key = Secret::new("wrongwrongwrong");
    assert!(!format!("{config:?}").contains("wrongwrong"));
    let gateway = KakaoPay::new(config).unwrap();
    assert!(!format!("{gateway:?}").contains("wrongwrong"));
    let fault = gateway.offer(&ask()).await.unwrap_err();
    assert_eq!((fault.code.as_str(), fault.passing), ("-401", false));
    assert!(fault.words.contains("configuration"), "{fault}");
    assert!(!fault.to_string().contains("wrongwrong"), "{fault}");
}
