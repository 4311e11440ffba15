//! Staff: they end what only staff can end, by what they see outside.
//!
//! Guarantees: staff tell the truth: they look at the gateway's own pages, the paper and
//! the POS, never at what the program believes; a deed whose answer did not come is done
//! again with the same id, over crashes too.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use soban_domain::ids::{AttemptId, CommandId, OrderId, RefundId};
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::refund::RefundLine;
use soban_domain::relay::RelayState;
use soban_domain::text::Note;
use soban_engine::ports::Ids;
use soban_engine::{Engine, EngineError};
use soban_protocol::money::RefundRequest;
use soban_protocol::secret::Secret;
use soban_protocol::staff::{
    Board, BoardRequest, OpenPayment, OrderCommand, Pass, SettlePaymentRequest, SettlePrintRequest,
    StaffAction,
};

use super::dice::Dice;
use super::menu;
use super::plan::{Plan, StaffWork};
use super::town::{Town, lock};
use crate::SeqIds;

/// Ids of what staff do begin here.
const IDS: u64 = 500_000_000;
/// Staff look at their board so often, in seconds.
const EVERY: u64 = 7;
/// How long staff let a payment be before they decide that no money came, by their own
/// watches: longer than any gateway of a simulation is late.
const PATIENCE: Duration = Duration::from_secs(100);

/// Something that staff do.
#[derive(Clone, Debug)]
enum Deed {
    Payment(SettlePaymentRequest),
    Print(SettlePrintRequest),
    Retry(OrderCommand),
    Entered(OrderCommand),
}

/// Staff at work.
#[derive(Debug)]
pub(crate) struct Staff {
    ids: SeqIds,
    dice: Dice,
    /// What is being done; done again until an answer comes.
    hand: Option<Deed>,
    /// True while the board shows something to do.
    waiting: bool,
    retried: Vec<OrderId>,
    /// Since when a payment is on the board.
    since: BTreeMap<AttemptId, Duration>,
}

/// Who decides.
fn pass() -> Pass {
    Pass {
        name: menu::STAFF.0.to_owned(),
        pin: Secret::new(menu::STAFF.1),
    }
}

fn why() -> Note {
    Note::new("seen outside").unwrap_or_default()
}

/// A decision about an order.
pub(crate) fn order_command(command: CommandId, order: OrderId) -> OrderCommand {
    OrderCommand {
        staff: pass(),
        command,
        order,
        why: why(),
    }
}

/// A refund that a member of staff asks for.
pub(crate) fn refund(
    command: CommandId,
    (refund, order): (RefundId, OrderId),
    lines: Vec<RefundLine>,
) -> RefundRequest {
    RefundRequest {
        staff: pass(),
        command,
        refund,
        order,
        lines,
        by_hand: None,
        why: why(),
    }
}

impl Staff {
    pub(crate) fn of(plan: &Plan) -> Option<Arc<Mutex<Staff>>> {
        let staff = Staff {
            ids: SeqIds::from(IDS),
            dice: Dice::new(plan.seed ^ IDS),
            hand: None,
            waiting: false,
            retried: Vec::new(),
            since: BTreeMap::new(),
        };
        (plan.staff == StaffWork::Present).then(|| Arc::new(Mutex::new(staff)))
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.hand.is_some() || self.waiting
    }

    fn command(&self) -> CommandId {
        CommandId(self.ids.fresh())
    }
}

impl Town {
    /// Staff look at their board now and then, and do one thing at a time.
    pub(crate) async fn work(&self, engine: &Engine, staff: &Mutex<Staff>) {
        loop {
            tokio::time::sleep(Duration::from_secs(EVERY)).await;
            let hand = lock(staff).hand.clone();
            let deed = match hand {
                Some(deed) => Some(deed),
                None => self.next_deed(engine, staff).await,
            };
            let Some(deed) = deed else {
                continue;
            };
            lock(staff).hand = Some(deed.clone());
            let done = self.act(engine, deed).await;
            if self.watch.is_down() {
                std::future::pending::<()>().await;
            }
            match done {
                Ok(()) | Err(EngineError::Refused(_)) => lock(staff).hand = None,
                Err(error) => self.watch.say(&format!("  staff failed: {error}")),
            }
        }
    }

    async fn act(&self, engine: &Engine, deed: Deed) -> Result<(), EngineError> {
        let name = match &deed {
            Deed::Payment(request) => format!("payment {:?}", request.action),
            Deed::Print(request) if request.came_out => "saw a ticket".to_owned(),
            Deed::Print(_) => "missed a ticket".to_owned(),
            Deed::Retry(_) => "retries the POS".to_owned(),
            Deed::Entered(_) => "entered at the POS".to_owned(),
        };
        self.watch.say(&format!("staff: {name}"));
        self.watch.saw(format!("staff: {name}"));
        let view = match deed {
            Deed::Payment(request) => engine.settle_payment(request).await?,
            Deed::Print(request) => return engine.settle_print(request).await.map(|_| ()),
            Deed::Retry(request) => engine.retry_relay(request).await?,
            Deed::Entered(request) => {
                lock(&self.entered).insert(request.order);
                engine.settle_relay(request).await?
            }
        };
        if !self.watch.is_down() {
            self.show(&view);
        }
        Ok(())
    }

    async fn next_deed(&self, engine: &Engine, staff: &Mutex<Staff>) -> Option<Deed> {
        let board = engine.staff_board(BoardRequest { staff: pass() }).await;
        let board = board.ok()?;
        let mut staff = lock(staff);
        let mut waits = false;
        for payment in &board.payments {
            match self.about_payment(&mut staff, payment) {
                Seen::Do(action) => {
                    return Some(Deed::Payment(SettlePaymentRequest {
                        staff: pass(),
                        command: staff.command(),
                        attempt: payment.attempt,
                        action,
                        why: why(),
                    }));
                }
                Seen::Wait => waits = true,
                Seen::Nothing => {}
            }
        }
        staff.waiting = waits;
        self.about_prints(&staff, &board)
            .or_else(|| self.about_orders(&mut staff, &board))
    }

    /// What staff make of a payment, by what truly is.
    fn about_payment(&self, staff: &mut Staff, payment: &OpenPayment) -> Seen {
        let method = payment.order.payment.as_ref().map(|p| p.method);
        let amount = payment.order.priced.total.0;
        let money = Method::ALL
            .iter()
            .map(|method| self.money(payment.attempt, *method))
            .sum::<i64>();
        let may = |action| payment.allowed.contains(&action);
        let flagged = payment.state == PaymentState::NeedsStaff;
        let shown = payment.state == PaymentState::Waiting && method == Some(Method::Qr);
        if !flagged && !shown {
            return Seen::Nothing;
        }
        if money == 0 {
            let now = self.clock.elapsed();
            let since = *staff.since.entry(payment.attempt).or_insert(now);
            let patient = now > since + PATIENCE;
            let close = may(StaffAction::SawNoMoney) && patient && flagged;
            return match (close, shown) {
                (true, _) => Seen::Do(StaffAction::SawNoMoney),
                (false, true) => Seen::Nothing,
                (false, false) => Seen::Wait,
            };
        }
        if money == amount && !payment.late && may(StaffAction::SawMoney) {
            // Either is allowed: they saw it, or let the gateway be asked.
            if may(StaffAction::AskAgain) && staff.dice.chance(300) {
                return Seen::Do(StaffAction::AskAgain);
            }
            return Seen::Do(StaffAction::SawMoney);
        }
        if may(StaffAction::SendBack) {
            return Seen::Do(StaffAction::SendBack);
        }
        // Money that the program cannot send back stays flagged.
        Seen::Nothing
    }

    fn about_prints(&self, staff: &Staff, board: &Board) -> Option<Deed> {
        let open = board.prints.first()?;
        let job = open.print.job;
        let papers = menu::PRINTERS
            .iter()
            .flat_map(|name| self.printers.papers(&menu::printer(name)));
        let came_out = papers.into_iter().any(|(id, _)| id == job);
        Some(Deed::Print(SettlePrintRequest {
            staff: pass(),
            command: staff.command(),
            job,
            came_out,
        }))
    }

    fn about_orders(&self, staff: &mut Staff, board: &Board) -> Option<Deed> {
        let stuck = |relay| matches!(relay, Some(RelayState::NeedsStaff | RelayState::Rejected));
        let order = board
            .orders
            .iter()
            .find(|order| order.state == OrderState::NeedsStaff && stuck(order.relay))?;
        let command = order_command(staff.command(), order.id);
        let there = self.pos.copies(order.id, 1) > 0;
        if !there && !staff.retried.contains(&order.id) {
            staff.retried.push(order.id);
            return Some(Deed::Retry(command));
        }
        Some(Deed::Entered(command))
    }
}

/// What staff make of something.
enum Seen {
    Do(StaffAction),
    Wait,
    Nothing,
}
