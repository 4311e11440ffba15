//! Invariants 5 to 7: the counter POS and paper.

use std::collections::BTreeMap;

use soban_domain::ids::OrderId;
use soban_domain::money::Won;
use soban_domain::print::{PrintState, Slip};
use soban_domain::relay::RelayState;

use crate::sim::facts::{Facts, Whole};
use crate::sim::menu;
use crate::sim::town::{Town, lock};

/// A released order is at the POS exactly once, or staff have it; an unpaid one never is.
pub(super) fn the_pos_has_it_once(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for sent in town.pos.orders() {
        let known = facts.orders.iter().find(|w| w.order.id == sent.order.id);
        let released = known.is_some_and(|whole| whole.order.state.is_released());
        let paid = sent.payment.is_some() || sent.order.priced.total == Won::ZERO;
        if !released || !paid {
            wrong.push(format!("{}: unpaid, and at the POS", sent.order.id));
        }
        let number = known.and_then(|whole| whole.order.number);
        if number != sent.order.number {
            wrong.push(format!("{}: the POS has another number", sent.order.id));
        }
    }
    for whole in &facts.orders {
        let copies = town.pos.copies(whole.order.id, whole.order.revision);
        if copies > 1 {
            wrong.push(format!("{}: {copies} copies at the POS", whole.order.id));
        }
        if whole.order.state.is_released() && copies == 0 && !is_staffs(town, whole) {
            wrong.push(format!("{}: it is not at the POS", whole.order.id));
        }
    }
    wrong
}

/// True where staff have the order: flagged, refused, or entered by hand.
fn is_staffs(town: &Town, whole: &Whole) -> bool {
    let flagged = |state| matches!(state, RelayState::NeedsStaff | RelayState::Rejected);
    let by_hand = lock(&town.entered).contains(&whole.order.id);
    by_hand || whole.relays.iter().any(|item| flagged(item.state))
}

/// No revision of an order reached the POS before the one before it.
pub(super) fn revisions_in_order(town: &Town, facts: &Facts) -> Vec<String> {
    let mut last: BTreeMap<OrderId, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for sent in town.pos.orders() {
        let (id, revision) = (sent.order.id, sent.order.revision);
        let before = last.insert(id, revision).unwrap_or(0);
        if revision > before + 1 {
            wrong.push(format!("{id}: revision {revision} came after {before}"));
        }
        let known = facts.orders.iter().find(|whole| whole.order.id == id);
        if known.is_some_and(|whole| whole.order.revision < revision) {
            wrong.push(format!("{id}: revision {revision} is not on disk"));
        }
    }
    wrong
}

/// Every released order's tickets came out or are flagged; each job comes out once, and a
/// further copy says that it is one.
pub(super) fn tickets_are_printed(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    let papers: Vec<_> = menu::PRINTERS
        .iter()
        .flat_map(|name| town.printers.papers(&menu::printer(name)))
        .collect();
    let came_out = |job| papers.iter().filter(|(id, _)| *id == job).count();
    for whole in &facts.orders {
        let id = whole.order.id;
        let released = whole.order.state.is_released();
        for station in soban_domain::slip::stations(&whole.order) {
            let slip = Slip::Kitchen(station);
            let there = whole.prints.iter().any(|job| job.slip == slip);
            if released != there {
                wrong.push(format!("{id}: {slip:?} is there: {there}"));
            }
        }
        let mut firsts: BTreeMap<&Slip, usize> = BTreeMap::new();
        for job in &whole.prints {
            let out = came_out(job.id);
            if out > 1 {
                wrong.push(format!("{id}: {:?} came out {out} times", job.slip));
            }
            if job.state == PrintState::Printed && out == 0 {
                wrong.push(format!("{id}: {:?} never came out", job.slip));
            }
            for (_, paper) in papers.iter().filter(|(paper, _)| *paper == job.id) {
                let said = serde_json::to_string(paper).unwrap_or_default();
                let marked = said.contains(MARK);
                *firsts.entry(&job.slip).or_insert(0) += usize::from(!marked);
                if marked != (job.copy > 1) {
                    wrong.push(format!("{id}: copy {} is marked: {marked}", job.copy));
                }
            }
        }
        for (slip, count) in firsts {
            if count > 1 {
                wrong.push(format!(
                    "{id}: {slip:?} is there {count} times without a mark"
                ));
            }
        }
    }
    wrong
}

/// What says 재출력 in the words of a simulation, which print their keys.
const MARK: &str = "reprint";
