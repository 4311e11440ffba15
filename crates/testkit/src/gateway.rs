//! A payment gateway in memory, with the ledger of what truly happened.
//!
//! It behaves like KakaoPay's online payment: money moves only by our approval, with the
//! token that the guest's authentication gave; a repeat is no refusal; the state can be
//! asked for.
//!
//! Guarantees: an approval takes money once, whatever is lost on the way; a fault hits
//! the next call it was meant for and no other.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause, Method, Offer};
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Held, Listed, Listing, NoOffer, RefundAsk, Refunded, ReturnToken,
    Reversal, Reverse, SentBack, Standing,
};
use soban_engine::ports::{Clock, Gateway};
use tokio::sync::watch;

/// How long a payment page lives, in seconds.
const PAGE_SECONDS: u32 = 900;

/// A call of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// [`Gateway::offer`].
    Offer,
    /// [`Gateway::approve`].
    Approve,
    /// [`Gateway::inquire`].
    Inquire,
    /// [`Gateway::reverse`].
    Reverse,
    /// [`Gateway::refund`].
    Refund,
    /// [`Gateway::sent_back`].
    SentBack,
    /// [`Gateway::list`].
    List,
}

/// What can go wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and its answer never comes.
    LostReply,
    /// It is done, and its answer cannot be read.
    GarbledReply,
    /// It is not done, and the answer is a server error.
    ServerError,
    /// It is not done, and the answer is a refusal that the gateway's pages list.
    Refusal,
}

/// What truly happened to a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// How often money was taken.
    pub approvals: u32,
    /// How much in all.
    pub taken: Won,
    /// How much of it went back.
    pub sent_back: Won,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    Authenticated,
    Quit,
    Paid,
    SentBack,
}

#[derive(Debug)]
struct Payment {
    ask: Ask,
    offer: Offer,
    token: ReturnToken,
    stage: Stage,
    approval: Option<Approval>,
    ledger: Ledger,
}

#[derive(Debug, Default)]
struct State {
    payments: Vec<Payment>,
    faults: VecDeque<(Option<Call>, Fault)>,
    unreachable: bool,
    hangs: Vec<Call>,
    calls: Vec<(Call, AttemptId)>,
}

/// A gateway whose guests, faults and ledger belong to the test.
pub struct FakeGateway {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// How many calls arrived.
    arrived: watch::Sender<usize>,
}

impl FakeGateway {
    /// A gateway without payments.
    pub fn new(clock: Arc<dyn Clock>) -> FakeGateway {
        FakeGateway {
            clock,
            state: Mutex::new(State::default()),
            arrived: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guest opens the page and authenticates: the token that the browser brings
    /// home. Panics if no such page is open: the test is wrong.
    pub fn guest_pays(&self, offer: &Offer) -> ReturnToken {
        let mut state = self.state();
        let payment = find(&mut state, &offer.gateway_id).expect("the page was offered");
        assert_eq!(payment.stage, Stage::Open, "the page is still open");
        payment.stage = Stage::Authenticated;
        payment.token.clone()
    }

    /// The guest closes the page for good.
    pub fn guest_quits(&self, offer: &Offer) {
        if let Some(payment) = find(&mut self.state(), &offer.gateway_id) {
            payment.stage = Stage::Quit;
        }
    }

    /// What truly happened to an attempt.
    pub fn ledger(&self, attempt: AttemptId) -> Ledger {
        let state = self.state();
        let found = state.payments.iter().find(|p| p.ask.attempt == attempt);
        found.map(|payment| payment.ledger).unwrap_or_default()
    }

    /// The attempts that money was taken for, with their ledgers.
    pub fn approved(&self) -> Vec<(AttemptId, Ledger)> {
        let state = self.state();
        let payments = state.payments.iter();
        payments
            .filter(|payment| payment.ledger.approvals > 0)
            .map(|payment| (payment.ask.attempt, payment.ledger))
            .collect()
    }

    /// Every call that arrived, in order.
    pub fn calls(&self) -> Vec<(Call, AttemptId)> {
        self.state().calls.clone()
    }

    /// Waits until `count` calls of a kind arrived, counted from the start.
    pub async fn until_called(&self, call: Call, count: usize) {
        let of_kind = || {
            self.calls()
                .iter()
                .filter(|(kind, _)| *kind == call)
                .count()
        };
        let mut arrived = self.arrived.subscribe();
        let _ = arrived.wait_for(|_| of_kind() >= count).await;
    }

    /// Lets the next call of a kind be done and never return: what a program sees that
    /// is stopped while it waits.
    pub fn hang_at(&self, call: Call) {
        self.state().hangs.push(call);
    }

    async fn hang(&self, call: Call) {
        let hangs = {
            let mut state = self.state();
            let next = state.hangs.iter().position(|kind| *kind == call);
            next.map(|at| state.hangs.remove(at)).is_some()
        };
        if hangs {
            std::future::pending::<()>().await;
        }
    }

    /// Spoils the next call, whichever it is.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push_back((None, fault));
    }

    /// Spoils the next call of one kind.
    pub fn fault_at(&self, call: Call, fault: Fault) {
        self.state().faults.push_back((Some(call), fault));
    }

    /// Nobody listens at the gateway's address, or somebody does again.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.state().unreachable = unreachable;
    }

    /// Takes note of a call that arrives, and the fault that is to hit it; `Err` where
    /// nobody listens.
    fn arrive(&self, call: Call, attempt: AttemptId) -> Result<Option<Fault>, String> {
        let mut state = self.state();
        if state.unreachable {
            return Err("no_connection: nobody listens".to_owned());
        }
        state.calls.push((call, attempt));
        let meant = |(kind, _): &(Option<Call>, Fault)| kind.is_none_or(|kind| kind == call);
        let next = state.faults.iter().position(meant);
        let fault = next.and_then(|at| state.faults.remove(at));
        drop(state);
        self.arrived.send_modify(|count| *count += 1);
        Ok(fault.map(|(_, fault)| fault))
    }

    fn page(&self, ask: &Ask) -> Offer {
        let mut state = self.state();
        let n = state.payments.len() + 1;
        let offer = Offer {
            gateway_id: format!("F{n:019}"),
            mobile_url: format!("https://pay.example/{n}/m"),
            pc_url: format!("https://pay.example/{n}/pc"),
            qr: None,
            expires: self.clock.now().plus_seconds(PAGE_SECONDS),
        };
        state.payments.push(Payment {
            ask: ask.clone(),
            offer: offer.clone(),
            token: ReturnToken::new(&format!("pg-token-{n:08}")).expect("a token fits"),
            stage: Stage::Open,
            approval: None,
            ledger: Ledger::default(),
        });
        offer
    }

    fn take(&self, held: &Held, token: &ReturnToken) -> Approve {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(payment) = find(&mut state, &held.offer.gateway_id) else {
            return unknown(Cause::NoAnswer, "no such payment");
        };
        match payment.stage {
            Stage::Open => return unknown(Cause::NotYet, "not authenticated"),
            Stage::Quit => return unknown(Cause::Refused, "the guest quit"),
            Stage::Paid | Stage::SentBack => {
                return unknown(Cause::NoAnswer, "already done");
            }
            Stage::Authenticated => {}
        }
        if payment.token != *token {
            return unknown(Cause::NoAnswer, "wrong token");
        }
        if now >= payment.offer.expires {
            return unknown(Cause::Refused, "expired");
        }
        if let Some(difference) = difference(&payment.ask, held) {
            return unknown(Cause::Refused, &difference);
        }
        payment.stage = Stage::Paid;
        payment.ledger.approvals += 1;
        payment.ledger.taken = Won(payment.ledger.taken.0 + payment.ask.amount.0);
        let approval = Approval {
            number: format!("A-{}", payment.offer.gateway_id),
            amount: payment.ask.amount,
            kind: "MONEY".to_owned(),
            at: now,
            by: None,
        };
        payment.approval = Some(approval.clone());
        Approve::Approved(approval)
    }

    fn stand(&self, held: &Held) -> Standing {
        let mut state = self.state();
        let Some(payment) = find(&mut state, &held.offer.gateway_id) else {
            let evidence = "no such payment".to_owned();
            return Standing::NoAnswer { evidence };
        };
        let evidence = format!("{:?}", payment.stage);
        match (payment.stage, &payment.approval) {
            (Stage::Paid, Some(approval)) => match difference(&payment.ask, held) {
                None => Standing::Paid(approval.clone()),
                Some(evidence) => Standing::Mismatched { evidence },
            },
            (Stage::SentBack, _) => Standing::SentBack,
            (Stage::Quit, _) => Standing::Unpaid { evidence },
            (Stage::Open | Stage::Authenticated | Stage::Paid, _) => Standing::Open { evidence },
        }
    }

    fn send_back(&self, held: &Held) -> Reverse {
        let mut state = self.state();
        let unknown = |evidence: &str| Reverse::Unknown {
            evidence: evidence.to_owned(),
        };
        match find(&mut state, &held.offer.gateway_id) {
            Some(payment) if payment.stage == Stage::Paid => {
                payment.stage = Stage::SentBack;
                payment.ledger.sent_back = payment.ledger.taken;
                Reverse::Done
            }
            Some(_) => unknown("nothing to send back"),
            None => unknown("no such payment"),
        }
    }
}

impl FakeGateway {
    fn give_back(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        let mut state = self.state();
        let Some(payment) = find(&mut state, &held.offer.gateway_id) else {
            let evidence = "no such payment".to_owned();
            return Refunded::Unknown { evidence };
        };
        let rest = payment.ledger.taken.0 - payment.ledger.sent_back.0;
        if payment.stage != Stage::Paid || rest != ask.rest_before.0 || ask.amount.0 > rest {
            let evidence = format!("{rest} is left");
            return Refunded::Unknown { evidence };
        }
        payment.ledger.sent_back = Won(payment.ledger.sent_back.0 + ask.amount.0);
        if ask.amount.0 == rest {
            payment.stage = Stage::SentBack;
        }
        Refunded::Done {
            number: Some(format!("R-{}", ask.refund)),
        }
    }
}

fn find<'s>(state: &'s mut State, gateway_id: &str) -> Option<&'s mut Payment> {
    let mut payments = state.payments.iter_mut();
    payments.find(|payment| payment.offer.gateway_id == gateway_id)
}

fn difference(ask: &Ask, held: &Held) -> Option<String> {
    if ask.amount != held.amount {
        return Some(format!("amount: {} and {}", ask.amount, held.amount));
    }
    (ask.order != held.order || ask.attempt != held.attempt).then(|| "order or attempt".to_owned())
}

fn unknown(cause: Cause, evidence: &str) -> Approve {
    Approve::Unknown {
        cause,
        evidence: evidence.to_owned(),
    }
}

/// Why an answer does not tell, for staff.
fn no_answer(fault: Fault) -> String {
    format!("no_answer: {fault:?}")
}

#[async_trait]
impl Gateway for FakeGateway {
    fn method(&self) -> Method {
        Method::Kakaopay
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            approval_is_ours: true,
            inquiry: true,
            reversal: Reversal::ById,
            idempotent_seconds: None,
            settle_seconds: 11,
            late_seconds: PAGE_SECONDS,
            partial_refund: true,
            deposit_blocks_partial: true,
            lists: true,
            customer_codes: false,
        }
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        let none = |code: &str, words: String| NoOffer {
            passing: code != "refused",
            code: code.to_owned(),
            words,
        };
        let answer = match self.arrive(Call::Offer, ask.attempt) {
            Err(words) => Err(none("no_connection", words)),
            Ok(None) => Ok(self.page(ask)),
            Ok(Some(fault @ Fault::Refusal)) => Err(none("refused", no_answer(fault))),
            Ok(Some(fault @ Fault::ServerError)) => Err(none("no_answer", no_answer(fault))),
            Ok(Some(fault @ (Fault::LostReply | Fault::GarbledReply))) => {
                self.page(ask);
                Err(none("no_answer", no_answer(fault)))
            }
        };
        self.hang(Call::Offer).await;
        answer
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        let answer = match self.arrive(Call::Approve, held.attempt) {
            Err(evidence) => Approve::NotSent { evidence },
            Ok(None) => self.take(held, token),
            Ok(Some(Fault::Refusal)) => unknown(Cause::Refused, "refused"),
            Ok(Some(fault @ Fault::ServerError)) => unknown(Cause::NoAnswer, &no_answer(fault)),
            Ok(Some(fault @ (Fault::LostReply | Fault::GarbledReply))) => {
                self.take(held, token);
                unknown(Cause::NoAnswer, &no_answer(fault))
            }
        };
        self.hang(Call::Approve).await;
        answer
    }

    async fn inquire(&self, held: &Held) -> Standing {
        let answer = match self.arrive(Call::Inquire, held.attempt) {
            Err(evidence) => Standing::NoAnswer { evidence },
            Ok(None) => self.stand(held),
            Ok(Some(fault)) => Standing::NoAnswer {
                evidence: no_answer(fault),
            },
        };
        self.hang(Call::Inquire).await;
        answer
    }

    async fn reverse(&self, held: &Held, _token: Option<&ReturnToken>) -> Reverse {
        let answer = match self.arrive(Call::Reverse, held.attempt) {
            Err(evidence) => Reverse::NotSent { evidence },
            Ok(None) => self.send_back(held),
            Ok(Some(fault)) => {
                if matches!(fault, Fault::LostReply | Fault::GarbledReply) {
                    self.send_back(held);
                }
                Reverse::Unknown {
                    evidence: no_answer(fault),
                }
            }
        };
        self.hang(Call::Reverse).await;
        answer
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        let answer = match self.arrive(Call::Refund, held.attempt) {
            Err(evidence) => Refunded::NotSent { evidence },
            Ok(None) => self.give_back(held, ask),
            Ok(Some(fault)) => {
                if matches!(fault, Fault::LostReply | Fault::GarbledReply) {
                    self.give_back(held, ask);
                }
                Refunded::Unknown {
                    evidence: no_answer(fault),
                }
            }
        };
        self.hang(Call::Refund).await;
        answer
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        let answer = match self.arrive(Call::SentBack, held.attempt) {
            Err(evidence) => SentBack::NoAnswer { evidence },
            Ok(None) => SentBack::Sum(self.ledger(held.attempt).sent_back),
            Ok(Some(fault)) => SentBack::NoAnswer {
                evidence: no_answer(fault),
            },
        };
        self.hang(Call::SentBack).await;
        answer
    }

    async fn list(&self, _day: BusinessDay) -> Listing {
        let nobody = AttemptId(uuid::Uuid::nil());
        match self.arrive(Call::List, nobody) {
            Err(evidence) => Listing::NoAnswer { evidence },
            Ok(Some(fault)) => Listing::NoAnswer {
                evidence: no_answer(fault),
            },
            Ok(None) => {
                let state = self.state();
                let taken = state.payments.iter().filter(|p| p.ledger.approvals > 0);
                Listing::Rows(
                    taken
                        .map(|payment| Listed {
                            gateway_id: payment.offer.gateway_id.clone(),
                            attempt: Some(payment.ask.attempt),
                            approved: payment.ledger.taken,
                            sent_back: payment.ledger.sent_back,
                        })
                        .collect(),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::gateway::{ask, held};
    use crate::{ManualClock, samples};

    /// A call that hangs is done all the same, and a fault meant for one kind of call
    /// passes the others by.
    #[tokio::test]
    async fn a_hanging_call_is_done() {
        let clock = Arc::new(ManualClock::at(samples::NOW));
        let gateway = Arc::new(FakeGateway::new(clock));
        gateway.fault_at(Call::Inquire, Fault::LostReply);
        gateway.hang_at(Call::Approve);
        let ask = ask(1);
        let held = held(&ask, gateway.offer(&ask).await.unwrap());
        let token = gateway.guest_pays(&held.offer);
        let approving = tokio::spawn({
            let (gateway, held) = (Arc::clone(&gateway), held.clone());
            async move { gateway.approve(&held, &token).await }
        });
        gateway.until_called(Call::Approve, 1).await;
        let standing = gateway.inquire(&held).await;
        assert!(matches!(standing, Standing::NoAnswer { .. }));
        assert_eq!(gateway.approved().len(), 1);
        assert!(!approving.is_finished());
        approving.abort();
    }
}
