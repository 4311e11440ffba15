//! The desktop program `soban-shell`: reads its arguments and starts the shell.
//!
//! Guarantees: exits 0 when it was ended in an orderly way, 1 with one sentence on
//! standard error when it could not start, 2 on bad usage.

// A kiosk on Windows must not open a console beside its window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use clap::Parser;
use soban_shell::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    #[cfg(target_os = "linux")]
    soban_shell::renderer::settle();
    match soban_shell::start(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The kiosk could not start: {error}.");
            ExitCode::FAILURE
        }
    }
}
