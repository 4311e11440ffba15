//! What goes wrong on purpose: the board of faults and the plan by seed.
//!
//! Guarantees: a fault counted for N requests hits exactly the next N requests of its endpoint,
//! in the order they arrive; the work of a request is done once or not at all, whatever its
//! answer looks like. Deliberately absent: chance that cannot be repeated. Random faults come
//! from a plan with a seed.

mod endpoint;
mod exchange;
mod plan;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::endpoint::{Endpoint, FaultKind, WRONG_BY};
pub(crate) use self::exchange::{Answer, Exchange, carry_out};
pub(crate) use self::plan::Dealer;
pub use self::plan::{FaultPlan, FaultRate};

/// Most faults on the board at once; past it, new ones are refused.
const MAX_FAULTS: usize = 256;
/// Longest delay a fault may cause, in milliseconds.
const MAX_DELAY_MS: u64 = 10 * 60 * 1000;
/// Delay when the fault names none: past KakaoPay's own 11 s and a client's 15 s.
const DEFAULT_DELAY_MS: u64 = 16_000;
/// When an approval comes late if the fault names no time: a VAN's success was seen five
/// minutes after the time-out (payments reference, section 4).
const LATE_APPROVAL_MS: u64 = 5 * 60 * 1000;

/// One rule on the board, as it is sent to `POST /faults`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Where it strikes.
    pub endpoint: Endpoint,
    /// What it does.
    pub fault: FaultKind,
    /// How many requests it still hits; absent: until cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// For `delay` and `late`, milliseconds of real time; for `late_approval` and a delayed
    /// webhook, milliseconds of the sandbox's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// For `decline` by KakaoPay: the error code, -704 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// For `decline` by all others: the vendor's own code, its most usual one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl FaultRule {
    /// A rule that hits the next `times` requests.
    #[must_use]
    pub fn next(endpoint: Endpoint, fault: FaultKind, times: u32) -> Self {
        Self {
            endpoint,
            fault,
            times: Some(times),
            delay_ms: None,
            code: None,
            reason: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        if self.times == Some(0) {
            return Err("times must be at least 1".to_owned());
        }
        if self.delay_ms.is_some_and(|ms| ms > MAX_DELAY_MS) {
            return Err(format!("delay_ms must be at most {MAX_DELAY_MS}"));
        }
        if self.code.is_some_and(|code| code >= 0) {
            return Err("code must be negative".to_owned());
        }
        if !self.endpoint.can(self.fault) {
            return Err("this fault makes no sense at this endpoint".to_owned());
        }
        Ok(())
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(DEFAULT_DELAY_MS))
    }

    /// How much later the approval is made, by the sandbox's clock.
    pub(crate) fn late(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(LATE_APPROVAL_MS))
    }

    /// The amount an approval takes under this rule.
    pub(crate) fn amount(rule: Option<&Self>, asked: i64) -> i64 {
        match rule {
            Some(rule) if rule.fault == FaultKind::WrongAmount => asked.saturating_add(WRONG_BY),
            _ => asked,
        }
    }

    /// The rule, if it says to refuse.
    pub(crate) fn refusing(rule: Option<&Self>) -> Option<&Self> {
        rule.filter(|rule| rule.fault == FaultKind::Decline)
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ActiveFault {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) rule: FaultRule,
}

/// The rules now in force, oldest first; the oldest that fits a request strikes. Where none
/// fits, the plan is asked.
#[derive(Debug, Default)]
pub(crate) struct FaultBoard {
    last_id: u64,
    active: Vec<ActiveFault>,
    dealer: Option<Dealer>,
}

impl FaultBoard {
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<ActiveFault, String> {
        rule.check()?;
        if self.active.len() >= MAX_FAULTS {
            return Err(format!("more than {MAX_FAULTS} faults at once"));
        }
        self.last_id += 1;
        let fault = ActiveFault {
            id: self.last_id,
            rule,
        };
        self.active.push(fault.clone());
        Ok(fault)
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|fault| fault.id != id);
        self.active.len() != before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
        self.dealer = None;
    }

    /// Draws faults by this plan from now on, from its beginning.
    pub(crate) fn follow(&mut self, plan: FaultPlan) -> Result<(), String> {
        self.dealer = Some(Dealer::new(plan)?);
        Ok(())
    }

    /// Draws no faults any more.
    pub(crate) fn unfollow(&mut self) {
        self.dealer = None;
    }

    pub(crate) fn plan(&self) -> Option<&FaultPlan> {
        self.dealer.as_ref().map(Dealer::plan)
    }

    pub(crate) fn active(&self) -> &[ActiveFault] {
        &self.active
    }

    /// What strikes the next request of this endpoint.
    pub(crate) fn take(&mut self, endpoint: Endpoint) -> Option<FaultRule> {
        let planned = self
            .dealer
            .as_mut()
            .and_then(|dealer| dealer.deal(endpoint));
        self.armed(endpoint).or(planned)
    }

    fn armed(&mut self, endpoint: Endpoint) -> Option<FaultRule> {
        let at = self
            .active
            .iter()
            .position(|fault| fault.rule.endpoint == endpoint)?;
        let rule = self.active[at].rule.clone();
        match &mut self.active[at].rule.times {
            Some(1) => {
                self.active.remove(at);
            }
            Some(left) => *left -= 1,
            None => {}
        }
        Some(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A counted fault must strike exactly as often as it says, beside an endless one; takes are counted.
    #[test]
    fn a_counted_fault_ends_and_an_endless_one_does_not() {
        let mut board = FaultBoard::default();
        board
            .add(FaultRule::next(
                Endpoint::PaymentApprove,
                FaultKind::ReplyLost,
                2,
            ))
            .unwrap();
        let endless = FaultRule {
            times: None,
            ..FaultRule::next(Endpoint::PosSubmit, FaultKind::Garbage, 1)
        };
        board.add(endless).unwrap();
        assert!(board.take(Endpoint::PaymentOrder).is_none());
        assert!(board.take(Endpoint::PaymentApprove).is_some());
        assert!(board.take(Endpoint::PaymentApprove).is_some());
        assert!(board.take(Endpoint::PaymentApprove).is_none());
        for _ in 0..5 {
            assert!(board.take(Endpoint::PosSubmit).is_some());
        }
        assert!(board.remove(2));
        assert!(board.take(Endpoint::PosSubmit).is_none());
    }

    /// Rules that make no sense must be refused, not half-applied; each is tried on an empty board.
    #[test]
    fn senseless_rules_are_refused() {
        let mut board = FaultBoard::default();
        let base = FaultRule::next(Endpoint::PaymentApprove, FaultKind::Delay, 1);
        let wrong = [
            FaultRule {
                times: Some(0),
                ..base.clone()
            },
            FaultRule {
                delay_ms: Some(u64::MAX),
                ..base.clone()
            },
            FaultRule {
                code: Some(5),
                ..base
            },
            FaultRule::next(Endpoint::PaymentOrder, FaultKind::WrongAmount, 1),
            FaultRule::next(Endpoint::PaymentApprove, FaultKind::CallbackLost, 1),
            FaultRule::next(Endpoint::TossWebhook, FaultKind::Garbage, 1),
        ];
        for rule in wrong {
            assert!(board.add(rule).is_err());
        }
        assert!(board.active().is_empty());
    }
}
