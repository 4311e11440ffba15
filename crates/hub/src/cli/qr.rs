//! `soban qr decode|encode`.
//!
//! Guarantees: of a customer's code nothing is printed that could pay or tells who
//! somebody is, in listings and in errors, unless `--reveal` asks for it.

use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use soban_domain::emv_qr::{
    BerTag, CustomerQr, Initiation, MaskedLine, MerchantQr, Object, Place, Revealed,
};

use super::Failure;

/// The most bytes that are read of standard input or a file: far more than any code, or
/// its JSON, has.
const READ_MOST: u64 = 1 << 20;

#[derive(Subcommand)]
pub(super) enum QrCommand {
    /// Read a code and say what is in it.
    Decode {
        /// The code's text; with - it is read from standard input.
        text: String,
        /// A customer's code (CPM) instead of a merchant's (MPM). It can pay: rather
        /// give it on standard input, where no list of processes shows it.
        #[arg(long)]
        customer: bool,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
        /// Print a customer's code whole, card number and name in the clear.
        #[arg(long, requires_all = ["customer", "json"])]
        reveal: bool,
    },
    /// Write a code. Checksum and format are added.
    Encode {
        /// The JSON that decode prints; with - it is read from standard input.
        #[arg(long, value_name = "FILE")]
        json: PathBuf,
        /// A customer's code (CPM), from what decode prints with --reveal.
        #[arg(long)]
        customer: bool,
    },
}

pub(super) fn run(command: QrCommand) -> Result<ExitCode, Failure> {
    match command {
        QrCommand::Decode {
            text,
            customer,
            json,
            reveal,
        } => {
            let text = code(text)?;
            if customer {
                decode_customer(&text, json, reveal)?;
            } else {
                decode_merchant(&text, json)?;
            }
        }
        QrCommand::Encode { json, customer } => {
            let text = if customer {
                encode_customer(&json)?
            } else {
                read_json::<MerchantQr>(&json, true)?.encode()
            };
            println!("{text}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The code's bytes. A scanner or a pipe ends it with a line's end that is not its own.
fn code(text: String) -> Result<Vec<u8>, Failure> {
    if text != "-" {
        return Ok(text.into_bytes());
    }
    let mut bytes = read_all(stdin()).map_err(|error| format!("standard input: {error}"))?;
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(bytes)
}

fn read_all(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(READ_MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads parts from a file. Where they are `open`, an error may quote them.
fn read_json<T: DeserializeOwned>(file: &Path, open: bool) -> Result<T, Failure> {
    let name = file.display();
    let (name, bytes) = if file == Path::new("-") {
        ("standard input".to_owned(), read_all(stdin()))
    } else {
        (name.to_string(), File::open(file).and_then(read_all))
    };
    let bytes = bytes.map_err(|error| format!("{name}: {error}"))?;
    let read = serde_json::from_slice(&bytes);
    read.map_err(|error| {
        if open {
            return format!("{name}: {error}").into();
        }
        let (line, column) = (error.line(), error.column());
        format!("{name}: line {line}, column {column} is not as decode --reveal prints it").into()
    })
}

fn encode_customer(file: &Path) -> Result<String, Failure> {
    let parts: Value = read_json(file, false)?;
    if parts.get("masked").is_some() {
        return Err("a masked code lacks what a code is made of; decode it with --reveal".into());
    }
    // Read again without its words: they may hold a card number.
    let parts: Revealed = serde_json::from_value(parts)
        .map_err(|_| "this JSON is not as decode --customer --json --reveal prints it")?;
    Ok(CustomerQr::new(parts.objects)?.encode())
}

fn decode_merchant(text: &[u8], json: bool) -> Result<(), Failure> {
    let code = MerchantQr::decode_bytes(text)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&code)?);
        return Ok(());
    }
    for object in code.objects() {
        match object.value() {
            Some(value) => line(Place::of(object.tag), &said(&code, object, value)),
            None => {
                for field in object.fields() {
                    line(Place::within(object.tag, field.tag), &field.value);
                }
            }
        }
    }
    Ok(())
}

fn line(place: Place, value: &str) {
    println!("{:<7}{:<24}{value}", place.to_string(), meaning(place));
}

/// A value, and what it means where it does not say so itself.
fn said(code: &MerchantQr, object: &Object, value: &str) -> String {
    match (object.tag.number(), code.initiation(), code.amount()) {
        (1, Some(Initiation::Static), _) => format!("{value} (static)"),
        (1, Some(Initiation::Dynamic), _) => format!("{value} (dynamic)"),
        (53, ..) if value == soban_domain::emv_qr::KRW => format!("{value} (won)"),
        (54, _, Some(won)) => format!("{won} won"),
        _ => value.to_owned(),
    }
}

fn meaning(place: Place) -> &'static str {
    match (place.tag.number(), place.sub.map(|sub| sub.number())) {
        (1, None) => "initiation",
        (2..=25, None) => "merchant account",
        (26..=51, Some(0)) => "merchant account of",
        (26..=51, Some(_)) => "  account field",
        (52, None) => "category (MCC)",
        (53, None) => "currency",
        (54, None) => "amount",
        (55, None) => "tip or fee",
        (56, None) => "fee, fixed",
        (57, None) => "fee, percent",
        (58, None) => "country",
        (59, None) => "name",
        (60, None) => "city",
        (61, None) => "postal code",
        (62, Some(1)) => "bill number",
        (62, Some(2)) => "mobile number",
        (62, Some(3)) => "store",
        (62, Some(4)) => "loyalty number",
        (62, Some(5)) => "reference",
        (62, Some(6)) => "customer",
        (62, Some(7)) => "terminal",
        (62, Some(8)) => "purpose",
        (62, Some(9)) => "asked of the customer",
        (64, Some(0)) => "language",
        (64, Some(1)) => "name in that language",
        (64, Some(2)) => "city in that language",
        (80..=99, Some(0)) => "template of",
        (80..=99, Some(_)) => "  template field",
        _ => "unknown",
    }
}

fn decode_customer(text: &[u8], json: bool, reveal: bool) -> Result<(), Failure> {
    let code = CustomerQr::decode_bytes(text)?;
    if reveal {
        println!("{}", serde_json::to_string_pretty(&code.reveal())?);
    } else if json {
        let masked = json!({ "masked": code.masked() });
        println!("{}", serde_json::to_string_pretty(&masked)?);
    } else {
        for line in code.masked() {
            println!(
                "{:<14}{:<24}{}",
                path(&line),
                meaning_of(line.tag),
                line.shown
            );
        }
    }
    Ok(())
}

/// Which object of the code, and the tags down to this one: `2: 62-64-9F26`.
fn path(line: &MaskedLine) -> String {
    let tags = line.within.iter().chain([&line.tag]);
    let tags: Vec<String> = tags.map(BerTag::to_string).collect();
    format!("{}: {}", line.object, tags.join("-"))
}

fn meaning_of(tag: BerTag) -> &'static str {
    match tag {
        BerTag::AID => "application",
        BerTag::LABEL => "label",
        BerTag::TRACK_2 => "card number of track 2",
        BerTag::NUMBER => "card number",
        BerTag::HOLDER => "cardholder's name",
        BerTag::LANGUAGE => "languages",
        BerTag::SEQUENCE => "card sequence number",
        _ => "not shown",
    }
}
