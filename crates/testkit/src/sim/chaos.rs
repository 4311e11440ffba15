//! Many faults at once, by seed: guests who do anything, neighbours that fail, a clock
//! that jumps, a disk that fills, and a program that stops at any boundary.

use soban_domain::payment::Method;
use soban_engine::ports::pos::PosHealth;
use soban_engine::ports::printer::Trouble;

use super::act::Act;
use super::dice::Dice;
use super::gateway::Spoil;
use super::menu::PRINTERS;
use super::plan::Plan;
use super::shock::Shock;
use super::watch::Road;
use crate::gateway::{Call, Fault};
use crate::pos;
use crate::printers::Mishap;

/// How bad it is.
#[derive(Clone, Debug)]
pub struct Weather {
    seed: u64,
    /// Gateway calls spoilt, of a thousand.
    spoilt: u64,
    /// Crashes, of a thousand boundaries.
    crash: u64,
    crashes_most: u32,
    /// Calls that never return, of a thousand.
    hang: u64,
}

impl Weather {
    pub(crate) fn road(&self) -> Road {
        Road {
            dice: Dice::new(self.seed ^ 0xA5A5_0001),
            crash: self.crash,
            crashes_most: self.crashes_most,
            hang: self.hang,
        }
    }

    pub(crate) fn spoil(&self, method: Method) -> Spoil {
        let salt = u64::try_from(method.name().len()).unwrap_or(0) << 32;
        Spoil {
            dice: Dice::new(self.seed ^ salt),
            of_thousand: self.spoilt,
        }
    }
}

/// Jumps of the wall clock in a run.
const JUMPS_MOST: usize = 2;

/// The plan of a seed.
pub fn plan(seed: u64) -> Plan {
    let mut dice = Dice::new(seed);
    let mut plan = Plan::new("chaos");
    plan.seed = seed;
    plan.pos = pos::Make {
        can_look_up: dice.chance(750),
        tells_repeats: dice.chance(500),
        confirms: true,
    };
    plan.qr_asks = dice.chance(700);
    let guests = 2 + dice.below(4);
    for _ in 0..guests {
        plan = plan.guest(script(&mut dice));
    }
    for guest in &mut plan.guests {
        guest.repeats = dice.chance(250);
    }
    for _ in 0..dice.below(7) {
        let worse = trouble(&mut dice, plan.clone());
        let jumps = worse.shocks.iter().filter(|(_, shock)| shock.is_jump());
        // No clock is set right more often than that within minutes.
        if jumps.count() <= JUMPS_MOST {
            plan = worse;
        }
    }
    plan.weather = Some(Weather {
        seed: dice.any(),
        spoilt: *dice.pick(&[0, 60, 150, 350]),
        crash: *dice.pick(&[0, 5, 15, 40]),
        crashes_most: u32::try_from(dice.below(6)).unwrap_or(0),
        hang: *dice.pick(&[0, 0, 15, 60]),
    });
    match dice.chance(850) {
        true => plan.with_staff(),
        false => plan,
    }
}

fn script(dice: &mut Dice) -> Vec<Act> {
    let baskets = [
        vec![("stew", 1)],
        vec![("stew", 2), ("beer", 1)],
        vec![("pie", 1)],
        vec![("pie", 2), ("stew", 1)],
        vec![("water", 1)],
    ];
    let arrives = u32::try_from(dice.below(40)).unwrap_or(0);
    let basket = dice.pick(&baskets).clone();
    let mut script = vec![Act::Wait(arrives), Act::Quote(basket), Act::Place];
    for _ in 0..=dice.below(3) {
        script.extend(one_payment(dice));
    }
    if dice.chance(200) {
        script.extend([Act::Refund(Some(1)), Act::Wait(3), Act::Refund(None)]);
    }
    if dice.chance(300) {
        script.push(Act::Receipt);
    }
    script
}

fn one_payment(dice: &mut Dice) -> Vec<Act> {
    let method = *dice.pick(&[
        Method::Kakaopay,
        Method::Kakaopay,
        Method::Toss,
        Method::Barcode,
        Method::Qr,
        Method::Counter,
    ]);
    let pause = Act::Wait(u32::try_from(dice.below(12)).unwrap_or(0));
    if method == Method::Counter {
        return vec![Act::Start(method), pause, Act::HandCash, Act::Ended];
    }
    let start = match dice.chance(200) {
        true => Act::StartTwice(method),
        false => Act::Start(method),
    };
    let mut acts = vec![start, Act::Shown, pause];
    match dice.below(12) {
        0 => acts.extend([Act::QuitPage, Act::Ended]),
        1 => acts.extend([Act::Leave, Act::Ended]),
        2 => acts.extend([Act::Wait(70), Act::Pay, Act::Home, Act::Ended]),
        3 => acts.extend([Act::Pay, Act::Home, Act::Home, Act::Ended, Act::Home]),
        4 => acts.extend([
            Act::HomeWithTokenOf(0),
            Act::Wait(3),
            Act::Pay,
            Act::Home,
            Act::Ended,
        ]),
        5 => acts.extend([Act::Pay, Act::Wait(75), Act::Home, Act::Ended]),
        6 if method == Method::Qr => acts.extend([Act::PayOddly(-500, 4), Act::Ended]),
        7 if method == Method::Qr => acts.extend([Act::PayOddly(0, 70), Act::Ended]),
        8 => acts.extend([Act::Leave, Act::Ended, Act::LeaveOrder]),
        _ => acts.extend([Act::Pay, Act::Home, Act::Ended]),
    }
    acts
}

/// Something that fails for a while.
fn trouble(dice: &mut Dice, plan: Plan) -> Plan {
    let at = dice.below(90);
    let until = at + 1 + dice.below(60);
    let printer = *dice.pick(&PRINTERS);
    match dice.below(11) {
        0 => plan
            .shock(at, Shock::Network(false))
            .shock(until, Shock::Network(true)),
        1 => {
            let method = *dice.pick(&[Method::Kakaopay, Method::Toss]);
            // Long enough, at times, that staff must be called.
            let outage = *dice.pick(&[0, 60, 400]);
            let spoilt = *dice.pick(&[Fault::LostReply, Fault::ServerError]);
            plan.shock(at, Shock::Inquiries(method, false))
                .shock(at, Shock::Gateway(method, Call::Approve, spoilt))
                .shock(until + outage, Shock::Inquiries(method, true))
        }
        2 => {
            let troubles = [Trouble::PaperOut, Trouble::Unreachable, Trouble::CoverOpen];
            plan.shock(at, Shock::Printer(printer, Some(*dice.pick(&troubles))))
                .shock(until, Shock::Printer(printer, None))
        }
        3 => {
            let mishap = *dice.pick(&[Mishap::LostProof, Mishap::CutOff]);
            plan.shock(at, Shock::Mishap(printer, mishap))
        }
        4 => {
            let health = *dice.pick(&[PosHealth::DayClosed, PosHealth::Unreachable]);
            plan.shock(at, Shock::Pos(health))
                .shock(until + dice.below(120), Shock::Pos(PosHealth::Open))
        }
        5 => {
            let reject = pos::Fault::Reject {
                code: "items_out_of_stock".to_owned(),
                words: "품절".to_owned(),
            };
            let faults = [pos::Fault::LostReply, pos::Fault::LostRequest, reject];
            plan.shock(at, Shock::PosFault(dice.pick(&faults).clone()))
        }
        6 => plan.shock(at, Shock::Clock(*dice.pick(&[3600, -3600]))),
        7 => plan.shock(at, Shock::Midnight),
        8 => plan.shock(at, Shock::DayChange),
        9 => plan
            .shock(at, Shock::Disk(true))
            .shock(until.min(at + 25), Shock::Disk(false)),
        _ => plan.shock(
            at,
            Shock::Price(9_000 + 100 * i64::try_from(dice.below(30)).unwrap_or(0)),
        ),
    }
}
