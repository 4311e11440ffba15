//! `soban-bundler ROOT WASM_DIR OUT_DIR`: the last step of building the screens.
//!
//! Takes the wasm of the two screen programs, the style sheets, the pages and the
//! still files of `assets/`, and leaves a folder that both the hub and the shell
//! serve as it is: `guest.html`, `staff.html`, and everything else under `app/`.
//!
//! Guarantees: what a page loads carries the hash of its content in its address, so
//! it may be cached for ever; no page contains an inline script; the folder is
//! swapped whole, so a server never sees half of it; the same input gives the same
//! bytes, and unchanged input is not bundled again.
//!
//! Deliberately absent: building the wasm (xtask does), and `wasm-opt`, which took
//! off 3 % for a tool more to install.

mod bindgen;
mod compress;
mod css;
mod files;
mod page;
mod sources;
mod stamp;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::files::Files;
use crate::sources::Sources;

/// The two screen programs: the guest's (kiosk, table, phone) and the staff's.
const PROGRAMS: [&str; 2] = ["guest", "staff"];

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).map(PathBuf::from).collect()) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The screens could not be bundled: {error:#}.");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<PathBuf>) -> Result<String> {
    let [root, wasm, out] = args.as_slice() else {
        bail!("usage is soban-bundler ROOT WASM_DIR OUT_DIR");
    };
    let sources = Sources::find(root, wasm)?;
    let stamp = stamp::of(&sources)?;
    if stamp::fits(out, &stamp) {
        return Ok("the screens are up to date".to_owned());
    }
    let files = bundle(&sources)?;
    let weight = files.write(out)?;
    stamp::leave(out, &stamp)?;
    Ok(format!(
        "{} files, {} kB, of which the guest's program {} kB over the wire",
        files.len(),
        weight.total / 1000,
        weight.guest / 1000
    ))
}

/// Makes every file of the folder, in memory.
fn bundle(sources: &Sources) -> Result<Files> {
    let mut files = Files::default();
    for still in &sources.stills {
        files.put(format!("app/{}", still.name), still.bytes.clone());
    }
    let style = css::sheet(&sources.styles, &sources.stills)?;
    let style = files.put_hashed("style", "css", style.into_bytes());
    for page in &sources.pages {
        let loaded = bindgen::link(&page.program, &page.wasm, &mut files)?;
        let html = page::render(&page.template, &loaded, &style, &sources.stills)
            .map_err(|error| error.context(format!("ui/index/{}.html", page.program)))?;
        files.put(format!("{}.html", page.program), html.into_bytes());
    }
    Ok(files)
}
