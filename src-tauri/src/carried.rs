//! The hub that the shell carries inside.
//!
//! Guarantees: the page's words reach the hub's one dispatch table unchanged, and its
//! answers come back unchanged; a screen that the settings do not know stops the start.
//! Deliberately absent: a second way to say anything.

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use axum::Router;
use futures_util::Stream;
use soban_domain::ids::{AttemptId, ScreenId};
use soban_hub::demo::{Demo, DemoOptions};
use soban_hub::{Api, Hub, StartError};
use soban_protocol::guest::{Came, GuestReturnRequest, HelloRequest, ScreenKind};
use soban_protocol::{ApiError, Client, ErrorCode, Event, Transport, endpoints};

/// What the shell starts: a store's hub, or the demo with the world outside.
pub(crate) enum Start {
    Store(Box<soban_hub::Options>),
    Demo(Box<DemoOptions>),
}

impl Start {
    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        match self {
            Start::Store(options) => &options.data,
            Start::Demo(options) => &options.data,
        }
    }
}

enum Running {
    Store(Hub),
    Demo(Demo),
}

impl Running {
    async fn start(start: Start) -> Result<Running, StartError> {
        Ok(match start {
            Start::Store(options) => Running::Store(soban_hub::start(*options).await?),
            Start::Demo(options) => {
                let demo = soban_hub::demo::demo(*options).await?;
                println!("soban ready");
                for line in demo.addresses() {
                    println!("  {line}");
                }
                Running::Demo(demo)
            }
        })
    }

    fn hub(&self) -> &Hub {
        match self {
            Running::Store(hub) => hub,
            Running::Demo(demo) => &demo.hub,
        }
    }
}

/// The running hub, and which of its screens this is.
pub(crate) struct Carried {
    running: Running,
    api: Arc<Api>,
    router: Router,
    screen: ScreenId,
}

/// The way to the hub from inside the same program.
struct Inside(Arc<Api>);

impl Transport for Inside {
    async fn send(&self, name: &'static str, body: String) -> Result<String, ApiError> {
        Ok(self.0.dispatch(name, body.as_bytes()).await.body)
    }
}

impl Carried {
    /// Starts the hub, on the store's network too.
    pub(crate) async fn start(start: Start, screen: Option<ScreenId>) -> anyhow::Result<Carried> {
        let running = Running::start(start)
            .await
            // Its sentence is whole; the causes beneath would say it twice.
            .map_err(|error| anyhow!(error.to_string()))?;
        let hub = running.hub();
        let api = hub.api();
        let named = screen.as_ref().map(ToString::to_string);
        let hello = Client::new(Inside(api.clone()))
            .call::<endpoints::Hello>(&HelloRequest {
                screen,
                kind: ScreenKind::Kiosk,
            })
            .await;
        let hello = match hello {
            Ok(hello) => hello,
            Err(error) => {
                hub.stop().await;
                return Err(match (error.code, named) {
                    (ErrorCode::UnknownScreen, Some(id)) => {
                        anyhow!("the settings name no screen {id}")
                    }
                    (ErrorCode::UnknownScreen, None) => anyhow!("the settings name no kiosk"),
                    _ => anyhow!(error),
                });
            }
        };
        Ok(Carried {
            router: hub.router(),
            api,
            running,
            screen: hello.screen,
        })
    }

    /// Which screen this is.
    pub(crate) fn screen(&self) -> &ScreenId {
        &self.screen
    }

    /// Calls an endpoint; request and answer are JSON.
    pub(crate) async fn call(&self, endpoint: &str, body: &str) -> String {
        self.api.dispatch(endpoint, body.as_bytes()).await.body
    }

    /// Every event after this number, as this screen may see it.
    pub(crate) fn events(&self, after: u64) -> impl Stream<Item = Event> + Send {
        self.running.hub().events(after, Some(self.screen.clone()))
    }

    /// The hub's pages, menu and pictures.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// The payer's browser came home: in our own window, so nobody else tells the hub.
    pub(crate) async fn guest_returned(&self, attempt: AttemptId, came: Came) {
        let told = Client::new(Inside(self.api.clone()))
            .call::<endpoints::GuestReturn>(&GuestReturnRequest { attempt, came })
            .await;
        if let Err(error) = told {
            let code = error.code.key();
            tracing::warn!(%attempt, code, "the payer came home in vain");
        }
    }

    /// Lets the hub finish what it is writing.
    pub(crate) async fn stop(&self) {
        self.running.hub().stop().await;
    }
}
