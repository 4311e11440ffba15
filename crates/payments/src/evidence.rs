//! Words that may be kept: codes and the vendor's sentences without anything secret.
//!
//! Guarantees: what [`clean`] gives holds none of the given secrets, no control character,
//! no word that could be a token, no number that could be of a card or a phone, together or
//! in groups, and at most [`WORDS_MOST`] characters.

use std::collections::BTreeSet;
use std::iter;

use soban_domain::text::is_control;

/// The most characters of a sentence that is kept.
const WORDS_MOST: usize = 100;
/// The most characters of a word: longer ones could be tokens.
const WORD_MOST: usize = 24;
/// The most characters of a word with a digit in it, and the most digits of neighbouring
/// ones: longer could be numbers of cards or phones.
const NUMBER_MOST: usize = 7;
/// The fewest characters in a row that are taken for a part of a secret.
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
    let words: Vec<&str> = printable.split_whitespace().collect();
    let mut bad: BTreeSet<usize> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| (!is_harmless(word)).then_some(at))
        .collect();
    bad.extend(numbers(&words));
    // First what a word gives away by itself, then what the rest gives away together.
    for secret in secrets {
        let secret: String = secret.chars().filter(|c| !parts(*c)).collect();
        let numbered = words.iter().enumerate();
        let alone = numbered.filter(|(_, word)| !parts_of(&secret, iter::once(**word)).is_empty());
        bad.extend(alone.map(|(at, _)| at));
        let rest = words.iter().enumerate();
        let rest = rest.map(|(at, word)| if bad.contains(&at) { LEFT_OUT } else { word });
        let together = parts_of(&secret, rest);
        bad.extend(together);
    }
    let kept: Vec<&str> = words
        .iter()
        .enumerate()
        .map(|(at, word)| if bad.contains(&at) { LEFT_OUT } else { word })
        .collect();
    kept.join(" ").chars().take(WORDS_MOST).collect()
}

fn is_harmless(word: &str) -> bool {
    let length = word.chars().count();
    let has_digit = word.chars().any(char::is_numeric);
    length <= WORD_MOST && (!has_digit || length <= NUMBER_MOST)
}

/// The words of a number that is written with blanks, such as `1234 5678` and
/// `(010) 123 - 4567`: neighbours with digits, and nothing but marks between them, that
/// have more digits together than a word may have.
fn numbers(words: &[&str]) -> BTreeSet<usize> {
    let mut long = BTreeSet::new();
    let (mut run, mut digits) = (Vec::new(), 0);
    // The empty text ends the last run.
    for (at, word) in words.iter().copied().chain([""]).enumerate() {
        let here = word.chars().filter(|c| c.is_numeric()).count();
        let is_mark = !word.is_empty() && !word.chars().any(char::is_alphanumeric);
        if here > 0 {
            run.push(at);
            digits += here;
        } else if !is_mark {
            if digits > NUMBER_MOST {
                long.extend(run.iter().copied());
            }
            run.clear();
            digits = 0;
        }
    }
    long
}

/// The words that hold some of a secret, however it is parted by blanks and hyphens; the
/// secret itself without them.
fn parts_of<'a>(secret: &str, words: impl Iterator<Item = &'a str>) -> BTreeSet<usize> {
    let length = secret.chars().count().min(PART_LEAST);
    let marked: Vec<(usize, char)> = words
        .enumerate()
        .flat_map(|(at, word)| word.chars().map(move |c| (at, c)))
        .filter(|(_, c)| !parts(*c))
        .collect();
    let mut found = BTreeSet::new();
    if length == 0 {
        return found;
    }
    for window in marked.windows(length) {
        let part: String = window.iter().map(|(_, c)| c).collect();
        if secret.contains(&part) {
            found.extend(window.iter().map(|(at, _)| *at));
        }
    }
    found
}

/// True for what a number or a secret may be parted by: blanks, controls, hyphens, dashes.
fn parts(c: char) -> bool {
    let is_dash = matches!(
        c,
        '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'
    );
    c.is_whitespace() || is_control(c) || is_dash
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

    /// A number in groups goes with all of its groups, whatever stands between them, and
    /// short numbers with words between them stay, by trying both.
    #[test]
    fn numbers_in_groups_go() {
        for number in [
            "1234 5678 9012 3456",
            "010 1234 5678",
            "(010) 123 - 4567",
            "12 - 34 / 56 . 78",
            "０１０ １２３４ ５６７８",
            "a1234 b5678",
        ] {
            let kept = clean(&format!("번호 {number} 거절"), &[]);
            assert!(!kept.chars().any(char::is_numeric), "{number}: {kept}");
            assert!(kept.starts_with("번호 …") && kept.ends_with(" 거절"));
        }
        let short = "code 8001 at 12:30 for 5200 won of 9500";
        assert_eq!(clean(short, &[]), short);
    }

    /// A secret in groups goes, and so does one that was stored in groups, by trying both.
    #[test]
    fn secrets_in_groups_go() {
        assert_eq!(
            clean("got quiet sec-ret now", &["quietsecret"]),
            "got quiet … now"
        );
        assert_eq!(
            clean("got quietsecret now", &["quiet sec-ret"]),
            "got … now"
        );
        assert_eq!(clean("got etsecr now", &["quietsecret"]), "got … now");
        assert_eq!(clean("ab-c", &["abc"]), "…");
        assert_eq!(clean("nothing", &["", " - "]), "nothing");
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

        /// Eight digits in a row never survive, whatever blanks and marks part them and
        /// whatever sentence they stand in.
        #[test]
        fn no_long_number_survives(
            before in "[a-z가-힣0-9 ]{0,30}",
            groups in prop::collection::vec(("[0-9]{1,9}", "[-./()_:,+*#\\s\u{200b}\u{2013}]{0,3}"), 1..9),
            after in "[a-z가-힣0-9 ]{0,30}",
        ) {
            let number: String = groups.iter().map(|(digits, gap)| format!("{digits}{gap}")).collect();
            let kept = clean(&format!("{before}{number}{after}"), &[]);
            let mut run = 0;
            for c in kept.chars() {
                run = match c {
                    c if c.is_numeric() => run + 1,
                    c if c.is_alphanumeric() || c == '…' => 0,
                    _ => run,
                };
                prop_assert!(run <= NUMBER_MOST, "{kept}");
            }
        }

        /// No secret survives in groups either: without blanks and hyphens it is not there.
        #[test]
        fn no_parted_secret_survives(
            before in "[a-z ]{0,30}",
            groups in prop::collection::vec(("[A-Za-z0-9]{1,6}", "[- \t]{0,2}"), 4..9),
            after in "[a-z !]{0,30}",
        ) {
            let secret: String = groups.iter().map(|(part, _)| part.as_str()).collect();
            let shown: String = groups.iter().map(|(part, gap)| format!("{part}{gap}")).collect();
            let kept = clean(&format!("{before}{shown}{after}"), &[&secret]);
            let kept: String = kept.chars().filter(|c| !parts(*c)).collect();
            prop_assert!(secret.len() < PART_LEAST || !kept.contains(&secret), "{kept}");
        }
    }
}
