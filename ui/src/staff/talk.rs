//! What staff read about places, printers, the POS and payments.
//!
//! Deliberately absent: words of its own; all are in `locales/`.

use leptos::prelude::*;
use soban_domain::ids::{PrinterId, ScreenId, StationId};
use soban_domain::menu::Dining;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::print::{PrintState, Slip};
use soban_domain::refund::RefundState;
use soban_domain::text::Lang;
use soban_protocol::view::{OrderView, PosCondition, PrintView, PrinterCondition};

use crate::{say, words};

/// A screen's name: `kiosk-1` and `table-7` are spoken, others are written as they are.
pub(super) fn screen(lang: Lang, screen: &ScreenId) -> String {
    match screen.as_str().split_once('-') {
        Some(("kiosk", number)) => say!(lang, staff.kiosk, number = number.to_owned()),
        Some(("table", number)) => say!(lang, staff.table, number = number.to_owned()),
        Some(_) | None => screen.to_string(),
    }
}

/// Where an order came from and where it is eaten.
pub(super) fn origin(lang: Lang, order: &OrderView) -> String {
    let dining = match order.priced.dining {
        Dining::EatIn => say!(lang, common.eat_in_short),
        Dining::TakeOut => say!(lang, common.take_out_short),
    };
    format!("{} · {dining}", screen(lang, &order.screen))
}

/// How an order's money stands.
pub(super) fn money(lang: Lang, order: &OrderView) -> String {
    let price = words::won(lang, order.priced.total);
    match &order.payment {
        Some(payment) if payment.state.is_paid() => {
            let method = method(lang, payment.method);
            say!(lang, staff.paid, method = method, price = price)
        }
        Some(_) => say!(lang, staff.to_pay, price = price),
        None => say!(lang, staff.free),
    }
}

/// How something was paid, in a word or two.
pub(super) fn method(lang: Lang, method: Method) -> String {
    match method {
        Method::Kakaopay => say!(lang, staff.by_kakaopay),
        Method::Toss => say!(lang, staff.by_toss),
        Method::Barcode => say!(lang, staff.by_barcode),
        Method::Qr => say!(lang, staff.by_qr),
        Method::Sticker => say!(lang, staff.by_sticker),
        Method::Counter => say!(lang, staff.by_counter),
    }
}

/// What it was paid with, as the gateway calls it; nothing where that has no word.
pub(super) fn kind(lang: Lang, kind: &str) -> Option<String> {
    match kind {
        "MONEY" => Some(say!(lang, paper.kind_money)),
        "CARD" => Some(say!(lang, paper.kind_card)),
        "CASH" => Some(say!(lang, paper.kind_cash)),
        _ => None,
    }
}

/// Where a payment stands.
pub(super) fn payment_state(lang: Lang, state: PaymentState) -> String {
    match state {
        PaymentState::Prepared | PaymentState::Asking => say!(lang, staff.state_asking),
        PaymentState::Waiting => say!(lang, staff.state_waiting),
        PaymentState::Approving => say!(lang, staff.state_approving),
        PaymentState::Unknown(_) => say!(lang, staff.state_unknown),
        PaymentState::Closing => say!(lang, staff.state_closing),
        PaymentState::Approved => say!(lang, staff.state_approved),
        PaymentState::Declined => say!(lang, staff.state_declined),
        PaymentState::Expired => say!(lang, staff.state_expired),
        PaymentState::Reversing => say!(lang, staff.state_reversing),
        PaymentState::Reversed => say!(lang, staff.state_reversed),
        PaymentState::Voided => say!(lang, staff.state_voided),
        PaymentState::PartlyRefunded => say!(lang, staff.state_partly_refunded),
        PaymentState::Refunded => say!(lang, staff.state_refunded),
        PaymentState::NeedsStaff => say!(lang, staff.state_needs_staff),
    }
}

/// Where a refund stands.
pub(super) fn refund_state(lang: Lang, state: RefundState) -> String {
    match state {
        RefundState::Prepared | RefundState::Sending => say!(lang, staff.refund_sending),
        RefundState::Unknown => say!(lang, staff.refund_unknown),
        RefundState::Done => say!(lang, staff.refund_done),
        RefundState::Refused => say!(lang, staff.refund_refused),
        RefundState::NeedsStaff => say!(lang, staff.refund_needs),
    }
}

/// What the other side said last, word for word.
pub(super) fn evidence(lang: Lang, said: Option<&str>) -> Option<AnyView> {
    said.map(|said| {
        view! {
            <p class="d-evidence">
                <span>{say!(lang, staff.evidence)}</span>
                <code>{said.to_owned()}</code>
            </p>
        }
        .into_any()
    })
}

/// A printer's name.
pub(super) fn printer(lang: Lang, printer: &PrinterId) -> String {
    match printer.as_str() {
        "receipt" => say!(lang, staff.printer_receipt),
        "kitchen" => say!(lang, staff.printer_kitchen),
        "bar" => say!(lang, staff.printer_bar),
        other => say!(lang, staff.printer_other, id = other.to_owned()),
    }
}

/// A printer with how it is.
pub(super) fn printer_condition(
    lang: Lang,
    named: &PrinterId,
    condition: PrinterCondition,
) -> String {
    let printer = printer(lang, named);
    match condition {
        PrinterCondition::Well => say!(lang, staff.printer_well, printer = printer),
        PrinterCondition::PaperLow => say!(lang, staff.printer_paper_low, printer = printer),
        PrinterCondition::PaperOut => say!(lang, staff.printer_paper_out, printer = printer),
        PrinterCondition::CoverOpen => say!(lang, staff.printer_cover, printer = printer),
        PrinterCondition::Error => say!(lang, staff.printer_error, printer = printer),
        PrinterCondition::Offline => say!(lang, staff.printer_offline, printer = printer),
        PrinterCondition::Unreachable => say!(lang, staff.printer_unreachable, printer = printer),
    }
}

/// How the POS is.
pub(super) fn pos_condition(lang: Lang, condition: PosCondition) -> String {
    match condition {
        PosCondition::Open => say!(lang, staff.pos_open),
        PosCondition::DayClosed => say!(lang, staff.pos_closed),
        PosCondition::Unreachable => say!(lang, staff.pos_unreachable),
    }
}

fn station(lang: Lang, station: &StationId) -> String {
    match station.as_str() {
        "kitchen" => say!(lang, staff.station_kitchen),
        "bar" => say!(lang, staff.station_bar),
        other => other.to_owned(),
    }
}

/// What a job prints, and which copy it is.
pub(super) fn slip(lang: Lang, print: &PrintView) -> String {
    let slip = match &print.slip {
        Slip::Receipt => say!(lang, staff.slip_receipt),
        Slip::Kitchen(at) => say!(lang, staff.slip_kitchen, station = station(lang, at)),
        Slip::Fallback => say!(lang, staff.slip_fallback),
        Slip::Refund(_) => say!(lang, staff.slip_refund),
    };
    if print.copy > 1 {
        let copy = say!(lang, staff.copy, number = (print.copy - 1).to_string());
        format!("{slip} · {copy}")
    } else {
        slip
    }
}

/// How a job stands.
pub(super) fn print_state(lang: Lang, state: PrintState) -> String {
    match state {
        PrintState::Queued => say!(lang, staff.print_queued),
        PrintState::Sending => say!(lang, staff.print_sending),
        PrintState::SentUnconfirmed => say!(lang, staff.print_unconfirmed),
        PrintState::Printed => say!(lang, staff.print_printed),
        PrintState::Failed => say!(lang, staff.print_failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Screens that the sample names are spoken in every language, others keep their name.
    #[test]
    fn screens_have_names() {
        let name = |text: &str, lang| screen(lang, &text.parse().unwrap());
        assert_eq!(name("kiosk-1", Lang::Ko), "키오스크 1");
        assert_eq!(name("table-7", Lang::Ko), "7번 테이블");
        assert_eq!(name("kiosk-1", Lang::En), "Kiosk 1");
        assert_eq!(name("window", Lang::En), "window");
    }
}
