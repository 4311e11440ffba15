//! What EMVCo CPM asks of the objects of a customer's code.
//!
//! Guarantees: after [`check`] there is an application, each has its identifier, and the
//! values that this module names have their form and length.
//!
//! Deliberately absent: cryptograms and whatever else is the issuer's. They are passed
//! on as they are.

use std::collections::BTreeSet;

use super::BadCustomerQr;
use super::ber::{BerContent, BerObject, BerTag, find, is_template};

/// Checks the objects of a code, without tag 85, which frames it.
pub(super) fn check(objects: &[BerObject]) -> Result<(), BadCustomerQr> {
    if find(objects, BerTag::FORMAT).is_some() {
        return Err(BadCustomerQr::Framing);
    }
    check_level(objects, None)?;
    let mut applications = objects
        .iter()
        .filter(|object| object.tag == BerTag::APPLICATION)
        .peekable();
    if applications.peek().is_none() {
        return Err(BadCustomerQr::NoApplication);
    }
    for application in applications {
        if find(application.objects(), BerTag::AID).is_none() {
            return Err(BadCustomerQr::NoAid);
        }
    }
    Ok(())
}

fn check_level(objects: &[BerObject], within: Option<BerTag>) -> Result<(), BadCustomerQr> {
    let mut seen = BTreeSet::new();
    for object in objects {
        let repeats = within.is_none() && object.tag == BerTag::APPLICATION;
        if !seen.insert(object.tag) && !repeats {
            return Err(BadCustomerQr::Duplicate { within });
        }
        match (&object.content, is_template(within, object.tag)) {
            (BerContent::Template(below), true) => check_level(below, Some(object.tag))?,
            (BerContent::Bytes(bytes), false) => check_value(object.tag, bytes)?,
            (BerContent::Template(_), false) | (BerContent::Bytes(_), true) => {
                return Err(BadCustomerQr::WrongLevel { within });
            }
        }
    }
    Ok(())
}

fn check_value(tag: BerTag, bytes: &[u8]) -> Result<(), BadCustomerQr> {
    let length = bytes.len();
    let good = match tag {
        BerTag::AID => (5..=16).contains(&length),
        BerTag::LABEL => {
            let printable = |b: &u8| b.is_ascii_graphic() || *b == b' ';
            (1..=16).contains(&length) && bytes.iter().all(printable)
        }
        BerTag::TRACK_2 => length <= 19 && track_number(bytes).is_some(),
        BerTag::NUMBER => length <= 10 && plain_number(bytes).is_some(),
        BerTag::HOLDER => (1..=26).contains(&length),
        BerTag::LANGUAGE => {
            let letters = bytes.iter().all(u8::is_ascii_alphabetic);
            (2..=8).contains(&length) && length.is_multiple_of(2) && letters
        }
        BerTag::SEQUENCE => length == 1,
        _ => true,
    };
    if good {
        Ok(())
    } else {
        Err(BadCustomerQr::BadValue { tag })
    }
}

/// Half bytes as the digits 0-9 and A-F.
fn nibbles(bytes: &[u8]) -> String {
    super::ber::to_hex(bytes)
}

/// The card number of tag 5A: digits, padded with F.
pub(super) fn plain_number(bytes: &[u8]) -> Option<String> {
    let text = nibbles(bytes);
    let digits = text.trim_end_matches('F');
    is_number(digits).then(|| digits.to_owned())
}

/// The card number of tag 57: digits up to D, more digits, perhaps one F.
pub(super) fn track_number(bytes: &[u8]) -> Option<String> {
    let text = nibbles(bytes);
    let (number, rest) = text.split_once('D')?;
    let rest = rest.strip_suffix('F').unwrap_or(rest);
    let rest_good = rest.bytes().all(|b| b.is_ascii_digit());
    (is_number(number) && rest_good).then(|| number.to_owned())
}

fn is_number(digits: &str) -> bool {
    (1..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}
