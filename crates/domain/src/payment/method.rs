//! How a guest pays, and who moves the money.

use serde::{Deserialize, Serialize};

/// How a guest pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// KakaoPay online payment, by QR.
    Kakaopay,
    /// Toss Payments, by QR.
    Toss,
    /// A barcode or QR that the guest's app shows (CPM), read by a scanner and charged
    /// through a VAN.
    Barcode,
    /// A QR with amount and reference that the guest's banking app reads (MPM): Zero Pay
    /// and BC style.
    Qr,
    /// The shop's printed QR (MPM, static); staff say when they saw the money.
    Sticker,
    /// Cash or card at the counter; staff say when it is taken.
    Counter,
}

/// Who moves the money, and what the guest does for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// The guest goes to the gateway's page and comes back with a token; we approve.
    Page,
    /// The guest shows a code; we send it with the amount.
    Scan,
    /// We show a code; the guest's app pays, and we ask until it did.
    Shown,
    /// Staff take the money or see it.
    Staff,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 6] = [
        Method::Kakaopay,
        Method::Toss,
        Method::Barcode,
        Method::Qr,
        Method::Sticker,
        Method::Counter,
    ];

    /// Its name in settings and columns.
    pub fn name(self) -> &'static str {
        match self {
            Method::Kakaopay => "kakaopay",
            Method::Toss => "toss",
            Method::Barcode => "barcode",
            Method::Qr => "qr",
            Method::Sticker => "sticker",
            Method::Counter => "counter",
        }
    }

    /// Who moves the money.
    pub fn flow(self) -> Flow {
        match self {
            Method::Kakaopay | Method::Toss => Flow::Page,
            Method::Barcode => Flow::Scan,
            Method::Qr => Flow::Shown,
            Method::Sticker | Method::Counter => Flow::Staff,
        }
    }

    /// True where staff hold the only way in: without them no money can have moved. A
    /// printed QR is paid without anybody's help.
    pub fn is_at_counter(self) -> bool {
        match self {
            Method::Counter => true,
            Method::Kakaopay | Method::Toss | Method::Barcode | Method::Qr | Method::Sticker => {
                false
            }
        }
    }
}
