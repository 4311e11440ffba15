//! The hub: where store, gateways, printers, POS and screens meet.
//!
//! Guarantees: one dispatch table serves HTTP, the shell and tests alike; a wrong
//! setting or menu is refused with file, line and reason before anything is begun.
//!
//! Deliberately absent: rules of ordering and money. They are in `domain` and `engine`.

pub mod api;
pub mod cli;
mod compose;
#[cfg(feature = "crash-points")]
mod crash_points;
pub mod demo;
mod events;
mod files;
mod gateways;
mod http;
pub mod logs;
pub mod menu_file;
mod pay_page;
mod place;
pub mod sample;
pub mod secrets;
pub mod settings;
pub mod tools;
mod words;
mod world;

pub use api::{Api, Served};
pub use compose::{Hub, Options, StartError, start};
