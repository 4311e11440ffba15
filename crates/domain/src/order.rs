//! An order, from the moment it is on disk to the moment it is handed over.
//!
//! Guarantees: an order leaves for kitchen and POS ([`OrderEffect::Release`]) exactly
//! once in its life, and, where payment comes first, only when it is paid.
//!
//! Deliberately absent: the payment's, relay's and printers' own states; each has its
//! own machine.

use serde::{Deserialize, Serialize};

use crate::call_number::CallNumber;
use crate::ids::{OrderId, QuoteId, ScreenId};
use crate::machine::{Machine, Step};
use crate::moment::{BusinessDay, Timestamp};
use crate::pricing::Priced;
use crate::text::Lang;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// On disk, and not paid.
    Placed,
    /// A payment is under way.
    Paying,
    /// The guest goes to the counter; staff take the money there.
    AtCounter,
    /// Paid and sent out to kitchen and POS.
    Released,
    /// The counter POS has taken it.
    Accepted,
    /// To be picked up.
    Ready,
    /// Handed over.
    Done,
    /// The guest left without paying.
    Abandoned,
    /// Paid, and the POS refuses it or does not answer: staff decide.
    NeedsStaff,
}

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEvent {
    /// A payment attempt began.
    PaymentStarted,
    /// The guest chose to pay at the counter.
    CounterChosen,
    /// The attempt closed without money.
    PaymentClosed,
    /// The money is there, or there is nothing to pay.
    Paid,
    /// The guest left, or nobody came back.
    Left,
    /// The counter POS took it.
    PosAccepted,
    /// It is to be picked up.
    PosReady,
    /// It was handed over.
    PosDone,
    /// The POS refused it, or could not be reached within the bound.
    PosRefused,
    /// Staff entered it by hand or settled it.
    StaffSettled,
}

/// What to do once the new state is on disk; here, in the same transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderEffect {
    /// Give the call number that the guest is told at the counter.
    GiveNumber,
    /// Give the number if there is none, sell the held stock, write the tickets and the
    /// message for the POS.
    Release,
    /// Give the held stock back.
    FreeStock,
    /// Call staff.
    TellStaff,
}

impl OrderState {
    /// True once kitchen and POS know of it.
    pub fn is_released(self) -> bool {
        match self {
            OrderState::Released
            | OrderState::Accepted
            | OrderState::Ready
            | OrderState::Done
            | OrderState::NeedsStaff => true,
            OrderState::Placed
            | OrderState::Paying
            | OrderState::AtCounter
            | OrderState::Abandoned => false,
        }
    }

    /// Its name in columns.
    pub fn name(self) -> &'static str {
        match self {
            OrderState::Placed => "placed",
            OrderState::Paying => "paying",
            OrderState::AtCounter => "at_counter",
            OrderState::Released => "released",
            OrderState::Accepted => "accepted",
            OrderState::Ready => "ready",
            OrderState::Done => "done",
            OrderState::Abandoned => "abandoned",
            OrderState::NeedsStaff => "needs_staff",
        }
    }
}

impl Machine for OrderState {
    type Event = OrderEvent;
    type Effect = OrderEffect;
    const NAME: &'static str = "Order";

    fn states() -> Vec<OrderState> {
        use OrderState as S;
        vec![
            S::Placed,
            S::Paying,
            S::AtCounter,
            S::Released,
            S::Accepted,
            S::Ready,
            S::Done,
            S::Abandoned,
            S::NeedsStaff,
        ]
    }

    fn events() -> Vec<OrderEvent> {
        use OrderEvent as E;
        vec![
            E::PaymentStarted,
            E::CounterChosen,
            E::PaymentClosed,
            E::Paid,
            E::Left,
            E::PosAccepted,
            E::PosReady,
            E::PosDone,
            E::PosRefused,
            E::StaffSettled,
        ]
    }

    fn next(self, event: OrderEvent) -> Step<OrderState> {
        use OrderEffect as F;
        use OrderEvent as E;
        use OrderState as S;
        match (self, event) {
            (S::Placed, E::PaymentStarted) => Ok((S::Paying, vec![])),
            (S::Placed | S::Paying, E::CounterChosen) => Ok((S::AtCounter, vec![F::GiveNumber])),
            (S::AtCounter, E::PaymentStarted) => Ok((S::Paying, vec![])),
            (S::Paying | S::AtCounter, E::PaymentClosed) => Ok((S::Placed, vec![])),
            (S::Placed | S::Paying | S::AtCounter, E::Paid) => Ok((S::Released, vec![F::Release])),
            // While a payment is under way nobody may declare the order left.
            (S::Placed | S::AtCounter, E::Left) => Ok((S::Abandoned, vec![F::FreeStock])),
            (S::Released | S::NeedsStaff, E::PosAccepted) => Ok((S::Accepted, vec![])),
            (S::Released | S::Accepted | S::NeedsStaff, E::PosReady) => Ok((S::Ready, vec![])),
            (S::Released | S::Accepted | S::Ready | S::NeedsStaff, E::PosDone) => {
                Ok((S::Done, vec![]))
            }
            (S::Released | S::Accepted, E::PosRefused) => Ok((S::NeedsStaff, vec![F::TellStaff])),
            (S::NeedsStaff, E::StaffSettled) => Ok((S::Accepted, vec![])),
            // A remote state only moves an order forward: repeats and steps back are
            // taken note of and change nothing.
            (S::Accepted | S::Ready | S::Done, E::PosAccepted)
            | (S::Ready | S::Done, E::PosReady)
            | (S::Done, E::PosDone)
            | (S::NeedsStaff, E::PosRefused) => Ok((self, vec![])),
            (S::Placed, E::PaymentClosed) => Ok((self, vec![])),
            (
                S::Placed | S::Paying | S::AtCounter | S::Abandoned,
                E::PosAccepted | E::PosReady | E::PosDone | E::PosRefused | E::StaffSettled,
            )
            | (S::Paying, E::PaymentStarted | E::Left)
            | (S::AtCounter, E::CounterChosen)
            | (S::Released | S::Accepted | S::Ready | S::Done, E::StaffSettled)
            | (S::Ready | S::Done, E::PosRefused)
            | (
                S::Released | S::Accepted | S::Ready | S::Done | S::Abandoned | S::NeedsStaff,
                E::PaymentStarted | E::CounterChosen | E::PaymentClosed | E::Paid | E::Left,
            ) => Err(self.illegal(event)),
        }
    }
}

/// 성인 확인: whether alcohol may be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdCheck {
    /// Nothing in the order asks for it.
    NotNeeded,
    /// Somebody of the staff must look.
    Needed,
    /// Somebody looked.
    Recorded {
        /// Who of the staff.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// An order as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id, made by the screen.
    pub id: OrderId,
    /// The quote it took up.
    pub quote: QuoteId,
    /// The screen it came from.
    pub screen: ScreenId,
    /// The guest's language.
    pub lang: Lang,
    /// Lines and sums, as quoted.
    pub priced: Priced,
    /// Where it stands.
    pub state: OrderState,
    /// Counts the changes of its lines; 1 from the start.
    pub revision: u32,
    /// When it was placed.
    pub placed: Timestamp,
    /// When its state last changed.
    pub changed: Timestamp,
    /// The business day of its placing.
    pub day: BusinessDay,
    /// Its number, once it has one.
    pub number: Option<CallNumber>,
    /// When it was released.
    pub released: Option<Timestamp>,
    /// Whether alcohol may be handed over.
    pub id_check: IdCheck,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No walk over the table releases twice: once released, no event has that effect.
    #[test]
    fn released_once() {
        for state in OrderState::states().into_iter().filter(|s| s.is_released()) {
            for event in OrderState::events() {
                if let Ok((next, effects)) = state.next(event) {
                    assert!(
                        !effects.contains(&OrderEffect::Release),
                        "{state:?} {event:?}"
                    );
                    assert!(next.is_released(), "{state:?} {event:?} took it back");
                }
            }
        }
    }
}
