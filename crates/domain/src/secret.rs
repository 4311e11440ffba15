//! Words that must not be read over a shoulder or in a log.
//!
//! Guarantees: `Debug` hides them and there is no `Display`; a secret is read by
//! [`Secret::reveal`], which is easy to search for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret: a key, a PIN, a payment token. Serde does not hide it, for some have to
/// travel.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Secret {
        Secret(secret.into())
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A secret does not show in what a log would print of it.
    #[test]
    fn debug_hides() {
        assert!(!format!("{:?}", Some(Secret::new("4821"))).contains("4821"));
    }
}
