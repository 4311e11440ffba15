//! Waiting, with a little chance in it, so that the screens of a store do not all come
//! back in the same instant.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// The longest pause between two tries, in milliseconds.
const LONGEST_MS: u32 = 8_000;

/// Waits.
pub async fn sleep(milliseconds: u32) {
    let wait = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // A page without timers cannot be helped: the promise then never ends.
            drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait));
        }
    });
    drop(JsFuture::from(promise).await);
}

/// How long to wait after so many tries in vain: doubled each time up to a bound, and
/// anything from half of that to all of it.
pub fn jitter(tries: u32) -> u32 {
    let bound = 500_u32.saturating_mul(1 << tries.min(5)).min(LONGEST_MS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a random number in 0..1 times a small bound"
    )]
    let chance = (js_sys::Math::random() * f64::from(bound / 2)) as u32;
    bound / 2 + chance
}
