//! Obeying one token: modes, letters, lines, images, cuts, answers.
//!
//! Guarantees: commands that real printers ignore in the middle of a line (cut, image, QR,
//! barcode) are ignored and remarked on; letters the ROM does not have leave no mark on the
//! paper and are listed. Deliberately absent: page mode.

use encoding_rs::EUC_KR;

use super::machine::Machine;
use super::paper::{Align, Bitmap, Item, Job, hex};
use super::style::{COLUMN, Line};
use super::token::{Dots, Piece, Token};
use crate::config::Rom;

/// Columns between tab stops.
const TAB: u32 = 8;

impl Machine {
    /// Dots across the paper.
    pub(super) fn width_dots(&self) -> u32 {
        u32::from(self.columns) * COLUMN
    }

    pub(super) fn obey(&mut self, piece: Piece) {
        let Piece { token, raw } = piece;
        match token {
            Token::Letter(byte) => self.letter(byte),
            Token::Pair(first, second) => self.pair(first, second),
            Token::Stray(byte) => self.lose(&[byte]),
            Token::LineFeed => self.end_line(),
            Token::Tab => self.tab(),
            Token::Position(dots) => self.gap(dots.saturating_sub(self.line.dots)),
            Token::Skip(dots) => self.gap(dots),
            Token::FeedLines(lines) => self.feed_lines(lines),
            Token::FeedDots(dots) => {
                self.flush_line();
                self.print(Item::Feed {
                    dots: u32::from(dots),
                });
            }
            Token::Cut { partial, feed } => self.cut(partial, feed),
            Token::Pulse { pin, on, off } => {
                self.pulse(pin, u32::from(on) * 2, u32::from(off) * 2, false);
            }
            Token::Raster(dots) => self.image(dots, &raw),
            Token::StoreGraphics(dots) => self.graphics = Some(bitmap(dots, &raw)),
            Token::PrintGraphics => self.print_graphics(),
            Token::Qr { function, data } => {
                self.qr(function, raw.get(data..).unwrap_or_default());
            }
            Token::Barcode { kind, from, to } => {
                self.barcode(kind, raw.get(from..to).unwrap_or_default());
            }
            Token::Oversize(bytes) => {
                self.refuse(&format!("{bytes} bytes in one command"));
                if let Some(job) = &mut self.job {
                    job.raw_truncated = true;
                }
            }
            Token::Unknown => self.unknown(&raw),
            Token::AutoStatus(_)
            | Token::Transmit(_)
            | Token::ProcessId(_)
            | Token::RealTimePulse(_) => self.talk(&token),
            _ => self.set(&token),
        }
    }

    /// Commands that are answered.
    fn talk(&mut self, token: &Token) {
        match token {
            Token::AutoStatus(n) => self.set_auto_status(*n),
            Token::Transmit(n) => {
                if let Some(status) = self.condition.transmit(*n) {
                    self.answer(&[status]);
                }
            }
            Token::ProcessId(id) if self.model.process_id => {
                let [a, b, c, d] = *id;
                if id.iter().all(|byte| (0x20..=0x7E).contains(byte)) {
                    let name = id.iter().map(|byte| char::from(*byte)).collect();
                    if let Some(job) = &mut self.job {
                        Job::remark(&mut job.process_ids, name);
                    }
                    self.answer(&[0x37, 0x22, a, b, c, d, 0x00]);
                } else {
                    self.refuse("process id outside 20..7E");
                }
            }
            Token::RealTimePulse(on) => self.set_real_time_pulse(*on),
            _ => {}
        }
    }

    /// Commands that only change a mode.
    fn set(&mut self, token: &Token) {
        let double = |on: bool| if on { 2 } else { 1 };
        let style = &mut self.style;
        match *token {
            Token::Initialize => self.initialize(),
            Token::Align(n) => {
                style.align = match n {
                    1 => Align::Center,
                    2 => Align::Right,
                    _ => Align::Left,
                }
            }
            Token::Bold(on) => style.bold = on,
            Token::Underline(n) => style.underline = n != 0,
            Token::HangulUnderline(n) => style.hangul_underline = n != 0,
            Token::Size(width, height) => style.size = (width, height),
            Token::PrintMode(bits) => {
                style.font_b = bits & 1 != 0;
                style.bold = bits & 8 != 0;
                style.size = (double(bits & 0x20 != 0), double(bits & 0x10 != 0));
                style.underline = bits & 0x80 != 0;
            }
            Token::HangulMode(bits) => {
                style.hangul_size = (double(bits & 4 != 0), double(bits & 8 != 0));
                style.hangul_underline = bits & 0x80 != 0;
            }
            Token::HangulDouble(on) => style.hangul_size = (double(on), double(on)),
            Token::Invert(on) => style.invert = on,
            Token::Font(n) => style.font_b = n == 1,
            Token::LetterSpace(dots) => style.letter_space = dots,
            Token::HangulSpace(before, after) => style.hangul_space = (before, after),
            Token::BarcodeHeight(n) => self.symbols.bar_height = n,
            Token::BarcodeWidth(n) => self.symbols.bar_width = n,
            Token::BarcodeText(n) => self.symbols.bar_text = n,
            // Hangul mode lives in the parser, real-time orders were obeyed on receipt.
            _ => {}
        }
    }

    fn letter(&mut self, byte: u8) {
        // Above 7E outside Hangul mode some code page's letter would stand: not what was meant.
        let letter = if byte < 0x7F {
            char::from(byte)
        } else {
            char::REPLACEMENT_CHARACTER
        };
        self.place(letter, false);
    }

    fn pair(&mut self, first: u8, second: u8) {
        let in_rom = match self.model.rom {
            Rom::Cp949 => true,
            Rom::Ksx1001 => (0xA1..=0xFD).contains(&first) && second >= 0xA1,
        };
        let code = [first, second];
        let (text, _, broken) = EUC_KR.decode(&code);
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if in_rom && !broken => self.place(letter, true),
            _ => self.lose(&code),
        }
    }

    fn lose(&mut self, code: &[u8]) {
        if let Some(job) = &mut self.job {
            Job::remark(&mut job.letters_lost, hex(code));
        }
    }

    fn place(&mut self, letter: char, hangul: bool) {
        let look = self.style.look(hangul);
        let dots = self.style.advance(look);
        if self.line.dots + dots > self.width_dots() && !self.line.is_empty() {
            self.end_line();
        }
        self.line.push(letter, look, dots);
    }

    fn tab(&mut self) {
        let stop = TAB * COLUMN;
        let target = (self.line.dots / stop + 1) * stop;
        let look = self.style.look(false);
        while self.line.dots < target && self.line.dots + COLUMN <= self.width_dots() {
            self.line.push(' ', look, COLUMN);
        }
    }

    /// Blank paper inside the line, read as one space; it never leads past the edge.
    fn gap(&mut self, dots: u32) {
        let room = self.width_dots().saturating_sub(self.line.dots);
        if dots > 0 && dots <= room {
            let look = self.style.look(false);
            self.line.push_gap(look, dots);
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let Line { runs, .. } = line;
        self.print(Item::Line {
            align: self.style.align,
            runs,
        });
    }

    fn flush_line(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
    }

    fn feed_lines(&mut self, lines: u8) {
        self.flush_line();
        for _ in 0..lines {
            self.end_line();
        }
    }

    fn cut(&mut self, partial: bool, feed: Option<u8>) {
        if !self.line.is_empty() {
            self.refuse("cut in the middle of a line");
            return;
        }
        if let Some(dots @ 1..) = feed {
            self.print(Item::Feed {
                dots: u32::from(dots),
            });
        }
        self.print(Item::Cut { partial });
    }

    fn image(&mut self, dots: Dots, raw: &[u8]) {
        if !self.line.is_empty() {
            self.refuse("image in the middle of a line");
            return;
        }
        self.print(Item::Image {
            align: self.style.align,
            bitmap: bitmap(dots, raw),
        });
    }

    fn print_graphics(&mut self) {
        match self.graphics.clone() {
            Some(bitmap) => self.print(Item::Image {
                align: self.style.align,
                bitmap,
            }),
            None => self.refuse("graphics printed before any were stored"),
        }
    }

    fn unknown(&mut self, raw: &[u8]) {
        if let Some(job) = &mut self.job {
            let head = &raw[..raw.len().min(16)];
            Job::remark(&mut job.unknown, hex(head));
        }
    }

    pub(super) fn refuse(&mut self, what: &str) {
        if let Some(job) = &mut self.job {
            Job::remark(&mut job.refused, what.to_owned());
        }
    }
}

fn bitmap(dots: Dots, raw: &[u8]) -> Bitmap {
    let end = dots.from + dots.bytes_wide * dots.rows;
    Bitmap {
        bytes_wide: dots.bytes_wide,
        rows: dots.rows,
        scale: dots.scale,
        dots: raw.get(dots.from..end).unwrap_or_default().to_vec(),
    }
}
