//! What can happen between the hub and its printers.

use soban_domain::order::OrderState;
use soban_domain::print::{PrintState, Slip};
use soban_protocol::endpoint::endpoints::{Reprint, SettlePrint};
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::staff::{ReprintRequest, SettlePrintRequest};
use soban_protocol::view::{OrderView, PrinterCondition};
use soban_tests::baskets::{eat_in, hot_stew, pancake, plain, zero_cola};
use soban_tests::guest::{command, staff};
use soban_tests::setup::Setup;
use soban_tests::truth::{is_settled, papers, settled_once};
use soban_tests::world::World;

use crate::paid;

fn ticket(view: &OrderView, state: PrintState) -> bool {
    view.prints.iter().any(|print| print.state == state)
}

/// A printer without paper holds nothing up: the order is paid, at the till and at the
/// other station; its ticket waits and comes out once when there is paper again. The
/// same for one whose cover is open and one that is unplugged.
#[tokio::test]
async fn a_ticket_waits_for_its_printer() {
    let world = World::with(&Setup::sample().without_backups());
    let kitchen = "printer.kitchen";
    let ills = [
        ("paper_out", PrinterCondition::PaperOut),
        ("cover_open", PrinterCondition::CoverOpen),
        ("power_off", PrinterCondition::Unreachable),
    ];
    for (fault, condition) in ills {
        let mut feed = world.feed(world.guest().seq().await).await;
        world.outside.switch(kitchen, fault, true).await;
        feed.until(fault, |body| {
            matches!(body, EventBody::Printer { printer, condition: now }
                if printer.as_str() == "kitchen" && *now == condition)
        })
        .await;
        let order = paid::by_phone(&world, &eat_in(vec![hot_stew(), zero_cola()])).await;
        let waiting = world
            .until(order, "an accepted order with one ticket left", |view| {
                view.state == OrderState::Accepted
                    && ticket(view, PrintState::Printed)
                    && view.prints.iter().any(|p| p.tries > 0)
            })
            .await;
        assert!(!is_settled(&waiting), "{fault}: {waiting:#?}");
        world.outside.switch(kitchen, fault, false).await;
        settled_once(&world, order).await;
    }
}

/// A ticket whose printer is down comes out of the backup printer, which says where it
/// should have been, and not a second time when the first is well again.
#[tokio::test]
async fn a_backup_printer_says_whose_ticket_it_has() {
    let world = World::start();
    world
        .outside
        .switch("printer.kitchen", "power_off", true)
        .await;
    let order = paid::by_phone(&world, &eat_in(vec![hot_stew()])).await;
    world.until(order, "a settled order", is_settled).await;
    let disk = world.on_disk(order);
    let moved = papers(&world, &disk.order, "receipt", "주문서").await;
    let [moved] = moved.as_slice() else {
        panic!("{moved:#?}");
    };
    moved.assert_clean();
    assert!(
        moved.says("대신 출력함. 원래 프린터: kitchen"),
        "{:#?}",
        moved.lines
    );
    assert!(moved.mentions("김치찌개"));
    world
        .outside
        .switch("printer.kitchen", "power_off", false)
        .await;
    let next = paid::by_phone(&world, &eat_in(vec![hot_stew()])).await;
    settled_once(&world, next).await;
    assert!(
        papers(&world, &disk.order, "kitchen", "주문서")
            .await
            .is_empty()
    );
}

/// A ticket of which the printer proves nothing (its paper ends within) is in doubt, not
/// printed and not tried again; staff who miss it get a copy that is marked, once, and
/// staff who hold the other in hand end the doubt without one.
#[tokio::test]
async fn a_ticket_in_doubt_is_for_staff() {
    let world = World::with(&Setup::sample().without_backups());
    let runs_out = serde_json::json!({
        "endpoint": "printer.kitchen", "fault": "paper_out", "after_lines": 4,
    });
    let desk = world.staff();
    for came_out in [false, true] {
        world.outside.fault(runs_out.clone()).await;
        let order = paid::by_phone(&world, &eat_in(vec![hot_stew()])).await;
        let doubt = world
            .until(order, "a ticket in doubt", |v| {
                ticket(v, PrintState::SentUnconfirmed)
            })
            .await;
        assert_eq!(doubt.prints.len(), 1);
        let board = desk.board().await;
        let open = board.prints.iter().find(|open| open.order == order);
        let open = open.expect("staff see it");
        assert!(
            open.evidence
                .as_deref()
                .is_some_and(|said| said.contains("paper")),
            "{open:?}"
        );
        let settle = SettlePrintRequest {
            staff: staff(),
            command: command(),
            job: open.print.job,
            came_out,
        };
        desk.must::<SettlePrint>(&settle).await;
        assert!(desk.board().await.prints.is_empty());
        world
            .outside
            .switch("printer.kitchen", "paper_out", false)
            .await;
        let last = world
            .until(order, "a printed ticket", |v| {
                v.prints
                    .last()
                    .is_some_and(|print| print.state == PrintState::Printed)
            })
            .await;
        assert_eq!(last.prints.len(), if came_out { 1 } else { 2 });
        let disk = world.on_disk(order);
        let number = disk.order.number.expect("a number").to_string();
        let kitchen = world.outside.printer("kitchen").await;
        let copies = kitchen
            .jobs
            .iter()
            .filter(|paper| paper.says(&number) && paper.says("*** 재출력 ***"));
        assert_eq!(copies.count(), usize::from(!came_out));
        if came_out {
            let again = SettlePrintRequest {
                command: command(),
                ..settle
            };
            let refused = desk.refused::<SettlePrint>(&again).await;
            assert_eq!(refused, ErrorCode::NotNow);
        }
    }
}

/// A copy that staff ask for is marked as one; the first is not.
#[tokio::test]
async fn a_copy_is_marked() {
    let world = World::start();
    let order = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    let disk = settled_once(&world, order).await;
    let copy = ReprintRequest {
        staff: staff(),
        command: command(),
        job: disk.prints[0].id,
    };
    world.staff().must::<Reprint>(&copy).await;
    world
        .until(order, "two printed tickets", |view| {
            view.prints.len() == 2 && is_settled(view)
        })
        .await;
    let papers = papers(&world, &disk.order, "kitchen", "주문서").await;
    let marked: Vec<bool> = papers
        .iter()
        .map(|paper| paper.says("*** 재출력 ***"))
        .collect();
    assert_eq!(marked, [false, true]);
    let copies: Vec<u32> = world
        .on_disk(order)
        .prints
        .iter()
        .map(|job| job.copy)
        .collect();
    assert_eq!(copies, [1, 2]);
    assert!(matches!(disk.prints[0].slip, Slip::Kitchen(_)));
}

/// A printer that has only the letters of KS X 1001 loses none: a dish with a letter that
/// it lacks is drawn as a picture, and the other lines stay text.
#[tokio::test]
async fn a_printer_with_few_letters_loses_none() {
    let setup = Setup::sample().item("zero-cola", "제로 콜라", "뷁 콜라");
    let world = World::with(&setup);
    world.outside.switch("printer.bar", "ksx1001", true).await;
    let cart = eat_in(vec![zero_cola(), plain("cider")]);
    let order = paid::by_phone(&world, &cart).await;
    let disk = settled_once(&world, order).await;
    let bar = papers(&world, &disk.order, "bar", "주문서").await;
    bar[0].assert_clean();
    assert_eq!(bar[0].pictures(), 1, "{:#?}", bar[0].lines);
    assert!(bar[0].mentions("사이다"), "{:#?}", bar[0].lines);
}
