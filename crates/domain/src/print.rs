//! One ticket for one printer, until the paper is proved.
//!
//! Guarantees: silence after a byte was written is *unknown*: such a job is never
//! marked printed and never printed again unasked. Every further copy says 재출력.
//!
//! Deliberately absent: bytes and sockets; see the devices crate.

use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, PrintJobId, PrinterId, RefundId, StationId};
use crate::machine::{Machine, Step};
use crate::moment::Timestamp;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintState {
    /// No byte of it was written. It may move to another printer.
    Queued,
    /// It is being written.
    Sending,
    /// It was written and the printer's proof has not come.
    SentUnconfirmed,
    /// The printer proved it.
    Printed,
    /// Nothing came out, or staff said so.
    Failed,
}

/// What can happen to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintEvent {
    /// The pump takes it up.
    SendStarted,
    /// Not a byte was written: no connection, or the printer cannot print now.
    NotSent,
    /// All or part of it was written and no proof came.
    NoProof,
    /// The printer proved it.
    Proved,
    /// The program came up again and found it like this.
    Restarted,
    /// It goes to the backup printer.
    Moved,
    /// The bound of trying is reached.
    TriedEnough,
    /// Staff hold the paper in hand.
    StaffSawIt,
    /// Staff say that nothing came out.
    StaffMissesIt,
}

/// What to do once the new state is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintEffect {
    /// Write it to the printer.
    Send,
    /// Call staff.
    TellStaff,
}

impl PrintState {
    /// Its name in columns.
    pub fn name(self) -> &'static str {
        match self {
            PrintState::Queued => "queued",
            PrintState::Sending => "sending",
            PrintState::SentUnconfirmed => "sent_unconfirmed",
            PrintState::Printed => "printed",
            PrintState::Failed => "failed",
        }
    }
}

impl Machine for PrintState {
    type Event = PrintEvent;
    type Effect = PrintEffect;
    const NAME: &'static str = "Print job";

    fn states() -> Vec<PrintState> {
        use PrintState as S;
        vec![
            S::Queued,
            S::Sending,
            S::SentUnconfirmed,
            S::Printed,
            S::Failed,
        ]
    }

    fn events() -> Vec<PrintEvent> {
        use PrintEvent as E;
        vec![
            E::SendStarted,
            E::NotSent,
            E::NoProof,
            E::Proved,
            E::Restarted,
            E::Moved,
            E::TriedEnough,
            E::StaffSawIt,
            E::StaffMissesIt,
        ]
    }

    fn next(self, event: PrintEvent) -> Step<PrintState> {
        use PrintEffect as F;
        use PrintEvent as E;
        use PrintState as S;
        match (self, event) {
            (S::Queued, E::SendStarted) => Ok((S::Sending, vec![F::Send])),
            (S::Queued, E::Restarted | E::Moved) => Ok((S::Queued, vec![])),
            (S::Queued, E::TriedEnough) => Ok((S::Failed, vec![F::TellStaff])),
            (S::Sending, E::NotSent) => Ok((S::Queued, vec![])),
            (S::Sending, E::NoProof | E::Restarted) => Ok((S::SentUnconfirmed, vec![F::TellStaff])),
            // A later id answered by the printer settles every earlier job of it.
            (S::Sending | S::SentUnconfirmed, E::Proved) => Ok((S::Printed, vec![])),
            (S::SentUnconfirmed | S::Failed, E::StaffSawIt) => Ok((S::Printed, vec![])),
            (S::SentUnconfirmed, E::StaffMissesIt) => Ok((S::Failed, vec![])),
            (S::SentUnconfirmed, E::Restarted) | (S::Printed, E::Proved) => Ok((self, vec![])),
            (S::Queued, E::NotSent | E::NoProof | E::Proved | E::StaffSawIt | E::StaffMissesIt)
            | (
                S::Sending,
                E::SendStarted | E::Moved | E::TriedEnough | E::StaffSawIt | E::StaffMissesIt,
            )
            | (
                S::SentUnconfirmed,
                E::SendStarted | E::NotSent | E::NoProof | E::Moved | E::TriedEnough,
            )
            | (S::Printed, E::StaffSawIt)
            | (S::Failed, E::Proved)
            | (
                S::Printed | S::Failed,
                E::SendStarted
                | E::NotSent
                | E::NoProof
                | E::Restarted
                | E::Moved
                | E::TriedEnough
                | E::StaffMissesIt,
            ) => Err(self.illegal(event)),
        }
    }
}

/// What a job prints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slip {
    /// 영수증: the guest's receipt.
    Receipt,
    /// 주방 주문서: the lines of one station.
    Kitchen(StationId),
    /// 주문서 (POS 전송 실패): the whole order for the counter, when the POS cannot be told.
    Fallback,
    /// 취소 전표, 환불 영수증: what went back by one refund.
    Refund(RefundId),
}

/// A job as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// Its id.
    pub id: PrintJobId,
    /// The order.
    pub order: OrderId,
    /// What it prints.
    pub slip: Slip,
    /// 1 for the first; every further copy is marked.
    pub copy: u32,
    /// The printer that has it now.
    pub printer: PrinterId,
    /// The printer that should have had it, if it was moved.
    pub moved_from: Option<PrinterId>,
    /// Where it stands.
    pub state: PrintState,
    /// How often it was tried at this printer.
    pub tries: u32,
    /// When it was written.
    pub created: Timestamp,
    /// When to try next.
    pub next_try: Timestamp,
    /// What the printer said last.
    pub said: Option<String>,
}
