//! ESC/POS printers.
//!
//! Guarantees: a job is called printed only when the printer's own answer says so, not
//! sent only when none of its bytes left, and unproved otherwise; whatever a document
//! says, none of its words or pictures can act as a command.
//!
//! Deliberately absent: what slips say (`soban_domain::slip`), queues and retries (the
//! engine has them), serial and USB printers, scanners and card readers.

mod actor;
mod bitmap;
mod charset;
mod command;
mod draw;
mod escpos;
mod job;
mod picture;
mod printers;
mod profile;
mod qr;
mod status;
mod text;
mod wire;

pub use charset::Charset;
pub use escpos::{body, job_bytes};
pub use picture::{NoPicture, to_png};
pub use printers::NetPrinters;
pub use profile::{PrinterProfile, Proof, QrWay, Timings};
pub use status::{Reply, StatusParser, Survey};
pub use text::to_text;
