//! Money that cannot go wrong: the real engine on the real order store, one thread, time
//! that passes only when everybody waits.
//!
//! Each scenario is crashed at every boundary, and again while it recovers; then seeds
//! put many faults into one run; then bugs are seeded into the engine, and each must be
//! caught. `cargo xtask sim` runs more of the same; a violation prints how to repeat it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a rig that cannot be built fails its test"
)]

mod disk;

mod crashes;
mod effort;
mod mutants;
mod seeds;
