//! Tickets on their way to paper: proved, moved or in doubt, and never lost in silence.

use soban_domain::ids::OrderId;
use soban_domain::payment::Method;
use soban_domain::print::{PrintJob, PrintState, Slip};
use soban_domain::text::Lang;
use soban_engine::ports::printer::Trouble;
use soban_protocol::ApiError;
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::guest::PrintReceiptRequest;
use soban_protocol::staff::{BoardRequest, ReprintRequest, SettlePrintRequest};
use soban_protocol::view::PrinterCondition;
use soban_testkit::printers::Mishap;
use soban_testkit::samples;

use crate::rig::{World, said, slug};

/// What came out of a printer, as text.
fn papers(world: &World, printer: &str) -> Vec<String> {
    let papers = world.printers.papers(&slug(printer));
    papers.iter().map(|(_, paper)| said(paper)).collect()
}

async fn ticket(world: &World, order: OrderId) -> PrintJob {
    world.tickets(order).await.remove(0)
}

async fn board(world: &World) -> Vec<PrintState> {
    let staff = world.mina();
    let board = world.engine.staff_board(BoardRequest { staff }).await;
    let prints = board.unwrap().prints;
    prints.iter().map(|print| print.print.state).collect()
}

async fn settle(world: &World, job: &PrintJob, came_out: bool) -> Result<(), ErrorCode> {
    let request = SettlePrintRequest {
        staff: world.mina(),
        command: world.command(),
        job: job.id,
        came_out,
    };
    let settled = world.engine.settle_print(request).await;
    world.quiet().await;
    settled
        .map(drop)
        .map_err(|error| ApiError::from(error).code)
}

/// Each station's ticket comes out of its own printer once, is proved, and says what
/// that station makes, in the kitchen's language.
#[tokio::test]
async fn each_station_gets_its_own() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1), ("beer", 1)]).await;
    let states: Vec<_> = world.tickets(order).await.iter().map(|t| t.state).collect();
    assert_eq!(states, [PrintState::Printed; 2]);
    let (kitchen, bar) = (papers(&world, "kitchen-1"), papers(&world, "bar-1"));
    assert_eq!((kitchen.len(), bar.len()), (1, 1));
    assert!(kitchen[0].contains("찌개") && !kitchen[0].contains("맥주"));
    assert!(bar[0].contains("맥주") && bar[0].contains("ko:adult_check"));
    assert!(kitchen[0].contains("101") && kitchen[0].contains("ko:kitchen_title"));
    assert!(!kitchen[0].contains("ko:reprint"));
}

/// A receipt speaks the guest's language beside Korean, and the kitchen's ticket of the
/// same order the kitchen's.
#[tokio::test]
async fn receipts_speak_to_the_guest() {
    for (lang, words) in [(Lang::Ko, "ko:"), (Lang::En, "en:"), (Lang::Zh, "en:")] {
        let world = World::open().await;
        let mut wish = world.wish(&[("stew", 1)]);
        wish.lang = lang;
        let quote = world.quote(wish).await;
        let placed = world
            .engine
            .place_order(world.placing(quote))
            .await
            .unwrap();
        let attempt = world.start(placed.id, Method::Kakaopay).await;
        world.pay(attempt).await;
        let command = world.command();
        let order = placed.id;
        let request = PrintReceiptRequest { command, order };
        world.engine.print_receipt(request).await.unwrap();
        world.quiet().await;
        let receipt = papers(&world, "counter-1").remove(0);
        assert!(
            receipt.contains(words) && receipt.contains("9,000"),
            "{receipt}"
        );
        assert!(papers(&world, "kitchen-1")[0].contains("ko:kitchen_title"));
        assert!(!papers(&world, "kitchen-1")[0].contains("en:"));
    }
}

/// A receipt is for a paid order, and one: asked for again it is the one that is there.
#[tokio::test]
async fn one_receipt() {
    let world = World::open().await;
    let (order, attempt) = world.waiting().await;
    let receipt = || PrintReceiptRequest {
        command: world.command(),
        order,
    };
    let error = world.engine.print_receipt(receipt()).await.unwrap_err();
    assert_eq!(ApiError::from(error).code, ErrorCode::NotNow);
    world.pay(attempt).await;
    for _ in 0..3 {
        world.engine.print_receipt(receipt()).await.unwrap();
    }
    world.quiet().await;
    assert_eq!(papers(&world, "counter-1").len(), 1);
}

/// While a printer without a backup cannot print, its ticket waits with growing
/// intervals, the screens are told what is the matter, and paper that is put in brings
/// it out once.
#[tokio::test]
async fn paper_out() {
    let world = World::open().await;
    let bar = slug("bar-1");
    world.printers.set_trouble(&bar, Some(Trouble::PaperOut));
    let order = world.paid(&[("beer", 1)]).await;
    let mut tries = Vec::new();
    for _ in 0..26 {
        tries.push(ticket(&world, order).await.tries);
        world.pass(1).await;
    }
    // At once, then after 1, 2, 4, 8 and 10 seconds.
    let first = |n| tries.iter().position(|tried| *tried == n);
    let expected = [0, 1, 3, 7, 15, 25].map(Some);
    assert_eq!([1, 2, 3, 4, 5, 6].map(first), expected);
    let told = EventBody::Printer {
        printer: bar.clone(),
        condition: PrinterCondition::PaperOut,
    };
    assert!(world.events().await.contains(&told));
    world.printers.set_trouble(&bar, None);
    world.pass(20).await;
    assert_eq!(ticket(&world, order).await.state, PrintState::Printed);
    assert_eq!(papers(&world, "bar-1").len(), 1);
    let now = world.engine.conditions().printers;
    assert!(now.contains(&(bar, PrinterCondition::Well)));
}

/// After three tries in vain a ticket moves to the backup and says where it belongs;
/// the printer that is well again prints no second one.
#[tokio::test]
async fn to_the_backup() {
    let world = World::open().await;
    let kitchen = slug("kitchen-1");
    world
        .printers
        .set_trouble(&kitchen, Some(Trouble::Unreachable));
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(2).await;
    assert!(papers(&world, "bar-1").is_empty());
    world.pass(1).await;
    let job = ticket(&world, order).await;
    assert_eq!(
        (job.state, job.printer.as_str()),
        (PrintState::Printed, "bar-1")
    );
    assert_eq!(job.moved_from, Some(kitchen.clone()));
    let moved = papers(&world, "bar-1");
    assert_eq!(moved.len(), 1);
    assert!(moved[0].contains("ko:moved_from: kitchen-1"));
    world.printers.set_trouble(&kitchen, None);
    world.pass(60).await;
    assert!(papers(&world, "kitchen-1").is_empty());
}

/// When the backup cannot print either, staff are called within the bound; a copy on
/// their word comes out of the printer where it belongs, marked, and once.
#[tokio::test]
async fn both_are_down() {
    let world = World::open().await;
    for printer in ["kitchen-1", "bar-1"] {
        world
            .printers
            .set_trouble(&slug(printer), Some(Trouble::CoverOpen));
    }
    let order = world.paid(&[("stew", 1)]).await;
    world.pass_minutes(15).await;
    let job = ticket(&world, order).await;
    assert_eq!(
        (job.state, job.said.as_deref()),
        (PrintState::Failed, Some("CoverOpen"))
    );
    assert_eq!(board(&world).await, [PrintState::Failed]);
    world.printers.set_trouble(&slug("kitchen-1"), None);
    settle(&world, &job, false).await.unwrap();
    world.pass(15).await;
    let copies = papers(&world, "kitchen-1");
    assert_eq!(copies.len(), 1);
    assert!(copies[0].contains("*** ko:reprint ***"));
    assert_eq!(board(&world).await, []);
    assert_eq!(settle(&world, &job, false).await, Err(ErrorCode::NotNow));
}

/// A ticket without proof is in doubt: nothing prints it again unasked, and staff who
/// hold it in hand end that.
#[tokio::test]
async fn in_doubt_and_seen() {
    let world = World::open().await;
    world.printers.mishap(&slug("kitchen-1"), Mishap::LostProof);
    let order = world.paid(&[("stew", 1)]).await;
    world.pass(120).await;
    let job = ticket(&world, order).await;
    assert_eq!(job.state, PrintState::SentUnconfirmed);
    assert_eq!(board(&world).await, [PrintState::SentUnconfirmed]);
    settle(&world, &job, true).await.unwrap();
    assert_eq!(ticket(&world, order).await.state, PrintState::Printed);
    assert_eq!(settle(&world, &job, false).await, Err(ErrorCode::NotNow));
    assert_eq!(papers(&world, "kitchen-1").len(), 1);
    assert_eq!(board(&world).await, []);
}

/// Staff who miss a ticket in doubt get a copy with the mark.
#[tokio::test]
async fn in_doubt_and_missed() {
    let world = World::open().await;
    world.printers.mishap(&slug("kitchen-1"), Mishap::CutOff);
    let order = world.paid(&[("stew", 1)]).await;
    let job = ticket(&world, order).await;
    settle(&world, &job, false).await.unwrap();
    let copies = papers(&world, "kitchen-1");
    assert_eq!(copies.len(), 1);
    assert!(copies[0].contains("*** ko:reprint ***"));
    let states: Vec<_> = world.tickets(order).await.iter().map(|t| t.state).collect();
    assert_eq!(states, [PrintState::Failed, PrintState::Printed]);
    assert_eq!(board(&world).await, []);
}

/// A ticket that was being written when the program stopped is in doubt, not printed
/// again.
#[tokio::test]
async fn a_restart_leaves_a_doubt() {
    let mut world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    world.stop();
    let sending = PrintJob {
        order,
        slip: Slip::Fallback,
        ..samples::print_job(9, 9, PrintState::Sending)
    };
    let id = sending.id;
    world.write(move |tx| tx.put_print(&sending)).await;
    world.wake().await;
    world.pass(60).await;
    let job = world.look(move |tx| tx.print(id)).await.unwrap();
    assert_eq!(job.state, PrintState::SentUnconfirmed);
    assert_eq!(papers(&world, "kitchen-1").len(), 1);
}

/// A ticket that waits is printed after a restart, once.
#[tokio::test]
async fn a_restart_prints_what_waits() {
    let mut world = World::open().await;
    let bar = slug("bar-1");
    world.printers.set_trouble(&bar, Some(Trouble::Offline));
    let order = world.paid(&[("beer", 1)]).await;
    world.restart().await;
    world.printers.set_trouble(&bar, None);
    world.pass(10).await;
    assert_eq!(ticket(&world, order).await.state, PrintState::Printed);
    assert_eq!(papers(&world, "bar-1").len(), 1);
}

/// A ticket that no paper can be made of goes to staff and keeps no other waiting.
#[tokio::test]
async fn a_broken_ticket_blocks_nobody() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let broken = PrintJob {
        order,
        slip: Slip::Kitchen(slug("nowhere")),
        ..samples::print_job(9, 9, PrintState::Queued)
    };
    let id = broken.id;
    world.write(move |tx| tx.put_print(&broken)).await;
    world.paid(&[("stew", 1)]).await;
    assert_eq!(papers(&world, "kitchen-1").len(), 2);
    let job = world.look(move |tx| tx.print(id)).await.unwrap();
    assert_eq!(job.state, PrintState::Failed);
    assert!(job.said.unwrap().contains("nowhere"));
    assert_eq!(board(&world).await, [PrintState::Failed]);
}

/// A station without a printer of its own has its ticket at the counter.
#[tokio::test]
async fn no_printer_at_the_station() {
    let world = World::with(Default::default(), |rules| {
        rules.stations.remove(&slug("bar"));
    })
    .await;
    let order = world.paid(&[("beer", 1)]).await;
    assert_eq!(ticket(&world, order).await.printer, slug("counter-1"));
    assert!(papers(&world, "counter-1")[0].contains("맥주"));
}

/// Staff can have copies of anything, each with the mark, up to a bound.
#[tokio::test]
async fn copies_have_a_bound() {
    let world = World::open().await;
    let order = world.paid(&[("stew", 1)]).await;
    let job = ticket(&world, order).await.id;
    let mut refusals = 0;
    for _ in 0..25 {
        let request = ReprintRequest {
            staff: world.mina(),
            command: world.command(),
            job,
        };
        let reprinted = world.engine.reprint(request).await;
        refusals += usize::from(reprinted.is_err());
    }
    world.quiet().await;
    assert_eq!(refusals, 6);
    let papers = papers(&world, "kitchen-1");
    assert_eq!(papers.len(), 20);
    let marked = papers.iter().filter(|paper| paper.contains("ko:reprint"));
    assert_eq!(marked.count(), 19);
}

/// Setting the wall clock back by an hour does not put off a ticket that waits.
#[tokio::test]
async fn a_clock_set_back_stops_nothing() {
    let world = World::open().await;
    let bar = slug("bar-1");
    world.printers.set_trouble(&bar, Some(Trouble::PaperOut));
    world.paid(&[("beer", 1)]).await;
    world.pass(5).await;
    world.clock.jump(-3_600_000);
    world.printers.set_trouble(&bar, None);
    world.pass(16).await;
    assert_eq!(papers(&world, "bar-1").len(), 1);
}
