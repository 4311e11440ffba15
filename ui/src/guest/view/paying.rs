//! The guest has the payment in hand: a QR, a window of the gateway, the counter.

use leptos::prelude::*;
use leptos::task::spawn_local;
use soban_protocol::view::{PaymentPage, PaymentView};

use super::super::actions;
use super::super::app::App;
use super::super::clock;
use super::super::flow::Leaving;
use super::head;
use crate::icon::{Icon, icon};
use crate::link::{close_payment_window, in_shell, open_payment_window};
use crate::live::{flag, tap, while_some, words};
use crate::page;
use crate::qr::qr;
use crate::say;

fn payment(app: App) -> Option<PaymentView> {
    app.order
        .with(|order| order.as_ref().and_then(|order| order.payment.clone()))
}

/// What the order costs.
pub(super) fn amount(app: App) -> String {
    let amount = app
        .order
        .with(|order| order.as_ref().map(|order| order.priced.total));
    amount.map(|amount| app.won(amount)).unwrap_or_default()
}

/// A QR for the phone.
pub(super) fn by_qr(app: App) -> AnyView {
    let lang = app.lang.get();
    let text = Memo::new(move |_| match payment(app)?.page? {
        PaymentPage::Qr { text } => Some(text),
        PaymentPage::Window { .. } => None,
    });
    view! {
        <main class="paying">
            {head::ordering(app)}
            <section class="ask">
                <h1>{say!(lang, pay.title)}</h1>
                <p class="amount" data-testid="pay-amount">{amount(app)}</p>
                <div class="code">
                    {while_some(move || text.get(), move |text| code(app, text))}
                    {countdown(app)}
                </div>
                {steps(app)}
            </section>
            {ways_out(app)}
        </main>
    }
    .into_any()
}

fn code(app: App, text: String) -> AnyView {
    let drawing = qr(&text, say!(app.lang.get(), pay.qr_label));
    view! { <div data-testid="pay-qr" data-text=text>{drawing}</div> }.into_any()
}

fn steps(app: App) -> AnyView {
    let lang = app.lang.get();
    view! {
        <ol class="steps">
            <li><b aria-hidden="true">"1"</b><span>{say!(lang, pay.step_1)}</span></li>
            <li><b aria-hidden="true">"2"</b><span>{say!(lang, pay.step_2)}</span></li>
            <li><b aria-hidden="true">"3"</b><span>{say!(lang, pay.step_3)}</span></li>
        </ol>
    }
    .into_any()
}

/// Seconds left, and all of them, by the hub's clock and the time since it told.
fn time_left(app: App) -> (u32, u32) {
    app.now.track();
    let Some(payment) = payment(app) else {
        return (0, 1);
    };
    let passed = (page::now_ms() - app.order_at.get()).max(0.0) / 1_000.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds since the hub answered"
    )]
    let passed = passed as u32;
    (
        payment.seconds_left.saturating_sub(passed),
        payment.seconds_in_all.max(1),
    )
}

/// The time left as a number and as a bar.
fn countdown(app: App) -> AnyView {
    let lang = app.lang.get();
    let clock = move || {
        let (left, _) = time_left(app);
        format!("{}:{:02}", left / 60, left % 60)
    };
    view! {
        <div class="countdown">
            <p>
                <span>{say!(lang, pay.left)}</span>
                <strong role="timer" data-testid="pay-countdown">{words(clock)}</strong>
            </p>
            <progress
                aria-hidden="true"
                max=words(move || time_left(app).1.to_string())
                value=words(move || time_left(app).0.to_string())
            ></progress>
        </div>
    }
    .into_any()
}

/// Another way to pay, or back to the basket.
fn ways_out(app: App) -> AnyView {
    let lang = app.lang.get();
    let busy = move || app.busy.get().is_some();
    view! {
        <nav class="ways-out">
            <button
                class="action second"
                data-testid="pay-other"
                disabled=flag(busy)
                on:click=tap(move || actions::leave(app, Leaving::ToMethods))
            >
                {icon(Icon::Wallet)}
                <span>{say!(lang, pay.other)}</span>
            </button>
            <button
                class="action second"
                data-testid="pay-back"
                disabled=flag(busy)
                on:click=tap(move || actions::leave(app, Leaving::ToBasket))
            >
                {icon(Icon::Basket)}
                <span>{say!(lang, pay.to_basket)}</span>
            </button>
        </nav>
    }
    .into_any()
}

/// A window of the gateway, shown by the shell. A browser opens it on a tap.
pub(super) fn by_window(app: App) -> AnyView {
    let lang = app.lang.get();
    let page = Memo::new(move |_| match payment(app)?.page? {
        PaymentPage::Window { url, home } => Some((url, home)),
        PaymentPage::Qr { .. } => None,
    });
    let open = move || {
        let Some((url, home)) = page.get_untracked() else {
            return;
        };
        if in_shell() {
            spawn_local(async move {
                // Where the shell cannot, the button on the screen stays.
                open_payment_window(&url, &home).await;
            });
        } else if let Some(window) = web_sys::window() {
            drop(window.open_with_url_and_target_and_features(&url, "_blank", "noopener"));
        }
    };
    Effect::new(move |_| {
        if page.get().is_some() && in_shell() {
            open();
        }
    });
    on_cleanup(|| {
        if in_shell() {
            spawn_local(close_payment_window());
        }
    });
    view! {
        <main class="paying">
            {head::ordering(app)}
            <section class="ask">
                <h1>{say!(lang, pay.window_title)}</h1>
                <p class="amount" data-testid="pay-amount">{amount(app)}</p>
                <div class="code">
                    <p class="hint">{say!(lang, pay.window_text)}</p>
                    <button
                        class="action"
                        data-testid="pay-window"
                        data-url=words(move || page.get().map(|(url, _)| url).unwrap_or_default())
                        on:click=tap(open)
                    >
                        {say!(lang, pay.window_open)}
                    </button>
                    {countdown(app)}
                </div>
            </section>
            {ways_out(app)}
        </main>
    }
    .into_any()
}

/// The order waits for staff at the counter.
pub(super) fn at_counter(app: App) -> AnyView {
    let lang = app.lang.get();
    let number = move || {
        app.order
            .with(|order| order.as_ref().and_then(|order| order.number))
            .map_or_else(String::new, |number| number.to_string())
    };
    view! {
        <main class="paying counter">
            {head::ordering(app)}
            <section class="ask">
                <span class="mark">{icon(Icon::Wallet)}</span>
                <h1>{say!(lang, pay.counter_title)}</h1>
                <p class="label">{say!(lang, pay.counter_number)}</p>
                <p class="number" data-testid="counter-number">{words(number)}</p>
                <p class="amount" data-testid="pay-amount">{amount(app)}</p>
                <p class="hint">{say!(lang, pay.counter_text)}</p>
            </section>
            {ways_out(app)}
            <p class="back-in">
                {words(move || {
                    let seconds = clock::left_of(app, 30);
                    say!(lang, done.back_in, seconds = seconds)
                })}
                <button
                    class="quiet"
                    data-testid="home"
                    on:click=tap(move || app.reset())
                >
                    {icon(Icon::Home)}
                    <span>{say!(lang, common.home)}</span>
                </button>
            </p>
        </main>
    }
    .into_any()
}
