//! Counts, sold-out marks, quotes and what they hold.
//!
//! Guarantees: what a live quote or an order holds is taken off the shelf; a hold that
//! ended counts no longer, whether or not its row is gone yet.
//!
//! Deliberately absent: refusing a quote for lack of stock. The engine looks at the
//! shelf in the same transaction.

use rusqlite::{Connection, params};
use soban_domain::ids::QuoteId;
use soban_domain::moment::Timestamp;
use soban_domain::quote::Quote;
use soban_domain::shelf::{Level, Shelf, StockKey};

use super::rows;
use crate::fault::Fault;

/// A quote that no order took up is forgotten when a new one ends this much later, in
/// milliseconds: a day, far more than any quote lives.
const FORGET_AFTER_MS: i64 = 24 * 60 * 60 * 1000;
/// The most rows that one new quote clears away, so that none waits long.
const CLEARED_AT_ONCE: u32 = 20;

pub(super) fn shelf(connection: &Connection, now: Timestamp) -> Result<Shelf, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT key, count, sold_out,
                (SELECT coalesce(sum(h.count), 0) FROM holds h
                 WHERE h.key = s.key AND (h.expires IS NULL OR h.expires > ?1))
         FROM stock s WHERE count IS NOT NULL OR sold_out = 1",
    )?;
    let rows = statement.query_map([now.0], |row| {
        let key = StockKey(row.get(0)?);
        let (count, sold_out): (Option<i64>, bool) = (row.get(1)?, row.get(2)?);
        let held: i64 = row.get(3)?;
        let left = count.unwrap_or(0).saturating_sub(held).max(0);
        let level = if sold_out {
            Level::SoldOut
        } else {
            Level::Left(u32::try_from(left).unwrap_or(u32::MAX))
        };
        Ok((key, level))
    })?;
    Ok(Shelf(rows.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn set_count(
    connection: &Connection,
    key: &StockKey,
    count: Option<u32>,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO stock (key, count) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET count = excluded.count",
        )?
        .execute(params![key.0, count])?;
    Ok(())
}

pub(super) fn set_sold_out(
    connection: &Connection,
    key: &StockKey,
    sold_out: bool,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO stock (key, sold_out) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET sold_out = excluded.sold_out",
        )?
        .execute(params![key.0, sold_out])?;
    Ok(())
}

pub(super) fn put_quote(connection: &Connection, quote: &Quote) -> Result<(), Fault> {
    forget_old(connection, quote.expires)?;
    let id = quote.id.to_string();
    let written = connection
        .prepare_cached(
            "INSERT INTO quotes (id, expires, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, body = excluded.body
             WHERE taken = 0",
        )?
        .execute(params![
            id,
            quote.expires.0,
            rows::to_body("quotes", quote)?
        ])?;
    if written == 0 {
        return Err(Fault::refused(
            "a quote that an order took up never changes",
        ));
    }
    free_holds(connection, quote.id)?;
    let mut hold = connection.prepare_cached(
        "INSERT INTO holds (quote_id, key, count, expires) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (key, count) in &quote.holds {
        hold.execute(params![id, key.0, count, quote.expires.0])?;
    }
    Ok(())
}

fn forget_old(connection: &Connection, newest: Timestamp) -> Result<(), Fault> {
    let before = newest.0.saturating_sub(FORGET_AFTER_MS);
    connection
        .prepare_cached(
            "DELETE FROM quotes WHERE n IN
             (SELECT n FROM quotes WHERE taken = 0 AND expires < ?1 LIMIT ?2)",
        )?
        .execute(params![before, CLEARED_AT_ONCE])?;
    Ok(())
}

pub(super) fn quote(connection: &Connection, id: QuoteId) -> Result<Option<Quote>, Fault> {
    rows::one(
        connection,
        "quotes",
        "SELECT id, body FROM quotes WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn keep_holds(connection: &Connection, quote: QuoteId) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE holds SET expires = NULL WHERE quote_id = ?1")?
        .execute([quote.to_string()])?;
    Ok(())
}

pub(super) fn free_holds(connection: &Connection, quote: QuoteId) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM holds WHERE quote_id = ?1")?
        .execute([quote.to_string()])?;
    Ok(())
}

pub(super) fn sell_holds(connection: &Connection, quote: QuoteId) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE stock SET count = max(0, stock.count - holds.count) FROM holds
             WHERE holds.quote_id = ?1 AND holds.key = stock.key AND stock.count IS NOT NULL",
        )?
        .execute([quote.to_string()])?;
    free_holds(connection, quote)
}
