//! The questions of a dish: options, counted extras, slots of a set, and what is asked
//! below a choice.

use std::sync::Arc;

use leptos::prelude::*;
use soban_domain::menu::{Choice, Item, Menu};

use super::super::app::App;
use super::super::offer::Offer;
use super::super::pick::{self, Question};
use super::menu::{ground, other_way};
use super::part::picture;
use crate::icon::{Icon, icon};
use crate::live::{nothing, tap};
use crate::{say, words};

/// All questions as the line stands.
pub(super) fn all(app: App, menu: &Arc<Menu>, item: &Item) -> AnyView {
    let line = app
        .sheet
        .with(|sheet| sheet.as_ref().map(|sheet| sheet.line.clone()));
    let Some(line) = line else {
        return ().into_any();
    };
    pick::questions(menu, item, &line)
        .into_iter()
        .map(|question| one(app, menu, question))
        .collect_view()
        .into_any()
}

/// An id for the page: the way to the question, in its parts' own names.
fn anchor(question: &Question) -> String {
    let mut anchor = "ask".to_owned();
    for (group, choice) in &question.path {
        anchor.push_str(&format!("-{group}-{choice}"));
    }
    format!("{anchor}-{}", question.group.id)
}

/// Brings a question into view.
pub(super) fn show(question: &Question) {
    let found = document().get_element_by_id(&anchor(question));
    if let Some(found) = found {
        found.scroll_into_view();
        // Not every browser lets a group take the focus.
        let first = found.query_selector("button:not(:disabled)").ok().flatten();
        if let Some(first) = first {
            use wasm_bindgen::JsCast;
            if let Ok(button) = first.dyn_into::<web_sys::HtmlElement>() {
                drop(button.focus());
            }
        }
    }
}

fn one(app: App, menu: &Arc<Menu>, question: Question) -> AnyView {
    let lang = app.lang.get();
    let line = current(app);
    let done = line.map_or(0, |line| pick::answered(&line, &question));
    let group = &question.group;
    let open = done < group.min;
    let rule = match (group.min, group.max) {
        (0, 1) => say!(lang, item.if_you_like),
        (0, most) => say!(lang, item.up_to, count = most),
        (1, _) => say!(lang, item.must),
        (least, _) => say!(lang, item.must_some, count = least),
    };
    let id = anchor(&question);
    let name = app.text(&group.name);
    let slot = group.is_slot();
    let choices: Vec<AnyView> = group
        .choices
        .iter()
        .map(|choice| pickable(app, menu, &question, choice))
        .collect();
    view! {
        <section
            class="question"
            class:below=!question.path.is_empty()
            class:open=open
            id=id.clone()
            role="group"
            aria-labelledby=format!("{id}-name")
        >
            <h3 id=format!("{id}-name")>
                <span>{name}</span>
                <span class="rule" class:must=question.group.min.gt(&0)>
                    {(question.group.min > 0 && !open).then(|| icon(Icon::Check))}
                    <span>{rule}</span>
                </span>
            </h3>
            <div class="choices" class:slots=slot>{choices}</div>
        </section>
    }
    .into_any()
}

fn current(app: App) -> Option<soban_domain::cart::CartLine> {
    app.sheet
        .with(|sheet| sheet.as_ref().map(|sheet| sheet.line.clone()))
}

fn pickable(app: App, menu: &Arc<Menu>, question: &Question, choice: &Choice) -> AnyView {
    let line = current(app);
    let count = line
        .as_ref()
        .map_or(0, |line| pick::count(line, question, &choice.id));
    let offer = app
        .store(|store| store.choice(&question.group, choice))
        .unwrap_or(Offer::Yes);
    let room = line
        .as_ref()
        .is_some_and(|line| pick::has_room(line, question, choice));
    let free = count > 0 || room || question.group.is_single();
    let face = face(app, menu, choice, offer);
    let id = format!("choice-{}-{}", question.group.id, choice.id);
    let counted = choice.max_each > 1 && question.group.max > 1;
    if counted && count > 0 {
        return counter(app, menu, question, choice, count, face, id);
    }
    let (menu, question, choice) = (menu.clone(), question.clone(), choice.clone());
    view! {
        <button
            class="choice"
            data-testid=id
            aria-pressed=(count > 0).to_string()
            disabled=!offer.is_there() || !free
            on:click=tap(move || change(app, |line| pick::tap(&menu, line, &question, &choice)))
        >
            {face}
            {if count > 0 { tick() } else { nothing() }}
        </button>
    }
    .into_any()
}

fn tick() -> AnyView {
    view! { <span class="tick">{icon(Icon::Check)}</span> }.into_any()
}

fn change(app: App, how: impl FnOnce(&mut soban_domain::cart::CartLine)) {
    app.sheet.update(|sheet| {
        if let Some(sheet) = sheet {
            how(&mut sheet.line);
        }
    });
}

/// A choice that may be taken more than once: it has a stepper once it is taken.
fn counter(
    app: App,
    menu: &Arc<Menu>,
    question: &Question,
    choice: &Choice,
    count: u32,
    face: AnyView,
    id: String,
) -> AnyView {
    let lang = app.lang.get();
    let set = {
        let (menu, question, choice) = (menu.clone(), question.clone(), choice.clone());
        move |count: u32| {
            change(app, |line| {
                pick::set(&menu, line, &question, &choice, count)
            })
        }
    };
    let full = !current(app).is_some_and(|line| pick::has_room(&line, question, choice));
    let (less, more) = (set.clone(), set);
    view! {
        <div class="choice counted" data-testid=id data-count=count>
            {face}
            <div class="stepper" role="group" aria-label=say!(lang, common.how_many)>
                <button
                    class="round"
                    data-testid=format!("less-{}-{}", question.group.id, choice.id)
                    aria-label=say!(lang, common.one_less)
                    on:click=tap(move || less(count.saturating_sub(1)))
                >
                    {icon(Icon::Minus)}
                </button>
                <output class="count">{count}</output>
                <button
                    class="round"
                    data-testid=format!("more-{}-{}", question.group.id, choice.id)
                    aria-label=say!(lang, common.one_more)
                    disabled=full
                    on:click=tap(move || more(count.saturating_add(1)))
                >
                    {icon(Icon::Plus)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Picture where it is a dish, name, what it adds, or why it cannot be had.
fn face(app: App, menu: &Menu, choice: &Choice, offer: Offer) -> AnyView {
    let lang = app.lang.get();
    let item = choice.item.as_ref().and_then(|id| menu.item(id));
    let name = menu.choice_name(choice).map(|name| app.text(name));
    let why = match offer {
        Offer::SoldOut => Some(say!(lang, menu.sold_out)),
        Offer::NotNow => Some(say!(lang, menu.not_now)),
        Offer::OtherWay => Some(other_way(app)),
        Offer::Few(left) => Some(say!(lang, menu.left, count = left)),
        Offer::Yes => None,
    };
    let adds = words::surcharge(lang, choice.price);
    let plate = item.map(|item| {
        view! {
            <span class=format!("plate {}", ground(item.ground))>{picture(&item.picture, false)}</span>
        }
    });
    view! {
        {plate}
        <span class="words">
            <span class="name">{name}</span>
            {adds.map(|adds| view! { <span class="adds">{adds}</span> })}
            {why.map(|why| view! { <span class="why">{why}</span> })}
        </span>
    }
    .into_any()
}
