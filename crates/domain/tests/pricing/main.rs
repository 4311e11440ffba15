//! What a basket costs and what changed under it: examples worked out by hand, the
//! sample store's menu, and properties over menus and baskets made at random.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fixture that does not fit stops the test"
)]

mod cart;
mod change;
mod check;
mod dice;
mod fixture;
mod properties;
mod sample;
mod worked;
