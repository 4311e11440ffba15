//! What changed while a guest was choosing, by name: never a silent total.
//!
//! Guarantees: a basket passes only if every line can be sold now, at the price the
//! guest saw, counted over the whole basket; otherwise each difference is listed with
//! the line it concerns.
//!
//! Deliberately absent: deciding for the guest. Nothing is taken out or swapped here.

#![deny(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cart::{Answer, Cart, CartLine};
use crate::menu::{Group, Item, Menu};
use crate::money::Won;
use crate::pricing::{self, CartFault, LineFault, Priced};
use crate::shelf::{Demand, Shelf, StockKey};
use crate::text::Text;

/// One difference between what a guest saw and what is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The basket's line, from 0.
    pub line: usize,
    /// What is different.
    pub what: Difference,
}

/// Kinds of difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// The item is no longer on the menu.
    Gone,
    /// 품절: the item, or a choice in it, is sold out.
    SoldOut(Text),
    /// Fewer are left than the basket asks for.
    NotEnough {
        /// Of what.
        what: Text,
        /// How many there are for the whole basket.
        left: u32,
    },
    /// Not sold at this hour.
    NotNow(Text),
    /// Not sold this way (eat in, take out).
    NotThisWay(Text),
    /// The item's options are no longer what they were.
    OptionsChanged,
    /// Another price for one.
    Price {
        /// What the guest saw.
        from: Won,
        /// What it is.
        to: Won,
    },
}

/// The store as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    /// The menu in force.
    pub menu: &'a Menu,
    /// What is there to promise.
    pub shelf: &'a Shelf,
    /// Korean time, from Monday 00:00.
    pub minute_of_week: u16,
}

/// Why a basket cannot be quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It breaks a rule that no honest screen breaks.
    Fault(CartFault),
    /// The store changed. Never empty.
    Changed(Vec<Change>),
}

/// Prices a basket as the store is now. `seen` holds the price of one that the guest
/// saw, line by line; an empty list compares no prices.
///
/// # Errors
/// [`Refusal::Changed`] for what a guest can mend, else [`Refusal::Fault`].
pub fn settle(now: Now<'_>, cart: &Cart, seen: &[Won]) -> Result<Priced, Refusal> {
    let mut changes = Vec::new();
    for (line, wanted) in cart.lines.iter().enumerate() {
        let what = difference(now, cart, wanted, seen.get(line).copied());
        changes.extend(what.map(|what| Change { line, what }));
    }
    changes.extend(shortages(now, cart, &changes));
    changes.sort_by_key(|change| change.line);
    if !changes.is_empty() {
        return Err(Refusal::Changed(changes));
    }
    pricing::price(now.menu, cart).map_err(Refusal::Fault)
}

fn difference(now: Now<'_>, cart: &Cart, line: &CartLine, seen: Option<Won>) -> Option<Difference> {
    let Some(item) = now.menu.item(&line.item) else {
        return Some(Difference::Gone);
    };
    for part in items_of(now.menu, line) {
        if !part.dining.contains(&cart.dining) {
            return Some(Difference::NotThisWay(part.name.clone()));
        }
        if !on_sale(part, now.minute_of_week) {
            return Some(Difference::NotNow(part.name.clone()));
        }
    }
    match pricing::price_line(now.menu, line, cart.dining) {
        Ok(priced) => seen
            .filter(|seen| *seen != priced.unit)
            .map(|from| Difference::Price {
                from,
                to: priced.unit,
            }),
        Err(
            LineFault::UnknownGroup(_)
            | LineFault::UnknownChoice(..)
            | LineFault::TooFew(_)
            | LineFault::TooMany(_)
            | LineFault::TooOften(..),
        ) => Some(Difference::OptionsChanged),
        Err(LineFault::NotForDining(_)) => Some(Difference::NotThisWay(item.name.clone())),
        // A fault of the request itself: pricing the whole will name it.
        Err(
            LineFault::UnknownItem(_)
            | LineFault::Quantity
            | LineFault::TooDeep
            | LineFault::Memo(_)
            | LineFault::OutOfRange,
        ) => None,
    }
}

/// True where an item is sold at this minute of the week.
pub fn on_sale(item: &Item, minute_of_week: u16) -> bool {
    item.hours.is_empty() || item.hours.iter().any(|hours| hours.hold(minute_of_week))
}

/// The item of a line and the items chosen within it.
fn items_of<'a>(menu: &'a Menu, line: &CartLine) -> Vec<&'a Item> {
    let mut items: Vec<&Item> = menu.item(&line.item).into_iter().collect();
    let groups = items
        .first()
        .map(|item| item.groups.as_slice())
        .unwrap_or_default();
    let groups: Vec<&Group> = menu.groups_of(groups).collect();
    chosen_items(
        menu,
        &groups,
        &line.answers,
        crate::menu::check::DEPTH_MOST,
        &mut items,
    );
    items
}

fn chosen_items<'a>(
    menu: &'a Menu,
    groups: &[&'a Group],
    answers: &[Answer],
    left: usize,
    items: &mut Vec<&'a Item>,
) {
    let Some(left) = left.checked_sub(1) else {
        return;
    };
    for answer in answers {
        let group = groups.iter().find(|group| group.id == answer.group);
        for chosen in &answer.chosen {
            if let Some(choice) = group.and_then(|group| group.choice(&chosen.choice)) {
                items.extend(choice.item.as_ref().and_then(|id| menu.item(id)));
                chosen_items(
                    menu,
                    &menu.questions_of(choice),
                    &chosen.answers,
                    left,
                    items,
                );
            }
        }
    }
}

/// Lines that ask for more than there is, in the order of the basket: the line at
/// which a thing runs out and those after it.
fn shortages(now: Now<'_>, cart: &Cart, known: &[Change]) -> Vec<Change> {
    let mut taken: Demand = BTreeMap::new();
    let mut short = Vec::new();
    for (line, wanted) in cart.lines.iter().enumerate() {
        if known.iter().any(|change| change.line == line) {
            continue;
        }
        let demand = pricing::demand(now.menu, wanted);
        let lacking = demand.iter().find_map(|(key, count)| {
            let left = now.shelf.level(key).limit()?;
            let before = taken.get(key).copied().unwrap_or(0);
            (before.saturating_add(*count) > left).then_some((key, left))
        });
        for (key, count) in &demand {
            let there = taken.entry(key.clone()).or_insert(0);
            *there = there.saturating_add(*count);
        }
        if let Some((key, left)) = lacking {
            let name = name_of(now.menu, key)
                .cloned()
                .or_else(|| now.menu.item(&wanted.item).map(|item| item.name.clone()));
            let what = match (left, name) {
                (_, None) => Difference::Gone,
                (0, Some(name)) => Difference::SoldOut(name),
                (left, Some(what)) => Difference::NotEnough { what, left },
            };
            short.push(Change { line, what });
        }
    }
    short
}

/// What guests call the thing that a key counts.
pub fn name_of<'a>(menu: &'a Menu, key: &StockKey) -> Option<&'a Text> {
    match key.0.split_once('/') {
        None => menu.item(&key.0.parse().ok()?).map(|item| &item.name),
        Some((group, choice)) => {
            let group = menu.group(&group.parse().ok()?)?;
            menu.choice_name(group.choice(&choice.parse().ok()?)?)
        }
    }
}
