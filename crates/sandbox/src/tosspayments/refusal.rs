//! Toss Payments' refusals: code, HTTP status, words.
//!
//! Guarantees: every code here is one the vendor publishes (docs.tosspayments.com/reference/
//! error-codes), except those the comments call unconfirmed. Deliberately absent: codes of
//! methods other than cards, which this stand-in does not offer.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::faults::Answer;

/// `{code, message}` with its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: String,
    message: String,
}

/// Code, status, words. Statuses marked * are unconfirmed.
const KNOWN: &[(&str, u16, &str)] = &[
    ("ALREADY_PROCESSED_PAYMENT", 400, "이미 처리된 결제 입니다."),
    (
        "PROVIDER_ERROR",
        400,
        "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.",
    ),
    ("INVALID_REQUEST", 400, "잘못된 요청입니다."),
    ("INVALID_API_KEY", 400, "잘못된 시크릿키 연동 정보 입니다."),
    (
        "INVALID_REJECT_CARD",
        400,
        "카드 사용이 거절되었습니다. 카드사 문의가 필요합니다.",
    ),
    (
        "BELOW_MINIMUM_AMOUNT",
        400,
        "신용카드는 결제금액이 100원 이상부터 결제가 가능합니다.",
    ),
    ("INVALID_STOPPED_CARD", 400, "정지된 카드 입니다."),
    (
        "DUPLICATED_ORDER_ID",
        400,
        "이미 승인 및 취소가 진행된 중복된 주문번호 입니다.",
    ),
    (
        "INVALID_ORDER_ID",
        400,
        "주문번호는 6자 이상 64자 이하의 영문, 숫자, -, _, = 입니다.",
    ),
    (
        "INVALID_IDEMPOTENCY_KEY",
        400,
        "멱등키가 유효하지 않습니다.",
    ),
    ("ALREADY_CANCELED_PAYMENT", 400, "이미 취소된 결제 입니다."),
    ("INVALID_TRANSACTION_KEY", 400, "잘못된 페이징 키 입니다."),
    (
        "UNAUTHORIZED_KEY",
        401,
        "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.",
    ),
    (
        "REJECT_CARD_PAYMENT",
        403,
        "한도초과 혹은 잔액부족으로 결제에 실패했습니다.",
    ),
    (
        "REJECT_ACCOUNT_PAYMENT",
        403,
        "잔액부족으로 결제에 실패했습니다.",
    ),
    ("REJECT_CARD_COMPANY", 403, "결제 승인이 거절되었습니다."),
    ("FORBIDDEN_REQUEST", 403, "허용되지 않은 요청입니다."),
    ("EXCEED_MAX_AMOUNT", 403, "거래금액 한도를 초과했습니다."),
    ("NOT_CANCELABLE_AMOUNT", 403, "취소 할 수 없는 금액 입니다."),
    (
        "NOT_CANCELABLE_PAYMENT",
        403,
        "취소 할 수 없는 결제 입니다.",
    ),
    ("NOT_FOUND_PAYMENT", 404, "존재하지 않는 결제 정보 입니다."),
    (
        "NOT_FOUND_PAYMENT_SESSION",
        404,
        "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.",
    ),
    ("NOT_FOUND", 404, "존재하지 않는 정보 입니다."),
    (
        "IDEMPOTENT_REQUEST_PROCESSING",
        409,
        "이전 멱등 요청이 처리중입니다.",
    ),
    (
        "FAILED_INTERNAL_SYSTEM_PROCESSING",
        500,
        "내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.",
    ),
    (
        "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
        500,
        "결제가 완료되지 않았어요. 다시 시도해주세요.",
    ),
    (
        "UNKNOWN_PAYMENT_ERROR",
        500,
        "결제에 실패했어요. 같은 문제가 반복된다면 은행이나 카드사로 문의해주세요.",
    ),
];

/// Codes after which the payment may still be confirmed: they say nothing about the card.
const PASSING: &[&str] = &[
    "PROVIDER_ERROR",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
    "UNKNOWN_PAYMENT_ERROR",
    "COMMON_ERROR",
];

impl Refusal {
    /// The refusal of that code, in the vendor's words where they are known.
    pub(crate) fn of(code: &str) -> Self {
        let known = KNOWN.iter().find(|(name, _, _)| *name == code);
        Self {
            code: code.to_owned(),
            message: known
                .map_or("요청이 거절되었습니다.", |(_, _, words)| words)
                .to_owned(),
        }
    }

    /// A refusal in words of its own.
    pub(crate) fn named(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    /// A field that is missing or malformed.
    pub(crate) fn field(name: &str, what: &str) -> Self {
        Self {
            code: "INVALID_REQUEST".to_owned(),
            message: format!("{name}: {what}"),
        }
    }

    /// Whether the payment's session ends with it.
    pub(crate) fn ends_session(&self) -> bool {
        !PASSING.contains(&self.code.as_str())
    }

    fn status(&self) -> StatusCode {
        let known = KNOWN.iter().find(|(name, _, _)| *name == self.code);
        known
            .and_then(|(_, status, _)| StatusCode::from_u16(*status).ok())
            .unwrap_or(StatusCode::BAD_REQUEST)
    }

    pub(crate) fn body(&self) -> Value {
        json!({ "code": self.code, "message": self.message })
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::new(self.status(), self.body())
    }
}

/// What the gateway says when it is itself out of order.
pub(crate) fn broken(status: StatusCode) -> Answer {
    let body = Refusal::of("FAILED_INTERNAL_SYSTEM_PROCESSING").body();
    Answer::new(status, body)
}
