//! Invariants 9, 10, 12 and 13: orders, prices, stock, numbers.

use std::collections::{BTreeMap, BTreeSet};

use soban_domain::shelf::{Level, StockKey};

use crate::samples::slug;
use crate::sim::facts::Facts;
use crate::sim::menu::PIES;
use crate::sim::town::{Town, lock};

/// Each guest's wishes were done once, however often they were sent: no order and no
/// attempt that the guest did not begin.
pub(super) fn commands_are_done_once(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    let guests: Vec<_> = town
        .guests
        .iter()
        .map(|guest| lock(guest).clone())
        .collect();
    let known: BTreeSet<_> = guests.iter().map(|guest| guest.order()).collect();
    for whole in &facts.orders {
        if !known.contains(&whole.order.id) {
            wrong.push(format!("{}: nobody ordered it", whole.order.id));
        }
        // One that was given up before its answer came is the guest's all the same.
        let ids: BTreeSet<_> = whole.attempts.iter().map(|attempt| attempt.id).collect();
        if ids.len() != whole.attempts.len() {
            wrong.push(format!("{}: an attempt is there twice", whole.order.id));
        }
        let relays = whole.relays.len();
        let released = usize::from(whole.order.state.is_released());
        if relays != released {
            wrong.push(format!("{}: {relays} messages for the POS", whole.order.id));
        }
        let first = |job: &&soban_domain::print::PrintJob| job.copy == 1;
        let mut slips = BTreeSet::new();
        for job in whole.prints.iter().filter(first) {
            if !slips.insert(job.slip.clone()) {
                wrong.push(format!("{}: {:?} is there twice", whole.order.id, job.slip));
            }
        }
    }
    wrong
}

/// What is charged is the hub's own price for the menu version that was quoted.
pub(super) fn the_price_is_the_quotes(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for whole in &facts.orders {
        let (id, total) = (whole.order.id, whole.order.priced.total);
        let Some(menu) = &whole.menu else {
            wrong.push(format!("{id}: its menu is gone"));
            continue;
        };
        let lines = whole.order.priced.lines.iter();
        let sum: i64 = lines
            .map(|line| {
                let price = menu.item(&line.item).map_or(-1, |item| item.price.0);
                price * i64::from(line.quantity)
            })
            .sum();
        if sum != total.0 {
            wrong.push(format!("{id}: {} won instead of {sum}", total.0));
        }
        if whole
            .quote
            .as_ref()
            .is_none_or(|quote| quote.priced != whole.order.priced)
        {
            wrong.push(format!("{id}: it is not what was quoted"));
        }
        for attempt in &whole.attempts {
            if attempt.amount != total {
                wrong.push(format!("{id}: {} won are charged", attempt.amount.0));
            }
            let proof = attempt
                .approval
                .as_ref()
                .filter(|_| attempt.state.is_paid());
            if proof.is_some_and(|proof| proof.amount != total) {
                wrong.push(format!("{id}: the proof is of another sum"));
            }
        }
    }
    let _ = town;
    wrong
}

/// No pie was sold twice, and what no order took is free again.
pub(super) fn stock_is_sold_once(_: &Town, facts: &Facts) -> Vec<String> {
    let key = StockKey::item(&slug("pie"));
    let released = facts.orders.iter().filter(|w| w.order.state.is_released());
    let lines = released.flat_map(|whole| &whole.order.priced.lines);
    let pies = lines.filter(|line| line.item == slug("pie"));
    let sold: u32 = pies.map(|line| line.quantity).sum();
    let waiting = facts.orders.iter().filter(|whole| {
        let state = whole.order.state;
        !state.is_released() && state != soban_domain::order::OrderState::Abandoned
    });
    let waiting = waiting.flat_map(|whole| &whole.order.priced.lines);
    let held: u32 = waiting
        .filter(|line| line.item == slug("pie"))
        .map(|line| line.quantity)
        .sum();
    let left = match facts.shelf.level(&key) {
        Level::Left(left) => left,
        other => return vec![format!("pies are {other:?}")],
    };
    match sold + held + left == PIES {
        true => Vec::new(),
        false => vec![format!(
            "{PIES} pies: {sold} sold, {held} held, {left} left"
        )],
    }
}

/// No two orders of a business day have one number, on disk or as guests were told.
pub(super) fn numbers_are_unique(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut given = BTreeMap::new();
    for whole in &facts.orders {
        if let Some(number) = whole.order.number
            && let Some(other) = given.insert((whole.order.day, number), whole.order.id)
        {
            wrong.push(format!("{number}: {other} and {}", whole.order.id));
        }
        if whole.order.state.is_released() && whole.order.number.is_none() {
            wrong.push(format!("{}: released without a number", whole.order.id));
        }
    }
    let days: BTreeMap<_, _> = facts
        .orders
        .iter()
        .map(|w| (w.order.id, w.order.day))
        .collect();
    let mut told = BTreeMap::new();
    for shown in lock(&town.told).iter() {
        if let (Some(day), Some(number)) = (days.get(&shown.order), shown.view.number)
            && *told.entry((*day, number)).or_insert(shown.order) != shown.order
        {
            wrong.push(format!("{number} was told to two guests"));
        }
    }
    wrong
}
