//! What a guest has done: order, pay, leave, receipt, call.
//!
//! Guarantees: the ids of a wish are made once and kept until an answer came, so that a
//! repeat after a lost answer is the same wish; while one action is under way a second tap
//! does nothing; the prices that the guest saw go along, so that nothing else is charged.
//! Deliberately absent: deciding how a payment ended.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos::task::spawn_local;
use soban_domain::cart::{Cart, CartLine};
use soban_domain::change::{self, Change, Now, Refusal};
use soban_domain::ids::{AttemptId, CallId, CommandId, OrderId, QuoteId};
use soban_domain::menu::Dining;
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_protocol::endpoints::{
    CallStaff, LeaveOrder, LeavePayment, MakeQuote, OrderStatus, PlaceOrder, PrintReceipt,
    ScanCode, StartPayment,
};
use soban_protocol::guest::{
    CallStaffRequest, LeaveOrderRequest, LeavePaymentRequest, MakeQuoteRequest, OrderStatusRequest,
    PlaceOrderRequest, PrintReceiptRequest, QuoteReply, ScanCodeRequest, StartPaymentRequest,
};
use soban_protocol::view::{OrderView, PaymentPage};
use soban_protocol::{ApiError, ErrorCode, Retry};

use super::app::{App, Busy, Call, Changes};
use super::flow::{Leaving, Place, Screen, Unpaid};
use crate::link::{client, fresh, insist};
use crate::wedge::Reading;

thread_local! {
    /// A wish to order that is not answered yet, with its ids.
    static WISH: RefCell<Option<Wish>> = const { RefCell::new(None) };
    /// The last quote that no order took up: its holds end with the next one.
    static UNUSED: Cell<Option<QuoteId>> = const { Cell::new(None) };
    /// Counts questions about the order, so that a late answer does not undo a newer one.
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

/// One wish to order and pay.
#[derive(Clone)]
struct Wish {
    quote: MakeQuoteRequest,
    place: CommandId,
    order: OrderId,
    pay: CommandId,
    attempt: AttemptId,
    method: Method,
}

/// Forgets an unanswered wish with the guest who had it.
pub(super) fn forget_wish() {
    WISH.set(None);
}

fn command() -> CommandId {
    CommandId(fresh())
}

/// Runs an action unless one is under way.
fn act(app: App, busy: Busy, action: impl Future<Output = Result<(), ApiError>> + 'static) {
    if app.busy.get_untracked().is_some() {
        return;
    }
    app.busy.set(Some(busy));
    spawn_local(async move {
        let done = action.await;
        app.busy.set(None);
        match done {
            Ok(()) => after(app),
            Err(error) => {
                app.leaving.set(None);
                app.fail(&error);
                // What the hub has done may be more than what it could answer.
                refresh(app);
            }
        }
    });
}

/// The price of one that the guest sees, line by line; empty where one has none.
pub(super) fn seen(app: App) -> Vec<Won> {
    let lines = app.cart.with_untracked(|cart| cart.lines.clone());
    let prices = untrack(|| {
        lines
            .iter()
            .map(|line| app.priced(line))
            .collect::<Option<Vec<_>>>()
    });
    prices
        .unwrap_or_default()
        .into_iter()
        .map(|priced| priced.unit)
        .collect()
}

/// Compares the basket with the store as it is now and shows what is different.
pub(super) fn compare(app: App, seen: &[Won]) {
    let cart = app.cart.get_untracked();
    let choosing = matches!(app.place.get_untracked(), Place::Menu | Place::Review);
    if choosing && !cart.lines.is_empty() {
        let changes = differences(app, &cart, seen);
        show_changes(app, cart, changes);
    }
}

fn differences(app: App, cart: &Cart, seen: &[Won]) -> Vec<Change> {
    let refused = untrack(|| {
        app.store(|store| {
            let now = Now {
                menu: store.menu,
                shelf: store.shelf,
                minute_of_week: store.minute_of_week,
            };
            change::settle(now, cart, seen).err()
        })
    });
    match refused.flatten() {
        Some(Refusal::Changed(changes)) => changes,
        Some(Refusal::Fault(_)) | None => Vec::new(),
    }
}

fn show_changes(app: App, cart: Cart, changes: Vec<Change>) {
    let open: Vec<(CartLine, Change)> = changes
        .into_iter()
        .filter_map(|change| Some((cart.lines.get(change.line)?.clone(), change)))
        .collect();
    if open.is_empty() {
        app.cart.set(cart);
    } else {
        app.changes.set(Some(Changes { cart, open }));
    }
}

/// Eats here instead of taking away, or the other way round. What cannot be had that way
/// is named first.
pub(super) fn change_dining(app: App) {
    let mut cart = app.cart.get_untracked();
    cart.dining = match cart.dining {
        Dining::EatIn => Dining::TakeOut,
        Dining::TakeOut => Dining::EatIn,
    };
    let changes = differences(app, &cart, &[]);
    show_changes(app, cart, changes);
}

/// Orders what is in the basket and begins to pay it.
pub(super) fn order(app: App, method: Method) {
    if app.cart.with_untracked(|cart| cart.lines.is_empty()) {
        return;
    }
    act(app, Busy::Ordering, async move {
        let Some(wish) = wish(app, method) else {
            return Ok(());
        };
        let answered = carry_out(app, &wish).await;
        let unanswered = matches!(&answered, Err(error) if error.retry == Retry::Same);
        if !unanswered {
            WISH.set(None);
        }
        answered
    });
}

/// The wish that is still open for this basket, or a fresh one. Another way to pay is
/// another payment of the same order.
fn wish(app: App, method: Method) -> Option<Wish> {
    let screen = app.hello.get_untracked()?.screen.clone();
    let cart = app.cart.get_untracked();
    let open = WISH.with_borrow(|wish| wish.clone());
    let wish = match open {
        Some(wish) if wish.quote.cart == cart && wish.method == method => wish,
        Some(wish) if wish.quote.cart == cart => Wish {
            pay: command(),
            attempt: AttemptId(fresh()),
            method,
            ..wish
        },
        _ => Wish {
            quote: MakeQuoteRequest {
                command: command(),
                screen,
                lang: app.lang.get_untracked(),
                seen: seen(app),
                cart,
                instead_of: UNUSED.get(),
            },
            place: command(),
            order: OrderId(fresh()),
            pay: command(),
            attempt: AttemptId(fresh()),
            method,
        },
    };
    WISH.set(Some(wish.clone()));
    Some(wish)
}

async fn carry_out(app: App, wish: &Wish) -> Result<(), ApiError> {
    let quote = match insist::<MakeQuote>(&wish.quote).await? {
        QuoteReply::Quoted { quote, .. } => quote,
        QuoteReply::Changed { changes, shelf, .. } => {
            app.shelf.set(shelf);
            show_changes(app, wish.quote.cart.clone(), changes);
            return Ok(());
        }
    };
    let place = PlaceOrderRequest {
        command: wish.place,
        order: wish.order,
        quote,
    };
    UNUSED.set(Some(quote));
    let placed = insist::<PlaceOrder>(&place).await?;
    UNUSED.set(None);
    app.leaving.set(None);
    let pay = StartPaymentRequest {
        command: wish.pay,
        attempt: wish.attempt,
        order: placed.id,
        method: wish.method,
    };
    match insist::<StartPayment>(&pay).await {
        Ok(order) => app.show_order(order),
        // The order is on disk: the guest chooses again how to pay it.
        Err(error) => {
            app.show_order(placed);
            return Err(error);
        }
    }
    Ok(())
}

/// Pays an order that lives already.
pub(super) fn pay(app: App, method: Method) {
    let Some(order) = app.order.get_untracked() else {
        return;
    };
    act(app, Busy::Ordering, async move {
        let request = StartPaymentRequest {
            command: command(),
            attempt: AttemptId(fresh()),
            order: order.id,
            method,
        };
        let order = insist::<StartPayment>(&request).await?;
        app.leaving.set(None);
        app.show_order(order);
        Ok(())
    });
}

/// Sends what the scanner read, where the payment at hand waits for a code. What the hub
/// does not take for one is told on the screen; the guest holds it up again.
pub(super) fn scan(app: App, reading: Reading) {
    let attempt = app.order.with_untracked(|order| {
        let payment = order.as_ref()?.payment.as_ref()?;
        matches!(payment.page, Some(PaymentPage::Scan)).then_some(payment.attempt)
    });
    let Some(attempt) = attempt else {
        return;
    };
    let Reading::Code(code) = reading else {
        return app.misread.set(true);
    };
    act(app, Busy::Scanning, async move {
        app.misread.set(false);
        match insist::<ScanCode>(&ScanCodeRequest { attempt, code }).await {
            Ok(order) => app.show_order(order),
            Err(error) if error.code == ErrorCode::BadRequest => app.misread.set(true),
            Err(error) => return Err(error),
        }
        Ok(())
    });
}

/// Gives the payment at hand up, to pay another way or to go back to the basket. Where no
/// payment is open the order is given up at once.
pub(super) fn leave(app: App, to: Leaving) {
    let Some(order) = app.order.get_untracked() else {
        return;
    };
    if app.busy.get_untracked().is_some() {
        return;
    }
    app.leaving.set(Some(to));
    let open = order
        .payment
        .filter(|payment| !payment.state.is_closed_unpaid());
    act(app, Busy::Leaving, async move {
        if let Some(payment) = open {
            let request = LeavePaymentRequest {
                command: command(),
                attempt: payment.attempt,
            };
            let order = insist::<LeavePayment>(&request).await?;
            app.show_order(order);
        }
        Ok(())
    });
}

/// Goes on where the guest wanted to, once the hub's word on the order allows it.
fn after(app: App) {
    let leaving = app.leaving.get_untracked();
    let Some(order) = app.order.get_untracked() else {
        return;
    };
    let screen = super::flow::screen(Place::Order, Some(&order), None);
    match (screen, leaving) {
        (Screen::Start, _) => forget_order(app),
        (
            Screen::Choose | Screen::Unpaid(Unpaid::Declined | Unpaid::Expired | Unpaid::Reversed),
            Some(Leaving::ToBasket),
        ) => {
            give_up(app, &order);
        }
        // It was paid while the guest turned away.
        (Screen::Done, Some(_)) => app.leaving.set(None),
        _ => {}
    }
}

/// Gives an unpaid order up, so that its stock is free again.
fn give_up(app: App, order: &OrderView) {
    let request = LeaveOrderRequest {
        command: command(),
        order: order.id,
    };
    act(app, Busy::Leaving, async move {
        match insist::<LeaveOrder>(&request).await {
            // Gone already, or paid meanwhile: its state tells.
            Ok(_) => forget_order(app),
            Err(error) if error.code == ErrorCode::NotNow => {
                app.leaving.set(None);
                refresh(app);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    });
}

fn forget_order(app: App) {
    app.order.set(None);
    app.leaving.set(None);
    crate::page::note("order", "");
    let empty = app.cart.with_untracked(|cart| cart.lines.is_empty());
    app.place
        .set(if empty { Place::Start } else { Place::Review });
}

/// Asks how the order stands.
pub(super) fn refresh(app: App) {
    let Some(id) = app
        .order
        .with_untracked(|order| order.as_ref().map(|order| order.id))
    else {
        return;
    };
    let number = ASKED.get() + 1;
    ASKED.set(number);
    spawn_local(async move {
        let answer = client()
            .call::<OrderStatus>(&OrderStatusRequest { order: id })
            .await;
        let ours = app
            .order
            .with_untracked(|order| order.as_ref().is_some_and(|order| order.id == id));
        if !ours || ASKED.get() != number {
            return;
        }
        match answer {
            Ok(order) => {
                app.show_order(order);
                after(app);
            }
            Err(error) if error.code == ErrorCode::UnknownOrder => forget_order(app),
            // No answer: the pulse and the next event ask again.
            Err(_) => {}
        }
    });
}

/// Has the receipt printed.
pub(super) fn print_receipt(app: App) {
    let Some(order) = app.order.get_untracked() else {
        return;
    };
    act(app, Busy::Receipt, async move {
        let request = PrintReceiptRequest {
            command: command(),
            order: order.id,
        };
        app.show_order(insist::<PrintReceipt>(&request).await?);
        Ok(())
    });
}

/// Calls staff to this screen.
pub(super) fn call_staff(app: App) {
    app.call_shown.set(true);
    if matches!(app.call.get_untracked(), Call::Sending | Call::Called) {
        return;
    }
    let Some(hello) = app.hello.get_untracked() else {
        return app.call.set(Call::Failed);
    };
    app.call.set(Call::Sending);
    let request = CallStaffRequest {
        command: command(),
        call: CallId(fresh()),
        screen: hello.screen.clone(),
        order: app
            .order
            .with_untracked(|order| order.as_ref().map(|order| order.id)),
    };
    spawn_local(async move {
        let call = match insist::<CallStaff>(&request).await {
            Ok(_) => Call::Called,
            Err(_) => Call::Failed,
        };
        app.call.set(call);
    });
}

/// Sends the guest away: an unpaid order is given up first, so that its stock is free.
pub(super) fn send_away(app: App) {
    let order = app.order.get_untracked();
    let screen = app.screen.get_untracked();
    app.reset();
    if let (Some(order), Screen::Choose | Screen::Unpaid(_)) = (order, screen) {
        spawn_local(async move {
            let request = LeaveOrderRequest {
                command: command(),
                order: order.id,
            };
            // Unanswered, the hub gives the order up itself once nobody has paid it for a while.
            drop(insist::<LeaveOrder>(&request).await);
        });
    }
}
