//! A whole store in one thread: the real engine and a real order store, fakes with
//! ledgers around them, time that passes only when everybody waits, and crashes at any
//! boundary.
//!
//! A [`Plan`] says who comes, what fails and where the program stops. [`run`] lives
//! through it, life after life, until everything is quiet, then holds what is on disk
//! against what truly happened outside ([`checks`]).
//!
//! Guarantees: the same plan gives the same trace; what is outside (gateways, POS,
//! printers, guests, their phones and the disk) survives every crash, and what is inside
//! does not; nothing waits for real time.
//!
//! Deliberately absent: the order store itself. Who runs a simulation brings one
//! ([`Opener`]), so that this crate knows no adapter. Torn writes of the disk are
//! SQLite's own tests' work.

pub mod act;
pub mod chaos;
pub mod checks;
mod clock;
mod dice;
mod facts;
mod gateway;
mod guest;
mod life;
mod logs;
mod menu;
mod ordered;
mod plan;
mod report;
pub mod scenarios;
mod shock;
mod staff;
mod town;
mod watch;

pub use clock::SimClock;
pub use dice::Dice;
pub use life::{Opened, Opener, run};
pub use plan::{Plan, StaffWork};
pub use report::{Report, Violation};
pub use shock::Shock;
