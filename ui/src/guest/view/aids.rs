//! The bar at the foot of every screen: larger letters, contrast, a lower screen, staff.

use leptos::prelude::*;

use super::super::actions;
use super::super::app::{Aids, App, Call};
use super::super::clock;
use crate::icon::{Icon, icon};
use crate::live::{flag, tap, words};
use crate::page;
use crate::say;

/// The bar.
pub(super) fn bar(app: App) -> AnyView {
    let lang = app.lang.get();
    Effect::new(move |_| {
        let aids = app.aids.get();
        page::mark("text", aids.large.then_some("large"));
        page::mark("contrast", aids.contrast.then_some("high"));
        page::mark("low", aids.low.then_some("on"));
    });
    view! {
        <footer class="aids" aria-label=say!(lang, aid.bar)>
            {toggle(
                app,
                "aid-large",
                Icon::Large,
                say!(lang, aid.large),
                |aids| &mut aids.large,
            )}
            {toggle(
                app,
                "aid-contrast",
                Icon::Contrast,
                say!(lang, aid.contrast),
                |aids| &mut aids.contrast,
            )}
            {toggle(
                app,
                "aid-low",
                Icon::Low,
                say!(lang, aid.low),
                |aids| &mut aids.low,
            )}
            <button
                class="staff"
                class:called=flag(move || app.call.get() == Call::Called)
                data-testid="call-staff"
                on:click=tap(move || actions::call_staff(app))
            >
                {icon(Icon::Bell)}
                <span>{words(move || match app.call.get() {
                    Call::None | Call::Failed => say!(lang, staff_call.call),
                    Call::Sending | Call::Called => say!(lang, staff_call.waiting),
                })}</span>
            </button>
        </footer>
    }
    .into_any()
}

fn toggle(
    app: App,
    id: &'static str,
    drawing: Icon,
    name: String,
    which: fn(&mut Aids) -> &mut bool,
) -> AnyView {
    let on = move || {
        let mut aids = app.aids.get();
        *which(&mut aids)
    };
    let flip = move || {
        app.aids.update(|aids| {
            let aid = which(aids);
            *aid = !*aid;
        });
        clock::touch(app);
    };
    view! {
        <button
            data-testid=id
            aria-pressed=words(move || on().to_string())
            on:click=tap(flip)
        >
            {icon(drawing)}
            <span>{name}</span>
        </button>
    }
    .into_any()
}
