//! What is on disk at the end of a run.

use std::collections::BTreeMap;
use std::sync::Arc;

use soban_domain::menu::Menu;
use soban_domain::moment::Timestamp;
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;
use soban_domain::print::PrintJob;
use soban_domain::quote::Quote;
use soban_domain::refund::Refund;
use soban_domain::relay::RelayItem;
use soban_domain::shelf::Shelf;
use soban_engine::ports::Store;
use soban_engine::ports::store::{StoreError, StoredEvent, Tx, look};

use super::life::days;
use super::town::Town;

/// An order with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    pub(crate) order: Order,
    pub(crate) quote: Option<Quote>,
    /// The menu that the quote was made from.
    pub(crate) menu: Option<Menu>,
    pub(crate) attempts: Vec<PaymentAttempt>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) relays: Vec<RelayItem>,
    pub(crate) prints: Vec<PrintJob>,
}

/// Everything on disk.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) orders: Vec<Whole>,
    pub(crate) events: Vec<StoredEvent>,
    /// What could be promised once every quote has ended.
    pub(crate) shelf: Shelf,
}

impl Facts {
    /// Reads everything.
    pub(crate) async fn gather(store: &Arc<dyn Store>) -> Result<Facts, String> {
        let read: Result<Facts, StoreError> = look(store.as_ref(), read).await;
        read.map_err(|error| format!("the store cannot be read: {error}"))
    }

    /// Every attempt.
    pub(crate) fn attempts(&self) -> impl Iterator<Item = &PaymentAttempt> {
        self.orders.iter().flat_map(|whole| &whole.attempts)
    }

    /// Counts the states that were reached, for the batch.
    pub(crate) fn count(&self, town: &Town) {
        for whole in &self.orders {
            town.watch
                .saw(format!("order: {}", whole.order.state.name()));
            for attempt in &whole.attempts {
                for step in &attempt.trail {
                    town.watch.saw(format!("payment: {}", step.state.name()));
                }
                if attempt.late {
                    town.watch.saw("payment: late money");
                }
            }
            for attempt in &whole.attempts {
                town.watch.saw(format!("payment: {}", attempt.state.name()));
            }
            for refund in &whole.refunds {
                town.watch.saw(format!("refund: {}", refund.state.name()));
            }
            for item in &whole.relays {
                town.watch.saw(format!("relay: {}", item.state.name()));
            }
            for job in &whole.prints {
                town.watch.saw(format!("print: {}", job.state.name()));
                if job.moved_from.is_some() {
                    town.watch.saw("print: moved to the backup");
                }
            }
        }
    }
}

fn read(tx: &mut dyn Tx) -> Result<Facts, StoreError> {
    let mut orders = Vec::new();
    let mut menus: BTreeMap<String, Option<Menu>> = BTreeMap::new();
    for day in days() {
        for order in tx.orders_of_day(day, u32::MAX)? {
            let quote = tx.quote(order.quote)?;
            let mut menu = None;
            if let Some(quote) = &quote {
                if !menus.contains_key(&quote.menu) {
                    let stored = tx.menu_by_hash(&quote.menu)?;
                    let read = stored.and_then(|stored| serde_json::from_str(&stored.json).ok());
                    menus.insert(quote.menu.clone(), read);
                }
                menu = menus.get(&quote.menu).cloned().flatten();
            }
            orders.push(Whole {
                attempts: tx.attempts_of(order.id)?,
                refunds: tx.refunds_of(order.id)?,
                relays: tx.relays_of(order.id)?,
                prints: tx.prints_of(order.id)?,
                order,
                quote,
                menu,
            });
        }
    }
    Ok(Facts {
        orders,
        events: tx.events_after(0, u32::MAX)?,
        shelf: tx.shelf(Timestamp(i64::MAX))?,
    })
}
