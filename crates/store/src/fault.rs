//! What can go wrong below, and what the engine is told of it.
//!
//! Guarantees: a guard of the schema becomes [`StoreError::Refused`] in plain words; no
//! message carries a stored value.
//!
//! Deliberately absent: trying again. The engine knows what may be repeated.

use rusqlite::ErrorCode;
use soban_engine::ports::store::StoreError;

/// An error inside this crate.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite's.
    Sql(rusqlite::Error),
    /// Already in the port's words.
    Said(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sql(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> StoreError {
        match fault {
            Fault::Sql(error) => explain(&error),
            Fault::Said(error) => error,
        }
    }
}

impl Fault {
    /// Something on disk that does not read.
    pub(crate) fn unreadable(what: impl Into<String>, why: impl ToString) -> Fault {
        Fault::Said(StoreError::Unreadable {
            what: what.into(),
            why: why.to_string(),
        })
    }

    /// Something that must not be written.
    pub(crate) fn refused(why: impl Into<String>) -> Fault {
        Fault::Said(StoreError::Refused(why.into()))
    }
}

/// SQLite names the columns of a broken constraint; these are their meanings. Indexes
/// over the same column cannot be told apart, so the words fit both.
const GUARDS: [(&str, &str); 19] = [
    (
        "some_money_goes_back",
        "a refund must be of more than nothing",
    ),
    (
        "refunds.attempt_id",
        "another refund of this payment is not over",
    ),
    (
        "cash_receipts.attempt_id",
        "this payment already has a cash receipt",
    ),
    (
        "cash_receipts.issue_number",
        "another cash receipt already has this number",
    ),
    (
        "a_receipt_is_of_money",
        "a cash receipt must be of more than nothing",
    ),
    (
        "attempts.order_id",
        "the order already has a live payment attempt",
    ),
    (
        "attempts.gateway_id",
        "another attempt already has this gateway id",
    ),
    (
        "proof",
        "an approved attempt needs a proof of exactly its amount",
    ),
    ("orders.number", "the call number was already given"),
    (
        "orders.quote_id",
        "another order already took up this quote",
    ),
    (
        "relays.revision",
        "this revision of the order already has a message for the POS",
    ),
    (
        "prints.copy",
        "this copy of the slip already has a print job",
    ),
    ("replies.id", "the command was already answered"),
    ("menus.hash", "there is a menu of this hash already"),
    (
        "FOREIGN KEY",
        "what it belongs to (order, quote or attempt) is not on disk",
    ),
    ("amount > 0", "an attempt must be of more than nothing"),
    ("state IN", "the state is not one that the store knows"),
    ("copy >= 1", "copies count from 1"),
    ("revision >= 1", "revisions count from 1"),
];

fn explain(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Refused(guard(error)),
        Some(ErrorCode::DiskFull) => StoreError::Broken("the disk is full".to_owned()),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Broken("the file is damaged; restore a backup".to_owned())
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::ReadOnly) => {
            StoreError::Broken("the file or its folder cannot be written to".to_owned())
        }
        _ => StoreError::Broken(error.to_string()),
    }
}

fn guard(error: &rusqlite::Error) -> String {
    let said = match error {
        rusqlite::Error::SqliteFailure(_, Some(said)) => said.clone(),
        other => other.to_string(),
    };
    GUARDS
        .iter()
        .find(|(mark, _)| said.contains(mark))
        .map_or(said, |(_, words)| (*words).to_owned())
}
