//! What screens ask about money that was taken: the paid orders of a day, what goes back
//! of them, and their cash receipts (현금영수증).
//!
//! Deliberately absent: a cash receipt's number in any reply. It goes in as a secret and
//! comes out masked.

use serde::{Deserialize, Serialize};
use soban_domain::cash_receipt::{CashReceiptState, Issue, ReceiptKind};
use soban_domain::ids::{AttemptId, CashReceiptId, CommandId, OrderId, RefundId};
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::refund::{ByHand, RefundKind, RefundLine, RefundState};
use soban_domain::tax::TaxParts;
use soban_domain::text::Note;

use crate::secret::Secret;
use crate::staff::Pass;
use crate::view::OrderView;

/// The paid orders of a business day are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayOrdersRequest {
    /// Who asks.
    pub staff: Pass,
    /// The business day; today's where none is named.
    #[serde(default)]
    pub day: Option<BusinessDay>,
}

/// The paid orders of a business day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOrders {
    /// The day.
    pub day: BusinessDay,
    /// Its orders that were paid, the newest first.
    pub orders: Vec<PaidOrder>,
    /// The last event's number: follow from here.
    pub seq: u64,
}

/// A paid order, and what became of its money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidOrder {
    /// The order.
    pub order: OrderView,
    /// The attempt that paid it.
    pub attempt: AttemptId,
    /// How.
    pub method: Method,
    /// What it was paid with, as the gateway calls it: `MONEY`, `CARD`, `CASH`, `STAFF`.
    pub kind: String,
    /// How much was taken.
    pub approved: Won,
    /// When.
    pub approved_at: Timestamp,
    /// The gateway's number of the approval.
    pub approval_number: String,
    /// How much is back with the payer.
    pub refunded: Won,
    /// How much is on its way back, or may be.
    pub pending: Won,
    /// What may go back now.
    pub refundable: Refundable,
    /// Pieces of each line that may still go back, in the order's order.
    pub left: Vec<u32>,
    /// Every giving back, the oldest first.
    pub refunds: Vec<RefundView>,
    /// Who issues a cash receipt for it.
    pub receipt_by: Issue,
    /// The latest cash receipt.
    pub receipt: Option<CashReceiptView>,
    /// True where the POS holds the sale and must be told of its refund by hand: it takes
    /// no refunds from here.
    pub pos_too: bool,
}

/// What may go back of a paid order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refundable {
    /// Nothing is left.
    Nothing,
    /// Another refund of it is not over.
    Settling,
    /// All of it or pieces of lines, by machine.
    Lines,
    /// Only all that is left, by machine.
    Whole,
    /// Only by hand, all of it or pieces of lines: [`RefundRequest::by_hand`] must say how.
    ByHand,
}

/// A giving back as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    /// Which.
    pub refund: RefundId,
    /// 결제취소 or 환불.
    pub kind: RefundKind,
    /// How much.
    pub amount: Won,
    /// How it divides for the tax office.
    pub tax: TaxParts,
    /// Pieces of lines; empty for all that was left.
    pub lines: Vec<RefundLine>,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub why: Note,
    /// How it was done by hand, where it was.
    pub by_hand: Option<ByHand>,
    /// Where it stands.
    pub state: RefundState,
    /// When it was decided.
    pub at: Timestamp,
    /// When the money was back.
    pub done_at: Option<Timestamp>,
    /// Seconds until the gateway is tried or asked again, where that is so.
    pub next_seconds: Option<u32>,
    /// What the gateway said last.
    pub evidence: Option<String>,
    /// True where a named member of staff may say how it ended ([`SettleRefundRequest`]).
    pub settle: bool,
}

/// A cash receipt as screens see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashReceiptView {
    /// Which.
    pub receipt: CashReceiptId,
    /// What it is for.
    pub kind: ReceiptKind,
    /// The number, masked.
    pub masked: String,
    /// How much of the sale: without deposits, which are none.
    pub amount: Won,
    /// Where it stands.
    pub state: CashReceiptState,
    /// 승인번호 of the tax office, once issued.
    pub issue_number: Option<String>,
    /// Until when it must be issued.
    pub deadline: Timestamp,
    /// True where that time is over and it was not issued.
    pub overdue: bool,
    /// What the service said last.
    pub evidence: Option<String>,
    /// What a named member of staff may say of it ([`SettleCashReceiptRequest`]).
    pub allowed: Vec<ReceiptSaid>,
}

/// Money goes back to a guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The refund's id, made by the screen.
    pub refund: RefundId,
    /// The order.
    pub order: OrderId,
    /// Pieces of lines; empty for all that is left.
    #[serde(default)]
    pub lines: Vec<RefundLine>,
    /// How the money was given back, where that was done by hand. None has the gateway do
    /// it.
    #[serde(default)]
    pub by_hand: Option<ByHand>,
    /// Why; never empty.
    pub why: Note,
}

/// A member of staff says how a refund ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleRefundRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The refund.
    pub refund: RefundId,
    /// True when the money is back with the payer; false when it is not and the refund is
    /// given up.
    pub done: bool,
    /// What was seen, and where; never empty.
    pub why: Note,
}

/// A cash receipt is wanted: by the guest, or by staff for them. Before the money is
/// taken it is written down and issued once it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCashReceiptRequest {
    /// The member of staff, where one asks. Guests ask for orders not yet over a day old;
    /// [`ReceiptKind::SelfIssue`] is the staff's.
    #[serde(default)]
    pub staff: Option<Pass>,
    /// The command.
    pub command: CommandId,
    /// The receipt's id, made by the screen.
    pub receipt: CashReceiptId,
    /// The order.
    pub order: OrderId,
    /// What it is for.
    pub kind: ReceiptKind,
    /// The number, as typed; none for [`ReceiptKind::SelfIssue`].
    #[serde(default)]
    pub number: Option<Secret>,
}

/// A member of staff says how a cash receipt stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleCashReceiptRequest {
    /// Who decides.
    pub staff: Pass,
    /// The command.
    pub command: CommandId,
    /// The receipt.
    pub receipt: CashReceiptId,
    /// What they saw or did: one of those that the view allows.
    pub said: ReceiptSaid,
    /// 승인번호 of the tax office, where they issued it by hand.
    #[serde(default)]
    pub issue_number: Option<Note>,
    /// What was seen, and where; never empty.
    pub why: Note,
}

/// The books of a business day are to be compared with the gateways' and the POS's (대사).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReconcileRequest {
    /// Who asks.
    pub staff: Pass,
    /// The business day; today's where none is named.
    #[serde(default)]
    pub day: Option<BusinessDay>,
}

/// What staff say of a cash receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptSaid {
    /// It stands: they saw it, or issued it by hand.
    Issued,
    /// It was not issued, and will not be.
    NotIssued,
    /// It is voided: they saw it, or did it by hand.
    Voided,
}
