//! KakaoPay's refusals: code, HTTP status, words.
//!
//! Guarantees: every code and status is one of the vendor's published table (payments
//! reference, section 2.7), except -2, which the vendor's table does not name: it stands for
//! a field that is missing or malformed. Deliberately absent: subscription codes.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::faults::Answer;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    message: String,
    method_result: Option<(&'static str, &'static str)>,
}

impl Refusal {
    fn new(code: i64, message: &str) -> Self {
        Self {
            code,
            message: message.to_owned(),
            method_result: None,
        }
    }

    pub(crate) fn field(name: &str, what: &str) -> Self {
        Self::new(-2, &format!("{name} {what}"))
    }

    pub(crate) fn no_authorization() -> Self {
        Self::new(-400, "Authorization header is missing!")
    }

    pub(crate) fn bad_key() -> Self {
        Self::new(-401, "secret key is not valid!")
    }

    pub(crate) fn wrong_url() -> Self {
        Self::new(-404, "no such api!")
    }

    pub(crate) fn quota() -> Self {
        Self::new(-429, "daily quota exceeded!")
    }

    pub(crate) fn not_authenticated() -> Self {
        Self::new(-701, "payment is not authenticated yet!")
    }

    pub(crate) fn already_paid() -> Self {
        Self::new(-702, "payment is already done!")
    }

    pub(crate) fn other_method(name: &str) -> Self {
        Self::new(-705, &format!("{name} is not a payment method!"))
    }

    pub(crate) fn other_order() -> Self {
        Self::new(-706, "partner_order_id is not the one of ready!")
    }

    pub(crate) fn other_user() -> Self {
        Self::new(-707, "partner_user_id is not the one of ready!")
    }

    pub(crate) fn bad_pg_token() -> Self {
        Self::new(-708, "pg_token is not valid!")
    }

    pub(crate) fn above_rest() -> Self {
        Self::new(-710, "cancel amount exceeds the cancellable amount!")
    }

    pub(crate) fn other_rest() -> Self {
        Self::new(-710, "cancel_available_amount is not what is left!")
    }

    pub(crate) fn above_total() -> Self {
        Self::new(-711, "cancel amount exceeds the payment!")
    }

    pub(crate) fn unknown_tid() -> Self {
        Self::new(-721, "tid does not exist!")
    }

    pub(crate) fn wrong_amount(what: &str) -> Self {
        Self::new(-722, &format!("{what} is wrong!"))
    }

    pub(crate) fn expired() -> Self {
        Self::new(-723, "payment request is expired!")
    }

    pub(crate) fn wrong_cid() -> Self {
        Self::new(-731, "cid is not valid!")
    }

    pub(crate) fn not_approvable() -> Self {
        Self::new(-783, "payment is not in an approvable state!")
    }

    pub(crate) fn not_cancellable() -> Self {
        Self::new(-784, "payment is not in a cancellable state!")
    }

    pub(crate) fn in_progress() -> Self {
        Self::new(-785, "the same request is already in progress!")
    }

    pub(crate) fn above_limit() -> Self {
        Self::new(-797, "amount exceeds the limit of one payment!")
    }

    /// A decline that somebody switched on.
    pub(crate) fn ordered(code: i64) -> Self {
        let mut refusal = Self::new(code, "approval failure!");
        if code == -780 {
            refusal.method_result = Some((
                "USER_LOCKED",
                "진행중인 거래가 있습니다. 잠시 후 다시 시도해 주세요.",
            ));
        }
        refusal
    }

    /// A failure of the platform itself.
    pub(crate) fn broken(status: StatusCode) -> Self {
        Self::new(-i64::from(status.as_u16()), "server error!")
    }

    fn status(&self) -> StatusCode {
        match self.code {
            -401 => StatusCode::UNAUTHORIZED,
            -403 => StatusCode::FORBIDDEN,
            -404 => StatusCode::NOT_FOUND,
            -429 => StatusCode::TOO_MANY_REQUESTS,
            -500 => StatusCode::INTERNAL_SERVER_ERROR,
            -503 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn answer(&self) -> Answer {
        let mut body = json!({ "error_code": self.code, "error_message": self.message });
        if let (Some((code, message)), Value::Object(map)) = (self.method_result, &mut body) {
            map.insert(
                "extras".to_owned(),
                json!({ "method_result_code": code, "method_result_message": message }),
            );
        }
        Answer::new(self.status(), body)
    }
}
