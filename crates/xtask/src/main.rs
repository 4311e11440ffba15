//! `cargo xtask`: the workshop. `run` and `test` on a bare machine, and the rest.
//!
//! Guarantees: each command installs what its steps need and no more; it says by step
//! what it does and how long that took; a step that cannot be done ends the command
//! with one plain sentence; Ctrl-C stops what was started, and nothing else.
//!
//! Deliberately absent: anything that takes long to build (this program must speak
//! within seconds of a fresh clone) and anything a plain `cargo` call does as well.

mod args;
mod interrupt;
mod needs;
mod places;
mod program;
mod results;
mod run;
mod screens;
mod service;
mod size;
mod steps;
mod suites;
mod test;
mod wasm;
mod workshop;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Task;
use crate::interrupt::Interrupted;
use crate::workshop::Workshop;

fn main() -> ExitCode {
    let task = match args::parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("{error}. `cargo xtask help` lists the commands.");
            return ExitCode::from(2);
        }
    };
    match interrupt::watch().and_then(|()| perform(task)) {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("Stopped, as asked.");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("{error:#}.");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        Task::Run(options) => run::run(&options),
        Task::Test { quick, verbose } => return test::test(quick, verbose),
        Task::Setup { verbose } => Workshop::open(verbose)?.set_up_everything(),
        Task::Ui { verbose } => Workshop::open(verbose)?.screens_only(),
        Task::Size { verbose } => size::command(verbose),
        Task::Dist { verbose } => Workshop::open(verbose)?.dist(),
        Task::Crash(options) => suites::crash(&options),
        Task::Sim(options) => suites::sim(&options),
        Task::Bench { verbose, rest } => suites::bench(verbose, &rest),
        Task::Screens { verbose, rest } => suites::screens(verbose, &rest),
        Task::States { verbose } => Workshop::open(verbose)?.states(),
    }?;
    Ok(ExitCode::SUCCESS)
}
