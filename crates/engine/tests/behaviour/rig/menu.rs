//! The store of these tests: a menu, settings and words small enough to know by heart.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use soban_domain::cash_receipt::{ReceiptKind, ReceiptNumber};
use soban_domain::ids::Slug;
use soban_domain::menu::Menu;
use soban_domain::payment::Method;
use soban_domain::slip::{StoreIdentity, Words};
use soban_domain::text::{Lang, Text};
use soban_engine::Rules;
use soban_engine::rules::{Policy, Screen, Way};
use soban_protocol::guest::ScreenKind;
use soban_protocol::secret::Secret;
use soban_testkit::samples::{CHANGE_HOUR, text};

/// A short name.
pub(crate) fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

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

fn with(mut item: Value, field: &str, value: Value) -> Value {
    item[field] = value;
    item
}

/// Stew (kitchen), beer (bar, alcohol), milk (no VAT), cola (with a cup deposit to take
/// away), pie (two a day) and water (free).
pub(crate) fn menu(stew: i64) -> Menu {
    let items = vec![
        item("stew", "찌개", stew, "kitchen"),
        with(item("beer", "맥주", 5_000, "bar"), "alcohol", json!(true)),
        with(item("milk", "우유", 3_000, "bar"), "tax", json!("exempt")),
        with(
            item("cola", "콜라", 2_000, "bar"),
            "cup_deposit",
            json!(300),
        ),
        with(item("pie", "파이", 4_000, "kitchen"), "stock", json!(2)),
        item("water", "물", 0, "kitchen"),
    ];
    let parts = json!({
        "category": [{
            "id": "all",
            "name": { "ko": "전체", "en": "All" },
            "picture": "star",
            "items": ["stew", "beer", "pie", "water", "milk", "cola"],
        }],
        "item": items,
    });
    serde_json::from_value(parts).unwrap()
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
        methods: vec![Method::Kakaopay, Method::Counter],
        public_url: "https://hub.example".to_owned(),
        way: Way::PhoneQr,
        stations: BTreeMap::from([
            (slug("kitchen"), slug("kitchen-1")),
            (slug("bar"), slug("bar-1")),
        ]),
        receipt_printer: Some(slug("counter-1")),
        backups: BTreeMap::from([(slug("kitchen-1"), slug("bar-1"))]),
        staff: BTreeMap::from([("mina".to_owned(), Secret::new("4821"))]),
        self_issue: ReceiptNumber::new(ReceiptKind::SelfIssue, "010-000-1234").ok(),
        policy: Policy::default(),
    }
}

/// Words for paper that say their language and key.
pub(crate) fn words() -> BTreeMap<Lang, Words> {
    let words = |lang| Words::load(lang, |key| Some(format!("{lang}:{key}"))).unwrap();
    Lang::ALL.map(|lang| (lang, words(lang))).into()
}

/// Everything that a paper says, line by line.
pub(crate) fn said(paper: &soban_domain::paper::Paper) -> String {
    serde_json::to_string(paper).unwrap()
}

/// What guests read for an item, in Korean.
pub(crate) fn korean(text: &Text) -> &str {
    text.get(Lang::Ko)
}
