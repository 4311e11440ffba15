//! The one list of endpoints.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// An endpoint: a name and what it takes and gives.
pub trait Endpoint {
    /// Its name in URLs: `POST /rpc/{NAME}`.
    const NAME: &'static str;
    /// What it takes.
    type Request: Serialize + DeserializeOwned;
    /// What it gives.
    type Reply: Serialize + DeserializeOwned;
}

/// Hands the list of endpoints to a macro, as rows `Type name(Request) -> Reply;`.
///
/// Requests that change something carry a command id. Sent again with the same id and
/// body they are answered from the record; with another body they are refused.
#[macro_export]
macro_rules! for_each_endpoint {
    ($then:ident) => {
        $then! {
            /// Tells that the hub is there.
            Ping ping(guest::PingRequest) -> guest::PingReply;
            /// What a screen needs to begin, and the order to go on with, if any.
            Hello hello(guest::HelloRequest) -> guest::Hello;
            /// Prices a basket and holds its stock for a while. Command.
            MakeQuote make_quote(guest::MakeQuoteRequest) -> guest::QuoteReply;
            /// Puts a quoted order on disk. Command.
            PlaceOrder place_order(guest::PlaceOrderRequest) -> view::OrderView;
            /// Begins a payment. Command.
            StartPayment start_payment(guest::StartPaymentRequest) -> view::OrderView;
            /// The guest gives this payment up. Command.
            LeavePayment leave_payment(guest::LeavePaymentRequest) -> view::OrderView;
            /// The guest gives the order up. Command.
            LeaveOrder leave_order(guest::LeaveOrderRequest) -> view::OrderView;
            /// The payer's browser came back from the gateway.
            GuestReturn guest_return(guest::GuestReturnRequest) -> view::OrderView;
            /// The code of the guest's app was read. Sent again it changes nothing.
            ScanCode scan_code(guest::ScanCodeRequest) -> view::OrderView;
            /// How an order stands.
            OrderStatus order_status(guest::OrderStatusRequest) -> view::OrderView;
            /// Prints the guest's receipt. Command.
            PrintReceipt print_receipt(guest::PrintReceiptRequest) -> view::OrderView;
            /// Calls staff to a screen. Command.
            CallStaff call_staff(guest::CallStaffRequest) -> guest::CallReply;
            /// Everything that staff see.
            StaffBoard staff_board(staff::BoardRequest) -> staff::Board;
            /// Staff took the money of an order at the counter. Command.
            TakePayment take_payment(staff::OrderCommand) -> view::OrderView;
            /// Staff close an order that nobody will pay. Command.
            CloseOrder close_order(staff::OrderCommand) -> view::OrderView;
            /// Staff looked at an identity card. Command.
            RecordIdCheck record_id_check(staff::OrderCommand) -> view::OrderView;
            /// Staff send the order to the POS again, after a look-up. Command.
            RetryRelay retry_relay(staff::OrderCommand) -> view::OrderView;
            /// Staff entered the order at the POS by hand. Command.
            SettleRelay settle_relay(staff::OrderCommand) -> view::OrderView;
            /// Staff say how a payment ended that no machine can tell. Command.
            SettlePayment settle_payment(staff::SettlePaymentRequest) -> view::OrderView;
            /// The paid orders of a day, and what may go back of them.
            DayOrders day_orders(money::DayOrdersRequest) -> money::DayOrders;
            /// Staff have money of a paid order go back (결제취소, 환불). Command.
            RefundPayment refund_payment(money::RefundRequest) -> money::PaidOrder;
            /// Staff say how a refund ended that no machine can tell. Command.
            SettleRefund settle_refund(money::SettleRefundRequest) -> money::PaidOrder;
            /// A guest or staff want a cash receipt (현금영수증). Command.
            IssueCashReceipt issue_cash_receipt(money::IssueCashReceiptRequest)
                -> money::CashReceiptView;
            /// Staff say how a cash receipt stands that no machine can tell. Command.
            SettleCashReceipt settle_cash_receipt(money::SettleCashReceiptRequest)
                -> money::CashReceiptView;
            /// The books of a day against the gateways' and the POS's. Asks them all, so it
            /// may take a while; changes nothing.
            Reconcile reconcile(money::ReconcileRequest) -> soban_domain::reconcile::Report;
            /// Staff say whether a ticket came out. Command.
            SettlePrint settle_print(staff::SettlePrintRequest) -> staff::Done;
            /// Staff have a ticket printed again, marked as a copy. Command.
            Reprint reprint(staff::ReprintRequest) -> staff::Done;
            /// Staff came to a guest. Command.
            AnswerCall answer_call(staff::AnswerCallRequest) -> staff::Done;
            /// Staff mark something as sold out, or not. Command.
            SetSoldOut set_sold_out(staff::SetSoldOutRequest) -> staff::Done;
        }
    };
}

/// The endpoints as types.
pub mod endpoints {
    use super::Endpoint;
    use crate::{guest, money, staff, view};

    macro_rules! declare {
        ($($(#[$doc:meta])* $Type:ident $name:ident($Request:ty) -> $Reply:ty;)*) => {
            $(
                $(#[$doc])*
                #[derive(Clone, Copy, Debug)]
                pub struct $Type;

                impl Endpoint for $Type {
                    const NAME: &'static str = stringify!($name);
                    type Request = $Request;
                    type Reply = $Reply;
                }
            )*

            /// The names of all endpoints, in the order of the list.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
        };
    }

    crate::for_each_endpoint!(declare);
}
