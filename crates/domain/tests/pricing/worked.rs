//! Prices worked out by hand, and every fault by name.

use soban_domain::cart::{Cart, CartLine};
use soban_domain::menu::Dining;
use soban_domain::money::Won;
use soban_domain::pricing::{CartFault, LineFault, Priced, demand, price};
use soban_domain::shelf::StockKey;
use soban_domain::tax::TaxParts;
use soban_domain::text::{BadNote, Note};

use crate::fixture::{answer, deep, eat_in, line, lunch, menu, mild_stew, pick, slug, take_out};

fn priced(cart: &Cart) -> Priced {
    price(&menu(), cart).unwrap()
}

fn fault_of(line: CartLine) -> LineFault {
    match price(&menu(), &eat_in(vec![line])) {
        Err(CartFault::Line { line: 0, fault }) => fault,
        other => panic!("expected a fault of the line, got {other:?}"),
    }
}

/// Options and counts add to the unit price: 9,000 + 500 + 2 × 1,000 = 11,500; three of
/// them 34,500, of which 3,136.36… is tax.
#[test]
fn options_and_counts_add_up() {
    let spicy = vec![
        answer("spice", vec![pick("hot", 1)]),
        answer("extras", vec![pick("egg", 2)]),
    ];
    let priced = priced(&eat_in(vec![line("stew", 3, spicy)]));
    assert_eq!(priced.lines[0].unit, Won(11_500));
    assert_eq!(priced.lines[0].goods, Won(34_500));
    assert_eq!(priced.total, Won(34_500));
    assert_eq!(
        priced.tax,
        TaxParts {
            supply: Won(31_364),
            vat: Won(3_136),
            exempt: Won(0),
            deposit: Won(0),
        }
    );
    let options: Vec<_> = priced.lines[0]
        .options
        .iter()
        .map(|o| (o.name.en.as_str(), o.count, o.price.0, o.depth))
        .collect();
    assert_eq!(options, [("Hot", 1, 500, 0), ("Egg", 2, 1_000, 0)]);
}

/// The price to take out differs where the menu says so and stays where it does not:
/// 8,500 for stew, 2,000 for cola.
#[test]
fn take_out_has_its_own_price() {
    let lines = vec![mild_stew(1), line("cola", 1, vec![])];
    assert_eq!(priced(&take_out(lines.clone())).total, Won(10_500));
    assert_eq!(priced(&eat_in(lines)).total, Won(11_000));
}

/// A set costs its own price and the surcharges of what is in it, never the prices of
/// its items: 10,000 + 1,200 for latte + 600 for a large one + 2 × 400 for shots.
#[test]
fn sets_charge_their_price_and_surcharges() {
    let large = answer(
        "size",
        vec![deep(
            "large",
            1,
            vec![answer("shots", vec![pick("shot", 2)])],
        )],
    );
    let priced = priced(&eat_in(vec![lunch(2, vec![deep("latte", 1, vec![large])])]));
    assert_eq!(priced.lines[0].unit, Won(12_600));
    assert_eq!(priced.total, Won(25_200));
    let options: Vec<_> = priced.lines[0]
        .options
        .iter()
        .map(|o| {
            let station = o.station.as_ref().map(|s| s.as_str().to_owned());
            (o.name.en.as_str(), o.count, o.depth, station)
        })
        .collect();
    let station = |name: &str| Some(name.to_owned());
    assert_eq!(
        options,
        [
            ("Stew", 1, 0, station("kitchen")),
            ("Mild", 1, 1, None),
            ("Latte", 1, 0, station("bar")),
            ("Large", 1, 1, None),
            ("Extra shot", 2, 2, None),
        ]
    );
}

/// A deposit is charged for a cup that leaves, alone or in a set, and is no sale: two
/// lattes 8,000 + 600; a set 11,200 + 300; tax on 19,200 only.
#[test]
fn deposits_stand_beside_the_goods() {
    let small = || vec![answer("size", vec![pick("small", 1)])];
    let lines = vec![
        line("latte", 2, small()),
        lunch(1, vec![deep("latte", 1, small())]),
    ];
    let away = priced(&take_out(lines.clone()));
    assert_eq!(away.lines[0].goods, Won(8_000));
    assert_eq!(away.lines[0].deposit, Won(600));
    assert_eq!(away.lines[1].goods, Won(11_200));
    assert_eq!(away.lines[1].deposit, Won(300));
    assert_eq!(away.total, Won(20_100));
    assert_eq!(away.tax.deposit, Won(900));
    assert_eq!(away.tax.vat, Won(1_745));
    assert_eq!(priced(&eat_in(lines)).tax.deposit, Won(0));
}

/// Exempt goods carry no tax: 10,000 of apples beside 2,000 of cola hold 182 won of it,
/// all at the cola's line.
#[test]
fn exempt_goods_carry_no_tax() {
    let priced = priced(&eat_in(vec![
        line("apples", 2, vec![]),
        line("cola", 1, vec![]),
    ]));
    assert_eq!(
        priced.tax,
        TaxParts {
            supply: Won(1_818),
            vat: Won(182),
            exempt: Won(10_000),
            deposit: Won(0),
        }
    );
    assert_eq!(priced.lines[0].vat, Won(0));
    assert_eq!(priced.lines[1].vat, Won(182));
}

/// A set of exempt apples (5,000 alone) and taxable cola (2,000 alone) divides its 6,000
/// in that ratio: 4,286 exempt and 1,714 taxable, of which 156 tax.
#[test]
fn a_mixed_set_divides_by_its_items_prices() {
    let mixed = line(
        "set-fruit",
        1,
        vec![
            answer("fruit-slot", vec![pick("apples", 1)]),
            answer("drink-slot", vec![pick("cola", 1)]),
        ],
    );
    let priced = priced(&eat_in(vec![mixed]));
    assert_eq!(priced.lines[0].taxable, Won(1_714));
    assert_eq!(priced.tax.exempt, Won(4_286));
    assert_eq!(priced.tax.vat, Won(156));
    assert_eq!(priced.tax.total(), Won(6_000));
}

/// A set whose items cost nothing by themselves has no ratio to divide by and is taxed
/// as it says of itself: 7,000 hold 636 won of tax.
#[test]
fn a_set_of_free_items_is_taxed_as_itself() {
    let answers = vec![answer("water-slot", vec![pick("water", 1)])];
    let priced = priced(&eat_in(vec![line("set-water", 1, answers)]));
    assert_eq!(priced.tax.exempt, Won(0));
    assert_eq!(priced.tax.vat, Won(636));
}

/// Tax is worked out once, on the sum: three lines of 2,000 hold 545 won together, not
/// 3 × 182, and the lines share them 182, 182, 181.
#[test]
fn tax_is_worked_out_once() {
    let priced = priced(&eat_in(vec![line("cola", 1, vec![]); 3]));
    assert_eq!(priced.tax.vat, Won(545));
    let shares: Vec<i64> = priced.lines.iter().map(|line| line.vat.0).collect();
    assert_eq!(shares, [182, 182, 181]);
}

/// An identity check is asked for by what is in a set too.
#[test]
fn alcohol_shows_through_a_set() {
    let cart = eat_in(vec![lunch(1, vec![pick("beer", 1)]), mild_stew(1)]);
    let alcohol: Vec<bool> = priced(&cart).lines.iter().map(|l| l.alcohol).collect();
    assert_eq!(alcohol, [true, false]);
}

/// 1 and 99 are quantities; 0, 100 and the largest number are not.
#[test]
fn quantities_have_bounds() {
    for good in [1, 99] {
        let total = i64::from(good) * 2_000;
        assert_eq!(
            priced(&eat_in(vec![line("cola", good, vec![])])).total,
            Won(total)
        );
    }
    for bad in [0, 100, u32::MAX] {
        assert_eq!(fault_of(line("cola", bad, vec![])), LineFault::Quantity);
    }
}

/// Answers that break a group's rules are named, one example of each kind.
#[test]
fn broken_answers_are_named() {
    let stew = |answers| fault_of(line("stew", 1, answers));
    let mild = || answer("spice", vec![pick("mild", 1)]);
    let (spice, extras) = (slug("spice"), slug("extras"));
    assert_eq!(stew(vec![]), LineFault::TooFew(spice.clone()));
    assert_eq!(
        stew(vec![answer("spice", vec![])]),
        LineFault::TooFew(spice.clone())
    );
    assert_eq!(
        stew(vec![answer("spice", vec![pick("mild", 1), pick("hot", 1)])]),
        LineFault::TooMany(spice.clone())
    );
    assert_eq!(
        stew(vec![answer(
            "spice",
            vec![pick("mild", 1), pick("mild", 1)]
        )]),
        LineFault::UnknownChoice(spice.clone(), slug("mild"))
    );
    assert_eq!(
        stew(vec![answer("spice", vec![pick("burning", 1)])]),
        LineFault::UnknownChoice(spice.clone(), slug("burning"))
    );
    for count in [0, 2, u32::MAX] {
        assert_eq!(
            stew(vec![answer("spice", vec![pick("mild", count)])]),
            LineFault::TooOften(spice.clone(), slug("mild"))
        );
    }
    assert_eq!(stew(vec![mild(), mild()]), LineFault::UnknownGroup(spice));
    assert_eq!(
        stew(vec![mild(), answer("size", vec![pick("small", 1)])]),
        LineFault::UnknownGroup(slug("size"))
    );
    let four = vec![pick("egg", 2), pick("rice", 1), pick("greens", 1)];
    assert_eq!(
        stew(vec![mild(), answer("extras", four)]),
        LineFault::TooMany(extras)
    );
}

/// A question within a set is asked as strictly as outside: stew in a set without its
/// heat, and an answer below a choice that asks nothing.
#[test]
fn questions_inside_a_set_are_asked() {
    let plain = line(
        "set-lunch",
        1,
        vec![
            answer("main-slot", vec![pick("stew", 1)]),
            answer("drink-slot", vec![pick("cola", 1)]),
        ],
    );
    assert_eq!(fault_of(plain), LineFault::TooFew(slug("spice")));
    let chatty = deep("cola", 1, vec![answer("size", vec![pick("small", 1)])]);
    assert_eq!(
        fault_of(lunch(1, vec![chatty])),
        LineFault::UnknownGroup(slug("size"))
    );
}

/// Answers nested a hundred deep are refused at the first level that asks nothing.
#[test]
fn endless_answers_are_refused() {
    let mut chosen = pick("mild", 1);
    for _ in 0..100 {
        chosen = deep("mild", 1, vec![answer("spice", vec![chosen])]);
    }
    let endless = line("stew", 1, vec![answer("spice", vec![chosen])]);
    assert_eq!(fault_of(endless), LineFault::UnknownGroup(slug("spice")));
}

/// Unknown items and items that are not sold this way are named, inside a set too.
#[test]
fn unknown_and_unfit_items_are_named() {
    assert_eq!(
        fault_of(line("unicorn", 1, vec![])),
        LineFault::UnknownItem(slug("unicorn"))
    );
    for away in [line("beer", 1, vec![]), lunch(1, vec![pick("beer", 1)])] {
        let fault = LineFault::NotForDining(slug("beer"));
        assert_eq!(
            price(&menu(), &take_out(vec![away])),
            Err(CartFault::Line { line: 0, fault })
        );
    }
}

/// A memo that came over the wire with 1,000 characters or an escape in it is refused.
#[test]
fn long_memos_are_refused() {
    let memo = |text: &str| -> Note { serde_json::from_value(text.into()).unwrap() };
    let with = |memo| CartLine {
        memo,
        ..mild_stew(1)
    };
    assert_eq!(
        fault_of(with(memo(&"가".repeat(1_000)))),
        LineFault::Memo(BadNote::TooLong)
    );
    assert_eq!(
        fault_of(with(memo("\u{1b}p\u{0}"))),
        LineFault::Memo(BadNote::Control)
    );
    let cart = eat_in(vec![with(memo(&"가".repeat(100)))]);
    assert_eq!(priced(&cart).lines[0].memo.as_str().chars().count(), 100);
}

/// The basket's own bounds: nothing in it, 51 lines, a line above ten billion won, and
/// a sum above it of lines that are not.
#[test]
fn baskets_have_bounds() {
    let menu = menu();
    let fault = |cart: &Cart| price(&menu, cart).unwrap_err();
    assert_eq!(fault(&eat_in(vec![])), CartFault::Empty);
    let cola = line("cola", 1, vec![]);
    assert!(price(&menu, &eat_in(vec![cola.clone(); 50])).is_ok());
    assert_eq!(fault(&eat_in(vec![cola; 51])), CartFault::TooManyLines);
    let golden = line("banquet", 99, vec![answer("gold", vec![pick("leaf", 20)])]);
    assert_eq!(fault_of(golden), LineFault::OutOfRange);
    let banquet = line("banquet", 99, vec![]);
    assert!(price(&menu, &eat_in(vec![banquet.clone()])).is_ok());
    assert_eq!(
        fault(&eat_in(vec![banquet.clone(), banquet])),
        CartFault::TooMuch
    );
}

/// What a line takes from the shelf counts through sets and options: two sets with two
/// colas each take four colas and two stews.
#[test]
fn demand_counts_through_sets() {
    let menu = menu();
    let demand = demand(&menu, &lunch(2, vec![pick("cola", 2)]));
    let of = |key: &StockKey| demand.get(key).copied();
    assert_eq!(of(&StockKey::item(&slug("cola"))), Some(4));
    assert_eq!(of(&StockKey::item(&slug("stew"))), Some(2));
    assert_eq!(of(&StockKey::item(&slug("set-lunch"))), Some(2));
    assert_eq!(
        of(&StockKey::choice(&slug("spice"), &slug("mild"))),
        Some(2)
    );
    assert_eq!(of(&StockKey::item(&slug("latte"))), None);
}

/// A basket and its price survive the wire, and a field that nobody knows is refused.
#[test]
fn baskets_travel() {
    let cart = take_out(vec![lunch(2, vec![pick("cola", 2)])]);
    let json = serde_json::to_string(&cart).unwrap();
    assert_eq!(serde_json::from_str::<Cart>(&json).unwrap(), cart);
    let priced = priced(&cart);
    let json = serde_json::to_string(&priced).unwrap();
    assert_eq!(serde_json::from_str::<Priced>(&json).unwrap(), priced);
    assert_eq!(priced.dining, Dining::TakeOut);
    let smuggled = r#"{"dining":"eat_in","lines":[{"item":"cola","quantity":1,"price":1}]}"#;
    assert!(serde_json::from_str::<Cart>(smuggled).is_err());
    let huge = r#"{"dining":"eat_in","lines":[{"item":"cola","quantity":1000000000000}]}"#;
    assert!(serde_json::from_str::<Cart>(huge).is_err());
}
