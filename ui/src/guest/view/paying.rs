//! The guest has the payment in hand: a QR, the scanner, a window of the gateway, the
//! counter.
//!
//! Guarantees: each says what to do in at most three steps, how long there is, and offers
//! two ways out. Deliberately absent: the code that a scanner reads. It is never drawn.

use leptos::prelude::*;
use leptos::task::spawn_local;
use soban_protocol::view::{PaymentPage, PaymentView};

use super::super::actions;
use super::super::app::{App, Busy};
use super::super::clock;
use super::super::flow::Leaving;
use super::part::dots;
use super::{head, notices};
use crate::icon::{Icon, icon};
use crate::link::{close_payment_window, in_shell, open_payment_window};
use crate::live::{flag, live, tap, while_some, words};
use crate::page;
use crate::qr::qr;
use crate::say;
use crate::wedge;

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
    let three = [
        say!(lang, pay.step_1),
        say!(lang, pay.step_2),
        say!(lang, pay.step_3),
    ];
    shown(app, say!(lang, pay.title), three)
}

/// A QR for the payer's own banking app. Nothing comes back from there: the hub sees the
/// money.
pub(super) fn by_bank_qr(app: App) -> AnyView {
    let lang = app.lang.get();
    let three = [
        say!(lang, pay.bank_1),
        say!(lang, pay.bank_2),
        say!(lang, pay.bank_3),
    ];
    shown(app, say!(lang, pay.bank_title), three)
}

/// A code to be read by a phone, and how.
fn shown(app: App, title: String, three: [String; 3]) -> AnyView {
    let text = Memo::new(move |_| match payment(app)?.page? {
        PaymentPage::Qr { text } | PaymentPage::BankQr { text } => Some(text),
        PaymentPage::Scan | PaymentPage::Window { .. } => None,
    });
    view! {
        <main class="paying">
            {head::ordering(app)}
            <section class="ask">
                <h1>{title}</h1>
                <p class="amount" data-testid="pay-amount">{amount(app)}</p>
                <div class="code">
                    {while_some(move || text.get(), move |text| code(app, text))}
                    {countdown(app)}
                </div>
                {steps(three)}
            </section>
            {notices::returning(app)}
            {ways_out(app)}
        </main>
    }
    .into_any()
}

/// The guest's own code, held to the scanner.
pub(super) fn by_scan(app: App) -> AnyView {
    let lang = app.lang.get();
    app.misread.set(false);
    wedge::listen(move |reading| actions::scan(app, reading));
    let three = [
        say!(lang, pay.scan_1),
        say!(lang, pay.scan_2),
        say!(lang, pay.scan_3),
    ];
    view! {
        <main class="paying scan">
            {head::ordering(app)}
            <section class="ask">
                <h1>{say!(lang, pay.scan_title)}</h1>
                <p class="amount" data-testid="pay-amount">{amount(app)}</p>
                <div class="code">
                    {drawing()}
                    <p class="reading" role="status" data-testid="scan-state">
                        {live(move || reading(app))}
                    </p>
                    {countdown(app)}
                </div>
                {steps(three)}
            </section>
            {notices::returning(app)}
            {ways_out(app)}
        </main>
    }
    .into_any()
}

/// A phone with a barcode under the scanner's beam. What it shows stands in words beside.
fn drawing() -> AnyView {
    view! {
        <svg class="held" viewBox="0 0 320 240" aria-hidden="true">
            <rect class="body" x="96" y="24" width="128" height="208" rx="20"></rect>
            <rect class="glass" x="106" y="36" width="108" height="184" rx="11"></rect>
            <path class="line" d="M122 58h76M122 74h44"></path>
            <path
                class="bars"
                d="M120 98h5v64h-5zM129 98h3v64h-3zM136 98h8v64h-8zM148 98h3v64h-3zM155 98h5v64h-5zM164 98h3v64h-3zM170 98h8v64h-8zM182 98h3v64h-3zM188 98h4v64h-4zM195 98h5v64h-5z"
            ></path>
            <path class="line" d="M122 180h76M122 196h52"></path>
            <path class="beam" d="M56 130h208"></path>
            <path class="corner" d="M56 96v-14a10 10 0 0 1 10-10h14M240 72h14a10 10 0 0 1 10 10v14M264 164v14a10 10 0 0 1-10 10h-14M80 188h-14a10 10 0 0 1-10-10v-14"></path>
        </svg>
    }
    .into_any()
}

/// How the reading stands.
fn reading(app: App) -> AnyView {
    let lang = app.lang.get();
    if app.busy.get() == Some(Busy::Scanning) {
        let words = say!(lang, pay.scan_sending);
        view! { {dots()}<span>{words}</span> }.into_any()
    } else if app.misread.get() {
        let words = say!(lang, pay.scan_misread);
        view! { <span class="wrong">{icon(Icon::Warning)}<span>{words}</span></span> }.into_any()
    } else {
        let words = say!(lang, pay.scan_waiting);
        view! { {icon(Icon::Scan)}<span>{words}</span> }.into_any()
    }
}

fn code(app: App, text: String) -> AnyView {
    let drawing = qr(&text, say!(app.lang.get(), pay.qr_label));
    view! { <div data-testid="pay-qr" data-text=text>{drawing}</div> }.into_any()
}

fn steps(three: [String; 3]) -> AnyView {
    let [first, second, third] = three;
    view! {
        <ol class="steps">
            <li><b aria-hidden="true">"1"</b><span>{first}</span></li>
            <li><b aria-hidden="true">"2"</b><span>{second}</span></li>
            <li><b aria-hidden="true">"3"</b><span>{third}</span></li>
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
        PaymentPage::Qr { .. } | PaymentPage::BankQr { .. } | PaymentPage::Scan => None,
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
    let text = say!(lang, pay.counter_text);
    with_staff(app, Icon::Wallet, say!(lang, pay.counter_title), text)
}

/// The guest pays by the shop's printed QR, and staff see that it came.
pub(super) fn by_sticker(app: App) -> AnyView {
    let lang = app.lang.get();
    let text = say!(lang, pay.sticker_text);
    with_staff(app, Icon::Store, say!(lang, pay.sticker_title), text)
}

/// The order goes on with staff: its number, how much, and what to do.
fn with_staff(app: App, drawing: Icon, title: String, text: String) -> AnyView {
    let lang = app.lang.get();
    let number = move || {
        let number = app.order.with(|order| order.as_ref()?.number)?;
        Some(number.to_string())
    };
    let stay = untrack(|| app.screen.get().ends_by_itself().unwrap_or_default());
    view! {
        <main class="paying counter">
            {head::ordering(app)}
            <section class="ask">
                <span class="mark">{icon(drawing)}</span>
                <h1>{title}</h1>
                {while_some(number, move |number| called(app, number))}
                <p class="amount" data-testid="pay-amount">{amount(app)}</p>
                <p class="hint">{text}</p>
            </section>
            {notices::returning(app)}
            {ways_out(app)}
            <p class="back-in">
                {words(move || {
                    let seconds = clock::left_of(app, stay);
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

/// The number that staff know the order by.
fn called(app: App, number: String) -> AnyView {
    view! {
        <p class="label">{say!(app.lang.get(), pay.counter_number)}</p>
        <p class="number" data-testid="counter-number">{number}</p>
    }
    .into_any()
}
