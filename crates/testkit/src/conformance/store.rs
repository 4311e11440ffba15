//! The contract of the order store, clause by clause.
//!
//! Use in an adapter's crate: `soban_testkit::store_conformance!(MyRig::new());`, with
//! `tokio` among its dependencies.

pub mod back;
pub mod events;
pub mod jobs;
pub mod orders;
pub mod payments;
pub mod stock;
pub mod tickets;

use std::sync::Arc;

use soban_engine::ports::Store;
use soban_engine::ports::store::{StoreError, Tx, look, transact};

/// A store to be tested, and a way to restart it.
pub trait StoreRig: Send {
    /// A handle of the store, empty at first.
    fn store(&self) -> Arc<dyn Store>;

    /// Closes the store (all of its handles are gone by then) and opens it again: what a
    /// restart would find.
    fn reopen(&mut self);
}

/// Runs each clause of the store's contract as a test, on a rig of its own.
#[macro_export]
macro_rules! store_conformance {
    ($rig:expr) => {
        $crate::store_conformance! { @each $rig;
            jobs::undo_leaves_nothing
            jobs::a_failed_method_undoes_its_job
            jobs::a_failed_method_leaves_the_neighbours
            jobs::a_panic_undoes_its_job_only
            jobs::what_was_answered_is_there_after_a_restart
            jobs::a_job_sees_all_before_it
            jobs::a_look_sees_only_what_is_committed
            jobs::a_look_cannot_write
            jobs::replies_are_kept_once
            jobs::menus_stay_and_one_is_in_force
            jobs::cursors_remember
            jobs::calls_are_open_until_answered
            jobs::decisions_are_taken_down
            stock::only_what_is_counted_or_sold_out_is_named
            stock::live_holds_are_taken_off
            stock::an_ended_hold_counts_no_more
            stock::kept_holds_do_not_end
            stock::freed_holds_come_back
            stock::sold_holds_lower_the_count
            stock::holds_never_make_less_than_nothing
            stock::a_quote_is_read_back_and_replaced
            stock::a_taken_quote_never_changes
            stock::old_quotes_are_forgotten
            orders::orders_are_read_back_in_every_state
            orders::an_order_needs_its_quote
            orders::one_order_takes_up_a_quote
            orders::open_orders_leave_out_the_ended
            orders::orders_of_a_day_come_newest_first
            orders::numbers_count_up_by_day
            orders::an_undone_number_is_given_again
            orders::numbers_are_unique_under_load
            orders::a_number_cannot_be_used_twice
            orders::the_facts_of_an_order_never_change
            payments::attempts_are_read_back_in_every_state
            payments::an_attempt_needs_its_order
            payments::a_second_live_attempt_is_refused
            payments::late_money_stands_beside
            payments::refunds_stay_within_the_approval
            payments::watched_attempts_are_open
            payments::a_closed_attempt_makes_room
            payments::an_approval_needs_its_proof
            payments::a_gateway_id_is_used_once
            payments::the_facts_of_an_attempt_never_change
            payments::attempts_come_oldest_first
            payments::open_attempts_and_those_for_staff
            payments::a_token_is_kept_and_dropped
            payments::a_token_needs_its_attempt
            back::refunds_are_read_back_in_every_state
            back::a_refund_needs_its_payment
            back::one_refund_at_a_time
            back::no_more_goes_back_than_was_taken
            back::the_facts_of_a_refund_never_change
            back::open_refunds_and_those_for_staff
            back::cash_receipts_are_read_back_in_every_state
            back::one_living_cash_receipt
            back::the_facts_of_a_cash_receipt_never_change
            back::a_receipt_number_is_kept_and_dropped
            tickets::messages_are_read_back_in_every_state
            tickets::one_message_for_a_revision
            tickets::open_messages_come_oldest_first
            tickets::print_jobs_are_read_back_in_every_state
            tickets::one_job_for_a_copy
            tickets::a_printer_gets_its_own_jobs
            tickets::staff_get_what_is_unproved
            tickets::tickets_need_their_order
            events::events_count_from_one
            events::undone_events_leave_no_gap
            events::events_have_no_gap_under_load
            events::only_committed_events_are_announced
            events::events_come_in_pages
        }
    };
    (@each $rig:expr; $($group:ident::$clause:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $clause() {
            let mut rig = $rig;
            $crate::conformance::store::$group::$clause(&mut rig).await;
        }
    )*};
}

/// Runs a transaction that is to succeed.
pub(crate) async fn keep<T: Send + 'static>(
    store: &dyn Store,
    job: impl FnOnce(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let done: Result<T, StoreError> = transact(store, job).await;
    done.expect("the store keeps what the contract allows")
}

/// Looks at the store.
pub(crate) async fn see<T: Send + 'static>(
    store: &dyn Store,
    job: impl FnOnce(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let seen: Result<T, StoreError> = look(store, job).await;
    seen.expect("the store can be looked at")
}

/// Runs a transaction that a guard must refuse.
pub(crate) async fn refused(
    store: &dyn Store,
    job: impl FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
) {
    let done: Result<(), StoreError> = transact(store, job).await;
    assert!(
        matches!(done, Err(StoreError::Refused(_))),
        "a guard must refuse this; instead: {done:?}"
    );
}
