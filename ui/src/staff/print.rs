//! An order's tickets, and having one printed again.

use leptos::prelude::*;
use soban_domain::print::PrintState;
use soban_protocol::endpoints::Reprint;
use soban_protocol::staff::ReprintRequest;
use soban_protocol::view::{OrderView, PrintView};

use crate::say;
use crate::staff::desk::Desk;
use crate::staff::{talk, ticket};

/// A fold with every ticket of an order; nothing where there is none.
pub(super) fn tickets(desk: Desk, order: &OrderView) -> Option<AnyView> {
    if order.prints.is_empty() {
        return None;
    }
    let lang = desk.lang.get();
    let rows = order.prints.iter().map(|print| row(desk, print));
    Some(
        view! {
            <details class="d-fold">
                <summary data-testid=format!("tickets-{}", ticket::label(order))>
                    {say!(lang, staff.tickets)} " " {order.prints.len()}
                </summary>
                <ul>{rows.collect_view()}</ul>
            </details>
        }
        .into_any(),
    )
}

fn row(desk: Desk, print: &PrintView) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let job = print.job;
    // A ticket that may still come out is not asked for a second time.
    let ended = matches!(print.state, PrintState::Printed | PrintState::Failed);
    let again = move |_| {
        desk.decide::<Reprint>(|staff, command| ReprintRequest {
            staff,
            command,
            job,
        });
    };
    view! {
        <li>
            <span>{talk::slip(lang, print)}</span>
            <span class="d-soft">{talk::print_state(lang, print.state)}</span>
            {ended
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="d-button d-quiet"
                            data-testid=format!("reprint-{job}")
                            disabled=move || desk.busy.get()
                            on:click=again
                        >
                            {say!(lang, staff.reprint)}
                        </button>
                    }
                })}
        </li>
    }
}
