//! The checkers are tested themselves: bugs on purpose, each of which must be caught.

use std::collections::{BTreeMap, BTreeSet};

use soban_engine::mutant::{self, Mutant};
use soban_testkit::sim::{Plan, Report, chaos, checks, run, scenarios};

use crate::disk::open;

/// Takes the bug out again, however the run ends.
struct Seeded;

impl Seeded {
    fn with(mutant: Mutant) -> Seeded {
        mutant::seed(Some(mutant));
        Seeded
    }
}

impl Drop for Seeded {
    fn drop(&mut self) {
        mutant::seed(None);
    }
}

/// How a bug was caught.
struct Caught {
    by: BTreeSet<&'static str>,
    how: String,
}

fn caught(report: &Report) -> Option<Caught> {
    (!report.is_clean()).then(|| Caught {
        by: report.violations.iter().map(|v| v.checker).collect(),
        how: match report.name.as_str() {
            "chaos" => format!("seed {}", report.seed),
            name => format!("`{name}`, crashes {:?}", report.crashes),
        },
    })
}

/// Looks for a run that catches a bug: the scenarios, the scenarios with a crash, seeds.
fn hunt(mutant: Mutant) -> Option<Caught> {
    let _seeded = Seeded::with(mutant);
    let plans = scenarios::every();
    let whole = plans.iter().find_map(|plan| caught(&run(plan, open)));
    whole
        .or_else(|| plans.iter().find_map(with_a_crash))
        .or_else(|| (1..200).find_map(|seed| caught(&run(&chaos::plan(seed), open))))
}

fn with_a_crash(plan: &Plan) -> Option<Caught> {
    let boundaries = run(plan, open).boundaries();
    (1..=boundaries).find_map(|at| caught(&run(&plan.crashing(&[at]), open)))
}

/// Every bug on purpose is caught, by running each until a checker finds it; without one
/// the same scenarios are clean, as the tests beside this one show.
#[test]
fn every_bug_is_caught() {
    let mut found: BTreeMap<&str, u32> = BTreeMap::new();
    let mut missed = Vec::new();
    for mutant in Mutant::ALL {
        match hunt(mutant) {
            Some(Caught { by, how }) => {
                println!("sim: {mutant:?} caught by {by:?} in {how}");
                for checker in by {
                    *found.entry(checker).or_insert(0) += 1;
                }
            }
            None => missed.push(mutant),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
    let idle: Vec<_> = checks::names()
        .into_iter()
        .filter(|name| !found.contains_key(name))
        .collect();
    println!("sim: checkers that no bug on purpose needed: {idle:?}");
}
