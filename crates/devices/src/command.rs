//! The printer's commands as bytes (reference: printing, section 2).
//!
//! Guarantees: nothing but this module and the encoder writes a byte below 20.
//!
//! Deliberately absent: commands of one maker only.

use soban_domain::paper::{Align, Size};

/// `ESC @`: modes to their defaults.
pub(crate) const INITIALISE: &[u8] = &[0x1B, 0x40];
/// `GS a 0`: no unasked status.
pub(crate) const AUTO_STATUS_OFF: &[u8] = &[0x1D, 0x61, 0x00];
/// `FS S 0 0`: no dots between Hangul letters.
pub(crate) const HANGUL_SPACING: &[u8] = &[0x1C, 0x53, 0x00, 0x00];
/// `ESC SP 0`: no dots between letters.
pub(crate) const SPACING: &[u8] = &[0x1B, 0x20, 0x00];
/// `ESC t 0`: code page 437 for what is not Hangul.
pub(crate) const CODE_PAGE: &[u8] = &[0x1B, 0x74, 0x00];
/// `FS &`: two-byte letters.
pub(crate) const HANGUL_ON: &[u8] = &[0x1C, 0x26];
/// `ESC R 13`: the Korean set of marks.
pub(crate) const KOREA: &[u8] = &[0x1B, 0x52, 0x0D];
/// `GS ( D`: real-time pulses off, so that no picture opens the drawer.
pub(crate) const PULSE_OFF: &[u8] = &[0x1D, 0x28, 0x44, 0x03, 0x00, 0x14, 0x01, 0x00];
/// `ESC p 0 25 250`: the drawer at pin 2, all five bytes.
pub(crate) const DRAWER: &[u8] = &[0x1B, 0x70, 0x00, 0x19, 0xFA];
/// `GS V 66 0`: feed and partial cut; only at the start of a line.
pub(crate) const CUT: &[u8] = &[0x1D, 0x56, 0x42, 0x00];
/// `GS r 1`: paper status, answered when all before it is done.
pub(crate) const TELL_PAPER: &[u8] = &[0x1D, 0x72, 0x31];
/// Ends a line.
pub(crate) const LINE_FEED: u8 = 0x0A;

/// `DLE EOT n`: status at once, n = 1..4.
pub(crate) fn ask(n: u8) -> [u8; 3] {
    [0x10, 0x04, n]
}

/// `GS ( H` function 48: answer with this id when all before it is printed.
pub(crate) fn process_id(id: [u8; 4]) -> [u8; 11] {
    let [a, b, c, d] = id;
    [0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, a, b, c, d]
}

/// `ESC a n`.
pub(crate) fn align(align: Align) -> [u8; 3] {
    let n = match align {
        Align::Left => 0,
        Align::Centre => 1,
        Align::Right => 2,
    };
    [0x1B, 0x61, n]
}

/// `ESC E n`.
pub(crate) fn bold(on: bool) -> [u8; 3] {
    [0x1B, 0x45, u8::from(on)]
}

/// `ESC - n` and `FS - n`: the second is for Hangul.
pub(crate) fn underline(on: bool) -> [u8; 6] {
    let n = u8::from(on);
    [0x1B, 0x2D, n, 0x1C, 0x2D, n]
}

/// `GS B n`.
pub(crate) fn invert(on: bool) -> [u8; 3] {
    [0x1D, 0x42, u8::from(on)]
}

/// `GS ! n`: height in the low half, width in the high one, each less one.
pub(crate) fn size(size: Size) -> [u8; 3] {
    let n = match size {
        Size::Normal => 0x00,
        Size::Tall => 0x01,
        Size::Large => 0x11,
        Size::Huge => 0x22,
    };
    [0x1D, 0x21, n]
}

/// `GS v 0`: a picture of `bytes_wide` × `rows`, followed by its dots.
pub(crate) fn raster(bytes_wide: u8, rows: u8) -> [u8; 8] {
    [0x1D, 0x76, 0x30, 0x00, bytes_wide, 0x00, rows, 0x00]
}

/// What makes any printer a Korean one, from whatever state it is in.
pub(crate) fn preamble() -> Vec<u8> {
    [
        INITIALISE,
        AUTO_STATUS_OFF,
        HANGUL_SPACING,
        SPACING,
        CODE_PAGE,
        HANGUL_ON,
        KOREA,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each command is, byte for byte, the one of the reference page's table.
    #[test]
    fn bytes_of_the_reference() {
        assert_eq!(
            preamble(),
            [
                0x1B, 0x40, 0x1D, 0x61, 0x00, 0x1C, 0x53, 0x00, 0x00, 0x1B, 0x20, 0x00, 0x1B, 0x74,
                0x00, 0x1C, 0x26, 0x1B, 0x52, 0x0D
            ]
        );
        assert_eq!(DRAWER, [0x1B, 0x70, 0x00, 0x19, 0xFA]);
        assert_eq!(CUT, [0x1D, 0x56, 0x42, 0x00]);
        assert_eq!(TELL_PAPER, [0x1D, 0x72, 0x31]);
        assert_eq!(PULSE_OFF, [0x1D, 0x28, 0x44, 0x03, 0x00, 0x14, 0x01, 0x00]);
        assert_eq!(ask(4), [0x10, 0x04, 0x04]);
        assert_eq!(
            process_id(*b"0042"),
            [
                0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, b'0', b'0', b'4', b'2'
            ]
        );
        assert_eq!(align(Align::Centre), [0x1B, 0x61, 0x01]);
        assert_eq!(bold(true), [0x1B, 0x45, 0x01]);
        assert_eq!(underline(true), [0x1B, 0x2D, 0x01, 0x1C, 0x2D, 0x01]);
        assert_eq!(invert(false), [0x1D, 0x42, 0x00]);
        assert_eq!(raster(72, 30), [0x1D, 0x76, 0x30, 0x00, 72, 0, 30, 0]);
    }

    /// The size byte says what the layout counts with: width and height of every size.
    #[test]
    fn size_bytes_fit_the_layout() {
        for each in Size::ALL {
            let [_, _, n] = size(each);
            assert_eq!(u16::from(n >> 4) + 1, each.wide());
            assert_eq!(u16::from(n & 0x0F) + 1, each.high());
        }
    }
}
