//! `cargo xtask test`: everything that must hold, on a bare machine.
//!
//! Guarantees: a failing step does not keep the later ones from running, only those
//! that stand on it; the last line is `N passed, M failed`; M is 0 exactly if the
//! command ends well. A step that is no suite (a lint, a build) counts as one failure.
//! Deliberately absent: running a failed test again.

use std::process::ExitCode;

use anyhow::Result;

use crate::interrupt::Interrupted;
use crate::needs;
use crate::places::{Places, Profile};
use crate::program::Program;
use crate::results::Tally;
use crate::screens;
use crate::size;
use crate::steps::{self, Line};
use crate::suites;
use crate::wasm::Way;
use crate::workshop::{HUB, SCREENS, SHELL, SUITES, Workshop};

/// What cannot be done without built screens.
const UPON_SCREENS: [&str; 4] = [
    "weigh screens",
    "tests of the shell",
    "build hub and shell",
    "suites",
];

/// The whole run so far.
struct Run {
    workshop: Workshop,
    tally: Tally,
}

/// Runs it.
pub(crate) fn test(quick: bool, verbose: bool) -> Result<ExitCode> {
    let mut run = Run {
        workshop: Workshop::open(verbose)?,
        tally: Tally::default(),
    };
    if quick {
        run.quickly()?;
    } else {
        run.fully()?;
    }
    Ok(run.conclude())
}

impl Run {
    fn quickly(&mut self) -> Result<()> {
        self.workshop.steps.expect(4);
        self.workshop.steps.quiet("check tools", |line| {
            needs::meet(needs::HUB, line)?;
            needs::components(line)
        })?;
        self.format()?;
        self.lints(&[SHELL, SCREENS])?;
        self.unit_tests()
    }

    fn fully(&mut self) -> Result<()> {
        self.workshop.steps.expect(8 + UPON_SCREENS.len());
        let way = self.workshop.tools_for_tests()?;
        self.format()?;
        let screens = self.screens(&way)?;
        self.pure_crates(&way)?;
        // The shell compiles the screens in, so without them it cannot be looked at.
        self.lints(if screens { &[] } else { &[SHELL] })?;
        self.unit_tests()?;
        self.tests_of("tests of the screens", SCREENS)?;
        if screens {
            self.upon_screens()
        } else {
            UPON_SCREENS.iter().try_for_each(|name| self.left_out(name))
        }
    }

    fn format(&mut self) -> Result<()> {
        self.single("check format", |places, line| {
            Program::cargo(places)
                .args(["fmt", "--all", "--check"])
                .run(line)
        })
        .map(|_| ())
    }

    fn screens(&mut self, way: &Way) -> Result<bool> {
        let built = self.single("build screens", |places, line| {
            screens::build(places, way, line)
        })?;
        if !built {
            self.left_out("bundle screens")?;
            return Ok(false);
        }
        self.single("bundle screens", |places, line| {
            screens::bundle(places, line)
        })
    }

    fn pure_crates(&mut self, way: &Way) -> Result<()> {
        self.single("domain and protocol on wasm", |places, line| {
            screens::build_shared(places, way, line)
        })
        .map(|_| ())
    }

    /// The screens are looked at natively too: clippy need not exist for wasm.
    fn lints(&mut self, without: &[&str]) -> Result<()> {
        self.single("lints", |places, line| {
            Program::cargo(places)
                .args(["clippy", "--workspace", "--all-targets"])
                .args(without.iter().flat_map(|package| ["--exclude", package]))
                .args(["--", "-D", "warnings"])
                .run(line)
        })
        .map(|_| ())
    }

    fn unit_tests(&mut self) -> Result<()> {
        let cargo = Program::cargo(&self.workshop.places).args(["test", "--workspace"]);
        let apart = [SCREENS, SHELL, SUITES];
        let cargo = cargo.args(apart.iter().flat_map(|package| ["--exclude", package]));
        self.counted("unit and integration tests", cargo)
    }

    /// The steps of [`UPON_SCREENS`].
    fn upon_screens(&mut self) -> Result<()> {
        let [weigh, shell, programs, suites] = UPON_SCREENS;
        self.single(weigh, |places, _| size::check(places).map(|_| ()))?;
        self.tests_of(shell, SHELL)?;
        let built = self
            .workshop
            .programs(programs, &[HUB, SHELL], Profile::Dev);
        let Some(built) = self.survive(built)? else {
            return self.left_out(suites);
        };
        let cargo = Program::cargo(&self.workshop.places).args(["test", "-p", SUITES]);
        let cargo = suites::tell_where(cargo, &self.workshop.places, &built);
        self.counted(suites, cargo)
    }

    /// A package by itself: together with others it would be built with their features.
    fn tests_of(&mut self, name: &str, package: &str) -> Result<()> {
        let words = ["test", "-p", package, "--lib"];
        let cargo = Program::cargo(&self.workshop.places).args(words);
        self.counted(name, cargo)
    }

    /// A step that counts as one failure if it fails; whether it went well.
    fn single(
        &mut self,
        name: &str,
        work: impl FnOnce(&Places, &Line) -> Result<()>,
    ) -> Result<bool> {
        let Workshop { places, steps } = &mut self.workshop;
        let result = steps.quiet(name, |line| work(places, line));
        Ok(self.survive(result)?.is_some())
    }

    /// A step whose tests are counted one by one.
    fn counted(&mut self, name: &str, cargo: Program) -> Result<()> {
        let mut tally = Tally::default();
        let result = self.workshop.steps.loud(name, |_| {
            cargo
                .arg("--no-fail-fast")
                .run_aloud(|line| tally.hear(line))
        });
        self.tally.add(tally);
        match result {
            // The failed tests are counted already.
            Err(error) if tally.failed > 0 && !error.is::<Interrupted>() => Ok(()),
            other => self.survive(other).map(|_| ()),
        }
    }

    fn left_out(&mut self, name: &str) -> Result<()> {
        self.workshop.steps.skip(name);
        self.tally.failed += 1;
        Ok(())
    }

    /// Counts an error and goes on, unless the end was asked for.
    fn survive<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(error) => {
                eprintln!("{error:#}.");
                self.tally.failed += 1;
                Ok(None)
            }
        }
    }

    fn conclude(self) -> ExitCode {
        let Tally { passed, failed } = self.tally;
        println!("\n{}", steps::summary(self.workshop.steps.done()));
        println!("{passed} passed, {failed} failed");
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
