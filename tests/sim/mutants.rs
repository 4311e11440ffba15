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

/// The scenario that is most likely to catch a bug: tried first.
fn likely(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::ApprovalBeforeCommit => "comes home too late",
        Mutant::RestartIsDeclined => "paid",
        Mutant::UnknownIsDeclined => "approval lost",
        Mutant::AskedEnoughIsUnpaid => "staff saw the money",
        Mutant::AmountNotCompared => "wrong amount approved",
        Mutant::ReversalSkipped => "wrong amount approved",
        Mutant::LateMoneyIgnored => "barcode, late approval",
        Mutant::RepeatsAreNew => "commands come again",
        Mutant::ToldBeforeCommit => "paid",
        Mutant::TokenKept => "paid",
        Mutant::TokenLogged => "paid",
        Mutant::PosSentBlindly => "pos loses its answer",
        Mutant::TicketSentBlindly => "ticket without proof",
        Mutant::SentUnpaid => "paid",
        Mutant::HoldsStay => "a pie that nobody pays",
        Mutant::NothingHeld => "the last pies",
        Mutant::PriceOfNow => "price changes while paying",
        Mutant::NeverGivenUp => "a pie that nobody pays",
    }
}

/// Looks for a run that catches a bug: the likely scenario, also with a crash, then all of
/// them, then seeds.
fn hunt(mutant: Mutant) -> Option<Caught> {
    let _seeded = Seeded::with(mutant);
    let plan = scenarios::named(likely(mutant)).unwrap();
    caught(&run(&plan, open))
        .or_else(|| with_a_crash(&plan))
        .or_else(|| {
            scenarios::every()
                .iter()
                .find_map(|plan| caught(&run(plan, open)))
        })
        .or_else(|| (1..100).find_map(|seed| caught(&run(&chaos::plan(seed), open))))
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
