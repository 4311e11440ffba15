//! The store's contract, kept by SQLite: the suite that the store in memory passes too.

#![expect(
    clippy::unwrap_used,
    reason = "a rig that cannot be built fails its test"
)]

use std::path::Path;
use std::sync::Arc;

use soban_engine::ports::Store;
use soban_engine::ports::store::StoreError;
use soban_store::SqliteStore;
use soban_testkit::conformance::store::StoreRig;
use tempfile::TempDir;

type Open = fn(&Path) -> Result<SqliteStore, StoreError>;

struct Rig {
    folder: TempDir,
    open: Open,
    store: Option<Arc<SqliteStore>>,
}

impl Rig {
    fn new(open: Open) -> Rig {
        let mut rig = Rig {
            folder: tempfile::tempdir().unwrap(),
            open,
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
        self.store = Some(Arc::new((self.open)(&path).unwrap()));
    }
}

/// With its threads, as programs open it.
mod threads {
    use super::*;
    soban_testkit::store_conformance!(Rig::new(SqliteStore::open));
}

/// Without them, as simulations do.
mod inline {
    use super::*;
    soban_testkit::store_conformance!(Rig::new(SqliteStore::open_inline));
}
