use soban_testkit::sim::{chaos, run};
use crate::disk::open;
#[test]
fn seeds() {
    let from: u64 = std::env::var("FROM").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let n: u64 = std::env::var("N").ok().and_then(|s| s.parse().ok()).unwrap_or(50);
    let begun = std::time::Instant::now();
    let mut bad = 0;
    for seed in from..from + n {
        let report = run(&chaos::plan(seed), open);
        if !report.is_clean() {
            bad += 1;
            if n == 1 { println!("{report}"); } else {
            println!("seed {seed} {} lives {:?}", report.lives, report.violations); }
        } else if n == 1 { println!("{report}"); }
    }
    println!("{n} seeds, {bad} bad, {:?}", begun.elapsed());
}
