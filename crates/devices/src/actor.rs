//! One task for each physical printer: it owns the only connection.
//!
//! Guarantees: jobs of a printer are done one after the other, with a pause between two
//! connections that slow printers need; at most [`QUEUE`] wait, then callers wait.
//!
//! Deliberately absent: the queue that survives a restart; the store has that one.

use std::sync::{Arc, Mutex, PoisonError};

use soban_engine::ports::printer::{Health, Printed};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::job::{self, ProcessIds};
use crate::profile::{PrinterProfile, Proof, Timings};

/// Jobs and questions that wait in memory.
const QUEUE: usize = 16;

/// A wish, and where its answer goes.
pub(crate) enum Wish {
    /// Print these bytes.
    Print(Vec<u8>, oneshot::Sender<Printed>),
    /// How is it?
    Health(oneshot::Sender<Health>),
}

/// The near end of the task.
pub(crate) struct Handle {
    pub(crate) wishes: mpsc::Sender<Wish>,
    /// The proof that the printer was found to offer.
    proof: Arc<Mutex<Option<Proof>>>,
}

impl Handle {
    /// Starts the task of a printer. It ends when the handle is dropped.
    pub(crate) fn start(profile: &PrinterProfile, timings: Timings, seed: u16) -> Handle {
        let (wishes, inbox) = mpsc::channel(QUEUE);
        let proof = Arc::new(Mutex::new(profile.proof));
        let actor = Actor {
            name: profile.id.to_string(),
            addr: profile.addr.clone(),
            timings,
            ids: ProcessIds::from_seed(seed),
            proof: Arc::clone(&proof),
            free: Instant::now(),
        };
        tokio::spawn(actor.run(inbox));
        Handle { wishes, proof }
    }

    /// The printer's proof, once known.
    pub(crate) fn proof(&self) -> Option<Proof> {
        *self.proof.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Actor {
    name: String,
    addr: String,
    timings: Timings,
    ids: ProcessIds,
    proof: Arc<Mutex<Option<Proof>>>,
    /// When the next connection may be opened.
    free: Instant,
}

impl Actor {
    async fn run(mut self, mut inbox: mpsc::Receiver<Wish>) {
        while let Some(wish) = inbox.recv().await {
            sleep_until(self.free).await;
            match wish {
                Wish::Print(body, to) => {
                    let printed = self.print(&body).await;
                    // Whoever asked may have gone; the outcome is in the log then.
                    let _ = to.send(printed);
                }
                Wish::Health(to) => {
                    let _ = to.send(job::health(&self.addr, self.timings).await);
                }
            }
            self.free = Instant::now() + self.timings.gap;
        }
    }

    async fn print(&mut self, body: &[u8]) -> Printed {
        let mut proof = self.known();
        let printed = job::print(&self.addr, self.timings, &mut proof, &mut self.ids, body).await;
        if proof != self.known() {
            tracing::info!(printer = %self.name, ?proof, "found out how the printer proves");
            *self.proof.lock().unwrap_or_else(PoisonError::into_inner) = proof;
        }
        match &printed {
            Printed::Proved => tracing::debug!(printer = %self.name, "printed"),
            Printed::NotSent { trouble } => {
                tracing::warn!(printer = %self.name, ?trouble, "not sent");
            }
            Printed::NoProof { evidence } => {
                tracing::warn!(printer = %self.name, %evidence, "sent without proof");
            }
        }
        printed
    }

    fn known(&self) -> Option<Proof> {
        *self.proof.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
