//! The basket: what a guest wants, before anything is promised.
//!
//! Guarantees: bounded in every direction. What the bounds and the menu allow is said
//! by [`crate::pricing`].
//!
//! Deliberately absent: prices. A basket from outside has no say in them.

#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use crate::ids::{ChoiceId, GroupId, ItemId};
use crate::menu::{Dining, Group, Item, Menu};
use crate::text::Note;

/// The most lines of a basket.
pub const LINES_MOST: usize = 50;
/// The most of one line.
pub const QUANTITY_MOST: u32 = 99;

/// What a guest has gathered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cart {
    /// Eating here or taking away.
    pub dining: Dining,
    /// Lines in the order of choosing.
    pub lines: Vec<CartLine>,
}

/// One line of a basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    /// What.
    pub item: ItemId,
    /// How many, 1 to [`QUANTITY_MOST`].
    pub quantity: u32,
    /// Answers to the item's questions.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// A word for the kitchen.
    #[serde(default)]
    pub memo: Note,
}

/// What was chosen in one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The group.
    pub group: GroupId,
    /// The choices, each at most once; counts say how often.
    pub chosen: Vec<Chosen>,
}

/// One choice, its count and the answers to its own questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// The choice.
    pub choice: ChoiceId,
    /// How often for one item.
    pub count: u32,
    /// Answers to its own questions.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

impl Cart {
    /// The number of things in it, quantities added up.
    pub fn pieces(&self) -> u32 {
        self.lines
            .iter()
            .map(|line| line.quantity)
            .fold(0, u32::saturating_add)
    }

    /// Adds a line; the same item with the same answers and memo joins the line that
    /// is there, as far as [`QUANTITY_MOST`] allows.
    pub fn add(&mut self, line: CartLine) {
        let same = |there: &&mut CartLine| {
            there.item == line.item && there.answers == line.answers && there.memo == line.memo
        };
        match self.lines.iter_mut().find(same) {
            Some(there) => {
                there.quantity = there
                    .quantity
                    .saturating_add(line.quantity)
                    .min(QUANTITY_MOST);
            }
            None => self.lines.push(line),
        }
    }
}

impl CartLine {
    /// One of an item with what is chosen beforehand.
    pub fn preset(menu: &Menu, item: &Item) -> CartLine {
        CartLine {
            item: item.id.clone(),
            quantity: 1,
            answers: preset_answers(menu, menu.groups_of(&item.groups).collect()),
            memo: Note::default(),
        }
    }
}

/// Answers that hold each group's preset choices, all the way down.
pub fn preset_answers(menu: &Menu, groups: Vec<&Group>) -> Vec<Answer> {
    groups
        .into_iter()
        .map(|group| Answer {
            group: group.id.clone(),
            chosen: group
                .choices
                .iter()
                .filter(|choice| choice.default > 0)
                .map(|choice| Chosen {
                    choice: choice.id.clone(),
                    count: choice.default,
                    answers: preset_answers(menu, menu.questions_of(choice)),
                })
                .collect(),
        })
        .filter(|answer| !answer.chosen.is_empty())
        .collect()
}
