//! The fake gateway's own record: payments, their stages, and the ledger of their money.
//!
//! Guarantees: money is taken at most once for a payment unless a reversal came between;
//! what was sent back never exceeds what was taken; a late approval takes effect at its
//! own time, whatever anybody believes by then.

use soban_domain::ids::{AttemptId, RefundId};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause, Flow, Offer};
use soban_engine::ports::gateway::{
    Approve, Ask, Held, Listed, RefundAsk, Refunded, ReturnToken, Reversal, Reverse, Standing,
};

use super::{Ledger, Make, unknown};

/// How much too much is taken where the wrong amount is.
const WRONG_BY: i64 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Open,
    Authenticated,
    Quit,
    Paid,
    SentBack,
}

/// The data that an approval came with, for the net-cancel to repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sent {
    amount: Won,
    token: ReturnToken,
    second: i64,
}

impl Sent {
    fn of(held: &Held, token: &ReturnToken) -> Option<Sent> {
        Some(Sent {
            amount: held.amount,
            token: token.clone(),
            second: held.sent_at?.0.div_euclid(1000),
        })
    }
}

#[derive(Debug)]
pub(super) struct Payment {
    pub(super) ask: Ask,
    pub(super) offer: Offer,
    pub(super) token: ReturnToken,
    pub(super) stage: Stage,
    pub(super) ledger: Ledger,
    approval: Option<Approval>,
    sent: Option<Sent>,
    /// Money that is under way: when it lands, and how much.
    pub(super) coming: Option<(Timestamp, Won)>,
    refunds: Vec<(RefundId, Won)>,
}

impl Payment {
    pub(super) fn new(ask: &Ask, offer: Offer, token: ReturnToken) -> Payment {
        Payment {
            ask: ask.clone(),
            offer,
            token,
            stage: Stage::Open,
            ledger: Ledger::default(),
            approval: None,
            sent: None,
            coming: None,
            refunds: Vec::new(),
        }
    }

    /// Takes money.
    pub(super) fn book(&mut self, amount: Won, now: Timestamp) -> Approval {
        self.stage = Stage::Paid;
        self.coming = None;
        self.ledger.approvals += 1;
        self.ledger.taken = Won(self.ledger.taken.0 + amount.0);
        let approval = Approval {
            number: format!("A-{}-{}", self.offer.gateway_id, self.ledger.approvals),
            amount,
            kind: "MONEY".to_owned(),
            at: now,
            by: None,
        };
        self.approval = Some(approval.clone());
        approval
    }

    /// Sends back all that is left.
    fn undo(&mut self) {
        self.stage = Stage::SentBack;
        self.ledger.sent_back = self.ledger.taken;
    }

    fn rest(&self) -> i64 {
        self.ledger.taken.0 - self.ledger.sent_back.0
    }
}

/// How an approval is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taking {
    Plain,
    WrongAmount,
    /// So many seconds from now, with no answer until then.
    Late(u32),
}

#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) payments: Vec<Payment>,
    /// Codes that customers' apps show, and whether they were charged.
    pub(super) codes: Vec<(ReturnToken, bool)>,
}

impl Book {
    pub(super) fn find(&mut self, gateway_id: &str) -> Option<&mut Payment> {
        let mut payments = self.payments.iter_mut();
        payments.find(|payment| payment.offer.gateway_id == gateway_id)
    }

    pub(super) fn of(&self, attempt: AttemptId) -> Option<&Payment> {
        let mut payments = self.payments.iter();
        payments.find(|payment| payment.ask.attempt == attempt)
    }

    /// Lets money land whose time has come.
    pub(super) fn settle(&mut self, now: Timestamp) {
        for payment in &mut self.payments {
            match payment.coming {
                Some((at, amount)) if at <= now => {
                    payment.book(amount, at);
                }
                Some(_) | None => {}
            }
        }
    }

    pub(super) fn take(
        &mut self,
        make: &Make,
        (held, token): (&Held, &ReturnToken),
        taking: Taking,
        now: Timestamp,
    ) -> Approve {
        let refused = match make.flow() {
            Flow::Page => self.page_refuses(make, held, token, now),
            Flow::Scan => self.code_refuses(held, token),
            // The guest's own app pays; there is nothing for us to approve.
            Flow::Shown | Flow::Staff => Some(unknown(Cause::NotYet, "the guest's app pays")),
        };
        if let Some(answer) = refused {
            return answer;
        }
        let Some(payment) = self.find(&held.offer.gateway_id) else {
            return unknown(Cause::NoAnswer, "no such payment");
        };
        payment.sent = Sent::of(held, token);
        let asked = held.amount;
        match taking {
            Taking::Plain => Approve::Approved(payment.book(asked, now)),
            Taking::WrongAmount => {
                let taken = Won(asked.0 + WRONG_BY);
                payment.book(taken, now);
                let evidence = format!("amount is {}, due {}", taken.0, asked.0);
                Approve::Mismatched { evidence }
            }
            Taking::Late(seconds) => {
                payment.coming = Some((now.plus_seconds(seconds), asked));
                unknown(Cause::NoAnswer, "no_answer: late")
            }
        }
    }

    fn page_refuses(
        &mut self,
        make: &Make,
        held: &Held,
        token: &ReturnToken,
        now: Timestamp,
    ) -> Option<Approve> {
        let Some(payment) = self.find(&held.offer.gateway_id) else {
            return Some(unknown(Cause::NoAnswer, "no such payment"));
        };
        let same = payment.token == *token && difference(&payment.ask, held).is_none();
        match payment.stage {
            Stage::Open => return Some(unknown(Cause::NotYet, "not authenticated")),
            Stage::Quit => return Some(unknown(Cause::Refused, "the guest quit")),
            Stage::Paid if make.abilities.idempotent_seconds.is_some() && same => {
                let approval = payment.approval.clone();
                return approval.map(|approval| match approval.amount == held.amount {
                    true => Approve::Approved(approval),
                    false => Approve::Mismatched {
                        evidence: "amount".to_owned(),
                    },
                });
            }
            Stage::Paid | Stage::SentBack => {
                return Some(unknown(Cause::NoAnswer, "already done"));
            }
            Stage::Authenticated => {}
        }
        if payment.token != *token {
            return Some(unknown(Cause::NoAnswer, "wrong token"));
        }
        if now >= payment.offer.expires {
            return Some(unknown(Cause::Refused, "expired"));
        }
        difference(&payment.ask, held).map(|evidence| unknown(Cause::Refused, &evidence))
    }

    fn code_refuses(&mut self, held: &Held, token: &ReturnToken) -> Option<Approve> {
        let declined = |evidence: &str| {
            let evidence = evidence.to_owned();
            Some(Approve::Declined { evidence })
        };
        if held.sent_at.is_none() {
            let evidence = "no time of sending".to_owned();
            return Some(Approve::NotSent { evidence });
        }
        let payment = self.find(&held.offer.gateway_id);
        if payment.is_some_and(|payment| payment.sent.is_some()) {
            return Some(unknown(Cause::NoAnswer, "a number that was used"));
        }
        match self.codes.iter_mut().find(|(code, _)| code == token) {
            None => declined("an unknown code"),
            Some((_, true)) => declined("a code that was charged"),
            Some((_, charged)) => {
                *charged = true;
                None
            }
        }
    }

    pub(super) fn stand(&mut self, held: &Held) -> Standing {
        let Some(payment) = self.find(&held.offer.gateway_id) else {
            let evidence = "no such payment".to_owned();
            return Standing::NoAnswer { evidence };
        };
        let evidence = format!("{:?}", payment.stage);
        match (payment.stage, &payment.approval) {
            (Stage::Paid, Some(approval)) => match difference(&payment.ask, held) {
                None if approval.amount == held.amount => Standing::Paid(approval.clone()),
                None => Standing::Mismatched {
                    evidence: format!("amount: {} and {}", approval.amount.0, held.amount.0),
                },
                Some(evidence) => Standing::Mismatched { evidence },
            },
            (Stage::SentBack, _) => Standing::SentBack,
            (Stage::Quit, _) => Standing::Unpaid { evidence },
            (Stage::Open | Stage::Authenticated | Stage::Paid, _) => Standing::Open { evidence },
        }
    }

    pub(super) fn send_back(
        &mut self,
        make: &Make,
        held: &Held,
        token: Option<&ReturnToken>,
    ) -> Reverse {
        let unknown = |evidence: &str| Reverse::Unknown {
            evidence: evidence.to_owned(),
        };
        let Some(payment) = self.find(&held.offer.gateway_id) else {
            return unknown("no such payment");
        };
        match make.abilities.reversal {
            Reversal::None => unknown("nothing can be sent back by machine"),
            Reversal::ById => match payment.stage {
                Stage::Paid => {
                    payment.undo();
                    Reverse::Done
                }
                Stage::SentBack => Reverse::Done,
                Stage::Open | Stage::Authenticated | Stage::Quit => unknown("nothing was taken"),
            },
            Reversal::NetCancel => {
                let Some(sent) = token.and_then(|token| Sent::of(held, token)) else {
                    let evidence = "no data of the approval".to_owned();
                    return Reverse::NotSent { evidence };
                };
                if payment.sent.as_ref().is_some_and(|known| *known != sent) {
                    return unknown("not the data of the approval");
                }
                if payment.stage == Stage::Paid {
                    payment.undo();
                }
                // Of an approval that did not arrive, or not yet, nothing was taken.
                Reverse::Done
            }
        }
    }

    pub(super) fn give_back(&mut self, make: &Make, held: &Held, ask: &RefundAsk) -> Refunded {
        let unknown = |evidence: String| Refunded::Unknown { evidence };
        let refused = |evidence: &str| Refunded::Refused {
            evidence: evidence.to_owned(),
        };
        let done = || Refunded::Done {
            number: Some(format!("R-{}", ask.refund)),
        };
        if make.abilities.reversal == Reversal::None {
            return refused("nothing can be sent back by machine");
        }
        let Some(payment) = self.find(&held.offer.gateway_id) else {
            return unknown("no such payment".to_owned());
        };
        let earlier = payment.refunds.iter().find(|(id, _)| *id == ask.refund);
        if let Some((_, amount)) = earlier
            && make.abilities.idempotent_seconds.is_some()
            && *amount == ask.amount
        {
            return done();
        }
        let whole = ask.amount == held.amount && held.refunded == Won::ZERO;
        if !make.abilities.inquiry && whole && !payment.refunds.is_empty() {
            // "Taken back before", which of all of a payment nobody knew of is this one.
            return done();
        }
        let rest = payment.rest();
        let fits = ask.amount.is_positive() && rest == ask.rest_before.0 && ask.amount.0 <= rest;
        if payment.stage != Stage::Paid || !fits {
            return unknown(format!("{rest} is left"));
        }
        let part = ask.amount.0 < payment.ledger.taken.0;
        let deposit = payment.ask.tax.deposit.is_positive();
        if part && !make.abilities.partial_refund {
            return refused("only all of it");
        }
        if part && deposit && make.abilities.deposit_blocks_partial {
            return refused("only all of it, with a deposit in it");
        }
        payment.ledger.sent_back = Won(payment.ledger.sent_back.0 + ask.amount.0);
        payment.refunds.push((ask.refund, ask.amount));
        if payment.rest() == 0 {
            payment.stage = Stage::SentBack;
        }
        done()
    }

    pub(super) fn list(&self, day: BusinessDay) -> Vec<Listed> {
        let of_day = |payment: &&Payment| {
            let approval = payment.approval.as_ref();
            approval.is_some_and(|approval| BusinessDay::of(approval.at, 0) == day)
        };
        let payments = self.payments.iter().filter(of_day);
        payments
            .map(|payment| Listed {
                gateway_id: payment.offer.gateway_id.clone(),
                attempt: Some(payment.ask.attempt),
                approved: payment.ledger.taken,
                sent_back: payment.ledger.sent_back,
            })
            .collect()
    }
}

fn difference(ask: &Ask, held: &Held) -> Option<String> {
    if ask.amount != held.amount {
        return Some(format!("amount: {} and {}", ask.amount, held.amount));
    }
    (ask.order != held.order || ask.attempt != held.attempt).then(|| "order or attempt".to_owned())
}
