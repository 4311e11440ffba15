//! A counter POS that is spoken to in the shape of Toss Place's open API.
//!
//! Facts (<https://open-api.tossplace.com/swagger/v2/api-docs/v1>, version 2026-06-15, read in
//! excerpts; and its pages on order events and payments at docs.tossplace.com): orders are
//! made at `merchants/{id}/order/orders` and read at `…/by-order-key/{orderKey}`; states are
//! REQUESTED, OPENED, COMPLETED, CANCELLED; `paymentKey` must be unique; the list call shows
//! only ended orders by default, which is why an order is read by its key. The addresses
//! `status` and `order/changes`, the state READY and the `Idempotency-Key` are of our shape
//! of it, which the sandbox speaks; they are to be checked against the full specification
//! before a store is connected.
//!
//! Guarantees:
//! - *Absent* is said only where the POS certainly took nothing: no connection stood, the
//!   day is closed, the keys are wrong; on a look-up, where the POS itself says that it has
//!   no such order, in the words it has for that. A wrong address is not taken for that.
//! - Silence, 5xx, broken answers and codes that nobody listed are *no answer*.
//! - The same key with another body (422) is a refusal: the POS holds something under
//!   this order's key that is not this order, and a look-up, which compares no body, would
//!   make that look well. Staff must see it.
//! - The payment travels with the order, never in a later message.
//!
//! Deliberately absent: changing or taking back an order at the POS (staff do that there),
//! menus, tables, and incoming webhooks; news is asked for.

mod http;
mod order;
mod words;

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Url;
use serde::Deserialize;
use soban_domain::ids::OrderId;
use soban_engine::ports::pos::{NoNews, PosAnswer, PosHealth, PosLink, PosNews, PosOrder};
use thiserror::Error;

use self::http::{Failure, Line, answer_to};
use self::order::{Submission, idempotency_key};
use self::words::{Meaning, State, clean, meaning_of};
use soban_domain::secret::Secret;

/// How long a connection may take.
pub const TIMEOUT_CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take.
pub const TIMEOUT_READ: Duration = Duration::from_secs(10);

/// The code with which the POS says that it has no such order.
const NO_SUCH_ORDER: &str = "order_not_found";
/// The most characters of a merchant's id.
const MERCHANT_MOST: usize = 40;

/// A store's link.
#[derive(Clone, Debug)]
pub struct TossPlaceConfig {
    /// What comes before `/merchants`, such as
    /// `https://open-api.tossplace.com/api-public/openapi/v1`.
    pub base_url: String,
    /// The store's id at the POS.
    pub merchant: String,
    /// `x-access-key`.
    pub access_key: Secret,
    /// `x-secret-key`.
    pub secret_key: Secret,
    /// How long a connection may take.
    pub timeout_connect: Duration,
    /// How long an answer may take after that.
    pub timeout_read: Duration,
}

impl TossPlaceConfig {
    /// A link with time limits that fit a counter.
    pub fn new(base_url: &str, merchant: &str, access_key: Secret, secret_key: Secret) -> Self {
        TossPlaceConfig {
            base_url: base_url.to_owned(),
            merchant: merchant.to_owned(),
            access_key,
            secret_key,
            timeout_connect: TIMEOUT_CONNECT,
            timeout_read: TIMEOUT_READ,
        }
    }
}

/// What is wrong with a link's settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadConfig {
    /// The address is none.
    #[error("the address of the POS must begin with http:// or https://")]
    Address,
    /// The merchant id is none.
    #[error("the merchant id has 1 to 40 letters, digits, - and _")]
    Merchant,
    /// A key is empty or cannot travel in a header.
    #[error("a key of the POS is empty or holds unprintable characters")]
    Key,
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// The link.
pub struct TossPlace {
    line: Line,
    merchant: String,
}

impl TossPlace {
    /// Checks the settings. Nothing is sent.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(config: TossPlaceConfig) -> Result<TossPlace, BadConfig> {
        let base = Url::parse(&config.base_url).map_err(|_| BadConfig::Address)?;
        let whole = base.query().is_none() && base.fragment().is_none() && base.has_host();
        if !whole || !matches!(base.scheme(), "http" | "https") {
            return Err(BadConfig::Address);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let merchant = config.merchant;
        if merchant.is_empty() || merchant.len() > MERCHANT_MOST || !merchant.bytes().all(fits) {
            return Err(BadConfig::Merchant);
        }
        let keys = http::keys(&config.access_key, &config.secret_key).ok_or(BadConfig::Key)?;
        let line = Line::new(&base, keys, config.timeout_connect, config.timeout_read)
            .map_err(|error| BadConfig::Client(error.to_string()))?;
        Ok(TossPlace { line, merchant })
    }

    fn path(&self, rest: &str) -> String {
        format!("/merchants/{}/{rest}", self.merchant)
    }
}

/// Names the store and shows no key.
impl std::fmt::Debug for TossPlace {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TossPlace")
            .field("merchant", &self.merchant)
            .finish_non_exhaustive()
    }
}

/// An order as the POS shows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    order_key: String,
    revision: u32,
    state: String,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    open: bool,
}

#[derive(Deserialize)]
struct Changes {
    /// Read one by one, so that a strange one does not hide the others.
    events: Vec<serde_json::Value>,
    next: u64,
}

/// A change as a CloudEvent. Of what is not there, or not ours, nothing is made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(default)]
    order_key: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    data: Option<EventData>,
}

#[derive(Deserialize)]
struct EventData {
    #[serde(default)]
    reason: Option<String>,
}

#[async_trait]
impl PosLink for TossPlace {
    fn can_look_up(&self) -> bool {
        true
    }

    async fn health(&self) -> PosHealth {
        match answer_to(self.line.get(&self.path("status"))).await {
            Ok(Status { open: true }) => PosHealth::Open,
            Ok(Status { open: false }) => PosHealth::DayClosed,
            Err(failure) => {
                tracing::debug!(
                    failure = failure.evidence(),
                    "the POS does not tell its state"
                );
                PosHealth::Unreachable
            }
        }
    }

    async fn send(&self, sent: &PosOrder) -> PosAnswer {
        let order = &sent.order;
        let request = self
            .line
            .post(&self.path("order/orders"))
            .header("Idempotency-Key", idempotency_key(order))
            .json(&Submission::of(sent));
        let answer = match answer_to::<Shown>(request).await {
            Ok(shown) if shown.is(order.id, order.revision) => shown.answer(),
            Ok(_) => no_answer("the answer is of another order"),
            Err(failure) => refused_send(&failure),
        };
        tracing::info!(order = %order.id, revision = order.revision, ?answer, "sent to the POS");
        answer
    }

    async fn look_up(&self, order: OrderId, revision: u32) -> PosAnswer {
        let path = self.path(&format!("order/orders/by-order-key/{order}"));
        let answer = match answer_to::<Shown>(self.line.get(&path)).await {
            Ok(shown) if shown.is(order, revision) => shown.answer(),
            Ok(shown) => shown.other(order, revision),
            Err(Failure::Refused {
                status: 404, code, ..
            }) if code == NO_SUCH_ORDER => PosAnswer::Absent { evidence: code },
            Err(failure) => no_answer(&failure.evidence()),
        };
        tracing::debug!(%order, revision, ?answer, "looked up at the POS");
        answer
    }

    async fn news(&self, after: u64) -> Result<(Vec<PosNews>, u64), NoNews> {
        let path = self.path(&format!("order/changes?after={after}"));
        let changes: Changes = answer_to(self.line.get(&path))
            .await
            .map_err(|failure| NoNews(failure.evidence()))?;
        let events = changes.events.into_iter();
        let readable = events.filter_map(|event| serde_json::from_value::<Event>(event).ok());
        Ok((readable.filter_map(Event::news).collect(), changes.next))
    }
}

impl Shown {
    fn is(&self, order: OrderId, revision: u32) -> bool {
        self.order_key == order.to_string() && self.revision == revision
    }

    fn answer(&self) -> PosAnswer {
        State::of(&self.state).answer(self.reason.as_deref())
    }

    /// The POS has something else than was looked for.
    fn other(&self, order: OrderId, revision: u32) -> PosAnswer {
        if self.order_key != order.to_string() {
            return no_answer("the answer is of another order");
        }
        let evidence = format!("the POS has revision {}", self.revision);
        match self.revision < revision {
            true => PosAnswer::Absent { evidence },
            // Ours came before and was followed by another: it is there.
            false => self.answer(),
        }
    }
}

impl Event {
    fn news(self) -> Option<PosNews> {
        let progress = State::of(self.state.as_deref()?).progress();
        // Orders that the till made itself have keys of its own.
        let order = self.order_key.as_deref()?.parse().ok()?;
        let reason = self.data.and_then(|data| data.reason);
        Some(PosNews {
            order,
            progress: progress?,
            words: reason.map(|reason| clean(&reason)),
        })
    }
}

fn no_answer(evidence: &str) -> PosAnswer {
    PosAnswer::NoAnswer {
        evidence: evidence.to_owned(),
    }
}

/// What it means that a sending was not answered with an order.
fn refused_send(failure: &Failure) -> PosAnswer {
    let evidence = failure.evidence();
    let (status, code, words) = match failure {
        Failure::NotSent => return PosAnswer::Absent { evidence },
        Failure::Broken(_) => return PosAnswer::NoAnswer { evidence },
        Failure::Refused {
            status,
            code,
            words,
        } => (*status, code, words),
    };
    let refused = |as_code: &str| PosAnswer::Rejected {
        code: as_code.to_owned(),
        words: format!("{code}: {words}"),
    };
    match (status, meaning_of(code)) {
        (422, _) => refused("other"),
        (400..=499, Meaning::Refused(as_code)) => refused(as_code),
        (400..=499, Meaning::NotNow) | (401 | 403 | 404, _) => PosAnswer::Absent { evidence },
        _ => PosAnswer::NoAnswer { evidence },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> PosAnswer {
        refused_send(&Failure::Refused {
            status,
            code: code.to_owned(),
            words: "words".to_owned(),
        })
    }

    /// Each way in which a sending can go wrong has the answer that the head of this
    /// module promises.
    #[test]
    fn refusals_of_a_sending() {
        let absent = |answer: PosAnswer| matches!(answer, PosAnswer::Absent { .. });
        let silent = |answer: PosAnswer| matches!(answer, PosAnswer::NoAnswer { .. });
        assert!(absent(refused_send(&Failure::NotSent)));
        for (status, code) in [
            (409, "day_closed"),
            (409, "location_offline"),
            (401, "unauthorized"),
            (403, ""),
            (404, "not_found"),
        ] {
            assert!(absent(refused(status, code)), "{status} {code}");
        }
        assert!(silent(refused_send(&Failure::Broken("timed_out"))));
        for (status, code) in [
            (500, ""),
            (503, "location_offline"),
            (500, "price_mismatched"),
            (409, "request_in_progress"),
            (409, "revision_out_of_order"),
            (409, "brand_new"),
            (429, ""),
            (302, ""),
        ] {
            assert!(silent(refused(status, code)), "{status} {code}");
        }
        for (status, code, due) in [
            (409, "items_out_of_stock", "items_out_of_stock"),
            (409, "price_mismatched", "price_mismatched"),
            (404, "location_not_supported", "location_not_supported"),
            (400, "malformed", "other"),
            (422, "idempotency_key_reused", "other"),
            (409, "order_ended", "other"),
        ] {
            let answer = PosAnswer::Rejected {
                code: due.to_owned(),
                words: format!("{code}: words"),
            };
            assert_eq!(refused(status, code), answer);
        }
    }

    /// A look-up tells an older revision from ours and ours from a later one.
    #[test]
    fn revisions_are_told_apart() {
        let order: OrderId = "00000000-0000-0000-0000-000000000007".parse().unwrap();
        let shown = |revision| Shown {
            order_key: order.to_string(),
            revision,
            state: "OPENED".to_owned(),
            reason: None,
        };
        assert!(shown(2).is(order, 2));
        assert!(matches!(shown(1).other(order, 2), PosAnswer::Absent { .. }));
        assert_eq!(shown(3).other(order, 2), PosAnswer::Accepted);
        let stranger = Shown {
            order_key: "T-17".to_owned(),
            ..shown(2)
        };
        assert!(!stranger.is(order, 2));
        assert!(matches!(
            stranger.other(order, 2),
            PosAnswer::NoAnswer { .. }
        ));
    }

    /// Events of other systems' orders, of unknown states or without a state are passed over.
    #[test]
    fn strange_events_are_passed_over() {
        let read = |text: &str| serde_json::from_str::<Event>(text).unwrap().news();
        let key = "00000000-0000-0000-0000-000000000007";
        assert!(read(&format!(r#"{{"orderKey":"{key}","state":"READY"}}"#)).is_some());
        assert!(read(&format!(r#"{{"orderKey":"{key}","state":"ARCHIVED"}}"#)).is_none());
        assert!(read(&format!(r#"{{"orderKey":"{key}"}}"#)).is_none());
        assert!(read(r#"{"orderKey":"T-17","state":"READY"}"#).is_none());
        assert!(read(r#"{"specversion":"1.0","type":"order.call.created.v1"}"#).is_none());
    }

    /// Settings that cannot be are refused by name, by trying one of each.
    #[test]
    fn settings_are_checked() {
        let good = || TossPlaceConfig::new("http://127.0.0.1:1", "1001", key("a"), key("b"));
        assert!(TossPlace::new(good()).is_ok());
        let with = |change: fn(&mut TossPlaceConfig)| {
            let mut config = good();
            change(&mut config);
            TossPlace::new(config).unwrap_err()
        };
        assert_eq!(with(|c| c.base_url = "till".to_owned()), BadConfig::Address);
        assert_eq!(
            with(|c| c.base_url = "ftp://till/".to_owned()),
            BadConfig::Address
        );
        assert_eq!(
            with(|c| c.merchant = "../x".to_owned()),
            BadConfig::Merchant
        );
        assert_eq!(with(|c| c.access_key = key("")), BadConfig::Key);
        assert_eq!(with(|c| c.secret_key = key("a\nb")), BadConfig::Key);
    }

    fn key(text: &str) -> Secret {
        Secret::new(text)
    }
}
