//! The printer driver against the sandbox's printers, which interpret ESC/POS with code
//! of their own: what they say came out is compared with what should have.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use soban_devices::{Charset, NetPrinters, PrinterProfile, Proof, QrWay, Timings};
use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::moment::Timestamp;
use soban_domain::order::Order;
use soban_domain::paper::{Block, Line, Paper, lay_out};
use soban_domain::slip::{SlipFacts, StoreIdentity, Words, kitchen, receipt};
use soban_domain::text::{Lang, Text};
use soban_engine::ports::printer::{Health, Printed, Printers, Trouble};
use soban_sandbox::{PrinterModel, Rom, Sandbox, SandboxConfig};
use uuid::Uuid;

/// One printer of the sandbox and the driver for it.
struct World {
    sandbox: Sandbox,
    printers: NetPrinters,
}

impl World {
    /// A printer of a model, and a driver that knows its letters but not its proof.
    async fn start(model: PrinterModel, qr: QrWay) -> World {
        let mut config = SandboxConfig::on_free_ports();
        config.printers.truncate(1);
        config.printers[0].model = model;
        let sandbox = Sandbox::start(config).await.unwrap();
        let profile = PrinterProfile {
            charset: match model.rom {
                Rom::Cp949 => Charset::Cp949,
                Rom::Ksx1001 => Charset::Ksx1001,
            },
            drawer: true,
            qr,
            ..PrinterProfile::new(printer(), sandbox.printer_addrs()[0].1.to_string())
        };
        let printers = NetPrinters::new(vec![profile], Timings::default(), 1);
        World { sandbox, printers }
    }

    async fn print(&self, paper: &Paper) -> Printed {
        self.printers
            .print(&printer(), PrintJobId(Uuid::nil()), paper)
            .await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.sandbox.http_addr())
    }

    /// What the outside world saw come out: the printer's jobs.
    async fn jobs(&self) -> Vec<Value> {
        let answer = reqwest::get(self.url("/ledger/printers")).await.unwrap();
        let ledger: Value = answer.json().await.unwrap();
        ledger["printers"][0]["jobs"].as_array().unwrap().clone()
    }

    async fn handle(&self, handling: Value) {
        let url = self.url("/printers/receipt/condition");
        let answer = reqwest::Client::new()
            .post(url)
            .json(&handling)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success());
    }
}

fn printer() -> PrinterId {
    "receipt".parse().unwrap()
}

fn words(lang: Lang) -> Words {
    Words::load(lang, |key| Some(key.replace('_', " "))).unwrap()
}

fn slips() -> [Paper; 2] {
    let order: Order = serde_json::from_str(include_str!("order.json")).unwrap();
    let store = StoreIdentity {
        name: Text {
            ko: "소반식당".to_owned(),
            en: "Soban Table".to_owned(),
            ja: None,
            zh: None,
        },
        owner: "김소반".to_owned(),
        business_number: "1208147521".to_owned(),
        address: "서울특별시 종로구 소반길 12, 1층".to_owned(),
        phone: "02-000-0000".to_owned(),
    };
    let facts = SlipFacts {
        order: &order,
        attempt: None,
        store: &store,
        printed: Timestamp(1_795_318_260_000),
        copy: 2,
        moved_from: None,
    };
    let (ko, en) = (words(Lang::Ko), words(Lang::En));
    let station = "kitchen".parse().unwrap();
    [
        receipt(&facts, &ko, &en),
        kitchen(&facts, &station, &ko).unwrap(),
    ]
}

/// The texts that a paper of 48 columns should show.
fn texts(paper: &Paper) -> Vec<String> {
    lay_out(paper, 48)
        .into_iter()
        .filter_map(|line| match line {
            Line::Text(line) => Some(line.text.trim_end().to_owned()),
            Line::Blank | Line::Qr { .. } | Line::Cut | Line::Drawer => None,
        })
        .collect()
}

fn lines(job: &Value) -> Vec<String> {
    let lines = job["lines"].as_array().unwrap().iter();
    let text = |line: &Value| line.as_str().unwrap().trim_end().to_owned();
    lines.map(text).filter(|line| !line.is_empty()).collect()
}

/// Nothing of a job was lost, unknown or refused.
fn assert_clean(job: &Value) {
    for list in ["letters_lost", "unknown_commands", "refused_commands"] {
        assert_eq!(job[list], json!([]), "{list}");
    }
    assert_eq!(job["cuts"], 1);
}

/// Goal: receipt and kitchen ticket come out letter by letter, each proved and cut once;
/// method: the ledger of a printer with the large ROM is compared with the layout.
#[tokio::test]
async fn slips_come_out_letter_by_letter() {
    let world = World::start(PrinterModel::default(), QrWay::Raster).await;
    for paper in slips() {
        assert_eq!(world.print(&paper).await, Printed::Proved);
        let jobs = world.jobs().await;
        let job = jobs.last().unwrap();
        assert_eq!(lines(job), texts(&paper));
        assert_clean(job);
    }
    assert_eq!(world.printers.proof(&printer()), Some(Proof::ProcessId));
    assert_eq!(world.jobs().await.len(), 2);
}

/// Goal: on a small ROM no letter is lost and no drawn line acts; method: rare syllables
/// are printed on a printer that also obeys real-time commands inside pictures.
#[tokio::test]
async fn rare_letters_are_drawn_on_a_small_rom() {
    let model = PrinterModel {
        rom: Rom::Ksx1001,
        ..PrinterModel::default()
    };
    let world = World::start(model, QrWay::Raster).await;
    let [paper, _] = slips();
    assert_eq!(world.print(&paper).await, Printed::Proved);
    let jobs = world.jobs().await;
    let job = jobs.last().unwrap();
    assert_clean(job);
    assert_eq!(job["drawer_pulses"], json!([]));
    let drawn = texts(&paper)
        .iter()
        .filter(|line| line.contains('똠'))
        .count();
    let items = job["items"].as_array().unwrap();
    let pictures = items.iter().filter(|item| item["type"] == "image").count();
    assert_eq!((drawn, pictures), (1, 1));
    assert_eq!(lines(job).len(), texts(&paper).len() - drawn);
}

/// Goal: a printer without process ids still proves; method: a model without them prints.
#[tokio::test]
async fn a_printer_without_ids_proves_by_status() {
    let model = PrinterModel {
        process_id: false,
        ..PrinterModel::default()
    };
    let world = World::start(model, QrWay::Raster).await;
    let [_, paper] = slips();
    assert_eq!(world.print(&paper).await, Printed::Proved);
    assert_eq!(world.printers.proof(&printer()), Some(Proof::Buffered));
    assert_eq!(lines(world.jobs().await.last().unwrap()), texts(&paper));
}

/// Goal: nothing is sent into trouble, and health names it; method: paper out, then cover
/// open, then well again, with one job each.
#[tokio::test]
async fn nothing_is_sent_into_trouble() {
    let world = World::start(PrinterModel::default(), QrWay::Raster).await;
    let [paper, _] = slips();
    for (handling, trouble) in [
        (json!({"paper": "out"}), Trouble::PaperOut),
        (
            json!({"paper": "plenty", "cover_open": true}),
            Trouble::CoverOpen,
        ),
    ] {
        world.handle(handling).await;
        assert_eq!(world.print(&paper).await, Printed::NotSent { trouble });
        assert_eq!(
            world.printers.health(&printer()).await.trouble,
            Some(trouble)
        );
    }
    world
        .handle(json!({"cover_open": false, "paper": "near_end"}))
        .await;
    let health = world.printers.health(&printer()).await;
    assert_eq!(
        health,
        Health {
            trouble: None,
            paper_low: true
        }
    );
    assert_eq!(world.print(&paper).await, Printed::Proved);
    let printed: usize = world
        .jobs()
        .await
        .iter()
        .filter(|job| job["cuts"] == 1)
        .count();
    assert_eq!(printed, 1);
}

/// Goal: the drawer opens once and the QR symbol says what it should, drawn or commanded;
/// method: both ways are printed and read from the ledger.
#[tokio::test]
async fn drawer_and_symbol_come_out() {
    for (qr, said) in [
        (QrWay::Command, json!(["SOBAN-127"])),
        (QrWay::Raster, json!([])),
    ] {
        let world = World::start(PrinterModel::default(), qr).await;
        let mut paper = Paper::new();
        let data = "SOBAN-127".to_owned();
        paper.add(Block::Drawer).add(Block::Qr { data });
        assert_eq!(world.print(&paper).await, Printed::Proved);
        let jobs = world.jobs().await;
        let job = jobs.last().unwrap();
        assert_clean(job);
        assert_eq!(job["qr"], said);
        let pulses = job["drawer_pulses"].as_array().unwrap();
        assert_eq!(pulses.len(), 1);
        assert_eq!(pulses[0]["real_time"], false);
    }
}
