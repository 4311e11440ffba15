//! Each difference by an example, and what is said where somebody does not answer.

use std::collections::{BTreeMap, BTreeSet};

use soban_domain::money::Won;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::reconcile::DifferenceKind as Kind;
use soban_domain::reconcile::{
    Books, Difference, GatewayAnswer, PosAnswer, Repair, Report, Side, Sums, Tally, reconcile,
};
use soban_domain::refund::RefundState;

use crate::faults::{FAULTS, Said, no_attempt};
use crate::world::World;

fn said(difference: &Difference) -> Said {
    (
        difference.kind,
        difference.ours.0,
        difference.theirs.map(|theirs| theirs.0),
        difference.gap.0,
        difference.repair,
    )
}

fn tally(count: u32, sum: i64) -> Tally {
    Tally {
        count,
        sum: Won(sum),
    }
}

/// A good day by hand: one order paid and partly refunded, one paid at the counter with
/// cash handed back, one reversed and abandoned; every side's totals, and no difference.
#[test]
fn a_good_day() {
    let mut world = World::default();
    let order = world.paid(12_500);
    world.orders[order].attempts[0].refunded = Won(4_250);
    world.row_of(order).sent_back = Won(4_250);
    let mut counter = world.attempt(Method::Counter, PaymentState::Approved, 9_000);
    counter.handed_back = Won(2_000);
    world.release(9_000, vec![counter]);
    let reversed = world.attempt(Method::Kakaopay, PaymentState::Reversed, 0);
    world.row(&reversed, 3_000, 3_000);
    world.place(3_000, vec![reversed]);

    let report = reconcile(&world.books());
    assert!(report.is_clean(), "{report:?}");
    let sums = |taken, back| Sums {
        approved: taken,
        sent_back: back,
    };
    let kakaopay = sums(tally(1, 12_500), tally(1, 4_250));
    let counter = sums(tally(1, 9_000), tally(0, 0));
    assert_eq!(kakaopay.net(), Won(8_250));
    let ours = BTreeMap::from([(Method::Kakaopay, kakaopay), (Method::Counter, counter)]);
    assert_eq!(report.ours, ours);
    assert_eq!(
        report.gateways,
        BTreeMap::from([(Method::Kakaopay, kakaopay)])
    );
    assert_eq!(report.handed_back, tally(1, 2_000));
    assert_eq!(report.released, tally(2, 21_500));
    assert_eq!(report.pos, Some(tally(2, 21_500)));
    assert_eq!(report.day.to_string(), "2026-11-22");
}

/// Each fault, alone on a day, gives the one difference worked out for it by hand; and
/// every kind of difference has such an example.
#[test]
fn each_fault_has_its_name() {
    let mut kinds = BTreeSet::new();
    for (name, fault) in FAULTS {
        let mut world = World::default();
        let expected = fault(&mut world);
        let report = reconcile(&world.books());
        let found: Vec<Said> = report.differences.iter().map(said).collect();
        assert_eq!(found, [expected], "{name}");
        assert_eq!(report.unverified, [], "{name}");
        kinds.insert(expected.0);
    }
    assert_eq!(kinds, BTreeSet::from(Kind::ALL));
}

/// A difference says where to look: order, number, attempt, way of paying and the
/// gateway's id.
#[test]
fn a_difference_names_its_place() {
    let mut world = World::default();
    let order = world.paid(12_500);
    world.row_of(order).approved = Won(12_400);
    let (order, difference) = (
        &world.orders[order],
        &reconcile(&world.books()).differences[0],
    );
    assert_eq!(difference.order, Some(order.order));
    assert_eq!(difference.number, order.number);
    assert_eq!(difference.method, Some(Method::Kakaopay));
    assert_eq!(difference.attempt, Some(order.attempts[0].attempt));
    assert_eq!(difference.gateway_id, order.attempts[0].gateway_id);
}

/// A row that tells only its own id, one that tells only our attempt's under another id,
/// and one that comes twice on the list are each found, and nothing differs.
#[test]
fn rows_are_found_by_either_id() {
    let mut world = World::default();
    for _ in 0..3 {
        world.paid(12_500);
    }
    world.row_of(1).gateway_id = "another".to_owned();
    let twice = world.row_of(2).clone();
    world.rows.push(twice);
    world.row_of(0).attempt = None;
    let report = reconcile(&world.books());
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.gateways[&Method::Kakaopay].net(), Won(37_500));
}

/// A gateway without list or answer, named as silent, as none or not at all, leaves its
/// payments unverified; money that our books know to be open is still said to be.
#[test]
fn a_silent_gateway_is_unverified() {
    let mut world = World::default();
    world.paid(12_500);
    let order = world.paid(9_000);
    world.orders[order].attempts[0].refunded = Won(4_000);
    world.orders[order].attempts[0].refund = Some(RefundState::Unknown);
    let closed = world.attempt(Method::Kakaopay, PaymentState::Declined, 0);
    let mut never = world.attempt(Method::Kakaopay, PaymentState::Declined, 0);
    never.gateway_id = None;
    let asked = [
        &world.orders[0].attempts[0],
        &world.orders[1].attempts[0],
        &closed,
    ];
    let asked: Vec<_> = asked.map(|attempt| attempt.attempt).to_vec();
    world.place(5_000, vec![closed, never]);

    let mut silent = world.books();
    silent
        .gateways
        .insert(Method::Kakaopay, GatewayAnswer::Silent);
    let mut missing = world.books();
    missing.gateways.clear();
    let mut gone = world.books();
    gone.gateways
        .insert(Method::Kakaopay, GatewayAnswer::NoGateway);
    for books in [silent, missing, gone] {
        let report = reconcile(&books);
        assert!(!report.is_clean());
        assert_eq!(report.gateways, BTreeMap::new());
        assert_eq!(report.unverified.len(), 1);
        assert_eq!(report.unverified[0].side, Side::Gateway(Method::Kakaopay));
        assert_eq!(report.unverified[0].attempts, asked);
        assert_eq!(report.unverified[0].money, tally(2, 17_500));
        let found: Vec<Said> = report.differences.iter().map(said).collect();
        let open = (Kind::StillOpen, 4_000, None, 0, Repair::AskGateway);
        assert_eq!(found, [open]);
    }
}

/// One inquiry of many without an answer leaves that attempt unverified and no other.
#[test]
fn one_unanswered_inquiry_is_unverified() {
    let mut world = World::default();
    let order = world.paid(12_500);
    world.paid(9_000);
    world.forget(order);
    let attempt = world.orders[order].attempts[0].attempt;
    // A list may tell of a payment whose own inquiry was not answered.
    let listed = world.orders[1].attempts[0].attempt;
    world.unanswered = vec![no_attempt(), listed, attempt];
    let report = reconcile(&world.books());
    assert_eq!(report.differences, []);
    assert_eq!(report.unverified.len(), 1);
    assert_eq!(report.unverified[0].attempts, [attempt]);
    assert_eq!(report.unverified[0].money, tally(1, 12_500));
    assert_eq!(report.gateways[&Method::Kakaopay].net(), Won(9_000));
}

/// A POS that cannot be asked leaves what was released unverified, without a difference;
/// paid orders that were kept back are known without it.
#[test]
fn an_unreachable_pos_is_unverified() {
    let mut world = World::default();
    world.paid(12_500);
    let kept = world.paid(9_000);
    world.orders[kept].released = false;
    let books = Books {
        pos: PosAnswer::Unreachable,
        ..world.books()
    };
    let report = reconcile(&books);
    assert_eq!(report.pos, None);
    assert_eq!(report.unverified.len(), 1);
    assert_eq!(report.unverified[0].side, Side::Pos);
    assert_eq!(report.unverified[0].money, tally(1, 12_500));
    let found: Vec<Said> = report.differences.iter().map(said).collect();
    let kept = (Kind::PaidNotReleased, 9_000, None, 0, Repair::ReleaseOrder);
    assert_eq!(found, [kept]);
}

/// Every state that is not an end is said to be open with what it needs: waiting, asking
/// or staff; every end is not.
#[test]
fn open_states_are_named() {
    use soban_domain::machine::Machine;
    for state in PaymentState::states() {
        let mut world = World::default();
        let attempt = world.attempt(Method::Counter, state, 0);
        world.place(12_500, vec![attempt]);
        let repair = match state {
            PaymentState::Unknown(_) => Some(Repair::AskGateway),
            PaymentState::NeedsStaff => Some(Repair::StaffDecide),
            state => state.is_open().then_some(Repair::Wait),
        };
        let report = reconcile(&world.books());
        let found: Vec<Repair> = report.differences.iter().map(|d| d.repair).collect();
        assert_eq!(found, Vec::from_iter(repair), "{state:?}");
    }
    for state in RefundState::states() {
        let mut world = World::default();
        let order = world.paid(12_500);
        world.orders[order].attempts[0].refund = Some(state);
        let repair = match state {
            RefundState::Prepared | RefundState::Sending => Some(Repair::Wait),
            RefundState::Unknown => Some(Repair::AskGateway),
            RefundState::NeedsStaff => Some(Repair::StaffDecide),
            RefundState::Done | RefundState::Refused => None,
        };
        let report = reconcile(&world.books());
        let found: Vec<Repair> = report.differences.iter().map(|d| d.repair).collect();
        assert_eq!(found, Vec::from_iter(repair), "{state:?}");
    }
}

/// Books and report survive the wire.
#[test]
fn reports_travel() {
    let mut world = World::default();
    for (_, fault) in FAULTS {
        fault(&mut world);
    }
    let books = world.books();
    let json = serde_json::to_string(&books).unwrap();
    assert_eq!(serde_json::from_str::<Books>(&json).unwrap(), books);
    let report = reconcile(&books);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}
