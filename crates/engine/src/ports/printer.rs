//! Printers: paper out, proof back.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::paper::Paper;

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The printer proved that the paper came out.
    Proved,
    /// Not a byte of the job was written.
    NotSent {
        /// What is the matter.
        trouble: Trouble,
    },
    /// Bytes were written and no proof came.
    NoProof {
        /// Why, for staff.
        evidence: String,
    },
}

/// What can be the matter with a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Nobody answers at its address.
    Unreachable,
    /// 용지 없음.
    PaperOut,
    /// 덮개 열림.
    CoverOpen,
    /// Needs a power cycle, or a jam to be cleared.
    Error,
    /// It answers, and says that it is offline.
    Offline,
}

/// How a printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// What is the matter, if anything.
    pub trouble: Option<Trouble>,
    /// 용지 부족 예고: it still prints.
    pub paper_low: bool,
}

/// Every printer of the store.
#[async_trait]
pub trait Printers: Send + Sync {
    /// Prints a document at a printer and waits for its proof. Jobs of one printer are
    /// done one after the other.
    async fn print(&self, printer: &PrinterId, job: PrintJobId, paper: &Paper) -> Printed;

    /// Asks a printer how it is, without printing.
    async fn health(&self, printer: &PrinterId) -> Health;

    /// Columns of a printer's paper, or `None` for an unknown printer.
    fn columns(&self, printer: &PrinterId) -> Option<u16>;
}
