//! Why somebody decides something, and whether they are sure.
//!
//! Guarantees: no decision about money without a word of why; what cannot be undone is
//! asked twice. Deliberately absent: a reason filled in beforehand. It would be sent
//! unread.

use leptos::prelude::*;
use soban_domain::text::{NOTE_MOST, Note};

use crate::say;
use crate::staff::desk::Desk;

/// The question, with a field for one's own words and a few usual answers.
pub(super) fn field(why: RwSignal<String>, question: String, usual: Vec<String>) -> AnyView {
    let choices = usual.into_iter().map(|text| choice(why, text));
    view! {
        <label class="d-field">
            <span>{question}</span>
            <input
                type="text"
                autocomplete="off"
                maxlength=NOTE_MOST.to_string()
                data-testid="why"
                prop:value=why
                on:input:target=move |event| why.set(event.target().value())
            />
        </label>
        <div class="d-choices">{choices.collect_view()}</div>
    }
    .into_any()
}

fn choice(why: RwSignal<String>, text: String) -> impl IntoView {
    let (chosen, taken) = (text.clone(), text.clone());
    view! {
        <button
            type="button"
            class="d-choice"
            aria-pressed=move || why.with(|why| *why == chosen).to_string()
            on:click=move |_| why.set(taken.clone())
        >
            {text}
        </button>
    }
}

/// The reason, once there is one.
pub(super) fn given(why: RwSignal<String>) -> Option<Note> {
    let note = why.with_untracked(|why| Note::new(why.trim()));
    note.ok().filter(|note| !note.is_empty())
}

/// True while there is none.
pub(super) fn is_missing(why: RwSignal<String>) -> bool {
    why.with(|why| why.trim().is_empty())
}

/// Asks once more, in a sentence that says what will be. `name` is for those who look from
/// outside.
pub(super) fn sure(
    desk: Desk,
    name: &'static str,
    sentence: String,
    yes: impl Fn() + 'static,
    no: impl Fn() + 'static,
) -> AnyView {
    let lang = desk.lang.get_untracked();
    let label = sentence.clone();
    view! {
        <div class="d-sure" role="alertdialog" aria-label=label data-testid="sure">
            <p>{sentence}</p>
            <div class="d-actions">
                <button
                    type="button"
                    class="d-button d-main"
                    data-testid=format!("sure-{name}")
                    disabled=move || desk.busy.get()
                    on:click=move |_| yes()
                >
                    {say!(lang, staff.sure_yes)}
                </button>
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid="sure-no"
                    on:click=move |_| no()
                >
                    {say!(lang, staff.sure_no)}
                </button>
            </div>
        </div>
    }
    .into_any()
}
