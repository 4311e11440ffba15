//! How guests pay: at a gateway's page, with a code, at the counter.

use std::sync::Mutex;

use soban_domain::money::Won;
use soban_domain::payment::{Flow, Method, Offer, PaymentState};
use soban_domain::refund::RefundLine;
use soban_engine::Engine;
use soban_engine::ports::store::{StoreError, look};
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::{
    Came, GuestReturnRequest, LeavePaymentRequest, ScanCodeRequest, StartPaymentRequest,
};
use soban_protocol::secret::Secret;

use super::{Said, Turn, wait};
use crate::sim::guest::Guest;
use crate::sim::staff;
use crate::sim::town::{Town, lock};

impl Town {
    pub(super) async fn start(
        &self,
        engine: &Engine,
        at: &Mutex<Guest>,
        guest: &Guest,
        method: Method,
    ) -> Turn {
        let [attempt, _] = guest.new_attempts();
        let request = StartPaymentRequest {
            command: guest.command(),
            attempt,
            order: guest.order(),
            method,
        };
        match self
            .hear_view(engine.start_payment(request.clone()).await)
            .await
        {
            Said::Fine(view) => {
                lock(at).began(attempt, method);
                if guest.repeats
                    && let Said::Fine(again) = self.hear(engine.start_payment(request).await).await
                {
                    self.same(&view, &again);
                }
                Turn::Done
            }
            Said::No(ErrorCode::PaymentOpen) => wait(5),
            Said::No(ErrorCode::AlreadyPaid) => Turn::Gone,
            Said::No(_) => Turn::Gone,
            Said::Nothing => wait(3),
        }
    }

    pub(super) async fn start_twice(
        &self,
        engine: &Engine,
        at: &Mutex<Guest>,
        guest: &Guest,
        method: Method,
    ) -> Turn {
        let [one, two] = guest.new_attempts();
        let request = |command, attempt| StartPaymentRequest {
            command,
            attempt,
            order: guest.order(),
            method,
        };
        let (first, second) = tokio::join!(
            engine.start_payment(request(guest.command(), one)),
            engine.start_payment(request(guest.second_command(), two)),
        );
        let mut begun = 0;
        let mut open = false;
        for (attempt, answer) in [(one, first), (two, second)] {
            match self.hear_view(answer).await {
                Said::Fine(_) => {
                    begun += 1;
                    lock(at).began(attempt, method);
                }
                Said::No(ErrorCode::PaymentOpen) => open = true,
                Said::No(_) => return Turn::Gone,
                Said::Nothing => return wait(3),
            }
        }
        match (begun, open) {
            (0, true) => wait(5),
            (0, false) => Turn::Gone,
            _ => Turn::Done,
        }
    }

    /// What the gateway gave for the guest's latest attempt, while it may be paid.
    async fn offer(&self, engine: &Engine, guest: &Guest) -> Option<(Method, Offer)> {
        let (attempt, method) = guest.attempt()?;
        let found =
            look::<_, StoreError, _>(engine.store().as_ref(), move |tx| tx.attempt(attempt));
        let record = found.await.ok().flatten()?;
        let gateway = self.gateways.get(&method)?;
        let offer = record.offer.filter(|offer| gateway.is_alive(offer))?;
        (record.state == PaymentState::Waiting).then_some((method, offer))
    }

    pub(super) async fn pay(&self, engine: &Engine, at: &Mutex<Guest>, guest: &Guest) -> Turn {
        if guest.token.is_some() {
            return Turn::Done;
        }
        let offer = self.offer(engine, guest).await;
        if self.watch.is_down() {
            std::future::pending::<()>().await;
        }
        // Nothing to pay with any more: the script goes on.
        let Some((method, offer)) = offer else {
            return Turn::Done;
        };
        let Some(gateway) = self.gateways.get(&method) else {
            return Turn::Done;
        };
        let token = gateway.fake.guest_pays(&offer).reveal().to_owned();
        self.watch.say("  the guest pays at the gateway");
        if method.flow() != Flow::Shown {
            self.keep_secret(&token);
        }
        lock(at).token = Some(token);
        Turn::Done
    }

    pub(super) async fn pay_oddly(
        &self,
        engine: &Engine,
        guest: &Guest,
        more: i64,
        later: u32,
    ) -> Turn {
        let offer = self.offer(engine, guest).await;
        if self.watch.is_down() {
            std::future::pending::<()>().await;
        }
        let Some((method, offer)) = offer else {
            return Turn::Done;
        };
        let amount = guest.price.unwrap_or(0) + more;
        if let Some(gateway) = self.gateways.get(&method) {
            let amount = Won(amount);
            gateway.fake.guest_pays_later(&offer, amount, later);
            self.watch
                .say(&format!("  the guest pays {} in {later} s", amount.0));
        }
        Turn::Done
    }

    pub(super) async fn home(&self, engine: &Engine, guest: &Guest, token: Option<String>) -> Turn {
        let (Some((attempt, method)), Some(token)) = (guest.attempt(), token) else {
            return Turn::Done;
        };
        let answer = match method.flow() {
            Flow::Page => {
                let came = Came::WithToken(Secret::new(token));
                engine
                    .guest_return(GuestReturnRequest { attempt, came })
                    .await
            }
            Flow::Scan => {
                let code = Secret::new(token);
                engine.scan_code(ScanCodeRequest { attempt, code }).await
            }
            Flow::Shown | Flow::Staff => return Turn::Done,
        };
        match self.hear_view(answer).await {
            Said::Fine(_) | Said::No(_) => Turn::Done,
            Said::Nothing => wait(2),
        }
    }

    pub(super) async fn quit_page(&self, engine: &Engine, guest: &Guest) -> Turn {
        let Some((attempt, method)) = guest.attempt() else {
            return Turn::Done;
        };
        if let Some((_, offer)) = self.offer(engine, guest).await
            && let Some(gateway) = self.gateways.get(&method)
        {
            gateway.fake.guest_quits(&offer);
        }
        let came = Came::Quit;
        let answer = engine
            .guest_return(GuestReturnRequest { attempt, came })
            .await;
        match self.hear_view(answer).await {
            Said::Fine(_) | Said::No(_) => Turn::Done,
            Said::Nothing => wait(2),
        }
    }

    pub(super) async fn leave(&self, engine: &Engine, guest: &Guest) -> Turn {
        let Some((attempt, _)) = guest.attempt() else {
            return Turn::Done;
        };
        let command = guest.command();
        let answer = engine
            .leave_payment(LeavePaymentRequest { command, attempt })
            .await;
        match self.hear_view(answer).await {
            Said::Fine(_) | Said::No(_) => Turn::Done,
            Said::Nothing => wait(2),
        }
    }

    pub(super) async fn hand_cash(&self, engine: &Engine, guest: &Guest) -> Turn {
        let order = guest.order();
        // Handed over before staff tap; given back where they are told no.
        lock(&self.cash).insert(order, guest.price.unwrap_or(0));
        let request = staff::order_command(guest.command(), order);
        match self.hear_view(engine.take_payment(request).await).await {
            Said::Fine(_) => {
                self.watch.saw("outcome: paid at the counter");
                Turn::Done
            }
            Said::No(code) => {
                self.watch.say(&format!("  the cash goes back: {code:?}"));
                lock(&self.cash).remove(&order);
                Turn::Done
            }
            Said::Nothing => wait(2),
        }
    }

    pub(super) async fn refund(&self, engine: &Engine, guest: &Guest, pieces: Option<u32>) -> Turn {
        let line = |quantity| RefundLine { line: 0, quantity };
        let request = staff::refund(
            guest.command(),
            (guest.new_refund(), guest.order()),
            pieces.map(line).into_iter().collect(),
        );
        match self.hear(engine.refund_payment(request).await).await {
            Said::Fine(_) => {
                self.watch.saw("outcome: staff sent money back");
                Turn::Done
            }
            Said::No(ErrorCode::RefundOpen) => wait(5),
            Said::No(_) => Turn::Done,
            Said::Nothing => wait(2),
        }
    }
}
