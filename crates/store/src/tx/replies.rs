//! What commands were answered, so that a repeat is answered alike.
//!
//! Guarantees: a reply is kept once; the last [`REPLIES_KEPT`] are there.
//!
//! Deliberately absent: an age. The clock may jump, and a jump must not forget a
//! command that a screen is about to repeat.

use rusqlite::{Connection, OptionalExtension, params};
use soban_domain::ids::CommandId;
use soban_domain::moment::Timestamp;
use soban_engine::ports::store::KeptReply;

use crate::fault::Fault;

/// How many replies are kept: some months of a busy store.
const REPLIES_KEPT: i64 = 100_000;

pub(super) fn get(connection: &Connection, id: CommandId) -> Result<Option<KeptReply>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT endpoint, body_hash, reply FROM replies WHERE id = ?1")?;
    let found = statement.query_row([id.to_string()], |row| {
        Ok(KeptReply {
            endpoint: row.get(0)?,
            body_hash: row.get(1)?,
            reply: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

pub(super) fn keep(
    connection: &Connection,
    id: CommandId,
    at: Timestamp,
    reply: &KeptReply,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO replies (id, at, endpoint, body_hash, reply) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            id.to_string(),
            at.0,
            reply.endpoint,
            reply.body_hash,
            reply.reply
        ])?;
    let last = connection.last_insert_rowid();
    connection
        .prepare_cached("DELETE FROM replies WHERE n <= ?1")?
        .execute([last - REPLIES_KEPT])?;
    Ok(())
}
