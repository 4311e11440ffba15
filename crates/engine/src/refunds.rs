//! Refunds as writes, and paid orders as staff see them.
//!
//! Guarantees: the end of a refund, what its payment says was sent back, its slip and
//! the wish that its cash receipt be voided are one transaction. An event that must not
//! happen changes nothing and is logged.

use soban_domain::cash_receipt::wanted;
use soban_domain::ids::RefundId;
use soban_domain::machine::Machine;
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::{PaymentAttempt, PaymentEvent};
use soban_domain::print::Slip;
use soban_domain::refund::{
    ByHand, Refund, RefundEffect, RefundError, RefundEvent, RefundKind, RefundLine, RefundRules,
    RefundState, Returned, Wish, plan,
};
use soban_domain::relay::RelayState;
use soban_protocol::error::ErrorCode;
use soban_protocol::money::{PaidOrder, RefundView, Refundable};

use crate::cash_receipts::{receipt_view, void_what_no_longer_fits};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::gateway::Reversal;
use crate::ports::store::Tx;
use crate::release;
use crate::steps::{self, step_payment};
use crate::view::order_view;

/// What a machine refunds nothing of: anything may go back by hand.
const BY_HAND: RefundRules = RefundRules {
    partial: true,
    deposit_blocks_partial: false,
};

/// The refund of that id, or the refusal that there is none.
pub(crate) fn refund(tx: &mut dyn Tx, id: RefundId) -> Result<Refund, EngineError> {
    tx.refund(id)?.ok_or_else(|| ErrorCode::NotFound.into())
}

/// The attempt that paid an order, whatever went back of it since.
pub(crate) fn paying_attempt(
    tx: &mut dyn Tx,
    order: &Order,
) -> Result<Option<PaymentAttempt>, EngineError> {
    let attempts = tx.attempts_of(order.id)?;
    Ok(attempts.into_iter().rev().find(|a| a.state.is_paid()))
}

/// The refunds of an attempt, the oldest first.
pub(crate) fn refunds_of(
    tx: &mut dyn Tx,
    attempt: &PaymentAttempt,
) -> Result<Vec<Refund>, EngineError> {
    let mut refunds = tx.refunds_of(attempt.order)?;
    refunds.retain(|refund| refund.attempt == attempt.id);
    Ok(refunds)
}

/// What of an attempt's money went back through its gateway: cash from the till did not.
pub(crate) fn back_at_gateway(refunds: &[Refund]) -> Won {
    let done = refunds
        .iter()
        .filter(|r| r.state == RefundState::Done && r.by_hand != Some(ByHand::Cash));
    sum(done)
}

fn sum<'r>(refunds: impl Iterator<Item = &'r Refund>) -> Won {
    refunds.fold(Won::ZERO, |sum, refund| {
        Won(sum.0.saturating_add(refund.amount.0))
    })
}

/// What is left to go back, for the next plan.
pub(crate) fn returned(refunds: &[Refund]) -> Vec<Returned> {
    refunds.iter().filter_map(Refund::returned).collect()
}

/// What a machine can send back of an attempt, if one can.
pub(crate) fn machine_rules(engine: &Engine, attempt: &PaymentAttempt) -> Option<RefundRules> {
    let abilities = engine.abilities(attempt.method)?;
    let can = attempt.offer.is_some() && abilities.reversal != Reversal::None;
    can.then_some(RefundRules {
        partial: abilities.partial_refund,
        deposit_blocks_partial: abilities.deposit_blocks_partial,
    })
}

/// The rules of a way: by hand anything goes, by machine what the gateway can do.
///
/// # Errors
/// [`ErrorCode::OnlyByHand`] where no machine sends money back.
pub(crate) fn rules_for(
    engine: &Engine,
    attempt: &PaymentAttempt,
    by_hand: Option<ByHand>,
) -> Result<RefundRules, EngineError> {
    match by_hand {
        Some(_) => Ok(BY_HAND),
        None => machine_rules(engine, attempt).ok_or_else(|| ErrorCode::OnlyByHand.into()),
    }
}

/// Takes a refund through an event. False where the machine refuses it: nothing is
/// written then.
pub(crate) fn step_refund(
    engine: &Engine,
    tx: &mut dyn Tx,
    refund: &mut Refund,
    event: RefundEvent,
) -> Result<bool, EngineError> {
    let (next, effects) = match refund.state.next(event) {
        Ok(step) => step,
        Err(refusal) => {
            tracing::warn!(refund = %refund.id, %refusal, "a refund stays as it is");
            return Ok(false);
        }
    };
    let now = engine.clock().now();
    if next != refund.state {
        tracing::info!(
            refund = %refund.id, order = %refund.order, amount = refund.amount.0,
            from = refund.state.name(), to = next.name(), "refund"
        );
        refund.state = next;
        refund.changed = now;
    }
    if !next.is_open() {
        refund.next_try = None;
    }
    let booked = effects.contains(&RefundEffect::Refunded);
    if booked {
        refund.done_at.get_or_insert(now);
    }
    tx.put_refund(refund)?;
    if booked {
        book(engine, tx, refund)?;
    }
    let order = steps::order(tx, refund.order)?;
    steps::tell_order(engine, tx, &order)?;
    Ok(true)
}

/// The money is back: the payment says so, a slip is printed, and a cash receipt that no
/// longer fits is to be voided.
fn book(engine: &Engine, tx: &mut dyn Tx, refund: &Refund) -> Result<(), EngineError> {
    let mut attempt = steps::attempt(tx, refund.attempt)?;
    attempt.refunded = attempt
        .refunded
        .plus(refund.amount)
        .ok_or_else(|| EngineError::Odd(format!("refund {} is too large", refund.id)))?;
    let event = match (refund.kind, attempt.refunded == attempt.amount) {
        (RefundKind::Void, true) => PaymentEvent::VoidedAll,
        (RefundKind::Refund, true) => PaymentEvent::RefundedAll,
        (RefundKind::Void | RefundKind::Refund, false) => PaymentEvent::RefundedPart,
    };
    if let Err(refusal) = attempt.state.next(event) {
        return Err(EngineError::Odd(format!(
            "payment {}: {refusal}",
            attempt.id
        )));
    }
    step_payment(engine, tx, &mut attempt, event)?;
    let order = steps::order(tx, refund.order)?;
    let rules = engine.rules();
    let own = || rules.receipt_printer_of(&order.screen);
    match rules.receipt_printer.as_ref().or_else(own).cloned() {
        Some(printer) => {
            release::add_print(engine, tx, &order, Slip::Refund(refund.id), 1, printer)?;
        }
        None => tracing::warn!(refund = %refund.id, "no printer for the slip of a refund"),
    }
    void_what_no_longer_fits(engine, tx, &attempt)
}

/// The refusal that a plan's fault is.
pub(crate) fn refusal(
    engine: &Engine,
    attempt: &PaymentAttempt,
    error: RefundError,
) -> EngineError {
    use soban_protocol::error::ApiError;
    let code = match error {
        RefundError::NothingLeft | RefundError::ZeroWish | RefundError::MoreThanLeft { .. } => {
            ErrorCode::NothingToRefund
        }
        RefundError::UnknownLine { .. } => ErrorCode::BadRequest,
        RefundError::NoPartial | RefundError::DepositBlocksPartial => {
            match attempt.refunded == Won::ZERO && machine_rules(engine, attempt).is_some() {
                true => ErrorCode::OnlyWhole,
                false => ErrorCode::OnlyByHand,
            }
        }
        RefundError::EarlierUnfit => ErrorCode::OnlyWhole,
        RefundError::Unsound => return EngineError::Odd(error.to_string()),
    };
    ApiError::new(code, error.to_string()).into()
}

/// A paid order with all that became of its money; none for one that was never paid.
pub(crate) fn paid_order(
    engine: &Engine,
    tx: &mut dyn Tx,
    order: &Order,
) -> Result<Option<PaidOrder>, EngineError> {
    let Some(attempt) = paying_attempt(tx, order)? else {
        return Ok(None);
    };
    let Some(approval) = attempt.approval.clone() else {
        return Ok(None);
    };
    let refunds = refunds_of(tx, &attempt)?;
    let pending = refunds.iter().filter(|refund| !refund.state.is_settled());
    let relays = tx.relays_of(order.id)?;
    let held_at_pos = relays
        .iter()
        .any(|item| matches!(item.state, RelayState::Delivered | RelayState::Accepted));
    Ok(Some(PaidOrder {
        order: order_view(engine, tx, order)?,
        attempt: attempt.id,
        method: attempt.method,
        receipt_by: wanted(attempt.method, &approval.kind),
        kind: approval.kind,
        approved: approval.amount,
        approved_at: approval.at,
        approval_number: approval.number,
        refunded: attempt.refunded,
        pending: sum(pending),
        refundable: refundable(engine, order, &attempt, &refunds),
        left: left(order, &refunds),
        receipt: tx
            .cash_receipts_of(order.id)?
            .last()
            .map(|receipt| receipt_view(engine, receipt)),
        pos_too: held_at_pos && attempt.refunded != Won::ZERO,
        refunds: refunds
            .iter()
            .map(|refund| refund_view(engine, refund))
            .collect(),
    }))
}

fn refundable(
    engine: &Engine,
    order: &Order,
    attempt: &PaymentAttempt,
    refunds: &[Refund],
) -> Refundable {
    if refunds.iter().any(|refund| !refund.state.is_settled()) {
        return Refundable::Settling;
    }
    let earlier = returned(refunds);
    if plan(&order.priced, &earlier, &Wish::Whole, BY_HAND).is_err() {
        return Refundable::Nothing;
    }
    let Some(rules) = machine_rules(engine, attempt) else {
        return Refundable::ByHand;
    };
    if plan(&order.priced, &earlier, &Wish::Whole, rules).is_err() {
        return Refundable::ByHand;
    }
    let blocked = rules.deposit_blocks_partial && order.priced.tax.deposit.is_positive();
    match rules.partial && !blocked {
        true => Refundable::Lines,
        false => Refundable::Whole,
    }
}

/// Pieces of each line that may still go back.
fn left(order: &Order, refunds: &[Refund]) -> Vec<u32> {
    let counting = refunds.iter().filter(|refund| refund.state.counts());
    let pieces: Vec<&RefundLine> = counting.clone().flat_map(|r| &r.lines).collect();
    let all_gone = counting.clone().any(|refund| refund.lines.is_empty());
    let lines = (0..).zip(&order.priced.lines);
    lines
        .map(|(at, line)| {
            let gone = pieces.iter().filter(|piece| piece.line == at);
            let gone = gone.fold(0u32, |sum, piece| sum.saturating_add(piece.quantity));
            match all_gone {
                true => 0,
                false => line.quantity.saturating_sub(gone),
            }
        })
        .collect()
}

fn refund_view(engine: &Engine, refund: &Refund) -> RefundView {
    let now = engine.clock().now();
    let seconds = |ms: i64| u32::try_from(ms.max(0) / 1000).unwrap_or(u32::MAX);
    RefundView {
        refund: refund.id,
        kind: refund.kind,
        amount: refund.amount,
        tax: refund.tax,
        lines: refund.lines.clone(),
        by: refund.by.clone(),
        why: refund.reason.clone(),
        by_hand: refund.by_hand,
        state: refund.state,
        at: refund.created,
        done_at: refund.done_at,
        next_seconds: refund.next_try.map(|at| seconds(at.since(now))),
        evidence: refund.evidence.clone(),
        settle: refund.state == RefundState::NeedsStaff,
    }
}
