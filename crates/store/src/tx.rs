//! The port's transaction on a connection: one line a method, the SQL in the modules
//! below.
//!
//! Guarantees: the first failure is remembered, and a job in which anything failed is
//! undone whatever it says; once SQLite gave the transaction up nothing more runs, so
//! that no statement commits by itself.
//!
//! Deliberately absent: SQL here, and rules there.

mod attempts;
mod calls;
mod cursors;
pub(crate) mod events;
mod menus;
mod orders;
mod prints;
mod receipts;
mod refunds;
mod relays;
mod replies;
mod rows;
mod stock;

use rusqlite::Connection;
use soban_domain::call_number::CallNumber;
use soban_domain::cash_receipt::{CashReceipt, ReceiptNumber};
use soban_domain::ids::{
    AttemptId, CashReceiptId, CommandId, OrderId, PrintJobId, PrinterId, QuoteId, RefundId, RelayId,
};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;
use soban_domain::print::PrintJob;
use soban_domain::quote::Quote;
use soban_domain::refund::Refund;
use soban_domain::relay::RelayItem;
use soban_domain::shelf::{Shelf, StockKey};
use soban_engine::ports::gateway::ReturnToken;
use soban_engine::ports::store::{
    Decision, KeptReply, NewEvent, StaffCall, StoreError, StoredEvent, StoredMenu, Tx,
};

use crate::fault::Fault;

/// What most methods give.
type Result<T> = std::result::Result<T, StoreError>;
/// What the modules below give.
type Done<T> = std::result::Result<T, Fault>;

/// A transaction in progress.
pub(crate) struct SqliteTx<'c> {
    connection: &'c Connection,
    writes: bool,
    failure: Option<StoreError>,
}

impl<'c> SqliteTx<'c> {
    /// Within the writer's savepoint.
    pub(crate) fn writing(connection: &'c Connection) -> SqliteTx<'c> {
        SqliteTx {
            connection,
            writes: true,
            failure: None,
        }
    }

    /// Within a reader's view.
    pub(crate) fn reading(connection: &'c Connection) -> SqliteTx<'c> {
        SqliteTx {
            connection,
            writes: false,
            failure: None,
        }
    }

    /// The first thing that failed.
    pub(crate) fn into_failure(self) -> Option<StoreError> {
        self.failure
    }

    fn read<T>(&mut self, look: impl FnOnce(&Connection) -> Done<T>) -> Result<T> {
        let outcome = if self.connection.is_autocommit() {
            let words = "the transaction is over; nothing of it is kept";
            Err(StoreError::Broken(words.to_owned()))
        } else {
            look(self.connection).map_err(StoreError::from)
        };
        if let (Err(error), None) = (&outcome, &self.failure) {
            self.failure = Some(error.clone());
        }
        outcome
    }

    fn write<T>(&mut self, act: impl FnOnce(&Connection) -> Done<T>) -> Result<T> {
        if self.writes {
            self.read(act)
        } else {
            self.read(|_| Err(Fault::refused("a look at the store cannot write")))
        }
    }
}

impl Tx for SqliteTx<'_> {
    fn reply_of(&mut self, id: CommandId) -> Result<Option<KeptReply>> {
        self.read(|c| replies::get(c, id))
    }
    fn keep_reply(&mut self, id: CommandId, at: Timestamp, reply: &KeptReply) -> Result<()> {
        self.write(|c| replies::keep(c, id, at, reply))
    }

    fn menu(&mut self) -> Result<Option<StoredMenu>> {
        self.read(menus::in_force)
    }
    fn menu_by_hash(&mut self, hash: &str) -> Result<Option<StoredMenu>> {
        self.read(|c| menus::by_hash(c, hash))
    }
    fn put_menu(&mut self, menu: &StoredMenu) -> Result<()> {
        self.write(|c| menus::put(c, menu))
    }

    fn shelf(&mut self, now: Timestamp) -> Result<Shelf> {
        self.read(|c| stock::shelf(c, now))
    }
    fn set_stock(&mut self, key: &StockKey, count: Option<u32>) -> Result<()> {
        self.write(|c| stock::set_count(c, key, count))
    }
    fn set_sold_out(&mut self, key: &StockKey, sold_out: bool) -> Result<()> {
        self.write(|c| stock::set_sold_out(c, key, sold_out))
    }
    fn put_quote(&mut self, quote: &Quote) -> Result<()> {
        self.write(|c| stock::put_quote(c, quote))
    }
    fn quote(&mut self, id: QuoteId) -> Result<Option<Quote>> {
        self.read(|c| stock::quote(c, id))
    }
    fn keep_holds(&mut self, quote: QuoteId) -> Result<()> {
        self.write(|c| stock::keep_holds(c, quote))
    }
    fn free_holds(&mut self, quote: QuoteId) -> Result<()> {
        self.write(|c| stock::free_holds(c, quote))
    }
    fn sell_holds(&mut self, quote: QuoteId) -> Result<()> {
        self.write(|c| stock::sell_holds(c, quote))
    }

    fn put_order(&mut self, order: &Order) -> Result<()> {
        self.write(|c| orders::put(c, order))
    }
    fn order(&mut self, id: OrderId) -> Result<Option<Order>> {
        self.read(|c| orders::get(c, id))
    }
    fn order_of_quote(&mut self, quote: QuoteId) -> Result<Option<Order>> {
        self.read(|c| orders::of_quote(c, quote))
    }
    fn orders_of_day(&mut self, day: BusinessDay, limit: u32) -> Result<Vec<Order>> {
        self.read(|c| orders::of_day(c, day, limit))
    }
    fn open_orders(&mut self, limit: u32) -> Result<Vec<Order>> {
        self.read(|c| orders::open(c, limit))
    }
    fn next_number(&mut self, day: BusinessDay) -> Result<CallNumber> {
        self.write(|c| orders::next_number(c, day))
    }

    fn put_attempt(&mut self, attempt: &PaymentAttempt) -> Result<()> {
        self.write(|c| attempts::put(c, attempt))
    }
    fn attempt(&mut self, id: AttemptId) -> Result<Option<PaymentAttempt>> {
        self.read(|c| attempts::get(c, id))
    }
    fn attempts_of(&mut self, order: OrderId) -> Result<Vec<PaymentAttempt>> {
        self.read(|c| attempts::of_order(c, order))
    }
    fn open_attempts(&mut self) -> Result<Vec<PaymentAttempt>> {
        self.read(attempts::open)
    }
    fn attempts_for_staff(&mut self) -> Result<Vec<PaymentAttempt>> {
        self.read(attempts::for_staff)
    }
    fn keep_token(&mut self, attempt: AttemptId, token: &ReturnToken) -> Result<()> {
        self.write(|c| attempts::keep_token(c, attempt, token))
    }
    fn token(&mut self, attempt: AttemptId) -> Result<Option<ReturnToken>> {
        self.read(|c| attempts::token(c, attempt))
    }
    fn drop_token(&mut self, attempt: AttemptId) -> Result<()> {
        self.write(|c| attempts::drop_token(c, attempt))
    }

    fn put_refund(&mut self, refund: &Refund) -> Result<()> {
        self.write(|c| refunds::put(c, refund))
    }
    fn refund(&mut self, id: RefundId) -> Result<Option<Refund>> {
        self.read(|c| refunds::get(c, id))
    }
    fn refunds_of(&mut self, order: OrderId) -> Result<Vec<Refund>> {
        self.read(|c| refunds::of_order(c, order))
    }
    fn open_refunds(&mut self) -> Result<Vec<Refund>> {
        self.read(refunds::open)
    }
    fn refunds_for_staff(&mut self) -> Result<Vec<Refund>> {
        self.read(refunds::for_staff)
    }

    fn put_cash_receipt(&mut self, receipt: &CashReceipt) -> Result<()> {
        self.write(|c| receipts::put(c, receipt))
    }
    fn cash_receipt(&mut self, id: CashReceiptId) -> Result<Option<CashReceipt>> {
        self.read(|c| receipts::get(c, id))
    }
    fn cash_receipts_of(&mut self, order: OrderId) -> Result<Vec<CashReceipt>> {
        self.read(|c| receipts::of_order(c, order))
    }
    fn open_cash_receipts(&mut self) -> Result<Vec<CashReceipt>> {
        self.read(receipts::open)
    }
    fn cash_receipts_for_staff(&mut self) -> Result<Vec<CashReceipt>> {
        self.read(receipts::for_staff)
    }
    fn keep_receipt_number(
        &mut self,
        receipt: CashReceiptId,
        number: &ReceiptNumber,
    ) -> Result<()> {
        self.write(|c| receipts::keep_number(c, receipt, number))
    }
    fn receipt_number(&mut self, receipt: CashReceiptId) -> Result<Option<ReceiptNumber>> {
        self.read(|c| receipts::number(c, receipt))
    }
    fn drop_receipt_number(&mut self, receipt: CashReceiptId) -> Result<()> {
        self.write(|c| receipts::drop_number(c, receipt))
    }

    fn put_relay(&mut self, item: &RelayItem) -> Result<()> {
        self.write(|c| relays::put(c, item))
    }
    fn relay(&mut self, id: RelayId) -> Result<Option<RelayItem>> {
        self.read(|c| relays::get(c, id))
    }
    fn open_relays(&mut self, limit: u32) -> Result<Vec<RelayItem>> {
        self.read(|c| relays::open(c, limit))
    }
    fn relays_of(&mut self, order: OrderId) -> Result<Vec<RelayItem>> {
        self.read(|c| relays::of_order(c, order))
    }

    fn put_print(&mut self, job: &PrintJob) -> Result<()> {
        self.write(|c| prints::put(c, job))
    }
    fn print(&mut self, id: PrintJobId) -> Result<Option<PrintJob>> {
        self.read(|c| prints::get(c, id))
    }
    fn open_prints(&mut self, printer: &PrinterId, limit: u32) -> Result<Vec<PrintJob>> {
        self.read(|c| prints::open(c, printer, limit))
    }
    fn prints_for_staff(&mut self, limit: u32) -> Result<Vec<PrintJob>> {
        self.read(|c| prints::for_staff(c, limit))
    }
    fn prints_of(&mut self, order: OrderId) -> Result<Vec<PrintJob>> {
        self.read(|c| prints::of_order(c, order))
    }

    fn put_call(&mut self, call: &StaffCall) -> Result<()> {
        self.write(|c| calls::put(c, call))
    }
    fn open_calls(&mut self) -> Result<Vec<StaffCall>> {
        self.read(calls::open)
    }
    fn log_decision(&mut self, decision: &Decision) -> Result<()> {
        self.write(|c| calls::log_decision(c, decision))
    }

    fn emit(&mut self, event: &NewEvent) -> Result<u64> {
        self.write(|c| events::emit(c, event))
    }
    fn events_after(&mut self, seq: u64, limit: u32) -> Result<Vec<StoredEvent>> {
        self.read(|c| events::after(c, seq, limit))
    }
    fn last_seq(&mut self) -> Result<u64> {
        self.read(events::last_seq)
    }

    fn cursor(&mut self, name: &str) -> Result<u64> {
        self.read(|c| cursors::get(c, name))
    }
    fn set_cursor(&mut self, name: &str, value: u64) -> Result<()> {
        self.write(|c| cursors::set(c, name, value))
    }
}
