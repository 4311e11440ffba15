//! Looking the basket over, and how to pay: one tap from here to the QR.

use leptos::prelude::*;
use soban_domain::cart::CartLine;
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::pricing;

use super::super::actions;
use super::super::app::{App, Busy, Sheet};
use super::super::flow::Place;
use super::basket::{options, quantity, total};
use super::part::{dots, picture};
use super::{head, notices, sheet, start};
use crate::icon::{Icon, icon};
use crate::live::{flag, live, tap, while_so, while_some};
use crate::{say, words};

/// The screen.
pub(super) fn review(app: App) -> AnyView {
    let lang = app.lang.get();
    let count = Memo::new(move |_| app.cart.with(|cart| cart.lines.len()));
    Effect::new(move |_| {
        if count.get() == 0 && app.toast.with_untracked(Option::is_none) {
            app.place.set(Place::Menu);
        }
    });
    view! {
        <main class="review" data-testid="review">
            {head::choosing(app)}
            <section class="order">
                <h1>{say!(lang, review.title)}</h1>
                <ul class="lines">
                    {live(move || {
                        let lines = (0..count.get()).map(|index| line(app, index));
                        lines.collect_view().into_any()
                    })}
                </ul>
                <button
                    class="quiet"
                    data-testid="more"
                    on:click=tap(move || app.place.set(Place::Menu))
                >
                    {icon(Icon::Plus)}
                    <span>{say!(lang, review.more)}</span>
                </button>
                {live(move || alcohol(app).into_any())}
            </section>
            <section class="pay">
                {notices::printer(app)}
                {live(move || sums(app))}
                <h2>{say!(lang, review.how)}</h2>
                {methods(app, actions::order)}
            </section>
        </main>
    }
    .into_any()
}

fn line(app: App, index: usize) -> AnyView {
    let lang = app.lang.get();
    let line = Memo::new(move |_| app.cart.with(|cart| cart.lines.get(index).cloned()));
    view! {
        <li class="line" data-testid=format!("line-{index}")>
            {while_some(move || line.get(), move |line| face(app, &line))}
            <div class="turn">
                {quantity(app, index, line)}
                <div class="ways">
                    {while_some(move || line.get(), move |line| {
                        edit(app, index, &line).into_any()
                    })}
                    <button
                        class="quiet"
                        data-testid=format!("remove-{index}")
                        on:click=tap(move || app.remove(index))
                    >
                        {icon(Icon::Trash)}
                        <span>{say!(lang, cart.remove)}</span>
                    </button>
                </div>
            </div>
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
    let priced = app.priced(line);
    let price = priced.as_ref().map(|priced| app.won(sheet::to_pay(priced)));
    let lang = app.lang.get();
    let each = priced
        .as_ref()
        .filter(|priced| priced.quantity > 1)
        .map(|priced| say!(lang, review.each, price = app.won(priced.unit)));
    view! {
        <span class="plate">{picture(&item.picture, false)}</span>
        <span class="words">
            <span class="name">{app.text(&item.name)}</span>
            <span class="options">{options(app, line)}</span>
            {each.map(|each| view! { <span class="each">{each}</span> })}
        </span>
        <strong class="price">{price}</strong>
    }
    .into_any()
}

/// A way back into the sheet, where there is something to choose.
fn edit(app: App, index: usize, line: &CartLine) -> Option<AnyView> {
    let lang = app.lang.get();
    let menu = app.menu.get()?;
    let item = menu.item(&line.item)?;
    let line = line.clone();
    let open = move || {
        app.sheet.set(Some(Sheet {
            line: line.clone(),
            instead_of: Some(index),
        }));
    };
    (!item.groups.is_empty()).then(|| {
        view! {
            <button class="quiet" data-testid=format!("edit-{index}") on:click=tap(open)>
                {icon(Icon::Pencil)}
                <span>{say!(lang, cart.edit)}</span>
            </button>
        }
        .into_any()
    })
}

fn alcohol(app: App) -> Option<AnyView> {
    let lang = app.lang.get();
    let menu = app.menu.get()?;
    let any = app.cart.with(|cart| {
        cart.lines.iter().any(|line| {
            pricing::price_line(&menu, line, cart.dining).is_ok_and(|priced| priced.alcohol)
        })
    });
    any.then(|| {
        view! {
            <p class="notice" data-testid="alcohol-note">
                {icon(Icon::IdCard)}
                <span>{say!(lang, review.alcohol)}</span>
            </p>
        }
        .into_any()
    })
}

/// The total and what is in it.
fn sums(app: App) -> AnyView {
    let lang = app.lang.get();
    let menu = app.menu.get();
    let priced = menu.and_then(|menu| app.cart.with(|cart| pricing::price(&menu, cart).ok()));
    let tax = priced.map(|priced| priced.tax);
    let part = |amount: Option<Won>, words: &dyn Fn(String) -> String| {
        amount
            .filter(|amount| amount.is_positive())
            .map(|amount| view! { <span>{words(app.won(amount))}</span> })
    };
    let minutes = start::minutes(app);
    view! {
        <div class="sums" aria-live="polite">
            <p class="to-pay">
                <span>{say!(lang, review.total)}</span>
                <strong data-testid="basket-total">{total(app)}</strong>
            </p>
            <p class="parts">
                {part(tax.map(|tax| tax.deposit), &|price| {
                    format!("{} {price}", say!(lang, cart.deposit))
                })}
                {part(tax.map(|tax| tax.vat), &|price| say!(lang, review.vat, price = price))}
                {part(tax.map(|tax| tax.exempt), &|price| {
                    say!(lang, review.tax_free, price = price)
                })}
                <span>{say!(lang, review.ready, minutes = minutes)}</span>
            </p>
        </div>
    }
    .into_any()
}

/// Ways to pay that stand below each other; more go side by side, below the first.
const FEW: usize = 3;

/// The store's ways to pay, in its order. While one is under way no other can be taken.
pub(super) fn methods(app: App, choose: fn(App, Method)) -> AnyView {
    let offered = app
        .hello
        .with(|hello| hello.as_ref().map(|hello| hello.methods.clone()));
    let offered = offered.unwrap_or_default();
    let many = offered.len() > FEW;
    let ways: Vec<AnyView> = offered
        .into_iter()
        .enumerate()
        .map(|(place, method)| way(app, method, place == 0, choose))
        .collect();
    let underway = move || app.busy.get() == Some(Busy::Ordering);
    view! {
        <div class="methods" class:many=many>
            {ways}
            <p class="underway" role="status">
                {while_so(underway, move || {
                    let words = say!(app.lang.get(), review.placing);
                    view! { {dots()}<span>{words}</span> }.into_any()
                })}
            </p>
        </div>
    }
    .into_any()
}

/// True while a basket is to be ordered that has no price. An order has one, though the
/// basket that it came from is gone after a reload.
fn is_unpriced(app: App) -> bool {
    app.place.get() == Place::Review && app.total.get().is_none()
}

fn way(app: App, method: Method, first: bool, choose: fn(App, Method)) -> AnyView {
    let lang = app.lang.get();
    let drawing = match method {
        Method::Kakaopay => Icon::Phone,
        Method::Toss => Icon::Card,
        Method::Barcode => Icon::Scan,
        Method::Qr => Icon::Qr,
        Method::Sticker => Icon::Store,
        Method::Counter => Icon::Wallet,
    };
    view! {
        <button
            class="method"
            class:first=first
            data-testid=format!("method-{}", method.name())
            disabled=flag(move || app.busy.get().is_some() || is_unpriced(app))
            on:click=tap(move || choose(app, method))
        >
            {icon(drawing)}
            <span class="words">
                <strong>{words::method(lang, method)}</strong>
                <span>{words::method_hint(lang, method)}</span>
            </span>
        </button>
    }
    .into_any()
}
