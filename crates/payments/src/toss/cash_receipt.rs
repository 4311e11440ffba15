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

use super::codes::Class;
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
        Err(Failure::Refused {
            status: 400..=499,
            class: Class::Setup,
            code,
            evidence,
            // One receipt an order: an earlier wish may have been heard.
        }) if code != "DUPLICATED_ORDER_ID" => return Answer::Refused { evidence },
        Err(failure) => {
            let evidence = failure.evidence();
            return Answer::Unknown { evidence };
        }
    };
    let status = answer.issue_status.clone().unwrap_or_default();
    let receipt = answer.receipt();
    match status.as_str() {
        "COMPLETED" | "IN_PROGRESS" if fits(&receipt) => Answer::Done(receipt),
        "FAILED" => Answer::Refused {
            evidence: "status FAILED".to_owned(),
        },
        other => Answer::Unknown {
            evidence: format!("status {}", identifier(other).unwrap_or("unreadable")),
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
