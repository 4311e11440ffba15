//! What the suites across crates share: a store under test and the ways to look at it.
//!
//! Guarantees: programs, sockets, disks and printers' bytes are real; what is waited for
//! is an event or a state, with one deadline, and never a time; nothing is tried again.
//!
//! Deliberately absent: knowledge of the hub's inside. The suites see what a guest, the
//! staff, an operator or the world outside can see.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a suite's rig ends a test by panicking: that is how it fails"
)]

use std::time::Duration;

pub mod baskets;
pub mod browser;
pub mod face;
pub mod feed;
pub mod guest;
pub mod outside;
pub mod phone;
pub mod ports;
pub mod program;
pub mod setup;
pub mod shell;
pub mod truth;
pub mod world;

/// The longest that anything may take; on an idle machine all of it takes far less.
pub const DEADLINE: Duration = Duration::from_secs(45);
