//! Gives up orders that nobody pays, so that their stock is free again, and tells the
//! screens what became free by time alone.
//!
//! Guarantees: an order with a payment that is not over is never given up.

use std::time::Duration;

use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::order::{Order, OrderEvent, OrderState};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::ports::store::{Tx, look, transact};
use crate::steps::{self, step_order};

const EVERY: Duration = Duration::from_secs(10);
/// Orders of a day looked through, the newest first: what nobody pays is young.
const ORDERS_MOST: u32 = 1000;
/// Each so many rounds every open order is looked through, of whatever day: the wall clock
/// may have jumped over days while a guest paid.
const ROUNDS_TO_ALL: u32 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    // What the last run left behind may be of any day, too.
    for number in (0..ROUNDS_TO_ALL).cycle() {
        let swept = match number {
            0 => everything(&engine).await,
            _ => round(&engine).await,
        };
        if let Err(error) = swept {
            tracing::error!(%error, "forgotten orders could not be looked for");
        }
        if let Err(error) = tell_shelf(&engine).await {
            tracing::error!(%error, "the screens could not be told of the shelf");
        }
        engine.clock().sleep(EVERY).await;
    }
}

async fn everything(engine: &Engine) -> Result<(), EngineError> {
    let open = look(engine.store().as_ref(), |tx| tx.open_orders(u32::MAX)).await?;
    give_up(engine, open).await;
    Ok(())
}

/// A hold that ends with its quote ends in silence: nothing is written at that moment.
async fn tell_shelf(engine: &Engine) -> Result<(), EngineError> {
    let now = engine.clock().now();
    let shelf = look(engine.store().as_ref(), move |tx| tx.shelf(now)).await?;
    if !engine.is_shelf_news(&shelf) {
        return Ok(());
    }
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| inside.emit_shelf(tx)).await
}

async fn round(engine: &Engine) -> Result<(), EngineError> {
    let now = engine.clock().now();
    let change = engine.rules().change_hour;
    let days = [now, Timestamp(now.0.saturating_sub(DAY_MS))].map(|at| BusinessDay::of(at, change));
    for day in days {
        let newest = move |tx: &mut dyn Tx| tx.orders_of_day(day, ORDERS_MOST);
        let orders = look(engine.store().as_ref(), newest).await?;
        give_up(engine, orders).await;
    }
    Ok(())
}

/// Gives up those that are forgotten. One that cannot be written does not hold up the
/// others.
async fn give_up(engine: &Engine, orders: Vec<Order>) {
    for order in orders.into_iter().filter(|order| forgotten(engine, order)) {
        let inside = engine.clone();
        let left = transact(engine.store().as_ref(), move |tx| {
            let mut order = steps::order(tx, order.id)?;
            let live = tx.attempts_of(order.id)?.iter().any(|a| a.is_live());
            if !live && forgotten(&inside, &order) {
                tracing::info!(order = %order.id, "nobody paid; given up");
                step_order(&inside, tx, &mut order, OrderEvent::Left)?;
            }
            Ok::<_, EngineError>(())
        });
        if let Err(error) = left.await {
            tracing::error!(order = %order.id, %error, "a forgotten order could not be given up");
        }
    }
}

fn forgotten(engine: &Engine, order: &Order) -> bool {
    let age = engine.clock().now().since(order.changed);
    let placed = order.state == OrderState::Placed && !Mutant::NeverGivenUp.is_in();
    placed && age >= i64::from(engine.rules().policy.abandon) * 1000
}
