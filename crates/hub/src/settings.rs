//! `soban.toml`: the store's settings, read and checked.
//!
//! Guarantees: an unknown key, a wrong value or a name that leads nowhere is refused
//! with its line; what comes out is ready for the engine and the adapters.
//!
//! Deliberately absent: secrets. They never stand in this file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use serde::Deserialize;
use soban_domain::ids::{PrinterId, ScreenId, StationId};
use soban_domain::menu::facts::DayMinute;
use soban_domain::text::{Lang, Text};
use soban_protocol::guest::ScreenKind;
use toml::Spanned;

use crate::place::{Wrong, read};

mod check;
mod payment;
mod rules;

pub use payment::{KakaoPay, KiccTerminal, Mpm, Payment, Toss, Way};

const BYTES_MOST: u64 = 256 * 1024;

/// The file, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who the store is.
    pub store: Store,
    /// Languages.
    #[serde(default)]
    pub locale: Locale,
    /// The business day.
    #[serde(default)]
    pub day: Day,
    /// The screens.
    #[serde(rename = "screen")]
    pub screens: Vec<Screen>,
    /// Ways to pay.
    pub payment: Payment,
    /// The printers.
    #[serde(default, rename = "printer")]
    pub printers: Vec<Printer>,
    /// The printer of each station.
    #[serde(default)]
    pub stations: BTreeMap<StationId, Spanned<PrinterId>>,
    /// The counter POS.
    pub pos: Pos,
    /// Cash receipts (현금영수증).
    #[serde(default)]
    pub cash_receipt: CashReceipt,
    /// Times and bounds.
    #[serde(default)]
    pub policy: Policy,
}

/// Who the store is, as the law wants it on a receipt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// 상호.
    pub name: Text,
    /// 대표자.
    pub owner: String,
    /// 사업자등록번호.
    pub business_number: Spanned<String>,
    /// 주소.
    pub address: String,
    /// 전화번호.
    pub phone: String,
}

/// Languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locale {
    /// Languages of the screens; the first is the default.
    pub languages: Spanned<Vec<Lang>>,
    /// The kitchen's language.
    #[serde(default)]
    pub kitchen: Lang,
}

impl Default for Locale {
    fn default() -> Locale {
        Locale {
            languages: Spanned::new(0..0, vec![Lang::Ko, Lang::En]),
            kitchen: Lang::Ko,
        }
    }
}

/// The business day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Day {
    /// Korean hour at which the business day changes.
    pub change_hour: Spanned<u8>,
    /// When the store opens.
    pub open: DayMinute,
    /// When it closes; before `open` means the next day.
    pub close: DayMinute,
}

impl Default for Day {
    fn default() -> Day {
        Day {
            change_hour: Spanned::new(0..0, 5),
            open: DayMinute(0),
            close: DayMinute(24 * 60),
        }
    }
}

/// A screen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// Its name.
    pub id: Spanned<ScreenId>,
    /// What it is.
    pub kind: ScreenKind,
    /// Pixels across.
    pub width_px: Spanned<u32>,
    /// Pixels down.
    pub height_px: Spanned<u32>,
    /// The panel's diagonal.
    pub diagonal_inch: Spanned<f64>,
    /// The printer beside it, if it is not the store's.
    #[serde(default)]
    pub receipt_printer: Option<Spanned<PrinterId>>,
}

/// A network printer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// Its name.
    pub id: Spanned<PrinterId>,
    /// IP address and port, usually 9100.
    pub addr: SocketAddr,
    /// Columns of its paper.
    #[serde(default = "columns")]
    pub columns: Spanned<u16>,
    /// The letters it has.
    #[serde(default)]
    pub charset: Charset,
    /// True where a cash drawer hangs on it.
    #[serde(default)]
    pub drawer: bool,
    /// Where its jobs go when it is down.
    #[serde(default)]
    pub backup: Option<Spanned<PrinterId>>,
}

fn columns() -> Spanned<u16> {
    Spanned::new(0..0, 48)
}

/// The letters a printer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// The 2,350 syllables of KS X 1001: right for every Korean printer.
    #[default]
    Ksx1001,
    /// All modern syllables.
    Cp949,
}

/// The counter POS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pos {
    /// Its make.
    pub kind: PosKind,
    /// Its address.
    pub base_url: Spanned<String>,
    /// The store's number there.
    pub merchant: String,
}

/// Makes of counter POS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PosKind {
    /// Toss Place, or one that speaks its order resource.
    Tossplace,
}

/// Cash receipts (현금영수증).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CashReceipt {
    /// 자진발급: the number of the tax office that receipts are issued to where the guest
    /// gives none. It is published, so it is no secret; check it with the tax office.
    #[serde(default)]
    pub self_issue_number: Option<Spanned<String>>,
}

/// Times and bounds, in seconds where the name does not say otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    missing_docs,
    reason = "the names are the keys of the file, explained in its sample"
)]
pub struct Policy {
    pub idle_seconds: Spanned<u32>,
    pub idle_warning_seconds: Spanned<u32>,
    pub quote_seconds: Spanned<u32>,
    pub payment_seconds: Spanned<u32>,
    pub counter_seconds: Spanned<u32>,
    pub abandon_seconds: Spanned<u32>,
    pub pos_fallback_seconds: Spanned<u32>,
    pub pos_give_up_seconds: Spanned<u32>,
    pub accent: Spanned<String>,
    pub ready_minutes: Spanned<u32>,
}

impl Default for Policy {
    fn default() -> Policy {
        let usual = soban_engine::rules::Policy::default();
        let here = |value| Spanned::new(0..0, value);
        Policy {
            idle_seconds: here(usual.idle),
            idle_warning_seconds: here(usual.idle_warning),
            quote_seconds: here(usual.quote),
            payment_seconds: here(usual.payment),
            counter_seconds: here(usual.counter),
            abandon_seconds: here(usual.abandon),
            pos_fallback_seconds: here(usual.pos_fallback),
            pos_give_up_seconds: here(usual.pos_give_up),
            accent: Spanned::new(0..0, "#B93A0E".to_owned()),
            ready_minutes: here(usual.ready_minutes),
        }
    }
}

impl Settings {
    /// Reads and checks a settings file.
    ///
    /// # Errors
    /// The first thing wrong, with its line.
    pub fn load(file: &Path) -> Result<Settings, Wrong> {
        Settings::parse(file, &read(file, BYTES_MOST)?)
    }

    /// Reads and checks a settings file's text; `file` is only for the words.
    ///
    /// # Errors
    /// The first thing wrong, with its line.
    pub fn parse(file: &Path, text: &str) -> Result<Settings, Wrong> {
        let settings: Settings =
            toml::from_str(text).map_err(|error| Wrong::toml(file, text, &error))?;
        check::check(&settings)
            .map_err(|(span, reason)| Wrong::at(file, text, Some(span), reason))?;
        Ok(settings)
    }
}
