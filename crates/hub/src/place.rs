//! Where in a file something is wrong, said in one sentence.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file, perhaps a line of it, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What, as a clause.
    pub reason: String,
}

impl Wrong {
    /// Something wrong with a whole file.
    pub fn file(file: &Path, reason: impl Into<String>) -> Wrong {
        Wrong {
            file: file.to_owned(),
            line: None,
            reason: reason.into(),
        }
    }

    /// Something wrong at a span of `text`.
    pub fn at(
        file: &Path,
        text: &str,
        span: Option<Range<usize>>,
        reason: impl Into<String>,
    ) -> Wrong {
        let line = span.map(|span| line_of(text, span.start));
        Wrong {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        }
    }

    /// What the TOML reader found wrong.
    pub fn toml(file: &Path, text: &str, error: &toml::de::Error) -> Wrong {
        let reason = error.message().replace('\n', ", ");
        Wrong::at(file, text, error.span(), reason)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(out, ", line {line}")?;
        }
        write!(out, ": {}", self.reason)
    }
}

impl std::error::Error for Wrong {}

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
}

/// Reads a text file of at most `most` bytes.
pub(crate) fn read(file: &Path, most: u64) -> Result<String, Wrong> {
    let size = std::fs::metadata(file)
        .map_err(|e| Wrong::file(file, e.to_string()))?
        .len();
    if size > most {
        return Err(Wrong::file(file, format!("it is larger than {most} bytes")));
    }
    std::fs::read_to_string(file).map_err(|e| Wrong::file(file, e.to_string()))
}
