//! What the board says, sorted for those who work with it.
//!
//! Guarantees: an order stands in one column or none, and every state is decided on.
//! Deliberately absent: drawing.

use soban_domain::order::{IdCheck, OrderState};
use soban_domain::relay::RelayState;
use soban_protocol::staff::Board;
use soban_protocol::view::OrderView;

use crate::staff::payment;

/// A column of the orders' screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Waits for money, or for the POS to take it.
    New,
    /// The POS has it: it is being made.
    Cooking,
    /// To be handed over.
    Ready,
}

impl Column {
    /// From left to right.
    pub(super) const ALL: [Column; 3] = [Column::New, Column::Cooking, Column::Ready];

    /// Where an order stands; nowhere while its guest is still at it.
    pub(super) fn of(state: OrderState) -> Option<Column> {
        match state {
            OrderState::AtCounter | OrderState::Released | OrderState::NeedsStaff => {
                Some(Column::New)
            }
            OrderState::Accepted => Some(Column::Cooking),
            OrderState::Ready => Some(Column::Ready),
            OrderState::Placed | OrderState::Paying | OrderState::Done | OrderState::Abandoned => {
                None
            }
        }
    }

    /// Its name for style sheets and tests.
    pub(super) fn name(self) -> &'static str {
        match self {
            Column::New => "new",
            Column::Cooking => "cooking",
            Column::Ready => "ready",
        }
    }
}

/// The orders of a column, oldest first, as the hub gives them.
pub(super) fn orders_in(board: &Board, column: Column) -> Vec<OrderView> {
    let orders = board.orders.iter();
    orders
        .filter(|order| Column::of(order.state) == Some(column))
        .cloned()
        .collect()
}

/// How many guests are paying at this moment.
pub(super) fn paying(board: &Board) -> usize {
    let orders = board.orders.iter();
    orders
        .filter(|order| order.state == OrderState::Paying)
        .count()
}

/// Orders that the POS has not taken and, left alone, will not.
pub(super) fn refused_by_pos(board: &Board) -> Vec<OrderView> {
    let orders = board.orders.iter();
    orders
        .filter(|order| order.relay.is_some_and(needs_hand))
        .cloned()
        .collect()
}

/// True where staff must send a message again or enter it by hand.
pub(super) fn needs_hand(relay: RelayState) -> bool {
    match relay {
        RelayState::NeedsStaff | RelayState::Rejected => true,
        RelayState::Queued
        | RelayState::Sending
        | RelayState::Unsure
        | RelayState::Delivered
        | RelayState::Accepted => false,
    }
}

/// How many things wait for a decision. What is still being found out is listed beside
/// them and does not count.
pub(super) fn to_check(board: &Board) -> usize {
    let payments = board.payments.iter();
    let payments = payments.filter(|open| payment::is_for_staff(open)).count();
    payments + board.money.len() + board.prints.len() + refused_by_pos(board).len()
}

/// True where a card must catch the eye: money to take, an identity to check.
pub(super) fn asks_for_hand(order: &OrderView) -> bool {
    order.state == OrderState::AtCounter
        || order.id_check == IdCheck::Needed
        || order.relay.is_some_and(needs_hand)
}

#[cfg(test)]
mod tests {
    use soban_domain::machine::Machine;

    use super::*;

    /// Once the kitchen knows of an order it stands in a column until it is handed over;
    /// before, only when it waits at the counter: every state is looked at.
    #[test]
    fn no_released_order_is_hidden() {
        for state in OrderState::states() {
            let shown = Column::of(state).is_some();
            let open = state.is_released() && state != OrderState::Done;
            assert_eq!(shown, open || state == OrderState::AtCounter, "{state:?}");
        }
    }

    /// A message that still moves by itself is left alone, one that ended badly is not.
    #[test]
    fn only_stuck_messages_need_a_hand() {
        for relay in RelayState::states() {
            let stuck = !relay.is_open() && relay != RelayState::Accepted;
            assert_eq!(needs_hand(relay), stuck, "{relay:?}");
        }
    }
}
