//! What is known of a printer, and the times within which it must answer.
//!
//! Guarantees: an unknown printer gets the careful choice of each.
//!
//! Deliberately absent: reading settings; the hub does that.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use soban_domain::ids::PrinterId;

use crate::charset::Charset;

/// Dots of one column of Font A.
pub(crate) const DOTS_OF_COLUMN: usize = 12;

/// What is known of a printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterProfile {
    /// Its name in the settings.
    pub id: PrinterId,
    /// `host:port` of its raw port.
    pub addr: String,
    /// Columns of Font A: 48 or 42 on 80 mm paper, 32 on 58 mm.
    pub columns: u16,
    /// Its letters.
    pub charset: Charset,
    /// True where a cash drawer hangs on it.
    pub drawer: bool,
    /// Which proof it offers, where that is known; otherwise it is found out at the
    /// first job.
    pub proof: Option<Proof>,
    /// How QR symbols are printed.
    pub qr: QrWay,
}

impl PrinterProfile {
    /// A printer of 48 columns of which nothing else is known.
    pub fn new(id: PrinterId, addr: impl Into<String>) -> PrinterProfile {
        PrinterProfile {
            id,
            addr: addr.into(),
            columns: 48,
            charset: Charset::Ksx1001,
            drawer: false,
            proof: None,
            qr: QrWay::Raster,
        }
    }

    /// Dots across its paper that are used.
    pub(crate) fn dots(&self) -> usize {
        usize::from(self.columns).saturating_mul(DOTS_OF_COLUMN)
    }
}

/// How a printer proves that paper came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// It answers `GS ( H` with the job's id when the paper is out.
    ProcessId,
    /// It only answers `GS r 1` in order, and `DLE EOT` without trouble after it.
    Buffered,
}

/// How QR symbols are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrWay {
    /// Drawn here: works on every printer.
    #[default]
    Raster,
    /// By the printer's own `GS ( k`.
    Command,
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// For a connection.
    pub connect: Duration,
    /// For the answer to a question.
    pub answer: Duration,
    /// Between two tries to wake up a printer that waits for the rest of a picture.
    pub flush_every: Duration,
    /// For such a printer in all.
    pub flush_for: Duration,
    /// For the printer to take the next bytes while it prints.
    pub write: Duration,
    /// For the proof, from the last byte on.
    pub proof: Duration,
    /// For the printer to hang up after we did.
    pub drain: Duration,
    /// Between two connections.
    pub gap: Duration,
}

impl Default for Timings {
    fn default() -> Timings {
        Timings {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(2),
            flush_every: Duration::from_secs(1),
            flush_for: Duration::from_secs(10),
            write: Duration::from_secs(15),
            proof: Duration::from_secs(15),
            drain: Duration::from_millis(500),
            gap: Duration::from_millis(200),
        }
    }
}
