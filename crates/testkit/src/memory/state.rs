//! All that the store knows, and the guards that the real store has in its schema.

use std::collections::BTreeMap;

use soban_domain::call_number::CallNumber;
use soban_domain::cash_receipt::{CashReceipt, ReceiptNumber};
use soban_domain::ids::{
    AttemptId, CallId, CashReceiptId, CommandId, OrderId, PrintJobId, QuoteId, RefundId, RelayId,
};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;
use soban_domain::print::PrintJob;
use soban_domain::quote::Quote;
use soban_domain::refund::Refund;
use soban_domain::relay::RelayItem;
use soban_domain::shelf::{Level, Shelf, StockKey};
use soban_engine::ports::gateway::ReturnToken;
use soban_engine::ports::store::{
    Decision, KeptReply, NewEvent, StaffCall, StoreError, StoredMenu,
};

use super::rows::Rows;

/// As in the real store: a quote that no order took up is forgotten when a new one ends
/// a day later.
const FORGET_AFTER_MS: i64 = 24 * 60 * 60 * 1000;

/// How much of a thing there is, and whether staff say there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Stock {
    pub(super) count: Option<u32>,
    pub(super) sold_out: bool,
}

/// A part of a quote's hold: no end once an order took it up.
#[derive(Clone, Debug)]
struct Hold {
    count: u32,
    expires: Option<Timestamp>,
}

/// The store's contents.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) replies: BTreeMap<CommandId, KeptReply>,
    pub(super) menus: BTreeMap<String, StoredMenu>,
    pub(super) menu_in_force: Option<String>,
    pub(super) stock: BTreeMap<StockKey, Stock>,
    pub(super) quotes: BTreeMap<QuoteId, Quote>,
    holds: BTreeMap<QuoteId, BTreeMap<StockKey, Hold>>,
    pub(super) orders: Rows<OrderId, Order>,
    numbers: BTreeMap<BusinessDay, CallNumber>,
    pub(super) attempts: Rows<AttemptId, PaymentAttempt>,
    pub(super) tokens: BTreeMap<AttemptId, ReturnToken>,
    pub(super) refunds: Rows<RefundId, Refund>,
    pub(super) cash_receipts: Rows<CashReceiptId, CashReceipt>,
    pub(super) receipt_numbers: BTreeMap<CashReceiptId, ReceiptNumber>,
    pub(super) relays: Rows<RelayId, RelayItem>,
    pub(super) prints: Rows<PrintJobId, PrintJob>,
    pub(super) calls: Rows<CallId, StaffCall>,
    pub(super) decisions: Vec<Decision>,
    pub(super) events: Vec<NewEvent>,
    pub(super) cursors: BTreeMap<String, u64>,
}

pub(super) type Guarded = Result<(), StoreError>;

pub(super) fn refuse_if(broken: bool, words: &str) -> Guarded {
    if broken {
        return Err(StoreError::Refused(words.to_owned()));
    }
    Ok(())
}

impl State {
    pub(super) fn last_seq(&self) -> u64 {
        u64::try_from(self.events.len()).unwrap_or(u64::MAX)
    }

    pub(super) fn keep_reply(&mut self, id: CommandId, reply: &KeptReply) -> Guarded {
        let known = self.replies.contains_key(&id);
        refuse_if(known, "the command was already answered")?;
        self.replies.insert(id, reply.clone());
        Ok(())
    }

    pub(super) fn shelf(&self, now: Timestamp) -> Shelf {
        let level = |key: &StockKey, stock: &Stock| match (stock.sold_out, stock.count) {
            (true, _) => Some(Level::SoldOut),
            (false, Some(count)) => Some(Level::Left(count.saturating_sub(self.held(key, now)))),
            (false, None) => None,
        };
        let levels = self.stock.iter();
        Shelf(
            levels
                .filter_map(|(key, stock)| Some((key.clone(), level(key, stock)?)))
                .collect(),
        )
    }

    fn held(&self, key: &StockKey, now: Timestamp) -> u32 {
        self.holds
            .values()
            .filter_map(|holds| holds.get(key))
            .filter(|hold| hold.expires.is_none_or(|end| end > now))
            .map(|hold| hold.count)
            .fold(0, u32::saturating_add)
    }

    fn is_taken(&self, quote: QuoteId) -> bool {
        self.orders.iter().any(|order| order.quote == quote)
    }

    pub(super) fn put_quote(&mut self, quote: &Quote) -> Guarded {
        let before = Timestamp(quote.expires.0.saturating_sub(FORGET_AFTER_MS));
        let old = |known: &Quote| known.expires < before && !self.is_taken(known.id);
        let old: Vec<QuoteId> = self
            .quotes
            .values()
            .filter(|q| old(q))
            .map(|q| q.id)
            .collect();
        for id in old {
            self.quotes.remove(&id);
            self.holds.remove(&id);
        }
        let taken = self.is_taken(quote.id);
        refuse_if(taken, "a quote that an order took up never changes")?;
        let hold = |count: u32| Hold {
            count,
            expires: Some(quote.expires),
        };
        let holds = quote.holds.iter();
        let holds = holds.map(|(key, &count)| (key.clone(), hold(count)));
        self.holds.insert(quote.id, holds.collect());
        self.quotes.insert(quote.id, quote.clone());
        Ok(())
    }

    pub(super) fn keep_holds(&mut self, quote: QuoteId) {
        for hold in self.holds.entry(quote).or_default().values_mut() {
            hold.expires = None;
        }
    }

    pub(super) fn free_holds(&mut self, quote: QuoteId) {
        self.holds.remove(&quote);
    }

    pub(super) fn sell_holds(&mut self, quote: QuoteId) {
        for (key, hold) in self.holds.remove(&quote).unwrap_or_default() {
            if let Some(count) = self.stock.get_mut(&key).and_then(|s| s.count.as_mut()) {
                *count = count.saturating_sub(hold.count);
            }
        }
    }

    pub(super) fn put_order(&mut self, order: &Order) -> Guarded {
        refuse_if(
            !self.quotes.contains_key(&order.quote),
            "what it belongs to (order, quote or attempt) is not on disk",
        )?;
        let mut others = self.orders.iter().filter(|other| other.id != order.id);
        let clash = others.clone().any(|other| other.quote == order.quote);
        refuse_if(clash, "another order already took up this quote")?;
        let number = |other: &Order| other.number.is_some() && other.number == order.number;
        let clash = others.any(|other| other.day == order.day && number(other));
        refuse_if(clash, "the call number was already given")?;
        if let Some(old) = self.orders.get(&order.id) {
            let number = old.number.is_some() && old.number != order.number;
            let changed = old.quote != order.quote || old.day != order.day || number;
            refuse_if(
                changed,
                "the quote, day and number of an order never change",
            )?;
        }
        refuse_if(order.revision == 0, "revisions count from 1")?;
        self.orders.put(order.id, order.clone());
        Ok(())
    }

    pub(super) fn next_number(&mut self, day: BusinessDay) -> CallNumber {
        let next = self
            .numbers
            .get(&day)
            .map_or(CallNumber::FIRST, |last| last.next());
        self.numbers.insert(day, next);
        next
    }

    pub(super) fn needs_order(&self, order: OrderId) -> Guarded {
        refuse_if(
            !self.orders.has(&order),
            "what it belongs to (order, quote or attempt) is not on disk",
        )
    }

    pub(super) fn put_attempt(&mut self, attempt: &PaymentAttempt) -> Guarded {
        self.needs_order(attempt.order)?;
        refuse_if(
            !attempt.amount.is_positive(),
            "an attempt must be of more than nothing",
        )?;
        let proof = attempt.approval.as_ref().map(|proof| proof.amount);
        refuse_if(
            attempt.state.is_paid() && proof != Some(attempt.amount),
            "a paid attempt needs a proof of exactly its amount",
        )?;
        refuse_if(
            attempt.refunded < Won(0) || attempt.refunded > proof.unwrap_or(Won(0)),
            "no more is sent back than was taken",
        )?;
        let gateway_id =
            |attempt: &PaymentAttempt| attempt.offer.as_ref().map(|o| o.gateway_id.clone());
        let ours = gateway_id(attempt);
        let mut others = self.attempts.iter().filter(|other| other.id != attempt.id);
        let same_payment = |other: &PaymentAttempt| {
            ours.is_some() && other.method == attempt.method && gateway_id(other) == ours
        };
        let clash = others.clone().any(same_payment);
        refuse_if(clash, "another attempt already has this gateway id")?;
        let clash = attempt.is_live() && others.any(|o| o.order == attempt.order && o.is_live());
        refuse_if(clash, "the order already has a live payment attempt")?;
        refuse_if(
            attempt.late && attempt.state.is_paid(),
            "money that came late pays nothing",
        )?;
        if let Some(old) = self.attempts.get(&attempt.id) {
            let moved = gateway_id(old).is_some() && gateway_id(old) != ours;
            let changed = old.order != attempt.order
                || old.method != attempt.method
                || old.amount != attempt.amount;
            let back = attempt.refunded < old.refunded || (old.late && !attempt.late);
            refuse_if(
                changed || moved || back,
                "what an attempt is, took and gave back never changes back",
            )?;
        }
        self.attempts.put(attempt.id, attempt.clone());
        Ok(())
    }

    pub(super) fn keep_token(&mut self, attempt: AttemptId, token: &ReturnToken) -> Guarded {
        refuse_if(
            !self.attempts.has(&attempt),
            "what it belongs to (order, quote or attempt) is not on disk",
        )?;
        self.tokens.insert(attempt, token.clone());
        Ok(())
    }

    pub(super) fn put_relay(&mut self, item: &RelayItem) -> Guarded {
        self.needs_order(item.order)?;
        refuse_if(item.revision == 0, "revisions count from 1")?;
        let mut others = self.relays.iter().filter(|other| other.id != item.id);
        let clash = others.any(|o| o.order == item.order && o.revision == item.revision);
        refuse_if(
            clash,
            "this revision of the order already has a message for the POS",
        )?;
        self.relays.put(item.id, item.clone());
        Ok(())
    }

    pub(super) fn put_print(&mut self, job: &PrintJob) -> Guarded {
        self.needs_order(job.order)?;
        refuse_if(job.copy == 0, "copies count from 1")?;
        let mut others = self.prints.iter().filter(|other| other.id != job.id);
        let same = |o: &PrintJob| o.order == job.order && o.slip == job.slip && o.copy == job.copy;
        refuse_if(
            others.any(same),
            "this copy of the slip already has a print job",
        )?;
        self.prints.put(job.id, job.clone());
        Ok(())
    }
}
