//! Cash receipts (현금영수증) through Toss Payments.
//!
//! Facts (docs.tosspayments.com/reference, cash receipts): `POST /v1/cash-receipts` issues
//! one; `POST /v1/cash-receipts/{receiptKey}/cancel` takes it back; `GET /v1/cash-receipts`
//! lists those of a day.
//!
//! Guarantees: a repeat with the same key issues nothing more; the number that names the
//! guest is sent and never kept, logged or told. Deliberately absent: deciding who gets one,
//! and retries.

use serde::{Deserialize, Serialize};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::secret::Secret;

use super::http::Failure;
use super::{Toss, words};
use crate::evidence::identifier;
use crate::fields::{moment, won};
use crate::wish::shown;

/// What the receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 소득공제: the guest's income deduction.
    Deduction,
    /// 지출증빙: a business's expense proof.
    ExpenseProof,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Deduction => words::DEDUCTION,
            Kind::ExpenseProof => words::EXPENSE_PROOF,
        }
    }
}

/// A wish for a receipt.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Our id of what was paid, of 6 to 64 letters, digits and hyphens: one receipt for each.
    pub order: String,
    /// What was bought, for the tax office's list.
    pub name: String,
    /// What was paid.
    pub amount: Won,
    /// What of it is exempt.
    pub tax_free: Won,
    /// What it is for.
    pub kind: Kind,
    /// The phone, card or business number, digits only.
    pub number: Secret,
}

/// The answer to a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is issued, or taken back.
    Done(Receipt),
    /// A listed refusal: nothing was done.
    Refused {
        /// The vendor's code and words.
        evidence: String,
    },
    /// It does not tell: the list of the day does.
    Unknown {
        /// Why.
        evidence: String,
    },
    /// Not a byte left.
    NotSent {
        /// Why.
        evidence: String,
    },
}

/// How far the tax office is with a row (`issueStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// `COMPLETED`: it counts.
    Completed,
    /// `IN_PROGRESS`: it may still count or fail.
    InProgress,
    /// `FAILED`: it counts for nothing.
    Failed,
    /// None, or one that the vendor does not list: nothing is known.
    Unlisted,
}

impl Progress {
    fn of(status: Option<&str>) -> Progress {
        match status {
            Some("COMPLETED") => Progress::Completed,
            Some("IN_PROGRESS") => Progress::InProgress,
            Some("FAILED") => Progress::Failed,
            _ => Progress::Unlisted,
        }
    }
}

/// A receipt, or the row of its taking back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The vendor's key of it; the same for its taking back.
    pub key: String,
    /// The tax office's number.
    pub number: String,
    /// Our id.
    pub order: String,
    /// How much.
    pub amount: Won,
    /// True where it is the taking back of one.
    pub void: bool,
    /// How far the tax office is with it.
    pub progress: Progress,
    /// When it was asked for.
    pub at: Option<Timestamp>,
}

/// The receipts of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipts {
    /// All of them.
    Rows(Vec<Receipt>),
    /// No usable answer.
    NoAnswer {
        /// Why.
        evidence: String,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IssueRequest<'a> {
    amount: i64,
    order_id: &'a str,
    order_name: &'a str,
    customer_identity_number: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    tax_free_amount: i64,
}

#[derive(Serialize)]
struct VoidRequest {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptAnswer {
    receipt_key: String,
    issue_number: Option<String>,
    issue_status: Option<String>,
    order_id: String,
    #[serde(deserialize_with = "won")]
    amount: i64,
    transaction_type: Option<String>,
    requested_at: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<ReceiptAnswer>,
    #[serde(default, rename = "hasNext")]
    has_next: bool,
    #[serde(default, rename = "lastCursor")]
    last_cursor: Option<i64>,
}

/// Pages of a day's list at most.
const PAGES_MOST: usize = 100;
/// Rows of a page.
const PAGE_ROWS: &str = "100";
/// The most characters of a name.
const NAME_MOST: usize = 100;

impl ReceiptAnswer {
    fn receipt(self) -> Receipt {
        Receipt {
            key: self.receipt_key,
            number: self.issue_number.as_deref().map(shown).unwrap_or_default(),
            order: self.order_id,
            amount: Won(self.amount),
            progress: Progress::of(self.issue_status.as_deref()),
            void: self.transaction_type.as_deref() == Some("CANCEL"),
            at: self.requested_at.as_deref().and_then(moment),
        }
    }
}

fn answered(result: Result<ReceiptAnswer, Failure>, fits: impl Fn(&Receipt) -> bool) -> Answer {
    let answer = match result {
        Ok(answer) => answer,
        Err(Failure::NotSent) => {
            let evidence = Failure::NotSent.evidence();
            return Answer::NotSent { evidence };
        }
        // The number or the amount cannot be. Any other fault of ours, such as a key that
        // was changed, says nothing of the receipt: it is looked up and tried again.
        Err(Failure::Refused {
            status: 400,
            code,
            evidence,
            ..
        }) if code == "INVALID_REQUEST" => return Answer::Refused { evidence },
        Err(failure) => {
            let evidence = failure.evidence();
            return Answer::Unknown { evidence };
        }
    };
    let status = answer.issue_status.clone().unwrap_or_default();
    let receipt = answer.receipt();
    match receipt.progress {
        Progress::Completed if fits(&receipt) => Answer::Done(receipt),
        Progress::Failed if fits(&receipt) => Answer::Refused {
            evidence: "status FAILED".to_owned(),
        },
        _ => Answer::Unknown {
            evidence: format!("status {}", identifier(&status).unwrap_or("unreadable")),
        },
    }
}

impl Toss {
    /// Issues a receipt. `once` is the key against a second one: the same at each repeat.
    pub async fn issue_cash_receipt(&self, wish: &Wish, once: &str) -> Answer {
        let name: String = wish.name.chars().take(NAME_MOST).collect();
        let request = IssueRequest {
            amount: wish.amount.0,
            order_id: &wish.order,
            order_name: &name,
            customer_identity_number: wish.number.reveal(),
            kind: wish.kind.name(),
            tax_free_amount: wish.tax_free.0,
        };
        let secrets = [wish.number.reveal()];
        let answer = self
            .line
            .post("/v1/cash-receipts", &request, Some(once), &secrets)
            .await;
        answered(answer, |receipt| {
            receipt.order == wish.order && receipt.amount == wish.amount && !receipt.void
        })
    }

    /// Takes a receipt back, all of it. `once` is the key against a second time.
    pub async fn void_cash_receipt(&self, key: &str, once: &str) -> Answer {
        if !super::is_key(key) {
            let evidence = "no key of a receipt".to_owned();
            return Answer::NotSent { evidence };
        }
        let path = format!("/v1/cash-receipts/{key}/cancel");
        let answer = self
            .line
            .post(&path, &VoidRequest {}, Some(once), &[])
            .await;
        answered(answer, |receipt| receipt.void)
    }

    /// The receipts, and their takings back, of a calendar day in Korea.
    pub async fn cash_receipts(&self, day: BusinessDay) -> Receipts {
        let mut rows = Vec::new();
        let (date, mut cursor) = (day.to_string(), None::<String>);
        for _ in 0..PAGES_MOST {
            let mut query = vec![("requestDate", date.as_str()), ("limit", PAGE_ROWS)];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page: Page = match self.line.find("/v1/cash-receipts", &query).await {
                Ok(page) => page,
                Err(failure) => {
                    let evidence = failure.evidence();
                    return Receipts::NoAnswer { evidence };
                }
            };
            rows.extend(page.data.into_iter().map(ReceiptAnswer::receipt));
            match page.last_cursor.filter(|_| page.has_next) {
                Some(last) => cursor = Some(last.to_string()),
                None => return Receipts::Rows(rows),
            }
        }
        Receipts::NoAnswer {
            evidence: "a list without end".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(status: &str, transaction: &str) -> ReceiptAnswer {
        serde_json::from_value(serde_json::json!({
            "receiptKey": "key", "issueNumber": "123456789", "issueStatus": status,
            "orderId": "ours-01", "amount": 5_500, "transactionType": transaction,
        }))
        .unwrap()
    }

    /// Only what the tax office completed is done, only what failed there is refused, and
    /// what is under way, unlisted or of another kind does not tell: by answers to issuing
    /// and to voiding with each status.
    #[test]
    fn the_status_decides() {
        let voided = |receipt: &Receipt| receipt.void;
        let issued = |receipt: &Receipt| !receipt.void;
        for (status, expected) in [
            ("COMPLETED", "done"),
            ("FAILED", "refused"),
            ("IN_PROGRESS", "unknown"),
            ("SOMETHING_NEW", "unknown"),
        ] {
            let name = |answer: Answer| match answer {
                Answer::Done(_) => "done",
                Answer::Refused { .. } => "refused",
                Answer::Unknown { .. } => "unknown",
                Answer::NotSent { .. } => "not sent",
            };
            assert_eq!(name(answered(Ok(row(status, "CONFIRM")), issued)), expected);
            assert_eq!(name(answered(Ok(row(status, "CANCEL")), voided)), expected);
            let other = name(answered(Ok(row(status, "CONFIRM")), voided));
            assert_eq!(other, "unknown", "{status}");
        }
    }

    /// A key that was changed, a shop that is not registered and an order that is known
    /// refuse nothing for good; a request that cannot be is refused: by their codes.
    #[test]
    fn our_own_faults_do_not_tell() {
        let answer = |status: u16, code: &str| {
            let failure = Failure::Refused {
                status,
                class: super::super::codes::class_of(code),
                code: code.to_owned(),
                evidence: code.to_owned(),
            };
            answered(Err(failure), |_| true)
        };
        for (status, code) in [
            (401, "UNAUTHORIZED_KEY"),
            (400, "INVALID_API_KEY"),
            (403, "FORBIDDEN_REQUEST"),
            (400, "NOT_REGISTERED_BUSINESS"),
            (400, "DUPLICATED_ORDER_ID"),
            (404, "NOT_FOUND"),
        ] {
            let answer = answer(status, code);
            assert!(
                matches!(answer, Answer::Unknown { .. }),
                "{code}: {answer:?}"
            );
        }
        let answer = answer(400, "INVALID_REQUEST");
        assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
    }
}
