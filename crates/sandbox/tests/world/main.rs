//! Contract tests of the sandbox over real sockets: what a client of the outside world sees.

mod faults;
mod harness;
mod payment_cancel;
mod payment_pages;
mod payments;
mod pos;
mod pos_orders;
mod printers;
