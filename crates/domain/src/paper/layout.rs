//! From blocks to lines of a paper that is so many columns wide.
//!
//! Guarantees: no line is wider than the paper; a letter of two columns is never torn;
//! figures at the right keep together and stand on the first line of their row, or
//! below it where the paper is too narrow for both; no letter gets lost but blanks at
//! the ends of lines. Columns are counted after normalisation, which changes lengths.
//!
//! Deliberately absent: where on the line a text begins. The printer aligns.

use super::normal::columns_of_char;
use super::{Align, Block, Cell, Paper, Rule, Size, Style, columns_of, normalise};

/// The narrowest paper. A narrower one is laid out as if it had this many columns.
pub const COLUMNS_LEAST: u16 = 16;

/// Fewer columns than this for the words at the left, and figures go below them.
const LEFT_LEAST: usize = 8;

/// One line of paper, or what a printer does between lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Words.
    Text(TextLine),
    /// An empty line.
    Blank,
    /// A QR symbol, centred.
    Qr {
        /// What it says.
        data: String,
    },
    /// A cut.
    Cut,
    /// The cash drawer opens.
    Drawer,
}

/// A line of words, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// The words; blanks between left and right are in them.
    pub text: String,
    /// Where on the line they stand.
    pub align: Align,
    /// How they look.
    pub style: Style,
}

impl TextLine {
    /// Columns of the paper that it takes, its size included.
    pub fn columns(&self) -> usize {
        columns_of(&self.text).saturating_mul(usize::from(self.style.size.wide()))
    }
}

/// Lays a document out for a paper of `columns` columns of Font A.
pub fn lay_out(paper: &Paper, columns: u16) -> Vec<Line> {
    let columns = columns.max(COLUMNS_LEAST);
    let mut lines = Vec::new();
    for block in &paper.blocks {
        match block {
            Block::Text { text, align, style } => {
                for part in text.split('\n') {
                    lay_text(&mut lines, part, *align, *style, columns);
                }
            }
            Block::Row {
                indent,
                left,
                right,
                style,
            } => lay_row(
                &mut lines,
                usize::from(*indent),
                left,
                right,
                *style,
                columns,
            ),
            Block::Rule(rule) => {
                let stroke = match rule {
                    Rule::Single => "-",
                    Rule::Double => "=",
                };
                let text = stroke.repeat(usize::from(columns));
                push(&mut lines, text, Align::Left, Style::PLAIN);
            }
            Block::Space { lines: count } => {
                lines.extend(std::iter::repeat_n(Line::Blank, usize::from(*count)));
            }
            Block::Qr { data } => lines.push(Line::Qr { data: data.clone() }),
            Block::Cut => lines.push(Line::Cut),
            Block::Drawer => lines.push(Line::Drawer),
        }
    }
    lines
}

/// Columns of the paper in letters of a size.
fn room(columns: u16, size: Size) -> usize {
    usize::from(columns / size.wide())
}

fn push(lines: &mut Vec<Line>, text: String, align: Align, style: Style) {
    lines.push(Line::Text(TextLine { text, align, style }));
}

fn lay_text(lines: &mut Vec<Line>, text: &str, align: Align, style: Style, columns: u16) {
    let wrapped = wrap(&normalise(text), room(columns, style.size));
    if wrapped.is_empty() {
        lines.push(Line::Blank);
    }
    for text in wrapped {
        push(lines, text, align, style);
    }
}

fn lay_row(
    lines: &mut Vec<Line>,
    indent: usize,
    left: &str,
    right: &[Cell],
    style: Style,
    columns: u16,
) {
    let room = room(columns, style.size);
    let left = normalise(left);
    let right = figures(right);
    let right_width = columns_of(&right);
    // An indent that leaves nothing is no indent.
    let indent = if room.saturating_sub(indent) < 2 {
        0
    } else {
        indent
    };
    let whole = room.saturating_sub(indent);
    let beside = whole.saturating_sub(right_width.saturating_add(1));
    let fits = right_width <= whole && (columns_of(&left) <= beside || beside >= LEFT_LEAST);
    let mut parts = match (right.is_empty(), fits) {
        (false, true) => wrap(&left, beside),
        (true, _) | (_, false) => wrap(&left, whole),
    }
    .into_iter();
    if !right.is_empty() && fits {
        let first = parts.next().unwrap_or_default();
        let used = indent
            .saturating_add(columns_of(&first))
            .saturating_add(right_width);
        let gap = room.saturating_sub(used);
        let text = format!("{}{first}{}{right}", blanks(indent), blanks(gap));
        push(lines, text, Align::Left, style);
    }
    for part in parts {
        push(
            lines,
            format!("{}{part}", blanks(indent)),
            Align::Left,
            style,
        );
    }
    if !right.is_empty() && !fits {
        for part in wrap(right.trim_start_matches(' '), room) {
            push(lines, part, Align::Right, style);
        }
    }
}

fn blanks(count: usize) -> String {
    " ".repeat(count)
}

/// The cells in a row, each flush right in its width, a blank between them.
fn figures(cells: &[Cell]) -> String {
    let mut row = String::new();
    for (index, cell) in cells.iter().enumerate() {
        let text = normalise(&cell.text);
        if index > 0 {
            row.push(' ');
        }
        let gap = usize::from(cell.width).saturating_sub(columns_of(&text));
        row.push_str(&blanks(gap));
        row.push_str(&text);
    }
    row
}

/// Wraps words at blanks, and within a word only where it alone is too long. Blanks
/// where a line is broken are dropped, those within a line are kept.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut gap = 0;
    for (index, word) in text.trim_end_matches(' ').split(' ').enumerate() {
        if index > 0 {
            gap += 1;
        }
        if word.is_empty() {
            continue;
        }
        let needed = columns_of(&line) + gap + columns_of(word);
        if needed > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            gap = 0;
        }
        if columns_of(word) + gap > room {
            gap = 0;
        }
        line.push_str(&blanks(gap));
        gap = 0;
        for c in word.chars() {
            if columns_of(&line) + columns_of_char(c) > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests;
