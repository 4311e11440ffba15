//! Which screen a guest sees.
//!
//! Guarantees: while an order lives, the screen follows from the hub's word on it and from
//! nothing else, so that a reload shows the truth; paying is offered only where no earlier
//! payment can still take money; an idle guest is sent away only from where no money moves.
//! Deliberately absent: drawing, and talking to the hub.

use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::view::{OrderView, PaymentPage};

/// Where the guest is, as far as it is theirs to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Eat in or take out?
    #[default]
    Start,
    /// Choosing dishes.
    Menu,
    /// Looking over the basket, and how to pay.
    Review,
    /// An order lives: the hub's word decides.
    Order,
}

/// Where the guest wants to go when the payment at hand is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// To another way to pay, for the same order.
    ToMethods,
    /// Back to the basket; the order is given up.
    ToBasket,
}

/// Why a payment closed without money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unpaid {
    /// Refused, or given up on the phone.
    Declined,
    /// The time ran out.
    Expired,
    /// Money was taken and went back.
    Reversed,
}

/// What is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// Eat in or take out?
    Start,
    /// Dishes.
    Menu,
    /// The basket, and how to pay.
    Review,
    /// The order waits and nothing is being paid: how?
    Choose,
    /// The gateway is being asked.
    Asking,
    /// A QR for the phone.
    Qr,
    /// A QR for the payer's own banking app.
    BankQr,
    /// A code of the guest's app for the scanner.
    Scan,
    /// A window of the gateway.
    Window,
    /// Pay at the counter.
    Counter,
    /// Pay by the shop's printed QR.
    Sticker,
    /// 결제 확인 중: money may have moved.
    Confirming,
    /// The payment is being closed.
    Closing,
    /// Money goes back.
    Returning,
    /// Only staff can tell.
    AskStaff,
    /// Not paid.
    Unpaid(Unpaid),
    /// Paid, with a number.
    Done,
}

impl Screen {
    /// Its name on `<body data-screen>`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Screen::Start => "start",
            Screen::Menu => "menu",
            Screen::Review => "review",
            Screen::Choose => "choose",
            Screen::Asking => "asking",
            Screen::Qr => "qr",
            Screen::BankQr => "bank-qr",
            Screen::Scan => "scan",
            Screen::Window => "window",
            Screen::Counter => "counter",
            Screen::Sticker => "sticker",
            Screen::Confirming => "confirming",
            Screen::Closing => "closing",
            Screen::Returning => "returning",
            Screen::AskStaff => "ask-staff",
            Screen::Unpaid(_) => "unpaid",
            Screen::Done => "done",
        }
    }

    /// True where a guest who is gone is sent away, after a warning. Never while a payment
    /// is under way.
    pub(super) fn may_idle(self) -> bool {
        match self {
            Screen::Start | Screen::Menu | Screen::Review | Screen::Choose | Screen::Unpaid(_) => {
                true
            }
            Screen::Asking
            | Screen::Qr
            | Screen::BankQr
            | Screen::Scan
            | Screen::Window
            | Screen::Counter
            | Screen::Sticker
            | Screen::Confirming
            | Screen::Closing
            | Screen::Returning
            | Screen::AskStaff
            | Screen::Done => false,
        }
    }

    /// True where the screen goes back to the start by itself, told in seconds.
    pub(super) fn ends_by_itself(self) -> Option<u32> {
        match self {
            Screen::Done => Some(15),
            Screen::Counter => Some(30),
            // Paying with one's own app takes longer than reading a number.
            Screen::Sticker => Some(90),
            _ => None,
        }
    }

    /// True while the hub's answer is waited for, so that it is asked now and then even
    /// where no event comes.
    pub(super) fn is_waiting(self) -> bool {
        match self {
            Screen::Asking
            | Screen::Qr
            | Screen::BankQr
            | Screen::Scan
            | Screen::Window
            | Screen::Counter
            | Screen::Sticker
            | Screen::Confirming
            | Screen::Closing
            | Screen::Returning
            | Screen::AskStaff => true,
            Screen::Start
            | Screen::Menu
            | Screen::Review
            | Screen::Choose
            | Screen::Unpaid(_)
            | Screen::Done => false,
        }
    }
}

/// What is on the screen.
pub(super) fn screen(place: Place, order: Option<&OrderView>, leaving: Option<Leaving>) -> Screen {
    match (place, order) {
        (Place::Start, _) | (Place::Order, None) => Screen::Start,
        (Place::Menu, _) => Screen::Menu,
        (Place::Review, _) => Screen::Review,
        (Place::Order, Some(order)) => match (of_order(order), leaving) {
            // Asked for by the guest, so it needs no explanation.
            (Screen::Unpaid(Unpaid::Declined | Unpaid::Expired), Some(Leaving::ToMethods)) => {
                Screen::Choose
            }
            (Screen::Unpaid(_) | Screen::Choose, Some(Leaving::ToBasket)) => Screen::Closing,
            (screen, _) => screen,
        },
    }
}

/// The screen of an order.
fn of_order(order: &OrderView) -> Screen {
    let payment = order.payment.as_ref();
    match order.state {
        OrderState::Released
        | OrderState::Accepted
        | OrderState::Ready
        | OrderState::Done
        | OrderState::NeedsStaff => Screen::Done,
        OrderState::Abandoned => Screen::Start,
        OrderState::Placed | OrderState::Paying | OrderState::AtCounter => match payment {
            None => Screen::Choose,
            Some(payment) => of_payment(payment.state, payment.method, payment.page.as_ref()),
        },
    }
}

fn of_payment(state: PaymentState, method: Method, page: Option<&PaymentPage>) -> Screen {
    match (state, method) {
        (PaymentState::Waiting, Method::Counter) => Screen::Counter,
        (PaymentState::Waiting, Method::Sticker) => Screen::Sticker,
        (PaymentState::Prepared | PaymentState::Asking, _) => Screen::Asking,
        (PaymentState::Waiting, Method::Kakaopay | Method::Toss | Method::Barcode | Method::Qr) => {
            match page {
                Some(PaymentPage::Qr { .. }) => Screen::Qr,
                Some(PaymentPage::BankQr { .. }) => Screen::BankQr,
                Some(PaymentPage::Scan) => Screen::Scan,
                Some(PaymentPage::Window { .. }) => Screen::Window,
                None => Screen::Asking,
            }
        }
        // Approved and not yet released lasts as long as one transaction.
        (
            PaymentState::Approving
            | PaymentState::Unknown(_)
            | PaymentState::Approved
            | PaymentState::Voided
            | PaymentState::PartlyRefunded
            | PaymentState::Refunded,
            _,
        ) => Screen::Confirming,
        (PaymentState::Closing, _) => Screen::Closing,
        (PaymentState::Reversing, _) => Screen::Returning,
        (PaymentState::NeedsStaff, _) => Screen::AskStaff,
        (PaymentState::Declined, _) => Screen::Unpaid(Unpaid::Declined),
        (PaymentState::Expired, _) => Screen::Unpaid(Unpaid::Expired),
        (PaymentState::Reversed, _) => Screen::Unpaid(Unpaid::Reversed),
    }
}

#[cfg(test)]
mod tests {
    use soban_domain::machine::Machine;
    use soban_domain::payment::{Cause, Flow};

    use super::*;

    /// What the hub gives a guest to pay with.
    fn page(method: Method) -> Option<PaymentPage> {
        match method.flow() {
            Flow::Page => Some(PaymentPage::Qr {
                text: "https://pay".to_owned(),
            }),
            Flow::Shown => Some(PaymentPage::BankQr {
                text: "000201".to_owned(),
            }),
            Flow::Scan => Some(PaymentPage::Scan),
            Flow::Staff => None,
        }
    }

    /// A way to pay is offered only where the attempt is closed without money: every state
    /// of every method is tried, with its page and without, and compared with the domain's
    /// own word on it.
    #[test]
    fn no_second_payment_while_one_may_take_money() {
        for state in PaymentState::states() {
            for method in Method::ALL {
                for page in [None, page(method)] {
                    let screen = of_payment(state, method, page.as_ref());
                    let offers = matches!(screen, Screen::Choose | Screen::Unpaid(_));
                    assert_eq!(offers, state.is_closed_unpaid(), "{state:?} {method:?}");
                }
            }
        }
    }

    /// Nobody is sent away while money may move: every open state of every method is
    /// tried.
    #[test]
    fn payments_are_never_idle() {
        for state in PaymentState::states() {
            for method in Method::ALL {
                let screen = of_payment(state, method, page(method).as_ref());
                if !state.is_closed_unpaid() {
                    assert!(!screen.may_idle(), "{state:?} {method:?}");
                    assert!(screen.is_waiting(), "{state:?} {method:?}");
                }
            }
        }
    }

    /// Every method has a screen of its own to pay on, and ends by itself only where
    /// staff go on with it: all of them, while the guest has them in hand.
    #[test]
    fn every_method_has_its_screen() {
        for method in Method::ALL {
            let screen = of_payment(PaymentState::Waiting, method, page(method).as_ref());
            let due = match method {
                Method::Kakaopay | Method::Toss => Screen::Qr,
                Method::Qr => Screen::BankQr,
                Method::Barcode => Screen::Scan,
                Method::Sticker => Screen::Sticker,
                Method::Counter => Screen::Counter,
            };
            assert_eq!(screen, due);
            let with_staff = method.flow() == Flow::Staff;
            assert_eq!(screen.ends_by_itself().is_some(), with_staff);
        }
    }

    /// What nobody knows yet is shown as being checked, whatever the cause and the method.
    #[test]
    fn unknown_is_being_checked() {
        for cause in Cause::ALL {
            for method in Method::ALL {
                let screen = of_payment(PaymentState::Unknown(cause), method, None);
                assert_eq!(screen, Screen::Confirming);
            }
        }
    }
}
