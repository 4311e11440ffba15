//! Staff give money back: all of a payment or pieces of lines, by machine or by hand.
//!
//! Guarantees: how much goes back is worked out here and never taken from a screen; the
//! wish, who made it and why are on disk before anything is sent.
//!
//! Deliberately absent: sending it (see [`crate::pumps::refund`]), and telling the POS,
//! which takes no refunds from here: staff see that they must.

use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::PaymentAttempt;
use soban_domain::refund::{Refund, RefundEvent, RefundKind, RefundState, Wish, plan};
use soban_domain::text::Note;
use soban_protocol::endpoint::endpoints::{RefundPayment, SettleRefund};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::money::{
    DayOrders, DayOrdersRequest, PaidOrder, RefundRequest, SettleRefundRequest,
};

use super::without_pin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::{Tx, look};
use crate::refunds::{
    back_at_gateway, paid_order, paying_attempt, refund, refunds_of, refusal, returned, rules_for,
    step_refund,
};
use crate::steps;

/// Orders of a day that are shown.
const ORDERS_MOST: u32 = 2_000;
/// Lines that a wish may name; a basket has fewer.
const LINES_MOST: usize = 200;

impl Engine {
    /// The paid orders of a business day, and what may go back of them.
    ///
    /// # Errors
    /// [`ErrorCode::WrongPin`], [`ErrorCode::PinLocked`].
    pub async fn day_orders(&self, request: DayOrdersRequest) -> Result<DayOrders, EngineError> {
        self.admit(&request.staff)?;
        let day = request.day.unwrap_or_else(|| self.today());
        let engine = self.clone();
        look(self.store().as_ref(), move |tx| {
            let mut orders = Vec::new();
            for order in tx.orders_of_day(day, ORDERS_MOST)? {
                orders.extend(paid_order(&engine, tx, &order)?);
            }
            Ok(DayOrders {
                day,
                orders,
                seq: tx.last_seq()?,
            })
        })
        .await
    }

    /// The business day of this moment.
    pub(crate) fn today(&self) -> BusinessDay {
        BusinessDay::of(self.clock().now(), self.rules().change_hour)
    }

    /// Staff have money of a paid order go back. By hand it is back already; by machine
    /// it is on its way once this answers.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] for an order that was not paid, [`ErrorCode::RefundOpen`],
    /// [`ErrorCode::NothingToRefund`], [`ErrorCode::OnlyWhole`],
    /// [`ErrorCode::OnlyByHand`]; [`ErrorCode::BadRequest`] without a reason.
    pub async fn refund_payment(&self, request: RefundRequest) -> Result<PaidOrder, EngineError> {
        self.admit(&request.staff)?;
        check_why(&request.why)?;
        if request.lines.len() > LINES_MOST {
            return Err(ErrorCode::BadRequest.into());
        }
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<RefundPayment, _, _>(self, request.command, &subject, move |engine, tx| {
            let order = steps::order(tx, request.order)?;
            let attempt = paying_attempt(tx, &order)?.ok_or(ErrorCode::NotNow)?;
            let mut refund = engine.planned(tx, &request, &order, &attempt)?;
            tx.put_refund(&refund)?;
            if refund.by_hand.is_some() {
                step_refund(engine, tx, &mut refund, RefundEvent::StaffDone)?;
            } else {
                steps::tell_order(engine, tx, &order)?;
            }
            let what = match refund.kind {
                RefundKind::Void => "voided",
                RefundKind::Refund => "refunded",
            };
            engine.record(tx, &request.staff, what, refund.id, request.why.as_str())?;
            paid(engine, tx, &order)
        })
        .await
    }

    /// The refund that a request comes to.
    fn planned(
        &self,
        tx: &mut dyn Tx,
        request: &RefundRequest,
        order: &Order,
        attempt: &PaymentAttempt,
    ) -> Result<Refund, EngineError> {
        if tx.refund(request.refund)?.is_some() {
            return Err(ErrorCode::NotNow.into());
        }
        let refunds = refunds_of(tx, attempt)?;
        if refunds.iter().any(|refund| !refund.state.is_settled()) {
            return Err(ErrorCode::RefundOpen.into());
        }
        let rules = rules_for(self, attempt, request.by_hand)?;
        let wish = match request.lines.is_empty() {
            true => Wish::Whole,
            false => Wish::Lines(request.lines.clone()),
        };
        let plan = plan(&order.priced, &returned(&refunds), &wish, rules)
            .map_err(|error| refusal(self, attempt, error))?;
        let now = self.clock().now();
        let approved = attempt
            .approval
            .as_ref()
            .map_or(now, |approval| approval.at);
        let approved = BusinessDay::of(approved, self.rules().change_hour);
        let back = back_at_gateway(&refunds);
        Ok(Refund {
            id: request.refund,
            attempt: attempt.id,
            order: order.id,
            kind: RefundKind::of(&plan, attempt.amount, approved, self.today()),
            amount: plan.amount,
            tax: plan.tax,
            lines: plan.lines,
            rest_before: attempt.amount.minus(back).unwrap_or(Won::ZERO),
            reason: request.why.clone(),
            by: request.staff.name.clone(),
            by_hand: request.by_hand,
            state: RefundState::Prepared,
            created: now,
            changed: now,
            tries: 0,
            next_try: None,
            gateway_number: None,
            done_at: None,
            evidence: None,
        })
    }

    /// A named member of staff says how a refund ended that no machine can tell.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::NotNow`] for one that is not theirs to end;
    /// [`ErrorCode::BadRequest`] without a reason.
    pub async fn settle_refund(
        &self,
        request: SettleRefundRequest,
    ) -> Result<PaidOrder, EngineError> {
        self.admit(&request.staff)?;
        check_why(&request.why)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<SettleRefund, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut refund = refund(tx, request.refund)?;
            if refund.state != RefundState::NeedsStaff {
                return Err(ErrorCode::NotNow.into());
            }
            let (event, what) = match request.done {
                true => (RefundEvent::StaffDone, "saw_refund"),
                false => (RefundEvent::StaffNotDone, "saw_no_refund"),
            };
            step_refund(engine, tx, &mut refund, event)?;
            engine.record(tx, &request.staff, what, refund.id, request.why.as_str())?;
            let order = steps::order(tx, refund.order)?;
            paid(engine, tx, &order)
        })
        .await
    }
}

/// Refuses a decision without a reason.
pub(super) fn check_why(why: &Note) -> Result<(), EngineError> {
    if why.as_str().trim().is_empty() || why.check().is_err() {
        let words = "a reason is needed, of 1 to 100 characters";
        return Err(ApiError::new(ErrorCode::BadRequest, words).into());
    }
    Ok(())
}

fn paid(engine: &Engine, tx: &mut dyn Tx, order: &Order) -> Result<PaidOrder, EngineError> {
    paid_order(engine, tx, order)?.ok_or_else(|| ErrorCode::NotNow.into())
}
