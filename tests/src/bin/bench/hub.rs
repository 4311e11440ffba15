//! The hub as a process: how large it is after ten thousand orders, and how soon it is
//! back with them.
//!
//! The program starts itself anew as that hub, so that it weighs nothing but the hub.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use futures_util::future::join_all;
use soban_domain::secret::Secret;
use soban_hub::Options;
use soban_hub::secrets::{KakaoPaySecrets, MpmSecrets, PosSecrets, Secrets, TossSecrets};
use soban_protocol::endpoint::endpoints::{MakeQuote, PlaceOrder};
use soban_protocol::guest::QuoteReply;
use soban_tests::guest::{Guest, place};
use soban_tests::program::Program;

use crate::disk::fresh;
use crate::report::{Limit, Report};
use crate::stats::Ratio;
use crate::store::wish;

const ORDERS: usize = 10_000;
const AT_ONCE: usize = 32;
const RESTARTS: usize = 5;

/// The sample store's files in a folder. Its neighbours are not there, which the hub
/// finds out and lives with.
pub(crate) fn options(folder: &Path) -> Options {
    let config = folder.join("soban.toml");
    std::fs::write(&config, soban_hub::sample::settings()).expect("settings");
    std::fs::write(folder.join("menu.toml"), soban_hub::sample::menu_file()).expect("a menu");
    Options {
        config,
        data: folder.join("data"),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        secrets: Some(secrets()),
    }
}

pub(crate) fn secrets() -> Secrets {
    Secrets {
        kakaopay: KakaoPaySecrets {
            secret_key: Secret::new("BENCH"),
            cid_secret: None,
        },
        toss: TossSecrets {
            secret_key: Secret::new("BENCH"),
        },
        mpm: MpmSecrets {
            key: Secret::new("BENCH"),
        },
        pos: PosSecrets {
            access_key: Secret::new("bench"),
            secret_key: Secret::new("bench"),
        },
        staff: Default::default(),
    }
}

/// Is the hub, until it is killed.
pub(crate) fn serve(folder: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let hub = soban_hub::start(options(Path::new(folder)))
            .await
            .expect("a hub");
        println!("ready {}", hub.address());
        std::future::pending::<()>().await;
    });
    ExitCode::SUCCESS
}

fn start(folder: &Path) -> (Program, SocketAddr) {
    let own = std::env::current_exe().expect("this program knows where it is");
    let mut command = Command::new(own);
    command.arg("--hub").arg(folder);
    let log = folder.join("hub.log");
    let hub = Program::start("the hub", command, &log, |line| line.starts_with("ready"));
    let said = hub.said();
    let address = said.iter().find_map(|line| line.strip_prefix("ready "));
    let address = address.and_then(|address| address.parse().ok());
    (hub, address.expect("the hub says where it is"))
}

/// Kilobytes resident, as Linux counts them.
fn resident_kb(hub: &Program) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Resident memory after ten thousand orders over HTTP, and the time of a restart then.
pub(crate) async fn weight(folder: &Path, report: &mut Report) {
    let place_of = fresh(folder);
    let (hub, address) = start(place_of.path());
    let before = resident_kb(&hub);
    let begin = Instant::now();
    join_all((0..AT_ONCE).map(|_| order_all(address, ORDERS / AT_ONCE))).await;
    let took = begin.elapsed().as_secs_f64();
    report.figure(
        "orders over HTTP, quote and placing",
        ORDERS as f64 / took,
        "/s",
    );
    match (before, resident_kb(&hub)) {
        (Some(before), Some(after)) => {
            report.figure("hub resident at its start", before / 1024.0, "MB");
            report.bound(
                "hub resident after 10,000 orders",
                after / 1024.0,
                "MB",
                60.0,
            );
        }
        _ => report.left_out("resident memory: this system has no /proc"),
    }
    hub.kill();
    let mut restarts = Vec::new();
    for _ in 0..RESTARTS {
        let begin = Instant::now();
        let (hub, _) = start(place_of.path());
        restarts.push(begin.elapsed().as_secs_f64());
        hub.kill();
    }
    report.ratio(
        "restart after a crash with 10,000 orders, seconds",
        Ratio::of(&restarts),
        Limit::AtMost(1.0),
    );
}

async fn order_all(hub: SocketAddr, count: usize) {
    let guest = Guest::new(hub, soban_tests::world::KIOSK);
    for _ in 0..count {
        match guest.must::<MakeQuote>(&wish()).await {
            QuoteReply::Quoted { quote, .. } => {
                guest.must::<PlaceOrder>(&place(quote)).await;
            }
            QuoteReply::Changed { changes, .. } => panic!("no quote: {changes:?}"),
        }
    }
}
