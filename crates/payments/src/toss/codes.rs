//! Toss Payments' error codes, and what each tells about the money.
//!
//! The codes are the vendor's (docs.tosspayments.com/reference/error-codes); the classes are
//! ours. One that is not listed is [`Class::Unknown`], and so is every code of a failing
//! server.
//!
//! Deliberately absent: a class that ends a payment. A listed refusal is believed only once
//! an inquiry shows no success.

/// What a code tells when it answers a confirm or a reversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing for certain.
    Unknown,
    /// A listed refusal.
    Refused,
    /// Our settings or our program are wrong: this call did nothing, an earlier one may
    /// have.
    Setup,
}

/// Listed codes that do not tell.
const UNKNOWN: &[&str] = &[
    "ALREADY_PROCESSED_PAYMENT",
    "ALREADY_CANCELED_PAYMENT",
    "ALREADY_REFUND_PAYMENT",
    "CARD_PROCESSING_ERROR",
    "COMMON_ERROR",
    "DUPLICATED_REQUEST",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_METHOD_HANDLING_CANCEL",
    "FAILED_PARTIAL_REFUND",
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_REFUND_PROCESS",
    "FORBIDDEN_CONSECUTIVE_REQUEST",
    "IDEMPOTENT_REQUEST_PROCESSING",
    "PROVIDER_ERROR",
    "UNKNOWN_PAYMENT_ERROR",
];

/// Listed refusals of the payer's card, account or session.
const REFUSED: &[&str] = &[
    "BELOW_MINIMUM_AMOUNT",
    "EXCEED_MAX_AMOUNT",
    "EXCEED_MAX_AUTH_COUNT",
    "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
    "EXCEED_MAX_DAILY_PAYMENT_COUNT",
    "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
    "EXCEED_MAX_ONE_DAY_AMOUNT",
    "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
    "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
    "EXCEED_MAX_PAYMENT_AMOUNT",
    "FDS_ERROR",
    "INVALID_ACCOUNT_INFO_RE_REGISTER",
    "INVALID_AUTHORIZE_AUTH",
    "INVALID_CARD_EXPIRATION",
    "INVALID_CARD_INSTALLMENT_PLAN",
    "INVALID_CARD_LOST_OR_STOLEN",
    "INVALID_CARD_NUMBER",
    "INVALID_PASSWORD",
    "INVALID_REJECT_CARD",
    "INVALID_STOPPED_CARD",
    "NOT_ALLOWED_POINT_USE",
    "NOT_AVAILABLE_BANK",
    "NOT_AVAILABLE_PAYMENT",
    "NOT_FOUND_PAYMENT_SESSION",
    "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
    "REJECT_ACCOUNT_PAYMENT",
    "REJECT_CARD_COMPANY",
    "REJECT_CARD_PAYMENT",
    "REJECT_TOSSPAY_INVALID_ACCOUNT",
    "RESTRICTED_TRANSFER_ACCOUNT",
];

/// Listed refusals of a cancel (the vendor's word): nothing went back, and by this call
/// nothing will.
const NOT_SENT_BACK: &[&str] = &[
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
    "EXCEED_MAX_REFUND_DUE",
    "NOT_ALLOWED_PARTIAL_REFUND",
    "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
    "NOT_CANCELABLE_AMOUNT",
    "NOT_CANCELABLE_PAYMENT",
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
];

/// Listed faults of ours.
const SETUP: &[&str] = &[
    "DUPLICATED_ORDER_ID",
    "FORBIDDEN_REQUEST",
    "INCORRECT_BASIC_AUTH_FORMAT",
    "INVALID_API_KEY",
    "INVALID_IDEMPOTENCY_KEY",
    "INVALID_ORDER_ID",
    "INVALID_REQUEST",
    "INVALID_UNREGISTERED_SUBMALL",
    "NOT_FOUND",
    "NOT_FOUND_PAYMENT",
    "NOT_FOUND_TERMINAL_ID",
    "NOT_REGISTERED_BUSINESS",
    "UNAPPROVED_ORDER_ID",
    "UNAUTHORIZED_KEY",
];

/// The class of a code.
pub(super) fn class_of(code: &str) -> Class {
    if REFUSED.contains(&code) {
        Class::Refused
    } else if SETUP.contains(&code) {
        Class::Setup
    } else {
        Class::Unknown
    }
}

/// True for codes that nobody here has read about.
pub(super) fn is_unlisted(code: &str) -> bool {
    let lists = [UNKNOWN, REFUSED, NOT_SENT_BACK, SETUP];
    !lists.iter().any(|list| list.contains(&code))
}

/// True for a listed refusal of a cancel.
pub(super) fn refuses_refund(code: &str) -> bool {
    NOT_SENT_BACK.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code stands in one list only, and the codes that the project's reference calls
    /// unknown are, by trying each.
    #[test]
    fn every_code_has_one_class() {
        let mut all: Vec<&str> = [UNKNOWN, REFUSED, NOT_SENT_BACK, SETUP].concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for code in [
            "ALREADY_PROCESSED_PAYMENT",
            "PROVIDER_ERROR",
            "IDEMPOTENT_REQUEST_PROCESSING",
        ] {
            assert_eq!(class_of(code), Class::Unknown, "{code}");
            assert!(!is_unlisted(code), "{code}");
        }
        for code in UNKNOWN.iter().chain(NOT_SENT_BACK) {
            assert_eq!(class_of(code), Class::Unknown, "{code}");
        }
        assert!(REFUSED.iter().all(|code| class_of(code) == Class::Refused));
        assert!(SETUP.iter().all(|code| class_of(code) == Class::Setup));
        assert!(NOT_SENT_BACK.iter().all(|code| refuses_refund(code)));
    }

    /// What nobody listed tells nothing.
    #[test]
    fn unlisted_codes_tell_nothing() {
        for code in [
            "",
            "SOMETHING_NEW",
            "reject_card_payment",
            "REJECT_CARD_PAYMENT ",
        ] {
            assert_eq!(class_of(code), Class::Unknown, "{code}");
            assert!(is_unlisted(code) && !refuses_refund(code), "{code}");
        }
    }
}
