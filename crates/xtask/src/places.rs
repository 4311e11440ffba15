//! Where things lie. Deliberately absent: whether they exist.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders of this checkout.
pub(crate) struct Places {
    /// The project's root.
    pub(crate) root: PathBuf,
    /// Where cargo builds for this machine.
    pub(crate) target: PathBuf,
}

/// How much the compiler works on a native program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
    Dist,
}

impl Profile {
    /// Its name for `cargo --profile`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }
}

impl Places {
    /// Finds the checkout this program was built from.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("The project's root cannot be found")?
            .to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A native program.
    pub(crate) fn program(&self, name: &str, profile: Profile) -> PathBuf {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        self.target.join(profile.folder()).join(name)
    }

    /// Where the screens are compiled. A folder of its own: its flags differ, and they
    /// would rebuild everything native each time.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.root.join("target/wasm")
    }

    /// Where the screens' two wasm files come out.
    pub(crate) fn wasm_programs(&self) -> PathBuf {
        self.wasm_target().join("wasm32-unknown-unknown/wasm")
    }

    /// The bundled screens, as hub and shell serve them.
    pub(crate) fn ui_dist(&self) -> PathBuf {
        self.root.join("target/ui/dist")
    }

    /// The demo's data, if nothing else is asked for.
    pub(crate) fn demo_data(&self) -> PathBuf {
        self.root.join("target/demo-data")
    }
}
