//! The ear for real-time orders: it hears every byte, also those inside images.
//!
//! Guarantees: finds `DLE EOT 1..4`, `DLE ENQ 1..2`, `DLE DC4 1 m t` and the buffer clear
//! wherever they stand in the stream (printing reference, section 11), independent of how the
//! stream was cut. Deliberately absent: judging whether the place was a proper one.

use super::token::RealTime;

/// The last bytes heard, newest at the end; the longest order has ten.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    heard: [u8; 10],
}

const CLEAR: [u8; 10] = [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];

impl Ear {
    /// Hears one byte; an order is recognised by its last one.
    pub(crate) fn hear(&mut self, byte: u8) -> Option<RealTime> {
        self.heard.rotate_left(1);
        self.heard[9] = byte;
        if self.heard == CLEAR {
            return Some(RealTime::ClearBuffers);
        }
        match self.heard[5..] {
            [_, _, 0x10, 0x04, n @ 1..=4] => Some(RealTime::Status(n)),
            [_, _, 0x10, 0x05, 1] => Some(RealTime::Recover),
            [_, _, 0x10, 0x05, 2] => Some(RealTime::ClearBuffers),
            [0x10, 0x14, 1, m @ 0..=1, t @ 1..=8] => Some(RealTime::Pulse(m, t)),
            _ => None,
        }
    }
}
