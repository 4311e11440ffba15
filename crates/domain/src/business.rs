//! 사업자등록번호: the number of a business.
//!
//! Deliberately absent: whether the business exists. A right check digit does not
//! prove it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A business number: ten digits with a right check digit, written 3-2-5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessNumber([u8; 10]);

/// Digits that are no business number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a business number has ten digits, like 120-81-47521, and its last digit checks the others"
)]
pub struct BadBusinessNumber;

const WEIGHTS: [u32; 9] = [1, 3, 7, 1, 3, 7, 1, 3, 5];

impl FromStr for BusinessNumber {
    type Err = BadBusinessNumber;

    /// Takes it with or without hyphens and blanks. Besides the check digit, office 101
    /// and up, a kind that is not 00 and a serial that is not 0000 are asked for, since
    /// zeros alone pass the check.
    fn from_str(text: &str) -> Result<BusinessNumber, BadBusinessNumber> {
        let plain: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if !plain.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadBusinessNumber);
        }
        let digits: Vec<u8> = plain.bytes().map(|b| b - b'0').collect();
        let digits: [u8; 10] = digits.try_into().map_err(|_| BadBusinessNumber)?;
        let products = digits
            .iter()
            .zip(WEIGHTS)
            .map(|(&d, weight)| u32::from(d) * weight);
        let sum: u32 = products.sum::<u32>() + u32::from(digits[8]) * 5 / 10;
        let check = (10 - sum % 10) % 10;
        let office = digits[..3].iter().fold(0u32, |n, &d| n * 10 + u32::from(d));
        let zeros = |part: &[u8]| part.iter().all(|&d| d == 0);
        if check != u32::from(digits[9])
            || office < 101
            || zeros(&digits[3..5])
            || zeros(&digits[5..9])
        {
            return Err(BadBusinessNumber);
        }
        Ok(BusinessNumber(digits))
    }
}

impl fmt::Display for BusinessNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, digit) in self.0.iter().enumerate() {
            if index == 3 || index == 5 {
                out.write_str("-")?;
            }
            write!(out, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers worked out by hand: right ones pass in any writing, wrong ones do not.
    #[test]
    fn the_check_digit_checks() {
        for good in ["120-81-47521", "1348672683", "120 81 47521"] {
            assert!(good.parse::<BusinessNumber>().is_ok(), "{good}");
        }
        for bad in [
            "123-45-67890",
            "000-00-00000",
            "120-81-4752",
            "120-81-475210",
            "abc",
            "120-00-47521",
        ] {
            assert_eq!(
                bad.parse::<BusinessNumber>(),
                Err(BadBusinessNumber),
                "{bad}"
            );
        }
        assert_eq!(
            "1208147521".parse::<BusinessNumber>().unwrap().to_string(),
            "120-81-47521"
        );
    }
}
