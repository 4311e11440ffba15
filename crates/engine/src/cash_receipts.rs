//! Cash receipts (현금영수증) as writes and as screens see them.
//!
//! Guarantees: a receipt stands for exactly what its payment has left of sales; the
//! moment that is not so, it is to be voided. The number that it is issued to is deleted
//! in the transaction in which it is no longer needed.

use soban_domain::cash_receipt::{
    CashReceipt, CashReceiptEffect, CashReceiptEvent, CashReceiptState, Doing,
};
use soban_domain::ids::CashReceiptId;
use soban_domain::machine::Machine;
use soban_domain::money::Won;
use soban_domain::payment::PaymentAttempt;
use soban_domain::refund::RefundState;
use soban_domain::tax::TaxParts;
use soban_protocol::error::ErrorCode;
use soban_protocol::money::{CashReceiptView, ReceiptSaid};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::store::Tx;
use crate::refunds::refunds_of;
use crate::steps;

/// The cash receipt of that id, or the refusal that there is none.
pub(crate) fn receipt(tx: &mut dyn Tx, id: CashReceiptId) -> Result<CashReceipt, EngineError> {
    tx.cash_receipt(id)?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// What a receipt of an attempt is to stand for: its sales less what went back of them. A
/// deposit is no sale.
pub(crate) fn due(tx: &mut dyn Tx, attempt: &PaymentAttempt) -> Result<TaxParts, EngineError> {
    let mut due = attempt.tax;
    for refund in refunds_of(tx, attempt)? {
        if refund.state == RefundState::Done {
            due = due.minus(refund.tax).ok_or_else(|| odd(attempt))?;
        }
    }
    due.deposit = Won::ZERO;
    match due.has_negative() {
        true => Err(odd(attempt)),
        false => Ok(due),
    }
}

fn odd(attempt: &PaymentAttempt) -> EngineError {
    EngineError::Odd(format!(
        "payment {} gave back more than it took",
        attempt.id
    ))
}

/// Takes a cash receipt through an event. False where the machine refuses it: nothing is
/// written then. One that comes to stand for money that went back meanwhile is voided.
pub(crate) fn step_receipt(
    engine: &Engine,
    tx: &mut dyn Tx,
    receipt: &mut CashReceipt,
    event: CashReceiptEvent,
) -> Result<bool, EngineError> {
    if !enter(engine, tx, receipt, event)? {
        return Ok(false);
    }
    if receipt.state == CashReceiptState::Issued {
        let attempt = steps::attempt(tx, receipt.attempt)?;
        if due(tx, &attempt)? != receipt.tax {
            enter(engine, tx, receipt, CashReceiptEvent::VoidWanted)?;
        }
    }
    let order = steps::order(tx, receipt.order)?;
    steps::tell_order(engine, tx, &order)?;
    Ok(true)
}

fn enter(
    engine: &Engine,
    tx: &mut dyn Tx,
    receipt: &mut CashReceipt,
    event: CashReceiptEvent,
) -> Result<bool, EngineError> {
    let (next, effects) = match receipt.state.next(event) {
        Ok(step) => step,
        Err(refusal) => {
            tracing::warn!(receipt = %receipt.id, %refusal, "a cash receipt stays as it is");
            return Ok(false);
        }
    };
    let now = engine.clock().now();
    if next != receipt.state {
        tracing::info!(
            receipt = %receipt.id, order = %receipt.order,
            from = receipt.state.name(), to = next.name(), "cash receipt"
        );
        receipt.state = next;
        receipt.changed = now;
    }
    if next == CashReceiptState::ToVoid && event != CashReceiptEvent::NotSent {
        // Voiding is counted from here, not from what issuing took.
        receipt.tries = 0;
        receipt.next_try = Some(now);
    }
    if !next.is_open() {
        receipt.next_try = None;
    }
    if effects.contains(&CashReceiptEffect::Forget) {
        tx.drop_receipt_number(receipt.id)?;
    }
    tx.put_cash_receipt(receipt)?;
    Ok(true)
}

/// Money of an attempt went back: a receipt that stands for more than is left is to be
/// voided. One that is being issued is looked at again when that is known.
pub(crate) fn void_what_no_longer_fits(
    engine: &Engine,
    tx: &mut dyn Tx,
    attempt: &PaymentAttempt,
) -> Result<(), EngineError> {
    let due = due(tx, attempt)?;
    for mut receipt in tx.cash_receipts_of(attempt.order)? {
        let stands = matches!(
            receipt.state,
            CashReceiptState::Recorded | CashReceiptState::Issued
        );
        if stands && receipt.attempt == attempt.id && receipt.tax != due {
            step_receipt(engine, tx, &mut receipt, CashReceiptEvent::VoidWanted)?;
        }
    }
    Ok(())
}

/// True while a receipt stands, may stand or is to stand.
pub(crate) fn lives(receipt: &CashReceipt) -> bool {
    !matches!(
        receipt.state,
        CashReceiptState::Voided | CashReceiptState::Refused
    )
}

/// What staff may say of a receipt; nothing while it needs nobody.
pub(crate) fn allowed(receipt: &CashReceipt) -> Vec<ReceiptSaid> {
    match receipt.state {
        CashReceiptState::NeedsStaff(Doing::Issue) => vec![
            ReceiptSaid::Issued,
            ReceiptSaid::NotIssued,
            ReceiptSaid::Voided,
        ],
        CashReceiptState::NeedsStaff(Doing::Void) => vec![ReceiptSaid::Issued, ReceiptSaid::Voided],
        CashReceiptState::Recorded
        | CashReceiptState::Issuing
        | CashReceiptState::Unknown(_)
        | CashReceiptState::Issued
        | CashReceiptState::ToVoid
        | CashReceiptState::Voiding
        | CashReceiptState::Voided
        | CashReceiptState::Refused => Vec::new(),
    }
}

/// A cash receipt as screens see it.
pub(crate) fn receipt_view(engine: &Engine, receipt: &CashReceipt) -> CashReceiptView {
    let unissued = matches!(
        receipt.state,
        CashReceiptState::Recorded
            | CashReceiptState::Issuing
            | CashReceiptState::Unknown(Doing::Issue)
            | CashReceiptState::NeedsStaff(Doing::Issue)
    );
    CashReceiptView {
        receipt: receipt.id,
        kind: receipt.kind,
        masked: receipt.masked.clone(),
        amount: receipt.amount,
        state: receipt.state,
        issue_number: receipt.issue_number.clone(),
        deadline: receipt.deadline,
        overdue: unissued && engine.clock().now() >= receipt.deadline,
        evidence: receipt.evidence.clone(),
        allowed: allowed(receipt),
    }
}
