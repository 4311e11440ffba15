//! Clauses on events: no gap, in the order of commits, told when they are on disk.

use soban_engine::ports::store::{StoreError, transact};

use super::{StoreRig, keep, see};
use crate::samples;

/// The first event is number 1 and each later one the next, within a job and over jobs.
pub async fn events_count_from_one(rig: &mut dyn StoreRig) {
    let store = rig.store();
    assert_eq!(see(&*store, |tx| tx.last_seq()).await, 0);
    let given = keep(&*store, |tx| {
        let first = tx.emit(&samples::event(1))?;
        let second = tx.emit(&samples::event(2))?;
        Ok((first, second, tx.last_seq()?))
    })
    .await;
    assert_eq!(given, (1, 2, 2));
    assert_eq!(keep(&*store, |tx| tx.emit(&samples::event(3))).await, 3);
}

/// A job that is undone uses no number up.
pub async fn undone_events_leave_no_gap(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| tx.emit(&samples::event(1))).await;
    let undone: Result<(), StoreError> = transact(&*store, |tx| {
        assert_eq!(tx.emit(&samples::event(9))?, 2);
        Err(StoreError::Busy)
    })
    .await;
    assert_eq!(undone, Err(StoreError::Busy));
    assert_eq!(keep(&*store, |tx| tx.emit(&samples::event(2))).await, 2);
    let all = see(&*store, |tx| tx.events_after(0, 10)).await;
    let told: Vec<_> = all.into_iter().map(|stored| stored.event).collect();
    assert_eq!(told, [samples::event(1), samples::event(2)]);
}

/// Many jobs at once, some undone, some of two events, leave numbers without a gap, and
/// each job's number is its event's.
pub async fn events_have_no_gap_under_load(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let jobs = (0..80_u64).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let given: Result<u64, StoreError> = transact(&*store, move |tx| {
                let seq = tx.emit(&samples::event(n))?;
                match n % 4 {
                    0 => return Err(StoreError::Busy),
                    1 => assert_eq!(tx.emit(&samples::event(1_000 + n))?, seq + 1),
                    _ => {}
                }
                Ok(seq)
            })
            .await;
            (n, given.ok())
        })
    });
    let mut given = Vec::new();
    for job in jobs.collect::<Vec<_>>() {
        given.push(job.await.expect("no job panics"));
    }
    let all = see(&*store, |tx| tx.events_after(0, 1_000)).await;
    assert!(all.iter().map(|stored| stored.seq).eq(1..=80));
    for (n, seq) in given {
        let of_job = |seq: u64| all.iter().find(|stored| stored.seq == seq);
        let told = seq.and_then(of_job).map(|stored| stored.event.clone());
        assert_eq!(told, (n % 4 != 0).then(|| samples::event(n)));
    }
}

/// The store announces the last event once it is committed: not an undone one, not for a
/// job without events, and whoever is told can read it.
pub async fn only_committed_events_are_announced(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let mut announced = store.committed();
    assert_eq!(*announced.borrow_and_update(), 0);
    let undone: Result<(), StoreError> = transact(&*store, |tx| {
        tx.emit(&samples::event(1))?;
        Err(StoreError::Busy)
    })
    .await;
    assert_eq!(undone, Err(StoreError::Busy));
    keep(&*store, |tx| tx.set_cursor("news", 1)).await;
    assert!(!announced.has_changed().expect("the store lives"));
    let (reader, mut told) = (store.clone(), store.committed());
    let reading = tokio::spawn(async move {
        told.changed().await.expect("the store lives");
        let last = *told.borrow_and_update();
        see(&*reader, move |tx| tx.events_after(last - 1, 10)).await
    });
    keep(&*store, |tx| {
        tx.emit(&samples::event(1))?;
        tx.emit(&samples::event(2))
    })
    .await;
    assert_eq!(*announced.borrow_and_update(), 2);
    let read = reading.await.expect("the reader is told");
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].event, samples::event(2));
}

/// Events are read from any number on, as many as asked.
pub async fn events_come_in_pages(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        (1..=5).try_for_each(|n| tx.emit(&samples::event(n)).map(|_| ()))
    })
    .await;
    for (after, limit, wanted) in [
        (0, 2, vec![1, 2]),
        (2, 2, vec![3, 4]),
        (4, 9, vec![5]),
        (5, 9, vec![]),
        (u64::MAX, 9, vec![]),
    ] {
        let page = see(&*store, move |tx| tx.events_after(after, limit)).await;
        let seqs: Vec<u64> = page.iter().map(|stored| stored.seq).collect();
        assert_eq!(seqs, wanted, "after {after}, at most {limit}");
    }
}
