//! Answering an item's questions: which there are, what a tap does, what is still missing.
//!
//! Guarantees: the answers stay within what each group allows, so that the pricing function
//! finds no fault but what is still missing; a choice that falls away takes the answers
//! below it along.
//! Deliberately absent: prices and stock.

use soban_domain::cart::{Answer, CartLine, Chosen, preset_answers};
use soban_domain::ids::{ChoiceId, GroupId};
use soban_domain::menu::{Choice, Group, Item, Menu};

/// The choices that lead to a question, from the item down.
pub(super) type Path = Vec<(GroupId, ChoiceId)>;

/// A question to the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The choices that lead to it.
    pub(super) path: Path,
    /// What is asked.
    pub(super) group: Group,
}

/// The questions of a line as it is answered so far: each with those below its chosen
/// answers right behind it.
pub(super) fn questions(menu: &Menu, item: &Item, line: &CartLine) -> Vec<Question> {
    let mut found = Vec::new();
    let groups: Vec<&Group> = menu.groups_of(&item.groups).collect();
    gather(menu, &groups, &line.answers, &Path::new(), &mut found);
    found
}

fn gather(
    menu: &Menu,
    groups: &[&Group],
    answers: &[Answer],
    path: &Path,
    found: &mut Vec<Question>,
) {
    for group in groups {
        found.push(Question {
            path: path.clone(),
            group: (*group).clone(),
        });
        let answer = answers.iter().find(|answer| answer.group == group.id);
        for chosen in answer
            .map(|answer| answer.chosen.as_slice())
            .unwrap_or_default()
        {
            let Some(choice) = group.choice(&chosen.choice) else {
                continue;
            };
            let mut below = path.clone();
            below.push((group.id.clone(), choice.id.clone()));
            gather(
                menu,
                &menu.questions_of(choice),
                &chosen.answers,
                &below,
                found,
            );
        }
    }
}

fn at<'a>(mut answers: &'a [Answer], path: &[(GroupId, ChoiceId)]) -> Option<&'a [Answer]> {
    for (group, choice) in path {
        let answer = answers.iter().find(|answer| &answer.group == group)?;
        let chosen = answer
            .chosen
            .iter()
            .find(|chosen| &chosen.choice == choice)?;
        answers = &chosen.answers;
    }
    Some(answers)
}

fn at_mut<'a>(
    mut answers: &'a mut Vec<Answer>,
    path: &[(GroupId, ChoiceId)],
) -> Option<&'a mut Vec<Answer>> {
    for (group, choice) in path {
        let answer = answers.iter_mut().find(|answer| &answer.group == group)?;
        let chosen = answer
            .chosen
            .iter_mut()
            .find(|chosen| &chosen.choice == choice)?;
        answers = &mut chosen.answers;
    }
    Some(answers)
}

fn chosen_of<'a>(line: &'a CartLine, question: &Question) -> &'a [Chosen] {
    at(&line.answers, &question.path)
        .and_then(|answers| {
            answers
                .iter()
                .find(|answer| answer.group == question.group.id)
        })
        .map(|answer| answer.chosen.as_slice())
        .unwrap_or_default()
}

/// How often a choice is taken.
pub(super) fn count(line: &CartLine, question: &Question, choice: &ChoiceId) -> u32 {
    chosen_of(line, question)
        .iter()
        .find(|chosen| &chosen.choice == choice)
        .map_or(0, |chosen| chosen.count)
}

/// How many choices a question has, counts added up.
pub(super) fn answered(line: &CartLine, question: &Question) -> u32 {
    chosen_of(line, question)
        .iter()
        .fold(0, |sum, chosen| sum.saturating_add(chosen.count))
}

/// True where one more of a choice is allowed.
pub(super) fn has_room(line: &CartLine, question: &Question, choice: &Choice) -> bool {
    let here = count(line, question, &choice.id);
    here < choice.max_each && answered(line, question) < question.group.max
}

/// The first question that still needs an answer.
pub(super) fn missing(menu: &Menu, item: &Item, line: &CartLine) -> Option<Question> {
    questions(menu, item, line)
        .into_iter()
        .find(|question| answered(line, question) < question.group.min)
}

/// A tap on a choice: takes it, or lets it go. In a group of one it takes the place of the
/// other; a full group takes no more.
pub(super) fn tap(menu: &Menu, line: &mut CartLine, question: &Question, choice: &Choice) {
    let here = count(line, question, &choice.id);
    if here > 0 {
        // The one answer of a must can be changed, not taken back.
        if !(question.group.is_single() && question.group.min > 0) {
            set(menu, line, question, choice, 0);
        }
    } else if question.group.is_single() {
        for other in &question.group.choices {
            set(menu, line, question, other, 0);
        }
        set(menu, line, question, choice, 1);
    } else if has_room(line, question, choice) {
        set(menu, line, question, choice, 1);
    }
}

/// Takes a choice so many times; a fresh one with what is chosen below it beforehand.
pub(super) fn set(
    menu: &Menu,
    line: &mut CartLine,
    question: &Question,
    choice: &Choice,
    count: u32,
) {
    let Some(answers) = at_mut(&mut line.answers, &question.path) else {
        return;
    };
    let order: Vec<&ChoiceId> = question.group.choices.iter().map(|c| &c.id).collect();
    let place = answers.iter().position(|a| a.group == question.group.id);
    let place = place.unwrap_or_else(|| {
        answers.push(Answer {
            group: question.group.id.clone(),
            chosen: Vec::new(),
        });
        answers.len() - 1
    });
    let Some(answer) = answers.get_mut(place) else {
        return;
    };
    let there = answer.chosen.iter().position(|c| c.choice == choice.id);
    match (there, count) {
        (None, 0) => {}
        (Some(index), 0) => drop(answer.chosen.remove(index)),
        (Some(index), count) => answer.chosen[index].count = count,
        (None, count) => {
            let fresh = Chosen {
                choice: choice.id.clone(),
                count,
                answers: preset_answers(menu, menu.questions_of(choice)),
            };
            // In the menu's order, so that equal wishes join one line of the basket.
            let rank = |id: &ChoiceId| order.iter().position(|other| *other == id);
            let earlier = |there: &&Chosen| rank(&there.choice) < rank(&choice.id);
            let place = answer.chosen.iter().filter(earlier).count();
            answer.chosen.insert(place, fresh);
        }
    }
    answers.retain(|answer| !answer.chosen.is_empty());
}

#[cfg(test)]
mod tests {
    use soban_domain::menu::MenuParts;
    use soban_domain::pricing;

    use super::*;

    const MENU: &str = r#"{
        "category": [{"id": "c", "name": {"ko": "a", "en": "a"}, "picture": "p", "items": ["set"]}],
        "item": [
            {"id": "set", "name": {"ko": "a", "en": "Set"}, "description": {"ko": "a", "en": "a"},
             "price": 10000, "station": "k", "picture": "p", "groups": ["drink", "extra"]},
            {"id": "tea", "name": {"ko": "a", "en": "Tea"}, "description": {"ko": "a", "en": "a"},
             "price": 3000, "station": "k", "picture": "p", "groups": ["ice"]}
        ],
        "group": [
            {"id": "drink", "name": {"ko": "a", "en": "Drink"}, "min": 1, "max": 1,
             "choice": [{"id": "tea", "item": "tea"}, {"id": "water", "name": {"ko": "a", "en": "Water"}}]},
            {"id": "ice", "name": {"ko": "a", "en": "Ice"}, "min": 1, "max": 1,
             "choice": [{"id": "yes", "name": {"ko": "a", "en": "Yes"}}, {"id": "no", "name": {"ko": "a", "en": "No"}}]},
            {"id": "extra", "name": {"ko": "a", "en": "Extra"}, "min": 0, "max": 2,
             "choice": [{"id": "egg", "name": {"ko": "a", "en": "Egg"}, "price": 500, "max_each": 2},
                        {"id": "rice", "name": {"ko": "a", "en": "Rice"}, "price": 1000}]}
        ]
    }"#;

    fn menu() -> Menu {
        let parts: MenuParts = serde_json::from_str(MENU).unwrap();
        Menu::new(parts).unwrap()
    }

    fn question(menu: &Menu, item: &Item, line: &CartLine, group: &str) -> Question {
        questions(menu, item, line)
            .into_iter()
            .find(|question| question.group.id.as_str() == group)
            .unwrap()
    }

    fn press(menu: &Menu, line: &mut CartLine, group: &str, choice: &str) {
        let item = menu.item(&line.item).unwrap().clone();
        let question = question(menu, &item, line, group);
        let choice = question
            .group
            .choice(&choice.parse().unwrap())
            .unwrap()
            .clone();
        tap(menu, line, &question, &choice);
    }

    /// A set is answered by taps alone until the pricing function takes it: slot, the
    /// drink's own question below it, counted extras up to the group's bound.
    #[test]
    fn taps_lead_to_a_line_with_a_price() {
        let menu = menu();
        let item = menu.item(&"set".parse().unwrap()).unwrap().clone();
        let mut line = CartLine::preset(&menu, &item);
        assert_eq!(
            missing(&menu, &item, &line).unwrap().group.id.as_str(),
            "drink"
        );
        press(&menu, &mut line, "drink", "tea");
        assert_eq!(
            missing(&menu, &item, &line).unwrap().group.id.as_str(),
            "ice"
        );
        press(&menu, &mut line, "ice", "no");
        press(&menu, &mut line, "extra", "egg");
        press(&menu, &mut line, "extra", "rice");
        assert!(missing(&menu, &item, &line).is_none());
        let priced = pricing::price_line(&menu, &line, Default::default()).unwrap();
        assert_eq!(priced.unit.0, 11_500);
        let extra = question(&menu, &item, &line, "extra");
        assert!(!has_room(&line, &extra, &extra.group.choices[0]));
    }

    /// Another drink takes the first one's place and its ice with it; a must cannot be
    /// tapped away.
    #[test]
    fn a_must_is_changed_not_dropped() {
        let menu = menu();
        let item = menu.item(&"set".parse().unwrap()).unwrap().clone();
        let mut line = CartLine::preset(&menu, &item);
        press(&menu, &mut line, "drink", "tea");
        press(&menu, &mut line, "ice", "yes");
        press(&menu, &mut line, "drink", "water");
        assert!(missing(&menu, &item, &line).is_none());
        assert_eq!(questions(&menu, &item, &line).len(), 2);
        press(&menu, &mut line, "drink", "water");
        assert!(missing(&menu, &item, &line).is_none());
    }
}
