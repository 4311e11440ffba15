//! The gateway's contract, kept by the fake gateway in each of its makes: what the engine's
//! tests and the simulation rely on.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers end it by panicking: that is how it fails"
)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::money::Won;
use soban_domain::payment::{Flow, Offer};
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::ReturnToken;
use soban_testkit::conformance::gateway::{Fault, GatewayRig, LATE_SECONDS, Ledger};
use soban_testkit::gateway::Make;
use soban_testkit::{FakeGateway, ManualClock, samples};

struct Rig {
    gateway: Arc<FakeGateway>,
    clock: Arc<ManualClock>,
    /// What is to be wrong with the next paying of a code that we show.
    paying: Option<Fault>,
}

impl Rig {
    fn of(make: Make) -> Rig {
        let clock = Arc::new(ManualClock::at(samples::NOW));
        let gateway = Arc::new(FakeGateway::of(make, clock.clone()));
        Rig {
            gateway,
            clock,
            paying: None,
        }
    }
}

#[async_trait]
impl GatewayRig for Rig {
    fn gateway(&self) -> Arc<dyn Gateway> {
        self.gateway.clone()
    }

    async fn guest_pays(&mut self, offer: &Offer) -> ReturnToken {
        let unused = || ReturnToken::new("nothing-comes-home").unwrap();
        let due = samples::priced().total;
        match self.paying.take() {
            Some(Fault::WrongAmount) => {
                self.gateway.guest_pays_later(offer, Won(due.0 + 10), 0);
                unused()
            }
            Some(Fault::LateApproval(seconds)) => {
                self.gateway.guest_pays_later(offer, due, seconds);
                unused()
            }
            _ => self.gateway.guest_pays(offer),
        }
    }

    async fn guest_quits(&mut self, offer: &Offer) {
        self.gateway.guest_quits(offer);
    }

    async fn ledger(&mut self, attempt: AttemptId) -> Ledger {
        self.gateway.ledger(attempt)
    }

    async fn fault(&mut self, fault: Fault) {
        let of_paying = matches!(fault, Fault::WrongAmount | Fault::LateApproval(_));
        match of_paying && self.gateway.make().flow() == Flow::Shown {
            true => self.paying = Some(fault),
            false => self.gateway.fault(fault),
        }
    }

    async fn late_money_lands(&mut self) {
        self.clock.advance(Duration::from_secs(LATE_SECONDS.into()));
    }

    async fn go_away(&mut self) {
        self.gateway.set_unreachable(true);
    }
}

mod kakaopay {
    use super::{Make, Rig};
    soban_testkit::gateway_conformance!(Rig::of(Make::KAKAOPAY));
}

mod toss {
    use super::{Make, Rig};
    soban_testkit::gateway_conformance!(Rig::of(Make::TOSS));
}

mod van {
    use super::{Make, Rig};
    soban_testkit::gateway_conformance!(Rig::of(Make::VAN));
}

mod mpm {
    use super::{Make, Rig};
    soban_testkit::gateway_conformance!(Rig::of(Make::mpm(true)));
}

mod mpm_without_address {
    use super::{Make, Rig};
    soban_testkit::gateway_conformance!(Rig::of(Make::mpm(false)));
}
