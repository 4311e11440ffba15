//! Lines drawn as dots, for letters that a printer has not, and for pictures of paper.
//!
//! Guarantees: a drawn line has the columns and the height of a printed one; a letter
//! that the font has not is a box, never nothing.
//!
//! Deliberately absent: shaping. Composed Hangul, kana and Latin need none.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, point};
use soban_domain::paper::{Align, TextLine, columns_of};

use crate::bitmap::Bitmap;
use crate::profile::DOTS_OF_COLUMN;

/// Rows of a letter of size 1.
const LETTER_ROWS: usize = 24;
/// Rows of a line of size 1, with the gap below.
pub(crate) const LINE_ROWS: usize = 30;
const GAP_ROWS: usize = LINE_ROWS - LETTER_ROWS;

/// Dots of the font's em: Hangul then fills its 24 × 24 cell.
const EM: f32 = 25.0;
/// Where letters stand, from the top of the cell.
const BASELINE: f32 = 20.5;
/// From this much of a dot on it is black.
const THRESHOLD: f32 = 0.45;

static FONT: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("../../../assets/fonts/print.otf")).ok()
});

/// Draws a line across a paper of so many columns.
pub(crate) fn draw(line: &TextLine, columns: u16) -> Bitmap {
    let (wide, high) = (
        usize::from(line.style.size.wide()),
        usize::from(line.style.size.high()),
    );
    let paper = usize::from(columns) * DOTS_OF_COLUMN;
    let rows = LETTER_ROWS * high + GAP_ROWS;
    let mut bitmap = Bitmap::new(paper, rows);
    let length = line.columns() * DOTS_OF_COLUMN;
    let start = match line.align {
        Align::Left => 0,
        Align::Centre => paper.saturating_sub(length) / 2,
        Align::Right => paper.saturating_sub(length),
    };
    let mut x = start;
    let mut utf8 = [0; 4];
    for c in line.text.chars() {
        let cell = Cell {
            x,
            dots: columns_of(c.encode_utf8(&mut utf8)) * DOTS_OF_COLUMN * wide,
            wide,
            high,
            bold: line.style.bold,
        };
        cell.draw(&mut bitmap, c);
        x += cell.dots;
    }
    if line.style.underline {
        for y in LETTER_ROWS * high..LETTER_ROWS * high + 2 {
            (start..x).for_each(|x| bitmap.blacken(x, y));
        }
    }
    if line.style.invert {
        bitmap.invert(start, 0, x - start, LETTER_ROWS * high);
    }
    bitmap
}

/// Where a letter is drawn.
struct Cell {
    x: usize,
    dots: usize,
    wide: usize,
    high: usize,
    bold: bool,
}

impl Cell {
    fn draw(&self, bitmap: &mut Bitmap, c: char) {
        if c == ' ' || c == '\u{3000}' {
            return;
        }
        let font = FONT.as_ref();
        match font.and_then(|font| Some((font, self.glyph(font, c)?))) {
            Some((font, glyph)) => self.ink(bitmap, font, glyph),
            None => self.ring(bitmap),
        }
    }

    /// The letter's outline, squeezed into its cell where it is too wide for it.
    #[expect(
        clippy::cast_precision_loss,
        reason = "dots of a paper are far below 2^24"
    )]
    fn glyph(&self, font: &FontRef<'_>, c: char) -> Option<Glyph> {
        let id = font.glyph_id(c);
        let em = font.units_per_em()?;
        if id.0 == 0 {
            return None;
        }
        // ab_glyph scales by the height from ascent to descent, not by the em.
        let scale = EM * font.height_unscaled() / em;
        let advance = font.h_advance_unscaled(id) / em * EM * self.wide as f32;
        let room = self.dots as f32;
        let squeeze = if advance > room { room / advance } else { 1.0 };
        let scale = PxScale {
            x: scale * self.wide as f32 * squeeze,
            y: scale * self.high as f32,
        };
        let left = self.x as f32 + (room - advance * squeeze) / 2.0;
        let baseline = BASELINE * self.high as f32;
        Some(id.with_scale_and_position(scale, point(left, baseline)))
    }

    fn ink(&self, bitmap: &mut Bitmap, font: &FontRef<'_>, glyph: Glyph) {
        let Some(outline) = font.outline_glyph(glyph) else {
            return;
        };
        let bounds = outline.px_bounds();
        outline.draw(|x, y, covered| {
            if covered < THRESHOLD {
                return;
            }
            let (Some(x), Some(y)) = (dot(bounds.min.x, x), dot(bounds.min.y, y)) else {
                return;
            };
            bitmap.blacken(x, y);
            if self.bold {
                bitmap.blacken(x + 1, y);
            }
        });
    }

    /// A box, for a letter that the font has not.
    fn ring(&self, bitmap: &mut Bitmap) {
        let (right, bottom) = (self.x + self.dots - 2, LETTER_ROWS * self.high - 2);
        for x in self.x + 1..=right {
            bitmap.blacken(x, 1);
            bitmap.blacken(x, bottom);
        }
        for y in 1..=bottom {
            bitmap.blacken(self.x + 1, y);
            bitmap.blacken(right, y);
        }
    }
}

/// A place on the paper from the left or upper edge of an outline; none outside it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "edges of outlines are whole dots of a small cell"
)]
fn dot(edge: f32, offset: u32) -> Option<usize> {
    usize::try_from(edge as i64 + i64::from(offset)).ok()
}

#[cfg(test)]
mod tests {
    use soban_domain::paper::{Size, Style};

    use super::*;

    fn line(text: &str, style: Style) -> TextLine {
        TextLine {
            text: text.to_owned(),
            align: Align::Left,
            style,
        }
    }

    fn black(bitmap: &Bitmap, columns: std::ops::Range<usize>) -> usize {
        let dots = columns.start * DOTS_OF_COLUMN..columns.end * DOTS_OF_COLUMN;
        dots.map(|x| {
            (0..bitmap.rows())
                .filter(|y| bitmap.is_black(x, *y))
                .count()
        })
        .sum()
    }

    /// Every syllable has a shape of its own in its two columns: the 11,172 drawings
    /// differ from the box and stay within 24 dots.
    #[test]
    fn every_syllable_is_drawn() {
        let unknown = draw(&line("\u{e000}", Style::PLAIN), 4);
        for c in ('가'..='힣').step_by(7) {
            let drawn = draw(&line(&c.to_string(), Style::PLAIN), 4);
            assert_ne!(drawn, unknown, "{c}");
            assert!(black(&drawn, 0..2) > 30, "{c}");
            assert_eq!(black(&drawn, 2..4), 0, "{c}");
        }
    }

    /// A drawn line has the size and place of a printed one: height by style, ink within
    /// its columns, at the right where it belongs there.
    #[test]
    fn drawn_lines_keep_their_columns() {
        let large = draw(&line("똠", Style::bold(Size::Large)), 16);
        assert_eq!((large.dots(), large.rows()), (192, 54));
        assert!(black(&large, 2..4) > 0);
        assert_eq!(black(&large, 4..16), 0);
        let mut right = line("9,000", Style::PLAIN);
        right.align = Align::Right;
        let right = draw(&right, 16);
        assert_eq!(black(&right, 0..11), 0);
        assert!(black(&right, 11..12) > 0 && black(&right, 15..16) > 0);
    }

    /// White on black turns exactly the letters' cells around.
    #[test]
    fn inverted_letters_are_white() {
        let drawn = draw(&line("가", Style::inverted(Size::Normal)), 4);
        let plain = draw(&line("가", Style::bold(Size::Normal)), 4);
        assert_eq!(black(&drawn, 0..2) + black(&plain, 0..2), 24 * 24);
        assert_eq!(black(&drawn, 2..4), 0);
    }
}
