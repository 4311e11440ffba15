//! Menus and baskets made from a list of numbers, so that proptest can shrink them.
//!
//! Guarantees: [`menu`] gives a menu without flaws, [`honest`] a basket that answers
//! every question within its bounds, [`wild`] one that need not fit at all.

use std::collections::BTreeMap;

use proptest::prelude::*;
use soban_domain::cart::{Answer, Cart, CartLine, Chosen};
use soban_domain::ids::{GroupId, ItemId};
use soban_domain::menu::check::PRICE_MOST;
use soban_domain::menu::{Category, Choice, Dining, Ground, Group, Item, Menu, MenuParts};
use soban_domain::money::Won;
use soban_domain::shelf::{Level, Shelf, StockKey};
use soban_domain::tax::TaxClass;
use soban_domain::text::{Note, Text};

use crate::fixture::slug;

/// A list of numbers to decide by; zeros once it is used up.
#[derive(Clone, Debug)]
pub(crate) struct Dice(std::vec::IntoIter<u32>);

/// Any dice.
pub(crate) fn dice() -> impl Strategy<Value = Dice> {
    prop::collection::vec(any::<u32>(), 0..400).prop_map(|rolls| Dice(rolls.into_iter()))
}

impl Dice {
    fn any(&mut self) -> u32 {
        self.0.next().unwrap_or(0)
    }

    /// A number below `sides`, or 0.
    fn below(&mut self, sides: u32) -> u32 {
        self.any() % sides.max(1)
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.any()).unwrap() % length.max(1)
    }

    fn yes(&mut self) -> bool {
        self.below(2) == 1
    }

    /// Mostly a price as on menus, sometimes an edge of what is allowed.
    fn won(&mut self) -> Won {
        match self.below(12) {
            0 => Won::ZERO,
            1 => Won(1),
            2 => PRICE_MOST,
            _ => Won(i64::from(self.below(30_000))),
        }
    }
}

fn text(words: &str) -> Text {
    Text {
        ko: words.to_owned(),
        en: words.to_owned(),
        ja: None,
        zh: None,
    }
}

/// A menu without flaws: dishes with nested options, and sets of them.
pub(crate) fn menu(dice: &mut Dice) -> Menu {
    let options: Vec<GroupId> = (0..dice.below(4)).map(|n| slug(&format!("g{n}"))).collect();
    let mut groups: Vec<Group> = Vec::new();
    for (index, id) in options.iter().enumerate() {
        groups.push(option_group(dice, id, &options[index + 1..]));
    }
    let dishes: Vec<ItemId> = (0..=dice.below(4))
        .map(|n| slug(&format!("i{n}")))
        .collect();
    let mut items: Vec<Item> = Vec::new();
    for id in &dishes {
        let asked = options.iter().filter(|_| dice.yes()).cloned().collect();
        items.push(item(dice, id, asked));
    }
    let slots: Vec<GroupId> = (0..dice.below(4)).map(|n| slug(&format!("s{n}"))).collect();
    for id in &slots {
        groups.push(slot(dice, id, &dishes));
    }
    for n in 0..dice.below(3) {
        let asked = slots.iter().chain(&options);
        let asked = asked.filter(|_| dice.yes()).cloned().collect();
        items.push(item(dice, &slug(&format!("t{n}")), asked));
    }
    let category = Category {
        id: slug("all"),
        name: text("all"),
        picture: "all".to_owned(),
        items: items.iter().map(|item| item.id.clone()).collect(),
    };
    Menu::new(MenuParts {
        categories: vec![category],
        items,
        groups,
    })
    .expect("a menu made by dice has no flaw")
}

fn item(dice: &mut Dice, id: &ItemId, groups: Vec<GroupId>) -> Item {
    Item {
        id: id.clone(),
        name: text(id.as_str()),
        description: text("made by dice"),
        price: dice.won(),
        take_out_price: dice.yes().then(|| dice.won()),
        dining: match dice.below(6) {
            0 => vec![Dining::EatIn],
            1 => vec![Dining::TakeOut],
            _ => Dining::ALL.to_vec(),
        },
        tax: if dice.below(3) == 0 {
            TaxClass::Exempt
        } else {
            TaxClass::Taxable
        },
        station: slug("kitchen"),
        picture: "dish".to_owned(),
        ground: Ground::default(),
        badges: vec![],
        groups,
        stock: None,
        hours: vec![],
        allergens: vec![],
        origin: vec![],
        alcohol: dice.below(5) == 0,
        cup_deposit: dice.yes().then_some(Won(300)),
        pos_code: String::new(),
    }
}

/// A question whose choices may ask those of `further`.
fn option_group(dice: &mut Dice, id: &GroupId, further: &[GroupId]) -> Group {
    let choices = (0..=dice.below(3)).map(|n| Choice {
        id: slug(&format!("c{n}")),
        name: Some(text("choice")),
        price: dice.won(),
        max_each: 1 + dice.below(3),
        default: 0,
        groups: further
            .iter()
            .filter(|_| dice.below(3) == 0)
            .cloned()
            .collect(),
        item: None,
    });
    let choices = choices.collect();
    group(dice, id, choices)
}

fn slot(dice: &mut Dice, id: &GroupId, dishes: &[ItemId]) -> Group {
    let choices = dishes.iter().enumerate().map(|(n, dish)| Choice {
        id: slug(&format!("c{n}")),
        name: None,
        price: dice.won(),
        max_each: 1 + dice.below(2),
        default: 0,
        groups: vec![],
        item: Some(dish.clone()),
    });
    let choices = choices.collect();
    group(dice, id, choices)
}

fn group(dice: &mut Dice, id: &GroupId, choices: Vec<Choice>) -> Group {
    let most: u32 = choices.iter().map(|choice| choice.max_each).sum();
    let min = dice.below(most.min(2) + 1);
    Group {
        id: id.clone(),
        name: text(id.as_str()),
        min,
        max: min.max(1) + dice.below(3),
        choices,
    }
}

fn dining(dice: &mut Dice) -> Dining {
    Dining::ALL[dice.index(2)]
}

/// A basket that answers every question within its bounds.
pub(crate) fn honest(dice: &mut Dice, menu: &Menu) -> Cart {
    let items: Vec<&Item> = menu.items().collect();
    let dining = dining(dice);
    let lines = (0..=dice.below(5)).map(|_| {
        let item = items[dice.index(items.len())];
        let groups: Vec<&Group> = menu.groups_of(&item.groups).collect();
        let most = if dice.yes() { 3 } else { 99 };
        CartLine {
            item: item.id.clone(),
            quantity: 1 + dice.below(most),
            answers: answers(dice, menu, &groups),
            memo: Note::default(),
        }
    });
    Cart {
        dining,
        lines: lines.collect(),
    }
}

fn answers(dice: &mut Dice, menu: &Menu, groups: &[&Group]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for group in groups {
        let mut counts: Vec<u32> = vec![0; group.choices.len()];
        let wanted = group.min + dice.below(group.max - group.min + 1);
        let first = dice.index(counts.len());
        for step in 0..counts.len() {
            let index = (first + step) % counts.len();
            let there: u32 = counts.iter().sum();
            counts[index] = group.choices[index].max_each.min(wanted - there);
        }
        let taken = group
            .choices
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0);
        let chosen: Vec<Chosen> = taken
            .map(|(choice, count)| Chosen {
                choice: choice.id.clone(),
                count,
                answers: answers_below(dice, menu, choice),
            })
            .collect();
        if !chosen.is_empty() {
            answers.push(Answer {
                group: group.id.clone(),
                chosen,
            });
        }
    }
    answers
}

fn answers_below(dice: &mut Dice, menu: &Menu, choice: &Choice) -> Vec<Answer> {
    let below = menu.questions_of(choice);
    answers(dice, menu, &below)
}

/// A basket of known and unknown names with any numbers in it.
pub(crate) fn wild(dice: &mut Dice, menu: &Menu) -> Cart {
    let names: Vec<_> = menu
        .items()
        .flat_map(|item| item.groups.iter().chain([&item.id]))
        .map(|id| id.as_str().to_owned())
        .chain(["c0", "c1", "s0", "nothing"].map(str::to_owned))
        .collect();
    let dining = dining(dice);
    let lines = (0..dice.below(60)).map(|_| CartLine {
        item: slug(&names[dice.index(names.len())]),
        quantity: number(dice),
        answers: wild_answers(dice, &names, 6),
        memo: wild_memo(dice),
    });
    Cart {
        dining,
        lines: lines.collect(),
    }
}

fn number(dice: &mut Dice) -> u32 {
    match dice.below(4) {
        0 => dice.any(),
        1 => u32::MAX,
        _ => dice.below(4),
    }
}

fn wild_memo(dice: &mut Dice) -> Note {
    let length = if dice.below(9) == 0 {
        1_000
    } else {
        dice.index(4)
    };
    let letter = char::from_u32(dice.below(0x3000)).unwrap_or('가');
    serde_json::from_value(letter.to_string().repeat(length).into()).unwrap()
}

fn wild_answers(dice: &mut Dice, names: &[String], left: u32) -> Vec<Answer> {
    if left == 0 {
        return vec![];
    }
    let mut answers = Vec::new();
    for _ in 0..dice.below(3) {
        let group = slug(&names[dice.index(names.len())]);
        let chosen = (0..dice.below(3)).map(|_| Chosen {
            choice: slug(&names[dice.index(names.len())]),
            count: number(dice),
            answers: wild_answers(dice, names, left - 1),
        });
        let chosen = chosen.collect();
        answers.push(Answer { group, chosen });
    }
    answers
}

/// Levels for some of the keys that a menu can ask for.
pub(crate) fn shelf(dice: &mut Dice, menu: &Menu) -> Shelf {
    let mut levels: BTreeMap<StockKey, Level> = BTreeMap::new();
    for item in menu.items() {
        for group in menu.groups_of(&item.groups) {
            for choice in &group.choices {
                levels.extend(level(dice).map(|l| (Menu::stock_key(group, choice), l)));
            }
        }
        levels.extend(level(dice).map(|l| (StockKey::item(&item.id), l)));
    }
    Shelf(levels)
}

fn level(dice: &mut Dice) -> Option<Level> {
    match dice.below(12) {
        0 => Some(Level::SoldOut),
        1 => Some(Level::Left(dice.below(400))),
        2 | 3 => Some(Level::Left(dice.below(12))),
        4 => Some(Level::Plenty),
        _ => None,
    }
}
