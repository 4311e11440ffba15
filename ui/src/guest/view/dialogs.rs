//! What lies over a screen: the sheet, changes, errors, the idle warning, the staff call,
//! the languages.
//!
//! Guarantees: the focus goes into what opens; below it nothing can be reached; each has a
//! way out.

use leptos::html;
use leptos::prelude::*;

use super::super::actions;
use super::super::app::{App, Call};
use super::super::clock;
use super::part::dots;
use super::{changes, sheet};
use crate::icon::{Icon, icon};
use crate::{say, words};

/// All of them, each while it is open.
pub(super) fn all(app: App) -> AnyView {
    view! {
        {sheet::sheet(app)}
        {move || app.languages_shown.get().then(|| languages(app))}
        {changes::changes(app)}
        {move || app.failure.get().map(|_| failure(app))}
        {move || app.call_shown.get().then(|| call(app))}
        {idle(app)}
    }
    .into_any()
}

/// Moves the focus to what just opened.
pub(super) fn focus(here: NodeRef<html::Div>) {
    Effect::new(move |_| {
        if let Some(here) = here.get() {
            drop(here.focus());
        }
    });
}

/// A dialog in the middle, over a veil.
pub(super) fn dialog(id: &'static str, veil: impl Fn() + 'static, inside: AnyView) -> AnyView {
    let here = NodeRef::<html::Div>::new();
    focus(here);
    view! {
        <div class="veil" on:click=move |_| veil()></div>
        <div
            class="dialog"
            role="alertdialog"
            aria-modal="true"
            tabindex="-1"
            data-testid=id
            node_ref=here
        >
            {inside}
        </div>
    }
    .into_any()
}

/// Something went wrong: what, in plain words, and on with it.
fn failure(app: App) -> AnyView {
    let close = move || app.failure.set(None);
    let text = move || {
        app.failure
            .get()
            .map(|code| words::error(app.lang.get(), code))
    };
    let inside = view! {
        <span class="mark warning">{icon(Icon::Warning)}</span>
        <h2>{move || say!(app.lang.get(), error.title)}</h2>
        <p data-testid="error-text" data-code=move || app.failure.get().map(|code| code.key())>
            {text}
        </p>
        <button type="button" class="action" data-testid="error-close" on:click=move |_| close()>
            {move || say!(app.lang.get(), common.close)}
        </button>
    };
    dialog("error-dialog", close, inside.into_any())
}

/// Staff were called.
fn call(app: App) -> AnyView {
    let close = move || app.call_shown.set(false);
    let inside = view! {
        {move || match app.call.get() {
            Call::Sending => dots(),
            Call::None | Call::Called => {
                view! { <span class="mark well">{icon(Icon::Bell)}</span> }.into_any()
            }
            Call::Failed => {
                view! { <span class="mark warning">{icon(Icon::Warning)}</span> }.into_any()
            }
        }}
        <h2>{move || match app.call.get() {
            Call::Sending => say!(app.lang.get(), common.please_wait),
            Call::None | Call::Called => say!(app.lang.get(), staff_call.called),
            Call::Failed => say!(app.lang.get(), staff_call.failed),
        }}</h2>
        <p>{move || {
            (app.call.get() != Call::Failed).then(|| say!(app.lang.get(), staff_call.text))
        }}</p>
        <button type="button" class="action" data-testid="call-close" on:click=move |_| close()>
            {move || say!(app.lang.get(), common.close)}
        </button>
    };
    dialog("call-dialog", close, inside.into_any())
}

/// All languages, where a button in the head cannot hold them.
fn languages(app: App) -> AnyView {
    let close = move || app.languages_shown.set(false);
    let offered = app
        .hello
        .with_untracked(|hello| hello.as_ref().map(|hello| hello.languages.clone()))
        .unwrap_or_default();
    let buttons = offered.into_iter().map(|lang| {
        let choose = move |_| {
            app.lang.set(lang);
            close();
        };
        view! {
            <button
                type="button"
                class="action second"
                lang=lang.code()
                data-testid=format!("lang-{lang}")
                aria-pressed=(app.lang.get_untracked() == lang).to_string()
                on:click=choose
            >
                {words::language(lang)}
            </button>
        }
    });
    dialog("language-dialog", close, buttons.collect_view().into_any())
}

/// Is somebody there? Any tap but the one on leaving says yes.
fn idle(app: App) -> AnyView {
    let shown = Memo::new(move |_| app.idle.get().is_some());
    (move || shown.get().then(|| idle_warning(app))).into_any()
}

fn idle_warning(app: App) -> AnyView {
    let seconds = move || {
        let seconds = app.idle.get().unwrap_or_default();
        say!(app.lang.get(), common.seconds, seconds = seconds)
    };
    let inside = view! {
        <h2>{move || say!(app.lang.get(), idle.title)}</h2>
        <p class="big" role="timer" aria-live="off" data-testid="idle-seconds">{seconds}</p>
        <p>{move || say!(app.lang.get(), idle.text)}</p>
        <div class="answers">
            <button
                type="button"
                class="action second"
                data-testid="idle-leave"
                on:click=move |_| actions::send_away(app)
            >
                {move || say!(app.lang.get(), idle.leave)}
            </button>
            <button
                type="button"
                class="action"
                data-testid="idle-stay"
                on:click=move |_| clock::touch(app)
            >
                {move || say!(app.lang.get(), idle.stay)}
            </button>
        </div>
    };
    dialog("idle-warning", move || clock::touch(app), inside.into_any())
}
