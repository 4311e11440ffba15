//! What a menu file can get wrong, found all at once and named with its place.
//!
//! Guarantees: after an empty list of flaws every reference resolves, every question
//! can be answered, nesting ends, and no price is negative.
//!
//! Deliberately absent: line numbers. The reader of the file knows those and adds them.

use std::collections::BTreeSet;
use std::fmt;

use thiserror::Error;

use crate::ids::{GroupId, ItemId};
use crate::menu::{Choice, Group, Item, MenuParts};
use crate::money::Won;
use crate::text::{Text, is_control};

/// How deep questions may nest: set, drink, size, and one more.
pub const DEPTH_MOST: usize = 4;
/// The most items of a menu.
pub const ITEMS_MOST: usize = 2_000;
/// The most characters of a name.
pub const NAME_MOST: usize = 60;
/// The most characters of a description.
pub const DESCRIPTION_MOST: usize = 200;
/// The highest price of an item or a choice.
pub const PRICE_MOST: Won = Won(100_000_000);
/// The most that a counted choice may be taken for one item.
pub const EACH_MOST: u32 = 20;

/// Where a flaw lies: the kind of thing, its name and the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `category`, `item`, `group`, or `menu`.
    pub kind: &'static str,
    /// The thing's id; a choice as `group/choice`.
    pub id: String,
    /// The field.
    pub field: &'static str,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} \"{}\", {}", self.kind, self.id, self.field)
    }
}

/// One thing wrong with a menu.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {reason}")]
pub struct Flaw {
    /// Where.
    pub place: Place,
    /// Why, as a clause.
    pub reason: String,
}

struct Finder<'a> {
    parts: &'a MenuParts,
    flaws: Vec<Flaw>,
}

/// Every flaw of a menu, in the order of the file's parts.
pub fn flaws(parts: &MenuParts) -> Vec<Flaw> {
    let mut finder = Finder {
        parts,
        flaws: Vec::new(),
    };
    finder.whole();
    for item in &parts.items {
        finder.item(item);
    }
    for group in &parts.groups {
        finder.group(group);
    }
    finder.flaws
}

impl Finder<'_> {
    fn add(
        &mut self,
        kind: &'static str,
        id: impl fmt::Display,
        field: &'static str,
        reason: impl Into<String>,
    ) {
        let place = Place {
            kind,
            id: id.to_string(),
            field,
        };
        self.flaws.push(Flaw {
            place,
            reason: reason.into(),
        });
    }

    fn whole(&mut self) {
        let parts = self.parts;
        if parts.categories.is_empty() {
            self.add("menu", "", "category", "there is no category");
        }
        if parts.items.len() > ITEMS_MOST {
            self.add(
                "menu",
                "",
                "item",
                format!("there are more than {ITEMS_MOST} items"),
            );
        }
        self.twice("category", parts.categories.iter().map(|c| c.id.as_str()));
        self.twice("item", parts.items.iter().map(|i| i.id.as_str()));
        self.twice("group", parts.groups.iter().map(|g| g.id.as_str()));
        for category in &parts.categories {
            self.text(
                "category",
                category.id.as_str(),
                "name",
                &category.name,
                NAME_MOST,
            );
            self.picture("category", category.id.as_str(), &category.picture);
            for id in &category.items {
                if self.item_of(id).is_none() {
                    self.add(
                        "category",
                        &category.id,
                        "items",
                        format!("no item is called \"{id}\""),
                    );
                }
            }
        }
    }

    fn twice<'b>(&mut self, kind: &'static str, ids: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.add(kind, id, "id", "this id is used twice");
            }
        }
    }

    fn item(&mut self, item: &Item) {
        let id = item.id.as_str();
        self.text("item", id, "name", &item.name, NAME_MOST);
        self.text(
            "item",
            id,
            "description",
            &item.description,
            DESCRIPTION_MOST,
        );
        self.picture("item", id, &item.picture);
        self.price("item", id, "price", item.price);
        if let Some(price) = item.take_out_price {
            self.price("item", id, "take_out_price", price);
        }
        if let Some(deposit) = item.cup_deposit {
            self.price("item", id, "cup_deposit", deposit);
        }
        if item.dining.is_empty() {
            self.add(
                "item",
                id,
                "dining",
                "it can neither be eaten in nor taken out",
            );
        }
        self.questions("item", id, &item.groups);
        if self.depth(&item.groups, DEPTH_MOST).is_none() {
            self.add(
                "item",
                id,
                "groups",
                format!("questions nest deeper than {DEPTH_MOST}"),
            );
        }
    }

    fn group(&mut self, group: &Group) {
        let id = group.id.as_str();
        self.text("group", id, "name", &group.name, NAME_MOST);
        self.twice("choice", group.choices.iter().map(|c| c.id.as_str()));
        let most: u32 = group
            .choices
            .iter()
            .map(|c| c.max_each.min(EACH_MOST))
            .sum();
        if group.max == 0 {
            self.add("group", id, "max", "nothing could be chosen");
        }
        if group.min > group.max || group.min > most {
            self.add("group", id, "min", "more is asked for than can be chosen");
        }
        let preset: u64 = group.choices.iter().map(|c| u64::from(c.default)).sum();
        if preset > u64::from(group.max) {
            self.add(
                "group",
                id,
                "default",
                "more is chosen beforehand than may be",
            );
        }
        for choice in &group.choices {
            self.choice(group, choice);
        }
    }

    fn choice(&mut self, group: &Group, choice: &Choice) {
        let id = format!("{}/{}", group.id, choice.id);
        self.price("choice", &id, "price", choice.price);
        if choice.max_each == 0 || choice.max_each > EACH_MOST {
            self.add(
                "choice",
                &id,
                "max_each",
                format!("it must be 1 to {EACH_MOST}"),
            );
        }
        if choice.default > choice.max_each {
            self.add("choice", &id, "default", "it is more than max_each");
        }
        match (&choice.name, &choice.item) {
            (None, None) => self.add("choice", &id, "name", "it has neither a name nor an item"),
            (Some(name), _) => self.text("choice", &id, "name", name, NAME_MOST),
            (None, Some(_)) => {}
        }
        if let Some(item) = &choice.item
            && self.item_of(item).is_none()
        {
            self.add(
                "choice",
                &id,
                "item",
                format!("no item is called \"{item}\""),
            );
        }
        self.questions("choice", &id, &choice.groups);
    }

    fn questions(&mut self, kind: &'static str, id: &str, groups: &[GroupId]) {
        for group in groups {
            if self.group_of(group).is_none() {
                self.add(
                    kind,
                    id,
                    "groups",
                    format!("no group is called \"{group}\""),
                );
            }
        }
        self.twice_named(kind, id, groups);
    }

    fn twice_named(&mut self, kind: &'static str, id: &str, groups: &[GroupId]) {
        let unique: BTreeSet<_> = groups.iter().collect();
        if unique.len() != groups.len() {
            self.add(kind, id, "groups", "the same group is asked twice");
        }
    }

    /// Levels below these groups, or `None` past `left`: a ring never ends.
    fn depth(&self, groups: &[GroupId], left: usize) -> Option<usize> {
        let known: Vec<&Group> = groups.iter().filter_map(|id| self.group_of(id)).collect();
        if known.is_empty() {
            return Some(0);
        }
        let next = left.checked_sub(1)?;
        let mut deepest = 0;
        for choice in known.iter().flat_map(|group| &group.choices) {
            let of_item = choice.item.as_ref().and_then(|id| self.item_of(id));
            let item_groups = of_item.map(|i| i.groups.as_slice()).unwrap_or_default();
            deepest = deepest
                .max(self.depth(&choice.groups, next)?)
                .max(self.depth(item_groups, next)?);
        }
        Some(deepest + 1)
    }

    fn text(
        &mut self,
        kind: &'static str,
        id: &str,
        field: &'static str,
        text: &Text,
        most: usize,
    ) {
        for version in text.versions() {
            if version.trim().is_empty() {
                self.add(kind, id, field, "a language is left empty");
            } else if version.chars().count() > most {
                self.add(
                    kind,
                    id,
                    field,
                    format!("it is longer than {most} characters"),
                );
            } else if version.chars().any(is_control) {
                self.add(kind, id, field, "it holds a control character");
            }
        }
    }

    fn picture(&mut self, kind: &'static str, id: &str, picture: &str) {
        if picture.parse::<crate::ids::Slug>().is_err() {
            self.add(
                kind,
                id,
                "picture",
                "a picture's name has 1 to 40 characters of a-z, 0-9 and -",
            );
        }
    }

    fn price(&mut self, kind: &'static str, id: &str, field: &'static str, price: Won) {
        if price < Won::ZERO {
            self.add(kind, id, field, format!("{price} won is below zero"));
        } else if price > PRICE_MOST {
            self.add(
                kind,
                id,
                field,
                format!("{price} won is more than {PRICE_MOST}"),
            );
        }
    }

    fn item_of(&self, id: &ItemId) -> Option<&Item> {
        self.parts.items.iter().find(|item| &item.id == id)
    }

    fn group_of(&self, id: &GroupId) -> Option<&Group> {
        self.parts.groups.iter().find(|group| &group.id == id)
    }
}
