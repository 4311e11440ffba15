//! One call to the scheme's address, and what is known when it did not go well.
//!
//! Guarantees: those of [`crate::line`]; "nobody paid it" is said only where the scheme says
//! so by its own code.

use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use soban_domain::secret::Secret;

use super::wire::{CancelAnswer, CancelRequest, DayAnswer, ErrorAnswer, PaymentAnswer};
use super::{BadConfig, StatusConfig, base};
use crate::evidence::{clean, identifier};
use crate::line::{Line, Unheard, object, send};

/// What the scheme says of a reference that nobody paid.
const NOBODY_PAID: &str = "MP9999";
/// Refusals of a cancel after which nothing went back: no such payment, not to be taken
/// back, another wish under the same id, and failed.
const NOT_SENT_BACK: [&str; 4] = ["MP3300", "MP3301", "MP3302", "MP3305"];

/// What is known of a call that brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The scheme has no address.
    CannotAsk,
    /// No connection stood, so no byte of the request left.
    NotSent,
    /// The request may have arrived.
    NoAnswer(String),
    /// The scheme refused by code.
    Refused {
        /// Its HTTP status.
        status: u16,
        /// Its code.
        code: String,
        /// Code and words, fit to be kept.
        evidence: String,
    },
}

impl Failure {
    /// Code and words, fit to be kept.
    pub(super) fn evidence(&self) -> String {
        match self {
            Failure::CannotAsk => "the scheme cannot be asked".to_owned(),
            Failure::NotSent => Unheard::NotSent.evidence().to_owned(),
            Failure::NoAnswer(evidence) | Failure::Refused { evidence, .. } => evidence.clone(),
        }
    }

    /// True for a listed refusal of a cancel.
    pub(super) fn refuses_refund(&self) -> bool {
        matches!(self, Failure::Refused { status: 400..=499, code, .. }
            if NOT_SENT_BACK.contains(&code.as_str()))
    }
}

/// The line to the scheme, with its key.
pub(super) struct StatusLine {
    line: Line,
    key: Secret,
}

impl StatusLine {
    pub(super) fn new(config: &StatusConfig) -> Result<StatusLine, BadConfig> {
        let address = base(&config.base_url)?;
        let key = config.key.reveal();
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BadConfig::Key);
        }
        let line = Line::new(&address, config.timeout_connect, config.timeout_read)
            .map_err(|error| BadConfig::Client(error.to_string()))?;
        Ok(StatusLine {
            line,
            key: config.key.clone(),
        })
    }

    /// The last payment of a reference; nothing where nobody paid it.
    pub(super) async fn payment(&self, reference: &str) -> Result<Option<PaymentAnswer>, Failure> {
        let path = format!("/v1/payments/{reference}");
        match self.call(self.line.get(&path)).await {
            Ok(answer) => Ok(Some(answer)),
            Err(Failure::Refused {
                status: 404, code, ..
            }) if code == NOBODY_PAID => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn cancel(
        &self,
        reference: &str,
        request: &CancelRequest<'_>,
    ) -> Result<CancelAnswer, Failure> {
        let path = format!("/v1/payments/{reference}/cancel");
        self.call(self.line.post(&path).json(request)).await
    }

    /// The payments of a calendar day, `yyyyMMdd`.
    pub(super) async fn of_day(&self, date: &str) -> Result<DayAnswer, Failure> {
        self.call(self.line.find("/v1/payments", &[("date", date)]))
            .await
    }

    async fn call<A: DeserializeOwned>(&self, request: RequestBuilder) -> Result<A, Failure> {
        let request = request.bearer_auth(self.key.reveal());
        let heard = match send(request).await {
            Ok(heard) => heard,
            Err(Unheard::NotSent) => return Err(Failure::NotSent),
            Err(unheard) => return Err(Failure::NoAnswer(unheard.evidence().to_owned())),
        };
        if heard.status.is_success() {
            return object(&heard.body).ok_or(Failure::NoAnswer("unreadable".to_owned()));
        }
        Err(refusal(heard.status, &heard.body, self.key.reveal()))
    }
}

fn refusal(status: StatusCode, body: &[u8], key: &str) -> Failure {
    let error: Option<ErrorAnswer> = object(body);
    let named = error
        .as_ref()
        .and_then(|error| Some((error, identifier(&error.code)?)));
    let Some((error, code)) = named else {
        return Failure::NoAnswer(format!("http {}", status.as_u16()));
    };
    let words = clean(error.description.as_deref().unwrap_or_default(), &[key]);
    Failure::Refused {
        status: status.as_u16(),
        code: code.to_owned(),
        evidence: format!("{code} {words}").trim().to_owned(),
    }
}
