//! A day on which three sides agree, made order by order.

use std::collections::BTreeMap;

use soban_domain::call_number::CallNumber;
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::reconcile::{
    AttemptSide, Books, GatewayAnswer, GatewaySide, OrderSide, PosAnswer, PosSide,
};
use uuid::Uuid;

/// The three sides, before they become [`Books`].
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) orders: Vec<OrderSide>,
    pub(crate) rows: Vec<GatewaySide>,
    pub(crate) unanswered: Vec<AttemptId>,
    pub(crate) pos: Vec<PosSide>,
    ids: u128,
}

impl World {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    /// An order's id that no order has.
    pub(crate) fn new_order(&mut self) -> OrderId {
        OrderId(self.id())
    }

    /// An attempt at `amount`, whose gateway, if any, gave it an id.
    pub(crate) fn attempt(
        &mut self,
        method: Method,
        state: PaymentState,
        amount: i64,
    ) -> AttemptSide {
        let id = self.id();
        let taken = state == PaymentState::Approved;
        AttemptSide {
            attempt: AttemptId(id),
            method,
            gateway_id: (method == Method::Kakaopay).then(|| format!("T{id}")),
            state,
            approved: Won(if taken { amount } else { 0 }),
            refunded: Won(0),
            handed_back: Won(0),
            refund: None,
        }
    }

    /// The gateway's row of an attempt.
    pub(crate) fn row(&mut self, of: &AttemptSide, approved: i64, sent_back: i64) {
        self.rows.push(GatewaySide {
            gateway_id: of.gateway_id.clone().expect("only a gateway has rows"),
            attempt: Some(of.attempt),
            approved: Won(approved),
            sent_back: Won(sent_back),
        });
    }

    /// An order as it is placed; nobody else knows of it.
    pub(crate) fn place(&mut self, total: i64, attempts: Vec<AttemptSide>) -> &mut OrderSide {
        let order = self.new_order();
        self.orders.push(OrderSide {
            order,
            number: None,
            total: Won(total),
            released: false,
            attempts,
        });
        self.orders.last_mut().unwrap()
    }

    /// An order, released and taken by the POS.
    pub(crate) fn release(&mut self, total: i64, attempts: Vec<AttemptSide>) -> &mut OrderSide {
        let number = u32::try_from(self.orders.len()).unwrap();
        let order = self.place(total, attempts);
        order.released = true;
        order.number = Some(CallNumber(101 + number));
        let row = PosSide {
            order: order.order,
            amount: Won(total),
            accepted: true,
        };
        self.pos.push(row);
        self.orders.last_mut().unwrap()
    }

    /// An order paid by KakaoPay in one go; gives its place in `orders`.
    pub(crate) fn paid(&mut self, total: i64) -> usize {
        let attempt = self.attempt(Method::Kakaopay, PaymentState::Approved, total);
        self.row(&attempt, total, 0);
        self.release(total, vec![attempt]);
        self.orders.len() - 1
    }

    /// The row of an order's first attempt.
    pub(crate) fn row_of(&mut self, order: usize) -> &mut GatewaySide {
        let attempt = Some(self.orders[order].attempts[0].attempt);
        let row = self.rows.iter_mut().find(|row| row.attempt == attempt);
        row.expect("the gateway has it")
    }

    /// The gateway forgets an order's first attempt.
    pub(crate) fn forget(&mut self, order: usize) {
        let attempt = Some(self.orders[order].attempts[0].attempt);
        self.rows.retain(|row| row.attempt != attempt);
    }

    /// An order's row at the POS.
    pub(crate) fn pos_of(&mut self, order: usize) -> &mut PosSide {
        let id = self.orders[order].order;
        let row = self.pos.iter_mut().find(|row| row.order == id);
        row.expect("the POS has it")
    }

    /// The POS forgets an order.
    pub(crate) fn unpos(&mut self, order: usize) {
        let id = self.orders[order].order;
        self.pos.retain(|row| row.order != id);
    }

    /// The day's books, with every side answering.
    pub(crate) fn books(&self) -> Books {
        let kakaopay = GatewayAnswer::Rows {
            rows: self.rows.clone(),
            unanswered: self.unanswered.clone(),
        };
        Books {
            day: BusinessDay::try_from("2026-11-22".to_owned()).unwrap(),
            orders: self.orders.clone(),
            gateways: BTreeMap::from([
                (Method::Kakaopay, kakaopay),
                (Method::Counter, GatewayAnswer::NoGateway),
            ]),
            pos: PosAnswer::Rows(self.pos.clone()),
        }
    }
}
