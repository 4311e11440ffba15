//! The page `docs/gateways.md`: what each gateway can do, as the adapters themselves say.
//!
//! `SOBAN_WRITE=1 cargo test -p soban-payments --test gateways_page` writes it.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers end it by panicking: that is how it fails"
)]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use soban_domain::payment::Flow;
use soban_domain::secret::Secret;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{Abilities, Reversal};
use soban_payments::mpm::{ACCOUNT_TAG, KOREAN_SCHEME, Scheme, Shop, StatusConfig};
use soban_payments::{
    KakaoPay, KakaoPayConfig, Kicc, KiccConfig, Mpm, MpmConfig, Toss, TossConfig, kakaopay, toss,
};
use soban_testkit::gateway::Make;

fn mpm(asks: bool) -> Mpm {
    let config = MpmConfig {
        scheme: Scheme {
            tag: ACCOUNT_TAG,
            application: KOREAN_SCHEME.to_owned(),
            merchant: "000000001".to_owned(),
        },
        shop: Shop {
            category: "5812".to_owned(),
            name: "Soban Table".to_owned(),
            city: "SEOUL".to_owned(),
            korean: None,
        },
        status: asks.then(|| StatusConfig::new("https://mpm.example", Secret::new("key"))),
        change_hour: 0,
    };
    Mpm::new(config).unwrap()
}

/// Every gateway, with its column's head and what stands in for it in tests.
fn gateways() -> Vec<(&'static str, Arc<dyn Gateway>, Make)> {
    let key = || Secret::new("key");
    let kakaopay = KakaoPayConfig::new(kakaopay::LIVE_URL, "TC0ONETIME", key());
    let toss = TossConfig::new(toss::LIVE_URL, key());
    let kicc = KiccConfig::new("https://van.example", "T123456789", "1208147521");
    vec![
        (
            "KakaoPay",
            Arc::new(KakaoPay::new(kakaopay).unwrap()),
            Make::KAKAOPAY,
        ),
        (
            "Toss Payments",
            Arc::new(Toss::new(toss).unwrap()),
            Make::TOSS,
        ),
        ("VAN (KICC)", Arc::new(Kicc::new(kicc).unwrap()), Make::VAN),
        ("QR, can be asked", Arc::new(mpm(true)), Make::mpm(true)),
        (
            "QR, cannot be asked",
            Arc::new(mpm(false)),
            Make::mpm(false),
        ),
    ]
}

fn span(seconds: u32) -> String {
    match seconds {
        s if s % 86_400 == 0 && s > 0 => format!("{} days", s / 86_400),
        s if s % 60 == 0 && s > 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

fn yes(can: bool) -> String {
    if can { "yes" } else { "no" }.to_owned()
}

/// A row of the table: what it is called, and what each gateway says.
type Row = (&'static str, fn(Abilities) -> String);

const ROWS: &[Row] = &[
    ("money moves only by our approval", |a| {
        yes(a.approval_is_ours)
    }),
    ("can be asked how a payment stands", |a| yes(a.inquiry)),
    ("what undoes an approval", |a| {
        match a.reversal {
            Reversal::None => "staff, by hand",
            Reversal::ById => "결제취소, by its id",
            Reversal::NetCancel => "망취소, by its own data",
        }
        .to_owned()
    }),
    ("a repeat with the same key is the same call", |a| {
        a.idempotent_seconds
            .map_or("no".to_owned(), |s| format!("for {}", span(s)))
    }),
    ("an unanswered approval may take effect within", |a| {
        span(a.settle_seconds)
    }),
    ("late money is looked for during", |a| {
        match a.inquiry || a.reversal == Reversal::NetCancel {
            true => span(a.late_seconds),
            false => "staff look".to_owned(),
        }
    }),
    ("refunds in part", |a| yes(a.partial_refund)),
    ("a cup deposit blocks refunds in part", |a| {
        yes(a.deposit_blocks_partial)
    }),
    ("lists a day's payments", |a| yes(a.lists)),
    ("charges codes that customers show", |a| {
        yes(a.customer_codes)
    }),
];

fn page() -> String {
    let gateways = gateways();
    let mut page = String::from(
        "# What each gateway can do\n\n\
         Rendered from `abilities()` of the adapters; a test fails where this page is stale.\n\
         The engine asks these and nothing else: no rule of it knows a vendor's name.\n\n|  |",
    );
    for (name, ..) in &gateways {
        write!(page, " {name} |").unwrap();
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(gateways.len()));
    page.push_str("\n| name in the settings |");
    for (_, gateway, _) in &gateways {
        write!(page, " `{}` |", gateway.method().name()).unwrap();
    }
    page.push_str("\n| what the guest does |");
    for (_, gateway, _) in &gateways {
        let does = match gateway.method().flow() {
            Flow::Page => "pays on its page",
            Flow::Scan => "shows a code",
            Flow::Shown => "reads our code",
            Flow::Staff => "pays at the counter",
        };
        write!(page, " {does} |").unwrap();
    }
    for (title, say) in ROWS {
        write!(page, "\n| {title} |").unwrap();
        for (_, gateway, _) in &gateways {
            write!(page, " {} |", say(gateway.abilities())).unwrap();
        }
    }
    page.push_str(
        "\n\n`sticker` (the shop's printed QR) and `counter` have no gateway: staff say when they \
         saw the money or took it.\n",
    );
    page
}

/// The page says what the code says, by rendering it and comparing.
#[test]
fn the_page_is_not_stale() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gateways.md");
    if std::env::var_os("SOBAN_WRITE").is_some() {
        std::fs::write(&file, page()).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        kept,
        page(),
        "docs/gateways.md is stale: run `SOBAN_WRITE=1 cargo test -p soban-payments --test gateways_page`"
    );
}

/// The fakes that engine and simulation are tested with can what the adapters can, and no
/// more, by comparing both.
#[test]
fn the_fakes_can_what_the_adapters_can() {
    for (name, gateway, make) in gateways() {
        assert_eq!(gateway.method(), make.method, "{name}");
        assert_eq!(gateway.abilities(), make.abilities, "{name}");
    }
}
