//! The sheet of one dish: what it is, what can be chosen, how many, for how much.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use soban_domain::cart::CartLine;
use soban_domain::menu::{Item, Menu};
use soban_domain::money::Won;
use soban_domain::pricing::PricedLine;

use super::super::app::{App, Sheet};
use super::super::offer::{Offer, others};
use super::super::pick::{self, Question};
use super::menu::{ground, other_way};
use super::part::{picture_address, stepper};
use super::{dialogs, questions};
use crate::icon::{Icon, icon};
use crate::live::{flag, live, nothing, tap, words};
use crate::say;

/// The sheet, while one is open.
pub(super) fn sheet(app: App) -> AnyView {
    let open = Memo::new(move |_| {
        app.sheet
            .with(|sheet| sheet.as_ref().map(|sheet| sheet.line.item.clone()))
    });
    live(move || {
        let menu = app.menu.get();
        let item = open.get().and_then(|id| menu.as_ref()?.item(&id).cloned());
        match (menu, item) {
            (Some(menu), Some(item)) => body(app, menu, Arc::new(item)),
            _ => nothing(),
        }
    })
}

fn body(app: App, menu: Arc<Menu>, item: Arc<Item>) -> AnyView {
    let lang = app.lang.get();
    let here = NodeRef::<html::Div>::new();
    dialogs::focus(here);
    let (told, asked, priced) = (item.clone(), item.clone(), item.clone());
    let (tint, picture) = (ground(item.ground), item.picture.clone());
    let menu_of_foot = menu.clone();
    view! {
        <div class="veil" on:click=tap(move || app.sheet.set(None))></div>
        <div
            class="sheet"
            role="dialog"
            aria-modal="true"
            aria-labelledby="sheet-name"
            tabindex="-1"
            data-testid="sheet"
            node_ref=here
        >
            <button
                class="round close"
                data-testid="sheet-close"
                aria-label=say!(lang, common.close)
                on:click=tap(move || app.sheet.set(None))
            >
                {icon(Icon::Close)}
            </button>
            <div class="roll">
                <div class=format!("plate {tint}")>
                    <img
                        class="picture"
                        src=picture_address(&picture, true)
                        width="512"
                        height="512"
                        alt=""
                        draggable="false"
                    />
                </div>
                {facts(app, &told)}
                {live(move || questions::all(app, &menu, &asked))}
            </div>
            {foot(app, menu_of_foot, priced)}
        </div>
    }
    .into_any()
}

/// Name, price, description, and what the law wants told.
fn facts(app: App, item: &Item) -> AnyView {
    let lang = app.lang.get();
    let dining = app.dining();
    let deposit = item.deposit(dining);
    let deposit = deposit.is_positive().then(|| {
        let words = say!(lang, item.deposit, price = app.won(deposit));
        view! { <p class="note">{words}</p> }
    });
    let alcohol = item.alcohol.then(|| {
        view! { <p class="note">{icon(Icon::IdCard)}<span>{say!(lang, item.alcohol)}</span></p> }
    });
    let hours = hours(app, item).map(|words| {
        view! { <p class="note">{icon(Icon::Clock)}<span>{words}</span></p> }
    });
    view! {
        <div class="facts">
            <div class="title">
                <h2 id="sheet-name">{app.text(&item.name)}</h2>
                <p class="price">{app.won(item.base_price(dining))}</p>
            </div>
            <p class="description">{app.text(&item.description)}</p>
            {hours}
            {deposit}
            {alcohol}
            <dl class="law">
                {origin(app, item)}
                <div>
                    <dt>{say!(lang, item.allergens)}</dt>
                    <dd>{allergens(app, item)}</dd>
                </div>
            </dl>
        </div>
    }
    .into_any()
}

/// When it is sold, where that is not always.
fn hours(app: App, item: &Item) -> Option<String> {
    let spans: Vec<String> = item
        .hours
        .iter()
        .map(|hours| format!("{}–{}", hours.from, hours.to))
        .collect();
    let lang = app.lang.get();
    (!spans.is_empty()).then(|| say!(lang, menu.sold_at, hours = spans.join(", ")))
}

fn origin(app: App, item: &Item) -> Option<AnyView> {
    let lang = app.lang.get();
    let parts: Vec<String> = item
        .origin
        .iter()
        .map(|origin| {
            format!(
                "{} {}",
                app.text(&origin.ingredient),
                app.text(&origin.country)
            )
        })
        .collect();
    let words = parts.join(" · ");
    (!parts.is_empty())
        .then(|| view! { <div><dt>{say!(lang, item.origin)}</dt><dd>{words}</dd></div> }.into_any())
}

fn allergens(app: App, item: &Item) -> String {
    let lang = app.lang.get();
    if item.allergens.is_empty() {
        return say!(lang, item.none_known);
    }
    let words: Vec<String> = item
        .allergens
        .iter()
        .map(|allergen| crate::words::allergen(lang, *allergen))
        .collect();
    words.join(", ")
}

fn foot(app: App, menu: Arc<Menu>, item: Arc<Item>) -> AnyView {
    let line = Memo::new(move |_| {
        app.sheet
            .with(|sheet| sheet.as_ref().map(|s| s.line.clone()))
    });
    let count = Signal::derive(move || line.get().map_or(1, |line| line.quantity));
    let most = Signal::derive(move || most(app, line.get()));
    let (asked, told) = (item.clone(), item);
    let open = {
        let menu = menu.clone();
        Memo::new(move |_| {
            let line = line.get()?;
            pick::missing(&menu, &asked, &line)
        })
    };
    view! {
        <div class="foot">
            {stepper(app, count, 1, most, move |count| set_quantity(app, count))}
            <button
                class="action"
                data-testid="sheet-add"
                disabled=flag(move || !can_be_had(app, &told) || most.get() == 0)
                on:click=tap(move || take(app, open.get_untracked()))
            >
                {words(move || label(app, line.get(), open.get(), most.get()))}
            </button>
        </div>
    }
    .into_any()
}

fn can_be_had(app: App, item: &Item) -> bool {
    app.store(|store| store.item(item))
        .is_some_and(Offer::is_there)
}

fn most(app: App, line: Option<CartLine>) -> u32 {
    let Some(line) = line else { return 0 };
    let instead_of = app
        .sheet
        .with(|sheet| sheet.as_ref().and_then(|sheet| sheet.instead_of));
    let most = app
        .cart
        .with(|cart| app.store(|store| store.most(others(cart, instead_of), &line)));
    most.unwrap_or(0)
}

fn set_quantity(app: App, count: u32) {
    app.sheet.update(|sheet| {
        if let Some(sheet) = sheet {
            sheet.line.quantity = count;
        }
    });
}

/// What the button says: what is missing, why it cannot be had, or what it will add.
fn label(app: App, line: Option<CartLine>, open: Option<Question>, most: u32) -> String {
    let lang = app.lang.get();
    let Some(line) = line else {
        return String::new();
    };
    let offer = app
        .menu
        .get()
        .and_then(|menu| {
            let item = menu.item(&line.item)?;
            app.store(|store| store.item(item))
        })
        .unwrap_or(Offer::SoldOut);
    match offer {
        Offer::SoldOut => return say!(lang, menu.sold_out),
        Offer::NotNow => return say!(lang, menu.not_now),
        Offer::OtherWay => return other_way(app),
        Offer::Few(_) | Offer::Yes => {}
    }
    if most == 0 {
        return say!(lang, menu.sold_out);
    }
    if let Some(question) = open {
        return say!(lang, item.missing, group = app.text(&question.group.name));
    }
    let price = app.won(
        app.priced(&line)
            .map_or(Won::ZERO, |priced| to_pay(&priced)),
    );
    let edits = app.sheet.with(|sheet| {
        sheet
            .as_ref()
            .is_some_and(|sheet| sheet.instead_of.is_some())
    });
    if edits {
        say!(lang, item.save_for, price = price)
    } else {
        say!(lang, item.add_for, price = price)
    }
}

/// What a line adds to the total, deposits included.
pub(super) fn to_pay(line: &PricedLine) -> Won {
    line.goods.plus(line.deposit).unwrap_or(line.goods)
}

/// Puts the line into the basket, or shows the question that is still open.
fn take(app: App, open: Option<Question>) {
    if let Some(question) = open {
        return questions::show(&question);
    }
    let Some(Sheet { line, instead_of }) = app.sheet.get_untracked() else {
        return;
    };
    app.sheet.set(None);
    match instead_of {
        None => app.add(line),
        Some(index) => app.cart.update(|cart| {
            if let Some(there) = cart.lines.get_mut(index) {
                *there = line;
            }
        }),
    }
}
