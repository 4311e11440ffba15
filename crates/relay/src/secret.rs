//! Keys of a store at a gateway or POS: the one type that hides what it holds.

pub use soban_domain::secret::Secret;
