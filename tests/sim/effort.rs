//! How much is tried: what fits into the test command, or all of it.
//!
//! `cargo xtask sim` asks for more by these variables: `SOBAN_SIM_ALL`, `SOBAN_SIM_SEEDS`
//! (how many), `SOBAN_SIM_FROM` (the first), `SOBAN_SIM_SEED` (one, told line by line).

use std::env;

/// Seeds in the test command.
const SEEDS: u64 = 200;

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Boundaries from one single crash to the next.
    pub(crate) first_apart: u64,
    /// The same where a second crash follows.
    pub(crate) twice_first_apart: u64,
    /// Boundaries from one second crash to the next.
    pub(crate) second_apart: u64,
}

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}")),
    )
}

/// What was asked for.
pub(crate) fn asked_for() -> Effort {
    match env::var_os("SOBAN_SIM_ALL") {
        Some(_) => Effort {
            first_apart: 1,
            twice_first_apart: 1,
            second_apart: 1,
        },
        None => Effort {
            first_apart: 3,
            twice_first_apart: 31,
            second_apart: 23,
        },
    }
}

/// The seeds to run: the first, and how many.
pub(crate) fn seeds() -> (u64, u64) {
    let first = number("SOBAN_SIM_FROM").unwrap_or(1);
    (first, number("SOBAN_SIM_SEEDS").unwrap_or(SEEDS))
}

/// One seed to be told line by line.
pub(crate) fn seed() -> Option<u64> {
    number("SOBAN_SIM_SEED")
}
