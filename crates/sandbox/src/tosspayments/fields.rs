//! Reading a request's fields the way this vendor does: numbers are numbers, texts have a
//! greatest length in characters.
//!
//! Guarantees: the first field that does not fit is named in the refusal. Deliberately absent:
//! refusing unknown fields; the vendor ignores them.

use serde_json::Value;

use super::refusal::Refusal;

fn present<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    body.get(name).filter(|value| !value.is_null())
}

pub(super) fn text(body: &Value, name: &str, max: usize) -> Result<String, Refusal> {
    let text = present(body, name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Refusal::field(name, "필수 파라미터입니다."))?;
    if text.chars().count() > max {
        return Err(Refusal::field(name, &format!("{max}자 이하여야 합니다.")));
    }
    Ok(text.to_owned())
}

pub(super) fn optional_won(body: &Value, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(value) = present(body, name) else {
        return Ok(None);
    };
    match value.as_i64() {
        Some(amount) if amount >= 0 => Ok(Some(amount)),
        _ => Err(Refusal::field(name, "0 이상의 정수여야 합니다.")),
    }
}

pub(super) fn won(body: &Value, name: &str) -> Result<i64, Refusal> {
    optional_won(body, name)?.ok_or_else(|| Refusal::field(name, "필수 파라미터입니다."))
}

/// 6 to 64 of `A-Z a-z 0-9 - _ =`.
pub(super) fn order_id(body: &Value) -> Result<String, Refusal> {
    let id = text(body, "orderId", 64).map_err(|_| Refusal::of("INVALID_ORDER_ID"))?;
    let fits = id.len() >= 6
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    if fits {
        Ok(id)
    } else {
        Err(Refusal::of("INVALID_ORDER_ID"))
    }
}

/// An address a browser can be sent to.
pub(super) fn address(body: &Value, name: &str) -> Result<String, Refusal> {
    let url = text(body, name, 2048)?;
    let fits = (url.starts_with("http://") || url.starts_with("https://"))
        && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if fits {
        Ok(url)
    } else {
        Err(Refusal::field(name, "올바른 주소가 아닙니다."))
    }
}
