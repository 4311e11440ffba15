//! Tag, length, value in decimal digits: what a merchant's code is made of.
//!
//! Guarantees: lengths count characters (Unicode scalar values), never bytes, and only
//! ASCII digits are digits, so that one reading of a text has one spelling.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::BadMerchantQr;

/// A tag of a merchant's code: 00 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(u8);

/// A tag that is not two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a tag is two digits, like 05")]
pub struct BadTag;

impl Tag {
    /// The tag of that number, or `None` above 99.
    pub const fn new(number: u8) -> Option<Tag> {
        if number <= 99 {
            Some(Tag(number))
        } else {
            None
        }
    }

    /// For tags that this module names.
    pub(super) const fn known(number: u8) -> Tag {
        assert!(number <= 99, "a tag has two digits");
        Tag(number)
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}", self.0)
    }
}

impl FromStr for Tag {
    type Err = BadTag;

    fn from_str(text: &str) -> Result<Tag, BadTag> {
        two_digits(text).map(Tag).ok_or(BadTag)
    }
}

impl TryFrom<String> for Tag {
    type Error = BadTag;

    fn try_from(text: String) -> Result<Tag, BadTag> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> String {
        tag.to_string()
    }
}

/// Where something stands: a tag, and within a template a tag below it. Written `54`
/// or `62-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The tag of the code.
    pub tag: Tag,
    /// The tag within the template.
    pub sub: Option<Tag>,
}

impl Place {
    /// A tag of the code itself.
    pub const fn of(tag: Tag) -> Place {
        Place { tag, sub: None }
    }

    /// A tag within a template.
    pub const fn within(tag: Tag, sub: Tag) -> Place {
        Place {
            tag,
            sub: Some(sub),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            Some(sub) => write!(out, "{}-{sub}", self.tag),
            None => write!(out, "{}", self.tag),
        }
    }
}

fn two_digits(text: &str) -> Option<u8> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// One object as it stands in the text.
pub(super) struct Raw<'a> {
    /// The number of the character at which the object begins, from 1.
    pub(super) at: usize,
    pub(super) tag: Tag,
    pub(super) value: &'a str,
}

/// Reads objects one after the other.
pub(super) struct Reader<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader of `text`, whose first character has the number `at`.
    pub(super) fn new(text: &'a str, at: usize) -> Reader<'a> {
        Reader { rest: text, at }
    }

    /// The next object, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Raw<'a>>, BadMerchantQr> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let at = self.at;
        let cut = BadMerchantQr::Truncated { at };
        let tag = Tag(self.number()?.ok_or(cut)?);
        let length = self.number()?.ok_or(cut)?;
        let value = self.take(usize::from(length)).ok_or(cut)?;
        Ok(Some(Raw { at, tag, value }))
    }

    /// Two digits, or `None` where the text ends before them.
    fn number(&mut self) -> Result<Option<u8>, BadMerchantQr> {
        let at = self.at;
        let Some(text) = self.take(2) else {
            return Ok(None);
        };
        match two_digits(text) {
            Some(number) => Ok(Some(number)),
            None => Err(BadMerchantQr::NotDigits { at }),
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a str> {
        let mut chars = self.rest.chars();
        for _ in 0..count {
            chars.next()?;
        }
        let tail = chars.as_str();
        let head = self.rest.strip_suffix(tail)?;
        self.rest = tail;
        self.at = self.at.saturating_add(count);
        Some(head)
    }
}

/// Where the value of an object begins whose tag has the number `at`: after tag and
/// length.
pub(super) fn value_at(at: usize) -> usize {
    at.saturating_add(4)
}

/// Adds an object to `text`. The value has at most 99 characters.
pub(super) fn write(text: &mut String, tag: Tag, value: &str) {
    use fmt::Write as _;
    // Writing to a string cannot fail.
    let _ = write!(text, "{tag}{:02}{value}", value.chars().count());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(u8, &str)>, BadMerchantQr> {
        let mut reader = Reader::new(text, 1);
        let mut found = Vec::new();
        while let Some(raw) = reader.next()? {
            found.push((raw.tag.number(), raw.value));
        }
        Ok(found)
    }

    /// Lengths count Hangul syllables as one each, read and written.
    #[test]
    fn lengths_are_in_characters() {
        let mut text = String::new();
        write(&mut text, Tag::known(1), "비씨카드");
        write(&mut text, Tag::known(2), "a");
        assert_eq!(text, "0104비씨카드0201a");
        assert_eq!(all(&text), Ok(vec![(1, "비씨카드"), (2, "a")]));
    }

    /// Text that ends early and digits that are none are told with their place.
    #[test]
    fn flaws_have_a_place() {
        assert_eq!(all("0102ab0203ab"), Err(BadMerchantQr::Truncated { at: 7 }));
        assert_eq!(all("0102ab02"), Err(BadMerchantQr::Truncated { at: 7 }));
        assert_eq!(all("0102abx"), Err(BadMerchantQr::Truncated { at: 7 }));
        assert_eq!(all("0102ab0x01"), Err(BadMerchantQr::NotDigits { at: 7 }));
        assert_eq!(all("01+1a"), Err(BadMerchantQr::NotDigits { at: 3 }));
        assert_eq!(all("01٠١a"), Err(BadMerchantQr::NotDigits { at: 3 }));
    }
}
