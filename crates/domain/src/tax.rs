//! Value added tax (부가가치세): menu prices include it.
//!
//! Guarantees: tax is worked out once for a payment, on the sum of the taxable parts,
//! half up to the won, and never from floats.
//!
//! Deliberately absent: other countries' taxes and tax on top of the price.

#![deny(clippy::arithmetic_side_effects)]

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::money::Won;

/// How the law taxes an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    /// 과세: the price includes a tenth of its supply value as tax.
    #[default]
    Taxable,
    /// 면세: no tax at all.
    Exempt,
}

/// A rate, such as the tenth of VAT. The one place where decimals meet money: what
/// comes out is whole won by a named rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(Decimal);

/// How a fraction of a won is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// A half or more becomes a whole won: the rule of the VAT figures of KakaoPay,
    /// Toss Payments and the card networks.
    HalfUp,
    /// The fraction is dropped.
    Down,
}

impl Rate {
    /// Korea's VAT: ten per cent of the supply value (부가가치세법 §30).
    pub const VAT: Rate = Rate(Decimal::from_parts(1, 0, 0, false, 1));

    /// The part of a tax-included amount that is tax: amount × rate / (1 + rate).
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a decimal holds any i64 times a rate, and the divisor is above one"
    )]
    pub fn included_in(self, amount: Won, rounding: Rounding) -> Won {
        let amount = Decimal::from(amount.0);
        let exact = amount * self.0 / (Decimal::ONE + self.0);
        let strategy = match rounding {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::Down => RoundingStrategy::ToZero,
        };
        let whole = exact.round_dp_with_strategy(0, strategy);
        Won(whole.to_i64().unwrap_or_default())
    }
}

/// How a sum divides for the tax office; the four parts add up to what is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxParts {
    /// 공급가액: taxable sales without their tax.
    pub supply: Won,
    /// 부가세: the tax within the taxable sales.
    pub vat: Won,
    /// 면세: exempt sales.
    pub exempt: Won,
    /// 보증금: deposits, which are no sale.
    pub deposit: Won,
}

impl TaxParts {
    /// Divides sums of taxable and exempt sales and of deposits.
    pub fn of(taxable: Won, exempt: Won, deposit: Won) -> TaxParts {
        let vat = Rate::VAT.included_in(taxable, Rounding::HalfUp);
        TaxParts {
            supply: Won(taxable.0.saturating_sub(vat.0)),
            vat,
            exempt,
            deposit,
        }
    }

    /// Supply + VAT + exempt + deposit; the end of the range where parts from outside
    /// leave it.
    pub fn total(self) -> Won {
        let parts = [self.vat, self.exempt, self.deposit];
        parts
            .into_iter()
            .fold(self.supply, |sum, part| Won(sum.0.saturating_add(part.0)))
    }

    /// The sum part by part, or `None` past the range of `i64`.
    pub fn plus(self, other: TaxParts) -> Option<TaxParts> {
        self.with(other, Won::plus)
    }

    /// The difference part by part, or `None` past the range of `i64`.
    pub fn minus(self, other: TaxParts) -> Option<TaxParts> {
        self.with(other, Won::minus)
    }

    /// True where a part is below zero: such a division exists nowhere.
    pub fn has_negative(self) -> bool {
        [self.supply, self.vat, self.exempt, self.deposit]
            .into_iter()
            .any(|part| part < Won::ZERO)
    }

    fn with(self, other: TaxParts, of: fn(Won, Won) -> Option<Won>) -> Option<TaxParts> {
        Some(TaxParts {
            supply: of(self.supply, other.supply)?,
            vat: of(self.vat, other.vat)?,
            exempt: of(self.exempt, other.exempt)?,
            deposit: of(self.deposit, other.deposit)?,
        })
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "overflow fails the test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// KakaoPay's own sample: 2,200 won hold 200 won of tax; and the figures around a half.
    #[test]
    fn vat_of_known_amounts() {
        let cases = [
            (2_200, 200),
            (0, 0),
            (5, 0),
            (6, 1),
            (9_500, 864),
            (27_000, 2_455),
        ];
        for (amount, vat) in cases {
            assert_eq!(
                Rate::VAT.included_in(Won(amount), Rounding::HalfUp),
                Won(vat)
            );
        }
    }

    proptest! {
        /// The decimal rule equals the integer rule (n + 5) / 11 of the payment pages.
        #[test]
        fn decimal_equals_integer_rule(amount in 0i64..=10_000_000_000) {
            let vat = Rate::VAT.included_in(Won(amount), Rounding::HalfUp);
            prop_assert_eq!(vat, Won((amount + 5) / 11));
        }

        /// The four parts add up to the sum they came from.
        #[test]
        fn parts_add_up(taxable in 0i64..1_000_000_000, exempt in 0i64..1_000_000, deposit in 0i64..9000) {
            let parts = TaxParts::of(Won(taxable), Won(exempt), Won(deposit));
            prop_assert_eq!(parts.total(), Won(taxable + exempt + deposit));
        }

        /// Taking away what was added gives what was there, and taking away more than is
        /// there shows as a negative part.
        #[test]
        fn parts_add_and_take_away(taxable in 0i64..1_000_000, exempt in 0i64..1_000_000, more in 1i64..9000) {
            let parts = TaxParts::of(Won(taxable), Won(exempt), Won(0));
            let other = TaxParts::of(Won(more), Won(more), Won(more));
            let sum = parts.plus(other).unwrap();
            prop_assert_eq!(sum.total(), Won(taxable + exempt + 3 * more));
            prop_assert_eq!(sum.minus(other), Some(parts));
            prop_assert!(!sum.has_negative());
            prop_assert!(parts.minus(sum).unwrap().has_negative());
        }
    }
}
