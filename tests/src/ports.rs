//! Free ports of this machine.
//!
//! Guarantees: no two calls of one process give the same port, and none is of the range
//! that outgoing connections are given, so that a hub can come back to its own.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u32 = 15_000;
const COUNT: u32 = 15_000;

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// A port on which nothing listens.
///
/// # Panics
/// Where every port is taken.
pub fn free() -> u16 {
    // Processes begin at different places, so that suites at the same time rarely meet.
    let begin = std::process::id().wrapping_mul(97);
    for _ in 0..COUNT {
        let next = begin.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + next % COUNT).expect("the range fits a port");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port from {FIRST} on is free");
}
