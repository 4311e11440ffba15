//! The engine's printers, over raw TCP (port 9100).
//!
//! Guarantees: those of the port: one job of a printer at a time, and an answer that
//! says no more than is known.
//!
//! Deliberately absent: finding printers on the network.

use std::collections::BTreeMap;

use async_trait::async_trait;
use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::paper::Paper;
use soban_engine::ports::printer::{Health, Printed, Printers, Trouble};
use tokio::sync::oneshot;

use crate::actor::{Handle, Wish};
use crate::escpos;
use crate::profile::{PrinterProfile, Proof, Timings};

/// The most bytes of a body. An order's slip, all of it drawn, stays below.
const BODY_MOST: usize = 4 * 1024 * 1024;

/// Every network printer of the store.
pub struct NetPrinters {
    printers: BTreeMap<PrinterId, Printer>,
}

struct Printer {
    profile: PrinterProfile,
    handle: Handle,
}

impl NetPrinters {
    /// Starts a task for each printer; connects to none yet. Two profiles of one name
    /// are one printer, the later. `seed` is where the process ids begin; take another
    /// at each start of the program.
    ///
    /// Must be called within a tokio runtime.
    pub fn new(profiles: Vec<PrinterProfile>, timings: Timings, seed: u16) -> NetPrinters {
        let printers = profiles
            .into_iter()
            .map(|profile| {
                let handle = Handle::start(&profile, timings, seed);
                (profile.id.clone(), Printer { profile, handle })
            })
            .collect();
        NetPrinters { printers }
    }

    /// Which proof a printer offers, once that was found out.
    pub fn proof(&self, printer: &PrinterId) -> Option<Proof> {
        self.printers.get(printer)?.handle.proof()
    }

    /// The profile of a printer.
    pub fn profile(&self, printer: &PrinterId) -> Option<&PrinterProfile> {
        self.printers.get(printer).map(|printer| &printer.profile)
    }
}

#[async_trait]
impl Printers for NetPrinters {
    async fn print(&self, printer: &PrinterId, job: PrintJobId, paper: &Paper) -> Printed {
        let unsent = |trouble| Printed::NotSent { trouble };
        let Some(Printer { profile, handle }) = self.printers.get(printer) else {
            tracing::error!(%printer, %job, "no such printer in the settings");
            return unsent(Trouble::Unreachable);
        };
        let body = escpos::body(paper, profile);
        if body.len() > BODY_MOST {
            tracing::error!(%printer, %job, bytes = body.len(), "the document is too long");
            return unsent(Trouble::Error);
        }
        let (to, answer) = oneshot::channel();
        if handle.wishes.send(Wish::Print(body, to)).await.is_err() {
            return unsent(Trouble::Unreachable);
        }
        // The task drops the other end only when it is torn down in the middle of a job.
        answer.await.unwrap_or_else(|_| Printed::NoProof {
            evidence: "the program stopped while printing".to_owned(),
        })
    }

    async fn health(&self, printer: &PrinterId) -> Health {
        let unreachable = Health {
            trouble: Some(Trouble::Unreachable),
            paper_low: false,
        };
        let Some(Printer { handle, .. }) = self.printers.get(printer) else {
            return unreachable;
        };
        let (to, answer) = oneshot::channel();
        if handle.wishes.send(Wish::Health(to)).await.is_err() {
            return unreachable;
        }
        answer.await.unwrap_or(unreachable)
    }

    fn columns(&self, printer: &PrinterId) -> Option<u16> {
        Some(self.printers.get(printer)?.profile.columns)
    }
}
