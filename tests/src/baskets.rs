//! Baskets of the sample store.

use soban_domain::cart::{Answer, Cart, CartLine, Chosen};
use soban_domain::menu::Dining;
use soban_domain::text::Note;

/// A basket eaten in the store.
pub fn eat_in(lines: Vec<CartLine>) -> Cart {
    Cart {
        dining: Dining::EatIn,
        lines,
    }
}

/// A basket taken away.
pub fn take_out(lines: Vec<CartLine>) -> Cart {
    Cart {
        dining: Dining::TakeOut,
        lines,
    }
}

/// One of an item, nothing chosen.
pub fn plain(item: &str) -> CartLine {
    CartLine {
        item: item.parse().expect("an item's name is a slug"),
        quantity: 1,
        answers: Vec::new(),
        memo: Note::default(),
    }
}

/// So many of a line.
pub fn times(quantity: u32, line: CartLine) -> CartLine {
    CartLine { quantity, ..line }
}

/// A line with an answer: choices with how often each.
pub fn with(mut line: CartLine, group: &str, chosen: &[(&str, u32)]) -> CartLine {
    line.answers.push(answer(group, chosen));
    line
}

/// An answer: choices with how often each.
pub fn answer(group: &str, chosen: &[(&str, u32)]) -> Answer {
    Answer {
        group: group.parse().expect("a group's name is a slug"),
        chosen: chosen
            .iter()
            .map(|(choice, count)| Chosen {
                choice: choice.parse().expect("a choice's name is a slug"),
                count: *count,
                answers: Vec::new(),
            })
            .collect(),
    }
}

/// The same line with one choice of an answer answered further.
pub fn inside(mut line: CartLine, group: &str, choice: &str, answers: Vec<Answer>) -> CartLine {
    let chosen = line
        .answers
        .iter_mut()
        .filter(|answer| answer.group.as_str() == group)
        .flat_map(|answer| answer.chosen.iter_mut())
        .find(|chosen| chosen.choice.as_str() == choice);
    chosen.expect("the choice was made").answers = answers;
    line
}

/// 김치찌개, hot, with two bowls of rice: 9,500 + 500 + 2 × 1,000 = 12,000 won.
pub fn hot_stew() -> CartLine {
    let line = with(plain("kimchi-jjigae"), "spiciness", &[("hot", 1)]);
    with(line, "add-ons", &[("rice", 2)])
}

/// 혼밥 세트 with a mild stew and a large cola without ice: 13,900 + 700 = 14,600 won.
pub fn set_for_one() -> CartLine {
    let line = with(plain("set-solo"), "solo-main", &[("kimchi-jjigae", 1)]);
    let line = with(line, "solo-side", &[("egg-fry", 1)]);
    let line = with(line, "set-drink", &[("cola", 1)]);
    let line = inside(
        line,
        "solo-main",
        "kimchi-jjigae",
        vec![answer("spiciness", &[("mild", 1)])],
    );
    let line = inside(
        line,
        "solo-side",
        "egg-fry",
        vec![answer("egg-doneness", &[("soft", 1)])],
    );
    inside(
        line,
        "set-drink",
        "cola",
        vec![
            answer("cup-size", &[("large", 1)]),
            answer("ice-level", &[("none", 1)]),
        ],
    )
}

/// 해물파전: 14,000 won, nothing to choose.
pub fn pancake() -> CartLine {
    plain("haemul-pajeon")
}

/// 제로 콜라 from the bar: 2,500 won.
pub fn zero_cola() -> CartLine {
    plain("zero-cola")
}
