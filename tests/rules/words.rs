//! Words for people live in `locales/`.

use crate::lexer::words_of;
use crate::tree::{read, rust_files, shown};

/// Folders whose words are not the product's own screens and papers: the outside
/// world's stand-ins have pages of their own, and fakes hold made-up records.
const FREE: &[&str] = &["crates/sandbox/", "crates/testkit/", "tests/"];

/// Values of a vendor's protocol that is written in Korean; nobody reads them on a screen.
const PROTOCOLS: &[&str] = &["crates/payments/src/toss/words.rs"];

/// True for files that are compiled for tests alone.
fn is_test(file: &str) -> bool {
    let in_tests = file.contains("/tests/") || file.contains("/examples/");
    in_tests || file.ends_with("/tests.rs") || file.ends_with("_tests.rs")
}

fn is_hangul(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

/// No string of the product holds Hangul, by reading every literal outside tests.
#[test]
fn korean_lives_in_the_locales() {
    let mut wrong = Vec::new();
    for file in rust_files() {
        let name = shown(&file);
        let free = FREE.iter().any(|free| name.starts_with(free));
        if is_test(&name) || free || PROTOCOLS.contains(&name.as_str()) {
            continue;
        }
        for words in words_of(&read(&file)) {
            if words.text.chars().any(is_hangul) {
                wrong.push(format!("{name}:{}: {:?}", words.line, words.text));
            }
        }
    }
    let wrong = wrong.join("\n");
    assert!(
        wrong.is_empty(),
        "these words belong into locales/:\n{wrong}"
    );
}

/// Every language of the locales has the same keys as Korean, the first language, with
/// no text left empty, by comparing the files.
#[test]
fn languages_that_are_complete_stay_complete() {
    let complete = ["ko", "en"].map(|language| {
        let file = crate::tree::root().join(format!("locales/{language}.json"));
        let text = read(&file);
        let value: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", shown(&file)));
        let mut keys = Vec::new();
        keys_of("", &value, &mut keys);
        assert!(
            keys.len() > 50,
            "{} has only {} keys",
            shown(&file),
            keys.len()
        );
        keys
    });
    let [korean, english] = complete;
    let missing: Vec<_> = korean.iter().filter(|key| !english.contains(key)).collect();
    let extra: Vec<_> = english.iter().filter(|key| !korean.contains(key)).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "English lacks {missing:#?} and has of its own {extra:#?}"
    );
}

fn keys_of(path: &str, value: &serde_json::Value, keys: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                keys_of(&format!("{path}.{name}"), field, keys);
            }
        }
        serde_json::Value::String(text) => {
            assert!(!text.trim().is_empty(), "{path} is left empty");
            keys.push(path.to_owned());
        }
        other => panic!("{path} holds {other}, which is no text"),
    }
}
