//! A crash at every boundary of every scenario, and another one while it recovers.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use soban_testkit::sim::{Plan, Report, run, scenarios};

use crate::disk::open;
use crate::effort::{self, Effort};

/// What a batch came to.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) runs: u64,
    pub(crate) seen: BTreeMap<String, u64>,
    /// The runs that went wrong, in full.
    pub(crate) wrong: Vec<String>,
    /// Their scenarios, seeds and violations.
    pub(crate) heads: Vec<String>,
    /// Boundaries of each scenario.
    pub(crate) boundaries: BTreeMap<String, u64>,
}

impl Batch {
    pub(crate) fn add(&mut self, report: &Report) {
        self.runs += 1;
        for (what, count) in &report.seen {
            *self.seen.entry(what.clone()).or_insert(0) += count;
        }
        if !report.is_clean() {
            let Report { name, seed, .. } = report;
            let (crashes, found) = (&report.crashes, &report.violations);
            let head = format!("`{name}`, seed {seed}, crashes at {crashes:?}: {found:?}");
            self.heads.push(head);
            self.wrong.push(report.to_string());
        }
    }

    fn join(&mut self, other: Batch) {
        self.runs += other.runs;
        for (what, count) in other.seen {
            *self.seen.entry(what).or_insert(0) += count;
        }
        self.wrong.extend(other.wrong);
        self.heads.extend(other.heads);
        self.boundaries.extend(other.boundaries);
    }

    /// Ends the test if any run went wrong: with the first few in full.
    pub(crate) fn must_be_clean(&self) {
        for head in &self.heads {
            println!("sim: WRONG {head}");
        }
        let shown: Vec<&str> = self.wrong.iter().take(3).map(String::as_str).collect();
        let count = self.wrong.len();
        assert!(
            count == 0,
            "{count} of {} runs:\n{}",
            self.runs,
            shown.join("\n")
        );
    }
}

/// Does the work of every scenario, on all cores.
pub(crate) fn on_all_cores<T: Sync>(things: &[T], work: impl Fn(&T) -> Batch + Sync) -> Batch {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Batch::default());
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(thing) = things.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let done = work(thing);
                    all.lock().unwrap().join(done);
                }
            });
        }
    });
    all.into_inner().unwrap()
}

/// Crashes a plan at boundaries `from..`, each so many apart.
fn each(from: u64, to: u64, apart: u64) -> impl Iterator<Item = u64> {
    let apart = usize::try_from(apart.max(1)).unwrap();
    (from..=to).step_by(apart)
}

/// One crash at each boundary of a plan.
fn crashed_once(plan: &Plan, effort: &Effort) -> Batch {
    let mut batch = Batch::default();
    let whole = run(plan, open);
    let boundaries = whole.boundaries();
    batch.add(&whole);
    batch.boundaries.insert(plan.name.clone(), boundaries);
    for first in each(1, boundaries, effort.first_apart) {
        batch.add(&run(&plan.crashing(&[first]), open));
    }
    batch
}

/// A crash at a boundary of a plan, and another one at a boundary of what follows.
fn crashed_twice(plan: &Plan, effort: &Effort) -> Batch {
    let mut batch = Batch::default();
    let boundaries = run(plan, open).boundaries();
    for first in each(1, boundaries, effort.twice_first_apart) {
        let recovered = run(&plan.crashing(&[first]), open).boundaries();
        let from = first + 1 + first % effort.second_apart.max(1);
        for second in each(from, recovered, effort.second_apart) {
            batch.add(&run(&plan.crashing(&[first, second]), open));
        }
    }
    batch
}

/// Every scenario goes well without a crash, its story is told the same twice, and it
/// passes boundaries at all, by running each.
#[test]
fn scenarios_go_well() {
    for plan in scenarios::every() {
        let report = run(&plan, open);
        assert!(report.is_clean(), "{report}");
        assert!(
            report.boundaries() > 20,
            "{}: {}",
            plan.name,
            report.boundaries()
        );
        assert_eq!(report.trace, run(&plan, open).trace, "{}", plan.name);
    }
}

/// Money, POS, paper, stock and numbers are right after a crash at every boundary of every
/// scenario, by stopping the program there, starting it again and letting it come to rest.
#[test]
fn a_crash_at_every_boundary() {
    let effort = effort::asked_for();
    let plans = scenarios::every();
    let batch = on_all_cores(&plans, |plan| crashed_once(plan, &effort));
    let boundaries: u64 = batch.boundaries.values().sum();
    println!(
        "sim: {} scenarios, {boundaries} boundaries, {} runs crashed once, {} wrong",
        plans.len(),
        batch.runs - u64::try_from(plans.len()).unwrap(),
        batch.wrong.len(),
    );
    batch.must_be_clean();
    assert!(batch.runs >= 1_000, "{} runs", batch.runs);
}

/// The same holds where the program stops again while it recovers, by a second crash at
/// the boundaries that follow the first.
#[test]
fn a_crash_while_it_recovers() {
    let effort = effort::asked_for();
    let plans = scenarios::every();
    let batch = on_all_cores(&plans, |plan| crashed_twice(plan, &effort));
    println!(
        "sim: {} runs crashed twice, {} wrong",
        batch.runs,
        batch.wrong.len()
    );
    batch.must_be_clean();
    assert!(batch.runs >= 200, "{} runs", batch.runs);
}
