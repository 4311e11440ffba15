//! Checks that the screens are built, and declares the commands that a window may be
//! allowed. A command that is not listed here can be called by no page.

use std::path::Path;
use std::process::ExitCode;

include!("src/commands/names.rs");

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=../target/ui/dist");
    println!("cargo:rerun-if-changed=src/commands/names.rs");
    if !Path::new("../target/ui/dist/guest.html").is_file() {
        println!("cargo:warning=The screens are not built yet: run `cargo xtask ui` first.");
        return ExitCode::FAILURE;
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    match tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo:warning=Tauri's settings do not fit: {error:#}");
            ExitCode::FAILURE
        }
    }
}
