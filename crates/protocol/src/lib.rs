//! Endpoints, events, errors and the typed client that every screen uses.
