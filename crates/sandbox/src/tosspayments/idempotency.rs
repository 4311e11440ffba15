//! `Idempotency-Key`: the same request answered once.
//!
//! Guarantees: within 15 days of the first request a key's scope (key, API key, URL, method) has
//! one answer, refusals included; while the first still runs there is none. The body is no part
//! of the scope, as the vendor says. Deliberately absent: keys on GET, which the vendor ignores.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Moment;
use crate::faults::Answer;

/// How long a key is known.
const LIFE: Duration = Duration::from_secs(15 * 24 * 60 * 60);
/// Longest key, in characters.
pub(super) const MAX_KEY: usize = 300;
/// Scopes one sandbox keeps between resets; past it, keys are refused.
const MAX_SCOPES: usize = 50_000;

#[derive(Debug)]
struct Slot {
    since: Moment,
    answer: Option<Answer>,
}

/// What is known of a key when its request arrives.
#[derive(Debug)]
pub(crate) enum Known {
    /// Nothing: this request is the first and must be finished with [`Idempotency::finish`].
    First,
    /// The first request still runs.
    Running,
    /// It was answered like this.
    Answered(Answer),
    /// No room for another key.
    Full,
}

#[derive(Debug, Default)]
pub(crate) struct Idempotency {
    slots: HashMap<String, Slot>,
}

impl Idempotency {
    pub(crate) fn begin(&mut self, scope: &str, now: Moment) -> Known {
        if let Some(slot) = self.slots.get(scope) {
            match &slot.answer {
                None => return Known::Running,
                Some(answer) if now < slot.since.plus(LIFE) => {
                    return Known::Answered(answer.clone());
                }
                Some(_) => {}
            }
        } else if self.slots.len() >= MAX_SCOPES {
            return Known::Full;
        }
        let slot = Slot {
            since: now,
            answer: None,
        };
        self.slots.insert(scope.to_owned(), slot);
        Known::First
    }

    pub(crate) fn finish(&mut self, scope: &str, answer: &Answer) {
        if let Some(slot) = self.slots.get_mut(scope) {
            slot.answer = Some(answer.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SandboxClock;
    use axum::http::StatusCode;
    use serde_json::json;

    /// A key must be first, running, answered and, fifteen days on, first again; one is led through.
    #[test]
    fn a_key_has_one_answer_for_fifteen_days() {
        let now = SandboxClock::default().now();
        let mut keys = Idempotency::default();
        assert!(matches!(keys.begin("a", now), Known::First));
        assert!(matches!(keys.begin("a", now), Known::Running));
        assert!(matches!(keys.begin("b", now), Known::First));
        keys.finish("a", &Answer::new(StatusCode::OK, json!({ "n": 1 })));
        let last = now.plus(LIFE).minus(Duration::from_millis(1));
        match keys.begin("a", last) {
            Known::Answered(answer) => assert_eq!(answer.body["n"], 1),
            other => panic!("{other:?}"),
        }
        assert!(matches!(keys.begin("a", now.plus(LIFE)), Known::First));
    }
}
