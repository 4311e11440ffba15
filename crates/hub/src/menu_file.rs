//! `menu.toml`: read, checked, and refused with the line of each flaw.
//!
//! Guarantees: a file is taken whole or not at all.

use std::path::Path;

use serde::Deserialize;
use soban_domain::menu::{Category, Flaw, Group, Item, Menu, MenuParts};

pub use crate::place::Wrong;
use crate::place::read;

/// The largest menu file.
const BYTES_MOST: u64 = 4 * 1024 * 1024;
/// The format that this program reads.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuFile {
    version: toml::Spanned<u32>,
    #[serde(default)]
    category: Vec<Category>,
    #[serde(default)]
    item: Vec<Item>,
    #[serde(default)]
    group: Vec<Group>,
}

/// Reads a menu file.
///
/// # Errors
/// Everything that is wrong with it, each with its line; never an empty list.
pub fn read_menu(file: &Path) -> Result<Menu, Vec<Wrong>> {
    let text = read(file, BYTES_MOST).map_err(|wrong| vec![wrong])?;
    parse_menu(file, &text)
}

/// Reads a menu's text; `file` is only for the words.
///
/// # Errors
/// Everything that is wrong with it, each with its line; never an empty list.
pub fn parse_menu(file: &Path, text: &str) -> Result<Menu, Vec<Wrong>> {
    let parsed: MenuFile =
        toml::from_str(text).map_err(|error| vec![Wrong::toml(file, text, &error)])?;
    if *parsed.version.get_ref() != VERSION {
        let span = Some(parsed.version.span());
        let reason = format!("version is not {VERSION}, the one this program reads");
        return Err(vec![Wrong::at(file, text, span, reason)]);
    }
    let parts = MenuParts {
        categories: parsed.category,
        items: parsed.item,
        groups: parsed.group,
    };
    Menu::new(parts).map_err(|flaws| {
        flaws
            .iter()
            .map(|flaw| Wrong {
                file: file.to_owned(),
                line: find_line(text, flaw),
                reason: flaw.to_string(),
            })
            .collect()
    })
}

/// The line of a flaw: that of its field in the table with its id, else of the id.
fn find_line(text: &str, flaw: &Flaw) -> Option<usize> {
    let place = &flaw.place;
    let (header, id) = match place.kind {
        "choice" => (
            "[[group.choice]]",
            place
                .id
                .split_once('/')
                .map_or(place.id.as_str(), |(_, id)| id),
        ),
        "category" => ("[[category]]", place.id.as_str()),
        "group" => ("[[group]]", place.id.as_str()),
        "item" => ("[[item]]", place.id.as_str()),
        _ => return None,
    };
    let group = place.id.split_once('/').map(|(group, _)| group);
    let mut within_group = group.is_none();
    let mut within_kind = false;
    let mut found: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("[[") {
            if found.is_some() {
                break;
            }
            if line.starts_with("[[group]]") && group.is_some() {
                within_group = false;
            }
            within_kind = line.starts_with(header);
        }
        let value_of = |key: &str| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim().trim_start_matches('"').split('"').next())?
        };
        if value_of("id").is_some_and(|id| Some(id) == group) {
            within_group = true;
        }
        if within_kind && within_group && value_of("id") == Some(id) {
            found = Some(index + 1);
        }
        if found.is_some() && within_kind && value_of(place.field).is_some() {
            return Some(index + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"version = 1

[[category]]
id = "meals"
name = { ko = "식사", en = "Meals" }
picture = "rice"
items = ["soup"]

[[item]]
id = "soup"
name = { ko = "국", en = "Soup" }
description = { ko = "따뜻한 국", en = "Warm soup" }
price = 5000
station = "kitchen"
picture = "soup"
groups = ["size"]

[[group]]
id = "size"
name = { ko = "크기", en = "Size" }
min = 1
max = 1
[[group.choice]]
id = "big"
name = { ko = "큰", en = "Big" }
price = 500
"#;

    fn wrong(text: &str) -> Vec<(Option<usize>, String)> {
        let flaws = parse_menu(Path::new("menu.toml"), text).unwrap_err();
        flaws
            .into_iter()
            .map(|flaw| (flaw.line, flaw.reason))
            .collect()
    }

    /// Each kind of mistake is refused with its own line, by breaking a good file once.
    #[test]
    fn mistakes_are_named_with_their_line() {
        assert!(parse_menu(Path::new("menu.toml"), GOOD).is_ok());
        let cases = [
            ("price = 5000", "price = -1", 13, "-1 won is below zero"),
            ("price = 500\n", "price = -5\n", 26, "below zero"),
            (
                "items = [\"soup\"]",
                "items = [\"soop\"]",
                7,
                "no item is called \"soop\"",
            ),
            (
                "groups = [\"size\"]",
                "groups = [\"siez\"]",
                16,
                "no group is called",
            ),
            ("price = 5000", "price = \"5000\"", 13, "invalid type"),
            ("price = 5000", "prise = 5000", 13, "unknown field `prise`"),
            (
                "price = 5000",
                "price = 99999999999999999999",
                13,
                "expected i64",
            ),
            (
                "min = 1",
                "min = 3",
                21,
                "more is asked for than can be chosen",
            ),
            (
                "en = \"Soup\"",
                "en = \"So\\u0007up\"",
                11,
                "control character",
            ),
            ("version = 1", "version = 2", 1, "version is not 1"),
            (
                "id = \"soup\"",
                "id = \"Soup!\"",
                10,
                "an id has 1 to 40 characters",
            ),
        ];
        for (from, to, line, reason) in cases {
            let found = wrong(&GOOD.replacen(from, to, 1));
            assert!(
                found
                    .iter()
                    .any(|(l, r)| *l == Some(line) && r.contains(reason)),
                "{to}: {found:?}"
            );
        }
    }

    /// The sample store's menu is a good one, and as large as it says.
    #[test]
    fn the_sample_menu_is_good() {
        let menu = crate::sample::menu().unwrap();
        assert!(menu.items().count() >= 55);
    }
}
