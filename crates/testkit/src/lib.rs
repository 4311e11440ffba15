//! Fakes with ground-truth ledgers, and the conformance suites of the ports.
//!
//! Guarantees: a fake keeps its port's contract, checked by the very suite that the real
//! adapter passes; what truly happened "outside" is read from the fake's own ledger,
//! never from what the code under test believes; nothing here sleeps or draws at random.
//!
//! Deliberately absent: sockets. The sandbox stands in for the outside world on the
//! wire; these fakes stand in for an adapter in the process.

#![expect(
    clippy::expect_used,
    reason = "a suite and its samples end a test by panicking: that is how it fails"
)]

pub mod cash_receipts;
pub mod clock;
pub mod conformance;
pub mod gateway;
pub mod ids;
pub mod memory;
pub mod pos;
pub mod printers;
pub mod samples;
pub mod sim;

pub use cash_receipts::FakeReceipts;
pub use clock::ManualClock;
pub use gateway::FakeGateway;
pub use ids::SeqIds;
pub use memory::MemoryStore;
pub use pos::FakePos;
pub use printers::FakePrinters;
