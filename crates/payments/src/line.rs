//! One HTTP request to a gateway, and what is known when it did not go well.
//!
//! Guarantees: one request on one fresh connection, without retry, redirect or proxy, so
//! that [`Unheard::NotSent`] is said only when the connection never stood; an answer above
//! [`BODY_MOST`] is not read on. Deliberately absent: what an answer means.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, redirect, retry};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The most bytes of an answer. The longest is a page of a list, of a hundred rows.
pub(crate) const BODY_MOST: usize = 256 * 1024;

/// What is known of a request whose answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unheard {
    /// No connection stood, so no byte of the request left.
    NotSent,
    /// The request may have arrived. The word says what broke.
    Broken(&'static str),
}

impl Unheard {
    /// The word, fit to be kept.
    pub(crate) fn evidence(self) -> &'static str {
        match self {
            Unheard::NotSent => "no_connection",
            Unheard::Broken(what) => what,
        }
    }
}

/// An answer, whatever it says.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

/// The line to a gateway.
pub(crate) struct Line {
    client: Client,
    base: String,
}

impl Line {
    /// Makes the line; no connection is made yet.
    pub(crate) fn new(
        base: &Url,
        connect: Duration,
        read: Duration,
    ) -> Result<Line, reqwest::Error> {
        let builder = Client::builder()
            .connect_timeout(connect)
            .timeout(connect.saturating_add(read))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            // A connection kept from an earlier call may be dead already, and a request
            // written to it neither sent nor not sent.
            .pool_max_idle_per_host(0);
        let builder = match base.scheme() {
            // The sandbox: no certificate is looked for, nor needed on the machine.
            "http" => builder.tls_certs_only([]),
            _ => builder,
        };
        Ok(Line {
            client: builder.build()?,
            base: base.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// A `POST` below the gateway's address; `path` begins with a slash.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.base))
    }

    /// A `GET` below the gateway's address; `path` begins with a slash.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    /// The same with a query, whose values may hold anything.
    pub(crate) fn find(&self, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let address = format!("{}{path}", self.base);
        match Url::parse_with_params(&address, query) {
            Ok(address) => self.client.get(address),
            // The request carries the error and is never sent.
            Err(_) => self.client.get(address),
        }
    }
}

/// Sends a request and reads its answer to the end.
pub(crate) async fn send(request: RequestBuilder) -> Result<Heard, Unheard> {
    let response = request
        .send()
        .await
        .map_err(|error| unsent_or_broken(&error))?;
    let status = response.status();
    let body = read(response).await?;
    Ok(Heard { status, body })
}

fn unsent_or_broken(error: &reqwest::Error) -> Unheard {
    if error.is_connect() || error.is_builder() {
        Unheard::NotSent
    } else if error.is_timeout() {
        Unheard::Broken("timed_out")
    } else {
        Unheard::Broken("connection_broken")
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, Unheard> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(part)) if body.len() + part.len() > BODY_MOST => {
                return Err(Unheard::Broken("answer_too_long"));
            }
            Ok(Some(part)) => body.extend_from_slice(&part),
            Ok(None) => return Ok(body),
            // The request had arrived: an answer was under way.
            Err(error) if error.is_timeout() => return Err(Unheard::Broken("timed_out")),
            Err(_) => return Err(Unheard::Broken("connection_broken")),
        }
    }
}

/// Reads a JSON object. An array is none: serde would take its elements for fields, by
/// their places.
pub(crate) fn object<A: DeserializeOwned>(body: &[u8]) -> Option<A> {
    let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
    serde_json::from_value(Value::Object(fields)).ok()
}
