//! Kills this very program at a boundary of its ports, for the suite that looks at what
//! is left then.
//!
//! Guarantees: without one of the variables below nothing is wrapped and nothing is
//! counted; the kill is SIGKILL, so no destructor runs and nothing is flushed; what is
//! counted is written down before the kill, so that the parent can read where it struck.
//!
//! - `SOBAN_KILL_AT=n`: dies at the n-th boundary that is counted; with
//!   `gateway.approve/after/n` at the n-th of that call and side, which is the same point
//!   however the pumps take turns.
//! - `SOBAN_KILL_FROM=path`: counts from the moment at which that file is there, so that
//!   what a hub does at its start moves no number.
//! - `SOBAN_COUNT_TO=path`: adds a line for each counted boundary: number, call/side.
//!
//! Deliberately absent: boundaries that come by the clock (a neighbour asked how it is,
//! news of the POS asked for). They change nothing, and would make the same n another
//! point at each run; the commits that follow from them are counted. The whole module is
//! behind the feature `crash-points`, which no program that is shipped has.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use soban_engine::Parts;
use soban_engine::ports::boundary::{At, Boundary, Side, bound};

/// Calls that come by the clock and change nothing.
const BY_THE_CLOCK: [&str; 3] = ["pos.health", "pos.news", "printers.health"];

/// Puts a watcher around the ports where the environment asks for one.
///
/// # Errors
/// A variable that does not read, or a file that cannot be written, in words.
pub(crate) fn around(parts: Parts) -> Result<Parts, String> {
    Ok(match CrashPoints::asked_for()? {
        Some(points) => bound(parts, Arc::new(points)),
        None => parts,
    })
}

/// Counts boundaries, and dies at one.
struct CrashPoints {
    kill_at: Option<KillAt>,
    from: Option<PathBuf>,
    count: Mutex<Count>,
}

/// Where to die: at the n-th boundary, of all or of one kind.
struct KillAt {
    kind: Option<String>,
    number: u32,
}

impl KillAt {
    fn read(text: &str) -> Result<KillAt, String> {
        let (kind, number) = match text.rsplit_once('/') {
            Some((kind, number)) => (Some(kind.to_owned()), number),
            None => (None, text),
        };
        match number.parse() {
            Ok(number) if number > 0 => Ok(KillAt { kind, number }),
            _ => Err(format!(
                "SOBAN_KILL_AT is {text:?}, not a number from 1, nor call/side/number"
            )),
        }
    }
}

struct Count {
    passed: u32,
    of_kind: BTreeMap<String, u32>,
    begun: bool,
    to: Option<File>,
}

impl CrashPoints {
    fn asked_for() -> Result<Option<CrashPoints>, String> {
        let kill_at = match std::env::var("SOBAN_KILL_AT") {
            Ok(text) => Some(KillAt::read(&text)?),
            Err(_) => None,
        };
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        let to = match path("SOBAN_COUNT_TO") {
            Some(path) => Some(
                File::options()
                    .create(true)
                    .append(true)
                    .open(&path)
                    .map_err(|error| format!("SOBAN_COUNT_TO, {}: {error}", path.display()))?,
            ),
            None => None,
        };
        if kill_at.is_none() && to.is_none() {
            return Ok(None);
        }
        let from = path("SOBAN_KILL_FROM");
        let count = Mutex::new(Count {
            passed: 0,
            of_kind: BTreeMap::new(),
            begun: from.is_none(),
            to,
        });
        Ok(Some(CrashPoints {
            kill_at,
            from,
            count,
        }))
    }

    /// Counts one, and does not come back from the last. Whoever comes to another boundary
    /// meanwhile waits for the count, and dies there.
    fn count(&self, at: At) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if !count.begun {
            count.begun = self.from.as_ref().is_none_or(|from| from.exists());
        }
        if !count.begun {
            return;
        }
        count.passed = count.passed.saturating_add(1);
        let side = match at.side {
            Side::Before => "before",
            Side::After => "after",
        };
        let kind = format!("{}/{side}", at.call);
        let line = format!("{} {kind}\n", count.passed);
        if let Some(to) = &mut count.to {
            // The parent misses a line that is not there, and says so.
            let _ = to.write_all(line.as_bytes());
        }
        let of_kind = count.of_kind.entry(kind.clone()).or_default();
        *of_kind = of_kind.saturating_add(1);
        let of_kind = *of_kind;
        let struck = self.kill_at.as_ref().is_some_and(|at| match &at.kind {
            Some(wanted) => *wanted == kind && at.number == of_kind,
            None => at.number == count.passed,
        });
        if struck {
            die();
        }
    }
}

#[async_trait]
impl Boundary for CrashPoints {
    async fn pass(&self, at: At) {
        if !BY_THE_CLOCK.contains(&at.call) {
            self.count(at);
        }
    }
}

/// Ends this process at once, with nothing tidied up.
#[cfg(unix)]
fn die() -> ! {
    // It does not come back; where a system refuses, abort is as close as can be.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

/// Ends this process at once, with nothing tidied up.
#[cfg(not(unix))]
fn die() -> ! {
    std::process::abort()
}
