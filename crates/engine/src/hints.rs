//! How often word from outside about a payment is listened to.
//!
//! Guarantees: one hint for a payment in [`SECONDS`] and [`EACH_MOST`] in all, however many
//! come, so that a gateway that repeats itself, or somebody who plays one, can neither have
//! the real gateway asked in a rush nor use up the bound of asking; and a bounded memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use soban_domain::ids::AttemptId;
use soban_domain::moment::Timestamp;

/// A payment's next hint is listened to after so many seconds.
const SECONDS: u32 = 3;
/// So many hints of one payment are followed.
const EACH_MOST: u32 = 5;
/// Payments remembered at most; the one that was hinted at longest ago is forgotten.
const MOST: usize = 1000;

/// The latest hint of each payment.
#[derive(Default)]
pub(crate) struct HintGuard {
    heard: Mutex<BTreeMap<AttemptId, (Timestamp, u32)>>,
}

impl HintGuard {
    /// True where a hint is to be followed now.
    pub(crate) fn takes(&self, id: AttemptId, now: Timestamp) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let known = heard.get(&id).copied();
        if let Some((at, count)) = known {
            let fresh = (0..i64::from(SECONDS) * 1000).contains(&now.since(at));
            if fresh || count >= EACH_MOST {
                return false;
            }
        }
        if known.is_none() && heard.len() >= MOST {
            let oldest = heard.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(oldest) = oldest.map(|(id, _)| *id) {
                heard.remove(&oldest);
            }
        }
        let count = known.map_or(0, |(_, count)| count);
        heard.insert(id, (now, count.saturating_add(1)));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hint in a row is passed by, one after the wait or about another payment is not,
    /// nor one after the clock was set back; five are followed in all, and a flood of
    /// payments is forgotten again.
    #[test]
    fn hints_are_few() {
        let guard = HintGuard::default();
        let id = |n| AttemptId(uuid::Uuid::from_u128(n));
        assert!(guard.takes(id(1), Timestamp(10_000)));
        assert!(!guard.takes(id(1), Timestamp(12_999)));
        assert!(guard.takes(id(2), Timestamp(12_999)));
        assert!(guard.takes(id(1), Timestamp(13_000)));
        assert!(guard.takes(id(1), Timestamp(1_000)));
        assert!(guard.takes(id(1), Timestamp(20_000)));
        assert!(guard.takes(id(1), Timestamp(30_000)));
        assert!(!guard.takes(id(1), Timestamp(40_000)));
        for n in 10..5_000 {
            guard.takes(id(n), Timestamp(20_000));
        }
        assert!(guard.heard.lock().unwrap().len() <= MOST);
    }
}
