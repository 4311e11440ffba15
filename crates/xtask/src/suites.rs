//! The programs of `soban-tests`: what the suites are told, the pictures, the benchmark.
//!
//! Guarantees: suites and programs find what was built by the same variables:
//! `SOBAN_BIN`, `SOBAN_SHELL_BIN`, `SOBAN_UI_DIST`. Deliberately absent: the suites.

use anyhow::Result;

use crate::needs;
use crate::places::{Places, Profile};
use crate::program::Program;
use crate::workshop::{HUB, Programs, SHELL, SUITES, Workshop};

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

/// `cargo xtask bench`: the measurements behind docs/perf.md, on optimised programs.
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
