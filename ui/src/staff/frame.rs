//! What is around every part: the bar, how the neighbours are, who calls, what went wrong.

use leptos::prelude::*;
use soban_domain::text::Lang;
use soban_protocol::view::{PosCondition, PrinterCondition};

use crate::icon::{Icon, icon};
use crate::staff::desk::{Desk, Part};
use crate::staff::{board, calls, check, orders, sales, scan, sold_out, talk};
use crate::{say, words};

/// The program of somebody who signed in.
pub(super) fn frame(desk: Desk) -> AnyView {
    view! {
        <nav class="d-bar">
            {tab(desk, Part::Orders)} {tab(desk, Part::Check)} {tab(desk, Part::Sales)}
            {tab(desk, Part::SoldOut)}
            <span class="d-bar-gap"></span>
            {next_language(desk)}
            {leave(desk)}
        </nav>
        <main class="d-main-area">
            <header class="d-head">
                <h1>{move || title(desk.lang.get(), desk.part.get())}</h1>
                {health(desk)}
            </header>
            {calls::calls(desk)}
            {trouble(desk)}
            {move || match desk.part.get() {
                Part::Orders => orders::orders(desk),
                Part::Check => check::check(desk),
                Part::Sales => sales::sales(desk),
                Part::SoldOut => sold_out::sold_out(desk),
            }}
        </main>
        {scan::sheet(desk)}
    }
    .into_any()
}

fn title(lang: Lang, part: Part) -> String {
    match part {
        Part::Orders => say!(lang, staff.orders),
        Part::Check => say!(lang, staff.check),
        Part::Sales => say!(lang, staff.sales),
        Part::SoldOut => say!(lang, staff.sold_out),
    }
}

fn tab(desk: Desk, part: Part) -> impl IntoView {
    let (drawing, name) = match part {
        Part::Orders => (Icon::List, "orders"),
        Part::Check => (Icon::Warning, "check"),
        Part::Sales => (Icon::Coins, "sales"),
        Part::SoldOut => (Icon::Ban, "sold-out"),
    };
    let badge = Memo::new(move |_| match part {
        Part::Check => desk
            .board
            .with(|now| now.as_ref().map_or(0, |now| board::to_check(now))),
        Part::Orders | Part::Sales | Part::SoldOut => 0,
    });
    view! {
        <button
            type="button"
            class="d-tab"
            aria-current=move || (desk.part.get() == part).then_some("page")
            data-testid=format!("tab-{name}")
            on:click=move |_| desk.part.set(part)
        >
            {icon(drawing)}
            <span>{move || title(desk.lang.get(), part)}</span>
            <Show when=move || { badge.get() > 0 }>
                <b class="d-badge" data-testid=format!("badge-{name}")>
                    {badge}
                </b>
            </Show>
        </button>
    }
}

/// Goes round the store's languages.
fn next_language(desk: Desk) -> impl IntoView {
    let turn = move |_| {
        let offered = desk.hello.with_untracked(|hello| {
            let hello = hello.as_ref();
            hello.map_or_else(Vec::new, |hello| hello.languages.clone())
        });
        let now = desk.lang.get_untracked();
        let at = offered.iter().position(|lang| *lang == now);
        let next = at.map_or(0, |at| at + 1) % offered.len().max(1);
        desk.lang.set(offered.get(next).copied().unwrap_or(now));
    };
    view! {
        <button type="button" class="d-tab" data-testid="staff-language" on:click=turn>
            {icon(Icon::Languages)}
            <span>{move || words::language(desk.lang.get())}</span>
        </button>
    }
}

fn leave(desk: Desk) -> impl IntoView {
    view! {
        <button
            type="button"
            class="d-tab"
            data-testid="sign-out"
            on:click=move |_| desk.sign_out()
        >
            {icon(Icon::User)}
            <span>{move || say!(desk.lang.get(), staff.sign_out)}</span>
        </button>
    }
}

/// One chip for the POS and one for each printer.
fn health(desk: Desk) -> impl IntoView {
    let chips = move || {
        let lang = desk.lang.get();
        let Some(now) = desk.board.get() else {
            return Vec::new();
        };
        let pos = now.conditions.pos;
        let mut chips = vec![(
            "pos".to_owned(),
            pos_mood(pos),
            talk::pos_condition(lang, pos),
        )];
        for (printer, condition) in &now.conditions.printers {
            let text = talk::printer_condition(lang, printer, *condition);
            chips.push((format!("printer-{printer}"), printer_mood(*condition), text));
        }
        chips
    };
    view! {
        <div class="d-chips">
            {move || {
                chips()
                    .into_iter()
                    .map(|(name, mood, text)| {
                        view! {
                            <span class="d-chip" data-mood=mood data-testid=format!("health-{name}")>
                                {text}
                            </span>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

fn pos_mood(condition: PosCondition) -> &'static str {
    match condition {
        PosCondition::Open => "well",
        PosCondition::DayClosed => "soon",
        PosCondition::Unreachable => "bad",
    }
}

fn printer_mood(condition: PrinterCondition) -> &'static str {
    match condition {
        PrinterCondition::Well => "well",
        PrinterCondition::PaperLow => "soon",
        PrinterCondition::PaperOut
        | PrinterCondition::CoverOpen
        | PrinterCondition::Error
        | PrinterCondition::Offline
        | PrinterCondition::Unreachable => "bad",
    }
}

/// Says what went wrong, until it is put away.
fn trouble(desk: Desk) -> impl IntoView {
    let text = move || {
        let lang = desk.lang.get();
        if desk.online.get() {
            desk.trouble.get().map(|code| words::error(lang, code))
        } else {
            Some(say!(lang, staff.offline))
        }
    };
    view! {
        {move || {
            text()
                .map(|text| {
                    view! {
                        <p class="d-trouble" role="alert" data-testid="trouble">
                            {icon(Icon::Warning)}
                            <span>{text}</span>
                            <button
                                type="button"
                                class="d-button d-quiet"
                                on:click=move |_| desk.trouble.set(None)
                            >
                                {say!(desk.lang.get(), common.close)}
                            </button>
                        </p>
                    }
                })
        }}
    }
}
