//! Follows the news of the counter POS: confirmed, ready, handed over, refused.
//!
//! Guarantees: the cursor moves on only after what lies before it is kept, so nothing is
//! missed; a piece that comes twice or late moves no order back; one piece that cannot
//! be kept does not hold up the others.

use std::time::Duration;

use soban_domain::machine::Machine;
use soban_domain::order::OrderEvent;
use soban_domain::relay::RelayEvent;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::pos::{PosNews, PosProgress};
use crate::ports::store::{StoreError, Tx, look, transact};
use crate::pumps::relay::step_relay;
use crate::pumps::{REST, answer};
use crate::steps::{self, step_order};

const EVERY: Duration = Duration::from_secs(1);
const CURSOR: &str = "pos_news";

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    loop {
        let wait = match page(&engine).await {
            // There may be more.
            Ok(true) => Duration::ZERO,
            Ok(false) => EVERY,
            Err(error) => {
                tracing::error!(%error, "news of the POS could not be kept");
                REST
            }
        };
        engine.clock().sleep(wait).await;
    }
}

/// Takes one page of news; true if the cursor moved.
async fn page(engine: &Engine) -> Result<bool, EngineError> {
    let after = look(engine.store().as_ref(), |tx| tx.cursor(CURSOR)).await?;
    let Some(Ok((news, cursor))) = answer(engine, engine.pos().news(after)).await else {
        return Ok(false);
    };
    for piece in news {
        let (inside, order) = (engine.clone(), piece.order);
        let kept = transact(engine.store().as_ref(), move |tx| apply(&inside, tx, piece)).await;
        match kept {
            Ok(()) => {}
            Err(EngineError::Store(error @ (StoreError::Busy | StoreError::Broken(_)))) => {
                return Err(error.into());
            }
            Err(error) => tracing::error!(%order, %error, "news of the POS passed over"),
        }
    }
    if cursor == after {
        return Ok(false);
    }
    let moved = transact(engine.store().as_ref(), move |tx| {
        tx.set_cursor(CURSOR, cursor)
    });
    moved.await?;
    Ok(true)
}

/// News about orders that are not ours, or no longer fit, are passed over.
fn apply(engine: &Engine, tx: &mut dyn Tx, news: PosNews) -> Result<(), EngineError> {
    if tx.order(news.order)?.is_none() {
        return Ok(());
    }
    let Some(mut item) = tx.relays_of(news.order)?.pop() else {
        return Ok(());
    };
    item.said = news.words.or(item.said);
    let event = match news.progress {
        PosProgress::Rejected => RelayEvent::Rejected,
        PosProgress::Accepted | PosProgress::Ready | PosProgress::Done => RelayEvent::Accepted,
    };
    step_relay(engine, tx, &mut item, event)?;
    let event = match news.progress {
        PosProgress::Ready => OrderEvent::PosReady,
        PosProgress::Done => OrderEvent::PosDone,
        // Taken back after it was confirmed: it is paid, and staff must know.
        PosProgress::Rejected => OrderEvent::PosRefused,
        PosProgress::Accepted => return Ok(()),
    };
    let mut order = steps::order(tx, news.order)?;
    if order
        .state
        .next(event)
        .is_ok_and(|(next, _)| next != order.state)
    {
        step_order(engine, tx, &mut order, event)?;
    }
    Ok(())
}
