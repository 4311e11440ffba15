//! Payment QR codes: published samples, codes with one flaw each, properties over codes
//! made at random, and many thousand damaged codes.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a fixture that does not fit stops the test"
)]

mod codes;
mod customer;
mod flaws;
mod garbage;
mod merchant;
mod properties;
