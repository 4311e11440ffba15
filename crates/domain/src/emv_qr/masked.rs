//! A customer's code as it may be seen.
//!
//! Guarantees: of a card number at most the first six and the last four digits, of a
//! name nothing, and of whatever this module does not know nothing but its length.

use std::fmt;

use serde::Serialize;

use super::ber::{BerContent, BerObject, BerTag, to_hex};
use super::customer_rules::{plain_number, track_number};

/// One line of a masked code: an object, and the templates that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MaskedLine {
    /// Which of the code's objects this belongs to, from 1: applications may repeat.
    pub object: usize,
    /// The templates around it, the outermost first.
    pub within: Vec<BerTag>,
    /// The object's tag.
    pub tag: BerTag,
    /// What may be seen of it.
    #[serde(flatten)]
    pub shown: Shown,
}

/// What may be seen of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Text of the standard's alphabet.
    Text(String),
    /// Bytes in hex.
    Hex(String),
    /// A card number, masked.
    Number(String),
    /// So many bytes, and nothing else.
    Hidden(usize),
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shown::Text(text) | Shown::Hex(text) | Shown::Number(text) => out.write_str(text),
            Shown::Hidden(bytes) => write!(out, "({bytes} bytes)"),
        }
    }
}

/// A number of which at most the first six and the last four digits show. The shorter
/// it is, the less shows: always at least four digits stay hidden.
pub fn mask_number(digits: &str) -> String {
    let count = digits.chars().count();
    let (first, last) = match count {
        0..=7 => (0, 0),
        8..=14 => (0, 4),
        _ => (6, 4),
    };
    let from = count.saturating_sub(last);
    let mask = |(index, digit)| {
        if index < first || index >= from {
            digit
        } else {
            '*'
        }
    };
    digits.chars().enumerate().map(mask).collect()
}

/// Every object that is no template, masked.
pub(super) fn lines(objects: &[BerObject]) -> Vec<MaskedLine> {
    let mut lines = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        add(object, index.saturating_add(1), &[], &mut lines);
    }
    lines
}

fn add(object: &BerObject, index: usize, within: &[BerTag], lines: &mut Vec<MaskedLine>) {
    match &object.content {
        BerContent::Bytes(bytes) => lines.push(MaskedLine {
            object: index,
            within: within.to_vec(),
            tag: object.tag,
            shown: shown(object.tag, bytes),
        }),
        BerContent::Template(below) => {
            let within = [within, &[object.tag]].concat();
            for object in below {
                add(object, index, &within, lines);
            }
        }
    }
}

fn shown(tag: BerTag, bytes: &[u8]) -> Shown {
    let number = |number: Option<String>| match number {
        Some(digits) => Shown::Number(mask_number(&digits)),
        None => Shown::Hidden(bytes.len()),
    };
    match tag {
        BerTag::AID => Shown::Hex(to_hex(bytes)),
        BerTag::LABEL | BerTag::LANGUAGE => {
            Shown::Text(String::from_utf8_lossy(bytes).into_owned())
        }
        BerTag::TRACK_2 => number(track_number(bytes)),
        BerTag::NUMBER => number(plain_number(bytes)),
        _ => Shown::Hidden(bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of every length hide at least four digits, or all, and show at most the
    /// first six and the last four.
    #[test]
    fn numbers_are_masked() {
        assert_eq!(mask_number("1234567890123458"), "123456******3458");
        assert_eq!(mask_number("12345678901234"), "**********1234");
        assert_eq!(mask_number("1234567"), "*******");
        for length in 0..=19 {
            let masked = mask_number(&"7".repeat(length));
            let hidden = masked.chars().filter(|c| *c == '*').count();
            assert_eq!(masked.chars().count(), length);
            assert!(hidden >= length.min(4), "{length}: {masked}");
            assert!(hidden + 10 >= length, "{length}: {masked}");
        }
    }
}
