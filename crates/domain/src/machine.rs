//! The form of every state machine here: a total function from state and event to the
//! next state and its effects, or a refusal.
//!
//! Guarantees: no clock inside (a deadline is an effect with an interval), no I/O, no
//! wildcard arm: a new state or event does not compile until each pair is thought of.
//! The whole table can be exported as data, and `docs/state/` is rendered from it
//! ([`pages`]).
//!
//! Deliberately absent: running effects. The engine does that, after the commit.

use std::fmt::Debug;

use thiserror::Error;

mod pages;

pub use pages::pages;

/// An event that must not happen in a state. The caller drops it and logs it; it never
/// changes anything.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{machine}: {event} is not allowed in {state}")]
pub struct IllegalTransition {
    /// Which machine.
    pub machine: &'static str,
    /// The state it was in.
    pub state: String,
    /// The event that came.
    pub event: String,
}

/// What [`Machine::next`] gives.
pub type Step<M> = Result<(M, Vec<<M as Machine>::Effect>), IllegalTransition>;

/// A state machine.
pub trait Machine: Sized + Copy + Debug + PartialEq {
    /// What can happen.
    type Event: Copy + Debug;
    /// What must be done once the new state is on disk.
    type Effect: Debug;

    /// Its name in refusals and documents.
    const NAME: &'static str;

    /// Every state, in the order of a good life.
    fn states() -> Vec<Self>;

    /// Every event.
    fn events() -> Vec<Self::Event>;

    /// The next state and what to do, or a refusal.
    ///
    /// # Errors
    /// [`IllegalTransition`] where the event must not happen in this state.
    fn next(self, event: Self::Event) -> Step<Self>;

    /// The refusal of `event` in this state.
    fn illegal(self, event: Self::Event) -> IllegalTransition {
        IllegalTransition {
            machine: Self::NAME,
            state: format!("{self:?}"),
            event: format!("{event:?}"),
        }
    }
}

/// One row of a machine's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The state.
    pub from: String,
    /// The event.
    pub event: String,
    /// The state after.
    pub to: String,
    /// What is done.
    pub effects: Vec<String>,
}

/// Every allowed pair of state and event, in the machine's own order.
pub fn table<M: Machine>() -> Vec<Row> {
    let mut rows = Vec::new();
    for state in M::states() {
        for event in M::events() {
            if let Ok((next, effects)) = state.next(event) {
                rows.push(Row {
                    from: format!("{state:?}"),
                    event: format!("{event:?}"),
                    to: format!("{next:?}"),
                    effects: effects.iter().map(|effect| format!("{effect:?}")).collect(),
                });
            }
        }
    }
    rows
}

/// Every state that can come of one, itself included.
pub fn reach<M: Machine>(start: M) -> Vec<M> {
    let mut seen = vec![start];
    let mut fresh = vec![start];
    while let Some(state) = fresh.pop() {
        for event in M::events() {
            if let Ok((next, _)) = state.next(event)
                && !seen.contains(&next)
            {
                seen.push(next);
                fresh.push(next);
            }
        }
    }
    seen
}
