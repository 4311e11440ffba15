//! The scheme's JSON, field by field, with the names that BC's pages use.

use serde::{Deserialize, Serialize};

use crate::fields::won;

#[derive(Serialize)]
pub(super) struct CancelRequest<'a> {
    #[serde(rename = "AMOUNT")]
    pub(super) amount: i64,
    /// Ours; the same again is answered alike and moves nothing.
    #[serde(rename = "CANCEL_ID")]
    pub(super) cancel_id: &'a str,
}

/// A payment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) struct PaymentAnswer {
    pub(super) qr_reference_id: String,
    pub(super) merchant_id: String,
    pub(super) state: String,
    #[serde(deserialize_with = "won")]
    pub(super) amount: i64,
    #[serde(deserialize_with = "won")]
    pub(super) canceled_amount: i64,
    #[serde(default)]
    pub(super) auth_id: Option<String>,
    #[serde(default)]
    pub(super) paid_at: Option<String>,
    #[serde(default)]
    pub(super) updated_at: Option<String>,
}

/// What a cancel answers, the vendor's word.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) struct CancelAnswer {
    pub(super) qr_reference_id: String,
    pub(super) cancel_id: String,
    #[serde(deserialize_with = "won")]
    pub(super) amount: i64,
    #[serde(deserialize_with = "won")]
    pub(super) remaining_amount: i64,
}

/// The payments of a day.
#[derive(Deserialize)]
pub(super) struct DayAnswer {
    #[serde(rename = "PAYMENTS")]
    pub(super) payments: Vec<PaymentAnswer>,
}

/// A refusal's body.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    pub(super) code: String,
    #[serde(default)]
    pub(super) description: Option<String>,
}
