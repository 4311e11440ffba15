//! What came of a run.

use std::collections::BTreeMap;
use std::fmt;

use soban_engine::ports::boundary::At;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The checker that found it.
    pub checker: &'static str,
    /// What it found.
    pub words: String,
}

impl Violation {
    /// A finding of a checker.
    pub fn new(checker: &'static str, words: impl Into<String>) -> Violation {
        Violation {
            checker,
            words: words.into(),
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The scenario's name.
    pub name: String,
    /// Its seed.
    pub seed: u64,
    /// The boundaries at which it was to crash.
    pub crashes: Vec<u64>,
    /// The boundaries passed, in order.
    pub passed: Vec<At>,
    /// How many lives the program had.
    pub lives: u32,
    /// What must not be.
    pub violations: Vec<Violation>,
    /// One line an event.
    pub trace: Vec<String>,
    /// How often each fault, state and outcome occurred.
    pub seen: BTreeMap<String, u64>,
}

impl Report {
    /// True where every checker is content.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// How many boundaries were passed.
    pub fn boundaries(&self) -> u64 {
        u64::try_from(self.passed.len()).unwrap_or(u64::MAX)
    }
}

/// What is printed of a run that went wrong: how to repeat it, what is wrong, the trace.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { name, seed, .. } = self;
        write!(
            out,
            "scenario `{name}`, seed {seed}, crashes at {:?}",
            self.crashes
        )?;
        writeln!(out, ", {} lives", self.lives)?;
        for violation in &self.violations {
            writeln!(out, "VIOLATION {}: {}", violation.checker, violation.words)?;
        }
        for line in &self.trace {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}
