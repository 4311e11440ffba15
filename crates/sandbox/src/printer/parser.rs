//! The stream parser: bytes in, one at a time, tokens out.
//!
//! Guarantees: what comes out depends on the bytes only, never on how they were cut into
//! packets; memory is bounded whatever a header claims; the parser survives connections, so a
//! job cut off inside an image swallows what the next one sends, as real printers do.
//! Deliberately absent: obeying. That is the machine's.

use super::token::{Dots, Piece, RealTime, Token};

/// Longest command that is kept; longer block data is swallowed. 576 dots × 14,000 rows fit.
pub(crate) const MAX_COMMAND: usize = 1024 * 1024;
/// The same with the longest header; only lists of images can reach it.
const MAX_HELD: usize = MAX_COMMAND + 16;
/// Tab stops in `ESC D`, and bytes in an old-style barcode.
const MAX_LIST: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Parser {
    held: Vec<u8>,
    /// Bytes of an oversize block still to be swallowed, and how many there were in all.
    swallow: Option<(usize, usize)>,
    hangul: bool,
}

/// What the bytes held so far amount to.
enum Step {
    More,
    Done(Token),
    /// The token is made of all bytes but the last, which begins something new.
    Before(Token),
    /// Block data of this length in all follows the bytes held.
    Swallow(usize),
}

impl Parser {
    /// Takes one byte and appends the tokens it completes.
    pub(crate) fn push(&mut self, byte: u8, out: &mut Vec<Piece>) {
        if let Some((left, all)) = self.swallow {
            if left > 1 {
                self.swallow = Some((left - 1, all));
            } else {
                self.swallow = None;
                self.emit(Token::Oversize(all), out);
            }
            return;
        }
        self.held.push(byte);
        if self.held.len() > MAX_HELD {
            self.emit(Token::Unknown, out);
            return;
        }
        match step(&self.held, self.hangul) {
            Step::More => {}
            Step::Done(token) => self.emit(token, out),
            Step::Before(token) => {
                self.held.pop();
                self.emit(token, out);
                self.push(byte, out);
            }
            Step::Swallow(length) => self.swallow = Some((length, length)),
        }
    }

    fn emit(&mut self, token: Token, out: &mut Vec<Piece>) {
        match token {
            Token::Hangul(on) => self.hangul = on,
            Token::Initialize => self.hangul = false,
            _ => {}
        }
        let raw = std::mem::take(&mut self.held);
        out.push(Piece { token, raw });
    }

    /// Power loss or `DLE ENQ 2`: what was half said is forgotten.
    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.swallow = None;
    }

    /// Power loss also forgets the modes.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }
}

fn step(held: &[u8], hangul: bool) -> Step {
    match held[0] {
        0x10 => dle(held),
        0x1B => esc(held),
        0x1C => fs(held),
        0x1D => gs(held),
        0x0A => Step::Done(Token::LineFeed),
        0x09 => Step::Done(Token::Tab),
        0x00..=0x1F | 0x7F => Step::Done(Token::Quiet),
        0x20..=0x7E => Step::Done(Token::Letter(held[0])),
        0x80..=0xFF if !hangul => Step::Done(Token::Letter(held[0])),
        0x80 | 0xFF => Step::Done(Token::Stray(held[0])),
        0x81..=0xFE => match held.get(1) {
            None => Step::More,
            Some(0x41..=0x7E | 0x80..=0xFE) => Step::Done(Token::Pair(held[0], held[1])),
            Some(_) => Step::Before(Token::Stray(held[0])),
        },
    }
}

/// Done when `length` bytes are there.
fn fixed(held: &[u8], length: usize, token: impl FnOnce(&[u8]) -> Token) -> Step {
    if held.len() < length {
        Step::More
    } else {
        Step::Done(token(held))
    }
}

/// Done when a header of `header` bytes and `data` bytes after it are there.
fn block(held: &[u8], header: usize, data: usize, token: impl FnOnce(&[u8]) -> Token) -> Step {
    if held.len() == header && data > MAX_COMMAND {
        Step::Swallow(data)
    } else {
        fixed(held, header + data, token)
    }
}

fn word(held: &[u8], at: usize) -> usize {
    usize::from(held[at]) | usize::from(held[at + 1]) << 8
}

fn dle(held: &[u8]) -> Step {
    let Some(kind) = held.get(1) else {
        return Step::More;
    };
    match (kind, held.get(2)) {
        (0x04 | 0x05 | 0x14, None) => Step::More,
        (0x04, Some(7 | 8 | 18)) => fixed(held, 4, |_| Token::RealTime(RealTime::Other)),
        (0x04, Some(n)) => Step::Done(Token::RealTime(RealTime::Status(*n))),
        (0x05, Some(1)) => Step::Done(Token::RealTime(RealTime::Recover)),
        (0x05, Some(2)) => Step::Done(Token::RealTime(RealTime::ClearBuffers)),
        (0x05, Some(_)) => Step::Done(Token::RealTime(RealTime::Other)),
        (0x14, Some(1)) => fixed(held, 5, |held| {
            Token::RealTime(RealTime::Pulse(held[3], held[4]))
        }),
        (0x14, Some(2)) => fixed(held, 5, |_| Token::RealTime(RealTime::Other)),
        (0x14, Some(3)) => fixed(held, 8, |_| Token::RealTime(RealTime::Other)),
        (0x14, Some(8)) => fixed(held, 10, |_| Token::RealTime(RealTime::ClearBuffers)),
        (0x14, Some(_)) => Step::Done(Token::RealTime(RealTime::Other)),
        (_, _) => Step::Before(Token::Quiet),
    }
}

fn esc(held: &[u8]) -> Step {
    let Some(kind) = held.get(1) else {
        return Step::More;
    };
    match kind {
        b'@' => Step::Done(Token::Initialize),
        b'2' | b'<' | b'L' | b'S' | b'i' | b'm' | b'v' | 0x0C => match kind {
            b'i' | b'm' => Step::Done(Token::Cut {
                partial: true,
                feed: None,
            }),
            b'L' | b'S' => Step::Done(Token::Unknown),
            _ => Step::Done(Token::Quiet),
        },
        b'!' => fixed(held, 3, |h| Token::PrintMode(h[2])),
        b' ' => fixed(held, 3, |h| Token::LetterSpace(h[2])),
        b'-' => fixed(held, 3, |h| Token::Underline(digit(h[2]))),
        b'E' | b'G' => fixed(held, 3, |h| Token::Bold(h[2] & 1 == 1)),
        b'J' => fixed(held, 3, |h| Token::FeedDots(h[2])),
        b'M' => fixed(held, 3, |h| Token::Font(digit(h[2]))),
        b'a' => fixed(held, 3, |h| Token::Align(digit(h[2]))),
        b'd' => fixed(held, 3, |h| Token::FeedLines(h[2])),
        b'3' | b'=' | b'?' | b'K' | b'R' | b'T' | b'V' | b'e' | b'r' | b't' | b'u' | b'{'
        | b'%' => fixed(held, 3, |_| Token::Quiet),
        b'$' => fixed(held, 4, |h| Token::Position(word(h, 2) as u32)),
        b'\\' => fixed(held, 4, |h| {
            // Backwards, to print over what is there, is not done by this printer.
            let dots = word(h, 2) as u32;
            Token::Skip(if dots < 0x8000 { dots } else { 0 })
        }),
        b'c' | b'B' => fixed(held, 4, |_| Token::Quiet),
        b'p' => fixed(held, 5, |h| Token::Pulse {
            pin: digit(h[2]),
            on: h[3],
            off: h[4],
        }),
        b'W' => fixed(held, 10, |_| Token::Unknown),
        b'D' => list(held, 2, |_| Token::Quiet),
        b'*' => columns(held),
        b'&' => letters(held),
        b'(' => parameters(held, |_| Token::Quiet),
        _ => Step::Done(Token::Unknown),
    }
}

/// Numbers may be sent as values or as digits.
fn digit(byte: u8) -> u8 {
    if byte.is_ascii_digit() {
        byte - b'0'
    } else {
        byte
    }
}

/// A list that ends with NUL.
fn list(held: &[u8], from: usize, token: impl FnOnce(&[u8]) -> Token) -> Step {
    let ended = held.len() > from && held.last() == Some(&0);
    if ended || held.len() >= from + MAX_LIST {
        Step::Done(token(held))
    } else {
        Step::More
    }
}

/// `( x pL pH` and as many bytes.
fn parameters(held: &[u8], token: impl FnOnce(&[u8]) -> Token) -> Step {
    if held.len() < 5 {
        return Step::More;
    }
    block(held, 5, word(held, 3), token)
}

/// `ESC *`: a strip of columns, 8 or 24 dots high.
fn columns(held: &[u8]) -> Step {
    if held.len() < 5 {
        return Step::More;
    }
    let per_column = if held[2] >= 32 { 3 } else { 1 };
    block(held, 5, word(held, 3) * per_column, |_| Token::Unknown)
}

/// `ESC &`: user-defined letters, each with a width of its own.
fn letters(held: &[u8]) -> Step {
    if held.len() < 5 {
        return Step::More;
    }
    let (height, first, last) = (usize::from(held[2]).min(3), held[3], held[4]);
    let mut at = 5;
    for _ in first..=last {
        match held.get(at) {
            None => return Step::More,
            Some(width) => at += 1 + height * usize::from(*width),
        }
    }
    fixed(held, at, |_| Token::Quiet)
}

fn fs(held: &[u8]) -> Step {
    let Some(kind) = held.get(1) else {
        return Step::More;
    };
    match kind {
        b'&' => Step::Done(Token::Hangul(true)),
        b'.' => Step::Done(Token::Hangul(false)),
        b'!' => fixed(held, 3, |h| Token::HangulMode(h[2])),
        b'-' => fixed(held, 3, |h| Token::HangulUnderline(digit(h[2]))),
        b'W' => fixed(held, 3, |h| Token::HangulDouble(h[2] & 1 == 1)),
        b'C' => fixed(held, 3, |_| Token::Quiet),
        b'S' => fixed(held, 4, |h| Token::HangulSpace(h[2], h[3])),
        b'?' | b'p' => fixed(held, 4, |_| Token::Unknown),
        b'2' => fixed(held, 76, |_| Token::Quiet),
        b'(' => parameters(held, |_| Token::Quiet),
        b'q' => stored_images(held),
        _ => Step::Done(Token::Unknown),
    }
}

/// `FS q`: images for the NV memory, each with a size of its own.
fn stored_images(held: &[u8]) -> Step {
    let Some(count) = held.get(2) else {
        return Step::More;
    };
    let mut at = 3;
    for _ in 0..*count {
        if held.len() < at + 4 {
            return Step::More;
        }
        let data = word(held, at) * word(held, at + 2) * 8;
        at += 4;
        if held.len() == at && data > MAX_COMMAND {
            return Step::Swallow(data);
        }
        at += data;
    }
    fixed(held, at, |_| Token::Unknown)
}

fn gs(held: &[u8]) -> Step {
    let Some(kind) = held.get(1) else {
        return Step::More;
    };
    match kind {
        b'!' => fixed(held, 3, |h| {
            Token::Size((h[2] >> 4 & 7) + 1, (h[2] & 7) + 1)
        }),
        b'B' => fixed(held, 3, |h| Token::Invert(h[2] & 1 == 1)),
        b'H' => fixed(held, 3, |h| Token::BarcodeText(digit(h[2]))),
        b'a' => fixed(held, 3, |h| Token::AutoStatus(h[2])),
        b'r' => fixed(held, 3, |h| Token::Transmit(digit(h[2]))),
        b'h' => fixed(held, 3, |h| Token::BarcodeHeight(h[2])),
        b'w' => fixed(held, 3, |h| Token::BarcodeWidth(h[2])),
        b'I' | b'T' | b'b' | b'f' | b'/' => fixed(held, 3, |_| Token::Quiet),
        b':' | b'c' => Step::Done(Token::Quiet),
        b'$' | b'L' | b'P' | b'W' | b'\\' => fixed(held, 4, |_| Token::Quiet),
        b'^' => fixed(held, 5, |_| Token::Quiet),
        b'V' => cut(held),
        b'*' => match held.get(3) {
            None => Step::More,
            Some(_) => {
                let data = usize::from(held[2]) * usize::from(held[3]) * 8;
                block(held, 4, data, |_| Token::Quiet)
            }
        },
        b'(' => parameters(held, |h| function(h, 2, 5)),
        b'8' => wide_function(held),
        b'k' => barcode(held),
        b'v' => raster(held),
        _ => Step::Done(Token::Unknown),
    }
}

fn cut(held: &[u8]) -> Step {
    match held.get(2) {
        None => Step::More,
        Some(0 | 1 | 48 | 49) => Step::Done(Token::Cut {
            partial: digit(held[2]) == 1,
            feed: None,
        }),
        Some(m @ (65 | 66 | 97 | 98 | 103 | 104)) => {
            let partial = matches!(m, 66 | 98 | 104);
            fixed(held, 4, |h| Token::Cut {
                partial,
                feed: Some(h[3]),
            })
        }
        Some(_) => Step::Done(Token::Unknown),
    }
}

/// `GS 8 L p1 p2 p3 p4`: as `GS ( L`, with a longer length.
fn wide_function(held: &[u8]) -> Step {
    if held.len() < 7 {
        return Step::More;
    }
    let data = word(held, 3) | word(held, 5) << 16;
    block(held, 7, data, |h| function(h, 2, 7))
}

/// `GS ( x`: the letter is at `name`, the parameters from `from` on.
fn function(held: &[u8], name: usize, from: usize) -> Token {
    let data = &held[from..];
    match (held[name], data) {
        (b'H', [48, 48, a, b, c, d]) => Token::ProcessId([*a, *b, *c, *d]),
        (b'D', [20, pairs @ ..]) => {
            let off = pairs.chunks(2).any(|pair| matches!(pair, [1, 0 | 48]));
            let on = pairs.chunks(2).any(|pair| matches!(pair, [1, 1 | 49]));
            if off || on {
                Token::RealTimePulse(on)
            } else {
                Token::Quiet
            }
        }
        (b'k', [49, function, ..]) => Token::Qr {
            function: *function,
            data: from + 2,
        },
        (b'k', _) => Token::Unknown,
        (b'L', [48, 2 | 50, ..]) => Token::PrintGraphics,
        (b'L', [48, 112, _, bx, by, _, xl, xh, yl, yh, dots @ ..]) => {
            let wide = usize::from(*xl) | usize::from(*xh) << 8;
            let rows = usize::from(*yl) | usize::from(*yh) << 8;
            let bytes_wide = wide.div_ceil(8);
            if bytes_wide * rows <= dots.len() {
                Token::StoreGraphics(Dots {
                    bytes_wide,
                    rows,
                    scale: ((*bx).clamp(1, 2), (*by).clamp(1, 2)),
                    from: from + 10,
                })
            } else {
                Token::Unknown
            }
        }
        _ => Token::Quiet,
    }
}

/// `GS k`, both forms: NUL at the end (kinds 0 to 6), or a length in front (from 65 on).
fn barcode(held: &[u8]) -> Step {
    match held.get(2) {
        None => Step::More,
        Some(kind @ 0..=6) => list(held, 3, |h| Token::Barcode {
            kind: kind + 65,
            from: 3,
            to: h.len() - 1,
        }),
        Some(kind @ 65..=79) => match held.get(3) {
            None => Step::More,
            Some(length) => {
                let to = 4 + usize::from(*length);
                fixed(held, to, |_| Token::Barcode {
                    kind: *kind,
                    from: 4,
                    to,
                })
            }
        },
        Some(_) => Step::Done(Token::Unknown),
    }
}

/// `GS v 0 m xL xH yL yH` and the dots.
fn raster(held: &[u8]) -> Step {
    match held.get(2) {
        None => return Step::More,
        Some(b'0') => {}
        Some(_) => return Step::Done(Token::Unknown),
    }
    if held.len() < 8 {
        return Step::More;
    }
    let (bytes_wide, rows) = (word(held, 4), word(held, 6));
    let mode = digit(held[3]);
    block(held, 8, bytes_wide * rows, |_| {
        Token::Raster(Dots {
            bytes_wide,
            rows,
            scale: (1 + (mode & 1), 1 + (mode >> 1 & 1)),
            from: 8,
        })
    })
}

#[cfg(test)]
mod tests;
