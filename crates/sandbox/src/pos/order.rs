//! The order as the counter POS takes it: its fields, and what must add up.
//!
//! Shaped after the Toss Place open API (POS reference, section 1.1). The sums:
//! - a line's `totalPrice` = `quantity` × (`unitPrice` + Σ option `price` × option `quantity`);
//! - Σ lines − `discountAmount` = `totalAmount`, or `totalAmount` − `depositAmount` where
//!   the cup deposit is not a line of its own;
//! - `supplyAmount` + `taxAmount` + `taxExemptAmount` + `depositAmount` = `totalAmount`;
//! - Σ payments = `totalAmount`, or there are none (the order is paid at the counter).
//!
//! Guarantees: what does not add up is never accepted. Deliberately absent: refusing unknown
//! fields, and a check of the tax rate, whose rounding is the sender's.

use serde::{Deserialize, Serialize};

/// Lines of one order.
const MAX_LINES: usize = 200;
/// Options of one line.
const MAX_OPTIONS: usize = 50;
/// Letters in a title, code, number or key.
const MAX_TEXT: usize = 200;
/// Letters in a memo.
const MAX_MEMO: usize = 500;
/// Won or pieces; keeps every product and sum inside 64 bits.
const MAX_NUMBER: i64 = 1_000_000_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub(crate) order: PosOrder,
    #[serde(default)]
    pub(crate) payments: Vec<PosPayment>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PosOrder {
    pub(crate) order_key: String,
    pub(crate) order_number: String,
    pub(crate) revision: u32,
    #[serde(default)]
    pub(crate) memo: Option<String>,
    pub(crate) line_items: Vec<LineItem>,
    pub(crate) charge_price: ChargePrice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum DiningOption {
    Here,
    Togo,
    Delivery,
    Pickup,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineItem {
    pub(crate) title: String,
    pub(crate) code: String,
    pub(crate) dining_option: DiningOption,
    pub(crate) quantity: i64,
    pub(crate) unit_price: i64,
    #[serde(default)]
    pub(crate) option_choices: Vec<OptionChoice>,
    pub(crate) total_price: i64,
    pub(crate) tax_type: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OptionChoice {
    pub(crate) title: String,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChargePrice {
    pub(crate) list_price: i64,
    #[serde(default)]
    pub(crate) discount_amount: i64,
    pub(crate) tax_amount: i64,
    pub(crate) supply_amount: i64,
    #[serde(default)]
    pub(crate) tax_exempt_amount: i64,
    #[serde(default)]
    pub(crate) deposit_amount: i64,
    pub(crate) total_amount: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PosPayment {
    pub(crate) payment_key: String,
    pub(crate) method: String,
    pub(crate) amount: i64,
    #[serde(default)]
    pub(crate) approved_at: Option<String>,
    #[serde(default)]
    pub(crate) approval_number: Option<String>,
}

/// Why a submission is not one the till can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// A field is empty, too long or out of range.
    Field(String),
    /// The sums do not add up.
    Sum(String),
}

impl Submission {
    /// Whether the till can take this order at all.
    pub(crate) fn check(&self) -> Result<(), Misfit> {
        self.check_fields()?;
        self.check_sums()
    }

    fn check_fields(&self) -> Result<(), Misfit> {
        let order = &self.order;
        text("orderKey", &order.order_key, 1, MAX_TEXT)?;
        text("orderNumber", &order.order_number, 1, MAX_TEXT)?;
        text("memo", order.memo.as_deref().unwrap_or(""), 0, MAX_MEMO)?;
        count("lineItems", order.line_items.len(), 1, MAX_LINES)?;
        count("payments", self.payments.len(), 0, MAX_OPTIONS)?;
        for line in &order.line_items {
            text("title", &line.title, 1, MAX_TEXT)?;
            text("code", &line.code, 1, MAX_TEXT)?;
            number("quantity", line.quantity, 1)?;
            number("unitPrice", line.unit_price, 0)?;
            number("totalPrice", line.total_price, 0)?;
            count("optionChoices", line.option_choices.len(), 0, MAX_OPTIONS)?;
            for choice in &line.option_choices {
                text("optionChoices.title", &choice.title, 1, MAX_TEXT)?;
                number("optionChoices.quantity", choice.quantity, 0)?;
                number("optionChoices.price", choice.price, -MAX_NUMBER)?;
            }
        }
        let charge = &order.charge_price;
        for (name, amount) in [
            ("listPrice", charge.list_price),
            ("discountAmount", charge.discount_amount),
            ("taxAmount", charge.tax_amount),
            ("supplyAmount", charge.supply_amount),
            ("taxExemptAmount", charge.tax_exempt_amount),
            ("depositAmount", charge.deposit_amount),
            ("totalAmount", charge.total_amount),
        ] {
            number(name, amount, 0)?;
        }
        for payment in &self.payments {
            text("paymentKey", &payment.payment_key, 1, MAX_TEXT)?;
            number("payments.amount", payment.amount, 0)?;
        }
        Ok(())
    }

    fn check_sums(&self) -> Result<(), Misfit> {
        let charge = &self.order.charge_price;
        let mut lines = 0i128;
        for line in &self.order.line_items {
            let options: i128 = line
                .option_choices
                .iter()
                .map(|choice| i128::from(choice.price) * i128::from(choice.quantity))
                .sum();
            let due = i128::from(line.quantity) * (i128::from(line.unit_price) + options);
            if due != i128::from(line.total_price) {
                return Err(sum(&format!("{}: totalPrice is not {due}", line.code)));
            }
            lines += due;
        }
        let charged = lines - i128::from(charge.discount_amount);
        let total = i128::from(charge.total_amount);
        if charged != total && charged != total - i128::from(charge.deposit_amount) {
            return Err(sum("the lines do not add up to totalAmount"));
        }
        let parts = charge.supply_amount
            + charge.tax_amount
            + charge.tax_exempt_amount
            + charge.deposit_amount;
        if parts != charge.total_amount {
            return Err(sum("supply, tax, exempt and deposit are not totalAmount"));
        }
        let paid: i64 = self.payments.iter().map(|payment| payment.amount).sum();
        if !self.payments.is_empty() && paid != charge.total_amount {
            return Err(sum("the payments are not totalAmount"));
        }
        Ok(())
    }
}

fn sum(what: &str) -> Misfit {
    Misfit::Sum(what.to_owned())
}

fn text(name: &str, value: &str, least: usize, most: usize) -> Result<(), Misfit> {
    let fits = value.chars().nth(most).is_none() && value.chars().count() >= least;
    let clean = !value.chars().any(|c| c.is_control() && c != '\n');
    if fits && clean {
        Ok(())
    } else {
        Err(Misfit::Field(format!(
            "{name} must be {least} to {most} letters without control characters"
        )))
    }
}

fn count(name: &str, value: usize, least: usize, most: usize) -> Result<(), Misfit> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(Misfit::Field(format!("{name} must be {least} to {most}")))
    }
}

fn number(name: &str, value: i64, least: i64) -> Result<(), Misfit> {
    if (least..=MAX_NUMBER).contains(&value) {
        Ok(())
    } else {
        Err(Misfit::Field(format!(
            "{name} must be {least} to {MAX_NUMBER}"
        )))
    }
}
