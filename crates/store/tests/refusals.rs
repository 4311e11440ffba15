//! Files that are not opened, and what the schema refuses even from the operator's
//! shell.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use soban_domain::cash_receipt::CashReceiptState;
use soban_domain::payment::PaymentState;
use soban_domain::refund::RefundState;
use soban_engine::ports::Store;
use soban_engine::ports::gateway::ReturnToken;
use soban_engine::ports::store::{StoreError, look, transact};
use soban_store::SqliteStore;
use soban_testkit::samples;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("soban.db");
    (folder, path)
}

/// Writes orders 1 to `orders`, each with an event.
async fn fill(store: &SqliteStore, orders: u64) {
    let filled: Result<(), StoreError> = transact(store, move |tx| {
        for n in 1..=orders {
            samples::place(tx, n)?;
            tx.log_decision(&samples::decision(n))?;
            tx.emit(&samples::event(n))?;
        }
        Ok(())
    })
    .await;
    assert_eq!(filled, Ok(()));
}

/// Why a file is not opened; it must say so in one sentence that names the file, and
/// leave the file as it was.
fn refusal(path: &Path) -> String {
    let before = fs::read(path).ok();
    let Err(StoreError::Broken(words)) = SqliteStore::open(path) else {
        return String::from("it was opened");
    };
    assert!(words.contains(&path.display().to_string()), "{words}");
    assert!(!words.contains('\n'), "{words}");
    assert_eq!(fs::read(path).ok(), before, "a refused file is left alone");
    words
}

/// The settings that durability rests on are read back from the connection that writes.
#[tokio::test]
async fn settings_are_read_back() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).unwrap();
    let settings = store.settings().await.unwrap();
    assert_eq!(settings.fault(), None);
    assert_eq!(settings.journal_mode, "wal");
    assert_eq!((settings.synchronous, settings.schema), (2, 3));
    assert!(settings.foreign_keys && settings.secure_delete);
}

/// A file that a newer program wrote is refused, by setting its version ahead.
#[tokio::test]
async fn a_newer_file_is_refused() {
    let (_folder, path) = folder();
    drop(SqliteStore::open(&path).unwrap());
    let shell = Connection::open(&path).unwrap();
    shell.pragma_update(None, "user_version", 99).unwrap();
    drop(shell);
    assert!(refusal(&path).contains("newer Soban"));
}

/// Another program's database, and a file that is no database, are refused.
#[test]
fn a_foreign_file_is_refused() {
    let (_folder, path) = folder();
    let shell = Connection::open(&path).unwrap();
    shell.execute_batch("CREATE TABLE notes (text)").unwrap();
    drop(shell);
    assert!(refusal(&path).contains("not an order store"));
    fs::write(&path, "상호 = 소반\n".repeat(200)).unwrap();
    assert!(refusal(&path).contains("damaged"));
}

/// A file with a damaged page is refused, by writing over the middle of it.
#[tokio::test]
async fn a_damaged_file_is_refused() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 200).await;
    drop(store);
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let middle = file.metadata().unwrap().len() / 2 / 4096 * 4096;
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
    drop(file);
    assert!(refusal(&path).contains("restore a backup"));
}

/// A folder that is not there is named, not made.
#[test]
fn a_missing_folder_is_named() {
    let (folder, _) = folder();
    let path = folder.path().join("nowhere").join("soban.db");
    assert!(refusal(&path).contains("cannot be opened"));
    assert!(!path.parent().unwrap().exists());
}

/// Events, decisions, orders and attempts cannot be changed or deleted, nor a gap be
/// made, by an operator's shell.
#[tokio::test]
async fn the_record_cannot_be_rewritten() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 3).await;
    let paid: Result<(), StoreError> = transact(&store, |tx| {
        tx.put_attempt(&samples::attempt(1, 1, PaymentState::Approved))?;
        tx.put_cash_receipt(&samples::cash_receipt(1, 1, CashReceiptState::Issued))?;
        tx.put_refund(&samples::refund(1, 1, RefundState::Done))
    })
    .await;
    assert_eq!(paid, Ok(()));
    let shell = Connection::open(&path).unwrap();
    let rewritings = [
        "UPDATE events SET body = '{}' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 3",
        "INSERT INTO events (seq, at, body) VALUES (9, 0, '{}')",
        "UPDATE decisions SET by = 'nobody'",
        "DELETE FROM decisions",
        "DELETE FROM orders",
        "DELETE FROM attempts",
        "UPDATE attempts SET amount = 1",
        "DELETE FROM refunds",
        "UPDATE refunds SET amount = 1",
        "UPDATE refunds SET amount = 99000",
        "UPDATE refunds SET state = 'prepared'",
        "UPDATE refunds SET state = 'no_such_state'",
        "DELETE FROM cash_receipts",
        "UPDATE cash_receipts SET issue_number = 'G2'",
        "UPDATE cash_receipts SET state = 'no_such_state'",
        "UPDATE attempts SET state = 'no_such_state'",
        "UPDATE orders SET quote_id = 'another'",
    ];
    for sql in rewritings {
        assert!(shell.execute(sql, []).is_err(), "{sql}");
    }
    let decisions: u32 = shell
        .query_row("SELECT count(*) FROM decisions", [], |row| row.get(0))
        .unwrap();
    assert_eq!(decisions, 3);
}

/// One record that cannot be read does not hide the others from the pumps, and whoever
/// asks for it is told: by spoiling a body by hand.
#[tokio::test]
async fn one_broken_record_does_not_stop_the_rest() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 3).await;
    let shell = Connection::open(&path).unwrap();
    let id = samples::order_id(2).to_string();
    shell
        .execute("UPDATE orders SET body = '{}' WHERE id = ?1", [&id])
        .unwrap();
    let open: Result<Vec<_>, StoreError> = look(&store, |tx| tx.open_orders(10)).await;
    let open: Vec<_> = open.unwrap().into_iter().map(|order| order.id).collect();
    assert_eq!(open, [1, 3].map(samples::order_id));
    let asked: Result<_, StoreError> = look(&store, |tx| tx.order(samples::order_id(2))).await;
    let named = matches!(&asked, Err(StoreError::Unreadable { what, .. }) if what.contains(&id));
    assert!(named, "{asked:?}");
}

/// A dropped token is nowhere in the store's files, and a kept one is not in a backup,
/// by searching their bytes.
#[tokio::test]
async fn tokens_do_not_linger() {
    const SECRET: &str = "secret-pg-token-8f3a";
    let (folder, path) = folder();
    let holds = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes())
    };
    let store = SqliteStore::open(&path).unwrap();
    let kept: Result<(), StoreError> = transact(&store, |tx| {
        samples::place(tx, 1)?;
        tx.put_attempt(&samples::attempt(1, 1, PaymentState::Approving))?;
        let token = ReturnToken::new(SECRET).unwrap();
        tx.keep_token(samples::attempt_id(1), &token)
    })
    .await;
    assert_eq!(kept, Ok(()));
    let copy = folder.path().join("copy.db");
    store.backup(&copy).unwrap();
    assert!(!holds(&copy), "in the backup");
    drop(store);
    assert!(holds(&path), "the search finds what is there");
    let store = SqliteStore::open(&path).unwrap();
    let dropped: Result<(), StoreError> =
        transact(&store, |tx| tx.drop_token(samples::attempt_id(1))).await;
    assert_eq!(dropped, Ok(()));
    drop(store);
    assert!(!holds(&path), "in the file");
}

/// A cash receipt's number that was dropped is nowhere in the store's files, and a kept one
/// is not in a backup, by searching their bytes.
#[tokio::test]
async fn receipt_numbers_do_not_linger() {
    let (folder, path) = folder();
    let number = samples::receipt_number();
    let holds = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        let digits = number.reveal().as_bytes();
        bytes.windows(digits.len()).any(|w| w == digits)
    };
    let store = SqliteStore::open(&path).unwrap();
    let kept: Result<(), StoreError> = transact(&store, |tx| {
        samples::place(tx, 1)?;
        tx.put_attempt(&samples::attempt(1, 1, PaymentState::Approved))?;
        tx.put_cash_receipt(&samples::cash_receipt(1, 1, CashReceiptState::Recorded))?;
        tx.keep_receipt_number(samples::receipt_id(1), &samples::receipt_number())
    })
    .await;
    assert_eq!(kept, Ok(()));
    let copy = folder.path().join("copy.db");
    store.backup(&copy).unwrap();
    assert!(!holds(&copy), "in the backup");
    drop(store);
    assert!(holds(&path), "the search finds what is there");
    let store = SqliteStore::open(&path).unwrap();
    let id = samples::receipt_id(1);
    let dropped: Result<(), StoreError> =
        transact(&store, move |tx| tx.drop_receipt_number(id)).await;
    assert_eq!(dropped, Ok(()));
    drop(store);
    assert!(!holds(&path), "in the file");
}

/// A backup opens as a store with all that was committed when it was made, leaves
/// nothing unfinished, and never overwrites.
#[tokio::test]
async fn a_backup_is_a_store() {
    let (folder, path) = folder();
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 5).await;
    let to = folder.path().join("copy.db");
    store.backup(&to).unwrap();
    assert!(matches!(store.backup(&to), Err(StoreError::Refused(_))));
    let later: Result<u64, StoreError> = transact(&store, |tx| tx.emit(&samples::event(9))).await;
    assert_eq!(later, Ok(6));
    let copy = SqliteStore::open(&to).unwrap();
    let orders: Result<_, StoreError> = look(&copy, |tx| tx.open_orders(10)).await;
    assert_eq!(orders.unwrap().len(), 5);
    assert_eq!(*copy.committed().borrow(), 5);
    assert!(!folder.path().join("copy.db.unfinished").exists());
    let nowhere = folder.path().join("nowhere").join("copy.db");
    assert!(matches!(store.backup(&nowhere), Err(StoreError::Broken(_))));
}
