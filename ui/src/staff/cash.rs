//! The cash receipt (현금영수증) of a paid order.
//!
//! Guarantees: asked for only where the store is the one to issue it; a number is checked
//! by the hub's own rule before it is sent, shown masked but for its end while it is
//! typed, and forgotten once it is sent.
//! Deliberately absent: issuing for a part. What a part refund leaves the hub sees to.

use leptos::prelude::*;
use soban_domain::cash_receipt::{
    BadReceiptNumber, CashReceiptState, Doing, Issue, ReceiptKind, ReceiptNumber,
};
use soban_domain::ids::CashReceiptId;
use soban_domain::text::{Lang, NOTE_MOST, Note};
use soban_protocol::Secret;
use soban_protocol::endpoints::{IssueCashReceipt, SettleCashReceipt};
use soban_protocol::money::{
    CashReceiptView, IssueCashReceiptRequest, PaidOrder, ReceiptSaid, SettleCashReceiptRequest,
};

use crate::staff::desk::Desk;
use crate::staff::sale::Paid;
use crate::staff::{pad, reason, talk};
use crate::{link, say, words};

/// The most digits of a number: a card's.
const DIGITS_MOST: usize = 19;

/// Digits that can be read while a number is typed.
const SHOWN: usize = 4;

/// The part of a sale about its cash receipt.
pub(super) fn cash(desk: Desk, paid: Paid) -> AnyView {
    let issue = Memo::new(move |_| paid.with(|paid| paid.as_ref().map(what_is_to_do)));
    let part = move || {
        let lang = desk.lang.get();
        Some(match issue.get()? {
            ToDo::Nothing(Issue::GatewayIssues) => {
                view! { <p class="d-soft">{say!(lang, staff.cash_by_gateway)}</p> }.into_any()
            }
            ToDo::Nothing(_) => {
                view! { <p class="d-soft">{say!(lang, staff.cash_not_for_cards)}</p> }.into_any()
            }
            ToDo::Ask => form(desk, paid),
            ToDo::Watch => standing(desk, paid).into_any(),
            ToDo::AskAgain => view! { {standing(desk, paid)} {form(desk, paid)} }.into_any(),
        })
    };
    view! {
        <section class="d-part" data-testid="cash-receipt">
            <h3>{move || say!(desk.lang.get(), staff.cash_title)}</h3>
            {part}
        </section>
    }
    .into_any()
}

/// The same among what is to be checked: only where something waits for a decision.
pub(super) fn waiting(desk: Desk, paid: Paid) -> impl IntoView {
    let waits = Memo::new(move |_| {
        paid.with(|paid| {
            let receipt = paid.as_ref().and_then(|paid| paid.receipt.as_ref());
            receipt.is_some_and(|receipt| !receipt.allowed.is_empty())
        })
    });
    move || waits.get().then(|| standing(desk, paid))
}

/// What a member of staff can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ToDo {
    /// None of the store's business, and why.
    Nothing(Issue),
    /// Ask the guest.
    Ask,
    /// There is one.
    Watch,
    /// The last one came to nothing: another may be asked for.
    AskAgain,
}

fn what_is_to_do(paid: &PaidOrder) -> ToDo {
    match (paid.receipt_by, &paid.receipt) {
        (Issue::Ours, None) if paid.refunded < paid.approved => ToDo::Ask,
        (Issue::Ours, None) => ToDo::Nothing(Issue::NotForCards),
        (_, Some(receipt)) => match receipt.state {
            CashReceiptState::Refused | CashReceiptState::Voided
                if paid.refunded < paid.approved =>
            {
                ToDo::AskAgain
            }
            _ => ToDo::Watch,
        },
        (issue, None) => ToDo::Nothing(issue),
    }
}

/// How the latest one stands, and what may be said of it.
fn standing(desk: Desk, paid: Paid) -> impl IntoView {
    let receipt =
        Memo::new(move |_| paid.with(|paid| paid.as_ref().and_then(|paid| paid.receipt.clone())));
    let allowed = Memo::new(move |_| {
        receipt.with(|receipt| {
            let receipt = receipt.as_ref()?;
            Some((receipt.receipt, receipt.allowed.clone()))
        })
    });
    view! {
        {move || receipt.with(|receipt| {
            receipt.as_ref().map(|receipt| told(desk.lang.get(), receipt))
        })}
        {move || {
            let (id, allowed) = allowed.get()?;
            (!allowed.is_empty()).then(|| settling(desk, id, allowed))
        }}
    }
}

fn told(lang: Lang, receipt: &CashReceiptView) -> impl IntoView + use<> {
    let mood = match receipt.state {
        CashReceiptState::Issued => "well",
        CashReceiptState::Refused | CashReceiptState::NeedsStaff(_) => "bad",
        _ if receipt.overdue => "bad",
        _ => "soon",
    };
    let number = receipt.issue_number.clone();
    let number = number.map(|number| {
        view! { <p class="d-soft">{say!(lang, staff.cash_number, number = number)}</p> }
    });
    let late = receipt
        .overdue
        .then(|| view! { <p class="d-hint">{say!(lang, staff.cash_overdue)}</p> });
    view! {
        <p class="d-refund">
            <b>{kind_name(lang, receipt.kind)}</b>
            <span>{receipt.masked.clone()}</span>
            <strong class="d-amount">{words::won(lang, receipt.amount)}</strong>
            <span class="d-chip" data-mood=mood data-testid="cash-state">
                {state_name(lang, receipt.state)}
            </span>
        </p>
        {number}
        {late}
        {talk::evidence(lang, receipt.evidence.as_deref())}
    }
}

fn kind_name(lang: Lang, kind: ReceiptKind) -> String {
    match kind {
        ReceiptKind::IncomeDeduction => say!(lang, staff.cash_income),
        ReceiptKind::ExpenseProof => say!(lang, staff.cash_expense),
        ReceiptKind::SelfIssue => say!(lang, staff.cash_self),
    }
}

fn state_name(lang: Lang, state: CashReceiptState) -> String {
    match state {
        CashReceiptState::Recorded => say!(lang, staff.cash_recorded),
        CashReceiptState::Issuing => say!(lang, staff.cash_issuing),
        CashReceiptState::Unknown(_) => say!(lang, staff.cash_unknown),
        CashReceiptState::Issued => say!(lang, staff.cash_issued),
        CashReceiptState::ToVoid | CashReceiptState::Voiding => say!(lang, staff.cash_voiding),
        CashReceiptState::Voided => say!(lang, staff.cash_voided),
        CashReceiptState::Refused => say!(lang, staff.cash_refused),
        CashReceiptState::NeedsStaff(Doing::Issue) => say!(lang, staff.cash_needs_issue),
        CashReceiptState::NeedsStaff(Doing::Void) => say!(lang, staff.cash_needs_void),
    }
}

/// What staff say of one that no machine can tell.
fn settling(desk: Desk, receipt: CashReceiptId, allowed: Vec<ReceiptSaid>) -> impl IntoView {
    let lang = desk.lang.get();
    let why = RwSignal::new(String::new());
    let number = RwSignal::new(String::new());
    let usual = vec![
        say!(lang, staff.why_tax_office),
        say!(lang, staff.why_company),
    ];
    let by_hand = allowed.contains(&ReceiptSaid::Issued).then(|| {
        view! {
            <label class="d-field">
                <span>{say!(lang, staff.cash_number_by_hand)}</span>
                <input
                    type="text"
                    autocomplete="off"
                    maxlength=NOTE_MOST.to_string()
                    data-testid="cash-issue-number"
                    prop:value=number
                    on:input:target=move |event| number.set(event.target().value())
                />
            </label>
        }
    });
    let buttons = allowed.into_iter().map(|said| {
        let (name, text) = match said {
            ReceiptSaid::Issued => ("issued", say!(lang, staff.cash_said_issued)),
            ReceiptSaid::NotIssued => ("not-issued", say!(lang, staff.cash_said_not_issued)),
            ReceiptSaid::Voided => ("voided", say!(lang, staff.cash_said_voided)),
        };
        let press = move |_| {
            let Some(why) = reason::given(why) else {
                return;
            };
            let issue_number = reason::given(number).filter(|_| said == ReceiptSaid::Issued);
            desk.decide::<SettleCashReceipt>(|staff, command| SettleCashReceiptRequest {
                staff,
                command,
                receipt,
                said,
                issue_number: issue_number.map(|number: Note| number),
                why,
            });
        };
        view! {
            <button
                type="button"
                class="d-button d-second"
                data-testid=format!("cash-{name}")
                disabled=move || desk.busy.get() || reason::is_missing(why)
                on:click=press
            >
                {text}
            </button>
        }
    });
    view! {
        {by_hand}
        {reason::field(why, say!(lang, staff.why), usual)}
        <div class="d-actions">{buttons.collect_view()}</div>
    }
}

/// Asks what for, and to which number.
fn form(desk: Desk, paid: Paid) -> AnyView {
    let kind: RwSignal<Option<ReceiptKind>> = RwSignal::new(None);
    let typed = RwSignal::new(String::new());
    let lang = desk.lang.get_untracked();
    let send = move |kind: ReceiptKind| {
        let order = paid.with_untracked(|paid| paid.as_ref().map(|paid| paid.order.id));
        let Some(order) = order else {
            return;
        };
        let number = match kind {
            ReceiptKind::SelfIssue => None,
            ReceiptKind::IncomeDeduction | ReceiptKind::ExpenseProof => {
                Some(Secret::new(typed.get_untracked()))
            }
        };
        typed.set(String::new());
        desk.decide::<IssueCashReceipt>(|staff, command| IssueCashReceiptRequest {
            staff: Some(staff),
            command,
            receipt: CashReceiptId(link::fresh()),
            order,
            kind,
            number,
        });
    };
    let asked = move || {
        let kind = kind.get()?;
        Some(match kind {
            ReceiptKind::SelfIssue => {
                view! { <p class="d-soft">{say!(lang, staff.cash_self_text)}</p> }.into_any()
            }
            ReceiptKind::IncomeDeduction | ReceiptKind::ExpenseProof => {
                number(desk, kind, typed).into_any()
            }
        })
    };
    let button = move || {
        let kind = kind.get()?;
        let right = move || {
            kind == ReceiptKind::SelfIssue
                || typed.with(|typed| ReceiptNumber::new(kind, typed).is_ok())
        };
        Some(view! {
            <button
                type="button"
                class="d-button d-main"
                data-testid="cash-issue"
                disabled=move || desk.busy.get() || !right()
                on:click=move |_| send(kind)
            >
                {say!(lang, staff.cash_issue)}
            </button>
        })
    };
    view! {
        {kinds(lang, kind, typed)}
        {asked}
        {button}
    }
    .into_any()
}

/// What for. Another choice begins the number anew.
fn kinds(
    lang: Lang,
    kind: RwSignal<Option<ReceiptKind>>,
    typed: RwSignal<String>,
) -> impl IntoView {
    let choices = ReceiptKind::ALL.map(|each| {
        view! {
            <button
                type="button"
                class="d-choice"
                data-testid=format!("cash-kind-{}", each.name())
                aria-pressed=move || (kind.get() == Some(each)).to_string()
                on:click=move |_| {
                    typed.set(String::new());
                    kind.set(Some(each));
                }
            >
                {kind_name(lang, each)}
            </button>
        }
    });
    view! { <div class="d-choices">{choices.into_iter().collect_view()}</div> }
}

/// The number, as far as it is typed, and the pad.
fn number(desk: Desk, kind: ReceiptKind, typed: RwSignal<String>) -> impl IntoView {
    let lang = desk.lang.get_untracked();
    let hint = match kind {
        ReceiptKind::ExpenseProof => say!(lang, staff.cash_ask_business),
        ReceiptKind::IncomeDeduction | ReceiptKind::SelfIssue => say!(lang, staff.cash_ask_person),
    };
    let wrong = move || typed.with(|typed| wrong(lang, kind, typed));
    view! {
        <p class="d-soft">{hint}</p>
        <output class="d-typed" data-testid="cash-typed">{move || typed.with(|typed| veiled(typed))}</output>
        <p class="d-wrong" role="status">{wrong}</p>
        {pad::pad(desk, "cash", typed, DIGITS_MOST)}
    }
}

/// What is typed, with all but its end hidden: enough to see a slip of the finger, too
/// little to read over a shoulder.
fn veiled(typed: &str) -> String {
    let hidden = typed.len().saturating_sub(SHOWN);
    let end = typed.get(hidden..).unwrap_or_default();
    format!("{}{end}", "\u{25cf}".repeat(hidden))
}

/// What is wrong with a number that has as many digits as it could; nothing while it is
/// being typed.
fn wrong(lang: Lang, kind: ReceiptKind, typed: &str) -> Option<String> {
    let fault = ReceiptNumber::new(kind, typed).err()?;
    match fault {
        BadReceiptNumber::NotMobile => Some(say!(lang, staff.cash_not_mobile)),
        BadReceiptNumber::Business if typed.len() >= 10 => {
            Some(say!(lang, staff.cash_not_business))
        }
        BadReceiptNumber::Business
        | BadReceiptNumber::Empty
        | BadReceiptNumber::NotDigits
        | BadReceiptNumber::Length => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a number only the end is shown, however long it is.
    #[test]
    fn numbers_are_veiled() {
        assert_eq!(veiled(""), "");
        assert_eq!(veiled("010"), "010");
        let shown = veiled("01012345678");
        assert!(shown.ends_with("5678") && !shown.contains('1'), "{shown}");
        assert_eq!(shown.chars().count(), 11);
    }

    /// A fault is told once the number is long enough to have it, not while it is typed.
    #[test]
    fn faults_are_told_in_time() {
        let person = ReceiptKind::IncomeDeduction;
        let business = ReceiptKind::ExpenseProof;
        assert_eq!(wrong(Lang::En, person, "0101234"), None);
        assert!(wrong(Lang::En, person, "02012345678").is_some());
        assert_eq!(wrong(Lang::En, business, "123456789"), None);
        assert!(wrong(Lang::En, business, "1234567890").is_some());
    }
}
