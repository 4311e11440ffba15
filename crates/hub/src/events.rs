//! Events for screens, from the store's own log.
//!
//! Guarantees: numbers without a gap, from wherever a screen stopped; a guest's screen
//! sees what is about its own orders and what is about the store.

use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use soban_domain::ids::ScreenId;
use soban_engine::Engine;
use soban_engine::ports::store::{StoreError, StoredEvent, Tx, look};
use soban_protocol::event::{Event, EventBody};
use soban_protocol::guest::ScreenKind;
use tokio::sync::watch;

const AT_ONCE: u32 = 200;
const LOOK_ANYWAY: Duration = Duration::from_secs(2);

struct Follower {
    engine: Engine,
    screen: Option<ScreenId>,
    sees_all: bool,
    committed: watch::Receiver<u64>,
    seq: u64,
    ready: std::vec::IntoIter<Event>,
}

/// Events after a number, for ever. The stream ends when the store fails; a screen then
/// says hello again.
pub(crate) fn follow(
    engine: Engine,
    from: u64,
    screen: Option<ScreenId>,
) -> impl Stream<Item = Event> + Send + 'static {
    let kind = screen
        .as_ref()
        .and_then(|id| engine.rules().screen(id))
        .map(|screen| screen.kind);
    let follower = Follower {
        committed: engine.store().committed(),
        sees_all: kind == Some(ScreenKind::Staff),
        engine,
        screen,
        seq: from,
        ready: Vec::new().into_iter(),
    };
    unfold(follower, |mut follower| async move {
        loop {
            if let Some(event) = follower.ready.next() {
                return Some((event, follower));
            }
            follower.committed.borrow_and_update();
            let events = follower.load().await.ok()?;
            if events.is_empty() {
                tokio::select! {
                    changed = follower.committed.changed() => changed.ok()?,
                    // Another program may have written, such as `soban menu import`.
                    () = tokio::time::sleep(LOOK_ANYWAY) => {}
                }
                continue;
            }
            follower.seq = events.last().map_or(follower.seq, |event| event.seq);
            follower.ready = events.into_iter();
        }
    })
}

impl Follower {
    async fn load(&self) -> Result<Vec<Event>, StoreError> {
        let (from, screen, sees_all) = (self.seq, self.screen.clone(), self.sees_all);
        look(self.engine.store().as_ref(), move |tx| {
            let stored = tx.events_after(from, AT_ONCE)?;
            stored
                .into_iter()
                .map(|event| visible(tx, event, screen.as_ref(), sees_all))
                .collect()
        })
        .await
    }
}

fn visible(
    tx: &mut dyn Tx,
    stored: StoredEvent,
    screen: Option<&ScreenId>,
    sees_all: bool,
) -> Result<Event, StoreError> {
    let own = match stored.event.order {
        Some(id) if !sees_all => tx
            .order(id)?
            .is_some_and(|order| Some(&order.screen) == screen),
        Some(_) | None => true,
    };
    let body = if own {
        serde_json::from_str(&stored.event.body).unwrap_or(EventBody::Other)
    } else {
        EventBody::Other
    };
    Ok(Event {
        seq: stored.seq,
        at: stored.event.at,
        body,
    })
}
