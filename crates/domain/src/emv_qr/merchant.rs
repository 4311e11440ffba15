//! The merchant's code (가맹점 제시 QR, MPM): what a store shows and a phone reads.
//!
//! Guarantees: [`MerchantQr::decode`] and [`MerchantQr::encode`] are each other's
//! opposite, to the letter; unknown tags and the order of all are kept.
//!
//! Deliberately absent: templates within a field (62-50 to 62-99): kept as text.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::BadMerchantQr;
use super::builder::MerchantQrBuilder;
use super::crc::crc16;
use super::merchant_rules::{
    ADDITIONAL, AMOUNT, BILL, CATEGORY, CITY, CODE_MOST, COUNTRY, CRC, CURRENCY, FORMAT, ID,
    INITIATION, KRW, LANGUAGE, LOCAL_CITY, LOCAL_NAME, NAME, POSTAL_CODE, REFERENCE, STORE,
    TERMINAL, check, is_account,
};
use super::object::{Field, Object};
use super::tlv::{Place, Reader, Tag, write};
use crate::money::Won;

/// How every code begins: tag 00, two characters, `01`.
const BEGINNING: &str = "000201";
/// More bytes than these are more characters than a code has: none has more than four.
const BYTES_MOST: usize = CODE_MOST * 4;
/// Tag and length of the checksum, which it is counted over, too.
const CRC_HEAD: &str = "6304";
/// The characters of the checksum.
const CRC_DIGITS: usize = 4;

/// A merchant's code that keeps the rules of EMVCo MPM 1.1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct MerchantQr {
    objects: Vec<Object>,
}

/// A code as JSON has it: all but tags 00 and 63, in order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    objects: Vec<Object>,
}

/// Whether a code is made anew for each payment (tag 01).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiation {
    /// 고정형: one code for many payments, such as a sticker.
    Static,
    /// 변동형: one code for one payment.
    Dynamic,
}

/// A merchant account (tags 02 to 51).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account<'a> {
    /// A number of a card scheme (02 to 25).
    Number {
        /// The scheme's tag.
        tag: Tag,
        /// The number.
        number: &'a str,
    },
    /// A template (26 to 51).
    Template {
        /// Its tag, which says nothing about the scheme.
        tag: Tag,
        /// The globally unique id, which does.
        id: &'a str,
        /// Every field, the id among them.
        fields: &'a [Field],
    },
}

/// Name and city in the language of the country (tag 64).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local<'a> {
    /// The language's two letters, in whatever case the code has them.
    pub language: &'a str,
    /// The merchant's name.
    pub name: &'a str,
    /// The merchant's city.
    pub city: Option<&'a str>,
}

impl MerchantQr {
    /// A code of these objects, in this order.
    ///
    /// # Errors
    /// The first rule that they break.
    pub fn new(objects: Vec<Object>) -> Result<MerchantQr, BadMerchantQr> {
        check(&objects)?;
        let code = MerchantQr { objects };
        if code.encode().chars().count() > CODE_MOST {
            return Err(BadMerchantQr::CodeTooLong);
        }
        Ok(code)
    }

    /// Begins a code for one payment of that amount.
    pub fn dynamic(amount: Won) -> MerchantQrBuilder {
        MerchantQrBuilder::new(Initiation::Dynamic, Some(amount))
    }

    /// Begins a code for many payments, whose amounts the customers type.
    pub fn fixed() -> MerchantQrBuilder {
        MerchantQrBuilder::new(Initiation::Static, None)
    }

    /// Reads the bytes that a scanner gives.
    ///
    /// # Errors
    /// As [`MerchantQr::decode`], and where they are no UTF-8.
    pub fn decode_bytes(bytes: &[u8]) -> Result<MerchantQr, BadMerchantQr> {
        if bytes.len() > BYTES_MOST {
            return Err(BadMerchantQr::CodeTooLong);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => MerchantQr::decode(text),
            Err(error) => Err(BadMerchantQr::NotUtf8 {
                at: error.valid_up_to().saturating_add(1),
            }),
        }
    }

    /// Reads a code. Where it ends like one, the checksum comes before all else: a
    /// misread character is then called just that, whatever it makes of the rest.
    ///
    /// # Errors
    /// What is wrong, by name; never a panic, whatever the text.
    pub fn decode(text: &str) -> Result<MerchantQr, BadMerchantQr> {
        if text.chars().nth(CODE_MOST).is_some() {
            return Err(BadMerchantQr::CodeTooLong);
        }
        if !text.starts_with("00") {
            return Err(BadMerchantQr::FormatNotFirst);
        }
        check_crc(text)?;
        let Some(rest) = text.strip_prefix(BEGINNING) else {
            return Err(if BEGINNING.starts_with(text) {
                BadMerchantQr::Truncated { at: 1 }
            } else {
                BadMerchantQr::UnknownFormat
            });
        };
        let mut reader = Reader::new(rest, BEGINNING.len().saturating_add(1));
        let mut objects = Vec::new();
        while let Some(raw) = reader.next()? {
            if raw.tag == FORMAT {
                let place = Place::of(FORMAT);
                return Err(BadMerchantQr::Duplicate { place });
            }
            if raw.tag != CRC {
                objects.push(Object::read(&raw)?);
                continue;
            }
            if reader.next()?.is_some() {
                return Err(BadMerchantQr::CrcNotLast);
            }
            // A checksum of the right form at the end was compared at the beginning.
            if raw.value.len() != CRC_DIGITS || told_crc(text).is_none() {
                return Err(BadMerchantQr::CrcForm);
            }
            return MerchantQr::new(objects);
        }
        Err(BadMerchantQr::CrcMissing)
    }

    /// The text for the QR symbol.
    pub fn encode(&self) -> String {
        let mut text = BEGINNING.to_owned();
        for object in &self.objects {
            write(&mut text, object.tag, &object.written());
        }
        text.push_str(CRC_HEAD);
        let crc = crc16(text.as_bytes());
        text.push_str(&format!("{crc:04X}"));
        text
    }

    /// Every object but tags 00 and 63, in the code's order.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    fn object(&self, tag: Tag) -> Option<&Object> {
        self.objects.iter().find(|object| object.tag == tag)
    }

    fn text(&self, tag: Tag) -> Option<&str> {
        self.object(tag)?.value()
    }

    /// What every code has.
    fn mandatory(&self, tag: Tag) -> &str {
        self.text(tag).unwrap_or_default()
    }

    fn additional(&self, sub: Tag) -> Option<&str> {
        self.object(ADDITIONAL)?.field(sub)
    }

    /// Static or dynamic, where the code says so.
    pub fn initiation(&self) -> Option<Initiation> {
        self.text(INITIATION).map(|value| match value {
            "12" => Initiation::Dynamic,
            _ => Initiation::Static,
        })
    }

    /// The amount, where there is one and it is in won.
    pub fn amount(&self) -> Option<Won> {
        if self.currency() != KRW {
            return None;
        }
        self.amount_text()?.parse().ok().map(Won)
    }

    /// The amount as it is written, in whatever currency.
    pub fn amount_text(&self) -> Option<&str> {
        self.text(AMOUNT)
    }

    /// The currency's number in ISO 4217: [`KRW`] for won.
    pub fn currency(&self) -> &str {
        self.mandatory(CURRENCY)
    }

    /// The kind of business (MCC, ISO 18245): four digits.
    pub fn category(&self) -> &str {
        self.mandatory(CATEGORY)
    }

    /// The country's two letters, ISO 3166.
    pub fn country(&self) -> &str {
        self.mandatory(COUNTRY)
    }

    /// The merchant's name in Latin letters.
    pub fn name(&self) -> &str {
        self.mandatory(NAME)
    }

    /// The merchant's city in Latin letters.
    pub fn city(&self) -> &str {
        self.mandatory(CITY)
    }

    /// The postal code.
    pub fn postal_code(&self) -> Option<&str> {
        self.text(POSTAL_CODE)
    }

    /// Name and city in the language of the country.
    pub fn local(&self) -> Option<Local<'_>> {
        let template = self.object(LANGUAGE)?;
        Some(Local {
            language: template.field(ID)?,
            name: template.field(LOCAL_NAME)?,
            city: template.field(LOCAL_CITY),
        })
    }

    /// 62-01: the number of the bill.
    pub fn bill_number(&self) -> Option<&str> {
        self.additional(BILL)
    }

    /// 62-03: the store.
    pub fn store_label(&self) -> Option<&str> {
        self.additional(STORE)
    }

    /// 62-05: what the payment is found by.
    pub fn reference_label(&self) -> Option<&str> {
        self.additional(REFERENCE)
    }

    /// 62-07: the terminal.
    pub fn terminal_label(&self) -> Option<&str> {
        self.additional(TERMINAL)
    }

    /// The merchant accounts, in the code's order.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'_>> {
        let accounts = self.objects.iter().filter(|object| is_account(object.tag));
        accounts.filter_map(|object| {
            let tag = object.tag;
            if let Some(number) = object.value() {
                return Some(Account::Number { tag, number });
            }
            let id = object.field(ID)?;
            let fields = object.fields();
            Some(Account::Template { tag, id, fields })
        })
    }
}

/// The checksum that a text ends with: `6304` and four digits.
fn told_crc(text: &str) -> Option<u16> {
    let (body, digits) = text.split_at_checked(text.len().checked_sub(CRC_DIGITS)?)?;
    let upper = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
    if !body.ends_with(CRC_HEAD) || !digits.bytes().all(upper) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

/// Compares the checksum, where the text ends with one.
fn check_crc(text: &str) -> Result<(), BadMerchantQr> {
    let Some(told) = told_crc(text) else {
        return Ok(());
    };
    let body = text.len().saturating_sub(CRC_DIGITS);
    let counted = crc16(text.as_bytes().get(..body).unwrap_or_default());
    if told == counted {
        Ok(())
    } else {
        Err(BadMerchantQr::BadCrc { told, counted })
    }
}

impl TryFrom<Parts> for MerchantQr {
    type Error = BadMerchantQr;

    fn try_from(parts: Parts) -> Result<MerchantQr, BadMerchantQr> {
        MerchantQr::new(parts.objects)
    }
}

impl From<MerchantQr> for Parts {
    fn from(code: MerchantQr) -> Parts {
        Parts {
            objects: code.objects,
        }
    }
}

impl fmt::Debug for MerchantQr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MerchantQr ")?;
        out.debug_list().entries(&self.objects).finish()
    }
}
