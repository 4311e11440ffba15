//! Time and fresh ids, so that tests and the simulation decide both.

use std::time::Duration;

use async_trait::async_trait;
use soban_domain::moment::Timestamp;
use uuid::Uuid;

/// A clock that can be waited on.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Wall time. It may jump; nothing but labels and deadlines reads it.
    fn now(&self) -> Timestamp;

    /// Waits by the monotonic clock.
    async fn sleep(&self, time: Duration);
}

/// A maker of ids.
pub trait Ids: Send + Sync {
    /// A fresh UUIDv7.
    fn fresh(&self) -> Uuid;
}
