//! `soban`, built with crash points: the same commands, and `SOBAN_KILL_AT`.

use std::process::ExitCode;

fn main() -> ExitCode {
    soban_hub::cli::run()
}
