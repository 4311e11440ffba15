//! One order's way from the basket to the ticket, and everything that may get in it.
//!
//! Every test has a store of its own: a sandbox and a hub as real processes. The modules
//! are marked as tests because what they share may end a test by panicking.

#[cfg(test)]
mod clock;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod events;
#[cfg(test)]
mod paid;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod printing;
#[cfg(test)]
mod refund;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod stock;
#[cfg(test)]
mod whole;
