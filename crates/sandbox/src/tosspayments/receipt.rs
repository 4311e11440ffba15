//! Cash receipts (현금영수증) issued through Toss Payments.
//!
//! Guarantees: one receipt an order id; cancelled parts never sum up to more than was issued; the
//! number that names the guest is kept masked only. Deliberately absent: the states before
//! `COMPLETED`; the tax service answers at once.
//!
//! Unconfirmed: the codes for a second receipt of an order, an unknown key and a receipt already
//! cancelled, and that a cancel answers with the same receipt key.

use serde_json::{Value, json};

use super::book::{digits, secret};
use super::fields;
use super::refusal::Refusal;
use crate::clock::Moment;
use crate::ledger::masked;

/// Receipts one sandbox keeps between resets.
const MAX_RECEIPTS: usize = 20_000;

/// One issue, or one cancel of it: both are rows with numbers of their own.
#[derive(Clone, Debug)]
struct Row {
    receipt_key: String,
    issue_number: String,
    order_id: String,
    order_name: String,
    kind: String,
    number: String,
    cancel: bool,
    amount: i64,
    tax_free: i64,
    at: Moment,
}

#[derive(Debug, Default)]
pub(crate) struct Receipts {
    rows: Vec<Row>,
}

impl Row {
    fn view(&self) -> Value {
        json!({
            "receiptKey": self.receipt_key,
            "issueNumber": self.issue_number,
            "issueStatus": "COMPLETED",
            "receiptUrl": null,
            "businessNumber": "1234567890",
            "transactionType": if self.cancel { "CANCEL" } else { "CONFIRM" },
            "amount": self.amount,
            "taxFreeAmount": self.tax_free,
            "taxExemptionAmount": 0,
            "failure": null,
            "customerIdentityNumber": self.number,
            "requestedAt": self.at.rfc3339(),
            "orderId": self.order_id,
            "orderName": self.order_name,
            "type": self.kind,
        })
    }
}

/// A phone's or a card's number for the income deduction, ten digits of a business for the
/// expense proof.
fn fits(kind: &str, number: &str) -> bool {
    let length = number.len();
    let right = match kind {
        "소득공제" => matches!(length, 10 | 11 | 13..=19),
        "지출증빙" => matches!(length, 10 | 13..=19),
        _ => false,
    };
    right && number.bytes().all(|b| b.is_ascii_digit())
}

impl Receipts {
    pub(super) fn issue(&mut self, body: &Value, now: Moment) -> Result<Value, Refusal> {
        let order_id = fields::order_id(body)?;
        let order_name = fields::text(body, "orderName", 100)?;
        let kind = fields::text(body, "type", 10)?;
        let number = fields::text(body, "customerIdentityNumber", 30)?;
        let amount = fields::won(body, "amount")?;
        let tax_free = fields::optional_won(body, "taxFreeAmount")?.unwrap_or(0);
        if !fits(&kind, &number) {
            return Err(Refusal::field(
                "customerIdentityNumber",
                "type과 맞지 않습니다.",
            ));
        }
        if amount == 0 || tax_free > amount {
            return Err(Refusal::field("amount", "발급할 수 없는 금액입니다."));
        }
        if self.rows.iter().any(|row| row.order_id == order_id) {
            return Err(Refusal::of("DUPLICATED_ORDER_ID"));
        }
        if self.rows.len() >= MAX_RECEIPTS {
            return Err(Refusal::of("FORBIDDEN_REQUEST"));
        }
        let row = Row {
            receipt_key: format!("sbxr_{}", secret(32)),
            issue_number: digits(9),
            order_id,
            order_name,
            kind,
            number: masked(&number, 3),
            cancel: false,
            amount,
            tax_free,
            at: now,
        };
        let view = row.view();
        self.rows.push(row);
        Ok(view)
    }

    pub(super) fn cancel(
        &mut self,
        key: &str,
        body: &Value,
        now: Moment,
    ) -> Result<Value, Refusal> {
        let of_key = |row: &&Row| row.receipt_key == key;
        let issued = self
            .rows
            .iter()
            .find(of_key)
            .ok_or_else(|| Refusal::of("NOT_FOUND"))?;
        let cancels = || self.rows.iter().filter(of_key).filter(|row| row.cancel);
        let left = issued.amount - cancels().map(|row| row.amount).sum::<i64>();
        let free_left = issued.tax_free - cancels().map(|row| row.tax_free).sum::<i64>();
        if left == 0 {
            return Err(Refusal::of("ALREADY_CANCELED_PAYMENT"));
        }
        let amount = fields::optional_won(body, "amount")?.unwrap_or(left);
        if amount == 0 || amount > left {
            return Err(Refusal::of("NOT_CANCELABLE_AMOUNT"));
        }
        // The vendor's call names no tax-free part: what cannot be taxed is what is left over.
        let tax_free = (amount - (left - free_left)).max(0);
        let row = Row {
            issue_number: digits(9),
            cancel: true,
            amount,
            tax_free,
            at: now,
            ..issued.clone()
        };
        let view = row.view();
        self.rows.push(row);
        Ok(view)
    }

    /// The rows of one day, `yyyy-MM-dd`.
    pub(super) fn of_day(&self, day: &str) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .filter(|row| row.at.kst().starts_with(day))
            .map(Row::view)
            .collect();
        json!({ "hasNext": false, "lastCursor": rows.len(), "data": rows })
    }

    pub(super) fn all(&self) -> Vec<Value> {
        self.rows.iter().map(Row::view).collect()
    }
}
