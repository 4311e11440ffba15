//! The basket at the foot of the menu: lines, total, the one primary action.

use leptos::prelude::*;
use soban_domain::cart::CartLine;

use super::super::app::App;
use super::super::flow::Place;
use super::super::offer::others;
use super::part::{picture, stepper};
use crate::icon::{Icon, icon};
use crate::live::{flag, live, tap, while_some, words};
use crate::say;

/// The foot.
pub(super) fn foot(app: App) -> AnyView {
    let lang = app.lang.get();
    let empty = Memo::new(move |_| app.cart.with(|cart| cart.lines.is_empty()));
    view! {
        <section
            class="basket"
            class:empty=flag(move || empty.get())
            aria-label=say!(lang, menu.basket)
        >
            {live(move || if empty.get() { hint(app) } else { lines(app) })}
            <div class="sum">
                <p class="total" aria-live="polite">
                    <span class="label">
                        {words(move || {
                            let count = app.cart.with(|cart| cart.pieces());
                            say!(lang, menu.total, count = count)
                        })}
                    </span>
                    <strong data-testid="basket-total">{words(move || total(app))}</strong>
                </p>
                <button
                    class="action"
                    data-testid="go-pay"
                    disabled=flag(move || empty.get())
                    on:click=tap(move || app.place.set(Place::Review))
                >
                    <span>{say!(lang, menu.pay)}</span>
                    {icon(Icon::ArrowRight)}
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn hint(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <p class="nothing">
            {icon(Icon::Basket)}
            <span>
                <strong>{say!(lang, menu.empty)}</strong>
                <span>{say!(lang, menu.empty_hint)}</span>
            </span>
        </p>
    }
    .into_any()
}

/// What is to be paid; nothing where the basket has no price just now.
pub(super) fn total(app: App) -> String {
    let amount = app.total.get().unwrap_or_default();
    app.won(amount)
}

fn lines(app: App) -> AnyView {
    let count = Memo::new(move |_| app.cart.with(|cart| cart.lines.len()));
    // Newest first: what was just added is in sight.
    view! {
        <ul class="lines" data-testid="basket-lines">
            {live(move || {
                let lines = (0..count.get()).rev().map(|index| line(app, index));
                lines.collect_view().into_any()
            })}
        </ul>
    }
    .into_any()
}

fn line(app: App, index: usize) -> AnyView {
    let line = Memo::new(move |_| app.cart.with(|cart| cart.lines.get(index).cloned()));
    view! {
        <li class="line">
            {while_some(move || line.get(), move |line| face(app, &line))}
            {quantity(app, index, line)}
        </li>
    }
    .into_any()
}

fn face(app: App, line: &CartLine) -> AnyView {
    let Some(menu) = app.menu.get() else {
        return ().into_any();
    };
    let Some(item) = menu.item(&line.item) else {
        return ().into_any();
    };
    view! {
        {picture(&item.picture, false)}
        <span class="words">
            <span class="name">{app.text(&item.name)}</span>
            <span class="options">{options(app, line)}</span>
        </span>
    }
    .into_any()
}

/// What was chosen, in one row of words.
pub(super) fn options(app: App, line: &CartLine) -> String {
    let Some(priced) = app.priced(line) else {
        return String::new();
    };
    let words: Vec<String> = priced
        .options
        .iter()
        .map(|option| {
            let name = app.text(&option.name);
            match option.count {
                1 => name,
                count => format!("{name} × {count}"),
            }
        })
        .collect();
    words.join(" · ")
}

/// How many of a line; the last one taken away takes the line out.
pub(super) fn quantity(app: App, index: usize, line: Memo<Option<CartLine>>) -> AnyView {
    let count = Signal::derive(move || line.get().map_or(0, |line| line.quantity));
    let most = Signal::derive(move || {
        let Some(line) = line.get() else { return 0 };
        let most = app
            .cart
            .with(|cart| app.store(|store| store.most(others(cart, Some(index)), &line)));
        most.unwrap_or(0)
    });
    stepper(app, count, 0, most, move |count| {
        app.set_quantity(index, count);
    })
}
