//! What changed meanwhile, by name, each with its way on.
//!
//! Guarantees: nothing is taken out, swapped or repriced unless the guest says so; the new
//! total is seen on the basket before anything is charged.

use leptos::prelude::*;
use soban_domain::cart::CartLine;
use soban_domain::change::{Change, Difference};
use soban_domain::menu::Dining;

use super::super::app::{App, Changes};
use super::dialogs;
use super::part::picture;
use crate::icon::{Icon, icon};
use crate::live::{live, tap, while_so};
use crate::say;

/// What the guest does about one of them.
#[derive(Clone, Copy)]
enum Way {
    /// Takes the line out.
    Remove,
    /// Takes as it is now.
    Accept,
    /// Takes only so many.
    Only(u32),
}

/// The dialog, while there is something to settle.
pub(super) fn changes(app: App) -> AnyView {
    while_so(
        move || app.changes.with(Option::is_some),
        move || {
            let lang = app.lang.get();
            let inside = view! {
                <h2>{say!(lang, change.title)}</h2>
                <p>{say!(lang, change.text)}</p>
                <ul class="changes">{live(move || rows(app).into_any())}</ul>
                {live(move || keep(app).into_any())}
            };
            dialogs::dialog("change-dialog", || {}, inside.into_any())
        },
    )
}

fn rows(app: App) -> Vec<AnyView> {
    let Some(changes) = app.changes.get() else {
        return Vec::new();
    };
    changes
        .open
        .iter()
        .enumerate()
        .map(|(index, (line, change))| row(app, &changes, index, line, change))
        .collect()
}

fn row(app: App, changes: &Changes, index: usize, line: &CartLine, change: &Change) -> AnyView {
    let lang = app.lang.get();
    let menu = app.menu.get();
    let item = menu.as_ref().and_then(|menu| menu.item(&line.item));
    let plate = item.map(|item| picture(&item.picture, false));
    let name = item.map_or_else(|| line.item.to_string(), |item| app.text(&item.name));
    view! {
        <li data-testid=format!("change-{index}")>
            {plate}
            <div class="words">
                <strong>{name}</strong>
                <span>{told(app, changes, &change.what)}</span>
                {prices(app, &change.what)}
            </div>
            <div class="answers">
                {button(app, index, Way::Remove, say!(lang, change.remove), "remove")}
                {other(app, index, line, &change.what)}
            </div>
        </li>
    }
    .into_any()
}

fn told(app: App, changes: &Changes, what: &Difference) -> String {
    let lang = app.lang.get();
    match what {
        Difference::Gone => say!(lang, change.gone),
        Difference::SoldOut(name) => say!(lang, change.sold_out, name = app.text(name)),
        Difference::NotEnough { what, left } => {
            say!(lang, change.not_enough, name = app.text(what), left = left)
        }
        Difference::NotNow(name) => say!(lang, change.not_now, name = app.text(name)),
        Difference::NotThisWay(name) => match changes.cart.dining {
            Dining::EatIn => say!(lang, change.not_eat_in, name = app.text(name)),
            Dining::TakeOut => say!(lang, change.not_take_out, name = app.text(name)),
        },
        Difference::OptionsChanged => say!(lang, change.options),
        Difference::Price { .. } => say!(lang, change.price),
    }
}

fn prices(app: App, what: &Difference) -> Option<AnyView> {
    let Difference::Price { from, to } = what else {
        return None;
    };
    let (from, to) = (app.won(*from), app.won(*to));
    Some(
        view! {
            <span class="prices"><s>{from}</s>{icon(Icon::ArrowRight)}<strong>{to}</strong></span>
        }
        .into_any(),
    )
}

/// The second button, where leaving it out is not the only way.
fn other(app: App, index: usize, line: &CartLine, what: &Difference) -> Option<AnyView> {
    let lang = app.lang.get();
    match what {
        Difference::Price { .. } => Some(button(
            app,
            index,
            Way::Accept,
            say!(lang, change.accept),
            "fix",
        )),
        Difference::NotEnough { left, .. } if *left < line.quantity => Some(button(
            app,
            index,
            Way::Only(*left),
            say!(lang, change.take_left, left = left),
            "fix",
        )),
        Difference::NotEnough { .. }
        | Difference::Gone
        | Difference::SoldOut(_)
        | Difference::NotNow(_)
        | Difference::NotThisWay(_)
        | Difference::OptionsChanged => None,
    }
}

fn button(app: App, index: usize, way: Way, words: String, id: &str) -> AnyView {
    let class = match way {
        Way::Remove => "action second",
        Way::Accept | Way::Only(_) => "action",
    };
    view! {
        <button
            class=class
            data-testid=format!("change-{index}-{id}")
            on:click=tap(move || settle(app, index, way))
        >
            {words}
        </button>
    }
    .into_any()
}

/// Does what the guest said. When all is settled the basket is as it was settled.
fn settle(app: App, index: usize, way: Way) {
    let Some(mut changes) = app.changes.get_untracked() else {
        return;
    };
    if index >= changes.open.len() {
        return;
    }
    let (line, _) = changes.open.remove(index);
    let there = changes.cart.lines.iter().position(|other| *other == line);
    match (there, way) {
        (Some(place), Way::Remove) => drop(changes.cart.lines.remove(place)),
        (Some(place), Way::Only(count)) => changes.cart.lines[place].quantity = count,
        (Some(_), Way::Accept) | (None, _) => {}
    }
    if changes.open.is_empty() {
        app.cart.set(changes.cart);
        app.changes.set(None);
    } else {
        app.changes.set(Some(changes));
    }
}

/// Where the guest only tried another way of eating, all can stay as it was.
fn keep(app: App) -> Option<AnyView> {
    let lang = app.lang.get();
    let dining = app
        .changes
        .with(|changes| changes.as_ref().map(|changes| changes.cart.dining))?;
    (dining != app.dining()).then(|| {
        view! {
            <button
                class="action second"
                data-testid="change-keep"
                on:click=tap(move || app.changes.set(None))
            >
                {say!(lang, change.keep_dining)}
            </button>
        }
        .into_any()
    })
}
