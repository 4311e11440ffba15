//! Giving money of a paid order back: all of it with one tap, or pieces of lines.
//!
//! Guarantees: the sum shown is worked out by the very function that the hub works it out
//! by; nothing is offered that this way of paying cannot give back; no more pieces than
//! are left; a reason, and a second question, before it is sent.
//! Deliberately absent: a free sum. What cannot be said in lines is the whole.

use leptos::prelude::*;
use soban_domain::ids::RefundId;
use soban_domain::refund::{self, ByHand, Plan, RefundLine, RefundRules, Returned, Wish};
use soban_domain::text::Lang;
use soban_protocol::endpoints::RefundPayment;
use soban_protocol::money::{PaidOrder, RefundRequest, Refundable};

use crate::icon::{Icon, icon};
use crate::staff::desk::Desk;
use crate::staff::reason;
use crate::staff::sale::Paid;
use crate::{link, say, words};

/// What is being filled in.
#[derive(Clone, Copy)]
struct Form {
    desk: Desk,
    paid: Paid,
    /// Pieces of each line; all that is left where they are all that is left.
    pieces: RwSignal<Vec<u32>>,
    by_hand: RwSignal<Option<ByHand>>,
    why: RwSignal<String>,
    sure: RwSignal<bool>,
}

/// The form, where something may go back; else why not.
pub(super) fn form(desk: Desk, paid: Paid) -> AnyView {
    let form = Form {
        desk,
        paid,
        pieces: RwSignal::new(Vec::new()),
        by_hand: RwSignal::new(None),
        why: RwSignal::new(String::new()),
        sure: RwSignal::new(false),
    };
    // What may go back decides what is drawn; a new board alone does not.
    let state = Memo::new(move |_| {
        paid.with(|paid| {
            paid.as_ref()
                .map(|paid| (paid.refundable, paid.left.clone()))
        })
    });
    let part = move || {
        let lang = desk.lang.get();
        let (may, left) = state.get()?;
        form.pieces.set(vec![0; left.len()]);
        form.sure.set(false);
        Some(match may {
            Refundable::Nothing => {
                view! { <p class="d-soft">{say!(lang, staff.refund_nothing)}</p> }.into_any()
            }
            Refundable::Settling => {
                view! { <p class="d-hint">{say!(lang, staff.refund_settling)}</p> }.into_any()
            }
            Refundable::Lines | Refundable::ByHand | Refundable::Whole => open(form, may, &left),
        })
    };
    view! { <section class="d-part" data-testid="refund-form">{part}</section> }.into_any()
}

fn open(form: Form, may: Refundable, left: &[u32]) -> AnyView {
    let desk = form.desk;
    let lang = desk.lang.get_untracked();
    let lines = (may != Refundable::Whole).then(|| {
        let rows = form.paid.with_untracked(|paid| {
            let lines = paid.iter().flat_map(|paid| paid.order.priced.lines.iter());
            let lines = lines.zip(left).enumerate();
            lines
                .map(|(at, (line, left))| row(form, at, line.name.get(lang).to_owned(), *left))
                .collect_view()
        });
        view! { <ul class="d-pieces">{rows}</ul> }
    });
    let note = (may == Refundable::Whole)
        .then(|| view! { <p class="d-hint">{say!(lang, staff.refund_only_whole)}</p> });
    let left = left.to_vec();
    let whole = move |_| form.pieces.set(left.clone());
    let by_hand = (may == Refundable::ByHand).then(|| by_hand(form));
    let pos = form
        .paid
        .with_untracked(|paid| paid.as_ref().is_some_and(|paid| paid.pos_too));
    let pos = pos.then(|| view! { <p class="d-hint">{icon(Icon::Info)}<span>{say!(lang, staff.pos_too)}</span></p> });
    view! {
        <h3>{say!(lang, staff.refund)}</h3>
        {note}
        {lines}
        <button
            type="button"
            class="d-button d-second"
            data-testid="refund-whole"
            on:click=whole
        >
            {icon(Icon::Undo)}
            <span>{say!(lang, staff.refund_whole)}</span>
        </button>
        {move || total(form)}
        {by_hand}
        {pos}
        {reason::field(form.why, say!(lang, staff.why_refund), vec![
            say!(lang, staff.why_asked),
            say!(lang, staff.why_sold_out),
            say!(lang, staff.why_wrong),
        ])}
        {step(form, may)}
    }
    .into_any()
}

/// A line with how many of it go back.
fn row(form: Form, at: usize, name: String, left: u32) -> impl IntoView {
    let lang = form.desk.lang.get_untracked();
    let count = move || {
        form.pieces
            .with(|pieces| pieces.get(at).copied().unwrap_or(0))
    };
    let set = move |count: u32| {
        form.pieces.update(|pieces| {
            if let Some(piece) = pieces.get_mut(at) {
                *piece = count.min(left);
            }
        });
    };
    // A comparison inside a tag would end it.
    let full = move || count() >= left;
    let less = say!(lang, common.one_less);
    let more = say!(lang, common.one_more);
    view! {
        <li data-gone=(left == 0).then_some("")>
            <span>
                {name}
                <small>{say!(lang, staff.pieces_left, count = left)}</small>
            </span>
            <div class="d-stepper" role="group">
                <button
                    type="button"
                    class="d-round"
                    aria-label=less
                    data-testid=format!("refund-less-{at}")
                    disabled=move || count() == 0
                    on:click=move |_| set(untrack(count).saturating_sub(1))
                >
                    {icon(Icon::Minus)}
                </button>
                <output data-testid=format!("refund-count-{at}")>{count}</output>
                <button
                    type="button"
                    class="d-round"
                    aria-label=more
                    data-testid=format!("refund-more-{at}")
                    disabled=full
                    on:click=move |_| set(untrack(count) + 1)
                >
                    {icon(Icon::Plus)}
                </button>
            </div>
        </li>
    }
}

/// The wish as it is filled in; none while nothing is.
fn wish(left: &[u32], pieces: &[u32]) -> Option<Wish> {
    if pieces.iter().all(|&count| count == 0) {
        return None;
    }
    if pieces == left {
        return Some(Wish::Whole);
    }
    let lines = (0u32..).zip(pieces).filter(|(_, count)| **count > 0);
    let lines = lines.map(|(line, &quantity)| RefundLine { line, quantity });
    Some(Wish::Lines(lines.collect()))
}

/// What would go back, by the hub's own sum.
fn planned(paid: &PaidOrder, wish: &Wish) -> Option<Plan> {
    let counted = paid.refunds.iter().filter(|refund| refund.state.counts());
    let earlier: Vec<Returned> = counted
        .map(|refund| Returned {
            lines: refund.lines.clone(),
            tax: refund.tax,
        })
        .collect();
    // What this way of paying allows was asked before the form was drawn.
    let rules = RefundRules {
        partial: true,
        deposit_blocks_partial: false,
    };
    refund::plan(&paid.order.priced, &earlier, wish, rules).ok()
}

impl Form {
    fn plan(self) -> Option<(Wish, Plan)> {
        self.paid.with(|paid| {
            let paid = paid.as_ref()?;
            let wish = self.pieces.with(|pieces| wish(&paid.left, pieces))?;
            let plan = planned(paid, &wish)?;
            Some((wish, plan))
        })
    }
}

/// The sum, and how it divides.
fn total(form: Form) -> impl IntoView {
    let lang = form.desk.lang.get();
    let plan = form.plan().map(|(_, plan)| plan);
    let parts = plan.as_ref().map(|plan| {
        let part = |name: String, amount| format!("{name} {}", words::won(lang, amount));
        let tax = plan.tax;
        let parts = [
            (say!(lang, staff.part_supply), tax.supply),
            (say!(lang, staff.part_vat), tax.vat),
            (say!(lang, staff.part_exempt), tax.exempt),
            (say!(lang, staff.part_deposit), tax.deposit),
        ];
        let parts = parts.into_iter().filter(|(_, amount)| amount.is_positive());
        let parts = parts.map(|(name, amount)| part(name, amount));
        parts.collect::<Vec<_>>().join(" · ")
    });
    let amount = plan.map_or(soban_domain::money::Won(0), |plan| plan.amount);
    view! {
        <p class="d-total">
            <span>{say!(lang, staff.refund_total)}</span>
            <strong data-testid="refund-total">{words::won(lang, amount)}</strong>
            <small>{parts}</small>
        </p>
    }
}

/// How it is given back, where no machine does it.
fn by_hand(form: Form) -> impl IntoView {
    let lang = form.desk.lang.get_untracked();
    let choice = move |how: ByHand, name: &'static str, text: String| {
        view! {
            <button
                type="button"
                class="d-choice"
                data-testid=format!("by-hand-{name}")
                aria-pressed=move || (form.by_hand.get() == Some(how)).to_string()
                on:click=move |_| form.by_hand.set(Some(how))
            >
                {text}
            </button>
        }
    };
    view! {
        <p class="d-hint">{icon(Icon::Info)}<span>{say!(lang, staff.by_hand)}</span></p>
        <div class="d-choices">
            {choice(ByHand::Cash, "cash", say!(lang, staff.by_hand_cash))}
            {choice(ByHand::Terminal, "terminal", say!(lang, staff.by_hand_terminal))}
        </div>
    }
}

/// The button, and the second question.
fn step(form: Form, may: Refundable) -> impl IntoView {
    let desk = form.desk;
    let ready = move || {
        let by_hand = may != Refundable::ByHand || form.by_hand.get().is_some();
        form.plan().is_some() && by_hand && !reason::is_missing(form.why)
    };
    move || {
        let lang = desk.lang.get();
        let plan = form.plan().map(|(_, plan)| plan);
        let amount = plan.map(|plan| words::won(lang, plan.amount));
        match amount.filter(|_| form.sure.get()) {
            Some(price) => reason::sure(
                desk,
                "refund",
                say!(lang, staff.sure_refund, price = price),
                move || send(form, may),
                move || form.sure.set(false),
            ),
            None => button(form, lang, ready).into_any(),
        }
    }
}

fn button(
    form: Form,
    lang: Lang,
    ready: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div class="d-actions">
            <button
                type="button"
                class="d-button d-main"
                data-testid="refund-go"
                disabled=move || form.desk.busy.get() || !ready()
                on:click=move |_| form.sure.set(true)
            >
                {say!(lang, staff.refund_go)}
            </button>
        </div>
    }
}

fn send(form: Form, may: Refundable) {
    let (Some((wish, _)), Some(why)) = (untrack(|| form.plan()), reason::given(form.why)) else {
        return;
    };
    let order = form
        .paid
        .with_untracked(|paid| paid.as_ref().map(|paid| paid.order.id));
    let Some(order) = order else {
        return;
    };
    let lines = match wish {
        Wish::Whole => Vec::new(),
        Wish::Lines(lines) => lines,
    };
    let by_hand = form
        .by_hand
        .get_untracked()
        .filter(|_| may == Refundable::ByHand);
    form.sure.set(false);
    form.desk
        .decide::<RefundPayment>(|staff, command| RefundRequest {
            staff,
            command,
            refund: RefundId(link::fresh()),
            order,
            lines,
            by_hand,
            why,
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing filled in is no wish, everything is the whole, and anything between names
    /// its lines: by hand.
    #[test]
    fn a_wish_is_what_was_filled_in() {
        let left = [2, 0, 1];
        assert_eq!(wish(&left, &[0, 0, 0]), None);
        assert_eq!(wish(&left, &[2, 0, 1]), Some(Wish::Whole));
        let line = |line, quantity| RefundLine { line, quantity };
        assert_eq!(
            wish(&left, &[1, 0, 1]),
            Some(Wish::Lines(vec![line(0, 1), line(2, 1)]))
        );
        assert_eq!(wish(&left, &[]), None);
    }
}
