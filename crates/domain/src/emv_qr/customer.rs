//! The customer's code (고객 제시 QR, CPM): what a phone shows and a store scans.
//!
//! Guarantees: what was read is written back to the letter; card number and name show
//! in no `Debug`, no error and no [`CustomerQr::masked`]; a code is no Serde type, so
//! that it does not get into a record by itself.
//!
//! Deliberately absent: the card number in the clear. A store passes the code on as it
//! was scanned, once, and keeps nothing of it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::BadCustomerQr;
use super::ber::{BerContent, BerObject, BerTag, find, read, to_hex, write};
use super::customer_rules::check;
use super::masked::{MaskedLine, lines};

/// The most characters of a code as text.
pub const BASE64_MOST: usize = 1_024;
/// The most bytes of a code: what that many characters hold.
const BYTES_MOST: usize = BASE64_MOST / 4 * 3;
/// What tag 85 must say.
const FORMAT: &[u8] = b"CPV01";

/// A customer's code that keeps the rules of EMVCo CPM.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerQr {
    objects: Vec<BerObject>,
}

/// Everything that a code says, as JSON has it: all but tag 85, in order. Holds card
/// numbers and names in the clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revealed {
    /// The objects.
    pub objects: Vec<BerObject>,
}

impl fmt::Debug for Revealed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(&self.objects).finish()
    }
}

/// One way to pay that a code offers (tag 61).
#[derive(Clone, Copy, Debug)]
pub struct Application<'a>(&'a BerObject);

impl Application<'_> {
    /// The identifier (AID) in hex, such as `D4100000014010` of the Korean local scheme.
    pub fn id(&self) -> String {
        let aid = find(self.0.objects(), BerTag::AID).and_then(BerObject::bytes);
        to_hex(aid.unwrap_or_default())
    }

    /// Its name: printable ASCII.
    pub fn label(&self) -> Option<&str> {
        text(self.0.objects(), BerTag::LABEL)
    }
}

fn text(objects: &[BerObject], tag: BerTag) -> Option<&str> {
    std::str::from_utf8(find(objects, tag)?.bytes()?).ok()
}

impl CustomerQr {
    /// A code of these objects, in this order.
    ///
    /// # Errors
    /// The first rule that they break.
    pub fn new(objects: Vec<BerObject>) -> Result<CustomerQr, BadCustomerQr> {
        check(&objects)?;
        let code = CustomerQr { objects };
        if code.bytes().len() > BYTES_MOST {
            return Err(BadCustomerQr::CodeTooLong);
        }
        Ok(code)
    }

    /// Reads the text that a scanner gives: base64 with its padding.
    ///
    /// # Errors
    /// What is wrong, by name; never a panic, whatever the text.
    pub fn decode(text: &str) -> Result<CustomerQr, BadCustomerQr> {
        CustomerQr::decode_bytes(text.as_bytes())
    }

    /// Reads the characters that a scanner gives.
    ///
    /// # Errors
    /// As [`CustomerQr::decode`].
    pub fn decode_bytes(text: &[u8]) -> Result<CustomerQr, BadCustomerQr> {
        if text.len() > BASE64_MOST {
            return Err(BadCustomerQr::CodeTooLong);
        }
        let bytes = STANDARD
            .decode(text)
            .map_err(|_| BadCustomerQr::NotBase64)?;
        if bytes.first() != Some(&0x85) {
            return Err(BadCustomerQr::FormatNotFirst);
        }
        let mut objects = read(&bytes, 1, None)?.into_iter();
        let format = objects.next();
        if format.as_ref().and_then(BerObject::bytes) != Some(FORMAT) {
            return Err(BadCustomerQr::UnknownFormat);
        }
        let objects: Vec<BerObject> = objects.collect();
        if find(&objects, BerTag::FORMAT).is_some() {
            return Err(BadCustomerQr::Duplicate { within: None });
        }
        CustomerQr::new(objects)
    }

    fn bytes(&self) -> Vec<u8> {
        let format = BerObject {
            tag: BerTag::FORMAT,
            content: BerContent::Bytes(FORMAT.to_vec()),
        };
        let mut bytes = Vec::new();
        write(&[format], &mut bytes);
        write(&self.objects, &mut bytes);
        bytes
    }

    /// The text of the QR symbol. A secret: it can pay.
    pub fn encode(&self) -> String {
        STANDARD.encode(self.bytes())
    }

    /// The ways to pay, in the code's order, which is the customer's preference.
    pub fn applications(&self) -> impl Iterator<Item = Application<'_>> {
        let all = self.objects.iter();
        all.filter(|object| object.tag == BerTag::APPLICATION)
            .map(Application)
    }

    /// The two-letter codes of the languages that the customer prefers, best first;
    /// empty where the code does not say.
    pub fn languages(&self) -> Vec<String> {
        let mut levels = self.objects.iter().map(BerObject::objects);
        let found = levels.find_map(|objects| text(objects, BerTag::LANGUAGE));
        let letters: Vec<char> = found.unwrap_or_default().chars().collect();
        let pairs = letters.chunks(2);
        pairs
            .map(|pair| pair.iter().collect::<String>().to_lowercase())
            .collect()
    }

    /// What may be shown of the code.
    pub fn masked(&self) -> Vec<MaskedLine> {
        lines(&self.objects)
    }

    /// Everything that the code says. For people who ask for just that; never for a log.
    pub fn reveal(&self) -> Revealed {
        Revealed {
            objects: self.objects.clone(),
        }
    }
}

/// Shows tags and lengths alone.
impl fmt::Debug for CustomerQr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CustomerQr ")?;
        out.debug_list().entries(&self.objects).finish()
    }
}
