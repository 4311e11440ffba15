//! Our QR symbols as `zbarimg` reads them.
//!
//! Pictures that are SVG are painted by `rsvg-convert` first, and the bands of a printed
//! picture are joined by ImageMagick, so that no drawing of ours comes in between.

use std::fs;

use serde_json::{Value, json};
use soban_devices::{NetPrinters, PrinterProfile, QrWay, Timings, to_png};
use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::moment::Timestamp;
use soban_domain::order::Order;
use soban_domain::paper::{Block, Paper};
use soban_domain::slip::{SlipFacts, StoreIdentity, Words, kitchen, receipt};
use soban_domain::text::{Lang, Text};
use soban_engine::ports::printer::{Printed, Printers};
use soban_sandbox::{PrinterConfig, Sandbox, SandboxConfig};
use uuid::Uuid;

use crate::peer::{Peer, said};

const ZBARIMG: Peer = Peer::new("zbarimg", "zbar-tools");
const RSVG: Peer = Peer::new("rsvg-convert", "librsvg2-bin");
const CONVERT: Peer = Peer::new("convert", "imagemagick");

const LINK: &str = "https://soban.example/r/0192f0c1-7d4e-7000-8000-000000000001";

/// What zbarimg answers where a picture holds no symbol.
const NOTHING: i32 = 4;

/// Every symbol that zbarimg finds on a PNG.
fn read(png: &[u8]) -> Vec<String> {
    let output = ZBARIMG.run(&["--quiet", "--raw", "--nodbus", "png:-"], png);
    match output.status.code() {
        Some(0) => {}
        Some(NOTHING) => return Vec::new(),
        _ => panic!("zbarimg failed: {}", said(&output)),
    }
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// An SVG drawing as it stands on a white page.
fn painted(svg: &str) -> Vec<u8> {
    let words = ["--width", "800", "--background-color", "white"];
    let output = RSVG.run(&words, svg.as_bytes());
    assert!(output.status.success(), "{}", said(&output));
    output.stdout
}

/// Pictures joined from top to bottom.
fn joined(pictures: &[Vec<u8>]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<String> = (0..pictures.len())
        .map(|at| {
            folder
                .path()
                .join(format!("{at}.bmp"))
                .display()
                .to_string()
        })
        .collect();
    for (file, picture) in files.iter().zip(pictures) {
        fs::write(file, picture).unwrap();
    }
    let mut words: Vec<&str> = files.iter().map(String::as_str).collect();
    words.extend(["-append", "png:-"]);
    let output = CONVERT.run(&words, b"");
    assert!(output.status.success(), "{}", said(&output));
    output.stdout
}

fn symbol(text: &str) -> Block {
    Block::Qr {
        data: text.to_owned(),
    }
}

/// The sandbox with one printer, and our driver for it.
struct Bench {
    sandbox: Sandbox,
    printers: NetPrinters,
    id: PrinterId,
}

impl Bench {
    async fn start(columns: u16, qr: QrWay) -> Bench {
        let mut config = SandboxConfig::on_free_ports();
        config.printers.truncate(1);
        config.printers[0] = PrinterConfig {
            columns,
            ..config.printers[0].clone()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let (name, addr) = sandbox.printer_addrs().remove(0);
        let id: PrinterId = name.parse().unwrap();
        let profile = PrinterProfile {
            columns,
            qr,
            ..PrinterProfile::new(id.clone(), addr.to_string())
        };
        Bench {
            sandbox,
            printers: NetPrinters::new(vec![profile], Timings::default(), 1),
            id,
        }
    }

    /// Prints a document; the address of the slip that came out.
    async fn print(&self, paper: &Paper) -> String {
        let job = PrintJobId(Uuid::nil());
        let printed = self.printers.print(&self.id, job, paper).await;
        assert_eq!(printed, Printed::Proved);
        let ledger: Value = self.get("/printers/state").await.json().await.unwrap();
        let job = &ledger["printers"][0]["jobs"][0];
        assert_eq!(job["unknown_commands"], json!([]));
        assert_eq!(job["refused_commands"], json!([]));
        format!("/printers/{}/jobs/{}/slips/0", self.id, job["job"])
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        let url = format!("http://{}{path}", self.sandbox.http_addr());
        reqwest::get(url).await.unwrap().error_for_status().unwrap()
    }

    /// Every picture that a slip's drawing shows, in order.
    async fn pictures(&self, svg: &str) -> Vec<Vec<u8>> {
        let mut pictures = Vec::new();
        for after in svg.split("<image href=\"").skip(1) {
            let (address, _) = after.split_once('"').unwrap();
            let picture = self.get(address).await.bytes().await.unwrap();
            pictures.push(picture.to_vec());
        }
        pictures
    }
}

/// A symbol on the picture of a paper is read back, on paper of 58 mm and 80 mm.
#[test]
fn a_drawn_paper_is_read() {
    for columns in [32, 42, 48] {
        let mut paper = Paper::new();
        paper.text("소반식당").add(symbol(LINK)).text("영수증");
        let png = to_png(&paper, columns).unwrap();
        assert_eq!(read(&png), [LINK], "{columns} columns");
    }
}

/// A symbol that went to a printer as a picture is read from the dots that the printer
/// put on its paper, short texts and the longest.
#[tokio::test]
async fn a_picture_from_a_printer_is_read() {
    let longest = "0192f0c1-7d4e-7000-8000-000000000001/".repeat(18);
    for (columns, text) in [(32, LINK), (48, LINK), (48, &longest)] {
        let bench = Bench::start(columns, QrWay::Raster).await;
        let mut paper = Paper::new();
        paper.add(symbol(text));
        let slip = bench.print(&paper).await;
        let svg = bench.get(&slip).await.text().await.unwrap();
        let pictures = bench.pictures(&svg).await;
        assert!(!pictures.is_empty(), "no picture came out: {svg}");
        assert_eq!(read(&joined(&pictures)), [text], "{columns} columns");
        bench.sandbox.stop().await;
    }
}

/// A symbol that the printer drew itself by our command is read from its paper.
#[tokio::test]
async fn a_symbol_of_the_printer_is_read() {
    for columns in [32, 48] {
        let bench = Bench::start(columns, QrWay::Command).await;
        let mut paper = Paper::new();
        paper.text("table 7").add(symbol(LINK));
        let slip = bench.print(&paper).await;
        let svg = bench.get(&slip).await.text().await.unwrap();
        assert_eq!(
            bench.pictures(&svg).await.len(),
            0,
            "it was to be a command"
        );
        assert_eq!(read(&painted(&svg)), [LINK], "{columns} columns");
        bench.sandbox.stop().await;
    }
}

/// The gateway's waiting page, which the kiosk's window opens where no phone can reach
/// the hub, shows the very link that a phone is to open: a payment is begun, and the
/// page's drawing is read.
#[tokio::test]
async fn the_waiting_page_is_read() {
    let sandbox = Sandbox::start(SandboxConfig::on_free_ports())
        .await
        .unwrap();
    let terms = json!({
        "cid": "TC0ONETIME",
        "partner_order_id": "0192f0c1-7d4e-7000-8000-000000000001",
        "partner_user_id": "kiosk-1",
        "item_name": "김치찌개 외 2건",
        "quantity": 3,
        "total_amount": 27_000,
        "tax_free_amount": 0,
        "approval_url": "http://hub.test/paid",
        "cancel_url": "http://hub.test/quit",
        "fail_url": "http://hub.test/fail",
    });
    let begun = reqwest::Client::new()
        .post(format!(
            "{}/online/v1/payment/ready",
            sandbox.kakaopay_base()
        ))
        .header("authorization", "SECRET_KEY SANDBOX0SECRET0KEY")
        .json(&terms)
        .send()
        .await
        .unwrap();
    let begun: Value = begun.error_for_status().unwrap().json().await.unwrap();
    let address = begun["next_redirect_pc_url"].as_str().unwrap();
    let page = reqwest::get(address).await.unwrap().text().await.unwrap();
    let from = page.find("<svg").unwrap();
    let to = page.find("</svg>").unwrap() + "</svg>".len();
    // Within a page the name space goes without saying.
    let svg = page[from..to].replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1);
    let link = begun["next_redirect_mobile_url"].as_str().unwrap();
    assert_eq!(read(&painted(&svg)), [link]);
    sandbox.stop().await;
}

fn words(lang: Lang, file: &str) -> Words {
    let file: Value = serde_json::from_str(file).unwrap();
    let word = |key: &str| file["paper"][key].as_str().map(str::to_owned);
    Words::load(lang, word).unwrap()
}

/// A receipt and a kitchen ticket of an order.
fn slips() -> [Paper; 2] {
    let order = include_str!("../../crates/devices/tests/sandbox/order.json");
    let order: Order = serde_json::from_str(order).unwrap();
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
        copy: 1,
        moved_from: None,
    };
    let ko = words(Lang::Ko, include_str!("../../locales/ko.json"));
    let en = words(Lang::En, include_str!("../../locales/en.json"));
    let station = "kitchen".parse().unwrap();
    [
        receipt(&facts, &ko, &en),
        kitchen(&facts, &station, &ko).unwrap(),
    ]
}

/// Nothing of a slip's words and rules looks like a symbol or a barcode: nothing is read
/// from a slip as it is, and just the symbol once one is added.
#[test]
fn slips_without_a_symbol_say_nothing() {
    for columns in [32, 48] {
        for mut slip in slips() {
            let png = to_png(&slip, columns).unwrap();
            assert_eq!(read(&png), [""; 0], "{columns} columns");
            slip.add(symbol(LINK));
            let png = to_png(&slip, columns).unwrap();
            assert_eq!(read(&png), [LINK], "{columns} columns");
        }
    }
}
