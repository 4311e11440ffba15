//! Suites across crates: what they share.
