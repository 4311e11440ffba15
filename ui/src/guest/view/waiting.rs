//! The order waits: for a way to pay, for the gateway, for knowledge, for staff.
//!
//! Guarantees: each of these screens says what is awaited, how long it may take and what
//! the guest can do.

use leptos::prelude::*;

use super::super::actions;
use super::super::app::{App, Call};
use super::super::flow::{Leaving, Unpaid};
use super::part::dots;
use super::paying::amount;
use super::{done, head, review};
use crate::icon::{Icon, icon};
use crate::live::{flag, nothing, tap};
use crate::say;

/// Minutes after which a member of staff is asked to tell how a payment ended.
const MINUTES_MOST: u32 = 3;

/// A screen that waits by itself.
fn wait(app: App, id: &'static str, title: String, text: String, note: Option<String>) -> AnyView {
    view! {
        <main class="message" data-testid=id>
            {head::ordering(app)}
            <div class="panel" role="status">
                {dots()}
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="amount">{amount(app)}</p>
                {note.map_or_else(nothing, warning)}
                {summary(app)}
            </div>
        </main>
    }
    .into_any()
}

fn warning(words: String) -> AnyView {
    view! { <p class="notice">{icon(Icon::Info)}<span>{words}</span></p> }.into_any()
}

/// What was ordered, as far as it was.
fn summary(app: App) -> AnyView {
    app.order.with(|order| match order {
        Some(order) => done::lines(app, order),
        None => nothing(),
    })
}

/// The gateway is being asked for a payment.
pub(super) fn asking(app: App) -> AnyView {
    let lang = app.lang.get();
    wait(
        app,
        "asking",
        say!(lang, pay.asking),
        say!(lang, pay.asking_hint),
        None,
    )
}

/// 결제 확인 중: money may have moved.
pub(super) fn confirming(app: App) -> AnyView {
    let lang = app.lang.get();
    wait(
        app,
        "confirming",
        say!(lang, pay.confirming),
        say!(lang, pay.confirming_text, minutes = MINUTES_MOST),
        Some(say!(lang, pay.confirming_once)),
    )
}

/// A payment is being closed.
pub(super) fn closing(app: App) -> AnyView {
    let lang = app.lang.get();
    wait(
        app,
        "closing",
        say!(lang, pay.closing),
        say!(lang, pay.closing_text),
        None,
    )
}

/// Money goes back.
pub(super) fn returning(app: App) -> AnyView {
    let lang = app.lang.get();
    wait(
        app,
        "returning",
        say!(lang, pay.returning),
        say!(lang, pay.returning_text),
        Some(say!(lang, pay.confirming_once)),
    )
}

/// Only staff can tell how it ended. They know already; a call brings them sooner.
pub(super) fn ask_staff(app: App) -> AnyView {
    let lang = app.lang.get();
    let called = move || matches!(app.call.get(), Call::Sending | Call::Called);
    view! {
        <main class="message" data-testid="ask-staff">
            {head::ordering(app)}
            <div class="panel" role="status">
                <span class="mark warning">{icon(Icon::Warning)}</span>
                <h1>{say!(lang, pay.staff_title)}</h1>
                <p>{say!(lang, pay.staff_text)}</p>
                <p class="amount">{amount(app)}</p>
                {summary(app)}
                <button
                    class="action"
                    data-testid="ask-staff-call"
                    disabled=flag(called)
                    on:click=tap(move || actions::call_staff(app))
                >
                    {icon(Icon::Bell)}
                    <span>{say!(lang, staff_call.call)}</span>
                </button>
            </div>
        </main>
    }
    .into_any()
}

/// The order lives and nothing is being paid: how?
pub(super) fn choose(app: App) -> AnyView {
    let lang = app.lang.get();
    offer(
        app,
        "choose",
        say!(lang, review.how),
        say!(lang, pay.open_order),
        false,
    )
}

/// A payment closed without money.
pub(super) fn unpaid(app: App, why: Unpaid) -> AnyView {
    let lang = app.lang.get();
    let title = match why {
        Unpaid::Declined => say!(lang, pay.declined),
        Unpaid::Expired => say!(lang, pay.expired),
        Unpaid::Reversed => say!(lang, pay.reversed),
    };
    let text = match why {
        Unpaid::Declined => say!(lang, pay.declined_text),
        Unpaid::Expired => say!(lang, pay.expired_text),
        Unpaid::Reversed => say!(lang, pay.reversed_text),
    };
    offer(app, "unpaid", title, text, true)
}

fn mark() -> AnyView {
    view! { <span class="mark warning">{icon(Icon::Info)}</span> }.into_any()
}

/// Ways to pay the order that lives, or to give it up.
fn offer(app: App, id: &'static str, title: String, text: String, warns: bool) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="message" data-testid=id>
            {head::ordering(app)}
            <div class="panel">
                {if warns { mark() } else { nothing() }}
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="amount">{amount(app)}</p>
                {review::methods(app, actions::pay)}
                <button
                    class="action second"
                    data-testid="pay-back"
                    disabled=flag(move || app.busy.get().is_some())
                    on:click=tap(move || actions::leave(app, Leaving::ToBasket))
                >
                    {if app.cart.with(|cart| cart.lines.is_empty()) {
                        say!(lang, pay.give_up)
                    } else {
                        say!(lang, pay.to_basket)
                    }}
                </button>
            </div>
        </main>
    }
    .into_any()
}
