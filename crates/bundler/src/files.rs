//! The folder in the making: files by path, written out in one swap.
//!
//! Guarantees: a name made by [`hashed`] changes with the content and only then; the
//! old folder stays whole until the new one is complete.
//! Deliberately absent: knowledge of what a file means.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::compress::{self, Packed};

/// Path below the folder, and content.
#[derive(Default)]
pub(crate) struct Files(BTreeMap<String, Vec<u8>>);

/// One line of `manifest.json`; sizes are bytes, absent where packing does not pay.
#[derive(Serialize)]
struct Entry {
    sha256: String,
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    br: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gz: Option<usize>,
}

/// What was written, in bytes.
pub(crate) struct Weight {
    /// Every file, unpacked.
    pub(crate) total: usize,
    /// What a browser that reads brotli loads before the guest sees the first screen:
    /// page, scripts, program and style, without fonts and pictures.
    pub(crate) guest: usize,
}

impl Files {
    /// Adds a file under its own name.
    pub(crate) fn put(&mut self, path: String, bytes: Vec<u8>) {
        self.0.insert(path, bytes);
    }

    /// Adds a file as `app/stem-hash.extension` and gives its name without `app/`.
    pub(crate) fn put_hashed(&mut self, stem: &str, extension: &str, bytes: Vec<u8>) -> String {
        let name = format!("{stem}-{}.{extension}", short_hash(&bytes));
        self.0.insert(format!("app/{name}"), bytes);
        name
    }

    /// How many files there are, packed copies not counted.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes all files, their packed copies and `manifest.json` in the place of `out`.
    pub(crate) fn write(&self, out: &Path) -> Result<Weight> {
        let packed = self.pack()?;
        let fresh = beside(out, "new");
        remove(&fresh)?;
        let mut manifest = BTreeMap::new();
        for ((path, bytes), packed) in self.0.iter().zip(&packed) {
            write(&fresh, path, bytes)?;
            for (suffix, copy) in [("br", &packed.br), ("gz", &packed.gz)] {
                if let Some(copy) = copy {
                    write(&fresh, &format!("{path}.{suffix}"), copy)?;
                }
            }
            manifest.insert(path.as_str(), entry(bytes, packed));
        }
        write(
            &fresh,
            "manifest.json",
            &serde_json::to_vec_pretty(&manifest)?,
        )?;
        swap(&fresh, out)?;
        Ok(weigh(&manifest))
    }

    /// Packs every file, each on a thread of its own: there are some dozens, and the
    /// two programs are nearly all of the work.
    fn pack(&self) -> Result<Vec<Packed>> {
        thread::scope(|scope| {
            let packing: Vec<_> = self
                .0
                .iter()
                .map(|(path, bytes)| scope.spawn(|| compress::pack(path, bytes)))
                .collect();
            packing
                .into_iter()
                .map(|one| match one.join() {
                    Ok(packed) => packed,
                    Err(_) => bail!("a packing thread stopped"),
                })
                .collect()
        })
    }
}

/// The first 16 hex digits of the content's SHA-256.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    let mut hash = full_hash(bytes);
    hash.truncate(16);
    hash
}

fn full_hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn entry(bytes: &[u8], packed: &Packed) -> Entry {
    Entry {
        sha256: full_hash(bytes),
        size: bytes.len(),
        br: packed.br.as_ref().map(Vec::len),
        gz: packed.gz.as_ref().map(Vec::len),
    }
}

fn weigh(manifest: &BTreeMap<&str, Entry>) -> Weight {
    let loaded_by_guest = |path: &str| {
        path.starts_with("guest.") || path.starts_with("app/guest") || path.ends_with(".css")
    };
    Weight {
        total: manifest.values().map(|entry| entry.size).sum(),
        guest: manifest
            .iter()
            .filter(|(path, _)| loaded_by_guest(path))
            .map(|(_, entry)| entry.br.unwrap_or(entry.size))
            .sum(),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Puts `fresh` in the place of `out`.
fn swap(fresh: &Path, out: &Path) -> Result<()> {
    let old = beside(out, "old");
    remove(&old)?;
    if out.exists() {
        fs::rename(out, &old).with_context(|| format!("cannot move {} away", out.display()))?;
    }
    fs::rename(fresh, out).with_context(|| format!("cannot put {} in place", out.display()))?;
    remove(&old)
}

fn beside(out: &Path, suffix: &str) -> PathBuf {
    out.with_extension(suffix)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot remove {}", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name must follow the content: the same bytes are put twice and once changed.
    #[test]
    fn a_hashed_name_follows_the_content() {
        let mut files = Files::default();
        let one = files.put_hashed("style", "css", b"a{}".to_vec());
        let same = files.put_hashed("style", "css", b"a{}".to_vec());
        let other = files.put_hashed("style", "css", b"b{}".to_vec());
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert_eq!(files.len(), 2);
        assert_eq!(one.len(), "style-0123456789abcdef.css".len());
    }

    /// No stale file may survive: a folder with an old file is replaced and its content
    /// compared name by name.
    #[test]
    fn writing_replaces_the_whole_folder() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("dist");
        fs::create_dir_all(out.join("app")).unwrap();
        fs::write(out.join("app/old-1.js"), "old").unwrap();
        let mut files = Files::default();
        files.put("guest.html".into(), b"<p>".repeat(100));
        files.put_hashed("staff", "js", b"let a=1;".repeat(100));
        let weight = files.write(&out).unwrap();
        assert!(!out.join("app/old-1.js").exists());
        assert!(!out.with_extension("old").exists());
        assert_eq!(weight.total, 300 + 800);
        let page = fs::metadata(out.join("guest.html.br")).unwrap().len();
        assert_eq!(
            weight.guest as u64, page,
            "the staff's script is not the guest's"
        );
    }

    /// The manifest must tell the truth: its sizes are compared with the files on disk.
    #[test]
    fn the_manifest_names_every_file_with_its_sizes() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("dist");
        let mut files = Files::default();
        files.put("app/icons/a.svg".into(), b"<svg>".repeat(50));
        files.put("app/fonts/t.woff2".into(), vec![7; 64]);
        files.write(&out).unwrap();
        let manifest: serde_json::Value =
            serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
        let icon = &manifest["app/icons/a.svg"];
        assert_eq!(icon["size"], 250);
        let gz = fs::metadata(out.join("app/icons/a.svg.gz")).unwrap().len();
        assert_eq!(icon["gz"], gz);
        assert_eq!(manifest["app/fonts/t.woff2"].get("br"), None);
        assert!(!out.join("app/fonts/t.woff2.br").exists());
    }
}
