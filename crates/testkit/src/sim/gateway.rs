//! A fake gateway as a simulation has it: with faults by chance, and with a record of
//! what was heard and when, against which the ends of unknown payments are held.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::payment::{Method, Offer};
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken, Reverse,
    SentBack, Standing,
};
use soban_engine::ports::{Clock, Gateway};

use super::clock::{SimClock, Steady};
use super::dice::Dice;
use super::watch::Watch;
use crate::FakeGateway;
use crate::gateway::{Call, Fault, Make};

/// Money comes late within so many seconds; every make's window, cut short.
const LATE_MOST: u32 = 60;
/// Pages and codes live so long at most.
const LIFE_MOST: u32 = 90;

/// What was heard of an attempt that tells how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) attempt: AttemptId,
    /// By the wall clock of the store.
    pub(crate) at: Timestamp,
}

/// Faults by chance: of a thousand calls.
#[derive(Clone, Debug)]
pub(crate) struct Spoil {
    pub(crate) dice: Dice,
    pub(crate) of_thousand: u64,
}

/// The gateway.
pub(crate) struct SimGateway {
    pub(crate) fake: FakeGateway,
    clock: Arc<SimClock>,
    steady: Arc<Steady>,
    watch: Arc<Watch>,
    /// When pages and codes end by the gateway's own clock.
    ends: Mutex<BTreeMap<String, Timestamp>>,
    heard: Mutex<Vec<Heard>>,
    spoil: Mutex<Option<Spoil>>,
}

/// A make with its windows cut short.
fn brief(make: Make) -> Make {
    let abilities = Abilities {
        late_seconds: make.abilities.late_seconds.min(LATE_MOST),
        ..make.abilities
    };
    Make {
        abilities,
        life_seconds: make.life_seconds.map(|life| life.min(LIFE_MOST)),
        ..make
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SimGateway {
    pub(crate) fn new(make: Make, clock: &Arc<SimClock>, watch: &Arc<Watch>) -> SimGateway {
        let steady = Arc::new(Steady(Arc::clone(clock)));
        SimGateway {
            fake: FakeGateway::of(brief(make), Arc::clone(&steady) as _),
            steady,
            ends: Mutex::default(),
            clock: Arc::clone(clock),
            watch: Arc::clone(watch),
            heard: Mutex::default(),
            spoil: Mutex::default(),
        }
    }

    /// Faults by chance from now on, or none any more.
    pub(crate) fn set_spoil(&self, spoil: Option<Spoil>) {
        *lock(&self.spoil) = spoil;
    }

    /// True while an offer can be paid, by the gateway's own clock.
    pub(crate) fn is_alive(&self, offer: &Offer) -> bool {
        let ends = lock(&self.ends);
        let end = ends.get(&offer.gateway_id);
        end.is_none_or(|end| self.steady.now() < *end)
    }

    /// An offer as an adapter hands it on: its end is by the store's clock.
    fn by_the_stores_clock(&self, offer: Offer) -> Offer {
        if self.fake.make().life_seconds.is_none() {
            return offer;
        }
        lock(&self.ends).insert(offer.gateway_id.clone(), offer.expires);
        let ahead = self.clock.now().since(self.steady.now());
        Offer {
            expires: Timestamp(offer.expires.0.saturating_add(ahead)),
            ..offer
        }
    }

    /// Everything heard, in order.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        lock(&self.heard).clone()
    }

    /// Lays a fault before a call, if the dice say so.
    fn spoil(&self, call: Call) {
        let mut spoil = lock(&self.spoil);
        let Some(spoil) = spoil.as_mut() else {
            return;
        };
        // There is one approval where there are many inquiries, and it has faults of its own.
        let of_thousand = match call {
            Call::Approve => spoil.of_thousand * 2,
            _ => spoil.of_thousand,
        };
        if !spoil.dice.chance(of_thousand) {
            return;
        }
        let late = Fault::LateApproval(1 + u32::try_from(spoil.dice.below(40)).unwrap_or(0));
        let fault = match (call, spoil.dice.below(9)) {
            (_, 0 | 1) => Fault::LostReply,
            (_, 2) => Fault::GarbledReply,
            (_, 3) => Fault::ServerError,
            (_, 4) => Fault::Refusal,
            (Call::Approve, 5 | 6) => Fault::WrongAmount,
            (Call::Approve, _) => late,
            (_, 5 | 6) => Fault::LostReply,
            (_, _) => Fault::ServerError,
        };
        self.saw(call, fault);
        self.fake.fault_at(call, fault);
    }

    /// Notes a fault for the batch.
    pub(crate) fn saw(&self, call: Call, fault: Fault) {
        let name = match fault {
            Fault::LateApproval(_) if call == Call::Approve => "late approval",
            Fault::WrongAmount if call == Call::Approve => "wrong amount",
            Fault::LateApproval(_) | Fault::WrongAmount => "no usable answer",
            Fault::LostReply => "lost reply",
            Fault::GarbledReply => "garbled reply",
            Fault::ServerError => "server error",
            Fault::Refusal => "refusal",
        };
        self.watch.saw(format!("fault: {call:?}: {name}"));
        self.watch.say(&format!("  fault laid: {call:?} {name}"));
    }

    fn hear(&self, attempt: AttemptId, tells: bool, answer: &str) {
        self.watch.say(&format!("  answer: {answer}"));
        if tells {
            let at = self.clock.now();
            lock(&self.heard).push(Heard { attempt, at });
        }
    }
}

#[async_trait]
impl Gateway for SimGateway {
    fn method(&self) -> Method {
        self.fake.method()
    }

    fn abilities(&self) -> Abilities {
        self.fake.abilities()
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        if self.fake.make().flow() == soban_domain::payment::Flow::Page {
            self.spoil(Call::Offer);
        }
        let offer = self.fake.offer(ask).await?;
        Ok(self.by_the_stores_clock(offer))
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        self.spoil(Call::Approve);
        let answer = self.fake.approve(held, token).await;
        let (tells, name) = match &answer {
            Approve::Approved(_) => (true, "approved"),
            Approve::Mismatched { .. } => (true, "mismatched"),
            Approve::Declined { .. } => (true, "declined"),
            Approve::Unknown { .. } => (false, "unknown"),
            Approve::NotSent { .. } => (false, "not sent"),
        };
        self.watch.saw(format!("approve: {name}"));
        self.hear(held.attempt, tells, name);
        answer
    }

    async fn inquire(&self, held: &Held) -> Standing {
        if self.abilities().inquiry {
            self.spoil(Call::Inquire);
        }
        let answer = self.fake.inquire(held).await;
        let (tells, name) = match &answer {
            Standing::Paid(_) => (true, "paid"),
            Standing::Mismatched { .. } => (true, "mismatched"),
            Standing::SentBack => (true, "sent back"),
            Standing::Unpaid { .. } => (true, "unpaid"),
            Standing::Open { .. } => (true, "open"),
            Standing::NoAnswer { .. } => (false, "no answer"),
        };
        self.watch.saw(format!("inquire: {name}"));
        self.hear(held.attempt, tells, name);
        answer
    }

    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        self.spoil(Call::Reverse);
        let answer = self.fake.reverse(held, token).await;
        let (tells, name) = match &answer {
            Reverse::Done => (true, "done"),
            Reverse::Unknown { .. } => (false, "unknown"),
            Reverse::NotSent { .. } => (false, "not sent"),
        };
        self.watch.saw(format!("reverse: {name}"));
        self.hear(held.attempt, tells, name);
        answer
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        self.spoil(Call::Refund);
        let answer = self.fake.refund(held, ask).await;
        let name = match &answer {
            Refunded::Done { .. } => "done",
            Refunded::Refused { .. } => "refused",
            Refunded::Unknown { .. } => "unknown",
            Refunded::NotSent { .. } => "not sent",
        };
        self.watch.saw(format!("refund: {name}"));
        answer
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        self.fake.sent_back(held).await
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        self.fake.list(day).await
    }
}
