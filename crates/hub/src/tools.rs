//! What the command line does beside running: import, look, examine.
//!
//! Guarantees: looking changes nothing; it works beside a running hub.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use soban_devices::NetPrinters;
use soban_domain::cash_receipt::CashReceipt;
use soban_domain::ids::{OrderId, PrinterId};
use soban_domain::menu::Menu;
use soban_domain::moment::BusinessDay;
use soban_domain::order::Order;
use soban_domain::payment::{Method, PaymentAttempt};
use soban_domain::print::PrintJob;
use soban_domain::reconcile::Report;
use soban_domain::refund::Refund;
use soban_domain::relay::RelayItem;
use soban_domain::text::Lang;
use soban_engine::menus::{Imported, import_menu as import};
use soban_engine::ports::pos::PosHealth;
use soban_engine::ports::printer::{Health, Trouble};
use soban_engine::ports::store::{StoreError, look};
use soban_engine::ports::{Clock, Printers, Store};

use crate::compose::{self, StartError, open_store};
use crate::gateways;
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::world::MachineClock;

/// The hour at which the business day changes where no settings say.
const CHANGE_HOUR: u8 = 5;
const ORDERS_MOST: u32 = 10_000;
const ASKED_MOST: u32 = 4;
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Puts a menu in force in the store of a data folder.
///
/// # Errors
/// See [`StartError`].
pub async fn import_menu(menu: Menu, file: &Path, data: &Path) -> Result<Imported, StartError> {
    let store = open_store(data)?;
    compose::keep_pictures(file, data)?;
    import(&store, MachineClock.now(), menu)
        .await
        .map_err(|error| StartError::Data {
            folder: data.to_owned(),
            why: error.to_string(),
        })
}

fn existing(data: &Path) -> Result<Arc<dyn Store>, StartError> {
    if !data.join("soban.db").exists() {
        return Err(StartError::Data {
            folder: data.to_owned(),
            why: "there is no order store in it".to_owned(),
        });
    }
    Ok(Arc::new(open_store(data)?))
}

fn change_hour(data: &Path) -> u8 {
    let settings = Settings::load(&data.join("soban.toml"));
    settings.map_or(CHANGE_HOUR, |settings| *settings.day.change_hour.get_ref())
}

fn broken(data: &Path) -> impl FnOnce(StoreError) -> StartError {
    let folder = data.to_owned();
    move |error| StartError::Data {
        folder,
        why: error.to_string(),
    }
}

/// Orders of a business day, newest first; of today where none is named.
///
/// # Errors
/// [`StartError::Data`].
pub async fn orders(data: &Path, day: Option<BusinessDay>) -> Result<Vec<Order>, StartError> {
    let store = existing(data)?;
    let day = day.unwrap_or_else(|| BusinessDay::of(MachineClock.now(), change_hour(data)));
    look(store.as_ref(), move |tx| tx.orders_of_day(day, ORDERS_MOST))
        .await
        .map_err(broken(data))
}

/// An order with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub struct FullOrder {
    /// The order.
    pub order: Order,
    /// Its payments.
    pub payments: Vec<PaymentAttempt>,
    /// What went back of them.
    pub refunds: Vec<Refund>,
    /// Its cash receipts, with their numbers masked.
    pub cash_receipts: Vec<CashReceipt>,
    /// Its messages to the POS.
    pub relays: Vec<RelayItem>,
    /// Its tickets.
    pub prints: Vec<PrintJob>,
}

/// The order of that id, or of that call number today.
///
/// # Errors
/// [`StartError::Data`].
pub async fn order(data: &Path, name: &str) -> Result<Option<FullOrder>, StartError> {
    let store = existing(data)?;
    let today = BusinessDay::of(MachineClock.now(), change_hour(data));
    let name = name.to_owned();
    look(store.as_ref(), move |tx| {
        let order = match name.parse::<OrderId>() {
            Ok(id) => tx.order(id)?,
            Err(_) => tx
                .orders_of_day(today, ORDERS_MOST)?
                .into_iter()
                .find(|order| {
                    order
                        .number
                        .is_some_and(|number| number.to_string() == name)
                }),
        };
        let Some(order) = order else {
            return Ok(None);
        };
        Ok::<_, StoreError>(Some(FullOrder {
            payments: tx.attempts_of(order.id)?,
            refunds: tx.refunds_of(order.id)?,
            cash_receipts: tx.cash_receipts_of(order.id)?,
            relays: tx.relays_of(order.id)?,
            prints: tx.prints_of(order.id)?,
            order,
        }))
    })
    .await
    .map_err(broken(data))
}

/// Compares the books of a business day with the gateways' and the POS's; of today where
/// none is named. Works beside a running hub: it asks, and changes nothing.
///
/// # Errors
/// See [`StartError`].
pub async fn reconcile(
    config: &Path,
    data: &Path,
    day: Option<BusinessDay>,
) -> Result<(Report, Lang), StartError> {
    let settings = Settings::load(config)?;
    let secrets = Secrets::load(data)?;
    existing(data)?;
    let engine = compose::engine_on(&settings, &secrets, data)?;
    let report = engine.compare_day(day).await;
    let report = report.map_err(|error| StartError::Data {
        folder: data.to_owned(),
        why: error.to_string(),
    })?;
    let lang = settings.locale.languages.get_ref().first().copied();
    Ok((report, lang.unwrap_or_default()))
}

/// A word of a section of `locales/`, for what the commands print.
pub fn word(lang: Lang, section: &str, key: &str) -> String {
    crate::words::word(lang, section, key)
}

/// What the doctor found of one part.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which part.
    pub part: String,
    /// What it is like.
    pub said: String,
    /// What is wrong, and how to mend it.
    pub wrong: Option<String>,
}

fn well(part: impl Into<String>, said: impl Into<String>) -> Finding {
    Finding {
        part: part.into(),
        said: said.into(),
        wrong: None,
    }
}

fn ill(part: impl Into<String>, wrong: impl Into<String>) -> Finding {
    Finding {
        part: part.into(),
        said: String::new(),
        wrong: Some(wrong.into()),
    }
}

/// Looks at settings, secrets, store, menu, printers and POS.
pub async fn doctor(config: &Path, data: &Path) -> Vec<Finding> {
    let settings = match Settings::load(config) {
        Ok(settings) => settings,
        Err(wrong) => return vec![ill("settings", wrong.to_string())],
    };
    let mut findings = vec![well("settings", config.display().to_string())];
    let secrets = match Secrets::load(data) {
        Ok(secrets) => secrets,
        Err(wrong) => {
            findings.push(ill("secrets", wrong.to_string()));
            return findings;
        }
    };
    findings.extend(keys(&settings, &secrets));
    findings.push(store(data).await);
    findings.extend(printers(&settings).await);
    findings.push(pos(&settings, &secrets).await);
    findings
}

fn keys(settings: &Settings, secrets: &Secrets) -> Vec<Finding> {
    let methods = settings.payment.methods.get_ref().iter();
    let mut findings: Vec<_> = methods
        .filter_map(|method| way_to_pay(settings, secrets, *method))
        .collect();
    if secrets.staff.is_empty() {
        findings.push(ill(
            "staff",
            "no names and PINs: put them in secrets.toml under [staff]",
        ));
    } else {
        findings.push(well("staff", format!("{} names", secrets.staff.len())));
    }
    findings
}

/// What a method's gateway is like; nothing where staff are the gateway.
fn way_to_pay(settings: &Settings, secrets: &Secrets, method: Method) -> Option<Finding> {
    let name = method.name();
    if let Some((variable, place)) = gateways::missing_secret(settings, secrets, method) {
        let wrong = format!("no key: set {variable}, or put {place} into secrets.toml");
        return Some(ill(name, wrong));
    }
    match gateways::gateway(settings, secrets, method) {
        Ok(Some(gateway)) => Some(well(
            name,
            match gateway.abilities().inquiry || method != Method::Qr {
                true => "its settings and keys are there",
                false => "it cannot be asked: staff say when they saw the money",
            },
        )),
        Ok(None) => None,
        Err(error) => Some(ill(name, error.to_string())),
    }
}

async fn store(data: &Path) -> Finding {
    let store = match open_store(data) {
        Ok(store) => store,
        Err(error) => return ill("store", error.to_string()),
    };
    match store.settings().await {
        Ok(settings) => match settings.fault() {
            Some(fault) => ill("store", fault),
            None => match look(&store, |tx| tx.menu()).await {
                Ok(Some(menu)) => well("store", format!("good, menu {:.12} in force", menu.hash)),
                Ok(None) => ill(
                    "store",
                    "there is no menu yet: run `soban menu import FILE`",
                ),
                Err(error) => ill("store", error.to_string()),
            },
        },
        Err(error) => ill("store", error.to_string()),
    }
}

async fn printers(settings: &Settings) -> Vec<Finding> {
    let profiles = settings.printer_profiles();
    let where_is: BTreeMap<_, _> = profiles
        .iter()
        .map(|p| (p.id.clone(), p.addr.clone()))
        .collect();
    let printers = compose::net_printers(settings);
    let mut findings = Vec::new();
    for (id, address) in where_is {
        let health = patiently(&printers, &id).await;
        let part = format!("printer {id}");
        findings.push(match health.trouble {
            None if health.paper_low => well(part, format!("{address}, paper is low")),
            None => well(part, address),
            Some(trouble) => ill(
                part,
                format!("{address}: {trouble:?}; look at its power, paper, cover and cable"),
            ),
        });
    }
    findings
}

/// Asks a printer how it is. One that takes a single host at a time may be busy with the
/// hub's own question: it is asked again before it is called unreachable.
async fn patiently(printers: &NetPrinters, id: &PrinterId) -> Health {
    for _ in 1..ASKED_MOST {
        let health = printers.health(id).await;
        if health.trouble != Some(Trouble::Unreachable) {
            return health;
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
    printers.health(id).await
}

async fn pos(settings: &Settings, secrets: &Secrets) -> Finding {
    let link = match compose::pos(settings, secrets) {
        Ok(link) => link,
        Err(error) => return ill("pos", error.to_string()),
    };
    match link.health().await {
        PosHealth::Open => well("pos", "it takes orders"),
        PosHealth::DayClosed => ill(
            "pos",
            "its business day is not open: open it at the counter",
        ),
        PosHealth::Unreachable => ill(
            "pos",
            format!(
                "{} does not answer; look at its address, its keys and the network",
                settings.pos.base_url.get_ref()
            ),
        ),
    }
}
