//! Invariants 1 to 4: money.

use soban_domain::moment::Timestamp;
use soban_domain::payment::{Flow, PaymentAttempt, PaymentState};
use soban_domain::refund::{Refund, RefundState};

use crate::sim::facts::{Facts, Whole};
use crate::sim::gateway::Heard;
use crate::sim::town::{Town, lock};

/// Every approval in a gateway's ledger has an attempt whose order is on disk, and was
/// taken once.
pub(super) fn approvals_have_orders(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for (method, gateway) in &town.gateways {
        for (attempt, ledger) in gateway.fake.approved() {
            let known = facts.attempts().find(|record| record.id == attempt);
            match known {
                None => wrong.push(format!(
                    "{attempt}: {} took money for nobody",
                    method.name()
                )),
                Some(record) if record.method != *method => {
                    wrong.push(format!("{attempt}: taken by {}", method.name()));
                }
                Some(_) if ledger.approvals > 1 => {
                    wrong.push(format!("{attempt}: taken {} times", ledger.approvals));
                }
                Some(_) => {}
            }
        }
    }
    wrong
}

/// True while only staff can say how it ends: what is flagged is not wrong.
fn is_flagged(attempt: &PaymentAttempt) -> bool {
    attempt.state == PaymentState::NeedsStaff
}

fn money(town: &Town, attempt: &PaymentAttempt) -> i64 {
    town.money(attempt.id, attempt.method)
}

/// Never two approvals for one order that live: neither on disk, nor in the ledgers.
pub(super) fn one_live_approval(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for whole in &facts.orders {
        let id = whole.order.id;
        let live = whole.attempts.iter().filter(|a| a.live_amount().0 > 0);
        let on_disk = live.count();
        if on_disk > 1 {
            wrong.push(format!("{id}: {on_disk} live approvals on disk"));
        }
        let unflagged = whole.attempts.iter().filter(|a| !is_flagged(a));
        let taken = unflagged.filter(|a| money(town, a) > 0).count();
        let cash = usize::from(lock(&town.cash).contains_key(&id));
        if taken + cash > 1 {
            wrong.push(format!("{id}: {} payments hold money", taken + cash));
        }
    }
    wrong
}

/// Paid exactly if what was taken less what was sent back is the total; given up exactly
/// if that is nothing. What staff have on their board is flagged.
pub(super) fn paid_is_what_was_taken(town: &Town, facts: &Facts) -> Vec<String> {
    facts
        .orders
        .iter()
        .flat_map(|whole| of_order(town, whole))
        .collect()
}

fn of_order(town: &Town, whole: &Whole) -> Vec<String> {
    let mut wrong = Vec::new();
    let id = whole.order.id;
    let open = |refund: &Refund| refund.state == RefundState::NeedsStaff;
    if whole.refunds.iter().any(open) {
        return wrong;
    }
    let done = whole
        .refunds
        .iter()
        .filter(|r| r.state == RefundState::Done);
    let sent_back: i64 = done.map(|refund| refund.amount.0).sum();
    let noted: i64 = whole.attempts.iter().map(|a| a.refunded.0).sum();
    if sent_back != noted {
        wrong.push(format!("{id}: refunds of {sent_back} won, {noted} noted"));
    }
    for attempt in &whole.attempts {
        let there = money(town, attempt);
        let believed = attempt.live_amount().0;
        let by_staff = matches!(attempt.method.flow(), Flow::Staff);
        if !is_flagged(attempt) && !by_staff && there != believed {
            let state = attempt.state;
            wrong.push(format!(
                "{id}: {state:?} says {believed} won, the ledger {there}"
            ));
        }
        if attempt.state.is_paid() && attempt.approval.is_none() {
            wrong.push(format!("{id}: paid without a proof"));
        }
    }
    if whole.attempts.iter().any(is_flagged) {
        return wrong;
    }
    let cash = lock(&town.cash).get(&id).copied().unwrap_or(0);
    let taken: i64 = whole.attempts.iter().map(|a| money(town, a)).sum::<i64>() + cash;
    let expected = match whole.order.state.is_released() {
        true => whole.order.priced.total.0 - noted,
        false => 0,
    };
    if taken != expected {
        let state = whole.order.state.name();
        wrong.push(format!(
            "{id}: {state}, {taken} won were taken instead of {expected}"
        ));
    }
    wrong
}

/// What was unknown ended by an answer that tells, or by a named member of staff.
pub(super) fn unknown_ends_by_knowledge(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for attempt in facts.attempts() {
        let Some(gateway) = town.gateways.get(&attempt.method) else {
            continue;
        };
        let heard = gateway.heard();
        let heard: Vec<&Heard> = heard.iter().filter(|h| h.attempt == attempt.id).collect();
        // Where the wall clock was set back, what was heard first cannot be told any more.
        let ordered = town.clock.set_back().is_zero();
        for (ends, (end, by_staff)) in (1..).zip(ends_of_unknown(attempt)) {
            let before = heard.iter().filter(|h| !ordered || h.at <= end);
            let answers = before.count();
            if ends > answers + by_staff {
                let id = attempt.id;
                wrong.push(format!(
                    "{id}: {ends} times no longer unknown, {answers} answers and {by_staff} \
                     decisions"
                ));
            }
        }
    }
    wrong
}

/// When an attempt stopped being unknown (it ended, or waits for the guest again), and how
/// often staff had decided by then.
fn ends_of_unknown(attempt: &PaymentAttempt) -> Vec<(Timestamp, usize)> {
    let steps = attempt.trail.windows(2);
    let ends = steps.filter(|pair| {
        let unclear = matches!(
            pair[0].state,
            PaymentState::Unknown(_) | PaymentState::NeedsStaff | PaymentState::Reversing
        );
        let clear = pair[1].state.is_closed_unpaid()
            || pair[1].state.is_paid()
            || pair[1].state == PaymentState::Waiting;
        unclear && clear
    });
    let decided = |until: Timestamp| {
        let steps = attempt.trail.iter().filter(|step| step.by.is_some());
        steps.filter(|step| step.at <= until).count()
    };
    ends.map(|pair| (pair[1].at, decided(pair[1].at))).collect()
}
