//! Tells whether the folder was made from these very sources.
//!
//! Guarantees: a change of any source, or of this program, is seen. Deliberately
//! absent: file times, which a fresh checkout sets at random.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::sources::Sources;

/// The hash of all that goes in.
pub(crate) fn of(sources: &Sources) -> Result<String> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut hash = Sha256::new();
    add(&mut hash, &read(&program)?);
    for page in &sources.pages {
        add(&mut hash, page.program.as_bytes());
        add(&mut hash, page.template.as_bytes());
        add(&mut hash, &read(&page.wasm)?);
    }
    for style in &sources.styles {
        add(&mut hash, style.name.as_bytes());
        add(&mut hash, style.text.as_bytes());
    }
    for still in &sources.stills {
        add(&mut hash, still.name.as_bytes());
        add(&mut hash, &still.bytes);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// Whether `out` exists and was made under this stamp.
pub(crate) fn fits(out: &Path, stamp: &str) -> bool {
    out.join("manifest.json").is_file()
        && fs::read_to_string(place(out)).is_ok_and(|found| found == stamp)
}

/// Notes the stamp beside `out`.
pub(crate) fn leave(out: &Path, stamp: &str) -> Result<()> {
    fs::write(place(out), stamp).context("cannot note what the screens were made from")
}

fn place(out: &Path) -> PathBuf {
    out.with_extension("stamp")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Length first, so that no two lists of parts have the same bytes.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Style;

    fn sources(name: &str, text: &str) -> Sources {
        Sources {
            pages: Vec::new(),
            styles: vec![Style {
                name: name.into(),
                text: text.into(),
            }],
            stills: Vec::new(),
        }
    }

    /// Moving a letter from one part to the next must change the stamp.
    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = of(&sources("ab", "c")).unwrap();
        assert_ne!(one, of(&sources("a", "bc")).unwrap());
        assert_eq!(one, of(&sources("ab", "c")).unwrap());
    }

    /// A stamp without its folder must not count: the folder is removed after noting.
    #[test]
    fn a_stamp_needs_its_folder() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("dist");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("manifest.json"), "{}").unwrap();
        leave(&out, "1").unwrap();
        assert!(fits(&out, "1"));
        assert!(!fits(&out, "2"));
        fs::remove_dir_all(&out).unwrap();
        assert!(!fits(&out, "1"));
    }
}
