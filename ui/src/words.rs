//! What the screens say, in the guest's language.
//!
//! Guarantees: a key that does not exist, a key that one language lacks, or a blank left
//! unfilled does not compile (the build script makes a function of each key); every amount
//! of money is written by [`won`], with a word that belongs to the language.
//! Deliberately absent: guessing a language from the browser. The store says which it
//! offers and the guest chooses.

use soban_domain::menu::{Allergen, Badge};
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::text::Lang;
use soban_protocol::ErrorCode;

#[expect(
    missing_docs,
    reason = "the keys are the documents' own; the words stand in locales/"
)]
#[expect(
    non_camel_case_types,
    reason = "a key with blanks is a type of that key's name"
)]
mod keys {
    use std::fmt::Display;

    use soban_domain::text::Lang;

    include!(concat!(env!("OUT_DIR"), "/keys.rs"));

    /// Puts values into the blanks (`{{ name }}`) of a text. The build script saw to it
    /// that each blank has one.
    fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut said = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some((before, (name, after))) = rest
            .split_once("{{")
            .and_then(|(before, after)| Some((before, after.split_once("}}")?)))
        {
            said.push_str(before);
            let value = values.iter().find(|(key, _)| *key == name.trim());
            if let Some((_, value)) = value {
                said.push_str(&value.to_string());
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }
}

#[doc(hidden)]
pub use keys::*;

/// Says the words of a key in a language, as a `String`:
/// `say!(lang, menu.pay)`, `say!(lang, menu.total, count = 3)`.
#[macro_export]
macro_rules! say {
    ($lang:expr, $($key:ident).+) => {
        ::std::string::String::from($crate::words::$($key)::+($lang))
    };
    ($lang:expr, $($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::$($key)::+ { $($name: &$value),+ }.say($lang)
    };
}

/// A language's own name for itself.
pub fn language(lang: Lang) -> String {
    match lang {
        Lang::Ko => say!(lang, language.ko),
        Lang::En => say!(lang, language.en),
        Lang::Ja => say!(lang, language.ja),
        Lang::Zh => say!(lang, language.zh),
    }
}

/// An amount with its currency: `12,500원`, `₩12,500`.
pub fn won(lang: Lang, amount: Won) -> String {
    say!(lang, common.won, amount = amount.to_string())
}

/// What a choice adds to or takes off a price; nothing for zero.
pub fn surcharge(lang: Lang, amount: Won) -> Option<String> {
    match amount.0 {
        0 => None,
        less if less < 0 => {
            let amount = Won(less.saturating_neg()).to_string();
            Some(say!(lang, common.minus_won, amount = amount))
        }
        _ => Some(say!(lang, common.plus_won, amount = amount.to_string())),
    }
}

/// What a guest reads about an error.
pub fn error(lang: Lang, code: ErrorCode) -> String {
    match code {
        ErrorCode::UnknownEndpoint => say!(lang, error.unknown_endpoint),
        ErrorCode::BadRequest => say!(lang, error.bad_request),
        ErrorCode::TooLarge => say!(lang, error.too_large),
        ErrorCode::CommandReused => say!(lang, error.command_reused),
        ErrorCode::UnknownScreen => say!(lang, error.unknown_screen),
        ErrorCode::BadCart => say!(lang, error.bad_cart),
        ErrorCode::UnknownQuote => say!(lang, error.unknown_quote),
        ErrorCode::QuoteExpired => say!(lang, error.quote_expired),
        ErrorCode::UnknownOrder => say!(lang, error.unknown_order),
        ErrorCode::UnknownPayment => say!(lang, error.unknown_payment),
        ErrorCode::PaymentOpen => say!(lang, error.payment_open),
        ErrorCode::AlreadyPaid => say!(lang, error.already_paid),
        ErrorCode::NothingToRefund => say!(lang, error.nothing_to_refund),
        ErrorCode::RefundOpen => say!(lang, error.refund_open),
        ErrorCode::OnlyWhole => say!(lang, error.only_whole),
        ErrorCode::OnlyByHand => say!(lang, error.only_by_hand),
        ErrorCode::BadReceiptNumber => say!(lang, error.bad_receipt_number),
        ErrorCode::ReceiptNotOurs => say!(lang, error.receipt_not_ours),
        ErrorCode::ReceiptExists => say!(lang, error.receipt_exists),
        ErrorCode::NotNow => say!(lang, error.not_now),
        ErrorCode::MethodNotOffered => say!(lang, error.method_not_offered),
        ErrorCode::WrongPin => say!(lang, error.wrong_pin),
        ErrorCode::PinLocked => say!(lang, error.pin_locked),
        ErrorCode::NotFound => say!(lang, error.not_found),
        ErrorCode::StoreBroken => say!(lang, error.store_broken),
        ErrorCode::Busy => say!(lang, error.busy),
        ErrorCode::Offline => say!(lang, error.offline),
        ErrorCode::Internal => say!(lang, error.internal),
    }
}

/// A way to pay.
pub fn method(lang: Lang, method: Method) -> String {
    match method {
        Method::Kakaopay => say!(lang, method.kakaopay),
        Method::Toss => say!(lang, method.toss),
        Method::Barcode => say!(lang, method.barcode),
        Method::Qr => say!(lang, method.qr),
        Method::Sticker => say!(lang, method.sticker),
        Method::Counter => say!(lang, method.counter),
    }
}

/// What a way to pay asks of the guest.
pub fn method_hint(lang: Lang, method: Method) -> String {
    match method {
        Method::Kakaopay => say!(lang, method.kakaopay_hint),
        Method::Toss => say!(lang, method.toss_hint),
        Method::Barcode => say!(lang, method.barcode_hint),
        Method::Qr => say!(lang, method.qr_hint),
        Method::Sticker => say!(lang, method.sticker_hint),
        Method::Counter => say!(lang, method.counter_hint),
    }
}

/// A mark on a dish.
pub fn badge(lang: Lang, badge: Badge) -> String {
    match badge {
        Badge::Popular => say!(lang, badge.popular),
        Badge::Recommended => say!(lang, badge.recommended),
        Badge::New => say!(lang, badge.new),
        Badge::ForTwo => say!(lang, badge.for_two),
        Badge::Spicy => say!(lang, badge.spicy),
        Badge::Vegetarian => say!(lang, badge.vegetarian),
    }
}

/// An allergen of the law's list.
pub fn allergen(lang: Lang, allergen: Allergen) -> String {
    match allergen {
        Allergen::Egg => say!(lang, allergen.egg),
        Allergen::Milk => say!(lang, allergen.milk),
        Allergen::Buckwheat => say!(lang, allergen.buckwheat),
        Allergen::Peanut => say!(lang, allergen.peanut),
        Allergen::Soybean => say!(lang, allergen.soybean),
        Allergen::Wheat => say!(lang, allergen.wheat),
        Allergen::Mackerel => say!(lang, allergen.mackerel),
        Allergen::Crab => say!(lang, allergen.crab),
        Allergen::Shrimp => say!(lang, allergen.shrimp),
        Allergen::Pork => say!(lang, allergen.pork),
        Allergen::Peach => say!(lang, allergen.peach),
        Allergen::Tomato => say!(lang, allergen.tomato),
        Allergen::Sulfite => say!(lang, allergen.sulfite),
        Allergen::Walnut => say!(lang, allergen.walnut),
        Allergen::Chicken => say!(lang, allergen.chicken),
        Allergen::Beef => say!(lang, allergen.beef),
        Allergen::Squid => say!(lang, allergen.squid),
        Allergen::Shellfish => say!(lang, allergen.shellfish),
        Allergen::PineNut => say!(lang, allergen.pine_nut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every error has words of its own in every language: all of them are said and
    /// compared.
    #[test]
    fn every_error_has_words() {
        for lang in Lang::ALL {
            let mut said: Vec<String> = ErrorCode::ALL.map(|code| error(lang, code)).to_vec();
            assert!(said.iter().all(|words| !words.is_empty()));
            said.sort();
            said.dedup();
            assert_eq!(said.len(), ErrorCode::ALL.len(), "{lang}");
        }
    }

    /// Blanks are filled where the language wants them, by trying two whose order differs.
    #[test]
    fn blanks_are_filled() {
        assert_eq!(won(Lang::Ko, Won(12_500)), "12,500\u{c6d0}");
        assert_eq!(won(Lang::En, Won(12_500)), "\u{20a9}12,500");
        assert_eq!(
            surcharge(Lang::En, Won(-500)).as_deref(),
            Some("\u{2212}\u{20a9}500")
        );
        assert_eq!(surcharge(Lang::En, Won::ZERO), None);
    }
}
