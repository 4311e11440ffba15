//! Ctrl-C, a closed terminal, or a polite kill: what was started is told to stop.
//!
//! Guarantees: a child that runs, or starts while the signal arrives, is told once, with
//! all it started itself (each is a process group of its own, which Ctrl-C on the
//! terminal reaches through us alone); the command then ends by [`Interrupted`].
//! Deliberately absent: killing by name.

use std::fmt;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

static ASKED: AtomicBool = AtomicBool::new(false);
static CHILDREN: Mutex<Vec<(u32, End)>> = Mutex::new(Vec::new());

/// How a child is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As by Ctrl-C, which a program that stays answers in an orderly way.
    Orderly,
    /// For tools with nothing to put in order. Where this program was started in the
    /// background, they may have been told to take no notice of Ctrl-C.
    Soon,
}

impl End {
    fn signal(self) -> &'static str {
        match self {
            Self::Orderly => "INT",
            Self::Soon => "TERM",
        }
    }
}

/// The command ended because it was asked to.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Stopped, as asked")
    }
}

impl std::error::Error for Interrupted {}

/// Starts to listen for signals.
pub(crate) fn watch() -> Result<()> {
    ctrlc::set_handler(|| {
        ASKED.store(true, Ordering::SeqCst);
        for (child, end) in children().iter() {
            tell(*child, *end);
        }
    })
    .context("Ctrl-C cannot be listened for")
}

/// Whether the end was asked for.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Refuses to go on once the end was asked for.
pub(crate) fn check() -> Result<()> {
    if asked() {
        return Err(Interrupted.into());
    }
    Ok(())
}

/// A running child; told to stop when a signal comes, forgotten when dropped.
pub(crate) struct Watched(u32, End);

impl Watched {
    /// Takes note of a child just started, which leads its process group.
    pub(crate) fn new(id: u32, end: End) -> Self {
        let mut list = children();
        list.push((id, end));
        // The signal may have come before the child was on the list.
        if asked() {
            tell(id, end);
        }
        Self(id, end)
    }

    /// Tells the child to stop.
    pub(crate) fn stop(&self) {
        tell(self.0, self.1);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        children().retain(|(id, _)| *id != self.0);
    }
}

fn children() -> std::sync::MutexGuard<'static, Vec<(u32, End)>> {
    CHILDREN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Tells a child and all it started, by the shell's own `kill`: a bare machine may lack the program of that name. Elsewhere
/// the console tells all its programs of Ctrl-C by itself.
fn tell(id: u32, end: End) {
    if cfg!(unix) {
        // A child that has just ended needs no telling, so the answer does not matter.
        let _ = Command::new("sh")
            .args(["-c", "kill -s \"$0\" -- \"-$1\" 2>/dev/null", end.signal()])
            .arg(id.to_string())
            .status();
    }
}
