//! The VAN's answer codes (`respCd`).
//!
//! The vendor publishes success alone; what a terminal's contract lists besides comes with
//! it. The list here is the one that the sandbox speaks, and a store's own takes its place
//! in the settings. One that is not listed tells nothing: what it answers is undone.

/// Success, of every call.
pub(super) const SUCCESS: &str = "0000";
/// What is sent back already.
pub(super) const VOIDED_BEFORE: &str = "8030";

/// Refusals of an approval after which nothing was taken and nothing will be: the payer's
/// wallet, the code that was read, or a request that was not understood. Not among them: a
/// number that was used before, which says that something else happened.
pub(super) const REFUSALS: &[&str] = &[
    "8001", // 잔액 부족
    "8002", // 바코드 유효시간 경과
    "8003", // 이미 사용된 바코드
    "8004", // 등록되지 않은 바코드
    "8005", // 카드사 승인 거절
    "9001", // 전문 오류
    "9002", // 미등록 단말기
    "9003", // 처리 한도 초과
];

/// Refusals of a void (결제취소) after which nothing went back and by this call nothing will.
pub(super) const NOT_VOIDED: &[&str] = &[
    "8031", // 원거래 없음
    "8032", // 원거래 정보 불일치
    "9001", // 전문 오류
    "9002", // 미등록 단말기
];
