//! Weighs what a guest's phone has to load before it shows the first screen.
//!
//! Guarantees: counts the packed files as they go over the wire: page, scripts, program
//! and style. Deliberately absent: pictures and fonts, which come later and are kept.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::needs;
use crate::places::Places;
use crate::workshop::Workshop;

/// The line that is held: what the guest's program weighs now, rounded up. The aim is
/// 180 kB (docs/perf.md says what stands between).
const LIMIT: u64 = 240_000;

/// `cargo xtask size`: builds the screens and weighs them.
pub(crate) fn command(verbose: bool) -> Result<()> {
    let mut workshop = Workshop::open(verbose)?;
    workshop.steps.expect(3);
    let way = workshop.tools(needs::HUB)?;
    workshop.screens(&way)?;
    for (name, bytes) in files(&workshop.places.ui_dist())? {
        println!("{bytes:>9}  {name}");
    }
    let weight = check(&workshop.places)?;
    println!("{weight:>9}  bytes over the wire, of {LIMIT} allowed");
    Ok(())
}

/// Weighs the bundled screens; an error above the limit.
pub(crate) fn check(places: &Places) -> Result<u64> {
    let weight = files(&places.ui_dist())?
        .iter()
        .map(|(_, bytes)| bytes)
        .sum();
    if weight > LIMIT {
        bail!("The guest's screens weigh {weight} bytes over the wire; the limit is {LIMIT}");
    }
    Ok(weight)
}

/// The guest's files with their packed sizes, by name.
fn files(dist: &Path) -> Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    collect(dist, "", &mut found)
        .with_context(|| format!("There are no screens in {}", dist.display()))?;
    found.sort();
    if !found.iter().any(|(name, _)| name.ends_with(".wasm")) {
        bail!("There is no program of the guest in {}", dist.display());
    }
    Ok(found)
}

fn collect(dist: &Path, folder: &str, found: &mut Vec<(String, u64)>) -> Result<()> {
    for entry in fs::read_dir(dist.join(folder))? {
        let entry = entry?;
        let name = format!("{folder}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(dist, &format!("{name}/"), found)?;
        } else if is_loaded_first(&name) {
            let packed = fs::metadata(dist.join(format!("{name}.br")));
            found.push((name, packed.or_else(|_| entry.metadata())?.len()));
        }
    }
    Ok(())
}

/// By the bundler's names: page, programs and glue are `guest…`, the sheet `style-…`.
fn is_loaded_first(name: &str) -> bool {
    let ours = ["guest", "app/guest", "app/style"];
    let kinds = [".html", ".js", ".wasm", ".css"];
    ours.iter().any(|start| name.starts_with(start))
        && kinds.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist(wasm: usize) -> (tempfile::TempDir, Places) {
        let place = tempfile::tempdir().unwrap();
        let app = place.path().join("target/ui/dist/app");
        fs::create_dir_all(&app).unwrap();
        for (name, size) in [
            ("../guest.html", 300),
            ("guest-1.js", 9_000),
            ("guest-1.js.br", 2_000),
            ("guest-snippets-5/a/inline0.js", 50),
            ("guest_bg-2.wasm", 900_000),
            ("guest_bg-2.wasm.br", wasm),
            ("guest_bg-2.wasm.gz", 999_999),
            ("style-3.css.br", 100),
            ("style-3.css", 400),
            ("staff_bg-4.wasm", 999_999),
        ] {
            let path = app.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![0; size]).unwrap();
        }
        let root = place.path().to_owned();
        let target = root.join("target");
        (place, Places { root, target })
    }

    /// Packed files count, plain ones only where there is no packed one, and the
    /// staff's not at all: a folder with one of each is weighed.
    #[test]
    fn the_weight_is_what_goes_over_the_wire() {
        let (_place, places) = dist(100_000);
        assert_eq!(check(&places).unwrap(), 300 + 2_000 + 50 + 100_000 + 100);
    }

    /// The limit itself is allowed and one byte more is not.
    #[test]
    fn one_byte_too_many_is_refused() {
        let rest = 300 + 2_000 + 50 + 100;
        let limit = usize::try_from(LIMIT).unwrap();
        let (_kept, places) = dist(limit - rest);
        assert_eq!(check(&places).unwrap(), LIMIT);
        let (_kept, places) = dist(limit - rest + 1);
        assert!(check(&places).unwrap_err().to_string().contains("240001"));
    }

    /// A folder without the program must not pass as light.
    #[test]
    fn a_folder_without_a_program_is_refused() {
        let (_kept, places) = dist(1);
        fs::remove_file(places.ui_dist().join("app/guest_bg-2.wasm")).unwrap();
        assert!(
            check(&places)
                .unwrap_err()
                .to_string()
                .contains("no program")
        );
    }
}
