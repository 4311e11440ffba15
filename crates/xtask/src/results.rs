//! Counts tests from what `cargo test` prints.
//!
//! Guarantees: each `test result:` line counts once, whichever suite prints it.
//! Deliberately absent: counting single `test … ok` lines, which a test's own output
//! can imitate or split.

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Adds a line of output, if it is a result.
    pub(crate) fn hear(&mut self, line: &str) {
        if let Some(more) = read(line) {
            self.add(more);
        }
    }

    /// Adds another count.
    pub(crate) fn add(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// Reads `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
fn read(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let count = |word: &str| {
        counts.split("; ").find_map(|part| {
            let (number, found) = part.trim().split_once(' ')?;
            (found == word).then(|| number.parse().ok()).flatten()
        })
    };
    Some(Tally {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both outcomes as the test harness prints them must be read.
    #[test]
    fn result_lines_are_read() {
        for (line, passed, failed) in [
            (
                "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.70s",
                5,
                0,
            ),
            (
                "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
                12,
                3,
            ),
        ] {
            assert_eq!(read(line), Some(Tally { passed, failed }));
        }
    }

    /// No other line may count, however alike: each has one thing amiss.
    #[test]
    fn other_lines_do_not_count() {
        for line in [
            "test passed ... ok",
            "test result: ok",
            "test result: ok. many passed; 0 failed",
            "  test result: ok. 5 passed; 0 failed",
            "test result: ok. 5 passed",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    /// Several suites add up, with other output between.
    #[test]
    fn suites_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 2 tests",
            "test result: ok. 2 passed; 0 failed; 0 ignored",
            "test result: FAILED. 1 passed; 1 failed; 0 ignored",
        ] {
            tally.hear(line);
        }
        let expected = Tally {
            passed: 3,
            failed: 1,
        };
        assert_eq!(tally, expected);
    }
}
