//! What it costs to put an order on disk: one guest, and thirty-two at once.

use std::path::Path;
use std::time::Instant;

use soban_engine::Engine;
use soban_protocol::guest::PlaceOrderRequest;

use crate::disk::{Bare, fresh};
use crate::report::{Limit, Report};
use crate::stats::{Ratio, median, percentile};
use crate::store::{engine, ready_to_place};

const ROUNDS: usize = 40;
const WARM_UPS: usize = 4;
/// Orders of a round, one after the other.
const ORDERS: usize = 20;
/// Quotes that make the store's log as long as it gets.
const RUN_IN: usize = 1000;
const CLIENTS: usize = 32;
/// Orders of each client in a round.
const EACH: usize = 4;

/// Milliseconds of one order.
async fn one_order(engine: &Engine, request: PlaceOrderRequest) -> f64 {
    let begin = Instant::now();
    engine.place_order(request).await.expect("an order");
    begin.elapsed().as_secs_f64() * 1000.0
}

/// Milliseconds of one bare row.
fn one_row(bare: &Bare) -> f64 {
    let begin = Instant::now();
    bare.insert();
    begin.elapsed().as_secs_f64() * 1000.0
}

/// Orders and bare rows in turn, A-B-B-A, so that both meet the disk in the same mood.
async fn in_turn(engine: Engine, bare: Bare, ready: Vec<PlaceOrderRequest>) -> Turn {
    let (mut orders, mut rows) = (Vec::new(), Vec::new());
    for (turn, request) in ready.into_iter().enumerate() {
        if turn % 2 == 0 {
            orders.push(one_order(&engine, request).await);
            rows.push(one_row(&bare));
        } else {
            rows.push(one_row(&bare));
            orders.push(one_order(&engine, request).await);
        }
    }
    Turn { bare, orders, rows }
}

/// What a round measured, and the bare side for the next.
struct Turn {
    bare: Bare,
    orders: Vec<f64>,
    rows: Vec<f64>,
}

/// The order's commit, in process and durable, ÷ a bare row in a FULL transaction.
pub(crate) async fn latency(folder: &Path, report: &mut Report) {
    let place = fresh(folder);
    let engine = engine(place.path()).await;
    // Runs the store's log in, as the bare one's is.
    ready_to_place(&engine, RUN_IN).await;
    let mut bare = Bare::open(place.path());
    let (mut ours, mut theirs, mut medians, mut tails) = (vec![], vec![], vec![], vec![]);
    for round in 0..WARM_UPS + ROUNDS {
        let ready = ready_to_place(&engine, ORDERS).await;
        // On a worker of the runtime, where the hub's requests run.
        let turn = tokio::spawn(in_turn(engine.clone(), bare, ready)).await;
        let turn = turn.expect("a round");
        bare = turn.bare;
        if round < WARM_UPS {
            continue;
        }
        medians.push(median(&turn.orders) / median(&turn.rows));
        tails.push(percentile(&turn.orders, 0.99) / percentile(&turn.rows, 0.99));
        ours.extend(turn.orders);
        theirs.extend(turn.rows);
    }
    report.ratio(
        "order commit ÷ bare FULL insert, p50",
        Ratio::of(&medians),
        Limit::AtMost(1.2),
    );
    report.ratio(
        "order commit ÷ bare FULL insert, slowest of 20",
        Ratio::of(&tails),
        Limit::AtMost(1.5),
    );
    for (name, samples) in [("order commit", &ours), ("bare FULL insert", &theirs)] {
        report.figure(&format!("{name} p50"), median(samples), "ms");
        report.figure(&format!("{name} p99"), percentile(samples, 0.99), "ms");
    }
}

/// Orders in a second from thirty-two clients at once ÷ bare rows in a second, each in a
/// FULL transaction of its own.
pub(crate) async fn throughput(folder: &Path, report: &mut Report) {
    let place = fresh(folder);
    let engine = engine(place.path()).await;
    // Runs the store's log in, as the bare one's is.
    ready_to_place(&engine, RUN_IN).await;
    let bare = Bare::open(place.path());
    let (mut ratios, mut ours, mut theirs) = (vec![], vec![], vec![]);
    for round in 0..WARM_UPS + ROUNDS {
        let ready = ready_to_place(&engine, CLIENTS * EACH).await;
        let (orders, rows) = if round % 2 == 0 {
            let orders = orders_a_second(&engine, ready).await;
            (orders, rows_a_second(&bare))
        } else {
            let rows = rows_a_second(&bare);
            (orders_a_second(&engine, ready).await, rows)
        };
        if round < WARM_UPS {
            continue;
        }
        ratios.push(orders / rows);
        ours.push(orders);
        theirs.push(rows);
    }
    report.ratio(
        "orders/s of 32 clients ÷ one row per FULL transaction",
        Ratio::of(&ratios),
        Limit::AtLeast(4.0),
    );
    report.figure("orders of 32 clients", median(&ours), "/s");
    report.figure("rows, one per FULL transaction", median(&theirs), "/s");
}

async fn orders_a_second(engine: &Engine, ready: Vec<PlaceOrderRequest>) -> f64 {
    let count = ready.len() as f64;
    let mut hands: Vec<Vec<PlaceOrderRequest>> = vec![Vec::new(); CLIENTS];
    for (at, request) in ready.into_iter().enumerate() {
        hands[at % CLIENTS].push(request);
    }
    let begin = Instant::now();
    let clients: Vec<_> = hands
        .into_iter()
        .map(|hand| {
            let engine = engine.clone();
            tokio::spawn(async move {
                for request in hand {
                    one_order(&engine, request).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client");
    }
    count / begin.elapsed().as_secs_f64()
}

fn rows_a_second(bare: &Bare) -> f64 {
    const ROWS: usize = 32;
    let begin = Instant::now();
    for _ in 0..ROWS {
        bare.insert();
    }
    ROWS as f64 / begin.elapsed().as_secs_f64()
}
