//! The command line, read by hand: a parser crate would double the time to the first
//! word.
//!
//! Guarantees: an unknown word is refused by name. Deliberately absent: abbreviations.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
cargo xtask COMMAND

  run      build what is out of date and start the demo: hub, sandbox, sample store,
           and the kiosk window where there is a display
             --headless    no window; prints `soban ready` and every address
             --windowed    the kiosk in a window instead of the full screen
             --release     optimised programs
             --port N      the hub's port (7780)
             --data DIR    where the demo keeps its data (target/demo-data)
             -- ARGS       passed on to `soban demo` or `soban-shell`
  test     format, lints, unit tests, then the suites in a browser and in the window
             --quick       without the window, the browsers and the suites
  setup    install what every command needs, and build nothing
  ui       build the screens into target/ui/dist
  size     weigh the guest's screens over the wire; fails above the line that is held
  screens  take the pictures of docs/screens
  crash    kill the hub at many boundaries of an order's way and compare the ledgers
             --kills N     how often (300)
             --seed X      where, as an earlier run told (by the clock)
  sim      run the simulation with more than the test command has
             --seeds N     so many seeds (20,000)
             --from M      … beginning with this one (1)
             --seed X      one seed, told line by line
             --all         each scenario crashed at every pair of boundaries too
  bench    measure what docs/perf.md and docs/reliability.md promise
  states   write docs/state from the code's tables
  dist     optimised programs: `soban` as one file, and `soban-shell`
  help     this

With each:
  --verbose  show the output of every tool, not only of one that fails

A command installs what it lacks with apt-get on Debian, as root or through `sudo -n`.
SOBAN_WASM=rustup or SOBAN_WASM=debian chooses how the screens are compiled; without
it, the way that is there already is taken, else rustup's, else Debian's.
";

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Run(RunOptions),
    Test { quick: bool, verbose: bool },
    Setup { verbose: bool },
    Ui { verbose: bool },
    Size { verbose: bool },
    Screens { verbose: bool, rest: Vec<String> },
    Crash(CrashOptions),
    Sim(SimOptions),
    Bench { verbose: bool, rest: Vec<String> },
    States { verbose: bool },
    Dist { verbose: bool },
}

/// Options of `run`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RunOptions {
    pub(crate) headless: bool,
    pub(crate) windowed: bool,
    pub(crate) release: bool,
    pub(crate) port: Option<u16>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) verbose: bool,
    /// What follows `--`.
    pub(crate) rest: Vec<String>,
}

/// Options of `crash`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CrashOptions {
    pub(crate) kills: Option<u32>,
    pub(crate) seed: Option<u64>,
    pub(crate) verbose: bool,
}

/// Options of `sim`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SimOptions {
    pub(crate) seeds: Option<u32>,
    pub(crate) from: Option<u64>,
    pub(crate) seed: Option<u64>,
    pub(crate) all: bool,
    pub(crate) verbose: bool,
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Task> {
    let mut words = words;
    let Some(command) = words.next() else {
        return Ok(Task::Help);
    };
    let mut flags = Flags::split(words);
    let verbose = flags.take("--verbose") | flags.take("-v");
    let rest = std::mem::take(&mut flags.rest);
    let takes_rest = matches!(command.as_str(), "run" | "bench" | "screens");
    if !takes_rest && !rest.is_empty() {
        bail!("`{command}` passes nothing on, so it takes no `--`");
    }
    let task = match command.as_str() {
        "help" | "--help" | "-h" => return Ok(Task::Help),
        "run" => Task::Run(RunOptions {
            headless: flags.take("--headless"),
            windowed: flags.take("--windowed"),
            release: flags.take("--release"),
            port: flags.value("--port")?.map(port).transpose()?,
            data: flags.value("--data")?.map(PathBuf::from),
            verbose,
            rest,
        }),
        "test" => Task::Test {
            quick: flags.take("--quick"),
            verbose,
        },
        "setup" => Task::Setup { verbose },
        "ui" => Task::Ui { verbose },
        "size" => Task::Size { verbose },
        "screens" => Task::Screens { verbose, rest },
        "crash" => Task::Crash(CrashOptions {
            kills: flags.value("--kills")?.map(count).transpose()?,
            seed: flags.value("--seed")?.map(seed).transpose()?,
            verbose,
        }),
        "sim" => Task::Sim(SimOptions {
            seeds: flags.value("--seeds")?.map(count).transpose()?,
            from: flags.value("--from")?.map(seed).transpose()?,
            seed: flags.value("--seed")?.map(seed).transpose()?,
            all: flags.take("--all"),
            verbose,
        }),
        "bench" => Task::Bench { verbose, rest },
        "states" => Task::States { verbose },
        "dist" => Task::Dist { verbose },
        other => bail!("There is no command `{other}`"),
    };
    match flags.words.first() {
        None => Ok(task),
        Some(left) => bail!("`{command}` takes no `{left}`"),
    }
}

fn port(text: String) -> Result<u16> {
    text.parse()
        .ok()
        .filter(|port| *port != 0)
        .with_context(|| format!("`{text}` is no port: it must be a number from 1 to 65535"))
}

fn count(text: String) -> Result<u32> {
    text.parse()
        .ok()
        .filter(|count| *count != 0)
        .with_context(|| format!("`{text}` is no count: it must be a number from 1"))
}

fn seed(text: String) -> Result<u64> {
    text.parse()
        .with_context(|| format!("`{text}` is no seed: it must be a number"))
}

/// The words not yet understood, and those after `--`.
struct Flags {
    words: Vec<String>,
    rest: Vec<String>,
}

impl Flags {
    fn split(words: impl Iterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.collect();
        let mut rest = Vec::new();
        if let Some(at) = words.iter().position(|word| word == "--") {
            rest = words.split_off(at + 1);
            words.pop();
        }
        Self { words, rest }
    }

    fn take(&mut self, name: &str) -> bool {
        let found = self.words.iter().position(|word| word == name);
        found.map(|at| self.words.remove(at)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        if at + 1 >= self.words.len() {
            bail!("`{name}` wants a value");
        }
        self.words.remove(at);
        Ok(Some(self.words.remove(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    /// Options may come in any order, and what follows `--` is passed on unread.
    #[test]
    fn run_reads_its_options() {
        let task = read("run --port 8000 --headless -v --data /tmp/d -- --fast --verbose").unwrap();
        let expected = RunOptions {
            headless: true,
            port: Some(8000),
            data: Some("/tmp/d".into()),
            verbose: true,
            rest: vec!["--fast".into(), "--verbose".into()],
            ..RunOptions::default()
        };
        assert_eq!(task, Task::Run(expected));
    }

    /// The options of `crash` are read, and none is needed.
    #[test]
    fn crash_reads_its_options() {
        let task = read("crash --seed 7 --kills 300").unwrap();
        let expected = CrashOptions {
            kills: Some(300),
            seed: Some(7),
            verbose: false,
        };
        assert_eq!(task, Task::Crash(expected));
        assert_eq!(read("crash").unwrap(), Task::Crash(CrashOptions::default()));
    }

    /// The options of `sim` are read, and none is needed.
    #[test]
    fn sim_reads_its_options() {
        let task = read("sim --seeds 500 --from 7 --all").unwrap();
        let expected = SimOptions {
            seeds: Some(500),
            from: Some(7),
            all: true,
            ..SimOptions::default()
        };
        assert_eq!(task, Task::Sim(expected));
        assert_eq!(read("sim").unwrap(), Task::Sim(SimOptions::default()));
    }

    /// No word, and each word for help, must help.
    #[test]
    fn help_is_never_far() {
        for line in ["", "help", "--help", "-h"] {
            assert_eq!(read(line).unwrap(), Task::Help);
        }
    }

    /// The help must name every command: each is read back from its line.
    #[test]
    fn every_command_in_the_help_exists() {
        let commands: Vec<&str> = HELP
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(commands.len(), 12, "{commands:?}");
        for command in commands {
            assert!(read(command).is_ok(), "{command}");
        }
    }

    /// Each kind of bad usage must name the word at fault.
    #[test]
    fn bad_usage_names_the_word() {
        for (line, word) in [
            ("fly", "`fly`"),
            ("test --headless", "`--headless`"),
            ("run --port", "`--port`"),
            ("run --port 0", "`0`"),
            ("run --port 70000", "`70000`"),
            ("crash --kills none", "`none`"),
            ("crash --kills 0", "`0`"),
            ("crash --seed x", "`x`"),
            ("sim --seeds 0", "`0`"),
            ("test -- x", "`test`"),
            ("ui extra", "`extra`"),
        ] {
            let error = read(line).unwrap_err().to_string();
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
