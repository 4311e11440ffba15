//! The menu: categories, items, option groups, sets.
//!
//! A set (세트) is no special thing: it is an item one of whose groups offers *items*
//! as choices. So options nest, sets hold drinks that hold ice, and one rule prices
//! and one rule checks all of it.
//!
//! Guarantees: a [`Menu`] is made only by [`Menu::new`], which refuses every reference
//! that leads nowhere, so that the code behind need not ask again.
//!
//! Deliberately absent: what is sold out today. That changes by the minute and is kept
//! on the [`shelf`](crate::shelf); the menu is one immutable snapshot named by a hash.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{CategoryId, ChoiceId, GroupId, ItemId, StationId};
use crate::money::Won;
use crate::shelf::StockKey;
use crate::tax::TaxClass;
use crate::text::Text;

pub mod check;
pub mod facts;

pub use check::{Flaw, Place};
pub use facts::{Allergen, Badge, Ground, Hours, Origin};

/// Eating here or taking away.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Dining {
    /// 매장: eaten in the store.
    #[default]
    EatIn,
    /// 포장: taken away.
    TakeOut,
}

impl Dining {
    /// Both ways.
    pub const ALL: [Dining; 2] = [Dining::EatIn, Dining::TakeOut];
}

/// A heading of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its name in files.
    pub id: CategoryId,
    /// What guests read.
    pub name: Text,
    /// Name of its picture.
    pub picture: String,
    /// Its items in the order of the screen. An item may stand in several categories.
    pub items: Vec<ItemId>,
}

/// A dish, a drink or a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name in files.
    pub id: ItemId,
    /// What guests read.
    pub name: Text,
    /// One sentence about it.
    pub description: Text,
    /// Price eaten in the store, tax included.
    pub price: Won,
    /// Price taken away, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_out_price: Option<Won>,
    /// How it may be had; both ways where the file does not say.
    #[serde(default = "both_ways")]
    pub dining: Vec<Dining>,
    /// Its tax class.
    #[serde(default)]
    pub tax: TaxClass,
    /// Where it is made.
    pub station: StationId,
    /// Name of its picture.
    pub picture: String,
    /// The tint behind the picture.
    #[serde(default)]
    pub ground: Ground,
    /// Small marks on its card.
    #[serde(default)]
    pub badges: Vec<Badge>,
    /// Questions to ask, in order: options and slots of a set.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// How many there are a day, where they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u32>,
    /// When it is sold; always where empty.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// What of the law's list of allergens is in it.
    #[serde(default)]
    pub allergens: Vec<Allergen>,
    /// 원산지: where its ingredients come from.
    #[serde(default)]
    pub origin: Vec<Origin>,
    /// True for drinks that need an identity check.
    #[serde(default)]
    pub alcohol: bool,
    /// 일회용컵 보증금: deposit for the cup when taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cup_deposit: Option<Won>,
    /// Its number at the counter POS.
    #[serde(default)]
    pub pos_code: String,
}

fn both_ways() -> Vec<Dining> {
    Dining::ALL.to_vec()
}

impl Item {
    /// The price of one, without options.
    pub fn base_price(&self, dining: Dining) -> Won {
        match dining {
            Dining::EatIn => self.price,
            Dining::TakeOut => self.take_out_price.unwrap_or(self.price),
        }
    }

    /// The deposit of one, without options.
    pub fn deposit(&self, dining: Dining) -> Won {
        match dining {
            Dining::EatIn => Won::ZERO,
            Dining::TakeOut => self.cup_deposit.unwrap_or_default(),
        }
    }
}

/// One question about an item: its options, or a slot of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name in files.
    pub id: GroupId,
    /// What guests read.
    pub name: Text,
    /// The fewest choices, counts added up. One or more makes the question a must.
    #[serde(default)]
    pub min: u32,
    /// The most choices, counts added up.
    pub max: u32,
    /// What can be chosen.
    #[serde(rename = "choice", alias = "choices")]
    pub choices: Vec<Choice>,
}

impl Group {
    /// The choice of that name.
    pub fn choice(&self, id: &ChoiceId) -> Option<&Choice> {
        self.choices.iter().find(|choice| &choice.id == id)
    }

    /// True for a slot of a set: its choices are items.
    pub fn is_slot(&self) -> bool {
        self.choices.iter().any(|choice| choice.item.is_some())
    }

    /// True where one must be chosen and no more than one can be.
    pub fn is_single(&self) -> bool {
        self.max == 1
    }
}

/// One answer to a group's question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its name in files.
    pub id: ChoiceId,
    /// What guests read; the item's name where it stands for an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// What it adds to the price of one.
    #[serde(default)]
    pub price: Won,
    /// How often it may be chosen for one.
    #[serde(default = "once")]
    pub max_each: u32,
    /// How often it is chosen before the guest says anything.
    #[serde(default)]
    pub default: u32,
    /// Further questions when it is chosen.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// The item that it stands for, in a slot of a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

fn once() -> u32 {
    1
}

/// The whole menu: an immutable snapshot. See [`Menu::new`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "MenuParts", try_from = "MenuParts")]
pub struct Menu {
    categories: Vec<Category>,
    items: BTreeMap<ItemId, Item>,
    groups: BTreeMap<GroupId, Group>,
}

/// A menu as files and wires carry it, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuParts {
    /// Headings, in order.
    #[serde(default, rename = "category")]
    pub categories: Vec<Category>,
    /// Items, in any order.
    #[serde(default, rename = "item")]
    pub items: Vec<Item>,
    /// Groups, in any order.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
}

impl From<Menu> for MenuParts {
    fn from(menu: Menu) -> MenuParts {
        MenuParts {
            categories: menu.categories,
            items: menu.items.into_values().collect(),
            groups: menu.groups.into_values().collect(),
        }
    }
}

/// For reading a menu off a wire: the first flaw, in words.
impl TryFrom<MenuParts> for Menu {
    type Error = Flaw;
    fn try_from(parts: MenuParts) -> Result<Menu, Flaw> {
        Menu::new(parts).map_err(|mut flaws| flaws.remove(0))
    }
}

impl Menu {
    /// Checks parts against every rule of [`check`] and makes a menu of them.
    ///
    /// # Errors
    /// Every flaw found, never an empty list.
    pub fn new(parts: MenuParts) -> Result<Menu, Vec<Flaw>> {
        let flaws = check::flaws(&parts);
        if !flaws.is_empty() {
            return Err(flaws);
        }
        Ok(Menu {
            categories: parts.categories,
            items: parts.items.into_iter().map(|i| (i.id.clone(), i)).collect(),
            groups: parts
                .groups
                .into_iter()
                .map(|g| (g.id.clone(), g))
                .collect(),
        })
    }

    /// Headings in the order of the screen.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// All items, by id.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// The item of that name.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.get(id)
    }

    /// The group of that name.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.get(id)
    }

    /// The groups of these names, in order. None is missing in a checked menu.
    pub fn groups_of<'a>(&'a self, ids: &'a [GroupId]) -> impl Iterator<Item = &'a Group> {
        ids.iter().filter_map(|id| self.groups.get(id))
    }

    /// What to ask when `choice` is taken: its own groups, then those of its item.
    pub fn questions_of<'a>(&'a self, choice: &'a Choice) -> Vec<&'a Group> {
        let of_item = choice.item.as_ref().and_then(|id| self.item(id));
        let item_groups = of_item
            .map(|item| item.groups.as_slice())
            .unwrap_or_default();
        self.groups_of(&choice.groups)
            .chain(self.groups_of(item_groups))
            .collect()
    }

    /// What guests read for a choice.
    pub fn choice_name<'a>(&'a self, choice: &'a Choice) -> Option<&'a Text> {
        let of_item = || {
            choice
                .item
                .as_ref()
                .and_then(|id| self.item(id))
                .map(|i| &i.name)
        };
        choice.name.as_ref().or_else(of_item)
    }

    /// Where the stock of a choice is counted: at its item, or by group and choice.
    pub fn stock_key(group: &Group, choice: &Choice) -> StockKey {
        match &choice.item {
            Some(item) => StockKey::item(item),
            None => StockKey::choice(&group.id, &choice.id),
        }
    }
}
