//! Use-cases and the pumps behind them.
//!
//! Guarantees: durable before visible. Each use-case reads, decides and writes in one
//! transaction of the store; what must be done outside follows the commit, and what
//! comes of it is a new transaction.
//!
//! Deliberately absent: SQL, HTTP, bytes. They are behind [`ports`].

mod cash_receipts;
pub mod engine;
pub mod error;
mod guest;
mod hints;
mod in_flight;
pub mod menus;
pub mod mutant;
pub mod once;
mod pin;
pub mod ports;
pub mod pumps;
mod refunds;
mod release;
pub mod rules;
mod staff;
mod steps;
mod view;

pub use engine::{Engine, Parts};
pub use error::EngineError;
pub use rules::Rules;
