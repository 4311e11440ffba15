//! How to compile for wasm32 here: three ways, the first that works is taken.
//!
//! 1. The toolchain in use has the target already.
//! 2. `rustup target add` brings it.
//! 3. Debian's own Rust compiles the target's standard library along with the program,
//!    where rustup's server cannot be reached.
//!
//! Guarantees: a way that is ready is preferred, so that a second run needs no network;
//! every call of one way has the same flags, linker and folder, since a difference
//! would rebuild everything, the standard library included.
//! Deliberately absent: a target list in rust-toolchain.toml. Where the server cannot be
//! reached, every cargo call would fail for it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::needs;
use crate::places::Places;
use crate::program::Program;
use crate::steps::Line;

const TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Rust the workspace compiles with; older Debian packages are passed over.
const OLDEST_RUST: (u32, u32) = (1, 90);

/// The way found on this machine.
pub(crate) enum Way {
    /// The toolchain in use has the target.
    Target,
    /// Debian's Rust, with this linker.
    Debian { linker: PathBuf },
}

/// What the user may ask for in `SOBAN_WASM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Any,
    Rustup,
    Debian,
}

impl Wish {
    fn read(text: Option<&str>) -> Result<Self> {
        match text {
            None | Some("") => Ok(Self::Any),
            Some("rustup") => Ok(Self::Rustup),
            Some("debian") => Ok(Self::Debian),
            Some(other) => bail!("SOBAN_WASM is `{other}`, but must be `rustup` or `debian`"),
        }
    }
}

impl Way {
    /// Finds the way, installing what it needs.
    pub(crate) fn find(line: &Line) -> Result<Self> {
        let wish = Wish::read(env::var("SOBAN_WASM").ok().as_deref())?;
        if wish != Wish::Debian && target_is_there() {
            return Ok(Self::Target);
        }
        if wish != Wish::Rustup && debian_is_ready() {
            return Self::debian();
        }
        if wish != Wish::Debian && rustup_brings_it(line) {
            return Ok(Self::Target);
        }
        if wish == Wish::Rustup || !needs::find_program("apt-get") {
            bail!(
                "The screens need the target {TARGET}; please run `rustup target add {TARGET}` \
                 where rustup's server can be reached"
            );
        }
        needs::install(needs::DEBIAN_RUST, line)?;
        if !debian_is_ready() {
            bail!(
                "Debian's Rust is missing its library source or is older than {}.{}; please \
                 run `rustup target add {TARGET}` instead",
                OLDEST_RUST.0,
                OLDEST_RUST.1
            );
        }
        Self::debian()
    }

    fn debian() -> Result<Self> {
        let linker = linker().context(
            "The Rust toolchain has no rust-lld to link wasm with; please install one by \
             rustup, as https://rustup.rs says",
        )?;
        Ok(Self::Debian { linker })
    }

    /// `cargo build` for wasm, in its own folder and profile.
    pub(crate) fn build(&self, places: &Places) -> Program {
        let words = ["build", "--profile", "wasm", "--target", TARGET];
        let program = match self {
            Self::Target => Program::cargo(places).args(words),
            Self::Debian { linker } => debian_cargo(linker)
                .args(words)
                .args(["-Z", "build-std=std,panic_abort"]),
        };
        program
            .within(&places.root)
            .env("CARGO_TARGET_DIR", places.wasm_target())
    }
}

fn target_is_there() -> bool {
    Program::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .answer()
        .is_some_and(|folder| has_libraries(Path::new(&folder)))
}

/// The folder alone is not enough: an interrupted download may have left it empty.
fn has_libraries(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|files| {
        files.flatten().any(|file| {
            file.file_name()
                .to_str()
                .is_some_and(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
        })
    })
}

fn rustup_brings_it(line: &Line) -> bool {
    line.announce(&format!("asking rustup for {TARGET}"));
    Program::new("rustup")
        .args(["target", "add", TARGET])
        .env("RUSTUP_MAX_RETRIES", "1")
        .agrees()
        && target_is_there()
}

/// Debian's rustc and cargo are new enough, and the library's source is there.
fn debian_is_ready() -> bool {
    let new_enough = |name: &str| {
        Program::new(format!("/usr/bin/{name}"))
            .arg("--version")
            .answer()
            .and_then(|text| version(&text))
            .is_some_and(|version| version >= OLDEST_RUST)
    };
    new_enough("rustc") && new_enough("cargo") && debian_source().is_some()
}

fn debian_source() -> Option<PathBuf> {
    let sysroot = Program::new("/usr/bin/rustc")
        .args(["--print", "sysroot"])
        .answer()?;
    let source = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    source.exists().then_some(source)
}

/// The numbers in `rustc 1.96.0 (…)`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// rustup's `rust-lld`: Debian 12's own lld is too old for today's wasm.
fn linker() -> Option<PathBuf> {
    let sysroot = Program::new("rustc")
        .args(["--print", "sysroot"])
        .answer()?;
    let host = host(&Program::new("rustc").arg("-vV").answer()?)?;
    let linker = Path::new(&sysroot)
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    linker.exists().then_some(linker)
}

fn host(verbose_version: &str) -> Option<String> {
    let line = verbose_version.lines();
    line.filter_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .next()
}

/// Debian's cargo, freed from what rustup's wrappers put into the environment.
fn debian_cargo(linker: &Path) -> Program {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from("/usr/bin")).chain(env::split_paths(&path));
    let program = Program::new("/usr/bin/cargo")
        .without_env("RUSTUP_TOOLCHAIN")
        .without_env("LD_LIBRARY_PATH")
        .env("RUSTC", "/usr/bin/rustc")
        // -Z is for nightly compilers; Debian's is a stable one that can do the same.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    match env::join_paths(folders) {
        Ok(path) => program.env("PATH", path),
        Err(_) => program,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Versions are read as compilers print them, and nonsense is no version.
    #[test]
    fn versions_are_read() {
        for (text, expected) in [
            ("rustc 1.96.0 (ac68faa20 2026-05-25)", Some((1, 96))),
            ("cargo 1.63.0", Some((1, 63))),
            ("rustc", None),
            ("rustc one.two", None),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
        assert!((1, 63) < OLDEST_RUST && (2, 0) > OLDEST_RUST);
    }

    /// The host is found wherever it stands in the compiler's answer.
    #[test]
    fn the_host_is_found() {
        let answer = "rustc 1.96.0\nbinary: rustc\nhost: aarch64-unknown-linux-gnu\nrelease: 1";
        assert_eq!(host(answer).as_deref(), Some("aarch64-unknown-linux-gnu"));
        assert_eq!(host("rustc 1.96.0"), None);
    }

    /// A wish is one of two words; any other is refused with both named.
    #[test]
    fn a_wish_is_understood_or_refused() {
        assert_eq!(Wish::read(None).unwrap(), Wish::Any);
        assert_eq!(Wish::read(Some("rustup")).unwrap(), Wish::Rustup);
        assert_eq!(Wish::read(Some("debian")).unwrap(), Wish::Debian);
        let error = Wish::read(Some("nix")).unwrap_err().to_string();
        assert!(
            error.contains("`nix`") && error.contains("`debian`"),
            "{error}"
        );
    }

    /// An empty folder is no target: the same folder is tried before and after a
    /// library lies in it.
    #[test]
    fn a_target_needs_its_library() {
        let place = tempfile::tempdir().unwrap();
        assert!(!has_libraries(place.path()));
        std::fs::write(place.path().join("libstd-0123.rlib"), "").unwrap();
        assert!(has_libraries(place.path()));
        assert!(!has_libraries(&place.path().join("none")));
    }
}
