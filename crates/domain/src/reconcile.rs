//! 대사: the books of a business day against those of the gateways and of the counter
//! POS, to the won.
//!
//! Guarantees: whatever differs is named, with what each side says and a proposed
//! repair; what nobody could be asked about is said to be unverified, never right.
//! Each difference carries its gap, so that of every side that answered the total is
//! ours plus the gaps (less what of it is unverified).
//!
//! Deliberately absent: gathering the rows and doing the repairs. A report changes
//! nothing.

#![deny(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::call_number::CallNumber;
use crate::ids::{AttemptId, OrderId};
use crate::moment::BusinessDay;
use crate::money::Won;
use crate::payment::{Method, PaymentState};
use crate::refund::RefundState;

mod gateways;
mod pos;

/// What is compared: one business day as three sides tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// The day.
    pub day: BusinessDay,
    /// Every order of the day that is on disk.
    pub orders: Vec<OrderSide>,
    /// What the gateways say of these orders' payments, and of any they have besides. A
    /// method that is missing did not answer.
    pub gateways: BTreeMap<Method, GatewayAnswer>,
    /// What the counter POS has.
    pub pos: PosAnswer,
}

/// An order as it is on our disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSide {
    /// Its id, which is its key at the POS.
    pub order: OrderId,
    /// Its number, once it has one.
    pub number: Option<CallNumber>,
    /// What it costs.
    pub total: Won,
    /// True once kitchen and POS were told.
    pub released: bool,
    /// Its attempts at paying, the oldest first.
    pub attempts: Vec<AttemptSide>,
}

/// An attempt at paying as it is on our disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptSide {
    /// Its id.
    pub attempt: AttemptId,
    /// How it is paid.
    pub method: Method,
    /// The gateway's id of it, once it gave one.
    pub gateway_id: Option<String>,
    /// Where it stands.
    pub state: PaymentState,
    /// What was taken, by the approval we hold; zero without one.
    pub approved: Won,
    /// What went back the way it came, also by staff at the VAN's own terminal.
    pub refunded: Won,
    /// What staff handed back in cash, of which no gateway knows.
    pub handed_back: Won,
    /// Where its refund stands that is not settled, if there is one.
    pub refund: Option<RefundState>,
}

impl AttemptSide {
    /// What our books say is still with the gateway. Of an attempt that is closed without
    /// money nothing is.
    fn live(&self) -> Won {
        if self.state.is_closed_unpaid() {
            Won::ZERO
        } else {
            less(self.approved, self.refunded)
        }
    }

    /// What our books say the store still has of it: cash handed back is not.
    fn kept(&self) -> Won {
        less(self.live(), self.handed_back)
    }
}

/// What a method's gateway says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GatewayAnswer {
    /// Its list of the day, or its answers to inquiries after every attempt.
    Rows {
        /// What it has.
        rows: Vec<GatewaySide>,
        /// Attempts that were asked after without an answer.
        unanswered: Vec<AttemptId>,
    },
    /// It has no list, and no inquiry was answered.
    Silent,
    /// There is none to ask: staff took the money.
    NoGateway,
}

/// A payment as its gateway has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GatewaySide {
    /// The gateway's id of it.
    pub gateway_id: String,
    /// Our attempt, where the gateway tells.
    pub attempt: Option<AttemptId>,
    /// What it took.
    pub approved: Won,
    /// What of that it sent back.
    pub sent_back: Won,
}

impl GatewaySide {
    fn live(&self) -> Won {
        less(self.approved, self.sent_back)
    }
}

/// What the counter POS says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosAnswer {
    /// Every order of ours that it has of the day.
    Rows(Vec<PosSide>),
    /// It could not be asked.
    Unreachable,
}

/// An order as the counter POS has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PosSide {
    /// Our order's id.
    pub order: OrderId,
    /// What was ordered, before any refund.
    pub amount: Won,
    /// True once it is a sale there, not only a message.
    pub accepted: bool,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The gateway holds money of which no order knows.
    PaidAtGatewayNoOrder,
    /// The gateway holds money of an attempt that is closed here without any.
    PaidAtGatewayNotHere,
    /// Approved here, and the gateway took nothing.
    PaidHereNotAtGateway,
    /// Both took money, and not the same.
    AmountDiffers,
    /// Not the same went back.
    RefundDiffers,
    /// An order is paid more often than once.
    TwoLiveApprovals,
    /// What was approved is above the order's total.
    TotalDiffers,
    /// Released, and the approvals do not come to its total.
    ReleasedUnpaid,
    /// Money is there, and neither kitchen nor POS was told.
    PaidNotReleased,
    /// Released, and the POS has not got it as a sale.
    ReleasedNotAtPos,
    /// The POS has it, and it was not released here.
    AtPosNotReleased,
    /// The POS has it at another amount.
    PosAmountDiffers,
    /// The POS has it more often than once.
    TwiceAtPos,
    /// An attempt or a refund has not come to its end.
    StillOpen,
}

impl DifferenceKind {
    /// Every kind.
    pub const ALL: [DifferenceKind; 14] = [
        DifferenceKind::PaidAtGatewayNoOrder,
        DifferenceKind::PaidAtGatewayNotHere,
        DifferenceKind::PaidHereNotAtGateway,
        DifferenceKind::AmountDiffers,
        DifferenceKind::RefundDiffers,
        DifferenceKind::TwoLiveApprovals,
        DifferenceKind::TotalDiffers,
        DifferenceKind::ReleasedUnpaid,
        DifferenceKind::PaidNotReleased,
        DifferenceKind::ReleasedNotAtPos,
        DifferenceKind::AtPosNotReleased,
        DifferenceKind::PosAmountDiffers,
        DifferenceKind::TwiceAtPos,
        DifferenceKind::StillOpen,
    ];

    /// True where the other side is the counter POS.
    pub fn is_at_pos(self) -> bool {
        match self {
            DifferenceKind::ReleasedNotAtPos
            | DifferenceKind::AtPosNotReleased
            | DifferenceKind::PosAmountDiffers
            | DifferenceKind::TwiceAtPos => true,
            DifferenceKind::PaidAtGatewayNoOrder
            | DifferenceKind::PaidAtGatewayNotHere
            | DifferenceKind::PaidHereNotAtGateway
            | DifferenceKind::AmountDiffers
            | DifferenceKind::RefundDiffers
            | DifferenceKind::TwoLiveApprovals
            | DifferenceKind::TotalDiffers
            | DifferenceKind::ReleasedUnpaid
            | DifferenceKind::PaidNotReleased
            | DifferenceKind::StillOpen => false,
        }
    }
}

/// What would put a difference right. A proposal: a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Have the gateway send the money back.
    SendBack,
    /// Ask the gateway once more.
    AskGateway,
    /// Write down the refund that the gateway made.
    RecordRefund,
    /// Release the order: it is paid.
    ReleaseOrder,
    /// Send the order to the POS, which is looked up first.
    SendToPos,
    /// Accept or enter it at the POS by hand.
    EnterAtPos,
    /// Take it out at the POS by hand.
    VoidAtPos,
    /// Staff look at both sides and decide.
    StaffDecide,
    /// It is under way: compare again later.
    Wait,
}

/// One difference between our books and another side's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// The way of paying, where a payment differs.
    pub method: Option<Method>,
    /// The order, where there is one.
    pub order: Option<OrderId>,
    /// Its number, where it has one.
    pub number: Option<CallNumber>,
    /// The attempt, where there is one.
    pub attempt: Option<AttemptId>,
    /// The gateway's id of the payment, where it has one.
    pub gateway_id: Option<String>,
    /// What our books say; of refunds what went back, else what was taken or is to be.
    pub ours: Won,
    /// What the other side says of the same; none where it was not told.
    pub theirs: Option<Won>,
    /// By how much the other side's total is above ours for it; negative where below.
    pub gap: Won,
    /// What would put it right.
    pub repair: Repair,
}

/// Who could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A method's gateway.
    Gateway(Method),
    /// The counter POS.
    Pos,
}

/// What our books say that nobody confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unverified {
    /// Who could not be asked.
    pub side: Side,
    /// The attempts that were not, with and without money; none for the POS.
    pub attempts: Vec<AttemptId>,
    /// What money of ours hangs on it.
    pub money: Tally,
}

/// A count and its sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub count: u32,
    /// How much.
    pub sum: Won,
}

impl Tally {
    /// Counts an amount; nothing for none.
    fn add(&mut self, amount: Won) {
        if amount != Won::ZERO {
            self.count = self.count.saturating_add(1);
            self.sum = plus(self.sum, amount);
        }
    }
}

/// What one side took and sent back. Money of attempts that are closed without any, and
/// that went back, is in neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Taken.
    pub approved: Tally,
    /// Sent back.
    pub sent_back: Tally,
}

impl Sums {
    /// What is left.
    pub fn net(self) -> Won {
        less(self.approved.sum, self.sent_back.sum)
    }

    fn add(&mut self, approved: Won, sent_back: Won) {
        self.approved.add(approved);
        self.sent_back.add(sent_back);
    }
}

/// The comparison of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The day.
    pub day: BusinessDay,
    /// What our books say, by way of paying.
    pub ours: BTreeMap<Method, Sums>,
    /// What the gateways say that answered.
    pub gateways: BTreeMap<Method, Sums>,
    /// What staff handed back in cash, by our books.
    pub handed_back: Tally,
    /// Orders released, by our books, at their totals.
    pub released: Tally,
    /// Sales that the POS has, if it answered.
    pub pos: Option<Tally>,
    /// What differs: payments in the order of our orders, then what only gateways know,
    /// then the POS.
    pub differences: Vec<Difference>,
    /// What nobody confirmed.
    pub unverified: Vec<Unverified>,
}

impl Report {
    /// True where every side answered and nothing differs.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.unverified.is_empty()
    }
}

/// Compares the three sides of a day.
pub fn reconcile(books: &Books) -> Report {
    let mut report = Report {
        day: books.day,
        ours: BTreeMap::new(),
        gateways: BTreeMap::new(),
        handed_back: Tally::default(),
        released: Tally::default(),
        pos: None,
        differences: Vec::new(),
        unverified: Vec::new(),
    };
    gateways::compare(books, &mut report);
    pos::compare(books, &mut report);
    report
}

impl OrderSide {
    /// A difference of this order; its other fields are filled in by the caller.
    fn difference(&self, kind: DifferenceKind, ours: Won, repair: Repair) -> Difference {
        Difference {
            kind,
            method: None,
            order: Some(self.order),
            number: self.number,
            attempt: None,
            gateway_id: None,
            ours,
            theirs: None,
            gap: Won::ZERO,
            repair,
        }
    }

    /// What our books say the store still has of it, over all its attempts.
    fn kept(&self) -> Won {
        sum(self.attempts.iter().map(AttemptSide::kept))
    }

    /// What approvals it has had, over all its approved attempts.
    fn approved(&self) -> Won {
        let approved = self.attempts.iter().filter(|attempt| is_approved(attempt));
        sum(approved.map(|attempt| attempt.approved))
    }

    /// True while an attempt of it has not come to its end.
    fn is_open(&self) -> bool {
        self.attempts
            .iter()
            .any(|attempt| !attempt.state.is_closed_unpaid() && !is_approved(attempt))
    }
}

fn is_approved(attempt: &AttemptSide) -> bool {
    attempt.state.is_paid()
}

/// Sums here stop at the ends of the range: rows come from outside.
fn sum(amounts: impl Iterator<Item = Won>) -> Won {
    amounts.fold(Won::ZERO, plus)
}

fn plus(one: Won, other: Won) -> Won {
    Won(one.0.saturating_add(other.0))
}

fn less(one: Won, other: Won) -> Won {
    Won(one.0.saturating_sub(other.0))
}
