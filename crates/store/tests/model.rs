//! SQLite against the store in memory: two stores written apart must agree.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use soban_domain::cash_receipt::{CashReceipt, CashReceiptState};
use soban_domain::machine::Machine;
use soban_domain::money::Won;
use soban_domain::order::{Order, OrderState};
use soban_domain::payment::{PaymentAttempt, PaymentState};
use soban_domain::print::{PrintJob, PrintState};
use soban_domain::quote::Quote;
use soban_domain::refund::{Refund, RefundState};
use soban_domain::relay::{RelayItem, RelayState};
use soban_domain::shelf::StockKey;
use soban_engine::ports::Store;
use soban_engine::ports::gateway::ReturnToken;
use soban_engine::ports::store::{StoreError, Tx, look, transact};
use soban_store::SqliteStore;
use soban_testkit::{MemoryStore, samples};

/// So few ids that records meet.
const IDS: u64 = 4;

#[derive(Clone, Debug)]
enum Op {
    Quote(u64, u64, u32, u32),
    KeepHolds(u64),
    FreeHolds(u64),
    SellHolds(u64),
    Stock(u64, Option<u32>),
    SoldOut(u64, bool),
    Order(u64, u64, OrderState, bool),
    Attempt(u64, u64, PaymentState, u64),
    Token(u64),
    DropToken(u64),
    Refund(u64, u64, RefundState, u8),
    Receipt(u64, u64, CashReceiptState, u64),
    Relay(u64, u64, RelayState, u32),
    Print(u64, u64, PrintState, u32),
    Event(u64),
    Cursor(u64),
    Reply(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let id = || 1..=IDS;
    let order_state = prop::sample::select(OrderState::states());
    let payment_state = prop::sample::select(PaymentState::states());
    let relay_state = prop::sample::select(RelayState::states());
    let refund_state = prop::sample::select(RefundState::states());
    let receipt_state = prop::sample::select(CashReceiptState::states());
    let print_state = prop::sample::select(PrintState::states());
    prop_oneof![
        3 => (id(), id(), 0..4_u32, 0..4_u32).prop_map(|(n, key, held, end)| Op::Quote(n, key, held, end)),
        1 => id().prop_map(Op::KeepHolds),
        1 => id().prop_map(Op::FreeHolds),
        1 => id().prop_map(Op::SellHolds),
        2 => (id(), prop::option::of(0..8_u32)).prop_map(|(key, count)| Op::Stock(key, count)),
        1 => (id(), any::<bool>()).prop_map(|(key, out)| Op::SoldOut(key, out)),
        4 => (id(), id(), order_state, any::<bool>())
            .prop_map(|(n, quote, state, number)| Op::Order(n, quote, state, number)),
        4 => (id(), id(), payment_state, id()).prop_map(|(n, o, s, gateway)| Op::Attempt(n, o, s, gateway)),
        1 => id().prop_map(Op::Token),
        1 => id().prop_map(Op::DropToken),
        4 => (id(), id(), refund_state, 0..3_u8).prop_map(|(n, a, s, thirds)| Op::Refund(n, a, s, thirds)),
        3 => (id(), id(), receipt_state, id()).prop_map(|(n, a, s, number)| Op::Receipt(n, a, s, number)),
        2 => (id(), id(), relay_state, 0..3_u32).prop_map(|(n, o, s, revision)| Op::Relay(n, o, s, revision)),
        2 => (id(), id(), print_state, 0..3_u32).prop_map(|(n, o, s, copy)| Op::Print(n, o, s, copy)),
        1 => id().prop_map(Op::Event),
        1 => id().prop_map(Op::Cursor),
        1 => id().prop_map(Op::Reply),
    ]
}

fn key(n: u64) -> StockKey {
    StockKey(format!("key-{n}"))
}

/// A quote's end: `steps` half days from now, so that some are forgotten.
fn half_days(steps: u32) -> u32 {
    600 + steps * 12 * 60 * 60
}

fn act(tx: &mut dyn Tx, op: &Op) -> Result<(), StoreError> {
    match *op {
        Op::Quote(n, on, held, steps) => tx.put_quote(&Quote {
            expires: samples::NOW.plus_seconds(half_days(steps)),
            ..samples::quote_holding(n, &key(on), held)
        }),
        Op::KeepHolds(n) => tx.keep_holds(samples::quote_id(n)),
        Op::FreeHolds(n) => tx.free_holds(samples::quote_id(n)),
        Op::SellHolds(n) => tx.sell_holds(samples::quote_id(n)),
        Op::Stock(on, count) => tx.set_stock(&key(on), count),
        Op::SoldOut(on, out) => tx.set_sold_out(&key(on), out),
        Op::Order(n, quote, state, numbered) => {
            let known = tx.order(samples::order_id(n))?;
            let number = match known.and_then(|order| order.number) {
                None if numbered => Some(tx.next_number(samples::day())?),
                known => known,
            };
            tx.put_order(&Order {
                quote: samples::quote_id(quote),
                state,
                number,
                ..samples::order(n)
            })
        }
        Op::Attempt(n, order, state, gateway) => tx.put_attempt(&PaymentAttempt {
            offer: (gateway < IDS).then(|| samples::offer(gateway)),
            ..samples::attempt(n, order, state)
        }),
        Op::Token(n) => {
            let token = ReturnToken::new("a-token").unwrap();
            tx.keep_token(samples::attempt_id(n), &token)
        }
        Op::DropToken(n) => tx.drop_token(samples::attempt_id(n)),
        Op::Refund(n, attempt, state, thirds) => tx.put_refund(&Refund {
            amount: Won(7_000 * i64::from(thirds)),
            ..samples::refund(n, attempt, state)
        }),
        Op::Receipt(n, attempt, state, number) => {
            tx.put_cash_receipt(&CashReceipt {
                issue_number: (number < IDS).then(|| format!("G{number}")),
                ..samples::cash_receipt(n, attempt, state)
            })?;
            match state {
                CashReceiptState::Recorded => {
                    tx.keep_receipt_number(samples::receipt_id(n), &samples::receipt_number())
                }
                _ => tx.drop_receipt_number(samples::receipt_id(n)),
            }
        }
        Op::Relay(n, order, state, revision) => tx.put_relay(&RelayItem {
            revision,
            ..samples::relay(n, order, state)
        }),
        Op::Print(n, order, state, copy) => tx.put_print(&PrintJob {
            copy,
            ..samples::print_job(n, order, state)
        }),
        Op::Event(n) => tx.emit(&samples::event(n)).map(|_| ()),
        Op::Cursor(n) => tx.set_cursor("news", n),
        Op::Reply(n) => tx.keep_reply(samples::command_id(n), samples::NOW, &samples::reply(n)),
    }
}

/// All that can be seen of a store, as text.
fn view(tx: &mut dyn Tx) -> Result<Vec<String>, StoreError> {
    let mut seen = Vec::new();
    for steps in 0..4 {
        let now = samples::NOW.plus_seconds(half_days(steps) - 1);
        seen.push(format!("{:?}", tx.shelf(now)?));
    }
    for n in 1..=IDS {
        let order = samples::order_id(n);
        seen.push(format!("{:?}", tx.quote(samples::quote_id(n))?));
        seen.push(format!("{:?}", tx.order(order)?));
        seen.push(format!("{:?}", tx.order_of_quote(samples::quote_id(n))?));
        seen.push(format!("{:?}", tx.attempts_of(order)?));
        seen.push(format!("{:?}", tx.token(samples::attempt_id(n))?));
        seen.push(format!("{:?}", tx.refunds_of(order)?));
        seen.push(format!("{:?}", tx.cash_receipts_of(order)?));
        seen.push(format!("{:?}", tx.receipt_number(samples::receipt_id(n))?));
        seen.push(format!("{:?}", tx.relays_of(order)?));
        seen.push(format!("{:?}", tx.prints_of(order)?));
        seen.push(format!("{:?}", tx.reply_of(samples::command_id(n))?));
    }
    seen.push(format!("{:?}", tx.open_orders(3)?));
    seen.push(format!("{:?}", tx.orders_of_day(samples::day(), 3)?));
    seen.push(format!("{:?}", tx.open_attempts()?));
    seen.push(format!("{:?}", tx.attempts_for_staff()?));
    seen.push(format!("{:?}", tx.open_refunds()?));
    seen.push(format!("{:?}", tx.refunds_for_staff()?));
    seen.push(format!("{:?}", tx.open_cash_receipts()?));
    seen.push(format!("{:?}", tx.cash_receipts_for_staff()?));
    seen.push(format!("{:?}", tx.open_relays(3)?));
    seen.push(format!("{:?}", tx.open_prints(&samples::printer(), 3)?));
    seen.push(format!("{:?}", tx.prints_for_staff(3)?));
    seen.push(format!("{:?}", tx.events_after(0, 100)?));
    seen.push(format!("{:?}", tx.cursor("news")?));
    Ok(seen)
}

/// The kind of an outcome: stores may refuse in other words, but not other things.
fn kind(outcome: Result<(), StoreError>) -> &'static str {
    match outcome {
        Ok(()) => "kept",
        Err(StoreError::Refused(_)) => "refused",
        Err(StoreError::Busy) => "undone by the job",
        Err(StoreError::Broken(_) | StoreError::Unreadable { .. }) => "broken",
    }
}

async fn run(store: &dyn Store, ops: Vec<Op>, undo: bool) -> (&'static str, Vec<String>) {
    let done: Result<(), StoreError> = transact(store, move |tx| {
        ops.iter().try_for_each(|op| act(tx, op))?;
        if undo { Err(StoreError::Busy) } else { Ok(()) }
    })
    .await;
    let seen: Result<Vec<String>, StoreError> = look(store, view).await;
    (kind(done), seen.unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// After any jobs, kept or undone, both stores gave the same outcomes and show the
    /// same, by running drawn jobs on each.
    #[test]
    fn both_stores_agree(
        jobs in prop::collection::vec((prop::collection::vec(op(), 1..6), prop::bool::weighted(0.15)), 1..16)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = SqliteStore::open(&folder.path().join("soban.db")).unwrap();
        let memory = MemoryStore::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for (ops, undo) in jobs {
            let real = runtime.block_on(run(&sqlite, ops.clone(), undo));
            let model = runtime.block_on(run(&memory, ops, undo));
            prop_assert_eq!(real, model);
        }
    }
}
