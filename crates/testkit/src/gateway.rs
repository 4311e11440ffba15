//! A payment gateway in memory, with the ledger of what truly happened.
//!
//! It can be each make of gateway ([`Make`]): a page that we approve (KakaoPay, Toss
//! Payments), codes that customers show (a VAN), a code that we show (MPM), with what
//! each can and cannot do.
//!
//! Guarantees: an approval takes money once, whatever is lost on the way; a fault hits
//! the next call it was meant for and no other; money that lands late does so by the
//! clock, whoever asks first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soban_domain::ids::AttemptId;
use soban_domain::money::Won;
use soban_domain::payment::{Cause, Flow, Offer};
use soban_engine::ports::Clock;
use soban_engine::ports::gateway::{Abilities, Approve, Ask, ReturnToken};
use tokio::sync::watch;

mod book;
mod make;
mod port;

use book::{Book, Payment, Stage};
pub use make::Make;

/// A call of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `Gateway::offer`.
    Offer,
    /// `Gateway::approve`.
    Approve,
    /// `Gateway::inquire`.
    Inquire,
    /// `Gateway::reverse`.
    Reverse,
    /// `Gateway::refund`.
    Refund,
    /// `Gateway::sent_back`.
    SentBack,
    /// `Gateway::list`.
    List,
}

/// What can go wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and its answer never comes.
    LostReply,
    /// It is done, and its answer cannot be read.
    GarbledReply,
    /// It is not done, and the answer is a server error.
    ServerError,
    /// It is not done, and the answer is a refusal that the gateway's pages list.
    Refusal,
    /// An approval takes another amount than the one asked for, and says so. Any other
    /// call has no usable answer and is not done.
    WrongAmount,
    /// An approval has no answer, and the money is taken so many seconds later. Any
    /// other call has no usable answer and is not done.
    LateApproval(u32),
}

/// What truly happened to a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// How often money was taken.
    pub approvals: u32,
    /// How much in all.
    pub taken: Won,
    /// How much of it went back.
    pub sent_back: Won,
}

#[derive(Debug, Default)]
struct State {
    book: Book,
    faults: VecDeque<(Option<Call>, Fault)>,
    unreachable: bool,
    mute: bool,
    hangs: Vec<Call>,
    calls: Vec<(Call, AttemptId)>,
}

/// A gateway whose guests, faults and ledger belong to the test.
pub struct FakeGateway {
    make: Make,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// How many calls arrived.
    arrived: watch::Sender<usize>,
}

impl FakeGateway {
    /// A gateway like KakaoPay, that has a list of its payments besides.
    pub fn new(clock: Arc<dyn Clock>) -> FakeGateway {
        let abilities = Abilities {
            lists: true,
            ..Make::KAKAOPAY.abilities
        };
        let make = Make {
            abilities,
            ..Make::KAKAOPAY
        };
        FakeGateway::of(make, clock)
    }

    /// A gateway of any make, without payments.
    pub fn of(make: Make, clock: Arc<dyn Clock>) -> FakeGateway {
        FakeGateway {
            make,
            clock,
            state: Mutex::new(State::default()),
            arrived: watch::Sender::new(0),
        }
    }

    /// KakaoPay: [`Make::KAKAOPAY`].
    pub fn kakaopay(clock: Arc<dyn Clock>) -> FakeGateway {
        FakeGateway::of(Make::KAKAOPAY, clock)
    }

    /// Toss Payments: [`Make::TOSS`].
    pub fn toss(clock: Arc<dyn Clock>) -> FakeGateway {
        FakeGateway::of(Make::TOSS, clock)
    }

    /// A VAN for customers' codes: [`Make::VAN`].
    pub fn van(clock: Arc<dyn Clock>) -> FakeGateway {
        FakeGateway::of(Make::VAN, clock)
    }

    /// A code that we show: [`Make::mpm`].
    pub fn mpm(clock: Arc<dyn Clock>, inquiry: bool) -> FakeGateway {
        FakeGateway::of(Make::mpm(inquiry), clock)
    }

    /// What it is.
    pub fn make(&self) -> &Make {
        &self.make
    }

    /// The record as it is now: money whose time has come has landed.
    fn state(&self) -> MutexGuard<'_, State> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.book.settle(now);
        state
    }

    /// The guest does their part of a payment. Of a page: opens it and authenticates, and
    /// the token is what the browser brings home. Of a VAN: shows a code, which is the
    /// token. Of a code that we show: pays, and nothing comes home (the token is of no
    /// use). Panics if no such offer is open: the test is wrong.
    pub fn guest_pays(&self, offer: &Offer) -> ReturnToken {
        if self.make.flow() == Flow::Scan {
            return self.customer_code();
        }
        let now = self.clock.now();
        let mut state = self.state();
        let payment = state.book.find(&offer.gateway_id).expect("it was offered");
        assert_eq!(payment.stage, Stage::Open, "it is still open");
        payment.stage = Stage::Authenticated;
        if self.make.flow() == Flow::Shown {
            assert!(now < payment.offer.expires, "the code is not over");
            let amount = payment.ask.amount;
            payment.book(amount, now);
        }
        payment.token.clone()
    }

    /// The guest's app pays a code that we show, with any amount and so many seconds
    /// later: what a slow or wrong transfer looks like. Panics if no such code is shown.
    pub fn guest_pays_later(&self, offer: &Offer, amount: Won, seconds: u32) {
        let at = self.clock.now().plus_seconds(seconds);
        let mut state = self.state();
        let payment = state.book.find(&offer.gateway_id).expect("it was offered");
        payment.coming = Some((at, amount));
        state.book.settle(self.clock.now());
    }

    /// A fresh code of a customer's app, good for one charge.
    pub fn customer_code(&self) -> ReturnToken {
        let mut state = self.state();
        let n = state.book.codes.len() + 1;
        let code = ReturnToken::new(&format!("28100{n:019}")).expect("a code fits");
        state.book.codes.push((code.clone(), false));
        code
    }

    /// The guest closes the page for good.
    pub fn guest_quits(&self, offer: &Offer) {
        if let Some(payment) = self.state().book.find(&offer.gateway_id) {
            payment.stage = Stage::Quit;
        }
    }

    /// What truly happened to an attempt.
    pub fn ledger(&self, attempt: AttemptId) -> Ledger {
        let state = self.state();
        let found = state.book.of(attempt);
        found.map(|payment| payment.ledger).unwrap_or_default()
    }

    /// The attempts that money was taken for, with their ledgers.
    pub fn approved(&self) -> Vec<(AttemptId, Ledger)> {
        let state = self.state();
        let payments = state.book.payments.iter();
        payments
            .filter(|payment| payment.ledger.approvals > 0)
            .map(|payment| (payment.ask.attempt, payment.ledger))
            .collect()
    }

    /// Every call that arrived, in order.
    pub fn calls(&self) -> Vec<(Call, AttemptId)> {
        self.state().calls.clone()
    }

    /// Waits until `count` calls of a kind arrived, counted from the start.
    pub async fn until_called(&self, call: Call, count: usize) {
        let of_kind = || {
            self.calls()
                .iter()
                .filter(|(kind, _)| *kind == call)
                .count()
        };
        let mut arrived = self.arrived.subscribe();
        let _ = arrived.wait_for(|_| of_kind() >= count).await;
    }

    /// Lets the next call of a kind be done and never return: what a program sees that
    /// is stopped while it waits.
    pub fn hang_at(&self, call: Call) {
        self.state().hangs.push(call);
    }

    async fn hang(&self, call: Call) {
        let hangs = {
            let mut state = self.state();
            let next = state.hangs.iter().position(|kind| *kind == call);
            next.map(|at| state.hangs.remove(at)).is_some()
        };
        if hangs {
            std::future::pending::<()>().await;
        }
    }

    /// Spoils the next call, whichever it is.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push_back((None, fault));
    }

    /// Spoils the next call of one kind.
    pub fn fault_at(&self, call: Call, fault: Fault) {
        self.state().faults.push_back((Some(call), fault));
    }

    /// Takes back every fault and hang that hit no call yet.
    pub fn clear_faults(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.hangs.clear();
    }

    /// Nobody listens at the gateway's address, or somebody does again.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.state().unreachable = unreachable;
    }

    /// From now on no inquiry has an answer, or inquiries have answers again.
    pub fn set_inquiry_unavailable(&self, unavailable: bool) {
        self.state().mute = unavailable;
    }

    /// Takes note of a call that arrives, and the fault that is to hit it; `Err` where
    /// nobody listens.
    fn arrive(&self, call: Call, attempt: AttemptId) -> Result<Option<Fault>, String> {
        let mut state = self.state();
        if state.unreachable {
            return Err("no_connection: nobody listens".to_owned());
        }
        state.calls.push((call, attempt));
        let meant = |(kind, _): &(Option<Call>, Fault)| kind.is_none_or(|kind| kind == call);
        let next = state.faults.iter().position(meant);
        let fault = next.and_then(|at| state.faults.remove(at));
        let mute = state.mute && matches!(call, Call::Inquire | Call::SentBack | Call::List);
        drop(state);
        self.arrived.send_modify(|count| *count += 1);
        let mute = mute.then_some(Fault::ServerError);
        Ok(fault.map(|(_, fault)| fault).or(mute))
    }

    /// Takes note of a call that needs no network.
    fn note(&self, call: Call, attempt: AttemptId) {
        self.state().calls.push((call, attempt));
        self.arrived.send_modify(|count| *count += 1);
    }

    fn open(&self, ask: &Ask) -> Offer {
        let now = self.clock.now();
        let mut state = self.state();
        let n = state.book.payments.len() + 1;
        let page = |end: &str| match self.make.flow() {
            Flow::Page => format!("https://pay.example/{n}/{end}"),
            Flow::Scan | Flow::Shown | Flow::Staff => String::new(),
        };
        let gateway_id = format!("F{n:019}");
        let life = self.make.life_seconds;
        let offer = Offer {
            mobile_url: page("m"),
            pc_url: page("pc"),
            qr: (self.make.flow() == Flow::Shown).then(|| format!("QR-{gateway_id}")),
            expires: life.map_or(ask.deadline, |seconds| now.plus_seconds(seconds)),
            gateway_id,
        };
        let token = ReturnToken::new(&format!("pg-token-{n:08}")).expect("a token fits");
        state
            .book
            .payments
            .push(Payment::new(ask, offer.clone(), token));
        offer
    }
}

fn unknown(cause: Cause, evidence: &str) -> Approve {
    Approve::Unknown {
        cause,
        evidence: evidence.to_owned(),
    }
}

#[cfg(test)]
mod tests;
