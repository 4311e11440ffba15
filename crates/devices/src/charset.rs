//! The letters that a printer has in its ROM.
//!
//! Guarantees: only letters and marks come out, never a control byte; a text that has
//! one letter too many is refused as a whole, because a line that mixes text and
//! pictures loses its columns.
//!
//! Deliberately absent: a code table of our own. `encoding_rs::EUC_KR` is windows-949.

use encoding_rs::EUC_KR;
use serde::{Deserialize, Serialize};

/// Which two-byte letters a printer has. An unknown printer is taken for `Ksx1001`:
/// that prints correctly on both kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// KS X 1001: 2,350 syllables of the 11,172.
    #[default]
    Ksx1001,
    /// windows-949: every modern syllable.
    Cp949,
}

impl Charset {
    /// The bytes of a text, or `None` if a letter of it is not in the charset.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut utf8 = [0; 4];
        for c in text.chars() {
            if matches!(c, ' '..='~') {
                bytes.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
            } else {
                bytes.extend_from_slice(&self.pair(c)?);
            }
        }
        Some(bytes)
    }

    /// The two bytes of a letter beyond ASCII.
    fn pair(self, c: char) -> Option<[u8; 2]> {
        let mut utf8 = [0; 4];
        let (bytes, _, unmappable) = EUC_KR.encode(c.encode_utf8(&mut utf8));
        match *bytes {
            [lead, trail] if !unmappable && self.has(lead, trail) => Some([lead, trail]),
            _ => None,
        }
    }

    fn has(self, lead: u8, trail: u8) -> bool {
        match self {
            Charset::Ksx1001 => lead >= 0xA1 && trail >= 0xA1,
            Charset::Cp949 => lead >= 0x81 && trail >= 0x41,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use soban_domain::paper::{columns_of, normalise};

    use super::*;

    /// Syllables of the reference page: 힣, 뷁 and 똠 have codes that a small ROM lacks.
    #[test]
    fn rare_syllables_need_the_large_rom() {
        for (letter, code) in [
            ("힣", [0xC6, 0x52]),
            ("뷁", [0x94, 0xEE]),
            ("똠", [0x8C, 0x63]),
        ] {
            assert_eq!(Charset::Cp949.encode(letter), Some(code.to_vec()));
            assert_eq!(Charset::Ksx1001.encode(letter), None);
        }
        for charset in [Charset::Ksx1001, Charset::Cp949] {
            assert_eq!(charset.encode("가￦"), Some(vec![0xB0, 0xA1, 0xA3, 0xDC]));
        }
    }

    /// The small ROM has 2,350 of the 11,172 syllables, the large one all: counted.
    #[test]
    fn syllables_are_counted() {
        let count = |charset: Charset| {
            ('가'..='힣')
                .filter(|c| charset.encode(&c.to_string()).is_some())
                .count()
        };
        assert_eq!(count(Charset::Ksx1001), 2_350);
        assert_eq!(count(Charset::Cp949), 11_172);
    }

    /// Every letter with a code keeps it through normalisation, but for those that
    /// Unicode itself declares to be another letter: tried on the whole table.
    #[test]
    fn normalising_keeps_what_has_a_code() {
        let mut changed = Vec::new();
        for c in ('\u{80}'..='\u{ffff}').filter(|c| Charset::Cp949.pair(*c).is_some()) {
            let before = c.to_string();
            let after = normalise(&before);
            // CJK compatibility ideographs and the unit signs Ω and Å are canonically
            // other letters.
            let same_by_unicode = matches!(c, '\u{f900}'..='\u{faff}' | '\u{2126}' | '\u{212b}');
            if after != before && !same_by_unicode && c != '\u{ad}' {
                changed.push(c);
            }
        }
        assert!(changed.is_empty(), "{changed:?}");
    }

    proptest! {
        /// Columns are CP949 bytes: equal for every normalised text that has codes.
        #[test]
        fn columns_are_bytes(text in "[가-힣ㄱ-ㅎa-zA-Z0-9 .,:/()￦…·①★×“”±°一-龥]{0,60}") {
            let text = normalise(&text);
            if let Some(bytes) = Charset::Cp949.encode(&text) {
                prop_assert_eq!(columns_of(&text), bytes.len());
            }
        }

        /// No byte of any encoded text is a control byte, for any words.
        #[test]
        fn no_text_is_a_command(text in any::<String>()) {
            if let Some(bytes) = Charset::Cp949.encode(&normalise(&text)) {
                prop_assert!(bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7F));
            }
        }
    }
}
