//! Staff and money: taken at the counter, or seen where no machine can tell.

use soban_domain::ids::OrderId;
use soban_domain::payment::{Approval, Method, PaymentAttempt, PaymentEvent, PaymentState};
use soban_protocol::endpoint::endpoints::{SettlePayment, TakePayment};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::staff::{OrderCommand, SettlePaymentRequest};
use soban_protocol::view::OrderView;

use super::without_pin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
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

    /// A named member of staff ends a payment that no machine can end.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] where the payment is not theirs to end;
    /// [`ErrorCode::BadRequest`] without a reason.
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
            if attempt.state != PaymentState::NeedsStaff {
                return Err(ErrorCode::NotNow.into());
            }
            if request.took {
                engine.staff_took(tx, &mut attempt, &request.staff.name)?;
            } else {
                step_payment(engine, tx, &mut attempt, PaymentEvent::StaffClosed)?;
            }
            let what = if request.took {
                "saw_the_money"
            } else {
                "saw_no_money"
            };
            engine.record(tx, &request.staff, what, attempt.id, request.why.as_str())?;
            let order = steps::order(tx, attempt.order)?;
            order_view(engine, tx, &order)
        })
        .await
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
        .find(|a| a.method == Method::Counter && a.state == PaymentState::Waiting)
        .ok_or_else(|| ErrorCode::NotNow.into())
}
