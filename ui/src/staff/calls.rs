//! Guests who call, above everything else.

use leptos::prelude::*;
use soban_protocol::endpoints::AnswerCall;
use soban_protocol::staff::{AnswerCallRequest, Board, OpenCall};

use crate::icon::{Icon, icon};
use crate::say;
use crate::staff::age::time_of_day;
use crate::staff::desk::Desk;
use crate::staff::talk;

/// One line for each call.
pub(super) fn calls(desk: Desk) -> AnyView {
    let lines = move || {
        let now = desk.board.get();
        now.map(|now| {
            let calls = now.calls.iter();
            calls.map(|call| line(desk, &now, call)).collect_view()
        })
    };
    view! { <div aria-live="polite">{lines}</div> }.into_any()
}

fn line(desk: Desk, board: &Board, call: &OpenCall) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let orders = board.orders.iter();
    let number = orders
        .filter(|order| Some(order.id) == call.order)
        .find_map(|order| order.number)
        .map(|number| say!(lang, staff.call_order, number = number.to_string()));
    let since = say!(lang, staff.call_at, time = time_of_day(call.at));
    let about = [number, Some(since)].into_iter().flatten();
    let about = about.collect::<Vec<_>>().join(" · ");
    let who = talk::screen(lang, &call.screen);
    let id = call.call;
    let answer = move |_| {
        desk.decide::<AnswerCall>(|staff, command| AnswerCallRequest {
            staff,
            command,
            call: id,
        });
    };
    view! {
        <div class="d-call" data-testid="call">
            {icon(Icon::Bell)}
            <strong>{say!(lang, staff.call_from, screen = who)}</strong>
            <span class="d-soft">{about}</span>
            <button
                type="button"
                class="d-button d-main"
                data-testid="call-answer"
                disabled=move || desk.busy.get()
                on:click=answer
            >
                {say!(lang, staff.call_answer)}
            </button>
        </div>
    }
}
