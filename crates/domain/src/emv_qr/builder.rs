//! Making a merchant's code for a Korean store: in won, in KR, tags in their order.
//!
//! Deliberately absent: the accounts' contents. What a scheme wants in its template is
//! the adapter's knowledge.

use super::BadMerchantQr;
use super::merchant::{Initiation, MerchantQr};
use super::merchant_rules::{
    ADDITIONAL, AMOUNT, BILL, CATEGORY, CITY, COUNTRY, CURRENCY, ID, INITIATION, KRW, LANGUAGE,
    LOCAL_CITY, LOCAL_NAME, NAME, POSTAL_CODE, REFERENCE, STORE, TERMINAL,
};
use super::object::{Content, Field, Object};
use super::tlv::Tag;
use crate::money::Won;

/// Gathers what a code says. Begun by [`MerchantQr::dynamic`] or [`MerchantQr::fixed`];
/// whatever breaks a rule comes back from [`MerchantQrBuilder::build`].
#[derive(Clone, Debug)]
#[must_use]
pub struct MerchantQrBuilder {
    initiation: Initiation,
    amount: Option<Won>,
    accounts: Vec<Object>,
    business: Vec<Object>,
    place: Vec<Object>,
    additional: Vec<Field>,
    local: Option<Object>,
}

fn field(tag: Tag, value: impl Into<String>) -> Field {
    let value = value.into();
    Field { tag, value }
}

fn template(tag: Tag, fields: Vec<Field>) -> Object {
    Object {
        tag,
        content: Content::Template(fields),
    }
}

impl MerchantQrBuilder {
    pub(super) fn new(initiation: Initiation, amount: Option<Won>) -> MerchantQrBuilder {
        MerchantQrBuilder {
            initiation,
            amount,
            accounts: Vec::new(),
            business: Vec::new(),
            place: Vec::new(),
            additional: Vec::new(),
            local: None,
        }
    }

    /// The merchant's number with a card scheme (tags 02 to 25).
    pub fn account_number(mut self, tag: Tag, number: &str) -> MerchantQrBuilder {
        self.accounts.push(Object::text(tag, number));
        self
    }

    /// A merchant account template (tags 26 to 51): its globally unique id and what the
    /// scheme wants besides.
    pub fn account(mut self, tag: Tag, id: &str, more: &[(Tag, &str)]) -> MerchantQrBuilder {
        let mut fields = vec![field(ID, id)];
        fields.extend(more.iter().map(|(tag, value)| field(*tag, *value)));
        self.accounts.push(template(tag, fields));
        self
    }

    /// The kind of business (MCC): four digits.
    pub fn category(mut self, category: &str) -> MerchantQrBuilder {
        self.business.push(Object::text(CATEGORY, category));
        self
    }

    /// Name (at most 25) and city (at most 15) in printable ASCII.
    pub fn merchant(mut self, name: &str, city: &str) -> MerchantQrBuilder {
        self.place.push(Object::text(NAME, name));
        self.place.push(Object::text(CITY, city));
        self
    }

    /// The postal code.
    pub fn postal_code(mut self, code: &str) -> MerchantQrBuilder {
        self.place.push(Object::text(POSTAL_CODE, code));
        self
    }

    /// Name (at most 25) and city (at most 15) in Korean.
    pub fn korean(mut self, name: &str, city: &str) -> MerchantQrBuilder {
        let fields = vec![
            field(ID, "ko"),
            field(LOCAL_NAME, name),
            field(LOCAL_CITY, city),
        ];
        self.local = Some(template(LANGUAGE, fields));
        self
    }

    /// 62-01: the number of the bill.
    pub fn bill_number(self, bill: &str) -> MerchantQrBuilder {
        self.additional(BILL, bill)
    }

    /// 62-03: the store.
    pub fn store_label(self, store: &str) -> MerchantQrBuilder {
        self.additional(STORE, store)
    }

    /// 62-05: what the payment is found by.
    pub fn reference_label(self, reference: &str) -> MerchantQrBuilder {
        self.additional(REFERENCE, reference)
    }

    /// 62-07: the terminal.
    pub fn terminal_label(self, terminal: &str) -> MerchantQrBuilder {
        self.additional(TERMINAL, terminal)
    }

    /// A field of the additional data (tag 62).
    pub fn additional(mut self, tag: Tag, value: &str) -> MerchantQrBuilder {
        self.additional.push(field(tag, value));
        self
    }

    /// The code.
    ///
    /// # Errors
    /// The first rule that what was gathered breaks.
    pub fn build(mut self) -> Result<MerchantQr, BadMerchantQr> {
        let initiation = match self.initiation {
            Initiation::Static => "11",
            Initiation::Dynamic => "12",
        };
        let mut objects = vec![Object::text(INITIATION, initiation)];
        objects.extend(self.accounts);
        objects.extend(self.business);
        objects.push(Object::text(CURRENCY, KRW));
        if let Some(amount) = self.amount {
            objects.push(Object::text(AMOUNT, amount.0.to_string()));
        }
        objects.push(Object::text(COUNTRY, "KR"));
        objects.extend(self.place);
        if !self.additional.is_empty() {
            self.additional.sort_by_key(|field| field.tag);
            objects.push(template(ADDITIONAL, self.additional));
        }
        objects.extend(self.local);
        MerchantQr::new(objects)
    }
}
