//! The modes a printer is in, and the line it is setting.
//!
//! Guarantees: widths are counted in dots as a 203 dpi head has them: 12 a Font A column, 9 a
//! Font B column, 24 a Hangul letter; a letter that does not fit begins the next line, and a
//! Hangul letter is never split. Deliberately absent: proportional text and margins.

use super::paper::{Align, Look, Run};

/// Dots of one Font A column.
pub(crate) const COLUMN: u32 = 12;
/// Dots of one Hangul letter.
const HANGUL: u32 = 24;
/// Dots after a Hangul letter at power-on, until `FS S`: as clones have it (printing
/// reference, section 2), so that a missing `FS S 0 0` shows.
const POWER_ON_HANGUL_SPACE: u8 = 2;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) align: Align,
    pub(crate) bold: bool,
    pub(crate) underline: bool,
    pub(crate) hangul_underline: bool,
    pub(crate) invert: bool,
    pub(crate) size: (u8, u8),
    pub(crate) hangul_size: (u8, u8),
    pub(crate) font_b: bool,
    pub(crate) letter_space: u8,
    pub(crate) hangul_space: (u8, u8),
}

impl Default for Style {
    fn default() -> Self {
        Self {
            align: Align::Left,
            bold: false,
            underline: false,
            hangul_underline: false,
            invert: false,
            size: (1, 1),
            hangul_size: (1, 1),
            font_b: false,
            letter_space: 0,
            hangul_space: (0, POWER_ON_HANGUL_SPACE),
        }
    }
}

impl Style {
    pub(crate) fn look(&self, hangul: bool) -> Look {
        let (mut width, mut height) = self.size;
        if hangul {
            width = width.max(self.hangul_size.0);
            height = height.max(self.hangul_size.1);
        }
        Look {
            bold: self.bold,
            underline: if hangul {
                self.hangul_underline
            } else {
                self.underline
            },
            invert: self.invert,
            width,
            height,
            hangul,
        }
    }

    pub(crate) fn advance(&self, look: Look) -> u32 {
        let dots = if look.hangul {
            HANGUL + u32::from(self.hangul_space.0) + u32::from(self.hangul_space.1)
        } else if self.font_b {
            9 + u32::from(self.letter_space)
        } else {
            COLUMN + u32::from(self.letter_space)
        };
        dots * u32::from(look.width)
    }
}

/// The line being set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    pub(crate) dots: u32,
}

impl Line {
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// A stretch without ink, kept apart so that neither its neighbours are stretched over it
    /// nor an underline drawn below it.
    pub(crate) fn push_gap(&mut self, look: Look, dots: u32) {
        self.dots += dots;
        let look = Look {
            underline: false,
            invert: false,
            ..look
        };
        self.runs.push(Run {
            text: " ".to_owned(),
            dots,
            look,
            gap: true,
        });
    }

    pub(crate) fn push(&mut self, letter: char, look: Look, dots: u32) {
        self.dots += dots;
        match self.runs.last_mut() {
            Some(run) if run.look == look && !run.gap => {
                run.text.push(letter);
                run.dots += dots;
            }
            _ => self.runs.push(Run {
                text: letter.to_string(),
                dots,
                look,
                gap: false,
            }),
        }
    }
}
