//! The guards of refunds and cash receipts.

use soban_domain::cash_receipt::{CashReceipt, CashReceiptState, ReceiptNumber};
use soban_domain::ids::CashReceiptId;
use soban_domain::money::Won;
use soban_domain::refund::{Refund, RefundState};

use super::state::{Guarded, State, refuse_if};

fn lives(receipt: &CashReceipt) -> bool {
    !matches!(
        receipt.state,
        CashReceiptState::Voided | CashReceiptState::Refused
    )
}

impl State {
    pub(super) fn put_refund(&mut self, refund: &Refund) -> Guarded {
        self.needs_order(refund.order)?;
        let taken = self.attempts.get(&refund.attempt);
        refuse_if(
            taken.is_none(),
            "what it belongs to (order, quote or attempt) is not on disk",
        )?;
        refuse_if(
            !refund.amount.is_positive(),
            "a refund must be of more than nothing",
        )?;
        let taken = taken.and_then(|attempt| Some(attempt.approval.as_ref()?.amount));
        let others = self
            .refunds
            .iter()
            .filter(|other| other.id != refund.id && other.attempt == refund.attempt);
        let counting = others.clone().filter(|other| other.state.counts());
        let promised: i64 = counting.map(|other| other.amount.0).sum();
        let above = promised + refund.amount.0 > taken.unwrap_or(Won::ZERO).0;
        refuse_if(
            refund.state.counts() && above,
            "no more goes back than was taken",
        )?;
        let open = others.into_iter().any(|other| !other.state.is_settled());
        refuse_if(
            open && !refund.state.is_settled(),
            "another refund of this payment is not over",
        )?;
        if let Some(old) = self.refunds.get(&refund.id) {
            let changed = old.order != refund.order
                || old.attempt != refund.attempt
                || old.amount != refund.amount
                || (old.state == RefundState::Done && refund.state != RefundState::Done);
            refuse_if(changed, "what a refund is of and gave back never changes")?;
        }
        self.refunds.put(refund.id, refund.clone());
        Ok(())
    }

    pub(super) fn put_cash_receipt(&mut self, receipt: &CashReceipt) -> Guarded {
        self.needs_order(receipt.order)?;
        refuse_if(
            !self.attempts.has(&receipt.attempt),
            "what it belongs to (order, quote or attempt) is not on disk",
        )?;
        refuse_if(
            !receipt.amount.is_positive(),
            "a cash receipt must be of more than nothing",
        )?;
        let mut others = self
            .cash_receipts
            .iter()
            .filter(|other| other.id != receipt.id);
        let same = |other: &CashReceipt| {
            receipt.issue_number.is_some() && other.issue_number == receipt.issue_number
        };
        refuse_if(
            others.clone().any(same),
            "another cash receipt already has this number",
        )?;
        let beside = |other: &CashReceipt| other.attempt == receipt.attempt && lives(other);
        refuse_if(
            lives(receipt) && others.any(beside),
            "this payment already has a cash receipt",
        )?;
        if let Some(old) = self.cash_receipts.get(&receipt.id) {
            let number = old.issue_number.is_some() && old.issue_number != receipt.issue_number;
            let changed = old.order != receipt.order
                || old.attempt != receipt.attempt
                || old.amount != receipt.amount;
            refuse_if(
                changed || number,
                "what a cash receipt is of and its number never change",
            )?;
        }
        self.cash_receipts.put(receipt.id, receipt.clone());
        Ok(())
    }

    pub(super) fn keep_receipt_number(
        &mut self,
        receipt: CashReceiptId,
        number: &ReceiptNumber,
    ) -> Guarded {
        refuse_if(
            !self.cash_receipts.has(&receipt),
            "what it belongs to (order, quote or attempt) is not on disk",
        )?;
        self.receipt_numbers.insert(receipt, number.clone());
        Ok(())
    }
}
