//! Payment attempts, and the secrets that approve them.
//!
//! Guarantees: never two live attempts of one order, never two approved ones; approved
//! only with a proof of exactly the amount, and
//! never by money that came late; a secret is in no record and no message,
//! and deleted rows are overwritten.

use rusqlite::{Connection, OptionalExtension, params};
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::payment::PaymentAttempt;
use soban_engine::ports::gateway::ReturnToken;

use super::rows;
use crate::fault::Fault;

const TABLE: &str = "attempts";

pub(super) fn put(connection: &Connection, attempt: &PaymentAttempt) -> Result<(), Fault> {
    let gateway_id = attempt.offer.as_ref().map(|offer| &offer.gateway_id);
    connection
        .prepare_cached(
            "INSERT INTO attempts (id, order_id, method, amount, state, gateway_id, approved,
                refunded, next_try, watch, late, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id,
                method = excluded.method, amount = excluded.amount,
                state = excluded.state, gateway_id = excluded.gateway_id,
                approved = excluded.approved, refunded = excluded.refunded,
                next_try = excluded.next_try, watch = excluded.watch,
                late = excluded.late, body = excluded.body",
        )?
        .execute(params![
            attempt.id.to_string(),
            attempt.order.to_string(),
            attempt.method.name(),
            attempt.amount.0,
            attempt.state.name(),
            gateway_id,
            attempt.approval.as_ref().map(|proof| proof.amount.0),
            attempt.refunded.0,
            attempt.next_try.map(|at| at.0),
            attempt.watch.map(|at| at.0),
            attempt.late,
            rows::to_body(TABLE, attempt)?,
        ])?;
    Ok(())
}

pub(super) fn get(connection: &Connection, id: AttemptId) -> Result<Option<PaymentAttempt>, Fault> {
    rows::one(
        connection,
        TABLE,
        "SELECT id, body FROM attempts WHERE id = ?1",
        [id.to_string()],
    )
}

pub(super) fn of_order(
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<PaymentAttempt>, Fault> {
    rows::all(
        connection,
        TABLE,
        "SELECT id, body FROM attempts WHERE order_id = ?1 ORDER BY n",
        [order.to_string()],
    )
}

pub(super) fn open(connection: &Connection) -> Result<Vec<PaymentAttempt>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM attempts INDEXED BY attempts_open
         WHERE state IN ('prepared', 'asking', 'waiting', 'approving', 'unknown', 'closing',
                'reversing')
            OR (watch IS NOT NULL AND state IN ('declined', 'expired', 'reversed'))
            OR (next_try IS NOT NULL AND state = 'needs_staff')
         ORDER BY n",
        [],
    )
}

pub(super) fn for_staff(connection: &Connection) -> Result<Vec<PaymentAttempt>, Fault> {
    rows::readable(
        connection,
        TABLE,
        "SELECT id, body FROM attempts INDEXED BY attempts_for_staff
         WHERE state = 'needs_staff' ORDER BY n",
        [],
    )
}

pub(super) fn keep_token(
    connection: &Connection,
    attempt: AttemptId,
    token: &ReturnToken,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO tokens (attempt_id, token) VALUES (?1, ?2)
             ON CONFLICT (attempt_id) DO UPDATE SET token = excluded.token",
        )?
        .execute(params![attempt.to_string(), token.reveal()])?;
    Ok(())
}

pub(super) fn token(
    connection: &Connection,
    attempt: AttemptId,
) -> Result<Option<ReturnToken>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT token FROM tokens WHERE attempt_id = ?1")?;
    let found: Option<String> = statement
        .query_row([attempt.to_string()], |row| row.get(0))
        .optional()?;
    let read = |text: String| {
        ReturnToken::new(&text)
            .ok_or_else(|| Fault::unreadable(format!("tokens {attempt}"), "it is no token"))
    };
    found.map(read).transpose()
}

pub(super) fn drop_token(connection: &Connection, attempt: AttemptId) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM tokens WHERE attempt_id = ?1")?
        .execute([attempt.to_string()])?;
    Ok(())
}
