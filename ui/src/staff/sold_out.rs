//! What can be sold: a switch for each dish, and for each choice that is no dish.

use leptos::prelude::*;
use soban_domain::menu::{Category, Group, Item, Menu};
use soban_domain::shelf::{Level, StockKey};
use soban_domain::text::{Lang, Text};
use soban_protocol::endpoints::SetSoldOut;
use soban_protocol::staff::SetSoldOutRequest;

use crate::say;
use crate::staff::desk::Desk;

/// Switches by category, then by group of options.
pub(super) fn sold_out(desk: Desk) -> AnyView {
    let all = move || {
        let lang = desk.lang.get();
        desk.menu.get().map(|menu| {
            let dishes = sorted(&menu).into_iter();
            let dishes = dishes.map(|(category, items)| of_category(desk, category, &items));
            let groups = groups_of(&menu);
            let options = groups.into_iter().map(|group| of_group(desk, &menu, group));
            view! {
                {dishes.collect_view()}
                <h2 class="d-between">{say!(lang, staff.options)}</h2>
                {options.collect_view()}
            }
        })
    };
    view! { <div class="d-shelf">{all}</div> }.into_any()
}

fn of_category(desk: Desk, category: &Category, items: &[&Item]) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let items = items.iter();
    let switches = items.map(|item| switch(desk, lang, StockKey::item(&item.id), &item.name));
    section(category.name.get(lang), switches.collect_view())
}

/// Each dish once, in the last category that has it: the first ones are selections of
/// dishes that have their own place further down.
fn sorted(menu: &Menu) -> Vec<(&Category, Vec<&Item>)> {
    let categories = menu.categories();
    let mut sorted = Vec::new();
    for (at, category) in categories.iter().enumerate() {
        let later = &categories[at + 1..];
        let here = category.items.iter();
        let here = here.filter(|id| !later.iter().any(|other| other.items.contains(id)));
        let items: Vec<&Item> = here.filter_map(|id| menu.item(id)).collect();
        if !items.is_empty() {
            sorted.push((category, items));
        }
    }
    sorted
}

fn of_group(desk: Desk, menu: &Menu, group: &Group) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let switches = group.choices.iter().filter_map(|choice| {
        let name = menu.choice_name(choice)?;
        let key = StockKey::choice(&group.id, &choice.id);
        Some(switch(desk, lang, key, name))
    });
    section(group.name.get(lang), switches.collect_view())
}

fn section<V: IntoView>(name: &str, switches: V) -> impl IntoView + use<V> {
    view! {
        <section>
            <h3>{name.to_owned()}</h3>
            <div class="d-switches">{switches}</div>
        </section>
    }
}

/// Groups whose choices stand for themselves: those that stand for a dish are switched
/// with it.
fn groups_of(menu: &Menu) -> Vec<&Group> {
    let mut groups: Vec<&Group> = Vec::new();
    for item in menu.items() {
        for group in menu.groups_of(&item.groups) {
            let new = groups.iter().all(|known| known.id != group.id);
            if new && !group.is_slot() {
                groups.push(group);
            }
        }
    }
    groups
}

fn switch(desk: Desk, lang: Lang, key: StockKey, name: &Text) -> impl IntoView + use<> {
    let looked_up = key.clone();
    let level = Memo::new(move |_| {
        desk.board.with(|board| {
            let board = board.as_ref();
            board.map_or(Level::Plenty, |board| board.shelf.level(&looked_up))
        })
    });
    let out = move || level.get() == Level::SoldOut;
    let testid = format!("soldout-{key}");
    let press = move |_| {
        let sold_out = level.get_untracked() != Level::SoldOut;
        let key = key.clone();
        desk.decide::<SetSoldOut>(|staff, command| SetSoldOutRequest {
            staff,
            command,
            key,
            sold_out,
        });
    };
    let word = move || match level.get() {
        Level::Plenty => say!(lang, staff.on_sale),
        Level::Left(count) => say!(lang, staff.left, count = count.to_string()),
        Level::SoldOut => say!(lang, staff.out),
    };
    view! {
        <button
            type="button"
            class="d-switch"
            role="switch"
            aria-checked=move || (!out()).to_string()
            data-testid=testid
            disabled=move || desk.busy.get()
            on:click=press
        >
            <span>{name.get(lang).to_owned()}</span>
            <small>{word}</small>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use soban_domain::menu::Category;
    use soban_domain::menu::MenuParts;

    use super::*;

    fn text(name: &str) -> Text {
        Text {
            ko: name.to_owned(),
            en: name.to_owned(),
            ja: None,
            zh: None,
        }
    }

    /// A dish that stands in two categories has one switch, in the later of them; a
    /// category that is left with nothing is not shown.
    #[test]
    fn each_dish_has_one_switch() {
        let item = |id: &str| {
            serde_json::from_value(serde_json::json!({
                "id": id, "name": text(id), "description": text(id), "price": 1000,
                "station": "kitchen", "picture": id, "pos_code": id,
            }))
            .unwrap()
        };
        let category = |id: &str, items: &[&str]| Category {
            id: id.parse().unwrap(),
            name: text(id),
            picture: id.to_owned(),
            items: items.iter().map(|id| id.parse().unwrap()).collect(),
        };
        let menu = Menu::new(MenuParts {
            categories: vec![
                category("best", &["stew", "rice"]),
                category("stews", &["stew"]),
                category("sides", &["rice", "egg"]),
            ],
            items: vec![item("stew"), item("rice"), item("egg")],
            groups: Vec::new(),
        })
        .unwrap();
        let shown: Vec<(String, usize)> = sorted(&menu)
            .into_iter()
            .map(|(category, items)| (category.id.to_string(), items.len()))
            .collect();
        assert_eq!(shown, [("stews".to_owned(), 1), ("sides".to_owned(), 2)]);
    }
}
