//! Stores of earlier versions, brought up to this one.

#![expect(
    clippy::unwrap_used,
    reason = "a file that cannot be made fails its test"
)]

use rusqlite::{Connection, params};
use soban_domain::money::Won;
use soban_domain::payment::PaymentState;
use soban_engine::ports::store::{StoreError, look, transact};
use soban_store::SqliteStore;
use soban_testkit::samples;

/// The first version's file, with an order, an attempt of each given state and a token.
fn first_version(path: &std::path::Path, states: &[PaymentState]) {
    let old = Connection::open(path).unwrap();
    old.execute_batch(include_str!("../migrations/0001_first.sql"))
        .unwrap();
    old.pragma_update(None, "application_id", 0x534F_424E)
        .unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    for (n, state) in (1..).zip(states) {
        let (quote, order) = (samples::quote(n), samples::order(n));
        old.execute(
            "INSERT INTO quotes (id, expires, body) VALUES (?1, 0, ?2)",
            params![quote.id.to_string(), serde_json::to_string(&quote).unwrap()],
        )
        .unwrap();
        old.execute(
            "INSERT INTO orders (id, quote_id, state, revision, total, day, body)
             VALUES (?1, ?2, 'placed', 1, ?3, ?4, ?5)",
            params![
                order.id.to_string(),
                quote.id.to_string(),
                order.priced.total.0,
                order.day.to_string(),
                serde_json::to_string(&order).unwrap()
            ],
        )
        .unwrap();
        let attempt = samples::attempt(n, n, *state);
        let mut body = serde_json::to_value(&attempt).unwrap();
        for newer in ["watch", "late", "refunded", "trail"] {
            body.as_object_mut().unwrap().remove(newer);
        }
        old.execute(
            "INSERT INTO attempts (id, order_id, method, amount, state, gateway_id, approved,
                next_try, body)
             VALUES (?1, ?2, 'kakaopay', ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                attempt.id.to_string(),
                order.id.to_string(),
                attempt.amount.0,
                state.name(),
                attempt.offer.as_ref().map(|offer| &offer.gateway_id),
                attempt.approval.as_ref().map(|proof| proof.amount.0),
                attempt.next_try.map(|at| at.0),
                body.to_string(),
            ],
        )
        .unwrap();
        old.execute(
            "INSERT INTO tokens (attempt_id, token) VALUES (?1, 'secret')",
            [attempt.id.to_string()],
        )
        .unwrap();
    }
}

/// Attempts and tokens of the first version are all there after the move, can be driven on
/// and are guarded as before: by a file written with the first version's own SQL.
#[tokio::test]
async fn attempts_move_to_the_wider_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("soban.db");
    let states = [
        PaymentState::Approved,
        PaymentState::Approving,
        PaymentState::Declined,
        PaymentState::NeedsStaff,
    ];
    first_version(&path, &states);
    let store = SqliteStore::open(&path).unwrap();
    for (n, state) in (1..).zip(states) {
        let id = samples::attempt_id(n);
        let (attempt, token) = look(&store, move |tx| {
            Ok::<_, StoreError>((tx.attempt(id)?.unwrap(), tx.token(id)?.unwrap()))
        })
        .await
        .unwrap();
        assert_eq!((attempt.state, attempt.refunded), (state, Won(0)));
        assert_eq!(token.reveal(), "secret");
    }
    let open = look(&store, |tx| tx.open_attempts()).await.unwrap();
    assert_eq!(open.len(), 1);
    let second = samples::attempt(9, 1, PaymentState::Prepared);
    let refused = transact(&store, move |tx| tx.put_attempt(&second)).await;
    assert!(
        matches!(refused, Err(StoreError::Refused(_))),
        "{refused:?}"
    );
    let voided = samples::attempt(1, 1, PaymentState::Voided);
    transact(&store, move |tx| tx.put_attempt(&voided))
        .await
        .unwrap();
}
