//! A document as plain text, for terminals and tests.
//!
//! Guarantees: the same lines as on paper, in columns, so that what is aligned there is
//! aligned here in a font where Hangul is two columns wide.
//!
//! Deliberately absent: sizes and strokes.

use soban_domain::paper::{Align, Line, Paper, TextLine, lay_out};

/// Writes a document as lines of at most so many columns.
pub fn to_text(paper: &Paper, columns: u16) -> String {
    let mut out = String::new();
    for line in lay_out(paper, columns) {
        match line {
            Line::Text(line) => out.push_str(&indented(&line, columns)),
            Line::Blank => {}
            Line::Qr { data } => out.push_str(&format!("[QR {data}]")),
            Line::Cut => out.push_str(&"~".repeat(usize::from(columns))),
            Line::Drawer => continue,
        }
        out.push('\n');
    }
    out
}

fn indented(line: &TextLine, columns: u16) -> String {
    let free = usize::from(columns).saturating_sub(line.columns());
    let before = match line.align {
        Align::Left => 0,
        Align::Centre => free / 2,
        Align::Right => free,
    };
    let text = format!("{}{}", " ".repeat(before), line.text);
    text.trim_end_matches(' ').to_owned()
}

#[cfg(test)]
mod tests {
    use soban_domain::paper::Style;

    use super::*;

    /// Words stand where they do on paper: left, middle and right, Hangul two columns.
    #[test]
    fn words_keep_their_place() {
        let mut paper = Paper::new();
        paper.text("가나");
        paper.styled("가나", Align::Centre, Style::PLAIN);
        paper.styled("가나", Align::Right, Style::PLAIN);
        paper.space(1).pair("a", "1", Style::PLAIN);
        assert_eq!(
            to_text(&paper, 16),
            "가나\n      가나\n            가나\n\na              1\n"
        );
    }
}
