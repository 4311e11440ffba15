//! What of Toss Payments the port's suite does not look at: keys against repeats, test
//! codes, webhooks, lists of many pages, receipts.

use soban_domain::ids::AttemptId;
use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::payment::{Cause, Method};
use soban_domain::secret::Secret;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{
    Approve, Ask, Held, Listing, RefundAsk, Refunded, ReturnToken, Reverse, Standing,
};
use soban_payments::toss::cash_receipt::{Answer, Kind, Receipts, Wish};
use soban_payments::toss::webhook::{Told, read};
use soban_payments::toss::{BadConfig, TossConfig};
use soban_payments::{BadAddress, Toss};
use soban_testkit::conformance::gateway::{Fault, Ledger};
use uuid::Uuid;

use crate::shop::{ask, held};
use crate::street::{Call, Street, toss};

fn gateway(street: &Street) -> Toss {
    Toss::new(toss(&street.sandbox.toss_base())).unwrap()
}

/// A payment with exempt goods and a deposit whose guest has authenticated.
async fn returned(street: &Street, gateway: &Toss, n: u128) -> (Held, ReturnToken) {
    let ask = Ask {
        attempt: AttemptId(Uuid::from_u128(n)),
        ..ask()
    };
    let offer = gateway.offer(&ask).await.unwrap();
    let token = street.guest_pays(Method::Toss, &offer).await;
    (held(ask, offer), token)
}

async fn requests(street: &Street, call: &str) -> Vec<serde_json::Value> {
    let ledger = street.get("/ledger/tosspayments").await;
    let all = ledger["requests"].as_array().unwrap().iter();
    all.filter(|request| request["endpoint"] == call)
        .cloned()
        .collect()
}

/// A confirm whose answer was lost goes out again with the same key and gets the first
/// answer: one approval in the ledger, one key in both requests.
#[tokio::test]
async fn a_repeat_has_the_same_key() {
    let street = Street::open().await;
    let gateway = gateway(&street);
    let (held, token) = returned(&street, &gateway, 0xa).await;
    street.spoil(Method::Toss, Call::Approve, Fault::LostReply);
    let lost = gateway.approve(&held, &token).await;
    assert!(matches!(lost, Approve::Unknown { .. }), "{lost:?}");
    let again = gateway.approve(&held, &token).await;
    assert!(matches!(again, Approve::Approved(_)), "{again:?}");
    let ledger = street.ledger(&held.attempt.to_string()).await;
    assert_eq!((ledger.approvals, ledger.taken), (1, held.amount));
    let confirms = requests(&street, "toss.confirm").await;
    let keys: Vec<_> = confirms
        .iter()
        .map(|one| one["request"]["idempotency_key"].clone())
        .collect();
    let due = format!("{}-confirm", held.attempt);
    assert_eq!(keys, [due.as_str(), due.as_str()]);
}

/// A return that names another payment is not confirmed: nothing is sent.
#[tokio::test]
async fn a_return_of_another_payment_is_not_sent() {
    let street = Street::open().await;
    let gateway = gateway(&street);
    let (held, _) = returned(&street, &gateway, 0xa).await;
    let (_, other) = returned(&street, &gateway, 0xb).await;
    let due = Approve::Unknown {
        cause: Cause::NotYet,
        evidence: "the return is of another payment".to_owned(),
    };
    assert_eq!(gateway.approve(&held, &other).await, due);
    assert!(requests(&street, "toss.confirm").await.is_empty());
    assert_eq!(requests(&street, "toss.create").await.len(), 2);
}

/// Each kind of refusal, reproduced by the vendor's own test codes: listed ones are to be
/// confirmed by asking, the rest tell nothing, and money moves by none.
#[tokio::test]
async fn test_codes_are_read_by_their_class() {
    let street = Street::open().await;
    let plain = gateway(&street);
    for (n, (code, due)) in [
        ("REJECT_CARD_PAYMENT", Cause::Refused),
        ("INVALID_STOPPED_CARD", Cause::Refused),
        ("ALREADY_PROCESSED_PAYMENT", Cause::NoAnswer),
        ("PROVIDER_ERROR", Cause::NoAnswer),
        ("IDEMPOTENT_REQUEST_PROCESSING", Cause::NoAnswer),
        ("FAILED_INTERNAL_SYSTEM_PROCESSING", Cause::NoAnswer),
        ("UNAUTHORIZED_KEY", Cause::NoAnswer),
        ("SOMETHING_NEW", Cause::NoAnswer),
    ]
    .into_iter()
    .enumerate()
    {
        let (held, token) = returned(&street, &plain, 0x100 + n as u128).await;
        let spoiled = Toss::new(TossConfig {
            test_code: Some(code.to_owned()),
            ..toss(&street.sandbox.toss_base())
        });
        match spoiled.unwrap().approve(&held, &token).await {
            Approve::Unknown { cause, evidence } => {
                assert_eq!(cause, due, "{code}");
                assert!(evidence.starts_with(code), "{evidence}");
            }
            other => panic!("{code}: {other:?}"),
        }
        let ledger = street.ledger(&held.attempt.to_string()).await;
        assert_eq!(ledger, Ledger::default(), "{code}");
    }
}

/// The vendor's webhook, also when an older ABORTED overtook DONE or it came twice, names the
/// attempt to ask about; asking says paid.
#[tokio::test]
async fn a_webhook_is_a_reason_to_ask() {
    let street = Street::open().await;
    let gateway = gateway(&street);
    let (held, token) = returned(&street, &gateway, 0xa).await;
    assert!(matches!(
        gateway.approve(&held, &token).await,
        Approve::Approved(_)
    ));
    for status in ["DONE", "ABORTED", "ABORTED"] {
        let body = serde_json::json!({
            "eventType": "PAYMENT_STATUS_CHANGED",
            "createdAt": "2026-11-22T10:00:00.000000",
            "data": { "orderId": held.attempt.to_string(), "status": status },
        });
        assert_eq!(read(body.to_string().as_bytes()), Told::Ask(held.attempt));
        let standing = gateway.inquire(&held).await;
        assert!(matches!(standing, Standing::Paid(_)), "{standing:?}");
    }
}

/// More payments than a page holds are listed, each once.
#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    let street = Street::open().await;
    let gateway = gateway(&street);
    let mut day = None;
    for n in 1..=130u128 {
        let (held, token) = returned(&street, &gateway, n).await;
        let Approve::Approved(approval) = gateway.approve(&held, &token).await else {
            panic!("an approval is due");
        };
        day = Some(BusinessDay::of(approval.at, 0));
    }
    let Listing::Rows(rows) = gateway.list(day.unwrap()).await else {
        panic!("a list is due");
    };
    let mut attempts: Vec<_> = rows.iter().filter_map(|row| row.attempt).collect();
    attempts.sort_unstable();
    attempts.dedup();
    assert_eq!((rows.len(), attempts.len()), (130, 130));
    assert!(requests(&street, "toss.transactions").await.len() > 1);
}

/// A refund that was done and whose answer was lost is known by its mark when it is sent
/// again; the tax-free part goes along. By the ledger and the request.
#[tokio::test]
async fn a_repeated_refund_is_known_by_its_mark() {
    let street = Street::open().await;
    let gateway = gateway(&street);
    let (held, token) = returned(&street, &gateway, 0xa).await;
    assert!(matches!(
        gateway.approve(&held, &token).await,
        Approve::Approved(_)
    ));
    let wish = RefundAsk {
        refund: soban_domain::ids::RefundId(Uuid::from_u128(0xf)),
        amount: Won(3_000),
        tax: soban_domain::tax::TaxParts::of(Won(0), Won(3_000), Won(0)),
        rest_before: held.amount,
        sent_at: soban_domain::moment::Timestamp(0),
        reason: "밥이 떨어짐".to_owned(),
    };
    street.spoil(Method::Toss, Call::Refund, Fault::LostReply);
    let lost = gateway.refund(&held, &wish).await;
    assert!(matches!(lost, Refunded::Unknown { .. }), "{lost:?}");
    let again = gateway.refund(&held, &wish).await;
    assert!(
        matches!(again, Refunded::Done { number: Some(_) }),
        "{again:?}"
    );
    let cancels = requests(&street, "toss.cancel").await;
    assert_eq!(cancels.len(), 1);
    assert_eq!(cancels[0]["request"]["body"]["taxFreeAmount"], 3_000);
    assert_eq!(
        cancels[0]["request"]["idempotency_key"],
        wish.refund.to_string()
    );
    assert_eq!(gateway.reverse(&held, None).await, Reverse::Done);
    let ledger = street.ledger(&held.attempt.to_string()).await;
    assert_eq!((ledger.taken, ledger.sent_back), (held.amount, held.amount));
}

/// A cash receipt is issued once, found in the day's list without its number, and taken back
/// once; a number that cannot be is refused, and a lost answer is unknown.
#[tokio::test]
async fn a_cash_receipt_is_issued_once() {
    let street = Street::open().await;
    let gateway = gateway(&street);
    let wish = Wish {
        order: AttemptId(Uuid::from_u128(0xa)).to_string(),
        name: "김치찌개 외 2건".to_owned(),
        amount: Won(5_500),
        tax_free: Won(3_000),
        kind: Kind::Deduction,
        number: Secret::new("01012345678"),
    };
    let wrong = Wish {
        number: Secret::new("0101"),
        ..wish.clone()
    };
    let refused = gateway.issue_cash_receipt(&wrong, "r-0").await;
    assert!(matches!(refused, Answer::Refused { .. }), "{refused:?}");
    let Answer::Done(receipt) = gateway.issue_cash_receipt(&wish, "r-1").await else {
        panic!("a receipt is due");
    };
    let again = gateway.issue_cash_receipt(&wish, "r-1").await;
    assert_eq!(again, Answer::Done(receipt.clone()));
    let other_key = gateway.issue_cash_receipt(&wish, "r-2").await;
    assert!(matches!(other_key, Answer::Unknown { .. }), "{other_key:?}");
    assert!(!format!("{other_key:?} {wish:?}").contains("01012345678"));
    let day = BusinessDay::of(receipt.at.unwrap(), 0);
    let rows = |receipts: Receipts| match receipts {
        Receipts::Rows(rows) => rows,
        Receipts::NoAnswer { evidence } => panic!("{evidence}"),
    };
    let listed = rows(gateway.cash_receipts(day).await);
    assert_eq!(listed, std::slice::from_ref(&receipt));
    for _ in 0..2 {
        let void = gateway.void_cash_receipt(&receipt.key, "v-1").await;
        assert!(matches!(&void, Answer::Done(void) if void.void), "{void:?}");
    }
    assert_eq!(rows(gateway.cash_receipts(day).await).len(), 2);
    street.sandbox.stop().await;
    let unsent = gateway.issue_cash_receipt(&wish, "r-3").await;
    assert!(matches!(unsent, Answer::NotSent { .. }), "{unsent:?}");
}

/// Settings that cannot be are refused by name, and the key shows in no `Debug`.
#[test]
fn wrong_settings_are_refused() {
    let with = |base: &str, key: &str| Toss::new(TossConfig::new(base, Secret::new(key))).err();
    assert_eq!(with("https://api.tosspayments.com", "live_sk_x"), None);
    let cases = [
        (
            with("http://api.tosspayments.com", "k"),
            BadConfig::Address(BadAddress::PlainHttp),
        ),
        (with("toss", "k"), BadConfig::Address(BadAddress::NoAddress)),
        (with("https://api.tosspayments.com", ""), BadConfig::Key),
        (with("https://api.tosspayments.com", "a b"), BadConfig::Key),
    ];
    for (found, due) in cases {
        assert_eq!(found, Some(due));
    }
    let config = TossConfig::new("https://api.tosspayments.com", Secret::new("live_sk_x"));
    let shown = format!("{config:?} {:?}", Toss::new(config.clone()).unwrap());
    assert!(!shown.contains("live_sk_x"), "{shown}");
}
