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
use super::cash_receipt::{Answer, Kind, Progress, Receipt, Receipts, Wish};

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

/// What the vendor's rows of one receipt come to.
#[derive(Debug, PartialEq, Eq)]
enum Rows {
    /// The tax office has it.
    Issued(Receipt),
    /// It was voided there.
    Voided,
    /// Nothing of it counts or may come to.
    Nothing,
    /// It is being issued, or nobody knows.
    MayIssue,
    /// It is being voided, or nobody knows.
    MayVoid,
}

/// Reads the rows of one receipt: what failed at the tax office counts for nothing, and what
/// is under way there is not known.
fn reading(rows: Vec<Receipt>) -> Rows {
    let any = |void: bool, of: &[Progress]| {
        rows.iter()
            .any(|row| row.void == void && of.contains(&row.progress))
    };
    let open = [Progress::InProgress, Progress::Unlisted];
    if any(true, &[Progress::Completed]) {
        return Rows::Voided;
    }
    if any(true, &open) {
        return Rows::MayVoid;
    }
    let unclear = any(false, &open);
    let stands = |row: &Receipt| !row.void && row.progress == Progress::Completed;
    match rows.into_iter().find(stands) {
        Some(row) => Rows::Issued(row),
        None if unclear => Rows::MayIssue,
        None => Rows::Nothing,
    }
}

/// The key against a second voiding. One that failed at the tax office gets another: under
/// its own key the vendor would repeat the failure.
fn void_key(receipt: &CashReceipt, rows: &[Receipt]) -> String {
    let failed = |row: &&Receipt| row.void && row.progress == Progress::Failed;
    match rows.iter().filter(failed).count() {
        0 => format!("{}-void", receipt.id),
        failed => format!("{}-void-{failed}", receipt.id),
    }
}

const MAY_ISSUE: &str = "the tax office has not said that it is issued";
const MAY_VOID: &str = "the tax office has not said that it is voided";

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
        let once = void_key(receipt, &rows);
        let row = match reading(rows) {
            Rows::Issued(row) => row,
            Rows::Voided => return ReceiptVoid::Done,
            Rows::Nothing => {
                let evidence = "the vendor has no such receipt".to_owned();
                return ReceiptVoid::Refused { evidence };
            }
            Rows::MayIssue => {
                let evidence = MAY_ISSUE.to_owned();
                return ReceiptVoid::NotSent { evidence };
            }
            Rows::MayVoid => {
                let evidence = MAY_VOID.to_owned();
                return ReceiptVoid::Unknown { evidence };
            }
        };
        match self.void_cash_receipt(&row.key, &once).await {
            Answer::Done(_) => ReceiptVoid::Done,
            Answer::Refused { evidence } => ReceiptVoid::Refused { evidence },
            Answer::Unknown { evidence } => ReceiptVoid::Unknown { evidence },
            Answer::NotSent { evidence } => ReceiptVoid::NotSent { evidence },
        }
    }

    async fn look_up(&self, receipt: &CashReceipt) -> ReceiptStanding {
        let silence = |evidence: &str| ReceiptStanding::NoAnswer {
            evidence: evidence.to_owned(),
        };
        match self.rows_of(receipt).await.map(reading) {
            Err(evidence) => silence(&evidence),
            Ok(Rows::Voided) => ReceiptStanding::Voided,
            Ok(Rows::Issued(row)) => ReceiptStanding::Issued { number: row.number },
            Ok(Rows::Nothing) => ReceiptStanding::Absent,
            Ok(Rows::MayIssue) => silence(MAY_ISSUE),
            Ok(Rows::MayVoid) => silence(MAY_VOID),
        }
    }
}

#[cfg(test)]
mod tests {
    use soban_domain::money::Won;

    use super::*;

    fn row(void: bool, progress: Progress) -> Receipt {
        Receipt {
            key: "key".to_owned(),
            number: "123456789".to_owned(),
            order: "ours-01".to_owned(),
            amount: Won(5_500),
            void,
            progress,
            at: None,
        }
    }

    /// A voiding that failed leaves the receipt standing, one under way leaves it unclear,
    /// and an issuing that failed or is under way does not stand: by every pair of rows.
    #[test]
    fn rows_are_read_by_their_status() {
        use Progress as P;
        let issued = row(false, P::Completed);
        let stands = || Rows::Issued(issued.clone());
        let cases = [
            (P::Completed, None, stands()),
            (P::Completed, Some(P::Completed), Rows::Voided),
            (P::Completed, Some(P::Failed), stands()),
            (P::Completed, Some(P::InProgress), Rows::MayVoid),
            (P::Completed, Some(P::Unlisted), Rows::MayVoid),
            (P::InProgress, None, Rows::MayIssue),
            (P::Unlisted, None, Rows::MayIssue),
            (P::Failed, None, Rows::Nothing),
        ];
        for (issue, void, expected) in cases {
            let mut rows = vec![row(false, issue)];
            rows.extend(void.map(|void| row(true, void)));
            assert_eq!(reading(rows), expected, "{issue:?} {void:?}");
        }
        assert_eq!(reading(Vec::new()), Rows::Nothing);
    }
}
