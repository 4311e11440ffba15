//! A crash at every boundary of every scenario, and again at the boundaries of the
//! recovery.

use std::collections::BTreeMap;

use soban_testkit::sim::{Plan, Report, run, scenarios};

use crate::disk::open;

/// Runs a plan that must be clean.
fn clean(plan: &Plan) -> Report {
    let report = run(plan, open);
    assert!(report.is_clean(), "{report}");
    report
}

/// Every scenario goes well without a crash, by running each of them.
#[test]
fn scenarios_go_well() {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for plan in scenarios::every() {
        let begun = std::time::Instant::now();
        let report = run(&plan, open);
        println!("{:45} {:4} boundaries {:?} {:?}", plan.name, report.boundaries(), begun.elapsed(), report.violations);
        if !report.is_clean() || std::env::var("SHOW").as_deref() == Ok(&plan.name) { println!("{report}"); }
        for (what, count) in report.seen { *seen.entry(what).or_insert(0) += count; }
    }
    for (what, count) in seen { println!("{count:6} {what}"); }
}

#[test]
fn one_crash() {
    let mut total = 0;
    let mut bad: Vec<String> = Vec::new();
    let begun = std::time::Instant::now();
    for plan in scenarios::every() {
        if let Ok(only) = std::env::var("ONLY") && only != plan.name { continue; }
        let n = run(&plan, open).boundaries();
        let mut wrong = 0;
        for k in 1..=n {
            total += 1;
            let report = run(&plan.crashing(&[k]), open);
            if !report.is_clean() {
                wrong += 1;
                if wrong <= 2 { bad.push(format!("{report}")); }
            }
        }
        println!("{:45} {n:4} boundaries, {wrong} wrong {:?}", plan.name, begun.elapsed());
    }
    println!("{total} runs in {:?}", begun.elapsed());
    for b in &bad { println!("{b}\n----------"); }
    assert!(bad.is_empty());
}
