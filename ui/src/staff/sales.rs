//! The paid orders of a business day, what came in and what went back.
//!
//! Guarantees: the list is the hub's, asked for anew after every decision and event; an
//! answer about another day than the one shown is dropped.
//! Deliberately absent: sums across days, which are the owner's.

use std::sync::Arc;

use leptos::prelude::*;
use soban_domain::ids::OrderId;
use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::refund::RefundState;
use soban_domain::text::Lang;
use soban_protocol::endpoints;
use soban_protocol::money::{DayOrders, DayOrdersRequest, PaidOrder};

use crate::icon::{Icon, icon};
use crate::staff::age::time_of_day;
use crate::staff::desk::Desk;
use crate::staff::ticket::{label, shown};
use crate::staff::{books, day, sale, talk};
use crate::{say, words};

/// What the part knows.
#[derive(Clone, Copy)]
struct Book {
    desk: Desk,
    /// The day shown; none for today's.
    day: RwSignal<Option<BusinessDay>>,
    /// Which day today is, by the hub.
    today: RwSignal<Option<BusinessDay>>,
    orders: RwSignal<Option<Arc<DayOrders>>>,
    /// The order looked at.
    chosen: RwSignal<Option<OrderId>>,
    /// The books are looked at instead.
    comparing: RwSignal<bool>,
}

impl Book {
    /// Opens it at today, and keeps it as the hub has it.
    fn open(desk: Desk) -> Book {
        let book = Book {
            desk,
            day: RwSignal::new(None),
            today: RwSignal::new(None),
            orders: RwSignal::new(None),
            chosen: RwSignal::new(None),
            comparing: RwSignal::new(false),
        };
        Effect::new(move |_| {
            desk.board.track();
            book.ask(book.day.get());
        });
        book
    }

    fn ask(self, day: Option<BusinessDay>) {
        let request = move |staff| DayOrdersRequest { staff, day };
        self.desk.ask::<endpoints::DayOrders>(request, move |got| {
            if self.day.try_get_untracked() != Some(day) {
                return;
            }
            if day.is_none() {
                self.today.set(Some(got.day));
            }
            self.orders.set(Some(Arc::new(got)));
        });
    }

    /// Leafs to another day; not past today.
    fn leaf(self, by: i64) {
        let (Some(today), Some(shown)) = (
            self.today.get_untracked(),
            self.orders
                .with_untracked(|got| got.as_ref().map(|got| got.day)),
        ) else {
            return;
        };
        let to = day::moved(shown, by);
        self.look_away();
        self.day.set((to < today).then_some(to));
    }

    /// Looks at an order.
    fn look_at(self, order: OrderId) {
        self.comparing.set(false);
        self.chosen.set(Some(order));
    }

    /// Looks at the books.
    fn compare(self) {
        self.chosen.set(None);
        self.comparing.set(true);
    }

    fn look_away(self) {
        self.chosen.set(None);
        self.comparing.set(false);
    }

    /// True while something stands beside the list.
    fn is_open(self) -> bool {
        self.comparing.get() || self.chosen.with(Option::is_some)
    }

    fn is_today(self) -> bool {
        self.day.with(Option::is_none)
    }
}

/// The part.
pub(super) fn sales(desk: Desk) -> AnyView {
    let book = Book::open(desk);
    view! {
        <div class="d-sales" data-open=move || book.is_open().then_some("")>
            <section class="d-sales-list">
                {days(book)}
                {move || sums(book)}
                <button
                    type="button"
                    class="d-button d-second"
                    data-testid="compare"
                    on:click=move |_| book.compare()
                >
                    {icon(Icon::Chart)}
                    <span>{move || say!(desk.lang.get(), staff.compare)}</span>
                </button>
                {move || list(book)}
            </section>
            <section class="d-sales-one">{move || one(book)}</section>
        </div>
    }
    .into_any()
}

/// Which day, with the way to its neighbours.
fn days(book: Book) -> impl IntoView {
    let lang = book.desk.lang.get();
    let title = move || {
        let day = book.orders.with(|got| got.as_ref().map(|got| got.day));
        let name = day.map(|day| day_name(lang, day)).unwrap_or_default();
        if book.is_today() {
            say!(lang, staff.today, day = name)
        } else {
            name
        }
    };
    view! {
        <div class="d-days">
            <button
                type="button"
                class="d-button d-second"
                data-testid="day-before"
                on:click=move |_| book.leaf(-1)
            >
                {icon(Icon::ArrowLeft)}
                <span>{say!(lang, staff.day_before)}</span>
            </button>
            <h2 data-testid="day">{title}</h2>
            <button
                type="button"
                class="d-button d-second"
                data-testid="day-after"
                disabled=move || book.is_today()
                on:click=move |_| book.leaf(1)
            >
                <span>{say!(lang, staff.day_after)}</span>
                {icon(Icon::ArrowRight)}
            </button>
        </div>
    }
}

/// A day by its month and date.
pub(super) fn day_name(lang: Lang, day: BusinessDay) -> String {
    match day::parts(day) {
        Some((_, month, date)) => say!(lang, staff.day_name, month = month, day = date),
        None => day.to_string(),
    }
}

/// What came in, what went back, what is left.
fn sums(book: Book) -> Option<impl IntoView + use<>> {
    let lang = book.desk.lang.get();
    let got = book.orders.get()?;
    let sum = |of: fn(&PaidOrder) -> Won| {
        let all = got.orders.iter().map(of);
        Won(all.fold(0, |sum, part| sum.saturating_add(part.0)))
    };
    let (taken, back) = (sum(|paid| paid.approved), sum(|paid| paid.refunded));
    let rest = Won(taken.0.saturating_sub(back.0));
    let part = |name: String, amount: Won, id: &'static str| {
        view! {
            <div><dt>{name}</dt><dd data-testid=id>{words::won(lang, amount)}</dd></div>
        }
    };
    let count = got.orders.len();
    Some(view! {
        <dl class="d-sums">
            {part(say!(lang, staff.sum_taken, count = count), taken, "sum-taken")}
            {part(say!(lang, staff.sum_back), back, "sum-back")}
            {part(say!(lang, staff.sum_rest), rest, "sum-rest")}
        </dl>
    })
}

fn list(book: Book) -> AnyView {
    let lang = book.desk.lang.get();
    match book.orders.get() {
        None => view! { <p class="d-none">{say!(lang, common.loading)}</p> }.into_any(),
        Some(got) if got.orders.is_empty() => {
            view! { <p class="d-none" data-testid="no-sales">{say!(lang, staff.no_sales)}</p> }
                .into_any()
        }
        Some(got) => {
            let rows = got.orders.iter().map(|paid| row(book, paid));
            view! { <ul class="d-rows">{rows.collect_view()}</ul> }.into_any()
        }
    }
}

fn row(book: Book, paid: &PaidOrder) -> impl IntoView + use<> {
    let lang = book.desk.lang.get();
    let id = paid.order.id;
    let note = note(lang, paid);
    view! {
        <li>
            <button
                type="button"
                class="d-row"
                aria-current=move || (book.chosen.get() == Some(id)).then_some("true")
                data-testid=format!("sale-{}", label(&paid.order))
                on:click=move |_| book.look_at(id)
            >
                <time>{time_of_day(paid.approved_at)}</time>
                <b>{shown(&paid.order)}</b>
                <span class="d-soft">{talk::method(lang, paid.method)}</span>
                <strong class="d-amount">{words::won(lang, paid.approved)}</strong>
                {note.map(|(mood, text)| view! { <span class="d-chip" data-mood=mood>{text}</span> })}
            </button>
        </li>
    }
}

/// What is special about the money of an order, in few words.
fn note(lang: Lang, paid: &PaidOrder) -> Option<(&'static str, String)> {
    let waits = |state| paid.refunds.iter().any(|refund| refund.state == state);
    if waits(RefundState::NeedsStaff) {
        Some(("bad", say!(lang, staff.refund_needs)))
    } else if paid.pending.is_positive() {
        let price = words::won(lang, paid.pending);
        Some(("soon", say!(lang, staff.refund_pending, price = price)))
    } else if paid.refunded == paid.approved {
        Some(("soon", say!(lang, staff.refunded_all)))
    } else if paid.refunded.is_positive() {
        let price = words::won(lang, paid.refunded);
        Some(("soon", say!(lang, staff.refunded_part, price = price)))
    } else {
        None
    }
}

/// The books, the order looked at, or a word on what to do.
fn one(book: Book) -> AnyView {
    let lang = book.desk.lang.get();
    if book.comparing.get() {
        let day = book.day.get();
        return view! { {back(book)} {books::books(book.desk, day)} }.into_any();
    }
    let Some(id) = book.chosen.get() else {
        return view! { <p class="d-none">{say!(lang, staff.choose_sale)}</p> }.into_any();
    };
    let paid = Memo::new(move |_| {
        book.orders.with(|got| {
            let mut orders = got.as_ref()?.orders.iter();
            orders.find(|paid| paid.order.id == id).cloned()
        })
    });
    view! { {back(book)} {sale::sale(book.desk, paid)} }.into_any()
}

/// The way back to the list, where there is no room beside it.
fn back(book: Book) -> impl IntoView {
    view! {
        <button
            type="button"
            class="d-button d-second d-back"
            data-testid="sale-back"
            on:click=move |_| book.look_away()
        >
            {icon(Icon::ArrowLeft)}
            <span>{say!(book.desk.lang.get(), common.back)}</span>
        </button>
    }
}
