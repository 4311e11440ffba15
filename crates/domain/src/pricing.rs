//! What a basket costs. The hub charges by this function and the screens show by it.
//!
//! Guarantees: the lines add up to the total and the tax parts do too, to the won; a
//! basket that breaks a rule of the menu has no price but a named fault; nothing
//! overflows, whatever comes in.
//!
//! Deliberately absent: stock and hours (see [`crate::change`]), discounts.

#![deny(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cart::{Answer, Cart, CartLine, LINES_MOST, QUANTITY_MOST};
use crate::ids::{ChoiceId, GroupId, ItemId, StationId};
use crate::menu::check::DEPTH_MOST;
use crate::menu::{Choice, Dining, Group, Item, Menu};
use crate::money::{MOST, Won, allocate};
use crate::shelf::{Demand, StockKey};
use crate::tax::{TaxClass, TaxParts};
use crate::text::{BadNote, Note, Text};

/// A basket with its price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// Eating here or taking away.
    pub dining: Dining,
    /// Lines in the basket's order.
    pub lines: Vec<PricedLine>,
    /// What is to be paid, deposits included.
    pub total: Won,
    /// How the total divides for the tax office.
    pub tax: TaxParts,
}

/// A line with its price, and all that tickets and the POS need to know of it, so
/// that later changes of the menu do not touch it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    /// What.
    pub item: ItemId,
    /// Its name.
    pub name: Text,
    /// Its number at the counter POS.
    pub pos_code: String,
    /// Where it is made.
    pub station: StationId,
    /// True where it or a part of it needs an identity check.
    pub alcohol: bool,
    /// How many.
    pub quantity: u32,
    /// Price of one with its options, without deposit.
    pub unit: Won,
    /// `unit` × quantity.
    pub goods: Won,
    /// Deposits of the line, beside `goods`.
    pub deposit: Won,
    /// The part of `goods` that is taxable.
    pub taxable: Won,
    /// This line's share of the order's VAT.
    pub vat: Won,
    /// What was chosen, flattened, outer before inner.
    pub options: Vec<PricedOption>,
    /// A word for the kitchen.
    pub memo: Note,
}

/// One choice of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedOption {
    /// Its group's name.
    pub group: Text,
    /// Its name.
    pub name: Text,
    /// How often for one item.
    pub count: u32,
    /// What one of it adds to the price of one item.
    pub price: Won,
    /// 0 for an answer to the item's own question, 1 for an answer below that, …
    pub depth: u8,
    /// Where it is made, when it is an item in a set.
    pub station: Option<StationId>,
}

/// What is wrong with a basket.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartFault {
    /// Nothing in it.
    #[error("the basket is empty")]
    Empty,
    /// More than [`LINES_MOST`] lines.
    #[error("a basket has at most {LINES_MOST} lines")]
    TooManyLines,
    /// The sum is above [`MOST`].
    #[error("the total is above {MOST} won")]
    TooMuch,
    /// Something wrong in one line, counted from 0.
    #[error("line {line}: {fault}")]
    Line {
        /// Which line.
        line: usize,
        /// What.
        fault: LineFault,
    },
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineFault {
    /// No such item.
    #[error("no item is called \"{0}\"")]
    UnknownItem(ItemId),
    /// Not 1 to [`QUANTITY_MOST`].
    #[error("the quantity must be 1 to {QUANTITY_MOST}")]
    Quantity,
    /// The item is not sold this way.
    #[error("\"{0}\" is not sold this way")]
    NotForDining(ItemId),
    /// The group is not asked here, or answered twice.
    #[error("group \"{0}\" is not asked here")]
    UnknownGroup(GroupId),
    /// No such choice, or chosen twice.
    #[error("group \"{0}\" has no choice \"{1}\" here")]
    UnknownChoice(GroupId, ChoiceId),
    /// Fewer choices than the group asks for.
    #[error("group \"{0}\" needs more choices")]
    TooFew(GroupId),
    /// More choices than the group allows.
    #[error("group \"{0}\" has too many choices")]
    TooMany(GroupId),
    /// A choice taken more often than it may be.
    #[error("choice \"{1}\" of \"{0}\" is taken too often")]
    TooOften(GroupId, ChoiceId),
    /// Answers nest deeper than questions can.
    #[error("answers nest too deep")]
    TooDeep,
    /// The memo is too long or unprintable.
    #[error("{0}")]
    Memo(BadNote),
    /// The price of the line is out of range.
    #[error("the price is out of range")]
    OutOfRange,
}

/// Prices a basket by a menu.
///
/// # Errors
/// The first fault, if the basket breaks a bound or a rule of the menu.
pub fn price(menu: &Menu, cart: &Cart) -> Result<Priced, CartFault> {
    if cart.lines.is_empty() {
        return Err(CartFault::Empty);
    }
    if cart.lines.len() > LINES_MOST {
        return Err(CartFault::TooManyLines);
    }
    let mut lines = Vec::with_capacity(cart.lines.len());
    for (line, wanted) in cart.lines.iter().enumerate() {
        let priced = price_line(menu, wanted, cart.dining);
        lines.push(priced.map_err(|fault| CartFault::Line { line, fault })?);
    }
    let sum = |of: fn(&PricedLine) -> Won| {
        Won::sum(lines.iter().map(of))
            .filter(|s| *s <= MOST)
            .ok_or(CartFault::TooMuch)
    };
    let (goods, deposit, taxable) = (sum(|l| l.goods)?, sum(|l| l.deposit)?, sum(|l| l.taxable)?);
    let total = goods
        .plus(deposit)
        .filter(|t| *t <= MOST)
        .ok_or(CartFault::TooMuch)?;
    let tax = TaxParts::of(
        taxable,
        goods.minus(taxable).ok_or(CartFault::TooMuch)?,
        deposit,
    );
    let weights: Vec<i64> = lines.iter().map(|line| line.taxable.0).collect();
    for (line, vat) in lines.iter_mut().zip(allocate(tax.vat, &weights)) {
        line.vat = vat;
    }
    Ok(Priced {
        dining: cart.dining,
        lines,
        total,
        tax,
    })
}

/// Prices one line; its share of the order's VAT is left at zero, being known only
/// for the whole.
///
/// # Errors
/// The first fault.
pub fn price_line(menu: &Menu, line: &CartLine, dining: Dining) -> Result<PricedLine, LineFault> {
    let item = menu
        .item(&line.item)
        .ok_or_else(|| LineFault::UnknownItem(line.item.clone()))?;
    if line.quantity == 0 || line.quantity > QUANTITY_MOST {
        return Err(LineFault::Quantity);
    }
    if !item.dining.contains(&dining) {
        return Err(LineFault::NotForDining(item.id.clone()));
    }
    line.memo.check().map_err(LineFault::Memo)?;
    let mut walk = Walk::new(menu, dining, item);
    let groups: Vec<&Group> = menu.groups_of(&item.groups).collect();
    walk.answers(&groups, &line.answers, item.tax, 1, 0)?;
    let unit = walk.unit.ok_or(LineFault::OutOfRange)?;
    let goods = unit.times(line.quantity).ok_or(LineFault::OutOfRange)?;
    let deposit = walk
        .deposit
        .and_then(|d| d.times(line.quantity))
        .ok_or(LineFault::OutOfRange)?;
    if goods > MOST || deposit > MOST {
        return Err(LineFault::OutOfRange);
    }
    let taxable = walk.taxable_of(goods, item.tax);
    Ok(PricedLine {
        item: item.id.clone(),
        name: item.name.clone(),
        pos_code: item.pos_code.clone(),
        station: item.station.clone(),
        alcohol: walk.alcohol,
        quantity: line.quantity,
        unit,
        goods,
        deposit,
        taxable,
        vat: Won::ZERO,
        options: walk.options,
        memo: line.memo.clone(),
    })
}

/// What a line takes from the shelf. Unknown names take nothing: [`price_line`]
/// refuses those.
pub fn demand(menu: &Menu, line: &CartLine) -> Demand {
    let mut demand = BTreeMap::new();
    let Some(item) = menu.item(&line.item) else {
        return demand;
    };
    add(&mut demand, StockKey::item(&item.id), line.quantity);
    let groups: Vec<&Group> = menu.groups_of(&item.groups).collect();
    demand_of(
        menu,
        &groups,
        &line.answers,
        line.quantity,
        DEPTH_MOST,
        &mut demand,
    );
    demand
}

fn demand_of(
    menu: &Menu,
    groups: &[&Group],
    answers: &[Answer],
    times: u32,
    left: usize,
    demand: &mut Demand,
) {
    let Some(left) = left.checked_sub(1) else {
        return;
    };
    for answer in answers {
        let Some(group) = groups.iter().find(|group| group.id == answer.group) else {
            continue;
        };
        for chosen in &answer.chosen {
            let Some(choice) = group.choice(&chosen.choice) else {
                continue;
            };
            let count = times.saturating_mul(chosen.count);
            add(demand, Menu::stock_key(group, choice), count);
            demand_of(
                menu,
                &menu.questions_of(choice),
                &chosen.answers,
                count,
                left,
                demand,
            );
        }
    }
}

fn add(demand: &mut Demand, key: StockKey, count: u32) {
    let there = demand.entry(key).or_insert(0);
    *there = there.saturating_add(count);
}

/// One walk through the answers of a line, gathering price, weights and options.
struct Walk<'a> {
    menu: &'a Menu,
    dining: Dining,
    unit: Option<Won>,
    deposit: Option<Won>,
    alcohol: bool,
    has_items: bool,
    taxable_weight: i64,
    exempt_weight: i64,
    options: Vec<PricedOption>,
}

impl<'a> Walk<'a> {
    fn new(menu: &'a Menu, dining: Dining, item: &Item) -> Walk<'a> {
        Walk {
            menu,
            dining,
            unit: Some(item.base_price(dining)),
            deposit: Some(item.deposit(dining)),
            alcohol: item.alcohol,
            has_items: false,
            taxable_weight: 0,
            exempt_weight: 0,
            options: Vec::new(),
        }
    }

    /// The taxable part of a line's goods. A set divides by what its items cost alone;
    /// where that says nothing (no items, or free ones) the class of the line's own item
    /// counts.
    fn taxable_of(&self, goods: Won, tax: TaxClass) -> Won {
        let weights = [self.taxable_weight, self.exempt_weight];
        if self.has_items && weights != [0, 0] {
            let parts = allocate(goods, &weights);
            return parts.first().copied().unwrap_or(goods);
        }
        match tax {
            TaxClass::Taxable => goods,
            TaxClass::Exempt => Won::ZERO,
        }
    }

    fn answers(
        &mut self,
        groups: &[&Group],
        answers: &[Answer],
        tax: TaxClass,
        times: u32,
        depth: u8,
    ) -> Result<(), LineFault> {
        if usize::from(depth) > DEPTH_MOST {
            return Err(LineFault::TooDeep);
        }
        for (index, answer) in answers.iter().enumerate() {
            let known = groups.iter().any(|group| group.id == answer.group);
            let twice = answers[..index]
                .iter()
                .any(|earlier| earlier.group == answer.group);
            if !known || twice {
                return Err(LineFault::UnknownGroup(answer.group.clone()));
            }
        }
        for group in groups {
            let answer = answers.iter().find(|answer| answer.group == group.id);
            self.group(group, answer, tax, times, depth)?;
        }
        Ok(())
    }

    fn group(
        &mut self,
        group: &Group,
        answer: Option<&Answer>,
        tax: TaxClass,
        times: u32,
        depth: u8,
    ) -> Result<(), LineFault> {
        let chosen = answer
            .map(|answer| answer.chosen.as_slice())
            .unwrap_or_default();
        let mut count: u32 = 0;
        for (index, one) in chosen.iter().enumerate() {
            let choice = group.choice(&one.choice);
            let twice = chosen[..index]
                .iter()
                .any(|earlier| earlier.choice == one.choice);
            let choice = choice
                .filter(|_| !twice)
                .ok_or_else(|| LineFault::UnknownChoice(group.id.clone(), one.choice.clone()))?;
            if one.count == 0 || one.count > choice.max_each {
                return Err(LineFault::TooOften(group.id.clone(), one.choice.clone()));
            }
            count = count.saturating_add(one.count);
            let tax = self.choice(group, choice, one.count, tax, times, depth)?;
            let below = self.menu.questions_of(choice);
            self.answers(
                &below,
                &one.answers,
                tax,
                times.saturating_mul(one.count),
                depth.saturating_add(1),
            )?;
        }
        if count < group.min {
            return Err(LineFault::TooFew(group.id.clone()));
        }
        if count > group.max {
            return Err(LineFault::TooMany(group.id.clone()));
        }
        Ok(())
    }

    fn choice(
        &mut self,
        group: &Group,
        choice: &Choice,
        count: u32,
        tax: TaxClass,
        times: u32,
        depth: u8,
    ) -> Result<TaxClass, LineFault> {
        let item = choice.item.as_ref().and_then(|id| self.menu.item(id));
        let times = times.saturating_mul(count);
        let added = choice.price.times(times);
        self.unit = self
            .unit
            .zip(added)
            .and_then(|(unit, added)| unit.plus(added));
        let mut tax = tax;
        let mut weight = choice.price;
        if let Some(item) = item {
            if !item.dining.contains(&self.dining) {
                return Err(LineFault::NotForDining(item.id.clone()));
            }
            self.has_items = true;
            self.alcohol |= item.alcohol;
            tax = item.tax;
            weight = weight.plus(item.base_price(self.dining)).unwrap_or(MOST);
            let deposit = item.deposit(self.dining).times(times);
            self.deposit = self
                .deposit
                .zip(deposit)
                .and_then(|(sum, more)| sum.plus(more));
        }
        let weight = weight.times(times).unwrap_or(MOST).0;
        match tax {
            TaxClass::Taxable => self.taxable_weight = self.taxable_weight.saturating_add(weight),
            TaxClass::Exempt => self.exempt_weight = self.exempt_weight.saturating_add(weight),
        }
        let name = self.menu.choice_name(choice);
        self.options.push(PricedOption {
            group: group.name.clone(),
            name: name.unwrap_or(&group.name).clone(),
            count,
            price: choice.price,
            depth,
            station: item.map(|item| item.station.clone()),
        });
        Ok(tax)
    }
}
