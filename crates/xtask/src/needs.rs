//! What a step needs of the machine, how to see whether it is there, and how to get it.
//!
//! Guarantees: nothing is installed that is there already; what cannot be installed is
//! named in one sentence with the command to do it by hand.
//! Deliberately absent: package managers other than apt (the sentence names Debian's
//! packages), and anything downloaded past the package manager.

use std::env;
use std::path::Path;

use anyhow::{Result, bail};

use crate::program::Program;
use crate::steps::Line;

/// One thing a step needs.
pub(crate) struct Need {
    sign: Sign,
    /// Debian's package that brings it.
    package: &'static str,
}

/// How to see that it is there.
enum Sign {
    /// One of these programs can be found.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
    /// This file is there, for libraries that pkg-config does not know.
    File(&'static str),
    /// A font for this language is there.
    Font(&'static str),
}

const fn program(names: &'static [&'static str], package: &'static str) -> Need {
    Need {
        sign: Sign::Program(names),
        package,
    }
}

const fn library(name: &'static str, package: &'static str) -> Need {
    Need {
        sign: Sign::Library(name),
        package,
    }
}

/// To build anything: SQLite is compiled from its C source.
const COMPILER: &[Need] = &[program(&["cc"], "build-essential")];

/// To build the kiosk shell on Linux.
const SHELL: &[Need] = &[
    program(&["pkg-config"], "pkg-config"),
    library("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev"),
    library("gtk+-3.0", "libgtk-3-dev"),
    library("librsvg-2.0", "librsvg2-dev"),
    library("openssl", "libssl-dev"),
    library("ayatana-appindicator3-0.1", "libayatana-appindicator3-dev"),
    Need {
        sign: Sign::File("/usr/include/xdo.h"),
        package: "libxdo-dev",
    },
];

/// To show Korean on the screen.
const KOREAN: &[Need] = &[
    program(&["fc-list"], "fontconfig"),
    Need {
        sign: Sign::Font("ko"),
        package: "fonts-noto-cjk",
    },
];

/// To drive the screens in a browser and in the window, without a display.
const SUITES: &[Need] = &[
    program(&["Xvfb"], "xvfb"),
    program(&["xauth"], "xauth"),
    program(&["dbus-launch"], "dbus-x11"),
    program(&["WebKitWebDriver"], "webkit2gtk-driver"),
    program(
        &["chromium", "chromium-browser", "google-chrome"],
        "chromium",
    ),
    program(&["chromedriver"], "chromium-driver"),
    program(&["import"], "imagemagick"),
    program(&["socat"], "socat"),
];

/// Programs that judge ours: they read its bytes, its symbols and its drawings. One of
/// them is ImageMagick, which the suites above have.
const PEERS: &[Need] = &[
    program(&["python3"], "python3"),
    program(&["zbarimg"], "zbar-tools"),
    program(&["rsvg-convert"], "librsvg2-bin"),
];

/// For hub, sandbox and screens.
pub(crate) const HUB: &[&[Need]] = &[COMPILER];
/// For the kiosk window as well.
pub(crate) const WINDOW: &[&[Need]] = &[COMPILER, SHELL, KOREAN];
/// For all of the tests.
pub(crate) const EVERYTHING: &[&[Need]] = &[COMPILER, SHELL, KOREAN, SUITES, PEERS];

/// Debian's current Rust with the source of its standard library, beside rustup's.
pub(crate) const DEBIAN_RUST: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// Installs what of these is missing.
pub(crate) fn meet(needs: &[&[Need]], line: &Line) -> Result<()> {
    let packages = missing(needs);
    if packages.is_empty() {
        return Ok(());
    }
    install(&packages, line)?;
    let still = missing(needs);
    if still.is_empty() {
        return Ok(());
    }
    bail!(
        "{} installed, but what it should bring is still not to be found",
        list(&still)
    )
}

/// Sees to it that rustfmt and clippy are there: a minimal toolchain lacks them.
pub(crate) fn components(line: &Line) -> Result<()> {
    let there = || {
        ["fmt", "clippy"]
            .iter()
            .all(|name| Program::new("cargo").args([name, "--version"]).agrees())
    };
    if there() {
        return Ok(());
    }
    line.announce("adding rustfmt and clippy");
    let adding = Program::new("rustup").args(["component", "add", "rustfmt", "clippy"]);
    if adding.agrees() && there() {
        return Ok(());
    }
    bail!("The tests need rustfmt and clippy; please run `rustup component add rustfmt clippy`")
}

/// Installs Debian packages, or says in one sentence what to do by hand.
pub(crate) fn install(packages: &[&str], line: &Line) -> Result<()> {
    let Some(right) = Right::of_this_user() else {
        bail!("{}", by_hand(packages, find_program("apt-get")));
    };
    line.announce(&format!("installing {}", list(packages)));
    right.apt_get(&["update"]).run(line)?;
    let words = ["install", "-y", "--no-install-recommends"];
    let installed = right.apt_get(&words).args(packages).run(line);
    installed.map_err(|error| error.context(by_hand(packages, true)))
}

/// Whether a program of this name is on the path.
pub(crate) fn find_program(name: &str) -> bool {
    let Some(path) = env::var_os("PATH") else {
        return false;
    };
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    // Debian keeps some servers where an ordinary user's path does not lead.
    env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .any(|folder| folder.join(&name).is_file())
}

/// The packages that bring what is missing. Other systems carry their own web view and
/// compiler, or their builds say what they lack.
fn missing(needs: &[&[Need]]) -> Vec<&'static str> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    needs
        .iter()
        .flat_map(|needs| needs.iter())
        .filter(|need| !need.sign.is_there())
        .map(|need| need.package)
        .collect()
}

impl Sign {
    fn is_there(&self) -> bool {
        match self {
            Self::Program(names) => names.iter().any(|name| find_program(name)),
            Self::Library(name) => Program::new("pkg-config").args(["--exists", name]).agrees(),
            Self::File(path) => Path::new(path).exists(),
            Self::Font(language) => Program::new("fc-list")
                .arg(format!(":lang={language}"))
                .answer()
                .is_some_and(|fonts| !fonts.is_empty()),
        }
    }
}

/// By what right this user installs packages.
#[derive(Clone, Copy)]
enum Right {
    Root,
    Sudo,
}

impl Right {
    fn of_this_user() -> Option<Self> {
        if !find_program("apt-get") {
            return None;
        }
        if Program::new("id").arg("-u").answer().as_deref() == Some("0") {
            return Some(Self::Root);
        }
        // Without -n it would wait for a password that nobody sees it ask for.
        let sudo = Program::new("sudo").args(["-n", "true"]).agrees();
        sudo.then_some(Self::Sudo)
    }

    fn apt_get(self, words: &[&str]) -> Program {
        let program = match self {
            Self::Root => Program::new("apt-get"),
            Self::Sudo => Program::new("sudo").args(["-n", "apt-get"]),
        };
        program
            .arg("-q")
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive")
    }
}

fn by_hand(packages: &[&str], debian: bool) -> String {
    let packages = packages.join(" ");
    if debian {
        format!(
            "This needs packages that could not be installed from here; please run \
             `sudo apt-get update && sudo apt-get install -y {packages}`"
        )
    } else {
        format!(
            "This needs what Debian has in the packages {packages}; please install it the \
             way this system does"
        )
    }
}

fn list(packages: &[&str]) -> String {
    match packages {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} more packages", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A need is missing exactly if its sign is not there: one that exists everywhere
    /// stands beside one that exists nowhere.
    #[test]
    #[cfg(target_os = "linux")]
    fn only_what_is_not_there_is_missing() {
        let needs = [
            program(&["no-such-program", "sh"], "dash"),
            program(&["no-such-program"], "nothing-a"),
            Need {
                sign: Sign::File("/"),
                package: "base-files",
            },
            Need {
                sign: Sign::File("/no/such/file"),
                package: "nothing-b",
            },
        ];
        assert_eq!(missing(&[&needs]), ["nothing-a", "nothing-b"]);
    }

    /// The sentence must hold every package and, on Debian, a command to copy.
    #[test]
    fn the_sentence_says_what_to_run() {
        let sentence = by_hand(&["xvfb", "socat"], true);
        assert!(sentence.contains("`sudo apt-get update && sudo apt-get install -y xvfb socat`"));
        let elsewhere = by_hand(&["xvfb", "socat"], false);
        assert!(elsewhere.contains("xvfb socat") && !elsewhere.contains("apt-get"));
        for sentence in [sentence, elsewhere] {
            assert!(!sentence.contains('\n'), "one sentence, one line");
        }
    }

    /// A long list is shortened for the step's line: each length once.
    #[test]
    fn long_lists_are_shortened() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a and 2 more packages");
    }
}
