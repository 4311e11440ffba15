//! What holds for every day.

use proptest::prelude::*;
use soban_domain::money::Won;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::reconcile::DifferenceKind as Kind;
use soban_domain::reconcile::{Report, Side, reconcile};

use crate::faults::FAULTS;
use crate::world::World;

/// How one order of a good day went.
#[derive(Clone, Debug)]
struct Story {
    total: i64,
    method: Method,
    /// Attempts that closed without money before the last.
    closed: Vec<PaymentState>,
    /// True where the last attempt took the money.
    pays: bool,
    /// How much of it went back, in thousandths.
    refunded: i64,
    /// True where it went back in cash.
    in_cash: bool,
}

fn story() -> impl Strategy<Value = Story> {
    let closed = prop_oneof![
        Just(PaymentState::Declined),
        Just(PaymentState::Expired),
        Just(PaymentState::Reversed),
    ];
    (
        prop_oneof![1 => Just(0i64), 9 => 1i64..200_000],
        prop_oneof![2 => Just(Method::Kakaopay), 1 => Just(Method::Counter)],
        prop::collection::vec(closed, 0..3),
        prop::bool::weighted(0.8),
        prop_oneof![2 => Just(0i64), 1 => 0i64..=1_000, 1 => Just(1_000i64)],
        any::<bool>(),
    )
        .prop_map(|(total, method, closed, pays, refunded, in_cash)| Story {
            total,
            method,
            closed,
            pays,
            refunded,
            in_cash,
        })
}

/// Lives a story on all three sides.
fn live(world: &mut World, story: &Story) {
    let mut attempts = Vec::new();
    for &state in &story.closed {
        let attempt = world.attempt(story.method, state, 0);
        let reversed = state == PaymentState::Reversed;
        if reversed && story.method == Method::Kakaopay {
            world.row(&attempt, story.total, story.total);
        }
        attempts.push(attempt);
    }
    if story.total == 0 {
        world.release(0, attempts);
        return;
    }
    if !story.pays {
        world.place(story.total, attempts);
        return;
    }
    let mut paid = world.attempt(story.method, PaymentState::Approved, story.total);
    let back = story.total * story.refunded / 1_000;
    let in_cash = story.in_cash || story.method == Method::Counter;
    if in_cash {
        paid.handed_back = Won(back);
    } else {
        paid.refunded = Won(back);
    }
    if story.method == Method::Kakaopay {
        world.row(&paid, story.total, if in_cash { 0 } else { back });
    }
    attempts.push(paid);
    world.release(story.total, attempts);
}

/// That each side's total is ours and the gaps, less what is unverified: the other
/// sides' totals are summed here from their own rows.
fn agrees(world: &World, report: &Report) -> Result<(), TestCaseError> {
    let gaps = |at_pos: bool| -> i64 {
        let side = report.differences.iter();
        let side = side.filter(|d| d.kind.is_at_pos() == at_pos);
        side.map(|d| d.gap.0).sum()
    };
    let at_gateway = |row: &soban_domain::reconcile::GatewaySide| row.approved.0 - row.sent_back.0;
    let there: i64 = world.rows.iter().map(at_gateway).sum();
    let unverified: i64 = report
        .unverified
        .iter()
        .filter(|part| part.side == Side::Gateway(Method::Kakaopay))
        .map(|part| part.money.sum.0)
        .sum();
    let ours = report.ours.get(&Method::Kakaopay);
    let ours = ours.copied().unwrap_or_default().net().0;
    prop_assert_eq!(there, ours + gaps(false) - unverified);
    let theirs = report.gateways[&Method::Kakaopay].net();
    prop_assert_eq!(theirs, Won(there));

    let sales = world.pos.iter().filter(|row| row.accepted);
    let sales: i64 = sales.map(|row| row.amount.0).sum();
    let pos = report.pos.unwrap();
    prop_assert_eq!(pos.sum, Won(sales));
    prop_assert_eq!(sales, report.released.sum.0 + gaps(true));
    Ok(())
}

proptest! {
    /// A day without faults gives no difference, and all sides' totals are the same, in
    /// counts too.
    #[test]
    fn a_good_day_is_clean(stories in prop::collection::vec(story(), 0..20)) {
        let mut world = World::default();
        stories.iter().for_each(|story| live(&mut world, story));
        let report = reconcile(&world.books());
        prop_assert!(report.is_clean(), "{:?} {:?}", report.differences, report.unverified);
        let ours = report.ours.get(&Method::Kakaopay).copied().unwrap_or_default();
        prop_assert_eq!(ours, report.gateways[&Method::Kakaopay]);
        prop_assert_eq!(report.pos, Some(report.released));
        agrees(&world, &report)?;
    }

    /// One fault among any orders gives exactly the difference named for it, and the
    /// totals less that difference agree.
    #[test]
    fn one_fault_gives_one_difference(
        before in prop::collection::vec(story(), 0..8),
        after in prop::collection::vec(story(), 0..8),
        fault in 0..FAULTS.len(),
    ) {
        let mut world = World::default();
        before.iter().for_each(|story| live(&mut world, story));
        let (name, sow) = FAULTS[fault];
        let (kind, ours, theirs, gap, repair) = sow(&mut world);
        after.iter().for_each(|story| live(&mut world, story));
        let report = reconcile(&world.books());
        prop_assert_eq!(report.differences.len(), 1, "{}: {:?}", name, report.differences);
        let found = &report.differences[0];
        prop_assert_eq!((found.kind, found.repair), (kind, repair), "{}", name);
        prop_assert_eq!(found.ours, Won(ours));
        prop_assert_eq!(found.theirs, theirs.map(Won));
        prop_assert_eq!(found.gap, Won(gap));
        prop_assert!(report.unverified.is_empty());
        agrees(&world, &report)?;
    }

    /// Many faults on one day give each its difference and no other, and the totals less
    /// all of them agree.
    #[test]
    fn many_faults_give_as_many_differences(
        stories in prop::collection::vec(story(), 0..8),
        faults in prop::collection::vec(0..FAULTS.len(), 0..12),
    ) {
        let mut world = World::default();
        stories.iter().for_each(|story| live(&mut world, story));
        let mut expected: Vec<Kind> = faults.iter().map(|&n| FAULTS[n].1(&mut world).0).collect();
        let report = reconcile(&world.books());
        let mut found: Vec<Kind> = report.differences.iter().map(|d| d.kind).collect();
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
        agrees(&world, &report)?;
    }

    /// Inquiries without an answer make no difference out of a good day: their money is
    /// unverified, and the totals less that agree.
    #[test]
    fn ignorance_is_no_difference(
        stories in prop::collection::vec(story(), 0..12),
        deaf in prop::collection::vec(any::<bool>(), 60),
    ) {
        let mut world = World::default();
        stories.iter().for_each(|story| live(&mut world, story));
        let attempts = world.orders.iter().flat_map(|order| &order.attempts);
        let silent: Vec<_> = attempts
            .zip(deaf)
            .filter(|(attempt, deaf)| *deaf && attempt.method == Method::Kakaopay)
            .map(|(attempt, _)| attempt.attempt)
            .collect();
        world.rows.retain(|row| row.attempt.is_none_or(|id| !silent.contains(&id)));
        world.unanswered.clone_from(&silent);
        let report = reconcile(&world.books());
        prop_assert!(report.differences.is_empty(), "{:?}", report.differences);
        let told: Vec<_> = report.unverified.iter().flat_map(|u| u.attempts.clone()).collect();
        prop_assert_eq!(told, silent);
        agrees(&world, &report)?;
    }
}
