//! Our Korean bytes against Python's `cp949` codec.
//!
//! Not against its `euc_kr`, which spells a syllable outside KS X 1001 in four letters
//! of two bytes.

use std::fmt::Write as _;

use soban_devices::{Charset, PrinterProfile, body};
use soban_domain::paper::{Paper, columns_of, normalise};

use crate::peer::Peer;

const PYTHON: Peer = Peer::new("python3", "python3");

/// Bytes to text, a line each; what is no text gets the mark U+FFFD.
const DECODE: &str = "
import sys
for line in sys.stdin:
    print(bytes.fromhex(line).decode('cp949', 'replace'))
";

/// Text to bytes, a line each.
const ENCODE: &str = "
import sys
for line in sys.stdin:
    print(line.rstrip('\\n').encode('cp949').hex())
";

/// What a printer gets of a line.
enum Sent {
    Text(Vec<u8>),
    Picture,
}

fn printer(charset: Charset, columns: u16) -> PrinterProfile {
    PrinterProfile {
        charset,
        columns,
        ..PrinterProfile::new("kitchen".parse().unwrap(), "127.0.0.1:9100")
    }
}

fn sent(text: &str, profile: &PrinterProfile) -> Sent {
    let mut paper = Paper::new();
    paper.text(text);
    let mut bytes = body(&paper, profile);
    if bytes.contains(&0x1D) {
        return Sent::Picture;
    }
    assert_eq!(bytes.pop(), Some(b'\n'), "{text} has no line of its own");
    Sent::Text(bytes)
}

fn python(script: &str, lines: &str) -> Vec<String> {
    let words = ["-X", "utf8", "-c", script];
    let answer = PYTHON.answer(&words, lines.as_bytes());
    answer.lines().map(str::to_owned).collect()
}

fn decoded<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut all = String::new();
    for line in lines {
        line.iter()
            .for_each(|byte| write!(all, "{byte:02x}").unwrap());
        all.push('\n');
    }
    python(DECODE, &all)
}

fn syllables() -> Vec<String> {
    ('가'..='힣').map(String::from).collect()
}

/// A printer with the large ROM gets every modern syllable as text, and as the bytes
/// that Python reads as that syllable: each of the 11,172 is printed on a line.
#[test]
fn the_large_rom_gets_every_syllable() {
    let profile = printer(Charset::Cp949, 20);
    let lines: Vec<Vec<u8>> = syllables()
        .iter()
        .map(|letter| match sent(letter, &profile) {
            Sent::Text(bytes) => bytes,
            Sent::Picture => panic!("{letter} was drawn"),
        })
        .collect();
    assert_eq!(lines.len(), 11_172);
    assert_eq!(decoded(lines.iter().map(Vec::as_slice)), syllables());
}

/// A printer with the small ROM gets a syllable as text exactly if both bytes that Python
/// has for it are at least A1, then as those bytes, and else as a picture: each of the
/// 11,172 is printed on a line.
#[test]
fn the_small_rom_gets_pictures_of_the_rest() {
    let profile = printer(Charset::Ksx1001, 20);
    let codes = python(ENCODE, &(syllables().join("\n") + "\n"));
    assert_eq!(codes.len(), 11_172);
    let mut texts = 0;
    for (letter, code) in syllables().iter().zip(&codes) {
        let small = u16::from_str_radix(code, 16)
            .unwrap()
            .to_be_bytes()
            .iter()
            .all(|byte| *byte >= 0xA1);
        match sent(letter, &profile) {
            Sent::Text(bytes) => {
                let ours: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(
                    small && ours == *code,
                    "{letter} went as {ours}, not {code}"
                );
                texts += 1;
            }
            Sent::Picture => assert!(!small, "{letter} ({code}) was drawn"),
        }
    }
    assert_eq!(texts, 2_350, "the syllables of KS X 1001");
}

/// No line's end cuts a letter in two, on any paper: one text of all syllables, its pairs
/// set off by one column, is printed in each width, and every line is read by itself.
#[test]
fn lines_break_between_letters() {
    let text = format!("a{}", syllables().concat());
    for columns in [20, 32, 42, 48] {
        let mut paper = Paper::new();
        paper.text(text.clone());
        let bytes = body(&paper, &printer(Charset::Cp949, columns));
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let longest = lines.iter().map(|line| line.len()).max();
        assert!(longest <= Some(usize::from(columns)), "{longest:?}");
        assert_eq!(decoded(lines).concat(), text, "{columns} columns");
    }
}

/// Signs and hanja are what they should be, too: every letter of the basic plane that
/// goes as text is printed between brackets, and Python reads there what the layout says.
#[test]
fn every_other_letter_is_the_one_meant() {
    let profile = printer(Charset::Cp949, 20);
    let wanted: Vec<String> = ('\u{a0}'..='\u{ffff}')
        .map(|letter| normalise(&format!("[{letter}]")))
        .filter(|text| Charset::Cp949.encode(text).is_some())
        .collect();
    let lines: Vec<Vec<u8>> = wanted
        .iter()
        .map(|text| match sent(text, &profile) {
            Sent::Text(bytes) => bytes,
            Sent::Picture => panic!("{text} was drawn"),
        })
        .collect();
    let read = decoded(lines.iter().map(Vec::as_slice));
    assert_eq!(read.len(), wanted.len());
    for ((text, read), line) in wanted.iter().zip(&read).zip(&lines) {
        assert_eq!(read, text, "{line:02x?}");
        assert_eq!(columns_of(text), line.len(), "columns of {text}");
    }
    // All of windows-949 but for letters that Unicode declares to be others.
    assert!(wanted.len() > 16_000, "{} letters", wanted.len());
}
