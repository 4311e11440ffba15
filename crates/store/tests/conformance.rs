//! The store's contract, kept by SQLite: the suite that the store in memory passes too.

#![expect(
    clippy::unwrap_used,
    reason = "a rig that cannot be built fails its test"
)]

use std::sync::Arc;

use soban_engine::ports::Store;
use soban_store::SqliteStore;
use soban_testkit::conformance::store::StoreRig;
use tempfile::TempDir;

struct Rig {
    folder: TempDir,
    store: Option<Arc<SqliteStore>>,
}

impl Rig {
    fn new() -> Rig {
        let mut rig = Rig {
            folder: tempfile::tempdir().unwrap(),
            store: None,
        };
        rig.reopen();
        rig
    }
}

impl StoreRig for Rig {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone().unwrap()
    }

    fn reopen(&mut self) {
        // Closed before it is opened again, as a restart would.
        self.store = None;
        let path = self.folder.path().join("soban.db");
        self.store = Some(Arc::new(SqliteStore::open(&path).unwrap()));
    }
}

soban_testkit::store_conformance!(Rig::new());
