//! Paid: the number, where and when, and a receipt or not.

use leptos::prelude::*;
use soban_domain::menu::Dining;
use soban_domain::order::{IdCheck, OrderState};
use soban_domain::print::{PrintState, Slip};
use soban_protocol::view::OrderView;

use super::super::actions;
use super::super::app::{App, Busy};
use super::super::clock;
use super::part::dots;
use super::start::minutes;
use super::{head, notices};
use crate::icon::{Icon, icon};
use crate::live::{flag, live, nothing, tap, while_some, words};
use crate::say;

/// Seconds until the screen goes back by itself.
const STAY_SECONDS: u32 = 15;

/// Lines of the order that are named before the rest is counted.
const LINES: usize = 6;

/// How the receipt stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Receipt {
    /// Not asked for yet.
    Asked,
    Printing,
    Printed,
    /// Staff bring it.
    Failed,
}

/// The screen.
pub(super) fn done(app: App) -> AnyView {
    let lang = app.lang.get();
    let receipt = Memo::new(move |_| receipt(app));
    view! {
        <main class="done">
            {head::ordering(app)}
            <section class="ticket" role="status">
                <span class="mark well">{icon(Icon::Check)}</span>
                <h1>{words(move || title(app))}</h1>
                <p class="number" data-testid="done-number">{words(move || number(app))}</p>
                <p class="where">{words(move || place(app))}</p>
                <p class="when">{icon(Icon::Clock)}<span>{say!(lang, done.when, minutes = minutes(app))}</span></p>
                {while_some(move || order(app), move |order| summary(app, &order))}
                {notices::returning(app)}
            </section>
            <section class="after">
                {live(move || after(app, receipt.get()))}
                <p class="back-in">
                    {words(move || {
                        let seconds = clock::left_of(app, STAY_SECONDS);
                        say!(lang, done.back_in, seconds = seconds)
                    })}
                </p>
            </section>
        </main>
    }
    .into_any()
}

fn order(app: App) -> Option<OrderView> {
    app.order.get()
}

fn number(app: App) -> String {
    let number = order(app).and_then(|order| order.number);
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn title(app: App) -> String {
    let lang = app.lang.get();
    match order(app).map(|order| order.state) {
        Some(OrderState::Ready | OrderState::Done) => say!(lang, done.ready_title),
        _ => say!(lang, done.title),
    }
}

fn place(app: App) -> String {
    let lang = app.lang.get();
    let number = number(app);
    match order(app).map(|order| order.priced.dining) {
        Some(Dining::TakeOut) => say!(lang, done.where_take_out, number = number),
        _ => say!(lang, done.where_eat_in, number = number),
    }
}

/// What was ordered and paid, so that a mistake is seen while somebody can help.
fn summary(app: App, order: &OrderView) -> AnyView {
    let lang = app.lang.get();
    let check = match order.id_check {
        IdCheck::Needed => {
            let words = say!(lang, done.id_check);
            view! { <p class="notice">{icon(Icon::IdCard)}<span>{words}</span></p> }.into_any()
        }
        IdCheck::NotNeeded | IdCheck::Recorded { .. } => nothing(),
    };
    view! {
        {lines(app, order)}
        <p class="paid" data-testid="done-paid">
            {say!(lang, done.paid, price = app.won(order.priced.total))}
        </p>
        {given_back(app, order)}
        {check}
    }
    .into_any()
}

/// What staff gave back of it since.
fn given_back(app: App, order: &OrderView) -> AnyView {
    let back = order.payment.as_ref().map(|payment| payment.refunded);
    match back.filter(|back| back.is_positive()) {
        Some(back) => {
            let words = say!(app.lang.get(), done.refunded, price = app.won(back));
            view! { <p class="notice back" data-testid="done-refunded">{icon(Icon::Undo)}<span>{words}</span></p> }
                .into_any()
        }
        None => nothing(),
    }
}

/// The lines of an order in short.
pub(super) fn lines(app: App, order: &OrderView) -> AnyView {
    let lang = app.lang.get();
    let named = order
        .priced
        .lines
        .iter()
        .take(LINES)
        .map(|line| row(app.text(&line.name), format!("× {}", line.quantity)));
    let rest = order.priced.lines.len().saturating_sub(LINES);
    let rest = if rest > 0 {
        row(say!(lang, done.more, count = rest), String::new())
    } else {
        nothing()
    };
    view! {
        <ul class="summary" aria-label=say!(lang, done.your_order)>
            {named.collect::<Vec<_>>()}
            {rest}
        </ul>
    }
    .into_any()
}

fn row(name: String, count: String) -> AnyView {
    view! { <li><span class="name">{name}</span><span class="count">{count}</span></li> }.into_any()
}

fn receipt(app: App) -> Receipt {
    let state = app.order.with(|order| {
        let jobs = order.as_ref().map(|order| order.prints.as_slice());
        jobs.unwrap_or_default()
            .iter()
            .filter(|job| job.slip == Slip::Receipt)
            .max_by_key(|job| job.copy)
            .map(|job| job.state)
    });
    let prints = notices::condition(app).is_none_or(|condition| condition.prints());
    match state {
        None if app.busy.get() == Some(Busy::Receipt) => Receipt::Printing,
        None => Receipt::Asked,
        Some(PrintState::Queued) if !prints => Receipt::Failed,
        Some(PrintState::Queued | PrintState::Sending) => Receipt::Printing,
        Some(PrintState::Printed) => Receipt::Printed,
        Some(PrintState::SentUnconfirmed | PrintState::Failed) => Receipt::Failed,
    }
}

fn after(app: App, receipt: Receipt) -> AnyView {
    let lang = app.lang.get();
    match receipt {
        Receipt::Asked => ask(app),
        Receipt::Printing => told(app, dots(), say!(lang, done.printing), "printing"),
        Receipt::Printed => told(
            app,
            icon(Icon::Receipt),
            say!(lang, done.printed),
            "printed",
        ),
        Receipt::Failed => told(
            app,
            icon(Icon::Printer),
            say!(lang, done.print_failed),
            "failed",
        ),
    }
}

/// Receipt or not; nothing is asked where this screen has no printer.
fn ask(app: App) -> AnyView {
    let lang = app.lang.get();
    let has_printer = app
        .hello
        .with(|hello| hello.as_ref().is_some_and(|h| h.receipt_printer.is_some()));
    let yes = has_printer.then(|| {
        view! {
            <button
                class="action dark"
                data-testid="receipt-yes"
                disabled=flag(move || app.busy.get().is_some())
                on:click=tap(move || actions::print_receipt(app))
            >
                {icon(Icon::Receipt)}
                <span>{say!(lang, done.receipt_yes)}</span>
            </button>
        }
    });
    let no = if has_printer {
        say!(lang, done.receipt_no)
    } else {
        say!(lang, common.home)
    };
    view! {
        {has_printer.then(|| view! { <p class="question">{say!(lang, done.receipt_ask)}</p> })}
        {notices::printer(app)}
        <div class="answers">
            {yes}
            <button
                class="action second"
                data-testid="receipt-no"
                on:click=tap(move || app.reset())
            >
                <span>{no}</span>
            </button>
        </div>
    }
    .into_any()
}

fn told(app: App, mark: AnyView, words: String, id: &'static str) -> AnyView {
    let lang = app.lang.get();
    view! {
        <p class="receipt" role="status" data-testid="receipt-state" data-state=id>
            {mark}
            <span>{words}</span>
        </p>
        <div class="answers">
            <button
                class="action second"
                data-testid="home"
                on:click=tap(move || app.reset())
            >
                {icon(Icon::Home)}
                <span>{say!(lang, common.home)}</span>
            </button>
        </div>
    }
    .into_any()
}
