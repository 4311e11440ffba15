//! A cash receipt (현금영수증) is asked for, and ended by staff where no machine can tell.
//!
//! Guarantees: one living receipt for a payment at most, and none for what its gateway
//! issues itself or for cards. The number that a guest types is nowhere but in its place
//! in the store: not in a reply, an event or a log, nor hashed with the command.

use soban_domain::cash_receipt::{
    CashReceipt, CashReceiptEvent, CashReceiptState, Doing, Issue, ReceiptKind, ReceiptNumber,
    deadline, wanted,
};
use soban_domain::order::Order;
use soban_domain::payment::{Flow, PaymentAttempt, PaymentState};
use soban_protocol::endpoint::endpoints::{IssueCashReceipt, SettleCashReceipt};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::money::{
    CashReceiptView, IssueCashReceiptRequest, ReceiptSaid, SettleCashReceiptRequest,
};
use soban_protocol::secret::Secret;

use super::refund::check_why;
use super::without_pin;
use crate::cash_receipts::{allowed, due, lives, receipt, receipt_view, step_receipt};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::Tx;
use crate::steps;

/// Guests ask for their own order while they are here; later it is the staff's to do.
const GUEST_MS: i64 = 24 * 60 * 60 * 1000;

impl Engine {
    /// A guest, or staff for them, wants a cash receipt. One of money that is not taken
    /// yet is written down and issued once it is.
    ///
    /// # Errors
    /// [`ErrorCode::BadReceiptNumber`], [`ErrorCode::ReceiptNotOurs`],
    /// [`ErrorCode::ReceiptExists`]; [`ErrorCode::NotNow`] where no money is or will be
    /// there for one.
    pub async fn issue_cash_receipt(
        &self,
        request: IssueCashReceiptRequest,
    ) -> Result<CashReceiptView, EngineError> {
        if let Some(staff) = &request.staff {
            self.admit(staff)?;
        }
        let number = self.receipt_number(&request)?;
        let mut subject = request.clone();
        subject.number = Some(Secret::new(number.masked()));
        if let Some(staff) = &mut subject.staff {
            staff.pin = Secret::default();
        }
        once::<IssueCashReceipt, _, _>(self, request.command, &subject, move |engine, tx| {
            let order = steps::order(tx, request.order)?;
            let age = engine.clock().now().since(order.placed);
            if request.staff.is_none() && age > GUEST_MS {
                return Err(ErrorCode::NotNow.into());
            }
            let receipt = engine.recorded(tx, &request, &order, &number)?;
            tx.put_cash_receipt(&receipt)?;
            tx.keep_receipt_number(receipt.id, &number)?;
            if let Some(staff) = &request.staff {
                engine.record(tx, staff, "asked_for_cash_receipt", receipt.id, "")?;
            }
            steps::tell_order(engine, tx, &order)?;
            Ok(receipt_view(engine, &receipt))
        })
        .await
    }

    /// What a receipt is issued to: the number that was typed, or the settings' own.
    fn receipt_number(
        &self,
        request: &IssueCashReceiptRequest,
    ) -> Result<ReceiptNumber, EngineError> {
        let bad = |words: String| -> EngineError {
            ApiError::new(ErrorCode::BadReceiptNumber, words).into()
        };
        match (request.kind, &request.number) {
            (ReceiptKind::SelfIssue, None) if request.staff.is_some() => {
                let known = self.rules().self_issue.clone();
                known.ok_or_else(|| bad("the settings have no self-issue number".to_owned()))
            }
            (ReceiptKind::SelfIssue, _) => Err(bad(
                "staff issue to the number of the settings, and to no other".to_owned(),
            )),
            (ReceiptKind::IncomeDeduction | ReceiptKind::ExpenseProof, typed) => {
                let typed = typed.as_ref().map(Secret::reveal).unwrap_or_default();
                let number = ReceiptNumber::new(request.kind, typed);
                number.map_err(|error| bad(error.to_string()))
            }
        }
    }

    /// The receipt that a request comes to.
    fn recorded(
        &self,
        tx: &mut dyn Tx,
        request: &IssueCashReceiptRequest,
        order: &Order,
        number: &ReceiptNumber,
    ) -> Result<CashReceipt, EngineError> {
        let attempt = payable(tx, order)?;
        let kind = attempt.approval.as_ref().map_or("", |a| a.kind.as_str());
        if wanted(attempt.method, kind) != Issue::Ours {
            return Err(ErrorCode::ReceiptNotOurs.into());
        }
        let known = tx.cash_receipts_of(order.id)?;
        if known.iter().any(|r| r.attempt == attempt.id && lives(r)) {
            return Err(ErrorCode::ReceiptExists.into());
        }
        if tx.cash_receipt(request.receipt)?.is_some() {
            return Err(ErrorCode::NotNow.into());
        }
        let tax = due(tx, &attempt)?;
        if !tax.total().is_positive() {
            return Err(ErrorCode::NotNow.into());
        }
        let now = self.clock().now();
        let paid = attempt
            .approval
            .as_ref()
            .map_or(now, |approval| approval.at);
        Ok(CashReceipt {
            id: request.receipt,
            order: order.id,
            attempt: attempt.id,
            kind: request.kind,
            masked: number.masked(),
            amount: tax.total(),
            tax,
            state: CashReceiptState::Recorded,
            created: now,
            changed: now,
            deadline: deadline(paid),
            issue_number: None,
            tries: 0,
            next_try: None,
            evidence: None,
        })
    }

    /// A named member of staff says how a cash receipt stands that no machine can tell.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::NotNow`] for what the view does not allow;
    /// [`ErrorCode::BadRequest`] without a reason.
    pub async fn settle_cash_receipt(
        &self,
        request: SettleCashReceiptRequest,
    ) -> Result<CashReceiptView, EngineError> {
        self.admit(&request.staff)?;
        check_why(&request.why)?;
        if let Some(number) = &request.issue_number {
            number.check().map_err(|_| ErrorCode::BadRequest)?;
        }
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<SettleCashReceipt, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut receipt = receipt(tx, request.receipt)?;
            if !allowed(&receipt).contains(&request.said) {
                return Err(ErrorCode::NotNow.into());
            }
            let (event, what) = match request.said {
                ReceiptSaid::Issued => (CashReceiptEvent::StaffIssued, "issued_cash_receipt"),
                ReceiptSaid::NotIssued => (CashReceiptEvent::StaffNotIssued, "no_cash_receipt"),
                ReceiptSaid::Voided => (CashReceiptEvent::StaffVoided, "voided_cash_receipt"),
            };
            if receipt.state == CashReceiptState::NeedsStaff(Doing::Issue)
                && request.said == ReceiptSaid::Issued
            {
                let told = request.issue_number.as_ref().filter(|n| !n.is_empty());
                receipt.issue_number = told.map(|number| number.as_str().to_owned());
            }
            step_receipt(engine, tx, &mut receipt, event)?;
            let why = request.why.as_str();
            engine.record(tx, &request.staff, what, receipt.id, why)?;
            Ok(receipt_view(engine, &receipt))
        })
        .await
    }
}

/// The attempt that a receipt can be of: the one that paid, or one that staff are about to
/// take the money of.
fn payable(tx: &mut dyn Tx, order: &Order) -> Result<PaymentAttempt, EngineError> {
    let attempts = tx.attempts_of(order.id)?;
    let here = |a: &PaymentAttempt| {
        a.state.is_paid() || (a.state == PaymentState::Waiting && a.method.flow() == Flow::Staff)
    };
    attempts
        .into_iter()
        .rev()
        .find(here)
        .ok_or_else(|| ErrorCode::NotNow.into())
}
