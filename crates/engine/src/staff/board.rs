//! Everything that staff see, and the small things they do on the side.

use std::collections::BTreeSet;

use soban_domain::ids::OrderId;
use soban_domain::payment::{PaymentAttempt, PaymentState};
use soban_protocol::endpoint::endpoints::{AnswerCall, SetSoldOut};
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::money::PaidOrder;
use soban_protocol::staff::{
    AnswerCallRequest, Board, BoardRequest, Done, OpenCall, OpenPayment, OpenPrint,
    SetSoldOutRequest,
};

use super::tickets::replaced;
use super::without_pin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::{Tx, look};
use crate::refunds::paid_order;
use crate::steps;
use crate::view::{order_view, print_view};

const ORDERS_MOST: u32 = 300;
const PAYMENTS_MOST: usize = 100;
const PRINTS_MOST: usize = 100;
/// Tickets looked through: those that a copy stands for are on record for ever.
const PRINTS_READ: u32 = 10_000;

impl Engine {
    /// Everything that staff see.
    ///
    /// # Errors
    /// [`ErrorCode::WrongPin`], [`ErrorCode::PinLocked`].
    pub async fn staff_board(&self, request: BoardRequest) -> Result<Board, EngineError> {
        self.admit(&request.staff)?;
        let engine = self.clone();
        look(self.store().as_ref(), move |tx| engine.board_now(tx)).await
    }

    fn board_now(&self, tx: &mut dyn Tx) -> Result<Board, EngineError> {
        let mut orders = Vec::new();
        for order in tx.open_orders(ORDERS_MOST)? {
            orders.push(order_view(self, tx, &order)?);
        }
        let payments = self.open_payments(tx)?;
        let mut prints = Vec::new();
        for job in tx.prints_for_staff(PRINTS_READ)? {
            if prints.len() < PRINTS_MOST && !replaced(tx, &job)? {
                prints.push(job);
            }
        }
        let calls = tx.open_calls()?;
        let money = self.waiting_money(tx)?;
        let (menu, _) = self.menu(tx)?;
        Ok(Board {
            orders,
            payments,
            money,
            prints: prints
                .into_iter()
                .map(|job| OpenPrint {
                    order: job.order,
                    print: print_view(&job),
                    evidence: job.said,
                })
                .collect(),
            calls: calls
                .into_iter()
                .map(|call| OpenCall {
                    call: call.id,
                    screen: call.screen,
                    order: call.order,
                    at: call.at,
                })
                .collect(),
            conditions: self.conditions(),
            shelf: tx.shelf(self.clock().now())?,
            menu,
            seq: tx.last_seq()?,
        })
    }

    /// Paid orders of which a refund or a cash receipt waits for staff, the oldest first.
    fn waiting_money(&self, tx: &mut dyn Tx) -> Result<Vec<PaidOrder>, EngineError> {
        let mut orders: Vec<OrderId> = Vec::new();
        orders.extend(tx.refunds_for_staff()?.iter().map(|refund| refund.order));
        let receipts = tx.cash_receipts_for_staff()?;
        orders.extend(receipts.iter().map(|receipt| receipt.order));
        let mut seen = BTreeSet::new();
        orders.retain(|order| seen.insert(*order));
        let mut money = Vec::new();
        for order in orders.into_iter().take(PAYMENTS_MOST) {
            let order = steps::order(tx, order)?;
            money.extend(paid_order(self, tx, &order)?);
        }
        Ok(money)
    }

    /// Payments whose end is not known, the oldest first: those that staff alone can end
    /// before those that are still being found out.
    fn open_payments(&self, tx: &mut dyn Tx) -> Result<Vec<OpenPayment>, EngineError> {
        let now = self.clock().now();
        let mut attempts = tx.attempts_for_staff()?;
        let mut open = tx.open_attempts()?;
        open.retain(|a| a.state != PaymentState::NeedsStaff && is_unclear(self, a));
        attempts.append(&mut open);
        let mut payments = Vec::new();
        for attempt in attempts.into_iter().take(PAYMENTS_MOST) {
            let order = steps::order(tx, attempt.order)?;
            let next = attempt.next_try.map(|at| at.since(now).max(0) / 1000);
            payments.push(OpenPayment {
                attempt: attempt.id,
                order: order_view(self, tx, &order)?,
                state: attempt.state,
                age_ms: u32::try_from(now.since(attempt.changed).max(0)).unwrap_or(u32::MAX),
                allowed: self.allowed(&attempt),
                evidence: attempt.evidence,
                trail: attempt.trail,
                asked: attempt.inquiries,
                next_seconds: next.map(|s| u32::try_from(s).unwrap_or(u32::MAX)),
                late: attempt.late,
            });
        }
        Ok(payments)
    }

    /// Somebody came to a guest.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a call that is not open.
    pub async fn answer_call(&self, request: AnswerCallRequest) -> Result<Done, EngineError> {
        self.admit(&request.staff)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<AnswerCall, _, _>(self, request.command, &subject, move |engine, tx| {
            let open = tx.open_calls()?;
            let call = open.into_iter().find(|call| call.id == request.call);
            let mut call = call.ok_or(ErrorCode::NotFound)?;
            call.answered = Some((engine.clock().now(), request.staff.name.clone()));
            tx.put_call(&call)?;
            engine.emit(
                tx,
                None,
                &EventBody::Call {
                    call: call.id,
                    answered: true,
                },
            )?;
            Ok(Done {})
        })
        .await
    }

    /// Marks something as sold out, or not.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a thing that the menu does not have.
    pub async fn set_sold_out(&self, request: SetSoldOutRequest) -> Result<Done, EngineError> {
        self.admit(&request.staff)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<SetSoldOut, _, _>(self, request.command, &subject, move |engine, tx| {
            let (_, menu) = engine.menu(tx)?;
            if soban_domain::change::name_of(&menu, &request.key).is_none() {
                return Err(ErrorCode::NotFound.into());
            }
            tx.set_sold_out(&request.key, request.sold_out)?;
            let what = if request.sold_out {
                "sold_out"
            } else {
                "back_on_sale"
            };
            engine.record(tx, &request.staff, what, &request.key, "")?;
            engine.emit_shelf(tx)?;
            Ok(Done {})
        })
        .await
    }
}

/// True while money may have moved and nobody knows, or where only staff can see it.
fn is_unclear(engine: &Engine, attempt: &PaymentAttempt) -> bool {
    let unclear = matches!(
        attempt.state,
        PaymentState::Approving
            | PaymentState::Unknown(_)
            | PaymentState::Closing
            | PaymentState::Reversing
    );
    // Orders at the counter stand on the board as orders.
    let seen = attempt.state == PaymentState::Waiting && !attempt.method.is_at_counter();
    unclear || (seen && !engine.allowed(attempt).is_empty())
}
