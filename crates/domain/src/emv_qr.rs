//! QR codes for payment after EMVCo: the merchant's (MPM 1.1, shown by the store) and
//! the customer's (CPM, shown by a phone).
//!
//! Guarantees: a [`MerchantQr`] or [`CustomerQr`] that exists keeps the rules, whether it
//! was read or built; what was read is written back to the letter, with everything that
//! this code does not know; garbage gets an error with a name; and what a customer's
//! code says shows in no `Debug` and no error.
//!
//! Deliberately absent: the symbol's black and white modules, the byte format of
//! schemes that is not public (제로페이), and whether a code is still good: only the
//! payment provider knows.

// What is read here comes from anybody who holds a code before a scanner.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod ber;
mod builder;
mod crc;
mod customer;
mod customer_rules;
mod masked;
mod merchant;
mod merchant_rules;
mod object;
mod tlv;
mod wrong;

pub use ber::{BerContent, BerObject, BerTag};
pub use builder::MerchantQrBuilder;
pub use crc::crc16;
pub use customer::{Application, BASE64_MOST, CustomerQr, Revealed};
pub use masked::{MaskedLine, Shown, mask_number};
pub use merchant::{Account, Initiation, Local, MerchantQr};
pub use merchant_rules::{CODE_MOST, KRW, VALUE_MOST};
pub use object::{Content, Field, Object};
pub use tlv::{BadTag, Place, Tag};
pub use wrong::{BadCustomerQr, BadMerchantQr};
