//! Three sides of a day against each other: an example of every difference, worked out
//! by hand, and properties over days made at random with faults sown into them.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a fixture that does not fit stops the test"
)]

mod examples;
mod faults;
mod properties;
mod world;
