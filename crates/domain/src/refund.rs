//! Money on its way back to a guest, from staff's wish to the won: a void (결제취소) of
//! the same business day, or a refund (환불), whole or by lines.
//!
//! Guarantees: *unknown is a state, not an error*: after an answer that did not come
//! the gateway is asked before anything is sent again, and what was live before
//! ([`Refund::rest_before`]) goes along as a guard. What goes back is worked out by
//! [`plan`], exact to the won in every tax part, whatever the sequence.
//!
//! Deliberately absent: reversals (망취소) of money that must not have been taken; those
//! belong to the attempt ([`crate::payment`]). Who may refund, and PINs: the engine.

#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, OrderId, RefundId};
use crate::machine::{Machine, Step};
use crate::moment::{BusinessDay, Timestamp};
use crate::money::Won;
use crate::tax::TaxParts;
use crate::text::Note;

mod plan;

pub use plan::{Plan, RefundError, RefundLine, RefundRules, Returned, Wish, plan};

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// On disk; nothing of it was sent, or the gateway said that nothing of it was done.
    Prepared,
    /// It is being sent: from here money may have gone back.
    Sending,
    /// It was sent and nobody knows: ask first.
    Unknown,
    /// The money is back.
    Done,
    /// Nothing went back and nothing will: refused, or given up by staff.
    Refused,
    /// Only a named member of staff can end this.
    NeedsStaff,
}

/// What can happen to a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundEvent {
    /// The engine takes it up.
    SendStarted,
    /// Not a byte of it left.
    NotSent,
    /// The answer: done.
    AnsweredDone,
    /// The answer is a listed refusal; where that alone is not certain, the inquiry agrees.
    AnsweredRefused,
    /// No usable answer came: time-out, broken body, 5xx, a code that nobody listed.
    NoAnswer,
    /// The program came up again and found it like this.
    Restarted,
    /// The inquiry says: done.
    InquiredDone,
    /// The inquiry says: not done.
    InquiredNotDone,
    /// The inquiry got no answer.
    InquiryFailed,
    /// The bound of trying, or of asking, is reached.
    TriedEnough,
    /// Staff gave the money back by hand, or saw that it is back.
    StaffDone,
    /// Staff say that nothing went back, and give it up.
    StaffNotDone,
}

/// What to do once the new state is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundEffect {
    /// Send it to the gateway.
    Send,
    /// Ask the gateway how much went back.
    Inquire,
    /// The money is back: the books, the receipt and the cash receipt follow.
    Refunded,
    /// It is over without money; another may begin.
    NotRefunded,
    /// Call staff.
    TellStaff,
}

impl RefundState {
    /// True while the engine has something to do about it after a restart.
    pub fn is_open(self) -> bool {
        match self {
            RefundState::Prepared | RefundState::Sending | RefundState::Unknown => true,
            RefundState::Done | RefundState::Refused | RefundState::NeedsStaff => false,
        }
    }

    /// True once nothing more can happen to it but late news.
    pub fn is_settled(self) -> bool {
        match self {
            RefundState::Done | RefundState::Refused => true,
            RefundState::Prepared
            | RefundState::Sending
            | RefundState::Unknown
            | RefundState::NeedsStaff => false,
        }
    }

    /// True where its amount counts as gone from the order: it went back, or may have,
    /// or is about to. No won of it may be promised a second time.
    pub fn counts(self) -> bool {
        self != RefundState::Refused
    }

    /// Its name in columns.
    pub fn name(self) -> &'static str {
        match self {
            RefundState::Prepared => "prepared",
            RefundState::Sending => "sending",
            RefundState::Unknown => "unknown",
            RefundState::Done => "done",
            RefundState::Refused => "refused",
            RefundState::NeedsStaff => "needs_staff",
        }
    }
}

impl Machine for RefundState {
    type Event = RefundEvent;
    type Effect = RefundEffect;
    const NAME: &'static str = "Refund";

    fn states() -> Vec<RefundState> {
        use RefundState as S;
        vec![
            S::Prepared,
            S::Sending,
            S::Unknown,
            S::Done,
            S::Refused,
            S::NeedsStaff,
        ]
    }

    fn events() -> Vec<RefundEvent> {
        use RefundEvent as E;
        vec![
            E::SendStarted,
            E::NotSent,
            E::AnsweredDone,
            E::AnsweredRefused,
            E::NoAnswer,
            E::Restarted,
            E::InquiredDone,
            E::InquiredNotDone,
            E::InquiryFailed,
            E::TriedEnough,
            E::StaffDone,
            E::StaffNotDone,
        ]
    }

    fn next(self, event: RefundEvent) -> Step<RefundState> {
        use RefundEffect as F;
        use RefundEvent as E;
        use RefundState as S;
        match (self, event) {
            (S::Prepared, E::SendStarted) => Ok((S::Sending, vec![F::Send])),
            (S::Sending, E::NotSent) => Ok((S::Prepared, vec![])),
            (S::Sending, E::AnsweredDone) => Ok((S::Done, vec![F::Refunded])),
            (S::Sending, E::NoAnswer | E::Restarted) => Ok((S::Unknown, vec![F::Inquire])),
            // A refusal is certain where it answers the request, or where an inquiry
            // that followed it agrees.
            (S::Sending | S::Unknown, E::AnsweredRefused) => {
                Ok((S::Refused, vec![F::NotRefunded, F::TellStaff]))
            }
            (S::Unknown, E::InquiredNotDone) => Ok((S::Prepared, vec![])),
            (S::Unknown, E::InquiryFailed | E::Restarted) => Ok((self, vec![F::Inquire])),
            // A request that was given up for lost may take effect late.
            (S::Prepared | S::Unknown | S::NeedsStaff, E::InquiredDone)
            // By hand nothing is ever sent, so staff may settle what waits to be.
            | (S::Prepared | S::NeedsStaff, E::StaffDone) => Ok((S::Done, vec![F::Refunded])),
            (S::Prepared | S::NeedsStaff, E::StaffNotDone) => {
                Ok((S::Refused, vec![F::NotRefunded]))
            }
            (S::Refused, E::InquiredDone) => Ok((S::Done, vec![F::Refunded, F::TellStaff])),
            (S::Prepared | S::Unknown, E::TriedEnough) => Ok((S::NeedsStaff, vec![F::TellStaff])),
            (S::Prepared, E::Restarted | E::InquiredNotDone)
            | (S::Refused | S::NeedsStaff, E::InquiredNotDone)
            | (S::NeedsStaff, E::InquiryFailed)
            | (S::Done, E::InquiredDone) => Ok((self, vec![])),
            (
                S::Prepared,
                E::NotSent | E::AnsweredDone | E::AnsweredRefused | E::NoAnswer | E::InquiryFailed,
            )
            | (
                S::Sending,
                E::SendStarted
                | E::InquiredDone
                | E::InquiredNotDone
                | E::InquiryFailed
                | E::TriedEnough
                | E::StaffDone
                | E::StaffNotDone,
            )
            | (
                S::Unknown,
                E::SendStarted
                | E::NotSent
                | E::AnsweredDone
                | E::NoAnswer
                | E::StaffDone
                | E::StaffNotDone,
            )
            | (S::Done, E::InquiredNotDone | E::InquiryFailed | E::StaffDone | E::StaffNotDone)
            | (S::Refused, E::InquiryFailed | E::StaffDone | E::StaffNotDone)
            | (
                S::Done | S::Refused | S::NeedsStaff,
                E::SendStarted
                | E::NotSent
                | E::AnsweredDone
                | E::AnsweredRefused
                | E::NoAnswer
                | E::Restarted
                | E::TriedEnough,
            ) => Err(self.illegal(event)),
        }
    }
}

/// What a giving back is called in the trade; receipts and books tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundKind {
    /// 결제취소: the whole approval, within its own business day.
    Void,
    /// 환불: later, or only a part.
    Refund,
}

impl RefundKind {
    /// The kind of a plan for an approval of one business day on another.
    pub fn of(plan: &Plan, total: Won, approved: BusinessDay, today: BusinessDay) -> RefundKind {
        if plan.amount == total && approved == today {
            RefundKind::Void
        } else {
            RefundKind::Refund
        }
    }
}

/// How staff gave money back past the gateway's port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByHand {
    /// Cash from the till: no gateway ever learns of it.
    Cash,
    /// On the VAN's own terminal or the gateway's own page: its list shows it.
    Terminal,
}

/// One giving back of money, as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id; the idempotency key where a gateway takes one.
    pub id: RefundId,
    /// The attempt whose approval is given back.
    pub attempt: AttemptId,
    /// The order.
    pub order: OrderId,
    /// Void or refund.
    pub kind: RefundKind,
    /// How much.
    pub amount: Won,
    /// How it divides for the tax office.
    pub tax: TaxParts,
    /// What of the order; empty for all that was left.
    pub lines: Vec<RefundLine>,
    /// What was live of the approval *at the gateway* before it: cash handed back is
    /// still in there. The gateway's guard against giving back twice.
    pub rest_before: Won,
    /// Why, in staff's words.
    pub reason: Note,
    /// The member of staff.
    pub by: String,
    /// How staff did it, where no gateway is asked.
    pub by_hand: Option<ByHand>,
    /// Where it stands.
    pub state: RefundState,
    /// When it was written.
    pub created: Timestamp,
    /// When its state last changed.
    pub changed: Timestamp,
    /// How often it was sent or asked after.
    pub tries: u32,
    /// When to act next, where the engine waits for a time.
    pub next_try: Option<Timestamp>,
    /// The gateway's number of it.
    pub gateway_number: Option<String>,
    /// When the money was back, by the gateway's clock or staff's word.
    pub done_at: Option<Timestamp>,
    /// The gateway's last code and words for staff; never a token.
    pub evidence: Option<String>,
}

impl Refund {
    /// What it takes from the order, for the next [`plan`]; nothing where it was refused.
    pub fn returned(&self) -> Option<Returned> {
        self.state.counts().then(|| Returned {
            lines: self.lines.clone(),
            tax: self.tax,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::reach;

    /// Money moves at the gateway only from `Prepared`, and nothing of which the outcome
    /// is open gets there but by the inquiry's "not done" or a request that never left:
    /// searched in the whole table.
    #[test]
    fn nothing_is_sent_while_it_may_have_been_done() {
        for state in RefundState::states() {
            for event in RefundState::events() {
                let Ok((next, effects)) = state.next(event) else {
                    continue;
                };
                if effects.contains(&RefundEffect::Send) {
                    assert_eq!(state, RefundState::Prepared, "{event:?}");
                }
                if next == RefundState::Prepared && state != RefundState::Prepared {
                    let known = matches!(
                        (state, event),
                        (RefundState::Unknown, RefundEvent::InquiredNotDone)
                            | (RefundState::Sending, RefundEvent::NotSent)
                    );
                    assert!(known, "{state:?} {event:?}");
                }
            }
        }
    }

    /// The money is booked exactly on the step into `Done`, and given up exactly on the
    /// step into `Refused`, by comparing effects and states over the whole table.
    #[test]
    fn books_follow_the_state() {
        for state in RefundState::states() {
            for event in RefundState::events() {
                if let Ok((next, effects)) = state.next(event) {
                    let enters = |end| next == end && state != end;
                    let booked = effects.contains(&RefundEffect::Refunded);
                    assert_eq!(booked, enters(RefundState::Done), "{state:?} {event:?}");
                    let freed = effects.contains(&RefundEffect::NotRefunded);
                    assert_eq!(freed, enters(RefundState::Refused), "{state:?} {event:?}");
                }
            }
        }
    }

    /// Every state that is not settled can come to both ends, by walking the table.
    #[test]
    fn every_open_state_reaches_both_ends() {
        for start in RefundState::states()
            .into_iter()
            .filter(|s| !s.is_settled())
        {
            let seen = reach(start);
            for end in [RefundState::Done, RefundState::Refused] {
                assert!(seen.contains(&end), "{start:?} never gets to {end:?}");
            }
        }
    }

    /// Only the whole of an approval on its own day is a void: by one plan on two days and
    /// against two totals.
    #[test]
    fn a_void_is_whole_and_of_the_day() {
        let plan = Plan {
            amount: Won(9_000),
            tax: TaxParts::of(Won(9_000), Won::ZERO, Won::ZERO),
            lines: vec![],
            rest_before: Won(9_000),
        };
        let day = |text: &str| BusinessDay::try_from(text.to_owned()).unwrap();
        let (monday, tuesday) = (day("2026-11-23"), day("2026-11-24"));
        let kind = |total, today| RefundKind::of(&plan, Won(total), monday, today);
        assert_eq!(kind(9_000, monday), RefundKind::Void);
        assert_eq!(kind(9_000, tuesday), RefundKind::Refund);
        assert_eq!(kind(12_000, monday), RefundKind::Refund);
    }
}
