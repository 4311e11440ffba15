//! An order is put on disk, looked at, given up.

use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::order::{IdCheck, Order, OrderEvent, OrderState};
use soban_protocol::endpoint::endpoints::{LeaveOrder, PlaceOrder};
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{LeaveOrderRequest, OrderStatusRequest, PlaceOrderRequest};
use soban_protocol::view::OrderView;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::{Tx, look};
use crate::steps::{self, step_order};
use crate::view::order_view;

impl Engine {
    /// Puts a quoted order on disk. One that costs nothing is released at once.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownQuote`], [`ErrorCode::QuoteExpired`], or
    /// [`ErrorCode::NotNow`] for a quote that another order took up.
    pub async fn place_order(&self, request: PlaceOrderRequest) -> Result<OrderView, EngineError> {
        let subject = request.clone();
        once::<PlaceOrder, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut order = engine.order_on_quote(tx, &request)?;
            tx.put_order(&order)?;
            tx.keep_holds(order.quote)?;
            tracing::info!(order = %order.id, total = order.priced.total.0, "order placed");
            if order.priced.total == Won::ZERO {
                step_order(engine, tx, &mut order, OrderEvent::Paid)?;
            } else {
                steps::tell_order(engine, tx, &order)?;
            }
            order_view(engine, tx, &order)
        })
        .await
    }

    fn order_on_quote(
        &self,
        tx: &mut dyn Tx,
        request: &PlaceOrderRequest,
    ) -> Result<Order, EngineError> {
        let quote = tx.quote(request.quote)?.ok_or(ErrorCode::UnknownQuote)?;
        let now = self.clock().now();
        if now >= quote.expires {
            return Err(ErrorCode::QuoteExpired.into());
        }
        if tx.order_of_quote(quote.id)?.is_some() || tx.order(request.order)?.is_some() {
            return Err(ErrorCode::NotNow.into());
        }
        let alcohol = quote.priced.lines.iter().any(|line| line.alcohol);
        Ok(Order {
            id: request.order,
            quote: quote.id,
            screen: quote.screen,
            lang: quote.lang,
            priced: quote.priced,
            state: OrderState::Placed,
            revision: 1,
            placed: now,
            changed: now,
            day: BusinessDay::of(now, self.rules().change_hour),
            number: None,
            released: None,
            id_check: if alcohol {
                IdCheck::Needed
            } else {
                IdCheck::NotNeeded
            },
        })
    }

    /// How an order stands.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownOrder`].
    pub async fn order_status(
        &self,
        request: OrderStatusRequest,
    ) -> Result<OrderView, EngineError> {
        let engine = self.clone();
        look(self.store().as_ref(), move |tx| {
            let order = steps::order(tx, request.order)?;
            order_view(&engine, tx, &order)
        })
        .await
    }

    /// The guest gives the order up, back to the basket.
    ///
    /// # Errors
    /// [`ErrorCode::PaymentOpen`] while a payment is not over; [`ErrorCode::NotNow`]
    /// once it is released.
    pub async fn leave_order(&self, request: LeaveOrderRequest) -> Result<OrderView, EngineError> {
        let subject = request.clone();
        once::<LeaveOrder, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut order = steps::order(tx, request.order)?;
            if order.state.is_released() {
                return Err(ErrorCode::NotNow.into());
            }
            steps::no_payment_open(tx, order.id)?;
            if order.state != OrderState::Abandoned {
                step_order(engine, tx, &mut order, OrderEvent::Left)?;
            }
            order_view(engine, tx, &order)
        })
        .await
    }
}
