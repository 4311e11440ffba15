//! Refunds worked out by hand, and every refusal by name.

use soban_domain::menu::{Menu, MenuParts};
use soban_domain::money::Won;
use soban_domain::pricing::{Priced, price};
use soban_domain::refund::{Plan, RefundError, RefundLine, RefundRules, Returned, Wish, plan};
use soban_domain::tax::TaxParts;

use crate::fixture::{answer, eat_in, line, menu, pick, take_out};

/// Where parts may go back, with or without a deposit.
const FREE: RefundRules = RefundRules {
    partial: true,
    deposit_blocks_partial: false,
};

/// KakaoPay's rules.
const KAKAOPAY: RefundRules = RefundRules {
    partial: true,
    deposit_blocks_partial: true,
};

/// A way of paying that gives back only the whole.
const WHOLE_ONLY: RefundRules = RefundRules {
    partial: false,
    deposit_blocks_partial: false,
};

fn pieces(line: u32, quantity: u32) -> RefundLine {
    RefundLine { line, quantity }
}

fn lines(of: &[(u32, u32)]) -> Wish {
    Wish::Lines(of.iter().map(|&(l, q)| pieces(l, q)).collect())
}

fn tax(supply: i64, vat: i64, exempt: i64, deposit: i64) -> TaxParts {
    TaxParts {
        supply: Won(supply),
        vat: Won(vat),
        exempt: Won(exempt),
        deposit: Won(deposit),
    }
}

fn returned(plan: &Plan) -> Returned {
    Returned {
        lines: plan.lines.clone(),
        tax: plan.tax,
    }
}

/// 12,500 won: two noodles of 4,250, taxable, and a bag of rice of 4,000, exempt.
fn noodles_and_rice() -> Priced {
    let menu = r#"
        [[category]]
        id = "all"
        name = { ko = "전체", en = "All" }
        picture = "star"
        items = ["noodles", "rice"]

        [[item]]
        id = "noodles"
        name = { ko = "국수", en = "Noodles" }
        description = { ko = "면", en = "Noodles" }
        price = 4250
        station = "kitchen"
        picture = "noodles"

        [[item]]
        id = "rice"
        name = { ko = "쌀", en = "Rice" }
        description = { ko = "한 봉지", en = "A bag" }
        price = 4000
        tax = "exempt"
        station = "kitchen"
        picture = "rice"
    "#;
    let menu = Menu::new(toml::from_str::<MenuParts>(menu).unwrap()).unwrap();
    let cart = eat_in(vec![line("noodles", 2, vec![]), line("rice", 1, vec![])]);
    price(&menu, &cart).unwrap()
}

/// 8,500 won hold 773 won of VAT (772.7): the first noodles take 387 of it and the second
/// 386, where 4,250 ÷ 11 alone would say 386 twice; the rice takes none.
#[test]
fn odd_won_of_tax_go_back_once() {
    let order = noodles_and_rice();
    assert_eq!(order.total, Won(12_500));
    assert_eq!(order.tax, tax(7_727, 773, 4_000, 0));

    let first = plan(&order, &[], &lines(&[(0, 1)]), FREE).unwrap();
    assert_eq!(first.amount, Won(4_250));
    assert_eq!(first.tax, tax(3_863, 387, 0, 0));
    assert_eq!(first.lines, [pieces(0, 1)]);
    assert_eq!(first.rest_before, Won(12_500));

    let gone = [returned(&first)];
    let rice = plan(&order, &gone, &lines(&[(1, 1)]), FREE).unwrap();
    assert_eq!((rice.amount, rice.tax), (Won(4_000), tax(0, 0, 4_000, 0)));
    assert_eq!(rice.rest_before, Won(8_250));

    let gone = [returned(&first), returned(&rice)];
    let second = plan(&order, &gone, &lines(&[(0, 1)]), FREE).unwrap();
    assert_eq!(
        (second.amount, second.tax),
        (Won(4_250), tax(3_864, 386, 0, 0))
    );
    assert_eq!(second.rest_before, Won(4_250));
    assert_eq!(second.lines, [], "it is all that was left");
    assert_eq!(plan(&order, &gone, &Wish::Whole, FREE), Ok(second.clone()));

    let gone = [returned(&first), returned(&rice), returned(&second)];
    for wish in [Wish::Whole, lines(&[(0, 1)])] {
        let nothing = plan(&order, &gone, &wish, FREE);
        assert_eq!(nothing, Err(RefundError::NothingLeft));
    }
}

/// The whole is the order itself, and a wish for every piece of every line is the whole,
/// which goes back even where parts cannot.
#[test]
fn all_lines_are_the_whole() {
    let order = noodles_and_rice();
    let whole = plan(&order, &[], &Wish::Whole, WHOLE_ONLY).unwrap();
    assert_eq!((whole.amount, whole.tax), (order.total, order.tax));
    assert_eq!(whole.lines, []);
    let every = lines(&[(1, 1), (0, 1), (0, 1)]);
    assert_eq!(plan(&order, &[], &every, WHOLE_ONLY), Ok(whole));
}

/// A set of exempt and taxable parts, three times 6,000: 12,857 exempt and 5,143 taxable
/// with 468 of VAT. One of them takes 1,714 taxable with 156, two 3,429 with 312.
#[test]
fn pieces_of_a_mixed_set_divide_like_it() {
    let fruit = vec![
        answer("fruit-slot", vec![pick("apples", 1)]),
        answer("drink-slot", vec![pick("cola", 1)]),
    ];
    let order = price(&menu(), &eat_in(vec![line("set-fruit", 3, fruit)])).unwrap();
    assert_eq!(order.tax, tax(4_675, 468, 12_857, 0));
    let one = plan(&order, &[], &lines(&[(0, 1)]), FREE).unwrap();
    assert_eq!(one.tax, tax(1_558, 156, 4_286, 0));
    let two = plan(&order, &[], &lines(&[(0, 2)]), FREE).unwrap();
    assert_eq!(two.tax, tax(3_117, 312, 8_571, 0));
    let last = plan(&order, &[returned(&two)], &Wish::Whole, FREE).unwrap();
    assert_eq!(last.tax, tax(1_558, 156, 4_286, 0));
}

/// A cup's deposit goes back with its line, 300 a cup, and holds no VAT.
#[test]
fn a_deposit_goes_back_with_its_cup() {
    let small = || vec![answer("size", vec![pick("small", 1)])];
    let cart = take_out(vec![line("latte", 2, small()), line("cola", 1, vec![])]);
    let order = price(&menu(), &cart).unwrap();
    assert_eq!(order.tax, tax(9_091, 909, 0, 600));
    let cup = plan(&order, &[], &lines(&[(0, 1)]), FREE).unwrap();
    assert_eq!(cup.amount, Won(4_300));
    assert_eq!(cup.tax.deposit, Won(300));
    let cola = plan(&order, &[returned(&cup)], &lines(&[(1, 1)]), FREE).unwrap();
    assert_eq!((cola.amount, cola.tax), (Won(2_000), tax(1_818, 182, 0, 0)));
    let rest = [returned(&cup), returned(&cola)];
    let rest = plan(&order, &rest, &Wish::Whole, FREE).unwrap();
    assert_eq!((rest.amount, rest.tax.deposit), (Won(4_300), Won(300)));

    let refused = plan(&order, &[], &lines(&[(1, 1)]), KAKAOPAY);
    assert_eq!(refused, Err(RefundError::DepositBlocksPartial));
    let whole = plan(&order, &[], &Wish::Whole, KAKAOPAY).unwrap();
    assert_eq!(whole.amount, Won(10_600));
    let dry = noodles_and_rice();
    assert!(plan(&dry, &[], &lines(&[(0, 1)]), KAKAOPAY).is_ok());
}

/// Wishes that cannot be met are refused by name, an example of each.
#[test]
fn refusals_are_named() {
    let order = noodles_and_rice();
    let refusal = |wish: &[(u32, u32)]| plan(&order, &[], &lines(wish), FREE).unwrap_err();
    let more = |line, left| RefundError::MoreThanLeft { line, left };
    assert_eq!(refusal(&[]), RefundError::ZeroWish);
    assert_eq!(refusal(&[(0, 0)]), RefundError::ZeroWish);
    assert_eq!(refusal(&[(2, 1)]), RefundError::UnknownLine { line: 2 });
    assert_eq!(refusal(&[(0, 3)]), more(0, 2));
    assert_eq!(refusal(&[(0, 2), (0, u32::MAX)]), more(0, 2));
    let one = plan(&order, &[], &lines(&[(0, 1)]), FREE).unwrap();
    let again = plan(&order, &[returned(&one)], &lines(&[(0, 2)]), FREE);
    assert_eq!(again, Err(more(0, 1)));
    let part = plan(&order, &[], &lines(&[(0, 1)]), WHOLE_ONLY);
    assert_eq!(part, Err(RefundError::NoPartial));
    // What is left after cash was handed back is a part of the approval too.
    let rest = plan(&order, &[returned(&one)], &Wish::Whole, WHOLE_ONLY);
    assert_eq!(rest, Err(RefundError::NoPartial));
}

/// Water costs nothing, so nothing of it goes back; beside cola it goes along.
#[test]
fn what_is_free_is_not_refunded_alone() {
    let cart = eat_in(vec![line("water", 2, vec![]), line("cola", 2, vec![])]);
    let order = price(&menu(), &cart).unwrap();
    let free = plan(&order, &[], &lines(&[(0, 1)]), FREE);
    assert_eq!(free, Err(RefundError::ZeroWish));
    let both = plan(&order, &[], &lines(&[(1, 1), (0, 1)]), FREE).unwrap();
    assert_eq!(both.amount, Won(2_000));
    assert_eq!(both.lines, [pieces(0, 1), pieces(1, 1)]);
    let gratis = price(&menu(), &eat_in(vec![line("water", 1, vec![])])).unwrap();
    let nothing = plan(&gratis, &[], &Wish::Whole, FREE);
    assert_eq!(nothing, Err(RefundError::NothingLeft));
}

/// Money that somebody gave back past the lines leaves only the rest as a whole; more of
/// it than there was leaves nothing that can be planned.
#[test]
fn odd_earlier_refunds_leave_the_whole() {
    let order = noodles_and_rice();
    let odd = |vat, of: &[RefundLine]| Returned {
        lines: of.to_vec(),
        tax: tax(3_000, vat, 0, 0),
    };
    for earlier in [
        odd(300, &[pieces(0, 1)]),
        odd(300, &[]),
        odd(300, &[pieces(7, 1)]),
    ] {
        let earlier = [earlier];
        let part = plan(&order, &earlier, &lines(&[(1, 1)]), FREE);
        assert_eq!(part, Err(RefundError::EarlierUnfit));
        let rest = plan(&order, &earlier, &Wish::Whole, FREE).unwrap();
        assert_eq!(
            (rest.amount, rest.tax),
            (Won(9_200), tax(4_727, 473, 4_000, 0))
        );
    }
    for vat in [774, -1] {
        let whole = plan(&order, &[odd(vat, &[])], &Wish::Whole, FREE);
        assert_eq!(whole, Err(RefundError::EarlierUnfit), "{vat}");
    }
}

/// An order whose lines do not add up is not refunded by guessing: a won off in each sum,
/// and a line of no pieces.
#[test]
fn an_order_that_does_not_add_up_is_refused() {
    let breaks: [fn(&mut Priced); 6] = [
        |order| order.total = Won(12_501),
        |order| order.tax.vat = Won(774),
        |order| order.lines[0].vat = Won(774),
        |order| order.lines[0].taxable = Won(8_501),
        |order| order.lines[1].deposit = Won(-1),
        |order| order.lines[1].quantity = 0,
    ];
    for (index, break_it) in breaks.into_iter().enumerate() {
        let mut order = noodles_and_rice();
        break_it(&mut order);
        let answer = plan(&order, &[], &Wish::Whole, FREE);
        assert_eq!(answer, Err(RefundError::Unsound), "{index}");
    }
}

/// A wish, a plan and a refusal survive the wire.
#[test]
fn plans_travel() {
    let order = noodles_and_rice();
    let wish: Wish = serde_json::from_str(r#"{"lines":[{"line":0,"quantity":1}]}"#).unwrap();
    let made = plan(&order, &[], &wish, FREE).unwrap();
    let json = serde_json::to_string(&made).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), made);
    let refusal = plan(&order, &[], &lines(&[(0, 3)]), FREE).unwrap_err();
    let json = serde_json::to_value(refusal).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"more_than_left": {"line": 0, "left": 2}})
    );
}
