//! The number a cash receipt is issued to.
//!
//! Guarantees: a number has the form its kind asks for; `Debug` hides it; the mask shows
//! what tells a guest that it is theirs and no more.
//!
//! Deliberately absent: whether the number belongs to anybody.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ReceiptKind;
use crate::business::BusinessNumber;
use crate::secret::Secret;

/// Why a typed number is refused. None repeats what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadReceiptNumber {
    /// Nothing was typed.
    #[error("a cash receipt needs a number")]
    Empty,
    /// Something other than digits, hyphens and blanks.
    #[error("the number has only digits, hyphens and blanks")]
    NotDigits,
    /// A phone number that does not begin like a Korean mobile's.
    #[error("a mobile's number begins with 010, 011, 016, 017, 018 or 019")]
    NotMobile,
    /// Neither a phone's 10 or 11 digits nor a card's 13 to 19.
    #[error("a mobile's number has 10 or 11 digits, a card's 13 to 19")]
    Length,
    /// Not ten digits with a right check digit.
    #[error("the business number is wrong")]
    Business,
}

/// The number of a cash receipt: a phone's, a card's or a business's. Serde does not hide
/// it, for it has to travel and to wait on disk until the receipt is issued.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct ReceiptNumber {
    kind: ReceiptKind,
    digits: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    kind: ReceiptKind,
    number: Secret,
}

impl From<ReceiptNumber> for Parts {
    fn from(number: ReceiptNumber) -> Parts {
        Parts {
            kind: number.kind,
            number: number.digits,
        }
    }
}

impl TryFrom<Parts> for ReceiptNumber {
    type Error = BadReceiptNumber;
    fn try_from(parts: Parts) -> Result<ReceiptNumber, BadReceiptNumber> {
        ReceiptNumber::new(parts.kind, parts.number.reveal())
    }
}

/// The most characters taken in: a card's digits with a sign between each.
const TYPED_MOST: usize = 40;

impl ReceiptNumber {
    /// Takes a number as typed, with or without hyphens and blanks. For
    /// [`ReceiptKind::SelfIssue`] it is the one of the settings, which has the form of a
    /// mobile's.
    ///
    /// # Errors
    /// [`BadReceiptNumber`]: not the form that the kind asks for.
    pub fn new(kind: ReceiptKind, typed: &str) -> Result<ReceiptNumber, BadReceiptNumber> {
        if typed.len() > TYPED_MOST {
            return Err(BadReceiptNumber::Length);
        }
        let digits: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if digits.is_empty() {
            return Err(BadReceiptNumber::Empty);
        }
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadReceiptNumber::NotDigits);
        }
        match kind {
            ReceiptKind::IncomeDeduction => match digits.len() {
                10 | 11 => mobile(&digits)?,
                13..=19 => {}
                _ => return Err(BadReceiptNumber::Length),
            },
            ReceiptKind::SelfIssue => match digits.len() {
                10 | 11 => mobile(&digits)?,
                _ => return Err(BadReceiptNumber::Length),
            },
            ReceiptKind::ExpenseProof => {
                let right = digits.parse::<BusinessNumber>();
                right.map_err(|_| BadReceiptNumber::Business)?;
            }
        }
        Ok(ReceiptNumber {
            kind,
            digits: Secret::new(digits),
        })
    }

    /// What it is for.
    pub fn kind(&self) -> ReceiptKind {
        self.kind
    }

    /// The digits themselves, for the wire and the store only.
    pub fn reveal(&self) -> &str {
        self.digits.reveal()
    }

    /// The number as screens, slips and records may show it: `010-****-5678`,
    /// `010-***-5678`, `*********1234`, `123-**-***91`.
    pub fn masked(&self) -> String {
        let digits = self.digits.reveal();
        // Checked on the way in: digits only, so that bytes are characters.
        let cut = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        let length = digits.len();
        let last = cut(length.saturating_sub(4), length);
        match (self.kind, length) {
            (ReceiptKind::ExpenseProof, _) => format!("{}-**-***{}", cut(0, 3), cut(8, 10)),
            (ReceiptKind::IncomeDeduction | ReceiptKind::SelfIssue, 0..=11) => {
                let hidden = "*".repeat(length.saturating_sub(7));
                format!("{}-{hidden}-{last}", cut(0, 3))
            }
            (ReceiptKind::IncomeDeduction | ReceiptKind::SelfIssue, _) => {
                format!("{}{last}", "*".repeat(length.saturating_sub(4)))
            }
        }
    }
}

/// Checks the first digits of a mobile's number.
fn mobile(digits: &str) -> Result<(), BadReceiptNumber> {
    let fits = ["010", "011", "016", "017", "018", "019"]
        .into_iter()
        .any(|prefix| digits.starts_with(prefix));
    fits.then_some(()).ok_or(BadReceiptNumber::NotMobile)
}

impl fmt::Debug for ReceiptNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ReceiptNumber({:?}, …)", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ReceiptKind as K;

    /// Numbers of each kind in the writings that people use, and their masks by hand.
    #[test]
    fn good_numbers_and_their_masks() {
        let cases = [
            (K::IncomeDeduction, "010-1234-5678", "010-****-5678"),
            (K::IncomeDeduction, "01012345678", "010-****-5678"),
            (K::IncomeDeduction, "011 234 5678", "011-***-5678"),
            (K::IncomeDeduction, "1234567890123", "*********0123"),
            (
                K::IncomeDeduction,
                "1234-5678-9012-3456-789",
                "***************6789",
            ),
            (K::ExpenseProof, "120-81-47521", "120-**-***21"),
            (K::ExpenseProof, "134 86 72683", "134-**-***83"),
            (K::SelfIssue, "010-000-1234", "010-***-1234"),
        ];
        for (kind, typed, masked) in cases {
            let number = ReceiptNumber::new(kind, typed).unwrap();
            assert_eq!(number.masked(), masked, "{typed}");
            assert_eq!(number.kind(), kind);
            assert!(number.reveal().bytes().all(|b| b.is_ascii_digit()));
        }
    }

    /// What is no number of its kind is refused by name, at least one example of each.
    #[test]
    fn bad_numbers_are_named() {
        use BadReceiptNumber as B;
        let cases = [
            (K::IncomeDeduction, "", B::Empty),
            (K::SelfIssue, " - ", B::Empty),
            (K::IncomeDeduction, "010-1234-567x", B::NotDigits),
            (K::IncomeDeduction, "+82 10 1234 5678", B::NotDigits),
            (K::IncomeDeduction, "０１０12345678", B::NotDigits),
            (K::IncomeDeduction, "02-1234-5678", B::NotMobile),
            (K::IncomeDeduction, "013-1234-5678", B::NotMobile),
            (K::IncomeDeduction, "010-123-456", B::Length),
            (K::IncomeDeduction, "010-1234-56789", B::Length),
            (K::IncomeDeduction, "12345678901234567890", B::Length),
            (K::SelfIssue, "1234567890123", B::Length),
            (K::SelfIssue, "1234567890", B::NotMobile),
            (K::ExpenseProof, "123-45-67890", B::Business),
            (K::ExpenseProof, "010-1234-5678", B::Business),
        ];
        for (kind, typed, bad) in cases {
            assert_eq!(ReceiptNumber::new(kind, typed), Err(bad), "{typed}");
        }
        let endless = "1".repeat(TYPED_MOST + 1);
        assert_eq!(ReceiptNumber::new(K::SelfIssue, &endless), Err(B::Length));
    }

    /// A number that came over the wire is checked like a typed one.
    #[test]
    fn the_wire_is_checked() {
        let number = ReceiptNumber::new(K::SelfIssue, "010-000-1234").unwrap();
        let json = serde_json::to_string(&number).unwrap();
        assert_eq!(json, r#"{"kind":"self_issue","number":"0100001234"}"#);
        assert_eq!(
            serde_json::from_str::<ReceiptNumber>(&json).unwrap(),
            number
        );
        let bad = json.replace("0100001234", "0200001234");
        let refusal = serde_json::from_str::<ReceiptNumber>(&bad).unwrap_err();
        assert!(!refusal.to_string().contains("0200001234"));
    }

    proptest! {
        /// Neither `Debug` nor the mask gives away the middle of any phone or card number.
        #[test]
        fn masks_hide(number in "(010[0-9]{7,8}|[0-9]{13,19})") {
            let taken = ReceiptNumber::new(K::IncomeDeduction, &number).unwrap();
            let shown = taken.masked();
            let digits = shown.chars().filter(char::is_ascii_digit).count();
            prop_assert!(digits <= 7 && shown.contains("***"), "{}", shown);
            prop_assert!(digits == 4 || number.len() < 12, "{}", shown);
            let debug = format!("{taken:?}");
            prop_assert!(!debug.bytes().any(|b| b.is_ascii_digit()));
        }

        /// No text is more than refused.
        #[test]
        fn any_text_is_answered(typed in ".{0,60}") {
            for kind in K::ALL {
                if let Ok(number) = ReceiptNumber::new(kind, &typed) {
                    prop_assert!(!number.masked().contains(number.reveal()));
                }
            }
        }
    }
}
