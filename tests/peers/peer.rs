//! Running somebody else's program.

use std::fs;
use std::io::{ErrorKind, Seek, Write};
use std::process::{Command, Output, Stdio};

/// A program, and Debian's package that brings it.
pub(crate) struct Peer {
    program: &'static str,
    package: &'static str,
}

impl Peer {
    /// A program that is found on the path.
    pub(crate) const fn new(program: &'static str, package: &'static str) -> Peer {
        Peer { program, package }
    }

    /// Runs it to its end with that as its standard input.
    pub(crate) fn run(&self, words: &[&str], input: &[u8]) -> Output {
        let result = Command::new(self.program)
            .args(words)
            // From a file, so that neither side waits for the other to read.
            .stdin(file_of(input))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output();
        match result {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::NotFound => panic!(
                "{} judges this test and is not there: please run `sudo apt-get install -y {}`",
                self.program, self.package
            ),
            Err(error) => panic!("{} could not be run: {error}", self.program),
        }
    }

    /// What it prints; it must end well.
    pub(crate) fn answer(&self, words: &[&str], input: &[u8]) -> String {
        let output = self.run(words, input);
        assert!(
            output.status.success(),
            "{}: {}",
            self.program,
            said(&output)
        );
        String::from_utf8(output.stdout).expect("a peer answers in UTF-8")
    }
}

/// How it ended, and what it complained of.
pub(crate) fn said(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    format!("{}: {complaint}", output.status)
}

fn file_of(input: &[u8]) -> fs::File {
    let mut file = tempfile::tempfile().expect("a file for the peer's input");
    file.write_all(input).expect("the file takes it");
    file.rewind().expect("a file can be read from its start");
    file
}

/// A missing peer is one sentence with the command to copy: a program that exists
/// nowhere is run.
#[test]
#[should_panic(
    expected = "no-such-program judges this test and is not there: please run `sudo apt-get install -y nothing`"
)]
fn a_missing_peer_is_named() {
    Peer::new("no-such-program", "nothing").run(&[], b"");
}
