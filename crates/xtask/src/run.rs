//! `cargo xtask run`: from a fresh clone to a shop that takes orders.
//!
//! Guarantees: without a display, or with `--headless`, nothing of the window is
//! installed or built; `soban demo` itself says `soban ready` and every address.
//! Deliberately absent: reading that output. What the demo says is between it and you.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::args::RunOptions;
use crate::needs;
use crate::places::{Places, Profile};
use crate::program::Program;
use crate::service::{self, Service};
use crate::workshop::{HUB, Programs, SHELL, Workshop};

/// Where the hub listens unless told otherwise.
const PORT: u16 = 7780;

/// Builds what is out of date, starts the demo, and stays.
pub(crate) fn run(options: &RunOptions) -> Result<()> {
    let window = !options.headless && has_display();
    if !window && !options.headless {
        println!("There is no display here, so the demo starts without its window.");
    }
    let mut workshop = Workshop::open(options.verbose)?;
    workshop.steps.expect(if window { 6 } else { 5 });
    let profile = if options.release {
        Profile::Release
    } else {
        Profile::Dev
    };
    let way = workshop.tools(if window { needs::WINDOW } else { needs::HUB })?;
    workshop.screens(&way)?;
    let mut programs = workshop.programs("build hub", &[HUB], profile)?;
    if window {
        programs = workshop.programs("build shell", &[SHELL], profile)?;
    }
    let places = &workshop.places;
    let mut services = Vec::new();
    workshop.steps.loud("start", |_| {
        if window {
            services.push(Service::start("kiosk", shell(options, places, &programs))?);
        } else {
            services.push(Service::start("demo", demo(options, places, &programs))?);
        }
        Ok(())
    })?;
    service::stay(services)
}

/// The kiosk window with hub, sandbox and the sample store inside.
fn shell(options: &RunOptions, places: &Places, programs: &Programs) -> Program {
    let program = Program::new(&programs.shell)
        .arg("--demo")
        .args(options.windowed.then_some("--windowed"));
    hub_options(program, options, places)
}

/// Hub, sandbox and sample store in one program.
fn demo(options: &RunOptions, places: &Places, programs: &Programs) -> Program {
    hub_options(Program::new(&programs.soban).arg("demo"), options, places)
}

/// What the hub is told, whichever program carries it.
fn hub_options(program: Program, options: &RunOptions, places: &Places) -> Program {
    let port = options.port.unwrap_or(PORT);
    program
        .arg("--data")
        .arg(data(options, places))
        .arg("--listen")
        .arg(format!("127.0.0.1:{port}"))
        .args(&options.rest)
        .env("SOBAN_UI_DIST", places.ui_dist())
        .within(&places.root)
}

fn data(options: &RunOptions, places: &Places) -> PathBuf {
    let asked = options.data.clone();
    asked.unwrap_or_else(|| places.demo_data())
}

fn has_display() -> bool {
    // Windows and macOS always have one; elsewhere it is told by these.
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
