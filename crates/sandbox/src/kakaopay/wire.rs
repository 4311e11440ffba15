//! The vendor's JSON, field by field.
//!
//! Guarantees: `ready`, `approve`, `order` and `cancel` answer with every field of the vendor's
//! samples (payments reference, sections 2.3 to 2.6). Deliberately absent: the four
//! calls' logic.

use serde_json::{Map, Value, json};

use super::payment::{Action, Amounts, Method, Payment};

/// The body of an answer, built up field by field so that absent fields are left out.
struct Body(Map<String, Value>);

impl Body {
    fn of(payment: &Payment) -> Self {
        let mut body = Self(Map::new());
        let terms = &payment.terms;
        body.put("tid", json!(payment.tid));
        body.put("cid", json!(terms.cid));
        body.put("partner_order_id", json!(terms.partner_order_id));
        body.put("partner_user_id", json!(terms.partner_user_id));
        body.put("item_name", json!(terms.item_name));
        body.put("item_code", json!(terms.item_code));
        body.put("quantity", json!(terms.quantity));
        body.put("payment_method_type", json!(payment.method));
        body.put("created_at", json!(payment.created_at.kst()));
        let approved = payment.approved().map(|action| action.at.kst());
        body.put("approved_at", json!(approved));
        body
    }

    /// The vendor leaves out what is not there.
    fn put(&mut self, name: &str, value: Value) {
        if !value.is_null() {
            self.0.insert(name.to_owned(), value);
        }
    }

    fn amounts(&mut self, name: &str, amounts: Amounts) {
        self.put(name, json!(amounts));
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

pub(crate) fn ready(payment: &Payment, public_base: &str) -> Value {
    let page = format!("{public_base}/kakaopay/v1/{}", payment.page);
    json!({
        "tid": payment.tid,
        "next_redirect_app_url": format!("{page}/aInfo"),
        "next_redirect_mobile_url": format!("{page}/mInfo"),
        "next_redirect_pc_url": format!("{page}/info"),
        "android_app_scheme": format!("kakaotalk://kakaopay/pg?url={page}/order"),
        "ios_app_scheme": format!("kakaotalk://kakaopay/pg?url={page}/order"),
        "created_at": payment.created_at.kst(),
    })
}

pub(crate) fn approved(payment: &Payment, action: &Action, payload: Option<&str>) -> Value {
    let mut body = Body::of(payment);
    body.put("aid", json!(action.aid));
    body.amounts("amount", action.amount);
    body.put("payload", json!(payload));
    if payment.method == Some(Method::Card) {
        body.put("card_info", card_info(payment));
    }
    body.done()
}

fn card_info(payment: &Payment) -> Value {
    json!({
        "kakaopay_purchase_corp": "신한카드",
        "kakaopay_purchase_corp_code": "106",
        "kakaopay_issuer_corp": "신한카드",
        "kakaopay_issuer_corp_code": "106",
        "bin": "621640",
        "card_type": "신용",
        "install_month": format!("{:02}", payment.terms.install_month),
        "approved_id": payment.tid.get(12..).unwrap_or_default(),
        "card_mid": "123456789",
        "interest_free_install": "N",
        "installment_type": if payment.terms.install_month > 1 { "CARD_INSTALLMENT" } else { "NONE" },
    })
}

pub(crate) fn order(payment: &Payment) -> Value {
    let mut body = Body::of(payment);
    body.put("status", json!(payment.status));
    body.amounts("amount", payment.amount());
    body.amounts("canceled_amount", payment.canceled);
    body.amounts("cancel_available_amount", payment.cancel_available());
    let canceled_at = payment.last_cancel().map(|action| action.at.kst());
    body.put("canceled_at", json!(canceled_at));
    let details: Vec<Value> = payment
        .actions
        .iter()
        .map(|action| {
            json!({
                "aid": action.aid,
                "payment_action_type": action.kind,
                "payment_method_type": payment.method,
                "amount": action.amount.total,
                "point_amount": action.amount.point,
                "discount_amount": action.amount.discount,
                "green_deposit": action.amount.green_deposit,
                "approved_at": action.at.kst(),
            })
        })
        .collect();
    body.put("payment_action_details", Value::Array(details));
    body.done()
}

pub(crate) fn canceled(payment: &Payment, action: &Action) -> Value {
    let mut body = Body::of(payment);
    body.put("aid", json!(action.aid));
    body.put("status", json!(payment.status));
    body.amounts("amount", payment.amount());
    body.amounts("approved_cancel_amount", action.amount);
    body.amounts("canceled_amount", payment.canceled);
    body.amounts("cancel_available_amount", payment.cancel_available());
    body.put("canceled_at", json!(action.at.kst()));
    body.done()
}

/// What `GET /ledger/payments` shows of one payment. The pg_token stays out of it.
pub(crate) fn ledger(payment: &Payment) -> Value {
    let actions: Vec<Value> = payment
        .actions
        .iter()
        .map(|action| {
            json!({
                "aid": action.aid,
                "type": action.kind,
                "amount": action.amount,
                "at": action.at,
            })
        })
        .collect();
    json!({
        "tid": payment.tid,
        "cid": payment.terms.cid,
        "partner_order_id": payment.terms.partner_order_id,
        "partner_user_id": payment.terms.partner_user_id,
        "item_name": payment.terms.item_name,
        "quantity": payment.terms.quantity,
        "status": payment.status,
        "payment_method_type": payment.method,
        "amount": payment.amount(),
        "canceled_amount": payment.canceled,
        "cancel_available_amount": payment.cancel_available(),
        "approvals": i64::from(payment.approved().is_some()),
        "opened_by_screen": payment.watched,
        "created_at": payment.created_at,
        "actions": actions,
    })
}
