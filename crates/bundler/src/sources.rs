//! What goes in: found on disk and read once, in a fixed order.
//!
//! Guarantees that a missing file is named. Deliberately absent: any look into the
//! files' content.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::PROGRAMS;

/// Folders of `assets/` that the screens load from. The sample store's pictures are
/// not here: they belong to the store, and the hub serves them as its media.
const STILL_FOLDERS: [&str; 3] = ["fonts", "icons", "sounds"];

/// Style sheets that come before those of `ui/style`: the faces, then the tokens.
const SHARED_STYLES: [&str; 2] = ["assets/fonts/fonts.css", "assets/tokens.css"];

/// Everything the bundle is made of.
pub(crate) struct Sources {
    /// One page for each program.
    pub(crate) pages: Vec<Page>,
    /// Style sheets in the order they apply: the shared ones, then `ui/style` by name.
    pub(crate) styles: Vec<Style>,
    /// Fonts, icons and sounds.
    pub(crate) stills: Vec<Still>,
}

/// A screen program and the page that loads it.
pub(crate) struct Page {
    pub(crate) program: String,
    pub(crate) wasm: PathBuf,
    pub(crate) template: String,
}

/// One style sheet; the name serves error messages.
pub(crate) struct Style {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A file served as it is, by its name below `assets/`, such as `fonts/Text.woff2`.
pub(crate) struct Still {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Sources {
    /// Reads the sources below the project's `root` and the programs in `wasm`.
    pub(crate) fn find(root: &Path, wasm: &Path) -> Result<Self> {
        let pages = PROGRAMS
            .iter()
            .map(|program| page(root, wasm, program))
            .collect::<Result<_>>()?;
        let mut styles = SHARED_STYLES
            .iter()
            .map(|name| style(root, name))
            .collect::<Result<Vec<_>>>()?;
        for name in names_in(&root.join("ui/style"))? {
            if name.ends_with(".css") {
                styles.push(style(root, &format!("ui/style/{name}"))?);
            }
        }
        let mut stills = Vec::new();
        for folder in STILL_FOLDERS {
            collect_stills(&root.join("assets"), folder, &mut stills)?;
        }
        Ok(Self {
            pages,
            styles,
            stills,
        })
    }
}

fn page(root: &Path, wasm: &Path, program: &str) -> Result<Page> {
    let wasm = wasm.join(format!("{program}.wasm"));
    if !wasm.is_file() {
        bail!("the program {} was not built", wasm.display());
    }
    Ok(Page {
        program: program.to_owned(),
        wasm,
        template: text(root, &format!("ui/index/{program}.html"))?,
    })
}

fn style(root: &Path, name: &str) -> Result<Style> {
    Ok(Style {
        name: name.to_owned(),
        text: text(root, name)?,
    })
}

fn text(root: &Path, name: &str) -> Result<String> {
    fs::read_to_string(root.join(name)).with_context(|| format!("cannot read {name}"))
}

/// The names in a folder, sorted, so that the same tree gives the same bundle.
fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read folder {}", folder.display()))?
    {
        match entry?.file_name().into_string() {
            Ok(name) => names.push(name),
            Err(name) => bail!("{} has a name that is not UTF-8", name.to_string_lossy()),
        }
    }
    names.sort();
    Ok(names)
}

fn collect_stills(assets: &Path, folder: &str, stills: &mut Vec<Still>) -> Result<()> {
    if !assets.join(folder).is_dir() {
        return Ok(());
    }
    for name in names_in(&assets.join(folder))? {
        let name = format!("{folder}/{name}");
        let path = assets.join(&name);
        if path.is_dir() {
            collect_stills(assets, &name, stills)?;
        } else if !name.ends_with(".css") {
            let bytes = fs::read(&path).with_context(|| format!("cannot read assets/{name}"))?;
            stills.push(Still { name, bytes });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("assets/fonts/fonts.css", "f{}"),
            ("assets/fonts/T.woff2", "font"),
            ("assets/icons/deep/a.svg", "<svg/>"),
            ("assets/tokens.css", "t{}"),
            ("ui/style/b.css", "b{}"),
            ("ui/style/a.css", "a{}"),
            ("ui/style/notes.md", "no style"),
            ("ui/index/guest.html", "{head}"),
            ("ui/index/staff.html", "{head}"),
            ("wasm/guest.wasm", ""),
            ("wasm/staff.wasm", ""),
        ] {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        place
    }

    /// The order of sheets decides which rule wins, so it is fixed: a whole checkout is
    /// read and every list compared.
    #[test]
    fn sources_come_in_a_fixed_order() {
        let place = checkout();
        let sources = Sources::find(place.path(), &place.path().join("wasm")).unwrap();
        let styles: String = sources.styles.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(styles, "f{}t{}a{}b{}");
        let stills: Vec<&str> = sources.stills.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(stills, ["fonts/T.woff2", "icons/deep/a.svg"]);
        let pages: Vec<&str> = sources.pages.iter().map(|p| p.program.as_str()).collect();
        assert_eq!(pages, PROGRAMS);
    }

    /// What is missing must be named: each file that is a must is taken away once.
    #[test]
    fn a_missing_file_is_named() {
        for name in [
            "wasm/staff.wasm",
            "ui/index/guest.html",
            "assets/tokens.css",
        ] {
            let place = checkout();
            fs::remove_file(place.path().join(name)).unwrap();
            let found = Sources::find(place.path(), &place.path().join("wasm"));
            let error = format!("{:#}", found.map(|_| ()).unwrap_err());
            assert!(error.contains(name), "{name}: {error}");
        }
    }
}
