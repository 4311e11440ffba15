//! A street with every gateway's stand-in on it, and guests with phones: what the gateways'
//! own suites stand on.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Response, Url, header, redirect};
use serde_json::{Value, json};
use soban_domain::money::Won;
use soban_domain::payment::{Method, Offer};
use soban_domain::secret::Secret;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::ReturnToken;
use soban_payments::kicc::Codes;
use soban_payments::mpm::{ACCOUNT_TAG, KOREAN_SCHEME, Scheme, Shop as Sign, StatusConfig};
use soban_payments::{KakaoPay, Kicc, KiccConfig, Mpm, MpmConfig, Toss, TossConfig};
use soban_sandbox::{
    Endpoint, FaultKind, FaultRule, Sandbox, SandboxConfig, TEST_KICC_TID, TEST_MPM_KEY,
    TEST_TOSS_KEY,
};
use soban_testkit::conformance::gateway::{Fault, Ledger};

use crate::shop::contract;

const CONNECT: Duration = Duration::from_secs(2);
const READ: Duration = Duration::from_secs(5);

/// Calls of an adapter that can be spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Offer,
    Approve,
    Inquire,
    Reverse,
    Refund,
    List,
    /// The guest's app pays a code that is shown.
    Pay,
}

/// The sandbox with a browser.
pub(crate) struct Street {
    pub(crate) sandbox: Sandbox,
    http: Client,
}

/// Toss Payments' settings for an address.
pub(crate) fn toss(base: &str) -> TossConfig {
    TossConfig {
        timeout_connect: CONNECT,
        timeout_read: READ,
        ..TossConfig::new(base, Secret::new(TEST_TOSS_KEY))
    }
}

/// The VAN's settings for an address, with the codes that the sandbox speaks.
pub(crate) fn kicc(base: &str) -> KiccConfig {
    let listed = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    KiccConfig {
        codes: Codes {
            refusals: listed(&["8001", "8002", "8003", "8004", "8005", "9001", "9003"]),
            undone: listed(&["8030"]),
            refund_refusals: listed(&["8031", "8032", "9001"]),
        },
        timeout_connect: CONNECT,
        timeout_read: READ,
        ..KiccConfig::new(base, TEST_KICC_TID, "120-81-47521")
    }
}

/// The scheme's settings, with an address to ask or without.
pub(crate) fn mpm(base: Option<&str>) -> MpmConfig {
    MpmConfig {
        scheme: Scheme {
            tag: ACCOUNT_TAG,
            application: KOREAN_SCHEME.to_owned(),
            merchant: "000000001".to_owned(),
        },
        shop: Sign {
            category: "5812".to_owned(),
            name: "Soban Table".to_owned(),
            city: "SEOUL".to_owned(),
            korean: Some(("소반식당".to_owned(), "서울".to_owned())),
        },
        status: base.map(|base| StatusConfig {
            timeout_connect: CONNECT,
            timeout_read: READ,
            ..StatusConfig::new(base, Secret::new(TEST_MPM_KEY))
        }),
        change_hour: 0,
    }
}

/// Where a call of a method's adapter arrives, if it goes over the network.
fn endpoint(method: Method, call: Call) -> Option<Endpoint> {
    Some(match (method, call) {
        (Method::Kakaopay, Call::Offer) => Endpoint::PaymentReady,
        (Method::Kakaopay, Call::Approve) => Endpoint::PaymentApprove,
        (Method::Kakaopay, Call::Inquire) => Endpoint::PaymentOrder,
        (Method::Kakaopay, Call::Reverse | Call::Refund) => Endpoint::PaymentCancel,
        (Method::Toss, Call::Offer) => Endpoint::TossCreate,
        (Method::Toss, Call::Approve) => Endpoint::TossConfirm,
        (Method::Toss, Call::Inquire) => Endpoint::TossInquiry,
        (Method::Toss, Call::Reverse | Call::Refund) => Endpoint::TossCancel,
        (Method::Toss, Call::List) => Endpoint::TossTransactions,
        (Method::Barcode, Call::Approve) => Endpoint::KiccApprove,
        (Method::Barcode, Call::Reverse) => Endpoint::KiccReverse,
        (Method::Barcode, Call::Refund) => Endpoint::KiccCancel,
        (Method::Qr, Call::Inquire) => Endpoint::MpmInquiry,
        (Method::Qr, Call::Reverse | Call::Refund) => Endpoint::MpmCancel,
        (Method::Qr, Call::List) => Endpoint::MpmList,
        (Method::Qr, Call::Pay) => Endpoint::MpmPay,
        _ => return None,
    })
}

impl Street {
    pub(crate) async fn open() -> Street {
        let sandbox = Sandbox::start(SandboxConfig::on_free_ports()).await;
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build();
        Street {
            sandbox: sandbox.unwrap(),
            http: http.unwrap(),
        }
    }

    /// A method's adapter, towards this street.
    pub(crate) fn gateway(&self, method: Method, asks: bool) -> Arc<dyn Gateway> {
        match method {
            Method::Kakaopay => {
                Arc::new(KakaoPay::new(contract(&self.sandbox.kakaopay_base())).unwrap())
            }
            Method::Toss => Arc::new(Toss::new(toss(&self.sandbox.toss_base())).unwrap()),
            Method::Barcode => Arc::new(Kicc::new(kicc(&self.sandbox.kicc_base())).unwrap()),
            Method::Qr => {
                let base = self.sandbox.mpm_base();
                Arc::new(Mpm::new(mpm(asks.then_some(base.as_str()))).unwrap())
            }
            Method::Sticker | Method::Counter => panic!("{method:?} has no gateway"),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.sandbox.http_addr())
    }

    async fn form(&self, address: &str, fields: &[(&str, &str)]) -> Response {
        let body = Url::parse_with_params("http://form/", fields).unwrap();
        let request = self
            .http
            .post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.query().unwrap_or_default().to_owned());
        request.send().await.unwrap()
    }

    /// Presses a button of a payment page; the address that the browser is sent home to.
    pub(crate) async fn press(&self, page: &str, fields: &[(&str, &str)]) -> Url {
        let answer = self.form(page, fields).await;
        let home = answer.headers()[header::LOCATION].to_str().unwrap();
        Url::parse(home).unwrap()
    }

    /// A fresh code of a guest's app.
    pub(crate) async fn code(&self, wallet: &str, kind: &str) -> ReturnToken {
        let request = self.http.post(self.url("/kicc/codes"));
        let answer = request.json(&json!({ "wallet": wallet })).send().await;
        let shown: Value = answer.unwrap().json().await.unwrap();
        ReturnToken::new(shown[kind].as_str().unwrap()).unwrap()
    }

    /// The guest does their part.
    pub(crate) async fn guest_pays(&self, method: Method, offer: &Offer) -> ReturnToken {
        let (home, name) = match method {
            Method::Kakaopay => {
                let page = offer.mobile_url.replace("/mInfo", "/pay");
                (self.press(&page, &[("method", "MONEY")]).await, "pg_token")
            }
            Method::Toss => {
                let page = format!("{}/pay", offer.mobile_url);
                (self.press(&page, &[]).await, "paymentKey")
            }
            Method::Barcode => return self.code("ok", "barcode").await,
            Method::Qr | Method::Sticker | Method::Counter => {
                self.pay_shown(offer, "pay").await;
                return ReturnToken::new("nothing-comes-home").unwrap();
            }
        };
        assert!(home.path().ends_with("/ok"), "the phone went to {home}");
        let token = home.query_pairs().find(|(key, _)| key == name);
        ReturnToken::new(&token.unwrap().1).unwrap()
    }

    /// The guest's app pays a code that is shown, or refuses.
    pub(crate) async fn pay_shown(&self, offer: &Offer, outcome: &str) {
        let code = offer.qr.as_deref().unwrap();
        let fields = [("code", code), ("outcome", outcome)];
        let answer = self.form(&self.url("/mpm/pay"), &fields).await;
        let status = answer.status();
        assert!(
            status.is_success(),
            "{status}: {}",
            answer.text().await.unwrap()
        );
    }

    /// The guest leaves for good.
    pub(crate) async fn guest_quits(&self, method: Method, offer: &Offer) {
        match method {
            Method::Kakaopay => {
                let page = offer.mobile_url.replace("/mInfo", "/quit");
                self.press(&page, &[]).await;
            }
            Method::Toss => {
                let page = format!("{}/quit", offer.mobile_url);
                let home = self.press(&page, &[]).await;
                assert!(home.path().ends_with("/fail"), "{home}");
            }
            Method::Qr => self.pay_shown(offer, "refused").await,
            Method::Barcode | Method::Sticker | Method::Counter => {}
        }
    }

    /// A look at the sandbox's own pages.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(self.url(path)).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// What truly happened under a merchant's id.
    pub(crate) async fn ledger(&self, id: &str) -> Ledger {
        let truth = self.get("/ledger/truth").await;
        let won = |one: &Value, field: &str| one[field].as_i64().unwrap();
        let ours = truth["payments"].as_array().unwrap().iter();
        let ours: Vec<&Value> = ours.filter(|one| one["order_id"] == id).collect();
        let sum = |field: &str| ours.iter().map(|one| won(one, field)).sum::<i64>();
        Ledger {
            approvals: u32::try_from(sum("approvals")).unwrap(),
            taken: Won(sum("approved")),
            sent_back: Won(sum("sent_back")),
        }
    }

    /// Spoils the next call.
    pub(crate) fn spoil(&self, method: Method, call: Call, fault: Fault) {
        let Some(endpoint) = endpoint(method, call) else {
            return;
        };
        let kind = match fault {
            Fault::LostReply => FaultKind::ReplyLost,
            Fault::GarbledReply => FaultKind::Garbage,
            Fault::ServerError => FaultKind::ErrorBefore,
            Fault::Refusal => FaultKind::Decline,
            Fault::WrongAmount => FaultKind::WrongAmount,
            Fault::LateApproval(_) => FaultKind::LateApproval,
        };
        let mut rule = FaultRule::next(endpoint, kind, 1);
        if let Fault::LateApproval(seconds) = fault {
            rule.delay_ms = Some(u64::from(seconds) * 1000);
        }
        self.sandbox.fault(rule).unwrap();
    }
}
