//! Records as screens see them.

use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::{Flow, PaymentAttempt, PaymentState};
use soban_domain::print::PrintJob;
use soban_protocol::view::{CheckStep, Checking, OrderView, PaymentPage, PaymentView, PrintView};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::store::Tx;
use crate::pumps::payment::check_seconds;
use crate::rules::Way;

/// An order with its latest payment, message and tickets.
pub(crate) fn order_view(
    engine: &Engine,
    tx: &mut dyn Tx,
    order: &Order,
) -> Result<OrderView, EngineError> {
    let now = engine.clock().now();
    let attempts = tx.attempts_of(order.id)?;
    let relays = tx.relays_of(order.id)?;
    let prints = tx.prints_of(order.id)?;
    Ok(OrderView {
        id: order.id,
        screen: order.screen.clone(),
        lang: order.lang,
        state: order.state,
        number: order.number,
        priced: order.priced.clone(),
        placed: order.placed,
        age_ms: u32::try_from(now.since(order.changed).max(0)).unwrap_or(u32::MAX),
        id_check: order.id_check.clone(),
        payment: attempts
            .last()
            .map(|attempt| payment_view(engine, attempt, now)),
        returning: Won::sum(
            attempts
                .iter()
                .filter(|a| is_returning(a))
                .map(|a| a.amount),
        )
        .unwrap_or(Won::ZERO),
        relay: relays.last().map(|item| item.state),
        prints: prints.iter().map(print_view).collect(),
    })
}

/// Money that came after the attempt's end and is not back yet.
fn is_returning(attempt: &PaymentAttempt) -> bool {
    attempt.late && !attempt.state.is_closed_unpaid()
}

fn payment_view(engine: &Engine, attempt: &PaymentAttempt, now: Timestamp) -> PaymentView {
    let seconds = |ms: i64| u32::try_from(ms.max(0) / 1000).unwrap_or(u32::MAX);
    PaymentView {
        attempt: attempt.id,
        method: attempt.method,
        state: attempt.state,
        amount: attempt.amount,
        page: page(engine, attempt),
        seconds_left: seconds(attempt.deadline.since(now) + 999),
        seconds_in_all: seconds(attempt.deadline.since(attempt.created)),
        checking: checking(engine, attempt),
        refunded: attempt.refunded,
    }
}

/// What is being found out while nobody knows, and the longest that it takes.
fn checking(engine: &Engine, attempt: &PaymentAttempt) -> Option<Checking> {
    let step = match attempt.state {
        PaymentState::Approving => CheckStep::Approving,
        PaymentState::Unknown(_) => CheckStep::Asking,
        PaymentState::Closing => CheckStep::LastLook,
        PaymentState::Reversing => CheckStep::SendingBack,
        PaymentState::NeedsStaff => CheckStep::WithStaff,
        PaymentState::Prepared
        | PaymentState::Asking
        | PaymentState::Waiting
        | PaymentState::Approved
        | PaymentState::Declined
        | PaymentState::Expired
        | PaymentState::Reversed
        | PaymentState::Voided
        | PaymentState::PartlyRefunded
        | PaymentState::Refunded => return None,
    };
    Some(Checking {
        step,
        seconds_at_most: check_seconds(engine, attempt),
    })
}

fn page(engine: &Engine, attempt: &PaymentAttempt) -> Option<PaymentPage> {
    if attempt.state != PaymentState::Waiting {
        return None;
    }
    let offer = attempt.offer.as_ref();
    match attempt.method.flow() {
        Flow::Staff => None,
        Flow::Scan => Some(PaymentPage::Scan),
        Flow::Shown => Some(PaymentPage::BankQr {
            text: offer?.qr.clone()?,
        }),
        Flow::Page => gateway_page(engine, attempt),
    }
}

fn gateway_page(engine: &Engine, attempt: &PaymentAttempt) -> Option<PaymentPage> {
    let offer = attempt.offer.as_ref()?;
    Some(match engine.rules().way {
        Way::PhoneQr => PaymentPage::Qr {
            text: offer.mobile_url.clone(),
        },
        Way::PcPage => PaymentPage::Window {
            url: offer.pc_url.clone(),
            home: return_url(engine, attempt),
        },
    })
}

/// Where the gateway sends the payer's browser.
pub(crate) fn return_url(engine: &Engine, attempt: &PaymentAttempt) -> String {
    format!("{}/pay/{}", engine.rules().public_url, attempt.id)
}

/// A print job.
pub(crate) fn print_view(job: &PrintJob) -> PrintView {
    PrintView {
        job: job.id,
        slip: job.slip.clone(),
        printer: job.printer.clone(),
        copy: job.copy,
        state: job.state,
        tries: job.tries,
    }
}
