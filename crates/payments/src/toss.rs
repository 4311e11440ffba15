//! Toss Payments, core API version 2022-11-16: card payments through its payment window.
//!
//! Facts (docs.tosspayments.com): a payment is made with `POST /v1/payments`; the guest
//! authenticates at `checkout.url` and comes back to `successUrl` with `paymentKey`, `orderId`
//! and `amount`; money moves only when `confirm` is sent, within ten minutes; `GET` by the
//! payment's key tells how it stands; `cancel` (the vendor's word) sends all or a part back.
//! `Idempotency-Key` makes a repeat the same call, for 15 days.
//!
//! Guarantees:
//! - Of the guest the vendor learns a random id, what was ordered and what it costs.
//! - Each wish has one key against repeats, and a repeat goes out with the same: money is
//!   taken once and sent back once, whatever was lost.
//! - A return that names another payment is not confirmed.
//! - All of [`soban_engine::ports::gateway`]: see `reading` for what answers mean, `codes`
//!   for refusals, `http` for silence.
//!
//! Deliberately absent: billing keys, virtual accounts, the vendor's SDK in the browser, and
//! any retry. Webhooks are only read ([`webhook`]): they are a reason to ask.
//!
//! Not confirmed by the vendor's text, and so to be looked at with a real contract: how long
//! an approval may take (here: as long as we wait for its answer), and whether the answer of
//! a failing server is kept under the key.

use std::time::Duration;

use async_trait::async_trait;
use soban_domain::moment::BusinessDay;
use soban_domain::payment::{Cause, Method, Offer};
use soban_domain::secret::Secret;
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Gateway, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reversal, Reverse, SentBack, Standing,
};
use thiserror::Error;

pub mod cash_receipt;
mod codes;
mod http;
mod list;
mod reading;
mod receipts;
pub mod webhook;
mod wire;
mod words;

use self::http::{Failure, Keyed};
use self::reading::Status;
use self::wire::{CancelRequest, ConfirmRequest, CreateRequest, PaymentAnswer};
use crate::address::{BadAddress, base, is_page, way_back};
use crate::fields::moment;
use crate::wish::{self, shown};

/// The vendor's production address.
pub const LIVE_URL: &str = "https://api.tosspayments.com";
/// How long a connection may take.
pub const TIMEOUT_CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take.
pub const TIMEOUT_READ: Duration = Duration::from_secs(30);
/// For so long after the guest authenticated a payment can be confirmed.
pub const LIFE_SECONDS: u32 = 10 * 60;

/// The vendor keeps a key against repeats for 15 days.
const KEY_SECONDS: u32 = 15 * 24 * 60 * 60;
/// As long as we wait for an answer, an approval may still take effect.
const SETTLE_SECONDS: u32 = 30;
/// Limits of the vendor's fields, in characters.
const NAME_MOST: usize = 100;
const KEY_MOST: usize = 200;
const REASON_MOST: usize = 200;
/// What a reversal says it is for; the vendor shows it to the merchant.
const REVERSAL_REASON: &str = "Soban: no answer to the approval";

/// A store's contract with Toss Payments.
#[derive(Clone, Debug)]
pub struct TossConfig {
    /// [`LIVE_URL`], or the sandbox's.
    pub base_url: String,
    /// The secret key of the store.
    pub secret_key: Secret,
    /// The hour at which the store's business day changes: a list is of such a day.
    pub change_hour: u8,
    /// With a test key: the refusal that every call is to reproduce. For tests.
    pub test_code: Option<String>,
    /// How long a connection may take.
    pub timeout_connect: Duration,
    /// How long an answer may take after that.
    pub timeout_read: Duration,
}

impl TossConfig {
    /// A contract with the usual time limits and a day that changes at midnight.
    pub fn new(base_url: &str, secret_key: Secret) -> TossConfig {
        TossConfig {
            base_url: base_url.to_owned(),
            secret_key,
            change_hour: 0,
            test_code: None,
            timeout_connect: TIMEOUT_CONNECT,
            timeout_read: TIMEOUT_READ,
        }
    }
}

/// What is wrong with a contract's settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadConfig {
    /// The address cannot be called.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// The key is none.
    #[error("the secret key of Toss Payments is empty or holds blanks")]
    Key,
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// The gateway.
pub struct Toss {
    line: Keyed,
    change_hour: u8,
}

impl Toss {
    /// Checks the settings. Nothing is sent.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(config: TossConfig) -> Result<Toss, BadConfig> {
        let address = base(&config.base_url)?;
        let key = config.secret_key.reveal();
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BadConfig::Key);
        }
        let times = (config.timeout_connect, config.timeout_read);
        let line = Keyed::new(&address, &config.secret_key, config.test_code, times)
            .map_err(|error| BadConfig::Client(error.to_string()))?;
        Ok(Toss {
            line,
            change_hour: config.change_hour.min(23),
        })
    }

    async fn look(&self, held: &Held) -> Result<PaymentAnswer, Failure> {
        let path = format!("/v1/payments/{}", held.offer.gateway_id);
        self.line.get(&path).await
    }

    async fn send_back(
        &self,
        held: &Held,
        request: &CancelRequest<'_>,
        once: &str,
    ) -> Result<PaymentAnswer, Failure> {
        let path = format!("/v1/payments/{}/cancel", held.offer.gateway_id);
        self.line.post(&path, request, Some(once), &[]).await
    }

    async fn take_back(&self, held: &Held) -> Reverse {
        let request = CancelRequest {
            cancel_reason: REVERSAL_REASON,
            cancel_amount: None,
            tax_free_amount: None,
        };
        let once = format!("{}-reverse", held.attempt);
        match self.send_back(held, &request, &once).await {
            Ok(answer) => {
                let (status, evidence) = reading::told(&answer);
                match status == Status::SentBack && reading::is_of(&answer, held) {
                    true => Reverse::Done,
                    false => Reverse::Unknown { evidence },
                }
            }
            Err(Failure::NotSent) => Reverse::NotSent {
                evidence: Failure::NotSent.evidence(),
            },
            Err(failure) => Reverse::Unknown {
                evidence: failure.evidence(),
            },
        }
    }
}

/// Shows no secret.
impl std::fmt::Debug for Toss {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Toss").finish_non_exhaustive()
    }
}

#[async_trait]
impl Gateway for Toss {
    fn method(&self) -> Method {
        Method::Toss
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            approval_is_ours: true,
            inquiry: true,
            reversal: Reversal::ById,
            idempotent_seconds: Some(KEY_SECONDS),
            settle_seconds: SETTLE_SECONDS,
            late_seconds: LIFE_SECONDS,
            partial_refund: true,
            deposit_blocks_partial: false,
            lists: true,
            customer_codes: false,
        }
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        wish::check(ask)?;
        let order = ask.attempt.to_string();
        let name: String = ask.title.chars().take(NAME_MOST).collect();
        let [ok, fail] = ["ok", "fail"].map(|end| way_back(&ask.return_url, end));
        let request = CreateRequest {
            method: "CARD",
            amount: ask.amount.0,
            order_id: &order,
            order_name: &name,
            success_url: &ok,
            fail_url: &fail,
            tax_free_amount: wish::tax_free(&ask.tax),
        };
        let answer = self.line.post("/v1/payments", &request, None, &[]).await;
        let offer = answer.map_err(|failure| no_offer(&failure)).and_then(offer);
        if let Err(fault) = &offer {
            tracing::warn!(attempt = %ask.attempt, %fault, "Toss Payments gave no page");
        }
        offer
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        if token.reveal() != held.offer.gateway_id {
            return Approve::Unknown {
                cause: Cause::NotYet,
                evidence: "the return is of another payment".to_owned(),
            };
        }
        let request = ConfirmRequest {
            payment_key: &held.offer.gateway_id,
            order_id: &held.attempt.to_string(),
            amount: held.amount.0,
        };
        let once = format!("{}-confirm", held.attempt);
        let secrets = [token.reveal()];
        let answer = self
            .line
            .post("/v1/payments/confirm", &request, Some(&once), &secrets)
            .await;
        let outcome = reading::approve(answer, held);
        match &outcome {
            Approve::Approved(_) => {
                tracing::info!(attempt = %held.attempt, "Toss Payments approved");
            }
            Approve::Mismatched { evidence } => {
                tracing::error!(attempt = %held.attempt, evidence, "Toss Payments took something else");
            }
            Approve::Declined { evidence }
            | Approve::Unknown { evidence, .. }
            | Approve::NotSent { evidence } => {
                tracing::warn!(attempt = %held.attempt, evidence, "Toss Payments does not tell");
            }
        }
        outcome
    }

    async fn inquire(&self, held: &Held) -> Standing {
        let standing = reading::standing(self.look(held).await, held);
        tracing::debug!(attempt = %held.attempt, ?standing, "Toss Payments was asked");
        standing
    }

    /// Asks first how it stands, so that a reversal that was done before is seen.
    async fn reverse(&self, held: &Held, _token: Option<&ReturnToken>) -> Reverse {
        let answer = match self.look(held).await {
            Ok(answer) => answer,
            // The reversal itself was not begun.
            Err(failure) => {
                return Reverse::NotSent {
                    evidence: format!("inquiry: {}", failure.evidence()),
                };
            }
        };
        let (status, evidence) = reading::told(&answer);
        let unknown = |what: &str| Reverse::Unknown {
            evidence: format!("{what}: {evidence}"),
        };
        if !reading::is_of(&answer, held) {
            return unknown("the answer is of another payment");
        }
        let outcome = match (status, reading::rest(&answer)) {
            (Status::SentBack, _) => Reverse::Done,
            (Status::Taken, Some(_)) => self.take_back(held).await,
            (Status::Taken, None) => unknown("nothing is left to send back"),
            (Status::Ended | Status::Open | Status::Unlisted, _) => unknown("nothing was taken"),
        };
        tracing::info!(attempt = %held.attempt, ?outcome, "Toss Payments was asked to send money back");
        outcome
    }

    /// The vendor guards a cancel by its key alone. So the balance is looked at first: a
    /// refund that was done before is found by its mark in the reason, and one that
    /// somebody else made is not added to.
    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        let outcome = self.guarded_refund(held, ask).await;
        tracing::info!(attempt = %held.attempt, refund = %ask.refund, ?outcome, "Toss Payments refund");
        outcome
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        reading::sent_back(self.look(held).await, held)
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        list::list(&self.line, day, self.change_hour).await
    }
}

impl Toss {
    async fn guarded_refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        let before = match self.look(held).await {
            Ok(answer) if reading::is_of(&answer, held) => answer,
            Ok(_) => {
                let evidence = "the answer is of another payment".to_owned();
                return Refunded::NotSent { evidence };
            }
            Err(failure) => {
                return Refunded::NotSent {
                    evidence: format!("inquiry: {}", failure.evidence()),
                };
            }
        };
        let mark = format!("({})", ask.refund);
        let number = |answer: &PaymentAnswer| {
            let done = reading::marked(answer, &mark, ask.amount)?;
            let key = done.transaction_key.as_deref().map(shown);
            Some(key.filter(|key| !key.is_empty()))
        };
        if let Some(number) = number(&before) {
            return Refunded::Done { number };
        }
        if reading::rest(&before) != Some(ask.rest_before) {
            let left = reading::rest(&before).map_or(0, |left| left.0);
            return Refunded::Unknown {
                evidence: format!("{left} is left, due {}", ask.rest_before.0),
            };
        }
        let room = REASON_MOST.saturating_sub(mark.chars().count() + 1);
        let reason: String = ask.reason.chars().take(room).collect();
        let reason = format!("{reason} {mark}");
        let request = CancelRequest {
            cancel_reason: &reason,
            cancel_amount: Some(ask.amount.0),
            tax_free_amount: Some(wish::tax_free(&ask.tax)),
        };
        match self
            .send_back(held, &request, &ask.refund.to_string())
            .await
        {
            Ok(after) => match number(&after).filter(|_| reading::is_of(&after, held)) {
                Some(number) => Refunded::Done { number },
                None => Refunded::Unknown {
                    evidence: format!("{}, our refund is not in it", reading::told(&after).1),
                },
            },
            Err(Failure::NotSent) => Refunded::NotSent {
                evidence: Failure::NotSent.evidence(),
            },
            Err(Failure::Refused {
                status: 400..=499,
                code,
                evidence,
                ..
            }) if codes::refuses_refund(&code) => Refunded::Refused { evidence },
            Err(failure) => Refunded::Unknown {
                evidence: failure.evidence(),
            },
        }
    }
}

fn no_offer(failure: &Failure) -> NoOffer {
    let (passing, code) = match failure {
        Failure::NotSent => (true, "no_connection".to_owned()),
        Failure::Broken("unreadable" | "answer_too_long") => (false, "unreadable".to_owned()),
        // Without the answer there is no key, so no payment is possible: asking anew risks
        // nothing.
        Failure::Broken(_) => (true, "no_answer".to_owned()),
        Failure::Status(status) => (*status >= 500, format!("http {status}")),
        Failure::Refused { status, code, .. } => (*status >= 500, code.clone()),
    };
    NoOffer {
        passing,
        code,
        words: failure.evidence(),
    }
}

/// The offer, if the answer holds one that can be used and kept.
fn offer(answer: PaymentAnswer) -> Result<Offer, NoOffer> {
    let unreadable = |field: &str| NoOffer {
        passing: false,
        code: "unreadable".to_owned(),
        words: format!("{field} cannot be used"),
    };
    let key = answer.payment_key.filter(|key| is_key(key));
    let key = key.ok_or_else(|| unreadable("paymentKey"))?;
    let page = answer.checkout.and_then(|checkout| checkout.url);
    let page = page.filter(|page| is_page(page));
    let page = page.ok_or_else(|| unreadable("checkout.url"))?;
    let requested = answer.requested_at.as_deref().and_then(moment);
    let requested = requested.ok_or_else(|| unreadable("requestedAt"))?;
    Ok(Offer {
        gateway_id: key,
        mobile_url: page.clone(),
        pc_url: page,
        qr: None,
        expires: requested.plus_seconds(LIFE_SECONDS),
    })
}

/// True for a payment's key that can stand in an address.
fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !key.is_empty() && key.len() <= KEY_MOST && key.bytes().all(fits)
}
