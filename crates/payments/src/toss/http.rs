//! One call to Toss Payments, and what is known when it did not go well.
//!
//! Facts (docs.tosspayments.com/reference/using-api): JSON; `Authorization: Basic` of the
//! secret key and a colon; `Idempotency-Key` on `POST`, at most 300 characters, kept 15 days,
//! scoped to key, URL and method; a refusal is `{code, message}`; `TossPayments-Test-Code`
//! with a test key reproduces that refusal.
//!
//! Guarantees: those of [`crate::line`]; the same wish goes out with the same key at every
//! repeat.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use soban_domain::secret::Secret;

use super::codes::{Class, class_of, is_unlisted};
use super::wire::ErrorAnswer;
use crate::evidence::{clean, identifier};
use crate::line::{Heard, Line, Unheard, object, send};

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
        code: String,
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
            Failure::NotSent => Unheard::NotSent.evidence().to_owned(),
            Failure::Broken(what) => (*what).to_owned(),
            Failure::Status(status) => format!("http {status}"),
            Failure::Refused { evidence, .. } => evidence.clone(),
        }
    }
}

impl From<Unheard> for Failure {
    fn from(unheard: Unheard) -> Failure {
        match unheard {
            Unheard::NotSent => Failure::NotSent,
            Unheard::Broken(what) => Failure::Broken(what),
        }
    }
}

/// The line to Toss Payments, with its key.
pub(super) struct Keyed {
    line: Line,
    key: Secret,
    test_code: Option<String>,
}

impl Keyed {
    /// Makes the line; no connection is made yet.
    pub(super) fn new(
        base: &Url,
        key: &Secret,
        test_code: Option<String>,
        (connect, read): (Duration, Duration),
    ) -> Result<Keyed, reqwest::Error> {
        Ok(Keyed {
            line: Line::new(base, connect, read)?,
            key: key.clone(),
            test_code,
        })
    }

    /// A `POST`; `once` is its key against a second one.
    pub(super) async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        once: Option<&str>,
        secrets: &[&str],
    ) -> Result<A, Failure> {
        let mut request = self.line.post(path).json(body);
        if let Some(once) = once {
            request = request.header("Idempotency-Key", once);
        }
        if let Some(code) = &self.test_code {
            request = request.header("TossPayments-Test-Code", code);
        }
        let heard = self.heard(request, secrets).await?;
        object(&heard.body).ok_or(Failure::Broken("unreadable"))
    }

    /// A `GET` of an object.
    pub(super) async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Failure> {
        let heard = self.heard(self.line.get(path), &[]).await?;
        object(&heard.body).ok_or(Failure::Broken("unreadable"))
    }

    /// A `GET` of an object that a query picks.
    pub(super) async fn find<A: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<A, Failure> {
        let heard = self.heard(self.line.find(path, query), &[]).await?;
        object(&heard.body).ok_or(Failure::Broken("unreadable"))
    }

    /// A `GET` of a list.
    pub(super) async fn rows<A: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<A>, Failure> {
        let request = self.line.find(path, query);
        let heard = self.heard(request, &[]).await?;
        serde_json::from_slice(&heard.body).map_err(|_| Failure::Broken("unreadable"))
    }

    async fn heard(&self, request: RequestBuilder, secrets: &[&str]) -> Result<Heard, Failure> {
        let request = request.basic_auth(self.key.reveal(), Some(""));
        let heard = send(request).await?;
        if heard.status.is_success() {
            return Ok(heard);
        }
        let mut secrets = secrets.to_vec();
        secrets.push(self.key.reveal());
        Err(refusal(heard.status, &heard.body, &secrets))
    }
}

fn refusal(status: StatusCode, body: &[u8], secrets: &[&str]) -> Failure {
    let error: Option<ErrorAnswer> = object(body);
    let Some((error, code)) = error
        .as_ref()
        .and_then(|error| Some((error, identifier(&error.code)?)))
    else {
        return Failure::Status(status.as_u16());
    };
    // A server that fails while it refuses may have done part of the work before.
    let class = match class_of(code) {
        Class::Refused if !status.is_client_error() => Class::Unknown,
        class => class,
    };
    let mut evidence = code.to_owned();
    if class == Class::Setup {
        evidence.push_str(" (configuration)");
    } else if is_unlisted(code) {
        evidence.push_str(" (unlisted)");
    }
    let words = clean(error.message.as_deref().unwrap_or_default(), secrets);
    if !words.is_empty() {
        evidence.push_str(": ");
        evidence.push_str(&words);
    }
    Failure::Refused {
        status: status.as_u16(),
        code: code.to_owned(),
        class,
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Failure {
        let status = StatusCode::from_u16(status).unwrap();
        refusal(status, body.as_bytes(), &["test_sk_key"])
    }

    /// A refusal becomes its code and words; the same code of a failing server refuses
    /// nothing, and words that hold the key are left out.
    #[test]
    fn a_failing_server_refuses_nothing() {
        let body = r#"{"code":"REJECT_CARD_PAYMENT","message":"한도초과 test_sk_key"}"#;
        let class = |status| match of(status, body) {
            Failure::Refused {
                class, evidence, ..
            } => {
                assert_eq!(evidence, "REJECT_CARD_PAYMENT: 한도초과 …");
                class
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(class(403), Class::Refused);
        assert_eq!(class(500), Class::Unknown);
        assert_eq!(class(302), Class::Unknown);
    }

    /// Bodies that are no error of the vendor leave the status alone as evidence.
    #[test]
    fn strange_bodies_say_nothing_more() {
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"code":"no code"}"#,
            r#"{"code":1}"#,
        ] {
            assert_eq!(of(502, body), Failure::Status(502), "{body}");
        }
    }
}
