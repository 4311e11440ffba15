//! The payment machine against a small model of money: a gateway that takes, loses answers,
//! takes late, takes the wrong amount and sends back, and says only what is so.
//!
//! The model knows nothing of the machine's table. It keeps a ledger, lets happen what can
//! happen there, and holds each state of the machine against the ledger.

use std::collections::BTreeSet;

use proptest::prelude::*;
use soban_domain::machine::Machine;
use soban_domain::payment::{Cause, PaymentEffect, PaymentEvent as E, PaymentState as S};

/// What is to be paid, in won; the wrong amount is ten more.
const DUE: i64 = 9_000;
/// What a partial refund sends back.
const PART: i64 = 4_000;

/// The gateway's ledger, and what the world still has in store.
#[derive(Clone, Debug, Default)]
struct Ledger {
    taken: i64,
    sent_back: i64,
    /// An approval without an answer may still take money.
    may_land: bool,
    /// Money landed after the attempt was closed.
    landed_late: bool,
    refunded: i64,
}

impl Ledger {
    fn here(&self) -> i64 {
        self.taken - self.sent_back
    }

    fn take(&mut self, amount: i64) {
        self.taken += amount;
        self.may_land = false;
    }

    fn give_back(&mut self, amount: i64) {
        self.sent_back += amount;
    }

    /// What a truthful inquiry may say.
    fn inquired(&self) -> Vec<E> {
        match self.here() {
            0 if self.taken > 0 => vec![E::InquiredReversed, E::InquiryFailed],
            // Until the gateway's own time-out nothing final is taken from its answer.
            0 if self.may_land => vec![E::InquiryFailed],
            0 => vec![E::InquiredUnpaid, E::InquiredOpen, E::InquiryFailed],
            DUE => vec![E::InquiredPaid, E::InquiryFailed],
            _ => vec![E::Mismatched, E::InquiryFailed],
        }
    }
}

/// An attempt, its ledger, and what was asked of the world.
#[derive(Clone, Debug)]
struct Walk {
    state: S,
    ledger: Ledger,
    /// As the engine notes it: closed once, and opened again by money.
    late: bool,
    paid: u32,
    steps: Vec<(S, E)>,
}

impl Walk {
    fn new() -> Walk {
        Walk {
            state: S::Prepared,
            ledger: Ledger::default(),
            late: false,
            paid: 0,
            steps: Vec::new(),
        }
    }

    /// The approval is under way: what the gateway makes of it, and the answer.
    fn approved(&mut self, roll: u8) -> E {
        let unknown = [Cause::NoAnswer, Cause::Restart];
        let lost = E::AnsweredUnknown(unknown[usize::from(roll / 16) % 2]);
        if self.ledger.taken > 0 {
            // It takes one approval for a payment at most.
            return lost;
        }
        match roll % 8 {
            0 | 1 => {
                self.ledger.take(DUE);
                E::AnsweredApproved
            }
            2 => {
                self.ledger.take(DUE);
                lost
            }
            3 => {
                self.ledger.take(DUE + 10);
                E::Mismatched
            }
            4 => {
                self.ledger.take(DUE + 10);
                lost
            }
            5 => {
                self.ledger.may_land = true;
                lost
            }
            6 => E::AnsweredUnknown(Cause::Refused),
            _ => E::AnsweredUnknown(Cause::NotYet),
        }
    }

    /// What can happen in a state: something of the world, or noise.
    fn happens(&mut self, kind: u8, roll: u8) -> E {
        let pick = |from: &[E]| from[usize::from(roll) % from.len()];
        if kind.is_multiple_of(5) {
            return pick(&[E::GuestReturned, E::GuestLeft, E::DeadlinePassed]);
        }
        if self.ledger.may_land && kind % 5 == 1 {
            self.ledger.landed_late = self.state.is_closed_unpaid();
            self.ledger.take(DUE);
        }
        match self.state {
            S::Prepared => E::AskStarted,
            S::Asking => pick(&[E::Offered, E::Offered, E::OfferFailed, E::Restarted]),
            S::Waiting => E::GuestReturned,
            S::Approving => self.approved(roll),
            S::Unknown(cause) => self.unknown(cause, roll),
            S::Closing | S::Declined | S::Expired | S::Reversed => pick(&self.ledger.inquired()),
            S::Reversing => self.reversing(roll),
            S::NeedsStaff => self.staff(roll),
            S::Approved | S::PartlyRefunded => self.refund(roll),
            S::Voided | S::Refunded => E::InquiredReversed,
        }
    }

    fn unknown(&self, cause: Cause, roll: u8) -> E {
        let mut can = self.ledger.inquired();
        let silent = self.ledger.taken == 0 && !self.ledger.may_land;
        if silent && matches!(cause, Cause::NoAnswer | Cause::Restart) {
            can.push(E::ApproveAgain);
        }
        can.extend([E::AskedEnough, E::MustReverse]);
        can[usize::from(roll) % can.len()]
    }

    fn reversing(&mut self, roll: u8) -> E {
        match roll % 4 {
            0 => E::InquiryFailed,
            1 => E::ReversalUnsettled,
            answer => {
                let here = self.ledger.here();
                self.ledger.give_back(here);
                match answer {
                    2 => E::InquiryFailed,
                    _ => E::ReversalConfirmed,
                }
            }
        }
    }

    /// Staff tell the truth, and have it sent back where they are in doubt.
    fn staff(&self, roll: u8) -> E {
        let mut can = self.ledger.inquired();
        can.push(E::StaffReverses);
        match self.ledger.here() {
            DUE if !self.late => can.push(E::StaffTook),
            0 if !self.ledger.may_land => can.push(E::StaffClosed),
            _ => {}
        }
        can[usize::from(roll) % can.len()]
    }

    fn refund(&mut self, roll: u8) -> E {
        let here = self.ledger.here();
        match roll % 3 {
            0 if here > PART => {
                self.ledger.give_back(PART);
                self.ledger.refunded += PART;
                E::RefundedPart
            }
            1 => {
                self.ledger.give_back(here);
                self.ledger.refunded += here;
                match self.state {
                    S::Approved => E::VoidedAll,
                    _ => E::RefundedAll,
                }
            }
            _ => E::InquiredPaid,
        }
    }

    fn step(&mut self, event: E) {
        // As the engine does: what came after the end pays nothing.
        let event = match (self.late, self.state, event) {
            (true, S::NeedsStaff, E::InquiredPaid) => E::Mismatched,
            _ => event,
        };
        let Ok((next, effects)) = self.state.next(event) else {
            return;
        };
        self.steps.push((self.state, event));
        self.late |= self.state.is_closed_unpaid() && !next.is_closed_unpaid();
        for effect in effects {
            match effect {
                PaymentEffect::Paid => self.paid += 1,
                PaymentEffect::Approve => assert!(
                    self.ledger.taken == 0,
                    "an approval is sent where money was taken: {:?}",
                    self.steps
                ),
                _ => {}
            }
        }
        self.state = next;
    }

    /// Holds the state against the ledger.
    fn check(&self) {
        let (state, here) = (self.state, self.ledger.here());
        let story = || format!("{state:?}, {here} won here, after {:?}", self.steps);
        if state.is_paid() {
            let left = DUE - self.ledger.refunded;
            assert!(here == left && self.paid == 1 && !self.late, "{}", story());
        }
        if matches!(state, S::Voided | S::Refunded) {
            assert!(here == 0, "{}", story());
        }
        if state.is_closed_unpaid() {
            let late = self.ledger.landed_late || self.ledger.may_land;
            assert!(here == 0 || late, "{}", story());
        }
        if here != 0 && !state.is_paid() && !self.ledger.landed_late {
            assert!(!state.is_closed_unpaid(), "{}", story());
        }
    }

    /// Nothing fails any more: the gateway answers, and staff do what they must.
    fn comes_to_rest(&mut self) {
        if self.ledger.may_land {
            self.ledger.landed_late |= self.state.is_closed_unpaid();
            self.ledger.take(DUE);
        }
        for _ in 0..20 {
            let event = match self.state {
                S::Prepared => E::AskStarted,
                S::Asking => E::Offered,
                S::Waiting => E::DeadlinePassed,
                S::Approving => E::Restarted,
                S::Reversing => {
                    let here = self.ledger.here();
                    self.ledger.give_back(here);
                    E::ReversalConfirmed
                }
                S::NeedsStaff if self.ledger.here() == 0 => E::StaffClosed,
                _ => self.ledger.inquired()[0],
            };
            self.step(event);
            self.check();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the world does, a state of the machine never says other than the ledger,
    /// and once nothing fails any more it is paid with the money here or closed with none,
    /// by walks of up to sixty happenings.
    #[test]
    fn states_say_what_the_ledger_says(rolls in prop::collection::vec(any::<(u8, u8)>(), 0..60)) {
        let mut walk = Walk::new();
        for (kind, roll) in rolls {
            let event = walk.happens(kind, roll);
            walk.step(event);
            walk.check();
        }
        walk.comes_to_rest();
        let over = walk.state.is_paid() || walk.state.is_closed_unpaid();
        prop_assert!(over, "{:?} after {:?}", walk.state, walk.steps);
        let expected = match walk.state.is_paid() {
            true => DUE - walk.ledger.refunded,
            false => 0,
        };
        prop_assert_eq!(walk.ledger.here(), expected, "{:?} after {:?}", walk.state, walk.steps);
    }
}

/// The walks reach every state and take most of the allowed steps, and every pair of state
/// and event has its row, by counting: a model that never gets anywhere proves nothing.
#[test]
fn the_walks_get_around() {
    let mut taken = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut number: u32 = 1;
    let mut roll = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(number >> 24).unwrap()
    };
    for _ in 0..4_000 {
        let mut walk = Walk::new();
        for _ in 0..40 {
            let event = walk.happens(roll(), roll());
            walk.step(event);
            walk.check();
            seen.insert(walk.state);
        }
        taken.extend(walk.steps.iter().map(|step| format!("{step:?}")));
    }
    let (states, events) = (S::states(), S::events());
    let pairs = states.len() * events.len();
    let tries = states
        .iter()
        .flat_map(|s| events.iter().map(|e| s.next(*e)));
    let allowed = tries.filter(Result::is_ok).count();
    println!(
        "model: {} states × {} events = {pairs} pairs, {allowed} allowed, {} refused; \
         walks took {} of the allowed ones",
        states.len(),
        events.len(),
        pairs - allowed,
        taken.len(),
    );
    let missed: Vec<_> = states
        .iter()
        .filter(|state| !seen.contains(state))
        .collect();
    let begins = S::Prepared;
    assert!(
        missed.iter().all(|state| **state == begins),
        "never reached: {missed:?}"
    );
    assert!(taken.len() * 2 > allowed, "{} of {allowed}", taken.len());
}
