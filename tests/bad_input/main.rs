//! What comes in and does not fit: files, commands, requests, addresses, PINs.
//!
//! Each is refused by name, is never a fault of ours, and leaves nothing written. The
//! modules are marked as tests because what they share may end a test by panicking.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod files;
#[cfg(test)]
mod pins;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod secrecy;
