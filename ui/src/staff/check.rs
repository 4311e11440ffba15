//! What no machine can tell: payments, tickets and messages that wait for a decision.
//!
//! Guarantees: each shows what is known and only what may be decided; a decision about
//! money needs a word about what was seen.

use leptos::prelude::*;
use soban_domain::payment::PaymentState;
use soban_domain::print::PrintState;
use soban_domain::relay::RelayState;
use soban_domain::text::{Lang, NOTE_MOST, Note};
use soban_protocol::endpoints::{RetryRelay, SettlePayment, SettlePrint, SettleRelay};
use soban_protocol::staff::{Board, OpenPayment, OpenPrint};
use soban_protocol::staff::{SettlePaymentRequest, SettlePrintRequest, StaffAction};
use soban_protocol::view::OrderView;

use crate::icon::{Icon, icon};
use crate::staff::board::{in_doubt, refused_by_pos};
use crate::staff::desk::Desk;
use crate::staff::talk;
use crate::staff::ticket::{face, label, order_button, shown};
use crate::{say, words};

/// The list, payments first. Each entry is drawn anew only when it changes, so that words
/// half typed are not lost.
pub(super) fn check(desk: Desk) -> AnyView {
    let lang = desk.lang;
    let of_board = move |board: &Board| Known {
        payments: board.payments.clone(),
        in_doubt: in_doubt(board),
        refused: refused_by_pos(board),
        prints: board
            .prints
            .iter()
            .map(|open| numbered(board, open))
            .collect(),
    };
    let known = Memo::new(move |_| {
        desk.board.with(|board| {
            board
                .as_ref()
                .map(|board| of_board(board))
                .unwrap_or_default()
        })
    });
    let well = move || {
        (known.get() == Known::default()).then(|| {
            view! {
                <p class="d-none" data-testid="all-well">
                    {icon(Icon::Check)}
                    {say!(lang.get(), staff.all_well)}
                </p>
            }
        })
    };
    view! {
        <div class="d-list">
            {well}
            <For
                each=move || known.get().payments
                key=move |open| (open.attempt, open.evidence.clone(), lang.get())
                children=move |open| payment(desk, &open)
            />
            <For
                each=move || known.get().in_doubt
                key=move |order| face(lang.get(), order)
                children=move |order| doubt(desk, &order)
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
        </div>
    }
    .into_any()
}

/// What waits for a decision.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    payments: Vec<OpenPayment>,
    in_doubt: Vec<OrderView>,
    refused: Vec<OrderView>,
    prints: Vec<(Option<String>, OpenPrint)>,
}

/// A ticket with its order's number; orders that are done are on no board any more.
fn numbered(board: &Board, open: &OpenPrint) -> (Option<String>, OpenPrint) {
    let mut orders = board.orders.iter();
    let order = orders.find(|order| order.id == open.order);
    (order.map(shown), open.clone())
}

fn payment(desk: Desk, open: &OpenPayment) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let order = &open.order;
    let amount = words::won(lang, order.priced.total);
    let method = order.payment.as_ref();
    let method = method.map(|payment| words::method(lang, payment.method));
    let attempt = open.attempt;
    let why = RwSignal::new(String::new());
    let settle = move |action: StaffAction| {
        let Ok(why) = Note::new(&why.get_untracked()) else {
            return;
        };
        desk.decide::<SettlePayment>(|staff, command| SettlePaymentRequest {
            staff,
            command,
            attempt,
            action,
            why,
        });
    };
    let silent = move || desk.busy.get() || why.with(|why| why.trim().is_empty());
    view! {
        <article class="d-card d-wide" data-mood="bad" data-testid=format!("open-payment-{}", label(order))>
            <header>
                <b class="d-number">{shown(order)}</b>
                <span class="d-soft">{talk::origin(lang, order)}</span>
                <b class="d-amount">{amount}</b>
            </header>
            <h3>{say!(lang, staff.pay_title)}</h3>
            <p>{say!(lang, staff.pay_text)}</p>
            <p class="d-soft">{method}</p>
            {evidence(lang, open.evidence.as_deref())}
            {reason(desk, why)}
            <div class="d-actions">
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid=format!("payment-took-{}", label(order))
                    disabled=silent
                    on:click=move |_| settle(StaffAction::SawMoney)
                >
                    {say!(lang, staff.took)}
                </button>
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid=format!("payment-not-took-{}", label(order))
                    disabled=silent
                    on:click=move |_| settle(StaffAction::SawNoMoney)
                >
                    {say!(lang, staff.not_took)}
                </button>
            </div>
        </article>
    }
}

/// A payment that the hub still asks about: nothing to press, something to tell the guest.
fn doubt(desk: Desk, order: &OrderView) -> impl IntoView + use<> {
    let lang = desk.lang.get();
    let back = order
        .payment
        .as_ref()
        .is_some_and(|payment| payment.state == PaymentState::Reversing);
    let (title, text) = if back {
        (say!(lang, staff.back_title), say!(lang, staff.back_text))
    } else {
        (say!(lang, staff.doubt_title), say!(lang, staff.doubt_text))
    };
    view! {
        <article class="d-card d-wide" data-testid=format!("in-doubt-{}", label(order))>
            <header>
                <b class="d-number">{shown(order)}</b>
                <span class="d-soft">{talk::origin(lang, order)}</span>
                <b class="d-amount">{words::won(lang, order.priced.total)}</b>
            </header>
            <h3>{title}</h3>
            <p>{text}</p>
        </article>
    }
}

/// What was seen and where: two usual answers, or one's own words.
fn reason(desk: Desk, why: RwSignal<String>) -> impl IntoView {
    let lang = desk.lang.get();
    let usual = [say!(lang, staff.why_phone), say!(lang, staff.why_company)];
    let buttons = usual.map(|text| {
        let (chosen, taken) = (text.clone(), text.clone());
        view! {
            <button
                type="button"
                class="d-choice"
                aria-pressed=move || why.with(|why| *why == chosen).to_string()
                on:click=move |_| why.set(taken.clone())
            >
                {text}
            </button>
        }
    });
    view! {
        <label class="d-field">
            <span>{say!(lang, staff.why)}</span>
            <input
                type="text"
                maxlength=NOTE_MOST.to_string()
                data-testid="why"
                prop:value=why
                on:input:target=move |event| why.set(event.target().value())
            />
        </label>
        <div class="d-choices">{buttons.into_iter().collect_view()}</div>
    }
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
            {evidence(lang, open.evidence.as_deref())}
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

/// What the other side said last, word for word.
fn evidence(lang: Lang, said: Option<&str>) -> Option<impl IntoView + use<>> {
    said.map(|said| {
        view! {
            <p class="d-evidence">
                <span>{say!(lang, staff.evidence)}</span>
                <code>{said.to_owned()}</code>
            </p>
        }
    })
}
