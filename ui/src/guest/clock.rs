//! The screen's clock: idle guests, screens that end by themselves, things said for a
//! moment.
//!
//! Guarantees: nobody is sent away without a countdown of as long as the store says (the
//! law asks for 20 s), and never while a payment is under way; every touch and key counts.
//! Deliberately absent: the payment's own time limit, which is the hub's.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::actions;
use super::app::{Aids, App};
use super::flow::{Place, Screen};
use crate::link::sleep;
use crate::page;

/// Seconds between two questions about an order that is being paid, beside its events.
const ASK_EVERY: u32 = 4;

/// Guests served before the page is loaded anew, which gives back what wasm keeps.
const GUESTS_MOST: u32 = 50;

/// Begins to beat.
pub(super) fn start(app: App) {
    for event in ["pointerdown", "keydown"] {
        page::on_window(event, move || {
            // The warning has its own buttons; a touch beside them counts there.
            if app.idle.with_untracked(Option::is_none) {
                touch(app);
            }
        });
    }
    Effect::new(move |_| {
        app.screen.track();
        touch(app);
        // What was said on one screen does not cover the next; a way back stays.
        if app
            .toast
            .with_untracked(|toast| toast.as_ref().is_some_and(|t| t.undo.is_none()))
        {
            app.toast.set(None);
        }
    });
    spawn_local(async move {
        let mut beat = 0;
        let mut guests = 0;
        loop {
            sleep(1_000).await;
            beat += 1;
            app.now.set(page::now_ms());
            step(app, beat, &mut guests);
        }
    });
}

/// Somebody is there.
pub(super) fn touch(app: App) {
    app.touched_at.set(page::now_ms());
    app.idle.set(None);
}

/// Whole seconds from a moment to now.
pub(super) fn seconds_since(moment: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds a page has been open"
    )]
    let seconds = ((page::now_ms() - moment).max(0.0) / 1_000.0) as u32;
    seconds
}

fn step(app: App, beat: u32, guests: &mut u32) {
    let screen = app.screen.get_untracked();
    let now = page::now_ms();
    if app
        .toast
        .with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.until < now))
    {
        app.toast.set(None);
    }
    if screen.is_waiting() && beat.is_multiple_of(ASK_EVERY) {
        actions::refresh(app);
    }
    let untouched = seconds_since(app.touched_at.get_untracked());
    if let Some(most) = screen.ends_by_itself() {
        if untouched >= most && app.busy.get_untracked().is_none() {
            app.reset();
            *guests += 1;
        }
    } else if screen.may_idle() && app.busy.get_untracked().is_none() {
        watch(app, screen, untouched);
    }
    if *guests >= GUESTS_MOST && app.place.get_untracked() == Place::Start {
        page::reload();
    }
}

/// Seconds left on a screen that ends by itself.
pub(super) fn left_of(app: App, most: u32) -> u32 {
    app.now.track();
    app.touched_at.track();
    most.saturating_sub(seconds_since(app.touched_at.get_untracked()))
}

/// Seconds without a touch until the warning, and of the warning. Longer for those who read
/// larger letters or sit lower.
fn limits(app: App) -> Option<(u32, u32)> {
    let aided = app.aids.get_untracked() != Aids::default();
    app.hello.with_untracked(|hello| {
        let hello = hello.as_ref()?;
        let idle = if aided {
            hello.idle_seconds.saturating_mul(2)
        } else {
            hello.idle_seconds
        };
        Some((idle, hello.idle_warning_seconds))
    })
}

fn watch(app: App, screen: Screen, untouched: u32) {
    let Some((idle, warning)) = limits(app) else {
        return;
    };
    let aided = app.aids.get_untracked() != Aids::default();
    let fresh =
        screen == Screen::Start && !aided && Some(app.lang.get_untracked()) == app.first_language();
    if fresh || untouched < idle {
        return;
    }
    let left = idle.saturating_add(warning).saturating_sub(untouched);
    if left == 0 {
        actions::send_away(app);
    } else {
        app.idle.set(Some(left));
    }
}

/// Asks a guest who wants to start over whether the basket may go, with the same warning.
pub(super) fn warn(app: App) {
    let Some((idle, warning)) = limits(app) else {
        return app.reset();
    };
    let untouched = f64::from(idle) * 1_000.0;
    app.touched_at.set(page::now_ms() - untouched);
    app.idle.set(Some(warning));
}
