//! The counter POS itself: the orders it took, the day, what is sold out, and what it tells.
//!
//! Guarantees: an order key is taken once (unless deduplication is switched off), a payment
//! key pays one order, revisions come in order, states only move forward, and every change has the next number in the feed.
//! Deliberately absent: menus and tables.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::order::{Misfit, Submission};
use crate::clock::Moment;
use crate::ledger::RequestLog;

/// Orders the till keeps between resets.
const MAX_ORDERS: usize = 20_000;
/// Changes handed out at once.
pub(crate) const MAX_CHANGES: usize = 500;
/// Codes that can be sold out at once.
const MAX_SOLD_OUT: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum OrderState {
    Requested,
    Opened,
    Ready,
    Completed,
    Cancelled,
}

impl OrderState {
    /// Forward only; a till that is in a hurry may skip READY.
    fn may_become(self, to: Self) -> bool {
        match self {
            Self::Requested => matches!(to, Self::Opened | Self::Cancelled),
            Self::Opened => matches!(to, Self::Ready | Self::Completed | Self::Cancelled),
            Self::Ready => matches!(to, Self::Completed | Self::Cancelled),
            Self::Completed | Self::Cancelled => false,
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Requested => "order.order.created.v1",
            Self::Opened => "order.order.opened.v1",
            Self::Ready => "order.order.ready.v1",
            Self::Completed => "order.order.completed.v1",
            Self::Cancelled => "order.order.cancelled.v1",
        }
    }
}

/// Deliveroo's reasons, our `day_closed`, and the kitchen's own four (POS reference, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reason {
    #[serde(rename = "price_mismatched")]
    PriceMismatched,
    #[serde(rename = "pos_item_id_mismatched")]
    PosItemIdMismatched,
    #[serde(rename = "pos_item_id_not_found")]
    PosItemIdNotFound,
    #[serde(rename = "items_out_of_stock")]
    ItemsOutOfStock,
    #[serde(rename = "location_offline")]
    LocationOffline,
    #[serde(rename = "location_not_supported")]
    LocationNotSupported,
    #[serde(rename = "unsupported_order_type")]
    UnsupportedOrderType,
    #[serde(rename = "day_closed")]
    DayClosed,
    #[serde(rename = "other")]
    Other,
    #[serde(rename = "INGREDIENT_UNAVAILABLE")]
    IngredientUnavailable,
    #[serde(rename = "CLOSING_EARLY")]
    ClosingEarly,
    #[serde(rename = "BUSY")]
    Busy,
    #[serde(rename = "OTHER")]
    KitchenOther,
}

/// The till says no; nothing was kept.
#[derive(Clone, Debug)]
pub(crate) enum No {
    /// The body is not an order.
    Malformed(String),
    /// Same Idempotency-Key, other body.
    KeyReused,
    /// A revision that does not follow the one the till has.
    Revision(String),
    /// The order can no longer be changed.
    Ended,
    /// Refused for a reason of the trade, with the item codes it is about.
    Rejected(Reason, String, Vec<String>),
    /// The till keeps no more orders.
    Full,
}

#[derive(Clone, Debug)]
pub(crate) struct TillOrder {
    pub(crate) id: u64,
    pub(crate) state: OrderState,
    pub(crate) submission: Submission,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    pub(crate) reason: Option<Reason>,
}

impl TillOrder {
    /// The order as the API and the ledger show it.
    pub(crate) fn view(&self) -> Value {
        let order = &self.submission.order;
        json!({
            "id": self.id.to_string(),
            "orderKey": order.order_key,
            "orderNumber": order.order_number,
            "revision": order.revision,
            "state": self.state,
            "reason": self.reason,
            "order": order,
            "payments": self.submission.payments,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        })
    }
}

#[derive(Clone, Debug)]
struct Change {
    seq: u64,
    at: Moment,
    order: usize,
    state: OrderState,
    revision: u32,
    reason: Option<Reason>,
}

#[derive(Debug)]
struct Stored {
    body: Value,
    answer: Value,
}

#[derive(Debug)]
pub(crate) struct Till {
    pub(crate) open: bool,
    pub(crate) since: Moment,
    pub(crate) auto_accept: bool,
    pub(crate) dedupe: bool,
    sold_out: BTreeMap<String, String>,
    orders: Vec<TillOrder>,
    by_key: HashMap<String, usize>,
    /// Whose payment it is: `paymentKey` to order key.
    payers: HashMap<String, String>,
    stored: HashMap<String, Stored>,
    changes: Vec<Change>,
    pub(crate) in_progress: HashMap<String, u32>,
    pub(crate) log: RequestLog,
}

impl Till {
    pub(crate) fn new(auto_accept: bool, now: Moment) -> Self {
        Self {
            open: true,
            since: now,
            auto_accept,
            dedupe: true,
            sold_out: BTreeMap::new(),
            orders: Vec::new(),
            by_key: HashMap::new(),
            payers: HashMap::new(),
            stored: HashMap::new(),
            changes: Vec::new(),
            in_progress: HashMap::new(),
            log: RequestLog::default(),
        }
    }

    /// Opens or closes the business day; the same again changes nothing.
    pub(crate) fn set_open(&mut self, open: bool, now: Moment) {
        if self.open != open {
            self.open = open;
            self.since = now;
        }
    }

    /// Marks an item code sold out, or on sale again. False when the list is full.
    pub(crate) fn set_sold_out(&mut self, code: &str, title: &str, sold_out: bool) -> bool {
        if !sold_out {
            self.sold_out.remove(code);
            return true;
        }
        if self.sold_out.len() >= MAX_SOLD_OUT && !self.sold_out.contains_key(code) {
            return false;
        }
        self.sold_out.insert(code.to_owned(), title.to_owned());
        true
    }

    pub(crate) fn sold_out(&self) -> &BTreeMap<String, String> {
        &self.sold_out
    }

    pub(crate) fn orders(&self) -> &[TillOrder] {
        &self.orders
    }

    pub(crate) fn by_key(&self, key: &str) -> Option<&TillOrder> {
        self.by_key.get(key).map(|at| &self.orders[*at])
    }

    /// Takes an order. True beside the answer: it was new to the till.
    pub(crate) fn submit(
        &mut self,
        key: &str,
        body: &Value,
        now: Moment,
    ) -> Result<(Value, bool), No> {
        let submission: Submission = serde_json::from_value(body.clone())
            .map_err(|error| No::Malformed(error.to_string()))?;
        let order = &submission.order;
        let due = format!("{}:{}", order.order_key, order.revision);
        if key != due {
            return Err(No::Malformed(format!("Idempotency-Key must be {due}")));
        }
        if self.dedupe
            && let Some(stored) = self.stored.get(key)
        {
            return if stored.body == *body {
                Ok((stored.answer.clone(), false))
            } else {
                Err(No::KeyReused)
            };
        }
        self.check(&submission)?;
        let order_key = order.order_key.clone();
        let payers: Vec<String> = submission
            .payments
            .iter()
            .map(|payment| payment.payment_key.clone())
            .collect();
        let known = self.by_key.get(&order_key).copied().filter(|_| self.dedupe);
        let answer = match known {
            Some(at) => self.revise(at, submission, now)?,
            None => self.take(submission, now)?,
        };
        for payment in payers {
            self.payers.insert(payment, order_key.clone());
        }
        self.stored.insert(
            key.to_owned(),
            Stored {
                body: body.clone(),
                answer: answer.clone(),
            },
        );
        Ok((answer, true))
    }

    fn check(&self, submission: &Submission) -> Result<(), No> {
        if !self.open {
            let words = "the business day is not open".to_owned();
            return Err(No::Rejected(Reason::DayClosed, words, Vec::new()));
        }
        submission.check().map_err(|misfit| match misfit {
            Misfit::Field(what) => No::Malformed(what),
            Misfit::Sum(what) => No::Rejected(Reason::PriceMismatched, what, Vec::new()),
        })?;
        let order_key = &submission.order.order_key;
        for payment in &submission.payments {
            let payer = self.payers.get(&payment.payment_key);
            if payer.is_some_and(|payer| payer != order_key) {
                let words = format!("{} has paid another order", payment.payment_key);
                return Err(No::Rejected(Reason::Other, words, Vec::new()));
            }
        }
        let gone: Vec<String> = submission
            .order
            .line_items
            .iter()
            .map(|line| line.code.clone())
            .filter(|code| self.sold_out.contains_key(code))
            .collect();
        if gone.is_empty() {
            Ok(())
        } else {
            let words = "sold out".to_owned();
            Err(No::Rejected(Reason::ItemsOutOfStock, words, gone))
        }
    }

    fn take(&mut self, submission: Submission, now: Moment) -> Result<Value, No> {
        let revision = submission.order.revision;
        if revision > 1 {
            let words = format!("revision {revision} came before its forerunner");
            return Err(No::Revision(words));
        }
        if self.orders.len() >= MAX_ORDERS {
            return Err(No::Full);
        }
        let at = self.orders.len();
        let key = submission.order.order_key.clone();
        self.orders.push(TillOrder {
            id: at as u64 + 1,
            state: OrderState::Requested,
            submission,
            created_at: now,
            updated_at: now,
            reason: None,
        });
        self.by_key.entry(key).or_insert(at);
        self.note(at, now);
        let answer = self.orders[at].view();
        if self.auto_accept {
            self.move_to(at, OrderState::Opened, None, now);
        }
        Ok(answer)
    }

    fn revise(&mut self, at: usize, submission: Submission, now: Moment) -> Result<Value, No> {
        let have = self.orders[at].submission.order.revision;
        let new = submission.order.revision;
        if new != have + 1 {
            return Err(No::Revision(format!(
                "revision {new} does not follow {have}"
            )));
        }
        match self.orders[at].state {
            OrderState::Requested | OrderState::Opened | OrderState::Ready => {}
            OrderState::Completed | OrderState::Cancelled => return Err(No::Ended),
        }
        self.orders[at].submission = submission;
        self.orders[at].updated_at = now;
        self.note(at, now);
        Ok(self.orders[at].view())
    }

    /// Moves an order forward by hand. False when it cannot go there from where it is.
    pub(crate) fn press(
        &mut self,
        id: u64,
        to: OrderState,
        reason: Option<Reason>,
        now: Moment,
    ) -> bool {
        let Some(at) = self.orders.iter().position(|order| order.id == id) else {
            return false;
        };
        let allowed = self.orders[at].state.may_become(to);
        if allowed {
            self.move_to(at, to, reason, now);
        }
        allowed
    }

    fn move_to(&mut self, at: usize, to: OrderState, reason: Option<Reason>, now: Moment) {
        let order = &mut self.orders[at];
        order.state = to;
        order.reason = reason;
        order.updated_at = now;
        self.note(at, now);
    }

    fn note(&mut self, at: usize, now: Moment) {
        let order = &self.orders[at];
        self.changes.push(Change {
            seq: self.changes.len() as u64 + 1,
            at: now,
            order: at,
            state: order.state,
            revision: order.submission.order.revision,
            reason: order.reason,
        });
    }

    /// The changes after `seq`, as CloudEvents, and the number to ask after next.
    pub(crate) fn changes_after(&self, seq: u64, merchant: &str) -> Value {
        let skip = usize::try_from(seq)
            .unwrap_or(usize::MAX)
            .min(self.changes.len());
        let page: Vec<&Change> = self.changes[skip..].iter().take(MAX_CHANGES).collect();
        let next = page.last().map_or(skip as u64, |change| change.seq);
        let events: Vec<Value> = page
            .into_iter()
            .map(|change| self.event(change, merchant))
            .collect();
        json!({ "events": events, "next": next, "more": next < self.changes.len() as u64 })
    }

    fn event(&self, change: &Change, merchant: &str) -> Value {
        let order = &self.orders[change.order];
        json!({
            "specversion": "1.0",
            "id": change.seq.to_string(),
            "source": format!("/pos/merchants/{merchant}"),
            "type": change.state.event(),
            "time": change.at,
            "createdAt": change.at,
            "merchantId": merchant,
            "seq": change.seq,
            "orderKey": order.submission.order.order_key,
            "state": change.state,
            "data": {
                "orderId": order.id.to_string(),
                "orderNumber": order.submission.order.order_number,
                "revision": change.revision,
                "reason": change.reason,
            },
        })
    }
}
