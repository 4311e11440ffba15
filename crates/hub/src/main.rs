//! `soban`: one program for hub, sandbox and the tools around them.
//!
//! Exits 0 when all is well, 1 when something was refused or found wrong, 2 for bad
//! usage. Errors are one plain sentence on standard error.

use std::process::ExitCode;

fn main() -> ExitCode {
    soban_hub::cli::run()
}
