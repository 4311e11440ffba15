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
    /// Declined on the phone, then paid at the counter, and a cash receipt asked for by a
    /// phone's number.
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
    /// Paid on the phone, and staff give all of it back; the gateway's answer is lost.
    GivenBack,
    /// Paid on the phone, and staff give the drink back; the gateway fails at first.
    PartlyBack,
    /// The guest leaves the payment, the phone comes home all the same, the guest goes.
    GuestLeaves,
}

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Paid, at the till, on paper.
    Paid,
    /// The same, and so much of the money went back.
    Back(Back),
    /// Given up, and nothing of it anywhere.
    Left,
}

/// How much went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Back {
    /// All of it.
    All,
    /// The second line: so many won.
    Drink(i64),
}

/// The price of the drink that every order here has as its second line.
const DRINK: i64 = 2_500;

impl End {
    /// True where kitchen and till have the order.
    pub(crate) fn is_released(self) -> bool {
        self != End::Left
    }

    /// How much of a total is with the house in the end, in won.
    pub(crate) fn kept(self, total: i64) -> i64 {
        match self {
            End::Paid => total,
            End::Back(Back::Drink(price)) => total - price,
            End::Back(Back::All) | End::Left => 0,
        }
    }
}

impl Scenario {
    pub(crate) const ALL: [Scenario; 12] = [
        Scenario::Paid,
        Scenario::ApprovalLost,
        Scenario::ApprovalLate,
        Scenario::DeclinedThenCounter,
        Scenario::PosDown,
        Scenario::PosSilent,
        Scenario::PrinterOut,
        Scenario::TicketTorn,
        Scenario::Receipt,
        Scenario::GivenBack,
        Scenario::PartlyBack,
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
            Scenario::GivenBack => End::Back(Back::All),
            Scenario::PartlyBack => End::Back(Back::Drink(DRINK)),
            _ => End::Paid,
        }
    }

    /// True where the guest wants a cash receipt (현금영수증).
    pub(crate) fn wants_cash_receipt(self) -> bool {
        self == Scenario::DeclinedThenCounter
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
            Scenario::GivenBack => outside.next("payment.cancel", "reply_lost", 1).await,
            Scenario::PartlyBack => outside.next("payment.cancel", "unavailable", 1).await,
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
