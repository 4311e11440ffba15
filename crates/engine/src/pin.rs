//! Names and PINs of the staff.
//!
//! Guarantees: comparing takes the same time whatever is wrong; five wrong PINs of one
//! name close it for half a minute.
//!
//! Deliberately absent: rights by person. Whoever has a PIN may decide.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use soban_domain::moment::Timestamp;
use soban_protocol::error::ErrorCode;
use soban_protocol::secret::Secret;
use soban_protocol::staff::Pass;

const WRONG_MOST: u32 = 5;
const LOCK_SECONDS: u32 = 30;

/// Counts wrong PINs.
#[derive(Default)]
pub(crate) struct PinGuard(Mutex<BTreeMap<String, Wrong>>);

#[derive(Clone, Copy, Default)]
struct Wrong {
    count: u32,
    until: Timestamp,
}

impl PinGuard {
    /// Lets a member of staff pass.
    pub(crate) fn check(
        &self,
        book: &BTreeMap<String, Secret>,
        pass: &Pass,
        now: Timestamp,
    ) -> Result<(), ErrorCode> {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = book.get(&pass.name);
        // Names that nobody has are counted as one, so that the counts have a bound and
        // no crowd of them hides a name that somebody has.
        let counted = known.map_or("", |_| pass.name.as_str());
        let before = wrong.get(counted).copied().unwrap_or_default();
        // Further off than a lock lasts is a moment from before the clock was set back.
        let fresh = (1..=i64::from(LOCK_SECONDS) * 1000).contains(&before.until.since(now));
        if before.count >= WRONG_MOST && fresh {
            return Err(ErrorCode::PinLocked);
        }
        let expected = known.map(Secret::reveal).unwrap_or_default();
        if same(expected.as_bytes(), pass.pin.reveal().as_bytes()) && known.is_some() {
            wrong.remove(counted);
            return Ok(());
        }
        let count = if fresh {
            before.count.saturating_add(1)
        } else {
            1
        };
        let until = now.plus_seconds(LOCK_SECONDS);
        wrong.insert(counted.to_owned(), Wrong { count, until });
        Err(ErrorCode::WrongPin)
    }
}

/// Equality in a time that depends on the lengths only.
fn same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0u8, |sum, (x, y)| sum | (x ^ y));
    a.len() == b.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(name: &str, pin: &str) -> Pass {
        Pass {
            name: name.to_owned(),
            pin: Secret::new(pin),
        }
    }

    /// Five wrong PINs lock a name, also for the right PIN, until the time is over.
    #[test]
    fn locks_and_opens_again() {
        let book = BTreeMap::from([("mina".to_owned(), Secret::new("4821"))]);
        let guard = PinGuard::default();
        let now = Timestamp(1_000_000);
        assert_eq!(guard.check(&book, &pass("mina", "4821"), now), Ok(()));
        for _ in 0..WRONG_MOST {
            assert_eq!(
                guard.check(&book, &pass("mina", "0000"), now),
                Err(ErrorCode::WrongPin)
            );
        }
        assert_eq!(
            guard.check(&book, &pass("mina", "4821"), now),
            Err(ErrorCode::PinLocked)
        );
        let later = now.plus_seconds(LOCK_SECONDS);
        assert_eq!(guard.check(&book, &pass("mina", "4821"), later), Ok(()));
        assert_eq!(
            guard.check(&book, &pass("nobody", ""), later),
            Err(ErrorCode::WrongPin)
        );
    }

    /// A crowd of names that nobody has neither fills the guard nor opens a real name:
    /// a thousand of them are tried before the five wrong PINs of one.
    #[test]
    fn a_crowd_of_names_hides_nobody() {
        let book = BTreeMap::from([("mina".to_owned(), Secret::new("4821"))]);
        let guard = PinGuard::default();
        let now = Timestamp(1_000_000);
        for n in 0..1_000 {
            assert!(
                guard
                    .check(&book, &pass(&format!("x{n}"), "0"), now)
                    .is_err()
            );
        }
        for _ in 0..WRONG_MOST {
            let wrong = guard.check(&book, &pass("mina", "0000"), now);
            assert_eq!(wrong, Err(ErrorCode::WrongPin));
        }
        let locked = guard.check(&book, &pass("mina", "4821"), now);
        assert_eq!(locked, Err(ErrorCode::PinLocked));
    }

    /// A lock does not outlast its time because the wall clock was set back.
    #[test]
    fn a_clock_set_back_opens_the_lock() {
        let book = BTreeMap::from([("mina".to_owned(), Secret::new("4821"))]);
        let guard = PinGuard::default();
        let now = Timestamp(10_000_000);
        for _ in 0..WRONG_MOST {
            assert!(guard.check(&book, &pass("mina", "0000"), now).is_err());
        }
        let before = Timestamp(now.0 - 3_600_000);
        assert_eq!(guard.check(&book, &pass("mina", "4821"), before), Ok(()));
    }
}
