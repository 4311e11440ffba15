//! The invariants of the design, each a checker that holds what is on disk against what
//! truly happened outside.
//!
//! Guarantees: a checker believes the fakes' ledgers, the guests' own notes and the
//! record on disk, never the engine; each is named after the invariant that it guards.
//!
//! Deliberately absent: invariant 6 beyond one revision. Orders do not change yet once
//! they are placed; what is checked is that none overtakes another.

use super::facts::Facts;
use super::report::Violation;
use super::town::Town;

mod money;
mod orders;
mod outside;
mod record;

/// A checker.
type Check = fn(&Town, &Facts) -> Vec<String>;

/// Every checker with its name. Invariant 14 is the run's own: it did not become quiet.
pub(crate) const ALL: [(&str, Check); 14] = [
    ("01 approvals have orders", money::approvals_have_orders),
    ("02 one live approval", money::one_live_approval),
    ("03 paid is what was taken", money::paid_is_what_was_taken),
    (
        "04 unknown ends by knowledge",
        money::unknown_ends_by_knowledge,
    ),
    ("05 the POS has it once", outside::the_pos_has_it_once),
    ("06 revisions in order", outside::revisions_in_order),
    (
        "07 tickets are printed or flagged",
        outside::tickets_are_printed,
    ),
    ("08 durable before shown", record::durable_before_shown),
    ("09 commands are idempotent", orders::commands_are_done_once),
    (
        "10 the price is the quote's",
        orders::the_price_is_the_quotes,
    ),
    ("11 events have no gap", record::events_have_no_gap),
    ("12 stock is sold once", orders::stock_is_sold_once),
    ("13 numbers are unique", orders::numbers_are_unique),
    ("15 no secrets", record::no_secrets),
];

/// The names of all checkers.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
    names.push("14 quiet within bounds");
    names.sort_unstable();
    names
}

/// Runs every checker.
pub(crate) fn all(town: &Town, facts: &Facts) -> Vec<Violation> {
    let found = ALL.iter().flat_map(|(name, check)| {
        let words = check(town, facts);
        words.into_iter().map(|words| Violation::new(name, words))
    });
    found.collect()
}
