//! The vendor's own Korean words in its JSON.
//!
//! Deliberately absent: words for people. None of these is ever shown: they are the values
//! of a protocol that happens to be written in Korean.

/// `type` of a cash receipt: the guest's income deduction.
pub(super) const DEDUCTION: &str = "소득공제";
/// `type` of a cash receipt: a business's expense proof.
pub(super) const EXPENSE_PROOF: &str = "지출증빙";

/// `method` of a payment, in the words of the other gateways.
pub(super) fn kind(method: &str) -> &'static str {
    match method {
        "카드" => "CARD",
        "간편결제" => "EASY_PAY",
        "계좌이체" => "TRANSFER",
        "휴대폰" => "MOBILE",
        "가상계좌" => "VIRTUAL_ACCOUNT",
        _ => "UNKNOWN",
    }
}
