//! The guest's screens.
//!
//! Guarantees: the aids and the staff call stand at the foot of every screen and stay in
//! reach over sheets and dialogs; what lies under a sheet cannot be reached by key or
//! finger.
//! Deliberately absent: decisions. Buttons call `actions`, screens follow `flow`.

use leptos::ev;
use leptos::prelude::*;

use super::app::App;
use super::flow::Screen;
use crate::live::{flag, live};
use crate::page;

mod aids;
mod basket;
mod changes;
mod dialogs;
mod done;
mod head;
mod menu;
mod notices;
mod part;
mod paying;
mod questions;
mod review;
mod sheet;
mod start;
mod waiting;

/// Everything in the page.
pub(super) fn root(app: App) -> AnyView {
    let name = Memo::new(move |_| shown(app));
    Effect::new(move |_| page::note("screen", name.get()));
    Effect::new(move |_| page::speak(app.lang.get()));
    let covered = Memo::new(move |_| is_covered(app));
    window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            app.back();
        }
    });
    view! {
        <div class="app">
            <div class="under" inert=flag(move || covered.get())>
                {live(move || drawn(app, name.get()))}
                {notices::strip(app)}
            </div>
            {dialogs::all(app)}
            {notices::toast(app)}
            {live(move || aids::bar(app))}
        </div>
    }
    .into_any()
}

/// The name of what is shown, sheets and dialogs aside.
fn shown(app: App) -> &'static str {
    if app.broken.get() {
        "broken"
    } else if app.hello.with(Option::is_none) {
        "loading"
    } else if app.screen.get() == Screen::Start && is_closed(app) {
        "closed"
    } else {
        app.screen.get().name()
    }
}

fn is_closed(app: App) -> bool {
    app.hello
        .with(|hello| hello.as_ref().is_some_and(|hello| !hello.open))
}

fn is_covered(app: App) -> bool {
    app.sheet.with(Option::is_some)
        || app.changes.with(Option::is_some)
        || app.failure.get().is_some()
        || app.idle.get().is_some()
        || app.languages_shown.get()
        || app.call_shown.get()
}

/// Draws the screen anew when it is another one or the language is another. What changes
/// meanwhile follows by live parts.
fn drawn(app: App, name: &'static str) -> AnyView {
    app.lang.track();
    app.screen.track();
    untrack(|| screen(app, name))
}

fn screen(app: App, name: &'static str) -> AnyView {
    match name {
        "loading" => return start::loading(app),
        "broken" => return start::broken(app),
        "closed" => return start::closed(app),
        _ => {}
    }
    match app.screen.get() {
        Screen::Start => start::start(app),
        Screen::Menu => menu::menu(app),
        Screen::Review => review::review(app),
        Screen::Choose => waiting::choose(app),
        Screen::Unpaid(why) => waiting::unpaid(app, why),
        Screen::Asking => waiting::asking(app),
        Screen::Qr => paying::by_qr(app),
        Screen::BankQr => paying::by_bank_qr(app),
        Screen::Scan => paying::by_scan(app),
        Screen::Window => paying::by_window(app),
        Screen::Counter => paying::at_counter(app),
        Screen::Sticker => paying::by_sticker(app),
        Screen::Confirming => waiting::confirming(app),
        Screen::Closing => waiting::closing(app),
        Screen::Returning => waiting::returning(app),
        Screen::AskStaff => waiting::ask_staff(app),
        Screen::Done => done::done(app),
    }
}
