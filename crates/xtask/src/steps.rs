//! Says what is being done: `[2/6] build screens … 41 s`.
//!
//! Guarantees: a quiet step keeps to one line on a terminal, and elsewhere too if it is
//! short; a long one gives a sign of life each minute. Deliberately absent: guesses of
//! the time left.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::interrupt;

/// Between two signs of life where there is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);

/// The steps of one command.
pub(crate) struct Steps {
    total: usize,
    done: Vec<Done>,
    terminal: bool,
    verbose: bool,
}

/// A step that ended.
pub(crate) struct Done {
    pub(crate) name: String,
    pub(crate) took: Duration,
    pub(crate) fine: bool,
}

/// Whether a step's tools are heard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// Only if they fail.
    Quiet,
    /// As they speak.
    Loud,
}

/// The line of the step under way.
pub(crate) struct Line {
    head: String,
    start: Instant,
    terminal: bool,
    voice: Voice,
    state: Mutex<State>,
}

/// Where the output stands.
struct State {
    /// The cursor is still behind the step's head.
    open: bool,
    /// The last sign of life.
    said: Instant,
}

impl Steps {
    /// Steps for an output that is or is not a terminal.
    pub(crate) fn new(verbose: bool) -> Self {
        Self {
            total: 0,
            done: Vec::new(),
            terminal: std::io::stdout().is_terminal(),
            verbose,
        }
    }

    /// Announces how many steps there will be.
    pub(crate) fn expect(&mut self, total: usize) {
        self.total = total;
    }

    /// Does one step whose tools are heard only if they fail.
    pub(crate) fn quiet<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&Line) -> Result<T>,
    ) -> Result<T> {
        let voice = if self.verbose {
            Voice::Loud
        } else {
            Voice::Quiet
        };
        self.step(name, voice, work)
    }

    /// Does one step whose tools speak for themselves.
    pub(crate) fn loud<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&Line) -> Result<T>,
    ) -> Result<T> {
        self.step(name, Voice::Loud, work)
    }

    /// Takes note of a step that could not be done because an earlier one failed.
    pub(crate) fn skip(&mut self, name: &str) {
        println!("[{}/{}] {name} … left out", self.done.len() + 1, self.total);
        self.note(name, Duration::ZERO, false);
    }

    /// The steps so far.
    pub(crate) fn done(&self) -> &[Done] {
        &self.done
    }

    fn step<T>(
        &mut self,
        name: &str,
        voice: Voice,
        work: impl FnOnce(&Line) -> Result<T>,
    ) -> Result<T> {
        interrupt::check()?;
        let head = format!("[{}/{}] {name} …", self.done.len() + 1, self.total);
        let line = Line::begin(head, self.terminal, voice);
        let result = work(&line);
        line.end(result.is_ok());
        self.note(name, line.start.elapsed(), result.is_ok());
        interrupt::check()?;
        result
    }

    fn note(&mut self, name: &str, took: Duration, fine: bool) {
        self.done.push(Done {
            name: name.to_owned(),
            took,
            fine,
        });
    }
}

impl Line {
    fn begin(head: String, terminal: bool, voice: Voice) -> Self {
        let start = Instant::now();
        let open = voice == Voice::Quiet;
        if open {
            print!("{head}");
            flush();
        } else {
            println!("{head}");
        }
        Self {
            head,
            start,
            terminal,
            voice,
            state: Mutex::new(State { open, said: start }),
        }
    }

    /// Whether this step's tools are heard.
    pub(crate) fn voice(&self) -> Voice {
        self.voice
    }

    /// Says at once what the step is waiting for, such as an installation.
    pub(crate) fn announce(&self, what: &str) {
        self.say(what, &mut self.state());
    }

    /// Says how far the step is, such as `132 crates`, if it is time to.
    pub(crate) fn progress(&self, far: &str) {
        let mut state = self.state();
        if self.terminal || state.said.elapsed() >= SIGN_OF_LIFE {
            self.say(far, &mut state);
        }
    }

    /// Makes room for a tool's own output below a line that is still open.
    pub(crate) fn make_room(&self) {
        close(&mut self.state());
    }

    fn end(&self, fine: bool) {
        let mut state = self.state();
        let failed = if fine { "" } else { ", failed" };
        let took = words(self.start.elapsed());
        if state.open && !self.terminal {
            println!(" {took}{failed}");
        } else {
            self.erase(&state);
            println!("{} {took}{failed}", self.head);
        }
        state.open = false;
    }

    fn say(&self, what: &str, state: &mut State) {
        let now = format!("{} {}, {what}", self.head, words(self.start.elapsed()));
        if self.terminal && state.open {
            self.erase(state);
            print!("{now}");
            flush();
        } else {
            close(state);
            println!("{now}");
        }
        state.said = Instant::now();
    }

    fn erase(&self, state: &State) {
        if self.terminal && state.open {
            print!("\r\x1b[2K");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn close(state: &mut State) {
    if state.open {
        println!();
        state.open = false;
    }
}

/// A table of the steps with their times.
pub(crate) fn summary(done: &[Done]) -> String {
    let width = done.iter().map(|step| step.name.chars().count()).max();
    let width = width.unwrap_or(0);
    let mut table = String::new();
    for step in done {
        let outcome = if step.fine { "fine" } else { "FAILED" };
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "  {:width$}  {:>13}  {outcome}",
            step.name,
            words(step.took)
        );
    }
    let total = done.iter().map(|step| step.took).sum();
    let _ = writeln!(table, "  {:width$}  {:>13}", "all", words(total));
    table
}

/// A time as people say it: `0.4 s`, `41 s`, `2 min 05 s`.
pub(crate) fn words(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 10 {
        format!("{}.{} s", seconds, time.subsec_millis() / 100)
    } else if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

fn flush() {
    // A closed output is no reason to stop working.
    let _ = std::io::stdout().flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each range of times has its form: one of each, and both sides of the borders.
    #[test]
    fn times_read_well() {
        for (millis, text) in [
            (0, "0.0 s"),
            (430, "0.4 s"),
            (9_999, "9.9 s"),
            (10_000, "10 s"),
            (59_900, "59 s"),
            (60_000, "1 min 00 s"),
            (125_000, "2 min 05 s"),
            (3_725_000, "62 min 05 s"),
        ] {
            assert_eq!(words(Duration::from_millis(millis)), text);
        }
    }

    /// Steps are counted, timed and kept with their outcome, also when one fails.
    #[test]
    fn steps_keep_count_of_what_failed() {
        let mut steps = Steps::new(false);
        steps.expect(3);
        steps.quiet("one", |_| Ok(())).unwrap();
        let failed = steps.loud("two", |_| anyhow::bail!("no"));
        assert_eq!(failed.map(|()| 0).unwrap_err().to_string(), "no");
        steps.skip("three");
        let fine: Vec<bool> = steps.done().iter().map(|step| step.fine).collect();
        assert_eq!(fine, [true, false, false]);
    }

    /// The table must line up: every row is as wide as its longest name asks for.
    #[test]
    fn the_summary_lines_up() {
        let step = |name: &str, fine| Done {
            name: name.into(),
            took: Duration::from_secs(70),
            fine,
        };
        let table = summary(&[step("a", true), step("build screens", false)]);
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows[0], "  a                 1 min 10 s  fine");
        assert_eq!(rows[1], "  build screens     1 min 10 s  FAILED");
        assert_eq!(rows[2], "  all               2 min 20 s");
    }
}
