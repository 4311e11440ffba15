//! Clauses on orders and call numbers.

use std::collections::BTreeSet;

use soban_domain::call_number::CallNumber;
use soban_domain::machine::Machine;
use soban_domain::order::{Order, OrderState};
use soban_engine::ports::store::{StoreError, transact};

use super::{StoreRig, keep, refused, see};
use crate::samples;

/// An order reads back as written, in every state, by id and by quote.
pub async fn orders_are_read_back_in_every_state(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| samples::place(tx, 1).map(|_| ())).await;
    for state in OrderState::states() {
        let order = Order {
            state,
            number: Some(CallNumber::FIRST),
            ..samples::order(1)
        };
        let put = order.clone();
        keep(&*store, move |tx| tx.put_order(&put)).await;
        let (by_id, by_quote) = see(&*store, |tx| {
            let by_id = tx.order(samples::order_id(1))?;
            Ok((by_id, tx.order_of_quote(samples::quote_id(1))?))
        })
        .await;
        assert_eq!(by_id.as_ref(), Some(&order));
        assert_eq!(by_quote, Some(order));
    }
    assert_eq!(
        see(&*store, |tx| tx.order(samples::order_id(2))).await,
        None
    );
}

/// An order whose quote is not on disk is refused.
pub async fn an_order_needs_its_quote(rig: &mut dyn StoreRig) {
    let store = rig.store();
    refused(&*store, |tx| tx.put_order(&samples::order(1))).await;
}

/// A quote that one order took up cannot be taken up by another.
pub async fn one_order_takes_up_a_quote(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| samples::place(tx, 1).map(|_| ())).await;
    let second = Order {
        quote: samples::quote_id(1),
        ..samples::order(2)
    };
    refused(&*store, move |tx| tx.put_order(&second)).await;
}

/// Open orders are all but done and abandoned ones, oldest first, by one order in each
/// state.
pub async fn open_orders_leave_out_the_ended(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = OrderState::states();
    let put = states.clone();
    keep(&*store, move |tx| {
        for (n, state) in (1..).zip(put) {
            let order = samples::place(tx, n)?;
            tx.put_order(&Order { state, ..order })?;
        }
        Ok(())
    })
    .await;
    let open = see(&*store, |tx| tx.open_orders(100)).await;
    let ended = [OrderState::Done, OrderState::Abandoned];
    let wanted: Vec<OrderState> = states.into_iter().filter(|s| !ended.contains(s)).collect();
    assert_eq!(open.iter().map(|o| o.state).collect::<Vec<_>>(), wanted);
    let two = see(&*store, |tx| tx.open_orders(2)).await;
    assert_eq!(two, open[..2]);
}

/// Orders of a day come newest first, as many as asked, and none of another day.
pub async fn orders_of_a_day_come_newest_first(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        for n in 1..=5 {
            tx.put_quote(&samples::quote(n))?;
            let mut order = samples::order(n);
            if n == 4 {
                order.day = samples::day_before();
            }
            tx.put_order(&order)?;
        }
        // A later change makes an order no newer.
        tx.put_order(&samples::released_order(1))
    })
    .await;
    let of_day = see(&*store, |tx| tx.orders_of_day(samples::day(), 3)).await;
    let ids: Vec<_> = of_day.iter().map(|order| order.id).collect();
    assert_eq!(ids, [5, 3, 2].map(samples::order_id));
    let before = see(&*store, |tx| tx.orders_of_day(samples::day_before(), 9)).await;
    assert_eq!(before.len(), 1);
}

/// Numbers begin at the first and count up, for each day by itself.
pub async fn numbers_count_up_by_day(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let given = keep(&*store, |tx| {
        let (today, before) = (samples::day(), samples::day_before());
        Ok([
            tx.next_number(today)?,
            tx.next_number(today)?,
            tx.next_number(before)?,
            tx.next_number(today)?,
        ])
    })
    .await;
    let first = CallNumber::FIRST;
    let second = first.next();
    assert_eq!(given, [first, second, first, second.next()]);
}

/// A number given in a job that is undone was not given.
pub async fn an_undone_number_is_given_again(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let undone: Result<(), StoreError> = transact(&*store, |tx| {
        assert_eq!(tx.next_number(samples::day())?, CallNumber::FIRST);
        Err(StoreError::Busy)
    })
    .await;
    assert_eq!(undone, Err(StoreError::Busy));
    let given = keep(&*store, |tx| tx.next_number(samples::day())).await;
    assert_eq!(given, CallNumber::FIRST);
}

/// Many jobs at once, some undone, get each number once and leave none out.
pub async fn numbers_are_unique_under_load(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let jobs = (0..60).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let given: Result<CallNumber, StoreError> = transact(&*store, move |tx| {
                let number = tx.next_number(samples::day())?;
                if n % 4 == 0 {
                    return Err(StoreError::Busy);
                }
                Ok(number)
            })
            .await;
            given.ok()
        })
    });
    let mut given = BTreeSet::new();
    for job in jobs.collect::<Vec<_>>() {
        if let Some(number) = job.await.expect("no job panics") {
            assert!(given.insert(number.0), "{number} was given twice");
        }
    }
    let first = CallNumber::FIRST.0;
    assert!(given.into_iter().eq(first..first + 45));
}

/// Two orders of a day never bear one number; of two days they may.
pub async fn a_number_cannot_be_used_twice(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        for n in 1..=3 {
            tx.put_quote(&samples::quote(n))?;
        }
        tx.put_order(&samples::released_order(1))?;
        tx.put_order(&Order {
            day: samples::day_before(),
            number: samples::released_order(1).number,
            ..samples::order(2)
        })
    })
    .await;
    refused(&*store, |tx| {
        tx.put_order(&Order {
            number: samples::released_order(1).number,
            ..samples::order(3)
        })
    })
    .await;
}

/// Quote, day and number of an order cannot be changed; a number can be given later.
pub async fn the_facts_of_an_order_never_change(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        tx.put_quote(&samples::quote(2))?;
        samples::place(tx, 1)?;
        tx.put_order(&samples::released_order(1))
    })
    .await;
    let order = samples::released_order(1);
    let changed = [
        Order {
            quote: samples::quote_id(2),
            ..order.clone()
        },
        Order {
            day: samples::day_before(),
            ..order.clone()
        },
        Order {
            number: order.number.map(CallNumber::next),
            ..order.clone()
        },
        Order {
            number: None,
            ..order
        },
    ];
    for order in changed {
        refused(&*store, move |tx| tx.put_order(&order)).await;
    }
}
