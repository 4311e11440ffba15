//! A program under test as a child process.
//!
//! Guarantees: the child is told apart by what it prints, not by time; it is killed when
//! its handle goes, whatever became of the test; what it said on both outputs is kept
//! and can be read.
//!
//! Deliberately absent: asking a child to end politely, beyond [`Program::end`].

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take until it says that it is ready.
const READY: Duration = Duration::from_secs(30);

/// A running child.
pub struct Program {
    name: String,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    errors: PathBuf,
}

impl Program {
    /// Starts a child and waits for the line of its standard output that `ready` knows.
    /// Standard error is added to the end of `errors`.
    ///
    /// # Panics
    /// Where it cannot be started, ends before that line, or never prints it.
    pub fn start(
        name: &str,
        command: Command,
        errors: &Path,
        ready: impl Fn(&str) -> bool,
    ) -> Program {
        let (mut program, lines) = Program::spawn(name, command, errors);
        if program.is_ready(&lines, ready) {
            return program;
        }
        let status = program.end();
        panic!("{name} ended at once, {status}:\n{}", program.errors())
    }

    /// Starts a child that may end before it is ready.
    ///
    /// # Errors
    /// How it ended, where it did.
    ///
    /// # Panics
    /// Where it cannot be started, or neither ends nor prints that line.
    pub fn try_start(
        name: &str,
        command: Command,
        errors: &Path,
        ready: impl Fn(&str) -> bool,
    ) -> Result<Program, ExitStatus> {
        let (mut program, lines) = Program::spawn(name, command, errors);
        match program.is_ready(&lines, ready) {
            true => Ok(program),
            false => Err(program.end()),
        }
    }

    fn spawn(name: &str, mut command: Command, errors: &Path) -> (Program, Receiver<String>) {
        let log = File::options().create(true).append(true).open(errors);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.expect("the log can be written"))
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let output = child.stdout.take().expect("the output is a pipe");
        let said = Arc::new(Mutex::new(Vec::new()));
        let (line_out, lines) = channel();
        let kept = Arc::clone(&said);
        // Read to the end, so that the child never waits for a reader.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                kept.lock().expect("no reader panics").push(line.clone());
                let _ = line_out.send(line);
            }
        });
        let program = Program {
            name: name.to_owned(),
            child,
            said,
            errors: errors.to_owned(),
        };
        (program, lines)
    }

    /// Starts a child that says nothing, and waits until it listens on a port of this
    /// machine.
    ///
    /// # Panics
    /// Where it does not within the time for that.
    pub fn start_at(name: &str, command: Command, errors: &Path, port: u16) -> Program {
        let program = Program::spawn(name, command, errors).0;
        let deadline = Instant::now() + READY;
        // Nobody tells of a port that is taken: it can only be tried.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(
                Instant::now() < deadline,
                "{name} does not listen:\n{}",
                program.errors()
            );
            thread::sleep(Duration::from_millis(20));
        }
        program
    }

    /// Waits until it is ready; false where it ended before.
    fn is_ready(&self, lines: &Receiver<String>, ready: impl Fn(&str) -> bool) -> bool {
        let deadline = Instant::now() + READY;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left) {
                Ok(line) if ready(&line) => return true,
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => panic!(
                    "{} was not ready within {} s:\n{}",
                    self.name,
                    READY.as_secs(),
                    self.errors()
                ),
            }
        }
    }

    /// Every line of its standard output so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().expect("no reader panics").clone()
    }

    /// Its standard error so far.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap_or_default()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it where it stands (SIGKILL on Unix) and waits until it is gone.
    pub fn kill(mut self) {
        self.stop();
    }

    /// Waits until it has ended by itself.
    pub fn end(&mut self) -> ExitStatus {
        self.child.wait().expect("a child can be waited for")
    }

    /// Waits until it has ended by itself; nothing where it is still there after `time`.
    pub fn end_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + time;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            // The standard library waits for a child for ever or not at all.
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn stop(&mut self) {
        // Both fail only for a child that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where the `soban` program is: what `SOBAN_BIN` names, else beside the running test.
///
/// # Panics
/// Where it is not built.
pub fn soban() -> PathBuf {
    built("SOBAN_BIN", "soban", "cargo build -p soban-hub")
}

/// A built program: what `variable` names, else the one called `name` beside the running
/// test; `how` builds it.
pub(crate) fn built(variable: &str, name: &str, how: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return PathBuf::from(path);
    }
    let own = std::env::current_exe().expect("this program knows where it is");
    let folder = own.ancestors().skip(1).find(|folder| {
        let name = folder.file_name().unwrap_or_default();
        name != "deps"
    });
    let path = folder.unwrap_or(Path::new(".")).join(name);
    assert!(
        path.exists(),
        "{} is not there: build it with `{how}`, or name it in {variable}",
        path.display()
    );
    path
}

/// A command that runs `soban`, with nothing of this machine's own settings.
pub fn soban_command() -> Command {
    command_of(&soban())
}

/// A command that runs a program with `soban`'s commands, with nothing of this machine's
/// own settings.
pub fn command_of(program: &Path) -> Command {
    let mut command = Command::new(program);
    for variable in [
        "SOBAN_SECRETS",
        "SOBAN_KAKAOPAY_SECRET_KEY",
        "SOBAN_TOSS_SECRET_KEY",
        "SOBAN_MPM_KEY",
        "SOBAN_POS_ACCESS_KEY",
        "SOBAN_POS_SECRET_KEY",
        "RUST_LOG",
    ] {
        command.env_remove(variable);
    }
    command
}
