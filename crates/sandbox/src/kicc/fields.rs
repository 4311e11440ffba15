//! The fields of the VAN's requests, with the vendor's lengths.
//!
//! Guarantees: texts are counted in bytes, as the vendor does; amounts are whole numbers; the
//! first field that does not fit is named. Deliberately absent: refusing unknown fields.

use serde_json::Value;

use super::book::Refusal;
use crate::config::KiccConfig;

/// What identifies an approval: net-cancel must bring exactly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Approve {
    pub(super) tid: String,
    pub(super) service: String,
    pub(super) business: String,
    pub(super) number: String,
    pub(super) token: String,
    pub(super) months: String,
    pub(super) amounts: Amounts,
    pub(super) date: String,
    pub(super) time: String,
    /// Not among net-cancel's fields, so never compared.
    pub(super) tax_free: TaxFree,
}

/// Won, split as the vendor splits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) total: i64,
    pub(super) vat: i64,
    pub(super) service: i64,
}

/// The tax-free part; equal to every other, because net-cancel does not send it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaxFree(pub(super) i64);

impl PartialEq for TaxFree {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for TaxFree {}

/// A cancel.
#[derive(Clone, Debug)]
pub(super) struct Void {
    pub(super) number: String,
    /// The key is the VAN's number; otherwise the merchant's.
    pub(super) by_van_number: bool,
    pub(super) original: String,
    pub(super) amounts: Amounts,
    pub(super) approved_on: String,
    pub(super) approval: String,
}

fn text(body: &Value, name: &'static str, max: usize) -> Result<String, Refusal> {
    let text = body.get(name).and_then(Value::as_str);
    text.filter(|text| (1..=max).contains(&text.len()))
        .map(str::to_owned)
        .ok_or(Refusal::Malformed(name))
}

fn digits(body: &Value, name: &'static str, count: usize) -> Result<String, Refusal> {
    let text = text(body, name, count)?;
    if text.len() == count && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text)
    } else {
        Err(Refusal::Malformed(name))
    }
}

fn won(body: &Value, name: &'static str, absent: Option<i64>) -> Result<i64, Refusal> {
    let given = match body.get(name) {
        None | Some(Value::Null) => absent,
        Some(value) => value.as_i64(),
    };
    given
        .filter(|amount| *amount >= 0)
        .ok_or(Refusal::Malformed(name))
}

fn amounts(body: &Value) -> Result<Amounts, Refusal> {
    let amounts = Amounts {
        total: won(body, "trxAmt", None)?,
        vat: won(body, "vatAmt", None)?,
        service: won(body, "svcAmt", Some(0))?,
    };
    if amounts.total == 0 || amounts.vat + amounts.service > amounts.total {
        return Err(Refusal::Malformed("trxAmt"));
    }
    Ok(amounts)
}

/// Terminal and service must be the ones of the settings; the business number ten digits.
pub(super) fn check_shop(body: &Value, shop: &KiccConfig) -> Result<(), Refusal> {
    digits(body, "bizrNo", 10)?;
    if text(body, "tid", 10)? != shop.tid || text(body, "svcId", 10)? != shop.service {
        return Err(Refusal::UnknownTerminal);
    }
    Ok(())
}

/// What the merchant wants to hear again.
pub(super) fn user_data(body: &Value) -> Result<Option<String>, Refusal> {
    match body.get("userData") {
        None | Some(Value::Null) => Ok(None),
        Some(_) => text(body, "userData", 512).map(Some),
    }
}

impl Approve {
    pub(super) fn of(body: &Value) -> Result<Self, Refusal> {
        Ok(Self {
            tid: text(body, "tid", 10)?,
            service: text(body, "svcId", 10)?,
            business: text(body, "bizrNo", 10)?,
            number: text(body, "mercTrxNo", 40)?,
            token: text(body, "tokenKey", 128)?,
            months: digits(body, "alotMonth", 2)?,
            amounts: amounts(body)?,
            date: digits(body, "tranDt", 8)?,
            time: digits(body, "tranTm", 6)?,
            tax_free: TaxFree(won(body, "taxFreeAmt", Some(0))?),
        })
    }
}

impl Void {
    pub(super) fn of(body: &Value) -> Result<Self, Refusal> {
        digits(body, "tranDt", 8)?;
        digits(body, "tranTm", 6)?;
        let by_van_number = match text(body, "wcc", 1)?.as_str() {
            "T" => true,
            "G" => false,
            _ => return Err(Refusal::Malformed("wcc")),
        };
        Ok(Self {
            number: text(body, "mercTrxNo", 40)?,
            by_van_number,
            // The vendor says 20 bytes here and 40 for the number it may hold.
            original: text(body, "cndTrxNo", 40)?,
            amounts: amounts(body)?,
            approved_on: digits(body, "orgAprvDt", 8)?,
            approval: text(body, "orgAprvNo", 10)?,
        })
    }
}
