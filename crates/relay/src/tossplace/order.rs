//! An order as the counter POS takes it.
//!
//! Facts (Toss Place open API, version 2026-06-15, as far as its public specification was
//! read): `order{orderKey, orderNumber, memo, lineItems[], chargePrice{}}, payments[]`;
//! prices include VAT. `code`, `revision`, `depositAmount` and `READY` are of our shape of
//! it and are to be checked against the full specification.
//!
//! Guarantees, by construction:
//! - a line's `totalPrice` = `quantity` × (`unitPrice` + Σ option `price` × `quantity`);
//! - Σ `totalPrice` = `listPrice`, and `listPrice` + `depositAmount` = `totalAmount`;
//! - `supplyAmount` + `taxAmount` + `taxExemptAmount` + `depositAmount` = `totalAmount`;
//! - the same order makes the same bytes, so that a repeat is known as one.
//!
//! Deliberately absent: the guest's language. The counter reads Korean.

use serde::Serialize;
use soban_domain::menu::Dining;
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::order::Order;
use soban_domain::payment::{Method, PaymentAttempt};
use soban_domain::pricing::{PricedLine, PricedOption};
use soban_domain::text::is_control;
use soban_engine::ports::pos::PosOrder;

/// The most characters of a title.
const TITLE_MOST: usize = 200;
/// The most characters of the order's memo.
const MEMO_MOST: usize = 500;

/// The body of a submission.
#[derive(Debug, Serialize)]
pub(super) struct Submission {
    order: PosOrderBody,
    payments: Vec<Payment>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PosOrderBody {
    order_key: String,
    order_number: String,
    revision: u32,
    memo: String,
    line_items: Vec<LineItem>,
    charge_price: ChargePrice,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    title: String,
    code: String,
    dining_option: &'static str,
    quantity: u32,
    unit_price: i64,
    option_choices: Vec<OptionChoice>,
    total_price: i64,
    tax_type: &'static str,
}

#[derive(Debug, Serialize)]
struct OptionChoice {
    title: String,
    quantity: i64,
    price: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChargePrice {
    list_price: i64,
    discount_amount: i64,
    tax_amount: i64,
    supply_amount: i64,
    tax_exempt_amount: i64,
    deposit_amount: i64,
    total_amount: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    payment_key: String,
    method: &'static str,
    amount: i64,
    approved_at: String,
    approval_number: String,
}

/// The header that makes a repeat known: one key for each revision of an order.
pub(super) fn idempotency_key(order: &Order) -> String {
    format!("{}:{}", order.id, order.revision)
}

impl Submission {
    /// Writes an order down for the POS.
    pub(super) fn of(sent: &PosOrder) -> Submission {
        let order = &sent.order;
        let dining = dining_option(order.priced.dining);
        let lines = &order.priced.lines;
        let tax = order.priced.tax;
        let number = order.number.map(|number| number.to_string());
        let total = order.priced.total;
        Submission {
            order: PosOrderBody {
                order_key: order.id.to_string(),
                // A released order has a number; the key stands in where one has not.
                order_number: number.unwrap_or_else(|| order.id.to_string()),
                revision: order.revision,
                memo: memo(lines),
                line_items: lines.iter().map(|line| line_item(line, dining)).collect(),
                charge_price: ChargePrice {
                    list_price: total.0.saturating_sub(tax.deposit.0),
                    discount_amount: 0,
                    tax_amount: tax.vat.0,
                    supply_amount: tax.supply.0,
                    tax_exempt_amount: tax.exempt.0,
                    deposit_amount: tax.deposit.0,
                    total_amount: total.0,
                },
            },
            payments: sent
                .payment
                .as_ref()
                .and_then(payment)
                .into_iter()
                .collect(),
        }
    }
}

fn dining_option(dining: Dining) -> &'static str {
    match dining {
        Dining::EatIn => "HERE",
        Dining::TakeOut => "TOGO",
    }
}

fn line_item(line: &PricedLine, dining: &'static str) -> LineItem {
    let option_choices = option_choices(&line.options);
    let added: i64 = option_choices
        .iter()
        .map(|choice| choice.price.saturating_mul(choice.quantity))
        .fold(0, i64::saturating_add);
    // A menu without numbers of the POS still has names that are unique.
    let code = match line.pos_code.as_str() {
        "" => line.item.as_str(),
        code => code,
    };
    LineItem {
        title: title(&line.name.ko),
        code: code.to_owned(),
        dining_option: dining,
        quantity: line.quantity,
        unit_price: line.unit.0.saturating_sub(added),
        option_choices,
        total_price: line.goods.0,
        tax_type: tax_type(line),
    }
}

/// Choices with their number for one piece of the line: a choice under another is taken
/// as often as all those above it together.
fn option_choices(options: &[PricedOption]) -> Vec<OptionChoice> {
    let mut above: Vec<i64> = Vec::new();
    let mut choices = Vec::with_capacity(options.len());
    for option in options {
        above.truncate(usize::from(option.depth));
        let outer = above.last().copied().unwrap_or(1);
        let quantity = outer.saturating_mul(i64::from(option.count));
        above.push(quantity);
        choices.push(OptionChoice {
            title: title(&option.name.ko),
            quantity,
            price: option.price.0,
        });
    }
    choices
}

fn tax_type(line: &PricedLine) -> &'static str {
    if line.taxable == line.goods {
        "TAXABLE"
    } else if line.taxable == Won::ZERO {
        "EXEMPT"
    } else {
        "MIXED"
    }
}

/// The guests' words for the kitchen, each with its dish. The POS has one memo an order.
fn memo(lines: &[PricedLine]) -> String {
    let words: Vec<String> = lines
        .iter()
        .filter(|line| !line.memo.is_empty())
        .map(|line| format!("{}: {}", title(&line.name.ko), line.memo.as_str()))
        .collect();
    words.join("\n").chars().take(MEMO_MOST).collect()
}

/// A name as a till can print it.
fn title(name: &str) -> String {
    let clean = name.chars().filter(|c| !is_control(*c));
    clean.take(TITLE_MOST).collect()
}

/// How it was paid; nothing for an attempt without its proof.
fn payment(attempt: &PaymentAttempt) -> Option<Payment> {
    let approval = attempt.approval.as_ref()?;
    Some(Payment {
        payment_key: attempt.id.to_string(),
        method: match attempt.method {
            Method::Kakaopay => "KAKAOPAY",
            Method::Counter => "COUNTER",
        },
        amount: approval.amount.0,
        approved_at: in_korea(approval.at),
        approval_number: approval.number.clone(),
    })
}

/// RFC 3339 with Korea's offset.
fn in_korea(at: Timestamp) -> String {
    let second = at.in_korea().second();
    format!("{}:{second:02}+09:00", at.to_minute().replacen(' ', "T", 1))
}

#[cfg(test)]
mod tests {
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
}
