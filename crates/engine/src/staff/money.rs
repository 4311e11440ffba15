//! Staff and money: taken at the counter, or seen where no machine can tell.

use soban_domain::ids::OrderId;
use soban_domain::payment::{Approval, Flow, PaymentAttempt, PaymentEvent, PaymentState, Trace};
use soban_protocol::endpoint::endpoints::{SettlePayment, TakePayment};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::staff::{OrderCommand, SettlePaymentRequest, StaffAction};
use soban_protocol::view::OrderView;

use super::without_pin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::gateway::Reversal;
use crate::ports::store::Tx;
use crate::steps::{self, step_payment};
use crate::view::order_view;

impl Engine {
    /// Staff took the money of an order at the counter: it is released.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] where no payment at the counter is waiting.
    pub async fn take_payment(&self, request: OrderCommand) -> Result<OrderView, EngineError> {
        self.admit(&request.staff)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<TakePayment, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut attempt = counter_attempt(tx, request.order)?;
            engine.staff_took(tx, &mut attempt, &request.staff.name)?;
            let why = request.why.as_str();
            engine.record(tx, &request.staff, "took_payment", request.order, why)?;
            let order = steps::order(tx, request.order)?;
            order_view(engine, tx, &order)
        })
        .await
    }

    fn staff_took(
        &self,
        tx: &mut dyn Tx,
        attempt: &mut PaymentAttempt,
        by: &str,
    ) -> Result<(), EngineError> {
        attempt.approval = Some(Approval {
            number: attempt
                .id
                .0
                .simple()
                .to_string()
                .chars()
                .rev()
                .take(8)
                .collect(),
            amount: attempt.amount,
            kind: "STAFF".to_owned(),
            at: self.clock().now(),
            by: Some(by.to_owned()),
        });
        let effects = step_payment(self, tx, attempt, PaymentEvent::StaffTook)?;
        if effects.is_empty() || attempt.state != PaymentState::Approved {
            return Err(ErrorCode::NotNow.into());
        }
        Ok(())
    }

    /// A named member of staff does something about a payment whose end is not known: one
    /// of the things that the board allows for it.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] where that is not allowed; [`ErrorCode::BadRequest`] without a
    /// reason.
    pub async fn settle_payment(
        &self,
        request: SettlePaymentRequest,
    ) -> Result<OrderView, EngineError> {
        self.admit(&request.staff)?;
        if request.why.is_empty() || request.why.check().is_err() {
            return Err(ApiError::new(
                ErrorCode::BadRequest,
                "a reason is needed, of 1 to 100 characters",
            )
            .into());
        }
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<SettlePayment, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut attempt = steps::attempt(tx, request.attempt)?;
            if !engine.allowed(&attempt).contains(&request.action) {
                return Err(ErrorCode::NotNow.into());
            }
            let by = &request.staff.name;
            let what = match request.action {
                StaffAction::SawMoney => {
                    engine.staff_took(tx, &mut attempt, by)?;
                    "saw_the_money"
                }
                StaffAction::SawNoMoney => {
                    engine.staff_closed(tx, &mut attempt)?;
                    "saw_no_money"
                }
                StaffAction::AskAgain => {
                    attempt.next_try = Some(engine.clock().now());
                    "asked_again"
                }
                StaffAction::SendBack => {
                    step_payment(engine, tx, &mut attempt, PaymentEvent::StaffReverses)?;
                    "sent_back"
                }
            };
            attempt.note(Trace {
                at: engine.clock().now(),
                state: attempt.state,
                said: None,
                by: Some(by.clone()),
            });
            tx.put_attempt(&attempt)?;
            engine.record(tx, &request.staff, what, attempt.id, request.why.as_str())?;
            let order = steps::order(tx, attempt.order)?;
            order_view(engine, tx, &order)
        })
        .await
        // To have it asked is no event, and the pump must hear of it all the same.
        .inspect(|_| self.memory().payments.let_go.notify_one())
    }

    fn staff_closed(
        &self,
        tx: &mut dyn Tx,
        attempt: &mut PaymentAttempt,
    ) -> Result<(), EngineError> {
        step_payment(self, tx, attempt, PaymentEvent::StaffClosed)?;
        if !attempt.state.is_closed_unpaid() {
            return Err(ErrorCode::NotNow.into());
        }
        if attempt.late {
            // It was looked for to the end already: their word is the last.
            attempt.watch = None;
            tx.drop_token(attempt.id)?;
        }
        Ok(())
    }

    /// What staff may do about a payment whose end is not known; nothing for any other.
    pub(crate) fn allowed(&self, attempt: &PaymentAttempt) -> Vec<StaffAction> {
        let gateway = self.abilities(attempt.method);
        let has_offer = attempt.offer.is_some();
        let asks = has_offer && gateway.is_some_and(|a| a.inquiry);
        let undoes = has_offer && gateway.is_some_and(|a| a.reversal != Reversal::None);
        let mut actions = Vec::new();
        let mut allow = |action, when: bool| {
            if when {
                actions.push(action);
            }
        };
        match attempt.state {
            PaymentState::NeedsStaff => {
                // Late money pays nothing: it goes back, or it is back.
                allow(StaffAction::SawMoney, !attempt.late);
                allow(StaffAction::SawNoMoney, true);
                allow(StaffAction::AskAgain, asks);
                allow(
                    StaffAction::SendBack,
                    undoes && !self.cannot_be_paid(attempt),
                );
            }
            PaymentState::Unknown(_) | PaymentState::Closing | PaymentState::Reversing => {
                allow(StaffAction::AskAgain, asks);
            }
            // Staff are the only ones who can see that a code was paid.
            PaymentState::Waiting => {
                let seen_by_staff = match attempt.method.flow() {
                    Flow::Staff => true,
                    Flow::Shown => !asks,
                    Flow::Page | Flow::Scan => false,
                };
                allow(StaffAction::SawMoney, seen_by_staff);
                allow(StaffAction::SawNoMoney, seen_by_staff);
            }
            PaymentState::Prepared
            | PaymentState::Asking
            | PaymentState::Approving
            | PaymentState::Approved
            | PaymentState::Declined
            | PaymentState::Expired
            | PaymentState::Reversed
            | PaymentState::Voided
            | PaymentState::PartlyRefunded
            | PaymentState::Refunded => {}
        }
        actions
    }
}

/// The attempt at the counter that waits for an order's money.
pub(super) fn counter_attempt(
    tx: &mut dyn Tx,
    order: OrderId,
) -> Result<PaymentAttempt, EngineError> {
    let attempts = tx.attempts_of(order)?;
    attempts
        .into_iter()
        .rev()
        .find(|a| a.method.flow() == Flow::Staff && a.state == PaymentState::Waiting)
        .ok_or_else(|| ErrorCode::NotNow.into())
}
