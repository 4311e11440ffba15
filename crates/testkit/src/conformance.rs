//! The contracts of the ports as runnable clauses.
//!
//! Each clause is a function that takes a rig and panics where the contract is broken.
//! A macro turns all of them into tests of their own, so that an adapter's crate runs
//! the whole suite with one line and a failure names its clause.

pub mod gateway;
pub mod store;
