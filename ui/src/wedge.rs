//! Codes from a scanner that acts as a keyboard: it types fast and ends with Enter.
//!
//! Guarantees: what is typed is held in one bounded buffer, outside every signal, until
//! Enter hands it over as a [`Secret`]; it is never shown, logged or kept after; a pause
//! starts anew, so that a stray key is no part of the next code; a Korean keyboard layout
//! changes nothing, since then the key's place tells the sign.
//! Deliberately absent: a text field, which would call an on-screen keyboard up and show
//! the code; and judging whose code it is. The hub does.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use soban_domain::secret::Secret;

use crate::page;

/// The most characters of a code that is taken in; the hub takes no more either.
const MOST: usize = 768;

/// Fewer characters than this are a reading broken off, or a finger on a keyboard.
const LEAST: usize = 8;

/// Milliseconds between two keys of one reading, at the most. Scanners over radio leave
/// some tens of them.
const PAUSE_MS: f64 = 500.0;

/// What a scanner read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A whole code.
    Code(Secret),
    /// Too few characters or too many: to be read again.
    Broken,
}

/// What became of a key.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// It is none of a scanner's.
    Nothing,
    /// It is part of a reading.
    Kept,
    /// It ended a reading.
    Ended(Reading),
}

/// A reading under way.
#[derive(Default)]
struct Wedge {
    typed: String,
    too_long: bool,
    last_ms: f64,
}

impl Wedge {
    fn sign(&mut self, sign: char, at_ms: f64) -> Heard {
        self.start_anew_after_a_pause(at_ms);
        if self.typed.len() < MOST {
            self.typed.push(sign);
        } else {
            self.too_long = true;
        }
        Heard::Kept
    }

    fn end(&mut self, at_ms: f64) -> Heard {
        self.start_anew_after_a_pause(at_ms);
        if self.typed.is_empty() {
            return Heard::Nothing;
        }
        let whole = self.typed.len() >= LEAST && !self.too_long;
        let typed = std::mem::take(&mut self.typed);
        self.too_long = false;
        Heard::Ended(if whole {
            Reading::Code(Secret::new(typed))
        } else {
            Reading::Broken
        })
    }

    fn start_anew_after_a_pause(&mut self, at_ms: f64) {
        if at_ms - self.last_ms > PAUSE_MS {
            self.typed.clear();
            self.too_long = false;
        }
        self.last_ms = at_ms;
    }
}

/// The sign of a key. While Hangul is typed, a browser gives the letter's key as
/// `Process` or as a jamo; its place on the keyboard still tells which it is.
fn sign_of(key: &str, place: &str, shift: bool) -> Option<char> {
    let mut signs = key.chars();
    if let (Some(sign), None) = (signs.next(), signs.next())
        && sign.is_ascii()
    {
        return sign.is_ascii_graphic().then_some(sign);
    }
    let composed = key == "Process" || key.chars().count() == 1;
    let of_place = place
        .strip_prefix("Key")
        .or_else(|| place.strip_prefix("Digit").filter(|_| !shift))?;
    let mut signs = of_place.chars();
    match (composed, signs.next(), signs.next()) {
        (true, Some(sign), None) if shift => Some(sign.to_ascii_uppercase()),
        (true, Some(sign), None) => Some(sign.to_ascii_lowercase()),
        _ => None,
    }
}

/// Listens to the scanner for as long as the part of the screen that calls it is there.
pub fn listen(then: impl Fn(Reading) + 'static) {
    let wedge = Rc::new(RefCell::new(Wedge::default()));
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (key, now) = (event.key(), page::now_ms());
        let heard = match key.as_str() {
            "Enter" => wedge.borrow_mut().end(now),
            key => match sign_of(key, &event.code(), event.shift_key()) {
                Some(sign) => wedge.borrow_mut().sign(sign, now),
                None => Heard::Nothing,
            },
        };
        // A scanner's keys press no button and search no page.
        match heard {
            Heard::Nothing => {}
            Heard::Kept => event.prevent_default(),
            Heard::Ended(reading) => {
                event.prevent_default();
                then(reading);
            }
        }
    });
    on_cleanup(move || handle.remove());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types a text with so many milliseconds between keys.
    fn typed(wedge: &mut Wedge, text: &str, from: f64, step: f64) -> f64 {
        let mut at = from;
        for sign in text.chars() {
            assert_eq!(wedge.sign(sign, at), Heard::Kept);
            at += step;
        }
        at
    }

    /// A code typed fast comes out whole at Enter and is gone from the buffer: the next
    /// Enter ends nothing.
    #[test]
    fn a_code_is_handed_over_once() {
        let mut wedge = Wedge::default();
        let at = typed(&mut wedge, "281006020000123456789012", 1_000.0, 12.0);
        let code = Reading::Code(Secret::new("281006020000123456789012"));
        assert_eq!(wedge.end(at), Heard::Ended(code));
        assert_eq!(wedge.end(at + 5.0), Heard::Nothing);
        assert!(wedge.typed.is_empty());
    }

    /// A stray key before, and a code broken off, are no part of the next one: keys with a
    /// pause between them.
    #[test]
    fn a_pause_starts_anew() {
        let mut wedge = Wedge::default();
        typed(&mut wedge, "x12", 0.0, 10.0);
        let at = typed(&mut wedge, "12345678", 2_000.0, 40.0);
        let code = Reading::Code(Secret::new("12345678"));
        assert_eq!(wedge.end(at), Heard::Ended(code));
    }

    /// Too short and too long are broken readings, and neither grows the buffer past its
    /// bound: seven characters, and a thousand.
    #[test]
    fn broken_readings_are_told() {
        let mut wedge = Wedge::default();
        let at = typed(&mut wedge, "1234567", 0.0, 1.0);
        assert_eq!(wedge.end(at), Heard::Ended(Reading::Broken));
        let at = typed(&mut wedge, &"7".repeat(1_000), at, 1.0);
        assert_eq!(wedge.typed.len(), MOST);
        assert_eq!(wedge.end(at), Heard::Ended(Reading::Broken));
        let at = typed(&mut wedge, "12345678", at, 1.0);
        assert_ne!(wedge.end(at), Heard::Ended(Reading::Broken));
    }

    /// The same key gives the same sign in Hangul as in Latin mode, small and large, and
    /// named keys give none: each way that browsers tell a key.
    #[test]
    fn hangul_mode_changes_nothing() {
        assert_eq!(sign_of("q", "KeyQ", false), Some('q'));
        assert_eq!(sign_of("\u{3142}", "KeyQ", false), Some('q'));
        assert_eq!(sign_of("Process", "KeyQ", true), Some('Q'));
        assert_eq!(sign_of("Process", "Digit7", false), Some('7'));
        assert_eq!(sign_of("+", "NumpadAdd", false), Some('+'));
        for named in ["Shift", "Tab", "F5", " "] {
            assert_eq!(sign_of(named, "KeyQ", false), None, "{named}");
        }
    }
}
