//! Won: the only money there is. Whole, signed, checked.
//!
//! Guarantees: no float ever; addition and multiplication say when they overflow;
//! [`allocate`] splits an amount so that the parts add up to it exactly.
//!
//! Deliberately absent: other currencies, and minor units: the won has none.

#![deny(clippy::arithmetic_side_effects)]

use std::fmt;

use serde::{Deserialize, Serialize};

/// The largest amount a single order may come to: ten billion won. Far above any
/// table's bill and far below where sums of many orders could overflow.
pub const MOST: Won = Won(10_000_000_000);

/// An amount in Korean won.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Won(pub i64);

impl Won {
    /// No money.
    pub const ZERO: Won = Won(0);

    /// The sum, or `None` past the range of `i64`.
    pub fn plus(self, other: Won) -> Option<Won> {
        self.0.checked_add(other.0).map(Won)
    }

    /// The difference, or `None` past the range of `i64`.
    pub fn minus(self, other: Won) -> Option<Won> {
        self.0.checked_sub(other.0).map(Won)
    }

    /// This amount `count` times, or `None` past the range of `i64`.
    pub fn times(self, count: u32) -> Option<Won> {
        self.0.checked_mul(i64::from(count)).map(Won)
    }

    /// The sum of many amounts, or `None` past the range of `i64`.
    pub fn sum(amounts: impl IntoIterator<Item = Won>) -> Option<Won> {
        amounts
            .into_iter()
            .try_fold(Won::ZERO, |sum, amount| sum.plus(amount))
    }

    /// True for amounts above zero.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

/// Digits in groups of three, without a currency word: `1,234,500`.
impl fmt::Display for Won {
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "an i64 has at most nineteen digits"
    )]
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if self.0 < 0 {
            grouped.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        out.pad(&grouped)
    }
}

/// Splits `total` by `weights` so that the parts add up to it to the won: each gets
/// the whole won of its share, and what is left goes to the largest remainders, the
/// earlier first on a tie. Weights that are all zero share equally; an empty list
/// gives an empty one. Negative weights count as zero; a negative total is split as
/// its opposite.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "an i128 holds the product of two i64, and the sum of as many as fit in memory"
)]
pub fn allocate(total: Won, weights: &[i64]) -> Vec<Won> {
    if total.0 < 0 {
        let opposite = Won(total.0.checked_neg().unwrap_or(i64::MAX));
        return allocate(opposite, weights)
            .into_iter()
            .map(|part| Won(-part.0))
            .collect();
    }
    let mut weights: Vec<i128> = weights.iter().map(|&w| i128::from(w.max(0))).collect();
    if weights.iter().all(|&w| w == 0) {
        weights.fill(1);
    }
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return Vec::new();
    }
    let whole = i128::from(total.0);
    let mut parts: Vec<i128> = weights.iter().map(|w| whole * w / sum).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&i| (-(whole * weights[i] % sum), i));
    let given: i128 = parts.iter().sum();
    let left = usize::try_from(whole - given).unwrap_or(0);
    for &index in by_remainder.iter().take(left) {
        parts[index] += 1;
    }
    parts
        .into_iter()
        .map(|part| Won(i64::try_from(part).unwrap_or(i64::MAX)))
        .collect()
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "overflow fails the test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A price reads as Koreans write it: three digits a group, sign in front.
    #[test]
    fn groups_of_three() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (12_500, "12,500"),
            (1_234_500, "1,234,500"),
            (-9_000, "-9,000"),
        ];
        for (amount, text) in cases {
            assert_eq!(Won(amount).to_string(), text);
        }
    }

    /// The largest remainders get the odd won: checked on a case worked out by hand.
    #[test]
    fn odd_won_goes_to_the_largest_remainder() {
        assert_eq!(allocate(Won(100), &[1, 1, 1]), [Won(34), Won(33), Won(33)]);
        assert_eq!(allocate(Won(10), &[1, 2, 4]), [Won(1), Won(3), Won(6)]);
        assert_eq!(allocate(Won(7), &[0, 0]), [Won(4), Won(3)]);
        assert_eq!(allocate(Won(7), &[]), []);
    }

    proptest! {
        /// Parts add up to the total and none strays a won from its share, for any weights.
        #[test]
        fn parts_sum_to_the_total(
            total in 0i64..10_000_000_000,
            weights in prop::collection::vec(0i64..10_000_000_000, 1..40),
        ) {
            let parts = allocate(Won(total), &weights);
            prop_assert_eq!(Won::sum(parts.iter().copied()), Some(Won(total)));
            let sum: i128 = weights.iter().map(|&w| i128::from(w)).sum();
            if sum > 0 {
                for (part, &weight) in parts.iter().zip(&weights) {
                    let floor = i128::from(total) * i128::from(weight) / sum;
                    let part = i128::from(part.0);
                    prop_assert!(part == floor || part == floor + 1);
                }
            }
        }

        /// A negative total is the mirror image of the positive one.
        #[test]
        fn refunds_mirror_charges(total in 0i64..1_000_000, weights in prop::collection::vec(0i64..1000, 1..9)) {
            let charged = allocate(Won(total), &weights);
            let refunded = allocate(Won(-total), &weights);
            for (a, b) in charged.iter().zip(&refunded) {
                prop_assert_eq!(a.0, -b.0);
            }
        }
    }
}
