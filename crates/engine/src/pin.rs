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
const NAMES_MOST: usize = 100;

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
        let before = wrong.get(&pass.name).copied().unwrap_or_default();
        if before.count >= WRONG_MOST && now < before.until {
            return Err(ErrorCode::PinLocked);
        }
        let known = book.get(&pass.name);
        let expected = known.map(Secret::reveal).unwrap_or_default();
        if same(expected.as_bytes(), pass.pin.reveal().as_bytes()) && known.is_some() {
            wrong.remove(&pass.name);
            return Ok(());
        }
        if wrong.len() < NAMES_MOST || wrong.contains_key(&pass.name) {
            let count = if now < before.until {
                before.count.saturating_add(1)
            } else {
                1
            };
            let until = now.plus_seconds(LOCK_SECONDS);
            wrong.insert(pass.name.chars().take(60).collect(), Wrong { count, until });
        }
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
}
