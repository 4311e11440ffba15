//! What the engine does, seen from its ports: commands in, calls to the world outside
//! and records on disk out.
//!
//! Guarantees: one thread and a clock that the test moves, so each run is the same; the
//! fakes' own ledgers say what truly happened outside, never the engine's belief.
//!
//! Deliberately absent: SQL, HTTP and bytes on wires; the adapters have suites of their
//! own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a rig that cannot be built fails its test"
)]

mod rig;

mod cash_receipt;
mod commands;
mod counter;
mod late;
mod news;
mod payment;
mod print;
mod reconcile;
mod refund;
mod refund_faults;
mod relay;
mod restart;
mod resume;
mod reversal;
mod scan;
mod shown;
mod stock;
mod unknown;
