//! What guests do, step by step, and how they take the answers.
//!
//! Guarantees: a step whose answer did not come is done again with the same ids, over
//! crashes too; what a guest was shown is noted only if the answer truly came.

use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;
use soban_domain::cart::{Cart, CartLine};
use soban_domain::menu::Dining;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::text::{Lang, Note};
use soban_engine::{Engine, EngineError};
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{
    LeaveOrderRequest, MakeQuoteRequest, OrderStatusRequest, PlaceOrderRequest,
    PrintReceiptRequest, QuoteReply, StartPaymentRequest,
};
use soban_protocol::view::OrderView;

use super::guest::Guest;
use super::shock::Shock;
use super::town::{Town, lock};
use crate::samples::slug;

mod paying;

/// Tries of a step at most; a guest who waits so long goes home.
const TRIES_MOST: u32 = 400;

/// A step of a guest.
#[derive(Clone, Debug)]
pub enum Act {
    /// Asks for a price. Who is told "sold out" goes home.
    Quote(Vec<(&'static str, u32)>),
    /// Puts the order on disk.
    Place,
    /// Begins a payment. Who is told that another one is open waits and tries again; who
    /// is told that it is paid is content.
    Start(Method),
    /// Taps "pay" twice at the same moment, from two screens.
    StartTwice(Method),
    /// Waits for what is to be paid with; goes on too where the payment is over before.
    Shown,
    /// Does their part of the payment: authenticates, shows a code, pays the shown code.
    Pay,
    /// Pays a shown code with a difference in won, so many seconds later.
    PayOddly(i64, u32),
    /// The phone comes home; at a scanner, the code is read.
    Home,
    /// The phone of another guest comes home to this payment.
    HomeWithTokenOf(usize),
    /// Goes back from the gateway's page.
    QuitPage,
    /// Gives the payment up at the screen.
    Leave,
    /// Gives the order up.
    LeaveOrder,
    /// Waits so many seconds.
    Wait(u32),
    /// Waits until the payment is over, one way or the other, or with staff.
    Ended,
    /// Hands cash over at the counter, and staff take it.
    HandCash,
    /// Has staff send so many pieces of the first line back; none for all that is left.
    Refund(Option<u32>),
    /// Takes a receipt.
    Receipt,
    /// Something happens outside at this very moment.
    Strike(Shock),
    /// A command that was answered comes again with another body.
    Reuse,
}

/// How a step went.
enum Turn {
    Done,
    Wait(u64),
    Gone,
}

/// An engine's answer as a guest takes it.
enum Said<T> {
    Fine(T),
    /// No, for this reason.
    No(ErrorCode),
    /// No answer, or none that helps: again later.
    Nothing,
}

fn wait(seconds: u64) -> Turn {
    Turn::Wait(seconds)
}

impl Town {
    /// Follows a guest's script from where it stopped.
    pub(crate) async fn follow(&self, engine: &Engine, guest: &Mutex<Guest>) {
        loop {
            let now = lock(guest).clone();
            if now.is_over() {
                return;
            }
            let Some(act) = now.script.get(now.step).cloned() else {
                return;
            };
            if now.tries == 0 {
                self.watch.say(&format!("guest {}: {act:?}", now.number));
            }
            let turn = self.perform(engine, guest, &now, &act).await;
            if self.watch.is_down() {
                std::future::pending::<()>().await;
            }
            let pause = {
                let mut guest = lock(guest);
                guest.tries += 1;
                match turn {
                    Turn::Done => {
                        guest.step += 1;
                        guest.tries = 0;
                        0
                    }
                    Turn::Wait(seconds) if guest.tries < TRIES_MOST => seconds,
                    Turn::Wait(_) | Turn::Gone => {
                        guest.gone = true;
                        0
                    }
                }
            };
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
    }

    async fn perform(&self, engine: &Engine, at: &Mutex<Guest>, guest: &Guest, act: &Act) -> Turn {
        match act {
            Act::Quote(items) => self.quote(engine, at, guest, items).await,
            Act::Place => self.place(engine, guest).await,
            Act::Start(method) => self.start(engine, at, guest, *method).await,
            Act::StartTwice(method) => self.start_twice(engine, at, guest, *method).await,
            Act::Shown => self.shown(engine, guest).await,
            Act::Pay => self.pay(engine, at, guest).await,
            Act::PayOddly(more, later) => self.pay_oddly(engine, guest, *more, *later).await,
            Act::Home => self.home(engine, guest, guest.token.clone()).await,
            Act::HomeWithTokenOf(other) => {
                let token = self.guests.get(*other).and_then(|other| {
                    let other = lock(other);
                    other.token.clone().or(other.old_tokens.last().cloned())
                });
                self.home(engine, guest, token).await
            }
            Act::QuitPage => self.quit_page(engine, guest).await,
            Act::Leave => self.leave(engine, guest).await,
            Act::LeaveOrder => self.leave_order(engine, guest).await,
            Act::Wait(seconds) if guest.tries == 0 => wait(u64::from(*seconds)),
            Act::Wait(_) => Turn::Done,
            Act::Ended => self.ended(engine, guest).await,
            Act::HandCash => self.hand_cash(engine, guest).await,
            Act::Refund(pieces) => self.refund(engine, guest, *pieces).await,
            Act::Receipt => self.receipt(engine, guest).await,
            Act::Strike(shock) => {
                self.strike(shock).await;
                Turn::Done
            }
            Act::Reuse => self.reuse(engine, guest).await,
        }
    }

    /// Takes an answer, if it truly came.
    async fn hear<T>(&self, answer: Result<T, EngineError>) -> Said<T> {
        if self.watch.is_down() {
            // The program was gone before the answer came.
            std::future::pending::<()>().await;
        }
        match answer {
            Ok(answer) => Said::Fine(answer),
            Err(EngineError::Refused(refusal)) => {
                self.watch.say(&format!("  refused: {:?}", refusal.code));
                match refusal.code {
                    ErrorCode::Busy | ErrorCode::StoreBroken | ErrorCode::Internal => Said::Nothing,
                    code => Said::No(code),
                }
            }
            Err(error) => {
                self.watch.say(&format!("  failed: {error}"));
                Said::Nothing
            }
        }
    }

    async fn hear_view(&self, answer: Result<OrderView, EngineError>) -> Said<OrderView> {
        let said = self.hear(answer).await;
        if let Said::Fine(view) = &said {
            self.show(view);
        }
        said
    }

    /// The same command once more has the same answer.
    fn same<T: Serialize>(&self, first: &T, again: &T) {
        let text = |answer: &T| serde_json::to_string(answer).unwrap_or_default();
        if text(first) != text(again) {
            self.wrong("09 commands are idempotent", "a repeat had another answer");
        }
    }

    async fn quote(
        &self,
        engine: &Engine,
        at: &Mutex<Guest>,
        guest: &Guest,
        items: &[(&'static str, u32)],
    ) -> Turn {
        let line = |(item, quantity): &(&str, u32)| CartLine {
            item: slug(item),
            quantity: *quantity,
            answers: Vec::new(),
            memo: Note::default(),
        };
        let request = MakeQuoteRequest {
            command: guest.command(),
            screen: guest.screen(),
            lang: Lang::Ko,
            cart: Cart {
                dining: Dining::EatIn,
                lines: items.iter().map(line).collect(),
            },
            seen: Vec::new(),
            instead_of: None,
        };
        let answer = engine.make_quote(request.clone()).await;
        match self.hear(answer).await {
            Said::Fine(reply) => {
                if guest.repeats
                    && let Said::Fine(again) = self.hear(engine.make_quote(request).await).await
                {
                    self.same(&reply, &again);
                }
                let QuoteReply::Quoted { quote, priced, .. } = reply else {
                    self.watch.saw("outcome: sold out");
                    return Turn::Gone;
                };
                let mut guest = lock(at);
                guest.quote = Some(quote);
                guest.price = Some(priced.total.0);
                Turn::Done
            }
            Said::No(_) => Turn::Gone,
            Said::Nothing => wait(3),
        }
    }

    async fn place(&self, engine: &Engine, guest: &Guest) -> Turn {
        let Some(quote) = guest.quote else {
            return Turn::Gone;
        };
        let request = PlaceOrderRequest {
            command: guest.command(),
            order: guest.order(),
            quote,
        };
        match self
            .hear_view(engine.place_order(request.clone()).await)
            .await
        {
            Said::Fine(view) => {
                if guest.price != Some(view.priced.total.0) {
                    self.wrong("10 the price is the quote's", "the order costs another sum");
                }
                if guest.repeats
                    && let Said::Fine(again) = self.hear(engine.place_order(request).await).await
                {
                    self.same(&view, &again);
                }
                Turn::Done
            }
            Said::No(_) => Turn::Gone,
            Said::Nothing => wait(3),
        }
    }

    /// How the guest's order stands, as the screen shows it.
    async fn view(&self, engine: &Engine, guest: &Guest) -> Option<OrderView> {
        let order = guest.order();
        let answer = engine.order_status(OrderStatusRequest { order }).await;
        match self.hear(answer).await {
            Said::Fine(view) => {
                self.show(&view);
                Some(view)
            }
            Said::No(_) | Said::Nothing => None,
        }
    }

    async fn shown(&self, engine: &Engine, guest: &Guest) -> Turn {
        let Some(view) = self.view(engine, guest).await else {
            return wait(2);
        };
        let state = view.payment.as_ref().map(|payment| payment.state);
        match state {
            Some(PaymentState::Prepared | PaymentState::Asking) => wait(1),
            Some(_) | None => Turn::Done,
        }
    }

    async fn leave_order(&self, engine: &Engine, guest: &Guest) -> Turn {
        let (command, order) = (guest.command(), guest.order());
        let answer = engine
            .leave_order(LeaveOrderRequest { command, order })
            .await;
        match self.hear_view(answer).await {
            Said::Fine(_) => Turn::Done,
            Said::No(ErrorCode::PaymentOpen) => wait(5),
            Said::No(_) => Turn::Done,
            Said::Nothing => wait(2),
        }
    }

    async fn ended(&self, engine: &Engine, guest: &Guest) -> Turn {
        let Some(view) = self.view(engine, guest).await else {
            return wait(3);
        };
        if view.state.is_released() {
            self.watch.saw("outcome: paid");
            return Turn::Done;
        }
        match view.payment.map(|payment| payment.state) {
            None => Turn::Done,
            Some(PaymentState::NeedsStaff) => {
                self.watch.saw("outcome: with staff");
                // A guest stays for a while, for staff may end it.
                if guest.tries > 60 {
                    Turn::Gone
                } else {
                    wait(3)
                }
            }
            Some(state) if state.is_closed_unpaid() => {
                self.watch.saw("outcome: not paid");
                Turn::Done
            }
            Some(_) if view.state == OrderState::Abandoned => Turn::Gone,
            Some(_) => wait(2),
        }
    }

    async fn receipt(&self, engine: &Engine, guest: &Guest) -> Turn {
        let (command, order) = (guest.command(), guest.order());
        let answer = engine
            .print_receipt(PrintReceiptRequest { command, order })
            .await;
        match self.hear_view(answer).await {
            Said::Fine(_) | Said::No(_) => Turn::Done,
            Said::Nothing => wait(2),
        }
    }

    /// The command of the step before, with another body: it must be refused.
    async fn reuse(&self, engine: &Engine, guest: &Guest) -> Turn {
        let mut before = guest.clone();
        before.step = before.step.saturating_sub(1);
        let [_, attempt] = before.new_attempts();
        let answer = engine.start_payment(StartPaymentRequest {
            command: before.command(),
            attempt,
            order: guest.order(),
            method: Method::Counter,
        });
        match self.hear(answer.await).await {
            Said::Fine(_) => {
                self.wrong("09 commands are idempotent", "another body was taken");
                Turn::Done
            }
            Said::No(ErrorCode::CommandReused) => Turn::Done,
            Said::No(code) => {
                self.wrong("09 commands are idempotent", format!("refused as {code:?}"));
                Turn::Done
            }
            Said::Nothing => wait(2),
        }
    }
}
