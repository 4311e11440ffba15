//! The gateway's book: every payment, and the request log beside it.
//!
//! Guarantees: tids, page secrets and pg_tokens are drawn from the system's randomness and are
//! never reused; the book is bounded and refuses new payments with -429 when full.
//! Deliberately absent: forgetting a payment before a reset.

use std::collections::HashMap;

use rand::Rng;
use rand::distr::{Alphanumeric, SampleString};
use serde_json::Value;

use super::error::Refusal;
use super::fields::Fields;
use super::payment::{Amounts, Method, Payment, Status, Terms, default_vat};
use crate::clock::Moment;
use crate::config::PaymentSettings;
use crate::ledger::RequestLog;

/// Payments one sandbox keeps between resets.
const MAX_PAYMENTS: usize = 20_000;

#[derive(Debug)]
pub(crate) struct PaymentBook {
    settings: PaymentSettings,
    payments: Vec<Payment>,
    by_tid: HashMap<String, usize>,
    by_page: HashMap<String, usize>,
    pub(crate) log: RequestLog,
}

/// Twenty characters as the vendor's ids have: a letter and nineteen digits.
pub(crate) fn vendor_id(letter: char) -> String {
    let mut rng = rand::rng();
    let mut id = String::with_capacity(20);
    id.push(letter);
    for _ in 0..19 {
        id.push(char::from(b'0' + rng.random_range(0..10u8)));
    }
    id
}

fn secret(length: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), length)
}

impl PaymentBook {
    pub(crate) fn new(settings: PaymentSettings) -> Self {
        Self {
            settings,
            payments: Vec::new(),
            by_tid: HashMap::new(),
            by_page: HashMap::new(),
            log: RequestLog::default(),
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.settings.clone());
    }

    pub(crate) fn payments(&self) -> &[Payment] {
        &self.payments
    }

    pub(crate) fn check_cid(&self, fields: &Fields<'_>) -> Result<(), Refusal> {
        if fields.text("cid", 10)? == self.settings.cid {
            Ok(())
        } else {
            Err(Refusal::wrong_cid())
        }
    }

    pub(crate) fn open(&mut self, body: &Value, now: Moment) -> Result<&Payment, Refusal> {
        let fields = Fields::of(body)?;
        self.check_cid(&fields)?;
        let terms = self.terms(&fields)?;
        if self.payments.len() >= MAX_PAYMENTS {
            return Err(Refusal::quota());
        }
        let mut tid = vendor_id('T');
        while self.by_tid.contains_key(&tid) {
            tid = vendor_id('T');
        }
        let at = self.payments.len();
        let page = secret(40);
        self.by_tid.insert(tid.clone(), at);
        self.by_page.insert(page.clone(), at);
        self.payments.push(Payment {
            tid,
            page,
            terms,
            status: Status::Ready,
            method: None,
            watched: false,
            pg_token: None,
            created_at: now,
            canceled: Amounts::default(),
            actions: Vec::new(),
            in_progress: false,
        });
        Ok(&self.payments[at])
    }

    fn terms(&self, fields: &Fields<'_>) -> Result<Terms, Refusal> {
        let partner_order_id = fields.text("partner_order_id", 100)?;
        let partner_user_id = fields.text("partner_user_id", 100)?;
        let item_name = fields.text("item_name", 100)?;
        let quantity = fields.amount("quantity")?;
        let amount = self.ready_amounts(fields)?;
        fields.optional_text("cid_secret", 24)?;
        let only_method = match fields.optional_text("payment_method_type", 20)? {
            None => None,
            Some(name) => Some(Method::parse(&name).ok_or_else(|| Refusal::other_method(&name))?),
        };
        let install_month = fields.optional_amount("install_month")?.unwrap_or(0);
        if install_month > 12 {
            return Err(Refusal::field("install_month", "must be 0 to 12"));
        }
        Ok(Terms {
            cid: self.settings.cid.clone(),
            partner_order_id,
            partner_user_id,
            item_name,
            item_code: fields.optional_text("item_code", 100)?,
            quantity,
            amount,
            approval_url: fields.url("approval_url")?,
            cancel_url: fields.url("cancel_url")?,
            fail_url: fields.url("fail_url")?,
            only_method,
            install_month,
        })
    }

    fn ready_amounts(&self, fields: &Fields<'_>) -> Result<Amounts, Refusal> {
        let total = fields.amount("total_amount")?;
        let tax_free = fields.amount("tax_free_amount")?;
        let green_deposit = fields.optional_amount("green_deposit")?.unwrap_or(0);
        if total == 0 {
            return Err(Refusal::wrong_amount("total_amount"));
        }
        if total > self.settings.payment_limit {
            return Err(Refusal::above_limit());
        }
        if tax_free > total {
            return Err(Refusal::wrong_amount("tax_free_amount"));
        }
        if green_deposit > total {
            return Err(Refusal::wrong_amount("green_deposit"));
        }
        let vat = match fields.optional_amount("vat_amount")? {
            Some(vat) if vat > total - tax_free => {
                return Err(Refusal::wrong_amount("vat_amount"));
            }
            Some(vat) => vat,
            None => default_vat(total, tax_free),
        };
        Ok(Amounts {
            total,
            tax_free,
            vat,
            point: 0,
            discount: 0,
            green_deposit,
        })
    }

    pub(crate) fn by_tid(&self, tid: &str) -> Result<&Payment, Refusal> {
        let at = self.by_tid.get(tid).ok_or_else(Refusal::unknown_tid)?;
        Ok(&self.payments[*at])
    }

    pub(crate) fn by_tid_mut(&mut self, tid: &str) -> Result<&mut Payment, Refusal> {
        let at = self.by_tid.get(tid).ok_or_else(Refusal::unknown_tid)?;
        Ok(&mut self.payments[*at])
    }

    pub(crate) fn by_page(&self, page: &str) -> Option<&Payment> {
        Some(&self.payments[*self.by_page.get(page)?])
    }

    pub(crate) fn by_page_mut(&mut self, page: &str) -> Option<&mut Payment> {
        Some(&mut self.payments[*self.by_page.get(page)?])
    }
}

impl Payment {
    /// Somebody looks at the payment: on the kiosk's screen (`watched`) or on a phone.
    pub(crate) fn look(&mut self, watched: bool, now: Moment) {
        if self.expired(now) {
            return;
        }
        self.watched |= watched;
        if self.status == Status::Ready {
            self.status = Status::OpenPayment;
        }
    }

    /// The guest pressed pay. A second press keeps the first one's token.
    pub(crate) fn authenticate(&mut self, method: Method, now: Moment) {
        if self.expired(now) || !matches!(self.status, Status::Ready | Status::OpenPayment) {
            return;
        }
        self.method = Some(self.terms.only_method.unwrap_or(method));
        self.status = Status::AuthPassword;
        self.pg_token = Some(secret(20));
    }

    /// The guest left, or the authentication failed.
    pub(crate) fn give_up(&mut self, status: Status, now: Moment) {
        let open = matches!(self.status, Status::Ready | Status::OpenPayment);
        if open && !self.expired(now) {
            self.status = status;
        }
    }

    /// Where the browser goes now, if anywhere.
    pub(crate) fn way_home(&self, now: Moment) -> Option<String> {
        if self.expired(now) {
            return Some(self.terms.fail_url.clone());
        }
        match self.status {
            Status::Ready | Status::OpenPayment => None,
            Status::QuitPayment => Some(self.terms.cancel_url.clone()),
            Status::FailPayment => Some(self.terms.fail_url.clone()),
            Status::AuthPassword
            | Status::SuccessPayment
            | Status::PartCancelPayment
            | Status::CancelPayment => self
                .pg_token
                .as_deref()
                .map(|token| with_token(&self.terms.approval_url, token)),
        }
    }
}

/// Adds `pg_token` to an address that may already have a query or a fragment.
fn with_token(url: &str, token: &str) -> String {
    let (front, fragment) = match url.split_once('#') {
        Some((front, fragment)) => (front, Some(fragment)),
        None => (url, None),
    };
    let joint = if front.contains('?') { '&' } else { '?' };
    let mut address = format!("{front}{joint}pg_token={token}");
    if let Some(fragment) = fragment {
        address.push('#');
        address.push_str(fragment);
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The token must land in the query wherever the address already has one; four shapes are tried.
    #[test]
    fn the_token_lands_in_the_query() {
        assert_eq!(with_token("http://k/a", "t"), "http://k/a?pg_token=t");
        assert_eq!(
            with_token("http://k/a?b=1", "t"),
            "http://k/a?b=1&pg_token=t"
        );
        assert_eq!(with_token("http://k/a#f", "t"), "http://k/a?pg_token=t#f");
        assert_eq!(with_token("http://k/?x#f", "t"), "http://k/?x&pg_token=t#f");
    }

    /// Vendor ids must be a letter and nineteen digits; one is taken apart.
    #[test]
    fn vendor_ids_have_twenty_characters() {
        let id = vendor_id('T');
        assert_eq!(id.len(), 20);
        assert!(id.starts_with('T') && id[1..].bytes().all(|b| b.is_ascii_digit()));
    }

    proptest! {
        /// The default VAT must be an eleventh rounded half up; compared with exact fractions of any taxable amount.
        #[test]
        fn vat_is_an_eleventh_half_up(total in 0i64..1_000_000_000, free in 0i64..1_000_000_000) {
            let taxable = (total - free).max(0);
            let vat = default_vat(total, free);
            prop_assert!(22 * vat - 2 * taxable <= 11 && 22 * vat - 2 * taxable > -11);
        }
    }
}
