//! The store of a simulation: a menu, settings and words, with bounds short enough that
//! everything comes to an end within minutes.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use soban_domain::ids::PrinterId;
use soban_domain::menu::Menu;
use soban_domain::payment::Method;
use soban_domain::slip::{StoreIdentity, Words};
use soban_domain::text::Lang;
use soban_engine::Rules;
use soban_engine::rules::{Policy, Screen, Way};
use soban_protocol::guest::ScreenKind;
use soban_protocol::secret::Secret;

use crate::samples::{CHANGE_HOUR, slug, text};

/// What a stew costs at first, in won.
pub(crate) const STEW: i64 = 9_000;
/// Pies of a day.
pub(crate) const PIES: u32 = 2;
/// The member of staff, and the PIN, which must be in no log.
pub(crate) const STAFF: (&str, &str) = ("mina", "48210975");
/// Printers: kitchen, bar, counter.
pub(crate) const PRINTERS: [&str; 3] = ["kitchen-1", "bar-1", "counter-1"];

fn item(id: &str, ko: &str, price: i64, station: &str) -> Value {
    json!({
        "id": id,
        "name": { "ko": ko, "en": id },
        "description": { "ko": ko, "en": id },
        "price": price,
        "station": station,
        "picture": id,
    })
}

/// Stew (kitchen), beer (bar, alcohol), pie (counted), water (free).
pub(crate) fn menu(stew: i64) -> Menu {
    let mut beer = item("beer", "맥주", 5_000, "bar");
    beer["alcohol"] = json!(true);
    let mut pie = item("pie", "파이", 4_000, "kitchen");
    pie["stock"] = json!(PIES);
    let items = [
        item("stew", "찌개", stew, "kitchen"),
        beer,
        pie,
        item("water", "물", 0, "kitchen"),
    ];
    let parts = json!({
        "category": [{
            "id": "all",
            "name": { "ko": "전체", "en": "All" },
            "picture": "star",
            "items": ["stew", "beer", "pie", "water"],
        }],
        "item": items,
    });
    serde_json::from_value(parts).expect("the sample menu is a menu")
}

fn screen(id: &str) -> Screen {
    Screen {
        id: slug(id),
        kind: ScreenKind::Kiosk,
        px_per_m: 2_000_000,
        receipt_printer: None,
    }
}

/// Two kiosks, a kitchen and a bar with a printer each, a counter, and Mina.
pub(crate) fn rules() -> Rules {
    Rules {
        store: StoreIdentity {
            name: text("소반", "Soban"),
            owner: "김하나".to_owned(),
            business_number: "1208147521".to_owned(),
            address: "서울".to_owned(),
            phone: "02-000-0000".to_owned(),
        },
        languages: vec![Lang::Ko, Lang::En],
        kitchen_lang: Lang::Ko,
        accent: "#AA3311".to_owned(),
        change_hour: CHANGE_HOUR,
        hours: Vec::new(),
        screens: vec![screen("kiosk-1"), screen("kiosk-2")],
        methods: Method::ALL.to_vec(),
        public_url: "https://hub.example".to_owned(),
        way: Way::PhoneQr,
        stations: BTreeMap::from([
            (slug("kitchen"), slug(PRINTERS[0])),
            (slug("bar"), slug(PRINTERS[1])),
        ]),
        receipt_printer: Some(slug(PRINTERS[2])),
        backups: BTreeMap::from([(slug(PRINTERS[0]), slug(PRINTERS[1]))]),
        staff: BTreeMap::from([(STAFF.0.to_owned(), Secret::new(STAFF.1))]),
        self_issue: None,
        policy: Policy {
            quote: 120,
            payment: 60,
            counter: 120,
            abandon: 60,
            pos_fallback: 30,
            pos_give_up: 120,
            ..Policy::default()
        },
    }
}

/// Words for paper that say their language and key.
pub(crate) fn words() -> BTreeMap<Lang, Words> {
    let words = |lang| {
        Words::load(lang, |key| Some(format!("{lang}:{key}"))).expect("every word has a key")
    };
    Lang::ALL.map(|lang| (lang, words(lang))).into()
}

/// A printer by its name.
pub(crate) fn printer(name: &str) -> PrinterId {
    slug(name)
}
