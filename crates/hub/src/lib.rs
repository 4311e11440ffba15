//! The hub: composition root, dispatch table, HTTP, and the soban program.
