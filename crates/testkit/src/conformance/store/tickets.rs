//! Clauses on what leaves the store's house: messages for the POS and print jobs.

use soban_domain::machine::Machine;
use soban_domain::print::{PrintJob, PrintState, Slip};
use soban_domain::relay::{RelayItem, RelayState};
use soban_engine::ports::Store;

use super::{StoreRig, keep, refused, see};
use crate::samples;

async fn place(store: &dyn Store, orders: usize) {
    let orders = u64::try_from(orders).unwrap_or(0);
    keep(store, move |tx| {
        (1..=orders).try_for_each(|n| samples::place(tx, n).map(|_| ()))
    })
    .await;
}

/// A message reads back as written, in every state, by its id and its order.
pub async fn messages_are_read_back_in_every_state(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    for state in RelayState::states() {
        let item = RelayItem {
            said: Some(format!("{state:?}")),
            ..samples::relay(1, 1, state)
        };
        let put = item.clone();
        keep(&*store, move |tx| tx.put_relay(&put)).await;
        let (by_id, of_order) = see(&*store, |tx| {
            let by_id = tx.relay(samples::relay_id(1))?;
            Ok((by_id, tx.relays_of(samples::order_id(1))?))
        })
        .await;
        assert_eq!(by_id.as_ref(), Some(&item));
        assert_eq!(of_order, [item]);
    }
}

/// A revision of an order is sent as one message only; the next revision is another.
pub async fn one_message_for_a_revision(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    let put = |n, revision| RelayItem {
        revision,
        ..samples::relay(n, 1, RelayState::Queued)
    };
    keep(&*store, move |tx| {
        tx.put_relay(&put(1, 1))?;
        tx.put_relay(&put(2, 2))
    })
    .await;
    refused(&*store, move |tx| tx.put_relay(&put(3, 2))).await;
    refused(&*store, move |tx| tx.put_relay(&put(4, 0))).await;
}

/// Messages with which the pump has work come oldest first, by one in each state.
pub async fn open_messages_come_oldest_first(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = RelayState::states();
    place(&*store, states.len()).await;
    let put = states.clone();
    keep(&*store, move |tx| {
        (1..).zip(put).try_for_each(|(n, state)| {
            // Ids run against the order of writing.
            tx.put_relay(&samples::relay(100 - n, n, state))
        })
    })
    .await;
    let open = see(&*store, |tx| tx.open_relays(100)).await;
    let wanted: Vec<_> = states.into_iter().filter(|state| state.is_open()).collect();
    assert_eq!(open.iter().map(|i| i.state).collect::<Vec<_>>(), wanted);
    let one = see(&*store, |tx| tx.open_relays(1)).await;
    assert_eq!(one, open[..1]);
}

/// A print job reads back as written, in every state and for every slip, by its id and
/// its order.
pub async fn print_jobs_are_read_back_in_every_state(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    let slips = [
        Slip::Receipt,
        Slip::Kitchen(samples::slug("bar")),
        Slip::Fallback,
    ];
    let mut jobs = Vec::new();
    for (n, state) in (1..).zip(PrintState::states()) {
        for (slip, offset) in slips.iter().zip([0, 100, 200]) {
            jobs.push(PrintJob {
                slip: slip.clone(),
                copy: u32::try_from(n).unwrap_or(1),
                moved_from: Some(samples::slug("bar-1")),
                ..samples::print_job(n + offset, 1, state)
            });
        }
    }
    let put = jobs.clone();
    keep(&*store, move |tx| {
        put.iter().try_for_each(|job| tx.put_print(job))
    })
    .await;
    let of = see(&*store, |tx| tx.prints_of(samples::order_id(1))).await;
    assert_eq!(of, jobs);
    let back = see(&*store, |tx| tx.print(samples::print_id(101))).await;
    assert_eq!(back.as_ref(), jobs.get(1));
}

/// A copy of a slip has one job; another slip, station or copy has its own.
pub async fn one_job_for_a_copy(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    let job = |n, slip: Slip, copy| PrintJob {
        slip,
        copy,
        ..samples::print_job(n, 1, PrintState::Queued)
    };
    let kitchen = Slip::Kitchen(samples::slug("kitchen"));
    let bar = Slip::Kitchen(samples::slug("bar"));
    let jobs = [
        job(1, kitchen.clone(), 1),
        job(2, kitchen.clone(), 2),
        job(3, bar, 1),
        job(4, Slip::Receipt, 1),
    ];
    keep(&*store, move |tx| {
        jobs.iter().try_for_each(|job| tx.put_print(job))
    })
    .await;
    let again = [job(5, kitchen.clone(), 2), job(6, kitchen, 0)];
    for job in again {
        refused(&*store, move |tx| tx.put_print(&job)).await;
    }
}

/// A printer gets its queued and begun jobs, oldest first, as many as asked; a job that
/// moved is its new printer's.
pub async fn a_printer_gets_its_own_jobs(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = PrintState::states();
    place(&*store, states.len() + 2).await;
    let elsewhere = samples::slug("bar-1");
    keep(&*store, move |tx| {
        for (n, state) in (1..).zip(states) {
            tx.put_print(&samples::print_job(n, n, state))?;
        }
        tx.put_print(&samples::print_job(6, 6, PrintState::Queued))?;
        tx.put_print(&samples::print_job(7, 7, PrintState::Queued))?;
        tx.put_print(&PrintJob {
            printer: elsewhere,
            moved_from: Some(samples::printer()),
            ..samples::print_job(6, 6, PrintState::Queued)
        })
    })
    .await;
    let open = see(&*store, |tx| tx.open_prints(&samples::printer(), 100)).await;
    let ids: Vec<_> = open.iter().map(|job| job.id).collect();
    assert_eq!(ids, [1, 2, 7].map(samples::print_id));
    let two = see(&*store, |tx| tx.open_prints(&samples::printer(), 2)).await;
    assert_eq!(two, open[..2]);
    let moved = see(&*store, |tx| tx.open_prints(&samples::slug("bar-1"), 100)).await;
    assert_eq!(moved.len(), 1);
}

/// Staff get the jobs that are unproved or failed, oldest first, by one in each state.
pub async fn staff_get_what_is_unproved(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = PrintState::states();
    place(&*store, states.len()).await;
    keep(&*store, move |tx| {
        (1..)
            .zip(states)
            .try_for_each(|(n, state)| tx.put_print(&samples::print_job(n, n, state)))
    })
    .await;
    let staff = see(&*store, |tx| tx.prints_for_staff(100)).await;
    let states: Vec<_> = staff.iter().map(|job| job.state).collect();
    assert_eq!(states, [PrintState::SentUnconfirmed, PrintState::Failed]);
    assert_eq!(see(&*store, |tx| tx.prints_for_staff(1)).await, staff[..1]);
}

/// Messages and print jobs of an order that is not on disk are refused.
pub async fn tickets_need_their_order(rig: &mut dyn StoreRig) {
    let store = rig.store();
    refused(&*store, |tx| {
        tx.put_relay(&samples::relay(1, 1, RelayState::Queued))
    })
    .await;
    refused(&*store, |tx| {
        tx.put_print(&samples::print_job(1, 1, PrintState::Queued))
    })
    .await;
}
