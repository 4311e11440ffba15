//! One order as a card: what to make, how its money stands, and what staff can do.

use leptos::prelude::*;
use soban_domain::ids::OrderId;
use soban_domain::order::{IdCheck, OrderState};
use soban_domain::pricing::PricedLine;
use soban_domain::text::Lang;
use soban_protocol::Endpoint;
use soban_protocol::endpoints::{CloseOrder, RecordIdCheck, TakePayment};
use soban_protocol::staff::OrderCommand;
use soban_protocol::view::OrderView;

use crate::icon::{Icon, icon};
use crate::staff::age::age;
use crate::staff::board::{Column, asks_for_hand, needs_hand};
use crate::staff::desk::Desk;
use crate::staff::{check, print, scan, talk};
use crate::{say, words};

/// A card.
pub(super) fn ticket(desk: Desk, column: Column, order: &OrderView) -> AnyView {
    let lang = desk.lang.get();
    let number = label(order);
    let now = desk.now;
    let changed = i64::from(now.get_untracked()) - i64::from(order.age_ms / 1000);
    let old = move || age(u32::try_from(i64::from(now.get()) - changed).unwrap_or(0));
    let mood = if asks_for_hand(order) {
        "hand"
    } else {
        column.name()
    };
    view! {
        <article class="d-card" data-mood=mood data-testid=format!("order-{number}")>
            <header>
                <b class="d-number">{shown(order)}</b>
                <span class="d-soft">{talk::origin(lang, order)}</span>
                <time class="d-age">{old}</time>
            </header>
            <ul class="d-lines">
                {order.priced.lines.iter().map(|each| line(lang, each)).collect_view()}
            </ul>
            <p class="d-soft">{talk::money(lang, order)}</p>
            {identity(desk, order)}
            {at_counter(desk, order)}
            {order.relay.filter(|relay| needs_hand(*relay)).map(|_| check::pos_actions(desk, order))}
            {print::tickets(desk, order)}
        </article>
    }
    .into_any()
}

/// What a card shows, but for its age: a card is drawn anew only when this changes, so
/// that a fold stays open and a second tap is not lost while others' orders move.
pub(super) fn face(lang: Lang, order: &OrderView) -> String {
    let order = OrderView {
        age_ms: 0,
        ..order.clone()
    };
    // An order that cannot be written has at least its name.
    let order = serde_json::to_string(&order).unwrap_or_else(|_| order.id.to_string());
    format!("{lang} {order}")
}

/// The number, or the end of the id of an order that has none yet.
pub(super) fn label(order: &OrderView) -> String {
    match order.number {
        Some(number) => number.to_string(),
        None => {
            let id = order.id.to_string();
            let end = id.len().saturating_sub(4);
            id.get(end..).unwrap_or_default().to_owned()
        }
    }
}

/// The same for people: what is no call number must not look like one.
pub(super) fn shown(order: &OrderView) -> String {
    match order.number {
        Some(number) => number.to_string(),
        None => format!("…{}", label(order)),
    }
}

/// What was chosen, in one line. A word that is chosen twice ("regular") is told with
/// what it is about.
fn options(lang: Lang, line: &PricedLine) -> String {
    let chosen = line.options.iter().map(|option| {
        let name = option.name.get(lang);
        let same = line
            .options
            .iter()
            .filter(|other| other.name.get(lang) == name);
        let about = if same.count() > 1 {
            format!("{} {name}", option.group.get(lang))
        } else {
            name.to_owned()
        };
        if option.count > 1 {
            format!("{about} ×{}", option.count)
        } else {
            about
        }
    });
    chosen.collect::<Vec<_>>().join(", ")
}

fn line(lang: Lang, line: &PricedLine) -> impl IntoView + use<> {
    let options = options(lang, line);
    let memo = (!line.memo.is_empty()).then(|| line.memo.as_str().to_owned());
    view! {
        <li>
            <b class="d-count" data-many=(line.quantity > 1).then_some("")>
                {line.quantity}
            </b>
            <span>
                {line.name.get(lang).to_owned()}
                {(!options.is_empty()).then(|| view! { <small>{options}</small> })}
                {memo.map(|memo| view! { <em>{memo}</em> })}
            </span>
        </li>
    }
}

/// What alcohol asks for, and who did it.
fn identity(desk: Desk, order: &OrderView) -> Option<AnyView> {
    let lang = desk.lang.get();
    match &order.id_check {
        IdCheck::NotNeeded => None,
        IdCheck::Needed => {
            let hint = say!(lang, staff.id_needed);
            let text = say!(lang, staff.id_check);
            let button = order_button::<RecordIdCheck>(desk, order, "id-check", "d-second", text);
            Some(
                view! {
                    <p class="d-hint">{icon(Icon::IdCard)} <span>{hint}</span></p>
                    <div class="d-actions">{button}</div>
                }
                .into_any(),
            )
        }
        IdCheck::Recorded { by, .. } => {
            let text = say!(lang, staff.id_done, name = by.clone());
            Some(view! { <p class="d-soft d-fine">{icon(Icon::Check)} {text}</p> }.into_any())
        }
    }
}

/// Money that waits at the counter.
fn at_counter(desk: Desk, order: &OrderView) -> Option<AnyView> {
    if order.state != OrderState::AtCounter {
        return None;
    }
    let lang = desk.lang.get();
    let price = words::won(lang, order.priced.total);
    let took = say!(lang, staff.take_payment, price = price);
    let take = order_button::<TakePayment>(desk, order, "take-payment", "d-main", took);
    Some(
        view! {
            <div class="d-actions">
                {take}
                {scan::button(desk, order)}
                {close(desk, order)}
            </div>
        }
        .into_any(),
    )
}

/// Closing an order that nobody pays asks twice: there is no way back.
fn close(desk: Desk, order: &OrderView) -> impl IntoView + use<> {
    let sure = RwSignal::new(false);
    let id = order.id;
    let press = move |_| {
        if sure.get_untracked() {
            desk.decide::<CloseOrder>(|staff, command| OrderCommand {
                staff,
                command,
                order: id,
                why: Default::default(),
            });
        } else {
            sure.set(true);
        }
    };
    let text = move || {
        let lang = desk.lang.get();
        if sure.get() {
            say!(lang, staff.close_sure)
        } else {
            say!(lang, staff.close_order)
        }
    };
    view! {
        <button
            type="button"
            class="d-button d-quiet"
            data-testid=format!("close-order-{}", label(order))
            data-sure=move || sure.get().then_some("")
            disabled=move || desk.busy.get()
            on:click=press
        >
            {text}
        </button>
    }
}

/// A button that sends a decision about an order.
pub(super) fn order_button<E>(
    desk: Desk,
    order: &OrderView,
    name: &str,
    class: &str,
    text: String,
) -> impl IntoView + use<E>
where
    E: Endpoint<Request = OrderCommand> + 'static,
    E::Reply: 'static,
{
    let id: OrderId = order.id;
    let press = move |_| {
        desk.decide::<E>(|staff, command| OrderCommand {
            staff,
            command,
            order: id,
            why: Default::default(),
        });
    };
    view! {
        <button
            type="button"
            class=format!("d-button {class}")
            data-testid=format!("{name}-{}", label(order))
            disabled=move || desk.busy.get()
            on:click=press
        >
            {text}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use soban_domain::ids::{ItemId, StationId};
    use soban_domain::money::Won;
    use soban_domain::pricing::PricedOption;
    use soban_domain::text::{Note, Text};

    use super::*;

    fn text(name: &str) -> Text {
        Text {
            ko: name.to_owned(),
            en: name.to_owned(),
            ja: None,
            zh: None,
        }
    }

    fn option(group: &str, name: &str, count: u32) -> PricedOption {
        PricedOption {
            group: text(group),
            name: text(name),
            count,
            price: Won(0),
            depth: 0,
            station: None,
        }
    }

    /// The kitchen can tell which "regular" is meant, and how often something is wanted.
    #[test]
    fn options_are_told_apart() {
        let id: ItemId = "dish".parse().unwrap();
        let station: StationId = "kitchen".parse().unwrap();
        let line = PricedLine {
            item: id,
            name: text("dish"),
            pos_code: String::new(),
            station,
            alcohol: false,
            quantity: 1,
            unit: Won(0),
            goods: Won(0),
            deposit: Won(0),
            taxable: Won(0),
            vat: Won(0),
            options: vec![
                option("heat", "regular", 1),
                option("rice", "regular", 1),
                option("more", "egg", 2),
            ],
            memo: Note::default(),
        };
        assert_eq!(
            options(Lang::En, &line),
            "heat regular, rice regular, egg ×2"
        );
    }
}
