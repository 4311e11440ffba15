//! What staff's screens ask. Every request carries a name and its PIN, so that each
//! decision is somebody's.

use serde::{Deserialize, Serialize};
use soban_domain::ids::{AttemptId, CallId, CommandId, OrderId, PrintJobId, ScreenId};
use soban_domain::moment::Timestamp;
use soban_domain::payment::{PaymentState, Trace};
use soban_domain::shelf::{Shelf, StockKey};
use soban_domain::text::Note;

use crate::money::PaidOrder;
use crate::secret::Secret;
use crate::view::{Conditions, OrderView, PrintView};

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The name, as in the secrets file.
    pub name: String,
    /// The PIN.
    pub pin: Secret,
}

/// A look at everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardRequest {
    /// Who asks.
    pub staff: Pass,
}

/// Everything that staff see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Orders that are neither done nor abandoned, oldest first.
    pub orders: Vec<OrderView>,
    /// Payments of which nobody knows yet how they end, and those that only staff can end.
    pub payments: Vec<OpenPayment>,
    /// Paid orders of which a refund or a cash receipt waits for staff.
    #[serde(default)]
    pub money: Vec<PaidOrder>,
    /// Tickets that staff must look at.
    pub prints: Vec<OpenPrint>,
    /// Guests who call.
    pub calls: Vec<OpenCall>,
    /// How printers and POS are.
    pub conditions: Conditions,
    /// What can be promised.
    pub shelf: Shelf,
    /// The menu in force.
    pub menu: String,
    /// The last event's number: follow from here.
    pub seq: u64,
}

/// A payment whose end is not known, with the evidence and what staff may do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPayment {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its order.
    pub order: OrderView,
    /// Where it stands.
    pub state: PaymentState,
    /// Milliseconds since that state.
    pub age_ms: u32,
    /// What the gateway said last.
    pub evidence: Option<String>,
    /// What happened to it, the oldest first.
    pub trail: Vec<Trace>,
    /// How often the gateway was asked since.
    pub asked: u32,
    /// Seconds until it is asked again, where that is so.
    pub next_seconds: Option<u32>,
    /// True where money came after its end and must go back.
    pub late: bool,
    /// What staff may do; nothing else is taken.
    pub allowed: Vec<StaffAction>,
}

/// What staff may do about a payment whose end is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffAction {
    /// They saw the money: the order is paid.
    SawMoney,
    /// They saw that there is none, or that it went back: the payment is closed.
    SawNoMoney,
    /// Have the gateway asked now.
    AskAgain,
    /// Have the money sent back (망취소, 결제취소).
    SendBack,
}

/// A ticket that staff must look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPrint {
    /// The order.
    pub order: OrderId,
    /// The job.
    pub print: PrintView,
    /// What the printer said last.
    pub evidence: Option<String>,
}

/// A guest who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCall {
    /// The call.
    pub call: CallId,
    /// The screen.
    pub screen: ScreenId,
    /// The order at hand.
    pub order: Option<OrderId>,
    /// When.
    pub at: Timestamp,
}

/// A decision about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderCommand {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The order.
    pub order: OrderId,
    /// Why.
    #[serde(default)]
    pub why: Note,
}

/// What staff do about a payment whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlePaymentRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The attempt.
    pub attempt: AttemptId,
    /// What they do: one of those that the board allows.
    pub action: StaffAction,
    /// What was seen, and where.
    pub why: Note,
}

/// Whether a ticket came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlePrintRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The job.
    pub job: PrintJobId,
    /// True when the paper is in hand. False prints a marked copy.
    pub came_out: bool,
}

/// A copy of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReprintRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The job to repeat.
    pub job: PrintJobId,
}

/// Somebody came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCallRequest {
    /// Who came.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The call.
    pub call: CallId,
}

/// A mark on the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSoldOutRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// An item, or `group/choice`.
    pub key: StockKey,
    /// True for sold out.
    pub sold_out: bool,
}

/// Done, and nothing to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}
