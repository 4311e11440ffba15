//! A counter POS in memory, with the orders that truly reached it.
//!
//! Guarantees: the ledger has one entry for each sending that the POS took, so a second
//! copy shows; a fault hits the next sending only.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soban_domain::ids::OrderId;
use soban_engine::ports::PosLink;
use soban_engine::ports::pos::{NoNews, PosAnswer, PosHealth, PosNews, PosOrder, PosProgress};
use tokio::sync::watch;

/// What can go wrong with a sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The POS takes it and its answer is lost.
    LostReply,
    /// It never arrives, and nobody can tell.
    LostRequest,
    /// The POS refuses it.
    Reject {
        /// The code.
        code: String,
        /// The vendor's words.
        words: String,
    },
}

/// How the POS is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Make {
    /// It can be asked for an order by its key.
    pub can_look_up: bool,
    /// It tells a repeat from a new order by the key.
    pub tells_repeats: bool,
    /// It confirms an order by itself; otherwise somebody at the counter does.
    pub confirms: bool,
}

impl Default for Make {
    fn default() -> Make {
        Make {
            can_look_up: true,
            tells_repeats: true,
            confirms: true,
        }
    }
}

#[derive(Debug)]
struct State {
    health: PosHealth,
    faults: VecDeque<Fault>,
    orders: Vec<PosOrder>,
    confirmed: Vec<OrderId>,
    rejected: Vec<(OrderId, String, String)>,
    news: Vec<PosNews>,
}

/// A POS whose counter, faults and ledger belong to the test.
#[derive(Debug)]
pub struct FakePos {
    make: Make,
    state: Mutex<State>,
    /// How many sendings were taken.
    taken: watch::Sender<usize>,
}

impl FakePos {
    /// An open POS without orders.
    pub fn new(make: Make) -> FakePos {
        FakePos {
            make,
            state: Mutex::new(State {
                health: PosHealth::Open,
                faults: VecDeque::new(),
                orders: Vec::new(),
                confirmed: Vec::new(),
                rejected: Vec::new(),
                news: Vec::new(),
            }),
            taken: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens or closes the POS's day, or pulls its plug.
    pub fn set_health(&self, health: PosHealth) {
        self.state().health = health;
    }

    /// Spoils the next sending.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// Every sending that the POS took, in order.
    pub fn orders(&self) -> Vec<PosOrder> {
        self.state().orders.clone()
    }

    /// How many copies of an order's revision the POS has.
    pub fn copies(&self, order: OrderId, revision: u32) -> usize {
        let state = self.state();
        let same = |o: &&PosOrder| o.order.id == order && o.order.revision == revision;
        state.orders.iter().filter(same).count()
    }

    /// Somebody at the counter moves an order on.
    pub fn progress(&self, order: OrderId, progress: PosProgress, words: Option<&str>) {
        let mut state = self.state();
        match progress {
            PosProgress::Accepted | PosProgress::Ready | PosProgress::Done => {
                state.confirmed.push(order);
            }
            PosProgress::Rejected => {
                let words = words.unwrap_or_default().to_owned();
                state.rejected.push((order, "rejected".to_owned(), words));
            }
        }
        state.news.push(PosNews {
            order,
            progress,
            words: words.map(str::to_owned),
        });
    }

    /// Waits until the POS took at least `count` sendings.
    pub async fn until_orders(&self, count: usize) {
        let mut taken = self.taken.subscribe();
        let _ = taken.wait_for(|orders| *orders >= count).await;
    }

    fn take(&self, state: &mut State, order: &PosOrder) -> PosAnswer {
        let (id, revision) = (order.order.id, order.order.revision);
        let same = |o: &PosOrder| o.order.id == id && o.order.revision == revision;
        if !(self.make.tells_repeats && state.orders.iter().any(same)) {
            state.orders.push(order.clone());
            self.taken.send_modify(|orders| *orders += 1);
        }
        if self.make.confirms {
            state.confirmed.push(id);
        }
        standing(state, id)
    }
}

fn absent(why: &str) -> PosAnswer {
    PosAnswer::Absent {
        evidence: why.to_owned(),
    }
}

fn no_answer(why: &str) -> PosAnswer {
    PosAnswer::NoAnswer {
        evidence: why.to_owned(),
    }
}

fn standing(state: &State, order: OrderId) -> PosAnswer {
    let rejected = state.rejected.iter().find(|(id, ..)| *id == order);
    if let Some((_, code, words)) = rejected {
        let (code, words) = (code.clone(), words.clone());
        return PosAnswer::Rejected { code, words };
    }
    if state.confirmed.contains(&order) {
        PosAnswer::Accepted
    } else {
        PosAnswer::Delivered
    }
}

#[async_trait]
impl PosLink for FakePos {
    fn can_look_up(&self) -> bool {
        self.make.can_look_up
    }

    async fn health(&self) -> PosHealth {
        self.state().health
    }

    async fn send(&self, order: &PosOrder) -> PosAnswer {
        let mut state = self.state();
        match state.health {
            PosHealth::Open => {}
            PosHealth::DayClosed => return absent("day_closed"),
            PosHealth::Unreachable => return absent("no_connection"),
        }
        match state.faults.pop_front() {
            None => self.take(&mut state, order),
            Some(Fault::LostReply) => {
                self.take(&mut state, order);
                no_answer("lost reply")
            }
            Some(Fault::LostRequest) => no_answer("lost request"),
            Some(Fault::Reject { code, words }) => {
                let refusal = (order.order.id, code.clone(), words.clone());
                state.rejected.push(refusal);
                PosAnswer::Rejected { code, words }
            }
        }
    }

    async fn look_up(&self, order: OrderId, revision: u32) -> PosAnswer {
        let state = self.state();
        if !self.make.can_look_up || state.health == PosHealth::Unreachable {
            return no_answer("cannot be asked");
        }
        let there = |o: &PosOrder| o.order.id == order && o.order.revision == revision;
        let refused = state.rejected.iter().any(|(id, ..)| *id == order);
        if refused || state.orders.iter().any(there) {
            standing(&state, order)
        } else {
            absent("no such order")
        }
    }

    async fn news(&self, after: u64) -> Result<(Vec<PosNews>, u64), NoNews> {
        let state = self.state();
        if state.health == PosHealth::Unreachable {
            return Err(NoNews("no_connection".to_owned()));
        }
        let seen = usize::try_from(after).unwrap_or(usize::MAX);
        let news = state.news.iter().skip(seen).cloned().collect();
        let last = u64::try_from(state.news.len()).unwrap_or(u64::MAX);
        Ok((news, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn order(n: u64) -> PosOrder {
        PosOrder {
            order: samples::released_order(n),
            payment: None,
        }
    }

    /// An order whose answer was lost is found by looking; one that never arrived is
    /// absent; a repeat shows in the ledger of a POS that cannot tell.
    #[tokio::test]
    async fn the_ledger_tells_lost_from_done() {
        let forgetful = Make {
            tells_repeats: false,
            ..Make::default()
        };
        for (make, copies) in [(Make::default(), 1), (forgetful, 2)] {
            let pos = FakePos::new(make);
            pos.fault(Fault::LostRequest);
            assert!(matches!(
                pos.send(&order(1)).await,
                PosAnswer::NoAnswer { .. }
            ));
            let id = samples::order_id(1);
            assert!(matches!(pos.look_up(id, 1).await, PosAnswer::Absent { .. }));
            pos.fault(Fault::LostReply);
            assert!(matches!(
                pos.send(&order(1)).await,
                PosAnswer::NoAnswer { .. }
            ));
            assert_eq!(pos.look_up(id, 1).await, PosAnswer::Accepted);
            assert_eq!(pos.send(&order(1)).await, PosAnswer::Accepted);
            assert_eq!(pos.copies(id, 1), copies);
            pos.until_orders(copies).await;
        }
    }

    /// News is read on from a cursor, each piece once.
    #[tokio::test]
    async fn news_comes_once() {
        let pos = FakePos::new(Make {
            confirms: false,
            ..Make::default()
        });
        assert_eq!(pos.send(&order(1)).await, PosAnswer::Delivered);
        pos.progress(samples::order_id(1), PosProgress::Ready, None);
        let (news, cursor) = pos.news(0).await.unwrap();
        assert_eq!((news.len(), cursor), (1, 1));
        assert_eq!(pos.news(cursor).await.unwrap().0, []);
        pos.set_health(PosHealth::Unreachable);
        assert!(pos.news(cursor).await.is_err());
    }
}
