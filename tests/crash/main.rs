//! `soban serve` kills itself at a boundary: before or after a commit, or a call of a
//! gateway, a printer or the till. Guest, phone and staff go on without knowing, and in the
//! end everything is there once or not at all, by every ledger.
//!
//! The sandbox is another process and lives on, as the world outside does.
//! `cargo xtask crash --kills 300` makes a longer run of it. The modules are marked as
//! tests because what they share may end a test by panicking.
#![cfg(unix)]

#[cfg(test)]
mod batch;
#[cfg(test)]
mod chance;
#[cfg(test)]
mod keeper;
#[cfg(test)]
mod ledgers;
#[cfg(test)]
mod play;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod spoilt;

use std::collections::BTreeMap;

use crate::batch::{Report, Wish};

/// What no batch may miss: where money, and what follows from it, changes hands.
const MUST_STRIKE: [&str; 8] = [
    "store.write/before",
    "store.write/after",
    "gateway.offer/before",
    "gateway.offer/after",
    "gateway.approve/before",
    "gateway.approve/after",
    "pos.send/after",
    "printers.print/after",
];

/// The hub is killed at boundaries drawn from a seed, in every scenario and while it comes
/// up again; each order ends as it must, by the ledgers of gateway, till and printers,
/// the events have no gap, what was shown was on disk, and no secret is left anywhere.
#[test]
fn killed_at_any_boundary() {
    let wish = Wish::of_the_environment();
    let report = match &wish.only {
        Some((scenario, plan)) => batch::one(wish.seed, *scenario, plan),
        None => batch::batch(&wish),
    };
    tell(&wish, &report);
    let seed = wish.seed;
    assert!(
        report.failures.is_empty(),
        "seed {seed}:\n{}",
        report.failures.join("\n")
    );
    if wish.only.is_some() {
        return;
    }
    assert!(
        report.deaths.len() >= wish.kills,
        "{} kills only",
        report.deaths.len()
    );
    assert!(
        report.deaths.iter().any(|(_, death)| death.in_recovery),
        "none in recovery"
    );
    for point in MUST_STRIKE {
        let struck = report.deaths.iter().any(|(_, death)| death.point == point);
        assert!(struck, "no kill {point}, seed {seed}");
    }
}

/// The figures of docs/reliability.md.
fn tell(wish: &Wish, report: &Report) {
    let recovery = report
        .deaths
        .iter()
        .filter(|(_, death)| death.in_recovery)
        .count();
    println!(
        "{} kills in {} runs, {recovery} of them in recovery, seed {}",
        report.deaths.len(),
        report.runs,
        wish.seed
    );
    let mut scenarios = BTreeMap::new();
    let mut points = BTreeMap::new();
    for (scenario, death) in &report.deaths {
        *scenarios.entry(scenario.name()).or_insert(0) += 1;
        *points.entry(death.point.clone()).or_insert(0) += 1;
    }
    for (name, boundaries) in &report.boundaries {
        let kills = scenarios.get(name).copied().unwrap_or(0);
        println!("  {name:<22}{boundaries:>4} boundaries {kills:>4} kills");
    }
    for (point, kills) in points {
        println!("  {point:<26}{kills:>4} kills");
    }
}
