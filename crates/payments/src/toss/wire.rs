//! Toss Payments' JSON, field by field (API version 2022-11-16).
//!
//! Guarantees: an answer that lacks a field we decide by cannot be read, and so decides
//! nothing. Deliberately absent: fields that nobody here uses, card numbers first of all.

use serde::{Deserialize, Serialize};

use crate::fields::won;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateRequest<'a> {
    pub(super) method: &'a str,
    pub(super) amount: i64,
    pub(super) order_id: &'a str,
    pub(super) order_name: &'a str,
    pub(super) success_url: &'a str,
    pub(super) fail_url: &'a str,
    pub(super) tax_free_amount: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfirmRequest<'a> {
    pub(super) payment_key: &'a str,
    pub(super) order_id: &'a str,
    pub(super) amount: i64,
}

/// A cancel, the vendor's word. Without an amount it is of all that is left.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CancelRequest<'a> {
    pub(super) cancel_reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cancel_amount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tax_free_amount: Option<i64>,
}

/// The vendor's Payment object. Which fields must be there depends on what is asked of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PaymentAnswer {
    pub(super) payment_key: Option<String>,
    pub(super) order_id: Option<String>,
    pub(super) status: Option<String>,
    pub(super) total_amount: Option<Amount>,
    pub(super) balance_amount: Option<Amount>,
    pub(super) method: Option<String>,
    pub(super) requested_at: Option<String>,
    pub(super) approved_at: Option<String>,
    pub(super) card: Option<Card>,
    pub(super) cancels: Option<Vec<Cancel>>,
    pub(super) checkout: Option<Checkout>,
}

/// Won, as a number or a string of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Amount(#[serde(deserialize_with = "won")] pub(super) i64);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Card {
    pub(super) approve_no: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Cancel {
    pub(super) transaction_key: Option<String>,
    pub(super) cancel_reason: Option<String>,
    pub(super) cancel_amount: Option<Amount>,
    pub(super) cancel_status: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Checkout {
    pub(super) url: Option<String>,
}

/// A refusal's body.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: Option<String>,
}

/// A row of the list of transactions: an approval, or a cancel with the cancelled sum.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction {
    pub(super) transaction_key: String,
    pub(super) payment_key: String,
    pub(super) order_id: String,
    pub(super) status: String,
    pub(super) transaction_at: String,
    #[serde(deserialize_with = "won")]
    pub(super) amount: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What we send carries the vendor's field names and no empty optional field; compared
    /// as text.
    #[test]
    fn requests_carry_the_vendors_names() {
        let confirm = ConfirmRequest {
            payment_key: "k",
            order_id: "o",
            amount: 15_000,
        };
        assert_eq!(
            serde_json::to_string(&confirm).unwrap(),
            r#"{"paymentKey":"k","orderId":"o","amount":15000}"#
        );
        let all = CancelRequest {
            cancel_reason: "r",
            cancel_amount: None,
            tax_free_amount: None,
        };
        assert_eq!(
            serde_json::to_string(&all).unwrap(),
            r#"{"cancelReason":"r"}"#
        );
    }
}
