//! Keys of a store at a gateway.
//!
//! Guarantees: no `Debug`, log or error shows one. Deliberately absent: `Display`, serde
//! and reading them from somewhere; that is the composition root's.

use std::fmt;

/// A key. It is shown to the gateway and to nobody else.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a key.
    pub fn new(key: impl Into<String>) -> Secret {
        Secret(key.into())
    }

    /// The key itself, for the wire only.
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

    /// A key stays hidden when something that holds it is printed for debugging.
    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", Secret::new("PRD0123")), "Secret(…)");
    }
}
