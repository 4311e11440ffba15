//! Our payments against the gateways'.
//!
//! Guarantees: every row of a gateway is held against one attempt at most, its own id
//! first and our attempt's id second; a row that fits none is a stranger's and named.
//!
//! Deliberately absent: which rows belong to a day. Whoever gathers them knows.

use std::collections::{BTreeMap, BTreeSet};

use super::DifferenceKind as Kind;
use super::{
    AttemptSide, Books, Difference, GatewayAnswer, GatewaySide, OrderSide, Repair, Report, Side,
    Tally, Unverified, is_approved, less, plus,
};
use crate::ids::AttemptId;
use crate::money::Won;
use crate::payment::{Flow, Method, PaymentState};
use crate::refund::RefundState;

/// What is known of an attempt at its gateway.
#[derive(Default)]
enum Known<'a> {
    /// There is no gateway to ask.
    NotAsked,
    /// The gateway did not tell.
    #[default]
    Untold,
    /// It told: the attempt's own row, and further ones that name the attempt.
    Told(Option<&'a GatewaySide>, Vec<&'a GatewaySide>),
}

/// Compares every payment, and every order with its payments.
pub(super) fn compare(books: &Books, report: &mut Report) {
    let mut known = BTreeMap::new();
    let mut strangers = Vec::new();
    for (&method, answer) in &books.gateways {
        let attempts = attempts_of(books, method);
        match answer {
            GatewayAnswer::Rows { rows, unanswered } => {
                report.gateways.entry(method).or_default();
                let left = pair(rows, unanswered, &attempts, &mut known);
                strangers.extend(left.into_iter().map(|row| (method, row)));
            }
            GatewayAnswer::Silent => {}
            // Only what staff took has nobody else to ask.
            GatewayAnswer::NoGateway if method.flow() != Flow::Staff => {}
            GatewayAnswer::NoGateway => {
                known.extend(attempts.iter().map(|a| (a.attempt, Known::NotAsked)));
            }
        }
    }
    let mut untold: BTreeMap<Method, Unverified> = BTreeMap::new();
    for order in &books.orders {
        for attempt in &order.attempts {
            let known = known.remove(&attempt.attempt).unwrap_or_default();
            let mut pass = Pass {
                order,
                attempt,
                report: &mut *report,
            };
            pass.ours();
            if let Known::Untold = known {
                untold_of(attempt, &mut untold);
            }
            pass.attempt(known);
        }
        whole(order, report);
    }
    for (method, row) in strangers {
        stranger(method, row, report);
    }
    report.unverified.extend(untold.into_values());
}

fn attempts_of(books: &Books, method: Method) -> Vec<&AttemptSide> {
    let attempts = books.orders.iter().flat_map(|order| &order.attempts);
    attempts.filter(|a| a.method == method).collect()
}

/// Pairs a gateway's rows with our attempts; gives those that fit none.
fn pair<'a>(
    rows: &'a [GatewaySide],
    unanswered: &[AttemptId],
    attempts: &[&AttemptSide],
    known: &mut BTreeMap<AttemptId, Known<'a>>,
) -> Vec<&'a GatewaySide> {
    // A list that was read page by page may give a row twice.
    let rows: BTreeSet<&GatewaySide> = rows.iter().collect();
    let mut by_id: BTreeMap<&str, &AttemptSide> = BTreeMap::new();
    for attempt in attempts {
        if let Some(id) = &attempt.gateway_id {
            by_id.entry(id).or_insert(attempt);
        }
    }
    let ours: BTreeSet<AttemptId> = attempts.iter().map(|a| a.attempt).collect();
    let mut own: BTreeMap<AttemptId, Vec<&GatewaySide>> = BTreeMap::new();
    let mut named: Vec<(AttemptId, &GatewaySide)> = Vec::new();
    let mut strangers = Vec::new();
    for row in rows {
        let by_attempt = row.attempt.filter(|id| ours.contains(id));
        match (by_id.get(row.gateway_id.as_str()), by_attempt) {
            (Some(attempt), _) => own.entry(attempt.attempt).or_default().push(row),
            (None, Some(attempt)) => named.push((attempt, row)),
            (None, None) => strangers.push(row),
        }
    }
    for (attempt, row) in named {
        own.entry(attempt).or_default().push(row);
    }
    for attempt in attempts {
        let mut found = own.remove(&attempt.attempt).unwrap_or_default().into_iter();
        let first = found.next();
        let told = if first.is_none() && unanswered.contains(&attempt.attempt) {
            Known::Untold
        } else {
            Known::Told(first, found.collect())
        };
        known.insert(attempt.attempt, told);
    }
    strangers
}

/// Notes an attempt that nobody confirmed. One that the gateway never gave an id to and
/// that holds no money cannot be there.
fn untold_of(attempt: &AttemptSide, untold: &mut BTreeMap<Method, Unverified>) {
    if attempt.gateway_id.is_none() && attempt.live() == Won::ZERO {
        return;
    }
    let there = untold.entry(attempt.method).or_insert_with(|| Unverified {
        side: Side::Gateway(attempt.method),
        attempts: Vec::new(),
        money: Tally::default(),
    });
    there.attempts.push(attempt.attempt);
    there.money.add(attempt.live());
}

/// Money at a gateway of which no attempt knows. What went back again is nobody's.
fn stranger(method: Method, row: &GatewaySide, report: &mut Report) {
    let live = row.live();
    report
        .gateways
        .entry(method)
        .or_default()
        .add(live, Won::ZERO);
    if live != Won::ZERO {
        report.differences.push(Difference {
            kind: Kind::PaidAtGatewayNoOrder,
            method: Some(method),
            order: None,
            number: None,
            attempt: row.attempt,
            gateway_id: Some(row.gateway_id.clone()),
            ours: Won::ZERO,
            theirs: Some(live),
            gap: live,
            repair: back(live),
        });
    }
}

/// How to get rid of money that must not be there; a gateway that sent back more than it
/// took has to explain itself first.
fn back(live: Won) -> Repair {
    if live.is_positive() {
        Repair::SendBack
    } else {
        Repair::AskGateway
    }
}

/// What an attempt that has not come to its end needs; none where it has.
fn open_payment(state: PaymentState) -> Option<Repair> {
    match state {
        PaymentState::Prepared
        | PaymentState::Asking
        | PaymentState::Waiting
        | PaymentState::Approving
        | PaymentState::Closing
        | PaymentState::Reversing => Some(Repair::Wait),
        PaymentState::Unknown(_) => Some(Repair::AskGateway),
        PaymentState::NeedsStaff => Some(Repair::StaffDecide),
        PaymentState::Approved
        | PaymentState::Voided
        | PaymentState::PartlyRefunded
        | PaymentState::Refunded
        | PaymentState::Declined
        | PaymentState::Expired
        | PaymentState::Reversed => None,
    }
}

/// What a refund that has not come to its end needs; none where it has.
fn open_refund(state: RefundState) -> Option<Repair> {
    match state {
        RefundState::Prepared | RefundState::Sending => Some(Repair::Wait),
        RefundState::Unknown => Some(Repair::AskGateway),
        RefundState::NeedsStaff => Some(Repair::StaffDecide),
        RefundState::Done | RefundState::Refused => None,
    }
}

/// Holds an order against its own payments: whatever the gateways say, it is paid once,
/// and released if and only if it is.
fn whole(order: &OrderSide, report: &mut Report) {
    let mut taken = Won::ZERO;
    for attempt in &order.attempts {
        if !is_approved(attempt) || !attempt.kept().is_positive() {
            continue;
        }
        let before = taken;
        taken = plus(taken, attempt.approved);
        if taken <= order.total {
            continue;
        }
        let mut odd = if before == Won::ZERO {
            order.difference(Kind::TotalDiffers, order.total, Repair::StaffDecide)
        } else {
            order.difference(Kind::TwoLiveApprovals, order.total, Repair::SendBack)
        };
        odd.theirs = Some(taken);
        odd.method = Some(attempt.method);
        odd.attempt = Some(attempt.attempt);
        odd.gateway_id.clone_from(&attempt.gateway_id);
        report.differences.push(odd);
    }
    let approved = order.approved();
    if order.released && approved < order.total && !order.is_open() {
        let mut unpaid = order.difference(Kind::ReleasedUnpaid, order.total, Repair::StaffDecide);
        unpaid.theirs = Some(approved);
        report.differences.push(unpaid);
    }
}

/// One attempt of an order, on its way into a report.
struct Pass<'a> {
    order: &'a OrderSide,
    attempt: &'a AttemptSide,
    report: &'a mut Report,
}

impl Pass<'_> {
    /// Counts our side.
    fn ours(&mut self) {
        let (attempt, report) = (self.attempt, &mut *self.report);
        let sums = report.ours.entry(attempt.method).or_default();
        if !attempt.state.is_closed_unpaid() {
            sums.add(attempt.approved, attempt.refunded);
            report.handed_back.add(attempt.handed_back);
        }
    }

    /// Counts a row of theirs.
    fn theirs(&mut self, approved: Won, sent_back: Won) {
        let sums = self.report.gateways.entry(self.attempt.method).or_default();
        sums.add(approved, sent_back);
    }

    fn attempt(&mut self, known: Known<'_>) {
        let (row, extras) = match known {
            Known::NotAsked | Known::Untold => {
                self.untold();
                return;
            }
            Known::Told(row, extras) => (row, extras),
        };
        let open = open_payment(self.attempt.state);
        if let Some(repair) = open {
            self.open(row, repair);
        } else if is_approved(self.attempt) {
            self.approved(row);
        } else {
            self.closed(row);
        }
        for extra in extras {
            let live = extra.live();
            self.theirs(live, Won::ZERO);
            if live != Won::ZERO {
                let twice = self.money(Kind::TwoLiveApprovals, Won::ZERO, live, back(live));
                let gateway_id = Some(extra.gateway_id.clone());
                self.report.differences.push(Difference {
                    gateway_id,
                    ..twice
                });
            }
        }
    }

    /// Without a word from the gateway there is still what our books know to be open.
    fn untold(&mut self) {
        let attempt = self.attempt;
        let refund = || attempt.refund.and_then(open_refund);
        let (ours, repair) = match open_payment(attempt.state) {
            Some(repair) => (attempt.live(), Some(repair)),
            None => (attempt.refunded, refund()),
        };
        if let Some(repair) = repair {
            let open = self.difference(Kind::StillOpen, ours, repair);
            self.report.differences.push(open);
        }
    }

    /// Not at its end: named, whatever the gateway says.
    fn open(&mut self, row: Option<&GatewaySide>, repair: Repair) {
        if let Some(row) = row {
            self.theirs(row.approved, row.sent_back);
        }
        let theirs = row.map_or(Won::ZERO, GatewaySide::live);
        let open = self.money(Kind::StillOpen, self.attempt.live(), theirs, repair);
        self.report.differences.push(open);
    }

    /// Approved here.
    fn approved(&mut self, row: Option<&GatewaySide>) {
        let attempt = self.attempt;
        let took = |row: &&GatewaySide| row.approved != Won::ZERO || row.sent_back != Won::ZERO;
        let Some(row) = row.filter(took) else {
            if attempt.approved != Won::ZERO {
                let kind = Kind::PaidHereNotAtGateway;
                let mut gone = self.money(kind, attempt.approved, Won::ZERO, Repair::AskGateway);
                gone.gap = less(Won::ZERO, attempt.live());
                self.report.differences.push(gone);
            }
            return;
        };
        self.theirs(row.approved, row.sent_back);
        if row.approved != attempt.approved {
            let kind = Kind::AmountDiffers;
            let odd = self.money(kind, attempt.approved, row.approved, Repair::StaffDecide);
            self.report.differences.push(odd);
        }
        let open = attempt.refund.and_then(open_refund);
        let (kind, repair) = match open {
            Some(repair) => (Kind::StillOpen, repair),
            None if row.sent_back == attempt.refunded => return,
            None if row.sent_back > attempt.refunded => (Kind::RefundDiffers, Repair::RecordRefund),
            None => (Kind::RefundDiffers, Repair::AskGateway),
        };
        let mut odd = self.money(kind, attempt.refunded, row.sent_back, repair);
        odd.gap = less(attempt.refunded, row.sent_back);
        self.report.differences.push(odd);
    }

    /// Closed here without money.
    fn closed(&mut self, row: Option<&GatewaySide>) {
        let live = row.map_or(Won::ZERO, GatewaySide::live);
        self.theirs(live, Won::ZERO);
        if live == Won::ZERO {
            return;
        }
        let paid_otherwise = self.order.kept().is_positive();
        let (kind, repair) = if paid_otherwise {
            (Kind::TwoLiveApprovals, back(live))
        } else if self.order.released {
            // It may be what the released order is to be paid with.
            (Kind::PaidAtGatewayNotHere, Repair::StaffDecide)
        } else {
            (Kind::PaidAtGatewayNotHere, back(live))
        };
        let late = self.money(kind, Won::ZERO, live, repair);
        self.report.differences.push(late);
    }

    /// A difference of this attempt in which both sides name an amount taken.
    fn money(&self, kind: Kind, ours: Won, theirs: Won, repair: Repair) -> Difference {
        Difference {
            theirs: Some(theirs),
            gap: less(theirs, ours),
            ..self.difference(kind, ours, repair)
        }
    }

    fn difference(&self, kind: Kind, ours: Won, repair: Repair) -> Difference {
        Difference {
            method: Some(self.attempt.method),
            attempt: Some(self.attempt.attempt),
            gateway_id: self.attempt.gateway_id.clone(),
            ..self.order.difference(kind, ours, repair)
        }
    }
}
