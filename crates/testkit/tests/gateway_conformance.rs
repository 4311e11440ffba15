//! The gateway's contract, kept by the fake gateway: what the engine's tests rely on.

use std::sync::Arc;

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::payment::Offer;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::ReturnToken;
use soban_testkit::conformance::gateway::{Fault, GatewayRig, Ledger};
use soban_testkit::{FakeGateway, ManualClock, samples};

struct Rig(Arc<FakeGateway>);

impl Rig {
    fn new() -> Rig {
        let clock = Arc::new(ManualClock::at(samples::NOW));
        Rig(Arc::new(FakeGateway::new(clock)))
    }
}

#[async_trait]
impl GatewayRig for Rig {
    fn gateway(&self) -> Arc<dyn Gateway> {
        self.0.clone()
    }

    async fn guest_pays(&mut self, offer: &Offer) -> ReturnToken {
        self.0.guest_pays(offer)
    }

    async fn guest_quits(&mut self, offer: &Offer) {
        self.0.guest_quits(offer);
    }

    async fn ledger(&mut self, attempt: AttemptId) -> Ledger {
        self.0.ledger(attempt)
    }

    async fn fault(&mut self, fault: Fault) {
        self.0.fault(fault);
    }

    async fn go_away(&mut self) {
        self.0.set_unreachable(true);
    }
}

soban_testkit::gateway_conformance!(Rig::new());
