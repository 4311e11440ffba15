//! A shop with a contract: a sandbox, the adapter, and a guest with a phone.

use std::time::Duration;

use reqwest::{Client, Url, header, redirect};
use serde_json::Value;
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::secret::Secret;
use soban_domain::tax::TaxParts;
use soban_engine::ports::gateway::{Ask, Gateway, Held, ReturnToken};
use soban_payments::{KakaoPay, KakaoPayConfig};
use soban_sandbox::{Endpoint, FaultKind, FaultRule, Sandbox, SandboxConfig, TEST_CID};
use uuid::Uuid;

/// The key that the sandbox knows, long enough to be seen in a log.
pub(crate) const KEY: &str = "SANDBOX0SECRET0KEY";

/// A sandbox and the adapter that speaks to it.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) gateway: KakaoPay,
    http: Client,
}

/// What a guest does on the payment page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Press {
    Pay,
    Quit,
    Fail,
}

/// The adapter's settings for an address, with time limits that a test can wait for.
pub(crate) fn contract(base: &str) -> KakaoPayConfig {
    KakaoPayConfig {
        timeout_connect: Duration::from_secs(2),
        timeout_read: Duration::from_secs(5),
        ..KakaoPayConfig::new(base, TEST_CID, Secret::new(KEY))
    }
}

/// A wish for a page: 2,200 won taxable, 3,000 exempt, 300 of deposit.
pub(crate) fn ask() -> Ask {
    Ask {
        attempt: AttemptId(Uuid::from_u128(0xa)),
        order: OrderId(Uuid::from_u128(0xb)),
        amount: Won(5_500),
        tax: TaxParts::of(Won(2_200), Won(3_000), Won(300)),
        title: "김치찌개 외 2건".to_owned(),
        quantity: 3,
        return_url: "http://127.0.0.1:7780/pay/a".to_owned(),
        now: Timestamp(0),
        deadline: Timestamp(0).plus_seconds(600),
    }
}

/// What a wish and its offer make to be held.
pub(crate) fn held(ask: Ask, offer: soban_domain::payment::Offer) -> Held {
    Held {
        attempt: ask.attempt,
        order: ask.order,
        amount: ask.amount,
        tax: ask.tax,
        offer,
        sent_at: Some(Timestamp(0)),
        approval: None,
        refunded: Won(0),
    }
}

impl Shop {
    /// Opens a shop on free ports.
    pub(crate) async fn open() -> Shop {
        let sandbox = Sandbox::start(SandboxConfig::on_free_ports())
            .await
            .unwrap();
        let gateway = KakaoPay::new(contract(&sandbox.kakaopay_base())).unwrap();
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Shop {
            sandbox,
            gateway,
            http,
        }
    }

    /// Asks for a page.
    pub(crate) async fn offered(&self) -> Held {
        held(ask(), self.gateway.offer(&ask()).await.unwrap())
    }

    /// Asks for a page and lets the guest pay on it.
    pub(crate) async fn returned(&self) -> (Held, ReturnToken) {
        let held = self.offered().await;
        let token = self
            .press(&held.offer.mobile_url, Press::Pay)
            .await
            .unwrap();
        (held, token)
    }

    /// Lets the guest press a button of the phone's page; the token, if the phone comes home with one.
    pub(crate) async fn press(&self, page: &str, press: Press) -> Option<ReturnToken> {
        let button = match press {
            Press::Pay => "/pay",
            Press::Quit => "/quit",
            Press::Fail => "/fail",
        };
        let address = page.replace("/mInfo", button);
        let answer = self
            .http
            .post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("method=MONEY")
            .send()
            .await
            .unwrap();
        let home = answer.headers()[header::LOCATION].to_str().unwrap();
        let home = Url::parse(home).unwrap();
        let end = home.path().rsplit('/').next().unwrap();
        let due = match press {
            Press::Pay => "ok",
            Press::Quit => "quit",
            Press::Fail => "fail",
        };
        assert_eq!(end, due, "the phone went to {home}");
        let (_, token) = home.query_pairs().find(|(name, _)| name == "pg_token")?;
        ReturnToken::new(&token)
    }

    /// Lets the next call of an endpoint go wrong.
    pub(crate) fn break_next(&self, endpoint: Endpoint, fault: FaultKind) {
        let rule = FaultRule::next(endpoint, fault, 1);
        self.sandbox.fault(rule).unwrap();
    }

    /// Lets the next call of an endpoint be refused by code.
    pub(crate) fn refuse_next(&self, endpoint: Endpoint, code: i64) {
        let rule = FaultRule {
            code: Some(code),
            ..FaultRule::next(endpoint, FaultKind::Decline, 1)
        };
        self.sandbox.fault(rule).unwrap();
    }

    /// The sandbox's ledger of payments.
    pub(crate) async fn ledger(&self) -> Value {
        let address = format!("http://{}/ledger/payments", self.sandbox.http_addr());
        let answer = self.http.get(address).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// What the sandbox took and sent back, in won.
    pub(crate) async fn money(&self) -> (i64, i64) {
        let ledger = self.ledger().await;
        let won = |field: &str| ledger[field].as_i64().unwrap();
        (won("approved_total"), won("canceled_total"))
    }
}
