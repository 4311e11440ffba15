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
static CHILDREN: Mutex<Vec<u32>> = Mutex::new(Vec::new());

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
        for child in children().iter() {
            tell(*child, "INT");
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
pub(crate) struct Watched(u32);

impl Watched {
    /// Takes note of a child just started, which leads its process group.
    pub(crate) fn new(id: u32) -> Self {
        let mut list = children();
        list.push(id);
        // The signal may have come before the child was on the list.
        if asked() {
            tell(id, "INT");
        }
        Self(id)
    }

    /// Tells the child to stop in an orderly way.
    pub(crate) fn stop(&self) {
        tell(self.0, "INT");
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        children().retain(|id| *id != self.0);
    }
}

fn children() -> std::sync::MutexGuard<'static, Vec<u32>> {
    CHILDREN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Tells a child and all it started, by the shell's own `kill`: a bare machine may lack the program of that name. Elsewhere
/// the console tells all its programs of Ctrl-C by itself.
fn tell(id: u32, signal: &str) {
    if cfg!(unix) {
        // A child that has just ended needs no telling, so the answer does not matter.
        let _ = Command::new("sh")
            .args(["-c", "kill -s \"$0\" -- \"-$1\" 2>/dev/null", signal])
            .arg(id.to_string())
            .status();
    }
}
