//! What of the VAN the port's suite does not look at: wallets that refuse, both forms of a
//! customer's code, and that no code shows anywhere.

use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{Approve, Held, ReturnToken, Reverse};
use soban_payments::kicc::{BadConfig, Codes, KiccConfig};
use soban_payments::{BadAddress, Kicc};
use soban_testkit::conformance::gateway::{Fault, Ledger};

use crate::shop::{ask, held};
use crate::street::{Call, Street, kicc};

async fn begun(street: &Street) -> (Kicc, Held) {
    let gateway = Kicc::new(kicc(&street.sandbox.kicc_base())).unwrap();
    let offer = gateway.offer(&ask()).await.unwrap();
    (gateway, held(ask(), offer))
}

/// A barcode and an EMVCo customer's code are charged alike.
#[tokio::test]
async fn both_forms_of_a_code_are_charged() {
    for form in ["barcode", "qr"] {
        let street = Street::open().await;
        let (gateway, held) = begun(&street).await;
        let code = street.code("ok", form).await;
        let answer = gateway.approve(&held, &code).await;
        assert!(matches!(answer, Approve::Approved(_)), "{form}: {answer:?}");
        let ledger = street.ledger(&held.offer.gateway_id).await;
        assert_eq!((ledger.approvals, ledger.taken), (1, held.amount));
    }
}

/// A wallet that refuses or is short declines for good; another code under the same number
/// then pays, since nothing was taken.
#[tokio::test]
async fn a_wallet_that_refuses_declines_for_good() {
    for wallet in ["refused", "short"] {
        let street = Street::open().await;
        let (gateway, held) = begun(&street).await;
        let code = street.code(wallet, "barcode").await;
        let answer = gateway.approve(&held, &code).await;
        assert!(
            matches!(answer, Approve::Declined { .. }),
            "{wallet}: {answer:?}"
        );
        let ledger = street.ledger(&held.offer.gateway_id).await;
        assert_eq!(ledger, Ledger::default(), "{wallet}");
        let other = street.code("ok", "barcode").await;
        let answer = gateway.approve(&held, &other).await;
        assert!(
            matches!(answer, Approve::Approved(_)),
            "{wallet}: {answer:?}"
        );
    }
}

/// Without a contract's list of codes a refusal is unknown and is net-cancelled, by asking
/// for a wallet that refuses and undoing it.
#[tokio::test]
async fn without_a_list_a_refusal_is_undone() {
    let street = Street::open().await;
    let mut config = kicc(&street.sandbox.kicc_base());
    config.codes = Codes::default();
    let gateway = Kicc::new(config).unwrap();
    let offer = gateway.offer(&ask()).await.unwrap();
    let held = held(ask(), offer);
    let code = street.code("refused", "barcode").await;
    let answer = gateway.approve(&held, &code).await;
    assert!(matches!(answer, Approve::Unknown { .. }), "{answer:?}");
    assert_eq!(gateway.reverse(&held, Some(&code)).await, Reverse::Done);
    let ledger = street.ledger(&held.offer.gateway_id).await;
    assert_eq!((ledger.approvals, ledger.taken), (0, Won(0)));
}

/// A number that was net-cancelled is barred, and that is unknown, not declined; the sandbox's
/// log holds no code.
#[tokio::test]
async fn a_barred_number_is_unknown() {
    let street = Street::open().await;
    let (gateway, held) = begun(&street).await;
    let code = street.code("ok", "barcode").await;
    street.spoil(Method::Barcode, Call::Approve, Fault::ServerError);
    gateway.approve(&held, &code).await;
    assert_eq!(gateway.reverse(&held, Some(&code)).await, Reverse::Done);
    let answer = gateway.approve(&held, &code).await;
    assert!(matches!(answer, Approve::Unknown { .. }), "{answer:?}");
    let said = format!("{answer:?} {gateway:?} {held:?}");
    let log = street.get("/ledger/kicc").await.to_string();
    assert!(!said.contains(code.reveal()) && !log.contains(code.reveal()));
}

/// A code that is longer than the VAN's field is not sent, and nobody is charged.
#[tokio::test]
async fn a_code_too_long_is_not_sent() {
    let street = Street::open().await;
    let (gateway, held) = begun(&street).await;
    let code = ReturnToken::new(&"8".repeat(129)).unwrap();
    let answer = gateway.approve(&held, &code).await;
    assert!(matches!(answer, Approve::NotSent { .. }), "{answer:?}");
    let log = street.get("/ledger/kicc").await;
    assert_eq!(log["requests"].as_array().unwrap().len(), 0);
}

/// Settings that cannot be are refused by name.
#[test]
fn wrong_settings_are_refused() {
    let with = |change: &dyn Fn(&mut KiccConfig)| {
        let mut config = KiccConfig::new("https://van.example", "T123456789", "1208147521");
        change(&mut config);
        Kicc::new(config).err()
    };
    assert_eq!(with(&|_| ()), None);
    let plain = |config: &mut KiccConfig| config.base_url = "http://van.example".to_owned();
    assert_eq!(
        with(&plain),
        Some(BadConfig::Address(BadAddress::PlainHttp))
    );
    assert_eq!(with(&|c| c.tid = String::new()), Some(BadConfig::Terminal));
    assert_eq!(
        with(&|c| c.service = "A B".to_owned()),
        Some(BadConfig::Terminal)
    );
    let short = |config: &mut KiccConfig| config.business_number = "123".to_owned();
    assert_eq!(with(&short), Some(BadConfig::BusinessNumber));
    for code in ["0000", "", "123456789", "80-1"] {
        let refuses = |config: &mut KiccConfig| config.codes.refusals.push(code.to_owned());
        assert_eq!(with(&refuses), Some(BadConfig::Codes), "{code}");
        let undone = |config: &mut KiccConfig| config.codes.undone.push(code.to_owned());
        assert_eq!(with(&undone), Some(BadConfig::Codes), "{code}");
        let keeps = |config: &mut KiccConfig| config.codes.refund_refusals.push(code.to_owned());
        assert_eq!(with(&keeps), Some(BadConfig::Codes), "{code}");
    }
    let both = |config: &mut KiccConfig| {
        config.codes.undone.push("8030".to_owned());
        config.codes.refund_refusals.push("8030".to_owned());
    };
    assert_eq!(with(&both), Some(BadConfig::Codes));
}
