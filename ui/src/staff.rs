//! The staff's program: sign in, see every order, take money, settle what no machine can
//! tell, give money back, answer guests, mark what is sold out.
//!
//! Guarantees: what is shown is the hub's board, asked for anew after every event and
//! every action, so that two tablets never disagree for long; every decision is sent with
//! the name and PIN of who took it; a second tap while one is under way does nothing.
//!
//! Deliberately absent: a copy of the rules. Which buttons an order has follows from the
//! states that the hub reports, and the hub refuses what does not fit. The PIN is kept in
//! memory and nowhere else: a reload asks for it again.

mod age;
mod board;
mod books;
mod calls;
mod cash;
mod check;
mod day;
mod desk;
mod frame;
mod orders;
mod pad;
mod payment;
mod print;
mod reason;
mod refund;
mod sale;
mod sales;
mod scan;
mod sign_in;
mod sold_out;
mod talk;
mod ticket;

use leptos::prelude::*;
use soban_protocol::endpoints;
use soban_protocol::guest::{HelloRequest, ScreenKind};
use wasm_bindgen_futures::spawn_local;

use crate::staff::desk::Desk;
use crate::{link, page};

/// Shows the staff's screens in this page.
pub fn start() {
    page::mark("surface", Some("staff"));
    let desk = Desk::new();
    desk.run_clock();
    mount_to_body(move || view! { <Program desk/> });
    spawn_local(introduce(desk));
}

/// Learns the store's name, colour and language. The screen works without them, so this
/// is tried as long as it takes.
async fn introduce(desk: Desk) {
    let request = HelloRequest {
        screen: page_screen(),
        kind: ScreenKind::Staff,
    };
    let mut tries = 0;
    loop {
        match link::client().call::<endpoints::Hello>(&request).await {
            Ok(hello) => return desk.meet(hello),
            Err(error) => desk.failed(&error),
        }
        link::sleep(link::jitter(tries)).await;
        tries += 1;
    }
}

/// The screen's name, where the address says one: `/staff?screen=staff-2`.
fn page_screen() -> Option<soban_domain::ids::ScreenId> {
    let search = web_sys::window()?.location().search().ok()?;
    let params = web_sys::UrlSearchParams::new_with_str(&search).ok()?;
    params.get("screen")?.parse().ok()
}

#[component]
fn Program(desk: Desk) -> impl IntoView {
    Effect::new(move || page::speak(desk.lang.get()));
    let at_work = Memo::new(move |_| desk.at_work());
    view! {
        <div class="desk" data-testid="staff">
            {move || {
                if at_work.get() {
                    frame::frame(desk)
                } else {
                    sign_in::sign_in(desk)
                }
            }}
        </div>
    }
}
