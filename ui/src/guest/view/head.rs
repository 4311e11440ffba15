//! The head of a screen: the store, how the guest eats, the language, the way back.

use leptos::prelude::*;
use soban_domain::menu::Dining;
use soban_domain::text::Lang;

use super::super::app::App;
use super::super::flow::Place;
use super::super::{actions, clock};
use super::start::store_name;
use crate::icon::{Icon, icon};
use crate::live::{live, nothing, tap, words};
use crate::say;
use crate::words::language as name_of;

/// The head while choosing: everything can still be changed.
pub(super) fn choosing(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <header class="head">
            <p class="store">{store_name(app)}</p>
            <div class="chips">
                <button
                    class="pill"
                    data-testid="change-dining"
                    aria-label=words(move || {
                        format!("{}: {}", say!(lang, menu.change_dining), dining(app))
                    })
                    on:click=tap(move || actions::change_dining(app))
                >
                    {live(move || icon(match app.dining() {
                        Dining::EatIn => Icon::Utensils,
                        Dining::TakeOut => Icon::Bag,
                    }))}
                    <span>{words(move || dining(app))}</span>
                </button>
                {language(app)}
                <button
                    class="pill"
                    data-testid="home"
                    on:click=tap(move || home(app))
                >
                    {icon(Icon::Home)}
                    <span>{say!(lang, common.home)}</span>
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
            <p class="store">{store_name(app)}</p>
            <div class="chips">{language(app)}</div>
        </header>
    }
    .into_any()
}

/// How the guest eats, in a word or two.
pub(super) fn dining(app: App) -> String {
    let lang = app.lang.get();
    match app.dining() {
        Dining::EatIn => say!(lang, common.eat_in_short),
        Dining::TakeOut => say!(lang, common.take_out_short),
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
fn language(app: App) -> AnyView {
    let here = app.lang.get();
    let others: Vec<Lang> = app.hello.with(|hello| {
        let offered = hello
            .iter()
            .flat_map(|hello| hello.languages.iter().copied());
        offered.filter(|lang| *lang != here).collect()
    });
    let (lang, id, then): (Lang, String, Box<dyn Fn()>) = match others.as_slice() {
        [] => return nothing(),
        [other] => {
            let other = *other;
            let then = move || app.lang.set(other);
            (other, format!("lang-{other}"), Box::new(then))
        }
        _ => {
            let then = move || app.languages_shown.set(true);
            (here, "languages".to_owned(), Box::new(then))
        }
    };
    view! {
        <button class="pill" lang=lang.code() data-testid=id on:click=tap(then)>
            {icon(Icon::Languages)}
            <span>{name_of(lang)}</span>
        </button>
    }
    .into_any()
}
