//! Printers in memory, with the paper that truly came out.
//!
//! Guarantees: the ledger has what a printer printed, whether or not its proof came.
//! A trouble lasts until it is taken away; a lost proof hits the next job only.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::paper::Paper;
use soban_engine::ports::Printers;
use soban_engine::ports::printer::{Health, Printed, Trouble};
use tokio::sync::watch;

/// What becomes of the next job at a printer, where it is not simply printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The paper comes out and its proof does not come.
    LostProof,
    /// A part was written, nothing comes out, and no proof comes.
    CutOff,
}

#[derive(Debug, Default)]
struct Machine {
    columns: u16,
    trouble: Option<Trouble>,
    paper_low: bool,
    mishap: Option<Mishap>,
    papers: Vec<(PrintJobId, Paper)>,
}

/// Printers whose troubles and paper belong to the test.
#[derive(Debug)]
pub struct FakePrinters {
    machines: Mutex<BTreeMap<PrinterId, Machine>>,
    /// How many papers came out of all of them.
    papers: watch::Sender<usize>,
}

impl FakePrinters {
    /// Printers by name and columns of their paper, all well.
    pub fn new(printers: impl IntoIterator<Item = (PrinterId, u16)>) -> FakePrinters {
        let machine = |columns| Machine {
            columns,
            ..Machine::default()
        };
        let machines = printers.into_iter();
        let machines = machines.map(|(name, columns)| (name, machine(columns)));
        FakePrinters {
            machines: Mutex::new(machines.collect()),
            papers: watch::Sender::new(0),
        }
    }

    fn machines(&self) -> MutexGuard<'_, BTreeMap<PrinterId, Machine>> {
        self.machines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, printer: &PrinterId, change: impl FnOnce(&mut Machine)) {
        if let Some(machine) = self.machines().get_mut(printer) {
            change(machine);
        }
    }

    /// Gives a printer a trouble, or takes it away.
    pub fn set_trouble(&self, printer: &PrinterId, trouble: Option<Trouble>) {
        self.change(printer, |machine| machine.trouble = trouble);
    }

    /// Lets a printer's paper run low, or fills it up.
    pub fn set_paper_low(&self, printer: &PrinterId, low: bool) {
        self.change(printer, |machine| machine.paper_low = low);
    }

    /// Spoils the next job of a printer.
    pub fn mishap(&self, printer: &PrinterId, mishap: Mishap) {
        self.change(printer, |machine| machine.mishap = Some(mishap));
    }

    /// What came out of a printer, in order.
    pub fn papers(&self, printer: &PrinterId) -> Vec<(PrintJobId, Paper)> {
        let machines = self.machines();
        let machine = machines.get(printer);
        machine.map(|m| m.papers.clone()).unwrap_or_default()
    }

    /// Waits until at least `count` papers came out of all printers together.
    pub async fn until_papers(&self, count: usize) {
        let mut papers = self.papers.subscribe();
        let _ = papers.wait_for(|out| *out >= count).await;
    }

    fn put_out(&self, machine: &mut Machine, job: PrintJobId, paper: &Paper) {
        machine.papers.push((job, paper.clone()));
        self.papers.send_modify(|out| *out += 1);
    }
}

#[async_trait]
impl Printers for FakePrinters {
    async fn print(&self, printer: &PrinterId, job: PrintJobId, paper: &Paper) -> Printed {
        let mut machines = self.machines();
        let Some(machine) = machines.get_mut(printer) else {
            let trouble = Trouble::Unreachable;
            return Printed::NotSent { trouble };
        };
        if let Some(trouble) = machine.trouble {
            return Printed::NotSent { trouble };
        }
        let evidence = "no_proof".to_owned();
        match machine.mishap.take() {
            None => {
                self.put_out(machine, job, paper);
                Printed::Proved
            }
            Some(Mishap::LostProof) => {
                self.put_out(machine, job, paper);
                Printed::NoProof { evidence }
            }
            Some(Mishap::CutOff) => Printed::NoProof { evidence },
        }
    }

    async fn health(&self, printer: &PrinterId) -> Health {
        let machines = self.machines();
        machines.get(printer).map_or(
            Health {
                trouble: Some(Trouble::Unreachable),
                paper_low: false,
            },
            |machine| Health {
                trouble: machine.trouble,
                paper_low: machine.paper_low,
            },
        )
    }

    fn columns(&self, printer: &PrinterId) -> Option<u16> {
        self.machines().get(printer).map(|machine| machine.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    /// The ledger tells what came out from what was proved, by one job of each fate.
    #[tokio::test]
    async fn paper_and_proof_are_two_things() {
        let printer = samples::printer();
        let printers = FakePrinters::new([(printer.clone(), 42)]);
        let paper = Paper::default();
        let print = |n| printers.print(&printer, samples::print_id(n), &paper);
        assert_eq!(print(1).await, Printed::Proved);
        printers.mishap(&printer, Mishap::LostProof);
        assert!(matches!(print(2).await, Printed::NoProof { .. }));
        printers.mishap(&printer, Mishap::CutOff);
        assert!(matches!(print(3).await, Printed::NoProof { .. }));
        printers.set_trouble(&printer, Some(Trouble::PaperOut));
        assert!(matches!(print(4).await, Printed::NotSent { .. }));
        let out: Vec<_> = printers.papers(&printer).into_iter().map(|p| p.0).collect();
        assert_eq!(out, [1, 2].map(samples::print_id));
        printers.until_papers(2).await;
        assert_eq!(printers.columns(&samples::slug("nowhere")), None);
    }
}
