//! How a screen reaches the hub: inside the shell by its one command, in a browser by HTTP.
//!
//! Guarantees: the same line of code over both (`client.call::<PlaceOrder>`); a request that
//! gets no answer within [`PATIENCE_MS`] counts as unanswered, never as refused; a command is
//! sent again with the very same ids until an answer came ([`insist`]).
//! Deliberately absent: a queue of commands for later. A guest who walks away from a dead
//! screen must not find an order placed behind their back.

use gloo_net::http::Request;
use serde::de::DeserializeOwned;
use soban_protocol::{ApiError, Endpoint, ErrorCode, Transport};
use uuid::Uuid;

use self::reader::{Misfit, Value};

pub mod events;
mod reader;
mod shell;
mod wait;

pub use shell::{close_payment_window, in_shell, open_payment_window};
pub use wait::{jitter, sleep};

/// Milliseconds to wait for an answer: longer than the hub waits for a gateway's.
pub const PATIENCE_MS: u32 = 20_000;

/// Tries of a command before the guest is asked: about a minute of waiting between them.
const TRIES_MOST: u32 = 12;

/// The way to the hub. See the module's head.
#[derive(Clone, Copy, Debug)]
pub enum Link {
    /// The shell's command.
    Shell,
    /// HTTP to where the page came from.
    Http,
}

impl Link {
    /// The way that this page has.
    pub fn find() -> Link {
        if in_shell() { Link::Shell } else { Link::Http }
    }
}

impl Transport for Link {
    async fn send(&self, name: &'static str, body: String) -> Result<String, ApiError> {
        match self {
            Link::Shell => shell::call(name, &body).await,
            Link::Http => post(name, body).await,
        }
    }
}

/// The protocol's typed client, reading answers with the browser's own parser.
#[derive(Clone, Copy, Debug)]
pub struct Client(Link);

impl Client {
    /// Calls an endpoint.
    ///
    /// # Errors
    /// What the hub says, or [`ErrorCode::Offline`], or [`ErrorCode::Internal`] for an
    /// answer that does not read.
    pub async fn call<E: Endpoint>(&self, request: &E::Request) -> Result<E::Reply, ApiError> {
        let body =
            serde_json::to_string(request).map_err(|_| ApiError::from(ErrorCode::Internal))?;
        let text = self.0.send(E::NAME, body).await?;
        let answer = Value::parse(&text).map_err(misfit)?;
        if let Some(error) = answer.field("error") {
            return Err(error.read().map_err(misfit)?);
        }
        let reply = answer.field("ok").ok_or(Misfit).and_then(Value::read);
        reply.map_err(misfit)
    }
}

/// A client over the way that this page has.
pub fn client() -> Client {
    Client(Link::find())
}

/// Reads JSON.
///
/// # Errors
/// [`ErrorCode::Internal`] where it does not fit.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    Value::parse(text).and_then(Value::read).map_err(misfit)
}

fn misfit(misfit: Misfit) -> ApiError {
    ApiError::new(ErrorCode::Internal, misfit.to_string())
}

/// What stands before `/menu/…` and `/media/…`: nothing in a browser, the shell's own
/// scheme inside the shell.
pub fn base() -> String {
    js_sys::Reflect::get(&js_sys::global(), &"__SOBAN_BASE__".into())
        .ok()
        .and_then(|base| base.as_string())
        .unwrap_or_default()
}

/// Fetches a text from below [`base`].
///
/// # Errors
/// [`ErrorCode::Offline`] when it did not come.
pub async fn fetch(path: &str) -> Result<String, ApiError> {
    let signal = web_sys::AbortSignal::timeout_with_u32(PATIENCE_MS);
    let request = Request::get(&format!("{}{path}", base())).abort_signal(Some(&signal));
    let answer = request.send().await.map_err(offline)?;
    if !answer.ok() {
        return Err(ApiError::new(
            ErrorCode::NotFound,
            format!("{path}: {}", answer.status()),
        ));
    }
    answer.text().await.map_err(offline)
}

/// The hub answers with a body whatever the status, so the status is not looked at.
async fn post(name: &str, body: String) -> Result<String, ApiError> {
    let signal = web_sys::AbortSignal::timeout_with_u32(PATIENCE_MS);
    let request = Request::post(&format!("/rpc/{name}"))
        .header("content-type", "application/json")
        .abort_signal(Some(&signal))
        .body(body)
        .map_err(offline)?;
    let answer = request.send().await.map_err(offline)?;
    answer.text().await.map_err(offline)
}

fn offline(error: gloo_net::Error) -> ApiError {
    ApiError::new(ErrorCode::Offline, error.to_string())
}

/// Calls an endpoint, and again with the very same request while nobody answers or the hub
/// is busy. The ids in the request make a repeat harmless.
///
/// # Errors
/// The hub's refusal, or the last failure once the bound of tries is reached.
pub async fn insist<E: Endpoint>(request: &E::Request) -> Result<E::Reply, ApiError> {
    let client = client();
    let mut tries = 0;
    loop {
        match client.call::<E>(request).await {
            Err(error)
                if matches!(error.code, ErrorCode::Offline | ErrorCode::Busy)
                    && tries < TRIES_MOST =>
            {
                sleep(jitter(tries)).await;
                tries += 1;
            }
            answer => return answer,
        }
    }
}

/// A fresh id: UUIDv7, from the browser's clock and random numbers.
pub fn fresh() -> Uuid {
    Uuid::now_v7()
}
