//! A QR that we show and the guest's own app pays (MPM): an EMVCo merchant-presented code
//! with amount and reference, and, where the scheme has one, its address to ask.
//!
//! Facts: the code's form is EMVCo's (its codec is [`soban_domain::emv_qr`]); the template of
//! the account follows the one Korean sample that is public (BC MPM: sub-tag 00 the
//! application, 05 the merchant's number); the states and codes of the address are BC's
//! (`copanote/developers`, docs/mpm). The national standard ends a code with an amount after
//! three minutes.
//!
//! Guarantees:
//! - The code is made here, without the network, and says our price and a reference of ours
//!   that is used once.
//! - A payment is called taken only after merchant, reference and amount were compared.
//! - A try that failed ends nothing: the payer may try the same code again, so that the
//!   payment is open until the code's own time is over.
//! - Without an address nothing is ever called paid or unpaid: that is for staff who saw it.
//!
//! Deliberately absent: approving. The guest's app pays, and we learn of it. Zero Pay's own
//! bytes are not public; its contract would be one more [`Scheme`].

use std::time::Duration;

use async_trait::async_trait;
use soban_domain::emv_qr::{BadMerchantQr, MerchantQr, MerchantQrBuilder, Tag};
use soban_domain::moment::BusinessDay;
use soban_domain::payment::{Cause, Method, Offer};
use soban_domain::secret::Secret;
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Gateway, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reversal, Reverse, SentBack, Standing,
};
use thiserror::Error;

mod list;
mod reading;
mod status;
mod wire;

use self::reading::State;
use self::status::{Failure, StatusLine};
use self::wire::{CancelAnswer, CancelRequest, PaymentAnswer};
use crate::address::{BadAddress, base};
use crate::short_id::short;
use crate::wish::{self, not_asked};

/// How long a connection may take.
pub const TIMEOUT_CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take.
pub const TIMEOUT_READ: Duration = Duration::from_secs(10);
/// Life of a code with an amount (국가 표준 변동형 QR).
pub const LIFE_SECONDS: u32 = 3 * 60;
/// The application of Korean codes, as the public sample has it.
pub const KOREAN_SCHEME: &str = "D4100000014010";
/// The first tag for templates of merchant accounts.
pub const ACCOUNT_TAG: u8 = 26;

/// A payer's app may still be talking to its bank when the code is over.
const SETTLE_SECONDS: u32 = 30;
/// A slow transfer is looked for so long after the code was over.
const LATE_SECONDS: u32 = 10 * 60;

/// What a scheme wants in its code: the template of the account and the kind of business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The tag of the account's template, 26 to 51.
    pub tag: u8,
    /// The application's globally unique id (sub-tag 00).
    pub application: String,
    /// The merchant's number with the scheme (sub-tag 05).
    pub merchant: String,
}

/// Who the shop is, in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// Its kind of business (MCC), four digits: 5812 is a restaurant.
    pub category: String,
    /// Its name in printable ASCII, at most 25.
    pub name: String,
    /// Its city in printable ASCII, at most 15.
    pub city: String,
    /// Its name and city in Korean, where they are told.
    pub korean: Option<(String, String)>,
}

/// The address of a scheme that can be asked.
#[derive(Clone, Debug)]
pub struct StatusConfig {
    /// The scheme's address, or the sandbox's.
    pub base_url: String,
    /// The store's key.
    pub key: Secret,
    /// How long a connection may take.
    pub timeout_connect: Duration,
    /// How long an answer may take after that.
    pub timeout_read: Duration,
}

impl StatusConfig {
    /// An address with the usual time limits.
    pub fn new(base_url: &str, key: Secret) -> StatusConfig {
        StatusConfig {
            base_url: base_url.to_owned(),
            key,
            timeout_connect: TIMEOUT_CONNECT,
            timeout_read: TIMEOUT_READ,
        }
    }
}

/// A store's contract with a scheme.
#[derive(Clone, Debug)]
pub struct MpmConfig {
    /// The scheme.
    pub scheme: Scheme,
    /// The shop.
    pub shop: Shop,
    /// Where it can be asked; none: staff say when they saw the money.
    pub status: Option<StatusConfig>,
    /// The hour at which the store's business day changes: a list is of such a day.
    pub change_hour: u8,
}

/// What is wrong with a contract's settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadConfig {
    /// The address cannot be called.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// The key is none.
    #[error("the key of the QR scheme is empty or holds blanks")]
    Key,
    /// The tag is none of an account's template.
    #[error("the tag of the account's template is 26 to 51")]
    Tag,
    /// A code made of these settings breaks a rule.
    #[error("no QR can be made of these settings: {0}")]
    Code(BadMerchantQr),
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// The text of the shop's printed code (sticker): no amount and no reference; the payer types
/// the amount, and staff say when they saw the money.
///
/// # Errors
/// See [`BadConfig`].
pub fn sticker(scheme: &Scheme, shop: &Shop) -> Result<String, BadConfig> {
    let code = described(MerchantQr::fixed(), scheme, shop)?.build();
    code.map(|code| code.encode()).map_err(BadConfig::Code)
}

fn described(
    code: MerchantQrBuilder,
    scheme: &Scheme,
    shop: &Shop,
) -> Result<MerchantQrBuilder, BadConfig> {
    let tag = Tag::new(scheme.tag).filter(|_| (ACCOUNT_TAG..=51).contains(&scheme.tag));
    let (tag, number) = tag.zip(Tag::new(5)).ok_or(BadConfig::Tag)?;
    let code = code
        .account(tag, &scheme.application, &[(number, &scheme.merchant)])
        .category(&shop.category)
        .merchant(&shop.name, &shop.city);
    Ok(match &shop.korean {
        Some((name, city)) => code.korean(name, city),
        None => code,
    })
}

/// The gateway.
pub struct Mpm {
    scheme: Scheme,
    shop: Shop,
    status: Option<StatusLine>,
    change_hour: u8,
}

impl Mpm {
    /// Checks the settings, by making a code of them. Nothing is sent.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(config: MpmConfig) -> Result<Mpm, BadConfig> {
        sticker(&config.scheme, &config.shop)?;
        let status = config.status.as_ref().map(StatusLine::new).transpose()?;
        Ok(Mpm {
            scheme: config.scheme,
            shop: config.shop,
            status,
            change_hour: config.change_hour.min(23),
        })
    }

    /// Asks for a payment by its reference; nothing where nobody has paid it yet. The scheme
    /// tells of the last try alone: where that one failed, its lists are asked for another
    /// that did not.
    async fn look(&self, held: &Held) -> Result<Option<PaymentAnswer>, Failure> {
        let Some(line) = &self.status else {
            return Err(Failure::CannotAsk);
        };
        let last = line.payment(&held.offer.gateway_id).await?;
        let failed = |last: &PaymentAnswer| reading::told(last).0 == State::Refused;
        match last {
            Some(last) if failed(&last) => {
                let others = list::around(line, held).await?;
                let ours = |one: &PaymentAnswer| {
                    reading::is_of(one, held, &self.scheme.merchant) && !failed(one)
                };
                Ok(Some(others.into_iter().find(ours).unwrap_or(last)))
            }
            last => Ok(last),
        }
    }

    async fn send_back(
        &self,
        held: &Held,
        once: &str,
        amount: i64,
    ) -> Result<CancelAnswer, Failure> {
        let request = CancelRequest {
            amount,
            cancel_id: once,
        };
        match &self.status {
            Some(line) => line.cancel(&held.offer.gateway_id, &request).await,
            None => Err(Failure::CannotAsk),
        }
    }
}

/// Names the merchant and shows no secret.
impl std::fmt::Debug for Mpm {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Mpm")
            .field("merchant", &self.scheme.merchant)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Gateway for Mpm {
    fn method(&self) -> Method {
        Method::Qr
    }

    fn abilities(&self) -> Abilities {
        let asks = self.status.is_some();
        Abilities {
            approval_is_ours: false,
            inquiry: asks,
            reversal: match asks {
                true => Reversal::ById,
                false => Reversal::None,
            },
            idempotent_seconds: None,
            settle_seconds: SETTLE_SECONDS,
            late_seconds: LATE_SECONDS,
            partial_refund: asks,
            deposit_blocks_partial: false,
            lists: asks,
            customer_codes: false,
        }
    }

    /// Made here, without the network.
    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        wish::check(ask)?;
        let reference = short(ask.attempt.0);
        let code = described(MerchantQr::dynamic(ask.amount), &self.scheme, &self.shop)
            .map_err(|error| error.to_string())
            .and_then(|code| {
                let code = code.reference_label(&reference).build();
                code.map_err(|error| error.to_string())
            })
            .map_err(|error| not_asked(&error))?;
        Ok(Offer {
            gateway_id: reference,
            mobile_url: String::new(),
            pc_url: String::new(),
            qr: Some(code.encode()),
            expires: ask.now.plus_seconds(LIFE_SECONDS).min(ask.deadline),
        })
    }

    /// There is nothing for us to approve.
    async fn approve(&self, _held: &Held, _token: &ReturnToken) -> Approve {
        Approve::Unknown {
            cause: Cause::NotYet,
            evidence: "the payer's own app pays this code".to_owned(),
        }
    }

    async fn inquire(&self, held: &Held) -> Standing {
        let standing = reading::standing(self.look(held).await, held, &self.scheme.merchant);
        tracing::debug!(attempt = %held.attempt, ?standing, "the QR scheme was asked");
        standing
    }

    /// Asks first what is left; the id of the wish then keeps a repeat from being a second.
    async fn reverse(&self, held: &Held, _token: Option<&ReturnToken>) -> Reverse {
        let unknown = |evidence: String| Reverse::Unknown { evidence };
        let answer = match self.look(held).await {
            Ok(Some(answer)) => answer,
            Ok(None) => return unknown("nobody paid this reference".to_owned()),
            Err(Failure::CannotAsk) => return unknown(Failure::CannotAsk.evidence()),
            // The reversal itself was not begun.
            Err(failure) => {
                return Reverse::NotSent {
                    evidence: format!("inquiry: {}", failure.evidence()),
                };
            }
        };
        if !reading::is_of(&answer, held, &self.scheme.merchant) {
            return unknown("the answer is of another payment".to_owned());
        }
        let (state, evidence) = reading::told(&answer);
        let outcome = match (state, reading::rest(&answer)) {
            (State::SentBack, _) => Reverse::Done,
            (State::Taken, Some(rest)) => {
                let once = format!("{}-reverse", held.attempt);
                let said = self.send_back(held, &once, rest.0).await;
                reading::reversed(said, held, rest)
            }
            (State::Taken | State::Refused | State::Moving | State::Unlisted, _) => {
                unknown(evidence)
            }
        };
        tracing::info!(attempt = %held.attempt, ?outcome, "the QR scheme was asked to send money back");
        outcome
    }

    /// The scheme has no guard but the id of the wish: what is left is looked at first, and
    /// a repeat of what was done is answered alike by the scheme itself.
    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        if self.status.is_none() {
            return Refunded::Refused {
                evidence: Failure::CannotAsk.evidence(),
            };
        }
        let answer = match self.look(held).await {
            Ok(Some(answer)) => answer,
            Ok(None) => {
                let evidence = "nobody paid this reference".to_owned();
                return Refunded::Refused { evidence };
            }
            Err(failure) => {
                return Refunded::NotSent {
                    evidence: format!("inquiry: {}", failure.evidence()),
                };
            }
        };
        let left = reading::rest(&answer).map_or(0, |left| left.0);
        if !reading::is_of(&answer, held, &self.scheme.merchant) || left != ask.rest_before.0 {
            return Refunded::Unknown {
                evidence: format!("{left} is left, due {}", ask.rest_before.0),
            };
        }
        let said = self
            .send_back(held, &ask.refund.to_string(), ask.amount.0)
            .await;
        let outcome = reading::refunded(said, held, ask);
        tracing::info!(attempt = %held.attempt, refund = %ask.refund, ?outcome, "the QR scheme refund");
        outcome
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        if self.status.is_none() {
            return SentBack::CannotTell;
        }
        reading::sent_back(self.look(held).await, held, &self.scheme.merchant)
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        match &self.status {
            Some(line) => list::list(line, day, self.change_hour).await,
            None => Listing::NotOffered,
        }
    }
}

#[cfg(test)]
mod tests {
    use soban_domain::ids::{AttemptId, OrderId};
    use soban_domain::moment::Timestamp;
    use soban_domain::money::Won;
    use soban_domain::tax::TaxParts;

    use super::*;

    fn config() -> MpmConfig {
        MpmConfig {
            scheme: Scheme {
                tag: ACCOUNT_TAG,
                application: KOREAN_SCHEME.to_owned(),
                merchant: "000000001".to_owned(),
            },
            shop: Shop {
                category: "5812".to_owned(),
                name: "Soban Table".to_owned(),
                city: "SEOUL".to_owned(),
                korean: Some(("소반식당".to_owned(), "서울".to_owned())),
            },
            status: None,
            change_hour: 5,
        }
    }

    fn ask(deadline: u32) -> Ask {
        Ask {
            attempt: AttemptId(uuid::Uuid::from_u128(7)),
            order: OrderId(uuid::Uuid::from_u128(8)),
            amount: Won(9_500),
            tax: TaxParts::of(Won(9_500), Won(0), Won(0)),
            title: "김치찌개".to_owned(),
            quantity: 1,
            return_url: "http://127.0.0.1/pay/a".to_owned(),
            now: Timestamp(1_000_000),
            deadline: Timestamp(1_000_000).plus_seconds(deadline),
        }
    }

    /// The shown code says amount, reference and merchant when it is read back, and lives
    /// three minutes or until the guest's time is over, whichever comes first.
    #[tokio::test]
    async fn a_shown_code_says_what_is_due() {
        let gateway = Mpm::new(config()).unwrap();
        let offer = gateway.offer(&ask(600)).await.unwrap();
        let code = MerchantQr::decode(offer.qr.as_deref().unwrap()).unwrap();
        assert_eq!(code.amount(), Some(Won(9_500)));
        assert_eq!(code.reference_label(), Some(offer.gateway_id.as_str()));
        assert_eq!(code.name(), "Soban Table");
        assert_eq!(code.local().unwrap().name, "소반식당");
        assert_eq!(offer.expires, Timestamp(1_000_000).plus_seconds(180));
        let short = gateway.offer(&ask(60)).await.unwrap();
        assert_eq!(short.expires, Timestamp(1_000_000).plus_seconds(60));
    }

    /// The printed code has neither amount nor reference; settings that make no code are
    /// refused before anybody is shown one.
    #[test]
    fn a_printed_code_says_who_is_paid() {
        let MpmConfig { scheme, shop, .. } = config();
        let text = sticker(&scheme, &shop).unwrap();
        let code = MerchantQr::decode(&text).unwrap();
        assert_eq!((code.amount(), code.reference_label()), (None, None));
        let bad = |change: &dyn Fn(&mut MpmConfig)| {
            let mut config = config();
            change(&mut config);
            Mpm::new(config).err()
        };
        assert_eq!(bad(&|c| c.scheme.tag = 25), Some(BadConfig::Tag));
        assert_eq!(bad(&|c| c.scheme.tag = 52), Some(BadConfig::Tag));
        let code = |wrong: Option<BadConfig>| matches!(wrong, Some(BadConfig::Code(_)));
        assert!(code(bad(&|c| c.shop.category = "12".to_owned())));
        assert!(code(bad(&|c| c.shop.name = "x".repeat(26))));
    }
}
