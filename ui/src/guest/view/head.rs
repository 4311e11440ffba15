//! The head of a screen: the store, how the guest eats, the language, the way back.

use leptos::prelude::*;
use soban_domain::menu::Dining;
use soban_domain::text::Lang;

use super::super::app::App;
use super::super::flow::Place;
use super::super::{actions, clock};
use super::start::store_name;
use crate::icon::{Icon, icon};
use crate::{say, words};

/// The head while choosing: everything can still be changed.
pub(super) fn choosing(app: App) -> AnyView {
    view! {
        <header class="head">
            <p class="store">{move || store_name(app)}</p>
            <div class="chips">
                <button
                    type="button"
                    class="pill"
                    data-testid="change-dining"
                    aria-label=move || {
                        let lang = app.lang.get();
                        format!("{}: {}", say!(lang, menu.change_dining), dining(app))
                    }
                    on:click=move |_| actions::change_dining(app)
                >
                    {move || icon(match app.dining() {
                        Dining::EatIn => Icon::Utensils,
                        Dining::TakeOut => Icon::Bag,
                    })}
                    <span>{move || dining(app)}</span>
                </button>
                {language(app)}
                <button
                    type="button"
                    class="pill"
                    data-testid="home"
                    on:click=move |_| home(app)
                >
                    {icon(Icon::Home)}
                    <span>{move || say!(app.lang.get(), common.home)}</span>
                </button>
            </div>
        </header>
    }
    .into_any()
}

/// The head while an order lives: only the language can be changed.
pub(super) fn ordering(app: App) -> AnyView {
    view! {
        <header class="head">
            <p class="store">{move || store_name(app)}</p>
            <div class="chips">{language(app)}</div>
        </header>
    }
    .into_any()
}

/// How the guest eats, in a word or two.
pub(super) fn dining(app: App) -> String {
    match app.dining() {
        Dining::EatIn => say!(app.lang.get(), common.eat_in_short),
        Dining::TakeOut => say!(app.lang.get(), common.take_out_short),
    }
}

/// With a full basket the guest is asked first, by the warning that idle guests see.
fn home(app: App) {
    if app.cart.with_untracked(|cart| cart.lines.is_empty()) {
        app.place.set(Place::Start);
    } else {
        clock::warn(app);
    }
}

/// The other language where there are two; else a button that shows them all.
pub(super) fn language(app: App) -> AnyView {
    let offered = move || {
        app.hello
            .with(|hello| hello.as_ref().map(|hello| hello.languages.clone()))
            .unwrap_or_default()
    };
    (move || {
        let languages = offered();
        let here = app.lang.get();
        let others: Vec<Lang> = languages.into_iter().filter(|lang| *lang != here).collect();
        match others.as_slice() {
            [] => ().into_any(),
            [other] => {
                let other = *other;
                view! {
                    <button
                        type="button"
                        class="pill"
                        lang=other.code()
                        data-testid=format!("lang-{other}")
                        on:click=move |_| app.lang.set(other)
                    >
                        {icon(Icon::Languages)}
                        <span>{words::language(other)}</span>
                    </button>
                }
                .into_any()
            }
            _ => view! {
                <button
                    type="button"
                    class="pill"
                    data-testid="languages"
                    aria-haspopup="dialog"
                    on:click=move |_| app.languages_shown.set(true)
                >
                    {icon(Icon::Languages)}
                    <span>{words::language(here)}</span>
                </button>
            }
            .into_any(),
        }
    })
    .into_any()
}
