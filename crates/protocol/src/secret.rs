//! Secrets on the wire: PINs and payment tokens.

pub use soban_domain::secret::Secret;
