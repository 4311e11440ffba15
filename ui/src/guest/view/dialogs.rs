//! What lies over a screen: the sheet, changes, errors, the idle warning, the staff call,
//! the languages.
//!
//! Guarantees: the focus goes into what opens; below it nothing can be reached; each has a
//! way out.

use leptos::html;
use leptos::prelude::*;
use soban_protocol::ErrorCode;

use super::super::actions;
use super::super::app::{App, Call};
use super::super::clock;
use super::part::dots;
use super::{changes, sheet};
use crate::icon::{Icon, icon};
use crate::live::{live, tap, while_so, while_some, words};
use crate::say;
use crate::words::{error, language as name_of};

/// All of them, each while it is open.
pub(super) fn all(app: App) -> AnyView {
    view! {
        {sheet::sheet(app)}
        {while_so(move || app.languages_shown.get(), move || languages(app))}
        {changes::changes(app)}
        {while_some(move || app.failure.get(), move |code| failure(app, code))}
        {while_so(move || app.call_shown.get(), move || call(app))}
        {while_so(move || app.idle.get().is_some(), move || idle_warning(app))}
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
pub(super) fn dialog(id: &'static str, veil: impl FnMut() + 'static, inside: AnyView) -> AnyView {
    let here = NodeRef::<html::Div>::new();
    focus(here);
    view! {
        <div class="veil" on:click=tap(veil)></div>
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
fn failure(app: App, code: ErrorCode) -> AnyView {
    let lang = app.lang.get();
    let close = move || app.failure.set(None);
    let inside = view! {
        <span class="mark warning">{icon(Icon::Warning)}</span>
        <h2>{say!(lang, error.title)}</h2>
        <p data-testid="error-text" data-code=code.key()>{error(lang, code)}</p>
        <button class="action" data-testid="error-close" on:click=tap(close)>
            {say!(lang, common.close)}
        </button>
    };
    dialog("error-dialog", close, inside.into_any())
}

/// Staff were called.
fn call(app: App) -> AnyView {
    let lang = app.lang.get();
    let close = move || app.call_shown.set(false);
    let inside = view! {
        {live(move || match app.call.get() {
            Call::Sending => dots(),
            Call::None | Call::Called => {
                view! { <span class="mark well">{icon(Icon::Bell)}</span> }.into_any()
            }
            Call::Failed => {
                view! { <span class="mark warning">{icon(Icon::Warning)}</span> }.into_any()
            }
        })}
        <h2>{words(move || match app.call.get() {
            Call::Sending => say!(lang, common.please_wait),
            Call::None | Call::Called => say!(lang, staff_call.called),
            Call::Failed => say!(lang, staff_call.failed),
        })}</h2>
        <p>{words(move || match app.call.get() {
            Call::Failed => String::new(),
            Call::None | Call::Sending | Call::Called => say!(lang, staff_call.text),
        })}</p>
        <button class="action" data-testid="call-close" on:click=tap(close)>
            {say!(lang, common.close)}
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
        let choose = move || {
            app.lang.set(lang);
            close();
        };
        view! {
            <button
                class="action second"
                lang=lang.code()
                data-testid=format!("lang-{lang}")
                aria-pressed=(app.lang.get_untracked() == lang).to_string()
                on:click=tap(choose)
            >
                {name_of(lang)}
            </button>
        }
    });
    dialog("language-dialog", close, buttons.collect_view().into_any())
}

/// Is somebody there? Any tap but the one on leaving says yes.
fn idle_warning(app: App) -> AnyView {
    let lang = app.lang.get();
    let seconds = move || {
        let seconds = app.idle.get().unwrap_or_default();
        say!(lang, common.seconds, seconds = seconds)
    };
    let inside = view! {
        <h2>{say!(lang, idle.title)}</h2>
        <p class="big" role="timer" aria-live="off" data-testid="idle-seconds">{words(seconds)}</p>
        <p>{say!(lang, idle.text)}</p>
        <div class="answers">
            <button
                class="action second"
                data-testid="idle-leave"
                on:click=tap(move || actions::send_away(app))
            >
                {say!(lang, idle.leave)}
            </button>
            <button
                class="action"
                data-testid="idle-stay"
                on:click=tap(move || clock::touch(app))
            >
                {say!(lang, idle.stay)}
            </button>
        </div>
    };
    dialog("idle-warning", move || clock::touch(app), inside.into_any())
}
