//! Every machine as a Markdown page: the documents under `docs/state/`.
//!
//! Guarantees: a page says what the code says; nothing of its table is written by hand.
//!
//! Deliberately absent: writing files. The example `states` does that.

use std::fmt::Write;

use super::{Machine, Row, table};
use crate::cash_receipt::CashReceiptState;
use crate::order::OrderState;
use crate::payment::PaymentState;
use crate::print::PrintState;
use crate::refund::RefundState;
use crate::relay::RelayState;

/// The pages: names of files without their folder, and what stands in them.
pub fn pages() -> [(&'static str, String); 6] {
    [
        (
            "order.md",
            page::<OrderState>(
                "An order from the moment it is on disk to the moment it is handed over. \
                 It is released to kitchen and counter POS once in its life.",
            ),
        ),
        (
            "payment.md",
            page::<PaymentState>(
                "One try at paying an order. `Unknown` carries why nobody knows; it ends by an \
                 inquiry's answer, a confirmed reversal, or a named member of staff.",
            ),
        ),
        (
            "refund.md",
            page::<RefundState>(
                "Money on its way back to a guest. Silence after the wish was sent is `Unknown`: \
                 the gateway is asked before anything is sent again.",
            ),
        ),
        (
            "cash_receipt.md",
            page::<CashReceiptState>(
                "A cash receipt, issued once and voided with its sale. `Unknown` and \
                 `NeedsStaff` carry what was being done: issuing or voiding.",
            ),
        ),
        (
            "relay.md",
            page::<RelayState>(
                "One message for the counter POS. After an answer that did not come, the POS \
                 is looked up before anything is sent again.",
            ),
        ),
        (
            "print.md",
            page::<PrintState>(
                "One ticket for one printer. Silence after a byte was written is `SentUnconfirmed`: \
                 never taken for printed, and never printed again unasked.",
            ),
        ),
    ]
}

/// A machine as a page: a diagram of its moves and the table of its steps.
fn page<M: Machine>(about: &str) -> String {
    let rows = table::<M>();
    let mut page = format!(
        "# {}\n\n{about}\n\nMade from the code by `cargo xtask states`; a test fails when this \
         page is stale.\n\n",
        M::NAME
    );
    diagram::<M>(&rows, &mut page);
    page.push_str("\n| State | Event | Next | Effects |\n|---|---|---|---|\n");
    for row in &rows {
        let effects = row.effects.join(", ");
        let _ = writeln!(
            page,
            "| {} | {} | {} | {effects} |",
            row.from, row.event, row.to
        );
    }
    let pairs = M::states().len().saturating_mul(M::events().len());
    let _ = writeln!(
        page,
        "\n{} of {pairs} pairs of state and event are allowed; the rest are refused.",
        rows.len()
    );
    page
}

/// The moves between states as a Mermaid diagram: one arrow for each pair of states,
/// with every event that leads along it.
fn diagram<M: Machine>(rows: &[Row], page: &mut String) {
    page.push_str("```mermaid\nstateDiagram-v2\n");
    if let Some(first) = M::states().first() {
        let _ = writeln!(page, "    [*] --> {}", node(&format!("{first:?}")));
    }
    let mut arrows: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for row in rows.iter().filter(|row| row.from != row.to) {
        let same = |(from, to, _): &&mut (&str, &str, Vec<&str>)| {
            *from == row.from.as_str() && *to == row.to.as_str()
        };
        match arrows.iter_mut().find(same) {
            Some((_, _, events)) => events.push(&row.event),
            None => arrows.push((&row.from, &row.to, vec![&row.event])),
        }
    }
    for (from, to, events) in arrows {
        let _ = writeln!(
            page,
            "    {} --> {} : {}",
            node(from),
            node(to),
            events.join(" / ")
        );
    }
    page.push_str("```\n");
}

/// A state's name as Mermaid takes it: `Unknown(Restart)` as `Unknown_Restart`.
fn node(state: &str) -> String {
    state.replace('(', "_").replace(')', "")
}
