//! The makes of gateway that the fake can be.
//!
//! Guarantees: each can what its adapter in the payments crate says it can; that crate's
//! capability test compares the two.

use soban_domain::payment::{Flow, Method};
use soban_engine::ports::gateway::{Abilities, Reversal};

/// Days for which Toss Payments keeps a key against repeats, in seconds.
const TOSS_KEY_SECONDS: u32 = 15 * 24 * 60 * 60;

/// A make of gateway: which method it serves, what it can do, how long its offers live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Make {
    /// The method it serves.
    pub method: Method,
    /// What it can do.
    pub abilities: Abilities,
    /// How long a payment page or a shown code lives, in seconds; none for codes that
    /// customers show, which live until the guest's time is over.
    pub life_seconds: Option<u32>,
}

impl Make {
    /// KakaoPay online: a page, an inquiry, no key against repeats, no list.
    pub const KAKAOPAY: Make = Make {
        method: Method::Kakaopay,
        abilities: Abilities {
            approval_is_ours: true,
            inquiry: true,
            reversal: Reversal::ById,
            idempotent_seconds: None,
            settle_seconds: 11,
            late_seconds: 900,
            partial_refund: true,
            deposit_blocks_partial: true,
            lists: false,
            customer_codes: false,
        },
        life_seconds: Some(900),
    };

    /// Toss Payments: a page, an inquiry, keys against repeats, a list.
    pub const TOSS: Make = Make {
        method: Method::Toss,
        abilities: Abilities {
            approval_is_ours: true,
            inquiry: true,
            reversal: Reversal::ById,
            idempotent_seconds: Some(TOSS_KEY_SECONDS),
            settle_seconds: 30,
            late_seconds: 600,
            partial_refund: true,
            deposit_blocks_partial: false,
            lists: true,
            customer_codes: false,
        },
        life_seconds: Some(600),
    };

    /// A VAN that charges the codes of customers' apps: no inquiry, undone by the data
    /// of the approval (망취소).
    pub const VAN: Make = Make {
        method: Method::Barcode,
        abilities: Abilities {
            approval_is_ours: true,
            inquiry: false,
            reversal: Reversal::NetCancel,
            idempotent_seconds: None,
            settle_seconds: 30,
            late_seconds: 300,
            partial_refund: false,
            deposit_blocks_partial: false,
            lists: false,
            customer_codes: true,
        },
        life_seconds: None,
    };

    /// A code that we show, paid by the guest's own app; with or without an address that
    /// tells whether it was.
    pub const fn mpm(inquiry: bool) -> Make {
        Make {
            method: Method::Qr,
            abilities: Abilities {
                approval_is_ours: false,
                inquiry,
                reversal: match inquiry {
                    true => Reversal::ById,
                    false => Reversal::None,
                },
                idempotent_seconds: None,
                settle_seconds: 30,
                late_seconds: 600,
                partial_refund: inquiry,
                deposit_blocks_partial: false,
                lists: inquiry,
                customer_codes: false,
            },
            life_seconds: Some(180),
        }
    }

    /// What the guest does.
    pub fn flow(&self) -> Flow {
        self.method.flow()
    }
}
