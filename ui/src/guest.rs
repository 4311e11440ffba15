//! The guest's program: from the start screen to a number.
//!
//! Guarantees: what is on the screen follows from [`flow`]; the basket is the screen's own
//! until it is quoted; an order is the hub's, and the screen only shows it.
//! Deliberately absent: an account, a search, anything that is typed.

use leptos::mount::mount_to_body;

mod actions;
mod app;
mod boot;
mod clock;
mod flow;
mod offer;
mod pick;
mod view;

/// Shows the guest's screens in this page.
pub fn start() {
    crate::page::follow_size();
    mount_to_body(|| {
        let app = app::App::new();
        boot::start(app);
        clock::start(app);
        view::root(app)
    });
}
