//! Invariants 8, 11 and 15: what was shown, told and logged.

use soban_domain::payment::PaymentAttempt;

use crate::sim::facts::Facts;
use crate::sim::town::{Told, Town, lock};

/// Whatever a guest was shown is on disk: the order, its number, that it is paid.
pub(super) fn durable_before_shown(town: &Town, facts: &Facts) -> Vec<String> {
    let told = lock(&town.told);
    let mut wrong: Vec<String> = told.iter().filter_map(|shown| lost(shown, facts)).collect();
    wrong.dedup();
    wrong
}

fn lost(shown: &Told, facts: &Facts) -> Option<String> {
    let id = shown.order;
    let Some(whole) = facts.orders.iter().find(|whole| whole.order.id == id) else {
        return Some(format!("{id} was shown and is not on disk"));
    };
    let view = &shown.view;
    if view.number.is_some() && view.number != whole.order.number {
        return Some(format!("{id} was told {:?}", view.number));
    }
    if view.state.is_released() && !whole.order.state.is_released() {
        return Some(format!("{id} was told that it is paid"));
    }
    let payment = view.payment.as_ref()?;
    let record = whole.attempts.iter().find(|a| a.id == payment.attempt);
    let Some(record) = record else {
        return Some(format!("{id} was shown a payment that is not on disk"));
    };
    let keeps = !payment.state.is_paid() || record.state.is_paid() || record.late;
    let stays = !payment.state.is_closed_unpaid() || is_closed(record);
    (!keeps || !stays).then(|| {
        let (was, is) = (payment.state, record.state);
        format!("{id} was told {was:?} and it is {is:?}")
    })
}

/// What was closed stays so; money that comes late makes it open again, as late.
fn is_closed(record: &PaymentAttempt) -> bool {
    record.state.is_closed_unpaid() || record.late
}

/// Event numbers have no gap, and no event changed since a screen was told it.
pub(super) fn events_have_no_gap(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for (stored, expected) in facts.events.iter().zip(1..) {
        if stored.seq != expected {
            wrong.push(format!("event {} where {expected} was due", stored.seq));
        }
    }
    for (expected, (seq, body)) in (1_u64..).zip(lock(&town.events).iter()) {
        if *seq != expected {
            wrong.push(format!("a screen was told {seq} where {expected} was due"));
            break;
        }
        let stored = facts.events.iter().find(|stored| stored.seq == *seq);
        if stored.is_none_or(|stored| stored.event.body != *body) {
            wrong.push(format!(
                "a screen was told an event {seq} that is not on disk"
            ));
        }
    }
    wrong
}

/// No token, code or PIN is in a log, an event or on disk once all is over.
pub(super) fn no_secrets(town: &Town, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    let secrets = lock(&town.secrets).clone();
    let log = town.logs.text();
    let holds = |place: &str| secrets.iter().any(|secret| place.contains(secret.as_str()));
    if holds(&log) {
        wrong.push("a secret is in the log".to_owned());
    }
    for stored in &facts.events {
        if holds(&stored.event.body) {
            wrong.push(format!("a secret is in event {}", stored.seq));
        }
    }
    for attempt in facts.attempts() {
        if holds(&format!("{attempt:?}")) {
            wrong.push(format!("a secret is in the record of {}", attempt.id));
        }
    }
    // What staff still have to end may be undone by its own data, secret and all.
    let over = |attempt: &PaymentAttempt| attempt.state.is_over() || attempt.state.is_paid();
    if facts.attempts().all(over) {
        let disk = String::from_utf8_lossy(&town.disk_bytes()).into_owned();
        if holds(&disk) {
            wrong.push("a secret is still on disk".to_owned());
        }
    }
    wrong
}
