//! Contract tests of the sandbox over real sockets: what a client of the outside world sees.
//!
//! The modules are marked as tests because the helpers in them may fail by panicking.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod kicc;
#[cfg(test)]
mod money_faults;
#[cfg(test)]
mod mpm;
#[cfg(test)]
mod payment_cancel;
#[cfg(test)]
mod payment_pages;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod pos;
#[cfg(test)]
mod pos_orders;
#[cfg(test)]
mod printers;
#[cfg(test)]
mod toss;
#[cfg(test)]
mod toss_cancel;
#[cfg(test)]
mod toss_webhooks;
