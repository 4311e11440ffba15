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
pub mod kicc;
mod line;
pub mod mpm;
mod short_id;
pub mod toss;
mod wish;

pub use address::BadAddress;
pub use kakaopay::{KakaoPay, KakaoPayConfig};
pub use kicc::{Kicc, KiccConfig};
pub use mpm::{Mpm, MpmConfig};
pub use toss::{Toss, TossConfig};
