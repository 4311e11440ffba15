//! Clauses on jobs: kept whole, undone whole, and what a look may do.

use std::sync::mpsc;

use soban_engine::ports::store::{StaffCall, StoreError, Tx, Verdict, look, transact};

use super::{StoreRig, keep, refused, see};
use crate::samples;

/// A job that is undone leaves no trace, by writing a bit of everything and undoing it.
pub async fn undo_leaves_nothing(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let undone: Result<(), StoreError> = transact(&*store, |tx| {
        samples::place(tx, 1)?;
        tx.set_stock(&samples::stock_key(), Some(3))?;
        tx.emit(&samples::event(1))?;
        tx.set_cursor("news", 7)?;
        tx.keep_reply(samples::command_id(1), samples::NOW, &samples::reply(1))?;
        Err(StoreError::Busy)
    })
    .await;
    assert_eq!(undone, Err(StoreError::Busy), "the job's own words");
    see(&*store, |tx| {
        assert_eq!(tx.order(samples::order_id(1))?, None);
        assert_eq!(tx.quote(samples::quote_id(1))?, None);
        assert!(tx.shelf(samples::NOW)?.0.is_empty());
        assert_eq!((tx.last_seq()?, tx.cursor("news")?), (0, 0));
        assert_eq!(tx.reply_of(samples::command_id(1))?, None);
        Ok(())
    })
    .await;
}

/// A job in which a method failed is undone even if it asks to be kept, by ignoring a
/// refusal.
pub async fn a_failed_method_undoes_its_job(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let stubborn = store.write(Box::new(|tx| {
        let _ = tx.set_cursor("news", 7);
        let _ = tx.put_order(&samples::order(1));
        Verdict::Keep
    }));
    assert!(matches!(stubborn.await, Err(StoreError::Refused(_))));
    assert_eq!(see(&*store, |tx| tx.cursor("news")).await, 0);
}

/// One job's failure takes no other job with it, by running many at once of which every
/// third is refused.
pub async fn a_failed_method_leaves_the_neighbours(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let jobs = (0..30_u64).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let done: Result<(), StoreError> = transact(&*store, move |tx| {
                tx.set_cursor(&format!("c{n}"), n + 1)?;
                if n % 3 == 0 {
                    tx.put_order(&samples::order(n))?;
                }
                Ok(())
            })
            .await;
            (n, done.is_ok())
        })
    });
    for job in jobs.collect::<Vec<_>>() {
        let (n, kept) = job.await.expect("no job panics");
        assert_eq!(kept, n % 3 != 0);
        let there = see(&*store, move |tx| tx.cursor(&format!("c{n}"))).await;
        assert_eq!(there, if kept { n + 1 } else { 0 });
    }
}

/// A job that panics is undone and the next one works, by panicking after a write.
pub async fn a_panic_undoes_its_job_only(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let torn = store.write(Box::new(|tx| {
        let _ = tx.set_cursor("news", 7);
        std::panic::resume_unwind(Box::new("a job's panic"))
    }));
    assert!(matches!(torn.await, Err(StoreError::Broken(_))));
    let torn = store.read(Box::new(|_| std::panic::resume_unwind(Box::new("again"))));
    assert!(matches!(torn.await, Err(StoreError::Broken(_))));
    keep(&*store, |tx| {
        assert_eq!(tx.cursor("news")?, 0);
        tx.set_cursor("news", 8)
    })
    .await;
    assert_eq!(see(&*store, |tx| tx.cursor("news")).await, 8);
}

/// What a write answered is there after a restart, by reopening at once.
pub async fn what_was_answered_is_there_after_a_restart(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        samples::place(tx, 1)?;
        tx.keep_reply(samples::command_id(1), samples::NOW, &samples::reply(1))?;
        tx.set_stock(&samples::stock_key(), Some(3))?;
        tx.next_number(samples::day())?;
        tx.emit(&samples::event(1)).map(|_| ())
    })
    .await;
    drop(store);
    rig.reopen();
    let store = rig.store();
    assert_eq!(*store.committed().borrow(), 1, "the last event is known");
    keep(&*store, |tx| {
        assert_eq!(tx.order(samples::order_id(1))?, Some(samples::order(1)));
        assert_eq!(
            tx.reply_of(samples::command_id(1))?,
            Some(samples::reply(1))
        );
        assert!(!tx.shelf(samples::NOW)?.0.is_empty());
        assert_eq!(tx.next_number(samples::day())?.0, 102, "numbers go on");
        assert_eq!(tx.emit(&samples::event(2))?, 2, "events go on");
        Ok(())
    })
    .await;
}

/// A job sees all that earlier ones committed, by adding to a number many times at once.
pub async fn a_job_sees_all_before_it(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let jobs = (0..50).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            keep(&*store, |tx| {
                let now = tx.cursor("sum")?;
                tx.set_cursor("sum", now + 1)
            })
            .await;
        })
    });
    for job in jobs.collect::<Vec<_>>() {
        job.await.expect("no job panics");
    }
    assert_eq!(see(&*store, |tx| tx.cursor("sum")).await, 50);
}

/// A look beside a running write sees nothing of it, by looking while the job is held
/// in the middle.
pub async fn a_look_sees_only_what_is_committed(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let writing = tokio::spawn({
        let store = store.clone();
        async move {
            keep(&*store, move |tx| {
                tx.set_cursor("news", 7)?;
                let _ = begun.send(());
                // Ends when the look is done, or when the test gave up.
                let _ = may_go_on.recv();
                Ok(())
            })
            .await;
        }
    });
    has_begun.await.expect("the write begins");
    assert_eq!(see(&*store, |tx| tx.cursor("news")).await, 0);
    drop(go_on);
    writing.await.expect("the write ends");
    assert_eq!(see(&*store, |tx| tx.cursor("news")).await, 7);
}

type Write = fn(&mut dyn Tx) -> Result<(), StoreError>;

/// Every writing method is refused in a look, by trying each.
pub async fn a_look_cannot_write(rig: &mut dyn StoreRig) {
    use soban_domain::payment::PaymentState;
    use soban_domain::print::PrintState;
    use soban_domain::relay::RelayState;

    let store = rig.store();
    keep(&*store, |tx| {
        samples::place(tx, 1)?;
        tx.put_attempt(&samples::attempt(1, 1, PaymentState::Waiting))
    })
    .await;
    let writes: [Write; 20] = [
        |tx| tx.keep_reply(samples::command_id(1), samples::NOW, &samples::reply(1)),
        |tx| tx.put_menu(&samples::stored_menu('a')),
        |tx| tx.set_stock(&samples::stock_key(), None),
        |tx| tx.set_sold_out(&samples::stock_key(), true),
        |tx| tx.put_quote(&samples::quote(2)),
        |tx| tx.keep_holds(samples::quote_id(1)),
        |tx| tx.free_holds(samples::quote_id(1)),
        |tx| tx.sell_holds(samples::quote_id(1)),
        |tx| tx.put_order(&samples::order(1)),
        |tx| tx.next_number(samples::day()).map(|_| ()),
        |tx| tx.put_attempt(&samples::attempt(1, 1, PaymentState::Waiting)),
        |tx| tx.keep_token(samples::attempt_id(1), &super::payments::token()),
        |tx| tx.drop_token(samples::attempt_id(1)),
        |tx| tx.put_relay(&samples::relay(1, 1, RelayState::Queued)),
        |tx| tx.put_print(&samples::print_job(1, 1, PrintState::Queued)),
        |tx| tx.put_call(&samples::call(1)),
        |tx| tx.log_decision(&samples::decision(1)),
        |tx| tx.emit(&samples::event(1)).map(|_| ()),
        |tx| tx.set_cursor("news", 1),
        |tx| tx.set_cursor("news", 0),
    ];
    for (index, write) in writes.into_iter().enumerate() {
        let tried: Result<(), StoreError> = look(&*store, write).await;
        assert!(
            matches!(tried, Err(StoreError::Refused(_))),
            "write {index} in a look: {tried:?}"
        );
    }
}

/// A reply is kept with its command's id and cannot be kept twice.
pub async fn replies_are_kept_once(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let id = samples::command_id(1);
    keep(&*store, move |tx| {
        tx.keep_reply(id, samples::NOW, &samples::reply(1))
    })
    .await;
    refused(&*store, move |tx| {
        tx.keep_reply(id, samples::NOW, &samples::reply(2))
    })
    .await;
    let (same, other) = see(&*store, move |tx| {
        Ok((tx.reply_of(id)?, tx.reply_of(samples::command_id(2))?))
    })
    .await;
    assert_eq!((same, other), (Some(samples::reply(1)), None));
}

/// A menu that another replaced is still there by its hash; putting it again only makes
/// it current.
pub async fn menus_stay_and_one_is_in_force(rig: &mut dyn StoreRig) {
    let store = rig.store();
    assert_eq!(see(&*store, |tx| tx.menu()).await, None);
    keep(&*store, |tx| {
        tx.put_menu(&samples::stored_menu('a'))?;
        tx.put_menu(&samples::stored_menu('b'))
    })
    .await;
    let first = samples::stored_menu('a');
    let hash = first.hash.clone();
    let (current, known) = see(&*store, move |tx| Ok((tx.menu()?, tx.menu_by_hash(&hash)?))).await;
    assert_eq!(current, Some(samples::stored_menu('b')));
    assert_eq!(known.as_ref(), Some(&first));
    let mut again = first.clone();
    again.since = samples::NOW.plus_seconds(60);
    keep(&*store, move |tx| tx.put_menu(&again)).await;
    assert_eq!(see(&*store, |tx| tx.menu()).await, Some(first));
}

/// A cursor is 0 until it is set and then the number it was set to; a number that no
/// column holds is refused.
pub async fn cursors_remember(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        assert_eq!(tx.cursor("news")?, 0);
        tx.set_cursor("news", 7)?;
        tx.set_cursor("other", u64::try_from(i64::MAX).unwrap_or(1))?;
        tx.set_cursor("news", 8)
    })
    .await;
    let both = see(&*store, |tx| Ok((tx.cursor("news")?, tx.cursor("other")?))).await;
    assert_eq!(both, (8, u64::try_from(i64::MAX).unwrap_or(1)));
    refused(&*store, |tx| tx.set_cursor("news", u64::MAX)).await;
}

/// Calls are listed oldest first until somebody answered them.
pub async fn calls_are_open_until_answered(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        for n in [3, 1, 2] {
            tx.put_call(&samples::call(n))?;
        }
        tx.put_call(&StaffCall {
            answered: Some((samples::NOW, "김하나".to_owned())),
            ..samples::call(1)
        })
    })
    .await;
    let open = see(&*store, |tx| tx.open_calls()).await;
    assert_eq!(open, [samples::call(3), samples::call(2)]);
}

/// A decision can be taken down, the same one twice as well: two decisions were taken.
pub async fn decisions_are_taken_down(rig: &mut dyn StoreRig) {
    let store = rig.store();
    for _ in 0..2 {
        keep(&*store, |tx| tx.log_decision(&samples::decision(1))).await;
    }
}
