//! The hub that the shell carries inside.
//!
//! Guarantees: the page's words reach the hub's one dispatch table unchanged, and its
//! answers come back unchanged. Deliberately absent: a second way to say anything.

use std::sync::Arc;

use axum::Router;
use futures_util::Stream;
use soban_domain::ids::{AttemptId, ScreenId};
use soban_hub::{Api, Hub, StartError};
use soban_protocol::guest::{Came, GuestReturnRequest};
use soban_protocol::{Endpoint, Event, endpoints};

use crate::args::Options;

/// The running hub.
pub(crate) struct Carried {
    hub: Hub,
    api: Arc<Api>,
    screen: Option<ScreenId>,
}

impl Carried {
    /// Starts the hub, on the store's network too.
    pub(crate) async fn start(options: &Options) -> Result<Carried, StartError> {
        let hub = soban_hub::start(soban_hub::Options {
            config: options.config.clone().unwrap_or_default(),
            data: options.data.clone().unwrap_or_default(),
            listen: options.listen,
        })
        .await?;
        Ok(Carried {
            api: hub.api(),
            hub,
            screen: options.screen.clone(),
        })
    }

    /// Calls an endpoint; request and answer are JSON.
    pub(crate) async fn call(&self, endpoint: &str, body: &str) -> String {
        self.api.dispatch(endpoint, body.as_bytes()).await.body
    }

    /// Every event from this number on that this screen may see.
    pub(crate) fn events(&self, from: u64) -> impl Stream<Item = Event> + Send + 'static {
        self.hub.events(from, self.screen.clone())
    }

    /// The hub's pages, menu and pictures.
    pub(crate) fn router(&self) -> Router {
        self.hub.router()
    }

    /// The payer's browser came home: in our own window, so nobody else tells the hub.
    pub(crate) async fn guest_returned(&self, attempt: AttemptId, came: Came) {
        let request = GuestReturnRequest { attempt, came };
        match serde_json::to_string(&request) {
            Ok(body) => drop(self.call(endpoints::GuestReturn::NAME, &body).await),
            Err(error) => tracing::error!(%attempt, "the return could not be told: {error}"),
        }
    }

    /// Lets the hub finish what it is writing.
    pub(crate) async fn stop(&self) {
        self.hub.stop().await;
    }
}
