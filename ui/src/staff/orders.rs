//! Orders in three columns, as they go through the house.

use leptos::prelude::*;
use soban_domain::text::Lang;
use soban_protocol::staff::Board;

use crate::say;
use crate::staff::board::{Column, orders_in, paying};
use crate::staff::desk::Desk;
use crate::staff::ticket;

/// The three columns.
pub(super) fn orders(desk: Desk) -> AnyView {
    view! {
        <div class="d-columns">
            {Column::ALL.map(|which| column(desk, which)).into_iter().collect_view()}
        </div>
    }
    .into_any()
}

fn column(desk: Desk, which: Column) -> impl IntoView {
    let orders = Memo::new(move |_| {
        desk.board.with(|board| {
            let board = board.as_ref();
            board.map_or_else(Vec::new, |board| orders_in(board, which))
        })
    });
    let head = move || {
        let lang = desk.lang.get();
        view! {
            {title(lang, which)}
            " "
            <b>{orders.with(Vec::len)}</b>
            {desk.board.with(|board| guests(lang, which, board.as_ref()?))}
        }
    };
    let none = move || {
        let lang = desk.lang.get();
        let none = orders.with(Vec::is_empty);
        none.then(|| view! { <p class="d-none">{nothing(lang, which)}</p> })
    };
    view! {
        <section
            class="d-column"
            data-column=which.name()
            data-testid=format!("column-{}", which.name())
        >
            <h2>{head}</h2>
            {none}
            <For
                each=move || orders.get()
                key=move |order| ticket::face(desk.lang.get(), order)
                children=move |order| ticket::ticket(desk, which, &order)
            />
        </section>
    }
}

/// Guests at the till: above the new orders, which they are about to become.
fn guests(lang: Lang, which: Column, board: &Board) -> Option<impl IntoView + use<>> {
    let count = paying(board);
    (which == Column::New && count > 0).then(|| {
        view! {
            <span class="d-soft" data-testid="paying">
                {say!(lang, staff.paying, count = count.to_string())}
            </span>
        }
    })
}

fn title(lang: Lang, which: Column) -> String {
    match which {
        Column::New => say!(lang, staff.new),
        Column::Cooking => say!(lang, staff.cooking),
        Column::Ready => say!(lang, staff.ready),
    }
}

fn nothing(lang: Lang, which: Column) -> String {
    match which {
        Column::New => say!(lang, staff.none_new),
        Column::Cooking => say!(lang, staff.none_cooking),
        Column::Ready => say!(lang, staff.none_ready),
    }
}
