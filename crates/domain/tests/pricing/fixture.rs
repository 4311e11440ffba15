//! The hand-worked menu, and short ways to write baskets.

use soban_domain::cart::{Answer, Cart, CartLine, Chosen};
use soban_domain::ids::Slug;
use soban_domain::menu::{Dining, Menu, MenuParts};
use soban_domain::text::Note;

/// The parts of `menu.toml`, for tests that break them.
pub(crate) fn parts() -> MenuParts {
    toml::from_str(include_str!("menu.toml")).expect("menu.toml reads")
}

/// The menu of `menu.toml`.
pub(crate) fn menu() -> Menu {
    Menu::new(parts()).expect("menu.toml has no flaw")
}

/// A short name.
pub(crate) fn slug(text: &str) -> Slug {
    text.parse().expect("a test's name is a slug")
}

/// An answer: a group and its choices.
pub(crate) fn answer(group: &str, chosen: Vec<Chosen>) -> Answer {
    Answer {
        group: slug(group),
        chosen,
    }
}

/// `count` of a choice without questions of its own.
pub(crate) fn pick(choice: &str, count: u32) -> Chosen {
    deep(choice, count, vec![])
}

/// `count` of a choice and answers to its own questions.
pub(crate) fn deep(choice: &str, count: u32, answers: Vec<Answer>) -> Chosen {
    Chosen {
        choice: slug(choice),
        count,
        answers,
    }
}

/// A line without a memo.
pub(crate) fn line(item: &str, quantity: u32, answers: Vec<Answer>) -> CartLine {
    CartLine {
        item: slug(item),
        quantity,
        answers,
        memo: Note::default(),
    }
}

/// A basket to eat in.
pub(crate) fn eat_in(lines: Vec<CartLine>) -> Cart {
    Cart {
        dining: Dining::EatIn,
        lines,
    }
}

/// A basket to take out.
pub(crate) fn take_out(lines: Vec<CartLine>) -> Cart {
    Cart {
        dining: Dining::TakeOut,
        lines,
    }
}

/// Mild stew, as many as that.
pub(crate) fn mild_stew(quantity: u32) -> CartLine {
    line(
        "stew",
        quantity,
        vec![answer("spice", vec![pick("mild", 1)])],
    )
}

/// The lunch set with mild stew and these drinks.
pub(crate) fn lunch(quantity: u32, drinks: Vec<Chosen>) -> CartLine {
    let stew = deep("stew", 1, vec![answer("spice", vec![pick("mild", 1)])]);
    line(
        "set-lunch",
        quantity,
        vec![
            answer("main-slot", vec![stew]),
            answer("drink-slot", drinks),
        ],
    )
}
