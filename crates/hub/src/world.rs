//! The real clock and real ids.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use soban_domain::moment::Timestamp;
use soban_engine::ports::{Clock, Ids};
use uuid::Uuid;

/// The machine's clock.
pub(crate) struct MachineClock;

#[async_trait]
impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// Fresh UUIDv7s.
pub(crate) struct FreshIds;

impl Ids for FreshIds {
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}
