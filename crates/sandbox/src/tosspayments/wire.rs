//! The vendor's Payment object, field by field.
//!
//! Guarantees: every field of the vendor's published sample is there, null where a card payment
//! has nothing to say. Deliberately absent: any decision.

use serde_json::{Value, json};

use super::payment::{Cancel, Payment, vat};
use crate::config::TossConfig;

/// The API version of the shapes below.
const VERSION: &str = "2022-11-16";

pub(super) fn payment(payment: &Payment, toss: &TossConfig, public_base: &str) -> Value {
    let balance = payment.balance();
    let tax_free = payment.tax_free_left();
    let vat = vat(balance, tax_free);
    let last = payment
        .cancels
        .last()
        .map(|cancel| &cancel.transaction_key)
        .or_else(|| payment.approval.as_ref().map(|one| &one.transaction_key));
    let cancels: Vec<Value> = payment.cancels.iter().map(cancel).collect();
    let card = payment.approval.as_ref().map(|approval| {
        json!({
            "issuerCode": "41",
            "acquirerCode": "41",
            "number": "12341234****123*",
            "installmentPlanMonths": 0,
            "isInterestFree": false,
            "interestPayer": null,
            "approveNo": approval.approve_no,
            "useCardPoint": false,
            "cardType": "신용",
            "ownerType": "개인",
            "acquireStatus": "READY",
            "amount": approval.amount,
        })
    });
    json!({
        "version": VERSION,
        "mId": toss.mid,
        "lastTransactionKey": last,
        "paymentKey": payment.payment_key,
        "orderId": payment.order_id,
        "orderName": payment.order_name,
        "currency": "KRW",
        "method": "카드",
        "type": "NORMAL",
        "status": payment.status,
        "requestedAt": payment.requested_at.rfc3339(),
        "approvedAt": payment.approval.as_ref().map(|approval| approval.at.rfc3339()),
        "totalAmount": payment.total(),
        "balanceAmount": balance,
        "suppliedAmount": balance - tax_free - vat,
        "vat": vat,
        "taxFreeAmount": tax_free,
        "taxExemptionAmount": 0,
        "useEscrow": false,
        "cultureExpense": false,
        "card": card,
        "virtualAccount": null,
        "transfer": null,
        "mobilePhone": null,
        "giftCertificate": null,
        "cashReceipt": null,
        "cashReceipts": null,
        "discount": null,
        "easyPay": null,
        "cancels": if cancels.is_empty() { Value::Null } else { Value::Array(cancels) },
        "secret": null,
        "country": "KR",
        "failure": payment.failure.as_ref().map(super::refusal::Refusal::body),
        "isPartialCancelable": true,
        "receipt": null,
        "checkout": { "url": format!("{public_base}/tosspayments/checkout/{}", payment.page) },
        "metadata": null,
    })
}

fn cancel(cancel: &Cancel) -> Value {
    json!({
        "transactionKey": cancel.transaction_key,
        "cancelReason": cancel.reason,
        "cancelAmount": cancel.amount,
        "taxFreeAmount": cancel.tax_free,
        "taxExemptionAmount": 0,
        "refundableAmount": cancel.refundable,
        "easyPayDiscountAmount": 0,
        "canceledAt": cancel.at.rfc3339(),
        "receiptKey": null,
        "cancelStatus": "DONE",
        "cancelRequestId": null,
    })
}
