//! Reading a request's fields the way the vendor does: numbers may come as strings, texts have
//! a greatest length in characters, and an empty required text is a missing one.
//!
//! Guarantees: the first field that does not fit is named in the refusal. Deliberately absent:
//! refusing unknown fields; the vendor ignores them.

use serde_json::{Map, Value};

use super::error::Refusal;

pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(crate) fn of(body: &'a Value) -> Result<Self, Refusal> {
        match body {
            Value::Object(map) => Ok(Self(map)),
            _ => Err(Refusal::field("body", "must be a JSON object")),
        }
    }

    fn present(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn optional_text(&self, name: &str, max: usize) -> Result<Option<String>, Refusal> {
        let Some(value) = self.present(name) else {
            return Ok(None);
        };
        let Value::String(text) = value else {
            return Err(Refusal::field(name, "must be a string"));
        };
        if text.chars().count() > max {
            return Err(Refusal::field(name, &format!("is longer than {max}")));
        }
        Ok((!text.is_empty()).then(|| text.clone()))
    }

    pub(crate) fn text(&self, name: &str, max: usize) -> Result<String, Refusal> {
        self.optional_text(name, max)?
            .ok_or_else(|| Refusal::field(name, "is required"))
    }

    /// A whole number that is not negative, as a JSON number or as digits in a string.
    pub(crate) fn optional_amount(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.present(name) else {
            return Ok(None);
        };
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(amount) if amount >= 0 => Ok(Some(amount)),
            _ => Err(Refusal::field(name, "must be a whole number, not negative")),
        }
    }

    pub(crate) fn amount(&self, name: &str) -> Result<i64, Refusal> {
        self.optional_amount(name)?
            .ok_or_else(|| Refusal::field(name, "is required"))
    }

    /// An address a browser can be sent to; script addresses are refused.
    pub(crate) fn url(&self, name: &str) -> Result<String, Refusal> {
        let url = self.text(name, 255)?;
        let scheme = url.split_once("://").map(|(scheme, _)| scheme);
        let fits = scheme.is_some_and(|scheme| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
                && !scheme.eq_ignore_ascii_case("javascript")
        });
        if fits && !url.chars().any(char::is_control) {
            Ok(url)
        } else {
            Err(Refusal::field(name, "must be an absolute address"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Amounts come as numbers or digit strings and as nothing else; each form is tried.
    #[test]
    fn amounts_are_numbers_or_digits() {
        let body = json!({"a": 2200, "b": "2200", "c": -1, "d": "-1", "e": 1.5, "f": "1e3",
            "g": true, "h": "", "i": "99999999999999999999"});
        let fields = Fields::of(&body).unwrap();
        assert_eq!(fields.amount("a").unwrap(), 2200);
        assert_eq!(fields.amount("b").unwrap(), 2200);
        for name in ["c", "d", "e", "f", "g", "h", "i", "absent"] {
            assert_eq!(fields.amount(name).unwrap_err().code, -2, "{name}");
        }
    }

    /// Lengths count characters, not bytes; a Korean name at the limit passes and one above fails.
    #[test]
    fn lengths_are_in_characters() {
        let body = json!({"ok": "가".repeat(100), "long": "가".repeat(101), "empty": ""});
        let fields = Fields::of(&body).unwrap();
        assert!(fields.text("ok", 100).is_ok());
        assert!(fields.text("long", 100).is_err());
        assert!(fields.text("empty", 100).is_err());
    }

    /// Return addresses must be places to go to, never scripts; good and bad ones are tried.
    #[test]
    fn return_addresses_are_places() {
        let body = json!({"a": "http://kiosk/x?y=1", "b": "soban://paid", "c": "javascript://%0aalert(1)",
            "d": "/relative", "e": "http://a\u{0}b"});
        let fields = Fields::of(&body).unwrap();
        assert!(fields.url("a").is_ok());
        assert!(fields.url("b").is_ok());
        for name in ["c", "d", "e"] {
            assert!(fields.url(name).is_err(), "{name}");
        }
    }
}
