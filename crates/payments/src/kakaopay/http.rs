//! One call to KakaoPay, and what is known when it did not go well.
//!
//! Facts (vendor pages of online v1): `POST` with JSON, `Authorization: SECRET_KEY {key}`,
//! TLS 1.2; the platform gives up after 11 s, so the client waits longer.
//!
//! Guarantees: one request on one fresh connection, without retry, redirect or proxy, so
//! that [`Failure::NotSent`] is said only when the connection never stood; an answer
//! above [`BODY_MOST`] is not read on. Deliberately absent: any idempotency header; the
//! vendor documents none.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect, retry};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::codes::{Class, class_of};
use super::evidence::{clean, identifier};
use super::wire::ErrorAnswer;
use soban_domain::secret::Secret;

/// The most bytes of an answer. The longest of the vendor's samples has two thousand.
pub(super) const BODY_MOST: usize = 64 * 1024;

/// What is known of a call that brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No connection stood, so no byte of the request left.
    NotSent,
    /// The request may have arrived. The word says what broke.
    Broken(&'static str),
    /// An HTTP status that tells nothing of its own.
    Status(u16),
    /// The vendor refused by code.
    Refused {
        /// The HTTP status it came with.
        status: u16,
        /// The vendor's code.
        code: i64,
        /// Our reading of it; never [`Class::Refused`] from a failing server.
        class: Class,
        /// Code and words, fit to be kept.
        evidence: String,
    },
}

impl Failure {
    /// Code and words, fit to be kept.
    pub(super) fn evidence(&self) -> String {
        match self {
            Failure::NotSent => "no_connection".to_owned(),
            Failure::Broken(what) => (*what).to_owned(),
            Failure::Status(status) => format!("http {status}"),
            Failure::Refused { evidence, .. } => evidence.clone(),
        }
    }
}

/// The line to KakaoPay.
pub(super) struct Line {
    client: Client,
    base: String,
    key: Secret,
}

impl Line {
    /// Makes the line; no connection is made yet.
    pub(super) fn new(
        base: &Url,
        key: &Secret,
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
            key: key.clone(),
        })
    }

    /// Sends one call of `payment/{name}` and reads its answer. `secrets` are kept out of
    /// the evidence besides the key.
    pub(super) async fn call<A: DeserializeOwned>(
        &self,
        name: &str,
        body: &impl Serialize,
        secrets: &[&str],
    ) -> Result<A, Failure> {
        let address = format!("{}/online/v1/payment/{name}", self.base);
        let request = self
            .client
            .post(address)
            .headers(authorization(&self.key)?)
            .json(body);
        let response = request
            .send()
            .await
            .map_err(|error| unsent_or_broken(&error))?;
        let status = response.status();
        let body = read(response).await?;
        if status.is_success() {
            return object(&body).ok_or(Failure::Broken("unreadable"));
        }
        let mut secrets = secrets.to_vec();
        secrets.push(self.key.reveal());
        Err(refusal(status, &body, &secrets))
    }
}

/// The header that carries the key. [`Line::new`]'s caller has checked that it can.
fn authorization(key: &Secret) -> Result<HeaderMap, Failure> {
    let text = format!("SECRET_KEY {}", key.reveal());
    let mut value = HeaderValue::from_str(&text).map_err(|_| Failure::NotSent)?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(AUTHORIZATION, value)]))
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

fn refusal(status: StatusCode, body: &[u8], secrets: &[&str]) -> Failure {
    let Some(error) = object::<ErrorAnswer>(body) else {
        return Failure::Status(status.as_u16());
    };
    let (listed, name) = class_of(error.error_code);
    // Payment codes come with 4xx. A server that fails while it says so may have done
    // part of the work before.
    let class = match listed {
        Class::Refused | Class::StillOpen if !status.is_client_error() => Class::Unknown,
        class => class,
    };
    let mut evidence = format!("{} {name}", error.error_code);
    if class == Class::Setup {
        evidence.push_str(" (configuration)");
    }
    let method = error
        .extras
        .as_ref()
        .and_then(|e| e.method_result_code.as_deref());
    if let Some(method) = method.and_then(identifier) {
        evidence.push_str(&format!(" {method}"));
    }
    let words = clean(error.error_message.as_deref().unwrap_or_default(), secrets);
    if !words.is_empty() {
        evidence.push_str(": ");
        evidence.push_str(&words);
    }
    Failure::Refused {
        status: status.as_u16(),
        code: error.error_code,
        class,
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence_of(status: u16, body: &str) -> Failure {
        refusal(
            StatusCode::from_u16(status).unwrap(),
            body.as_bytes(),
            &["tokentoken"],
        )
    }

    /// The vendor's own sample becomes its code, our name, its method code and its words.
    #[test]
    fn the_vendors_sample_becomes_evidence() {
        let body = r#"{"error_code":-780,"error_message":"approval failure!","extras":{"method_result_code":"USER_LOCKED","method_result_message":"진행중인 거래가 있습니다."}}"#;
        let failure = evidence_of(400, body);
        assert_eq!(
            failure.evidence(),
            "-780 approval_failed USER_LOCKED: approval failure!"
        );
    }

    /// A listed refusal from a server that fails is no refusal; the same code with 400 is.
    #[test]
    fn a_failing_server_refuses_nothing() {
        let body = r#"{"error_code":"-704","error_message":"no"}"#;
        let class = |status| match evidence_of(status, body) {
            Failure::Refused { class, .. } => class,
            other => panic!("{other:?}"),
        };
        assert_eq!(class(400), Class::Refused);
        assert_eq!(class(500), Class::Unknown);
        assert_eq!(class(302), Class::Unknown);
    }

    /// Bodies that are no error of the vendor leave the status alone as evidence, and a
    /// token in the words is left out.
    #[test]
    fn strange_bodies_say_nothing_more() {
        for body in ["", "<html>", "[]", "[-704]", "{}", r#"{"error_code":null}"#] {
            assert_eq!(evidence_of(502, body), Failure::Status(502), "{body}");
        }
        let echo = r#"{"error_code":-708,"error_message":"pg_token tokentoken is bad"}"#;
        assert_eq!(
            evidence_of(400, echo).evidence(),
            "-708 bad_return_token: pg_token … is bad"
        );
    }
}
