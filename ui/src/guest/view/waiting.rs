//! The order waits: for a way to pay, for the gateway, for knowledge, for staff.
//!
//! Guarantees: each of these screens says what is awaited, how long it may take and what
//! the guest can do.

use leptos::prelude::*;
use soban_domain::payment::Method;
use soban_domain::text::Lang;
use soban_protocol::view::{CheckStep, Checking, OrderView};

use super::super::actions;
use super::super::app::{App, Call};
use super::super::clock;
use super::super::flow::{Leaving, Unpaid};
use super::part::dots;
use super::paying::amount;
use super::{done, head, notices, review};
use crate::icon::{Icon, icon};
use crate::live::{flag, nothing, tap, while_some, words};
use crate::say;

/// More seconds than this are told in minutes.
const SECONDS_MOST: u32 = 90;

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
    view! {
        <main class="message" data-testid="asking">
            {head::ordering(app)}
            <div class="panel" role="status">
                {dots()}
                <h1>{say!(lang, pay.asking)}</h1>
                <p>{say!(lang, pay.asking_hint)}</p>
                <p class="amount">{amount(app)}</p>
                {notices::returning(app)}
                {summary(app)}
            </div>
        </main>
    }
    .into_any()
}

/// 결제 확인 중: money may have moved.
pub(super) fn confirming(app: App) -> AnyView {
    let lang = app.lang.get();
    checking(app, "confirming", dots(), say!(lang, pay.confirming))
}

/// A payment is being closed.
pub(super) fn closing(app: App) -> AnyView {
    let lang = app.lang.get();
    checking(app, "closing", dots(), say!(lang, pay.closing))
}

/// Money goes back.
pub(super) fn returning(app: App) -> AnyView {
    let lang = app.lang.get();
    checking(app, "returning", dots(), say!(lang, pay.returning))
}

/// Only staff can tell how it ended. They know already; a call brings them sooner.
pub(super) fn ask_staff(app: App) -> AnyView {
    let lang = app.lang.get();
    let mark = view! { <span class="mark warning">{icon(Icon::Bell)}</span> }.into_any();
    checking(app, "ask-staff", mark, say!(lang, pay.staff_title))
}

/// What is being found out: what is done, how long at most, what the guest need not fear,
/// and a way to somebody. There is no way to pay on it.
fn checking(app: App, id: &'static str, mark: AnyView, title: String) -> AnyView {
    let lang = app.lang.get();
    view! {
        <main class="message" data-testid=id>
            {head::ordering(app)}
            <div class="panel checking">
                {mark}
                <h1>{title}</h1>
                <p role="status" data-testid="check-step">{words(move || what_is_done(app))}</p>
                {while_some(move || at_most(app), |words| view! {
                    <p class="at-most" role="timer" data-testid="check-at-most">
                        {icon(Icon::Clock)}
                        <span>{words}</span>
                    </p>
                }.into_any())}
                <p class="amount">{amount(app)}</p>
                <ul class="promises">
                    <li>{icon(Icon::Check)}<span>{say!(lang, pay.promise_once)}</span></li>
                    <li>{icon(Icon::Check)}<span>{say!(lang, pay.promise_kept)}</span></li>
                </ul>
                {notices::returning(app)}
                {summary(app)}
                {call(app)}
            </div>
        </main>
    }
    .into_any()
}

fn known(app: App) -> Option<Checking> {
    let of = |order: &OrderView| order.payment.as_ref()?.checking;
    app.order.with(|order| of(order.as_ref()?))
}

fn what_is_done(app: App) -> String {
    let lang = app.lang.get();
    match known(app).map(|checking| checking.step) {
        Some(CheckStep::Approving) => say!(lang, pay.check_approving),
        Some(CheckStep::Asking) => say!(lang, pay.check_asking),
        Some(CheckStep::LastLook) => say!(lang, pay.check_last_look),
        Some(CheckStep::SendingBack) => say!(lang, pay.check_sending_back),
        Some(CheckStep::WithStaff) => say!(lang, pay.check_with_staff),
        // The order itself is being given up, or was paid this very moment.
        None => say!(lang, common.please_wait),
    }
}

/// The longest that it can still take, in words. Staff are people: for them there is no
/// such time.
fn at_most(app: App) -> Option<String> {
    let checking = known(app).filter(|checking| checking.step != CheckStep::WithStaff)?;
    app.now.track();
    let passed = clock::seconds_since(app.order_at.get());
    let left = checking.seconds_at_most.saturating_sub(passed);
    Some(at_most_words(app.lang.get(), left))
}

fn at_most_words(lang: Lang, left: u32) -> String {
    if left > SECONDS_MOST {
        say!(lang, pay.at_most_minutes, minutes = left.div_ceil(60))
    } else if left > 0 {
        say!(lang, pay.at_most_seconds, seconds = left)
    } else {
        say!(lang, pay.at_most_soon)
    }
}

/// A call from where the eyes are; it is also at the foot of the screen.
fn call(app: App) -> AnyView {
    let lang = app.lang.get();
    let called = move || matches!(app.call.get(), Call::Sending | Call::Called);
    view! {
        <button
            class="action second"
            data-testid="ask-staff-call"
            disabled=flag(called)
            on:click=tap(move || actions::call_staff(app))
        >
            {icon(Icon::Bell)}
            <span>{words(move || if called() {
                say!(lang, staff_call.called)
            } else {
                say!(lang, staff_call.call)
            })}</span>
        </button>
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
        Unpaid::Declined => declined_why(app),
        Unpaid::Expired => say!(lang, pay.expired_text),
        Unpaid::Reversed => say!(lang, pay.reversed_text),
    };
    offer(app, "unpaid", title, text, true)
}

/// Why a payment may have been refused, by how it was to be paid. The gateway's own words
/// are for staff; the usual reasons help a guest more.
fn declined_why(app: App) -> String {
    let lang = app.lang.get();
    let method = app.order.with(|order| {
        let payment = order.as_ref()?.payment.as_ref();
        payment.map(|payment| payment.method)
    });
    match method {
        Some(Method::Barcode) => say!(lang, pay.declined_barcode),
        Some(Method::Counter | Method::Sticker) => say!(lang, pay.declined_staff),
        Some(Method::Kakaopay | Method::Toss | Method::Qr) | None => {
            say!(lang, pay.declined_text)
        }
    }
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
                {notices::returning(app)}
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The time left is told in minutes while there is much of it, then in seconds, and
    /// without a number once it is over: both sides of each border, in two languages.
    #[test]
    fn the_longest_time_is_told_in_plain_words() {
        for (left, number) in [(300, "5"), (91, "2"), (90, "90"), (1, "1")] {
            for lang in [Lang::Ko, Lang::En] {
                let words = at_most_words(lang, left);
                assert!(words.contains(number), "{words}");
            }
        }
        let over = at_most_words(Lang::En, 0);
        assert!(!over.contains(|c: char| c.is_ascii_digit()), "{over}");
    }
}
