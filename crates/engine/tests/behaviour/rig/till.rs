//! The fake POS with a line that can go dead for one order, and a record of who was
//! asked what, and when.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use soban_domain::ids::OrderId;
use soban_domain::moment::Timestamp;
use soban_engine::ports::pos::{NoNews, PosAnswer, PosHealth, PosNews, PosOrder};
use soban_engine::ports::{Clock, PosLink};
use soban_testkit::{FakePos, ManualClock};

/// A call of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Send,
    LookUp,
    News,
}

#[derive(Default)]
struct Line {
    dead: BTreeSet<OrderId>,
    look_ups: Vec<PosAnswer>,
    news: Option<(Vec<PosNews>, u64)>,
    cursor: u64,
    calls: Vec<(Asked, Option<OrderId>, u32, Timestamp)>,
}

/// A POS at the end of a line.
pub(crate) struct Till {
    pub(crate) fake: FakePos,
    clock: Arc<ManualClock>,
    line: Mutex<Line>,
}

impl Till {
    pub(crate) fn new(fake: FakePos, clock: Arc<ManualClock>) -> Till {
        Till {
            fake,
            clock,
            line: Mutex::default(),
        }
    }

    /// Sendings of this order never return.
    pub(crate) fn dead_for(&self, order: OrderId) {
        self.line.lock().unwrap().dead.insert(order);
    }

    /// Sendings of this order return again.
    pub(crate) fn alive_for(&self, order: OrderId) {
        self.line.lock().unwrap().dead.remove(&order);
    }

    /// The next look-up is answered so.
    pub(crate) fn look_up_says(&self, answer: PosAnswer) {
        self.line.lock().unwrap().look_ups.insert(0, answer);
    }

    /// From now on the news is always this, with that cursor.
    pub(crate) fn news_is(&self, news: Vec<PosNews>, cursor: u64) {
        self.line.lock().unwrap().news = Some((news, cursor));
    }

    /// What was asked about an order, in order.
    pub(crate) fn asked(&self, order: OrderId) -> Vec<Asked> {
        self.calls_of(order)
            .into_iter()
            .map(|call| call.0)
            .collect()
    }

    /// What was asked about an order, with revision and time.
    pub(crate) fn calls_of(&self, order: OrderId) -> Vec<(Asked, u32, Timestamp)> {
        let line = self.line.lock().unwrap();
        let calls = line.calls.iter().filter(|call| call.1 == Some(order));
        calls.map(|call| (call.0, call.2, call.3)).collect()
    }

    /// How often news was asked for.
    pub(crate) fn news_asked(&self) -> usize {
        let line = self.line.lock().unwrap();
        line.calls.iter().filter(|c| c.0 == Asked::News).count()
    }

    /// The cursor that news was asked after last.
    pub(crate) fn last_cursor(&self) -> u64 {
        self.line.lock().unwrap().cursor
    }

    fn note(&self, asked: Asked, order: Option<OrderId>, revision: u32) {
        let call = (asked, order, revision, self.clock.now());
        self.line.lock().unwrap().calls.push(call);
    }
}

#[async_trait]
impl PosLink for Till {
    fn can_look_up(&self) -> bool {
        self.fake.can_look_up()
    }

    async fn health(&self) -> PosHealth {
        self.fake.health().await
    }

    async fn send(&self, order: &PosOrder) -> PosAnswer {
        self.note(Asked::Send, Some(order.order.id), order.order.revision);
        let dead = self.line.lock().unwrap().dead.contains(&order.order.id);
        if dead {
            std::future::pending::<()>().await;
        }
        self.fake.send(order).await
    }

    async fn look_up(&self, order: OrderId, revision: u32) -> PosAnswer {
        self.note(Asked::LookUp, Some(order), revision);
        let said = self.line.lock().unwrap().look_ups.pop();
        match said {
            Some(answer) => answer,
            None => self.fake.look_up(order, revision).await,
        }
    }

    async fn news(&self, after: u64) -> Result<(Vec<PosNews>, u64), NoNews> {
        self.note(Asked::News, None, 0);
        let said = {
            let mut line = self.line.lock().unwrap();
            line.cursor = after;
            line.news.clone()
        };
        match said {
            Some(news) => Ok(news),
            None => self.fake.news(after).await,
        }
    }
}
