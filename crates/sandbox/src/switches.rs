//! Faults that stay on until they are switched off: the till's and the printers'.
//!
//! Guarantees: a switch is the state itself, read back from the till and the printer, so what
//! `GET /faults` says is what is so. Deliberately absent: counting requests; that is the fault
//! board's.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::Rom;
use crate::printer::{Handling, Paper};
use crate::world::{Topic, World};

/// `POST /faults` for a switch.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwitchRequest {
    endpoint: String,
    fault: String,
    #[serde(default = "yes")]
    on: bool,
    /// For `paper_out`: after this many more lines.
    #[serde(default)]
    after_lines: Option<u32>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TillSwitch {
    /// The business day is closed: orders are refused with `day_closed`.
    Closed,
    /// The till does not know orders again: a repeated one becomes a second order.
    NoDedupe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PrinterSwitch {
    PaperOut,
    NearEnd,
    CoverOpen,
    PowerOff,
    NoProcessId,
    /// Only the letters of KS X 1001 are in the ROM.
    Ksx1001,
}

const TILL: [TillSwitch; 2] = [TillSwitch::Closed, TillSwitch::NoDedupe];
const PRINTER: [PrinterSwitch; 6] = [
    PrinterSwitch::PaperOut,
    PrinterSwitch::NearEnd,
    PrinterSwitch::CoverOpen,
    PrinterSwitch::PowerOff,
    PrinterSwitch::NoProcessId,
    PrinterSwitch::Ksx1001,
];

/// Whether an endpoint's faults are switches.
pub(crate) fn is_switch(endpoint: &str) -> bool {
    endpoint == "pos" || endpoint.starts_with("printer.")
}

fn named<T: for<'a> Deserialize<'a>>(name: &str) -> Result<T, String> {
    serde_json::from_value(json!(name)).map_err(|error| error.to_string())
}

/// Throws one switch.
pub(crate) fn throw(world: &World, request: &SwitchRequest) -> Result<(), String> {
    if request.endpoint == "pos" {
        throw_till(world, named(&request.fault)?, request.on);
        return Ok(());
    }
    let name = request.endpoint.trim_start_matches("printer.");
    let printer = world
        .printer(name)
        .ok_or_else(|| format!("no printer is called {name}"))?;
    let switch: PrinterSwitch = named(&request.fault)?;
    let on = request.on;
    let mut handling = Handling::default();
    match switch {
        PrinterSwitch::PaperOut => {
            handling.paper = Some(if on { Paper::Out } else { Paper::Plenty });
            handling.after_lines = request.after_lines;
        }
        PrinterSwitch::NearEnd => {
            handling.paper = Some(if on { Paper::NearEnd } else { Paper::Plenty });
        }
        PrinterSwitch::CoverOpen => handling.cover_open = Some(on),
        PrinterSwitch::PowerOff => handling.power = Some(!on),
        PrinterSwitch::NoProcessId => handling.process_id = Some(!on),
        PrinterSwitch::Ksx1001 => {
            handling.rom = Some(if on { Rom::Ksx1001 } else { Rom::Cp949 });
        }
    }
    printer.handle(&handling);
    world.changed(Topic::Faults);
    Ok(())
}

fn throw_till(world: &World, switch: TillSwitch, on: bool) {
    let now = world.clock.now();
    {
        let mut till = world.till();
        match switch {
            TillSwitch::Closed => till.set_open(!on, now),
            TillSwitch::NoDedupe => till.dedupe = !on,
        }
    }
    world.changed(Topic::Pos);
    world.changed(Topic::Faults);
}

/// Everything that stays on is switched off.
pub(crate) fn clear(world: &World) {
    for switch in TILL {
        throw_till(world, switch, false);
    }
    for printer in &world.printers {
        printer.mend();
    }
}

/// Every switch and how it stands.
pub(crate) fn list(world: &World) -> Value {
    let mut all: Vec<Value> = Vec::new();
    {
        let till = world.till();
        for switch in TILL {
            let on = match switch {
                TillSwitch::Closed => !till.open,
                TillSwitch::NoDedupe => !till.dedupe,
            };
            all.push(json!({ "endpoint": "pos", "fault": switch, "on": on }));
        }
    }
    for printer in &world.printers {
        let (condition, model) = printer.standing();
        let endpoint = format!("printer.{}", printer.name());
        for switch in PRINTER {
            let on = match switch {
                PrinterSwitch::PaperOut => condition.paper == Paper::Out,
                PrinterSwitch::NearEnd => condition.paper == Paper::NearEnd,
                PrinterSwitch::CoverOpen => condition.cover_open,
                PrinterSwitch::PowerOff => !condition.power,
                PrinterSwitch::NoProcessId => !model.process_id,
                PrinterSwitch::Ksx1001 => model.rom == Rom::Ksx1001,
            };
            all.push(json!({ "endpoint": endpoint, "fault": switch, "on": on }));
        }
    }
    Value::Array(all)
}
