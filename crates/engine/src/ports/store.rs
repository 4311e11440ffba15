//! The order store: transactions in which the engine reads, decides and writes.
//!
//! The contract every store keeps (and the conformance suite in testkit checks):
//! - Writes are serial. A job sees all that was committed before it and nothing else.
//! - [`Store::write`] returns only after the commit is on disk, or after everything the
//!   job wrote is undone.
//! - Event numbers have no gap and are given in commit order.
//! - Call numbers of a business day are given once.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soban_domain::call_number::CallNumber;
use soban_domain::cash_receipt::{CashReceipt, ReceiptNumber};
use soban_domain::ids::{
    AttemptId, CallId, CashReceiptId, CommandId, OrderId, PrintJobId, PrinterId, QuoteId, RefundId,
    RelayId, ScreenId,
};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;
use soban_domain::print::PrintJob;
use soban_domain::quote::Quote;
use soban_domain::refund::Refund;
use soban_domain::relay::RelayItem;
use soban_domain::shelf::{Shelf, StockKey};
use tokio::sync::watch;

use crate::ports::gateway::ReturnToken;

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk, the file or the schema is broken; nothing of the job is kept.
    #[error("the order store is broken: {0}")]
    Broken(String),
    /// The queue of jobs is full; nothing of the job was begun.
    #[error("the order store is busy")]
    Busy,
    /// Something on disk does not read as what it must be.
    #[error("{what} cannot be read: {why}")]
    Unreadable {
        /// Which table and row.
        what: String,
        /// Why.
        why: String,
    },
    /// A guard of the schema refused the write: a second live approval, a used number.
    #[error("the order store refused it: {0}")]
    Refused(String),
}

/// What a command was answered, for when it comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReply {
    /// The endpoint.
    pub endpoint: String,
    /// SHA-256 of the request's body, in hex.
    pub body_hash: String,
    /// The reply, as JSON.
    pub reply: String,
}

/// A menu on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMenu {
    /// SHA-256 of `json`, in hex: its name in URLs and quotes.
    pub hash: String,
    /// The menu, as JSON.
    pub json: String,
    /// When it came into force.
    pub since: Timestamp,
}

/// A change to be told to the screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// The order that it is about; screens of guests get only their own.
    pub order: Option<OrderId>,
    /// The event, as JSON.
    pub body: String,
}

/// A change that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number: 1, 2, 3, … without a gap.
    pub seq: u64,
    /// The change.
    pub event: NewEvent,
}

/// A guest's call for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCall {
    /// Its id, made by the screen.
    pub id: CallId,
    /// The screen.
    pub screen: ScreenId,
    /// The order at hand, if any.
    pub order: Option<OrderId>,
    /// When.
    pub at: Timestamp,
    /// When somebody came, and who.
    pub answered: Option<(Timestamp, String)>,
}

/// What a member of staff decided, for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What, as a locale key: `took_payment`, `sold_out`, …
    pub what: String,
    /// About what: an order's or item's id.
    pub about: String,
    /// Why, in their words.
    pub why: String,
}

/// One transaction, or a consistent look at the store.
pub trait Tx {
    /// What a command was answered.
    fn reply_of(&mut self, id: CommandId) -> Result<Option<KeptReply>, StoreError>;
    /// Keeps what a command is answered.
    fn keep_reply(
        &mut self,
        id: CommandId,
        at: Timestamp,
        reply: &KeptReply,
    ) -> Result<(), StoreError>;

    /// The menu in force.
    fn menu(&mut self) -> Result<Option<StoredMenu>, StoreError>;
    /// A menu that is or was in force.
    fn menu_by_hash(&mut self, hash: &str) -> Result<Option<StoredMenu>, StoreError>;
    /// Puts a menu in force. The same hash again only makes it current.
    fn put_menu(&mut self, menu: &StoredMenu) -> Result<(), StoreError>;

    /// What can be promised at `now`: counts less live holds, and sold-out marks.
    fn shelf(&mut self, now: Timestamp) -> Result<Shelf, StoreError>;
    /// Sets how many there are; `None` stops counting.
    fn set_stock(&mut self, key: &StockKey, count: Option<u32>) -> Result<(), StoreError>;
    /// Marks as sold out, or takes the mark away.
    fn set_sold_out(&mut self, key: &StockKey, sold_out: bool) -> Result<(), StoreError>;
    /// Writes a quote and its holds, which end with it.
    fn put_quote(&mut self, quote: &Quote) -> Result<(), StoreError>;
    /// A quote.
    fn quote(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError>;
    /// Keeps a quote's holds for the order that took it up: they no longer expire.
    fn keep_holds(&mut self, quote: QuoteId) -> Result<(), StoreError>;
    /// Ends a quote's holds: the stock is free again.
    fn free_holds(&mut self, quote: QuoteId) -> Result<(), StoreError>;
    /// Ends a quote's holds by selling them: counts go down.
    fn sell_holds(&mut self, quote: QuoteId) -> Result<(), StoreError>;

    /// Writes an order.
    fn put_order(&mut self, order: &Order) -> Result<(), StoreError>;
    /// An order.
    fn order(&mut self, id: OrderId) -> Result<Option<Order>, StoreError>;
    /// The order that took up a quote.
    fn order_of_quote(&mut self, quote: QuoteId) -> Result<Option<Order>, StoreError>;
    /// Orders of a business day, newest first, at most `limit`.
    fn orders_of_day(&mut self, day: BusinessDay, limit: u32) -> Result<Vec<Order>, StoreError>;
    /// Orders that are neither done nor abandoned, oldest first, at most `limit`.
    fn open_orders(&mut self, limit: u32) -> Result<Vec<Order>, StoreError>;
    /// The next call number of a day; given once, even if the order is abandoned.
    fn next_number(&mut self, day: BusinessDay) -> Result<CallNumber, StoreError>;

    /// Writes an attempt.
    fn put_attempt(&mut self, attempt: &PaymentAttempt) -> Result<(), StoreError>;
    /// An attempt.
    fn attempt(&mut self, id: AttemptId) -> Result<Option<PaymentAttempt>, StoreError>;
    /// The attempts of an order, oldest first.
    fn attempts_of(&mut self, order: OrderId) -> Result<Vec<PaymentAttempt>, StoreError>;
    /// Every attempt that the engine must still drive, oldest first.
    fn open_attempts(&mut self) -> Result<Vec<PaymentAttempt>, StoreError>;
    /// Attempts that wait for staff, oldest first.
    fn attempts_for_staff(&mut self) -> Result<Vec<PaymentAttempt>, StoreError>;
    /// Keeps the secret with which an attempt is approved.
    fn keep_token(&mut self, attempt: AttemptId, token: &ReturnToken) -> Result<(), StoreError>;
    /// That secret.
    fn token(&mut self, attempt: AttemptId) -> Result<Option<ReturnToken>, StoreError>;
    /// Forgets that secret.
    fn drop_token(&mut self, attempt: AttemptId) -> Result<(), StoreError>;

    /// Writes a refund.
    fn put_refund(&mut self, refund: &Refund) -> Result<(), StoreError>;
    /// A refund.
    fn refund(&mut self, id: RefundId) -> Result<Option<Refund>, StoreError>;
    /// The refunds of an order, oldest first.
    fn refunds_of(&mut self, order: OrderId) -> Result<Vec<Refund>, StoreError>;
    /// Every refund that the engine must still drive, oldest first.
    fn open_refunds(&mut self) -> Result<Vec<Refund>, StoreError>;
    /// Refunds that wait for staff, oldest first.
    fn refunds_for_staff(&mut self) -> Result<Vec<Refund>, StoreError>;

    /// Writes a cash receipt.
    fn put_cash_receipt(&mut self, receipt: &CashReceipt) -> Result<(), StoreError>;
    /// A cash receipt.
    fn cash_receipt(&mut self, id: CashReceiptId) -> Result<Option<CashReceipt>, StoreError>;
    /// The cash receipts of an order, oldest first.
    fn cash_receipts_of(&mut self, order: OrderId) -> Result<Vec<CashReceipt>, StoreError>;
    /// Every cash receipt that the engine must still drive, oldest first.
    fn open_cash_receipts(&mut self) -> Result<Vec<CashReceipt>, StoreError>;
    /// Cash receipts that wait for staff, oldest first.
    fn cash_receipts_for_staff(&mut self) -> Result<Vec<CashReceipt>, StoreError>;
    /// Keeps the number that a cash receipt is issued to: a secret, apart from its record.
    fn keep_receipt_number(
        &mut self,
        receipt: CashReceiptId,
        number: &ReceiptNumber,
    ) -> Result<(), StoreError>;
    /// That number.
    fn receipt_number(
        &mut self,
        receipt: CashReceiptId,
    ) -> Result<Option<ReceiptNumber>, StoreError>;
    /// Forgets that number.
    fn drop_receipt_number(&mut self, receipt: CashReceiptId) -> Result<(), StoreError>;

    /// Writes a message for the POS.
    fn put_relay(&mut self, item: &RelayItem) -> Result<(), StoreError>;
    /// A message.
    fn relay(&mut self, id: RelayId) -> Result<Option<RelayItem>, StoreError>;
    /// Every message that is still open, oldest first, at most `limit`.
    fn open_relays(&mut self, limit: u32) -> Result<Vec<RelayItem>, StoreError>;
    /// The messages of an order, oldest first.
    fn relays_of(&mut self, order: OrderId) -> Result<Vec<RelayItem>, StoreError>;

    /// Writes a print job.
    fn put_print(&mut self, job: &PrintJob) -> Result<(), StoreError>;
    /// A print job.
    fn print(&mut self, id: PrintJobId) -> Result<Option<PrintJob>, StoreError>;
    /// Jobs of a printer that are queued or being sent, oldest first, at most `limit`.
    fn open_prints(&mut self, printer: &PrinterId, limit: u32)
    -> Result<Vec<PrintJob>, StoreError>;
    /// Jobs that staff must look at (unconfirmed or failed), oldest first.
    fn prints_for_staff(&mut self, limit: u32) -> Result<Vec<PrintJob>, StoreError>;
    /// The jobs of an order, oldest first.
    fn prints_of(&mut self, order: OrderId) -> Result<Vec<PrintJob>, StoreError>;

    /// Writes a call for staff.
    fn put_call(&mut self, call: &StaffCall) -> Result<(), StoreError>;
    /// Calls that nobody answered, oldest first.
    fn open_calls(&mut self) -> Result<Vec<StaffCall>, StoreError>;
    /// Records a decision.
    fn log_decision(&mut self, decision: &Decision) -> Result<(), StoreError>;

    /// Adds an event and gives its number.
    fn emit(&mut self, event: &NewEvent) -> Result<u64, StoreError>;
    /// Events after a number, oldest first, at most `limit`.
    fn events_after(&mut self, seq: u64, limit: u32) -> Result<Vec<StoredEvent>, StoreError>;
    /// The last event's number; 0 before the first.
    fn last_seq(&mut self) -> Result<u64, StoreError>;

    /// A remembered number, such as the cursor of the POS news.
    fn cursor(&mut self, name: &str) -> Result<u64, StoreError>;
    /// Remembers a number.
    fn set_cursor(&mut self, name: &str, value: u64) -> Result<(), StoreError>;
}

/// Whether a job's writes stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Commit them.
    Keep,
    /// Undo them.
    Undo,
}

/// A piece of work for the store.
pub type Job = Box<dyn FnOnce(&mut dyn Tx) -> Verdict + Send>;

/// An order store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Runs a job as a transaction. See the module's contract.
    async fn write(&self, job: Job) -> Result<(), StoreError>;

    /// Runs a job that only reads, beside the writer.
    async fn read(&self, job: Job) -> Result<(), StoreError>;

    /// The number of the last committed event; changes after each commit that has any.
    fn committed(&self) -> watch::Receiver<u64>;
}

/// Runs `decide` as a transaction: `Ok` is committed before it is returned, `Err`
/// undoes everything.
///
/// # Errors
/// What `decide` says, or the store's own error.
pub async fn transact<T, E, F>(store: &dyn Store, decide: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
{
    let (job, result) = parcel(decide);
    store.write(job).await?;
    unpack(&result)
}

/// Runs `look` on a consistent, read-only view.
///
/// # Errors
/// What `look` says, or the store's own error.
pub async fn look<T, E, F>(store: &dyn Store, look: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
{
    let (job, result) = parcel(look);
    store.read(job).await?;
    unpack(&result)
}

type Slot<T, E> = Arc<Mutex<Option<Result<T, E>>>>;

fn parcel<T, E, F>(decide: F) -> (Job, Slot<T, E>)
where
    T: Send + 'static,
    E: Send + 'static,
    F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
{
    let slot: Slot<T, E> = Arc::new(Mutex::new(None));
    let inside = Arc::clone(&slot);
    let job: Job = Box::new(move |tx| {
        let result = decide(tx);
        let verdict = if result.is_ok() {
            Verdict::Keep
        } else {
            Verdict::Undo
        };
        if let Ok(mut slot) = inside.lock() {
            *slot = Some(result);
        }
        verdict
    });
    (job, slot)
}

fn unpack<T, E: From<StoreError>>(slot: &Slot<T, E>) -> Result<T, E> {
    let taken = slot.lock().ok().and_then(|mut slot| slot.take());
    taken.unwrap_or_else(|| Err(StoreError::Broken("the job gave no result".to_owned()).into()))
}
