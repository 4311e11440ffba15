//! What every gateway looks at before it asks for money.

use soban_domain::money::Won;
use soban_engine::ports::gateway::{Ask, Held, NoOffer};

/// A refusal of our own, before anything is sent.
pub(crate) fn not_asked(words: &str) -> NoOffer {
    NoOffer {
        passing: false,
        code: "not_asked".to_owned(),
        words: words.to_owned(),
    }
}

/// Refuses what a gateway would refuse, or worse, take: no amount, or parts that do not add
/// up to it.
pub(crate) fn check(ask: &Ask) -> Result<(), NoOffer> {
    if !ask.amount.is_positive() {
        return Err(not_asked("the amount is not above zero"));
    }
    let parts = [ask.tax.supply, ask.tax.vat, ask.tax.exempt, ask.tax.deposit];
    if Won::sum(parts) != Some(ask.amount) || parts.iter().any(|part| part.0 < 0) {
        return Err(not_asked("the tax parts do not add up to the amount"));
    }
    Ok(())
}

/// What of a payment's amount is no taxable sale: exempt goods and deposits.
pub(crate) fn tax_free(tax: &soban_domain::tax::TaxParts) -> i64 {
    tax.exempt.0.saturating_add(tax.deposit.0)
}

/// A value from outside, short and printable. Ids and amounts are no secrets.
pub(crate) fn shown(value: &str) -> String {
    value
        .chars()
        .filter(|c| c.is_ascii_graphic())
        .take(40)
        .collect()
}

/// How a field of an answer differs from what is held.
pub(crate) fn differs(name: &str, found: &str, due: &str) -> Option<String> {
    (found != due).then(|| format!("{name} is {}, due {due}", shown(found)))
}

/// The amount still with the gateway, as we know it.
pub(crate) fn rest(held: &Held) -> Won {
    Won(held.amount.0.saturating_sub(held.refunded.0))
}
