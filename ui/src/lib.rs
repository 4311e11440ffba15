//! The screens, in Leptos: two programs over one library.
//!
//! [`guest`] is what a guest touches (kiosk, table, phone); [`staff`] is what staff touch.
//! Both speak to the hub through [`link`], say their words through [`words`] and draw with
//! [`icon`] and [`qr`].
//!
//! Guarantees: prices come from `soban_domain::pricing`, the function that the hub charges
//! by; every command is sent again with the same ids until an answer came; nothing here
//! decides whether money moved.
//!
//! Deliberately absent: a router (each program has a handful of screens and a state
//! machine), storage in the browser, and any text meant for people: that is in `locales/`.

pub mod guest;
pub mod icon;
pub mod link;
pub mod live;
pub mod page;
pub mod qr;
pub mod staff;
pub mod wedge;
pub mod words;
