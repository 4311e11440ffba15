//! The gateway port's own suite, on each adapter and its stand-in in the sandbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::moment::BusinessDay;
use soban_domain::payment::{Method, Offer};
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Gateway, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reverse, SentBack, Standing,
};
use soban_testkit::conformance::gateway::{Fault, GatewayRig, LATE_SECONDS, Ledger};
use tokio::sync::Mutex;

use crate::street::{Call, Street};

mod kakaopay {
    use super::{Method, Rig};
    soban_testkit::gateway_conformance!(Rig::open(Method::Kakaopay, true).await);
}

mod toss {
    use super::{Method, Rig};
    soban_testkit::gateway_conformance!(Rig::open(Method::Toss, true).await);
}

mod kicc {
    use super::{Method, Rig};
    soban_testkit::gateway_conformance!(Rig::open(Method::Barcode, false).await);
}

/// All clauses but that a guest who quit has not paid for good: an app that refused may be
/// tried again until the code's time is over, see [`crate::shown`].
mod mpm {
    use super::{Method, Rig};
    soban_testkit::gateway_conformance! { @each Rig::open(Method::Qr, true).await;
        an_offer_moves_no_money
        an_approval_takes_exactly_the_amount
        a_second_approval_takes_nothing_more
        an_approval_before_the_guest_is_not_yet
        a_wrong_token_takes_nothing_and_ends_nothing
        a_refusal_is_unknown_until_asked
        a_wrong_amount_is_mismatched_and_goes_back
        a_lost_approval_is_unknown_and_paid
        an_unreadable_approval_is_unknown_and_paid
        a_server_error_is_unknown_and_can_be_tried_again
        a_late_approval_is_found
        an_inquiry_tells_how_it_stands
        what_does_not_fit_is_never_paid
        a_lost_inquiry_is_no_answer
        a_lost_offer_is_no_offer
        a_day_is_listed
        not_sent_only_when_nobody_listens
        a_reversal_sends_all_back_once
        a_lost_reversal_is_unknown_and_done
        a_net_cancel_repeats_the_approvals_data
        a_refund_of_a_part_leaves_the_rest
        a_second_refund_is_guarded
        a_lost_refund_is_found
    }
}

mod mpm_without_address {
    use super::{Method, Rig};
    soban_testkit::gateway_conformance!(Rig::open(Method::Qr, false).await);
}

/// What the rig and its gateway share.
#[derive(Default)]
struct Shared {
    /// Until it closes.
    street: Option<Street>,
    /// What waits for the next call.
    fault: Option<Fault>,
    /// What each attempt is called at the gateway.
    names: HashMap<AttemptId, String>,
}

/// A street and an adapter, with faults that strike the call itself: a reversal asks how it
/// stands before it sends, and it is the sending that is to be spoiled.
struct Rig {
    shared: Arc<Mutex<Shared>>,
    gateway: Arc<Spoiled>,
}

struct Spoiled {
    shared: Arc<Mutex<Shared>>,
    inner: Arc<dyn Gateway>,
}

impl Rig {
    async fn open(method: Method, asks: bool) -> Rig {
        let street = Street::open().await;
        let inner = street.gateway(method, asks);
        let shared = Arc::new(Mutex::new(Shared {
            street: Some(street),
            ..Shared::default()
        }));
        let gateway = Arc::new(Spoiled {
            shared: shared.clone(),
            inner,
        });
        Rig { shared, gateway }
    }

    fn method(&self) -> Method {
        self.gateway.inner.method()
    }
}

impl Spoiled {
    async fn strike(&self, call: Call) {
        let mut shared = self.shared.lock().await;
        if let Some(fault) = shared.fault.take() {
            let street = shared.street.as_ref().unwrap();
            street.spoil(self.inner.method(), call, fault);
        }
    }
}

#[async_trait]
impl GatewayRig for Rig {
    fn gateway(&self) -> Arc<dyn Gateway> {
        self.gateway.clone()
    }

    async fn guest_pays(&mut self, offer: &Offer) -> ReturnToken {
        if self.method() == Method::Qr {
            self.gateway.strike(Call::Pay).await;
        }
        let shared = self.shared.lock().await;
        let street = shared.street.as_ref().unwrap();
        street.guest_pays(self.method(), offer).await
    }

    async fn guest_quits(&mut self, offer: &Offer) {
        let shared = self.shared.lock().await;
        let street = shared.street.as_ref().unwrap();
        street.guest_quits(self.method(), offer).await;
    }

    async fn ledger(&mut self, attempt: AttemptId) -> Ledger {
        let shared = self.shared.lock().await;
        let name = shared.names.get(&attempt).cloned().unwrap_or_default();
        shared.street.as_ref().unwrap().ledger(&name).await
    }

    async fn fault(&mut self, fault: Fault) {
        self.shared.lock().await.fault = Some(fault);
    }

    async fn late_money_lands(&mut self) {
        let shared = self.shared.lock().await;
        let clock = shared.street.as_ref().unwrap().sandbox.clock();
        clock.advance(Duration::from_secs(LATE_SECONDS.into()));
    }

    async fn go_away(&mut self) {
        let street = self.shared.lock().await.street.take().unwrap();
        street.sandbox.stop().await;
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
        self.strike(Call::Offer).await;
        let offer = self.inner.offer(ask).await;
        if let Ok(offer) = &offer {
            let name = match self.method() {
                Method::Kakaopay | Method::Toss => ask.attempt.to_string(),
                _ => offer.gateway_id.clone(),
            };
            self.shared.lock().await.names.insert(ask.attempt, name);
        }
        offer
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        self.strike(Call::Approve).await;
        self.inner.approve(held, token).await
    }

    async fn inquire(&self, held: &Held) -> Standing {
        self.strike(Call::Inquire).await;
        self.inner.inquire(held).await
    }

    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        self.strike(Call::Reverse).await;
        self.inner.reverse(held, token).await
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        self.strike(Call::Refund).await;
        self.inner.refund(held, ask).await
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        self.strike(Call::Inquire).await;
        self.inner.sent_back(held).await
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        self.strike(Call::List).await;
        self.inner.list(day).await
    }
}
