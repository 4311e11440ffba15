//! Runs one program of the machine.
//!
//! Guarantees: what `cargo xtask` itself was given by cargo is not handed on (it would
//! make a build under xtask differ from one by hand); no program waits for an answer on
//! standard input; of a quiet program the last lines are kept and shown if it fails.
//! Deliberately absent: shells.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::interrupt::{self, End, Watched};
use crate::places::Places;
use crate::steps::{Line, Voice};

/// How many lines of a failed program are shown.
const LINES_KEPT: usize = 400;

/// A program about to run.
pub(crate) struct Program {
    command: Command,
    shown: String,
}

impl Program {
    /// A program by name or path.
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(name.as_ref());
        command.stdin(Stdio::null());
        for (variable, _) in std::env::vars_os() {
            if variable.to_str().is_some_and(set_by_cargo_run) {
                command.env_remove(variable);
            }
        }
        Self {
            command,
            shown: short_name(name.as_ref()),
        }
    }

    /// `cargo` of the toolchain in use, at the project's root.
    pub(crate) fn cargo(places: &Places) -> Self {
        Self::new("cargo").within(&places.root)
    }

    /// Adds a word.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    /// Adds words.
    pub(crate) fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of its environment.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets where it runs.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What it prints, if it can be run and ends well.
    pub(crate) fn answer(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        let text = output.status.success().then_some(output.stdout)?;
        Some(String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// Whether it can be run and ends well.
    pub(crate) fn agrees(self) -> bool {
        self.answer().is_some()
    }

    /// Runs it as the step's voice wants; an error if it does not end well.
    pub(crate) fn run(self, line: &Line) -> Result<()> {
        match line.voice() {
            Voice::Quiet => self.run_quietly(line),
            Voice::Loud => self.run_aloud(|_| ()),
        }
    }

    /// Runs it with its output passed through; `hear` gets each line of standard output.
    pub(crate) fn run_aloud(mut self, mut hear: impl FnMut(&str)) -> Result<()> {
        self.command.stdout(Stdio::piped());
        let (mut child, watched) = self.start(End::Soon)?;
        if let Some(output) = child.stdout.take() {
            each_line(output, |line| {
                println!("{line}");
                hear(line);
            });
        }
        let status = child.wait().context("Waiting for a program failed")?;
        drop(watched);
        self.judge(status)
    }

    fn run_quietly(mut self, line: &Line) -> Result<()> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let (mut child, watched) = self.start(End::Soon)?;
        let kept = Mutex::new(VecDeque::new());
        let built = AtomicUsize::new(0);
        let hear = |text: &str| {
            if is_progress(text) {
                let crates = built.fetch_add(1, Ordering::Relaxed) + 1;
                line.progress(&format!("{crates} crates"));
            } else if text.contains("Blocking waiting for file lock") {
                line.announce("waiting for another cargo to finish");
            } else {
                keep(&kept, text);
            }
        };
        let outputs = (child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            scope.spawn(|| outputs.0.map(|output| each_line(output, hear)));
            scope.spawn(|| outputs.1.map(|output| each_line(output, hear)));
        });
        let status = child.wait().context("Waiting for a program failed")?;
        drop(watched);
        if !status.success() && !interrupt::asked() {
            line.make_room();
            for text in kept.lock().iter().flat_map(|kept| kept.iter()) {
                eprintln!("{text}");
            }
        }
        self.judge(status)
    }

    /// Starts it in a process group of its own, to be stopped with all it starts.
    pub(crate) fn start(&mut self, end: End) -> Result<(Child, Watched)> {
        interrupt::check()?;
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        let child = self
            .command
            .spawn()
            .with_context(|| format!("`{}` could not be started", self.shown))?;
        let watched = Watched::new(child.id(), end);
        Ok((child, watched))
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        interrupt::check()?;
        if !status.success() {
            bail!("`{}` failed ({status}); it says why above", self.shown);
        }
        Ok(())
    }
}

/// What `cargo run` puts into the environment of xtask alone.
fn set_by_cargo_run(variable: &str) -> bool {
    variable == "CARGO"
        || variable.starts_with("CARGO_MANIFEST_")
        || variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_BIN_")
}

fn short_name(name: &OsStr) -> String {
    Path::new(name)
        .file_name()
        .unwrap_or(name)
        .to_string_lossy()
        .into_owned()
}

/// Cargo's sign that one more crate is under way.
fn is_progress(line: &str) -> bool {
    ["Compiling ", "Checking ", "Downloaded ", "Downloading "]
        .iter()
        .any(|word| line.trim_start().starts_with(word))
}

fn keep(kept: &Mutex<VecDeque<String>>, line: &str) {
    let mut kept = kept
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if kept.len() == LINES_KEPT {
        kept.pop_front();
    }
    kept.push_back(line.to_owned());
}

fn each_line(output: impl Read, mut hear: impl FnMut(&str)) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    // A tool's output need not be UTF-8, and its end is the only way out.
    while output
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        hear(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines are cut at their ends, and bytes that are no text do not stop the rest.
    #[test]
    fn lines_survive_odd_bytes() {
        let mut lines = Vec::new();
        each_line(&b"one\r\n\xff two\n\nlast"[..], |line| {
            lines.push(line.to_owned())
        });
        assert_eq!(lines, ["one", "\u{fffd} two", "", "last"]);
    }

    /// The buffer of a quiet program is bounded: one line too many drops the oldest.
    #[test]
    fn only_the_last_lines_are_kept() {
        let kept = Mutex::new(VecDeque::new());
        for number in 0..=LINES_KEPT {
            keep(&kept, &number.to_string());
        }
        let kept = kept.into_inner().unwrap();
        assert_eq!(kept.len(), LINES_KEPT);
        assert_eq!(kept.front().map(String::as_str), Some("1"));
    }

    /// Progress is told from errors, which must be kept: one line of each kind.
    #[test]
    fn progress_is_not_mistaken_for_an_error() {
        assert!(is_progress("   Compiling serde v1.0.0"));
        assert!(is_progress("    Checking serde v1.0.0"));
        assert!(!is_progress("error: could not compile `serde`"));
        assert!(!is_progress("warning: Compiling is slow"));
    }

    /// Only what cargo tells xtask of itself is withheld; the user's own settings stay.
    #[test]
    fn the_users_settings_are_handed_on() {
        for withheld in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            assert!(set_by_cargo_run(withheld), "{withheld}");
        }
        for kept in ["CARGO_HOME", "CARGO_TARGET_DIR", "RUSTFLAGS", "PATH"] {
            assert!(!set_by_cargo_run(kept), "{kept}");
        }
    }

    /// A program that fails must be named with its words in the error.
    #[test]
    #[cfg(unix)]
    fn a_failure_names_the_program() {
        let error = Program::new("sh")
            .args(["-c", "exit 3"])
            .run_aloud(|_| ())
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`sh -c exit 3`") && text.contains('3'),
            "{text}"
        );
        let error = Program::new("/nowhere/no-such-program")
            .run_aloud(|_| ())
            .unwrap_err();
        assert!(format!("{error:#}").contains("`no-such-program` could not be started"));
    }

    /// What a program prints must reach the listener line by line.
    #[test]
    #[cfg(unix)]
    fn output_is_heard() {
        let mut heard = Vec::new();
        Program::new("sh")
            .args(["-c", "echo a; echo b"])
            .run_aloud(|line| heard.push(line.to_owned()))
            .unwrap();
        assert_eq!(heard, ["a", "b"]);
    }
}
