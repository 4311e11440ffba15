//! Staff and orders: closed unpaid, checked for age, brought to the POS by hand.

use soban_domain::order::{IdCheck, Order, OrderEvent, OrderState};
use soban_domain::payment::PaymentEvent;
use soban_domain::relay::{RelayEvent, RelayItem, RelayState};
use soban_protocol::endpoint::Endpoint;
use soban_protocol::endpoint::endpoints::{CloseOrder, RecordIdCheck, RetryRelay, SettleRelay};
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::OrderCommand;
use soban_protocol::view::OrderView;

use super::money::counter_attempt;
use super::reconcile::BY_HAND;
use super::without_pin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::Tx;
use crate::pumps::relay::step_relay;
use crate::steps::{self, step_order, step_payment};
use crate::view::order_view;

impl Engine {
    /// Staff close an order that nobody will pay.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] once it is paid, or while a payment is not over.
    pub async fn close_order(&self, request: OrderCommand) -> Result<OrderView, EngineError> {
        self.decide::<CloseOrder, _>(request, "closed_order", |engine, tx, order, _| {
            if order.state == OrderState::AtCounter {
                let mut attempt = counter_attempt(tx, order.id)?;
                step_payment(engine, tx, &mut attempt, PaymentEvent::StaffClosed)?;
                *order = steps::order(tx, order.id)?;
            }
            step_order(engine, tx, order, OrderEvent::Left)
        })
        .await
    }

    /// Staff looked at an identity card: alcohol may be handed over.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] where none is asked for.
    pub async fn record_id_check(&self, request: OrderCommand) -> Result<OrderView, EngineError> {
        self.decide::<RecordIdCheck, _>(request, "checked_identity", |engine, tx, order, by| {
            if order.id_check != IdCheck::Needed {
                return Err(ErrorCode::NotNow.into());
            }
            order.id_check = IdCheck::Recorded {
                by: by.to_owned(),
                at: engine.clock().now(),
            };
            tx.put_order(order)?;
            steps::tell_order(engine, tx, order)
        })
        .await
    }

    /// Staff send the order to the POS again; the POS is looked up first.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] where nothing waits for that.
    pub async fn retry_relay(&self, request: OrderCommand) -> Result<OrderView, EngineError> {
        self.decide::<RetryRelay, _>(request, "retried_pos", |engine, tx, order, _| {
            let mut item = latest_relay(tx, order)?;
            // Its time begins anew: it may be here because the old one was over.
            item.tries = 0;
            item.created = engine.clock().now();
            item.next_try = item.created;
            step_relay_or_refuse(engine, tx, &mut item, RelayEvent::StaffRetry)
        })
        .await
    }

    /// Staff entered the order at the POS by hand.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] where nothing waits for that.
    pub async fn settle_relay(&self, request: OrderCommand) -> Result<OrderView, EngineError> {
        self.decide::<SettleRelay, _>(request, "entered_at_pos", |engine, tx, order, _| {
            let mut item = latest_relay(tx, order)?;
            // The comparison of the day does not look for it under our key.
            item.said = Some(BY_HAND.to_owned());
            if item.state == RelayState::Accepted {
                tx.put_relay(&item)?;
                // The POS took it and took it back.
                return step_order(engine, tx, order, OrderEvent::StaffSettled);
            }
            step_relay_or_refuse(engine, tx, &mut item, RelayEvent::StaffSettled)
        })
        .await
    }

    async fn decide<E, F>(
        &self,
        request: OrderCommand,
        what: &'static str,
        act: F,
    ) -> Result<OrderView, EngineError>
    where
        E: Endpoint<Reply = OrderView>,
        F: FnOnce(&Engine, &mut dyn Tx, &mut Order, &str) -> Result<(), EngineError>
            + Send
            + 'static,
    {
        self.admit(&request.staff)?;
        request.why.check().map_err(|_| ErrorCode::BadRequest)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<E, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut order = steps::order(tx, request.order)?;
            act(engine, tx, &mut order, &request.staff.name)?;
            engine.record(tx, &request.staff, what, order.id, request.why.as_str())?;
            let order = steps::order(tx, request.order)?;
            order_view(engine, tx, &order)
        })
        .await
    }
}

fn latest_relay(tx: &mut dyn Tx, order: &Order) -> Result<RelayItem, EngineError> {
    tx.relays_of(order.id)?
        .pop()
        .ok_or_else(|| ErrorCode::NotNow.into())
}

fn step_relay_or_refuse(
    engine: &Engine,
    tx: &mut dyn Tx,
    item: &mut RelayItem,
    event: RelayEvent,
) -> Result<(), EngineError> {
    if step_relay(engine, tx, item, event)? {
        return Ok(());
    }
    Err(ErrorCode::NotNow.into())
}
