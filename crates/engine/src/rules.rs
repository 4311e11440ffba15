//! What the owner settled: the store's facts and policies, as the engine needs them.
//!
//! Deliberately absent: files and defaults; the hub reads `soban.toml` into this.

use std::collections::BTreeMap;

use soban_domain::cash_receipt::ReceiptNumber;
use soban_domain::ids::{PrinterId, ScreenId, StationId};
use soban_domain::menu::Hours;
use soban_domain::payment::Method;
use soban_domain::slip::StoreIdentity;
use soban_domain::text::Lang;
use soban_protocol::guest::ScreenKind;
use soban_protocol::secret::Secret;

/// Everything settled.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who the store is, for receipts and titles.
    pub store: StoreIdentity,
    /// Languages of the screens, the first is the default.
    pub languages: Vec<Lang>,
    /// The kitchen's language, whatever the guest speaks.
    pub kitchen_lang: Lang,
    /// The accent colour of the screens, `#RRGGBB`.
    pub accent: String,
    /// Korean hour at which the business day changes.
    pub change_hour: u8,
    /// Business hours; always open where empty.
    pub hours: Vec<Hours>,
    /// The screens, in the order of the settings.
    pub screens: Vec<Screen>,
    /// Ways to pay, in the order of the screens.
    pub methods: Vec<Method>,
    /// Where a payer's browser reaches this hub, without a slash at the end.
    pub public_url: String,
    /// How a gateway's page comes to the guest.
    pub way: Way,
    /// The printer of each station.
    pub stations: BTreeMap<StationId, PrinterId>,
    /// The printer of receipts and fallback tickets.
    pub receipt_printer: Option<PrinterId>,
    /// Where a printer's jobs go when it is down.
    pub backups: BTreeMap<PrinterId, PrinterId>,
    /// Names and PINs of the staff.
    pub staff: BTreeMap<String, Secret>,
    /// 자진발급: what a cash receipt is issued to where the guest gives no number.
    pub self_issue: Option<ReceiptNumber>,
    /// Times and bounds.
    pub policy: Policy,
}

/// A screen of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Its name.
    pub id: ScreenId,
    /// What it is.
    pub kind: ScreenKind,
    /// Pixels of its panel to a metre: millimetres in thousandths.
    pub px_per_m: u32,
    /// The printer beside it, if it is not the store's.
    pub receipt_printer: Option<PrinterId>,
}

/// How a gateway's page comes to the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As a QR for the phone, which comes back to the hub's public address.
    PhoneQr,
    /// As the gateway's own page in a locked window of the shell, for hubs that no phone
    /// can reach.
    PcPage,
}

/// Times and bounds. All in seconds where the name does not say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Without a touch, before a screen asks whether somebody is there.
    pub idle: u32,
    /// That question stays this long.
    pub idle_warning: u32,
    /// A quote lives this long.
    pub quote: u32,
    /// A guest has this long to pay by a gateway.
    pub payment: u32,
    /// A guest has this long to come to the counter.
    pub counter: u32,
    /// An order that nobody pays is given up after this long.
    pub abandon: u32,
    /// A paid order that the POS has not accepted gets a fallback ticket after this long.
    pub pos_fallback: u32,
    /// … and goes to staff after this long.
    pub pos_give_up: u32,
    /// Minutes that the kitchen promises.
    pub ready_minutes: u32,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            idle: 60,
            idle_warning: 20,
            quote: 600,
            payment: 180,
            counter: 1800,
            abandon: 300,
            pos_fallback: 30,
            pos_give_up: 1800,
            ready_minutes: 12,
        }
    }
}

impl Rules {
    /// The screen of that name.
    pub fn screen(&self, id: &ScreenId) -> Option<&Screen> {
        self.screens.iter().find(|screen| &screen.id == id)
    }

    /// The printer of a screen's receipts.
    pub fn receipt_printer_of(&self, screen: &ScreenId) -> Option<&PrinterId> {
        let own = self
            .screen(screen)
            .and_then(|screen| screen.receipt_printer.as_ref());
        own.or(self.receipt_printer.as_ref())
    }

    /// True within business hours.
    pub fn is_open(&self, minute_of_week: u16) -> bool {
        self.hours.is_empty() || self.hours.iter().any(|hours| hours.hold(minute_of_week))
    }
}
