//! A screen begins, or begins again.

use soban_domain::ids::ScreenId;
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::order::{Order, OrderState};
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{Hello, HelloRequest, PingReply, PingRequest};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::store::{Tx, look};
use crate::view::order_view;

/// A finished order is shown again after a restart for this long.
const SHOW_DONE_MS: i64 = 30_000;
/// Orders of a day looked through, the newest first.
const ORDERS_MOST: u32 = 500;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Engine {
    /// Tells that the hub is there, and the number of its last commit. Every screen asks
    /// now and then, so nothing is read for it.
    ///
    /// # Errors
    /// None.
    pub async fn ping(&self, _: PingRequest) -> Result<PingReply, EngineError> {
        let seq = *self.store().committed().borrow();
        Ok(PingReply { seq })
    }

    /// What a screen needs to begin, and the order it must go on with.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownScreen`], or the store's.
    pub async fn hello(&self, request: HelloRequest) -> Result<Hello, EngineError> {
        let engine = self.clone();
        look(self.store().as_ref(), move |tx| {
            engine.hello_now(tx, &request)
        })
        .await
    }

    fn hello_now(&self, tx: &mut dyn Tx, request: &HelloRequest) -> Result<Hello, EngineError> {
        let rules = self.rules();
        let screen = match &request.screen {
            Some(id) => rules.screen(id),
            None => rules
                .screens
                .iter()
                .find(|screen| screen.kind == request.kind),
        }
        .ok_or(ErrorCode::UnknownScreen)?;
        let now = self.clock().now();
        let minute_of_week = now.minute_of_week();
        let (menu, _) = self.menu(tx)?;
        let resume = match self.order_to_resume(tx, &screen.id)? {
            Some(order) => Some(order_view(self, tx, &order)?),
            None => None,
        };
        Ok(Hello {
            screen: screen.id.clone(),
            px_per_m: screen.px_per_m,
            store: rules.store.name.clone(),
            accent: rules.accent.clone(),
            languages: rules.languages.clone(),
            menu,
            shelf: tx.shelf(now)?,
            minute_of_week,
            open: rules.is_open(minute_of_week),
            methods: rules.methods.clone(),
            receipt_printer: rules.receipt_printer_of(&screen.id).cloned(),
            idle_seconds: rules.policy.idle,
            idle_warning_seconds: rules.policy.idle_warning,
            ready_minutes: rules.policy.ready_minutes,
            conditions: self.conditions(),
            resume,
            seq: tx.last_seq()?,
        })
    }

    /// The newest order of a screen that its guest still stands before.
    fn order_to_resume(
        &self,
        tx: &mut dyn Tx,
        screen: &ScreenId,
    ) -> Result<Option<Order>, EngineError> {
        let now = self.clock().now();
        let fresh = |order: &Order| now.since(order.changed) < SHOW_DONE_MS;
        let wanted = |order: &Order| match order.state {
            OrderState::Placed | OrderState::Paying => true,
            OrderState::AtCounter
            | OrderState::Released
            | OrderState::Accepted
            | OrderState::NeedsStaff => fresh(order),
            OrderState::Ready | OrderState::Done | OrderState::Abandoned => false,
        };
        // Yesterday's too: the day may change while a guest pays.
        for at in [now, Timestamp(now.0.saturating_sub(DAY_MS))] {
            let day = BusinessDay::of(at, self.rules().change_hour);
            let newest = tx.orders_of_day(day, ORDERS_MOST)?;
            let mut theirs = newest.into_iter().filter(|order| &order.screen == screen);
            if let Some(order) = theirs.find(|order| wanted(order)) {
                return Ok(Some(order));
            }
        }
        Ok(None)
    }
}
