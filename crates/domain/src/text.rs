//! Words in the languages of the guests, and the rules for words that guests type.
//!
//! Guarantees: a [`Note`] holds no control character and no more than its length, so
//! that a memo can neither open a cash drawer nor break a screen.
//!
//! Deliberately absent: the screens' own words. They live in `locales/`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A language of the screens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 한국어
    #[default]
    Ko,
    /// English
    En,
    /// 日本語
    Ja,
    /// 中文
    Zh,
}

impl Lang {
    /// Every language, in the order in which screens offer them.
    pub const ALL: [Lang; 4] = [Lang::Ko, Lang::En, Lang::Ja, Lang::Zh];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ko => "ko",
            Lang::En => "en",
            Lang::Ja => "ja",
            Lang::Zh => "zh",
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.code())
    }
}

/// A code that names no language of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a language is one of ko, en, ja, zh")]
pub struct UnknownLang;

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(code: &str) -> Result<Lang, UnknownLang> {
        Lang::ALL
            .into_iter()
            .find(|lang| lang.code() == code)
            .ok_or(UnknownLang)
    }
}

/// The same words in up to four languages. Korean and English are always there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
    /// Japanese; English stands in where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ja: Option<String>,
    /// Chinese; English stands in where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
}

impl Text {
    /// The words in `lang`, or in English where that language is missing.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
            Lang::Ja => self.ja.as_deref().unwrap_or(&self.en),
            Lang::Zh => self.zh.as_deref().unwrap_or(&self.en),
        }
    }

    /// Every version that is written.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        [
            Some(&self.ko),
            Some(&self.en),
            self.ja.as_ref(),
            self.zh.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(String::as_str)
    }
}

/// The most characters of a [`Note`].
pub const NOTE_MOST: usize = 100;

/// Why typed words are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadNote {
    /// More than [`NOTE_MOST`] characters.
    #[error("a note has at most {NOTE_MOST} characters")]
    TooLong,
    /// A character below U+0020, or U+007F to U+009F, or one that turns text around.
    #[error("a note has no control characters")]
    Control,
}

/// Words from outside: a guest's memo, a reason typed by staff. Short and printable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Note(String);

impl Note {
    /// Takes typed words, trimmed of blanks around them.
    pub fn new(text: &str) -> Result<Note, BadNote> {
        let text = text.trim();
        if text.chars().count() > NOTE_MOST {
            return Err(BadNote::TooLong);
        }
        if text.chars().any(is_control) {
            return Err(BadNote::Control);
        }
        Ok(Note(text.to_owned()))
    }

    /// Checks a note that came over the wire, where only its shape was known.
    pub fn check(&self) -> Result<(), BadNote> {
        Note::new(&self.0).map(drop)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Control characters, and the invisible ones that turn the direction of text.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A memo of 1,000 characters or with a drawer command in it is refused by name.
    #[test]
    fn notes_are_short_and_printable() {
        assert_eq!(Note::new(&"가".repeat(1000)), Err(BadNote::TooLong));
        assert_eq!(Note::new("\u{1b}p\u{0}"), Err(BadNote::Control));
        assert_eq!(Note::new("\u{202e}덜 맵게"), Err(BadNote::Control));
        assert_eq!(
            Note::new(&"가".repeat(100)).map(|n| n.as_str().chars().count()),
            Ok(100)
        );
        assert_eq!(
            Note::new("  덜 맵게 ").map(|n| n.as_str().to_owned()),
            Ok("덜 맵게".to_owned())
        );
    }

    /// English stands in for a language that the menu does not have.
    #[test]
    fn english_stands_in() {
        let text = Text {
            ko: "국수".into(),
            en: "Noodles".into(),
            ja: None,
            zh: Some("面".into()),
        };
        assert_eq!(text.get(Lang::Ja), "Noodles");
        assert_eq!(text.get(Lang::Zh), "面");
    }
}
