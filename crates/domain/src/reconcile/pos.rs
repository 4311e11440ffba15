//! Our released orders against the counter POS.
//!
//! Guarantees: a row that is there and not a sale counts for nothing; a second row of
//! one order is named whatever it says.
//!
//! Deliberately absent: sales that were rung up at the POS itself.

use std::collections::{BTreeMap, BTreeSet};

use super::DifferenceKind as Kind;
use super::{
    Books, Difference, OrderSide, PosAnswer, PosSide, Repair, Report, Side, Tally, Unverified, less,
};
use crate::ids::OrderId;
use crate::money::Won;

/// Compares every order.
pub(super) fn compare(books: &Books, report: &mut Report) {
    for order in books.orders.iter().filter(|order| order.released) {
        count(order.total, &mut report.released);
    }
    let rows = match &books.pos {
        PosAnswer::Rows(rows) => rows.as_slice(),
        PosAnswer::Unreachable => {
            unreachable(books, report);
            return;
        }
    };
    let mut sales = Tally::default();
    let mut by_order: BTreeMap<OrderId, Vec<PosSide>> = BTreeMap::new();
    for row in rows {
        by_order.entry(row.order).or_default().push(*row);
        if row.accepted {
            count(row.amount, &mut sales);
        }
    }
    report.pos = Some(sales);
    let mut ours = BTreeSet::new();
    for order in &books.orders {
        ours.insert(order.order);
        let rows = by_order.get(&order.order).map_or(&[][..], Vec::as_slice);
        report.differences.extend(one(order, rows));
    }
    for row in rows.iter().filter(|row| !ours.contains(&row.order)) {
        report.differences.push(stranger(row));
    }
}

/// Counts an order; one that costs nothing is a sale too.
fn count(amount: Won, tally: &mut Tally) {
    tally.count = tally.count.saturating_add(1);
    tally.sum = super::plus(tally.sum, amount);
}

/// Without the POS there is still what our books know to be paid and kept back.
fn unreachable(books: &Books, report: &mut Report) {
    let kept_back = books.orders.iter().filter_map(paid_not_released);
    report.differences.extend(kept_back);
    report.unverified.push(Unverified {
        side: Side::Pos,
        attempts: Vec::new(),
        money: report.released,
    });
}

/// The differences of one order and its rows at the POS.
fn one(order: &OrderSide, rows: &[PosSide]) -> Vec<Difference> {
    let Some((row, more)) = rows.split_first() else {
        return none_there(order).into_iter().collect();
    };
    let mut found = Vec::new();
    if !order.released {
        let repair = if order.kept().is_positive() {
            Repair::ReleaseOrder
        } else {
            Repair::VoidAtPos
        };
        found.push(Difference {
            theirs: Some(row.amount),
            gap: counted(row),
            ..order.difference(Kind::AtPosNotReleased, Won::ZERO, repair)
        });
    } else if !row.accepted {
        found.push(Difference {
            theirs: Some(Won::ZERO),
            gap: less(Won::ZERO, order.total),
            ..order.difference(Kind::ReleasedNotAtPos, order.total, Repair::EnterAtPos)
        });
    } else if row.amount != order.total {
        found.push(Difference {
            theirs: Some(row.amount),
            gap: less(row.amount, order.total),
            ..order.difference(Kind::PosAmountDiffers, order.total, Repair::StaffDecide)
        });
    }
    found.extend(more.iter().map(|row| Difference {
        theirs: Some(row.amount),
        gap: counted(row),
        ..order.difference(Kind::TwiceAtPos, Won::ZERO, Repair::VoidAtPos)
    }));
    found
}

/// The difference of an order of which the POS has nothing.
fn none_there(order: &OrderSide) -> Option<Difference> {
    if order.released {
        return Some(Difference {
            theirs: Some(Won::ZERO),
            gap: less(Won::ZERO, order.total),
            ..order.difference(Kind::ReleasedNotAtPos, order.total, Repair::SendToPos)
        });
    }
    paid_not_released(order)
}

/// Money of an order that nobody was told to make.
fn paid_not_released(order: &OrderSide) -> Option<Difference> {
    let kept = order.kept();
    if order.released || order.is_open() || !kept.is_positive() {
        return None;
    }
    let repair = if order.approved() >= order.total {
        Repair::ReleaseOrder
    } else {
        Repair::StaffDecide
    };
    Some(order.difference(Kind::PaidNotReleased, kept, repair))
}

/// What a row adds to the sales of the POS.
fn counted(row: &PosSide) -> Won {
    if row.accepted { row.amount } else { Won::ZERO }
}

/// An order of ours, by its id, of which our books of the day know nothing.
fn stranger(row: &PosSide) -> Difference {
    Difference {
        kind: Kind::AtPosNotReleased,
        method: None,
        order: Some(row.order),
        number: None,
        attempt: None,
        gateway_id: None,
        ours: Won::ZERO,
        theirs: Some(row.amount),
        gap: counted(row),
        repair: Repair::StaffDecide,
    }
}
