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
use super::{head, review};
use crate::icon::{Icon, icon};
use crate::say;

/// Minutes after which a member of staff is asked to tell how a payment ended.
const MINUTES_MOST: u32 = 3;

type Words = Box<dyn Fn() -> String + Send + Sync>;

/// A screen that waits by itself.
fn wait(app: App, id: &'static str, title: Words, text: Words, note: Option<Words>) -> AnyView {
    view! {
        <main class="message" data-testid=id>
            {head::ordering(app)}
            <div class="card" role="status">
                {dots()}
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="amount">{move || amount(app)}</p>
                {note.map(|note| view! {
                    <p class="notice">{icon(Icon::Info)}<span>{note}</span></p>
                })}
            </div>
        </main>
    }
    .into_any()
}

/// The gateway is being asked for a payment.
pub(super) fn asking(app: App) -> AnyView {
    wait(
        app,
        "asking",
        Box::new(move || say!(app.lang.get(), pay.asking)),
        Box::new(move || say!(app.lang.get(), pay.asking_hint)),
        None,
    )
}

/// 결제 확인 중: money may have moved.
pub(super) fn confirming(app: App) -> AnyView {
    wait(
        app,
        "confirming",
        Box::new(move || say!(app.lang.get(), pay.confirming)),
        Box::new(move || say!(app.lang.get(), pay.confirming_text, minutes = MINUTES_MOST)),
        Some(Box::new(move || say!(app.lang.get(), pay.confirming_once))),
    )
}

/// A payment is being closed.
pub(super) fn closing(app: App) -> AnyView {
    wait(
        app,
        "closing",
        Box::new(move || say!(app.lang.get(), pay.closing)),
        Box::new(move || say!(app.lang.get(), pay.closing_text)),
        None,
    )
}

/// Money goes back.
pub(super) fn returning(app: App) -> AnyView {
    wait(
        app,
        "returning",
        Box::new(move || say!(app.lang.get(), pay.returning)),
        Box::new(move || say!(app.lang.get(), pay.returning_text)),
        Some(Box::new(move || say!(app.lang.get(), pay.confirming_once))),
    )
}

/// Only staff can tell how it ended. They know already; a call brings them sooner.
pub(super) fn ask_staff(app: App) -> AnyView {
    let called = move || matches!(app.call.get(), Call::Sending | Call::Called);
    view! {
        <main class="message" data-testid="ask-staff">
            {head::ordering(app)}
            <div class="card" role="status">
                <span class="mark warning">{icon(Icon::Warning)}</span>
                <h1>{move || say!(app.lang.get(), pay.staff_title)}</h1>
                <p>{move || say!(app.lang.get(), pay.staff_text)}</p>
                <p class="amount">{move || amount(app)}</p>
                <button
                    type="button"
                    class="action"
                    data-testid="ask-staff-call"
                    disabled=called
                    on:click=move |_| actions::call_staff(app)
                >
                    {icon(Icon::Bell)}
                    <span>{move || say!(app.lang.get(), staff_call.call)}</span>
                </button>
            </div>
        </main>
    }
    .into_any()
}

/// The order lives and nothing is being paid: how?
pub(super) fn choose(app: App) -> AnyView {
    offer(
        app,
        "choose",
        Box::new(move || say!(app.lang.get(), review.how)),
        Box::new(move || say!(app.lang.get(), pay.open_order)),
        false,
    )
}

/// A payment closed without money.
pub(super) fn unpaid(app: App, why: Unpaid) -> AnyView {
    let title = move || match why {
        Unpaid::Declined => say!(app.lang.get(), pay.declined),
        Unpaid::Expired => say!(app.lang.get(), pay.expired),
        Unpaid::Reversed => say!(app.lang.get(), pay.reversed),
    };
    let text = move || match why {
        Unpaid::Declined => say!(app.lang.get(), pay.declined_text),
        Unpaid::Expired => say!(app.lang.get(), pay.expired_text),
        Unpaid::Reversed => say!(app.lang.get(), pay.reversed_text),
    };
    offer(app, "unpaid", Box::new(title), Box::new(text), true)
}

/// Ways to pay the order that lives, or to give it up.
fn offer(app: App, id: &'static str, title: Words, text: Words, warns: bool) -> AnyView {
    view! {
        <main class="message" data-testid=id>
            {head::ordering(app)}
            <div class="card">
                {warns.then(|| view! { <span class="mark warning">{icon(Icon::Info)}</span> })}
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="amount">{move || amount(app)}</p>
                {review::methods(app, actions::pay)}
                <button
                    type="button"
                    class="action second"
                    data-testid="pay-back"
                    disabled=move || app.busy.get().is_some()
                    on:click=move |_| actions::leave(app, Leaving::ToBasket)
                >
                    {move || if app.cart.with(|cart| cart.lines.is_empty()) {
                        say!(app.lang.get(), pay.give_up)
                    } else {
                        say!(app.lang.get(), pay.to_basket)
                    }}
                </button>
            </div>
        </main>
    }
    .into_any()
}
