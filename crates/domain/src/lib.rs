//! What a restaurant's order *is*: money, tax, menu, options, pricing, the state
//! machines of order, payment, refund, cash receipt, relay and print, the comparison
//! of a day's books, payment QR codes, and paper as a document.
//!
//! Guarantees: pure (no clock, no random, no I/O), total (no panic on any input) and
//! the same on the hub and in the browser, so that a screen prices a basket with the
//! very function that charges it.
//!
//! Deliberately absent: SQL, HTTP, printers' bytes, anything that waits.

#![deny(
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::float_arithmetic
)]
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

pub mod business;
pub mod call_number;
pub mod cart;
pub mod cash_receipt;
pub mod change;
pub mod emv_qr;
pub mod ids;
pub mod machine;
pub mod menu;
pub mod moment;
pub mod money;
pub mod order;
pub mod paper;
pub mod payment;
pub mod pricing;
pub mod print;
pub mod quote;
pub mod reconcile;
pub mod refund;
pub mod relay;
pub mod secret;
pub mod shelf;
pub mod slip;
pub mod tax;
pub mod text;
