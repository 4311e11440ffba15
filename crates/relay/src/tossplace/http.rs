//! One call to the POS, and what is known when it did not go well.
//!
//! Facts: keys travel in the headers `x-access-key` and `x-secret-key`; a repeat is known
//! by `Idempotency-Key` (IETF draft httpapi-idempotency-key-header, which never became a
//! standard: 422 for the same key with another body, 409 while the first is in flight).
//!
//! Guarantees: one request on one fresh connection, without retry, redirect or proxy, so
//! that [`Failure::NotSent`] is said only when the connection never stood; an answer above
//! [`BODY_MOST`] is not read on.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, Url, redirect, retry};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::words::clean;
use soban_domain::secret::Secret;

/// The most bytes of an answer: five hundred changes come to half of it.
const BODY_MOST: usize = 1024 * 1024;

/// What is known of a call that brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No connection stood, so no byte of the request left.
    NotSent,
    /// The request may have arrived. The word says what broke.
    Broken(&'static str),
    /// The POS said no, in its way.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The vendor's code, empty where it has none.
        code: String,
        /// The vendor's words.
        words: String,
    },
}

impl Failure {
    /// Status, code and words, for staff.
    pub(super) fn evidence(&self) -> String {
        match self {
            Failure::NotSent => "no_connection".to_owned(),
            Failure::Broken(what) => (*what).to_owned(),
            Failure::Refused {
                status,
                code,
                words,
            } => format!("http {status} {code} {words}")
                .trim_end()
                .to_owned(),
        }
    }
}

/// The line to the POS of one store.
pub(super) struct Line {
    client: Client,
    base: String,
}

impl Line {
    /// Makes the line; no connection is made yet.
    pub(super) fn new(
        base: &Url,
        headers: HeaderMap,
        connect: Duration,
        read: Duration,
    ) -> Result<Line, reqwest::Error> {
        let builder = Client::builder()
            .default_headers(headers)
            .connect_timeout(connect)
            .timeout(connect.saturating_add(read))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            // A connection kept from an earlier call may be dead already, and a request
            // written to it neither sent nor not sent.
            .pool_max_idle_per_host(0);
        let builder = match base.scheme() {
            // An agent in the store: no certificate is looked for, nor needed.
            "http" => builder.tls_certs_only([]),
            _ => builder,
        };
        Ok(Line {
            client: builder.build()?,
            base: base.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// A request that asks.
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    /// A request that does.
    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.base))
    }
}

/// The headers that carry the keys, if keys can be carried.
pub(super) fn keys(access: &Secret, secret: &Secret) -> Option<HeaderMap> {
    let value = |key: &Secret| {
        let mut value = HeaderValue::from_str(key.reveal()).ok()?;
        value.set_sensitive(true);
        (!value.is_empty()).then_some(value)
    };
    let mut headers = HeaderMap::new();
    headers.insert("x-access-key", value(access)?);
    headers.insert("x-secret-key", value(secret)?);
    Some(headers)
}

/// Sends a request once and reads its answer.
pub(super) async fn answer_to<A: DeserializeOwned>(request: RequestBuilder) -> Result<A, Failure> {
    let response = request
        .send()
        .await
        .map_err(|error| unsent_or_broken(&error))?;
    let status = response.status();
    let body = read(response).await?;
    if status.is_success() {
        return object(&body).ok_or(Failure::Broken("unreadable"));
    }
    Err(refusal(status.as_u16(), &body))
}

fn unsent_or_broken(error: &reqwest::Error) -> Failure {
    if error.is_connect() || error.is_builder() {
        Failure::NotSent
    } else if error.is_timeout() {
        Failure::Broken("timed_out")
    } else {
        Failure::Broken("connection_broken")
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(part)) if body.len() + part.len() > BODY_MOST => {
                return Err(Failure::Broken("answer_too_long"));
            }
            Ok(Some(part)) => body.extend_from_slice(&part),
            Ok(None) => return Ok(body),
            Err(error) => return Err(unsent_or_broken(&error)),
        }
    }
}

/// Reads a JSON object. An array is none: serde would take its elements for fields, by
/// their places.
fn object<A: DeserializeOwned>(body: &[u8]) -> Option<A> {
    let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
    serde_json::from_value(Value::Object(fields)).ok()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    items: Option<Vec<String>>,
}

fn refusal(status: u16, body: &[u8]) -> Failure {
    let said: Refusal = object(body).unwrap_or_default();
    let message = said.message.unwrap_or_default();
    let items = said.items.unwrap_or_default();
    let words = match items.is_empty() {
        true => message,
        false => format!("{message}: {}", items.join(", ")),
    };
    Failure::Refused {
        status,
        code: clean(&said.code.unwrap_or_default()),
        words: clean(&words),
    }
}
