//! Each gateway's adapter against its stand-in in the sandbox, over HTTP.
//!
//! Guarantees: what the adapter says is compared with the sandbox's own ledger, which is
//! the truth about the money. Deliberately absent: the engine; here nobody asks again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers end it by panicking: that is how it fails"
)]

mod approvals;
mod conformance;
mod offers;
mod receipts;
mod reversals;
mod shop;
mod silence;
mod street;
mod tosspayments;
mod van;
