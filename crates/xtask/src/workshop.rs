//! The steps that several commands share, each written once.
//!
//! Guarantees: every command builds the same program by the same cargo call, so that
//! none undoes another's work. Deliberately absent: deciding what is out of date; cargo
//! and the bundler do.

use std::path::PathBuf;

use anyhow::Result;

use crate::needs::{self, Need};
use crate::places::{Places, Profile};
use crate::program::Program;
use crate::screens;
use crate::steps::{Line, Steps};
use crate::wasm::Way;

/// The packages that need the built screens or the wasm target.
pub(crate) const SCREENS: &str = "soban-ui";
/// The kiosk shell's package, and its program.
pub(crate) const SHELL: &str = "soban-shell";
/// The package of the suites across crates.
pub(crate) const SUITES: &str = "soban-tests";
/// The hub's package; its program is `soban`.
pub(crate) const HUB: &str = "soban-hub";

/// One command at work.
pub(crate) struct Workshop {
    pub(crate) places: Places,
    pub(crate) steps: Steps,
}

/// The native programs as built.
pub(crate) struct Programs {
    pub(crate) soban: PathBuf,
    pub(crate) shell: PathBuf,
}

impl Workshop {
    /// Opens it in this checkout.
    pub(crate) fn open(verbose: bool) -> Result<Self> {
        Ok(Self {
            places: Places::find()?,
            steps: Steps::new(verbose),
        })
    }

    /// The step `check tools`: what is missing is installed, and the way to wasm found.
    pub(crate) fn tools(&mut self, needs: &[&[Need]]) -> Result<Way> {
        self.steps.quiet("check tools", |line| {
            needs::meet(needs, line)?;
            Way::find(line)
        })
    }

    /// The step `check tools` for the whole test.
    pub(crate) fn tools_for_tests(&mut self) -> Result<Way> {
        self.steps.quiet("check tools", |line| {
            needs::meet(needs::EVERYTHING, line)?;
            needs::components(line)?;
            Way::find(line)
        })
    }

    /// The steps `build screens` and `bundle screens`.
    pub(crate) fn screens(&mut self, way: &Way) -> Result<()> {
        let places = &self.places;
        self.steps
            .quiet("build screens", |line| screens::build(places, way, line))?;
        self.steps
            .quiet("bundle screens", |line| screens::bundle(places, line))
    }

    /// A step that builds native programs.
    pub(crate) fn programs(
        &mut self,
        name: &str,
        packages: &[&str],
        profile: Profile,
    ) -> Result<Programs> {
        let places = &self.places;
        self.steps.quiet(name, |line| {
            packages
                .iter()
                .try_for_each(|package| build(places, package, profile, line))
        })?;
        Ok(Programs {
            soban: places.program("soban", profile),
            shell: places.program(SHELL, profile),
        })
    }

    /// `cargo xtask setup`.
    pub(crate) fn set_up_everything(mut self) -> Result<()> {
        self.steps.expect(1);
        self.tools_for_tests()?;
        println!("Everything the workshop needs is there.");
        Ok(())
    }

    /// `cargo xtask ui`.
    pub(crate) fn screens_only(mut self) -> Result<()> {
        self.steps.expect(3);
        let way = self.tools(needs::HUB)?;
        self.screens(&way)?;
        println!("The screens are in {}.", self.places.ui_dist().display());
        Ok(())
    }

    /// `cargo xtask dist`.
    pub(crate) fn dist(mut self) -> Result<()> {
        self.steps.expect(5);
        let way = self.tools(needs::WINDOW)?;
        self.screens(&way)?;
        self.programs("build hub", &[HUB], Profile::Dist)?;
        let programs = self.programs("build shell", &[SHELL], Profile::Dist)?;
        for program in [programs.soban, programs.shell] {
            let size = std::fs::metadata(&program)?.len();
            println!("{}  {} MB", program.display(), size / 1_000_000);
        }
        Ok(())
    }

    /// `cargo xtask states`.
    pub(crate) fn states(mut self) -> Result<()> {
        self.steps.expect(1);
        let places = &self.places;
        self.steps.quiet("write docs/state", |line| {
            Program::cargo(places)
                .args(["run", "-p", "soban-domain", "--example", "states"])
                .run(line)
        })
    }
}

/// Builds one package for this machine. Optimised programs carry the screens inside;
/// others read them from the folder, so that a new screen needs no new hub.
fn build(places: &Places, package: &str, profile: Profile, line: &Line) -> Result<()> {
    let carried = match (profile, package) {
        (Profile::Dev, _) => None,
        // What Tauri's own tool adds to a program that is to be shipped.
        (_, SHELL) => Some("soban-hub/embed,tauri/custom-protocol"),
        (_, _) => Some("soban-hub/embed"),
    };
    Program::cargo(places)
        .args(["build", "--profile", profile.name(), "-p", package])
        .args(carried.iter().flat_map(|features| ["--features", features]))
        .run(line)
}
