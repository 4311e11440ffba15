//! A basket becomes a promise.

use std::collections::BTreeMap;

use soban_domain::cart::Cart;
use soban_domain::change::{Now, Refusal, settle};
use soban_domain::ids::QuoteId;
use soban_domain::menu::Menu;
use soban_domain::moment::Timestamp;
use soban_domain::pricing;
use soban_domain::quote::Quote;
use soban_domain::shelf::{Demand, Level, Shelf};
use soban_protocol::endpoint::endpoints::MakeQuote;
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::guest::{MakeQuoteRequest, QuoteReply};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::once::once;
use crate::ports::store::Tx;

impl Engine {
    /// Prices a basket and holds its stock, or names what changed.
    ///
    /// # Errors
    /// [`ErrorCode::BadCart`] for a basket that no honest screen sends;
    /// [`ErrorCode::UnknownScreen`].
    pub async fn make_quote(&self, request: MakeQuoteRequest) -> Result<QuoteReply, EngineError> {
        let subject = request.clone();
        once::<MakeQuote, _, _>(self, request.command, &subject, move |engine, tx| {
            engine.quote_now(tx, &request)
        })
        .await
    }

    fn quote_now(
        &self,
        tx: &mut dyn Tx,
        request: &MakeQuoteRequest,
    ) -> Result<QuoteReply, EngineError> {
        if self.rules().screen(&request.screen).is_none() {
            return Err(ErrorCode::UnknownScreen.into());
        }
        let now = self.clock().now();
        let freed = match request.instead_of {
            Some(earlier) => end_quote(tx, earlier, now)?,
            None => false,
        };
        if !self.rules().is_open(now.minute_of_week()) {
            return Err(ErrorCode::NotNow.into());
        }
        let (hash, menu) = self.menu(tx)?;
        let shelf = tx.shelf(now)?;
        let situation = Now {
            menu: &menu,
            shelf: &shelf,
            minute_of_week: now.minute_of_week(),
        };
        let priced = match settle(situation, &request.cart, &request.seen) {
            Ok(priced) => priced,
            Err(Refusal::Fault(fault)) => {
                return Err(ApiError::new(ErrorCode::BadCart, fault.to_string()).into());
            }
            Err(Refusal::Changed(changes)) => {
                if freed {
                    self.emit_shelf(tx)?;
                }
                return Ok(QuoteReply::Changed {
                    changes,
                    menu: hash,
                    shelf,
                });
            }
        };
        let seconds = self.rules().policy.quote;
        let quote = Quote {
            id: QuoteId(self.ids().fresh()),
            screen: request.screen.clone(),
            lang: request.lang,
            menu: hash,
            holds: holds(&menu, &shelf, &request.cart),
            priced,
            expires: now.plus_seconds(seconds),
        };
        tx.put_quote(&quote)?;
        if freed || !quote.holds.is_empty() {
            self.emit_shelf(tx)?;
        }
        Ok(QuoteReply::Quoted {
            quote: quote.id,
            priced: quote.priced,
            seconds_left: seconds,
        })
    }
}

/// Ends a quote that no order took up: its stock is free, and no order can take it up
/// any more without holding what it promises. True if it held something.
fn end_quote(tx: &mut dyn Tx, id: QuoteId, now: Timestamp) -> Result<bool, EngineError> {
    let Some(mut quote) = tx.quote(id)? else {
        return Ok(false);
    };
    if tx.order_of_quote(id)?.is_some() {
        return Ok(false);
    }
    let held = !quote.holds.is_empty();
    tx.free_holds(id)?;
    quote.holds.clear();
    quote.expires = quote.expires.min(now);
    tx.put_quote(&quote)?;
    Ok(held)
}

/// What a basket holds of the things that are counted.
fn holds(menu: &Menu, shelf: &Shelf, cart: &Cart) -> Demand {
    let mut holds = BTreeMap::new();
    if Mutant::NothingHeld.is_in() {
        return holds;
    }
    for line in &cart.lines {
        for (key, count) in pricing::demand(menu, line) {
            if matches!(shelf.level(&key), Level::Left(_)) {
                let there: &mut u32 = holds.entry(key).or_insert(0);
                *there = there.saturating_add(count);
            }
        }
    }
    holds
}
