//! Who works here: a name and a PIN.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use soban_protocol::Secret;
use soban_protocol::staff::Pass;

use crate::icon::{Icon, icon};
use crate::staff::desk::Desk;
use crate::staff::pad::{kept, pad};
use crate::{say, words};

/// The most digits of a PIN.
const PIN_MOST: usize = 12;

/// The form.
pub(super) fn sign_in(desk: Desk) -> AnyView {
    let lang = desk.lang;
    let name = RwSignal::new(String::new());
    let pin = RwSignal::new(String::new());
    let ready = move || {
        let filled = name.with(|name| !name.trim().is_empty()) && pin.with(|pin| !pin.is_empty());
        filled && !desk.busy.get()
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(ready) {
            return;
        }
        let pass = Pass {
            name: name.get_untracked().trim().to_owned(),
            pin: Secret::new(pin.get_untracked()),
        };
        // A wrong PIN is typed anew, a right one is not left lying about.
        pin.set(String::new());
        desk.sign_in(pass);
    };
    view! {
        <form class="d-door" on:submit=submit>
            <header class="d-door-head">
                {icon(Icon::Store)}
                <h1>{move || store_name(desk)}</h1>
                <p>{move || say!(lang.get(), staff.sign_in_hint)}</p>
            </header>
            <label class="d-field">
                <span>{move || say!(lang.get(), staff.name)}</span>
                <input
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength="40"
                    data-testid="staff-name"
                    prop:value=name
                    on:input:target=move |event| name.set(event.target().value())
                />
            </label>
            <label class="d-field">
                <span>{move || say!(lang.get(), staff.pin)}</span>
                <input
                    type="password"
                    inputmode="none"
                    autocomplete="off"
                    data-testid="staff-pin"
                    prop:value=pin
                    on:input:target=move |event| pin.set(kept(&event.target().value(), PIN_MOST))
                />
            </label>
            {pad(desk, "pin", pin, PIN_MOST)}
            <p class="d-wrong" role="alert" data-testid="sign-in-wrong">
                {move || wrong(desk)}
            </p>
            <button
                type="submit"
                class="d-button d-main"
                data-testid="sign-in"
                disabled=move || !ready()
            >
                {move || say!(lang.get(), staff.sign_in)}
            </button>
        </form>
    }
    .into_any()
}

fn store_name(desk: Desk) -> String {
    let lang = desk.lang.get();
    desk.hello.with(|hello| match hello {
        Some(hello) => hello.store.get(lang).to_owned(),
        None => say!(lang, staff.title),
    })
}

fn wrong(desk: Desk) -> Option<String> {
    let lang = desk.lang.get();
    if desk.online.get() {
        desk.trouble.get().map(|code| words::error(lang, code))
    } else {
        Some(say!(lang, error.offline))
    }
}
