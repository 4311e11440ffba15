//! 현금영수증: a cash receipt, issued once by the tax office's network and voided with
//! its sale.
//!
//! Guarantees: *unknown is a state, not an error*: after an answer that did not come the
//! receipt is looked up before it is issued or voided again. What a payment's own
//! gateway issues is never issued a second time ([`wanted`]). The number a guest types
//! is a secret ([`ReceiptNumber`]); a record holds only its mask.
//!
//! Deliberately absent: the issuing service's wire, and re-issuing for what a part
//! refund leaves: the receipt is voided and another is recorded for the rest.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, CashReceiptId, OrderId};
use crate::machine::{Machine, Step};
use crate::moment::Timestamp;
use crate::money::Won;
use crate::payment::Method;
use crate::tax::TaxParts;

mod arms;
mod number;

pub use number::{BadReceiptNumber, ReceiptNumber};

/// What a cash receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    /// 소득공제: a person's, by phone or card number.
    IncomeDeduction,
    /// 지출증빙: a business's, by its number.
    ExpenseProof,
    /// 자진발급: the guest gave no number; issued to the one of the settings, which the
    /// tax office publishes. The guest can claim it later.
    SelfIssue,
}

impl ReceiptKind {
    /// Every kind.
    pub const ALL: [ReceiptKind; 3] = [
        ReceiptKind::IncomeDeduction,
        ReceiptKind::ExpenseProof,
        ReceiptKind::SelfIssue,
    ];

    /// Its name in columns.
    pub fn name(self) -> &'static str {
        match self {
            ReceiptKind::IncomeDeduction => "income_deduction",
            ReceiptKind::ExpenseProof => "expense_proof",
            ReceiptKind::SelfIssue => "self_issue",
        }
    }
}

/// Who issues the cash receipt of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Issue {
    /// The store: ask for a number, or issue to the self-issue number.
    Ours,
    /// The gateway did, by itself: never again.
    GatewayIssues,
    /// Nobody: a card payment has its own slip.
    NotForCards,
}

/// Who issues the cash receipt of money taken this way; `kind` is what the gateway calls
/// it ([`crate::payment::Approval::kind`]).
///
/// A kind that nobody listed is taken for one that its gateway issues for: two receipts
/// for one sale are worse than one that staff add on request. At the counter only staff
/// know whether it was cash; a receipt is asked of them for cash alone.
pub fn wanted(method: Method, kind: &str) -> Issue {
    match method {
        // KakaoPay issues for its Money itself, and the merchant must not; so do the payment
        // companies behind Toss, an app's code or a QR with a reference for what is no card.
        Method::Kakaopay | Method::Toss | Method::Barcode | Method::Qr => match kind {
            "CARD" => Issue::NotForCards,
            _ => Issue::GatewayIssues,
        },
        // Cash, or money sent to the shop's account by its printed QR.
        Method::Counter | Method::Sticker => match kind {
            "CARD" => Issue::NotForCards,
            _ => Issue::Ours,
        },
    }
}

/// Seconds after the payment within which a cash receipt must be issued: five days
/// (소득세법 시행령 §210의3), counted by the hour to be on the safe side.
pub const ISSUE_WITHIN_SECONDS: u32 = 5 * 24 * 60 * 60;

/// Until when the cash receipt of a payment must be issued.
pub fn deadline(paid: Timestamp) -> Timestamp {
    paid.plus_seconds(ISSUE_WITHIN_SECONDS)
}

/// What was being done when it got stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Issuing it.
    Issue,
    /// Voiding it.
    Void,
}

impl Doing {
    /// Both.
    pub const ALL: [Doing; 2] = [Doing::Issue, Doing::Void];
}

/// Where a cash receipt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashReceiptState {
    /// On disk; nothing of it was sent, or the service has nothing of it.
    Recorded,
    /// It is being issued.
    Issuing,
    /// Nobody knows whether it was done: look up first.
    Unknown(Doing),
    /// The tax office has it.
    Issued,
    /// It is to be voided; no such wish is under way.
    ToVoid,
    /// It is being voided.
    Voiding,
    /// It counts for nothing: voided, or dropped before it was issued.
    Voided,
    /// It was not issued and will not be: refused, or given up by staff.
    Refused,
    /// Only a named member of staff can end this.
    NeedsStaff(Doing),
}

/// What can happen to a cash receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashReceiptEvent {
    /// The engine takes up issuing it.
    IssueStarted,
    /// Its money went back: it must not stand. Refused while issuing it is under way or
    /// unknown: what nobody knows to stand cannot be voided, so the wish comes again.
    VoidWanted,
    /// The engine takes up voiding it.
    VoidStarted,
    /// Not a byte of the wish left.
    NotSent,
    /// The answer: issued.
    AnsweredIssued,
    /// The answer: voided.
    AnsweredVoided,
    /// The answer is a listed refusal.
    AnsweredRefused,
    /// No usable answer came.
    NoAnswer,
    /// The program came up again and found it like this.
    Restarted,
    /// The look-up says: it stands.
    LookedUpIssued,
    /// The look-up found nothing of it.
    LookedUpAbsent,
    /// The look-up says: it was issued and voided.
    LookedUpVoided,
    /// The look-up got no answer.
    LookUpFailed,
    /// The bound of trying is reached, or the law's time is over.
    TriedEnough,
    /// Staff saw that it stands, or issued it by hand.
    StaffIssued,
    /// Staff say that it was not issued, and give it up.
    StaffNotIssued,
    /// Staff saw that it is voided, or voided it by hand.
    StaffVoided,
}

/// What to do once the new state is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CashReceiptEffect {
    /// Issue it.
    Issue,
    /// Void it.
    Void,
    /// Ask the service for it.
    LookUp,
    /// Its secret number is needed no longer: forget it.
    Forget,
    /// Call staff.
    TellStaff,
}

impl CashReceiptState {
    /// True while the engine has something to do about it after a restart.
    pub fn is_open(self) -> bool {
        match self {
            CashReceiptState::Recorded
            | CashReceiptState::Issuing
            | CashReceiptState::Unknown(_)
            | CashReceiptState::ToVoid
            | CashReceiptState::Voiding => true,
            CashReceiptState::Issued
            | CashReceiptState::Voided
            | CashReceiptState::Refused
            | CashReceiptState::NeedsStaff(_) => false,
        }
    }

    /// Its name in columns, without what was being done.
    pub fn name(self) -> &'static str {
        match self {
            CashReceiptState::Recorded => "recorded",
            CashReceiptState::Issuing => "issuing",
            CashReceiptState::Unknown(_) => "unknown",
            CashReceiptState::Issued => "issued",
            CashReceiptState::ToVoid => "to_void",
            CashReceiptState::Voiding => "voiding",
            CashReceiptState::Voided => "voided",
            CashReceiptState::Refused => "refused",
            CashReceiptState::NeedsStaff(_) => "needs_staff",
        }
    }
}

impl Machine for CashReceiptState {
    type Event = CashReceiptEvent;
    type Effect = CashReceiptEffect;
    const NAME: &'static str = "Cash receipt";

    fn states() -> Vec<CashReceiptState> {
        use CashReceiptState as S;
        let mut states = vec![S::Recorded, S::Issuing, S::Unknown(Doing::Issue), S::Issued];
        states.extend([S::ToVoid, S::Voiding, S::Unknown(Doing::Void), S::Voided]);
        states.push(S::Refused);
        states.extend(Doing::ALL.map(S::NeedsStaff));
        states
    }

    fn events() -> Vec<CashReceiptEvent> {
        use CashReceiptEvent as E;
        vec![
            E::IssueStarted,
            E::VoidWanted,
            E::VoidStarted,
            E::NotSent,
            E::AnsweredIssued,
            E::AnsweredVoided,
            E::AnsweredRefused,
            E::NoAnswer,
            E::Restarted,
            E::LookedUpIssued,
            E::LookedUpAbsent,
            E::LookedUpVoided,
            E::LookUpFailed,
            E::TriedEnough,
            E::StaffIssued,
            E::StaffNotIssued,
            E::StaffVoided,
        ]
    }

    fn next(self, event: CashReceiptEvent) -> Step<CashReceiptState> {
        use CashReceiptState as S;
        match self {
            S::Recorded => self.recorded(event),
            S::Issuing => self.issuing(event),
            S::Unknown(Doing::Issue) => self.issue_unknown(event),
            S::Issued => self.issued(event),
            S::ToVoid => self.to_void(event),
            S::Voiding => self.voiding(event),
            S::Unknown(Doing::Void) => self.void_unknown(event),
            S::Voided => self.voided(event),
            S::Refused => self.refused(event),
            S::NeedsStaff(Doing::Issue) => self.issue_needs_staff(event),
            S::NeedsStaff(Doing::Void) => self.void_needs_staff(event),
        }
    }
}

/// A cash receipt as it is on disk. The number itself is kept apart, until
/// [`CashReceiptEffect::Forget`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashReceipt {
    /// Its id, which is its key at the service.
    pub id: CashReceiptId,
    /// The order.
    pub order: OrderId,
    /// The attempt that took the money.
    pub attempt: AttemptId,
    /// What it is for.
    pub kind: ReceiptKind,
    /// The number as people may see it ([`ReceiptNumber::masked`]).
    pub masked: String,
    /// How much of it.
    pub amount: Won,
    /// How it divides for the tax office.
    pub tax: TaxParts,
    /// Where it stands.
    pub state: CashReceiptState,
    /// When it was recorded.
    pub created: Timestamp,
    /// When its state last changed.
    pub changed: Timestamp,
    /// Until when it must be issued ([`deadline`]).
    pub deadline: Timestamp,
    /// The tax office's number of it (승인번호), once issued.
    pub issue_number: Option<String>,
    /// How often it was sent or looked up.
    pub tries: u32,
    /// When to act next, where the engine waits for a time.
    pub next_try: Option<Timestamp>,
    /// The service's last code and words for staff; never the number.
    pub evidence: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::reach;

    /// Who issues, by the money's name: KakaoPay for its Money and for what nobody
    /// listed, nobody for cards, the store for cash at the counter.
    #[test]
    fn no_sale_gets_two_receipts() {
        let cases = [
            (Method::Kakaopay, "MONEY", Issue::GatewayIssues),
            (Method::Kakaopay, "CARD", Issue::NotForCards),
            (Method::Kakaopay, "POINTS", Issue::GatewayIssues),
            (Method::Toss, "CARD", Issue::NotForCards),
            (Method::Toss, "TRANSFER", Issue::GatewayIssues),
            (Method::Barcode, "CARD", Issue::NotForCards),
            (Method::Barcode, "MONEY", Issue::GatewayIssues),
            (Method::Qr, "ZEROPAY", Issue::GatewayIssues),
            (Method::Sticker, "STAFF", Issue::Ours),
            (Method::Counter, "STAFF", Issue::Ours),
            (Method::Counter, "CARD", Issue::NotForCards),
        ];
        for (method, kind, issue) in cases {
            assert_eq!(wanted(method, kind), issue, "{method:?} {kind}");
        }
    }

    /// Five days after Monday noon is Saturday noon.
    #[test]
    fn five_days_to_issue() {
        let day = 24 * 60 * 60 * 1000;
        assert_eq!(deadline(Timestamp(day)), Timestamp(6 * day));
    }

    /// Nothing is issued or voided but from the state in which it is known not to be done,
    /// and that state is entered only by knowledge: searched in the whole table.
    #[test]
    fn nothing_is_done_twice() {
        use CashReceiptEvent as E;
        use CashReceiptState as S;
        for state in S::states() {
            for event in S::events() {
                let Ok((next, effects)) = state.next(event) else {
                    continue;
                };
                if effects.contains(&CashReceiptEffect::Issue) {
                    assert_eq!((state, event), (S::Recorded, E::IssueStarted));
                }
                if effects.contains(&CashReceiptEffect::Void) {
                    assert_eq!((state, event), (S::ToVoid, E::VoidStarted));
                }
                if next == S::Recorded && state != next {
                    assert!(matches!(event, E::NotSent | E::LookedUpAbsent), "{event:?}");
                }
                if next == S::ToVoid && state != next {
                    let known = matches!(
                        event,
                        E::VoidWanted | E::NotSent | E::LookedUpIssued | E::StaffIssued
                    );
                    assert!(known, "{state:?} {event:?}");
                }
            }
        }
    }

    /// The secret number goes on every step to where it can no longer be needed, and only
    /// there: an issued receipt is voided by the tax office's number.
    #[test]
    fn the_number_is_forgotten_in_time() {
        use CashReceiptState as S;
        let needed = |state: S| {
            matches!(
                state,
                S::Recorded | S::Issuing | S::Unknown(Doing::Issue) | S::NeedsStaff(Doing::Issue)
            )
        };
        for state in S::states() {
            for event in S::events() {
                if let Ok((next, effects)) = state.next(event) {
                    let forgets = effects.contains(&CashReceiptEffect::Forget);
                    assert_eq!(
                        forgets,
                        needed(state) && !needed(next),
                        "{state:?} {event:?}"
                    );
                }
            }
        }
    }

    /// A receipt whose issuing got stuck can end issued or refused, and one whose voiding
    /// did can end voided, by walking the table from every state that is open.
    #[test]
    fn every_open_state_reaches_its_ends() {
        use CashReceiptState as S;
        for start in S::states() {
            let ends = match start {
                S::Recorded | S::Issuing => vec![S::Issued, S::Refused, S::Voided],
                S::Unknown(Doing::Issue) | S::NeedsStaff(Doing::Issue) => {
                    vec![S::Issued, S::Refused, S::Voided]
                }
                S::Issued | S::ToVoid | S::Voiding => vec![S::Voided],
                S::Unknown(Doing::Void) | S::NeedsStaff(Doing::Void) => vec![S::Voided],
                S::Voided | S::Refused => vec![],
            };
            let seen = reach(start);
            for end in ends {
                assert!(seen.contains(&end), "{start:?} never gets to {end:?}");
            }
        }
    }
}
