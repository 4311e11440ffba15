//! From an empty page to a screen that follows the store.
//!
//! Guarantees: the screen never shows a menu that it could not read; while the hub is not
//! there it says so and comes back by itself; an order that was going on before a reload is
//! the first thing shown.
//! Deliberately absent: a menu kept from yesterday.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use soban_domain::menu::Menu;
use soban_domain::shelf::Shelf;
use soban_protocol::endpoints;
use soban_protocol::guest::{Hello, HelloRequest, PingRequest, ScreenKind};
use soban_protocol::{ApiError, ErrorCode, EventBody};

use super::actions;
use super::app::{App, Call};
use super::flow::Place;
use crate::link::events::{Following, News, follow};
use crate::link::{client, fetch, jitter, read, sleep};
use crate::page;

/// Milliseconds between two looks at whether the hub is there.
const PULSE_MS: u32 = 10_000;

/// Says hello, and follows the store from then on.
pub(super) fn start(app: App) {
    page::keep_back_inside(move || app.back());
    spawn_local(async move {
        let hello = first_hello(app).await;
        let resume = hello.resume.clone();
        let (screen, seq) = (hello.screen.clone(), hello.seq);
        if let Some(order) = resume {
            app.lang.set(order.lang);
            app.show_order(order);
        } else if let Some(first) = hello.languages.first() {
            app.lang.set(*first);
        }
        let following: Rc<RefCell<Option<Following>>> = Rc::default();
        let known = following.clone();
        let stream = follow(screen, seq, move |news| heard(app, &known, news));
        *following.borrow_mut() = Some(stream);
        pulse(app).await;
    });
}

/// Asks until the hub answers and the menu is there.
async fn first_hello(app: App) -> Arc<Hello> {
    let mut tries = 0;
    loop {
        match greet(app).await {
            Ok(hello) => return hello,
            Err(error) => {
                app.online.set(error.code != ErrorCode::Offline);
                app.broken.set(error.code == ErrorCode::StoreBroken);
                sleep(jitter(tries)).await;
                tries += 1;
            }
        }
    }
}

/// The screen's name from the address (`?screen=kiosk-2`), and what it is from the path.
fn request() -> HelloRequest {
    let location = web_sys::window().map(|window| window.location());
    let path = location
        .as_ref()
        .and_then(|location| location.pathname().ok())
        .unwrap_or_default();
    let search = location
        .and_then(|location| location.search().ok())
        .unwrap_or_default();
    let screen = search
        .trim_start_matches('?')
        .split('&')
        .find_map(|pair| pair.strip_prefix("screen="))
        .and_then(|name| name.parse().ok());
    let kind = if path.starts_with("/table") {
        ScreenKind::Table
    } else {
        ScreenKind::Kiosk
    };
    HelloRequest { screen, kind }
}

/// Says hello and takes over what the hub tells.
async fn greet(app: App) -> Result<Arc<Hello>, ApiError> {
    let hello = client().call::<endpoints::Hello>(&request()).await?;
    let hello = Arc::new(hello);
    let same_menu = app
        .hello
        .with_untracked(|before| before.as_ref().is_some_and(|b| b.menu == hello.menu));
    let menu = match (same_menu, app.menu.get_untracked()) {
        (true, Some(menu)) => menu,
        _ => Arc::new(read_menu(&hello.menu).await?),
    };
    page::calibrate(hello.px_per_m);
    page::property("--accent", &hello.accent);
    app.hello_at.set(page::now_ms());
    app.hello.set(Some(hello.clone()));
    app.shelf.set(hello.shelf.clone());
    app.conditions.set(Some(hello.conditions.clone()));
    app.online.set(true);
    app.broken.set(false);
    if !same_menu {
        take_menu(app, menu);
    }
    Ok(hello)
}

async fn read_menu(hash: &str) -> Result<Menu, ApiError> {
    read(&fetch(&format!("/menu/{hash}")).await?)
}

/// Takes another menu. Where it changes something in the basket, the guest is told what.
fn take_menu(app: App, menu: Arc<Menu>) {
    let seen = actions::seen(app);
    app.menu.set(Some(menu.clone()));
    app.category
        .update(|at| *at = (*at).min(menu.categories().len().saturating_sub(1)));
    app.sheet.set(None);
    actions::compare(app, &seen);
}

fn heard(app: App, following: &Rc<RefCell<Option<Following>>>, news: News) {
    match news {
        News::Open => app.online.set(true),
        News::Broken => app.online.set(false),
        News::Missed => again(app, following.clone()),
        News::Event(EventBody::Order { order, .. }) => {
            let ours = app
                .order
                .with_untracked(|ours| ours.as_ref().is_some_and(|ours| ours.id == order));
            if ours {
                actions::refresh(app);
            }
        }
        News::Event(EventBody::Shelf { shelf }) => take_shelf(app, shelf),
        News::Event(EventBody::Menu { .. }) => again(app, following.clone()),
        News::Event(EventBody::Call { answered, .. }) => {
            if answered {
                app.call.set(Call::None);
            }
        }
        News::Event(EventBody::Printer { printer, condition }) => {
            app.conditions.update(|conditions| {
                let Some(conditions) = conditions else { return };
                match conditions
                    .printers
                    .iter_mut()
                    .find(|(id, _)| *id == printer)
                {
                    Some(there) => there.1 = condition,
                    None => conditions.printers.push((printer, condition)),
                }
            });
            actions::refresh(app);
        }
        News::Event(EventBody::Pos { condition }) => app.conditions.update(|conditions| {
            if let Some(conditions) = conditions {
                conditions.pos = condition;
            }
        }),
        News::Event(EventBody::Other) => {}
    }
}

fn take_shelf(app: App, shelf: Shelf) {
    if app.shelf.with_untracked(|there| *there != shelf) {
        app.shelf.set(shelf);
    }
}

/// Asks how things are, after something was missed.
fn again(app: App, following: Rc<RefCell<Option<Following>>>) {
    spawn_local(async move {
        if let Ok(hello) = greet(app).await
            && let Some(following) = following.borrow().as_ref()
        {
            following.knows(hello.seq);
        }
        actions::refresh(app);
    });
}

/// Looks now and then whether the hub is there, asks about an order whose events may be
/// late, and hears at the start screen whether the store opened or closed.
async fn pulse(app: App) {
    loop {
        sleep(PULSE_MS).await;
        let was_online = app.online.get_untracked();
        match client().call::<endpoints::Ping>(&PingRequest {}).await {
            Ok(_) => app.online.set(true),
            Err(error) => app.online.set(error.code != ErrorCode::Offline),
        }
        let came_back = !was_online && app.online.get_untracked();
        let at_start = app.place.get_untracked() == Place::Start;
        let old = page::now_ms() - app.hello_at.get_untracked() > 60_000.0;
        if came_back || (at_start && old) {
            // An answer that does not come shows as being offline.
            drop(greet(app).await);
        }
        if came_back {
            actions::refresh(app);
        }
    }
}
