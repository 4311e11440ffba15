//! The order store on SQLite: the only SQL of the product.
//!
//! Guarantees: what [`SqliteStore`] answered is on disk (WAL, `synchronous=FULL`, read
//! back at every start); writes are serial and grouped into one commit; a job is kept
//! whole or undone whole; the guards of invariants are in the schema, beside whatever
//! the engine checks; a file that is damaged, foreign or newer is refused in a sentence.
//!
//! Deliberately absent: rules of the trade. This crate stores what the engine decided.
//! Logs, pictures and statistics live elsewhere, so that this file stays small.

mod backup;
mod fault;
mod inline;
mod open;
mod reader;
mod schema;
mod settings;
mod store;
mod tx;
mod writer;

pub use settings::Settings;
pub use store::SqliteStore;
