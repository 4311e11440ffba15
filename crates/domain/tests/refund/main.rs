//! What goes back, to the won: examples worked out by hand, and properties over the
//! menus and baskets that the pricing tests make at random.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a fixture that does not fit stops the test"
)]

#[path = "../pricing/dice.rs"]
#[expect(dead_code, reason = "the pricing tests use more of it")]
mod dice;
#[path = "../pricing/fixture.rs"]
#[expect(dead_code, reason = "the pricing tests use more of it")]
mod fixture;
mod properties;
mod worked;
