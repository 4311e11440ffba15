//! Keeps the hub running, as a service manager does: starts it, finds it dead, starts it
//! again; and tells it where to die.
//!
//! Guarantees: a hub that ends otherwise than by the kill that it was told ends the test;
//! where each kill struck is known from what the hub wrote down before it.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use soban_tests::program::Program;
use soban_tests::setup::Setup;
use soban_tests::world::{World, is_ready};

use crate::ledgers::{COUNTED, STOCK};

/// `soban` built with crash points.
const PROGRAM: &str = env!("CARGO_BIN_EXE_soban-crash");
const SIGKILL: i32 = 9;
/// How long a hub may take to be gone whose line broke.
const GONE: Duration = Duration::from_secs(10);

/// A boundary as the hub writes it down: call and side, such as `store.write/after`.
pub(crate) type Point = String;

/// A kill that struck.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    /// Which boundary it was, of those that the process counted.
    pub(crate) at: u32,
    /// What was there.
    pub(crate) point: Point,
    /// True where the process had come up after another kill.
    pub(crate) in_recovery: bool,
}

/// A world, and its hub.
pub(crate) struct Keeper {
    pub(crate) world: World,
    hub: Option<Program>,
    /// Kills to come, one for each start.
    plan: VecDeque<String>,
    /// Starts since the run began.
    starts: u32,
    /// Kills of this run.
    pub(crate) deaths: Vec<Death>,
    /// What every hub of this world printed.
    pub(crate) said: Vec<String>,
}

impl Keeper {
    /// A world whose hub is not started. Printers stand in for nobody, so that every
    /// ticket is of its own station; a dish is counted; everything is logged.
    pub(crate) fn new() -> Keeper {
        let setup = Setup::sample()
            .without_backups()
            .item(
                COUNTED,
                "price = 9500",
                &format!("price = 9500\nstock = {STOCK}"),
            )
            .log("debug")
            .program(Path::new(PROGRAM));
        Keeper {
            world: World::without_hub(&setup),
            hub: None,
            plan: VecDeque::new(),
            starts: 0,
            deaths: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Kills the hub, if one runs, and starts it for a run: it dies at these boundaries,
    /// the first counted from [`Keeper::arm`] on, the others from their process's start.
    pub(crate) fn begin(&mut self, plan: &[String]) {
        self.let_go();
        self.plan = plan.iter().cloned().collect();
        (self.starts, self.deaths) = (0, Vec::new());
        // It is there only if the last run came so far.
        let _ = std::fs::remove_file(self.armed());
        self.start();
    }

    /// From here on boundaries are counted.
    pub(crate) fn arm(&self) {
        std::fs::write(self.armed(), "").expect("the run can be armed");
    }

    /// Waits until the hub is gone whose line broke, and starts it again.
    pub(crate) fn bring_back(&mut self) {
        let mut hub = self.hub.take().expect("a hub was started");
        match hub.end_within(GONE) {
            Some(status) => self.note_death(status),
            None => panic!("the hub hung up and lives on:\n{}", hub.errors()),
        }
        self.said.extend(hub.said());
        self.start();
    }

    /// The boundaries that the first process of this run counted.
    pub(crate) fn points(&self) -> Vec<Point> {
        read_points(&self.count(1))
    }

    /// Tells the hub to stop, as a service manager does, and waits until it has.
    pub(crate) fn stop(&mut self) {
        let mut hub = self.hub.take().expect("a hub was started");
        let told = std::process::Command::new("kill")
            .arg(hub.id().to_string())
            .status();
        assert!(told.is_ok_and(|status| status.success()), "it was not told");
        let ended = hub.end_within(GONE).expect("the hub ends when it is told");
        assert!(ended.success(), "the hub ended with {ended}");
        self.said.extend(hub.said());
    }

    fn start(&mut self) {
        while self.hub.is_none() {
            self.starts += 1;
            let count = self.count(self.starts);
            let _ = std::fs::remove_file(&count);
            let mut command = self.world.hub_command();
            command.env("SOBAN_COUNT_TO", &count);
            if self.starts == 1 {
                command.env("SOBAN_KILL_FROM", self.armed());
            }
            if let Some(at) = self.plan.pop_front() {
                command.env("SOBAN_KILL_AT", at);
            }
            match Program::try_start("the hub", command, &self.world.hub_errors(), is_ready) {
                Ok(hub) => self.hub = Some(hub),
                Err(status) => self.note_death(status),
            }
        }
    }

    fn note_death(&mut self, status: ExitStatus) {
        let errors = || std::fs::read_to_string(self.world.hub_errors()).unwrap_or_default();
        assert_eq!(
            status.signal(),
            Some(SIGKILL),
            "the hub ended by itself, {status}:\n{}",
            errors()
        );
        let points = read_points(&self.count(self.starts));
        let point = points.last().expect("a kill is written down").clone();
        self.deaths.push(Death {
            at: u32::try_from(points.len()).unwrap_or(u32::MAX),
            point,
            in_recovery: self.starts > 1,
        });
    }

    fn let_go(&mut self) {
        if let Some(hub) = self.hub.take() {
            self.said.extend(hub.said());
            hub.kill();
        }
    }

    fn armed(&self) -> PathBuf {
        self.world.folder().join("armed")
    }

    fn count(&self, start: u32) -> PathBuf {
        self.world.folder().join(format!("boundaries-{start}"))
    }
}

/// What a hub counted: a line each, `7 store.write/after`.
fn read_points(path: &Path) -> Vec<Point> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, point)| point.to_owned())
        .collect()
}
