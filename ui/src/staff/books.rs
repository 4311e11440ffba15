//! 대사: the books of a day against the gateways' and the POS's, as staff read them.
//!
//! Guarantees: every difference is told with what each side says and with the repair that
//! is proposed; what nobody could be asked about is told as such, never as right.
//! Deliberately absent: doing the repairs. A report changes nothing; each repair has its
//! own place, with its own second question.

use leptos::prelude::*;
use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::reconcile::{Difference, DifferenceKind, Repair, Report, Side, Sums, Unverified};
use soban_domain::text::Lang;
use soban_protocol::endpoints::Reconcile;
use soban_protocol::money::ReconcileRequest;

use crate::icon::{Icon, icon};
use crate::staff::desk::Desk;
use crate::staff::{sales, talk};
use crate::{say, words};

/// Stands where a side says nothing.
const NOTHING: &str = "\u{2013}";

/// Asks every side, and shows what they say.
pub(super) fn books(desk: Desk, day: Option<BusinessDay>) -> AnyView {
    let report: RwSignal<Option<Report>> = RwSignal::new(None);
    let ask = move || {
        report.set(None);
        desk.ask::<Reconcile>(
            move |staff| ReconcileRequest { staff, day },
            move |got| {
                report.try_set(Some(got));
            },
        );
    };
    ask();
    let part = move || {
        let lang = desk.lang.get();
        report.with(|report| match report {
            Some(report) => told(lang, report),
            None => view! { <p class="d-none" role="status">{say!(lang, staff.comparing)}</p> }
                .into_any(),
        })
    };
    view! {
        <article class="d-card d-sale" data-testid="books">
            {part}
            <div class="d-actions">
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid="compare-again"
                    disabled=move || report.with(Option::is_none)
                    on:click=move |_| ask()
                >
                    {icon(Icon::Refresh)}
                    <span>{move || say!(desk.lang.get(), staff.compare_again)}</span>
                </button>
            </div>
        </article>
    }
    .into_any()
}

fn told(lang: Lang, report: &Report) -> AnyView {
    let title = say!(
        lang,
        staff.books_of,
        day = sales::day_name(lang, report.day)
    );
    let clean = report.is_clean().then(|| {
        let words = say!(lang, staff.books_clean);
        view! { <p class="d-well" data-testid="books-clean">{icon(Icon::Check)}<span>{words}</span></p> }
    });
    let differences = report.differences.iter();
    let differences = differences
        .map(|each| difference(lang, each))
        .collect_view();
    let unverified = report.unverified.iter();
    let unverified = unverified.map(|each| unasked(lang, each)).collect_view();
    view! {
        <h3>{title}</h3>
        {clean}
        {gateways(lang, report)}
        {till(lang, report)}
        <ul class="d-differences">{differences} {unverified}</ul>
    }
    .into_any()
}

/// Ours and the gateways', by way of paying and in all.
fn gateways(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let net = |sums: Option<&Sums>| sums.map(|sums| sums.net());
    let mut methods: Vec<Method> = report
        .ours
        .keys()
        .chain(report.gateways.keys())
        .copied()
        .collect();
    methods.sort_unstable();
    methods.dedup();
    let row = |method: Method| {
        let ours = net(report.ours.get(&method)).unwrap_or(Won::ZERO);
        let theirs = net(report.gateways.get(&method));
        let differs = theirs.is_some_and(|theirs| theirs != ours);
        let theirs = theirs.map_or_else(|| NOTHING.to_owned(), |theirs| words::won(lang, theirs));
        view! {
            <tr data-differs=differs.then_some("")>
                <td>{talk::method(lang, method)}</td>
                <td>{words::won(lang, ours)}</td>
                <td>{theirs}</td>
            </tr>
        }
    };
    let all = |sides: &mut dyn Iterator<Item = &Sums>| {
        words::won(
            lang,
            Won(sides.fold(0, |sum, side| sum.saturating_add(side.net().0))),
        )
    };
    let ours = all(&mut report.ours.values());
    let theirs = all(&mut report.gateways.values());
    let rows = methods.into_iter().map(row).collect_view();
    view! {
        <table class="d-books">
            <thead>
                <tr>
                    <th>{say!(lang, staff.fact_method)}</th>
                    <th>{say!(lang, staff.books_ours)}</th>
                    <th>{say!(lang, staff.books_gateway)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <td>{say!(lang, staff.books_all)}</td>
                    <td data-testid="books-ours">{ours}</td>
                    <td data-testid="books-gateways">{theirs}</td>
                </tr>
            </tfoot>
        </table>
    }
}

/// Orders released and the POS's sales.
fn till(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let pos = report.pos.map(|pos| words::won(lang, pos.sum));
    let differs = report.pos.is_some_and(|pos| pos.sum != report.released.sum);
    let none = say!(lang, staff.books_no_answer);
    let cash = report.handed_back.sum.is_positive().then(|| {
        let price = words::won(lang, report.handed_back.sum);
        view! { <p class="d-soft">{say!(lang, staff.books_handed_back, price = price)}</p> }
    });
    view! {
        {cash}
        <table class="d-books">
            <thead>
                <tr>
                    <th></th>
                    <th>{say!(lang, staff.books_ours)}</th>
                    <th>"POS"</th>
                </tr>
            </thead>
            <tbody>
                <tr data-differs=differs.then_some("")>
                    <td>{say!(lang, staff.books_orders, count = report.released.count)}</td>
                    <td>{words::won(lang, report.released.sum)}</td>
                    <td data-testid="books-pos">{pos.unwrap_or(none)}</td>
                </tr>
            </tbody>
        </table>
    }
}

fn difference(lang: Lang, each: &Difference) -> impl IntoView + use<> {
    let number = each
        .number
        .map(|number| say!(lang, staff.call_order, number = number.to_string()));
    let method = each.method.map(|method| talk::method(lang, method));
    let about = [number, method, each.gateway_id.clone()];
    let about = about
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" \u{b7} ");
    let ours = words::won(lang, each.ours);
    let theirs = each.theirs.map(|theirs| words::won(lang, theirs));
    let theirs = theirs.unwrap_or_else(|| NOTHING.to_owned());
    let other = if each.kind.is_at_pos() {
        "POS".to_owned()
    } else {
        say!(lang, staff.books_gateway)
    };
    let mood = if each.repair == Repair::Wait {
        "soon"
    } else {
        "bad"
    };
    view! {
        <li data-mood=mood data-testid="difference">
            <b>{kind(lang, each.kind)}</b>
            <p class="d-soft">{about}</p>
            <p>
                <span>{say!(lang, staff.books_ours)} " " {ours}</span>
                <span>{other} " " {theirs}</span>
            </p>
            <p class="d-repair">{say!(lang, staff.books_repair, what = repair(lang, each.repair))}</p>
        </li>
    }
}

fn unasked(lang: Lang, each: &Unverified) -> impl IntoView + use<> {
    let who = match each.side {
        Side::Gateway(method) => talk::method(lang, method),
        Side::Pos => "POS".to_owned(),
    };
    let price = words::won(lang, each.money.sum);
    view! {
        <li data-mood="soon" data-testid="unverified">
            <b>{say!(lang, staff.unverified, who = who)}</b>
            <p>{say!(lang, staff.unverified_money, count = each.money.count, price = price)}</p>
        </li>
    }
}

/// What differs, in words.
fn kind(lang: Lang, kind: DifferenceKind) -> String {
    use DifferenceKind as K;
    match kind {
        K::PaidAtGatewayNoOrder => say!(lang, staff.dif_no_order),
        K::PaidAtGatewayNotHere => say!(lang, staff.dif_not_here),
        K::PaidHereNotAtGateway => say!(lang, staff.dif_not_at_gateway),
        K::AmountDiffers => say!(lang, staff.dif_amount),
        K::RefundDiffers => say!(lang, staff.dif_refund),
        K::TwoLiveApprovals => say!(lang, staff.dif_twice),
        K::TotalDiffers => say!(lang, staff.dif_total),
        K::ReleasedUnpaid => say!(lang, staff.dif_unpaid),
        K::PaidNotReleased => say!(lang, staff.dif_not_released),
        K::ReleasedNotAtPos => say!(lang, staff.dif_not_at_pos),
        K::AtPosNotReleased => say!(lang, staff.dif_only_at_pos),
        K::PosAmountDiffers => say!(lang, staff.dif_pos_amount),
        K::TwiceAtPos => say!(lang, staff.dif_pos_twice),
        K::StillOpen => say!(lang, staff.dif_open),
    }
}

/// What would put it right, in words.
fn repair(lang: Lang, repair: Repair) -> String {
    match repair {
        Repair::SendBack => say!(lang, staff.fix_send_back),
        Repair::AskGateway => say!(lang, staff.fix_ask),
        Repair::RecordRefund => say!(lang, staff.fix_record),
        Repair::ReleaseOrder => say!(lang, staff.fix_release),
        Repair::SendToPos => say!(lang, staff.fix_send_pos),
        Repair::EnterAtPos => say!(lang, staff.fix_enter_pos),
        Repair::VoidAtPos => say!(lang, staff.fix_void_pos),
        Repair::StaffDecide => say!(lang, staff.fix_decide),
        Repair::Wait => say!(lang, staff.fix_wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No two differences and no two repairs are told by the same words, in any language.
    #[test]
    fn differences_are_told_apart() {
        let repairs = [
            Repair::SendBack,
            Repair::AskGateway,
            Repair::RecordRefund,
            Repair::ReleaseOrder,
            Repair::SendToPos,
            Repair::EnterAtPos,
            Repair::VoidAtPos,
            Repair::StaffDecide,
            Repair::Wait,
        ];
        for lang in Lang::ALL {
            let mut said = DifferenceKind::ALL.map(|each| kind(lang, each)).to_vec();
            said.extend(repairs.map(|each| repair(lang, each)));
            let all = said.len();
            said.sort();
            said.dedup();
            assert_eq!(said.len(), all, "{lang}");
        }
    }
}
