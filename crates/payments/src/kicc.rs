//! A VAN that charges the codes which customers' apps show (CPM), in the shape that KICC
//! publishes for simple payment, with its mandatory net-cancel (망취소).
//!
//! Facts (docs.kicc.co.kr/en/docs/van-payment/simple): `reqAprv` approves, keyed by a number of
//! the merchant's making (`mercTrxNo`), since there is no payment's id before; `reqRtran`
//! with exactly the same data undoes an approval whose answer did not come; `reqCancel`
//! voids an approval in full. `respCd` `"0000"` is success. There is no inquiry, and a
//! success was seen to come five minutes late.
//!
//! Guarantees:
//! - An approval and its net-cancel are made from the same stored data: number, code,
//!   amount and the second it was sent.
//! - A code other than success means something only where the contract's list, in the
//!   store's settings, has it ([`Codes`]); everything else is unknown and so net-cancelled.
//! - The code that was read goes to the VAN and to nobody else: it is in no evidence, log or
//!   `Debug`.
//!
//! Deliberately absent: an inquiry and a list (the vendor has none), refunds in part,
//! instalments, and any retry.
//!
//! Not confirmed by the vendor's text, and so to be looked at with a real contract: the
//! refusal codes, how long a net-cancel is taken, and that a code that was read stands in
//! `tokenKey` as it is.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use soban_domain::moment::BusinessDay;
use soban_domain::payment::{Method, Offer};
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Gateway, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reversal, Reverse, SentBack, Standing,
};
use thiserror::Error;

mod codes;
mod reading;
mod wire;

pub use self::codes::Codes;
use self::reading::Call;
use self::wire::{ApproveRequest, Terminal, VoidRequest};
use crate::address::{BadAddress, base};
use crate::line::{Line, send};
use crate::short_id::short;
use crate::wish;

/// How long a connection may take: beyond it nothing was sent.
pub const TIMEOUT_CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take: beyond it the approval is net-cancelled.
pub const TIMEOUT_READ: Duration = Duration::from_secs(30);
/// The vendor's id of simple payment.
pub const SIMPLE_PAYMENT: &str = "SVC_SIMPLE";

/// As long as we wait for an answer, an approval may still take effect.
const SETTLE_SECONDS: u32 = 30;
/// A success was seen five minutes after the time-out (jimoou.github.io, 2025-07-29).
const LATE_SECONDS: u32 = 5 * 60;
/// Limits of the vendor's fields, in bytes.
const ID_MOST: usize = 10;
const CODE_MOST: usize = 128;

/// A store's contract with the VAN.
#[derive(Clone, Debug)]
pub struct KiccConfig {
    /// The VAN's address, or the sandbox's.
    pub base_url: String,
    /// The terminal's number (단말기 번호).
    pub tid: String,
    /// The service: [`SIMPLE_PAYMENT`].
    pub service: String,
    /// The store's business number (사업자등록번호), ten digits.
    pub business_number: String,
    /// What the contract says of answer codes besides success.
    pub codes: Codes,
    /// How long a connection may take.
    pub timeout_connect: Duration,
    /// How long an answer may take after that.
    pub timeout_read: Duration,
}

impl KiccConfig {
    /// A contract with the usual time limits that lists no codes.
    pub fn new(base_url: &str, tid: &str, business_number: &str) -> KiccConfig {
        KiccConfig {
            base_url: base_url.to_owned(),
            tid: tid.to_owned(),
            service: SIMPLE_PAYMENT.to_owned(),
            business_number: business_number.to_owned(),
            codes: Codes::default(),
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
    /// The terminal's number or the service is none.
    #[error("the terminal's number and the service have 1 to 10 letters, digits and underscores")]
    Terminal,
    /// The business number is none.
    #[error("the business number has ten digits")]
    BusinessNumber,
    /// A code that stands for success, for nothing, or for two things.
    #[error(
        "an answer code has 1 to 8 letters and digits, is not 0000, and is not both undone \
         and a refund's refusal"
    )]
    Codes,
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// The gateway.
pub struct Kicc {
    line: Line,
    tid: String,
    service: String,
    business_number: String,
    codes: Codes,
}

impl Kicc {
    /// Checks the settings. Nothing is sent.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(config: KiccConfig) -> Result<Kicc, BadConfig> {
        let address = base(&config.base_url)?;
        let is_id = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !text.is_empty() && text.len() <= ID_MOST && text.bytes().all(fits)
        };
        if !is_id(&config.tid) || !is_id(&config.service) {
            return Err(BadConfig::Terminal);
        }
        let number: String = config
            .business_number
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .collect();
        if number.len() != 10 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadConfig::BusinessNumber);
        }
        if !config.codes.are_sane() {
            return Err(BadConfig::Codes);
        }
        let line = Line::new(&address, config.timeout_connect, config.timeout_read)
            .map_err(|error| BadConfig::Client(error.to_string()))?;
        Ok(Kicc {
            line,
            tid: config.tid,
            service: config.service,
            business_number: number,
            codes: config.codes,
        })
    }

    fn terminal(&self) -> Terminal<'_> {
        Terminal {
            tid: &self.tid,
            svc_id: &self.service,
            bizr_no: &self.business_number,
        }
    }

    /// The data of an approval; why it cannot be made where a part is missing.
    fn approval<'a>(
        &'a self,
        held: &'a Held,
        code: &'a ReturnToken,
    ) -> Result<ApproveRequest<'a>, &'static str> {
        let sent_at = held.sent_at.ok_or("no time of sending")?;
        if code.reveal().len() > CODE_MOST {
            return Err("the code is longer than the VAN takes");
        }
        let (number, amount) = (&held.offer.gateway_id, (held.amount, &held.tax));
        Ok(ApproveRequest::new(
            self.terminal(),
            number,
            code.reveal(),
            amount,
            sent_at,
        ))
    }

    async fn call(&self, name: &str, body: &impl Serialize) -> Call {
        send(self.line.post(&format!("/smpy/kiccpay/{name}")).json(body)).await
    }
}

/// Names the terminal and shows nothing else.
impl std::fmt::Debug for Kicc {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Kicc")
            .field("tid", &self.tid)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Gateway for Kicc {
    fn method(&self) -> Method {
        Method::Barcode
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            approval_is_ours: true,
            inquiry: false,
            reversal: Reversal::NetCancel,
            idempotent_seconds: None,
            settle_seconds: SETTLE_SECONDS,
            late_seconds: LATE_SECONDS,
            partial_refund: false,
            deposit_blocks_partial: false,
            lists: false,
            customer_codes: true,
        }
    }

    /// Made here, without the network: the number under which the approval will be known.
    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        wish::check(ask)?;
        Ok(Offer {
            gateway_id: short(ask.attempt.0),
            mobile_url: String::new(),
            pc_url: String::new(),
            qr: None,
            expires: ask.deadline,
        })
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        let request = match self.approval(held, token) {
            Ok(request) => request,
            Err(evidence) => {
                let evidence = evidence.to_owned();
                return Approve::NotSent { evidence };
            }
        };
        let answer = self.call("reqAprv", &request).await;
        let known = (self.tid.as_str(), &self.codes, token.reveal());
        let outcome = reading::approve(answer, held, known);
        match &outcome {
            Approve::Approved(_) => tracing::info!(attempt = %held.attempt, "the VAN approved"),
            Approve::Declined { evidence } => {
                tracing::info!(attempt = %held.attempt, evidence, "the VAN declined");
            }
            Approve::Mismatched { evidence } => {
                tracing::error!(attempt = %held.attempt, evidence, "the VAN took something else");
            }
            Approve::Unknown { evidence, .. } | Approve::NotSent { evidence } => {
                tracing::warn!(attempt = %held.attempt, evidence, "the VAN does not tell");
            }
        }
        outcome
    }

    /// The vendor has no inquiry.
    async fn inquire(&self, _held: &Held) -> Standing {
        Standing::NoAnswer {
            evidence: "the VAN cannot be asked".to_owned(),
        }
    }

    /// The net-cancel: the approval's data once more.
    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        let unsent = |evidence: &str| Reverse::NotSent {
            evidence: evidence.to_owned(),
        };
        let Some(token) = token else {
            return unsent("no code of the approval");
        };
        let request = match self.approval(held, token) {
            Ok(request) => request,
            Err(evidence) => return unsent(evidence),
        };
        let answer = self.call("reqRtran", &request).await;
        let outcome = reading::reversed(answer, held, (&self.codes, token.reveal()));
        tracing::info!(attempt = %held.attempt, ?outcome, "the VAN was asked to undo");
        outcome
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        let refused = |evidence: &str| Refunded::Refused {
            evidence: evidence.to_owned(),
        };
        if ask.amount != held.amount
            || ask.rest_before != held.amount
            || wish::rest(held) != held.amount
        {
            return refused("the VAN takes back all of an approval, once");
        }
        let Some(approval) = &held.approval else {
            return refused("there is no approval to take back");
        };
        let number = short(ask.refund.0);
        let request = VoidRequest::new(
            self.terminal(),
            (&number, ask.sent_at),
            &held.offer.gateway_id,
            (held.amount, held.tax.vat),
            (approval.at, &approval.number),
        );
        let answer = self.call("reqCancel", &request).await;
        let outcome = reading::voided(answer, held.amount, &self.codes);
        tracing::info!(attempt = %held.attempt, refund = %ask.refund, ?outcome, "the VAN refund");
        outcome
    }

    async fn sent_back(&self, _held: &Held) -> SentBack {
        SentBack::CannotTell
    }

    async fn list(&self, _day: BusinessDay) -> Listing {
        Listing::NotOffered
    }
}
