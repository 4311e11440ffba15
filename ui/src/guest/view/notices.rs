//! What is not as it should be: the network, the printer; and things said for a moment.

use leptos::prelude::*;
use soban_protocol::view::PrinterCondition;

use super::super::app::App;
use crate::icon::{Icon, icon};
use crate::live::{nothing, tap, while_so, while_some};
use crate::say;

/// The network is lost: says what happens and that nothing needs to be done.
pub(super) fn strip(app: App) -> AnyView {
    let lost = move || !app.online.get() && app.hello.with(Option::is_some);
    while_so(lost, move || {
        let lang = app.lang.get();
        let text = if app.screen.get().is_waiting() {
            say!(lang, offline.paying)
        } else {
            say!(lang, offline.text)
        };
        view! {
            <div class="offline" role="alert" data-testid="offline">
                {icon(Icon::WifiOff)}
                <p><strong>{say!(lang, offline.title)}</strong><span>{text}</span></p>
            </div>
        }
        .into_any()
    })
}

/// Money of an earlier payment came late and is on its way back: the guest is told, so
/// that the line on their phone frightens nobody.
pub(super) fn returning(app: App) -> AnyView {
    let back = move || {
        let back = app.order.with(|order| Some(order.as_ref()?.returning))?;
        back.is_positive().then_some(back)
    };
    while_some(back, move |back| {
        let words = say!(app.lang.get(), pay.late_back, price = app.won(back));
        view! {
            <p class="notice back" role="status" data-testid="returning-note">
                {icon(Icon::Undo)}
                <span>{words}</span>
            </p>
        }
        .into_any()
    })
}

/// How the printer of this screen's receipts is.
pub(super) fn condition(app: App) -> Option<PrinterCondition> {
    let printer = app
        .hello
        .with(|hello| hello.as_ref()?.receipt_printer.clone())?;
    app.conditions.with(|conditions| {
        let all = &conditions.as_ref()?.printers;
        let ours = all.iter().find(|(id, _)| *id == printer)?;
        Some(ours.1)
    })
}

/// The receipt printer cannot print: ordering goes on, and staff bring the receipt.
pub(super) fn printer(app: App) -> AnyView {
    while_some(
        move || condition(app),
        move |condition| {
            let lang = app.lang.get();
            let words = match condition {
                PrinterCondition::Well | PrinterCondition::PaperLow => return nothing(),
                PrinterCondition::PaperOut => say!(lang, printer.paper_out),
                PrinterCondition::CoverOpen
                | PrinterCondition::Error
                | PrinterCondition::Offline
                | PrinterCondition::Unreachable => say!(lang, printer.unwell),
            };
            view! {
                <p class="notice" data-testid="printer-notice">
                    {icon(Icon::Printer)}
                    <span>{words}</span>
                </p>
            }
            .into_any()
        },
    )
}

/// Something said for a moment, with a way back where there is one.
pub(super) fn toast(app: App) -> AnyView {
    let toast = while_some(
        move || app.toast.get(),
        move |toast| {
            let undo = if toast.undo.is_some() {
                undo(app)
            } else {
                nothing()
            };
            view! { <p class="toast"><span>{toast.text}</span>{undo}</p> }.into_any()
        },
    );
    view! { <div class="toasts" role="status">{toast}</div> }.into_any()
}

fn undo(app: App) -> AnyView {
    view! {
        <button class="undo" data-testid="undo" on:click=tap(move || app.undo())>
            {icon(Icon::Undo)}
            <span>{say!(app.lang.get(), cart.undo)}</span>
        </button>
    }
    .into_any()
}
