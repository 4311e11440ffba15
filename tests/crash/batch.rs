//! Many kills, in a few worlds side by side.
//!
//! Guarantees: which run is killed where follows from the seed and the run's number alone,
//! once the boundaries of each scenario are counted; a run that fails is told with all
//! that plays it again; a batch that never struck where it matters fails too.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::chance::Chance;
use crate::keeper::{Death, Keeper, Point};
use crate::ledgers::{Ledgers, Played};
use crate::play::play;
use crate::scenario::Scenario;
use crate::secrecy::{leaks, leaks_in_words, secrets};

/// The seed where none is asked for.
const SEED: u64 = 0x50BA_1517;
/// The kills of the test command.
const KILLS: usize = 50;
/// Worlds side by side.
const WORLDS: usize = 4;
/// The last boundary of a recovery that a second kill is drawn from.
const RECOVERY: u32 = 24;

/// What is asked for, by the environment.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) seed: u64,
    pub(crate) kills: usize,
    /// One run only: its scenario, and its kills.
    pub(crate) only: Option<(Scenario, Vec<String>)>,
}

impl Wish {
    /// `SOBAN_CRASH_SEED`, `SOBAN_CRASH_KILLS`, and `SOBAN_CRASH_ONLY` such as
    /// `PosDown:pos.send/after/1:4`.
    pub(crate) fn of_the_environment() -> Wish {
        let number = |name| {
            let text = std::env::var(name).ok()?;
            Some(
                text.parse::<u64>()
                    .unwrap_or_else(|_| panic!("{name} is no number: {text}")),
            )
        };
        Wish {
            seed: number("SOBAN_CRASH_SEED").unwrap_or(SEED),
            kills: number("SOBAN_CRASH_KILLS").map_or(KILLS, |kills| kills as usize),
            only: std::env::var("SOBAN_CRASH_ONLY")
                .ok()
                .map(|text| only(&text)),
        }
    }
}

/// `PosDown:pos.send/after/1:4`: killed at the first such boundary, and again at the fourth
/// of the process that comes up then.
fn only(text: &str) -> (Scenario, Vec<String>) {
    let mut parts = text.split(':');
    let scenario = parts.next().and_then(Scenario::named);
    let plan = parts.map(str::to_owned).collect();
    let scenario = scenario.unwrap_or_else(|| panic!("SOBAN_CRASH_ONLY names no scenario: {text}"));
    (scenario, plan)
}

/// A world with all that was played in it.
struct Shop {
    keeper: Keeper,
    seq: u64,
    played: Vec<Played>,
    tokens: Vec<String>,
}

/// What came of one run.
struct Ran {
    points: Vec<Point>,
    deaths: Vec<Death>,
}

/// What came of a batch.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Runs, those without a kill too.
    pub(crate) runs: usize,
    /// Every kill, with the scenario that it struck.
    pub(crate) deaths: Vec<(Scenario, Death)>,
    /// Boundaries of each scenario, played without a kill.
    pub(crate) boundaries: BTreeMap<String, usize>,
    /// All that went wrong, each with how to play it again.
    pub(crate) failures: Vec<String>,
}

impl Shop {
    fn new() -> Shop {
        Shop {
            keeper: Keeper::new(),
            seq: 0,
            played: Vec::new(),
            tokens: Vec::new(),
        }
    }

    /// Plays one order, then looks at all of the world's orders from every side.
    async fn run(
        &mut self,
        scenario: Scenario,
        plan: &[String],
        chance: Chance,
    ) -> Result<Ran, String> {
        let outcome = play(&mut self.keeper, scenario, plan, chance, self.seq).await;
        self.seq = outcome.seq;
        self.played.push(outcome.played);
        self.tokens.extend(outcome.tokens);
        let ledgers = Ledgers::read(&self.keeper.world, &self.played).await;
        let mut wrongs = outcome.wrongs;
        wrongs.extend(ledgers.wrongs(&self.played));
        match wrongs.is_empty() {
            true => Ok(Ran {
                points: outcome.points,
                deaths: self.keeper.deaths.clone(),
            }),
            false => Err(wrongs.join("\n  ")),
        }
    }

    /// Stops the hub and searches everything that it left behind.
    fn leaks(&mut self) -> Vec<String> {
        if self.played.is_empty() {
            return Vec::new();
        }
        self.keeper.stop();
        let secrets = secrets(&self.tokens);
        let mut found = leaks(self.keeper.world.folder(), &secrets);
        found.extend(leaks_in_words(&self.keeper.said, &secrets));
        found
    }
}

/// Plays it all.
pub(crate) fn batch(wish: &Wish) -> Report {
    let mut shops: Vec<Shop> = (0..WORLDS).map(|_| Shop::new()).collect();
    let report = Mutex::new(Report::default());
    let counted = Mutex::new(BTreeMap::new());
    in_each(
        &mut shops,
        &report,
        |number| {
            let scenario = *Scenario::ALL.get(number)?;
            let chance = Chance::of(wish.seed, number as u64);
            Some((scenario, Vec::new(), chance))
        },
        |scenario, ran| {
            let mut counted = counted.lock().expect("no run panics with it");
            counted.insert(scenario.name(), ran.points.clone());
        },
    );
    let counted = counted.into_inner().expect("no run panics with it");
    let draw = Draw::of(wish, &counted);
    let struck = AtomicUsize::new(0);
    in_each(
        &mut shops,
        &report,
        |number| {
            let enough = struck.load(Ordering::Relaxed) >= wish.kills;
            (!enough && number < wish.kills * 3).then(|| draw.run(number))
        },
        |_, ran| {
            struck.fetch_add(ran.deaths.len(), Ordering::Relaxed);
        },
    );
    let mut report = report.into_inner().expect("no run panics with it");
    report.boundaries = counted
        .iter()
        .map(|(name, points)| (name.clone(), points.len()))
        .collect();
    if report.failures.is_empty() {
        report.failures = shops.iter_mut().flat_map(Shop::leaks).collect();
    }
    report
}

/// Plays one run, as a failure told it.
pub(crate) fn one(seed: u64, scenario: Scenario, plan: &[String]) -> Report {
    let mut shops = vec![Shop::new()];
    let report = Mutex::new(Report::default());
    in_each(
        &mut shops,
        &report,
        |number| (number == 0).then(|| (scenario, plan.to_vec(), Chance::resumed(seed))),
        |_, _| (),
    );
    let mut report = report.into_inner().expect("no run panics with it");
    if report.failures.is_empty() {
        report.failures = shops[0].leaks();
    }
    report
}

type Run = (Scenario, Vec<String>, Chance);

/// Gives the runs that `next` draws to the worlds, each on a thread of its own. After a
/// failure none begins another.
fn in_each(
    shops: &mut [Shop],
    report: &Mutex<Report>,
    next: impl Fn(usize) -> Option<Run> + Sync,
    heard: impl Fn(Scenario, &Ran) + Sync,
) {
    let number = AtomicUsize::new(0);
    let draw = &|| {
        let failed = !report
            .lock()
            .expect("no run panics with it")
            .failures
            .is_empty();
        match failed {
            true => None,
            false => next(number.fetch_add(1, Ordering::Relaxed)),
        }
    };
    let heard = &heard;
    thread::scope(|scope| {
        for shop in shops {
            scope.spawn(move || {
                while let Some(run) = draw() {
                    let scenario = run.0;
                    let ran = one_run(shop, run);
                    let mut report = report.lock().expect("no run panics with it");
                    report.runs += 1;
                    match ran {
                        Ok(ran) => {
                            heard(scenario, &ran);
                            let deaths = ran.deaths.into_iter();
                            report.deaths.extend(deaths.map(|death| (scenario, death)));
                        }
                        Err(failure) => report.failures.push(failure),
                    }
                }
            });
        }
    });
}

/// Plays one run; what went wrong with it, by a check or by a panic, with all that plays it
/// again.
fn one_run(shop: &mut Shop, (scenario, plan, chance): Run) -> Result<Ran, String> {
    let state = chance.state();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let run = || runtime.block_on(shop.run(scenario, &plan, chance));
    let wrongs = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(ran)) => return Ok(ran),
        Ok(Err(wrongs)) => wrongs,
        Err(panic) => words_of(panic.as_ref()),
    };
    Err(failure(
        (scenario, &plan, state),
        &shop.keeper.deaths,
        &wrongs,
    ))
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic")
        .to_owned()
}

/// A failed run with all that plays it again.
fn failure(
    (scenario, plan, state): (Scenario, &[String], u64),
    deaths: &[Death],
    words: &str,
) -> String {
    let struck: Vec<String> = deaths
        .iter()
        .map(|death| format!("{} ({})", death.at, death.point))
        .collect();
    let plan: String = plan.iter().map(|at| format!(":{at}")).collect();
    format!(
        "{name}{plan}, killed at [{struck}]:\n  {words}\n  again: SOBAN_CRASH_SEED={state} \
         SOBAN_CRASH_ONLY={name}{plan} cargo test -p soban-tests --test crash killed",
        name = scenario.name(),
        struck = struck.join(", "),
    )
}

/// Draws runs from what was counted.
struct Draw<'a> {
    seed: u64,
    counted: &'a BTreeMap<String, Vec<Point>>,
    /// Each kind of boundary once, so that none is left to chance alone.
    kinds: Vec<Point>,
}

impl<'a> Draw<'a> {
    fn of(wish: &Wish, counted: &'a BTreeMap<String, Vec<Point>>) -> Draw<'a> {
        let kinds: BTreeSet<Point> = counted.values().flatten().cloned().collect();
        Draw {
            seed: wish.seed,
            counted,
            kinds: kinds.into_iter().collect(),
        }
    }

    /// A run's scenario and kills: the first runs strike each kind of boundary, the others
    /// any; half of those a call to the world outside. One in three is killed again while
    /// it comes up, and one in three of those a third time.
    fn run(&self, number: usize) -> Run {
        let mut chance = Chance::of(self.seed, 1000 + number as u64);
        let kind = self.kinds.get(number);
        let fits = |point: &Point, outside: bool| match kind {
            Some(kind) => point == kind,
            None => !outside || !point.starts_with("store."),
        };
        let outside = chance.once_in(2);
        let begin = if kind.is_some() {
            chance.below(Scenario::ALL.len())
        } else {
            number
        };
        for step in 0..Scenario::ALL.len() {
            let scenario = Scenario::ALL[(begin + step) % Scenario::ALL.len()];
            let points = self
                .counted
                .get(&scenario.name())
                .map_or(&[][..], Vec::as_slice);
            let fitting: Vec<usize> = (0..points.len())
                .filter(|at| fits(&points[*at], outside))
                .collect();
            if fitting.is_empty() {
                continue;
            }
            let at = fitting[chance.below(fitting.len())];
            let point = &points[at];
            let of_kind = points[..=at].iter().filter(|it| *it == point).count();
            let mut plan = vec![format!("{point}/{of_kind}")];
            while plan.len() < 3 && chance.once_in(3) {
                plan.push(chance.up_to(RECOVERY).to_string());
            }
            return (scenario, plan, chance);
        }
        (Scenario::Paid, vec!["1".to_owned()], chance)
    }
}
