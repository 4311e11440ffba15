//! The hub's events as a screen follows them.
//!
//! Guarantees: every feed checks that the numbers have no gap; waiting is for events,
//! with a deadline, never for a time.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use soban_protocol::event::{Event, EventBody};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::DEADLINE;

/// A screen's line to the hub.
pub struct Feed {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    seq: u64,
}

impl Feed {
    /// Follows the events after `from`, as the screen of that name sees them.
    ///
    /// # Panics
    /// Where the hub does not answer.
    pub async fn open(hub: SocketAddr, from: u64, screen: &str) -> Feed {
        let feed = Feed::try_open(hub, from, screen).await;
        feed.expect("the hub takes the line")
    }

    /// The same of a hub that may be gone.
    pub async fn try_open(hub: SocketAddr, from: u64, screen: &str) -> Option<Feed> {
        let url = format!("ws://{hub}/events?from={from}&screen={screen}");
        let (socket, _) = connect_async(url).await.ok()?;
        Some(Feed { socket, seq: from })
    }

    /// The next event.
    ///
    /// # Panics
    /// Where its number leaves a gap, or the hub hangs up.
    pub async fn next(&mut self) -> Event {
        self.try_next().await.expect("the hub holds the line")
    }

    /// The next event, or nothing where the line breaks.
    ///
    /// # Panics
    /// Where its number leaves a gap.
    pub async fn try_next(&mut self) -> Option<Event> {
        loop {
            let Message::Text(text) = self.socket.next().await?.ok()? else {
                continue;
            };
            let event: Event = serde_json::from_str(&text).expect("an event reads");
            assert_eq!(event.seq, self.seq + 1, "the numbers have no gap");
            self.seq = event.seq;
            return Some(event);
        }
    }

    /// The first event from here on that is wanted.
    ///
    /// # Panics
    /// Where it does not come in time.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&EventBody) -> bool) -> Event {
        self.until_within(DEADLINE, what, wanted).await
    }

    /// The same for what has a time of its own that is longer.
    ///
    /// # Panics
    /// Where it does not come within that time.
    pub async fn until_within(
        &mut self,
        time: Duration,
        what: &str,
        wanted: impl Fn(&EventBody) -> bool,
    ) -> Event {
        let search = async {
            loop {
                let event = self.next().await;
                if wanted(&event.body) {
                    return event;
                }
            }
        };
        match timeout(time, search).await {
            Ok(event) => event,
            Err(_) => panic!("{what} did not come within {time:?}"),
        }
    }

    /// The events up to a number.
    pub async fn up_to(&mut self, seq: u64) -> Vec<Event> {
        let mut events = Vec::new();
        while self.seq < seq {
            events.push(self.next().await);
        }
        events
    }
}
