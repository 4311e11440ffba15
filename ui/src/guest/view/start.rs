//! The first screen, and what stands there while nothing can be ordered.

use leptos::prelude::*;
use soban_domain::menu::{Dining, Menu};

use super::super::app::App;
use super::super::flow::Place;
use super::part::{dots, picture};
use crate::icon::{Icon, icon};
use crate::{say, words};

/// Dishes on the first screen.
const DISHES: usize = 4;

/// Eat in or take out, and in which language.
pub(super) fn start(app: App) -> AnyView {
    view! {
        <main class="start">
            <section class="hero">
                <p class="store">{move || store_name(app)}</p>
                <h1>
                    <span>{move || say!(app.lang.get(), start.line_1)}</span>
                    <span>{move || say!(app.lang.get(), start.line_2)}</span>
                </h1>
                <p class="hint">{move || say!(app.lang.get(), start.hint)}</p>
                <div class="dishes" aria-hidden="true">{move || dishes(app)}</div>
            </section>
            <section class="begin">
                <div class="ways">
                    {way(app, Dining::EatIn, "start-eat-in", Icon::Utensils)}
                    {way(app, Dining::TakeOut, "start-take-out", Icon::Bag)}
                </div>
                {languages(app)}
                <p class="promise">
                    {icon(Icon::Clock)}
                    <span>{move || say!(app.lang.get(), start.ready, minutes = minutes(app))}</span>
                </p>
            </section>
        </main>
    }
    .into_any()
}

fn way(app: App, dining: Dining, id: &'static str, drawing: Icon) -> AnyView {
    let begin = move |_| {
        app.cart.update(|cart| cart.dining = dining);
        app.category.set(0);
        app.place.set(Place::Menu);
    };
    let words = move || match dining {
        Dining::EatIn => say!(app.lang.get(), common.eat_in),
        Dining::TakeOut => say!(app.lang.get(), common.take_out),
    };
    view! {
        <button type="button" class="way" data-testid=id on:click=begin>
            {icon(drawing)}
            <span>{words}</span>
        </button>
    }
    .into_any()
}

/// The languages that the store offers, in the open.
fn languages(app: App) -> AnyView {
    let offered = move || {
        app.hello
            .with(|hello| hello.as_ref().map(|hello| hello.languages.clone()))
            .unwrap_or_default()
    };
    view! {
        <div class="languages" role="group" aria-label=move || say!(app.lang.get(), common.language)>
            {move || {
                offered()
                    .into_iter()
                    .map(|lang| {
                        view! {
                            <button
                                type="button"
                                class="pill"
                                lang=lang.code()
                                data-testid=format!("lang-{lang}")
                                aria-pressed=move || (app.lang.get() == lang).to_string()
                                on:click=move |_| app.lang.set(lang)
                            >
                                {words::language(lang)}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
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
    view! {
        <main class="message" aria-busy="true">
            <div class="card">
                {dots()}
                <h1>{move || say!(app.lang.get(), common.loading)}</h1>
                <p>{move || say!(app.lang.get(), offline.starting)}</p>
            </div>
        </main>
    }
    .into_any()
}

/// Outside business hours.
pub(super) fn closed(app: App) -> AnyView {
    view! {
        <main class="message">
            <div class="card">
                <p class="store">{move || store_name(app)}</p>
                <span class="mark">{icon(Icon::Clock)}</span>
                <h1>{move || say!(app.lang.get(), start.closed_title)}</h1>
                <p>{move || say!(app.lang.get(), start.closed_text)}</p>
                {languages(app)}
            </div>
        </main>
    }
    .into_any()
}

/// The store cannot keep orders.
pub(super) fn broken(app: App) -> AnyView {
    view! {
        <main class="message">
            <div class="card">
                <span class="mark warning">{icon(Icon::Warning)}</span>
                <h1>{move || say!(app.lang.get(), start.broken_title)}</h1>
                <p>{move || say!(app.lang.get(), start.broken_text)}</p>
            </div>
        </main>
    }
    .into_any()
}
