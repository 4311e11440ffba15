//! Words that may be kept: codes and the vendor's sentences without anything secret.
//!
//! Guarantees: what [`clean`] gives holds none of the given secrets, no control character,
//! no word that could be a token, a card number or a phone number, and at most
//! [`WORDS_MOST`] characters.

use soban_domain::text::is_control;

/// The most characters of a sentence that is kept.
const WORDS_MOST: usize = 100;
/// The most characters of a word: longer ones could be tokens.
const WORD_MOST: usize = 24;
/// The most characters of a word with a digit in it: longer ones could be numbers of
/// cards or phones.
const NUMBER_MOST: usize = 7;
/// The fewest characters of a word that is taken for a part of a secret.
const PART_LEAST: usize = 6;
/// What stands for a word that is left out.
const LEFT_OUT: &str = "…";

/// The vendor's words, fit to be kept.
pub(crate) fn clean(words: &str, secrets: &[&str]) -> String {
    let printable: String = words
        .chars()
        .take(4 * WORDS_MOST)
        .map(|c| if is_control(c) { ' ' } else { c })
        .collect();
    let kept: Vec<&str> = printable
        .split_whitespace()
        .map(|word| {
            if is_harmless(word, secrets) {
                word
            } else {
                LEFT_OUT
            }
        })
        .collect();
    kept.join(" ").chars().take(WORDS_MOST).collect()
}

fn is_harmless(word: &str, secrets: &[&str]) -> bool {
    let length = word.chars().count();
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_secret = secrets.iter().any(|secret| {
        let whole = !secret.is_empty() && word.contains(secret);
        whole || (length >= PART_LEAST && secret.contains(word))
    });
    length <= WORD_MOST && (!has_digit || length <= NUMBER_MOST) && !is_secret
}

/// An identifier of the vendor such as `USER_LOCKED`, or nothing if it is not one.
pub(crate) fn identifier(text: &str) -> Option<&str> {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let sane = !text.is_empty() && text.len() <= 40 && text.bytes().all(fits);
    sane.then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sentences of the vendor stay readable, and secrets in them do not, by trying both.
    #[test]
    fn sentences_stay_and_secrets_go() {
        assert_eq!(clean("approval failure!", &[]), "approval failure!");
        assert_eq!(
            clean("진행중인 거래가 있습니다.", &[]),
            "진행중인 거래가 있습니다."
        );
        assert_eq!(clean("bad 'a1b2c3d4e5' here", &[]), "bad … here");
        assert_eq!(clean("call 010-1234-5678", &[]), "call …");
        assert_eq!(clean("got=quietsecret!", &["quietsecret"]), "…");
        assert_eq!(clean("drawer\u{1b}p\u{0}", &[]), "drawer p");
    }

    /// Names of the vendor pass and anything else does not.
    #[test]
    fn identifiers_are_narrow() {
        assert_eq!(identifier("USER_LOCKED"), Some("USER_LOCKED"));
        for bad in ["", "user", "A B", "결제", &"A".repeat(41)] {
            assert_eq!(identifier(bad), None, "{bad}");
        }
    }

    proptest! {
        /// No secret of eight characters or more survives, wherever it stands in a sentence.
        #[test]
        fn no_secret_survives(
            before in "[a-z ]{0,30}",
            secret in "[A-Za-z0-9]{8,40}",
            after in "[a-z !]{0,30}",
        ) {
            let kept = clean(&format!("{before}{secret}{after}"), &[&secret]);
            prop_assert!(!kept.contains(&secret));
            prop_assert!(kept.chars().count() <= WORDS_MOST);
        }
    }
}
