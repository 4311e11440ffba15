//! Links a wasm program to its JavaScript glue and names both by their hash.
//!
//! Guarantees: the glue is made by the same version as the `wasm-bindgen` crate that
//! the program was built with (both are pinned in the workspace); the name and
//! producers sections are gone, which is most of the wasm's weight.
//! Deliberately absent: a default path to the wasm inside the glue: its name is not
//! known before its hash is.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::files::{Files, short_hash};

/// The names below `app/` of what one page loads.
pub(crate) struct Loaded {
    /// The module the page's only script tag names; it starts the program.
    pub(crate) boot: String,
    /// wasm-bindgen's glue.
    pub(crate) script: String,
    /// The program.
    pub(crate) wasm: String,
}

/// Links `wasm` and adds boot module, glue and program to `files`.
pub(crate) fn link(program: &str, wasm: &Path, files: &mut Files) -> Result<Loaded> {
    let place = wasm.with_extension("linked");
    if place.exists() {
        fs::remove_dir_all(&place).with_context(|| format!("cannot empty {}", place.display()))?;
    }
    Bindgen::new()
        .input_path(wasm)
        .out_name(program)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&place)
        .with_context(|| format!("wasm-bindgen cannot link {}", wasm.display()))?;
    let read = |name: String| {
        fs::read(place.join(&name)).with_context(|| format!("wasm-bindgen left no {name}"))
    };
    let wasm = files.put_hashed(
        &format!("{program}_bg"),
        "wasm",
        read(format!("{program}_bg.wasm"))?,
    );
    let glue = String::from_utf8(read(format!("{program}.js"))?)?;
    let glue = add_snippets(program, &place, glue, files)?;
    let script = files.put_hashed(program, "js", glue.into_bytes());
    let boot = boot_module(&script, &wasm);
    let boot = files.put_hashed(&format!("{program}-boot"), "js", boot.into_bytes());
    Ok(Loaded { boot, script, wasm })
}

/// A crate may bring JavaScript of its own, which the glue imports from `./snippets/`.
/// The folder gets the hash of all of it in its name, as everything cached for ever.
fn add_snippets(program: &str, place: &Path, glue: String, files: &mut Files) -> Result<String> {
    let mut found = Vec::new();
    collect(&place.join("snippets"), "", &mut found)?;
    if found.is_empty() {
        return Ok(glue);
    }
    let mut all = Vec::new();
    for (name, bytes) in &found {
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(bytes);
    }
    let folder = format!("{program}-snippets-{}", short_hash(&all));
    for (name, bytes) in found {
        files.put(format!("app/{folder}/{name}"), bytes);
    }
    Ok(glue.replace("./snippets/", &format!("./{folder}/")))
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// Starts the program. A browser too old for it leaves `data-boot="failed"` on the
/// page, which the page's style sheet turns into a notice.
fn boot_module(script: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{script}\";\n\
         const page = document.documentElement;\n\
         page.dataset.boot = \"loading\";\n\
         init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }})\n  \
           .then(() => {{ page.dataset.boot = \"ready\"; }})\n  \
           .catch((error) => {{ page.dataset.boot = \"failed\"; throw error; }});\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The boot module must load exactly the hashed files: both names are looked for.
    #[test]
    fn the_boot_module_names_both_files() {
        let module = boot_module("guest-1.js", "guest_bg-2.wasm");
        assert!(module.contains("from \"./guest-1.js\""));
        assert!(module.contains("new URL(\"./guest_bg-2.wasm\", import.meta.url)"));
    }

    /// Snippets are cached for ever, so their address must change with them: the same
    /// glue is bundled with two versions of one snippet.
    #[test]
    fn a_changed_snippet_changes_its_address() {
        let place = tempfile::tempdir().unwrap();
        let snippet = place.path().join("snippets/lib-1/inline0.js");
        fs::create_dir_all(snippet.parent().unwrap()).unwrap();
        let mut seen = Vec::new();
        for text in ["export const a = 1;", "export const a = 2;"] {
            fs::write(&snippet, text).unwrap();
            let mut files = Files::default();
            let glue = "import { a } from './snippets/lib-1/inline0.js';".to_owned();
            seen.push(add_snippets("guest", place.path(), glue, &mut files).unwrap());
            assert_eq!(files.len(), 1);
        }
        assert!(seen[0].contains("./guest-snippets-"));
        assert_ne!(seen[0], seen[1]);
    }
}
