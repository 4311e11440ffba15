//! What happens to an order besides the kill.

use serde_json::json;
use soban_tests::outside::Outside;

/// A guest's way, with what the world outside does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// Paid on the phone.
    Paid,
    /// The approval's answer is lost, and so is the first inquiry's.
    ApprovalLost,
    /// The approval is taken after the hub has been asked about it.
    ApprovalLate,
    /// Declined on the phone, then paid at the counter.
    DeclinedThenCounter,
    /// The till does not answer at first.
    PosDown,
    /// The till takes the order and its answer is lost.
    PosSilent,
    /// The kitchen's printer has no paper at first.
    PrinterOut,
    /// The kitchen's paper ends within the ticket.
    TicketTorn,
    /// Paid on the phone, and a receipt asked for.
    Receipt,
    /// The guest leaves the payment, the phone comes home all the same, the guest goes.
    GuestLeaves,
}

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Paid, at the till, on paper.
    Paid,
    /// Given up, and nothing of it anywhere.
    Left,
}

impl Scenario {
    pub(crate) const ALL: [Scenario; 10] = [
        Scenario::Paid,
        Scenario::ApprovalLost,
        Scenario::ApprovalLate,
        Scenario::DeclinedThenCounter,
        Scenario::PosDown,
        Scenario::PosSilent,
        Scenario::PrinterOut,
        Scenario::TicketTorn,
        Scenario::Receipt,
        Scenario::GuestLeaves,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn named(name: &str) -> Option<Scenario> {
        Scenario::ALL.into_iter().find(|s| s.name() == name)
    }

    pub(crate) fn end(self) -> End {
        match self {
            Scenario::GuestLeaves => End::Left,
            _ => End::Paid,
        }
    }

    /// Makes the world outside as bad as it will be. The till takes no order for known: a
    /// second sending would be a second order.
    pub(crate) async fn spoil(self, outside: &Outside) {
        mend(outside).await;
        match self {
            Scenario::Paid | Scenario::Receipt | Scenario::GuestLeaves => {}
            Scenario::ApprovalLost => {
                outside.next("payment.approve", "reply_lost", 1).await;
                outside.next("payment.order", "unavailable", 1).await;
            }
            Scenario::ApprovalLate => {
                let late = json!({
                    "endpoint": "payment.approve", "fault": "late", "times": 1, "delay_ms": 800,
                });
                outside.fault(late).await;
            }
            Scenario::DeclinedThenCounter => {
                let no = json!({
                    "endpoint": "payment.approve", "fault": "decline", "times": 1, "code": -704,
                });
                outside.fault(no).await;
            }
            Scenario::PosDown => outside.next("pos.submit", "unavailable", 2).await,
            Scenario::PosSilent => outside.next("pos.submit", "reply_lost", 1).await,
            Scenario::PrinterOut => {
                outside.switch("printer.kitchen", "paper_out", true).await;
            }
            Scenario::TicketTorn => {
                let torn = json!({
                    "endpoint": "printer.kitchen", "fault": "paper_out", "after_lines": 4,
                });
                outside.fault(torn).await;
            }
        }
    }
}

/// Makes the world outside well again.
pub(crate) async fn mend(outside: &Outside) {
    outside.no_faults().await;
    outside.switch("pos", "no_dedupe", true).await;
}
