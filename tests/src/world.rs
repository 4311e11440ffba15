//! A store under test: a sandbox and a hub, each a process of its own, in a folder that
//! goes with them.
//!
//! Guarantees: every world has its own ports and its own disk, so that tests run side by
//! side; the sandbox outlives the hub, which may be killed and started again.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use soban_domain::cash_receipt::CashReceipt;
use soban_domain::ids::OrderId;
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;
use soban_domain::print::PrintJob;
use soban_domain::refund::Refund;
use soban_domain::relay::RelayItem;
use soban_protocol::event::EventBody;
use soban_protocol::guest::Hello;
use soban_protocol::view::OrderView;
use tempfile::TempDir;
use tokio::time::timeout;

use crate::feed::Feed;
use crate::guest::Guest;
use crate::outside::Outside;
use crate::program::{Program, command_of, soban};
use crate::setup::{Setup, secrets};
use crate::{DEADLINE, ports};

/// The kiosk of the sample store.
pub const KIOSK: &str = "kiosk-1";
/// The screen of its staff.
pub const STAFF_SCREEN: &str = "staff-1";

/// Whom the hub asks how they are: three printers and the till.
const NEIGHBOURS: usize = 4;

/// A store and the world outside.
pub struct World {
    // Dropped in this order: the hub, the sandbox, the folder.
    hub: Option<Program>,
    _sandbox: Program,
    folder: TempDir,
    listen: SocketAddr,
    log: Option<String>,
    program: PathBuf,
    /// The world outside.
    pub outside: Outside,
}

/// All that the database has of an order, as `soban order show --json` prints it.
#[derive(Clone, Debug, Deserialize)]
pub struct OnDisk {
    /// The order.
    pub order: Order,
    /// Its payments.
    pub payments: Vec<PaymentAttempt>,
    /// Its messages to the POS.
    pub relays: Vec<RelayItem>,
    /// What went back of them.
    pub refunds: Vec<Refund>,
    /// Its cash receipts.
    pub cash_receipts: Vec<CashReceipt>,
    /// Its tickets.
    pub prints: Vec<PrintJob>,
}

impl World {
    /// The sample store.
    pub fn start() -> World {
        World::with(&Setup::sample())
    }

    /// A store set up like that.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn with(setup: &Setup) -> World {
        let mut world = World::without_hub(setup);
        world.start_hub();
        world
    }

    /// The world outside and the store's files; the hub is not started.
    ///
    /// # Panics
    /// Where the sandbox does not start.
    pub fn without_hub(setup: &Setup) -> World {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let program = setup.program.clone().unwrap_or_else(soban);
        let mut command = command_of(&program);
        command.args(["sandbox", "--sandbox", "127.0.0.1:0", "--printers", "0"]);
        let errors = folder.path().join("sandbox.log");
        let sandbox = Program::start("the sandbox", command, &errors, |line| {
            line.ends_with("(bar)")
        });
        let said = sandbox.said();
        let base = address(&said, "sandbox").trim_end_matches('/').to_owned();
        let printers: Vec<SocketAddr> = said
            .iter()
            .filter_map(|line| line.trim().strip_prefix("printer"))
            .filter_map(|rest| rest.split_whitespace().next()?.parse().ok())
            .collect();
        assert_eq!(printers.len(), 3, "{said:?}");
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, ports::free()));
        let world = World {
            hub: None,
            _sandbox: sandbox,
            listen,
            log: setup.log.clone(),
            program,
            outside: Outside::new(base.clone()),
            folder,
        };
        std::fs::create_dir(world.data()).expect("a data folder");
        world.write("soban.toml", &setup.settings_at(listen, &base, &printers));
        world.write("menu.toml", &setup.menu);
        world.write("data/secrets.toml", &secrets());
        world
    }

    /// Starts the hub, as a service manager would after a crash.
    ///
    /// # Panics
    /// Where it runs already or does not start.
    pub fn start_hub(&mut self) {
        assert!(self.hub.is_none(), "the hub runs");
        let command = self.hub_command();
        let hub = Program::start("the hub", command, &self.hub_errors(), is_ready);
        self.hub = Some(hub);
    }

    /// The command that is the hub, for a suite that keeps it itself. It is ready once it
    /// prints a line that [`is_ready`] knows.
    pub fn hub_command(&self) -> Command {
        let mut command = command_of(&self.program);
        command.arg("serve").arg("--config").arg(self.config());
        command.arg("--data").arg(self.data());
        command.arg("--listen").arg(self.listen.to_string());
        if let Some(filter) = &self.log {
            command.env("RUST_LOG", filter);
        }
        command
    }

    /// Kills the hub where it stands.
    pub fn kill_hub(&mut self) {
        if let Some(hub) = self.hub.take() {
            hub.kill();
        }
    }

    /// Tells the hub to stop, as a service manager does, and waits until it has.
    ///
    /// # Panics
    /// Where it does not end well.
    pub fn stop_hub(&mut self) {
        if let Some(mut hub) = self.hub.take() {
            let told = Command::new("kill").arg(hub.id().to_string()).status();
            assert!(told.is_ok_and(|status| status.success()), "it was not told");
            let ended = hub.end();
            assert!(ended.success(), "the hub ended with {ended}");
        }
    }

    /// Kills the hub and starts it again.
    pub fn crash(&mut self) {
        self.kill_hub();
        self.start_hub();
    }

    /// The hub's process id.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn hub_id(&self) -> u32 {
        self.hub.as_ref().expect("the hub runs").id()
    }

    /// Where the hub listens.
    pub fn hub(&self) -> SocketAddr {
        self.listen
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The settings file.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("soban.toml")
    }

    /// The folder of everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the hub's standard error goes.
    pub fn hub_errors(&self) -> PathBuf {
        self.folder.path().join("hub.log")
    }

    /// Writes a file of the store.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file of the store can be written");
        path
    }

    /// A guest at the kiosk.
    pub fn guest(&self) -> Guest {
        Guest::new(self.listen, KIOSK)
    }

    /// A guest at the screen of that name.
    pub fn guest_at(&self, screen: &str) -> Guest {
        Guest::new(self.listen, screen)
    }

    /// Staff at their screen.
    pub fn staff(&self) -> Guest {
        Guest::new(self.listen, STAFF_SCREEN)
    }

    /// Waits until the hub has told of each of its neighbours: after that it writes
    /// nothing unasked. What the kiosk is then told.
    pub async fn quiet(&self) -> Hello {
        let mut feed = self.feed(0).await;
        for _ in 0..NEIGHBOURS {
            feed.until("news of each neighbour", |body| {
                matches!(body, EventBody::Printer { .. } | EventBody::Pos { .. })
            })
            .await;
        }
        self.guest().hello().await
    }

    /// The kiosk's events from a number on.
    pub async fn feed(&self, from: u64) -> Feed {
        Feed::open(self.listen, from, KIOSK).await
    }

    /// Waits until an order is as wanted: asked anew whenever an event came.
    ///
    /// # Panics
    /// Where it does not come to that in time.
    pub async fn until(
        &self,
        order: OrderId,
        what: &str,
        wanted: impl Fn(&OrderView) -> bool,
    ) -> OrderView {
        let guest = self.guest();
        let mut feed = self.feed(guest.seq().await).await;
        let mut last = None;
        let search = async {
            loop {
                let view = guest.status(order).await;
                if wanted(&view) {
                    return view;
                }
                last = Some(view);
                feed.next().await;
            }
        };
        match timeout(DEADLINE, search).await {
            Ok(view) => view,
            Err(_) => panic!("{what} did not come within {DEADLINE:?}: {last:#?}"),
        }
    }

    /// Runs `soban` as something that must end by itself.
    ///
    /// # Panics
    /// Where it does not.
    pub async fn ends(&self, args: &[&str]) -> Output {
        let mut command = tokio::process::Command::from(command_of(&self.program));
        command.args(args).current_dir(self.folder.path());
        command.kill_on_drop(true);
        match timeout(DEADLINE, command.output()).await {
            Ok(output) => output.expect("soban can be started"),
            Err(_) => panic!("soban {args:?} did not end within {DEADLINE:?}"),
        }
    }

    /// Runs `soban` beside the hub.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn soban(&self, args: &[&str]) -> Output {
        let mut command = command_of(&self.program);
        command.args(args).current_dir(self.folder.path());
        command.output().expect("soban can be started")
    }

    /// What the database has of an order.
    ///
    /// # Panics
    /// Where it has nothing.
    pub fn on_disk(&self, order: OrderId) -> OnDisk {
        let shown = self.soban(&[
            "order",
            "show",
            &order.to_string(),
            "--json",
            "--data",
            "data",
        ]);
        let errors = String::from_utf8_lossy(&shown.stderr);
        assert!(shown.status.success(), "soban order show: {errors}");
        serde_json::from_slice(&shown.stdout).expect("an order reads")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.hub_errors()).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let from = lines.len().saturating_sub(40);
            eprintln!("the hub's last words:\n{}", lines[from..].join("\n"));
        }
    }
}

/// True for the last line that a hub prints at its start.
pub fn is_ready(line: &str) -> bool {
    line.trim().starts_with("health")
}

/// The address that a program printed after a word.
fn address<'a>(said: &'a [String], word: &str) -> &'a str {
    let line = said.iter().find_map(|line| {
        let (name, rest) = line.trim().split_once(' ')?;
        (name == word && rest.contains("http")).then_some(rest.trim())
    });
    line.unwrap_or_else(|| panic!("no {word} in {said:?}"))
}
