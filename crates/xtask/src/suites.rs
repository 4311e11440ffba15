//! The programs of `soban-tests`: what the suites are told, the pictures, the benchmark.
//!
//! Guarantees: suites and programs find what was built by the same variables:
//! `SOBAN_BIN`, `SOBAN_SHELL_BIN`, `SOBAN_UI_DIST`. Deliberately absent: the suites.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::args::{CrashOptions, SimOptions};
use crate::needs;
use crate::places::{Places, Profile};
use crate::program::Program;
use crate::workshop::{HUB, Programs, SHELL, SUITES, Workshop};

/// The seeds of `cargo xtask sim` where no number is asked for.
const SEEDS: u32 = 20_000;

/// The kills of `cargo xtask crash` where no number is asked for.
const KILLS: u32 = 300;

/// Tells a program of `soban-tests` where the built programs are.
pub(crate) fn tell_where(program: Program, places: &Places, built: &Programs) -> Program {
    program
        .env("SOBAN_BIN", &built.soban)
        .env("SOBAN_SHELL_BIN", &built.shell)
        .env("SOBAN_UI_DIST", places.ui_dist())
}

/// `cargo xtask screens`: pictures of every screen, into docs/screens.
pub(crate) fn screens(verbose: bool, rest: &[String]) -> Result<()> {
    let mut workshop = Workshop::open(verbose)?;
    workshop.steps.expect(5);
    let way = workshop.tools(needs::EVERYTHING)?;
    workshop.screens(&way)?;
    let built = workshop.programs("build hub and shell", &[HUB, SHELL], Profile::Dev)?;
    let places = &workshop.places;
    workshop.steps.loud("take pictures", |_| {
        let program = Program::cargo(places).args(["run", "-p", SUITES, "--bin", "screens", "--"]);
        tell_where(program.args(rest), places, &built).run_aloud(|_| ())
    })
}

/// `cargo xtask crash`: the suite `crash` with more kills than the test command has. It
/// brings a hub of its own, which is built to kill itself.
pub(crate) fn crash(options: &CrashOptions) -> Result<()> {
    let mut workshop = Workshop::open(options.verbose)?;
    workshop.steps.expect(2);
    let places = &workshop.places;
    let words = ["test", "-p", SUITES, "--test", "crash"];
    workshop.steps.quiet("build hub and suite", |line| {
        needs::meet(needs::HUB, line)?;
        Program::cargo(places).args(words).arg("--no-run").run(line)
    })?;
    let clock = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = options.seed.unwrap_or(clock.unwrap_or_default().as_secs());
    workshop.steps.loud("kill", |_| {
        Program::cargo(places)
            .args(words)
            .args(["--", "--nocapture", "killed_at_any_boundary"])
            .env("SOBAN_CRASH_SEED", seed.to_string())
            .env(
                "SOBAN_CRASH_KILLS",
                options.kills.unwrap_or(KILLS).to_string(),
            )
            .run_aloud(|_| ())
    })
}

/// `cargo xtask sim`: the suite `sim`, optimised, with more seeds than the test command has,
/// one seed told line by line, or every pair of crashes.
pub(crate) fn sim(options: &SimOptions) -> Result<()> {
    let mut workshop = Workshop::open(options.verbose)?;
    workshop.steps.expect(2);
    let places = &workshop.places;
    let words = ["test", "--release", "-p", SUITES, "--test", "sim"];
    workshop.steps.quiet("build suite", |line| {
        needs::meet(needs::HUB, line)?;
        Program::cargo(places).args(words).arg("--no-run").run(line)
    })?;
    let told = options.seed.is_some();
    let tests: &[&str] = match (told, options.all) {
        (true, _) => &["seeds::a_seed_repeats"],
        (false, true) => &["crashes::", "seeds::seeds_go_well"],
        (false, false) => &["seeds::seeds_go_well"],
    };
    let mut program = Program::cargo(places)
        .args(words)
        .args(["--", "--nocapture"])
        .args(tests)
        .env(
            "SOBAN_SIM_SEEDS",
            options.seeds.unwrap_or(SEEDS).to_string(),
        )
        .env("SOBAN_SIM_FROM", options.from.unwrap_or(1).to_string())
        .env("SOBAN_SIM_COUNTS", "1");
    if let Some(seed) = options.seed {
        program = program.env("SOBAN_SIM_SEED", seed.to_string());
    }
    if options.all {
        program = program.env("SOBAN_SIM_ALL", "1");
    }
    workshop
        .steps
        .loud("simulate", |_| program.run_aloud(|_| ()))
}

/// `cargo xtask bench`: the measurements behind docs/perf.md and docs/reliability.md, on optimised programs.
pub(crate) fn bench(verbose: bool, rest: &[String]) -> Result<()> {
    let mut workshop = Workshop::open(verbose)?;
    workshop.steps.expect(2);
    let places = &workshop.places;
    let words = [
        "--profile",
        Profile::Dist.name(),
        "-p",
        SUITES,
        "--bin",
        "bench",
    ];
    workshop.steps.quiet("build benchmark", |line| {
        needs::meet(needs::HUB, line)?;
        Program::cargo(places).arg("build").args(words).run(line)
    })?;
    workshop.steps.loud("measure", |_| {
        Program::cargo(places)
            .args(["run", "--quiet"])
            .args(words)
            .arg("--")
            .args(rest)
            .run_aloud(|_| ())
    })
}
