//! A service of cash receipts (현금영수증) in memory, with the ledger of the tax office.
//!
//! Guarantees: a receipt of one id stands once, whatever is lost on the way; a fault hits
//! the next call of its kind and no other.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soban_domain::cash_receipt::{CashReceipt, ReceiptNumber};
use soban_domain::ids::CashReceiptId;
use soban_domain::money::Won;
use soban_domain::tax::TaxParts;
use soban_engine::ports::CashReceipts;
use soban_engine::ports::cash_receipt::{Issued, ReceiptAsk, ReceiptStanding, ReceiptVoid};

use crate::gateway::Fault;

/// A call of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// [`CashReceipts::issue`].
    Issue,
    /// [`CashReceipts::void`].
    Void,
    /// [`CashReceipts::look_up`].
    LookUp,
}

/// A receipt as the tax office has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Ours.
    pub receipt: CashReceiptId,
    /// Its number there.
    pub issue_number: String,
    /// What it was issued to.
    pub number: ReceiptNumber,
    /// How much.
    pub amount: Won,
    /// How it divides.
    pub tax: TaxParts,
    /// True once it counts for nothing.
    pub voided: bool,
}

#[derive(Debug, Default)]
struct State {
    filed: Vec<Filed>,
    faults: VecDeque<(Call, Fault)>,
    unreachable: bool,
    calls: Vec<Call>,
}

/// A service whose faults and ledger belong to the test.
#[derive(Debug, Default)]
pub struct FakeReceipts {
    state: Mutex<State>,
}

impl FakeReceipts {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every receipt that the tax office has, voided ones too.
    pub fn filed(&self) -> Vec<Filed> {
        self.state().filed.clone()
    }

    /// Spoils the next call of a kind.
    pub fn fault_at(&self, call: Call, fault: Fault) {
        self.state().faults.push_back((call, fault));
    }

    /// Nobody listens at the service's address, or somebody does again.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.state().unreachable = unreachable;
    }

    /// How often a call of a kind arrived.
    pub fn count(&self, call: Call) -> usize {
        let state = self.state();
        state.calls.iter().filter(|kind| **kind == call).count()
    }

    /// Takes note of a call that arrives, and the fault that is to hit it; `Err` where
    /// nobody listens.
    fn arrive(&self, call: Call) -> Result<Option<Fault>, String> {
        let mut state = self.state();
        if state.unreachable {
            return Err("no_connection: nobody listens".to_owned());
        }
        state.calls.push(call);
        let next = state.faults.iter().position(|(kind, _)| *kind == call);
        let fault = next.and_then(|at| state.faults.remove(at));
        Ok(fault.map(|(_, fault)| fault))
    }

    fn file(&self, ask: &ReceiptAsk) -> String {
        let mut state = self.state();
        let same = |filed: &&Filed| filed.receipt == ask.receipt.id;
        if let Some(filed) = state.filed.iter().find(same) {
            return filed.issue_number.clone();
        }
        let issue_number = format!("G{:08}", state.filed.len() + 1);
        state.filed.push(Filed {
            receipt: ask.receipt.id,
            issue_number: issue_number.clone(),
            number: ask.number.clone(),
            amount: ask.receipt.amount,
            tax: ask.receipt.tax,
            voided: false,
        });
        issue_number
    }

    /// Voids a receipt that stands; false where there is none.
    fn strike(&self, receipt: &CashReceipt) -> bool {
        let mut state = self.state();
        let mut filed = state.filed.iter_mut();
        match filed.find(|filed| filed.receipt == receipt.id) {
            Some(filed) => {
                filed.voided = true;
                true
            }
            None => false,
        }
    }
}

fn is_done(fault: Fault) -> bool {
    matches!(fault, Fault::LostReply | Fault::GarbledReply)
}

fn no_answer(fault: Fault) -> String {
    format!("no_answer: {fault:?}")
}

#[async_trait]
impl CashReceipts for FakeReceipts {
    async fn issue(&self, ask: &ReceiptAsk) -> Issued {
        match self.arrive(Call::Issue) {
            Err(evidence) => Issued::NotSent { evidence },
            Ok(None) => Issued::Done {
                number: self.file(ask),
            },
            Ok(Some(Fault::Refusal)) => Issued::Refused {
                evidence: "not a number that anybody has".to_owned(),
            },
            Ok(Some(fault)) => {
                if is_done(fault) {
                    self.file(ask);
                }
                Issued::Unknown {
                    evidence: no_answer(fault),
                }
            }
        }
    }

    async fn void(&self, receipt: &CashReceipt) -> ReceiptVoid {
        match self.arrive(Call::Void) {
            Err(evidence) => ReceiptVoid::NotSent { evidence },
            Ok(Some(Fault::Refusal)) => ReceiptVoid::Refused {
                evidence: "too late".to_owned(),
            },
            Ok(None) if self.strike(receipt) => ReceiptVoid::Done,
            Ok(None) => ReceiptVoid::Refused {
                evidence: "no such receipt".to_owned(),
            },
            Ok(Some(fault)) => {
                if is_done(fault) {
                    self.strike(receipt);
                }
                ReceiptVoid::Unknown {
                    evidence: no_answer(fault),
                }
            }
        }
    }

    async fn look_up(&self, receipt: &CashReceipt) -> ReceiptStanding {
        match self.arrive(Call::LookUp) {
            Err(evidence) => ReceiptStanding::NoAnswer { evidence },
            Ok(Some(fault)) => ReceiptStanding::NoAnswer {
                evidence: no_answer(fault),
            },
            Ok(None) => {
                let state = self.state();
                let mut filed = state.filed.iter();
                match filed.find(|filed| filed.receipt == receipt.id) {
                    None => ReceiptStanding::Absent,
                    Some(filed) if filed.voided => ReceiptStanding::Voided,
                    Some(filed) => ReceiptStanding::Issued {
                        number: filed.issue_number.clone(),
                    },
                }
            }
        }
    }
}
