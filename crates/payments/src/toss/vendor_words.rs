//! Korean words that Toss Payments' wire format itself is written in: values, not texts for
//! people (docs.tosspayments.com/reference, Payment.method and cash receipts' `type`).

/// `method`: a card.
pub(super) const CARD: &str = "카드";
/// `method`: a wallet behind which stands a card or money (간편결제).
pub(super) const EASY_PAY: &str = "간편결제";
/// `method`: a transfer from an account.
pub(super) const TRANSFER: &str = "계좌이체";
/// `method`: a telephone bill.
pub(super) const MOBILE: &str = "휴대폰";
/// `method`: a virtual account.
pub(super) const VIRTUAL_ACCOUNT: &str = "가상계좌";
/// `type`: a cash receipt for a person's deduction.
pub(super) const DEDUCTION: &str = "소득공제";
/// `type`: a cash receipt as a business's expense proof.
pub(super) const EXPENSE_PROOF: &str = "지출증빙";
