//! What the screens were told.
//!
//! Guarantees: numbers 1, 2, 3, … without a gap in the order of commits: the next one is
//! read in the transaction that uses it, and the schema refuses any other.
//!
//! Deliberately absent: forgetting. Events are small, and a gap would be a lie.

use rusqlite::{Connection, params};
use soban_domain::ids::OrderId;
use soban_domain::moment::Timestamp;
use soban_engine::ports::store::{NewEvent, StoredEvent};

use crate::fault::Fault;

pub(super) fn emit(connection: &Connection, event: &NewEvent) -> Result<u64, Fault> {
    let seq = last_seq(connection)? + 1;
    connection
        .prepare_cached("INSERT INTO events (seq, at, order_id, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            in_column(seq)?,
            event.at.0,
            event.order.map(|order| order.to_string()),
            event.body
        ])?;
    Ok(seq)
}

pub(super) fn after(
    connection: &Connection,
    seq: u64,
    limit: u32,
) -> Result<Vec<StoredEvent>, Fault> {
    // A number past the range is past every event too.
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, order_id, body FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let rows = statement.query_map(params![seq, limit], |row| {
        let order: Option<String> = row.get(2)?;
        Ok((row.get::<_, i64>(0)?, row.get(1)?, order, row.get(3)?))
    })?;
    let mut events = Vec::new();
    for row in rows {
        let (seq, at, order, body) = row?;
        let what = || format!("events {seq}");
        let order = order.map(|id| id.parse::<OrderId>()).transpose();
        events.push(StoredEvent {
            seq: u64::try_from(seq).map_err(|error| Fault::unreadable(what(), error))?,
            event: NewEvent {
                at: Timestamp(at),
                order: order.map_err(|error| Fault::unreadable(what(), error))?,
                body,
            },
        });
    }
    Ok(events)
}

/// The last event's number as this connection sees it; 0 before the first.
pub(crate) fn last_seq(connection: &Connection) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(seq), 0) FROM events")?;
    let last: i64 = statement.query_row([], |row| row.get(0))?;
    u64::try_from(last).map_err(|error| Fault::unreadable("events", error))
}

fn in_column(seq: u64) -> Result<i64, Fault> {
    i64::try_from(seq).map_err(|_| Fault::refused("event numbers are used up"))
}
