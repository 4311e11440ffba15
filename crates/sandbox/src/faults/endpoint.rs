//! Where something can go wrong, and how.
//!
//! Guarantees: names on the wire never change their meaning, and [`Endpoint::can`] says which
//! fault makes sense where, so that a rule that could never show is refused. Deliberately
//! absent: what a fault does; that is `exchange.rs` and the stand-ins.

use serde::{Deserialize, Serialize};

/// An HTTP endpoint of the outside world that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Endpoint {
    /// `POST /kakaopay/online/v1/payment/ready`
    #[serde(rename = "payment.ready")]
    PaymentReady,
    /// `POST /kakaopay/online/v1/payment/approve`
    #[serde(rename = "payment.approve")]
    PaymentApprove,
    /// `POST /kakaopay/online/v1/payment/order`, the inquiry
    #[serde(rename = "payment.order")]
    PaymentOrder,
    /// `POST /kakaopay/online/v1/payment/cancel`
    #[serde(rename = "payment.cancel")]
    PaymentCancel,
    /// `POST /tosspayments/v1/payments`
    #[serde(rename = "toss.create")]
    TossCreate,
    /// `POST /tosspayments/v1/payments/confirm`
    #[serde(rename = "toss.confirm")]
    TossConfirm,
    /// `GET /tosspayments/v1/payments/{paymentKey}` and `/orders/{orderId}`
    #[serde(rename = "toss.inquiry")]
    TossInquiry,
    /// `POST /tosspayments/v1/payments/{paymentKey}/cancel`
    #[serde(rename = "toss.cancel")]
    TossCancel,
    /// `GET /tosspayments/v1/transactions`
    #[serde(rename = "toss.transactions")]
    TossTransactions,
    /// `POST /tosspayments/v1/cash-receipts`
    #[serde(rename = "toss.receipt")]
    TossReceipt,
    /// `GET /tosspayments/v1/cash-receipts`
    #[serde(rename = "toss.receipts")]
    TossReceipts,
    /// `POST /tosspayments/v1/cash-receipts/{receiptKey}/cancel`
    #[serde(rename = "toss.receipt_cancel")]
    TossReceiptCancel,
    /// The call the gateway makes to the shop: `PAYMENT_STATUS_CHANGED`
    #[serde(rename = "toss.webhook")]
    TossWebhook,
    /// `POST /kicc/smpy/kiccpay/reqAprv`
    #[serde(rename = "kicc.approve")]
    KiccApprove,
    /// `POST /kicc/smpy/kiccpay/reqRtran`, the net-cancel (망취소)
    #[serde(rename = "kicc.reverse")]
    KiccReverse,
    /// `POST /kicc/smpy/kiccpay/reqCancel`
    #[serde(rename = "kicc.cancel")]
    KiccCancel,
    /// The payer's app pressing pay on `/mpm/pay`
    #[serde(rename = "mpm.pay")]
    MpmPay,
    /// `GET /mpm/v1/payments/{QR_REFERENCE_ID}`
    #[serde(rename = "mpm.inquiry")]
    MpmInquiry,
    /// `POST /mpm/v1/payments/{QR_REFERENCE_ID}/cancel`
    #[serde(rename = "mpm.cancel")]
    MpmCancel,
    /// `GET /mpm/v1/payments`
    #[serde(rename = "mpm.list")]
    MpmList,
    /// `POST /pos/api/merchants/{id}/order/orders`
    #[serde(rename = "pos.submit")]
    PosSubmit,
    /// `GET /pos/api/merchants/{id}/order/orders/by-order-key/{orderKey}`
    #[serde(rename = "pos.lookup")]
    PosLookup,
    /// `GET /pos/api/merchants/{id}/status`
    #[serde(rename = "pos.status")]
    PosStatus,
    /// `GET /pos/api/merchants/{id}/order/changes`
    #[serde(rename = "pos.changes")]
    PosChanges,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The work is done and kept; the connection breaks before the answer.
    ReplyLost,
    /// The work is done at once; the answer comes after `delay_ms`.
    Delay,
    /// Nothing is done for `delay_ms`, then the work, even if the client has gone.
    Late,
    /// The work is done and kept; the answer is a 500.
    ErrorAfter,
    /// Nothing is done; the answer is a 500.
    ErrorBefore,
    /// Nothing is done; the answer is a 503.
    Unavailable,
    /// The work is done and kept; the answer is a 200 whose body is not what was promised.
    Garbage,
    /// The request is refused by name: `code` for KakaoPay, `reason` for all others.
    Decline,
    /// The connection breaks at once with nothing done; the approval is made `delay_ms` of
    /// the sandbox's clock later, whatever else has happened to the payment meanwhile.
    LateApproval,
    /// An approval of [`WRONG_BY`] won more than was asked for.
    WrongAmount,
    /// The gateway's call to the shop is made twice.
    DuplicateCallback,
    /// After the call that says `DONE` comes an older one that says `ABORTED`.
    ReversedCallback,
    /// The gateway's call to the shop is never made.
    CallbackLost,
}

/// How much more than asked for an approval of a wrong amount takes, in won.
pub const WRONG_BY: i64 = 10;

impl Endpoint {
    /// Whether this fault can show at this endpoint.
    #[must_use]
    pub fn can(self, fault: FaultKind) -> bool {
        match self {
            Self::TossWebhook => matches!(
                fault,
                FaultKind::Delay
                    | FaultKind::DuplicateCallback
                    | FaultKind::ReversedCallback
                    | FaultKind::CallbackLost
            ),
            Self::MpmPay => matches!(
                fault,
                FaultKind::Decline | FaultKind::WrongAmount | FaultKind::LateApproval
            ),
            Self::PaymentApprove | Self::TossConfirm | Self::KiccApprove => !is_callback(fault),
            Self::PaymentReady
            | Self::PaymentOrder
            | Self::PaymentCancel
            | Self::TossCreate
            | Self::TossInquiry
            | Self::TossCancel
            | Self::TossTransactions
            | Self::TossReceipt
            | Self::TossReceipts
            | Self::TossReceiptCancel
            | Self::KiccReverse
            | Self::KiccCancel
            | Self::MpmInquiry
            | Self::MpmCancel
            | Self::MpmList
            | Self::PosSubmit
            | Self::PosLookup
            | Self::PosStatus
            | Self::PosChanges => {
                !is_callback(fault)
                    && !matches!(fault, FaultKind::LateApproval | FaultKind::WrongAmount)
            }
        }
    }
}

fn is_callback(fault: FaultKind) -> bool {
    matches!(
        fault,
        FaultKind::DuplicateCallback | FaultKind::ReversedCallback | FaultKind::CallbackLost
    )
}
