//! Payment gateways, one module each.
//!
//! Guarantees: each keeps the contract of [`soban_engine::ports::gateway`]: ignorance is
//! never reported as a refusal, and nothing secret is in what they say.
//!
//! Deliberately absent: waiting, asking again and deciding. A gateway makes one call and
//! says what is known; the engine does the rest.

mod address;
mod evidence;
mod fields;
pub mod kakaopay;
mod line;
mod wish;

pub use address::BadAddress;
pub use kakaopay::{KakaoPay, KakaoPayConfig};
