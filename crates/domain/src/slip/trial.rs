//! A trial print: shows the installer that a printer has the right width and letters.
//!
//! Guarantees: one full line of figures shows the columns; the sample has letters that
//! a small ROM lacks, so that drawn lines are seen too.
//!
//! Deliberately absent: anything of an order.

use super::{PaperWord, Words};
use crate::ids::PrinterId;
use crate::moment::Timestamp;
use crate::paper::{Align, Paper, Rule, Size, Style};

/// A trial print for a printer of so many columns.
pub fn trial(printer: &PrinterId, columns: u16, printed: Timestamp, words: &Words) -> Paper {
    let mut paper = Paper::new();
    let title = words.get(PaperWord::TrialTitle);
    paper.styled(title, Align::Centre, Style::bold(Size::Large));
    paper.pair(printer.to_string(), printed.to_minute(), Style::PLAIN);
    paper.rule(Rule::Double);
    let ruler: String = ('1'..='9')
        .chain(['0'])
        .cycle()
        .take(usize::from(columns))
        .collect();
    paper.text(ruler);
    for size in Size::ALL {
        paper.styled(
            words.get(PaperWord::TrialSample),
            Align::Left,
            Style::bold(size),
        );
    }
    paper.rule(Rule::Single);
    paper
}
