//! One order played to its end by people who do not know that the hub dies: a guest at the
//! kiosk, a phone, and staff.
//!
//! Guarantees: whoever gets no answer asks again with the same ids and the same body, as
//! the screens do; everybody goes on with what the hub shows and nothing else; a wait is
//! for an event, with a bound.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use soban_domain::cash_receipt::ReceiptKind;
use soban_domain::ids::{AttemptId, CashReceiptId, OrderId, RefundId};
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::print::{PrintState, Slip};
use soban_domain::refund::RefundLine;
use soban_domain::secret::Secret;
use soban_domain::text::Note;
use soban_protocol::Endpoint;
use soban_protocol::endpoint::endpoints::{
    Hello, IssueCashReceipt, LeaveOrder, LeavePayment, MakeQuote, OrderStatus, PlaceOrder,
    PrintReceipt, RefundPayment, SettlePrint, StaffBoard, StartPayment, TakePayment,
};
use soban_protocol::error::ErrorCode;
use soban_protocol::event::{Event, EventBody};
use soban_protocol::guest::{
    HelloRequest, LeaveOrderRequest, LeavePaymentRequest, OrderStatusRequest, PrintReceiptRequest,
    QuoteReply, ScreenKind,
};
use soban_protocol::money::{IssueCashReceiptRequest, RefundRequest};
use soban_protocol::staff::{BoardRequest, SettlePrintRequest};
use soban_protocol::view::{OrderView, PrintView};
use soban_tests::DEADLINE;
use soban_tests::baskets::{eat_in, hot_stew, zero_cola};
use soban_tests::feed::Feed;
use soban_tests::guest::{command, decision, payment, place, staff};
use soban_tests::phone::{Phone, qr};
use soban_tests::world::KIOSK;
use tokio::time::timeout;

use crate::chance::Chance;
use crate::keeper::{Keeper, Point};
use crate::ledgers::{COPY, Played};
use crate::scenario::{Back, End, Scenario, mend};
use crate::secrecy::PHONE_NUMBER;

/// Whom the hub asks how they are: three printers and the till.
const NEIGHBOURS: usize = 4;
/// A command whose answer came is sent again once in so many times.
const AGAIN: usize = 3;

/// The people around one order.
pub(crate) struct Play<'a> {
    keeper: &'a mut Keeper,
    scenario: Scenario,
    chance: Chance,
    feed: Option<Feed>,
    /// The last event that the kiosk was told.
    seq: u64,
    seen: Vec<Event>,
    shown: Vec<OrderView>,
    /// The way home of each payment that the phone pressed pay for, token and all.
    homes: BTreeMap<AttemptId, String>,
    /// Payments whose way home the hub has taken.
    came_home: BTreeSet<AttemptId>,
    mended: bool,
    /// Staff have said that money goes back.
    gave_back: bool,
    /// The guest has asked for a cash receipt.
    receipt_asked: bool,
    /// The hub was killed, and the kiosk has yet to begin anew.
    begins_anew: bool,
}

/// What a play leaves behind.
pub(crate) struct Outcome {
    /// The order and what was shown of it.
    pub(crate) played: Played,
    /// The last event that was told.
    pub(crate) seq: u64,
    /// The boundaries that were counted before the first kill.
    pub(crate) points: Vec<Point>,
    /// Tokens that came home, or might have.
    pub(crate) tokens: Vec<String>,
    /// Events that were shown and are not what is on disk.
    pub(crate) wrongs: Vec<String>,
}

/// Plays one order on a hub that dies as the plan says. `seq` is the last event of before.
pub(crate) async fn play(
    keeper: &mut Keeper,
    scenario: Scenario,
    plan: &[String],
    chance: Chance,
    seq: u64,
) -> Outcome {
    keeper.begin(plan);
    let mut play = Play {
        keeper,
        scenario,
        chance,
        feed: None,
        seq,
        seen: Vec::new(),
        shown: Vec::new(),
        homes: BTreeMap::new(),
        came_home: BTreeSet::new(),
        mended: false,
        gave_back: false,
        receipt_asked: false,
        begins_anew: false,
    };
    play.quiet().await;
    let order = play.until_the_end().await;
    let points = play.keeper.points();
    let wrongs = play.look_back(seq).await;
    Outcome {
        played: Played {
            order,
            end: scenario.end(),
            receipts: usize::from(scenario.wants_cash_receipt()),
            shown: play.shown,
        },
        seq: play.seq,
        points,
        tokens: play.homes.values().map(|home| token(home)).collect(),
        wrongs,
    }
}

/// The token on a way home.
fn token(home: &str) -> String {
    let (_, rest) = home
        .split_once("pg_token=")
        .expect("a way home has a token");
    let token = rest.split('&').next().unwrap_or(rest);
    assert!(token.len() >= 10, "a token too short to be looked for");
    token.to_owned()
}

impl Play<'_> {
    /// Waits until the hub has told of its neighbours: then it writes nothing unasked.
    async fn quiet(&mut self) {
        let mut told = 0;
        while told < NEIGHBOURS {
            if let Some(EventBody::Printer { .. } | EventBody::Pos { .. }) = self.event().await {
                told += 1;
            }
        }
    }

    /// Orders, and goes on until the order is where the scenario wants it.
    async fn until_the_end(&mut self) -> OrderId {
        let guest = self.keeper.world.guest();
        let menu = guest.menu().await;
        let wish = guest.wish(&menu, &eat_in(vec![hot_stew(), zero_cola()]));
        self.scenario.spoil(&self.keeper.world.outside).await;
        self.keeper.arm();
        let quote = match self.command::<MakeQuote>(&wish).await {
            QuoteReply::Quoted { quote, .. } => quote,
            QuoteReply::Changed { changes, .. } => panic!("no quote: {changes:?}"),
        };
        let order = self.command::<PlaceOrder>(&place(quote)).await.id;
        loop {
            let view = self.ask::<OrderStatus>(&OrderStatusRequest { order }).await;
            self.shown.push(view.clone());
            self.resumes(&view).await;
            if self.is_over(&view) {
                return order;
            }
            if !self.act(&view).await {
                self.event().await;
            }
        }
    }

    /// After a kill the kiosk begins anew, and goes on with this order while its guest
    /// stands before it.
    async fn resumes(&mut self, view: &OrderView) {
        while std::mem::take(&mut self.begins_anew) {
            let hello = HelloRequest {
                screen: Some(KIOSK.parse().expect("a screen's name is a slug")),
                kind: ScreenKind::Kiosk,
            };
            let resume = self.ask::<Hello>(&hello).await.resume;
            if view.state != OrderState::Abandoned {
                assert_eq!(
                    resume.map(|it| it.id),
                    Some(view.id),
                    "what the kiosk goes on with"
                );
            }
        }
    }

    fn is_over(&self, view: &OrderView) -> bool {
        let in_hand =
            |print: &PrintView| matches!(print.state, PrintState::Printed | PrintState::Failed);
        let done = view.state == OrderState::Accepted && view.prints.iter().all(in_hand);
        match self.scenario {
            Scenario::GuestLeaves => view.state == OrderState::Abandoned,
            Scenario::Receipt => done && has_receipt(view),
            Scenario::GivenBack => {
                done && is_paid_as(view, &[PaymentState::Voided, PaymentState::Refunded])
            }
            Scenario::DeclinedThenCounter => done && self.receipt_asked,
            Scenario::PartlyBack => done && is_paid_as(view, &[PaymentState::PartlyRefunded]),
            _ => done,
        }
    }

    /// Does what somebody does who sees the order like this; false where there is nothing
    /// to do but to wait.
    async fn act(&mut self, view: &OrderView) -> bool {
        let doubt = view
            .prints
            .iter()
            .find(|p| p.state == PrintState::SentUnconfirmed);
        if let Some(print) = doubt.cloned() {
            self.settle(view, &print).await;
            return true;
        }
        if !self.mended && view.prints.iter().any(|print| print.tries > 0) {
            self.mend().await;
            return true;
        }
        match view.state {
            OrderState::Placed => self.choose(view).await,
            OrderState::Paying => return self.pay(view).await,
            OrderState::AtCounter => {
                self.command::<TakePayment>(&decision(view.id)).await;
            }
            OrderState::Accepted if self.scenario == Scenario::Receipt && !has_receipt(view) => {
                let wish = PrintReceiptRequest {
                    command: command(),
                    order: view.id,
                };
                self.command::<PrintReceipt>(&wish).await;
            }
            OrderState::Accepted if self.scenario.wants_cash_receipt() && !self.receipt_asked => {
                let wish = IssueCashReceiptRequest {
                    staff: None,
                    command: command(),
                    receipt: CashReceiptId(command().0),
                    order: view.id,
                    kind: ReceiptKind::IncomeDeduction,
                    number: Some(Secret::new(PHONE_NUMBER)),
                };
                self.command::<IssueCashReceipt>(&wish).await;
                self.receipt_asked = true;
            }
            OrderState::Accepted if !self.gave_back => return self.give_back(view).await,
            _ => return false,
        }
        true
    }

    /// Staff give money back where the scenario has it so; false where it has not.
    async fn give_back(&mut self, view: &OrderView) -> bool {
        let lines = match self.scenario.end() {
            End::Back(Back::All) => Vec::new(),
            End::Back(Back::Drink(_)) => vec![RefundLine {
                line: 1,
                quantity: 1,
            }],
            End::Paid | End::Left => return false,
        };
        let wish = RefundRequest {
            staff: staff(),
            command: command(),
            refund: RefundId(command().0),
            order: view.id,
            lines,
            by_hand: None,
            why: Note::new("no drink left").expect("a reason is a note"),
        };
        self.command::<RefundPayment>(&wish).await;
        self.gave_back = true;
        true
    }

    /// The guest chooses how to pay, or to go.
    async fn choose(&mut self, view: &OrderView) {
        let before = view.payment.as_ref();
        if let (Scenario::GuestLeaves, Some(left)) = (self.scenario, before) {
            // The phone comes home to a payment that is over; then the guest goes.
            if let Some(home) = self.homes.get(&left.attempt).cloned() {
                self.go_home(&home).await;
            }
            let wish = LeaveOrderRequest {
                command: command(),
                order: view.id,
            };
            self.command::<LeaveOrder>(&wish).await;
            return;
        }
        let counter = self.scenario == Scenario::DeclinedThenCounter && before.is_some();
        let method = if counter {
            Method::Counter
        } else {
            Method::Kakaopay
        };
        self.command::<StartPayment>(&payment(view.id, method))
            .await;
    }

    /// The guest pays on the phone, once for each payment, and comes home.
    async fn pay(&mut self, view: &OrderView) -> bool {
        let Some(shown) = view.payment.as_ref().filter(|p| p.page.is_some()) else {
            return false;
        };
        let attempt = shown.attempt;
        if self.came_home.contains(&attempt) {
            return false;
        }
        let home = match self.homes.get(&attempt).cloned() {
            Some(home) => home,
            None => {
                let page = Phone::default().open(&qr(view)).await;
                let home = page.pay_and_stay().await;
                self.homes.insert(attempt, home.clone());
                home
            }
        };
        if self.scenario == Scenario::GuestLeaves {
            let wish = LeavePaymentRequest {
                command: command(),
                attempt,
            };
            self.command::<LeavePayment>(&wish).await;
        } else {
            self.go_home(&home).await;
        }
        self.came_home.insert(attempt);
        true
    }

    /// The phone follows the gateway's way home until the hub has answered.
    async fn go_home(&mut self, home: &str) {
        loop {
            match Phone::default().try_open(home).await {
                Some(page) => {
                    assert!(page.status.is_success(), "home: {}", page.status);
                    return;
                }
                None => self.lost_line(),
            }
        }
    }

    /// Staff look for the paper of a ticket in doubt and say what they see. The doubt is on
    /// their board before.
    async fn settle(&mut self, view: &OrderView, print: &PrintView) {
        if !self.mended {
            self.mend().await;
        }
        let board = self
            .ask::<StaffBoard>(&BoardRequest { staff: staff() })
            .await;
        let flagged = board.prints.iter().any(|open| open.print.job == print.job);
        assert!(flagged, "a ticket in doubt is on the board: {print:?}");
        let number = view
            .number
            .expect("a released order has a number")
            .to_string();
        let printer = self
            .keeper
            .world
            .outside
            .printer(print.printer.as_str())
            .await;
        let whole = printer.jobs.iter().filter(|paper| {
            paper.says(&number) && paper.cuts == 1 && paper.says(COPY) == (print.copy > 1)
        });
        let settle = SettlePrintRequest {
            staff: staff(),
            command: command(),
            job: print.job,
            came_out: whole.count() >= print.copy.saturating_sub(1).max(1) as usize,
        };
        self.command::<SettlePrint>(&settle).await;
    }

    async fn mend(&mut self) {
        mend(&self.keeper.world.outside).await;
        self.mended = true;
    }

    /// Asks until there is an answer.
    ///
    /// # Panics
    /// Where it is a refusal.
    async fn ask<E: Endpoint>(&mut self, request: &E::Request) -> E::Reply {
        let guest = self.keeper.world.guest();
        loop {
            match guest.call::<E>(request).await {
                Ok(reply) => return reply,
                Err(error) if error.code == ErrorCode::Offline => self.lost_line(),
                Err(error) => panic!("{}: {error}", E::NAME),
            }
        }
    }

    /// Asks for something to be done until there is an answer, and some of the times once
    /// more: the record answers the same.
    async fn command<E>(&mut self, request: &E::Request) -> E::Reply
    where
        E: Endpoint,
        E::Reply: PartialEq + Debug,
    {
        let reply = self.ask::<E>(request).await;
        if self.chance.once_in(AGAIN) {
            let again = self.ask::<E>(request).await;
            assert_eq!(again, reply, "{} sent again", E::NAME);
        }
        reply
    }

    /// The hub is gone: it is started again.
    fn lost_line(&mut self) {
        self.feed = None;
        self.begins_anew = true;
        self.keeper.bring_back();
    }

    /// The next event; nothing where the hub died instead.
    async fn event(&mut self) -> Option<EventBody> {
        if self.feed.is_none() {
            let hub = self.keeper.world.hub();
            self.feed = Feed::try_open(hub, self.seq, KIOSK).await;
        }
        let next = match &mut self.feed {
            Some(feed) => timeout(DEADLINE, feed.try_next()).await,
            None => Ok(None),
        };
        match next {
            Ok(Some(event)) => {
                self.seq = event.seq;
                self.seen.push(event.clone());
                Some(event.body)
            }
            Ok(None) => {
                self.lost_line();
                None
            }
            Err(_) => panic!(
                "nothing happened for {DEADLINE:?}: {:#?}",
                self.shown.last()
            ),
        }
    }

    /// Kills the hub a last time and compares what was told with what is on disk: each
    /// event with its number, and no gap.
    async fn look_back(&mut self, from: u64) -> Vec<String> {
        let deaths = std::mem::take(&mut self.keeper.deaths);
        self.keeper.begin(&[]);
        self.keeper.deaths = deaths;
        let world = &self.keeper.world;
        let last = world.guest().seq().await;
        let kept = world.feed(from).await.up_to(last).await;
        self.seq = last;
        let mut wrongs = Vec::new();
        for (told, kept) in self.seen.iter().zip(&kept) {
            if told != kept {
                wrongs.push(format!("told {told:?}, kept {kept:?}"));
            }
        }
        if kept.len() < self.seen.len() {
            wrongs.push(format!(
                "told {} events, kept {}",
                self.seen.len(),
                kept.len()
            ));
        }
        wrongs
    }
}

fn is_paid_as(view: &OrderView, states: &[PaymentState]) -> bool {
    let payment = view.payment.as_ref();
    payment.is_some_and(|payment| states.contains(&payment.state))
}

fn has_receipt(view: &OrderView) -> bool {
    let receipt = |print: &PrintView| print.slip == Slip::Receipt;
    view.prints.iter().any(receipt)
}
