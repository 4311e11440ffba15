//! Links to counter POS systems, one module for each make.
//!
//! Guarantees: each keeps the contract of [`soban_engine::ports::pos`]: an order whose
//! sending brought no clear answer is never called absent, and nothing is sent twice
//! here.
//!
//! Deliberately absent: the queue, waiting and repeating; they are the engine's, because
//! they must survive a restart.

pub mod tossplace;

pub use tossplace::{TossPlace, TossPlaceConfig};
