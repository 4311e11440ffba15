//! What happens to the world outside: networks, gateways, printers, the POS, the clock,
//! the disk, the menu.

use soban_domain::payment::Method;
use soban_engine::ports::pos::PosHealth;
use soban_engine::ports::printer::Trouble;

use super::menu::printer;
use super::town::Town;
use crate::gateway::{Call, Fault};
use crate::pos;
use crate::printers::Mishap;

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Shock {
    /// The internet goes away, or comes back.
    Network(bool),
    /// A gateway's next call of a kind is spoilt.
    Gateway(Method, Call, Fault),
    /// A gateway stops answering inquiries, or answers again.
    Inquiries(Method, bool),
    /// A printer gets a trouble, or loses it.
    Printer(&'static str, Option<Trouble>),
    /// A printer's next job goes wrong.
    Mishap(&'static str, Mishap),
    /// The POS opens, closes its day, or goes away.
    Pos(PosHealth),
    /// The POS's next sending goes wrong.
    PosFault(pos::Fault),
    /// The wall clock is set forward or back, in seconds.
    Clock(i64),
    /// The wall clock is set to five seconds before midnight in Korea.
    Midnight,
    /// The wall clock is set to five seconds before the business day changes.
    DayChange,
    /// The disk is full, or has room again.
    Disk(bool),
    /// The owner puts another price of the stew in force, in won.
    Price(i64),
}

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
const KOREA_MS: i64 = 9 * HOUR_MS;

/// Milliseconds from `now` to five seconds before the next time that it is `hour` o'clock
/// in Korea.
fn shortly_before(now: i64, hour: i64) -> i64 {
    let of_day = (now + KOREA_MS).rem_euclid(DAY_MS);
    (hour * HOUR_MS - 5_000 - of_day).rem_euclid(DAY_MS)
}

impl Shock {
    /// True where the wall clock jumps.
    pub fn is_jump(&self) -> bool {
        matches!(self, Shock::Clock(_) | Shock::Midnight | Shock::DayChange)
    }

    /// Its name in traces and counts.
    pub fn name(&self) -> String {
        match self {
            Shock::Network(true) => "network back".to_owned(),
            Shock::Network(false) => "network down".to_owned(),
            Shock::Gateway(method, call, fault) => {
                format!("gateway {} {call:?} {fault:?}", method.name())
            }
            Shock::Inquiries(_, true) => "inquiries back".to_owned(),
            Shock::Inquiries(_, false) => "inquiries unavailable".to_owned(),
            Shock::Printer(_, Some(trouble)) => format!("printer {trouble:?}"),
            Shock::Printer(_, None) => "printer well".to_owned(),
            Shock::Mishap(_, mishap) => format!("printer {mishap:?}"),
            Shock::Pos(health) => format!("pos {health:?}"),
            Shock::PosFault(pos::Fault::Reject { .. }) => "pos Reject".to_owned(),
            Shock::PosFault(fault) => format!("pos {fault:?}"),
            Shock::Clock(seconds) if *seconds < 0 => "clock back".to_owned(),
            Shock::Clock(_) => "clock forward".to_owned(),
            Shock::Midnight => "clock to midnight".to_owned(),
            Shock::DayChange => "clock to the day's change".to_owned(),
            Shock::Disk(true) => "disk full".to_owned(),
            Shock::Disk(false) => "disk free".to_owned(),
            Shock::Price(_) => "menu price".to_owned(),
        }
    }
}

impl Town {
    /// Lets it happen.
    pub(crate) async fn strike(&self, shock: &Shock) {
        let name = shock.name();
        self.watch.say(&format!("shock: {name}"));
        self.watch.saw(format!("fault: {name}"));
        match shock {
            Shock::Network(up) => {
                for gateway in self.gateways.values() {
                    gateway.fake.set_unreachable(!up);
                }
            }
            Shock::Gateway(method, call, fault) => {
                if let Some(gateway) = self.gateways.get(method) {
                    gateway.saw(*call, *fault);
                    gateway.fake.fault_at(*call, *fault);
                }
            }
            Shock::Inquiries(method, answered) => {
                if let Some(gateway) = self.gateways.get(method) {
                    gateway.fake.set_inquiry_unavailable(!answered);
                }
            }
            Shock::Printer(name, trouble) => self.printers.set_trouble(&printer(name), *trouble),
            Shock::Mishap(name, mishap) => self.printers.mishap(&printer(name), *mishap),
            Shock::Pos(health) => self.pos.set_health(*health),
            Shock::PosFault(fault) => self.pos.fault(fault.clone()),
            Shock::Clock(seconds) => self.clock.jump(seconds * 1000),
            Shock::Midnight => self.jump_to(24),
            Shock::DayChange => self.jump_to(i64::from(crate::samples::CHANGE_HOUR)),
            Shock::Disk(full) => self.set_disk_full(*full),
            Shock::Price(stew) => self.put_menu(*stew).await,
        }
    }

    fn jump_to(&self, hour: i64) {
        use soban_engine::ports::Clock;
        let ahead = shortly_before(self.clock.now().0, hour);
        // Clocks are set right by an hour or so; a whole day ahead is another fault.
        self.clock.jump(ahead);
    }
}
