//! Live parts of a view, behind one type for each kind.
//!
//! Leptos makes code of its own for every closure that a view holds. Boxed, all closures of
//! a kind share it, which halves the program that a guest's phone has to load.
//!
//! Guarantees: no more than what the closure itself does. Deliberately absent: text in the
//! guest's language as a live part. A change of language draws the screen anew.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// Text that follows a signal, as a child or an attribute.
pub type Words = Box<dyn FnMut() -> String + Send>;

/// A yes or no that follows a signal, as an attribute or a class.
pub type Flag = Box<dyn FnMut() -> bool + Send>;

/// A part of the screen that follows a signal.
pub fn live(part: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let part: Box<dyn FnMut() -> AnyView + Send> = Box::new(part);
    part.into_any()
}

/// A part that is there or not. It is made anew only when what it is made of changed.
pub fn while_some<T>(
    what: impl Fn() -> Option<T> + Send + Sync + 'static,
    mut part: impl FnMut(T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let what = Memo::new(move |_| what());
    live(move || match what.get() {
        Some(value) => part(value),
        None => nothing(),
    })
}

/// A part while something is so.
pub fn while_so(
    so: impl Fn() -> bool + Send + Sync + 'static,
    mut part: impl FnMut() -> AnyView + Send + 'static,
) -> AnyView {
    while_some(move || so().then_some(()), move |()| part())
}

/// No part.
pub fn nothing() -> AnyView {
    ().into_any()
}

/// Text that follows a signal.
pub fn words(words: impl FnMut() -> String + Send + 'static) -> Words {
    Box::new(words)
}

/// A yes or no that follows a signal.
pub fn flag(flag: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(flag)
}

/// What a tap does.
pub fn tap(mut then: impl FnMut() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| then())
}
