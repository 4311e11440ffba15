//! The engine's port for cash receipts (현금영수증), served by Toss Payments.
//!
//! Guarantees: a receipt's id is its order id at the vendor and its key against a second
//! one; a receipt is voided by the key that the vendor's own list gives for that id, so that
//! no other can be hit.
//!
//! Deliberately absent: keeping the vendor's key. The list of the day has it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use soban_domain::cash_receipt::{CashReceipt, ISSUE_WITHIN_SECONDS, ReceiptKind};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::secret::Secret;
use soban_engine::ports::CashReceipts;
use soban_engine::ports::cash_receipt::{Issued, ReceiptAsk, ReceiptStanding, ReceiptVoid};

use super::Toss;
use super::cash_receipt::{Answer, Kind, Receipt, Receipts, Wish};

/// Calendar days, in Korea, on which a receipt can have been issued or voided: it is issued
/// within days of being asked for, and was voided when its record last changed.
fn days(receipt: &CashReceipt) -> BTreeSet<BusinessDay> {
    let of = |at: Timestamp| BusinessDay::of(at, 0);
    let last = receipt.created.plus_seconds(ISSUE_WITHIN_SECONDS);
    let (mut day, last) = (of(receipt.created), of(last.min(receipt.changed)).after());
    let changed = of(receipt.changed);
    let mut days = BTreeSet::from([changed, changed.after()]);
    while day <= last {
        days.insert(day);
        day = day.after();
    }
    days
}

impl Toss {
    /// The rows that the vendor has of a receipt.
    async fn rows_of(&self, receipt: &CashReceipt) -> Result<Vec<Receipt>, String> {
        let order = receipt.id.to_string();
        let mut found = Vec::new();
        for day in days(receipt) {
            match self.cash_receipts(day).await {
                Receipts::Rows(rows) => {
                    found.extend(rows.into_iter().filter(|row| row.order == order));
                }
                Receipts::NoAnswer { evidence } => return Err(evidence),
            }
        }
        Ok(found)
    }
}

#[async_trait]
impl CashReceipts for Toss {
    async fn issue(&self, ask: &ReceiptAsk) -> Issued {
        let receipt = &ask.receipt;
        let once = receipt.id.to_string();
        let wish = Wish {
            order: once.clone(),
            name: ask.title.clone(),
            amount: receipt.amount,
            tax_free: receipt.tax.exempt,
            kind: match receipt.kind {
                // The tax office's own number is a person's by its form.
                ReceiptKind::IncomeDeduction | ReceiptKind::SelfIssue => Kind::Deduction,
                ReceiptKind::ExpenseProof => Kind::ExpenseProof,
            },
            number: Secret::new(ask.number.reveal()),
        };
        match self.issue_cash_receipt(&wish, &once).await {
            Answer::Done(receipt) => Issued::Done {
                number: receipt.number,
            },
            Answer::Refused { evidence } => Issued::Refused { evidence },
            Answer::Unknown { evidence } => Issued::Unknown { evidence },
            Answer::NotSent { evidence } => Issued::NotSent { evidence },
        }
    }

    async fn void(&self, receipt: &CashReceipt) -> ReceiptVoid {
        let rows = match self.rows_of(receipt).await {
            Ok(rows) => rows,
            // The wish itself was not sent.
            Err(evidence) => return ReceiptVoid::NotSent { evidence },
        };
        if rows.iter().any(|row| row.void) {
            return ReceiptVoid::Done;
        }
        let Some(row) = rows.first() else {
            return ReceiptVoid::Refused {
                evidence: "the vendor has no such receipt".to_owned(),
            };
        };
        let once = format!("{}-void", receipt.id);
        match self.void_cash_receipt(&row.key, &once).await {
            Answer::Done(_) => ReceiptVoid::Done,
            Answer::Refused { evidence } => ReceiptVoid::Refused { evidence },
            Answer::Unknown { evidence } => ReceiptVoid::Unknown { evidence },
            Answer::NotSent { evidence } => ReceiptVoid::NotSent { evidence },
        }
    }

    async fn look_up(&self, receipt: &CashReceipt) -> ReceiptStanding {
        match self.rows_of(receipt).await {
            Err(evidence) => ReceiptStanding::NoAnswer { evidence },
            Ok(rows) if rows.iter().any(|row| row.void) => ReceiptStanding::Voided,
            Ok(rows) => match rows.into_iter().next() {
                Some(row) => ReceiptStanding::Issued { number: row.number },
                None => ReceiptStanding::Absent,
            },
        }
    }
}
