//! What is done to words before a Korean printer gets them, and how wide they are then.
//!
//! Guarantees: no control character survives; what is normal stays as it is, so that
//! normalising twice is normalising once; letters that have a CP949 code keep it (the
//! devices crate tests this against the code table).
//!
//! Deliberately absent: the code table itself. What is left without a code is drawn.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Words as a Korean printer can take them: composed Hangul, marks that have a code in
/// place of look-alikes that have none, nothing invisible, no control characters. A
/// line feed or tab becomes a blank.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_invisible(c) || is_emoji(c) => {}
            c => match substitute(c) {
                Some(instead) => out.push_str(instead),
                None => out.push(plain_letter(c)),
            },
        }
    }
    // Taking a letter away can bring two others together that compose.
    out.nfc().collect()
}

/// Columns of normalised words: as many as they have bytes in CP949.
pub fn columns_of(text: &str) -> usize {
    text.chars().map(columns_of_char).sum()
}

/// Columns of one character: 2 unless it is ASCII or the no-break space.
pub(super) fn columns_of_char(c: char) -> usize {
    if c < '\u{80}' || c == '\u{a0}' { 1 } else { 2 }
}

/// Marks without a CP949 code, and what stands for them.
fn substitute(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{20a9}' => "\u{ffe6}",
        '\u{2010}'..='\u{2014}' | '\u{2212}' => "-",
        '\u{2022}' | '\u{30fb}' => "\u{b7}",
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => " ",
        '\u{a9}' => "(C)",
        '\u{a5}' => "\u{ffe5}",
        _ => return None,
    })
}

/// A Latin letter without its accents (`é` to `e`); anything else as it is.
fn plain_letter(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut base = None;
    let mut only_marks = true;
    decompose_canonical(c, |part| match base {
        None => base = Some(part),
        Some(_) => only_marks &= is_combining_mark(part),
    });
    match base {
        Some(base) if base.is_ascii_alphabetic() && only_marks => base,
        _ => c,
    }
}

/// Controls, joiners, marks of direction, and accents that stand alone.
fn is_invisible(c: char) -> bool {
    crate::text::is_control(c)
        || matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}'
            | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}')
}

/// Pictures of the emoji blocks. Older marks such as ★ or ♥ are letters here.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2700}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each row of the substitution table, tried by hand.
    #[test]
    fn what_has_no_code_is_replaced() {
        let cases = [
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("₩5,000", "￦5,000"),
            ("a–b—c‑d−e", "a-b-c-d-e"),
            ("•・", "··"),
            ("a\u{a0}b", "a b"),
            ("a\u{200b}\u{200d}\u{fe0f}b", "ab"),
            ("Crème brûlée", "Creme brulee"),
            ("Jalapeño ©", "Jalapeno (C)"),
            ("맛있어요 👍❤\u{fe0f}✓", "맛있어요 "),
            ("“맵게”… ·①★×", "“맵게”… ·①★×"),
            ("덜\u{1b}p\u{0}맵게\u{7f}", "덜p맵게"),
            ("두\n줄", "두 줄"),
        ];
        for (given, wanted) in cases {
            assert_eq!(normalise(given), wanted, "{given:?}");
        }
    }

    proptest! {
        /// Normalising twice is normalising once, and no control comes through, for any words.
        #[test]
        fn normal_stays_normal(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(&normalise(&once), &once);
            prop_assert!(!once.chars().any(crate::text::is_control));
        }
    }
}
