//! Money that goes back, as staff have it go.

use soban_domain::cash_receipt::{CashReceipt, ReceiptKind};
use soban_domain::ids::{CashReceiptId, OrderId, RefundId};
use soban_domain::menu::Dining;
use soban_domain::refund::{ByHand, Refund, RefundLine};
use soban_domain::text::Note;
use soban_engine::EngineError;
use soban_engine::ports::Ids;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::money::{
    DayOrdersRequest, IssueCashReceiptRequest, PaidOrder, RefundRequest, SettleRefundRequest,
};
use soban_protocol::secret::Secret;

use super::World;

/// The refusal that an answer is.
pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, EngineError>) -> ErrorCode {
    ApiError::from(answer.unwrap_err()).code
}

impl World {
    /// Mina's wish that these pieces go back; all that is left where there are none.
    pub(crate) fn refunding(&self, order: OrderId, lines: &[(u32, u32)]) -> RefundRequest {
        let piece = |(line, quantity): &(u32, u32)| RefundLine {
            line: *line,
            quantity: *quantity,
        };
        RefundRequest {
            staff: self.mina(),
            command: self.command(),
            refund: RefundId(self.wishes.fresh()),
            order,
            lines: lines.iter().map(piece).collect(),
            by_hand: None,
            why: Note::new("cold soup").unwrap(),
        }
    }

    /// The same wish, with the money handed back by hand.
    pub(crate) fn handing(
        &self,
        order: OrderId,
        lines: &[(u32, u32)],
        how: ByHand,
    ) -> RefundRequest {
        RefundRequest {
            by_hand: Some(how),
            ..self.refunding(order, lines)
        }
    }

    /// Has pieces go back and lets the pumps do what they can.
    pub(crate) async fn give_back(&self, order: OrderId, lines: &[(u32, u32)]) -> Refund {
        let request = self.refunding(order, lines);
        let id = request.refund;
        self.engine.refund_payment(request).await.unwrap();
        self.quiet().await;
        self.refund(id).await
    }

    pub(crate) async fn refund(&self, id: RefundId) -> Refund {
        self.look(move |tx| tx.refund(id)).await.unwrap()
    }

    /// A paid order as staff see it.
    pub(crate) async fn paid_view(&self, order: OrderId) -> PaidOrder {
        let day = self.look(move |tx| tx.order(order)).await.unwrap().day;
        let request = DayOrdersRequest {
            staff: self.mina(),
            day: Some(day),
        };
        let orders = self.engine.day_orders(request).await.unwrap().orders;
        orders.into_iter().find(|o| o.order.id == order).unwrap()
    }

    /// Mina's word on how a refund ended.
    pub(crate) fn settling(&self, refund: RefundId, done: bool) -> SettleRefundRequest {
        SettleRefundRequest {
            staff: self.mina(),
            command: self.command(),
            refund,
            done,
            why: Note::new("seen at the gateway").unwrap(),
        }
    }

    /// An order of these items to take away.
    pub(crate) async fn take_away(&self, items: &[(&str, u32)]) -> OrderId {
        let mut wish = self.wish(items);
        wish.cart.dining = Dining::TakeOut;
        let quote = self.quote(wish).await;
        let placed = self.engine.place_order(self.placing(quote)).await.unwrap();
        self.quiet().await;
        placed.id
    }

    /// A guest's wish for a cash receipt.
    pub(crate) fn wanting_receipt(&self, order: OrderId) -> IssueCashReceiptRequest {
        IssueCashReceiptRequest {
            staff: None,
            command: self.command(),
            receipt: CashReceiptId(self.wishes.fresh()),
            order,
            kind: ReceiptKind::IncomeDeduction,
            number: Some(Secret::new("010-8765-4321")),
        }
    }

    pub(crate) async fn cash_receipt(&self, id: CashReceiptId) -> CashReceipt {
        self.look(move |tx| tx.cash_receipt(id)).await.unwrap()
    }
}
