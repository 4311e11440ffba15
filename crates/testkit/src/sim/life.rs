//! A life of the program: from its start to a crash, or to quiet.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use soban_domain::order::OrderState;
use soban_domain::payment::PaymentState;
use soban_engine::ports::Store;
use soban_engine::ports::store::{StoreError, StoredEvent, Tx, look};
use soban_engine::{Engine, pumps};
use soban_protocol::event::EventBody;
use tokio::runtime::{Builder, Runtime};

use super::checks;
use super::facts::Facts;
use super::menu;
use super::ordered::Ordered;
use super::plan::Plan;
use super::report::{Report, Violation};
use super::town::{Town, lock};
use crate::samples;

/// Everything must be quiet so long after nothing happens outside any more. Where the wall
/// clock was set back, what waits for a time of day waits so much longer.
const QUIET_WITHIN: Duration = Duration::from_secs(45 * 60);
/// Guests, staff and shocks are done within this, or the plan is wrong.
const PLAN_WITHIN: Duration = Duration::from_secs(3 * 60 * 60);
/// Lives of a run at most.
const LIVES_MOST: u32 = 60;
/// What a restart takes.
const RESTART: Duration = Duration::from_secs(2);

/// An order store that was opened, and a way to fill its disk.
#[derive(Clone)]
pub struct Opened {
    /// The store. It must work on the thread that asks, or no run repeats.
    pub store: Arc<dyn Store>,
    /// Fills the disk, or makes room again.
    pub limit: Arc<dyn Fn(bool) + Send + Sync>,
}

/// Opens the order store in a file, or makes it.
pub type Opener = fn(&Path) -> Result<Opened, StoreError>;

enum End {
    Crash,
    Quiet,
    Stuck(String),
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let built = builder.enable_time().start_paused(true).build();
    built.expect("a runtime can be built")
}

/// Lives through a plan and checks what came of it.
pub fn run(plan: &Plan, open: Opener) -> Report {
    let town = Arc::new(Town::new(plan));
    let guard = town.logs.capture();
    let mut lives = 0;
    let mut violations = Vec::new();
    let facts = loop {
        lives += 1;
        match live(&town, open, lives == 1) {
            Ok((End::Crash, _)) if lives < LIVES_MOST => {}
            Ok((End::Crash, _)) => {
                violations.push(Violation::new("quiet", "too many lives"));
                break None;
            }
            Ok((End::Quiet, facts)) => break facts,
            Ok((End::Stuck(words), facts)) => {
                violations.push(Violation::new("14 quiet within bounds", words));
                break facts;
            }
            Err(words) => {
                violations.push(Violation::new("store opens", words));
                break None;
            }
        }
    };
    drop(guard);
    violations.append(&mut lock(&town.wrongs));
    if let Some(facts) = &facts {
        violations.append(&mut checks::all(&town, facts));
        facts.count(&town);
    }
    let passed = town.watch.passed();
    let (trace, seen) = town.watch.take();
    Report {
        name: plan.name.clone(),
        seed: plan.seed,
        crashes: plan.crashes.clone(),
        passed,
        lives,
        violations,
        trace,
        seen,
    }
}

fn live(town: &Arc<Town>, open: Opener, first: bool) -> Result<(End, Option<Facts>), String> {
    let runtime = runtime();
    let lived = runtime.block_on(async {
        town.clock.begin();
        town.watch.up();
        let mut opened = open(&town.path()).map_err(|error| error.to_string())?;
        opened.store = Arc::new(Ordered::over(opened.store));
        let store = Arc::clone(&opened.store);
        let engine = town.engine(opened);
        if first {
            town.put_menu(menu::STEW).await;
        }
        town.watch.say("the program starts");
        let end = tokio::select! {
            biased;
            () = town.watch.stopped() => End::Crash,
            end = drive(town, &engine, &store) => end,
        };
        let facts = match &end {
            End::Crash => None,
            End::Quiet | End::Stuck(_) => Some(Facts::gather(&store).await?),
        };
        town.clock.end(RESTART);
        Ok((end, facts))
    });
    town.let_go_of_disk();
    drop(runtime);
    lived
}

/// Lets everything run until it is quiet.
async fn drive(town: &Arc<Town>, engine: &Engine, store: &Arc<dyn Store>) -> End {
    let _pumps = pumps::run(engine);
    let mut tasks = tokio::task::JoinSet::new();
    for guest in &town.guests {
        let (town, engine, guest) = (Arc::clone(town), engine.clone(), Arc::clone(guest));
        tasks.spawn(async move { town.follow(&engine, &guest).await });
    }
    let (shaken, screen) = (Arc::clone(town), Arc::clone(town));
    tasks.spawn(async move { shaken.shake().await });
    let seen = Arc::clone(store);
    tasks.spawn(async move { screen.follow_events(&seen).await });
    if let Some(staff) = &town.staff {
        let (town, engine, staff) = (Arc::clone(town), engine.clone(), Arc::clone(staff));
        tasks.spawn(async move { town.work(&engine, &staff).await });
    }
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if town.is_plan_done() {
            break;
        }
        if town.clock.elapsed() > PLAN_WITHIN {
            return End::Stuck("guests, staff or shocks did not come to an end".to_owned());
        }
    }
    town.calm().await;
    let bound = town.clock.elapsed() + QUIET_WITHIN + town.clock.set_back();
    let mut quiet = 0;
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        match unquiet(town, store).await {
            // Staff look every few seconds: what is quiet twice in a row stays so.
            None if quiet >= 4 => return End::Quiet,
            None => quiet += 1,
            Some(words) if town.clock.elapsed() > bound => return End::Stuck(words),
            Some(_) => quiet = 0,
        }
    }
}

/// What is not over yet, if anything.
async fn unquiet(town: &Town, store: &Arc<dyn Store>) -> Option<String> {
    if let Some(staff) = &town.staff
        && lock(staff).is_busy()
    {
        return Some("staff are at work".to_owned());
    }
    let seen: Result<Option<String>, StoreError> = look(store.as_ref(), busy).await;
    seen.unwrap_or_else(|error| Some(error.to_string()))
}

fn busy(tx: &mut dyn Tx) -> Result<Option<String>, StoreError> {
    if let Some(attempt) = tx.open_attempts()?.first() {
        return Ok(Some(format!("a payment is {:?}", attempt.state)));
    }
    if let Some(refund) = tx.open_refunds()?.first() {
        return Ok(Some(format!("a refund is {:?}", refund.state)));
    }
    if let Some(item) = tx.open_relays(1)?.first() {
        return Ok(Some(format!("a message is {:?}", item.state)));
    }
    for name in menu::PRINTERS {
        if let Some(job) = tx.open_prints(&menu::printer(name), 1)?.first() {
            return Ok(Some(format!("a ticket is {:?}", job.state)));
        }
    }
    for order in tx.open_orders(u32::MAX)? {
        let unpaid = matches!(
            order.state,
            OrderState::Placed | OrderState::Paying | OrderState::AtCounter
        );
        let mut attempts = tx.attempts_of(order.id)?.into_iter();
        let flagged = attempts.any(|attempt| attempt.state == PaymentState::NeedsStaff);
        if unpaid && !flagged {
            return Ok(Some(format!("an order is {:?}", order.state)));
        }
    }
    Ok(None)
}

/// Events after a number, and what they say that is not so on the disk that they are read
/// from: the last word about an order is the state that it has there.
fn news(tx: &mut dyn Tx, from: u64) -> Result<(Vec<StoredEvent>, Vec<String>), StoreError> {
    let stored = tx.events_after(from, 10_000)?;
    let mut last = BTreeMap::new();
    for event in &stored {
        if let Ok(EventBody::Order {
            order,
            state,
            payment,
        }) = serde_json::from_str(&event.event.body)
        {
            last.insert(order, (state, payment));
        }
    }
    let mut untrue = Vec::new();
    for (id, told) in last {
        let order = tx.order(id)?;
        let payment = tx.attempts_of(id)?.last().map(|attempt| attempt.state);
        let is = order.map(|order| (order.state, payment));
        if is != Some(told) {
            untrue.push(format!("{id}: screens were told {told:?} and it is {is:?}"));
        }
    }
    Ok((stored, untrue))
}

impl Town {
    fn is_plan_done(&self) -> bool {
        let guests = self.guests.iter().all(|guest| lock(guest).is_over());
        guests && lock(&self.shocks).is_empty()
    }

    /// Lets the shocks of the plan happen, each at its time and once.
    async fn shake(&self) {
        loop {
            let next = lock(&self.shocks).first().cloned();
            let Some((at, shock)) = next else {
                return;
            };
            let wait = at.saturating_sub(self.clock.elapsed());
            tokio::time::sleep(wait).await;
            lock(&self.shocks).remove(0);
            self.strike(&shock).await;
        }
    }

    /// A screen that follows the events from where it stopped.
    async fn follow_events(&self, store: &Arc<dyn Store>) {
        let mut committed = store.committed();
        loop {
            committed.borrow_and_update();
            let from = lock(&self.events).keys().last().copied().unwrap_or(0);
            let seen: Result<_, StoreError> = look(store.as_ref(), move |tx| news(tx, from)).await;
            let (stored, untrue) = seen.unwrap_or_default();
            if self.watch.is_down() {
                std::future::pending::<()>().await;
            }
            for words in untrue {
                self.wrong("08 durable before shown", words);
            }
            for stored in stored {
                lock(&self.events).insert(stored.seq, stored.event.body);
            }
            if committed.changed().await.is_err() {
                return;
            }
        }
    }
}

/// The first day that a run can reach, and how many follow.
pub(crate) fn days() -> impl Iterator<Item = soban_domain::moment::BusinessDay> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    (-2..6).map(|day| {
        let at = soban_domain::moment::Timestamp(samples::NOW.0 + day * DAY_MS);
        soban_domain::moment::BusinessDay::of(at, samples::CHANGE_HOUR)
    })
}
