//! What no machine can tell: payments, refunds, tickets and messages that wait for a
//! decision; below them the payments that are still being found out.
//!
//! Guarantees: each shows what is known and only what may be decided; what waits for a
//! decision stands first.

use leptos::prelude::*;
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::print::PrintState;
use soban_domain::relay::RelayState;
use soban_protocol::endpoints::{RetryRelay, SettlePrint, SettleRelay};
use soban_protocol::staff::{Board, OpenPrint, SettlePrintRequest};
use soban_protocol::view::OrderView;

use crate::icon::{Icon, icon};
use crate::staff::board::refused_by_pos;
use crate::staff::desk::Desk;
use crate::staff::ticket::{face, label, order_button, shown};
use crate::staff::{payment, sale, talk};
use crate::{say, words};

/// The list, payments first. A payment's card is drawn once and follows the board by
/// itself, so that words half typed are not lost.
pub(super) fn check(desk: Desk) -> AnyView {
    let lang = desk.lang;
    let known = Memo::new(move |_| {
        desk.board
            .with(|board| board.as_ref().map(|board| Known::of(board)))
            .unwrap_or_default()
    });
    let well = move || {
        known.with(Known::is_empty).then(|| {
            view! {
                <p class="d-none" data-testid="all-well">
                    {icon(Icon::Check)}
                    {say!(lang.get(), staff.all_well)}
                </p>
            }
        })
    };
    let watched = move || {
        let any = known.with(|known| !known.watched.is_empty());
        any.then(|| view! { <h2 class="d-between">{say!(lang.get(), staff.being_checked)}</h2> })
    };
    view! {
        <div class="d-list">
            {well}
            <For
                each=move || known.get().decisions
                key=move |attempt| (*attempt, lang.get())
                children=move |attempt| payment::card(desk, attempt)
            />
            <For
                each=move || known.get().money
                key=move |order| (*order, lang.get())
                children=move |order| money(desk, order)
            />
            <For
                each=move || known.get().refused
                key=move |order| face(lang.get(), order)
                children=move |order| pos(desk, &order)
            />
            <For
                each=move || known.get().prints
                key=move |(number, open)| {
                    (number.clone(), open.print.job, open.print.state, lang.get())
                }
                children=move |(number, open)| print(desk, number, &open)
            />
            {watched}
            <For
                each=move || known.get().watched
                key=move |attempt| (*attempt, lang.get())
                children=move |attempt| payment::card(desk, attempt)
            />
        </div>
    }
    .into_any()
}

/// What waits for a decision, and what is still being found out.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    decisions: Vec<AttemptId>,
    money: Vec<OrderId>,
    refused: Vec<OrderView>,
    prints: Vec<(Option<String>, OpenPrint)>,
    watched: Vec<AttemptId>,
}

impl Known {
    fn of(board: &Board) -> Known {
        let payments = |for_staff: bool| {
            let payments = board.payments.iter();
            let payments = payments.filter(|open| payment::is_for_staff(open) == for_staff);
            payments.map(|open| open.attempt).collect()
        };
        let prints = board.prints.iter();
        Known {
            decisions: payments(true),
            money: board.money.iter().map(|paid| paid.order.id).collect(),
            refused: refused_by_pos(board),
            prints: prints.map(|open| numbered(board, open)).collect(),
            watched: payments(false),
        }
    }

    fn is_empty(&self) -> bool {
        self == &Known::default()
    }
}

/// A paid order of which a refund or a cash receipt waits.
fn money(desk: Desk, id: OrderId) -> AnyView {
    let paid = Memo::new(move |_| {
        desk.board.with(|board| {
            let mut money = board.as_ref()?.money.iter();
            money.find(|paid| paid.order.id == id).cloned()
        })
    });
    sale::waiting(desk, paid)
}

/// A ticket with its order's number; orders that are done are on no board any more.
fn numbered(board: &Board, open: &OpenPrint) -> (Option<String>, OpenPrint) {
    let mut orders = board.orders.iter();
    let order = orders.find(|order| order.id == open.order);
    (order.map(shown), open.clone())
}

fn print(desk: Desk, number: Option<String>, open: &OpenPrint) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let job = open.print.job;
    let settle = move |came_out: bool| {
        desk.decide::<SettlePrint>(|staff, command| SettlePrintRequest {
            staff,
            command,
            job,
            came_out,
        });
    };
    let text = if open.print.state == PrintState::Failed {
        say!(lang, staff.failed_text)
    } else {
        say!(lang, staff.unconfirmed_text)
    };
    view! {
        <article class="d-card d-wide" data-mood="hand" data-testid=format!("open-print-{job}")>
            <header>
                <b class="d-number">{number}</b>
                <strong>{talk::slip(lang, &open.print)}</strong>
                <span class="d-soft">{talk::printer(lang, &open.print.printer)}</span>
            </header>
            <p>{text}</p>
            {talk::evidence(lang, open.evidence.as_deref())}
            <div class="d-actions">
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid=format!("print-came-out-{job}")
                    disabled=move || desk.busy.get()
                    on:click=move |_| settle(true)
                >
                    {say!(lang, staff.came_out)}
                </button>
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid=format!("print-copy-{job}")
                    disabled=move || desk.busy.get()
                    on:click=move |_| settle(false)
                >
                    {say!(lang, staff.print_copy)}
                </button>
            </div>
        </article>
    }
}

fn pos(desk: Desk, order: &OrderView) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let text = match order.relay {
        Some(RelayState::Rejected) => say!(lang, staff.pos_rejected),
        _ => say!(lang, staff.pos_needs),
    };
    view! {
        <article class="d-card d-wide" data-mood="hand" data-testid=format!("open-pos-{}", label(order))>
            <header>
                <b class="d-number">{shown(order)}</b>
                <span class="d-soft">{talk::origin(lang, order)}</span>
                <b class="d-amount">{words::won(lang, order.priced.total)}</b>
            </header>
            <h3>{say!(lang, staff.pos_title)}</h3>
            <p>{text}</p>
            {pos_actions(desk, order)}
        </article>
    }
}

/// Send the order to the POS again, or say that it was entered by hand.
pub(super) fn pos_actions(desk: Desk, order: &OrderView) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let again = say!(lang, staff.retry_pos);
    let by_hand = say!(lang, staff.settle_pos);
    view! {
        <div class="d-actions">
            {order_button::<RetryRelay>(desk, order, "pos-retry", "d-second", again)}
            {order_button::<SettleRelay>(desk, order, "pos-settle", "d-second", by_hand)}
        </div>
    }
}
