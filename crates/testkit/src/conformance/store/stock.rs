//! Clauses on counts, holds and quotes.

use soban_domain::quote::Quote;
use soban_domain::shelf::{Level, StockKey};
use soban_engine::ports::Store;

use super::{StoreRig, keep, refused, see};
use crate::samples::{self, NOW};

async fn level(store: &dyn Store, seconds_later: u32) -> Level {
    let shelf = see(store, move |tx| tx.shelf(NOW.plus_seconds(seconds_later))).await;
    shelf.level(&samples::stock_key())
}

/// Writes `count` on the shelf and a quote that holds `held` of it.
async fn count_and_hold(store: &dyn Store, count: u32, held: u32) {
    keep(store, move |tx| {
        let key = samples::stock_key();
        tx.set_stock(&key, Some(count))?;
        tx.put_quote(&samples::quote_holding(1, &key, held))
    })
    .await;
}

/// The shelf names what is counted or sold out and nothing else; a sold-out mark beats
/// any count and leaves it as it was.
pub async fn only_what_is_counted_or_sold_out_is_named(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let key = |name: &str| StockKey(name.to_owned());
    let shelf = keep(&*store, move |tx| {
        tx.set_stock(&key("counted"), Some(5))?;
        tx.set_stock(&key("forgotten"), Some(5))?;
        tx.set_stock(&key("forgotten"), None)?;
        tx.set_sold_out(&key("out"), true)?;
        tx.set_stock(&key("both"), Some(5))?;
        tx.set_sold_out(&key("both"), true)?;
        tx.set_stock(&key("back"), Some(4))?;
        tx.set_sold_out(&key("back"), true)?;
        tx.set_sold_out(&key("back"), false)?;
        tx.shelf(NOW)
    })
    .await;
    let levels: Vec<(&str, Level)> = shelf.0.iter().map(|(k, l)| (k.0.as_str(), *l)).collect();
    let wanted = [
        ("back", Level::Left(4)),
        ("both", Level::SoldOut),
        ("counted", Level::Left(5)),
        ("out", Level::SoldOut),
    ];
    assert_eq!(levels, wanted);
}

/// What live quotes hold is taken off the count, by adding two holds up.
pub async fn live_holds_are_taken_off(rig: &mut dyn StoreRig) {
    let store = rig.store();
    count_and_hold(&*store, 10, 3).await;
    keep(&*store, |tx| {
        tx.put_quote(&samples::quote_holding(2, &samples::stock_key(), 4))
    })
    .await;
    assert_eq!(level(&*store, 0).await, Level::Left(3));
}

/// A hold counts until its quote's last moment and not from it on.
pub async fn an_ended_hold_counts_no_more(rig: &mut dyn StoreRig) {
    let store = rig.store();
    count_and_hold(&*store, 10, 3).await;
    assert_eq!(level(&*store, 599).await, Level::Left(7));
    assert_eq!(level(&*store, 600).await, Level::Left(10));
}

/// Holds that an order took up outlive the quote.
pub async fn kept_holds_do_not_end(rig: &mut dyn StoreRig) {
    let store = rig.store();
    count_and_hold(&*store, 10, 3).await;
    keep(&*store, |tx| tx.keep_holds(samples::quote_id(1))).await;
    assert_eq!(level(&*store, 1_000_000).await, Level::Left(7));
}

/// Freed holds are on the shelf again, and freeing once more changes nothing.
pub async fn freed_holds_come_back(rig: &mut dyn StoreRig) {
    let store = rig.store();
    count_and_hold(&*store, 10, 3).await;
    for _ in 0..2 {
        keep(&*store, |tx| tx.free_holds(samples::quote_id(1))).await;
        assert_eq!(level(&*store, 0).await, Level::Left(10));
    }
}

/// Selling turns a hold into a lower count, once; what is not counted stays so.
pub async fn sold_holds_lower_the_count(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| {
        let (key, other) = (samples::stock_key(), StockKey("uncounted".to_owned()));
        tx.set_stock(&key, Some(10))?;
        let mut quote = samples::quote_holding(1, &key, 3);
        quote.holds.insert(other, 2);
        tx.put_quote(&quote)?;
        tx.keep_holds(quote.id)
    })
    .await;
    for _ in 0..2 {
        keep(&*store, |tx| tx.sell_holds(samples::quote_id(1))).await;
        assert_eq!(level(&*store, 1_000_000).await, Level::Left(7));
    }
    let shelf = see(&*store, |tx| tx.shelf(NOW)).await;
    assert_eq!(shelf.0.len(), 1, "{shelf:?}");
}

/// A count that was set below what is held reads as none, and selling leaves none.
pub async fn holds_never_make_less_than_nothing(rig: &mut dyn StoreRig) {
    let store = rig.store();
    count_and_hold(&*store, 10, 3).await;
    keep(&*store, |tx| tx.set_stock(&samples::stock_key(), Some(2))).await;
    assert_eq!(level(&*store, 0).await, Level::Left(0));
    keep(&*store, |tx| tx.sell_holds(samples::quote_id(1))).await;
    assert_eq!(level(&*store, 0).await, Level::Left(0));
}

/// A quote reads back as written; written again it replaces itself, holds included.
pub async fn a_quote_is_read_back_and_replaced(rig: &mut dyn StoreRig) {
    let store = rig.store();
    count_and_hold(&*store, 10, 3).await;
    let longer = Quote {
        expires: NOW.plus_seconds(900),
        ..samples::quote_holding(1, &samples::stock_key(), 5)
    };
    let put = longer.clone();
    keep(&*store, move |tx| tx.put_quote(&put)).await;
    let back = see(&*store, |tx| tx.quote(samples::quote_id(1))).await;
    assert_eq!(back, Some(longer));
    assert_eq!(level(&*store, 700).await, Level::Left(5));
}

/// Once an order took a quote up, the quote cannot be written again.
pub async fn a_taken_quote_never_changes(rig: &mut dyn StoreRig) {
    let store = rig.store();
    keep(&*store, |tx| samples::place(tx, 1).map(|_| ())).await;
    refused(&*store, |tx| tx.put_quote(&samples::quote(1))).await;
}

/// A quote that no order took up is gone when another ends more than a day later; one
/// that an order took up stays.
pub async fn old_quotes_are_forgotten(rig: &mut dyn StoreRig) {
    const DAY: u32 = 24 * 60 * 60;
    let store = rig.store();
    let later = |n: u64, seconds: u32| Quote {
        expires: samples::quote(n).expires.plus_seconds(seconds),
        ..samples::quote(n)
    };
    keep(&*store, move |tx| {
        samples::place(tx, 1)?;
        tx.put_quote(&samples::quote_holding(2, &samples::stock_key(), 1))?;
        tx.put_quote(&later(3, DAY))
    })
    .await;
    let id = samples::quote_id;
    assert!(see(&*store, move |tx| tx.quote(id(2))).await.is_some());
    keep(&*store, move |tx| tx.put_quote(&later(4, DAY + 1))).await;
    let left = see(&*store, move |tx| {
        (1..=4)
            .map(|n| tx.quote(id(n)).map(|quote| quote.is_some()))
            .collect::<Result<Vec<bool>, _>>()
    })
    .await;
    assert_eq!(left, [true, false, true, true]);
}
