//! How much goes back, and how it divides for the tax office.
//!
//! Guarantees: what all refunds of an order take adds up to the order, in every tax
//! part, to the won, whatever was taken when; no refund and no part of one is below
//! zero or above what is left. The order's own division is used, never a new one: VAT
//! is worked out once for a payment, and again for a part it could come to another won.
//!
//! How: of a line of which *n* pieces are gone, the next *k* take the difference of two
//! running sums, that of *n + k* pieces and that of *n*. The running sum of *m* pieces
//! is the largest-remainder share of *m* in all: of the line's goods, then of those
//! goods the taxable part, then of that part the VAT. Each lies within the one before,
//! so no part can go below zero; at the last piece each is the line's own. This asks
//! that one refund is settled before the next is planned.
//!
//! Deliberately absent: refunds of a free sum. What cannot be said in lines is the whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::money::{Won, allocate};
use crate::pricing::{Priced, PricedLine};
use crate::tax::TaxParts;

/// Pieces of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundLine {
    /// Which line of the order, counted from 0.
    pub line: u32,
    /// How many pieces of it.
    pub quantity: u32,
}

/// What a member of staff wants to give back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// All that is left.
    Whole,
    /// Pieces of lines; lines named twice add up.
    Lines(Vec<RefundLine>),
}

/// What an earlier refund of the order took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Pieces of lines; empty for all that was left.
    pub lines: Vec<RefundLine>,
    /// How it divided.
    pub tax: TaxParts,
}

/// What the way of paying allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRules {
    /// A part of an approval can be given back.
    pub partial: bool,
    /// An approval with a deposit in it can be given back only as a whole (KakaoPay with
    /// `green_deposit`).
    pub deposit_blocks_partial: bool,
}

/// What goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How much; above zero.
    pub amount: Won,
    /// How it divides.
    pub tax: TaxParts,
    /// Pieces of lines, each line once, in the order's order; empty for all that is left.
    pub lines: Vec<RefundLine>,
    /// What was left of the order's total before it.
    pub rest_before: Won,
}

/// Why nothing goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundError {
    /// All of it went back, or there was nothing to pay.
    #[error("nothing is left to refund")]
    NothingLeft,
    /// More pieces of a line than are left of it.
    #[error("line {line}: only {left} are left to refund")]
    MoreThanLeft {
        /// Which line, counted from 0.
        line: u32,
        /// How many pieces are left.
        left: u32,
    },
    /// No such line.
    #[error("the order has no line {line}")]
    UnknownLine {
        /// Which line, counted from 0.
        line: u32,
    },
    /// No lines, no pieces, or pieces that cost nothing.
    #[error("the wish comes to nothing")]
    ZeroWish,
    /// A part was wished for, and the way of paying refunds only the whole.
    #[error("this way of paying refunds only the whole")]
    NoPartial,
    /// A part was wished for, and the deposit in the payment forbids it.
    #[error("a payment with a cup deposit in it is refunded only as a whole")]
    DepositBlocksPartial,
    /// Earlier refunds took what the order's lines do not give: only the rest as a whole
    /// can go back, if there is one.
    #[error("earlier refunds do not fit the order's lines")]
    EarlierUnfit,
    /// The order's own lines do not add up to its total.
    #[error("the order's lines do not add up")]
    Unsound,
}

/// Works out a refund of an order of which some may be refunded already.
///
/// # Errors
/// [`RefundError`]: nothing left, more than is left, a wish for nothing, or a part where
/// only the whole may go back.
pub fn plan(
    priced: &Priced,
    earlier: &[Returned],
    wish: &Wish,
    rules: RefundRules,
) -> Result<Plan, RefundError> {
    check(priced)?;
    let gone = sum_of(earlier.iter().map(|returned| returned.tax))
        .filter(|gone| !gone.has_negative())
        .ok_or(RefundError::EarlierUnfit)?;
    let rest = priced
        .tax
        .minus(gone)
        .filter(|rest| !rest.has_negative())
        .ok_or(RefundError::EarlierUnfit)?;
    if !rest.total().is_positive() {
        return Err(RefundError::NothingLeft);
    }
    let (lines, tax) = match wish {
        Wish::Whole => (Vec::new(), rest),
        Wish::Lines(wanted) => {
            let taken = taken(priced, earlier, gone)?;
            of_lines(priced, &taken, wanted)?
        }
    };
    let amount = tax.total();
    if amount < priced.total {
        if !rules.partial {
            return Err(RefundError::NoPartial);
        }
        if rules.deposit_blocks_partial && priced.tax.deposit.is_positive() {
            return Err(RefundError::DepositBlocksPartial);
        }
    }
    Ok(Plan {
        amount,
        tax,
        lines,
        rest_before: rest.total(),
    })
}

/// The division of wished pieces, and the pieces line by line; none where they are all
/// that is left.
fn of_lines(
    priced: &Priced,
    taken: &[u32],
    wanted: &[RefundLine],
) -> Result<(Vec<RefundLine>, TaxParts), RefundError> {
    let mut pieces: BTreeMap<u32, u32> = BTreeMap::new();
    for RefundLine { line, quantity } in wanted.iter().copied() {
        let there = pieces.entry(line).or_insert(0);
        *there = there.saturating_add(quantity);
    }
    let mut tax = TaxParts::default();
    let mut left_over = priced
        .lines
        .iter()
        .zip(taken)
        .map(left_of)
        .collect::<Vec<_>>();
    for (&line, &quantity) in &pieces {
        let unknown = RefundError::UnknownLine { line };
        let index = usize::try_from(line).map_err(|_| unknown)?;
        let there = priced.lines.get(index).zip(taken.get(index));
        let ((of, &before), left) = there.zip(left_over.get_mut(index)).ok_or(unknown)?;
        if quantity == 0 {
            return Err(RefundError::ZeroWish);
        }
        let more = RefundError::MoreThanLeft { line, left: *left };
        *left = left.checked_sub(quantity).ok_or(more)?;
        let after = before.saturating_add(quantity);
        let part = running(of, after)
            .minus(running(of, before))
            .ok_or(RefundError::Unsound)?;
        tax = tax.plus(part).ok_or(RefundError::Unsound)?;
    }
    if !tax.total().is_positive() {
        return Err(RefundError::ZeroWish);
    }
    if left_over.iter().all(|&left| left == 0) {
        return Ok((Vec::new(), tax));
    }
    let lines = pieces
        .into_iter()
        .map(|(line, quantity)| RefundLine { line, quantity });
    Ok((lines.collect(), tax))
}

fn left_of((line, taken): (&PricedLine, &u32)) -> u32 {
    line.quantity.saturating_sub(*taken)
}

/// How many pieces of each line are gone, where the earlier refunds are such as
/// [`plan`] makes.
fn taken(priced: &Priced, earlier: &[Returned], gone: TaxParts) -> Result<Vec<u32>, RefundError> {
    let mut taken = vec![0u32; priced.lines.len()];
    for returned in earlier {
        if returned.lines.is_empty() {
            return Err(RefundError::EarlierUnfit);
        }
        for piece in &returned.lines {
            let index = usize::try_from(piece.line).unwrap_or(usize::MAX);
            let there = taken.get_mut(index).ok_or(RefundError::EarlierUnfit)?;
            *there = there.saturating_add(piece.quantity);
        }
    }
    let counted = priced.lines.iter().zip(&taken);
    let fits = counted.clone().all(|(line, &count)| count <= line.quantity);
    let parts = sum_of(counted.map(|(line, &count)| running(line, count)));
    if !fits || parts != Some(gone) {
        return Err(RefundError::EarlierUnfit);
    }
    Ok(taken)
}

/// What the first `count` pieces of a line take of it.
fn running(line: &PricedLine, count: u32) -> TaxParts {
    let all = i64::from(line.quantity);
    let count = i64::from(count).min(all);
    let goods = share(line.goods, Won(count), Won(all));
    let taxable = share(line.taxable, goods, line.goods);
    let vat = share(line.vat, taxable, line.taxable);
    TaxParts {
        supply: Won(taxable.0.saturating_sub(vat.0)),
        vat,
        exempt: Won(goods.0.saturating_sub(taxable.0)),
        deposit: share(line.deposit, Won(count), Won(all)),
    }
}

/// The largest-remainder share that `some` of `all` has in `whole`. None of nothing is
/// nothing.
fn share(whole: Won, some: Won, all: Won) -> Won {
    if !some.is_positive() {
        return Won::ZERO;
    }
    let others = all.0.saturating_sub(some.0);
    let parts = allocate(whole, &[some.0, others]);
    parts.first().copied().unwrap_or(whole)
}

/// What a whole line is, for the tax office.
fn whole(line: &PricedLine) -> Option<TaxParts> {
    Some(TaxParts {
        supply: line.taxable.minus(line.vat)?,
        vat: line.vat,
        exempt: line.goods.minus(line.taxable)?,
        deposit: line.deposit,
    })
}

fn sum_of(parts: impl IntoIterator<Item = TaxParts>) -> Option<TaxParts> {
    parts
        .into_iter()
        .try_fold(TaxParts::default(), TaxParts::plus)
}

/// Lines of at least one piece, without a negative part, that add up to the whole: what
/// [`crate::pricing::price`] gives, asked again because it comes from a disk.
fn check(priced: &Priced) -> Result<(), RefundError> {
    let mut sum = TaxParts::default();
    for line in &priced.lines {
        let part = whole(line).filter(|part| line.quantity > 0 && !part.has_negative());
        sum = part
            .and_then(|part| sum.plus(part))
            .ok_or(RefundError::Unsound)?;
    }
    if sum != priced.tax || sum.total() != priced.total {
        return Err(RefundError::Unsound);
    }
    Ok(())
}
