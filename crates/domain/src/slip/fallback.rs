//! POS 전송 실패: the whole order for the counter, to be entered at the POS by hand.
//!
//! Guarantees: everything that the POS should have been told is on it: each line with
//! its number at the POS, options, memo and amount, the total, and how it was paid.
//!
//! Deliberately absent: the store's own facts. It is not for guests.

use super::kitchen::adult_mark;
use super::receipt::counted;
use super::words::method_word;
use super::{PaperWord, SlipFacts, Words, dining_word, marks, number, times};
use crate::money::Won;
use crate::paper::{Align, Block, Cell, Paper, Rule, Size, Style};
use crate::pricing::PricedLine;

/// The whole order, in the words of the staff.
pub fn fallback(facts: &SlipFacts<'_>, words: &Words) -> Paper {
    let order = facts.order;
    let mut paper = Paper::new();
    marks(&mut paper, facts, words);
    let title = words.get(PaperWord::PosFailed);
    paper.styled(title, Align::Centre, Style::inverted(Size::Large));
    paper.styled(
        words.get(PaperWord::PosFailedHelp),
        Align::Centre,
        Style::PLAIN,
    );
    paper.rule(Rule::Double);
    paper.styled(number(order), Align::Centre, Style::bold(Size::Huge));
    let dining = words.get(dining_word(order.priced.dining));
    paper.styled(dining, Align::Centre, Style::bold(Size::Large));
    paper.pair(
        words.get(PaperWord::OrderedAt),
        order.placed.to_minute(),
        Style::PLAIN,
    );
    paper.rule(Rule::Single);
    for line in &order.priced.lines {
        write_line(&mut paper, line, words);
    }
    if order.priced.lines.iter().any(|line| line.alcohol) {
        adult_mark(&mut paper, order, words);
    }
    paper.rule(Rule::Double);
    let total = order.priced.total.to_string();
    paper.pair(words.get(PaperWord::Total), total, Style::bold(Size::Tall));
    write_payment(&mut paper, facts, words);
    paper.pair(
        words.get(PaperWord::PrintedAt),
        facts.printed.to_minute(),
        Style::PLAIN,
    );
    paper
}

fn write_line(paper: &mut Paper, line: &PricedLine, words: &Words) {
    let lang = words.lang();
    let name = line.name.get(lang);
    let left = match line.pos_code.is_empty() {
        true => name.to_owned(),
        false => format!("{name} [{}]", line.pos_code),
    };
    paper.add(Block::Row {
        indent: 0,
        left,
        right: vec![
            Cell::new(line.quantity.to_string(), 3),
            Cell::new(line.goods.to_string(), 9),
        ],
        style: Style::bold(Size::Tall),
    });
    for (option, count) in counted(&line.options) {
        let indent = option.depth.saturating_add(1).saturating_mul(2).min(8);
        let text = format!("+ {}{}", option.name.get(lang), times(count));
        paper.indented(indent, text, Style::PLAIN);
    }
    if line.deposit != Won::ZERO {
        paper.pair(
            words.get(PaperWord::Deposit),
            line.deposit.to_string(),
            Style::PLAIN,
        );
    }
    if !line.memo.is_empty() {
        let memo = format!("{}: {}", words.get(PaperWord::Memo), line.memo.as_str());
        paper.indented(2, memo, Style::bold(Size::Normal));
    }
}

fn write_payment(paper: &mut Paper, facts: &SlipFacts<'_>, words: &Words) {
    let paid = facts
        .attempt
        .and_then(|attempt| Some((attempt.method, attempt.approval.as_ref()?)));
    let Some((method, approval)) = paid else {
        let style = Style::bold(Size::Normal);
        paper.styled(words.get(PaperWord::Unpaid), Align::Left, style);
        return;
    };
    let method = words.get(method_word(method));
    paper.pair(words.get(PaperWord::Payment), method, Style::PLAIN);
    paper.pair(
        words.get(PaperWord::ApprovalNumber),
        &approval.number,
        Style::PLAIN,
    );
    paper.pair(
        words.get(PaperWord::PaidAt),
        approval.at.to_minute(),
        Style::PLAIN,
    );
}
