//! 주방 주문서: what one station makes of an order.
//!
//! Guarantees: each item and each part of a set is on the ticket of the station that
//! makes it and on no other; headings show how many there are in all, options below
//! them what belongs to one.
//!
//! Deliberately absent: prices. They only make a ticket harder to read.

use std::collections::BTreeSet;

use super::receipt::counted;
use super::{PaperWord, SlipFacts, Words, dining_word, marks, number, times};
use crate::ids::StationId;
use crate::menu::Dining;
use crate::order::{IdCheck, Order};
use crate::paper::{Align, Block, Cell, Paper, Rule, Size, Style};
use crate::pricing::{PricedLine, PricedOption};

/// The stations that make something of an order, each once.
pub fn stations(order: &Order) -> Vec<StationId> {
    let lines = order.priced.lines.iter();
    let all: BTreeSet<&StationId> = lines
        .flat_map(|line| {
            let parts = line
                .options
                .iter()
                .filter_map(|option| option.station.as_ref());
            parts.chain(std::iter::once(&line.station))
        })
        .collect();
    all.into_iter().cloned().collect()
}

/// The ticket of a station, in the kitchen's language, or `None` where it makes nothing
/// of the order.
pub fn kitchen(facts: &SlipFacts<'_>, station: &StationId, words: &Words) -> Option<Paper> {
    let order = facts.order;
    let mine: Vec<Share<'_>> = order
        .priced
        .lines
        .iter()
        .filter_map(|line| Share::of(line, station))
        .collect();
    if mine.is_empty() {
        return None;
    }
    let mut paper = Paper::new();
    marks(&mut paper, facts, words);
    head(&mut paper, facts, words);
    if mine.iter().any(|share| share.line.alcohol) {
        adult_mark(&mut paper, order, words);
    }
    for share in mine {
        share.write(&mut paper, words);
        paper.rule(Rule::Single);
    }
    paper.pair(
        words.get(PaperWord::PrintedAt),
        facts.printed.to_minute(),
        Style::PLAIN,
    );
    Some(paper)
}

fn head(paper: &mut Paper, facts: &SlipFacts<'_>, words: &Words) {
    let order = facts.order;
    let dining = words.get(dining_word(order.priced.dining));
    let style = match order.priced.dining {
        Dining::EatIn => Style::bold(Size::Large),
        // What is taken away is packed: it must not be overlooked.
        Dining::TakeOut => Style::inverted(Size::Large),
    };
    paper.styled(
        words.get(PaperWord::KitchenTitle),
        Align::Centre,
        Style::PLAIN,
    );
    paper.styled(number(order), Align::Centre, Style::bold(Size::Huge));
    paper.styled(dining, Align::Centre, style);
    paper.pair(
        words.get(PaperWord::OrderedAt),
        order.placed.to_minute(),
        Style::PLAIN,
    );
    paper.rule(Rule::Double);
}

/// Whether somebody has looked at an identity card, for whoever hands the drink over.
pub(super) fn adult_mark(paper: &mut Paper, order: &Order, words: &Words) {
    match &order.id_check {
        IdCheck::NotNeeded => {}
        IdCheck::Needed => {
            let mark = words.get(PaperWord::AdultCheck);
            paper.styled(mark, Align::Centre, Style::inverted(Size::Large));
        }
        IdCheck::Recorded { by, at } => {
            let checked = words.get(PaperWord::AdultChecked);
            let mark = format!("{checked}: {by} {}", at.to_minute());
            paper.styled(mark, Align::Centre, Style::bold(Size::Normal));
        }
    }
}

/// What a station makes of one line.
struct Share<'a> {
    line: &'a PricedLine,
    /// True where the station makes the item itself, false where only parts of the set.
    whole: bool,
    /// The options that concern it, with how often each is there for one item or part.
    options: Vec<Part<'a>>,
}

/// An option on a ticket.
struct Part<'a> {
    option: &'a PricedOption,
    count: u32,
}

impl<'a> Share<'a> {
    fn of(line: &'a PricedLine, station: &StationId) -> Option<Share<'a>> {
        let whole = &line.station == station;
        let mut options = Vec::new();
        // The maker of each option on the way from the line to the one at hand.
        let mut makers: Vec<&StationId> = Vec::new();
        for (option, total) in counted(&line.options) {
            makers.truncate(usize::from(option.depth));
            let above = makers.last().copied().unwrap_or(&line.station);
            let maker = option.station.as_ref().unwrap_or(above);
            makers.push(maker);
            if maker == station {
                // A part of a set counts as a heading: how many in all. Its options and
                // those of the item itself count for one.
                let count = match option.station {
                    Some(_) => total.saturating_mul(line.quantity),
                    None => option.count,
                };
                options.push(Part { option, count });
            }
        }
        (whole || !options.is_empty()).then_some(Share {
            line,
            whole,
            options,
        })
    }

    fn write(&self, paper: &mut Paper, words: &Words) {
        let lang = words.lang();
        let name = self.line.name.get(lang);
        if self.whole {
            heading(paper, 0, name, self.line.quantity, Size::Large);
        } else {
            paper.text(format!("[{name}]"));
        }
        // Parts stand below the item that they are parts of.
        let below = if self.whole { 2 } else { 0 };
        for Part { option, count } in &self.options {
            let name = option.name.get(lang);
            let depth = option.depth.saturating_mul(2).saturating_add(below).min(8);
            if option.station.is_some() {
                heading(paper, depth, name, *count, Size::Tall);
            } else {
                let text = format!("- {name}{}", times(*count));
                let within = if self.whole {
                    depth
                } else {
                    depth.saturating_add(2)
                };
                paper.indented(within, text, Style::bold(Size::Normal));
            }
        }
        if !self.line.memo.is_empty() {
            let memo = format!(
                "{}: {}",
                words.get(PaperWord::Memo),
                self.line.memo.as_str()
            );
            // Thick strokes would close up in white on black at this width.
            let style = Style {
                bold: false,
                ..Style::inverted(Size::Tall)
            };
            paper.styled(memo, Align::Left, style);
        }
    }
}

/// A thing to be made, and how many of it in all.
fn heading(paper: &mut Paper, indent: u8, name: &str, count: u32, size: Size) {
    paper.add(Block::Row {
        indent,
        left: name.to_owned(),
        right: vec![Cell::new(count.to_string(), 2)],
        style: Style::bold(size),
    });
}
