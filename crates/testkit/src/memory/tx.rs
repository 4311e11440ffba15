//! The port's transaction on a copy of the state.

use soban_domain::call_number::CallNumber;
use soban_domain::cash_receipt::{CashReceipt, CashReceiptState, ReceiptNumber};
use soban_domain::ids::{
    AttemptId, CashReceiptId, CommandId, OrderId, PrintJobId, PrinterId, QuoteId, RefundId, RelayId,
};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::order::{Order, OrderState};
use soban_domain::payment::{PaymentAttempt, PaymentState};
use soban_domain::print::{PrintJob, PrintState};
use soban_domain::quote::Quote;
use soban_domain::refund::{Refund, RefundState};
use soban_domain::relay::RelayItem;
use soban_domain::shelf::{Shelf, StockKey};
use soban_engine::ports::gateway::ReturnToken;
use soban_engine::ports::store::{
    Decision, KeptReply, NewEvent, StaffCall, StoreError, StoredEvent, StoredMenu, Tx,
};

use super::state::State;

type Result<T> = std::result::Result<T, StoreError>;

/// A transaction in progress. The first failure is remembered: a job in which anything
/// failed is undone whatever it says.
pub(super) struct MemoryTx {
    state: State,
    writes: bool,
    failure: Option<StoreError>,
}

impl MemoryTx {
    pub(super) fn new(state: State, writes: bool) -> MemoryTx {
        MemoryTx {
            state,
            writes,
            failure: None,
        }
    }

    /// What the job left, unless something in it failed.
    pub(super) fn finish(self) -> Result<State> {
        self.failure.map_or(Ok(self.state), Err)
    }

    fn write<T>(&mut self, act: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let outcome = if self.writes {
            act(&mut self.state)
        } else {
            let words = "a look at the store cannot write";
            Err(StoreError::Refused(words.to_owned()))
        };
        if let (Err(error), None) = (&outcome, &self.failure) {
            self.failure = Some(error.clone());
        }
        outcome
    }
}

impl Tx for MemoryTx {
    fn reply_of(&mut self, id: CommandId) -> Result<Option<KeptReply>> {
        Ok(self.state.replies.get(&id).cloned())
    }
    fn keep_reply(&mut self, id: CommandId, _at: Timestamp, reply: &KeptReply) -> Result<()> {
        self.write(|s| s.keep_reply(id, reply))
    }

    fn menu(&mut self) -> Result<Option<StoredMenu>> {
        let hash = self.state.menu_in_force.as_ref();
        Ok(hash.and_then(|hash| self.state.menus.get(hash)).cloned())
    }
    fn menu_by_hash(&mut self, hash: &str) -> Result<Option<StoredMenu>> {
        Ok(self.state.menus.get(hash).cloned())
    }
    fn put_menu(&mut self, menu: &StoredMenu) -> Result<()> {
        self.write(|s| {
            let known = s.menus.entry(menu.hash.clone());
            known.or_insert_with(|| menu.clone());
            s.menu_in_force = Some(menu.hash.clone());
            Ok(())
        })
    }

    fn shelf(&mut self, now: Timestamp) -> Result<Shelf> {
        Ok(self.state.shelf(now))
    }
    fn set_stock(&mut self, key: &StockKey, count: Option<u32>) -> Result<()> {
        self.write(|s| {
            s.stock.entry(key.clone()).or_default().count = count;
            Ok(())
        })
    }
    fn set_sold_out(&mut self, key: &StockKey, sold_out: bool) -> Result<()> {
        self.write(|s| {
            s.stock.entry(key.clone()).or_default().sold_out = sold_out;
            Ok(())
        })
    }
    fn put_quote(&mut self, quote: &Quote) -> Result<()> {
        self.write(|s| s.put_quote(quote))
    }
    fn quote(&mut self, id: QuoteId) -> Result<Option<Quote>> {
        Ok(self.state.quotes.get(&id).cloned())
    }
    fn keep_holds(&mut self, quote: QuoteId) -> Result<()> {
        self.write(|s| {
            s.keep_holds(quote);
            Ok(())
        })
    }
    fn free_holds(&mut self, quote: QuoteId) -> Result<()> {
        self.write(|s| {
            s.free_holds(quote);
            Ok(())
        })
    }
    fn sell_holds(&mut self, quote: QuoteId) -> Result<()> {
        self.write(|s| {
            s.sell_holds(quote);
            Ok(())
        })
    }

    fn put_order(&mut self, order: &Order) -> Result<()> {
        self.write(|s| s.put_order(order))
    }
    fn order(&mut self, id: OrderId) -> Result<Option<Order>> {
        Ok(self.state.orders.get(&id).cloned())
    }
    fn order_of_quote(&mut self, quote: QuoteId) -> Result<Option<Order>> {
        let mut orders = self.state.orders.iter();
        Ok(orders.find(|order| order.quote == quote).cloned())
    }
    fn orders_of_day(&mut self, day: BusinessDay, limit: u32) -> Result<Vec<Order>> {
        let newest = self.state.orders.iter().rev();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let of_day = newest.filter(|order| order.day == day);
        Ok(of_day.take(limit).cloned().collect())
    }
    fn open_orders(&mut self, limit: u32) -> Result<Vec<Order>> {
        let open = |order: &Order| !matches!(order.state, OrderState::Done | OrderState::Abandoned);
        Ok(self.state.orders.oldest(limit, open))
    }
    fn next_number(&mut self, day: BusinessDay) -> Result<CallNumber> {
        self.write(|s| Ok(s.next_number(day)))
    }

    fn put_attempt(&mut self, attempt: &PaymentAttempt) -> Result<()> {
        self.write(|s| s.put_attempt(attempt))
    }
    fn attempt(&mut self, id: AttemptId) -> Result<Option<PaymentAttempt>> {
        Ok(self.state.attempts.get(&id).cloned())
    }
    fn attempts_of(&mut self, order: OrderId) -> Result<Vec<PaymentAttempt>> {
        Ok(self.state.attempts.oldest(u32::MAX, |a| a.order == order))
    }
    fn open_attempts(&mut self) -> Result<Vec<PaymentAttempt>> {
        Ok(self
            .state
            .attempts
            .oldest(u32::MAX, PaymentAttempt::is_open))
    }
    fn attempts_for_staff(&mut self) -> Result<Vec<PaymentAttempt>> {
        let waits = |a: &PaymentAttempt| a.state == PaymentState::NeedsStaff;
        Ok(self.state.attempts.oldest(u32::MAX, waits))
    }
    fn keep_token(&mut self, attempt: AttemptId, token: &ReturnToken) -> Result<()> {
        self.write(|s| s.keep_token(attempt, token))
    }
    fn token(&mut self, attempt: AttemptId) -> Result<Option<ReturnToken>> {
        Ok(self.state.tokens.get(&attempt).cloned())
    }
    fn drop_token(&mut self, attempt: AttemptId) -> Result<()> {
        self.write(|s| {
            s.tokens.remove(&attempt);
            Ok(())
        })
    }

    fn put_refund(&mut self, refund: &Refund) -> Result<()> {
        self.write(|s| s.put_refund(refund))
    }
    fn refund(&mut self, id: RefundId) -> Result<Option<Refund>> {
        Ok(self.state.refunds.get(&id).cloned())
    }
    fn refunds_of(&mut self, order: OrderId) -> Result<Vec<Refund>> {
        Ok(self.state.refunds.oldest(u32::MAX, |r| r.order == order))
    }
    fn open_refunds(&mut self) -> Result<Vec<Refund>> {
        Ok(self.state.refunds.oldest(u32::MAX, |r| r.state.is_open()))
    }
    fn refunds_for_staff(&mut self) -> Result<Vec<Refund>> {
        let waits = |refund: &Refund| refund.state == RefundState::NeedsStaff;
        Ok(self.state.refunds.oldest(u32::MAX, waits))
    }

    fn put_cash_receipt(&mut self, receipt: &CashReceipt) -> Result<()> {
        self.write(|s| s.put_cash_receipt(receipt))
    }
    fn cash_receipt(&mut self, id: CashReceiptId) -> Result<Option<CashReceipt>> {
        Ok(self.state.cash_receipts.get(&id).cloned())
    }
    fn cash_receipts_of(&mut self, order: OrderId) -> Result<Vec<CashReceipt>> {
        let of = |receipt: &CashReceipt| receipt.order == order;
        Ok(self.state.cash_receipts.oldest(u32::MAX, of))
    }
    fn open_cash_receipts(&mut self) -> Result<Vec<CashReceipt>> {
        let open = |receipt: &CashReceipt| receipt.state.is_open();
        Ok(self.state.cash_receipts.oldest(u32::MAX, open))
    }
    fn cash_receipts_for_staff(&mut self) -> Result<Vec<CashReceipt>> {
        let waits = |r: &CashReceipt| matches!(r.state, CashReceiptState::NeedsStaff(_));
        Ok(self.state.cash_receipts.oldest(u32::MAX, waits))
    }
    fn keep_receipt_number(
        &mut self,
        receipt: CashReceiptId,
        number: &ReceiptNumber,
    ) -> Result<()> {
        self.write(|s| s.keep_receipt_number(receipt, number))
    }
    fn receipt_number(&mut self, receipt: CashReceiptId) -> Result<Option<ReceiptNumber>> {
        Ok(self.state.receipt_numbers.get(&receipt).cloned())
    }
    fn drop_receipt_number(&mut self, receipt: CashReceiptId) -> Result<()> {
        self.write(|s| {
            s.receipt_numbers.remove(&receipt);
            Ok(())
        })
    }

    fn put_relay(&mut self, item: &RelayItem) -> Result<()> {
        self.write(|s| s.put_relay(item))
    }
    fn relay(&mut self, id: RelayId) -> Result<Option<RelayItem>> {
        Ok(self.state.relays.get(&id).cloned())
    }
    fn open_relays(&mut self, limit: u32) -> Result<Vec<RelayItem>> {
        Ok(self.state.relays.oldest(limit, |item| item.state.is_open()))
    }
    fn relays_of(&mut self, order: OrderId) -> Result<Vec<RelayItem>> {
        Ok(self.state.relays.oldest(u32::MAX, |i| i.order == order))
    }

    fn put_print(&mut self, job: &PrintJob) -> Result<()> {
        self.write(|s| s.put_print(job))
    }
    fn print(&mut self, id: PrintJobId) -> Result<Option<PrintJob>> {
        Ok(self.state.prints.get(&id).cloned())
    }
    fn open_prints(&mut self, printer: &PrinterId, limit: u32) -> Result<Vec<PrintJob>> {
        let open = |state| matches!(state, PrintState::Queued | PrintState::Sending);
        let wanted = |job: &PrintJob| job.printer == *printer && open(job.state);
        Ok(self.state.prints.oldest(limit, wanted))
    }
    fn prints_for_staff(&mut self, limit: u32) -> Result<Vec<PrintJob>> {
        let waits = |state| matches!(state, PrintState::SentUnconfirmed | PrintState::Failed);
        Ok(self.state.prints.oldest(limit, |job| waits(job.state)))
    }
    fn prints_of(&mut self, order: OrderId) -> Result<Vec<PrintJob>> {
        Ok(self.state.prints.oldest(u32::MAX, |j| j.order == order))
    }

    fn put_call(&mut self, call: &StaffCall) -> Result<()> {
        self.write(|s| {
            s.calls.put(call.id, call.clone());
            Ok(())
        })
    }
    fn open_calls(&mut self) -> Result<Vec<StaffCall>> {
        let open = |call: &StaffCall| call.answered.is_none();
        Ok(self.state.calls.oldest(u32::MAX, open))
    }
    fn log_decision(&mut self, decision: &Decision) -> Result<()> {
        self.write(|s| {
            s.decisions.push(decision.clone());
            Ok(())
        })
    }

    fn emit(&mut self, event: &NewEvent) -> Result<u64> {
        self.write(|s| {
            s.events.push(event.clone());
            Ok(s.last_seq())
        })
    }
    fn events_after(&mut self, seq: u64, limit: u32) -> Result<Vec<StoredEvent>> {
        let numbered = (1..).zip(&self.state.events);
        let after = numbered.filter(|(number, _)| *number > seq);
        let events = after.map(|(seq, event)| StoredEvent {
            seq,
            event: event.clone(),
        });
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(events.take(limit).collect())
    }
    fn last_seq(&mut self) -> Result<u64> {
        Ok(self.state.last_seq())
    }

    fn cursor(&mut self, name: &str) -> Result<u64> {
        Ok(self.state.cursors.get(name).copied().unwrap_or(0))
    }
    fn set_cursor(&mut self, name: &str, value: u64) -> Result<()> {
        self.write(|s| {
            if i64::try_from(value).is_err() {
                let words = format!("{value} is past the range of a remembered number");
                return Err(StoreError::Refused(words));
            }
            s.cursors.insert(name.to_owned(), value);
            Ok(())
        })
    }
}
