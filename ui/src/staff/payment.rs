//! A payment whose end is not known: what is known of it, and what staff may do.
//!
//! Guarantees: there is a button for each action that the hub allows and for no other;
//! each needs a reason, and those that cannot be undone are asked twice; a card stays the
//! same while it changes, so that words half typed are not lost.
//! Deliberately absent: a guess at how it ended.

use leptos::prelude::*;
use soban_domain::ids::AttemptId;
use soban_domain::payment::{PaymentState, Trace};
use soban_domain::text::Lang;
use soban_protocol::endpoints::SettlePayment;
use soban_protocol::staff::{OpenPayment, SettlePaymentRequest, StaffAction};

use crate::icon::{Icon, icon};
use crate::staff::age::{age, time_of_day_to_second};
use crate::staff::desk::Desk;
use crate::staff::reason;
use crate::staff::talk;
use crate::staff::ticket::{label, shown};
use crate::{say, words};

/// A payment as the board has it now, and the desk's clock when the board came.
type Now = Memo<Option<(OpenPayment, u32)>>;

/// The card of a payment, for as long as it is on the board.
pub(super) fn card(desk: Desk, attempt: AttemptId) -> AnyView {
    let now: Now = Memo::new(move |_| {
        let open = desk.board.with(|board| {
            let mut payments = board.as_ref()?.payments.iter();
            payments.find(|open| open.attempt == attempt).cloned()
        })?;
        Some((open, desk.now.get_untracked()))
    });
    let why = RwSignal::new(String::new());
    let asked: RwSignal<Option<StaffAction>> = RwSignal::new(None);
    let Some((open, _)) = now.get_untracked() else {
        return ().into_any();
    };
    let order = &open.order;
    let lang = desk.lang.get();
    view! {
        <article
            class="d-card d-wide"
            data-mood=move || now.with(|now| now.as_ref().map(|(open, _)| mood(open)))
            data-asked=move || now.with(|now| now.as_ref().map(|(open, _)| open.asked.to_string()))
            data-state=move || now.with(|now| now.as_ref().map(|(open, _)| open.state.name()))
            data-testid=format!("open-payment-{}", label(order))
        >
            <header>
                <b class="d-number">{shown(order)}</b>
                <span class="d-soft">{talk::origin(lang, order)}</span>
                <b class="d-amount">{words::won(lang, amount(&open))}</b>
            </header>
            {move || now.with(|now| now.as_ref().map(|(open, _)| about(lang, open)))}
            {facts(desk, now)}
            {move || now.with(|now| {
                let (open, _) = now.as_ref()?;
                talk::evidence(lang, open.evidence.as_deref())
            })}
            {trail(lang, now)}
            {decision(desk, now, why, asked)}
        </article>
    }
    .into_any()
}

/// True where nothing happens until staff decide.
pub(super) fn is_for_staff(open: &OpenPayment) -> bool {
    let decides = |action: &StaffAction| match action {
        StaffAction::SawMoney | StaffAction::SawNoMoney | StaffAction::SendBack => true,
        StaffAction::AskAgain => false,
    };
    open.state == PaymentState::NeedsStaff || open.allowed.iter().any(decides)
}

fn mood(open: &OpenPayment) -> &'static str {
    match open.state {
        PaymentState::NeedsStaff => "bad",
        _ if is_for_staff(open) => "hand",
        _ => "wait",
    }
}

/// How much the attempt is about.
fn amount(open: &OpenPayment) -> soban_domain::money::Won {
    let payment = open.order.payment.as_ref();
    let own = payment.filter(|payment| payment.attempt == open.attempt);
    own.map_or(open.order.priced.total, |payment| payment.amount)
}

/// What it is, in a title and a sentence.
fn about(lang: Lang, open: &OpenPayment) -> impl IntoView + use<> {
    let (title, text) = match (open.state, open.late) {
        (PaymentState::NeedsStaff, true) => {
            (say!(lang, staff.late_title), say!(lang, staff.late_text))
        }
        (PaymentState::NeedsStaff, false) => {
            (say!(lang, staff.pay_title), say!(lang, staff.pay_text))
        }
        (PaymentState::Waiting, _) => (say!(lang, staff.see_title), say!(lang, staff.see_text)),
        (PaymentState::Reversing, true) => (
            say!(lang, staff.late_title),
            say!(lang, staff.late_back_text),
        ),
        (PaymentState::Reversing, false) => {
            (say!(lang, staff.back_title), say!(lang, staff.back_text))
        }
        _ => (say!(lang, staff.doubt_title), say!(lang, staff.doubt_text)),
    };
    view! {
        <h3>{title}</h3>
        <p>{text}</p>
    }
}

/// Method, state, since when, how often asked, when next.
fn facts(desk: Desk, now: Now) -> impl IntoView {
    let lang = desk.lang.get();
    let passed = move |then: u32| desk.now.get().saturating_sub(then);
    let fact = |name: String, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let with = move |of: fn(Lang, &OpenPayment) -> String| {
        (move || now.with(|now| now.as_ref().map(|(open, _)| of(lang, open)))).into_any()
    };
    let since = move || {
        now.with(|now| {
            let (open, then) = now.as_ref()?;
            Some(age((open.age_ms / 1000).saturating_add(passed(*then))))
        })
    };
    let next = move || {
        now.with(|now| {
            let (open, then) = now.as_ref()?;
            let left = open.next_seconds?.saturating_sub(passed(*then));
            Some(match left {
                0 => say!(lang, staff.next_now),
                left => say!(lang, staff.next_in, time = age(left)),
            })
        })
    };
    let never = move || say!(lang, staff.next_never);
    view! {
        <dl class="d-facts">
            {fact(say!(lang, staff.fact_method), with(method))}
            {fact(say!(lang, staff.fact_state), with(|lang, open| talk::payment_state(lang, open.state)))}
            {fact(say!(lang, staff.fact_since), since.into_any())}
            {fact(say!(lang, staff.fact_asked), with(|lang, open| {
                say!(lang, staff.times, count = open.asked.to_string())
            }))}
            {fact(say!(lang, staff.fact_next), (move || next().unwrap_or_else(never)).into_any())}
        </dl>
    }
}

/// How the latest payment was to be made; of an earlier one the board does not tell.
fn method(lang: Lang, open: &OpenPayment) -> String {
    let payment = open.order.payment.as_ref();
    match payment.filter(|payment| payment.attempt == open.attempt) {
        Some(payment) => talk::method(lang, payment.method),
        None => say!(lang, staff.earlier_payment),
    }
}

/// What happened to it, folded: the newest last.
fn trail(lang: Lang, now: Now) -> impl IntoView {
    let steps = Memo::new(move |_| {
        now.with(|now| now.as_ref().map(|(open, _)| open.trail.clone()))
            .unwrap_or_default()
    });
    view! {
        <details class="d-fold" hidden=move || steps.with(Vec::is_empty)>
            <summary data-testid="trail">
                {say!(lang, staff.trail)} " " {move || steps.with(Vec::len)}
            </summary>
            <ol class="d-trail">
                {move || steps.with(|steps| {
                    steps.iter().map(|step| traced(lang, step)).collect_view()
                })}
            </ol>
        </details>
    }
}

fn traced(lang: Lang, step: &Trace) -> impl IntoView + use<> {
    let by = step.by.clone();
    view! {
        <li>
            <time>{time_of_day_to_second(step.at)}</time>
            <b>{talk::payment_state(lang, step.state)}</b>
            {by.map(|by| view! { <span class="d-by">{icon(Icon::User)}{by}</span> })}
            {step.said.clone().map(|said| view! { <code>{said}</code> })}
        </li>
    }
}

/// A reason and the buttons, or the question whether one is sure.
fn decision(
    desk: Desk,
    now: Now,
    why: RwSignal<String>,
    asked: RwSignal<Option<StaffAction>>,
) -> impl IntoView {
    let lang = desk.lang.get();
    let allowed = Memo::new(move |_| {
        now.with(|now| now.as_ref().map(|(open, _)| open.allowed.clone()))
            .unwrap_or_default()
    });
    let decides = Memo::new(move |_| {
        now.with(|now| now.as_ref().is_some_and(|(open, _)| is_for_staff(open)))
    });
    let why_field = move || {
        let (question, usual) = if decides.get() {
            let usual = vec![say!(lang, staff.why_phone), say!(lang, staff.why_company)];
            (say!(lang, staff.why), usual)
        } else {
            let usual = vec![say!(lang, staff.why_waits), say!(lang, staff.why_leaves)];
            (say!(lang, staff.why_ask), usual)
        };
        let any = allowed.with(|allowed| !allowed.is_empty());
        any.then(|| reason::field(why, question, usual))
    };
    let send = move |action: StaffAction| {
        let known = now.with_untracked(|now| now.as_ref().map(|(open, _)| open.attempt));
        let (Some(attempt), Some(why)) = (known, reason::given(why)) else {
            return;
        };
        asked.set(None);
        desk.decide::<SettlePayment>(|staff, command| SettlePaymentRequest {
            staff,
            command,
            attempt,
            action,
            why,
        });
    };
    let step = move || match asked.get().filter(|action| allowed.get().contains(action)) {
        Some(action) => {
            let sentence = now.with_untracked(|now| {
                now.as_ref()
                    .map(|(open, _)| what_will_be(lang, open, action))
            });
            let (name, sentence) = (name_of(action), sentence.unwrap_or_default());
            reason::sure(
                desk,
                name,
                sentence,
                move || send(action),
                move || asked.set(None),
            )
        }
        None => {
            let buttons = allowed.get().into_iter().map(|action| {
                let late =
                    now.with_untracked(|now| now.as_ref().is_some_and(|(open, _)| open.late));
                let press = move || match asks_twice(action) {
                    true => asked.set(Some(action)),
                    false => send(action),
                };
                button(desk, action, late, why, press)
            });
            view! { <div class="d-actions">{buttons.collect_view()}</div> }.into_any()
        }
    };
    view! { {why_field} {step} }
}

fn button(
    desk: Desk,
    action: StaffAction,
    late: bool,
    why: RwSignal<String>,
    press: impl Fn() + 'static,
) -> impl IntoView {
    let lang = desk.lang.get_untracked();
    let text = match (action, late) {
        (StaffAction::SawMoney, _) => say!(lang, staff.saw_money),
        (StaffAction::SawNoMoney, false) => say!(lang, staff.saw_no_money),
        (StaffAction::SawNoMoney, true) => say!(lang, staff.saw_it_back),
        (StaffAction::AskAgain, _) => say!(lang, staff.ask_again),
        (StaffAction::SendBack, _) => say!(lang, staff.send_back),
    };
    view! {
        <button
            type="button"
            class="d-button d-second"
            data-testid=format!("payment-{}", name_of(action))
            disabled=move || desk.busy.get() || reason::is_missing(why)
            on:click=move |_| press()
        >
            {text}
        </button>
    }
}

/// True where there is no way back.
fn asks_twice(action: StaffAction) -> bool {
    match action {
        StaffAction::SawMoney | StaffAction::SawNoMoney | StaffAction::SendBack => true,
        StaffAction::AskAgain => false,
    }
}

fn name_of(action: StaffAction) -> &'static str {
    match action {
        StaffAction::SawMoney => "saw-money",
        StaffAction::SawNoMoney => "saw-no-money",
        StaffAction::AskAgain => "ask-again",
        StaffAction::SendBack => "send-back",
    }
}

/// What follows from an action, before it is taken.
fn what_will_be(lang: Lang, open: &OpenPayment, action: StaffAction) -> String {
    let price = words::won(lang, amount(open));
    match (action, open.late) {
        (StaffAction::SawMoney, _) => say!(lang, staff.sure_saw_money, price = price),
        (StaffAction::SawNoMoney, false) => say!(lang, staff.sure_saw_no_money, price = price),
        (StaffAction::SawNoMoney, true) => say!(lang, staff.sure_saw_it_back, price = price),
        (StaffAction::SendBack, _) => say!(lang, staff.sure_send_back, price = price),
        (StaffAction::AskAgain, _) => say!(lang, staff.ask_again),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [StaffAction; 4] = [
        StaffAction::SawMoney,
        StaffAction::SawNoMoney,
        StaffAction::AskAgain,
        StaffAction::SendBack,
    ];

    /// Each action has a button and a sentence of its own in every language, and all but
    /// asking are asked twice: all four are compared with each other.
    #[test]
    fn actions_are_told_apart() {
        let mut names = ALL.map(name_of).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        for action in ALL {
            assert_eq!(asks_twice(action), action != StaffAction::AskAgain);
        }
        for lang in Lang::ALL {
            let price = "9,000";
            let mut said = vec![
                say!(lang, staff.sure_saw_money, price = price),
                say!(lang, staff.sure_saw_no_money, price = price),
                say!(lang, staff.sure_saw_it_back, price = price),
                say!(lang, staff.sure_send_back, price = price),
            ];
            said.sort();
            said.dedup();
            assert_eq!(said.len(), 4, "{lang}");
        }
    }
}
