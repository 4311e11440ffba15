//! QR symbols on paper: drawn here, or by the printer's own command.
//!
//! Guarantees: a symbol that is too wide for the paper, which a printer would silently
//! leave out, is never sent; the caller is told instead.
//!
//! Deliberately absent: Reed-Solomon; the `qrcode` crate has it.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::bitmap::Bitmap;

/// The most bytes of a symbol's text. Keeps the command's length field below the bytes
/// that could begin a real-time command.
pub(crate) const DATA_MOST: usize = 700;
/// Light modules around a symbol that readers need.
const QUIET: usize = 4;
/// Dots of a module: larger ones gain nothing, smaller ones do not scan from paper.
const MODULE: std::ops::RangeInclusive<usize> = 3..=6;

/// Draws a symbol in the middle of a paper of so many dots, or nothing if it does not
/// fit or is too long.
pub(crate) fn draw(data: &str, dots: usize) -> Option<Bitmap> {
    if data.is_empty() || data.len() > DATA_MOST {
        return None;
    }
    let code = QrCode::with_error_correction_level(data, EcLevel::M).ok()?;
    let modules = code.width();
    let module = module(modules, dots)?;
    let left = (dots - modules * module) / 2;
    let mut bitmap = Bitmap::new(dots, (modules + 2 * QUIET) * module);
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % modules, index / modules + QUIET);
            for dy in 0..module {
                (0..module).for_each(|dx| bitmap.blacken(left + x * module + dx, y * module + dy));
            }
        }
    }
    Some(bitmap)
}

/// The bytes of `GS ( k`, or nothing where the symbol would not fit. It must stand at
/// the start of a line.
pub(crate) fn command(data: &str, dots: usize) -> Option<Vec<u8>> {
    let plain = |byte: u8| (0x20..0x7F).contains(&byte);
    if data.is_empty() || data.len() > DATA_MOST || !data.bytes().all(plain) {
        return None;
    }
    // The printer may encode it in another mode than we would: reckon with the widest.
    let module = u8::try_from(module(widest(data)?, dots)?).ok()?;
    let [low, high] = u16::try_from(data.len() + 3).ok()?.to_le_bytes();
    let mut bytes = Vec::with_capacity(data.len() + 40);
    let head = [0x1D, 0x28, 0x6B];
    for step in [
        &[0x04, 0x00, 0x31, 0x41, 0x32, 0x00][..],
        &[0x03, 0x00, 0x31, 0x43, module],
        &[0x03, 0x00, 0x31, 0x45, 0x31],
        &[low, high, 0x31, 0x50, 0x30],
    ] {
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(step);
    }
    bytes.extend_from_slice(data.as_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&[0x03, 0x00, 0x31, 0x51, 0x30]);
    Some(bytes)
}

/// The largest module with which so many modules and their quiet zone fit.
fn module(modules: usize, dots: usize) -> Option<usize> {
    MODULE
        .rev()
        .find(|module| (modules + 2 * QUIET) * module <= dots)
}

/// Modules across when every character is encoded as a byte.
fn widest(data: &str) -> Option<usize> {
    (1..=40).map(Version::Normal).find_map(|version| {
        let mut bits = Bits::new(version);
        bits.push_byte_data(data.as_bytes()).ok()?;
        let most = bits.max_len(EcLevel::M).ok()?;
        let fits = bits.len() <= most;
        fits.then(|| usize::try_from(version.width()).ok())
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The five steps of the reference, byte for byte, for a short text.
    #[test]
    fn five_steps() {
        let bytes = command("A1", 576).unwrap();
        let wanted = [
            &[0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00][..],
            &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, 0x06],
            &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31],
            &[0x1D, 0x28, 0x6B, 0x05, 0x00, 0x31, 0x50, 0x30, b'A', b'1'],
            &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30],
        ]
        .concat();
        assert_eq!(bytes, wanted);
    }

    /// What does not fit is told and not sent: too long for the paper, for the bound, or
    /// with control characters in it.
    #[test]
    fn what_does_not_fit_is_told() {
        let long = "x".repeat(600);
        assert!(command(&long, 384).is_some());
        assert!(command(&long, 300).is_none());
        assert!(draw(&long, 300).is_none());
        assert!(command(&"x".repeat(701), 576).is_none());
        assert!(command("a\u{1b}p", 576).is_none());
        assert!(command("", 576).is_none());
    }

    /// A drawn symbol is read back by an independent reader, at 58 mm and 80 mm.
    #[test]
    fn a_drawn_symbol_can_be_read() {
        let text = "https://example.kr/r/0192f0c1-7d4e-7000-8000-000000000001";
        for dots in [384, 576] {
            let bitmap = draw(text, dots).unwrap();
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(
                bitmap.dots(),
                bitmap.rows(),
                |x, y| if bitmap.is_black(x, y) { 0 } else { 255 },
            );
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1);
            assert_eq!(grids[0].decode().unwrap().1, text);
        }
    }
}
