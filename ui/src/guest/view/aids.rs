//! The bar at the foot of every screen: larger letters, contrast, a lower screen, staff.

use leptos::prelude::*;

use super::super::actions;
use super::super::app::{Aids, App, Call};
use crate::icon::{Icon, icon};
use crate::page;
use crate::say;

/// The bar.
pub(super) fn bar(app: App) -> AnyView {
    Effect::new(move |_| {
        let aids = app.aids.get();
        page::mark("text", aids.large.then_some("large"));
        page::mark("contrast", aids.contrast.then_some("high"));
        page::mark("low", aids.low.then_some("on"));
    });
    view! {
        <footer class="aids" aria-label=move || say!(app.lang.get(), aid.bar)>
            {toggle(
                app,
                "aid-large",
                Icon::Large,
                move || say!(app.lang.get(), aid.large),
                |aids| &mut aids.large,
            )}
            {toggle(
                app,
                "aid-contrast",
                Icon::Contrast,
                move || say!(app.lang.get(), aid.contrast),
                |aids| &mut aids.contrast,
            )}
            {toggle(
                app,
                "aid-low",
                Icon::Low,
                move || say!(app.lang.get(), aid.low),
                |aids| &mut aids.low,
            )}
            <button
                type="button"
                class="staff"
                class:called=move || app.call.get() == Call::Called
                data-testid="call-staff"
                on:click=move |_| actions::call_staff(app)
            >
                {icon(Icon::Bell)}
                <span>{move || match app.call.get() {
                    Call::None | Call::Failed => say!(app.lang.get(), staff_call.call),
                    Call::Sending | Call::Called => say!(app.lang.get(), staff_call.waiting),
                }}</span>
            </button>
        </footer>
    }
    .into_any()
}

fn toggle(
    app: App,
    id: &'static str,
    drawing: Icon,
    words: impl Fn() -> String + Send + 'static,
    which: fn(&mut Aids) -> &mut bool,
) -> AnyView {
    let on = move || {
        let mut aids = app.aids.get();
        *which(&mut aids)
    };
    let flip = move |_| {
        app.aids.update(|aids| {
            let aid = which(aids);
            *aid = !*aid;
        });
    };
    view! {
        <button
            type="button"
            data-testid=id
            aria-pressed=move || on().to_string()
            on:click=flip
        >
            {icon(drawing)}
            <span>{words}</span>
        </button>
    }
    .into_any()
}
