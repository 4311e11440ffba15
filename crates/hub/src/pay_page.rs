//! What a payer's phone shows when it comes home: one sentence, and to look up.
//!
//! Guarantees: the address with the token is left at once (303), so that it stays in no
//! history; the page loads nothing and runs nothing.

use soban_domain::payment::PaymentState;
use soban_domain::text::Lang;
use soban_protocol::view::OrderView;

use crate::words::phone;

/// The words it needs, below `phone` in `locales/`.
#[cfg_attr(not(test), expect(dead_code, reason = "the proof that each has words"))]
pub(crate) const KEYS: [&str; 9] = [
    "title", "paid", "number", "checking", "not_paid", "closed", "look_up", "staff", "unknown",
];

/// The page for one attempt at paying an order; it looks again by itself until the payment is settled.
pub(crate) fn page(state: Option<PaymentState>, order: Option<&OrderView>) -> String {
    let lang = order.map_or(Lang::Ko, |order| order.lang);
    let (key, settled) = match state {
        Some(PaymentState::Approved | PaymentState::PartlyRefunded) => ("paid", true),
        Some(PaymentState::Declined | PaymentState::Expired) => ("not_paid", true),
        Some(
            PaymentState::Reversed
            | PaymentState::Reversing
            | PaymentState::Voided
            | PaymentState::Refunded,
        ) => ("closed", true),
        Some(PaymentState::NeedsStaff) => ("staff", true),
        Some(
            PaymentState::Prepared
            | PaymentState::Asking
            | PaymentState::Waiting
            | PaymentState::Approving
            | PaymentState::Closing
            | PaymentState::Unknown(_),
        ) => ("checking", false),
        None => ("unknown", true),
    };
    let number = match (key, order.and_then(|order| order.number)) {
        ("paid", Some(number)) => format!(
            "<p>{}</p><p class=number>{number}</p>",
            phone(lang, "number")
        ),
        _ => String::new(),
    };
    let again = if settled {
        ""
    } else {
        "<meta http-equiv=refresh content=2>"
    };
    format!(
        "<!doctype html><html lang={lang}><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\">{again}\
         <title>{title}</title><link rel=stylesheet href=\"/pay/style.css\">\
         <main data-state={key}><h1>{words}</h1>{number}<p class=hint>{hint}</p></main></html>",
        title = phone(lang, "title"),
        words = phone(lang, key),
        hint = phone(lang, "look_up"),
    )
}

/// Its style.
pub(crate) const STYLE: &str = "body{margin:0;background:#fbf8f3;color:#211c17;font-family:system-ui,sans-serif;\
word-break:keep-all}main{max-width:28rem;margin:18vh auto 0;padding:0 1.5rem;text-align:center}\
h1{font-size:1.75rem;line-height:1.35}.number{font-size:5.5rem;font-weight:800;margin:.2em 0;\
font-variant-numeric:tabular-nums}.hint{color:#5a5149;font-size:1.1rem}";
