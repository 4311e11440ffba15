//! Makes a function of every key of `locales/`, so that the compiler checks them.
//!
//! Guarantees: every language has every key, with the same blanks (`{{ name }}`); a
//! difference stops the build and names the key. A plain key becomes `fn key(Lang)`, one
//! with blanks a type whose fields are the blanks.
//! Deliberately absent: plurals and dates. The texts are written so that none is needed;
//! the crates that know them bring ICU's data along, on both ends of the build.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// In the order of `soban_domain::text::Lang`.
const LANGUAGES: [&str; 4] = ["ko", "en", "ja", "zh"];

type Texts = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../locales");
    let mut languages = Vec::new();
    for language in LANGUAGES {
        let file = format!("../locales/{language}.json");
        let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
        let value = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        let mut texts = Texts::new();
        flatten("", &value, &mut texts);
        languages.push(texts);
    }
    check(&languages)?;
    let mut code = String::new();
    write_module(&mut code, &tree(&languages)?, &languages)?;
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("keys.rs"), code)?;
    Ok(())
}

/// Keys as paths: `pay.title`.
fn flatten(path: &str, value: &Value, texts: &mut Texts) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                flatten(&path, value, texts);
            }
        }
        Value::String(text) => drop(texts.insert(path.to_owned(), text.clone())),
        other => drop(texts.insert(path.to_owned(), other.to_string())),
    }
}

fn check(languages: &[Texts]) -> Result<(), String> {
    let keys: BTreeSet<&String> = languages.iter().flat_map(Texts::keys).collect();
    for key in keys {
        let mut blanks_before = None;
        for (texts, language) in languages.iter().zip(LANGUAGES) {
            let text = texts
                .get(key)
                .ok_or_else(|| format!("locales/{language}.json lacks `{key}`"))?;
            let here = blanks(text);
            if *blanks_before.get_or_insert_with(|| here.clone()) != here {
                return Err(format!("`{key}` has other blanks in {language}.json"));
            }
        }
    }
    Ok(())
}

/// The names in `{{ name }}`.
fn blanks(text: &str) -> BTreeSet<String> {
    text.split("{{")
        .skip(1)
        .filter_map(|part| part.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

/// A module of keys, or a key with its path.
enum Node {
    Module(BTreeMap<String, Node>),
    Key(String),
}

fn tree(languages: &[Texts]) -> Result<Node, String> {
    let mut root = BTreeMap::new();
    for path in languages.iter().take(1).flat_map(Texts::keys) {
        let mut here = &mut root;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                here.insert(part.to_owned(), Node::Key(path.clone()));
                break;
            }
            let below = here
                .entry(part.to_owned())
                .or_insert_with(|| Node::Module(BTreeMap::new()));
            match below {
                Node::Module(nodes) => here = nodes,
                Node::Key(_) => return Err(format!("`{path}` is a key and a section")),
            }
        }
    }
    Ok(Node::Module(root))
}

fn write_module(code: &mut String, node: &Node, languages: &[Texts]) -> Result<(), Box<dyn Error>> {
    let Node::Module(nodes) = node else {
        return Ok(());
    };
    for (name, node) in nodes {
        match node {
            Node::Module(_) => {
                writeln!(code, "pub mod r#{name} {{ use super::*;")?;
                write_module(code, node, languages)?;
                writeln!(code, "}}")?;
            }
            Node::Key(path) => write_key(code, name, path, languages)?,
        }
    }
    Ok(())
}

fn write_key(
    code: &mut String,
    name: &str,
    path: &str,
    languages: &[Texts],
) -> Result<(), Box<dyn Error>> {
    let texts: Vec<&str> = languages.iter().map(|texts| texts[path].as_str()).collect();
    let names = texts.first().map(|text| blanks(text)).unwrap_or_default();
    let arms = format!(
        "match lang {{ Lang::Ko => {:?}, Lang::En => {:?}, Lang::Ja => {:?}, Lang::Zh => {:?} }}",
        texts[0], texts[1], texts[2], texts[3]
    );
    if names.is_empty() {
        writeln!(
            code,
            "pub fn r#{name}(lang: Lang) -> &'static str {{ {arms} }}"
        )?;
        return Ok(());
    }
    let fields: String = names
        .iter()
        .map(|name| format!("pub r#{name}: &'a dyn Display, "))
        .collect();
    let values: String = names
        .iter()
        .map(|name| format!("({name:?}, self.r#{name}), "))
        .collect();
    writeln!(code, "pub struct r#{name}<'a> {{ {fields} }}")?;
    writeln!(
        code,
        "impl r#{name}<'_> {{ pub fn say(self, lang: Lang) -> String {{ fill({arms}, &[{values}]) }} }}"
    )?;
    Ok(())
}
