//! The store's contract, kept by the store in memory: what the engine's tests rely on.

use std::sync::Arc;

use soban_engine::ports::Store;
use soban_testkit::MemoryStore;
use soban_testkit::conformance::store::StoreRig;

struct Rig(MemoryStore);

impl StoreRig for Rig {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.0.clone())
    }

    fn reopen(&mut self) {
        self.0 = self.0.reopened();
    }
}

soban_testkit::store_conformance!(Rig(MemoryStore::new()));
