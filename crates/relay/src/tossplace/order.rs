//! An order as the counter POS takes it.
//!
//! Facts (Toss Place open API, version 2026-06-15, as far as its public specification was
//! read): `order{orderKey, orderNumber, memo, lineItems[], chargePrice{}}, payments[]`;
//! prices include VAT. `code`, `revision`, `depositAmount` and `READY` are of our shape of
//! it and are to be checked against the full specification.
//!
//! Guarantees, by construction:
//! - a line's `totalPrice` = `quantity` × (`unitPrice` + Σ option `price` × `quantity`);
//! - Σ `totalPrice` = `listPrice`, and `listPrice` + `depositAmount` = `totalAmount`;
//! - `supplyAmount` + `taxAmount` + `taxExemptAmount` + `depositAmount` = `totalAmount`;
//! - the same order makes the same bytes, so that a repeat is known as one.
//!
//! Deliberately absent: the guest's language. The counter reads Korean.

use serde::Serialize;
use soban_domain::menu::Dining;
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::{Method, PaymentAttempt};
use soban_domain::pricing::{PricedLine, PricedOption};
use soban_domain::text::is_control;
use soban_engine::ports::pos::PosOrder;

/// The most characters of a title.
const TITLE_MOST: usize = 200;
/// The most characters of the order's memo.
const MEMO_MOST: usize = 500;

/// The body of a submission.
#[derive(Debug, Serialize)]
pub(super) struct Submission {
    order: PosOrderBody,
    payments: Vec<Payment>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PosOrderBody {
    order_key: String,
    order_number: String,
    revision: u32,
    memo: String,
    line_items: Vec<LineItem>,
    charge_price: ChargePrice,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    title: String,
    code: String,
    dining_option: &'static str,
    quantity: u32,
    unit_price: i64,
    option_choices: Vec<OptionChoice>,
    total_price: i64,
    tax_type: &'static str,
}

#[derive(Debug, Serialize)]
struct OptionChoice {
    title: String,
    quantity: i64,
    price: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChargePrice {
    list_price: i64,
    discount_amount: i64,
    tax_amount: i64,
    supply_amount: i64,
    tax_exempt_amount: i64,
    deposit_amount: i64,
    total_amount: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    payment_key: String,
    method: &'static str,
    amount: i64,
    approved_at: String,
    approval_number: String,
}

/// The header that makes a repeat known: one key for each revision of an order.
pub(super) fn idempotency_key(order: &Order) -> String {
    format!("{}:{}", order.id, order.revision)
}

impl Submission {
    /// Writes an order down for the POS.
    pub(super) fn of(sent: &PosOrder) -> Submission {
        let order = &sent.order;
        let dining = dining_option(order.priced.dining);
        let lines = &order.priced.lines;
        let tax = order.priced.tax;
        let number = order.number.map(|number| number.to_string());
        let total = order.priced.total;
        Submission {
            order: PosOrderBody {
                order_key: order.id.to_string(),
                // A released order has a number; the key stands in where one has not.
                order_number: number.unwrap_or_else(|| order.id.to_string()),
                revision: order.revision,
                memo: memo(lines),
                line_items: lines.iter().map(|line| line_item(line, dining)).collect(),
                charge_price: ChargePrice {
                    list_price: total.0.saturating_sub(tax.deposit.0),
                    discount_amount: 0,
                    tax_amount: tax.vat.0,
                    supply_amount: tax.supply.0,
                    tax_exempt_amount: tax.exempt.0,
                    deposit_amount: tax.deposit.0,
                    total_amount: total.0,
                },
            },
            payments: sent
                .payment
                .as_ref()
                .and_then(payment)
                .into_iter()
                .collect(),
        }
    }
}

fn dining_option(dining: Dining) -> &'static str {
    match dining {
        Dining::EatIn => "HERE",
        Dining::TakeOut => "TOGO",
    }
}

fn line_item(line: &PricedLine, dining: &'static str) -> LineItem {
    let option_choices = option_choices(&line.options);
    let added: i64 = option_choices
        .iter()
        .map(|choice| choice.price.saturating_mul(choice.quantity))
        .fold(0, i64::saturating_add);
    // A menu without numbers of the POS still has names that are unique.
    let code = match line.pos_code.as_str() {
        "" => line.item.as_str(),
        code => code,
    };
    LineItem {
        title: title(&line.name.ko),
        code: code.to_owned(),
        dining_option: dining,
        quantity: line.quantity,
        unit_price: line.unit.0.saturating_sub(added),
        option_choices,
        total_price: line.goods.0,
        tax_type: tax_type(line),
    }
}

/// Choices with their number for one piece of the line: a choice under another is taken
/// as often as all those above it together.
fn option_choices(options: &[PricedOption]) -> Vec<OptionChoice> {
    let mut above: Vec<i64> = Vec::new();
    let mut choices = Vec::with_capacity(options.len());
    for option in options {
        above.truncate(usize::from(option.depth));
        let outer = above.last().copied().unwrap_or(1);
        let quantity = outer.saturating_mul(i64::from(option.count));
        above.push(quantity);
        choices.push(OptionChoice {
            title: title(&option.name.ko),
            quantity,
            price: option.price.0,
        });
    }
    choices
}

fn tax_type(line: &PricedLine) -> &'static str {
    if line.taxable == line.goods {
        "TAXABLE"
    } else if line.taxable == Won::ZERO {
        "EXEMPT"
    } else {
        "MIXED"
    }
}

/// The guests' words for the kitchen, each with its dish. The POS has one memo an order.
fn memo(lines: &[PricedLine]) -> String {
    let words: Vec<String> = lines
        .iter()
        .filter(|line| !line.memo.is_empty())
        .map(|line| format!("{}: {}", title(&line.name.ko), line.memo.as_str()))
        .collect();
    words.join("\n").chars().take(MEMO_MOST).collect()
}

/// A name as a till can print it.
fn title(name: &str) -> String {
    let clean = name.chars().filter(|c| !is_control(*c));
    clean.take(TITLE_MOST).collect()
}

/// How it was paid; nothing for an attempt without its proof.
fn payment(attempt: &PaymentAttempt) -> Option<Payment> {
    let approval = attempt.approval.as_ref()?;
    Some(Payment {
        payment_key: attempt.id.to_string(),
        method: match attempt.method {
            Method::Kakaopay => "KAKAOPAY",
            Method::Toss => "TOSSPAYMENTS",
            Method::Barcode => "BARCODE",
            Method::Qr | Method::Sticker => "QR",
            Method::Counter => "COUNTER",
        },
        amount: approval.amount.0,
        approved_at: in_korea(approval.at),
        approval_number: approval.number.clone(),
    })
}

/// RFC 3339 with Korea's offset.
fn in_korea(at: Timestamp) -> String {
    let second = at.in_korea().second();
    format!("{}:{second:02}+09:00", at.to_minute().replacen(' ', "T", 1))
}

#[cfg(test)]
mod tests;
