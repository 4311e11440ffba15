//! Documents name what is there.

use crate::tree::{read, root, shown};

/// The words that begin a call-out.
const INVARIANT: &str = "**Architecture invariant:**";

/// A call-out's paragraph, and the tests it names.
struct CallOut {
    line: usize,
    tests: Vec<String>,
}

/// The call-outs of ARCHITECTURE.md. A test is named as `` test: `FILE::NAME` ``.
fn call_outs() -> Vec<CallOut> {
    let text = read(&root().join("ARCHITECTURE.md"));
    let mut found = Vec::new();
    let mut line = 1;
    for paragraph in text.split("\n\n") {
        if paragraph.contains(INVARIANT) {
            let flat = paragraph.replace("\n> ", " ").replace('\n', " ");
            let tests = flat.split("test: `").skip(1);
            let tests = tests.filter_map(|rest| rest.split('`').next());
            found.push(CallOut {
                line,
                tests: tests.map(str::to_owned).collect(),
            });
        }
        line += paragraph.matches('\n').count() + 2;
    }
    found
}

/// Where the contracts of the ports are: clauses that a macro makes tests of.
const CLAUSES: &str = "crates/testkit/src/conformance/";

/// True where a file holds a clause of that name and the list beside it has it too.
fn has_clause(file: &str, name: &str) -> bool {
    let text = read(&root().join(file));
    let within = file.strip_prefix(CLAUSES).unwrap_or_default();
    let list = match within.split_once('/') {
        Some((suite, _)) => read(&root().join(format!("{CLAUSES}{suite}.rs"))),
        None => text.clone(),
    };
    let named = |line: &str| line.trim().rsplit("::").next() == Some(name);
    text.contains(&format!("pub async fn {name}(")) && list.lines().any(named)
}

/// True where a file holds a test of that name: a function below a test's attribute.
fn has_test(text: &str, name: &str) -> bool {
    let needle = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(index, line)| {
        let above = &lines[index.saturating_sub(4)..index];
        line.contains(&needle)
            && above
                .iter()
                .any(|line| *line == "#[test]" || line.starts_with("#[tokio::test"))
    })
}

/// Every invariant of ARCHITECTURE.md names a test, and that test exists, by looking
/// for the function in the file.
#[test]
fn every_invariant_names_its_test() {
    let call_outs = call_outs();
    assert!(
        call_outs.len() >= 10,
        "only {} call-outs were found",
        call_outs.len()
    );
    let mut wrong = Vec::new();
    for call_out in call_outs {
        if call_out.tests.is_empty() {
            wrong.push(format!("line {}: names no test", call_out.line));
        }
        for test in call_out.tests {
            let there = test.split_once("::").is_some_and(|(file, name)| {
                let path = root().join(file);
                let clause = file.starts_with(CLAUSES);
                path.is_file()
                    && if clause {
                        has_clause(file, name)
                    } else {
                        has_test(&read(&path), name)
                    }
            });
            if !there {
                wrong.push(format!("line {}: there is no {test}", call_out.line));
            }
        }
    }
    let wrong = wrong.join("\n");
    assert!(
        wrong.is_empty(),
        "ARCHITECTURE.md, write test: `FILE::NAME`:\n{wrong}"
    );
}

/// Links from the documents to files of the project lead somewhere, by following each.
#[test]
fn links_lead_somewhere() {
    let mut files = vec![root().join("ARCHITECTURE.md"), root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("docs") {
            let path = entry.expect("an entry of docs").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                files.push(path);
            }
        }
    }
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let text = read(file);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = target.split('#').next().unwrap_or_default();
            let outside = path.contains("://") || path.starts_with("mailto:") || path.is_empty();
            let folder = file.parent().expect("a file has a folder");
            if !outside && !folder.join(path).exists() {
                wrong.push(format!("{}: {target}", shown(file)));
            }
        }
    }
    let wrong = wrong.join("\n");
    assert!(wrong.is_empty(), "these links lead nowhere:\n{wrong}");
}
