//! One paid order: how it was paid, what went back, and what waits for a decision.
//!
//! Guarantees: parts that are typed into stand still while others change.
//! Deliberately absent: the printed receipt, which the printer has.

use leptos::prelude::*;
use soban_domain::ids::RefundId;
use soban_domain::refund::{RefundKind, RefundState};
use soban_domain::text::Lang;
use soban_protocol::endpoints::SettleRefund;
use soban_protocol::money::{PaidOrder, RefundView, SettleRefundRequest};

use crate::staff::age::time_of_day;
use crate::staff::desk::Desk;
use crate::staff::ticket::{label, shown};
use crate::staff::{cash, reason, refund, talk};
use crate::{say, words};

/// A paid order as it is now.
pub(super) type Paid = Memo<Option<PaidOrder>>;

/// Everything about it, with the ways to give back and to issue a cash receipt.
pub(super) fn sale(desk: Desk, paid: Paid) -> AnyView {
    view! {
        <article class="d-card d-sale" data-testid="sale">
            {move || paid.with(|paid| paid.as_ref().map(|paid| head(desk.lang.get(), paid)))}
            {refund::form(desk, paid)}
            {back(desk, paid)}
            {cash::cash(desk, paid)}
        </article>
    }
    .into_any()
}

/// An order of which a refund or a cash receipt waits for staff, among what is to be
/// checked.
pub(super) fn waiting(desk: Desk, paid: Paid) -> AnyView {
    let name = paid.with_untracked(|paid| paid.as_ref().map(|paid| label(&paid.order)));
    view! {
        <article
            class="d-card d-wide"
            data-mood="bad"
            data-testid=format!("open-money-{}", name.unwrap_or_default())
        >
            {move || paid.with(|paid| paid.as_ref().map(|paid| head(desk.lang.get(), paid)))}
            {back(desk, paid)}
            {cash::waiting(desk, paid)}
        </article>
    }
    .into_any()
}

fn head(lang: Lang, paid: &PaidOrder) -> impl IntoView + use<> {
    let fact = |name: String, value: String| {
        (!value.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
    };
    let method = talk::method(lang, paid.method);
    let kind = talk::kind(lang, &paid.kind);
    let method = [Some(method), kind].into_iter().flatten();
    let method = method.collect::<Vec<_>>().join(" · ");
    let at = time_of_day(paid.approved_at);
    view! {
        <header>
            <b class="d-number">{shown(&paid.order)}</b>
            <span class="d-soft">{talk::origin(lang, &paid.order)}</span>
            <b class="d-amount" data-testid="sale-approved">{words::won(lang, paid.approved)}</b>
        </header>
        <dl class="d-facts">
            {fact(say!(lang, staff.fact_method), method)}
            {fact(say!(lang, staff.fact_paid_at), at)}
            {fact(say!(lang, staff.fact_number), paid.approval_number.clone())}
        </dl>
    }
}

/// Every giving back so far.
fn back(desk: Desk, paid: Paid) -> impl IntoView {
    let lang = desk.lang.get();
    let ids = Memo::new(move |_| {
        let of = |paid: &PaidOrder| paid.refunds.iter().map(|refund| refund.refund).collect();
        paid.with(|paid| paid.as_ref().map(of).unwrap_or_else(Vec::new))
    });
    view! {
        <ul class="d-refunds" hidden=move || ids.with(Vec::is_empty)>
            <For
                each=move || ids.get()
                key=|id| *id
                children=move |id| given(desk, lang, paid, id)
            />
        </ul>
    }
}

fn given(desk: Desk, lang: Lang, paid: Paid, id: RefundId) -> impl IntoView {
    let view_of = Memo::new(move |_| {
        paid.with(|paid| {
            let mut refunds = paid.as_ref()?.refunds.iter();
            refunds.find(|refund| refund.refund == id).cloned()
        })
    });
    let settle = Memo::new(move |_| view_of.with(|view| view.as_ref().is_some_and(|v| v.settle)));
    view! {
        <li data-testid="refund">
            {move || view_of.with(|view| view.as_ref().map(|view| told(lang, view)))}
            {move || settle.get().then(|| settling(desk, id))}
        </li>
    }
}

fn told(lang: Lang, refund: &RefundView) -> impl IntoView + use<> {
    let kind = match refund.kind {
        RefundKind::Void => say!(lang, staff.kind_void),
        RefundKind::Refund => say!(lang, staff.kind_refund),
    };
    let mood = match refund.state {
        RefundState::Done => "well",
        RefundState::Prepared | RefundState::Sending | RefundState::Unknown => "soon",
        RefundState::Refused | RefundState::NeedsStaff => "bad",
    };
    let about = format!(
        "{} · {} · {}",
        time_of_day(refund.at),
        refund.by,
        refund.why.as_str()
    );
    view! {
        <p class="d-refund">
            <b>{kind}</b>
            <strong class="d-amount">{words::won(lang, refund.amount)}</strong>
            <span class="d-chip" data-mood=mood data-testid="refund-state" data-state=refund.state.name()>
                {talk::refund_state(lang, refund.state)}
            </span>
        </p>
        <p class="d-soft">{about}</p>
        {talk::evidence(lang, refund.evidence.as_deref())}
    }
}

/// How it ended, where no machine can tell.
fn settling(desk: Desk, refund: RefundId) -> impl IntoView {
    let lang = desk.lang.get();
    let why = RwSignal::new(String::new());
    let sure: RwSignal<Option<bool>> = RwSignal::new(None);
    let usual = vec![
        say!(lang, staff.why_phone),
        say!(lang, staff.why_company),
        say!(lang, staff.why_terminal),
    ];
    let send = move |done: bool| {
        let Some(why) = reason::given(why) else {
            return;
        };
        sure.set(None);
        desk.decide::<SettleRefund>(|staff, command| SettleRefundRequest {
            staff,
            command,
            refund,
            done,
            why,
        });
    };
    let button = move |done: bool, name: &'static str, text: String| {
        view! {
            <button
                type="button"
                class="d-button d-second"
                data-testid=format!("refund-{name}")
                disabled=move || desk.busy.get() || reason::is_missing(why)
                on:click=move |_| sure.set(Some(done))
            >
                {text}
            </button>
        }
    };
    let step = move || match sure.get() {
        Some(done) => {
            let (name, sentence) = if done {
                ("refund-done", say!(lang, staff.sure_refund_done))
            } else {
                ("refund-not-done", say!(lang, staff.sure_refund_not_done))
            };
            reason::sure(
                desk,
                name,
                sentence,
                move || send(done),
                move || sure.set(None),
            )
        }
        None => view! {
            <div class="d-actions">
                {button(true, "done", say!(lang, staff.refund_is_back))}
                {button(false, "not-done", say!(lang, staff.refund_is_not))}
            </div>
        }
        .into_any(),
    };
    view! {
        <p class="d-hint">{say!(lang, staff.refund_settle)}</p>
        {reason::field(why, say!(lang, staff.why), usual)}
        {step}
    }
}
