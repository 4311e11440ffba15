//! The sample store's menu, whole: every item, every choice, and baskets over it.

use std::path::Path;

use proptest::prelude::*;
use soban_domain::cart::{Answer, Cart, CartLine, Chosen};
use soban_domain::ids::GroupId;
use soban_domain::menu::{Choice, Dining, Group, Menu, MenuParts};
use soban_domain::pricing::{CartFault, LineFault, price};

use crate::dice::{dice, honest};
use crate::properties::sound;

/// `assets/sample/menu.toml`, but for the file's own version number, which is the
/// reader's business.
fn sample() -> Menu {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample/menu.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let mut table: toml::Table = text.parse().unwrap();
    assert!(table.remove("version").is_some());
    let parts: MenuParts = table.try_into().unwrap();
    Menu::new(parts).unwrap_or_else(|flaws| panic!("{flaws:?}"))
}

/// The fewest answers that a guest can give: presets, and first choices where a
/// question must be answered and nothing is chosen beforehand.
fn fewest(menu: &Menu, groups: &[&Group]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for group in groups {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut count = 0;
        let presets = group.choices.iter().filter(|choice| choice.default > 0);
        for choice in presets {
            chosen.push(take(menu, choice, choice.default));
            count += choice.default;
        }
        for choice in group.choices.iter().filter(|choice| choice.default == 0) {
            let more = choice.max_each.min(group.min.saturating_sub(count));
            if more > 0 {
                chosen.push(take(menu, choice, more));
                count += more;
            }
        }
        if !chosen.is_empty() {
            answers.push(Answer {
                group: group.id.clone(),
                chosen,
            });
        }
    }
    answers
}

fn take(menu: &Menu, choice: &Choice, count: u32) -> Chosen {
    Chosen {
        choice: choice.id.clone(),
        count,
        answers: fewest(menu, &menu.questions_of(choice)),
    }
}

/// Replaces the answer to one group.
fn with(answers: &[Answer], group: &GroupId, chosen: Vec<Chosen>) -> Vec<Answer> {
    let mut answers: Vec<Answer> = answers
        .iter()
        .filter(|a| &a.group != group)
        .cloned()
        .collect();
    answers.push(Answer {
        group: group.clone(),
        chosen,
    });
    answers
}

/// Every item can be ordered in every way that it is sold, with every choice of every
/// question it asks; each basket has a sound price.
#[test]
fn everything_on_the_menu_can_be_ordered() {
    let menu = sample();
    let mut choices = 0;
    for item in menu.items() {
        let groups: Vec<&Group> = menu.groups_of(&item.groups).collect();
        let least = fewest(&menu, &groups);
        let mut ways = vec![least.clone()];
        for group in &groups {
            for choice in &group.choices {
                let count = group.min.clamp(1, choice.max_each);
                if count >= group.min {
                    ways.push(with(&least, &group.id, vec![take(&menu, choice, count)]));
                    choices += 1;
                }
            }
        }
        for dining in Dining::ALL {
            for answers in &ways {
                let line = CartLine {
                    item: item.id.clone(),
                    quantity: 2,
                    answers: answers.clone(),
                    memo: Default::default(),
                };
                let lines = vec![line];
                let cart = Cart { dining, lines };
                match price(&menu, &cart) {
                    Ok(priced) => sound(&menu, &cart, &priced),
                    Err(CartFault::Line {
                        fault: LineFault::NotForDining(_),
                        ..
                    }) => {}
                    Err(fault) => panic!("{}: {fault}", item.id),
                }
            }
        }
    }
    assert!(choices > 100, "only {choices} choices were tried");
}

/// The menu exercises every rule that pricing knows, by looking for each.
#[test]
fn the_sample_exercises_every_rule() {
    use soban_domain::tax::TaxClass;
    let menu = sample();
    let items: Vec<_> = menu.items().collect();
    let groups: Vec<&Group> = items
        .iter()
        .flat_map(|item| menu.groups_of(&item.groups))
        .collect();
    let choices = || groups.iter().flat_map(|group| &group.choices);
    assert!(items.len() >= 55);
    let rules = [
        (
            "take-out price",
            items.iter().any(|i| i.take_out_price.is_some()),
        ),
        ("deposit", items.iter().any(|i| i.cup_deposit.is_some())),
        ("exempt", items.iter().any(|i| i.tax == TaxClass::Exempt)),
        ("alcohol", items.iter().any(|i| i.alcohol)),
        ("stock", items.iter().any(|i| i.stock.is_some())),
        ("hours", items.iter().any(|i| !i.hours.is_empty())),
        (
            "eat in only",
            items.iter().any(|i| i.dining == [Dining::EatIn]),
        ),
        ("a must", groups.iter().any(|g| g.min > 0)),
        ("counted", choices().any(|c| c.max_each > 1)),
        ("nested", choices().any(|c| !c.groups.is_empty())),
        ("set", groups.iter().any(|g| g.is_slot())),
        (
            "surcharge in a set",
            choices().any(|c| c.item.is_some() && c.price.is_positive()),
        ),
    ];
    for (rule, there) in rules {
        assert!(there, "no item of the sample menu has this: {rule}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any honest basket over the sample menu has a sound price or is not sold this way.
    #[test]
    fn baskets_of_the_sample_are_sound(mut dice in dice()) {
        let menu = sample();
        let cart = honest(&mut dice, &menu);
        match price(&menu, &cart) {
            Ok(priced) => sound(&menu, &cart, &priced),
            Err(CartFault::Line { fault: LineFault::NotForDining(_), .. }) => {}
            Err(fault) => prop_assert!(false, "{fault}"),
        }
    }
}
