//! Orders as the POS takes them, by hand and by adding up.

use proptest::prelude::*;
use soban_domain::call_number::CallNumber;
use soban_domain::cart::{Answer, Cart, CartLine, Chosen};
use soban_domain::ids::{AttemptId, OrderId, QuoteId};
use soban_domain::menu::{Category, Choice, Group, Item, Menu, MenuParts};
use soban_domain::moment::BusinessDay;
use soban_domain::order::{IdCheck, OrderState};
use soban_domain::payment::{Approval, PaymentState};
use soban_domain::pricing::price;
use soban_domain::tax::TaxClass;
use soban_domain::text::{Lang, Note, Text};
use uuid::Uuid;

use super::*;

const NOW: Timestamp = Timestamp(1_795_275_042_000);

fn text(ko: &str) -> Text {
    Text {
        ko: ko.to_owned(),
        en: "English".to_owned(),
        ja: None,
        zh: None,
    }
}

fn item(id: &str, price: i64, tax: TaxClass, groups: &[&str], deposit: Option<i64>) -> Item {
    Item {
        id: id.parse().unwrap(),
        name: text(id),
        description: text("-"),
        price: Won(price),
        take_out_price: None,
        dining: Dining::ALL.to_vec(),
        tax,
        station: "kitchen".parse().unwrap(),
        picture: "p".to_owned(),
        ground: Default::default(),
        badges: vec![],
        groups: groups.iter().map(|g| g.parse().unwrap()).collect(),
        stock: None,
        hours: vec![],
        allergens: vec![],
        origin: vec![],
        alcohol: false,
        cup_deposit: deposit.map(Won),
        pos_code: if id == "noodles" {
            "1007".to_owned()
        } else {
            String::new()
        },
    }
}

fn choice(id: &str, price: i64, groups: &[&str], item: Option<&str>) -> Choice {
    Choice {
        id: id.parse().unwrap(),
        name: item.is_none().then(|| text(id)),
        price: Won(price),
        max_each: 3,
        default: 0,
        groups: groups.iter().map(|g| g.parse().unwrap()).collect(),
        item: item.map(|i| i.parse().unwrap()),
    }
}

fn group(id: &str, max: u32, choices: Vec<Choice>) -> Group {
    Group {
        id: id.parse().unwrap(),
        name: text(id),
        min: 0,
        max,
        choices,
    }
}

/// Noodles with counted and nested toppings, a set with an exempt item and a
/// cup with a deposit.
fn menu() -> Menu {
    let taxable = TaxClass::Taxable;
    let items = vec![
        item("noodles", 9_500, taxable, &["topping"], None),
        item("coffee", 3_000, taxable, &[], Some(300)),
        item("fruit", 4_000, TaxClass::Exempt, &[], None),
        item("set", 12_000, taxable, &["slot"], None),
    ];
    let topping = vec![
        choice("egg", 1_000, &["egg-style"], None),
        choice("chives", 500, &[], None),
    ];
    let style = vec![choice("double", 300, &[], None)];
    let slot = vec![
        choice("a", 0, &[], Some("noodles")),
        choice("b", 500, &[], Some("fruit")),
        choice("c", 0, &[], Some("coffee")),
    ];
    Menu::new(MenuParts {
        categories: vec![Category {
            id: "all".parse().unwrap(),
            name: text("all"),
            picture: "p".to_owned(),
            items: items.iter().map(|item| item.id.clone()).collect(),
        }],
        items,
        groups: vec![
            group("topping", 6, topping),
            group("egg-style", 3, style),
            group("slot", 6, slot),
        ],
    })
    .unwrap()
}

fn answer(group: &str, chosen: Vec<(&str, u32, Vec<Answer>)>) -> Answer {
    let chosen = chosen.into_iter().filter(|(_, count, _)| *count > 0);
    Answer {
        group: group.parse().unwrap(),
        chosen: chosen
            .map(|(id, count, answers)| Chosen {
                choice: id.parse().unwrap(),
                count,
                answers,
            })
            .collect(),
    }
}

fn line(item: &str, quantity: u32, answers: Vec<Answer>) -> CartLine {
    CartLine {
        item: item.parse().unwrap(),
        quantity,
        answers,
        memo: Note::new("덜 맵게").unwrap(),
    }
}

fn order(cart: &Cart) -> Order {
    Order {
        id: OrderId(Uuid::from_u128(7)),
        quote: QuoteId(Uuid::from_u128(8)),
        screen: "kiosk-1".parse().unwrap(),
        lang: Lang::En,
        priced: price(&menu(), cart).unwrap(),
        state: OrderState::Released,
        revision: 1,
        placed: NOW,
        changed: NOW,
        day: BusinessDay::of(NOW, 5),
        number: Some(CallNumber(101)),
        released: Some(NOW),
        id_check: IdCheck::NotNeeded,
    }
}

fn paid(order: Order) -> PosOrder {
    let amount = order.priced.total;
    let payment = PaymentAttempt {
        id: AttemptId(Uuid::from_u128(9)),
        order: order.id,
        method: Method::Kakaopay,
        amount,
        tax: order.priced.tax,
        state: PaymentState::Approved,
        created: NOW,
        changed: NOW,
        deadline: NOW,
        offer: None,
        approvals_sent: 1,
        approval_sent_at: Some(NOW),
        inquiries: 0,
        next_try: None,
        approval: Some(Approval {
            number: "A1".to_owned(),
            amount,
            kind: "MONEY".to_owned(),
            at: NOW,
            by: None,
        }),
        evidence: None,
        watch: None,
        late: false,
        refunded: Won(0),
        trail: Vec::new(),
    };
    PosOrder {
        order,
        payment: Some(payment),
    }
}

/// The whole body of a small order, compared with one written by hand: names in
/// Korean, the nested choice counted through, the payment beside it.
#[test]
fn a_small_order_as_written_by_hand() {
    let style = answer("egg-style", vec![("double", 1, vec![])]);
    let toppings = answer("topping", vec![("egg", 2, vec![style])]);
    let cart = Cart {
        dining: Dining::TakeOut,
        lines: vec![
            line("noodles", 2, vec![toppings]),
            line("coffee", 1, vec![]),
        ],
    };
    let body = serde_json::to_value(Submission::of(&paid(order(&cart)))).unwrap();
    let due = serde_json::json!({
        "order": {
            "orderKey": "00000000-0000-0000-0000-000000000007",
            "orderNumber": "101",
            "revision": 1,
            "memo": "noodles: 덜 맵게\ncoffee: 덜 맵게",
            "lineItems": [
                {
                    "title": "noodles", "code": "1007", "diningOption": "TOGO",
                    "quantity": 2, "unitPrice": 9500,
                    "optionChoices": [
                        {"title": "egg", "quantity": 2, "price": 1000},
                        {"title": "double", "quantity": 2, "price": 300},
                    ],
                    "totalPrice": 24200, "taxType": "TAXABLE",
                },
                {
                    "title": "coffee", "code": "coffee", "diningOption": "TOGO",
                    "quantity": 1, "unitPrice": 3000, "optionChoices": [],
                    "totalPrice": 3000, "taxType": "TAXABLE",
                },
            ],
            "chargePrice": {
                "listPrice": 27200, "discountAmount": 0, "taxAmount": 2473,
                "supplyAmount": 24727, "taxExemptAmount": 0, "depositAmount": 300,
                "totalAmount": 27500,
            },
        },
        "payments": [{
            "paymentKey": "00000000-0000-0000-0000-000000000009",
            "method": "KAKAOPAY", "amount": 27500,
            "approvedAt": "2026-11-22T00:30:42+09:00", "approvalNumber": "A1",
        }],
    });
    assert_eq!(body, due);
}

/// An order that cost nothing, or whose attempt has no proof, carries no payment.
#[test]
fn no_proof_no_payment() {
    let cart = Cart {
        dining: Dining::EatIn,
        lines: vec![line("fruit", 1, vec![])],
    };
    let mut sent = paid(order(&cart));
    sent.payment.as_mut().unwrap().approval = None;
    assert!(Submission::of(&sent).payments.is_empty());
    sent.payment = None;
    assert!(Submission::of(&sent).payments.is_empty());
}

/// Titles and memos fit a till, however long and strange the menu's names are.
#[test]
fn texts_fit_a_till() {
    let cart = Cart {
        dining: Dining::EatIn,
        lines: vec![line("fruit", 1, vec![]); 50],
    };
    let mut sent = paid(order(&cart));
    for line in &mut sent.order.priced.lines {
        line.name.ko = format!("\u{1b}p{}", "귤".repeat(300));
    }
    let submission = Submission::of(&sent);
    assert_eq!(submission.order.memo.chars().count(), MEMO_MOST);
    for line in &submission.order.line_items {
        assert_eq!(line.title.chars().count(), TITLE_MOST);
        assert!(line.title.starts_with("p귤"));
    }
}

proptest! {
    /// Whatever is in the basket, every sum of the body is the domain's total, by adding
    /// them up as the POS does.
    #[test]
    fn every_sum_is_the_total(
        take_out: bool,
        lines in prop::collection::vec((0usize..4, 1u32..=99, prop::array::uniform6(0u32..=2)), 1..20),
    ) {
        let lines = lines.into_iter().map(|(which, quantity, n)| {
            let style = answer("egg-style", vec![("double", n[0], vec![])]);
            let toppings = answer("topping", vec![
                ("egg", n[1], if n[1] > 0 { vec![style] } else { vec![] }),
                ("chives", n[2], vec![]),
            ]);
            match which {
                0 => line("noodles", quantity, vec![toppings]),
                1 => line("coffee", quantity, vec![]),
                2 => line("fruit", quantity, vec![]),
                _ => line("set", quantity, vec![answer("slot", vec![
                    ("a", n[3], if n[3] > 0 { vec![toppings] } else { vec![] }),
                    ("b", n[4], vec![]),
                    ("c", n[5], vec![]),
                ])]),
            }
        }).collect();
        let dining = if take_out { Dining::TakeOut } else { Dining::EatIn };
        let sent = paid(order(&Cart { dining, lines }));
        let body = Submission::of(&sent);
        let charge = &body.order.charge_price;
        let mut sum = 0;
        for line in &body.order.line_items {
            let options: i64 = line.option_choices.iter().map(|c| c.price * c.quantity).sum();
            prop_assert_eq!(i64::from(line.quantity) * (line.unit_price + options), line.total_price);
            prop_assert!(line.unit_price >= 0);
            sum += line.total_price;
        }
        let total = sent.order.priced.total.0;
        prop_assert_eq!(sum, charge.list_price);
        prop_assert_eq!(charge.list_price - charge.discount_amount + charge.deposit_amount, total);
        let parts = charge.supply_amount + charge.tax_amount + charge.tax_exempt_amount;
        prop_assert_eq!(parts + charge.deposit_amount, total);
        prop_assert_eq!(charge.total_amount, total);
        prop_assert_eq!(body.payments.iter().map(|p| p.amount).sum::<i64>(), total);
    }
}
