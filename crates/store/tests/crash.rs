//! The store under SIGKILL: what was acknowledged is there, and nothing is there by
//! half.
//!
//! Deliberately absent: power cuts. A killed process leaves the system's cache, so this
//! shows the order of writing, not the flush; the settings test shows the flush is on.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use soban_domain::cash_receipt::CashReceiptState;
use soban_domain::order::Order;
use soban_domain::payment::PaymentState;
use soban_domain::print::PrintState;
use soban_domain::refund::RefundState;
use soban_domain::relay::RelayState;
use soban_engine::ports::store::{StoreError, Tx, look, transact};
use soban_store::SqliteStore;
use soban_testkit::samples;

/// Tells the child which file to write to, and from which order on.
const FILE: &str = "SOBAN_CRASH_FILE";
const FROM: &str = "SOBAN_CRASH_FROM";

/// After how many acknowledged orders each round's child is killed.
const ROUNDS: [usize; 6] = [1, 17, 60, 3, 120, 33];
/// Orders of a round have numbers of their own.
const ROUND: u64 = 100_000;
/// How many write at once in the child.
const WRITERS: u64 = 8;

/// Writes an order with all that its release writes, in one job.
fn release(tx: &mut dyn Tx, n: u64) -> Result<(), StoreError> {
    samples::place(tx, n)?;
    tx.put_attempt(&samples::attempt(n, n, PaymentState::Approved))?;
    let order = Order {
        number: Some(tx.next_number(samples::day())?),
        ..samples::order(n)
    };
    tx.put_order(&order)?;
    tx.put_refund(&samples::refund(n, n, RefundState::Prepared))?;
    tx.put_cash_receipt(&samples::cash_receipt(n, n, CashReceiptState::Recorded))?;
    tx.keep_receipt_number(samples::receipt_id(n), &samples::receipt_number())?;
    tx.put_relay(&samples::relay(n, n, RelayState::Queued))?;
    tx.put_print(&samples::print_job(n, n, PrintState::Queued))?;
    tx.emit(&samples::event(n))?;
    tx.keep_reply(samples::command_id(n), samples::NOW, &samples::reply(n))
}

/// The child: writes orders from many tasks and says each number once it is answered,
/// until it is killed.
fn write_until_killed(path: &Path, from: u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Arc::new(SqliteStore::open(path).unwrap());
        let writers = (0..WRITERS).map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for step in 0..ROUND / WRITERS {
                    let n = from + step * WRITERS + writer;
                    let written: Result<(), StoreError> =
                        transact(&*store, move |tx| release(tx, n)).await;
                    written.unwrap();
                    // One write of a line: never half a number.
                    let line = format!("ack {n}\n");
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
    });
}

/// Lets a child write and kills it after `count` acknowledged orders: all that it
/// acknowledged, also on its way down.
fn acknowledged(path: &Path, from: u64, count: usize) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "what_was_answered_survives_a_kill",
            "--nocapture",
        ])
        .env(FILE, path)
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        if let Some(n) = line.unwrap().strip_prefix("ack ") {
            acknowledged.push(n.parse().unwrap());
        }
        if acknowledged.len() == count {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    acknowledged
}

/// Every order on disk is whole, every acknowledged one is on disk, numbers are unique
/// and events have no gap.
fn check(tx: &mut dyn Tx, acknowledged: &[u64]) -> Result<(), StoreError> {
    let events = tx.events_after(0, u32::MAX)?;
    let last = tx.last_seq()?;
    assert!(events.iter().map(|stored| stored.seq).eq(1..=last));
    let orders = tx.open_orders(u32::MAX)?;
    assert_eq!(orders.len(), events.len(), "one event for each order");
    let numbers: BTreeSet<_> = orders.iter().map(|order| order.number).collect();
    assert_eq!(numbers.len(), orders.len(), "a number for each order");
    for order in &orders {
        assert_eq!(tx.attempts_of(order.id)?.len(), 1);
        assert_eq!(tx.refunds_of(order.id)?.len(), 1);
        let receipts = tx.cash_receipts_of(order.id)?;
        assert_eq!(receipts.len(), 1);
        assert!(tx.receipt_number(receipts[0].id)?.is_some());
        assert_eq!(tx.relays_of(order.id)?.len(), 1);
        assert_eq!(tx.prints_of(order.id)?.len(), 1);
        assert!(tx.quote(order.quote)?.is_some());
    }
    for &n in acknowledged {
        assert!(tx.order(samples::order_id(n))?.is_some(), "order {n}");
        let reply = tx.reply_of(samples::command_id(n))?;
        assert_eq!(reply, Some(samples::reply(n)));
    }
    Ok(())
}

/// Whatever was answered before a kill is there after it and nothing is there by half,
/// by killing a child that writes as fast as it can, round after round on one file.
#[test]
fn what_was_answered_survives_a_kill() {
    if let (Some(path), Ok(from)) = (std::env::var_os(FILE), std::env::var(FROM)) {
        write_until_killed(Path::new(&path), from.parse().unwrap());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("soban.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut all = Vec::new();
    for (round, count) in (0..).zip(ROUNDS) {
        let told = acknowledged(&path, round * ROUND, count);
        assert!(told.len() >= count, "the child ended by itself");
        all.extend(told);
        let acknowledged = all.clone();
        let store = SqliteStore::open(&path).unwrap();
        let checked: Result<(), StoreError> =
            runtime.block_on(look(&store, move |tx| check(tx, &acknowledged)));
        assert_eq!(checked, Ok(()));
    }
}
