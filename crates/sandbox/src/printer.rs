//! Receipt and kitchen printers: raw ESC/POS over TCP, paper on a page.
//!
//! Guarantees: one host at a time, as real printers have it; what the hub sent is kept byte by
//! byte and as decoded text, so a test compares what came out with what was believed.
//! Deliberately absent: mDNS, SNMP and the vendor's own web page.

mod condition;
mod machine;
mod obey;
mod paper;
mod parser;
mod realtime;
mod screen;
mod server;
mod style;
mod svg;
mod symbols;
mod token;

use std::net::SocketAddr;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast, watch};

pub(crate) use self::screen::router;
pub(crate) use self::server::{bind, serve};

pub(crate) use self::condition::{Condition, Paper};

use self::machine::Machine;
use crate::clock::{Moment, SandboxClock};
use crate::config::{PrinterConfig, PrinterModel, Rom};
use crate::world::{Topic, World, hold};

/// One printer, its paper and its plug.
pub(crate) struct Printer {
    config: PrinterConfig,
    addr: SocketAddr,
    clock: SandboxClock,
    machine: Mutex<Machine>,
    /// Wakes the connection when there is something to say or the plug is pulled.
    stirred: Notify,
    changes: broadcast::Sender<Topic>,
    stopping: watch::Receiver<bool>,
}

/// What somebody does to a printer; absent fields stay as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handling {
    #[serde(default)]
    pub(crate) power: Option<bool>,
    #[serde(default)]
    pub(crate) paper: Option<Paper>,
    /// With `paper: "out"`: only after this many more lines.
    #[serde(default)]
    pub(crate) after_lines: Option<u32>,
    #[serde(default)]
    pub(crate) cover_open: Option<bool>,
    #[serde(default)]
    pub(crate) drawer_open: Option<bool>,
    #[serde(default)]
    pub(crate) rom: Option<Rom>,
    #[serde(default)]
    pub(crate) process_id: Option<bool>,
    #[serde(default)]
    pub(crate) realtime_in_data: Option<bool>,
}

impl Printer {
    pub(crate) fn new(
        config: PrinterConfig,
        addr: SocketAddr,
        clock: SandboxClock,
        changes: broadcast::Sender<Topic>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let machine = Machine::new(config.columns, config.model, clock.now());
        Self {
            config,
            addr,
            clock,
            machine: Mutex::new(machine),
            stirred: Notify::new(),
            changes,
            stopping,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.config.name
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn changed(&self) {
        self.changes.send(Topic::Printers).ok();
    }

    /// Runs `act` on the machine, then lets the connection and the pages know.
    fn with<T>(&self, act: impl FnOnce(&mut Machine, Moment) -> T) -> T {
        let now = self.now();
        let result = act(&mut hold(&self.machine), now);
        self.stirred.notify_one();
        self.changed();
        result
    }

    fn powered(&self) -> bool {
        hold(&self.machine).condition.power
    }

    pub(crate) fn handle(&self, handling: &Handling) {
        self.with(|machine, now| {
            let model = &mut machine.model;
            model.rom = handling.rom.unwrap_or(model.rom);
            model.process_id = handling.process_id.unwrap_or(model.process_id);
            model.realtime_in_data = handling.realtime_in_data.unwrap_or(model.realtime_in_data);
            let old = machine.condition;
            let mut next = Condition {
                power: handling.power.unwrap_or(old.power),
                paper: handling.paper.unwrap_or(old.paper),
                cover_open: handling.cover_open.unwrap_or(old.cover_open),
                drawer_open: handling.drawer_open.unwrap_or(old.drawer_open),
            };
            match (handling.paper, handling.after_lines) {
                (Some(Paper::Out), Some(lines @ 1..)) => {
                    next.paper = old.paper;
                    machine.lines_left = Some(lines);
                }
                (Some(_), _) => machine.lines_left = None,
                (None, _) => {}
            }
            machine.set_condition(next, now);
        });
    }

    /// Paper in, cover closed, plugged in, nothing printed yet.
    pub(crate) fn reset(&self) {
        self.with(|machine, now| {
            let connections = machine.connections;
            *machine = Machine::new(self.config.columns, self.config.model, now);
            machine.connections = connections;
        });
    }

    /// Hardware and model as they are now.
    pub(crate) fn standing(&self) -> (Condition, PrinterModel) {
        let machine = hold(&self.machine);
        (machine.condition, machine.model)
    }

    /// Paper in, cover closed, plugged in, the model it was bought as; the paper stays.
    pub(crate) fn mend(&self) {
        let PrinterModel {
            rom,
            process_id,
            realtime_in_data,
        } = self.config.model;
        self.handle(&Handling {
            power: Some(true),
            paper: Some(Paper::Plenty),
            after_lines: None,
            cover_open: Some(false),
            drawer_open: None,
            rom: Some(rom),
            process_id: Some(process_id),
            realtime_in_data: Some(realtime_in_data),
        });
    }

    pub(crate) fn summary(&self) -> Value {
        let machine = hold(&self.machine);
        json!({
            "name": self.config.name,
            "address": self.addr.to_string(),
            "columns": machine.columns,
            "online": machine.condition.online(),
            "condition": machine.condition,
            "paper_out_after_lines": machine.lines_left,
            "rom": machine.model.rom,
            "process_id": machine.model.process_id,
            "realtime_in_data": machine.model.realtime_in_data,
            "connections": machine.connections,
            "refused_connections": machine.refused_connections,
            "waiting_bytes": machine.waiting_bytes(),
            "bytes_lost": machine.bytes_lost,
            "drawer_pulses": machine.pulses,
            "jobs_dropped": machine.jobs_dropped,
        })
    }

    fn ledger(&self) -> Value {
        let mut view = self.summary();
        let jobs: Vec<Value> = hold(&self.machine).jobs().map(paper::Job::view).collect();
        view["jobs"] = Value::Array(jobs);
        view
    }
}

/// The ledger as JSON: every printer with every job, byte by byte and decoded.
pub(crate) fn ledger(world: &World) -> Value {
    let printers: Vec<Value> = world.printers.iter().map(|p| p.ledger()).collect();
    json!({ "printers": printers })
}
