//! The first screen, and what stands there while nothing can be ordered.

use leptos::prelude::*;
use soban_domain::menu::{Dining, Menu};

use super::super::app::App;
use super::super::flow::Place;
use super::part::{dots, picture};
use crate::icon::{Icon, icon};
use crate::live::tap;
use crate::{say, words};

/// Dishes on the first screen.
const DISHES: usize = 4;

/// Eat in or take out, and in which language.
pub(super) fn start(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="start">
            <section class="hero">
                <p class="store">{store_name(app)}</p>
                <h1>
                    <span>{say!(lang, start.line_1)}</span>
                    <span>{say!(lang, start.line_2)}</span>
                </h1>
                <p class="hint">{say!(lang, start.hint)}</p>
                <div class="dishes" aria-hidden="true">{dishes(app)}</div>
            </section>
            <section class="begin">
                <div class="ways">
                    {way(app, Dining::EatIn, "start-eat-in", Icon::Utensils)}
                    {way(app, Dining::TakeOut, "start-take-out", Icon::Bag)}
                </div>
                {languages(app)}
                <p class="promise">
                    {icon(Icon::Clock)}
                    <span>{say!(lang, start.ready, minutes = minutes(app))}</span>
                </p>
            </section>
        </main>
    }
    .into_any()
}

fn way(app: App, dining: Dining, id: &'static str, drawing: Icon) -> AnyView {
    let lang = app.lang.get();
    let begin = move || {
        app.cart.update(|cart| cart.dining = dining);
        app.category.set(0);
        app.place.set(Place::Menu);
    };
    let words = match dining {
        Dining::EatIn => say!(lang, common.eat_in),
        Dining::TakeOut => say!(lang, common.take_out),
    };
    view! {
        <button class="way" data-testid=id on:click=tap(begin)>
            {icon(drawing)}
            <span>{words}</span>
        </button>
    }
    .into_any()
}

/// The languages that the store offers, in the open.
fn languages(app: App) -> AnyView {
    let lang = app.lang.get();
    let offered = app
        .hello
        .with(|hello| hello.as_ref().map(|hello| hello.languages.clone()));
    let pills: Vec<AnyView> = offered
        .unwrap_or_default()
        .into_iter()
        .map(|offered| {
            view! {
                <button
                    class="pill"
                    lang=offered.code()
                    data-testid=format!("lang-{offered}")
                    aria-pressed=(lang == offered).to_string()
                    on:click=tap(move || app.lang.set(offered))
                >
                    {words::language(offered)}
                </button>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="languages" role="group" aria-label=say!(lang, common.language)>{pills}</div>
    }
    .into_any()
}

/// The first dishes of the menu's first category.
fn dishes(app: App) -> Vec<AnyView> {
    let Some(menu) = app.menu.get() else {
        return Vec::new();
    };
    first_pictures(&menu)
        .iter()
        .map(|name| picture(name, true))
        .collect()
}

fn first_pictures(menu: &Menu) -> Vec<String> {
    let items = menu.categories().first().map(|category| &category.items);
    items
        .into_iter()
        .flatten()
        .filter_map(|id| menu.item(id))
        .map(|item| item.picture.clone())
        .take(DISHES)
        .collect()
}

/// The store's name in the guest's language.
pub(super) fn store_name(app: App) -> String {
    app.hello.with(|hello| {
        hello
            .as_ref()
            .map(|hello| app.text(&hello.store))
            .unwrap_or_default()
    })
}

/// Minutes that the kitchen promises.
pub(super) fn minutes(app: App) -> u32 {
    app.hello
        .with(|hello| hello.as_ref().map_or(0, |hello| hello.ready_minutes))
}

/// Before the hub said hello.
pub(super) fn loading(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="message" aria-busy="true">
            <div class="panel">
                {dots()}
                <h1>{say!(lang, common.loading)}</h1>
                <p>{say!(lang, offline.starting)}</p>
            </div>
        </main>
    }
    .into_any()
}

/// Outside business hours.
pub(super) fn closed(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="message">
            <div class="panel">
                <p class="store">{store_name(app)}</p>
                <span class="mark">{icon(Icon::Clock)}</span>
                <h1>{say!(lang, start.closed_title)}</h1>
                <p>{say!(lang, start.closed_text)}</p>
                {languages(app)}
            </div>
        </main>
    }
    .into_any()
}

/// The store cannot keep orders.
pub(super) fn broken(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="message">
            <div class="panel">
                <span class="mark warning">{icon(Icon::Warning)}</span>
                <h1>{say!(lang, start.broken_title)}</h1>
                <p>{say!(lang, start.broken_text)}</p>
            </div>
        </main>
    }
    .into_any()
}
