//! The gateway port's own suite, on the adapter and the sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use soban_domain::ids::AttemptId;
use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::payment::{Method, Offer};
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Gateway, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reverse, SentBack, Standing,
};
use soban_payments::KakaoPay;
use soban_sandbox::{Endpoint, FaultKind};
use soban_testkit::conformance::gateway::{Fault, GatewayRig, Ledger};
use tokio::sync::Mutex;

use crate::shop::{Press, Shop, contract};

soban_testkit::gateway_conformance!(Rig::open().await);

/// The shop, until it closes, and the fault that waits for the next call.
type Street = Arc<Mutex<(Option<Shop>, Option<Fault>)>>;

/// A sandbox and the adapter, with faults that strike the call itself: a reversal asks
/// how it stands before it sends, and it is the sending that is to be spoiled.
struct Rig {
    street: Street,
    gateway: Arc<Spoiled>,
}

struct Spoiled {
    street: Street,
    inner: KakaoPay,
}

impl Rig {
    async fn open() -> Rig {
        let shop = Shop::open().await;
        let inner = KakaoPay::new(contract(&shop.sandbox.kakaopay_base())).unwrap();
        let street = Arc::new(Mutex::new((Some(shop), None)));
        let gateway = Arc::new(Spoiled {
            street: street.clone(),
            inner,
        });
        Rig { street, gateway }
    }

    async fn press(&self, offer: &Offer, press: Press) -> Option<ReturnToken> {
        let street = self.street.lock().await;
        let shop = street.0.as_ref().unwrap();
        shop.press(&offer.mobile_url, press).await
    }
}

impl Spoiled {
    async fn strike(&self, endpoint: Endpoint) {
        let mut street = self.street.lock().await;
        let Some(fault) = street.1.take() else { return };
        let shop = street.0.as_ref().unwrap();
        match fault {
            Fault::LostReply => shop.break_next(endpoint, FaultKind::ReplyLost),
            Fault::GarbledReply => shop.break_next(endpoint, FaultKind::Garbage),
            Fault::ServerError => shop.break_next(endpoint, FaultKind::ErrorBefore),
            Fault::Refusal => shop.refuse_next(endpoint, -704),
            Fault::WrongAmount | Fault::LateApproval(_) => unreachable!("no clause asks for it"),
        }
    }
}

#[async_trait]
impl GatewayRig for Rig {
    fn gateway(&self) -> Arc<dyn Gateway> {
        self.gateway.clone()
    }

    async fn guest_pays(&mut self, offer: &Offer) -> ReturnToken {
        self.press(offer, Press::Pay).await.unwrap()
    }

    async fn guest_quits(&mut self, offer: &Offer) {
        assert!(self.press(offer, Press::Quit).await.is_none());
    }

    async fn ledger(&mut self, attempt: AttemptId) -> Ledger {
        let street = self.street.lock().await;
        let ledger = street.0.as_ref().unwrap().ledger().await;
        let key = attempt.to_string();
        let ours = |payment: &&Value| payment["partner_order_id"] == key.as_str();
        let payments = ledger["payments"].as_array().unwrap();
        let actions: Vec<&Value> = payments
            .iter()
            .filter(ours)
            .flat_map(|payment| payment["actions"].as_array().unwrap())
            .collect();
        let won = |kind: &str| {
            let of_kind = actions.iter().filter(|action| action["type"] == kind);
            Won(of_kind
                .map(|a| a["amount"]["total"].as_i64().unwrap())
                .sum())
        };
        let approvals = actions.iter().filter(|action| action["type"] == "PAYMENT");
        Ledger {
            approvals: u32::try_from(approvals.count()).unwrap(),
            taken: won("PAYMENT"),
            sent_back: won("CANCEL"),
        }
    }

    async fn fault(&mut self, fault: Fault) {
        self.street.lock().await.1 = Some(fault);
    }

    async fn go_away(&mut self) {
        let shop = self.street.lock().await.0.take().unwrap();
        shop.sandbox.stop().await;
    }
}

#[async_trait]
impl Gateway for Spoiled {
    fn method(&self) -> Method {
        self.inner.method()
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        self.strike(Endpoint::PaymentReady).await;
        self.inner.offer(ask).await
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        self.strike(Endpoint::PaymentApprove).await;
        self.inner.approve(held, token).await
    }

    async fn inquire(&self, held: &Held) -> Standing {
        self.strike(Endpoint::PaymentOrder).await;
        self.inner.inquire(held).await
    }

    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        self.strike(Endpoint::PaymentCancel).await;
        self.inner.reverse(held, token).await
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        self.strike(Endpoint::PaymentCancel).await;
        self.inner.refund(held, ask).await
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        self.strike(Endpoint::PaymentOrder).await;
        self.inner.sent_back(held).await
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        self.inner.list(day).await
    }
}
