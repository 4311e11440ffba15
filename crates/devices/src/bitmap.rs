//! Black and white dots, and how they go to a printer without acting as commands.
//!
//! Guarantees: drawing outside the picture does nothing; the bytes of [`Bitmap::raster`]
//! hold no real-time command, wherever in them one would begin.
//!
//! Deliberately absent: grey.

use crate::command;

/// Rows of one `GS v 0`. Few enough that its header can never hold a real-time command:
/// every high byte in it is 0.
const BAND: usize = 240;
/// Bytes of a row that fit the header's low byte.
const WIDEST: usize = 255;

/// A picture of dots, each row filled up to whole bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bitmap {
    dots: usize,
    rows: usize,
    bytes: Vec<u8>,
}

impl Bitmap {
    /// An empty picture.
    pub(crate) fn new(dots: usize, rows: usize) -> Bitmap {
        let dots = dots.min(WIDEST * 8);
        Bitmap {
            dots,
            rows,
            bytes: vec![0; dots.div_ceil(8) * rows],
        }
    }

    pub(crate) fn dots(&self) -> usize {
        self.dots
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn bytes_wide(&self) -> usize {
        self.dots.div_ceil(8)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn place(&self, x: usize, y: usize) -> Option<(usize, u8)> {
        let inside = x < self.dots && y < self.rows;
        inside.then(|| (y * self.bytes_wide() + x / 8, 0x80 >> (x % 8)))
    }

    /// Whether a dot is black.
    #[cfg(test)]
    pub(crate) fn is_black(&self, x: usize, y: usize) -> bool {
        self.place(x, y)
            .is_some_and(|(at, bit)| self.bytes.get(at).is_some_and(|byte| byte & bit != 0))
    }

    /// Makes a dot black.
    pub(crate) fn blacken(&mut self, x: usize, y: usize) {
        if let Some((at, bit)) = self.place(x, y)
            && let Some(byte) = self.bytes.get_mut(at)
        {
            *byte |= bit;
        }
    }

    /// Turns black to white and white to black in a rectangle.
    pub(crate) fn invert(&mut self, x: usize, y: usize, wide: usize, high: usize) {
        for row in y..y.saturating_add(high).min(self.rows) {
            for column in x..x.saturating_add(wide).min(self.dots) {
                if let Some((at, bit)) = self.place(column, row)
                    && let Some(byte) = self.bytes.get_mut(at)
                {
                    *byte ^= bit;
                }
            }
        }
    }

    /// Puts another picture into this one, white being clear.
    pub(crate) fn stamp(&mut self, other: &Bitmap, x: usize, y: usize) {
        for row in 0..other.rows {
            for column in 0..other.dots {
                let black = other
                    .place(column, row)
                    .and_then(|(at, bit)| other.bytes.get(at).map(|byte| byte & bit != 0));
                if black == Some(true) {
                    self.blacken(x.saturating_add(column), y.saturating_add(row));
                }
            }
        }
    }

    /// The picture as `GS v 0` commands, in bands.
    pub(crate) fn raster(&self) -> Vec<u8> {
        let wide = self.bytes_wide();
        let mut out = Vec::with_capacity(self.bytes.len() + 64);
        for band in self.bytes.chunks((wide * BAND).max(1)) {
            let rows = band.len() / wide.max(1);
            // Both fit: a row has at most `WIDEST` bytes and a band `BAND` rows.
            if let (Ok(wide), Ok(rows)) = (u8::try_from(wide), u8::try_from(rows)) {
                out.extend_from_slice(&command::raster(wide, rows));
                let from = out.len();
                out.extend_from_slice(band);
                disarm(&mut out, from);
            }
        }
        out
    }
}

/// Breaks every real-time command in dots (`DLE EOT 1..4`, `DLE ENQ 1..2`, `DLE DC4`) by
/// blackening one dot; `from` is where the dots begin, so that one is found too that
/// would begin in the bytes before. What follows dots is always ESC or GS, which
/// completes none.
fn disarm(bytes: &mut [u8], from: usize) {
    for at in from.saturating_sub(2)..bytes.len() {
        let armed = match bytes.get(at..) {
            Some([0x10, 0x04, 0x01..=0x04, ..]) | Some([0x10, 0x05, 0x01..=0x02, ..]) => true,
            Some([0x10, 0x14, ..]) => true,
            Some(_) | None => false,
        };
        // 10 becomes 11; where that is no dot, its second byte becomes another.
        let (place, dot) = match at >= from {
            true => (at, 0x01),
            false => (at + 1, 0x08),
        };
        if let (true, Some(byte)) = (armed, bytes.get_mut(place)) {
            *byte |= dot;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// True where a printer would obey within these bytes.
    fn fires(bytes: &[u8]) -> bool {
        bytes.windows(3).any(|three| {
            matches!(
                three,
                [0x10, 0x04, 1..=4] | [0x10, 0x05, 1..=2] | [0x10, 0x14, _]
            )
        })
    }

    /// A picture that spells the drawer command is sent with one dot more and no command
    /// in it; one without danger is sent as it is.
    #[test]
    fn a_picture_cannot_open_the_drawer() {
        let mut armed = Bitmap::new(40, 1);
        armed.bytes.copy_from_slice(&[0x10, 0x14, 0x01, 0x00, 0x05]);
        assert!(fires(&armed.bytes));
        let sent = armed.raster();
        assert_eq!(sent[8..], [0x11, 0x14, 0x01, 0x00, 0x05]);
        let mut calm = Bitmap::new(40, 1);
        calm.bytes.copy_from_slice(&[0x10, 0x04, 0x05, 0x10, 0x05]);
        assert_eq!(calm.raster()[8..], calm.bytes);
    }

    /// A command that begins in the bytes before the dots is broken as well.
    #[test]
    fn a_header_cannot_begin_a_command() {
        let mut bytes = vec![0x1D, 0x10, 0x04, 0x01];
        disarm(&mut bytes, 2);
        assert!(!fires(&bytes), "{bytes:02x?}");
    }

    /// A tall picture is cut into bands that hold all of its rows.
    #[test]
    fn tall_pictures_go_in_bands() {
        let tall = Bitmap::new(16, 500);
        let sent = tall.raster();
        assert_eq!(sent.len(), 500 * 2 + 3 * 8);
        assert_eq!(sent[..8], command::raster(2, 240));
    }

    proptest! {
        /// No bytes of any picture fire a real-time command, header and end included, and
        /// only few dots differ from the picture: about the same number stay.
        #[test]
        fn no_picture_fires(
            words in prop::collection::vec(prop_oneof![
                Just(0x10u8), Just(0x04), Just(0x05), Just(0x14), 0u8..4, any::<u8>()
            ], 1..2000),
            wide in 1usize..72,
        ) {
            let rows = words.len() / wide;
            let mut picture = Bitmap::new(wide * 8, rows);
            let length = picture.bytes.len();
            picture.bytes.copy_from_slice(&words[..length]);
            let mut sent = picture.raster();
            sent.extend_from_slice(command::CUT);
            prop_assert!(!fires(&sent));
            let dots: Vec<u8> = sent[..sent.len() - 4]
                .chunks(8 + wide * BAND)
                .flat_map(|band| band[8..].to_vec())
                .collect();
            for (sent, drawn) in dots.iter().zip(&picture.bytes) {
                prop_assert_eq!(sent & drawn, *drawn, "a dot was lost");
            }
        }
    }
}
