//! What can be had right now: by stock, by the hour, by the way of eating.
//!
//! Guarantees: counts what the basket holds already, through sets and options, with the
//! domain's own function. Deliberately absent: the last word, which is the hub's quote.

use soban_domain::cart::{Cart, CartLine, QUANTITY_MOST};
use soban_domain::change::on_sale;
use soban_domain::menu::{Choice, Dining, Group, Item, Menu};
use soban_domain::pricing;
use soban_domain::shelf::{Level, Shelf, StockKey};

/// Few enough that a guest is told.
const FEW: u32 = 5;

/// Whether something can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// Yes.
    Yes,
    /// Yes, and few are left.
    Few(u32),
    /// 품절.
    SoldOut,
    /// Not at this hour.
    NotNow,
    /// Only the other way: eaten here, or taken away.
    OtherWay,
}

impl Offer {
    /// True where it can be had.
    pub(super) fn is_there(self) -> bool {
        matches!(self, Offer::Yes | Offer::Few(_))
    }
}

/// The store at this moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Store<'a> {
    /// The menu in force.
    pub(super) menu: &'a Menu,
    /// What is there to promise.
    pub(super) shelf: &'a Shelf,
    /// Korean time, from Monday 00:00.
    pub(super) minute_of_week: u16,
    /// How the guest eats.
    pub(super) dining: Dining,
}

impl Store<'_> {
    /// Whether an item can be had.
    pub(super) fn item(self, item: &Item) -> Offer {
        if !item.dining.contains(&self.dining) {
            return Offer::OtherWay;
        }
        if !on_sale(item, self.minute_of_week) {
            return Offer::NotNow;
        }
        self.stock(&StockKey::item(&item.id))
    }

    /// Whether a choice can be had.
    pub(super) fn choice(self, group: &Group, choice: &Choice) -> Offer {
        let item = choice.item.as_ref().and_then(|id| self.menu.item(id));
        match item {
            Some(item) => self.item(item),
            None => self.stock(&Menu::stock_key(group, choice)),
        }
    }

    fn stock(self, key: &StockKey) -> Offer {
        match self.shelf.level(key) {
            Level::SoldOut | Level::Left(0) => Offer::SoldOut,
            Level::Left(left) if left <= FEW => Offer::Few(left),
            Level::Left(_) | Level::Plenty => Offer::Yes,
        }
    }

    /// The most of `line` that can be had beside `others`, by stock and by the bound of a
    /// line.
    pub(super) fn most<'l>(
        self,
        others: impl Iterator<Item = &'l CartLine>,
        line: &CartLine,
    ) -> u32 {
        let one = CartLine {
            quantity: 1,
            ..line.clone()
        };
        let wanted = pricing::demand(self.menu, &one);
        let mut taken = soban_domain::shelf::Demand::new();
        for other in others {
            for (key, count) in pricing::demand(self.menu, other) {
                let there = taken.entry(key).or_insert(0);
                *there = there.saturating_add(count);
            }
        }
        wanted
            .iter()
            .filter_map(|(key, each)| {
                let left = self.shelf.level(key).limit()?;
                let used = taken.get(key).copied().unwrap_or(0);
                left.saturating_sub(used).checked_div(*each)
            })
            .fold(QUANTITY_MOST, u32::min)
    }
}

/// The lines of a basket but one.
pub(super) fn others(cart: &Cart, but: Option<usize>) -> impl Iterator<Item = &CartLine> {
    cart.lines
        .iter()
        .enumerate()
        .filter(move |(index, _)| Some(*index) != but)
        .map(|(_, line)| line)
}
