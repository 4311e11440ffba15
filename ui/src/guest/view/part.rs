//! Small parts that several screens share.

use leptos::prelude::*;
use soban_domain::cart::QUANTITY_MOST;

use super::super::app::App;
use crate::icon::{Icon, icon};
use crate::link;
use crate::live::{flag, tap, words};
use crate::say;

/// The address of a picture: the small one of 256 pixels, or the large one of 512.
pub(super) fn picture_address(name: &str, large: bool) -> String {
    let size = if large { "" } else { "@256" };
    format!("{}/media/pictures/{name}{size}.webp", link::base())
}

/// A picture that says nothing its neighbour in words does not.
pub(super) fn picture(name: &str, large: bool) -> AnyView {
    let side = if large { "512" } else { "256" };
    view! {
        <img
            class="picture"
            src=picture_address(name, large)
            width=side
            height=side
            alt=""
            decoding="async"
            draggable="false"
        />
    }
    .into_any()
}

/// How many: less, a number, more.
pub(super) fn stepper(
    app: App,
    count: Signal<u32>,
    least: u32,
    most: Signal<u32>,
    set: impl Fn(u32) + Copy + Send + Sync + 'static,
) -> AnyView {
    let lang = app.lang.get();
    let at_least = move || count.get() <= least;
    let at_most = move || count.get() >= most.get().min(QUANTITY_MOST);
    view! {
        <div class="stepper" role="group" aria-label=say!(lang, common.how_many)>
            <button
                class="round"
                data-testid="qty-minus"
                aria-label=say!(lang, common.one_less)
                disabled=flag(at_least)
                on:click=tap(move || set(count.get_untracked().saturating_sub(1)))
            >
                {icon(Icon::Minus)}
            </button>
            <output class="count" aria-live="polite" data-testid="qty">{words(move || count.get().to_string())}</output>
            <button
                class="round"
                data-testid="qty-plus"
                aria-label=say!(lang, common.one_more)
                disabled=flag(at_most)
                on:click=tap(move || set(count.get_untracked().saturating_add(1)))
            >
                {icon(Icon::Plus)}
            </button>
        </div>
    }
    .into_any()
}

/// Dots that say that something is under way. Still where no motion is wanted.
pub(super) fn dots() -> AnyView {
    view! { <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> }.into_any()
}
