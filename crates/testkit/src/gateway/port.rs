//! The port, as the fake gateway keeps it.

use async_trait::async_trait;
use soban_domain::ids::AttemptId;
use soban_domain::moment::BusinessDay;
use soban_domain::payment::{Cause, Flow, Method, Offer};
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{
    Abilities, Approve, Ask, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken, Reverse,
    SentBack, Standing,
};

use super::book::Taking;
use super::{Call, FakeGateway, Fault, unknown};

/// Why an answer does not tell, for staff.
fn no_answer(fault: Fault) -> String {
    format!("no_answer: {fault:?}")
}

/// True where a fault spoils the answer of a call that was done.
fn is_done(fault: Fault) -> bool {
    match fault {
        Fault::LostReply | Fault::GarbledReply => true,
        Fault::ServerError | Fault::Refusal | Fault::WrongAmount | Fault::LateApproval(_) => false,
    }
}

impl FakeGateway {
    fn take(&self, held: &Held, token: &ReturnToken, taking: Taking) -> Approve {
        let now = self.clock.now();
        let make = self.make;
        let mut state = self.state();
        state.book.take(&make, (held, token), taking, now)
    }

    fn refusal(&self) -> Approve {
        match self.make.abilities.inquiry {
            true => unknown(Cause::Refused, "refused"),
            // One that cannot be asked says so once, and that is final.
            false => Approve::Declined {
                evidence: "refused".to_owned(),
            },
        }
    }

    fn is_without_address(&self) -> bool {
        self.make.flow() == Flow::Shown && !self.make.abilities.inquiry
    }
}

#[async_trait]
impl Gateway for FakeGateway {
    fn method(&self) -> Method {
        self.make.method
    }

    fn abilities(&self) -> Abilities {
        self.make.abilities
    }

    /// A page is asked for over the network; a code is made in the shop, and no fault of a
    /// network can hit that.
    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        let none = |code: &str, words: String| NoOffer {
            passing: code != "refused",
            code: code.to_owned(),
            words,
        };
        let answer = if self.make.flow() == Flow::Page {
            match self.arrive(Call::Offer, ask.attempt) {
                Err(words) => Err(none("no_connection", words)),
                Ok(None) => Ok(self.open(ask)),
                Ok(Some(fault @ Fault::Refusal)) => Err(none("refused", no_answer(fault))),
                Ok(Some(fault)) => {
                    if is_done(fault) {
                        self.open(ask);
                    }
                    Err(none("no_answer", no_answer(fault)))
                }
            }
        } else {
            self.note(Call::Offer, ask.attempt);
            Ok(self.open(ask))
        };
        self.hang(Call::Offer).await;
        answer
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        if self.make.flow() == Flow::Shown {
            // Nothing is sent: there is nothing for us to approve.
            return self.take(held, token, Taking::Plain);
        }
        let answer = match self.arrive(Call::Approve, held.attempt) {
            Err(evidence) => Approve::NotSent { evidence },
            Ok(None) => self.take(held, token, Taking::Plain),
            Ok(Some(Fault::Refusal)) => self.refusal(),
            Ok(Some(Fault::WrongAmount)) => self.take(held, token, Taking::WrongAmount),
            Ok(Some(Fault::LateApproval(seconds))) => self.take(held, token, Taking::Late(seconds)),
            Ok(Some(fault)) => {
                if is_done(fault) {
                    self.take(held, token, Taking::Plain);
                }
                unknown(Cause::NoAnswer, &no_answer(fault))
            }
        };
        self.hang(Call::Approve).await;
        answer
    }

    async fn inquire(&self, held: &Held) -> Standing {
        if !self.make.abilities.inquiry {
            let evidence = "cannot be asked".to_owned();
            return Standing::NoAnswer { evidence };
        }
        let answer = match self.arrive(Call::Inquire, held.attempt) {
            Err(evidence) => Standing::NoAnswer { evidence },
            Ok(None) => self.state().book.stand(held),
            Ok(Some(fault)) => Standing::NoAnswer {
                evidence: no_answer(fault),
            },
        };
        self.hang(Call::Inquire).await;
        answer
    }

    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        let make = self.make;
        let send_back = || self.state().book.send_back(&make, held, token);
        if self.is_without_address() {
            return send_back();
        }
        let answer = match self.arrive(Call::Reverse, held.attempt) {
            Err(evidence) => Reverse::NotSent { evidence },
            Ok(None) => send_back(),
            Ok(Some(fault)) => {
                if is_done(fault) {
                    send_back();
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
        let make = self.make;
        let give_back = || self.state().book.give_back(&make, held, ask);
        if self.is_without_address() {
            return give_back();
        }
        let answer = match self.arrive(Call::Refund, held.attempt) {
            Err(evidence) => Refunded::NotSent { evidence },
            Ok(None) => give_back(),
            Ok(Some(fault @ Fault::Refusal)) => Refunded::Refused {
                evidence: no_answer(fault),
            },
            Ok(Some(fault)) => {
                if is_done(fault) {
                    give_back();
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
        if !self.make.abilities.inquiry {
            return SentBack::CannotTell;
        }
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

    async fn list(&self, day: BusinessDay) -> Listing {
        if !self.make.abilities.lists {
            return Listing::NotOffered;
        }
        let nobody = AttemptId(uuid::Uuid::nil());
        let answer = match self.arrive(Call::List, nobody) {
            Err(evidence) => Listing::NoAnswer { evidence },
            Ok(Some(fault)) => Listing::NoAnswer {
                evidence: no_answer(fault),
            },
            Ok(None) => Listing::Rows(self.state().book.list(day)),
        };
        self.hang(Call::List).await;
        answer
    }
}
