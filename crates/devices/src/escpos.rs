//! The ESC/POS encoder: laid-out lines to a printer's bytes.
//!
//! Guarantees: a line with a letter that the printer has not goes as a picture, whole;
//! modes are sent when they change and only then; every line ends at a line's start, so
//! that a cut or a symbol may follow.
//!
//! Deliberately absent: sockets, and the proof of printing, which the job asks for.

use soban_domain::paper::{Align, Line, Paper, Style, TextLine, lay_out};

use crate::profile::{PrinterProfile, QrWay};
use crate::{command, draw, qr};

/// What a printer gets of a document: all of it but the preamble before and the cut
/// after it.
pub fn body(paper: &Paper, profile: &PrinterProfile) -> Vec<u8> {
    let mut lines = lay_out(paper, profile.columns);
    // The job cuts at the end; a second cut would waste paper.
    while matches!(lines.last(), Some(Line::Cut)) {
        lines.pop();
    }
    let mut encoder = Encoder::new(profile);
    for line in &lines {
        encoder.line(line);
    }
    encoder.out
}

/// A whole job as one piece, preamble and cut included: what a file or a printer that
/// cannot answer gets.
pub fn job_bytes(paper: &Paper, profile: &PrinterProfile) -> Vec<u8> {
    let mut bytes = command::preamble();
    bytes.extend_from_slice(&body(paper, profile));
    bytes.extend_from_slice(command::CUT);
    bytes
}

struct Encoder<'a> {
    profile: &'a PrinterProfile,
    out: Vec<u8>,
    style: Style,
    align: Align,
    guarded: bool,
}

impl<'a> Encoder<'a> {
    /// For a printer fresh from its preamble.
    fn new(profile: &'a PrinterProfile) -> Encoder<'a> {
        Encoder {
            profile,
            out: Vec::new(),
            style: Style::PLAIN,
            align: Align::Left,
            guarded: false,
        }
    }

    fn line(&mut self, line: &Line) {
        match line {
            Line::Text(line) => self.text(line),
            Line::Blank => {
                self.style(Style::PLAIN);
                self.out.push(command::LINE_FEED);
            }
            Line::Qr { data } => self.qr(data),
            Line::Cut => self.out.extend_from_slice(command::CUT),
            Line::Drawer if self.profile.drawer => self.out.extend_from_slice(command::DRAWER),
            Line::Drawer => {}
        }
    }

    fn text(&mut self, line: &TextLine) {
        match self.profile.charset.encode(&line.text) {
            Some(bytes) => {
                self.align(line.align);
                self.style(line.style);
                self.out.extend_from_slice(&bytes);
                self.out.push(command::LINE_FEED);
            }
            None => self.picture(&draw::draw(line, self.profile.columns).raster()),
        }
    }

    /// A symbol, or its text where it does not fit the paper.
    fn qr(&mut self, data: &str) {
        let dots = self.profile.dots();
        let drawn = || qr::draw(data, dots);
        match self.profile.qr {
            QrWay::Command => match qr::command(data, dots) {
                Some(bytes) => {
                    self.align(Align::Centre);
                    self.out.extend_from_slice(&bytes);
                    self.out.push(command::LINE_FEED);
                    return;
                }
                None => tracing::warn!("a QR symbol does not fit the printer's own command"),
            },
            QrWay::Raster => {}
        }
        match drawn() {
            Some(bitmap) => self.picture(&bitmap.raster()),
            None => self.words(data),
        }
    }

    /// Plain words in place of a symbol that does not fit.
    fn words(&mut self, data: &str) {
        let mut paper = Paper::new();
        paper.text(data);
        for line in lay_out(&paper, self.profile.columns) {
            self.line(&line);
        }
    }

    /// A picture as wide as the paper.
    fn picture(&mut self, raster: &[u8]) {
        self.align(Align::Left);
        if !self.guarded {
            self.out.extend_from_slice(command::PULSE_OFF);
            self.guarded = true;
        }
        self.out.extend_from_slice(raster);
    }

    fn align(&mut self, align: Align) {
        if self.align != align {
            self.out.extend_from_slice(&command::align(align));
            self.align = align;
        }
    }

    fn style(&mut self, style: Style) {
        let Style {
            size,
            bold,
            underline,
            invert,
        } = style;
        if self.style.size != size {
            self.out.extend_from_slice(&command::size(size));
        }
        if self.style.bold != bold {
            self.out.extend_from_slice(&command::bold(bold));
        }
        if self.style.underline != underline {
            self.out.extend_from_slice(&command::underline(underline));
        }
        if self.style.invert != invert {
            self.out.extend_from_slice(&command::invert(invert));
        }
        self.style = style;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use soban_domain::paper::{Block, Cell, Rule, Size};

    use super::*;
    use crate::charset::Charset;

    fn profile(charset: Charset) -> PrinterProfile {
        PrinterProfile {
            columns: 32,
            charset,
            drawer: true,
            ..PrinterProfile::new("kitchen".parse().unwrap(), "127.0.0.1:9100")
        }
    }

    /// A short document, byte for byte: modes change once, Hangul is two bytes a letter,
    /// the amount stands at the right edge.
    #[test]
    fn golden_document() {
        let mut paper = Paper::new();
        paper.styled("101", Align::Centre, Style::bold(Size::Huge));
        paper.add(Block::Row {
            indent: 0,
            left: "김치".to_owned(),
            right: vec![Cell::new("9,000", 9)],
            style: Style::PLAIN,
        });
        paper
            .rule(Rule::Single)
            .space(1)
            .add(Block::Drawer)
            .add(Block::Cut);
        let wanted = [
            &[0x1B, 0x61, 0x01, 0x1D, 0x21, 0x22, 0x1B, 0x45, 0x01][..],
            b"101\n",
            &[0x1B, 0x61, 0x00, 0x1D, 0x21, 0x00, 0x1B, 0x45, 0x00],
            &[0xB1, 0xE8, 0xC4, 0xA1],
            b"                       9,000\n",
            b"--------------------------------\n",
            b"\n",
            &[0x1B, 0x70, 0x00, 0x19, 0xFA],
        ]
        .concat();
        assert_eq!(body(&paper, &profile(Charset::Cp949)), wanted);
    }

    /// A whole job begins with the preamble and ends with exactly one cut.
    #[test]
    fn a_job_is_cut_once() {
        let mut paper = Paper::new();
        paper.text("a").add(Block::Cut);
        let bytes = job_bytes(&paper, &profile(Charset::Cp949));
        assert!(bytes.starts_with(&command::preamble()));
        assert!(bytes.ends_with(b"a\n\x1dVB\0"));
    }

    /// 똠얌꿍 goes as text to a large ROM and as one guarded picture to a small one; the
    /// lines around it stay text.
    #[test]
    fn a_letter_too_many_makes_a_picture() {
        let mut paper = Paper::new();
        paper.text("국수").text("똠얌꿍").text("찌개");
        let large = body(&paper, &profile(Charset::Cp949));
        assert!(!large.windows(3).any(|bytes| bytes == [0x1D, 0x76, 0x30]));
        let small = body(&paper, &profile(Charset::Ksx1001));
        let picture = [
            command::PULSE_OFF,
            &[0x1D, 0x76, 0x30, 0x00, 48, 0x00, 30, 0x00],
        ]
        .concat();
        let at = small
            .windows(picture.len())
            .position(|bytes| bytes == picture);
        assert_eq!(at, Some(5), "after 국수 and its line feed");
        assert_eq!(small.len(), 5 + picture.len() + 48 * 30 + 5);
    }

    /// A printer without a drawer gets no pulse.
    #[test]
    fn no_drawer_no_pulse() {
        let paper = Paper {
            blocks: vec![Block::Drawer],
        };
        let without = PrinterProfile {
            drawer: false,
            ..profile(Charset::Cp949)
        };
        assert!(body(&paper, &without).is_empty());
    }

    /// A symbol too wide for the paper is printed as words, never left out.
    #[test]
    fn a_symbol_too_wide_becomes_words() {
        let data = "x".repeat(650);
        for qr in [QrWay::Raster, QrWay::Command] {
            let narrow = PrinterProfile {
                qr,
                columns: 20,
                ..profile(Charset::Cp949)
            };
            let paper = Paper {
                blocks: vec![Block::Qr { data: data.clone() }],
            };
            let bytes = body(&paper, &narrow);
            assert_eq!(bytes.iter().filter(|byte| **byte == b'x').count(), 650);
        }
    }

    proptest! {
        /// Words from outside cannot act: with drawer and cut left out of the document, no
        /// drawer pulse, cut or status command is in the bytes, whatever the words are.
        #[test]
        fn words_cannot_act(
            words in prop::collection::vec(any::<String>(), 1..5),
            evil in "[\u{1b}\u{1d}\u{10}pV\u{4}\u{14}가힣똠A-Z]{0,20}",
            large in any::<bool>(),
        ) {
            let mut paper = Paper::new();
            for text in words.iter().chain([&evil]) {
                paper.text(text).pair(text.clone(), text.clone(), Style::PLAIN);
            }
            let charset = if large { Charset::Cp949 } else { Charset::Ksx1001 };
            let bytes = body(&paper, &profile(charset));
            let at_once = |three: &[u8]| {
                matches!(three, [0x10, 0x04, 1..=4] | [0x10, 0x05, 1..=2] | [0x10, 0x14, _])
            };
            prop_assert!(!bytes.windows(3).any(at_once));
            let has_picture = bytes.windows(3).any(|three| three == [0x1D, 0x76, 0x30]);
            // Dots may hold any byte: only real-time commands act within them.
            if !has_picture {
                prop_assert!(bytes.iter().all(|byte| *byte >= 0x20 || *byte == 0x0A));
            }
        }
    }
}
