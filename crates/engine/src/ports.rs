//! What the engine needs from outside: traits that adapters implement and fakes stand
//! in for. Every error of a port says what is *known* (sent, not sent, refused), never
//! merely that something went wrong.

#[cfg(feature = "boundaries")]
pub mod boundary;
pub mod cash_receipt;
pub mod clock;
pub mod gateway;
pub mod pos;
pub mod printer;
pub mod store;

pub use cash_receipt::CashReceipts;
pub use clock::{Clock, Ids};
pub use gateway::Gateway;
pub use pos::PosLink;
pub use printer::Printers;
pub use store::{Store, Tx};
