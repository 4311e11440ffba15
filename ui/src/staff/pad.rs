//! Ten digits and a way to take one back, as large as a thumb.
//!
//! Deliberately absent: showing what was typed. Whoever asks for digits decides that.

use leptos::prelude::*;

use crate::say;
use crate::staff::desk::Desk;

/// The pad; no more than so many digits are taken. Its keys are `{name}-0` to `{name}-9`
/// for those who look from outside.
pub(super) fn pad(
    desk: Desk,
    name: &'static str,
    digits: RwSignal<String>,
    most: usize,
) -> impl IntoView {
    let lang = desk.lang;
    let key = move |digit: char| {
        let press = move |_| digits.update(|typed| *typed = kept(&format!("{typed}{digit}"), most));
        view! {
            <button
                type="button"
                class="d-key"
                data-testid=format!("{name}-{digit}")
                on:click=press
            >
                {digit.to_string()}
            </button>
        }
    };
    let back = move |_| {
        digits.update(|typed| {
            typed.pop();
        });
    };
    view! {
        <div class="d-pad">
            {('1'..='9').map(key).collect_view()}
            <span></span>
            {key('0')}
            <button
                type="button"
                class="d-key d-key-back"
                data-testid=format!("{name}-delete")
                on:click=back
            >
                {move || say!(lang.get(), staff.pin_delete)}
            </button>
        </div>
    }
}

/// The digits of what was typed, at most so many.
pub(super) fn kept(typed: &str, most: usize) -> String {
    typed
        .chars()
        .filter(char::is_ascii_digit)
        .take(most)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only digits are kept, and no more than asked for.
    #[test]
    fn only_digits_are_kept() {
        assert_eq!(kept("12a 3\u{ff14}-4", 12), "1234");
        assert_eq!(kept(&"9".repeat(40), 12).len(), 12);
    }
}
