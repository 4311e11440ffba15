//! Words for paper, for the page that a phone comes home to and for what commands print,
//! out of `locales/`.

use std::collections::BTreeMap;

use serde_json::Value;
use soban_domain::slip::{MissingWord, Words};
use soban_domain::text::Lang;

const FILES: [(Lang, &str); 4] = [
    (Lang::Ko, include_str!("../../../locales/ko.json")),
    (Lang::En, include_str!("../../../locales/en.json")),
    (Lang::Ja, include_str!("../../../locales/ja.json")),
    (Lang::Zh, include_str!("../../../locales/zh.json")),
];

fn file(lang: Lang) -> Value {
    let text = FILES
        .iter()
        .find(|(l, _)| *l == lang)
        .map_or("", |(_, text)| *text);
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// Words for paper in every language.
///
/// # Errors
/// The first word that a language lacks; a test keeps that from happening.
pub(crate) fn paper() -> Result<BTreeMap<Lang, Words>, MissingWord> {
    let mut words = BTreeMap::new();
    for lang in Lang::ALL {
        let file = file(lang);
        let find = |key: &str| file["paper"][key].as_str().map(str::to_owned);
        words.insert(lang, Words::load(lang, find)?);
    }
    Ok(words)
}

/// A word of section `phone`, for the page that a payer's phone comes home to.
pub(crate) fn phone(lang: Lang, key: &str) -> String {
    word(lang, "phone", key)
}

/// A word of a section; its key where there is none.
pub(crate) fn word(lang: Lang, section: &str, key: &str) -> String {
    file(lang)[section][key].as_str().unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use soban_protocol::error::ErrorCode;

    use super::*;

    fn keys(value: &Value, path: &str, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    keys(value, &format!("{path}.{key}"), into);
                }
            }
            _ => {
                into.insert(path.to_owned());
            }
        }
    }

    fn all(lang: Lang) -> BTreeSet<String> {
        let mut into = BTreeSet::new();
        keys(&file(lang), "", &mut into);
        into
    }

    /// Every language has the same keys as Korean, none empty: compared as sets.
    #[test]
    fn languages_are_complete() {
        let korean = all(Lang::Ko);
        assert!(korean.len() > 100);
        for lang in Lang::ALL {
            let here = all(lang);
            let differ: Vec<_> = korean.symmetric_difference(&here).collect();
            assert!(differ.is_empty(), "{lang}: {differ:?}");
            assert!(
                !file(lang).to_string().contains(":\"\""),
                "{lang} has an empty text"
            );
        }
    }

    /// Paper, errors and the phone's page have all their words in every language.
    #[test]
    fn the_hub_finds_its_words() {
        paper().unwrap();
        for lang in Lang::ALL {
            for code in ErrorCode::ALL {
                assert!(
                    file(lang)["error"][code.key()].is_string(),
                    "{lang} error.{}",
                    code.key()
                );
            }
            for key in crate::pay_page::KEYS {
                assert!(file(lang)["phone"][key].is_string(), "{lang} phone.{key}");
            }
        }
    }
}
