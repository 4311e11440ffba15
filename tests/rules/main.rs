//! The rules that no compiler knows: who may depend on whom, how files are named and
//! how long they may be, where words for people live, and that documents name tests
//! that exist.
//!
//! Guarantees: a broken rule is named with the file or edge that breaks it and the way
//! out. Deliberately absent: style, which rustfmt and clippy know.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a rule that cannot be looked at stops the test"
)]

mod documents;
mod edges;
mod files;
mod lexer;
mod tree;
mod words;
