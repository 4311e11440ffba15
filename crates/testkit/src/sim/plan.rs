//! What a run is to go through.

use std::time::Duration;

use super::act::Act;
use super::chaos::Weather;
use super::guest::Guest;
use super::shock::Shock;
use crate::pos::Make;

/// What staff do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffWork {
    /// Nothing unasked: what is flagged stays flagged.
    Absent,
    /// They end what is flagged, by what they see outside: the gateway's own pages, the
    /// paper, the POS.
    Present,
}

/// A run: who comes, what fails, where the program stops.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario's name.
    pub name: String,
    /// The seed of everything that is left to chance.
    pub seed: u64,
    /// How the POS is built.
    pub pos: Make,
    /// Whether the code that we show can be asked for; where not, staff see the money.
    pub qr_asks: bool,
    /// The guests, each with a script.
    pub guests: Vec<Guest>,
    /// What happens outside, and how long after the beginning.
    pub shocks: Vec<(Duration, Shock)>,
    /// What staff do.
    pub staff: StaffWork,
    /// Trouble by chance.
    pub weather: Option<Weather>,
    /// The boundaries at which the program stops, counted from 1 over all lives.
    pub crashes: Vec<u64>,
}

impl Plan {
    /// A run in which nothing fails.
    pub fn new(name: &str) -> Plan {
        Plan {
            name: name.to_owned(),
            seed: 0,
            pos: Make::default(),
            qr_asks: true,
            guests: Vec::new(),
            shocks: Vec::new(),
            staff: StaffWork::Absent,
            weather: None,
            crashes: Vec::new(),
        }
    }

    /// A guest more.
    pub fn guest(mut self, script: Vec<Act>) -> Plan {
        let number = self.guests.len();
        self.guests.push(Guest::new(number, script));
        self
    }

    /// Something that happens so many seconds after the beginning.
    pub fn shock(mut self, second: u64, shock: Shock) -> Plan {
        self.shocks.push((Duration::from_secs(second), shock));
        self.shocks.sort_by_key(|(at, _)| *at);
        self
    }

    /// Staff who end what is flagged.
    pub fn with_staff(mut self) -> Plan {
        self.staff = StaffWork::Present;
        self
    }

    /// A code that we show and that nobody can ask for: staff see the money.
    pub fn without_qr_inquiry(mut self) -> Plan {
        self.qr_asks = false;
        self
    }

    /// A POS of another make.
    pub fn at_pos(mut self, make: Make) -> Plan {
        self.pos = make;
        self
    }

    /// The same run with crashes.
    pub fn crashing(&self, at: &[u64]) -> Plan {
        Plan {
            crashes: at.to_vec(),
            ..self.clone()
        }
    }
}
