//! How files are named and how long they may be.

use std::path::Path;

use crate::lexer::code_of;
use crate::tree::{read, rust_files, shown};

/// The most lines of a file.
const LINES_MOST: usize = 500;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "helpers", "helper", "common", "manager", "managers", "misc",
];

fn list(wrong: &[String]) -> String {
    wrong.join("\n")
}

/// No file is longer than a person reads at a sitting, by counting lines.
#[test]
fn files_are_short() {
    let wrong: Vec<String> = rust_files()
        .iter()
        .map(|file| (shown(file), read(file).lines().count()))
        .filter(|(_, lines)| *lines > LINES_MOST)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    let wrong = list(&wrong);
    assert!(
        wrong.is_empty(),
        "longer than {LINES_MOST} lines; split by subject:\n{wrong}"
    );
}

/// Modules live in files of their own names, never in a `mod.rs`.
#[test]
fn there_is_no_mod_rs() {
    let wrong: Vec<String> = rust_files()
        .iter()
        .filter(|file| file.ends_with("mod.rs"))
        .map(|file| shown(file))
        .collect();
    let wrong = list(&wrong);
    assert!(wrong.is_empty(), "name the file after its module:\n{wrong}");
}

/// No module's name is a drawer for everything, in files, folders or inline.
#[test]
fn names_say_what_is_inside() {
    let mut wrong = Vec::new();
    for file in rust_files() {
        let parts = Path::new(&shown(&file)).with_extension("");
        for part in parts
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
        {
            if EMPTY_NAMES.contains(&part.as_ref()) {
                wrong.push(shown(&file));
            }
        }
        let code = code_of(&read(&file));
        for word in code.split("mod ").skip(1) {
            let name: String = word.chars().take_while(|c| c.is_alphanumeric()).collect();
            if EMPTY_NAMES.contains(&name.as_str()) {
                wrong.push(format!("{}: mod {name}", shown(&file)));
            }
        }
    }
    let wrong = list(&wrong);
    assert!(wrong.is_empty(), "say what is inside instead:\n{wrong}");
}

/// No test is switched off: neither ignored nor left for later.
#[test]
fn no_test_is_switched_off() {
    let mut wrong = Vec::new();
    for file in rust_files() {
        let code = code_of(&read(&file));
        for mark in ["#[ignore", "unimplemented!(", "todo!("] {
            if code.contains(mark) {
                wrong.push(format!("{}: {mark}", shown(&file)));
            }
        }
    }
    let wrong = list(&wrong);
    assert!(
        wrong.is_empty(),
        "a test that does not run proves nothing:\n{wrong}"
    );
}

/// Every test says in a sentence what it is for and how it goes about it, by looking at
/// the lines above its attribute. Clauses of a contract become tests by a macro and say it
/// at the clause.
#[test]
fn tests_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for file in rust_files() {
        let text = read(&file);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (index, line) in lines.iter().enumerate() {
            let is_test = *line == "#[test]" || line.starts_with("#[tokio::test");
            let by_macro = lines
                .get(index + 1)
                .is_some_and(|next| next.contains("fn $"));
            let above = lines[..index].last().unwrap_or(&"");
            if is_test && !by_macro && !above.starts_with("///") {
                wrong.push(format!("{}:{}", shown(&file), index + 1));
            }
        }
    }
    let wrong = list(&wrong);
    assert!(
        wrong.is_empty(),
        "tests without a sentence above #[test]:\n{wrong}"
    );
}
