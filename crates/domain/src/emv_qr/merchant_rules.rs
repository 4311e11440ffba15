//! What EMVCo MPM 1.1 asks of the objects of a merchant's code.
//!
//! Guarantees: after [`check`] everything mandatory is there once, every known value has
//! its form and its length, and each object fits its two digits of length.

use std::collections::BTreeSet;

use super::BadMerchantQr;
use super::object::{Content, Field, Object};
use super::tlv::{Place, Tag};
use crate::text::is_control;

/// The most characters of a code.
pub const CODE_MOST: usize = 512;
/// The most characters of an object's value.
pub const VALUE_MOST: usize = 99;
/// The won's number in ISO 4217.
pub const KRW: &str = "410";

/// The most characters of an amount.
const AMOUNT_MOST: usize = 13;
/// The most characters of a percentage.
const PERCENT_MOST: usize = 5;

pub(super) const FORMAT: Tag = Tag::known(0);
pub(super) const INITIATION: Tag = Tag::known(1);
pub(super) const CATEGORY: Tag = Tag::known(52);
pub(super) const CURRENCY: Tag = Tag::known(53);
pub(super) const AMOUNT: Tag = Tag::known(54);
const TIP: Tag = Tag::known(55);
const FEE: Tag = Tag::known(56);
const FEE_PERCENT: Tag = Tag::known(57);
pub(super) const COUNTRY: Tag = Tag::known(58);
pub(super) const NAME: Tag = Tag::known(59);
pub(super) const CITY: Tag = Tag::known(60);
pub(super) const POSTAL_CODE: Tag = Tag::known(61);
pub(super) const ADDITIONAL: Tag = Tag::known(62);
pub(super) const CRC: Tag = Tag::known(63);
pub(super) const LANGUAGE: Tag = Tag::known(64);

/// The globally unique id within a template, and the language within tag 64.
pub(super) const ID: Tag = Tag::known(0);
pub(super) const LOCAL_NAME: Tag = Tag::known(1);
pub(super) const LOCAL_CITY: Tag = Tag::known(2);
pub(super) const BILL: Tag = Tag::known(1);
pub(super) const STORE: Tag = Tag::known(3);
pub(super) const REFERENCE: Tag = Tag::known(5);
pub(super) const TERMINAL: Tag = Tag::known(7);

/// True for the merchant accounts, plain or as templates.
pub(super) fn is_account(tag: Tag) -> bool {
    (2..=51).contains(&tag.number())
}

/// True for tags whose values are objects again.
pub(super) fn is_template(tag: Tag) -> bool {
    matches!(tag.number(), 26..=51 | 62 | 64 | 80..=99)
}

/// True for fields that may hold something of a customer: telephone, membership, name.
pub(super) fn is_personal(place: Place) -> bool {
    place.tag == ADDITIONAL
        && place
            .sub
            .is_some_and(|sub| matches!(sub.number(), 2 | 4 | 6))
}

/// The form of a value. Numbers are the most characters, or just so many digits.
enum Form {
    /// EMVCo's `N`.
    Digits(usize),
    /// EMVCo's `ans`: printable ASCII.
    Printable(usize),
    /// EMVCo's `S`: any characters.
    Text(usize),
    Initiation,
    Amount,
    Tip,
    Percent,
    Country,
    Language,
}

fn form_of(place: Place) -> Form {
    match (place.tag.number(), place.sub.map(Tag::number)) {
        (1, None) => Form::Initiation,
        (2..=25, None) => Form::Printable(VALUE_MOST),
        (26..=51 | 80..=99, Some(0)) => Form::Printable(32),
        (52, None) => Form::Digits(4),
        (53, None) => Form::Digits(3),
        (54 | 56, None) => Form::Amount,
        (55, None) => Form::Tip,
        (57, None) => Form::Percent,
        (58, None) => Form::Country,
        (59, None) => Form::Printable(25),
        (60, None) => Form::Printable(15),
        (61, None) => Form::Printable(10),
        (62, Some(1..=8)) => Form::Printable(25),
        (62, Some(9)) => Form::Printable(3),
        (64, Some(0)) => Form::Language,
        (64, Some(1)) => Form::Text(25),
        (64, Some(2)) => Form::Text(15),
        _ => Form::Text(VALUE_MOST),
    }
}

/// Checks the objects of a code, without tags 00 and 63, which frame it.
pub(super) fn check(objects: &[Object]) -> Result<(), BadMerchantQr> {
    let mut seen = BTreeSet::new();
    for object in objects {
        let place = Place::of(object.tag);
        if object.tag == FORMAT || object.tag == CRC {
            return Err(BadMerchantQr::Framing { place });
        }
        if !seen.insert(object.tag) {
            return Err(BadMerchantQr::Duplicate { place });
        }
    }
    let currency = text_of(objects, CURRENCY);
    for object in objects {
        let place = Place::of(object.tag);
        match (&object.content, is_template(object.tag)) {
            (Content::Text(value), false) => check_value(place, value, currency)?,
            (Content::Template(fields), true) => check_template(object.tag, fields)?,
            (Content::Text(_), true) => return Err(BadMerchantQr::NoTemplate { place }),
            (Content::Template(_), false) => return Err(BadMerchantQr::NotATemplate { place }),
        }
        at_most(place, &object.written(), VALUE_MOST)?;
    }
    for tag in [CATEGORY, CURRENCY, COUNTRY, NAME, CITY] {
        require(seen.contains(&tag), Place::of(tag))?;
    }
    if !seen.iter().copied().any(is_account) {
        return Err(BadMerchantQr::NoAccount);
    }
    check_fee(&seen, text_of(objects, TIP))
}

fn text_of(objects: &[Object], tag: Tag) -> Option<&str> {
    let object = objects.iter().find(|object| object.tag == tag);
    object.and_then(Object::value)
}

fn require(there: bool, place: Place) -> Result<(), BadMerchantQr> {
    if there {
        Ok(())
    } else {
        Err(BadMerchantQr::Missing { place })
    }
}

fn at_most(place: Place, value: &str, most: usize) -> Result<(), BadMerchantQr> {
    if value.chars().count() > most {
        return Err(BadMerchantQr::TooLong { place, most });
    }
    Ok(())
}

/// A fixed fee goes with 02 in tag 55, a percentage with 03, and neither with another.
fn check_fee(seen: &BTreeSet<Tag>, tip: Option<&str>) -> Result<(), BadMerchantQr> {
    for (tag, indicator) in [(FEE, "02"), (FEE_PERCENT, "03")] {
        let place = Place::of(tag);
        let wanted = tip == Some(indicator);
        require(seen.contains(&tag) || !wanted, place)?;
        if seen.contains(&tag) && !wanted {
            return Err(BadMerchantQr::Unexpected { place });
        }
    }
    Ok(())
}

fn check_template(tag: Tag, fields: &[Field]) -> Result<(), BadMerchantQr> {
    if fields.is_empty() {
        return Err(BadMerchantQr::Empty {
            place: Place::of(tag),
        });
    }
    let mut seen = BTreeSet::new();
    for field in fields {
        let place = Place::within(tag, field.tag);
        if !seen.insert(field.tag) {
            return Err(BadMerchantQr::Duplicate { place });
        }
        check_value(place, &field.value, None)?;
    }
    if tag != ADDITIONAL {
        require(seen.contains(&ID), Place::within(tag, ID))?;
    }
    if tag == LANGUAGE {
        require(seen.contains(&LOCAL_NAME), Place::within(tag, LOCAL_NAME))?;
    }
    Ok(())
}

fn check_value(place: Place, value: &str, currency: Option<&str>) -> Result<(), BadMerchantQr> {
    if value.is_empty() {
        return Err(BadMerchantQr::Empty { place });
    }
    if value.chars().any(is_control) {
        return Err(BadMerchantQr::Control { place });
    }
    let two_of = |right: fn(&u8) -> bool| {
        if value.len() == 2 && value.as_bytes().iter().all(right) {
            Ok(())
        } else {
            Err(BadMerchantQr::BadLetters { place })
        }
    };
    match form_of(place) {
        Form::Digits(digits) => {
            if value.len() != digits || !is_digits(value) {
                return Err(BadMerchantQr::NotNumber { place, digits });
            }
            Ok(())
        }
        Form::Printable(most) => {
            if !value.is_ascii() {
                return Err(BadMerchantQr::NotAscii { place });
            }
            at_most(place, value, most)
        }
        Form::Text(most) => at_most(place, value, most),
        Form::Initiation if !matches!(value, "11" | "12") => Err(BadMerchantQr::BadInitiation),
        Form::Tip if !matches!(value, "01" | "02" | "03") => Err(BadMerchantQr::BadTip),
        Form::Initiation | Form::Tip => Ok(()),
        Form::Amount => check_amount(place, value, currency),
        Form::Percent => check_percent(place, value),
        Form::Country => two_of(u8::is_ascii_uppercase),
        Form::Language => two_of(u8::is_ascii_alphabetic),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Digits, perhaps with a point and digits behind it, and not zero.
fn is_decimal(value: &str) -> bool {
    let (whole, part) = value.split_once('.').unwrap_or((value, ""));
    is_digits(whole)
        && (part.is_empty() || is_digits(part))
        && value.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

/// The won has no smaller unit, so that a point in it would be read as an amount a
/// hundred times as high or as low.
fn check_amount(place: Place, value: &str, currency: Option<&str>) -> Result<(), BadMerchantQr> {
    at_most(place, value, AMOUNT_MOST)?;
    if !is_decimal(value) {
        return Err(BadMerchantQr::BadAmount { place });
    }
    if currency == Some(KRW) && (value.starts_with('0') || !is_digits(value)) {
        return Err(BadMerchantQr::BadWon { place });
    }
    Ok(())
}

fn check_percent(place: Place, value: &str) -> Result<(), BadMerchantQr> {
    let (whole, part) = value.split_once('.').unwrap_or((value, ""));
    let short = whole.len() <= 2 && part.len() <= 2 && value.len() <= PERCENT_MOST;
    if short && is_decimal(value) {
        Ok(())
    } else {
        Err(BadMerchantQr::BadPercent { place })
    }
}
