//! Our commands against those of python-escpos, as `python_escpos.json` keeps them.

use serde::Deserialize;
use soban_devices::{PrinterProfile, QrWay, body, job_bytes};
use soban_domain::paper::{Align, Block, Paper, Size, Style};

/// What python-escpos sent; bytes are in hex.
#[derive(Deserialize)]
struct Recorded {
    initialise: String,
    cut: String,
    drawer: String,
    left: String,
    centre: String,
    right: String,
    bold: [String; 2],
    underline: [String; 2],
    invert: [String; 2],
    sizes: [String; 4],
    qr: Vec<RecordedQr>,
}

/// A symbol that it sent.
#[derive(Deserialize)]
struct RecordedQr {
    text: String,
    module: u8,
    bytes: String,
}

fn recorded() -> Recorded {
    serde_json::from_str(include_str!("python_escpos.json")).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn printer() -> PrinterProfile {
    PrinterProfile {
        drawer: true,
        qr: QrWay::Command,
        ..PrinterProfile::new("receipt".parse().unwrap(), "127.0.0.1:9100")
    }
}

/// What a line `a` in that style is sent as, followed by a plain `b`.
fn styled(align: Align, style: Style) -> String {
    let mut paper = Paper::new();
    paper.styled("a", align, style).text("b");
    hex(&body(&paper, &printer()))
}

/// A line `a` between these commands, and the plain `b`.
fn between(on: &str, off: &str) -> String {
    format!("{on}610a{off}620a")
}

/// The same command for two-byte letters: with FS in place of ESC.
fn and_for_hangul(command: &str) -> String {
    format!("{command}{}", command.replacen("1b", "1c", 1))
}

/// A job begins with the peer's initialisation and ends with its partial cut, by
/// comparing both ends.
#[test]
fn jobs_begin_and_end_alike() {
    let theirs = recorded();
    let mut paper = Paper::new();
    paper.text("a");
    let ours = hex(&job_bytes(&paper, &printer()));
    assert!(ours.starts_with(&theirs.initialise), "{ours}");
    assert!(ours.ends_with(&format!("610a{}", theirs.cut)), "{ours}");
}

/// The drawer's pulse has all five bytes and goes to the same pin; its two times are each
/// maker's own choice and not nothing.
#[test]
fn the_pulse_is_whole() {
    let paper = Paper {
        blocks: vec![Block::Drawer],
    };
    let ours = hex(&body(&paper, &printer()));
    let theirs = recorded().drawer;
    assert_eq!(ours.len(), theirs.len());
    let (command, times) = ours.split_at(6);
    assert!(theirs.starts_with(command), "{ours} and {theirs}");
    assert!(!times.contains("00"), "{ours}");
}

/// Every way in which a line can look is switched on and off with the peer's bytes, by
/// sending a line of it before a plain one. For underlines Korean printers need more
/// than the peer sends: the same for two-byte letters.
#[test]
fn looks_are_switched_alike() {
    let theirs = recorded();
    let plain = Style::PLAIN;
    for (align, on) in [
        (Align::Centre, &theirs.centre),
        (Align::Right, &theirs.right),
    ] {
        assert_eq!(styled(align, plain), between(on, &theirs.left));
    }
    let [off, on] = &theirs.bold;
    let bold = Style {
        bold: true,
        ..plain
    };
    assert_eq!(styled(Align::Left, bold), between(on, off));
    let [off, on] = &theirs.invert;
    let invert = Style {
        invert: true,
        ..plain
    };
    assert_eq!(styled(Align::Left, invert), between(on, off));
    let [off, on] = theirs
        .underline
        .each_ref()
        .map(|command| and_for_hangul(command));
    let underline = Style {
        underline: true,
        ..plain
    };
    assert_eq!(styled(Align::Left, underline), between(&on, &off));
    let [normal, larger @ ..] = &theirs.sizes;
    for (size, on) in [Size::Tall, Size::Large, Size::Huge]
        .into_iter()
        .zip(larger)
    {
        let large = Style { size, ..plain };
        assert_eq!(styled(Align::Left, large), between(on, normal), "{size:?}");
    }
}

/// A symbol by the printer's own command is the peer's five steps, byte for byte, also
/// where its length takes two bytes: short and long texts at the module size that ours
/// finds for an 80 mm paper.
#[test]
fn symbols_are_sent_alike() {
    let theirs = recorded();
    for RecordedQr {
        text,
        module,
        bytes,
    } in &theirs.qr
    {
        let paper = Paper {
            blocks: vec![Block::Qr { data: text.clone() }],
        };
        let ours = hex(&body(&paper, &printer()));
        assert_eq!(
            ours,
            format!("{}{bytes}0a", theirs.centre),
            "{} letters, module {module}",
            text.len()
        );
    }
    assert!(
        theirs.qr.iter().any(|qr| qr.text.len() > 253),
        "none is long"
    );
}
