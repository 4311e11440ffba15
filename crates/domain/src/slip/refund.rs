//! 취소 전표 and 환불 영수증: what went back to a guest, for the guest and for the till.
//!
//! Guarantees: the amount is the refund's own, and supply value, VAT, exempt sales and
//! deposits on it add up to that amount; the approval that it takes back is named by its
//! number.
//!
//! Deliberately absent: why. What staff wrote is for the store's record.

use super::receipt::{Both, figures, head, how_paid, minus};
use super::{PaperWord, SlipFacts, Words, marks};
use crate::money::Won;
use crate::paper::{Paper, Rule, Size, Style};
use crate::refund::{ByHand, Refund, RefundKind};

/// The slip of a refund of the order, with Korean words and those of the guest.
pub fn refund(facts: &SlipFacts<'_>, refund: &Refund, korean: &Words, guest: &Words) -> Paper {
    let both = Both { korean, guest };
    let mut paper = Paper::new();
    let title = match refund.kind {
        RefundKind::Void => PaperWord::VoidTitle,
        RefundKind::Refund => PaperWord::RefundTitle,
    };
    marks(&mut paper, facts, korean);
    head(&mut paper, facts, title, &both);
    lines(&mut paper, facts, refund, &both);
    sums(&mut paper, refund, &both);
    way_back(&mut paper, facts, refund, &both);
    paper
}

/// The pieces that went back, or that it was all that was left.
fn lines(paper: &mut Paper, facts: &SlipFacts<'_>, refund: &Refund, both: &Both<'_>) {
    paper.rule(Rule::Single);
    if refund.lines.is_empty() {
        paper.text(both.label(PaperWord::AllThatWasLeft));
    } else {
        let quantity = both.legal(PaperWord::Quantity);
        figures(paper, both.label(PaperWord::Item), quantity, "");
        paper.rule(Rule::Single);
    }
    for piece in &refund.lines {
        let line = usize::try_from(piece.line).ok();
        let Some(line) = line.and_then(|at| facts.order.priced.lines.get(at)) else {
            continue;
        };
        let quantity = format!("-{}", piece.quantity);
        figures(paper, line.name.ko.clone(), &quantity, "");
        if let Some(other) = both.other_name(&line.name) {
            paper.indented(2, other, Style::PLAIN);
        }
    }
    paper.rule(Rule::Single);
}

fn sums(paper: &mut Paper, refund: &Refund, both: &Both<'_>) {
    let tax = refund.tax;
    let always = [(PaperWord::Supply, tax.supply), (PaperWord::Vat, tax.vat)];
    let sometimes = [
        (PaperWord::Exempt, tax.exempt),
        (PaperWord::Deposit, tax.deposit),
    ];
    let shown = sometimes.into_iter().filter(|(_, sum)| *sum != Won::ZERO);
    for (word, sum) in always.into_iter().chain(shown) {
        paper.pair(both.legal(word), minus(sum), Style::PLAIN);
    }
    paper.pair(
        both.label(PaperWord::RefundedAmount),
        minus(refund.amount),
        Style::bold(Size::Tall),
    );
    paper.rule(Rule::Double);
}

/// How it went back, and what it takes back.
fn way_back(paper: &mut Paper, facts: &SlipFacts<'_>, refund: &Refund, both: &Both<'_>) {
    let attempt = facts.attempt;
    if let Some((attempt, approval)) = attempt.and_then(|a| Some((a, a.approval.as_ref()?))) {
        let how = how_paid(attempt.method, approval, both);
        paper.pair(both.label(PaperWord::Payment), how, Style::PLAIN);
        let rows = [
            (PaperWord::PaidAmount, approval.amount.to_string()),
            (PaperWord::OriginalNumber, approval.number.clone()),
            (PaperWord::PaidAt, approval.at.to_minute()),
        ];
        for (word, value) in rows {
            paper.pair(both.label(word), value, Style::PLAIN);
        }
    }
    let by_hand = refund.by_hand.map(|how| match how {
        ByHand::Cash => PaperWord::ByCash,
        ByHand::Terminal => PaperWord::ByTerminal,
    });
    if let Some(word) = by_hand {
        paper.text(both.label(word));
    }
    if let Some(number) = &refund.gateway_number {
        let word = both.label(PaperWord::RefundNumber);
        paper.pair(word, number.clone(), Style::PLAIN);
    }
    if let Some(at) = refund.done_at {
        let word = both.label(PaperWord::RefundedAt);
        paper.pair(word, at.to_minute(), Style::PLAIN);
    }
    let printed = facts.printed.to_minute();
    paper.pair(both.legal(PaperWord::PrintedAt), printed, Style::PLAIN);
}
