//! Paper as a document: what a ticket says, before any printer's bytes.
//!
//! Guarantees: a [`Paper`] is plain data that can be kept with its job, and
//! [`lay_out`] turns it into lines of which none is wider than the paper, whatever the
//! words are.
//!
//! Deliberately absent: bytes, dots, charsets and fonts; see the devices crate.

use serde::{Deserialize, Serialize};

mod layout;
mod normal;

pub use layout::{COLUMNS_LEAST, Line, TextLine, lay_out};
pub use normal::{columns_of, normalise};

/// A document for one printer. It ends with a cut by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its blocks from top to bottom.
    pub blocks: Vec<Block>,
}

/// A piece of paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Words, wrapped where they are too long; a line feed in them begins a new line.
    Text {
        /// The words.
        text: String,
        /// Where on the line they stand.
        #[serde(default)]
        align: Align,
        /// How they look.
        #[serde(default)]
        style: Style,
    },
    /// Something at the left and figures at the right of the same line. What is at the
    /// left wraps under itself; figures are never cut and never wrapped.
    Row {
        /// Columns to leave free at the left.
        #[serde(default)]
        indent: u8,
        /// What is at the left.
        left: String,
        /// Figures at the right, each flush right in its cell.
        right: Vec<Cell>,
        /// How all of it looks.
        #[serde(default)]
        style: Style,
    },
    /// A line across the paper.
    Rule(Rule),
    /// Empty lines.
    Space {
        /// How many.
        lines: u8,
    },
    /// A QR symbol, centred.
    Qr {
        /// What it says.
        data: String,
    },
    /// A cut within the document; none is needed at its end.
    Cut,
    /// Opens the cash drawer (돈통), where the printer has one.
    Drawer,
}

/// A figure at the right end of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The figure.
    pub text: String,
    /// Columns of its cell. A longer figure takes what it needs.
    pub width: u8,
}

impl Cell {
    /// A figure in a cell of `width` columns.
    pub fn new(text: impl Into<String>, width: u8) -> Cell {
        Cell {
            text: text.into(),
            width,
        }
    }
}

/// Where on the line words stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// A line across the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// One stroke.
    Single,
    /// Two strokes.
    Double,
}

/// How words look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Style {
    /// How large.
    pub size: Size,
    /// Thick strokes.
    pub bold: bool,
    /// A stroke below.
    pub underline: bool,
    /// White on black.
    pub invert: bool,
}

impl Style {
    /// As it comes.
    pub const PLAIN: Style = Style {
        size: Size::Normal,
        bold: false,
        underline: false,
        invert: false,
    };

    /// Thick strokes of a size.
    pub const fn bold(size: Size) -> Style {
        Style {
            size,
            bold: true,
            underline: false,
            invert: false,
        }
    }

    /// White on black, thick, of a size.
    pub const fn inverted(size: Size) -> Style {
        Style {
            size,
            bold: true,
            underline: false,
            invert: true,
        }
    }
}

/// How large letters are, as multiples of the printer's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 1 × 1.
    #[default]
    Normal,
    /// As wide, twice as high.
    Tall,
    /// 2 × 2.
    Large,
    /// 3 × 3: a call number that is read from across the kitchen.
    Huge,
}

impl Size {
    /// Every size.
    pub const ALL: [Size; 4] = [Size::Normal, Size::Tall, Size::Large, Size::Huge];

    /// How many times as wide.
    pub const fn wide(self) -> u16 {
        match self {
            Size::Normal | Size::Tall => 1,
            Size::Large => 2,
            Size::Huge => 3,
        }
    }

    /// How many times as high.
    pub const fn high(self) -> u16 {
        match self {
            Size::Normal => 1,
            Size::Tall | Size::Large => 2,
            Size::Huge => 3,
        }
    }
}

impl Paper {
    /// Nothing yet.
    pub fn new() -> Paper {
        Paper::default()
    }

    /// Adds a block.
    pub fn add(&mut self, block: Block) -> &mut Paper {
        self.blocks.push(block);
        self
    }

    /// Adds plain words at the left.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Paper {
        self.styled(text, Align::Left, Style::PLAIN)
    }

    /// Adds words.
    pub fn styled(&mut self, text: impl Into<String>, align: Align, style: Style) -> &mut Paper {
        self.add(Block::Text {
            text: text.into(),
            align,
            style,
        })
    }

    /// Adds a row of one label and one figure.
    pub fn pair(
        &mut self,
        left: impl Into<String>,
        right: impl Into<String>,
        style: Style,
    ) -> &mut Paper {
        self.add(Block::Row {
            indent: 0,
            left: left.into(),
            right: vec![Cell::new(right, 0)],
            style,
        })
    }

    /// Adds words at the left, `indent` columns in, that wrap under themselves.
    pub fn indented(&mut self, indent: u8, text: impl Into<String>, style: Style) -> &mut Paper {
        self.add(Block::Row {
            indent,
            left: text.into(),
            right: Vec::new(),
            style,
        })
    }

    /// Adds a line across the paper.
    pub fn rule(&mut self, rule: Rule) -> &mut Paper {
        self.add(Block::Rule(rule))
    }

    /// Adds empty lines.
    pub fn space(&mut self, lines: u8) -> &mut Paper {
        self.add(Block::Space { lines })
    }
}
