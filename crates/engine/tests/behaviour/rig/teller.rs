//! The fake gateway behind a desk: a test can put an answer on it that is given instead,
//! and every call is written down with its time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::payment::{Method, Offer};
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken, Reverse,
    SentBack, Standing,
};
use soban_engine::ports::{Clock, Gateway};
use soban_testkit::gateway::Call;
use soban_testkit::{FakeGateway, ManualClock};

#[derive(Default)]
struct Desk {
    approvals: VecDeque<Approve>,
    misread: VecDeque<Approve>,
    standings: VecDeque<Standing>,
    reversals: VecDeque<Reverse>,
    refunds: VecDeque<Refunded>,
    sums: VecDeque<SentBack>,
    always: Option<Standing>,
    calls: Vec<(Call, Timestamp)>,
    tokens: Vec<String>,
}

/// A gateway that says what the test put on its desk, else what is so.
pub(crate) struct Teller {
    pub(crate) fake: FakeGateway,
    clock: Arc<ManualClock>,
    desk: Mutex<Desk>,
}

impl Teller {
    pub(crate) fn new(clock: Arc<ManualClock>) -> Teller {
        let known: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        Teller {
            fake: FakeGateway::new(known),
            clock,
            desk: Mutex::default(),
        }
    }

    /// The next approval is not sent on: it is answered so.
    pub(crate) fn approve_says(&self, answer: Approve) {
        self.desk.lock().unwrap().approvals.push_back(answer);
    }

    /// The next approval is sent on, and whatever comes of it is answered so.
    pub(crate) fn approve_reads(&self, answer: Approve) {
        self.desk.lock().unwrap().misread.push_back(answer);
    }

    /// The next inquiry is answered so.
    pub(crate) fn inquire_says(&self, standing: Standing) {
        self.desk.lock().unwrap().standings.push_back(standing);
    }

    /// From now on every inquiry is answered so; `None` ends that.
    pub(crate) fn always_says(&self, standing: Option<Standing>) {
        self.desk.lock().unwrap().always = standing;
    }

    /// The next reversal is answered so and not done.
    pub(crate) fn reverse_says(&self, answer: Reverse) {
        self.desk.lock().unwrap().reversals.push_back(answer);
    }

    /// Takes back whatever was to befall refunds and has not.
    pub(crate) fn calm(&self) {
        self.fake.clear_faults();
        self.desk.lock().unwrap().refunds.clear();
    }

    /// The next refund is answered so and not done.
    pub(crate) fn refund_says(&self, answer: Refunded) {
        self.desk.lock().unwrap().refunds.push_back(answer);
    }

    /// The next question how much was sent back is answered so.
    pub(crate) fn sent_back_says(&self, answer: SentBack) {
        self.desk.lock().unwrap().sums.push_back(answer);
    }

    /// When calls of a kind came, in order.
    pub(crate) fn times(&self, call: Call) -> Vec<Timestamp> {
        let desk = self.desk.lock().unwrap();
        let calls = desk.calls.iter().filter(|(kind, _)| *kind == call);
        calls.map(|(_, at)| *at).collect()
    }

    /// How many calls of a kind came.
    pub(crate) fn count(&self, call: Call) -> usize {
        self.times(call).len()
    }

    /// The tokens that approvals came with.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.desk.lock().unwrap().tokens.clone()
    }

    fn note(&self, call: Call) {
        let at = self.clock.now();
        self.desk.lock().unwrap().calls.push((call, at));
    }
}

#[async_trait]
impl Gateway for Teller {
    fn method(&self) -> Method {
        self.fake.method()
    }

    fn abilities(&self) -> Abilities {
        self.fake.abilities()
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        self.note(Call::Offer);
        self.fake.offer(ask).await
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        self.note(Call::Approve);
        let said = {
            let mut desk = self.desk.lock().unwrap();
            desk.tokens.push(token.reveal().to_owned());
            desk.approvals.pop_front()
        };
        if let Some(answer) = said {
            return answer;
        }
        let truth = self.fake.approve(held, token).await;
        let misread = self.desk.lock().unwrap().misread.pop_front();
        misread.unwrap_or(truth)
    }

    async fn inquire(&self, held: &Held) -> Standing {
        self.note(Call::Inquire);
        let said = {
            let mut desk = self.desk.lock().unwrap();
            desk.standings.pop_front().or_else(|| desk.always.clone())
        };
        match said {
            Some(standing) => standing,
            None => self.fake.inquire(held).await,
        }
    }

    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        self.note(Call::Reverse);
        let said = self.desk.lock().unwrap().reversals.pop_front();
        match said {
            Some(answer) => answer,
            None => self.fake.reverse(held, token).await,
        }
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        self.note(Call::Refund);
        let said = self.desk.lock().unwrap().refunds.pop_front();
        match said {
            Some(answer) => answer,
            None => self.fake.refund(held, ask).await,
        }
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        self.note(Call::SentBack);
        let said = self.desk.lock().unwrap().sums.pop_front();
        match said {
            Some(answer) => answer,
            None => self.fake.sent_back(held).await,
        }
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        self.note(Call::List);
        self.fake.list(day).await
    }
}
