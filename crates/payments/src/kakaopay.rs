//! KakaoPay online payment, API v1: ready, approve, order query and reversal.
//!
//! Facts (the vendor's pages on online v1 and its public toolkit
//! `kakaopay-develop/agent-toolkit`): a payment page is asked for with `ready`; the guest
//! authenticates there and comes back with a `pg_token`; money moves only when `approve`
//! is sent with it; `order` asks for the state by `tid`; `cancel` (the vendor's word)
//! sends money back, guarded by `cancel_available_amount`. A tid lives 15 minutes. There
//! is no idempotency header and no query by our own id: the safe key is the tid.
//!
//! Guarantees:
//! - Of the guest the vendor learns two random ids, what was ordered and what it costs.
//! - An amount is sent only where its tax parts add up to it.
//! - All of [`soban_engine::ports::gateway`]: see `reading` for what answers mean,
//!   `codes` for refusals, `http` for silence.
//!
//! Deliberately absent: the older "kapi" API, recurring payments, a list of payments (the
//! vendor has none), cash receipts (KakaoPay itself issues them for KakaoPay Money), and any retry.
//!
//! Not confirmed by the vendor's text, and so to be looked at with a real contract: that
//! times are Korean, that `total_amount` includes `green_deposit`, which statuses are
//! final.

mod codes;
mod http;
mod reading;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use soban_domain::moment::BusinessDay;
use soban_domain::payment::{Method, Offer};
use soban_domain::secret::Secret;
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Gateway, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reversal, Reverse, SentBack, Standing,
};
use thiserror::Error;

use self::http::{Failure, Keyed};
use self::reading::Status;
use self::wire::{
    Amounts, ApproveRequest, Merchant, OrderRequest, PaymentAnswer, ReadyAnswer, ReadyRequest,
    ReverseRequest,
};
use crate::address::{BadAddress, base, is_page, way_back};
use crate::evidence::clean;
use crate::fields::moment;
use crate::wish::{self, not_asked};

/// The vendor's production address.
pub const LIVE_URL: &str = "https://open-api.kakaopay.com";
/// How long a connection may take.
pub const TIMEOUT_CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take: the platform's own limit is 11 seconds.
pub const TIMEOUT_READ: Duration = Duration::from_secs(15);
/// Life of a tid, and of its payment page.
pub const TID_LIFE_SECONDS: u32 = 15 * 60;

/// The platform's own limit for one call, within which an approval may still take effect.
const PLATFORM_SECONDS: u32 = 11;
/// Limits of the vendor's fields, in characters.
const ITEM_NAME_MOST: usize = 100;
const URL_MOST: usize = 255;
const TID_MOST: usize = 20;
const CID_MOST: usize = 10;
const CID_SECRET_MOST: usize = 24;

/// A store's contract with KakaoPay.
#[derive(Clone, Debug)]
pub struct KakaoPayConfig {
    /// [`LIVE_URL`], or the sandbox's.
    pub base_url: String,
    /// The merchant code (가맹점 코드).
    pub cid: String,
    /// Its own secret, where the contract has one.
    pub cid_secret: Option<Secret>,
    /// The secret key of the application.
    pub secret_key: Secret,
    /// How long a connection may take.
    pub timeout_connect: Duration,
    /// How long an answer may take after that.
    pub timeout_read: Duration,
}

impl KakaoPayConfig {
    /// A contract with the time limits that fit the vendor's.
    pub fn new(base_url: &str, cid: &str, secret_key: Secret) -> KakaoPayConfig {
        KakaoPayConfig {
            base_url: base_url.to_owned(),
            cid: cid.to_owned(),
            cid_secret: None,
            secret_key,
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
    /// The merchant code is none.
    #[error("the CID has 1 to 10 letters and digits")]
    Cid,
    /// The merchant's own secret is none.
    #[error("the CID_SECRET has 1 to 24 printable characters")]
    CidSecret,
    /// The key is none.
    #[error("the secret key is empty or holds blanks")]
    Key,
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// The gateway.
pub struct KakaoPay {
    line: Keyed,
    cid: String,
    cid_secret: Option<Secret>,
}

impl KakaoPay {
    /// Checks the settings. Nothing is sent.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(config: KakaoPayConfig) -> Result<KakaoPay, BadConfig> {
        let base = base(&config.base_url)?;
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let cid = &config.cid;
        if cid.is_empty() || cid.len() > CID_MOST || !is_alphanumeric(cid) {
            return Err(BadConfig::Cid);
        }
        let secret = config.cid_secret.as_ref().map(Secret::reveal);
        if secret.is_some_and(|text| !plain(text) || text.len() > CID_SECRET_MOST) {
            return Err(BadConfig::CidSecret);
        }
        if !plain(config.secret_key.reveal()) {
            return Err(BadConfig::Key);
        }
        let line = Keyed::new(
            &base,
            &config.secret_key,
            config.timeout_connect,
            config.timeout_read,
        )
        .map_err(|error| BadConfig::Client(error.to_string()))?;
        Ok(KakaoPay {
            line,
            cid: config.cid,
            cid_secret: config.cid_secret,
        })
    }

    fn merchant(&self) -> Merchant<'_> {
        Merchant {
            cid: &self.cid,
            cid_secret: self.cid_secret.as_ref().map(Secret::reveal),
        }
    }

    async fn ask_order(&self, held: &Held) -> Result<PaymentAnswer, Failure> {
        let request = OrderRequest {
            merchant: self.merchant(),
            tid: &held.offer.gateway_id,
        };
        self.line.call("order", &request, &[]).await
    }

    async fn send_back(&self, held: &Held, rest: Amounts) -> Reverse {
        let request = ReverseRequest {
            merchant: self.merchant(),
            tid: &held.offer.gateway_id,
            cancel_amount: rest.total,
            cancel_tax_free_amount: rest.tax_free,
            cancel_vat_amount: rest.vat,
            cancel_available_amount: rest.total,
        };
        let answer: Result<PaymentAnswer, _> = self.line.call("cancel", &request, &[]).await;
        match answer {
            Ok(answer) => match reading::unconfirmed(&answer, held, &self.cid, rest) {
                None => Reverse::Done,
                Some(evidence) => Reverse::Unknown { evidence },
            },
            Err(Failure::NotSent) => Reverse::NotSent {
                evidence: Failure::NotSent.evidence(),
            },
            Err(failure) => Reverse::Unknown {
                evidence: failure.evidence(),
            },
        }
    }
}

/// Names the contract by its code and shows no secret.
impl std::fmt::Debug for KakaoPay {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KakaoPay")
            .field("cid", &self.cid)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Gateway for KakaoPay {
    fn method(&self) -> Method {
        Method::Kakaopay
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            approval_is_ours: true,
            inquiry: true,
            reversal: Reversal::ById,
            idempotent_seconds: None,
            settle_seconds: PLATFORM_SECONDS,
            late_seconds: TID_LIFE_SECONDS,
            partial_refund: true,
            deposit_blocks_partial: true,
            lists: false,
            customer_codes: false,
        }
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        check_ask(ask)?;
        let order = ask.attempt.to_string();
        let user = ask.order.to_string();
        let title: String = ask.title.chars().take(ITEM_NAME_MOST).collect();
        let [ok, quit, fail] = ["ok", "quit", "fail"].map(|end| way_back(&ask.return_url, end));
        let deposit = ask.tax.deposit.0;
        let request = ReadyRequest {
            merchant: self.merchant(),
            partner_order_id: &order,
            partner_user_id: &user,
            item_name: &title,
            quantity: ask.quantity,
            total_amount: ask.amount.0,
            tax_free_amount: wish::tax_free(&ask.tax),
            vat_amount: ask.tax.vat.0,
            green_deposit: (deposit > 0).then_some(deposit),
            approval_url: &ok,
            cancel_url: &quit,
            fail_url: &fail,
        };
        let answer = self.line.call("ready", &request, &[]).await;
        let offer = answer.map_err(|failure| no_offer(&failure)).and_then(offer);
        match &offer {
            Ok(_) => tracing::debug!(attempt = %ask.attempt, "KakaoPay gave a page"),
            Err(fault) => tracing::warn!(attempt = %ask.attempt, %fault, "KakaoPay gave no page"),
        }
        offer
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        let request = ApproveRequest {
            merchant: self.merchant(),
            tid: &held.offer.gateway_id,
            partner_order_id: &held.attempt.to_string(),
            partner_user_id: &held.order.to_string(),
            pg_token: token.reveal(),
            total_amount: held.amount.0,
        };
        let answer = self.line.call("approve", &request, &[token.reveal()]).await;
        let outcome = reading::approve(answer, held, &self.cid);
        match &outcome {
            Approve::Approved(_) => {
                tracing::info!(attempt = %held.attempt, "KakaoPay approved");
            }
            Approve::Mismatched { evidence } => {
                tracing::error!(attempt = %held.attempt, evidence, "KakaoPay took something else");
            }
            Approve::Declined { evidence } => {
                tracing::info!(attempt = %held.attempt, evidence, "KakaoPay declined");
            }
            Approve::Unknown { cause, evidence } => {
                tracing::warn!(attempt = %held.attempt, ?cause, evidence, "KakaoPay does not tell");
            }
            Approve::NotSent { evidence } => {
                tracing::warn!(attempt = %held.attempt, evidence, "KakaoPay was not reached");
            }
        }
        outcome
    }

    async fn inquire(&self, held: &Held) -> Standing {
        let answer = self.ask_order(held).await;
        let standing = reading::standing(answer, held, &self.cid);
        tracing::debug!(attempt = %held.attempt, ?standing, "KakaoPay was asked");
        standing
    }

    /// Asks first what is left: so a reversal that was done before is seen, and the
    /// amount left goes along as the vendor's guard against a second one.
    async fn reverse(&self, held: &Held, _token: Option<&ReturnToken>) -> Reverse {
        let answer = match self.ask_order(held).await {
            Ok(answer) => answer,
            // The reversal itself was not begun.
            Err(failure) => {
                return Reverse::NotSent {
                    evidence: format!("inquiry: {}", failure.evidence()),
                };
            }
        };
        let named = answer.status.as_deref().unwrap_or_default();
        let unknown = |what: &str| Reverse::Unknown {
            evidence: format!("{what}: status {}", clean(named, &[])),
        };
        if !reading::is_of(&answer, held, &self.cid) {
            return unknown("the answer is of another payment");
        }
        let outcome = match (reading::status_of(named), reading::rest(&answer)) {
            (Status::SentBack, _) => Reverse::Done,
            (Status::Taken, Some(rest)) => self.send_back(held, rest).await,
            (Status::Taken, None) => unknown("nothing is left to send back"),
            (Status::Ended | Status::Open | Status::Unlisted, _) => unknown("nothing was taken"),
        };
        tracing::info!(attempt = %held.attempt, ?outcome, "KakaoPay was asked to send money back");
        outcome
    }

    /// The vendor takes no part of a payment with a cup deposit back, and says so by no
    /// code of its own: it is not asked for one.
    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        if held.tax.deposit.is_positive() && ask.amount != held.amount {
            return Refunded::Refused {
                evidence: "with a cup deposit, only all of it".to_owned(),
            };
        }
        let request = ReverseRequest {
            merchant: self.merchant(),
            tid: &held.offer.gateway_id,
            cancel_amount: ask.amount.0,
            cancel_tax_free_amount: wish::tax_free(&ask.tax),
            cancel_vat_amount: ask.tax.vat.0,
            cancel_available_amount: ask.rest_before.0,
        };
        let answer = self.line.call("cancel", &request, &[]).await;
        let outcome = reading::refunded(answer, held, &self.cid, ask);
        tracing::info!(attempt = %held.attempt, refund = %ask.refund, ?outcome, "KakaoPay refund");
        outcome
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        reading::sent_back(self.ask_order(held).await, held, &self.cid)
    }

    /// The vendor has no list of a day: its settlement comes by another way.
    async fn list(&self, _day: BusinessDay) -> Listing {
        Listing::NotOffered
    }
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What the vendor would refuse, or worse, take.
fn check_ask(ask: &Ask) -> Result<(), NoOffer> {
    wish::check(ask)?;
    if way_back(&ask.return_url, "quit").chars().count() > URL_MOST {
        return Err(not_asked("the return address is above 255 characters"));
    }
    Ok(())
}

fn no_offer(failure: &Failure) -> NoOffer {
    let (passing, code) = match failure {
        Failure::NotSent => (true, "no_connection".to_owned()),
        Failure::Broken("unreadable" | "answer_too_long") => (false, "unreadable".to_owned()),
        // Without the answer there is no tid, so no payment is possible: asking anew
        // risks nothing.
        Failure::Broken(_) => (true, "no_answer".to_owned()),
        Failure::Status(status) => (*status >= 500, format!("http {status}")),
        Failure::Refused { status, code, .. } => {
            let passing = *status >= 500 || codes::is_passing(*code);
            (passing, code.to_string())
        }
    };
    NoOffer {
        passing,
        code,
        words: failure.evidence(),
    }
}

/// The offer, if the answer holds one that can be used and kept.
fn offer(answer: ReadyAnswer) -> Result<Offer, NoOffer> {
    let unreadable = |field: &str| NoOffer {
        passing: false,
        code: "unreadable".to_owned(),
        words: format!("{field} cannot be used"),
    };
    let tid = &answer.tid;
    if tid.is_empty() || tid.len() > TID_MOST || !is_alphanumeric(tid) {
        return Err(unreadable("tid"));
    }
    if !is_page(&answer.next_redirect_mobile_url) {
        return Err(unreadable("next_redirect_mobile_url"));
    }
    if !is_page(&answer.next_redirect_pc_url) {
        return Err(unreadable("next_redirect_pc_url"));
    }
    let created = moment(&answer.created_at).ok_or_else(|| unreadable("created_at"))?;
    Ok(Offer {
        gateway_id: answer.tid,
        mobile_url: answer.next_redirect_mobile_url,
        pc_url: answer.next_redirect_pc_url,
        qr: None,
        expires: created.plus_seconds(TID_LIFE_SECONDS),
    })
}
