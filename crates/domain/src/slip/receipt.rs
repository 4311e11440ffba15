//! 영수증: the guest's receipt.
//!
//! Guarantees: what the law asks for is in Korean, whatever the guest speaks; names and
//! the labels that the guest needs follow in the guest's language where it is another.
//! The amounts of lines and deposits add up to the total, and so do supply value, VAT,
//! exempt sales and deposits.
//!
//! Deliberately absent: card numbers, telephone numbers of guests, and the cash receipt
//! (현금영수증), which has a machine of its own or is issued by the gateway.

use super::words::method_word;
use super::{PaperWord, SlipFacts, Words, business_number, dining_word, marks, number, times};
use crate::money::Won;
use crate::order::Order;
use crate::paper::{Align, Block, Cell, Paper, Rule, Size, Style};
use crate::payment::{Approval, Method};
use crate::pricing::{PricedLine, PricedOption};
use crate::text::{Lang, Text};

/// Columns of a quantity and of an amount.
const QUANTITY: u8 = 4;
const AMOUNT: u8 = 10;

/// The receipt of an order, with Korean words and those of the guest.
pub fn receipt(facts: &SlipFacts<'_>, korean: &Words, guest: &Words) -> Paper {
    let both = Both { korean, guest };
    let mut paper = Paper::new();
    marks(&mut paper, facts, korean);
    head(&mut paper, facts, PaperWord::ReceiptTitle, &both);
    lines(&mut paper, facts.order, &both);
    sums(&mut paper, facts.order, &both);
    payment(&mut paper, facts, &both);
    paper.space(1);
    paper.styled(
        both.sentence(PaperWord::Footer),
        Align::Centre,
        Style::PLAIN,
    );
    paper
}

/// Korean, and the guest's language where it is another.
pub(super) struct Both<'a> {
    pub(super) korean: &'a Words,
    pub(super) guest: &'a Words,
}

impl Both<'_> {
    fn differ(&self) -> bool {
        self.guest.lang() != Lang::Ko
    }

    /// A label that the law asks for.
    pub(super) fn legal(&self, word: PaperWord) -> &str {
        self.korean.get(word)
    }

    /// A label in both languages, on one line.
    pub(super) fn label(&self, word: PaperWord) -> String {
        let korean = self.korean.get(word);
        let guest = self.guest.get(word);
        match self.differ() && korean != guest {
            true => format!("{korean} {guest}"),
            false => korean.to_owned(),
        }
    }

    /// A sentence in both languages, one below the other.
    pub(super) fn sentence(&self, word: PaperWord) -> String {
        let korean = self.korean.get(word);
        match self.differ() {
            true => format!("{korean}\n{}", self.guest.get(word)),
            false => korean.to_owned(),
        }
    }

    /// The guest's name of a thing, where it is another than the Korean one.
    pub(super) fn other_name<'t>(&self, name: &'t Text) -> Option<&'t str> {
        let other = name.get(self.guest.lang());
        (self.differ() && other != name.ko).then_some(other)
    }
}

/// Who the store is, under a title, and which order it is about.
pub(super) fn head(paper: &mut Paper, facts: &SlipFacts<'_>, title: PaperWord, both: &Both<'_>) {
    let (store, order) = (facts.store, facts.order);
    paper.styled(&store.name.ko, Align::Centre, Style::bold(Size::Large));
    if let Some(other) = both.other_name(&store.name) {
        paper.styled(other, Align::Centre, Style::PLAIN);
    }
    paper.styled(both.label(title), Align::Centre, Style::PLAIN);
    paper.space(1);
    let tax_number = business_number(&store.business_number);
    paper.text(format!("{}: {}", both.legal(PaperWord::Owner), store.owner));
    paper.text(format!(
        "{}: {tax_number}",
        both.legal(PaperWord::BusinessNumber)
    ));
    paper.text(&store.address);
    paper.text(format!("{}: {}", both.legal(PaperWord::Phone), store.phone));
    paper.rule(Rule::Double);
    let dining = both.label(dining_word(order.priced.dining));
    paper.styled(
        format!("{} ({dining})", both.label(PaperWord::OrderNumber)),
        Align::Centre,
        Style::PLAIN,
    );
    paper.styled(number(order), Align::Centre, Style::bold(Size::Huge));
    let ordered = order.placed.to_minute();
    paper.pair(both.label(PaperWord::OrderedAt), ordered, Style::PLAIN);
    paper.pair(
        both.legal(PaperWord::BusinessDay),
        order.day.to_string(),
        Style::PLAIN,
    );
}

fn lines(paper: &mut Paper, order: &Order, both: &Both<'_>) {
    paper.rule(Rule::Single);
    let quantity = both.legal(PaperWord::Quantity);
    let amount = both.legal(PaperWord::Amount);
    figures(paper, both.label(PaperWord::Item), quantity, amount);
    paper.rule(Rule::Single);
    for line in &order.priced.lines {
        let goods = line.goods.to_string();
        figures(
            paper,
            line.name.ko.clone(),
            &line.quantity.to_string(),
            &goods,
        );
        if let Some(other) = both.other_name(&line.name) {
            paper.indented(2, other, Style::PLAIN);
        }
        for (option, count) in counted(&line.options) {
            option_line(paper, option, count, both);
        }
        deposit_line(paper, line, both);
    }
    paper.rule(Rule::Single);
}

/// A row of the table: name, quantity, amount.
pub(super) fn figures(paper: &mut Paper, name: String, quantity: &str, amount: &str) {
    paper.add(Block::Row {
        indent: 0,
        left: name,
        right: vec![Cell::new(quantity, QUANTITY), Cell::new(amount, AMOUNT)],
        style: Style::PLAIN,
    });
}

/// An option and what it adds to the price of one. That is within the line's amount
/// already, so it stands in brackets and not in the column of amounts.
fn option_line(paper: &mut Paper, option: &PricedOption, count: u32, both: &Both<'_>) {
    let mut text = format!("+ {}", option.name.ko);
    if let Some(other) = both.other_name(&option.name) {
        text.push_str(&format!(" / {other}"));
    }
    text.push_str(&times(count));
    let added = option.price.times(count).unwrap_or(option.price);
    if added != Won::ZERO {
        let sign = if added.is_positive() { "+" } else { "" };
        text.push_str(&format!(" ({sign}{added})"));
    }
    let indent = option.depth.saturating_add(1).saturating_mul(2).min(8);
    paper.indented(indent, text, Style::PLAIN);
}

fn deposit_line(paper: &mut Paper, line: &PricedLine, both: &Both<'_>) {
    if line.deposit == Won::ZERO {
        return;
    }
    paper.add(Block::Row {
        indent: 2,
        left: both.label(PaperWord::Deposit),
        right: vec![Cell::new(line.deposit.to_string(), AMOUNT)],
        style: Style::PLAIN,
    });
}

fn sums(paper: &mut Paper, order: &Order, both: &Both<'_>) {
    let tax = order.priced.tax;
    let always = [(PaperWord::Supply, tax.supply), (PaperWord::Vat, tax.vat)];
    let sometimes = [
        (PaperWord::Exempt, tax.exempt),
        (PaperWord::Deposit, tax.deposit),
    ];
    let shown = sometimes.into_iter().filter(|(_, sum)| *sum != Won::ZERO);
    for (word, sum) in always.into_iter().chain(shown) {
        paper.pair(both.legal(word), sum.to_string(), Style::PLAIN);
    }
    let total = order.priced.total.to_string();
    paper.pair(both.label(PaperWord::Total), total, Style::bold(Size::Tall));
    paper.rule(Rule::Double);
}

fn payment(paper: &mut Paper, facts: &SlipFacts<'_>, both: &Both<'_>) {
    let attempt = facts.attempt;
    match attempt.and_then(|attempt| Some((attempt.method, attempt.approval.as_ref()?))) {
        Some((method, approval)) => {
            approved(paper, method, approval, both);
            let back = attempt.map_or(Won::ZERO, |attempt| attempt.refunded);
            if back != Won::ZERO {
                let word = both.label(PaperWord::RefundedAmount);
                paper.pair(word, minus(back), Style::PLAIN);
            }
        }
        // A basket of nothing but free things has no payment.
        None if facts.order.priced.total == Won::ZERO => {}
        None => {
            let style = Style::bold(Size::Normal);
            paper.styled(both.sentence(PaperWord::Unpaid), Align::Centre, style);
        }
    }
    let printed = facts.printed.to_minute();
    paper.pair(both.legal(PaperWord::PrintedAt), printed, Style::PLAIN);
}

/// The way of paying, with what it was paid with.
pub(super) fn how_paid(method: Method, approval: &Approval, both: &Both<'_>) -> String {
    let method = both.legal(method_word(method));
    let kind = match approval.kind.as_str() {
        "MONEY" => both.legal(PaperWord::KindMoney),
        "CARD" => both.legal(PaperWord::KindCard),
        "CASH" => both.legal(PaperWord::KindCash),
        other => other,
    };
    match kind.is_empty() {
        true => method.to_owned(),
        false => format!("{method} ({kind})"),
    }
}

/// A sum that goes back, with its sign.
pub(super) fn minus(sum: Won) -> String {
    format!("-{sum}")
}

fn approved(paper: &mut Paper, method: Method, approval: &Approval, both: &Both<'_>) {
    let how = how_paid(method, approval, both);
    let rows = [
        (PaperWord::Payment, how),
        (PaperWord::PaidAmount, approval.amount.to_string()),
        (PaperWord::ApprovalNumber, approval.number.clone()),
        (PaperWord::PaidAt, approval.at.to_minute()),
    ];
    for (word, value) in rows {
        paper.pair(both.label(word), value, Style::PLAIN);
    }
}

/// Options with how often each comes with one item: an inner one as often as its outer
/// ones together.
pub(super) fn counted(options: &[PricedOption]) -> impl Iterator<Item = (&PricedOption, u32)> {
    let mut outer: Vec<u32> = Vec::new();
    options.iter().map(move |option| {
        outer.truncate(usize::from(option.depth));
        let above = outer.last().copied().unwrap_or(1);
        let count = above.saturating_mul(option.count);
        outer.push(count);
        (option, count)
    })
}
