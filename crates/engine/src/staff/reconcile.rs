//! 대사: the books of a business day are gathered, the gateways and the POS are asked, and
//! the three are compared.
//!
//! Guarantees: changes nothing; a side that does not answer makes its part unverified and
//! never right; no more than a few questions are under way at a time.
//!
//! Deliberately absent: what an order amounts to at the POS. The link tells whether it is
//! there, so that it counts there with the amount that was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::{Flow, Method, PaymentAttempt};
use soban_domain::reconcile::{
    AttemptSide, Books, GatewayAnswer, GatewaySide, OrderSide, PosAnswer as PosBooks, PosSide,
    Report, reconcile,
};
use soban_domain::refund::{ByHand, Refund, RefundState};
use soban_domain::relay::{RelayItem, RelayState};
use soban_protocol::money::ReconcileRequest;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::Gateway;
use crate::ports::gateway::{Held, Listing, SentBack, Standing};
use crate::ports::pos::PosAnswer;
use crate::ports::store::{Tx, look};
use crate::pumps::answer;
use crate::pumps::payment::answers::held;

/// Orders of a day that are compared.
const ORDERS_MOST: u32 = 10_000;
/// Questions under way at a time.
const AT_ONCE: usize = 4;
/// What a message says that staff entered at the POS by hand: it is there under another key.
pub(super) const BY_HAND: &str = "entered_at_pos";

/// An order of the day with all that belongs to it.
struct Entry {
    order: Order,
    attempts: Vec<PaymentAttempt>,
    refunds: Vec<Refund>,
    relays: Vec<RelayItem>,
}

/// What our own store says.
struct Ours {
    entries: Vec<Entry>,
    /// Gateways' ids of payments that belong to the days beside this one: a gateway's
    /// list may hold some of them.
    elsewhere: BTreeSet<String>,
}

impl Engine {
    /// Compares the books of a day with the gateways' and the POS's.
    ///
    /// # Errors
    /// [`soban_protocol::ErrorCode::WrongPin`], [`soban_protocol::ErrorCode::PinLocked`].
    pub async fn reconcile(&self, request: ReconcileRequest) -> Result<Report, EngineError> {
        self.admit(&request.staff)?;
        self.compare_day(request.day).await
    }

    /// The comparison itself, for callers who have passed: of today where no day is named.
    ///
    /// # Errors
    /// The store's.
    pub async fn compare_day(&self, day: Option<BusinessDay>) -> Result<Report, EngineError> {
        let day = day.unwrap_or_else(|| self.today());
        let ours = look(self.store().as_ref(), move |tx| gather(tx, day)).await?;
        let mut gateways = BTreeMap::new();
        for method in self.methods_of(&ours) {
            let answer = match self.gateway(method) {
                None if method.flow() == Flow::Staff => GatewayAnswer::NoGateway,
                // It moved money, and its gateway is not set up any more.
                None => GatewayAnswer::Silent,
                Some(gateway) => self.ask_gateway(&gateway, day, &ours).await,
            };
            gateways.insert(method, answer);
        }
        let pos = self.ask_pos(&ours).await;
        Ok(reconcile(&Books {
            day,
            orders: ours.entries.iter().map(side).collect(),
            gateways,
            pos,
        }))
    }

    /// The methods that money of the day can have come by.
    fn methods_of(&self, ours: &Ours) -> BTreeSet<Method> {
        let used = ours.entries.iter().flat_map(|entry| &entry.attempts);
        let known = Method::ALL
            .into_iter()
            .filter(|m| self.gateway(*m).is_some());
        used.map(|attempt| attempt.method).chain(known).collect()
    }

    async fn ask_gateway(
        &self,
        gateway: &Arc<dyn Gateway>,
        day: BusinessDay,
        ours: &Ours,
    ) -> GatewayAnswer {
        let method = gateway.method();
        let attempts = || {
            let all = ours.entries.iter().flat_map(|entry| &entry.attempts);
            all.filter(move |a| a.method == method && a.offer.is_some())
        };
        let listed = match gateway.abilities().lists {
            true => answer(self, gateway.list(day)).await,
            false => Some(Listing::NotOffered),
        };
        let mut rows: Vec<GatewaySide> = match listed {
            Some(Listing::Rows(rows)) => rows
                .into_iter()
                .filter(|row| !ours.elsewhere.contains(&row.gateway_id))
                .map(|row| GatewaySide {
                    gateway_id: row.gateway_id,
                    attempt: row.attempt,
                    approved: row.approved,
                    sent_back: row.sent_back,
                })
                .collect(),
            Some(Listing::NotOffered) => return self.one_by_one(gateway, attempts()).await,
            Some(Listing::NoAnswer { .. }) | None => return GatewayAnswer::Silent,
        };
        // What was paid around the change of the day may stand in another day's list.
        let there: BTreeSet<&str> = rows.iter().map(|row| row.gateway_id.as_str()).collect();
        let missing = attempts().filter(|attempt| {
            let id = attempt
                .offer
                .as_ref()
                .map(|offer| offer.gateway_id.as_str());
            attempt.approval.is_some() && id.is_some_and(|id| !there.contains(id))
        });
        let missing: Vec<_> = missing.cloned().collect();
        let mut unanswered = Vec::new();
        if let GatewayAnswer::Rows {
            rows: more,
            unanswered: silent,
        } = self.one_by_one(gateway, missing.iter()).await
        {
            rows.extend(more);
            unanswered = silent;
        }
        GatewayAnswer::Rows { rows, unanswered }
    }

    /// Asks after each attempt by itself.
    async fn one_by_one<'a>(
        &self,
        gateway: &Arc<dyn Gateway>,
        attempts: impl Iterator<Item = &'a PaymentAttempt>,
    ) -> GatewayAnswer {
        if !gateway.abilities().inquiry {
            return GatewayAnswer::Silent;
        }
        let asks: Vec<Held> = attempts.filter_map(held).collect();
        let count = asks.len();
        let mut rows = Vec::new();
        let mut unanswered = Vec::new();
        let told = few_at_a_time(asks, |held| {
            let (engine, gateway) = (self.clone(), Arc::clone(gateway));
            async move { (held.attempt, ask_after(&engine, &gateway, &held).await) }
        });
        for (attempt, told) in told.await {
            match told {
                Ok(row) => rows.extend(row),
                Err(Untold) => unanswered.push(attempt),
            }
        }
        match count > 0 && unanswered.len() == count {
            true => GatewayAnswer::Silent,
            false => GatewayAnswer::Rows { rows, unanswered },
        }
    }

    /// Asks the POS for every order that it was told of.
    async fn ask_pos(&self, ours: &Ours) -> PosBooks {
        let sent = ours.entries.iter().filter(|entry| !entry.relays.is_empty());
        let asks: Vec<_> = sent
            .filter_map(|entry| {
                let item = entry.relays.last()?;
                Some((
                    entry.order.id,
                    item.revision,
                    entry.order.priced.total,
                    item.state == RelayState::Accepted && item.said.as_deref() == Some(BY_HAND),
                ))
            })
            .collect();
        if !asks.is_empty() && !self.pos().can_look_up() {
            return PosBooks::Unreachable;
        }
        let told = few_at_a_time(asks, |(order, revision, amount, by_hand)| {
            let engine = self.clone();
            async move {
                let row = |accepted| PosSide {
                    order,
                    amount,
                    accepted,
                };
                match answer(&engine, engine.pos().look_up(order, revision)).await {
                    Some(PosAnswer::Accepted) => Ok(Some(row(true))),
                    Some(PosAnswer::Absent { .. } | PosAnswer::Rejected { .. }) if by_hand => {
                        Ok(Some(row(true)))
                    }
                    Some(PosAnswer::Delivered | PosAnswer::Rejected { .. }) => Ok(Some(row(false))),
                    Some(PosAnswer::Absent { .. }) => Ok(None),
                    Some(PosAnswer::NoAnswer { .. }) | None => Err(Untold),
                }
            }
        });
        let told: Result<Vec<_>, Untold> = told.await.into_iter().collect();
        match told {
            Ok(rows) => PosBooks::Rows(rows.into_iter().flatten().collect()),
            Err(Untold) => PosBooks::Unreachable,
        }
    }
}

/// A neighbour did not tell.
struct Untold;

/// A payment as its gateway has it; none where it took nothing.
async fn ask_after(
    engine: &Engine,
    gateway: &Arc<dyn Gateway>,
    held: &Held,
) -> Result<Option<GatewaySide>, Untold> {
    let row = |approved, sent_back| GatewaySide {
        gateway_id: held.offer.gateway_id.clone(),
        attempt: Some(held.attempt),
        approved,
        sent_back,
    };
    match answer(engine, gateway.inquire(held)).await {
        Some(Standing::Paid(approval)) => match answer(engine, gateway.sent_back(held)).await {
            Some(SentBack::Sum(sum)) => Ok(Some(row(approval.amount, sum))),
            Some(SentBack::CannotTell | SentBack::NoAnswer { .. }) | None => Err(Untold),
        },
        Some(Standing::SentBack) => Ok(Some(row(held.amount, held.amount))),
        Some(Standing::Unpaid { .. } | Standing::Open { .. }) => Ok(None),
        Some(Standing::Mismatched { .. } | Standing::NoAnswer { .. }) | None => Err(Untold),
    }
}

/// Runs a question for each thing, a few at a time; the answers come in any order.
async fn few_at_a_time<T, R, W>(things: Vec<T>, ask: impl Fn(T) -> W) -> Vec<R>
where
    R: Send + 'static,
    W: Future<Output = R> + Send + 'static,
{
    let mut asking = JoinSet::new();
    let mut told = Vec::new();
    for thing in things {
        if asking.len() >= AT_ONCE
            && let Some(Ok(answer)) = asking.join_next().await
        {
            told.push(answer);
        }
        asking.spawn(ask(thing));
    }
    while let Some(done) = asking.join_next().await {
        told.extend(done);
    }
    told
}

fn gather(tx: &mut dyn Tx, day: BusinessDay) -> Result<Ours, EngineError> {
    let mut entries = Vec::new();
    let mut orders = tx.orders_of_day(day, ORDERS_MOST)?;
    orders.reverse();
    for order in orders {
        entries.push(Entry {
            attempts: tx.attempts_of(order.id)?,
            refunds: tx.refunds_of(order.id)?,
            relays: tx.relays_of(order.id)?,
            order,
        });
    }
    let mut elsewhere = BTreeSet::new();
    for beside in [day.before(), day.after()] {
        for order in tx.orders_of_day(beside, ORDERS_MOST)? {
            let attempts = tx.attempts_of(order.id)?;
            let offers = attempts.into_iter().filter_map(|attempt| attempt.offer);
            elsewhere.extend(offers.map(|offer| offer.gateway_id));
        }
    }
    Ok(Ours { entries, elsewhere })
}

/// An order as the comparison takes it.
fn side(entry: &Entry) -> OrderSide {
    let order = &entry.order;
    OrderSide {
        order: order.id,
        number: order.number,
        total: order.priced.total,
        released: order.state.is_released(),
        attempts: entry
            .attempts
            .iter()
            .map(|attempt| attempt_side(attempt, &entry.refunds))
            .collect(),
    }
}

fn attempt_side(attempt: &PaymentAttempt, refunds: &[Refund]) -> AttemptSide {
    let of = || refunds.iter().filter(|refund| refund.attempt == attempt.id);
    let back = |in_cash: bool| {
        let done = of().filter(|refund| {
            refund.state == RefundState::Done && (refund.by_hand == Some(ByHand::Cash)) == in_cash
        });
        done.fold(Won::ZERO, |sum, refund| {
            Won(sum.0.saturating_add(refund.amount.0))
        })
    };
    AttemptSide {
        attempt: attempt.id,
        method: attempt.method,
        gateway_id: attempt.offer.as_ref().map(|offer| offer.gateway_id.clone()),
        state: attempt.state,
        approved: attempt
            .approval
            .as_ref()
            .map_or(Won::ZERO, |approval| approval.amount),
        refunded: back(false),
        handed_back: back(true),
        refund: of()
            .find(|refund| !refund.state.is_settled())
            .map(|refund| refund.state),
    }
}
