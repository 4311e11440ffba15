//! What holds for every menu and every basket.

use std::collections::BTreeMap;

use proptest::prelude::*;
use soban_domain::cart::{Cart, CartLine};
use soban_domain::change::{Difference, Now, Refusal, name_of, settle};
use soban_domain::menu::Menu;
use soban_domain::money::{MOST, Won};
use soban_domain::pricing::{CartFault, LineFault, Priced, PricedLine, demand, price};
use soban_domain::shelf::{Demand, Level, Shelf};

use crate::dice::{dice, honest, menu, shelf, wild};

/// The price of one, told from the flattened options: each counts as often as all that
/// it hangs under.
fn unit_from_options(menu: &Menu, priced: &Priced, line: &PricedLine) -> Won {
    let mut unit = menu.item(&line.item).unwrap().base_price(priced.dining).0;
    let mut counts: Vec<i64> = Vec::new();
    for option in &line.options {
        counts.truncate(usize::from(option.depth));
        counts.push(i64::from(option.count));
        unit += option.price.0 * counts.iter().product::<i64>();
    }
    Won(unit)
}

/// Everything that must hold of a price, whatever it is the price of.
pub(crate) fn sound(menu: &Menu, cart: &Cart, priced: &Priced) {
    let sum = |of: fn(&PricedLine) -> Won| Won::sum(priced.lines.iter().map(of)).unwrap();
    let (goods, deposit) = (sum(|l| l.goods), sum(|l| l.deposit));
    assert_eq!(goods.plus(deposit), Some(priced.total));
    assert_eq!(priced.tax.total(), priced.total);
    assert_eq!(priced.tax.deposit, deposit);
    assert_eq!(sum(|l| l.vat), priced.tax.vat);
    assert_eq!(priced.tax.vat, Won((sum(|l| l.taxable).0 + 5) / 11));
    assert!(Won::ZERO <= priced.total && priced.total <= MOST);
    assert_eq!(priced.lines.len(), cart.lines.len());
    for (line, wanted) in priced.lines.iter().zip(&cart.lines) {
        assert_eq!((&line.item, line.quantity), (&wanted.item, wanted.quantity));
        assert_eq!(line.unit.times(line.quantity), Some(line.goods));
        assert_eq!(line.unit, unit_from_options(menu, priced, line));
        assert!(Won::ZERO <= line.taxable && line.taxable <= line.goods);
        assert!(Won::ZERO <= line.vat && line.vat <= line.taxable);
    }
}

/// True for the faults that an honest basket can have: too dear, or not sold this way.
fn is_honest(fault: &CartFault) -> bool {
    matches!(
        fault,
        CartFault::TooMuch
            | CartFault::Line {
                fault: LineFault::OutOfRange | LineFault::NotForDining(_),
                ..
            }
    )
}

/// What a whole basket asks of the shelf.
fn demand_of(menu: &Menu, cart: &Cart) -> Demand {
    let mut all = Demand::new();
    for (key, count) in cart.lines.iter().flat_map(|line| demand(menu, line)) {
        *all.entry(key).or_insert(0) += count;
    }
    all
}

fn now<'a>(menu: &'a Menu, shelf: &'a Shelf) -> Now<'a> {
    Now {
        menu,
        shelf,
        minute_of_week: 0,
    }
}

proptest! {
    /// Lines, tax parts and shares add up to the total to the won, for honest baskets.
    #[test]
    fn sums_add_up(mut dice in dice()) {
        let menu = menu(&mut dice);
        let cart = honest(&mut dice, &menu);
        match price(&menu, &cart) {
            Ok(priced) => sound(&menu, &cart, &priced),
            Err(fault) => prop_assert!(is_honest(&fault), "{fault}"),
        }
    }

    /// No basket, however wild, panics or overflows; one that has a price has a sound one.
    #[test]
    fn wild_baskets_are_answered(mut dice in dice(), minute_of_week in any::<u16>()) {
        let menu = menu(&mut dice);
        let shelf = shelf(&mut dice, &menu);
        let cart = wild(&mut dice, &menu);
        let situation = Now { menu: &menu, shelf: &shelf, minute_of_week };
        if let Ok(priced) = settle(situation, &cart, &[]) {
            sound(&menu, &cart, &priced);
        }
        if let Ok(priced) = price(&menu, &cart) {
            sound(&menu, &cart, &priced);
        }
        cart.pieces();
    }

    /// The same basket costs the same twice, and after a journey over the wire with its menu.
    #[test]
    fn prices_are_the_same_everywhere(mut dice in dice()) {
        let here = menu(&mut dice);
        let cart = honest(&mut dice, &here);
        let there: Menu = serde_json::from_str(&serde_json::to_string(&here).unwrap()).unwrap();
        prop_assert_eq!(&there, &here);
        let carried: Cart = serde_json::from_str(&serde_json::to_string(&cart).unwrap()).unwrap();
        prop_assert_eq!(&carried, &cart);
        prop_assert_eq!(price(&there, &carried), price(&here, &cart));
    }

    /// The order of lines does not change the total or its tax.
    #[test]
    fn order_of_lines_does_not_matter(mut dice in dice()) {
        let menu = menu(&mut dice);
        let cart = honest(&mut dice, &menu);
        let mut turned = cart.clone();
        turned.lines.reverse();
        if let (Ok(one), Ok(other)) = (price(&menu, &cart), price(&menu, &turned)) {
            prop_assert_eq!((one.total, one.tax), (other.total, other.tax));
        }
    }

    /// A basket of honest lines is short of something if and only if the whole asks for
    /// more of a thing than there is; every shortage names a thing and its true level.
    #[test]
    fn shortages_are_found(mut dice in dice()) {
        let menu = menu(&mut dice);
        let shelf = shelf(&mut dice, &menu);
        let cart = honest(&mut dice, &menu);
        prop_assume!(settle(now(&menu, &Shelf::default()), &cart, &[]).is_ok());
        let all = demand_of(&menu, &cart);
        let lacking: Vec<_> = all
            .iter()
            .filter(|(key, count)| shelf.level(key).limit().is_some_and(|left| **count > left))
            .collect();
        match settle(now(&menu, &shelf), &cart, &[]) {
            Ok(_) => prop_assert!(lacking.is_empty(), "{lacking:?} passed"),
            Err(Refusal::Fault(fault)) => prop_assert!(false, "{fault}"),
            Err(Refusal::Changed(changes)) => for change in changes {
                let named = lacking.iter().any(|(key, _)| {
                    let name = name_of(&menu, key).cloned();
                    match &change.what {
                        Difference::SoldOut(what) => {
                            shelf.is_out(key) && name.as_ref() == Some(what)
                        }
                        Difference::NotEnough { what, left } => {
                            shelf.level(key).limit() == Some(*left) && name.as_ref() == Some(what)
                        }
                        _ => false,
                    }
                });
                prop_assert!(named, "{:?} of {:?}", change, lacking);
            },
        }
    }

    /// Once a quote holds what a basket asks for, the same basket passes again exactly
    /// where the shelf holds it twice, and then at the same price.
    #[test]
    fn holds_are_not_sold_twice(mut dice in dice()) {
        let menu = menu(&mut dice);
        let shelf = shelf(&mut dice, &menu);
        let cart = honest(&mut dice, &menu);
        let Ok(first) = settle(now(&menu, &shelf), &cart, &[]) else {
            return Ok(());
        };
        let all = demand_of(&menu, &cart);
        let held: BTreeMap<_, _> = shelf.0.iter().map(|(key, level)| {
            let taken = all.get(key).copied().unwrap_or(0);
            let level = match level {
                Level::Left(count) => Level::Left(count - taken),
                Level::Plenty | Level::SoldOut => *level,
            };
            (key.clone(), level)
        }).collect();
        let twice = all.iter().all(|(key, count)| {
            shelf.level(key).limit().is_none_or(|left| 2 * count <= left)
        });
        let second = settle(now(&menu, &Shelf(held)), &cart, &[]);
        prop_assert_eq!(second.is_ok(), twice);
        if let Ok(second) = second {
            prop_assert_eq!(second, first);
        }
    }

    /// Prices that the guest saw pass as they are, and a won off is named at its line
    /// with what was seen and what is.
    #[test]
    fn a_won_off_is_named(mut dice in dice(), off in 0usize..6) {
        let menu = menu(&mut dice);
        let cart = honest(&mut dice, &menu);
        let shelf = Shelf::default();
        let Ok(priced) = settle(now(&menu, &shelf), &cart, &[]) else {
            return Ok(());
        };
        let mut seen: Vec<Won> = priced.lines.iter().map(|line| line.unit).collect();
        prop_assert_eq!(settle(now(&menu, &shelf), &cart, &seen), Ok(priced.clone()));
        let off = off % seen.len();
        seen[off] = Won(seen[off].0 + 1);
        let Err(Refusal::Changed(changes)) = settle(now(&menu, &shelf), &cart, &seen) else {
            return Err(TestCaseError::fail("it passed"));
        };
        prop_assert_eq!(changes.len(), 1);
        prop_assert_eq!(changes[0].line, off);
        let (from, to) = (seen[off], priced.lines[off].unit);
        prop_assert_eq!(&changes[0].what, &Difference::Price { from, to });
    }

    /// What is chosen beforehand never breaks a rule but that of a question left open.
    #[test]
    fn presets_break_nothing(mut dice in dice()) {
        let menu = menu(&mut dice);
        for item in menu.items() {
            let lines = vec![CartLine::preset(&menu, item)];
            let cart = Cart { dining: item.dining[0], lines };
            match price(&menu, &cart) {
                Ok(_) | Err(CartFault::Line { fault: LineFault::TooFew(_), .. }) => {}
                Err(fault) => prop_assert!(false, "{}: {fault}", item.id),
            }
        }
    }
}
