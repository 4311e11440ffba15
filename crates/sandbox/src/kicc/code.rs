//! The code a guest's wallet shows to the scanner: a barcode and a QR of the same payment.
//!
//! Guarantees: both forms are one code; it lives three minutes and is used once. Deliberately
//! absent: a real card; the number in the QR begins with 9, which no card scheme issues.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::ledger::masked;

/// How long a code is good.
pub(super) const LIFE: Duration = Duration::from_secs(3 * 60);
/// The application of Korean cards in a customer-presented QR.
const AID: [u8; 7] = [0xD4, 0x10, 0x00, 0x00, 0x01, 0x40, 0x10];

/// What the wallet behind a code does when it is asked for money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wallet {
    /// Pays.
    #[default]
    Ok,
    /// Refuses.
    Refused,
    /// Has too little.
    Short,
}

#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(super) barcode: String,
    pub(super) qr: String,
    pub(super) wallet: Wallet,
    pub(super) made_at: Moment,
    pub(super) used: bool,
}

impl Code {
    pub(super) fn draw(wallet: Wallet, now: Moment) -> Self {
        let mut rng = rand::rng();
        let mut digits = |count: usize| -> String {
            (0..count)
                .map(|_| char::from(b'0' + rng.random_range(0..10u8)))
                .collect()
        };
        Self {
            barcode: format!("28{}", digits(22)),
            qr: customer_qr(&format!("9{}", digits(15))),
            wallet,
            made_at: now,
            used: false,
        }
    }

    pub(super) fn expired(&self, now: Moment) -> bool {
        now >= self.made_at.plus(LIFE)
    }

    /// For the phone that shows it.
    pub(super) fn shown(&self) -> Value {
        json!({
            "barcode": self.barcode,
            "qr": self.qr,
            "wallet": self.wallet,
            "expires_at": self.made_at.plus(LIFE),
            "used": self.used,
        })
    }

    /// For the ledger.
    pub(super) fn noted(&self, now: Moment) -> Value {
        json!({
            "barcode": masked(&self.barcode, 4),
            "wallet": self.wallet,
            "made_at": self.made_at,
            "used": self.used,
            "expired": self.expired(now),
        })
    }
}

/// EMVCo customer-presented QR: format indicator and one application, BER-TLV in base64.
fn customer_qr(card: &str) -> String {
    // Track 2: number, separator, expiry 9912, service code 201, padded to whole bytes.
    let mut track = format!("{card}D9912201");
    if !track.len().is_multiple_of(2) {
        track.push('F');
    }
    let nibble = |c: u8| char::from(c).to_digit(16).unwrap_or(0xF) as u8;
    let track: Vec<u8> = track
        .as_bytes()
        .chunks(2)
        .map(|pair| nibble(pair[0]) << 4 | nibble(pair[1]))
        .collect();
    let mut application = tlv(0x4F, &AID);
    application.extend(tlv(0x50, b"SANDBOX"));
    application.extend(tlv(0x57, &track));
    let mut all = tlv(0x85, b"CPV01");
    all.extend(tlv(0x61, &application));
    STANDARD.encode(all)
}

/// One tag of a byte, with a value shorter than 128 bytes.
fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    [&[tag, length], value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The QR must be the standard's nesting of tags; one is taken apart byte by byte.
    #[test]
    fn the_qr_is_nested_tags() {
        let text = customer_qr("9123456789012345");
        let bytes = STANDARD.decode(&text).unwrap();
        assert_eq!(&bytes[..7], b"\x85\x05CPV01");
        assert_eq!((bytes[7], usize::from(bytes[8])), (0x61, bytes.len() - 9));
        assert_eq!(&bytes[9..11], &[0x4F, 7]);
        assert_eq!(&bytes[11..18], &AID);
        assert_eq!(&bytes[18..27], b"\x50\x07SANDBOX");
        assert_eq!((bytes[27], bytes[28]), (0x57, 12));
        assert_eq!(
            bytes[29..37],
            [0x91, 0x23, 0x45, 0x67, 0x89, 0x01, 0x23, 0x45]
        );
        assert_eq!(bytes[37..], [0xD9, 0x91, 0x22, 0x01]);
        assert!(text.len() <= 128, "fits tokenKey");
    }
}
