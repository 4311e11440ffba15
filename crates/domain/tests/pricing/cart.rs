//! The basket itself: joining lines, presets, counting.

use soban_domain::cart::{Cart, CartLine, QUANTITY_MOST};
use soban_domain::menu::Dining;
use soban_domain::pricing::price_line;
use soban_domain::text::Note;

use crate::fixture::{line, lunch, menu, mild_stew, pick, slug};

/// The same dish joins its line, another memo or answer begins a new one, and a line
/// never grows past its bound.
#[test]
fn equal_lines_join() {
    let mut cart = Cart::default();
    cart.add(mild_stew(2));
    cart.add(mild_stew(3));
    assert_eq!(cart.lines, [mild_stew(5)]);
    cart.add(CartLine {
        memo: Note::new("덜 짜게").unwrap(),
        ..mild_stew(1)
    });
    cart.add(lunch(1, vec![pick("cola", 1)]));
    cart.add(lunch(1, vec![pick("cola", 2)]));
    assert_eq!(cart.lines.len(), 4);
    assert_eq!(cart.pieces(), 8);
    cart.add(mild_stew(u32::MAX));
    assert_eq!(cart.lines[0].quantity, QUANTITY_MOST);
}

/// Counting pieces does not overflow, by two lines of the largest number.
#[test]
fn pieces_do_not_overflow() {
    let lines = vec![line("cola", u32::MAX, vec![]); 2];
    let cart = Cart {
        lines,
        ..Cart::default()
    };
    assert_eq!(cart.pieces(), u32::MAX);
}

/// What is chosen beforehand is in the line from the start and can be priced as it is.
#[test]
fn presets_are_chosen() {
    let menu = menu();
    let stew = menu.item(&slug("stew")).unwrap();
    let preset = CartLine::preset(&menu, stew);
    assert_eq!(preset, mild_stew(1));
    assert!(price_line(&menu, &preset, Dining::EatIn).is_ok());
}
