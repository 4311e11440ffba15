//! A counter: a sandbox's till with its buttons, the adapter, and orders to send.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use soban_domain::call_number::CallNumber;
use soban_domain::ids::{AttemptId, OrderId, QuoteId};
use soban_domain::menu::Dining;
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::order::{IdCheck, Order, OrderState};
use soban_domain::payment::{Approval, Method, PaymentAttempt, PaymentState};
use soban_domain::pricing::{Priced, PricedLine, PricedOption};
use soban_domain::secret::Secret;
use soban_domain::tax::TaxParts;
use soban_domain::text::{Lang, Note, Text};
use soban_engine::ports::pos::PosOrder;
use soban_relay::{TossPlace, TossPlaceConfig};
use soban_sandbox::{Endpoint, FaultKind, FaultRule, Sandbox, SandboxConfig};
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_795_275_042_000);

/// A till and the adapter that speaks to it.
pub(crate) struct Counter {
    pub(crate) sandbox: Sandbox,
    pub(crate) link: TossPlace,
    http: Client,
}

/// The adapter's settings for an address, with the keys that the sandbox knows.
pub(crate) fn settings(base: &str) -> TossPlaceConfig {
    let access = Secret::new("sandbox-access");
    let secret = Secret::new("sandbox-secret");
    TossPlaceConfig {
        timeout_connect: Duration::from_secs(2),
        timeout_read: Duration::from_secs(5),
        ..TossPlaceConfig::new(base, "1001", access, secret)
    }
}

impl Counter {
    /// Opens a counter on free ports, whose till accepts by itself or waits for a hand.
    pub(crate) async fn open(auto_accept: bool) -> Counter {
        let mut config = SandboxConfig::on_free_ports();
        config.pos.auto_accept = auto_accept;
        let sandbox = Sandbox::start(config).await.unwrap();
        Counter {
            link: TossPlace::new(settings(&sandbox.pos_base())).unwrap(),
            sandbox,
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Presses something on the till's screen.
    pub(crate) async fn press(&self, button: &str, body: Value) {
        let address = format!("http://{}/pos/screen/{button}", self.sandbox.http_addr());
        let answer = self.http.post(address).json(&body).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{button}: {}",
            answer.status()
        );
    }

    /// Opens or closes the business day.
    pub(crate) async fn day(&self, open: bool) {
        self.press("day", json!({ "on": open })).await;
    }

    /// Lets the next call of an endpoint go wrong.
    pub(crate) fn break_next(&self, endpoint: Endpoint, fault: FaultKind) {
        let rule = FaultRule::next(endpoint, fault, 1);
        self.sandbox.fault(rule).unwrap();
    }

    /// Lets the next submission be refused with a code.
    pub(crate) fn refuse_next(&self, reason: &str) {
        let rule = FaultRule {
            reason: Some(reason.to_owned()),
            ..FaultRule::next(Endpoint::PosSubmit, FaultKind::Decline, 1)
        };
        self.sandbox.fault(rule).unwrap();
    }

    /// The till's ledger.
    pub(crate) async fn ledger(&self) -> Value {
        let address = format!("http://{}/ledger/pos", self.sandbox.http_addr());
        let answer = self.http.get(address).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The orders that the till has.
    pub(crate) async fn orders(&self) -> Vec<Value> {
        self.ledger().await["orders"].as_array().unwrap().clone()
    }
}

fn text(ko: &str) -> Text {
    Text {
        ko: ko.to_owned(),
        en: "English".to_owned(),
        ja: None,
        zh: None,
    }
}

/// A paid order of two noodles with an egg each, 21,000 won; `n` makes its id.
pub(crate) fn order(n: u128) -> PosOrder {
    let total = Won(21_000);
    let tax = TaxParts::of(total, Won(0), Won(0));
    let line = PricedLine {
        item: "noodles".parse().unwrap(),
        name: text("칼국수"),
        pos_code: "1007".to_owned(),
        station: "kitchen".parse().unwrap(),
        alcohol: false,
        quantity: 2,
        unit: Won(10_500),
        goods: total,
        deposit: Won(0),
        taxable: total,
        vat: tax.vat,
        options: vec![PricedOption {
            group: text("추가"),
            name: text("달걀"),
            count: 1,
            price: Won(1_000),
            depth: 0,
            station: None,
        }],
        memo: Note::new("덜 맵게").unwrap(),
    };
    let id = OrderId(Uuid::from_u128(n));
    let order = Order {
        id,
        quote: QuoteId(Uuid::from_u128(n)),
        screen: "kiosk-1".parse().unwrap(),
        lang: Lang::En,
        priced: Priced {
            dining: Dining::EatIn,
            lines: vec![line],
            total,
            tax,
        },
        state: OrderState::Released,
        revision: 1,
        placed: NOW,
        changed: NOW,
        day: BusinessDay::of(NOW, 5),
        number: Some(CallNumber(101)),
        released: Some(NOW),
        id_check: IdCheck::NotNeeded,
    };
    PosOrder {
        order,
        payment: Some(paid(id, total, tax)),
    }
}

fn paid(order: OrderId, amount: Won, tax: TaxParts) -> PaymentAttempt {
    PaymentAttempt {
        id: AttemptId(order.0),
        order,
        method: Method::Kakaopay,
        amount,
        tax,
        state: PaymentState::Approved,
        created: NOW,
        changed: NOW,
        deadline: NOW,
        offer: None,
        approvals_sent: 1,
        approval_sent_at: Some(NOW),
        inquiries: 0,
        next_try: None,
        approval: Some(Approval {
            number: "A5678901234567890123".to_owned(),
            amount,
            kind: "MONEY".to_owned(),
            at: NOW,
            by: None,
        }),
        evidence: None,
        watch: None,
        late: false,
        refunded: Won(0),
        trail: Vec::new(),
    }
}
