//! What changed while a guest was choosing, each difference by name.

use std::collections::BTreeMap;

use soban_domain::cart::Cart;
use soban_domain::change::{Change, Difference, Now, Refusal, name_of, settle};
use soban_domain::menu::Menu;
use soban_domain::money::Won;
use soban_domain::pricing::{CartFault, LineFault};
use soban_domain::shelf::{Level, Shelf, StockKey};
use soban_domain::text::Text;

use crate::fixture::{answer, eat_in, line, lunch, menu, mild_stew, parts, pick, slug, take_out};

/// Monday at noon.
const NOON: u16 = 12 * 60;

fn shelf(levels: &[(StockKey, Level)]) -> Shelf {
    Shelf(BTreeMap::from_iter(levels.iter().cloned()))
}

fn cola() -> StockKey {
    StockKey::item(&slug("cola"))
}

fn name(menu: &Menu, item: &str) -> Text {
    menu.item(&slug(item)).unwrap().name.clone()
}

fn changes_at(shelf: &Shelf, minute_of_week: u16, cart: &Cart, seen: &[Won]) -> Vec<Change> {
    let menu = menu();
    let now = Now {
        menu: &menu,
        shelf,
        minute_of_week,
    };
    match settle(now, cart, seen) {
        Ok(_) => vec![],
        Err(Refusal::Changed(changes)) => changes,
        Err(Refusal::Fault(fault)) => panic!("{fault}"),
    }
}

fn changes(shelf: &Shelf, cart: &Cart) -> Vec<Change> {
    changes_at(shelf, NOON, cart, &[])
}

/// Two sets and the last cola: the first line has it, the second is told so.
#[test]
fn two_sets_do_not_share_the_last_cola() {
    let one = lunch(1, vec![pick("cola", 1)]);
    let left = |count| shelf(&[(cola(), Level::Left(count))]);
    let cart = eat_in(vec![one.clone(), one.clone()]);
    let what = Difference::NotEnough {
        what: name(&menu(), "cola"),
        left: 1,
    };
    assert_eq!(changes(&left(1), &cart), [Change { line: 1, what }]);
    assert_eq!(changes(&left(2), &cart), []);
    assert_eq!(changes(&left(1), &eat_in(vec![one])), []);
}

/// A set and the same thing by itself draw on one stock, as do the pieces of one line.
#[test]
fn stock_is_counted_over_the_whole_basket() {
    let left = shelf(&[(cola(), Level::Left(3))]);
    let cart = eat_in(vec![
        lunch(1, vec![pick("cola", 2)]),
        line("cola", 2, vec![]),
    ]);
    assert_eq!(changes(&left, &cart).len(), 1);
    assert_eq!(
        changes(&left, &eat_in(vec![line("cola", 4, vec![])])).len(),
        1
    );
    assert_eq!(changes(&left, &eat_in(vec![line("cola", 3, vec![])])), []);
}

/// 품절 by mark, by count, of an item and of a choice, is named by what is gone.
#[test]
fn sold_out_is_named() {
    let menu = menu();
    let cases = [
        (
            cola(),
            Level::SoldOut,
            lunch(1, vec![pick("cola", 1)]),
            name(&menu, "cola"),
        ),
        (
            cola(),
            Level::Left(0),
            line("cola", 1, vec![]),
            name(&menu, "cola"),
        ),
        (
            StockKey::choice(&slug("spice"), &slug("mild")),
            Level::SoldOut,
            mild_stew(1),
            name_of(&menu, &StockKey("spice/mild".to_owned()))
                .unwrap()
                .clone(),
        ),
    ];
    for (key, level, wanted, gone) in cases {
        let shelf = shelf(&[(key, level)]);
        let what = Difference::SoldOut(gone);
        assert_eq!(
            changes(&shelf, &eat_in(vec![wanted])),
            [Change { line: 0, what }]
        );
    }
}

/// A price that is not what the guest saw is named with both; the same price and no
/// price at all pass.
#[test]
fn a_new_price_is_named() {
    let cart = eat_in(vec![line("cola", 2, vec![]), mild_stew(1)]);
    let none = Shelf::default();
    let what = Difference::Price {
        from: Won(8_500),
        to: Won(9_000),
    };
    assert_eq!(
        changes_at(&none, NOON, &cart, &[Won(2_000), Won(8_500)]),
        [Change { line: 1, what }]
    );
    assert_eq!(
        changes_at(&none, NOON, &cart, &[Won(2_000), Won(9_000)]),
        []
    );
    assert_eq!(changes_at(&none, NOON, &cart, &[]), []);
}

/// Hours end on the minute, whatever minute is asked, even one that no week has.
#[test]
fn hours_are_kept() {
    let none = Shelf::default();
    let cart = eat_in(vec![line("soup", 1, vec![])]);
    let what = || Difference::NotNow(name(&menu(), "soup"));
    assert_eq!(changes_at(&none, 15 * 60 - 1, &cart, &[]), []);
    for closed in [15 * 60, 11 * 60 - 1, 24 * 60 + NOON, u16::MAX] {
        assert_eq!(
            changes_at(&none, closed, &cart, &[]),
            [Change {
                line: 0,
                what: what()
            }],
            "minute {closed}"
        );
    }
}

/// A basket turned from eating in to taking out names the part that is not sold so.
#[test]
fn another_way_is_named() {
    let cart = take_out(vec![mild_stew(1), lunch(1, vec![pick("beer", 1)])]);
    let what = Difference::NotThisWay(name(&menu(), "beer"));
    assert_eq!(
        changes(&Shelf::default(), &cart),
        [Change { line: 1, what }]
    );
}

/// Items and options that are no longer there, each difference at its line and all of
/// them at once, in the order of the basket.
#[test]
fn all_differences_come_at_once() {
    let cart = eat_in(vec![
        line("unicorn", 1, vec![]),
        line("stew", 1, vec![answer("spice", vec![pick("burning", 1)])]),
        line("cola", 3, vec![]),
        mild_stew(1),
    ]);
    let found = changes(&shelf(&[(cola(), Level::Left(1))]), &cart);
    let expected = [
        (0, Difference::Gone),
        (1, Difference::OptionsChanged),
        (
            2,
            Difference::NotEnough {
                what: name(&menu(), "cola"),
                left: 1,
            },
        ),
    ];
    assert_eq!(found, expected.map(|(line, what)| Change { line, what }));
}

/// A basket that no honest screen sends is a fault, not a change.
#[test]
fn faults_are_not_changes() {
    let (menu, shelf) = (menu(), Shelf::default());
    let now = Now {
        menu: &menu,
        shelf: &shelf,
        minute_of_week: NOON,
    };
    assert_eq!(
        settle(now, &eat_in(vec![]), &[]),
        Err(Refusal::Fault(CartFault::Empty))
    );
    let fault = LineFault::Quantity;
    assert_eq!(
        settle(now, &eat_in(vec![line("cola", 0, vec![])]), &[]),
        Err(Refusal::Fault(CartFault::Line { line: 0, fault }))
    );
}

/// A quote's hold takes the last ones away from the next guest, and the price of the
/// one who has it stays what it was.
#[test]
fn a_hold_keeps_the_next_guest_out() {
    let menu = menu();
    let cart = eat_in(vec![line("cola", 2, vec![])]);
    let free = shelf(&[(cola(), Level::Left(3))]);
    let held = shelf(&[(cola(), Level::Left(1))]);
    let at = |shelf| Now {
        menu: &menu,
        shelf,
        minute_of_week: NOON,
    };
    let first = settle(at(&free), &cart, &[]).unwrap();
    assert_eq!(first.total, Won(4_000));
    assert!(matches!(
        settle(at(&held), &cart, &[]),
        Err(Refusal::Changed(_))
    ));
}

/// An edit of the menu between two looks is named as a price, and the old menu still
/// gives the old price.
#[test]
fn an_edit_shows_as_a_price() {
    let old = menu();
    let mut edited = parts();
    let stew = edited.items.iter_mut().find(|i| i.id == slug("stew"));
    stew.unwrap().price = Won(9_900);
    let new = Menu::new(edited).unwrap();
    let (cart, shelf) = (eat_in(vec![mild_stew(2)]), Shelf::default());
    let at = |menu| Now {
        menu,
        shelf: &shelf,
        minute_of_week: NOON,
    };
    let seen = settle(at(&old), &cart, &[]).unwrap().lines[0].unit;
    let what = Difference::Price {
        from: Won(9_000),
        to: Won(9_900),
    };
    assert_eq!(
        settle(at(&new), &cart, &[seen]),
        Err(Refusal::Changed(vec![Change { line: 0, what }]))
    );
}

/// Every key that a basket can ask for has a name that a guest can read; keys that lead
/// nowhere have none.
#[test]
fn keys_have_names() {
    let menu = menu();
    let name = |key: &str| name_of(&menu, &StockKey(key.to_owned())).map(|n| n.en.as_str());
    assert_eq!(name("cola"), Some("Cola"));
    assert_eq!(name("drink-slot/latte"), Some("Latte"));
    assert_eq!(name("spice/hot"), Some("Hot"));
    for nothing in ["unicorn", "spice/burning", "nothing/hot", "", "/", "A B"] {
        assert_eq!(name(nothing), None, "{nothing}");
    }
}
