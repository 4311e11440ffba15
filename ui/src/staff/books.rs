//! 대사: the books of a day against the gateways' and the POS's, as staff read them.
//!
//! Guarantees: every difference is told with what each side says and with the repair that
//! is proposed; what nobody could be asked about is told as such, never as right.
//! Deliberately absent: doing the repairs. A report changes nothing; each repair has its
//! own place, with its own second question.

use std::collections::BTreeMap;

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

/// Ours and the gateways', by way of paying and in all. What no gateway knows of, because
/// staff saw or took the money, stands apart: there is nothing to hold it against.
fn gateways(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let (with, apart) = sorted(report);
    let net = |method: &Method| report.ours.get(method).map_or(Won::ZERO, |ours| ours.net());
    let row = |method: &Method| {
        let ours = net(method);
        let theirs = report.gateways.get(method).map(|theirs| theirs.net());
        let differs = theirs.is_some_and(|theirs| theirs != ours);
        let theirs = theirs.map(|theirs| words::won(lang, theirs));
        view! {
            <tr data-differs=differs.then_some("")>
                <td>{talk::method(lang, *method)}</td>
                <td>{words::won(lang, ours)}</td>
                <td>{theirs.unwrap_or_else(|| say!(lang, staff.books_no_answer))}</td>
            </tr>
        }
    };
    let (ours, theirs) = totals(report, &with);
    let theirs = theirs.map(|theirs| words::won(lang, theirs));
    let theirs = theirs.unwrap_or_else(|| say!(lang, staff.books_no_answer));
    let rows = with.iter().map(row).collect_view();
    let by_staff = apart.iter().map(|method| {
        view! {
            <tr>
                <td>{talk::method(lang, *method)}</td>
                <td>{words::won(lang, net(method))}</td>
            </tr>
        }
    });
    let by_staff = (!apart.is_empty()).then(|| {
        view! {
            <table class="d-books" data-testid="books-by-staff">
                <thead>
                    <tr>
                        <th>{say!(lang, staff.books_by_staff)}</th>
                        <th>{say!(lang, staff.books_ours)}</th>
                    </tr>
                </thead>
                <tbody>{by_staff.collect_view()}</tbody>
            </table>
        }
    });
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
                    <td data-testid="books-ours">{words::won(lang, ours)}</td>
                    <td data-testid="books-gateways">{theirs}</td>
                </tr>
            </tfoot>
        </table>
        {by_staff}
    }
}

/// True where a gateway could not be asked after payments of that way.
fn is_untold(report: &Report, method: Method) -> bool {
    let mut untold = report.unverified.iter();
    untold.any(|each| each.side == Side::Gateway(method))
}

/// The ways of paying that have a gateway, and those that have none.
fn sorted(report: &Report) -> (Vec<Method>, Vec<Method>) {
    let untold = report.unverified.iter().filter_map(|each| match each.side {
        Side::Gateway(method) => Some(method),
        Side::Pos => None,
    });
    let known = report.ours.keys().chain(report.gateways.keys()).copied();
    let mut methods: Vec<Method> = known.chain(untold).collect();
    methods.sort_unstable();
    methods.dedup();
    methods
        .into_iter()
        .partition(|&method| report.gateways.contains_key(&method) || is_untold(report, method))
}

/// Both sides of these ways of paying in all; no sum of theirs where one did not tell all.
fn totals(report: &Report, methods: &[Method]) -> (Won, Option<Won>) {
    let all = |side: &BTreeMap<Method, Sums>| {
        let sums = methods.iter().filter_map(|method| side.get(method));
        Won(sums.fold(0, |sum, each| sum.saturating_add(each.net().0)))
    };
    let told = !methods.iter().any(|&method| is_untold(report, method));
    let theirs = (told && !methods.is_empty()).then(|| all(&report.gateways));
    (all(&report.ours), theirs)
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
    use soban_domain::reconcile::{Books, PosAnswer, reconcile};

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

    fn sums(sum: i64) -> Sums {
        serde_json::from_value(serde_json::json!({
            "approved": { "count": 1, "sum": sum },
            "sent_back": { "count": 0, "sum": 0 },
        }))
        .unwrap()
    }

    /// The totals hold like against like: money that staff took is in neither, and a gateway
    /// that did not answer leaves no sum of theirs rather than a zero: before and after.
    #[test]
    fn totals_hold_like_against_like() {
        let mut report = reconcile(&Books {
            day: serde_json::from_str("\"2026-03-02\"").unwrap(),
            orders: Vec::new(),
            gateways: BTreeMap::new(),
            pos: PosAnswer::Rows(Vec::new()),
        });
        report.ours.insert(Method::Kakaopay, sums(9_000));
        report.ours.insert(Method::Counter, sums(5_000));
        report.gateways.insert(Method::Kakaopay, sums(9_000));
        let (with, apart) = sorted(&report);
        assert_eq!(
            (&with[..], &apart[..]),
            (&[Method::Kakaopay][..], &[Method::Counter][..])
        );
        assert_eq!(totals(&report, &with), (Won(9_000), Some(Won(9_000))));
        report.ours.insert(Method::Toss, sums(7_000));
        report.unverified.push(Unverified {
            side: Side::Gateway(Method::Toss),
            attempts: Vec::new(),
            money: Default::default(),
        });
        let (with, _) = sorted(&report);
        assert_eq!(totals(&report, &with), (Won(16_000), None));
    }
}
