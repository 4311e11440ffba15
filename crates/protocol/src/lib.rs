//! What screens and hub say to each other: one list of endpoints, their requests and
//! replies, events with a gapless number, errors with a locale key, and the typed
//! client.
//!
//! Guarantees: an endpoint is declared once, in [`for_each_endpoint`]; every shell
//! expands that list, so a missing handler does not compile, and a screen's call is the
//! same line over Tauri, HTTP or in-process.
//!
//! Deliberately absent: sockets. A shell brings a [`client::Transport`].

pub mod client;
pub mod endpoint;
pub mod error;
pub mod event;
pub mod guest;
pub mod money;
pub mod secret;
pub mod staff;
pub mod view;

pub use client::{Client, Transport};
pub use endpoint::{Endpoint, endpoints};
pub use error::{ApiError, ErrorCode, Retry};
pub use event::{Event, EventBody};
pub use secret::Secret;
