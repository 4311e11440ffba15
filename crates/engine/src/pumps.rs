//! What runs without being asked: payments, refunds and cash receipts driven to an end,
//! orders to the POS, tickets
//! to printers, neighbours asked how they are, forgotten orders given up.
//!
//! Guarantees: every pump reads its work from the store, so a restart goes on where the
//! last run stopped; a pump that fails once waits and goes on; one bad item never stops
//! the others.

use std::time::Duration;

use soban_domain::moment::Timestamp;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::error::EngineError;

pub mod cash_receipt;
pub mod health;
pub mod news;
pub mod payment;
pub mod print;
pub mod refund;
pub mod relay;
pub mod sweep;

/// After a fault of the store a pump rests this long.
const REST: Duration = Duration::from_secs(1);

/// The longest that the engine waits for one answer of a neighbour. Adapters have closer
/// bounds of their own; this one keeps a broken adapter from holding a payment for ever.
const CALL_MOST: Duration = Duration::from_secs(60);

/// Runs all pumps. Dropping the set stops them; that is safe at any moment, and steps
/// that are under way end by themselves.
pub fn run(engine: &Engine) -> JoinSet<()> {
    let mut pumps = JoinSet::new();
    pumps.spawn(payment::run(engine.clone()));
    pumps.spawn(refund::run(engine.clone()));
    pumps.spawn(cash_receipt::run(engine.clone()));
    pumps.spawn(relay::run(engine.clone()));
    pumps.spawn(news::run(engine.clone()));
    pumps.spawn(health::run(engine.clone()));
    pumps.spawn(sweep::run(engine.clone()));
    for printer in print::printers(engine) {
        pumps.spawn(print::run(engine.clone(), printer));
    }
    pumps
}

/// Runs `round` whenever the store changed, `nudge` was given, or the time is come that
/// the last round named, for ever.
async fn whenever<F, R>(
    engine: &Engine,
    name: &'static str,
    longest: Duration,
    nudge: Option<&Notify>,
    mut round: F,
) where
    F: FnMut() -> R,
    R: Future<Output = Result<Option<Duration>, EngineError>>,
{
    let mut committed = engine.store().committed();
    loop {
        committed.borrow_and_update();
        let wait = match round().await {
            Ok(wait) => wait.unwrap_or(longest).min(longest),
            Err(error) => {
                tracing::error!(pump = name, %error, "a pump rests");
                REST
            }
        };
        // In this order, so that a simulation repeats; whichever it is, the round is the same.
        tokio::select! {
            biased;
            changed = committed.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = given(nudge) => {}
            () = engine.clock().sleep(wait) => {}
        }
    }
}

/// Waits for a nudge; for ever where nobody gives one.
async fn given(nudge: Option<&Notify>) {
    match nudge {
        Some(nudge) => nudge.notified().await,
        None => std::future::pending().await,
    }
}

/// The wait before try number `tries` (from 1): 1, 2, 4, … seconds, at most `most`.
fn back_off(tries: u32, most: u32) -> u32 {
    1u32.checked_shl(tries.saturating_sub(1).min(16))
        .unwrap_or(most)
        .min(most)
}

/// The time until `at`, where nothing waits longer than `most` seconds: a moment further
/// off was written before the wall clock was set back, and is come.
fn until(at: Timestamp, now: Timestamp, most: u32) -> Duration {
    let wait = at.since(now);
    if wait > i64::from(most) * 1000 {
        return Duration::ZERO;
    }
    from_now(wait)
}

/// A neighbour's answer, or nothing where it does not come within [`CALL_MOST`].
pub(crate) async fn answer<T>(engine: &Engine, call: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        answer = call => Some(answer),
        () = engine.clock().sleep(CALL_MOST) => None,
    }
}

/// Milliseconds as a duration; nothing for the past.
fn from_now(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms.max(0)).unwrap_or(0))
}
