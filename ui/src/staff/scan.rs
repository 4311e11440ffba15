//! Taking a guest's barcode at the table: a tablet or phone with a scanner.
//!
//! Guarantees: the code goes from the scanner to the hub and is kept nowhere; an order is
//! never left without a way to pay it: whoever gives the barcode up puts the order back to
//! the counter.
//! Deliberately absent: a second payment beside one that may still take money. The hub
//! refuses it, and there is no button for it.

use leptos::prelude::*;
use soban_domain::ids::{AttemptId, CommandId, OrderId};
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::endpoints::{LeavePayment, ScanCode, StartPayment};
use soban_protocol::guest::{LeavePaymentRequest, ScanCodeRequest, StartPaymentRequest};
use soban_protocol::view::{OrderView, PaymentPage};
use soban_protocol::{ApiError, ErrorCode};

use crate::icon::{Icon, icon};
use crate::staff::desk::Desk;
use crate::staff::ticket::{label, shown};
use crate::staff::{age, talk};
use crate::wedge::{self, Reading};
use crate::{link, say, words};

/// What the sheet is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The hub is being asked, or the board has not come yet.
    Preparing,
    /// The scanner may read.
    Listening,
    /// The code was sent; nobody knows yet.
    Checking,
    /// Only staff can tell: the list of what is to be checked has it.
    Unclear,
    /// Paid.
    Paid,
    /// Closed without money, or never begun.
    Unpaid,
}

fn stage(order: Option<&OrderView>) -> Stage {
    let Some(order) = order else {
        return Stage::Preparing;
    };
    if order.state.is_released() {
        return Stage::Paid;
    }
    let Some(payment) = &order.payment else {
        return Stage::Preparing;
    };
    match (payment.state, payment.method) {
        (PaymentState::Waiting, Method::Barcode) => match payment.page {
            Some(PaymentPage::Scan) => Stage::Listening,
            _ => Stage::Preparing,
        },
        (PaymentState::Prepared | PaymentState::Asking | PaymentState::Waiting, _) => {
            Stage::Preparing
        }
        (PaymentState::Approving | PaymentState::Unknown(_), _)
        | (PaymentState::Closing | PaymentState::Reversing, _) => Stage::Checking,
        (PaymentState::NeedsStaff, _) => Stage::Unclear,
        (state, _) if state.is_paid() => Stage::Paid,
        _ => Stage::Unpaid,
    }
}

/// The button on a card of an order that waits for money; nothing where the store takes
/// no barcodes.
pub(super) fn button(desk: Desk, order: &OrderView) -> Option<AnyView> {
    let offered = desk.hello.with(|hello| {
        let hello = hello.as_ref();
        hello.is_some_and(|hello| hello.methods.contains(&Method::Barcode))
    });
    let lang = desk.lang.get();
    let (id, name) = (order.id, label(order));
    offered.then(|| {
        view! {
            <button
                type="button"
                class="d-button d-second"
                data-testid=format!("scan-{name}")
                disabled=move || desk.busy.get()
                on:click=move |_| begin(desk, id, Method::Barcode)
            >
                {icon(Icon::Scan)}
                <span>{say!(lang, staff.scan)}</span>
            </button>
        }
        .into_any()
    })
}

/// The order on the board.
fn known(desk: Desk, id: OrderId) -> Option<OrderView> {
    desk.board.with(|board| {
        let mut orders = board.as_ref()?.orders.iter();
        orders.find(|order| order.id == id).cloned()
    })
}

/// Ends the payment at hand, where one is open, and begins another way.
fn begin(desk: Desk, id: OrderId, method: Method) {
    let Some(order) = untrack(|| known(desk, id)) else {
        return;
    };
    let open = order.payment.filter(|p| !p.state.is_closed_unpaid());
    if method == Method::Barcode {
        desk.scanning.set(Some(id));
    }
    desk.act(async move {
        if let Some(payment) = open {
            leave(payment.attempt).await?;
        }
        let request = StartPaymentRequest {
            command: CommandId(link::fresh()),
            attempt: AttemptId(link::fresh()),
            order: id,
            method,
        };
        link::insist::<StartPayment>(&request).await.map(drop)
    });
}

async fn leave(attempt: AttemptId) -> Result<(), ApiError> {
    let request = LeavePaymentRequest {
        command: CommandId(link::fresh()),
        attempt,
    };
    link::insist::<LeavePayment>(&request).await.map(drop)
}

/// The sheet over everything, while a barcode is being taken.
pub(super) fn sheet(desk: Desk) -> impl IntoView {
    move || desk.scanning.get().map(|id| of_order(desk, id))
}

fn of_order(desk: Desk, id: OrderId) -> impl IntoView {
    let order = Memo::new(move |_| known(desk, id));
    let at = Memo::new(move |_| order.with(|order| stage(order.as_ref())));
    let misread = RwSignal::new(false);
    let head = move || {
        let lang = desk.lang.get();
        order.with(|order| {
            let order = order.as_ref()?;
            Some(view! {
                <header>
                    <b class="d-number">{shown(order)}</b>
                    <span class="d-soft">{talk::origin(lang, order)}</span>
                    <b class="d-amount">{words::won(lang, order.priced.total)}</b>
                </header>
            })
        })
    };
    view! {
        <div class="d-scrim">
            <article
                class="d-card d-sheet"
                role="dialog"
                aria-modal="true"
                data-testid="scan-sheet"
                data-stage=move || format!("{:?}", at.get())
            >
                {head}
                {move || body(desk, id, order, at.get(), misread)}
            </article>
        </div>
    }
}

fn body(
    desk: Desk,
    id: OrderId,
    order: Memo<Option<OrderView>>,
    at: Stage,
    misread: RwSignal<bool>,
) -> AnyView {
    let lang = desk.lang.get();
    let (drawing, title, text) = match at {
        Stage::Preparing => (Icon::Clock, say!(lang, staff.scan_preparing), String::new()),
        Stage::Listening => {
            let attempt = order.with_untracked(|order| {
                let payment = order.as_ref()?.payment.as_ref()?;
                Some(payment.attempt)
            });
            wedge::listen(move |reading| read(desk, attempt, reading, misread));
            (
                Icon::Scan,
                say!(lang, staff.scan_title),
                say!(lang, staff.scan_text),
            )
        }
        Stage::Checking => (
            Icon::Clock,
            say!(lang, pay.confirming),
            say!(lang, staff.doubt_text),
        ),
        Stage::Unclear => (
            Icon::Warning,
            say!(lang, staff.pay_title),
            say!(lang, staff.scan_unclear),
        ),
        Stage::Paid => (Icon::Check, say!(lang, staff.scan_paid), String::new()),
        Stage::Unpaid => (
            Icon::Info,
            say!(lang, pay.declined),
            say!(lang, pay.declined_barcode),
        ),
    };
    view! {
        <div class="d-stage" role="status">
            {icon(drawing)}
            <h2>{title}</h2>
            <p>{text}</p>
            {(at == Stage::Listening).then(|| left(desk, order))}
            <p class="d-wrong">
                {move || (misread.get() && at == Stage::Listening)
                    .then(|| say!(lang, pay.scan_misread))}
            </p>
        </div>
        <div class="d-actions">{ways(desk, id, at)}</div>
    }
    .into_any()
}

/// How long the guest has.
fn left(desk: Desk, order: Memo<Option<OrderView>>) -> impl IntoView {
    let lang = desk.lang.get();
    let known = Memo::new(move |_| {
        let seconds = order.with(|order| order.as_ref()?.payment.as_ref().map(|p| p.seconds_left));
        (seconds.unwrap_or_default(), desk.now.get_untracked())
    });
    let left = move || {
        let (seconds, then) = known.get();
        age::age(seconds.saturating_sub(desk.now.get().saturating_sub(then)))
    };
    view! { <p class="d-soft">{say!(lang, pay.left)} " " <b>{left}</b></p> }
}

/// What staff can do at each stage.
fn ways(desk: Desk, id: OrderId, at: Stage) -> Vec<AnyView> {
    let lang = desk.lang.get();
    let way =
        move |name: &'static str, class: &'static str, text: String, then: fn(Desk, OrderId)| {
            view! {
                <button
                    type="button"
                    class=format!("d-button {class}")
                    data-testid=name
                    disabled=move || desk.busy.get()
                    on:click=move |_| then(desk, id)
                >
                    {text}
                </button>
            }
            .into_any()
        };
    let to_counter: fn(Desk, OrderId) = |desk, id| {
        begin(desk, id, Method::Counter);
        desk.scanning.set(None);
    };
    let again: fn(Desk, OrderId) = |desk, id| begin(desk, id, Method::Barcode);
    let close: fn(Desk, OrderId) = |desk, _| desk.scanning.set(None);
    match at {
        Stage::Preparing | Stage::Listening => {
            vec![way(
                "scan-counter",
                "d-second",
                say!(lang, staff.scan_to_counter),
                to_counter,
            )]
        }
        Stage::Unpaid => vec![
            way("scan-again", "d-main", say!(lang, staff.scan_again), again),
            way(
                "scan-counter",
                "d-second",
                say!(lang, staff.scan_to_counter),
                to_counter,
            ),
        ],
        Stage::Paid => vec![way("scan-close", "d-main", say!(lang, common.close), close)],
        Stage::Checking | Stage::Unclear => {
            vec![way(
                "scan-close",
                "d-second",
                say!(lang, common.close),
                close,
            )]
        }
    }
}

fn read(desk: Desk, attempt: Option<AttemptId>, reading: Reading, misread: RwSignal<bool>) {
    let (Reading::Code(code), Some(attempt)) = (reading, attempt) else {
        return misread.set(true);
    };
    misread.set(false);
    desk.act(async move {
        match link::insist::<ScanCode>(&ScanCodeRequest { attempt, code }).await {
            Err(error) if error.code == ErrorCode::BadRequest => {
                misread.set(true);
                Ok(())
            }
            answer => answer.map(drop),
        }
    });
}

#[cfg(test)]
mod tests {
    use soban_domain::machine::Machine;
    use soban_domain::money::Won;
    use soban_domain::order::OrderState;

    use super::*;

    fn order(state: PaymentState) -> OrderView {
        let page = (state == PaymentState::Waiting).then_some(PaymentPage::Scan);
        let order = serde_json::json!({
            "id": uuid::Uuid::nil(), "screen": "kiosk-1", "lang": "ko", "state": "paying",
            "number": null, "placed": 0, "age_ms": 0, "id_check": "not_needed",
            "priced": {
                "dining": "eat_in", "lines": [], "total": 0,
                "tax": { "supply": 0, "vat": 0, "exempt": 0, "deposit": 0 },
            },
            "payment": null, "relay": null, "prints": [],
        });
        let mut order: OrderView = serde_json::from_value(order).unwrap();
        order.payment = Some(soban_protocol::view::PaymentView {
            attempt: AttemptId(uuid::Uuid::nil()),
            method: Method::Barcode,
            state,
            amount: Won(9_000),
            page,
            seconds_left: 60,
            seconds_in_all: 180,
            checking: None,
            refunded: Won(0),
        });
        order
    }

    /// The scanner is listened to only while the payment waits for a code, and another try
    /// is offered only where this one is closed without money: every state is tried.
    #[test]
    fn one_payment_at_a_time() {
        for state in PaymentState::states() {
            let at = stage(Some(&order(state)));
            let waits = state == PaymentState::Waiting;
            assert_eq!(at == Stage::Listening, waits, "{state:?}");
            assert_eq!(at == Stage::Unpaid, state.is_closed_unpaid(), "{state:?}");
        }
    }

    /// An order that the kitchen has is paid, whatever the board last said of its payment.
    #[test]
    fn a_released_order_is_paid() {
        let mut released = order(PaymentState::Approving);
        released.state = OrderState::Released;
        assert_eq!(stage(Some(&released)), Stage::Paid);
        assert_eq!(stage(None), Stage::Preparing);
    }
}
