//! A guest takes a receipt.

use soban_domain::print::Slip;
use soban_protocol::endpoint::endpoints::PrintReceipt;
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::PrintReceiptRequest;
use soban_protocol::view::OrderView;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::release;
use crate::steps;
use crate::view::order_view;

impl Engine {
    /// Prints the receipt of a paid order. Asked again with a new command it answers
    /// with the receipt that is there: a further copy is the staff's to give.
    ///
    /// # Errors
    /// [`ErrorCode::NotNow`] before it is paid; [`ErrorCode::NotFound`] where the screen
    /// has no printer.
    pub async fn print_receipt(
        &self,
        request: PrintReceiptRequest,
    ) -> Result<OrderView, EngineError> {
        let subject = request.clone();
        once::<PrintReceipt, _, _>(self, request.command, &subject, move |engine, tx| {
            let order = steps::order(tx, request.order)?;
            if !order.state.is_released() {
                return Err(ErrorCode::NotNow.into());
            }
            let printer = engine.rules().receipt_printer_of(&order.screen).cloned();
            let printer = printer.ok_or(ErrorCode::NotFound)?;
            let there = tx
                .prints_of(order.id)?
                .iter()
                .any(|job| job.slip == Slip::Receipt);
            if !there {
                release::add_print(engine, tx, &order, Slip::Receipt, 1, printer)?;
                steps::tell_order(engine, tx, &order)?;
            }
            order_view(engine, tx, &order)
        })
        .await
    }
}
