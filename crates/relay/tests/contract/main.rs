//! The counter POS's adapter against the sandbox's till, over HTTP.
//!
//! Guarantees: what the adapter says is compared with the till's own ledger. Deliberately
//! absent: the engine; here nobody tries again by himself.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers end it by panicking: that is how it fails"
)]

mod counter;
mod news;
mod sending;
mod silence;
