//! What guests do: say hello, ask the price, order, pay, take a receipt, call staff.

mod call;
mod hello;
mod order;
mod pay;
mod quote;
mod receipt;
