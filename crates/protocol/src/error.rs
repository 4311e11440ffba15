//! What a screen is told when something is not done.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why something was not done. Each is a key of `locales/`: `error.{name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No endpoint of that name.
    UnknownEndpoint,
    /// The body is not what the endpoint takes; `detail` says where.
    BadRequest,
    /// The body is larger than any request can be.
    TooLarge,
    /// A command id that was used for something else.
    CommandReused,
    /// The screen is not in the settings.
    UnknownScreen,
    /// The basket breaks a rule; `detail` says which.
    BadCart,
    /// No such quote.
    UnknownQuote,
    /// The quote's time is over: ask again.
    QuoteExpired,
    /// No such order.
    UnknownOrder,
    /// No such payment attempt.
    UnknownPayment,
    /// Another payment of this order is not over yet.
    PaymentOpen,
    /// The order is paid.
    AlreadyPaid,
    /// Nothing of the payment is left to refund, or so much of it is not.
    NothingToRefund,
    /// Another refund of this payment is not over yet.
    RefundOpen,
    /// This payment can be refunded only as a whole.
    OnlyWhole,
    /// This payment can be refunded only by hand.
    OnlyByHand,
    /// The number of the cash receipt is not one of its kind.
    BadReceiptNumber,
    /// The store issues no cash receipt for this payment.
    ReceiptNotOurs,
    /// There is a cash receipt for this payment.
    ReceiptExists,
    /// The order cannot do that any more, or not yet.
    NotNow,
    /// The store does not offer this way to pay.
    MethodNotOffered,
    /// Name and PIN do not fit.
    WrongPin,
    /// Too many wrong PINs: wait.
    PinLocked,
    /// No such thing: a print job, a call, an item.
    NotFound,
    /// The order store is broken: nothing is taken until it is mended.
    StoreBroken,
    /// Too much at once: try again.
    Busy,
    /// The hub does not answer. Made by the screen itself.
    Offline,
    /// A fault of ours.
    Internal,
}

impl ErrorCode {
    /// Every code, for the proof that each has words.
    pub const ALL: [ErrorCode; 28] = [
        ErrorCode::UnknownEndpoint,
        ErrorCode::BadRequest,
        ErrorCode::TooLarge,
        ErrorCode::CommandReused,
        ErrorCode::UnknownScreen,
        ErrorCode::BadCart,
        ErrorCode::UnknownQuote,
        ErrorCode::QuoteExpired,
        ErrorCode::UnknownOrder,
        ErrorCode::UnknownPayment,
        ErrorCode::PaymentOpen,
        ErrorCode::AlreadyPaid,
        ErrorCode::NothingToRefund,
        ErrorCode::RefundOpen,
        ErrorCode::OnlyWhole,
        ErrorCode::OnlyByHand,
        ErrorCode::BadReceiptNumber,
        ErrorCode::ReceiptNotOurs,
        ErrorCode::ReceiptExists,
        ErrorCode::NotNow,
        ErrorCode::MethodNotOffered,
        ErrorCode::WrongPin,
        ErrorCode::PinLocked,
        ErrorCode::NotFound,
        ErrorCode::StoreBroken,
        ErrorCode::Busy,
        ErrorCode::Offline,
        ErrorCode::Internal,
    ];

    /// Its key in `locales/`, below `error`.
    pub fn key(self) -> &'static str {
        match self {
            ErrorCode::UnknownEndpoint => "unknown_endpoint",
            ErrorCode::BadRequest => "bad_request",
            ErrorCode::TooLarge => "too_large",
            ErrorCode::CommandReused => "command_reused",
            ErrorCode::UnknownScreen => "unknown_screen",
            ErrorCode::BadCart => "bad_cart",
            ErrorCode::UnknownQuote => "unknown_quote",
            ErrorCode::QuoteExpired => "quote_expired",
            ErrorCode::UnknownOrder => "unknown_order",
            ErrorCode::UnknownPayment => "unknown_payment",
            ErrorCode::PaymentOpen => "payment_open",
            ErrorCode::AlreadyPaid => "already_paid",
            ErrorCode::NothingToRefund => "nothing_to_refund",
            ErrorCode::RefundOpen => "refund_open",
            ErrorCode::OnlyWhole => "only_whole",
            ErrorCode::OnlyByHand => "only_by_hand",
            ErrorCode::BadReceiptNumber => "bad_receipt_number",
            ErrorCode::ReceiptNotOurs => "receipt_not_ours",
            ErrorCode::ReceiptExists => "receipt_exists",
            ErrorCode::NotNow => "not_now",
            ErrorCode::MethodNotOffered => "method_not_offered",
            ErrorCode::WrongPin => "wrong_pin",
            ErrorCode::PinLocked => "pin_locked",
            ErrorCode::NotFound => "not_found",
            ErrorCode::StoreBroken => "store_broken",
            ErrorCode::Busy => "busy",
            ErrorCode::Offline => "offline",
            ErrorCode::Internal => "internal",
        }
    }

    /// What a caller may do about it.
    pub fn retry(self) -> Retry {
        match self {
            ErrorCode::Busy | ErrorCode::Offline | ErrorCode::StoreBroken | ErrorCode::Internal => {
                Retry::Same
            }
            ErrorCode::PaymentOpen | ErrorCode::RefundOpen | ErrorCode::PinLocked => Retry::Later,
            ErrorCode::UnknownEndpoint
            | ErrorCode::BadRequest
            | ErrorCode::TooLarge
            | ErrorCode::CommandReused
            | ErrorCode::UnknownScreen
            | ErrorCode::BadCart
            | ErrorCode::UnknownQuote
            | ErrorCode::QuoteExpired
            | ErrorCode::UnknownOrder
            | ErrorCode::UnknownPayment
            | ErrorCode::AlreadyPaid
            | ErrorCode::NothingToRefund
            | ErrorCode::OnlyWhole
            | ErrorCode::OnlyByHand
            | ErrorCode::BadReceiptNumber
            | ErrorCode::ReceiptNotOurs
            | ErrorCode::ReceiptExists
            | ErrorCode::NotNow
            | ErrorCode::MethodNotOffered
            | ErrorCode::WrongPin
            | ErrorCode::NotFound => Retry::Never,
        }
    }
}

/// What a caller may do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// The same request will not fare better.
    Never,
    /// Send the same request, with the same command id.
    Same,
    /// Wait until something changed, then ask anew.
    Later,
}

/// The error at the edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// What.
    pub code: ErrorCode,
    /// What may be done.
    pub retry: Retry,
    /// One sentence for those who build and install, in English. Not for guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl ApiError {
    /// An error with a sentence.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> ApiError {
        ApiError {
            code,
            retry: code.retry(),
            detail: Some(detail.into()),
        }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> ApiError {
        ApiError {
            code,
            retry: code.retry(),
            detail: None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(out, "{}: {detail}", self.code.key()),
            None => out.write_str(self.code.key()),
        }
    }
}

impl std::error::Error for ApiError {}
