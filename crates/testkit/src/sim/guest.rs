//! A guest: a script, how far it is done, and what the guest holds in hand.
//!
//! Guarantees: a guest outlives the program; every id is made before it is sent and the
//! same at each repeat, as a screen makes them.

use soban_domain::ids::{AttemptId, CommandId, OrderId, QuoteId, RefundId, ScreenId};
use soban_domain::payment::Method;

use super::act::Act;
use crate::ids::nth;
use crate::samples::slug;

/// Ids of guests begin here, far from those that the engine makes.
const IDS: u64 = 10_000_000;
/// Ids for each guest.
const IDS_EACH: u64 = 10_000;

/// A guest.
#[derive(Clone, Debug)]
pub struct Guest {
    pub(crate) number: usize,
    pub(crate) script: Vec<Act>,
    pub(crate) step: usize,
    /// How often the step at hand was tried.
    pub(crate) tries: u32,
    pub(crate) quote: Option<QuoteId>,
    /// How much the guest was told that it costs.
    pub(crate) price: Option<i64>,
    pub(crate) attempts: Vec<(AttemptId, Method)>,
    /// What the phone brings home for the latest attempt.
    pub(crate) token: Option<String>,
    /// Tokens of earlier attempts.
    pub(crate) old_tokens: Vec<String>,
    /// True where each command is sent once more after its answer.
    pub(crate) repeats: bool,
    pub(crate) gone: bool,
}

impl Guest {
    pub(crate) fn new(number: usize, script: Vec<Act>) -> Guest {
        Guest {
            number,
            script,
            step: 0,
            tries: 0,
            quote: None,
            price: None,
            attempts: Vec::new(),
            token: None,
            old_tokens: Vec::new(),
            repeats: false,
            gone: false,
        }
    }

    fn id(&self, n: u64) -> uuid::Uuid {
        let number = u64::try_from(self.number).unwrap_or(0);
        nth(IDS + number * IDS_EACH + n)
    }

    fn step_number(&self) -> u64 {
        u64::try_from(self.step).unwrap_or(0)
    }

    /// The command of the step at hand.
    pub(crate) fn command(&self) -> CommandId {
        CommandId(self.id(self.step_number() * 4))
    }

    /// The command of a second tap at the step at hand.
    pub(crate) fn second_command(&self) -> CommandId {
        CommandId(self.id(self.step_number() * 4 + 1))
    }

    /// The attempts that the step at hand begins.
    pub(crate) fn new_attempts(&self) -> [AttemptId; 2] {
        [0, 1].map(|n| AttemptId(self.id(6_000 + self.step_number() * 2 + n)))
    }

    /// The refund that the step at hand asks for.
    pub(crate) fn new_refund(&self) -> RefundId {
        RefundId(self.id(8_000 + self.step_number()))
    }

    /// The guest's order.
    pub(crate) fn order(&self) -> OrderId {
        OrderId(self.id(5_000))
    }

    /// The guest's screen: each second one stands at the other kiosk.
    pub(crate) fn screen(&self) -> ScreenId {
        slug(if self.number.is_multiple_of(2) {
            "kiosk-1"
        } else {
            "kiosk-2"
        })
    }

    /// The latest attempt.
    pub(crate) fn attempt(&self) -> Option<(AttemptId, Method)> {
        self.attempts.last().copied()
    }

    /// Notes an attempt that was begun.
    pub(crate) fn began(&mut self, attempt: AttemptId, method: Method) {
        if !self.attempts.contains(&(attempt, method)) {
            self.attempts.push((attempt, method));
            self.old_tokens.extend(self.token.take());
        }
    }

    /// True once nothing is left to do.
    pub(crate) fn is_over(&self) -> bool {
        self.gone || self.step >= self.script.len()
    }
}
