//! Ways to pay, and the store's contracts with those who move the money.
//!
//! Guarantees: a method that is offered has its table; what stands in a table is refused with
//! its line where no gateway can be made of it. Deliberately absent: keys. They are secrets.

use std::collections::BTreeSet;

use serde::Deserialize;
use soban_domain::payment::Method;
use soban_payments::kicc::{self, SIMPLE_PAYMENT};
use soban_payments::mpm::{self, ACCOUNT_TAG, KOREAN_SCHEME};
use soban_payments::{Kicc, KiccConfig, MpmConfig};
use toml::Spanned;

use super::check::{Fault, address, fault};

/// Ways to pay.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// In the order of the screens.
    pub methods: Spanned<Vec<Method>>,
    /// Where a payer's phone reaches this hub.
    pub public_url: Spanned<String>,
    /// KakaoPay.
    #[serde(default)]
    pub kakaopay: Option<KakaoPay>,
    /// Toss Payments.
    #[serde(default)]
    pub toss: Option<Toss>,
    /// A VAN for the codes that customers' apps show.
    #[serde(default)]
    pub kicc: Option<KiccTerminal>,
    /// A code that we show.
    #[serde(default)]
    pub mpm: Option<Mpm>,
}

/// KakaoPay.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KakaoPay {
    /// The vendor's address, or the sandbox's.
    pub base_url: Spanned<String>,
    /// The merchant code.
    pub cid: Spanned<String>,
    /// How the page comes to the guest.
    #[serde(default)]
    pub way: Way,
}

/// How a gateway's page comes to the guest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As a QR for the phone, which returns to `public_url`.
    #[default]
    PhoneQr,
    /// As the gateway's own page in a locked window of the shell.
    PcPage,
}

/// Toss Payments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toss {
    /// The vendor's address, or the sandbox's.
    pub base_url: Spanned<String>,
}

/// A VAN's terminal, in the shape that KICC publishes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KiccTerminal {
    /// The VAN's address, or the sandbox's.
    pub base_url: Spanned<String>,
    /// The terminal's number.
    pub tid: Spanned<String>,
    /// The service.
    #[serde(default = "simple_payment")]
    pub service: String,
    /// Answer codes that refuse an approval for good, as the contract lists them; without
    /// them, none: whatever is not success is undone.
    #[serde(default)]
    pub refusals: Option<Spanned<Vec<String>>>,
    /// Answer codes that say that the payment is undone already; without them, none.
    #[serde(default)]
    pub undone: Option<Spanned<Vec<String>>>,
    /// Answer codes that refuse a refund for good; without them, none.
    #[serde(default)]
    pub refund_refusals: Option<Spanned<Vec<String>>>,
}

fn simple_payment() -> String {
    SIMPLE_PAYMENT.to_owned()
}

/// A code that we show (EMVCo MPM).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mpm {
    /// The merchant's number with the scheme.
    pub merchant: Spanned<String>,
    /// The scheme's application.
    #[serde(default = "korean_scheme")]
    pub application: String,
    /// The tag of the account's template.
    #[serde(default = "account_tag")]
    pub tag: u8,
    /// The kind of business (MCC).
    pub category: String,
    /// The store's name in Latin letters, at most 25.
    pub name: String,
    /// Its city in Latin letters, at most 15.
    pub city: String,
    /// Its name in Korean, where it is told; with `city_ko`.
    #[serde(default)]
    pub name_ko: Option<String>,
    /// Its city in Korean.
    #[serde(default)]
    pub city_ko: Option<String>,
    /// The scheme's address; without it staff say when they saw the money.
    #[serde(default)]
    pub status_url: Option<Spanned<String>>,
}

fn korean_scheme() -> String {
    KOREAN_SCHEME.to_owned()
}

fn account_tag() -> u8 {
    ACCOUNT_TAG
}

impl KiccTerminal {
    /// The adapter's settings for a store of that business number.
    pub(crate) fn config(&self, business_number: &str) -> KiccConfig {
        let usual = KiccConfig::new(self.base_url.get_ref(), self.tid.get_ref(), business_number);
        KiccConfig {
            service: self.service.clone(),
            codes: kicc::Codes {
                refusals: listed(self.refusals.as_ref()),
                undone: listed(self.undone.as_ref()),
                refund_refusals: listed(self.refund_refusals.as_ref()),
            },
            ..usual
        }
    }
}

fn listed(codes: Option<&Spanned<Vec<String>>>) -> Vec<String> {
    codes
        .map(|codes| codes.get_ref().clone())
        .unwrap_or_default()
}

impl Mpm {
    /// The adapter's settings, without an address to ask.
    pub(crate) fn config(&self, change_hour: u8) -> MpmConfig {
        MpmConfig {
            scheme: mpm::Scheme {
                tag: self.tag,
                application: self.application.clone(),
                merchant: self.merchant.get_ref().clone(),
            },
            shop: mpm::Shop {
                category: self.category.clone(),
                name: self.name.clone(),
                city: self.city.clone(),
                korean: self.name_ko.clone().zip(self.city_ko.clone()),
            },
            status: None,
            change_hour,
        }
    }
}

/// The name of a method's table, where it needs one and it is missing.
fn missing_table(payment: &Payment, method: Method) -> Option<&'static str> {
    match method {
        Method::Kakaopay => payment.kakaopay.is_none().then_some("kakaopay"),
        Method::Toss => payment.toss.is_none().then_some("toss"),
        Method::Barcode => payment.kicc.is_none().then_some("kicc"),
        Method::Qr => payment.mpm.is_none().then_some("mpm"),
        Method::Sticker | Method::Counter => None,
    }
}

/// The first thing wrong, and where.
pub(super) fn check(payment: &Payment, business_number: &str) -> Result<(), Fault> {
    let methods = &payment.methods;
    let unique: BTreeSet<_> = methods.get_ref().iter().collect();
    if unique.is_empty() || unique.len() != methods.get_ref().len() {
        return Err(fault(
            methods,
            "methods must name at least one, and each once",
        ));
    }
    for method in methods.get_ref() {
        if let Some(table) = missing_table(payment, *method) {
            let name = method.name();
            return Err(fault(
                methods,
                format!("{name} is offered, and [payment.{table}] is missing"),
            ));
        }
    }
    address(&payment.public_url)?;
    // The gateway takes 255 characters: ours adds /pay/, an id and the way home.
    if payment.public_url.get_ref().len() > 150 {
        return Err(fault(
            &payment.public_url,
            "public_url has at most 150 characters",
        ));
    }
    if let Some(kakaopay) = &payment.kakaopay {
        address(&kakaopay.base_url)?;
    }
    if let Some(toss) = &payment.toss {
        address(&toss.base_url)?;
    }
    if let Some(kicc) = &payment.kicc {
        terminal(kicc, business_number)?;
    }
    payment.mpm.as_ref().map_or(Ok(()), shown)
}

fn terminal(kicc: &KiccTerminal, business_number: &str) -> Result<(), Fault> {
    address(&kicc.base_url)?;
    match Kicc::new(kicc.config(business_number)) {
        Ok(_) => Ok(()),
        Err(kicc::BadConfig::Address(wrong)) => Err(fault(&kicc.base_url, wrong.to_string())),
        Err(wrong @ kicc::BadConfig::Codes) => {
            // The list that is wrong by itself; else two that say the contrary of each other.
            let lists = [&kicc.refusals, &kicc.undone, &kicc.refund_refusals];
            let mut lists = lists.into_iter().flatten();
            let alone = lists.clone().find(|list| !are_codes(list.get_ref()));
            match alone.or_else(|| lists.next_back()) {
                Some(list) => Err(fault(list, wrong.to_string())),
                None => Err(fault(&kicc.tid, wrong.to_string())),
            }
        }
        Err(wrong) => Err(fault(&kicc.tid, wrong.to_string())),
    }
}

/// True where a list of answer codes can be one.
fn are_codes(list: &[String]) -> bool {
    let codes = kicc::Codes {
        refusals: list.to_vec(),
        ..kicc::Codes::default()
    };
    codes.are_sane()
}

fn shown(mpm: &Mpm) -> Result<(), Fault> {
    if let Some(status_url) = &mpm.status_url {
        address(status_url)?;
    }
    if mpm.name_ko.is_some() != mpm.city_ko.is_some() {
        return Err(fault(&mpm.merchant, "name_ko and city_ko come together"));
    }
    let config = mpm.config(0);
    soban_payments::mpm::sticker(&config.scheme, &config.shop)
        .map(|_| ())
        .map_err(|wrong| fault(&mpm.merchant, wrong.to_string()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use soban_payments::kicc::Codes;

    use crate::settings::Settings;

    /// Each mistake in a contract's table is refused with file, line and reason, by breaking
    /// the sample once.
    #[test]
    fn mistakes_are_named_with_their_line() {
        let text = crate::sample::settings();
        let cases = [
            (
                "[payment.toss]",
                "[payment.tosss]",
                "[payment.tosss]",
                "unknown field",
            ),
            (
                "tid = \"T123456789\"",
                "tid = \"T-1\"",
                "tid",
                "terminal's number",
            ),
            (
                "refusals = [\"8001\"",
                "refusals = [\"0000\"",
                "refusals",
                "an answer code has",
            ),
            (
                "undone = [\"8030\"",
                "undone = [\"80-0\"",
                "undone",
                "an answer code has",
            ),
            (
                "refund_refusals = [\"8031\"",
                "refund_refusals = [\"8030\"",
                "refund_refusals",
                "not both undone",
            ),
            (
                "category = \"5812\"",
                "category = \"12\"",
                "merchant = \"0",
                "no QR can be made",
            ),
            (
                "city = \"SEOUL\"",
                "city = \"서울\"",
                "merchant = \"0",
                "no QR can be made",
            ),
            (
                "city_ko = \"서울\"\n",
                "",
                "merchant = \"0",
                "come together",
            ),
            (
                "status_url = \"http://127.0.0.1:7790/mpm\"",
                "status_url = \"mpm\"",
                "status_url",
                "an address is written",
            ),
        ];
        for (from, to, key, reason) in cases {
            assert!(text.contains(from), "the sample has no {from}");
            let broken = text.replacen(from, to, 1);
            let said = Settings::parse(Path::new("soban.toml"), &broken).unwrap_err();
            let said = said.to_string();
            let line = broken.lines().position(|l| l.starts_with(key)).unwrap() + 1;
            let place = format!("soban.toml, line {line}:");
            assert!(
                said.starts_with(&place) && said.contains(reason),
                "{to}: {said}"
            );
        }
    }

    /// The sample lists the stand-in's codes, and a store that lists none has none, by
    /// reading the sample with its lists and without.
    #[test]
    fn answer_codes_come_from_the_settings_alone() {
        let codes = |text: &str| {
            let settings = Settings::parse(Path::new("soban.toml"), text).unwrap();
            settings.payment.kicc.unwrap().config("1208147521").codes
        };
        let text = crate::sample::settings();
        let sample = codes(&text);
        assert!(sample.refusals.contains(&"8001".to_owned()));
        assert_eq!(sample.undone, ["8030"]);
        assert!(sample.refund_refusals.contains(&"8031".to_owned()));
        let is_list = |line: &&str| {
            ["refusals", "undone", "refund_refusals"]
                .iter()
                .any(|key| line.starts_with(&format!("{key} = ")))
        };
        let bare: Vec<&str> = text.lines().filter(|line| !is_list(line)).collect();
        assert_eq!(codes(&bare.join("\n")), Codes::default());
    }

    /// A method that is offered without its table is refused at the list of methods, for each
    /// method that needs one.
    #[test]
    fn an_offered_method_needs_its_table() {
        let text = crate::sample::settings();
        for table in ["kakaopay", "toss", "kicc", "mpm"] {
            let begins = text.find(&format!("[payment.{table}]")).unwrap();
            let rest = text.get(begins + 1..).unwrap();
            let ends = begins + 1 + rest.find("\n[").unwrap();
            let without = format!(
                "{}{}",
                text.get(..begins).unwrap(),
                text.get(ends..).unwrap()
            );
            let said = Settings::parse(Path::new("soban.toml"), &without).unwrap_err();
            let said = said.to_string();
            assert!(
                said.contains(&format!("[payment.{table}] is missing")),
                "{said}"
            );
        }
    }
}
