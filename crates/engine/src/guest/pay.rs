//! A payment begins, comes home, is given up. What happens in between is the work of
//! [`crate::pumps`].

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::money::Won;
use soban_domain::order::{Order, OrderEvent};
use soban_domain::payment::{Cause, Flow, Method, PaymentAttempt, PaymentEvent, PaymentState};
use soban_protocol::endpoint::endpoints::{LeavePayment, StartPayment};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::guest::{
    Came, GuestReturnRequest, LeavePaymentRequest, ScanCodeRequest, StartPaymentRequest,
};
use soban_protocol::view::OrderView;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::once::once;
use crate::ports::gateway::ReturnToken;
use crate::ports::store::{Tx, look, transact};
use crate::pumps;
use crate::release;
use crate::steps::{self, step_order, step_payment};
use crate::view::order_view;

/// The fewest characters of a customer's code: apps show 12 digits and more.
const CODE_LEAST: usize = 8;

impl Engine {
    /// Begins a payment. The reply comes at once; the payment page follows as an event.
    ///
    /// # Errors
    /// [`ErrorCode::PaymentOpen`] while another attempt is not over,
    /// [`ErrorCode::AlreadyPaid`], [`ErrorCode::MethodNotOffered`].
    pub async fn start_payment(
        &self,
        request: StartPaymentRequest,
    ) -> Result<OrderView, EngineError> {
        let subject = request.clone();
        once::<StartPayment, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut order = engine.payable(tx, request.order, request.method)?;
            if tx.attempt(request.attempt)?.is_some() {
                // Only a repeat of its own command may name an attempt again.
                return Err(ErrorCode::NotNow.into());
            }
            let now = engine.clock().now();
            let policy = &engine.rules().policy;
            let at_counter = request.method.flow() == Flow::Staff;
            let seconds = match at_counter {
                true => policy.counter,
                false => policy.payment,
            };
            let mut attempt = PaymentAttempt::new(
                request.attempt,
                order.id,
                request.method,
                (order.priced.total, order.priced.tax),
                (now, now.plus_seconds(seconds)),
            );
            if Mutant::PriceOfNow.is_in() {
                attempt.amount = engine.price_of_now(tx, &order)?;
            }
            tx.put_attempt(&attempt)?;
            if Mutant::SentUnpaid.is_in() {
                release::release(engine, tx, &mut order)?;
            }
            let event = match at_counter {
                true => OrderEvent::CounterChosen,
                false => OrderEvent::PaymentStarted,
            };
            step_order(engine, tx, &mut order, event)?;
            if at_counter {
                // The staff are the gateway: the page is the number on the screen.
                step_payment(engine, tx, &mut attempt, PaymentEvent::AskStarted)?;
                step_payment(engine, tx, &mut attempt, PaymentEvent::Offered)?;
            }
            order_view(engine, tx, &order)
        })
        .await
    }

    /// What the order would cost by the menu in force: only a bug asks for it.
    fn price_of_now(&self, tx: &mut dyn Tx, order: &Order) -> Result<Won, EngineError> {
        let (_, menu) = self.menu(tx)?;
        let lines = order.priced.lines.iter();
        let prices = lines.map(|line| {
            let price = menu.item(&line.item).map_or(0, |item| item.price.0);
            Won(price.saturating_mul(i64::from(line.quantity)))
        });
        Ok(Won::sum(prices).unwrap_or(Won::ZERO))
    }

    fn payable(
        &self,
        tx: &mut dyn Tx,
        order: OrderId,
        method: Method,
    ) -> Result<Order, EngineError> {
        let order = steps::order(tx, order)?;
        if !self.rules().methods.contains(&method) {
            return Err(ErrorCode::MethodNotOffered.into());
        }
        if order.state.is_released() {
            return Err(ErrorCode::AlreadyPaid.into());
        }
        steps::no_payment_open(tx, order.id)?;
        Ok(order)
    }

    /// The payer's browser came home. With a token, the approval is sent; without one,
    /// the attempt is closed after a last look. A repeat changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPayment`], or [`ErrorCode::BadRequest`] for a token that no
    /// gateway makes.
    pub async fn guest_return(
        &self,
        request: GuestReturnRequest,
    ) -> Result<OrderView, EngineError> {
        let token = match &request.came {
            Came::WithToken(secret) => {
                Some(ReturnToken::new(secret.reveal()).ok_or_else(|| {
                    ApiError::new(
                        ErrorCode::BadRequest,
                        "the token is empty, too long or unprintable",
                    )
                })?)
            }
            Came::Quit | Came::Failed => None,
        };
        self.take_return_apart(request.attempt, token, Flow::Page)
            .await
    }

    /// The code of the guest's app was read: the amount is charged to it. A repeat, or a
    /// second code while the first is under way, changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPayment`], [`ErrorCode::NotNow`] for a payment that takes no
    /// code, or [`ErrorCode::BadRequest`] for a text that no app shows.
    pub async fn scan_code(&self, request: ScanCodeRequest) -> Result<OrderView, EngineError> {
        let code = request.code.reveal().trim();
        let token = ReturnToken::new(code).filter(|_| code.len() >= CODE_LEAST);
        let token = token.ok_or_else(|| {
            let words = "the code is too short, too long or holds blanks";
            ApiError::new(ErrorCode::BadRequest, words)
        })?;
        self.take_return_apart(request.attempt, Some(token), Flow::Scan)
            .await
    }

    /// A task of its own: a phone that hangs up must not leave the return half done.
    async fn take_return_apart(
        &self,
        attempt: AttemptId,
        token: Option<ReturnToken>,
        flow: Flow,
    ) -> Result<OrderView, EngineError> {
        let engine = self.clone();
        let noted = tokio::spawn(async move { engine.take_return(attempt, token, flow).await });
        noted
            .await
            .unwrap_or_else(|error| Err(EngineError::Odd(error.to_string())))
    }

    async fn take_return(
        &self,
        attempt: AttemptId,
        token: Option<ReturnToken>,
        flow: Flow,
    ) -> Result<OrderView, EngineError> {
        // Not even as dead code in a program that is shipped.
        #[cfg(feature = "mutants")]
        if let Some(token) = token.as_ref().filter(|_| Mutant::TokenLogged.is_in()) {
            tracing::info!(token = token.reveal(), "a token came");
        }
        if let Some(token) = token
            .as_ref()
            .filter(|_| Mutant::ApprovalBeforeCommit.is_in())
        {
            pumps::payment::slips::approve_at_once(self, attempt, token).await?;
        }
        // In hand before the commit, so that no pump takes the attempt for one that a
        // crash left behind.
        let hand = match token {
            Some(_) => self.memory().payments.take(attempt),
            None => None,
        };
        let (engine, in_hand) = (self.clone(), hand.is_some());
        let (view, sends) = transact(self.store().as_ref(), move |tx| {
            let mut record = steps::attempt(tx, attempt)?;
            if record.method.flow() != flow {
                return Err(ErrorCode::NotNow.into());
            }
            let sends = engine.note_return(tx, &mut record, token.as_ref(), in_hand)?;
            let order = steps::order(tx, record.order)?;
            Ok::<_, EngineError>((order_view(&engine, tx, &order)?, sends.then_some(record)))
        })
        .await?;
        if let (Some(record), Some(hand)) = (sends, hand) {
            pumps::payment::send_approval(self, record, hand);
        }
        Ok(view)
    }

    /// Notes the return; true if the approval is to be sent now.
    fn note_return(
        &self,
        tx: &mut dyn Tx,
        record: &mut PaymentAttempt,
        token: Option<&ReturnToken>,
        in_hand: bool,
    ) -> Result<bool, EngineError> {
        let before = record.state;
        match token {
            Some(token) if before == PaymentState::Waiting => {
                tx.keep_token(record.id, token)?;
                // What the pump has in hand it sends itself, once it sees it unsent.
                record.approval_sent_at = in_hand.then(|| self.clock().now());
                if in_hand {
                    record.approvals_sent = record.approvals_sent.saturating_add(1);
                }
                step_payment(self, tx, record, PaymentEvent::GuestReturned)?;
                Ok(in_hand)
            }
            Some(token) if before == PaymentState::Unknown(Cause::NotYet) => {
                // The gateway is being asked about an earlier return; this one is next.
                tx.keep_token(record.id, token)?;
                Ok(false)
            }
            Some(_) => Ok(false),
            None => {
                if before == PaymentState::Waiting {
                    step_payment(self, tx, record, PaymentEvent::GuestLeft)?;
                }
                Ok(false)
            }
        }
    }

    /// The guest gives a payment up. Where money cannot have moved it is over at once;
    /// else the gateway is asked first.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPayment`].
    pub async fn leave_payment(
        &self,
        request: LeavePaymentRequest,
    ) -> Result<OrderView, EngineError> {
        let subject = request.clone();
        once::<LeavePayment, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut attempt = steps::attempt(tx, request.attempt)?;
            if matches!(
                attempt.state,
                PaymentState::Waiting | PaymentState::Prepared | PaymentState::Asking
            ) {
                step_payment(engine, tx, &mut attempt, PaymentEvent::GuestLeft)?;
                if attempt.state == PaymentState::Closing && engine.cannot_be_paid(&attempt) {
                    step_payment(engine, tx, &mut attempt, PaymentEvent::InquiredUnpaid)?;
                }
            }
            let order = steps::order(tx, attempt.order)?;
            order_view(engine, tx, &order)
        })
        .await
    }

    /// True where money moves only by our approval and none was sent.
    pub(crate) fn cannot_be_paid(&self, attempt: &PaymentAttempt) -> bool {
        let ours = match self.gateway(attempt.method) {
            Some(gateway) => gateway.abilities().approval_is_ours,
            None => attempt.method.is_at_counter(),
        };
        ours && attempt.approvals_sent == 0
    }

    /// Word from outside (a gateway's webhook) that something about a payment changed. It
    /// proves nothing, and is a reason to ask: sooner, and never more than that.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPayment`].
    pub async fn hint_payment(&self, id: AttemptId) -> Result<(), EngineError> {
        let now = self.clock().now();
        let known = look(self.store().as_ref(), move |tx| steps::attempt(tx, id)).await?;
        // Only pages have gateways that send word, and only what is not known is asked.
        let asks = known.method.flow() == Flow::Page && known.is_open();
        if !asks || !self.memory().hints.takes(id, now) {
            return Ok(());
        }
        transact(self.store().as_ref(), move |tx| {
            let mut attempt = steps::attempt(tx, id)?;
            let due = if attempt.state.is_closed_unpaid() {
                attempt.watch.as_mut()
            } else {
                attempt.next_try.as_mut()
            };
            match due {
                Some(at) if attempt.state != PaymentState::NeedsStaff && *at > now => {
                    *at = now;
                    tx.put_attempt(&attempt)?;
                }
                // Nothing is asked of it, or it is being asked anyway.
                _ => {}
            }
            Ok(())
        })
        .await
        .inspect(|()| self.memory().payments.let_go.notify_one())
    }
}
