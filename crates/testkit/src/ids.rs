//! Ids in sequence, the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use soban_engine::ports::Ids;
use uuid::Uuid;

/// A maker of ids 1, 2, 3, … in the form of UUIDv7.
#[derive(Debug, Default)]
pub struct SeqIds(AtomicU64);

/// The `n`-th id: as a UUIDv7 it sorts by `n`.
pub fn nth(n: u64) -> Uuid {
    let (time, rest) = (u128::from(n >> 12), u128::from(n & 0xFFF));
    Uuid::from_u128(time << 80 | 0x7 << 76 | rest << 64 | 0b10 << 62)
}

impl SeqIds {
    /// A maker whose first id is `nth(first)`, so that two makers do not meet.
    pub fn from(first: u64) -> SeqIds {
        SeqIds(AtomicU64::new(first))
    }
}

impl Ids for SeqIds {
    fn fresh(&self) -> Uuid {
        nth(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids are distinct, in order and of version 7, over the carry from one part to the
    /// next.
    #[test]
    fn ids_count_up() {
        let ids = SeqIds::from(4_090);
        let made: Vec<Uuid> = (0..20).map(|_| ids.fresh()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
