//! BER-TLV: what the bytes of a customer's code are made of.
//!
//! Guarantees: tags of one or two bytes, lengths in their shortest form only, so that
//! one code has one spelling and a code that was used cannot come again in another;
//! templates are read where the standard has them, three levels deep at most; all else
//! is kept as bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::BadCustomerQr;

/// A tag of one or two bytes. Written in hex: `4F`, `5F20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BerTag(u16);

impl BerTag {
    /// Payload format indicator.
    pub const FORMAT: BerTag = BerTag(0x85);
    /// Application template.
    pub const APPLICATION: BerTag = BerTag(0x61);
    /// Common data template.
    pub const COMMON: BerTag = BerTag(0x62);
    /// Transparent template of an application.
    pub const APPLICATION_TRANSPARENT: BerTag = BerTag(0x63);
    /// Transparent template of the common data.
    pub const COMMON_TRANSPARENT: BerTag = BerTag(0x64);
    /// Application identifier (AID).
    pub const AID: BerTag = BerTag(0x4F);
    /// Application label.
    pub const LABEL: BerTag = BerTag(0x50);
    /// Track 2 equivalent data: card number and more.
    pub const TRACK_2: BerTag = BerTag(0x57);
    /// Card number (PAN).
    pub const NUMBER: BerTag = BerTag(0x5A);
    /// Cardholder's name.
    pub const HOLDER: BerTag = BerTag(0x5F20);
    /// Languages that the holder prefers.
    pub const LANGUAGE: BerTag = BerTag(0x5F2D);
    /// Card sequence number.
    pub const SEQUENCE: BerTag = BerTag(0x5F34);

    /// True where a second byte belongs to a tag that begins like that.
    const fn goes_on(first: u8) -> bool {
        first & 0x1F == 0x1F
    }

    /// The tag that these bytes are, or `None`: zero is none, and a second byte that
    /// asks for a third is out of the standard's range.
    fn of(first: u8, second: Option<u8>) -> Option<BerTag> {
        match second {
            None if first != 0 && !BerTag::goes_on(first) => Some(BerTag(u16::from(first))),
            Some(second) if BerTag::goes_on(first) && second & 0x80 == 0 => {
                Some(BerTag(u16::from_be_bytes([first, second])))
            }
            None | Some(_) => None,
        }
    }

    fn write(self, bytes: &mut Vec<u8>) {
        let [first, second] = self.0.to_be_bytes();
        if first != 0 {
            bytes.push(first);
        }
        bytes.push(second);
    }
}

impl fmt::Display for BerTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02X}", self.0)
    }
}

impl FromStr for BerTag {
    type Err = BadCustomerQr;

    fn from_str(text: &str) -> Result<BerTag, BadCustomerQr> {
        let bytes = from_hex(text)?;
        let tag = match bytes.as_slice() {
            [one] => BerTag::of(*one, None),
            [first, second] => BerTag::of(*first, Some(*second)),
            _ => None,
        };
        tag.ok_or(BadCustomerQr::TagForm { at: 1 })
    }
}

impl TryFrom<String> for BerTag {
    type Error = BadCustomerQr;

    fn try_from(text: String) -> Result<BerTag, BadCustomerQr> {
        text.parse()
    }
}

impl From<BerTag> for String {
    fn from(tag: BerTag) -> String {
        tag.to_string()
    }
}

/// One object of a customer's code. Serde does not hide it: see
/// [`super::CustomerQr::reveal`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct BerObject {
    /// Its tag.
    pub tag: BerTag,
    /// What it holds.
    pub content: BerContent,
}

/// What an object holds.
#[derive(Clone, PartialEq, Eq)]
pub enum BerContent {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Objects.
    Template(Vec<BerObject>),
}

/// An object as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    tag: BerTag,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    objects: Option<Vec<BerObject>>,
}

impl BerObject {
    /// The bytes of one that is no template.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            BerContent::Bytes(bytes) => Some(bytes),
            BerContent::Template(_) => None,
        }
    }

    /// The objects within; none of one that is no template.
    pub fn objects(&self) -> &[BerObject] {
        match &self.content {
            BerContent::Bytes(_) => &[],
            BerContent::Template(objects) => objects,
        }
    }
}

/// The first object with that tag.
pub(super) fn find(objects: &[BerObject], tag: BerTag) -> Option<&BerObject> {
    objects.iter().find(|object| object.tag == tag)
}

/// True where the value of `tag` is objects again, within that template or the code.
pub(super) fn is_template(within: Option<BerTag>, tag: BerTag) -> bool {
    match within {
        None => tag == BerTag::APPLICATION || tag == BerTag::COMMON,
        Some(BerTag::APPLICATION) => tag == BerTag::APPLICATION_TRANSPARENT,
        Some(BerTag::COMMON) => tag == BerTag::COMMON_TRANSPARENT,
        Some(_) => false,
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
    /// The number of the next byte, from 1.
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        self.at = self.at.saturating_add(count);
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn tag(&mut self) -> Result<BerTag, BadCustomerQr> {
        let at = self.at;
        let cut = BadCustomerQr::Truncated { at };
        let first = self.byte().ok_or(cut)?;
        let second = if BerTag::goes_on(first) {
            Some(self.byte().ok_or(cut)?)
        } else {
            None
        };
        BerTag::of(first, second).ok_or(BadCustomerQr::TagForm { at })
    }

    /// A length; `start` is where its object begins.
    fn length(&mut self, start: usize) -> Result<usize, BadCustomerQr> {
        let wrong = BadCustomerQr::LengthForm { at: self.at };
        let cut = BadCustomerQr::Truncated { at: start };
        let first = self.byte().ok_or(cut)?;
        let (length, least) = match first {
            0..=0x7F => (u16::from(first), 0),
            0x81 => (u16::from(self.byte().ok_or(cut)?), 0x80),
            0x82 => {
                let high = self.byte().ok_or(cut)?;
                let low = self.byte().ok_or(cut)?;
                (u16::from_be_bytes([high, low]), 0x100)
            }
            _ => return Err(wrong),
        };
        if length < least {
            return Err(wrong);
        }
        Ok(usize::from(length))
    }
}

/// The objects in `bytes`, of which the first byte has the number `at`.
pub(super) fn read(
    bytes: &[u8],
    at: usize,
    within: Option<BerTag>,
) -> Result<Vec<BerObject>, BadCustomerQr> {
    let mut cursor = Cursor { rest: bytes, at };
    let mut objects = Vec::new();
    while !cursor.rest.is_empty() {
        let start = cursor.at;
        let tag = cursor.tag()?;
        let length = cursor.length(start)?;
        let value_at = cursor.at;
        let cut = BadCustomerQr::Truncated { at: start };
        let value = cursor.take(length).ok_or(cut)?;
        let content = if is_template(within, tag) {
            BerContent::Template(read(value, value_at, Some(tag))?)
        } else {
            BerContent::Bytes(value.to_vec())
        };
        objects.push(BerObject { tag, content });
    }
    Ok(objects)
}

/// Adds objects to `bytes`. A value longer than 65,535 bytes is cut; the rules let none
/// through that is longer than a code.
pub(super) fn write(objects: &[BerObject], bytes: &mut Vec<u8>) {
    for object in objects {
        object.tag.write(bytes);
        let mut below = Vec::new();
        let value = match &object.content {
            BerContent::Bytes(value) => value,
            BerContent::Template(objects) => {
                write(objects, &mut below);
                &below
            }
        };
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        let [high, low] = length.to_be_bytes();
        match length {
            0..=0x7F => bytes.push(low),
            0x80..=0xFF => bytes.extend([0x81, low]),
            0x100.. => bytes.extend([0x82, high, low]),
        }
        bytes.extend(value.iter().take(usize::from(length)));
    }
}

/// Pairs of capital digits.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The bytes of pairs of digits in either case.
pub(super) fn from_hex(text: &str) -> Result<Vec<u8>, BadCustomerQr> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(BadCustomerQr::NotHex);
    }
    let pairs = text.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    bytes.collect::<Option<_>>().ok_or(BadCustomerQr::NotHex)
}

impl TryFrom<Form> for BerObject {
    type Error = BadCustomerQr;

    fn try_from(form: Form) -> Result<BerObject, BadCustomerQr> {
        let content = match (form.hex, form.objects) {
            (Some(hex), None) => BerContent::Bytes(from_hex(&hex)?),
            (None, Some(objects)) => BerContent::Template(objects),
            _ => return Err(BadCustomerQr::NotHex),
        };
        Ok(BerObject {
            tag: form.tag,
            content,
        })
    }
}

impl From<BerObject> for Form {
    fn from(object: BerObject) -> Form {
        let (hex, objects) = match object.content {
            BerContent::Bytes(bytes) => (Some(to_hex(&bytes)), None),
            BerContent::Template(objects) => (None, Some(objects)),
        };
        Form {
            tag: object.tag,
            hex,
            objects,
        }
    }
}

/// Shows tags and lengths alone.
impl fmt::Debug for BerObject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={:?}", self.tag, self.content)
    }
}

impl fmt::Debug for BerContent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BerContent::Bytes(bytes) => write!(out, "({} bytes)", bytes.len()),
            BerContent::Template(objects) => out.debug_list().entries(objects).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(tag: u16, length: usize) -> BerObject {
        BerObject {
            tag: BerTag(tag),
            content: BerContent::Bytes(vec![7; length]),
        }
    }

    /// Lengths around each form's edge take the shortest form and read back.
    #[test]
    fn lengths_are_short_and_long() {
        let heads = [
            (0, vec![0x50, 0x00]),
            (127, vec![0x50, 0x7F]),
            (128, vec![0x50, 0x81, 0x80]),
            (255, vec![0x50, 0x81, 0xFF]),
            (256, vec![0x50, 0x82, 0x01, 0x00]),
        ];
        for (length, head) in heads {
            let objects = vec![bytes(0x50, length)];
            let mut written = Vec::new();
            write(&objects, &mut written);
            assert!(written.starts_with(&head), "{length}");
            assert_eq!(read(&written, 1, None), Ok(objects), "{length}");
        }
    }

    /// Lengths that are indefinite, too wide or longer than they need be are refused
    /// where they stand.
    #[test]
    fn other_lengths_are_refused() {
        let cases: [&[u8]; 5] = [
            &[0x50, 0x80, 0, 0],
            &[0x50, 0x83, 0, 0, 1, 7],
            &[0x50, 0x81, 0x7F],
            &[0x50, 0x82, 0x00, 0xFF],
            &[0x50, 0xFF],
        ];
        for case in cases {
            let wrong = BadCustomerQr::LengthForm { at: 2 };
            assert_eq!(read(case, 1, None), Err(wrong), "{case:02X?}");
        }
    }

    /// Tags of one and of two bytes read; zero, three bytes and ends within do not.
    #[test]
    fn tags_have_one_or_two_bytes() {
        assert_eq!(read(&[0x5F, 0x20, 0], 1, None), Ok(vec![bytes(0x5F20, 0)]));
        assert_eq!(read(&[0xC1, 0], 1, None), Ok(vec![bytes(0xC1, 0)]));
        let form = BadCustomerQr::TagForm { at: 3 };
        assert_eq!(read(&[0x50, 0, 0, 0], 1, None), Err(form));
        assert_eq!(read(&[0x50, 0, 0xDF, 0x81, 1, 0], 1, None), Err(form));
        let cut = BadCustomerQr::Truncated { at: 3 };
        for end in [&[0x5F][..], &[0x5F, 0x20], &[0x50, 2, 9], &[0x50, 0x82, 1]] {
            assert_eq!(read(&[&[0x50, 0], end].concat(), 1, None), Err(cut));
        }
    }

    /// Tags are written in hex and read from it.
    #[test]
    fn tags_are_hex() {
        for tag in ["4F", "5F2D", "9F26"] {
            assert_eq!(tag.parse::<BerTag>().map(String::from), Ok(tag.to_owned()));
        }
        for none in ["", "0", "00", "5F", "4F20", "5F80", "5F2011", "zz", "+F"] {
            assert!(none.parse::<BerTag>().is_err(), "{none}");
        }
    }
}
