//! How often word from outside about a payment is listened to.
//!
//! Guarantees: one hint for a payment in [`SECONDS`], however many come, so that a gateway
//! that repeats itself, or somebody who plays one, cannot have the real gateway asked in a
//! rush; and a bounded memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use soban_domain::ids::AttemptId;
use soban_domain::moment::Timestamp;

/// A payment's next hint is listened to after so many seconds.
const SECONDS: u32 = 3;
/// Payments remembered at most.
const MOST: usize = 1000;

/// The latest hint of each payment.
#[derive(Default)]
pub(crate) struct HintGuard {
    heard: Mutex<BTreeMap<AttemptId, Timestamp>>,
}

impl HintGuard {
    /// True where a hint is to be followed now.
    pub(crate) fn takes(&self, id: AttemptId, now: Timestamp) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |at: &Timestamp| (0..i64::from(SECONDS) * 1000).contains(&now.since(*at));
        if heard.get(&id).is_some_and(fresh) {
            return false;
        }
        heard.retain(|_, at| fresh(at));
        if heard.len() >= MOST {
            return false;
        }
        heard.insert(id, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hint in a row is passed by, one after the wait or about another payment is not,
    /// nor one after the clock was set back; and no flood of payments is remembered.
    #[test]
    fn hints_are_few() {
        let guard = HintGuard::default();
        let id = |n| AttemptId(uuid::Uuid::from_u128(n));
        assert!(guard.takes(id(1), Timestamp(10_000)));
        assert!(!guard.takes(id(1), Timestamp(12_999)));
        assert!(guard.takes(id(2), Timestamp(12_999)));
        assert!(guard.takes(id(1), Timestamp(13_000)));
        assert!(guard.takes(id(1), Timestamp(1_000)));
        for n in 10..5_000 {
            guard.takes(id(n), Timestamp(20_000));
        }
        assert!(guard.heard.lock().unwrap().len() <= MOST);
    }
}
