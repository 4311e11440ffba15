//! What can be wrong with a code, by name.
//!
//! Guarantees: an error holds places, counts and tags that the standard names, never a
//! value, so that it may be logged and shown.

use thiserror::Error;

use super::ber::BerTag;
use super::customer::BASE64_MOST;
use super::merchant_rules::CODE_MOST;
use super::tlv::Place;

/// Why a text is no merchant's code, or parts make none. Characters are numbered
/// from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadMerchantQr {
    /// Bytes that are no UTF-8.
    #[error("the code is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// The byte's number, from 1.
        at: usize,
    },
    /// More than [`CODE_MOST`] characters.
    #[error("a code has at most {CODE_MOST} characters")]
    CodeTooLong,
    /// Tag 00 is not at the beginning.
    #[error("a merchant's code begins with tag 00")]
    FormatNotFirst,
    /// Tag 00 is not `01`.
    #[error("tag 00: the payload format is not 01")]
    UnknownFormat,
    /// The text ends within an object.
    #[error("the text ends within the object that begins at character {at}")]
    Truncated {
        /// The number of the object's first character.
        at: usize,
    },
    /// A tag or a length that is not two digits.
    #[error("two digits are missing at character {at}")]
    NotDigits {
        /// The number of the first character.
        at: usize,
    },
    /// There is no tag 63.
    #[error("the checksum, tag 63, is missing")]
    CrcMissing,
    /// Something follows tag 63.
    #[error("the checksum, tag 63, is not at the end")]
    CrcNotLast,
    /// Tag 63 is not four digits of 0-9 and A-F.
    #[error("tag 63: a checksum is four digits of 0-9 and A-F")]
    CrcForm,
    /// The checksum does not fit the text.
    #[error("the checksum is {told:04X} in the code and {counted:04X} when counted")]
    BadCrc {
        /// What the code says.
        told: u16,
        /// What its text comes to.
        counted: u16,
    },
    /// Tag 00 or 63 among the parts: they are added when the code is written.
    #[error("tag {place} is added by itself and must not be given")]
    Framing {
        /// Where.
        place: Place,
    },
    /// A tag that stands twice on one level.
    #[error("tag {place} stands twice")]
    Duplicate {
        /// Where.
        place: Place,
    },
    /// A tag that must be there.
    #[error("tag {place} is missing")]
    Missing {
        /// Where.
        place: Place,
    },
    /// A fee without the indicator in tag 55 that asks for it.
    #[error("tag {place} does not go with tag 55")]
    Unexpected {
        /// Where.
        place: Place,
    },
    /// None of the tags 02 to 51.
    #[error("there is no merchant account, tags 02 to 51")]
    NoAccount,
    /// A template given as plain text.
    #[error("tag {place} is a template and has fields")]
    NoTemplate {
        /// Where.
        place: Place,
    },
    /// A template where there is none.
    #[error("tag {place} is no template and has a value")]
    NotATemplate {
        /// Where.
        place: Place,
    },
    /// A value without a character.
    #[error("tag {place} is empty")]
    Empty {
        /// Where.
        place: Place,
    },
    /// A value with too many characters.
    #[error("tag {place} has more than {most} characters")]
    TooLong {
        /// Where.
        place: Place,
        /// The most characters.
        most: usize,
    },
    /// A value that must have so many digits.
    #[error("tag {place} is not {digits} digits")]
    NotNumber {
        /// Where.
        place: Place,
        /// How many digits.
        digits: usize,
    },
    /// A control character, or one that turns text around.
    #[error("tag {place} has a control character")]
    Control {
        /// Where.
        place: Place,
    },
    /// A character outside printable ASCII, where the standard has no other.
    #[error("tag {place} has a character other than printable ASCII")]
    NotAscii {
        /// Where.
        place: Place,
    },
    /// Tag 01 is neither 11 nor 12.
    #[error("tag 01 is neither 11, static, nor 12, dynamic")]
    BadInitiation,
    /// Tag 55 is none of 01, 02, 03.
    #[error("tag 55 is none of 01, 02 and 03")]
    BadTip,
    /// An amount that is none, or is zero.
    #[error("tag {place} is no amount above zero, like 1500 or 15.25")]
    BadAmount {
        /// Where.
        place: Place,
    },
    /// An amount in won that is not plain whole digits.
    #[error("tag {place} is no amount in won: digits without point and leading zero")]
    BadWon {
        /// Where.
        place: Place,
    },
    /// A percentage outside 00.01 to 99.99.
    #[error("tag {place} is no percentage from 00.01 to 99.99")]
    BadPercent {
        /// Where.
        place: Place,
    },
    /// A country or language that is not two letters; a country's are capitals.
    #[error("tag {place} is no code of two letters")]
    BadLetters {
        /// Where.
        place: Place,
    },
}

/// Why a text is no customer's code, or parts make none. Bytes are numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadCustomerQr {
    /// More than [`BASE64_MOST`] characters, or more bytes than they hold.
    #[error("a customer's code has at most {BASE64_MOST} characters")]
    CodeTooLong,
    /// The text is no base64 with its padding.
    #[error("the code is no base64")]
    NotBase64,
    /// The bytes end within an object.
    #[error("the code ends within the object that begins at byte {at}")]
    Truncated {
        /// The number of the object's first byte.
        at: usize,
    },
    /// A tag that no code has: more than two bytes, or zero.
    #[error("there is no tag at byte {at}")]
    TagForm {
        /// The number of its first byte.
        at: usize,
    },
    /// A length that is indefinite, needs more than two bytes, or is not in its
    /// shortest form.
    #[error("the length at byte {at} is not in the form of the standard")]
    LengthForm {
        /// The number of its first byte.
        at: usize,
    },
    /// Tag 85 is not at the beginning.
    #[error("a customer's code begins with tag 85")]
    FormatNotFirst,
    /// Tag 85 is not `CPV01`.
    #[error("tag 85: the payload format is not CPV01")]
    UnknownFormat,
    /// Tag 85 among the parts: it is added when the code is written.
    #[error("tag 85 is added by itself and must not be given")]
    Framing,
    /// There is no application template.
    #[error("there is no application, tag 61")]
    NoApplication,
    /// An application without an identifier.
    #[error("an application, tag 61, has no identifier, tag 4F")]
    NoAid,
    /// A tag that stands twice on one level.
    #[error("a tag stands twice in {}", level(*within))]
    Duplicate {
        /// The template, or the code itself.
        within: Option<BerTag>,
    },
    /// A tag that the standard names, with a value in another form than it says.
    #[error("tag {tag} is not in the form of the standard")]
    BadValue {
        /// The tag.
        tag: BerTag,
    },
    /// A template given as bytes, or bytes given as a template.
    #[error("an object in {} is a template or none, against the standard", level(*within))]
    WrongLevel {
        /// The template, or the code itself.
        within: Option<BerTag>,
    },
    /// Parts whose bytes are not pairs of digits 0-9 and A-F.
    #[error("bytes are written as pairs of digits 0-9 and A-F")]
    NotHex,
}

fn level(within: Option<BerTag>) -> String {
    within.map_or_else(|| "the code".to_owned(), |tag| format!("template {tag}"))
}
