//! Orders in a real browser: the kiosk's screens, the phone's page, the staff's program,
//! and what every ledger says after.
//!
//! Every test has a store and a browser of its own. The modules are marked as tests because
//! what they share may end a test by panicking.

#[cfg(test)]
mod kiosk;
#[cfg(test)]
mod money;
