//! Choosing dishes: categories, cards, the basket always in sight.

use std::sync::Arc;

use leptos::prelude::*;
use soban_domain::ids::ItemId;
use soban_domain::menu::{Category, Dining, Ground, Item, Menu};

use super::super::app::App;
use super::super::offer::Offer;
use super::part::picture;
use super::{basket, head};
use crate::icon::{Icon, icon};
use crate::live::{live, nothing, tap, while_some, words};
use crate::say;

/// The screen.
pub(super) fn menu(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="menu">
            {head::choosing(app)}
            <nav class="categories" aria-label=say!(lang, menu.categories)>
                {categories(app)}
            </nav>
            <section class="dishes-of" aria-label=say!(lang, menu.dishes)>
                {live(move || cards(app))}
            </section>
            {basket::foot(app)}
        </main>
    }
    .into_any()
}

fn categories(app: App) -> Vec<AnyView> {
    let Some(menu) = app.menu.get() else {
        return Vec::new();
    };
    menu.categories()
        .iter()
        .enumerate()
        .map(|(index, category)| tab(app, index, category))
        .collect()
}

fn tab(app: App, index: usize, category: &Category) -> AnyView {
    let here = words(move || (app.category.get() == index).to_string());
    view! {
        <button
            class="category"
            data-testid=format!("category-{}", category.id)
            aria-current=here
            on:click=tap(move || app.category.set(index))
        >
            {picture(&category.picture, false)}
            <span>{app.text(&category.name)}</span>
        </button>
    }
    .into_any()
}

/// The cards of the category that is open. Rebuilt when the shelf, the language or the way
/// of eating changes; a card's own count follows the basket by itself.
fn cards(app: App) -> AnyView {
    let Some(menu) = app.menu.get() else {
        return ().into_any();
    };
    let Some(category) = menu.categories().get(app.category.get()) else {
        return ().into_any();
    };
    let cards = category
        .items
        .iter()
        .filter_map(|id| menu.item(id))
        .map(|item| card(app, &menu, item))
        .collect_view();
    view! {
        <h2 class="unseen">{app.text(&category.name)}</h2>
        <ul class="cards">{cards}</ul>
    }
    .into_any()
}

/// The tint behind a dish, as a class.
pub(super) fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Celadon => "celadon",
        Ground::Rice => "rice",
        Ground::Plum => "plum",
        Ground::Sky => "sky",
    }
}

fn card(app: App, menu: &Arc<Menu>, item: &Item) -> AnyView {
    let offer = app.store(|store| store.item(item)).unwrap_or(Offer::Yes);
    let there = offer.is_there();
    let lang = app.lang.get();
    let name = app.text(&item.name);
    let price = app.won(item.base_price(app.dining()));
    let (open, add) = (Arc::new(item.clone()), Arc::new(item.clone()));
    let id = item.id.clone();
    let choices = menu.groups_of(&item.groups).any(|group| group.min > 0);
    let plus_words = if choices {
        say!(lang, menu.choose_named, name = name)
    } else {
        say!(lang, menu.add_named, name = name)
    };
    let plus = if there {
        view! {
            <button
                class="plus"
                data-testid=format!("add-{}", item.id)
                aria-label=plus_words
                on:click=tap(move || app.quick_add(&add))
            >
                {icon(Icon::Plus)}
            </button>
        }
        .into_any()
    } else {
        nothing()
    };
    view! {
        <li class=format!("card {}", ground(item.ground)) class:out=!there>
            <button
                class="open"
                data-testid=format!("item-{}", item.id)
                on:click=tap(move || app.open_sheet(&open))
            >
                <span class="plate">{picture(&item.picture, true)}</span>
                <span class="badges">{badges(app, item, offer)}</span>
                <span class="words">
                    <span class="name">{name.clone()}</span>
                    <span class="description">{app.text(&item.description)}</span>
                    <span class="price">{price}</span>
                </span>
            </button>
            {counted(app, id)}
            {plus}
        </li>
    }
    .into_any()
}

/// How many of an item are in the basket, on its card.
fn counted(app: App, id: ItemId) -> AnyView {
    let name = id.clone();
    let count = move || Some(app.count_of(&id)).filter(|count| *count > 0);
    while_some(count, move |count| {
        view! {
            <span class="in-basket" data-testid=format!("count-{name}")>
                <span aria-hidden="true">{count.to_string()}</span>
                <span class="unseen">{say!(app.lang.get(), menu.in_basket, count = count)}</span>
            </span>
        }
        .into_any()
    })
}

/// Why it cannot be had, else what is special about it.
fn badges(app: App, item: &Item, offer: Offer) -> Vec<AnyView> {
    let lang = app.lang.get();
    let off = |words: String| vec![view! { <span class="badge off">{words}</span> }.into_any()];
    match offer {
        Offer::SoldOut => off(say!(lang, menu.sold_out)),
        Offer::NotNow => off(say!(lang, menu.not_now)),
        Offer::OtherWay => off(other_way(app)),
        Offer::Few(left) => {
            let words = say!(lang, menu.left, count = left);
            vec![view! { <span class="badge few">{words}</span> }.into_any()]
        }
        Offer::Yes => item
            .badges
            .iter()
            .take(2)
            .map(|badge| {
                view! { <span class="badge">{crate::words::badge(lang, *badge)}</span> }.into_any()
            })
            .collect(),
    }
}

/// The way in which a thing can be had, when it is not the guest's.
pub(super) fn other_way(app: App) -> String {
    let lang = app.lang.get();
    match app.dining() {
        Dining::EatIn => say!(lang, menu.take_out_only),
        Dining::TakeOut => say!(lang, menu.eat_in_only),
    }
}
