//! Cash receipts (현금영수증), and the numbers that they are issued to.
//!
//! Guarantees: at most one of an attempt lives; the tax office's number of one is its own
//! and never changes; the guest's number is in no record and no message, and deleted rows
//! are overwritten.

use rusqlite::{Connection, OptionalExtension, params};
use soban_domain::cash_receipt::{CashReceipt, ReceiptKind, ReceiptNumber};
use soban_domain::ids::{CashReceiptId, OrderId};

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "cash_receipts";

pub(super) fn put(connection: &Connection, receipt: &CashReceipt) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO cash_receipts (id, order_id, attempt_id, amount, state, issue_number,
                next_try, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id,
                attempt_id = excluded.attempt_id, amount = excluded.amount,
                state = excluded.state, issue_number = excluded.issue_number,
                next_try = excluded.next_try, body = excluded.body",
        )?
        .execute(params![
            receipt.id.to_string(),
            receipt.order.to_string(),
            receipt.attempt.to_string(),
            receipt.amount.0,
            receipt.state.name(),
            receipt.issue_number,
            receipt.next_try.map(|at| at.0),
            rows::to_body(TABLE, receipt)?,
        ])?;
    Ok(())
}

pub(super) fn get(
    connection: &Connection,
    id: CashReceiptId,
) -> Result<Option<CashReceipt>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM cash_receipts WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn of_order(connection: &Connection, order: OrderId) -> Result<Vec<CashReceipt>, Fault> {
    rows::all(
        connection,
        TABLE,
        "SELECT id, body FROM cash_receipts WHERE order_id = ?1 ORDER BY n",
        [order.to_string()],
    )
}

pub(super) fn open(connection: &Connection) -> Result<Vec<CashReceipt>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM cash_receipts INDEXED BY cash_receipts_open
         WHERE state IN ('recorded', 'issuing', 'unknown', 'to_void', 'voiding') ORDER BY n",
        [],
    )
}

pub(super) fn for_staff(connection: &Connection) -> Result<Vec<CashReceipt>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM cash_receipts INDEXED BY cash_receipts_for_staff
         WHERE state = 'needs_staff' ORDER BY n",
        [],
    )
}

pub(super) fn keep_number(
    connection: &Connection,
    receipt: CashReceiptId,
    number: &ReceiptNumber,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO receipt_numbers (receipt_id, kind, number) VALUES (?1, ?2, ?3)
             ON CONFLICT (receipt_id) DO UPDATE SET kind = excluded.kind,
                number = excluded.number",
        )?
        .execute(params![
            receipt.to_string(),
            number.kind().name(),
            number.reveal()
        ])?;
    Ok(())
}

pub(super) fn number(
    connection: &Connection,
    receipt: CashReceiptId,
) -> Result<Option<ReceiptNumber>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT kind, number FROM receipt_numbers WHERE receipt_id = ?1")?;
    let found: Option<(String, String)> = statement
        .query_row([receipt.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let read = |(kind, digits): (String, String)| {
        let kind = ReceiptKind::ALL
            .into_iter()
            .find(|known| known.name() == kind);
        kind.and_then(|kind| ReceiptNumber::new(kind, &digits).ok())
            .ok_or_else(|| {
                let row = format!("receipt_numbers {receipt}");
                Fault::unreadable(row, "it is no number of its kind")
            })
    };
    found.map(read).transpose()
}

pub(super) fn drop_number(connection: &Connection, receipt: CashReceiptId) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM receipt_numbers WHERE receipt_id = ?1")?
        .execute([receipt.to_string()])?;
    Ok(())
}
