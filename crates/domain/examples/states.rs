//! Writes `docs/state/*.md` from the machines' own tables: `cargo xtask states`.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/state");
    fs::create_dir_all(&folder)?;
    for (name, page) in soban_domain::machine::pages() {
        fs::write(folder.join(name), page)?;
    }
    Ok(())
}
