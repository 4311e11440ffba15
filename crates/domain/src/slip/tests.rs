use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::call_number::CallNumber;
use crate::ids::{AttemptId, OrderId, QuoteId, RefundId, StationId};
use crate::moment::BusinessDay;
use crate::money::Won;
use crate::order::{IdCheck, OrderState};
use crate::paper::{Block, Line, lay_out};
use crate::payment::{Approval, Method, PaymentState};
use crate::pricing::{Priced, PricedLine, PricedOption};
use crate::refund::{ByHand, Refund, RefundKind, RefundLine, RefundState};
use crate::tax::TaxParts;
use crate::text::{Lang, Note};

/// 2026-11-22 12:30 in Korea.
const NOON: Timestamp = Timestamp(1_795_318_200_000);

/// Words that are their own keys, so that a test reads which word stands where.
fn words(lang: Lang) -> Words {
    Words::load(lang, |key| Some(format!("{}.{key}", lang.code()))).unwrap()
}

fn text(ko: &str, en: &str) -> Text {
    Text {
        ko: ko.to_owned(),
        en: en.to_owned(),
        ja: None,
        zh: None,
    }
}

fn store() -> StoreIdentity {
    StoreIdentity {
        name: text("소반식당", "Soban Table"),
        owner: "김소반".to_owned(),
        business_number: "1208147521".to_owned(),
        address: "서울특별시 종로구 소반길 12".to_owned(),
        phone: "02-000-0000".to_owned(),
    }
}

fn line(ko: &str, en: &str, station: &str, quantity: u32, unit: i64) -> PricedLine {
    let goods = Won(unit).times(quantity).unwrap();
    PricedLine {
        item: "dish".parse().unwrap(),
        name: text(ko, en),
        pos_code: "D-1".to_owned(),
        station: station.parse().unwrap(),
        alcohol: false,
        quantity,
        unit: Won(unit),
        goods,
        deposit: Won::ZERO,
        taxable: goods,
        vat: Won::ZERO,
        options: Vec::new(),
        memo: Note::default(),
    }
}

fn option(ko: &str, count: u32, price: i64, depth: u8, station: Option<&str>) -> PricedOption {
    PricedOption {
        group: text("선택", "Choice"),
        name: text(ko, ko),
        count,
        price: Won(price),
        depth,
        station: station.map(|station| station.parse().unwrap()),
    }
}

fn order(lines: Vec<PricedLine>) -> Order {
    let sum = |of: fn(&PricedLine) -> Won| Won::sum(lines.iter().map(of)).unwrap();
    let (goods, deposit, taxable) = (sum(|l| l.goods), sum(|l| l.deposit), sum(|l| l.taxable));
    let tax = TaxParts::of(taxable, goods.minus(taxable).unwrap(), deposit);
    Order {
        id: OrderId(Uuid::nil()),
        quote: QuoteId(Uuid::nil()),
        screen: "kiosk-1".parse().unwrap(),
        lang: Lang::Ko,
        priced: Priced {
            dining: Dining::EatIn,
            lines,
            total: tax.total(),
            tax,
        },
        state: OrderState::Released,
        revision: 1,
        placed: NOON,
        changed: NOON,
        day: BusinessDay::of(NOON, 5),
        number: Some(CallNumber(101)),
        released: Some(NOON),
        id_check: IdCheck::NotNeeded,
    }
}

fn attempt(order: &Order) -> PaymentAttempt {
    PaymentAttempt {
        id: AttemptId(Uuid::nil()),
        order: order.id,
        method: Method::Kakaopay,
        amount: order.priced.total,
        tax: order.priced.tax,
        state: PaymentState::Approved,
        created: NOON,
        changed: NOON,
        deadline: NOON,
        offer: None,
        approvals_sent: 1,
        approval_sent_at: Some(NOON),
        inquiries: 0,
        next_try: None,
        approval: Some(Approval {
            number: "A5678901234567890123".to_owned(),
            amount: order.priced.total,
            kind: "MONEY".to_owned(),
            at: NOON,
            by: None,
        }),
        evidence: None,
        watch: None,
        late: false,
        refunded: Won(0),
        trail: Vec::new(),
    }
}

fn facts<'a>(
    order: &'a Order,
    attempt: Option<&'a PaymentAttempt>,
    store: &'a StoreIdentity,
) -> SlipFacts<'a> {
    SlipFacts {
        order,
        attempt,
        store,
        printed: NOON,
        copy: 1,
        moved_from: None,
    }
}

/// A set of a kitchen dish and a bar drink, each with options.
fn set_order() -> Order {
    let mut set = line("불고기 세트", "Bulgogi set", "kitchen", 2, 15_000);
    set.options = vec![
        option("맵게", 1, 0, 0, None),
        option("만두", 3, 0, 0, Some("kitchen")),
        option("콜라", 1, 500, 0, Some("bar")),
        option("얼음 많이", 2, 0, 1, None),
    ];
    set.memo = Note::new("고수 빼 주세요").unwrap();
    order(vec![set])
}

fn printed(paper: &Paper, columns: u16) -> Vec<String> {
    lay_out(paper, columns)
        .into_iter()
        .filter_map(|line| match line {
            Line::Text(line) => Some(line.text),
            Line::Blank | Line::Qr { .. } | Line::Cut | Line::Drawer => None,
        })
        .collect()
}

fn says(paper: &Paper, wanted: &str) -> bool {
    printed(paper, 48).iter().any(|line| line.contains(wanted))
}

/// A business number reads 3-2-5, whatever it was written with; another text stays.
#[test]
fn business_numbers_read_3_2_5() {
    for written in ["1208147521", "120-81-47521", "120 81 47521"] {
        assert_eq!(business_number(written), "120-81-47521");
    }
    assert_eq!(business_number("12345"), "12345");
}

/// A receipt has every fact that the law asks for, found on the laid-out paper.
#[test]
fn a_receipt_has_the_facts_of_the_law() {
    let (order, store) = (set_order(), store());
    let attempt = attempt(&order);
    let paper = receipt(
        &facts(&order, Some(&attempt), &store),
        &words(Lang::Ko),
        &words(Lang::Ko),
    );
    for wanted in [
        "소반식당",
        "김소반",
        "120-81-47521",
        "소반길 12",
        "02-000-0000",
        "101",
        "2026-11-22 12:30",
        "30,000",
        "27,273",
        "2,727",
        "A5678901234567890123",
        "ko.method_kakaopay (ko.kind_money)",
        "+ 콜라 (+500)",
    ] {
        assert!(
            says(&paper, wanted),
            "{wanted:?} in {:#?}",
            printed(&paper, 48)
        );
    }
}

/// A guest of another tongue reads the names in it below the Korean ones, while what
/// the law asks for stays Korean only: shown on an English receipt.
#[test]
fn a_guest_reads_their_own_language() {
    let (order, store) = (set_order(), store());
    let paper = receipt(
        &facts(&order, None, &store),
        &words(Lang::Ko),
        &words(Lang::En),
    );
    assert!(says(&paper, "불고기 세트"));
    assert!(says(&paper, "  Bulgogi set"));
    assert!(says(&paper, "ko.total en.total"));
    assert!(says(&paper, "ko.unpaid") && says(&paper, "en.unpaid"));
    assert!(says(&paper, "ko.vat") && !says(&paper, "en.vat"));
    assert!(!says(&paper, "+ 콜라 / 콜라"));
}

/// The slip of a part refund names the pieces, the approval that it takes back and each tax
/// part with its sign, and keeps the reason to itself; that of a void is called so.
#[test]
fn a_refund_slip_says_what_went_back() {
    let order = order(vec![line("국수", "Noodles", "kitchen", 2, 5_500)]);
    let attempt = attempt(&order);
    let mut refund = Refund {
        id: RefundId(Uuid::nil()),
        attempt: attempt.id,
        order: order.id,
        kind: RefundKind::Refund,
        amount: Won(5_500),
        tax: TaxParts::of(Won(5_500), Won::ZERO, Won::ZERO),
        lines: vec![RefundLine {
            line: 0,
            quantity: 1,
        }],
        rest_before: Won(11_000),
        reason: Note::new("식었음").unwrap(),
        by: "민아".to_owned(),
        by_hand: None,
        state: RefundState::Done,
        created: NOON,
        changed: NOON,
        tries: 1,
        next_try: None,
        gateway_number: Some("R-77".to_owned()),
        done_at: Some(NOON),
        evidence: None,
    };
    let store = store();
    let facts = facts(&order, Some(&attempt), &store);
    let number = attempt.approval.as_ref().unwrap().number.clone();
    let paper = super::refund(&facts, &refund, &words(Lang::Ko), &words(Lang::En));
    let expected = [
        "refund_title",
        "국수",
        "Noodles",
        "-1",
        "-5,000",
        "-500",
        "-5,500",
        "R-77",
        number.as_str(),
    ];
    for wanted in expected {
        assert!(says(&paper, wanted), "{wanted}: {:#?}", printed(&paper, 48));
    }
    for hidden in ["식었음", "민아", "by_cash", "all_that_was_left"] {
        assert!(!says(&paper, hidden), "{hidden}");
    }
    refund.kind = RefundKind::Void;
    refund.lines.clear();
    refund.by_hand = Some(ByHand::Cash);
    let paper = super::refund(&facts, &refund, &words(Lang::Ko), &words(Lang::Ko));
    for wanted in ["void_title", "all_that_was_left", "by_cash"] {
        assert!(says(&paper, wanted), "{wanted}");
    }
}

/// A further copy and a slip from the backup printer say so on every kind of slip.
#[test]
fn copies_and_moves_are_marked() {
    let (order, store) = (set_order(), store());
    let ko = Words::load(Lang::Ko, |key| {
        Some(if key == "reprint" {
            "재출력".to_owned()
        } else {
            key.to_owned()
        })
    })
    .unwrap();
    let printer: PrinterId = "kitchen".parse().unwrap();
    let station: StationId = "kitchen".parse().unwrap();
    let slips = |copy, moved_from| {
        let facts = SlipFacts {
            copy,
            moved_from,
            ..facts(&order, None, &store)
        };
        [
            receipt(&facts, &ko, &ko),
            kitchen(&facts, &station, &ko).unwrap(),
            fallback(&facts, &ko),
        ]
    };
    for paper in slips(1, None) {
        assert!(!says(&paper, "재출력") && !says(&paper, "moved_from"));
    }
    for paper in slips(2, Some(&printer)) {
        assert!(says(&paper, "*** 재출력 ***"));
        assert!(says(&paper, "moved_from: kitchen"));
    }
}

/// A set is divided: the kitchen's ticket has the item and its own parts, the bar's the
/// drink with its option, counts for all sets together; a third station has none.
#[test]
fn a_set_is_divided_among_stations() {
    let (order, store) = (set_order(), store());
    let ticket = |station: &str| {
        let paper = kitchen(
            &facts(&order, None, &store),
            &station.parse().unwrap(),
            &words(Lang::Ko),
        );
        paper.map(|paper| printed(&paper, 24).join("\n"))
    };
    let kitchen = ticket("kitchen").unwrap();
    for wanted in [
        "불고기     2",
        "  만두                 6",
        "  - 맵게",
        "ko.memo: 고수 빼",
    ] {
        assert!(kitchen.contains(wanted), "{wanted:?} in\n{kitchen}");
    }
    assert!(!kitchen.contains("콜라") && !kitchen.contains("얼음"));
    let bar = ticket("bar").unwrap();
    for wanted in [
        "[불고기 세트]",
        "콜라                   2",
        "    - 얼음 많이 ×2",
    ] {
        assert!(bar.contains(wanted), "{wanted:?} in\n{bar}");
    }
    assert!(!bar.contains("만두") && !bar.contains("맵게"));
    assert_eq!(ticket("grill"), None);
    let names: Vec<String> = stations(&order).into_iter().map(String::from).collect();
    assert_eq!(names, ["bar", "kitchen"]);
}

/// Alcohol asks for a look at an identity card until one is recorded; a ticket without
/// alcohol never does.
#[test]
fn alcohol_asks_for_an_id_check() {
    let store = store();
    let mut soju = line("소주", "Soju", "bar", 1, 5_000);
    soju.alcohol = true;
    let mut order = order(vec![line("찌개", "Stew", "kitchen", 1, 9_000), soju]);
    order.id_check = IdCheck::Needed;
    let ticket = |order: &Order, station: &str| {
        kitchen(
            &facts(order, None, &store),
            &station.parse().unwrap(),
            &words(Lang::Ko),
        )
        .unwrap()
    };
    assert!(says(&ticket(&order, "bar"), "ko.adult_check"));
    assert!(!says(&ticket(&order, "kitchen"), "ko.adult_check"));
    order.id_check = IdCheck::Recorded {
        by: "이점장".to_owned(),
        at: NOON,
    };
    assert!(says(&ticket(&order, "bar"), "ko.adult_checked: 이점장"));
}

/// The fallback slip has what somebody needs to enter the order: POS numbers, amounts,
/// the memo and the payment.
#[test]
fn a_fallback_slip_can_be_typed_in() {
    let (order, store) = (set_order(), store());
    let attempt = attempt(&order);
    let paper = fallback(&facts(&order, Some(&attempt), &store), &words(Lang::Ko));
    for wanted in [
        "ko.pos_failed",
        "[D-1]",
        "30,000",
        "고수 빼 주세요",
        "A5678901234567890123",
    ] {
        assert!(
            says(&paper, wanted),
            "{wanted:?} in {:#?}",
            printed(&paper, 48)
        );
    }
}

/// A language that lacks one word is refused by its key.
#[test]
fn a_missing_word_is_named() {
    let missing = Words::load(Lang::En, |key| (key != "total").then(String::new));
    assert_eq!(
        missing.unwrap_err().to_string(),
        "locales: \"en\" has no word for paper.total"
    );
}

/// Keys are distinct: two words under one key would be one word.
#[test]
fn keys_are_distinct() {
    let mut keys: Vec<&str> = PaperWord::ALL.iter().map(|word| word.key()).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

fn any_line() -> impl Strategy<Value = PricedLine> {
    let amounts = (1u32..=99, 0i64..=200_000, 0i64..=900, any::<bool>());
    let options = prop::collection::vec((1u32..4, -500i64..3_000, 0u8..3), 0..4);
    ("[가-힣a-z]{1,40}", amounts, options).prop_map(|(name, amounts, options)| {
        let (quantity, unit, deposit, exempt) = amounts;
        let mut line = line(&name, "x", "kitchen", quantity, unit);
        line.deposit = Won(deposit).times(quantity).unwrap();
        if exempt {
            line.taxable = Won::ZERO;
        }
        line.options = options
            .into_iter()
            .map(|(count, price, depth)| option("곱빼기", count, price, depth, None))
            .collect();
        line
    })
}

/// A printed amount as a number.
fn read(text: &str) -> i64 {
    text.replace(',', "").parse().unwrap()
}

proptest! {
    /// What stands in the receipt's column of amounts adds up to the printed total, and
    /// so do the printed tax parts: read back from the blocks of receipts of any order.
    #[test]
    fn sums_on_the_receipt_are_the_total(lines in prop::collection::vec(any_line(), 1..12)) {
        let (order, store) = (order(lines), store());
        let paper = receipt(&facts(&order, None, &store), &words(Lang::Ko), &words(Lang::Ko));
        let mut column = 0;
        let mut parts = 0;
        let mut total = None;
        for block in &paper.blocks {
            let Block::Row { left, right, .. } = block else { continue };
            let Some(last) = right.last() else { continue };
            let is = |word: PaperWord| left == words(Lang::Ko).get(word);
            if is(PaperWord::Total) {
                total = Some(read(&last.text));
            } else if last.width > 0 && !is(PaperWord::Item) {
                column += read(&last.text);
            } else if [PaperWord::Supply, PaperWord::Vat, PaperWord::Exempt, PaperWord::Deposit].into_iter().any(is) {
                parts += read(&last.text);
            }
        }
        prop_assert_eq!(total, Some(order.priced.total.0));
        prop_assert_eq!(column, order.priced.total.0);
        prop_assert_eq!(parts, order.priced.total.0);
    }
}
