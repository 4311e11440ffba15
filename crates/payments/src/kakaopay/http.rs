//! One call to KakaoPay, and what is known when it did not go well.
//!
//! Facts (vendor pages of online v1): `POST` with JSON, `Authorization: SECRET_KEY {key}`,
//! TLS 1.2; the platform gives up after 11 s, so the client waits longer.
//!
//! Guarantees: those of [`crate::line`]. Deliberately absent: any idempotency header; the
//! vendor documents none.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use soban_domain::secret::Secret;

use super::codes::{Class, class_of};
use super::wire::ErrorAnswer;
use crate::evidence::{clean, identifier};
use crate::line::{Line, Unheard, object, send};

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

impl From<Unheard> for Failure {
    fn from(unheard: Unheard) -> Failure {
        match unheard {
            Unheard::NotSent => Failure::NotSent,
            Unheard::Broken(what) => Failure::Broken(what),
        }
    }
}

/// The line to KakaoPay, with its key.
pub(super) struct Keyed {
    line: Line,
    key: Secret,
}

impl Keyed {
    /// Makes the line; no connection is made yet.
    pub(super) fn new(
        base: &Url,
        key: &Secret,
        connect: Duration,
        read: Duration,
    ) -> Result<Keyed, reqwest::Error> {
        Ok(Keyed {
            line: Line::new(base, connect, read)?,
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
        let request = self
            .line
            .post(&format!("/online/v1/payment/{name}"))
            .headers(authorization(&self.key)?)
            .json(body);
        let heard = send(request).await?;
        if heard.status.is_success() {
            return object(&heard.body).ok_or(Failure::Broken("unreadable"));
        }
        let mut secrets = secrets.to_vec();
        secrets.push(self.key.reveal());
        Err(refusal(heard.status, &heard.body, &secrets))
    }
}

/// The header that carries the key. [`Keyed::new`]'s caller has checked that it can.
fn authorization(key: &Secret) -> Result<HeaderMap, Failure> {
    let text = format!("SECRET_KEY {}", key.reveal());
    let mut value = HeaderValue::from_str(&text).map_err(|_| Failure::NotSent)?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(AUTHORIZATION, value)]))
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

    /// Every code of the reference, read as the answer to an approval, an inquiry and a
    /// refund: unknown by its class's cause, no answer, and unknown. None ends a payment.
    #[test]
    fn every_listed_code_has_its_reading() {
        use soban_domain::payment::Cause;
        use soban_engine::ports::gateway::{Approve, Refunded, SentBack, Standing};

        use super::super::codes::REFERENCE;
        use super::super::reading::{self, tests};

        let words: Vec<&str> = REFERENCE.split_whitespace().collect();
        assert_eq!(words.len(), 80);
        for pair in words.chunks(2) {
            let due = match pair[1] {
                "R" => Cause::Refused,
                "O" => Cause::NotYet,
                _ => Cause::NoAnswer,
            };
            let failed = || evidence_of(400, &format!(r#"{{"error_code":{}}}"#, pair[0]));
            let (held, ask) = (tests::held(), tests::refund_ask(1000, 2200));
            match reading::approve(Err(failed()), &held, tests::CID) {
                Approve::Unknown { cause, evidence } => {
                    assert_eq!(cause, due, "{}", pair[0]);
                    assert!(evidence.starts_with(pair[0]), "{evidence}");
                }
                other => panic!("{}: {other:?}", pair[0]),
            }
            let stands = reading::standing(Err(failed()), &held, tests::CID);
            assert!(matches!(stands, Standing::NoAnswer { .. }), "{stands:?}");
            let back = reading::refunded(Err(failed()), &held, tests::CID, &ask);
            assert!(matches!(back, Refunded::Unknown { .. }), "{back:?}");
            let sum = reading::sent_back(Err(failed()), &held, tests::CID);
            assert!(matches!(sum, SentBack::NoAnswer { .. }), "{sum:?}");
        }
    }
}
