//! KakaoPay's JSON, field by field.
//!
//! Facts (the vendor's pages on single payment, online v1): `ready`, `approve`, `order` and
//! `cancel` take JSON; published samples carry numbers as strings in requests and as numbers
//! in answers, so we send numbers and take both; times are `yyyy-MM-ddTHH:mm:ss` without an
//! offset and are taken as Korean time.
//!
//! Guarantees: an answer that lacks a field we decide by cannot be read, and so decides
//! nothing. Deliberately absent: fields that nobody here uses.

use serde::{Deserialize, Serialize};

use crate::fields::won;

/// The merchant, on top of every request.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Merchant<'a> {
    pub(super) cid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cid_secret: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ReadyRequest<'a> {
    #[serde(flatten)]
    pub(super) merchant: Merchant<'a>,
    pub(super) partner_order_id: &'a str,
    pub(super) partner_user_id: &'a str,
    pub(super) item_name: &'a str,
    pub(super) quantity: u32,
    pub(super) total_amount: i64,
    pub(super) tax_free_amount: i64,
    pub(super) vat_amount: i64,
    /// A part of `total_amount`, and of `tax_free_amount` too: a deposit is no sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) green_deposit: Option<i64>,
    pub(super) approval_url: &'a str,
    pub(super) cancel_url: &'a str,
    pub(super) fail_url: &'a str,
}

#[derive(Deserialize)]
pub(super) struct ReadyAnswer {
    pub(super) tid: String,
    pub(super) next_redirect_mobile_url: String,
    pub(super) next_redirect_pc_url: String,
    pub(super) created_at: String,
}

#[derive(Serialize)]
pub(super) struct ApproveRequest<'a> {
    #[serde(flatten)]
    pub(super) merchant: Merchant<'a>,
    pub(super) tid: &'a str,
    pub(super) partner_order_id: &'a str,
    pub(super) partner_user_id: &'a str,
    pub(super) pg_token: &'a str,
    pub(super) total_amount: i64,
}

#[derive(Serialize)]
pub(super) struct OrderRequest<'a> {
    #[serde(flatten)]
    pub(super) merchant: Merchant<'a>,
    pub(super) tid: &'a str,
}

#[derive(Serialize)]
pub(super) struct ReverseRequest<'a> {
    #[serde(flatten)]
    pub(super) merchant: Merchant<'a>,
    pub(super) tid: &'a str,
    pub(super) cancel_amount: i64,
    pub(super) cancel_tax_free_amount: i64,
    pub(super) cancel_vat_amount: i64,
    /// What we believe is left: the vendor refuses where it is not, so that two calls
    /// cannot both take effect.
    pub(super) cancel_available_amount: i64,
}

/// Won as the vendor divides them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Amounts {
    #[serde(deserialize_with = "won")]
    pub(super) total: i64,
    #[serde(default, deserialize_with = "won")]
    pub(super) tax_free: i64,
    #[serde(default, deserialize_with = "won")]
    pub(super) vat: i64,
}

/// What `approve`, `order` and `cancel` answer. Which fields must be there depends on
/// what is asked of it, so that the reader of each asks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PaymentAnswer {
    pub(super) aid: Option<String>,
    pub(super) tid: Option<String>,
    pub(super) cid: Option<String>,
    pub(super) partner_order_id: Option<String>,
    pub(super) partner_user_id: Option<String>,
    pub(super) payment_method_type: Option<String>,
    pub(super) status: Option<String>,
    pub(super) amount: Option<Amounts>,
    pub(super) approved_cancel_amount: Option<Amounts>,
    pub(super) canceled_amount: Option<Amounts>,
    pub(super) cancel_available_amount: Option<Amounts>,
    pub(super) created_at: Option<String>,
    pub(super) approved_at: Option<String>,
    pub(super) payment_action_details: Option<Vec<Action>>,
}

/// One movement of money in an inquiry's answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Action {
    pub(super) aid: Option<String>,
    pub(super) payment_action_type: Option<String>,
}

/// A refusal's body.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    #[serde(deserialize_with = "won")]
    pub(super) error_code: i64,
    #[serde(default)]
    pub(super) error_message: Option<String>,
    #[serde(default)]
    pub(super) extras: Option<Extras>,
}

#[derive(Deserialize)]
pub(super) struct Extras {
    #[serde(default)]
    pub(super) method_result_code: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amounts are read from numbers and from strings alike, and from nothing else.
    #[test]
    fn amounts_come_as_numbers_or_strings() {
        let read = |text: &str| serde_json::from_str::<Amounts>(text).ok();
        let due = Some(Amounts {
            total: 2200,
            tax_free: 0,
            vat: 200,
        });
        assert_eq!(read(r#"{"total":2200,"tax_free":0,"vat":200}"#), due);
        assert_eq!(read(r#"{"total":"2200","tax_free":"0","vat":"200"}"#), due);
        for bad in [
            r#"{"total":2200.5}"#,
            r#"{"total":"2,200"}"#,
            r#"{"total":null}"#,
            r#"{"total":99999999999999999999}"#,
            "{}",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    /// What we send carries the vendor's field names, numbers as numbers and no empty
    /// optional field; compared as text.
    #[test]
    fn requests_carry_the_vendors_names() {
        let merchant = Merchant {
            cid: "TC0ONETIME",
            cid_secret: None,
        };
        let reversal = ReverseRequest {
            merchant,
            tid: "T1",
            cancel_amount: 2200,
            cancel_tax_free_amount: 0,
            cancel_vat_amount: 200,
            cancel_available_amount: 2200,
        };
        assert_eq!(
            serde_json::to_string(&reversal).unwrap(),
            r#"{"cid":"TC0ONETIME","tid":"T1","cancel_amount":2200,"cancel_tax_free_amount":0,"cancel_vat_amount":200,"cancel_available_amount":2200}"#
        );
    }
}
