//! The real order store, opened without threads.

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt;
use soban_engine::ports::store::StoreError;
use soban_store::SqliteStore;
use soban_testkit::sim::Opened;

/// Opens the store for a simulation.
pub(crate) fn open(path: &Path) -> Result<Opened, StoreError> {
    let store = Arc::new(SqliteStore::open_inline(path)?);
    let disk = Arc::clone(&store);
    let limit = move |full| {
        let pages = if full { 1 } else { u32::MAX - 1 };
        // Without threads it is done when it returns.
        let set = disk.limit_pages(pages).now_or_never();
        assert_eq!(set, Some(Ok(())));
    };
    Ok(Opened {
        store,
        limit: Arc::new(limit),
    })
}
