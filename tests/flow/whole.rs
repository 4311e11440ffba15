//! The whole way with nothing in it, by phone and at the counter.

use soban_domain::menu::Dining;
use soban_domain::money::Won;
use soban_domain::order::{IdCheck, OrderState};
use soban_domain::payment::{Method, PaymentState};
use soban_protocol::endpoint::endpoints::{PrintReceipt, RecordIdCheck, TakePayment};
use soban_protocol::error::ErrorCode;
use soban_protocol::guest::PrintReceiptRequest;
use soban_tests::baskets::{
    eat_in, hot_stew, pancake, plain, set_for_one, take_out, times, zero_cola,
};
use soban_tests::guest::{command, decision};
use soban_tests::phone::{Phone, qr};
use soban_tests::truth::{papers, settled_once};
use soban_tests::world::World;

use crate::paid;

/// An order with options and a set, paid through the phone's page, is at the gateway, the
/// till, both stations' printers and on disk exactly once, with the same sums and with
/// its Hangul whole: each ledger is compared with the database, the papers word by word.
#[tokio::test]
async fn an_order_with_options_and_a_set_is_there_once() {
    let world = World::start();
    let guest = world.guest();
    let cart = eat_in(vec![times(2, hot_stew()), set_for_one()]);
    let order = guest.order(&cart).await;
    assert_eq!(order.priced.total, Won(38_600));
    assert_eq!(order.state, OrderState::Placed);
    let attempt = guest.pay(order.id, Method::Kakaopay).await;
    let waiting = paid::offered(&world, order.id).await;
    let page = Phone::default().open(&qr(&waiting)).await;
    assert!(page.html.contains("38,600"), "{}", page.html);
    let home = page.pay().await;
    assert!(
        home.url.path().ends_with(&attempt.to_string()),
        "{}",
        home.url
    );
    assert_eq!(home.url.query(), None, "no token stays in the address");

    let disk = settled_once(&world, order.id).await;
    let gateway = world.outside.gateway().await;
    assert_eq!(gateway.approved_total, 38_600);
    assert_eq!((gateway.count("ready"), gateway.count("approve")), (1, 1));
    let at_gateway = gateway.of(attempt);
    assert_eq!(at_gateway.item_name, "김치찌개 +1");
    assert_eq!(
        (at_gateway.amount.vat, at_gateway.amount.tax_free),
        (3509, 0)
    );
    assert_eq!(at_gateway.payment_method_type.as_deref(), Some("MONEY"));

    let kitchen = papers(&world, &disk.order, "kitchen", "주문서").await;
    let [kitchen] = kitchen.as_slice() else {
        panic!("{kitchen:#?}");
    };
    for line in ["매장", "- 매운맛", "- 공깃밥 ×2", "- 순한맛", "- 반숙"] {
        assert!(kitchen.says(line), "{line} on {:#?}", kitchen.lines);
    }
    assert!(
        kitchen
            .lines
            .iter()
            .any(|line| line.starts_with("김치찌개") && line.ends_with('2'))
    );
    assert!(kitchen.mentions("혼밥 세트") && kitchen.mentions("계란프라이"));
    assert!(!kitchen.mentions("콜라"), "{:#?}", kitchen.lines);
    let bar = papers(&world, &disk.order, "bar", "주문서").await;
    assert!(bar[0].says("[혼밥 세트]") && bar[0].mentions("콜라"));
    assert!(
        bar[0].says("- 크게") && bar[0].says("- 없이"),
        "{:#?}",
        bar[0].lines
    );
    assert!(!bar[0].mentions("김치찌개"), "{:#?}", bar[0].lines);
}

/// The receipt that the guest asks for holds the law's words and the order's own sums,
/// and asking twice prints one: its figures are read back from the paper.
#[tokio::test]
async fn a_receipt_asked_for_twice_is_printed_once() {
    let world = World::start();
    let guest = world.guest();
    let cart = take_out(vec![hot_stew(), plain("apple-bag"), times(2, zero_cola())]);
    let order = paid::by_phone(&world, &cart).await;
    let ask = || PrintReceiptRequest {
        command: command(),
        order,
    };
    guest.must::<PrintReceipt>(&ask()).await;
    guest.must::<PrintReceipt>(&ask()).await;
    let disk = settled_once(&world, order).await;
    assert_eq!(disk.order.priced.dining, Dining::TakeOut);

    let receipts = papers(&world, &disk.order, "receipt", "영수증").await;
    let [receipt] = receipts.as_slice() else {
        panic!("{receipts:#?}");
    };
    receipt.assert_clean();
    assert!(receipt.says("소반식당") && receipt.says("대표자: 김소반"));
    assert!(receipt.says("사업자등록번호: 120-81-47521"));
    let tax = disk.order.priced.tax;
    assert!(tax.exempt > Won::ZERO, "{tax:?}");
    let sums = [
        ("공급가액", tax.supply),
        ("부가세", tax.vat),
        ("면세", tax.exempt),
        ("합계", disk.order.priced.total),
        ("결제 금액", disk.order.priced.total),
    ];
    for (label, sum) in sums {
        assert_eq!(receipt.value(label), sum.to_string(), "{label}");
    }
    let goods: i64 = disk
        .order
        .priced
        .lines
        .iter()
        .map(|line| line.goods.0)
        .sum();
    assert_eq!(goods + tax.deposit.0, disk.order.priced.total.0);
    let parts = [tax.supply, tax.vat, tax.exempt, tax.deposit].map(|sum| sum.0);
    assert_eq!(parts.iter().sum::<i64>(), disk.order.priced.total.0);
}

/// An order paid at the counter gets its number at once, reaches nobody before staff take
/// the money, and everybody once after: by the ledgers before and after.
#[tokio::test]
async fn an_order_paid_at_the_counter_waits_for_staff() {
    let world = World::start();
    let guest = world.guest();
    let order = guest.order(&eat_in(vec![pancake()])).await;
    guest.pay(order.id, Method::Counter).await;
    let waiting = guest.status(order.id).await;
    assert_eq!(waiting.state, OrderState::AtCounter);
    let number = waiting.number.expect("the guest is told a number");
    assert!(waiting.prints.is_empty() && waiting.relay.is_none());
    assert!(world.outside.till().await.orders.is_empty());

    let staff = world.staff();
    let taken = staff.must::<TakePayment>(&decision(order.id)).await;
    assert!(taken.state.is_released());
    let again = staff.refused::<TakePayment>(&decision(order.id)).await;
    assert_eq!(again, ErrorCode::NotNow);
    let disk = settled_once(&world, order.id).await;
    assert_eq!(disk.order.number, Some(number));
    assert_eq!(world.outside.gateway().await.count("ready"), 0);
    let approval = disk.payments[0].approval.as_ref().expect("staff's word");
    assert_eq!(approval.by.as_deref(), Some(soban_tests::setup::STAFF));
}

/// Alcohol asks staff for an identity check: the ticket says so, one check is recorded
/// with a name, and a dish without alcohol asks for none.
#[tokio::test]
async fn alcohol_asks_for_an_identity_check() {
    let world = World::start();
    let order = paid::by_phone(&world, &eat_in(vec![plain("makgeolli"), pancake()])).await;
    let disk = settled_once(&world, order).await;
    assert_eq!(disk.order.id_check, IdCheck::Needed);
    let bar = papers(&world, &disk.order, "bar", "주문서").await;
    assert!(bar[0].says("성인 확인 필요"), "{:#?}", bar[0].lines);
    let kitchen = papers(&world, &disk.order, "kitchen", "주문서").await;
    assert!(!kitchen[0].mentions("성인 확인"), "{:#?}", kitchen[0].lines);

    let staff = world.staff();
    staff.must::<RecordIdCheck>(&decision(order)).await;
    let second = staff.refused::<RecordIdCheck>(&decision(order)).await;
    assert_eq!(second, ErrorCode::NotNow);
    let disk = world.on_disk(order);
    let IdCheck::Recorded { by, .. } = disk.order.id_check else {
        panic!("{:?}", disk.order.id_check);
    };
    assert_eq!(by, soban_tests::setup::STAFF);
    let sober = paid::by_phone(&world, &eat_in(vec![pancake()])).await;
    let refused = staff.refused::<RecordIdCheck>(&decision(sober)).await;
    assert_eq!(refused, ErrorCode::NotNow);
}

/// Eight orders placed and paid at the same time get eight numbers, none twice, and each
/// is at gateway and till once.
#[tokio::test]
async fn call_numbers_are_unique() {
    let world = World::start();
    let carts: Vec<_> = (1..=8).map(|n| eat_in(vec![times(n, pancake())])).collect();
    let orders =
        futures_util::future::join_all(carts.iter().map(|cart| paid::by_phone(&world, cart))).await;
    let mut numbers = Vec::new();
    for order in orders {
        let disk = settled_once(&world, order).await;
        assert_eq!(disk.payments[0].state, PaymentState::Approved);
        numbers.extend(disk.order.number);
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 8);
    assert_eq!(world.outside.till().await.orders.len(), 8);
}
