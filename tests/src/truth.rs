//! The main promise, looked at from every side: order, money, tickets and the counter
//! POS, each exactly once.

use std::collections::BTreeMap;

use soban_domain::ids::OrderId;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentAttempt, PaymentState};
use soban_domain::print::{PrintState, Slip};
use soban_domain::relay::RelayState;
use soban_domain::slip;
use soban_protocol::view::OrderView;

use crate::outside::Paper;
pub use crate::world::OnDisk;
use crate::world::World;

/// True once nothing of a paid order is under way any more.
pub fn is_settled(order: &OrderView) -> bool {
    order.state == OrderState::Accepted
        && order
            .prints
            .iter()
            .all(|print| print.state == PrintState::Printed)
}

/// Waits until a paid order is settled, then looks at it from every side.
///
/// # Panics
/// Where something is missing or there twice.
pub async fn settled_once(world: &World, order: OrderId) -> OnDisk {
    world.until(order, "a settled order", is_settled).await;
    assert_once(world, order).await
}

/// Compares what the hub has on disk with what gateway, till and printers saw.
///
/// # Panics
/// Where something is missing or there twice.
pub async fn assert_once(world: &World, order: OrderId) -> OnDisk {
    let disk = world.on_disk(order);
    let paid = assert_paid_once(world, &disk).await;
    assert_relayed_once(world, &disk, &paid).await;
    assert_printed_once(world, &disk).await;
    disk
}

/// One approval, on disk and at the gateway, of the right amount.
async fn assert_paid_once(world: &World, disk: &OnDisk) -> PaymentAttempt {
    let total = disk.order.priced.total;
    let gateway = world.outside.gateway().await;
    let mut taken = 0;
    for attempt in disk
        .payments
        .iter()
        .filter(|a| a.method == Method::Kakaopay)
    {
        let name = attempt.id.to_string();
        let there = gateway
            .payments
            .iter()
            .filter(|p| p.partner_order_id == name);
        taken += there
            .map(|p| i64::from(p.approvals > 0) * p.amount.total - p.canceled_amount.total)
            .sum::<i64>();
    }
    let approved: Vec<_> = disk
        .payments
        .iter()
        .filter(|attempt| attempt.state == PaymentState::Approved)
        .collect();
    let [paid] = approved.as_slice() else {
        panic!("not paid exactly once: {:#?}", disk.payments);
    };
    let others = disk.payments.iter().filter(|attempt| attempt.id != paid.id);
    for other in others {
        assert!(other.state.is_closed_unpaid(), "{other:#?}");
    }
    let approval = paid.approval.as_ref().expect("an approval has its proof");
    assert_eq!(approval.amount, total);
    assert_eq!(paid.amount, total);
    let by_gateway = if paid.method == Method::Kakaopay {
        total.0
    } else {
        0
    };
    assert_eq!(taken, by_gateway, "what the gateway took for the order");
    (*paid).clone()
}

/// One order at the till, with the same sums, number and payment.
async fn assert_relayed_once(world: &World, disk: &OnDisk, paid: &PaymentAttempt) {
    let order = &disk.order;
    let till = world.outside.till().await;
    let there = till.of(order.id);
    let [there] = there.as_slice() else {
        panic!("not at the till exactly once: {there:#?}");
    };
    let number = order.number.expect("a released order has a number");
    assert_eq!(there.order_number, number.to_string());
    let charge = &there.order["chargePrice"];
    let tax = order.priced.tax;
    let sums = [
        ("totalAmount", order.priced.total),
        ("taxAmount", tax.vat),
        ("supplyAmount", tax.supply),
        ("taxExemptAmount", tax.exempt),
        ("depositAmount", tax.deposit),
    ];
    for (name, sum) in sums {
        assert_eq!(charge[name], sum.0, "{name} at the till");
    }
    let lines = there.order["lineItems"].as_array().map_or(0, Vec::len);
    assert_eq!(lines, order.priced.lines.len());
    let [payment] = there.payments.as_slice() else {
        panic!("not one payment at the till: {:#?}", there.payments);
    };
    assert_eq!(payment["amount"], order.priced.total.0);
    let approval = paid.approval.as_ref().expect("an approval has its proof");
    assert_eq!(payment["approvalNumber"], approval.number.as_str());
    assert_eq!(disk.relays.len(), 1);
    assert_eq!(disk.relays[0].state, RelayState::Accepted);
}

/// One ticket for each station, on paper and on disk, each the first copy.
async fn assert_printed_once(world: &World, disk: &OnDisk) {
    let mut tickets = BTreeMap::new();
    for job in &disk.prints {
        assert_eq!((job.state, job.copy), (PrintState::Printed, 1), "{job:#?}");
        *tickets.entry(job.slip.clone()).or_insert(0) += 1;
    }
    for station in slip::stations(&disk.order) {
        let papers = papers(world, &disk.order, station.as_str(), "주문서").await;
        assert_eq!(papers.len(), 1, "tickets at the {station}: {papers:#?}");
        papers[0].assert_clean();
        let slip = Slip::Kitchen(station);
        assert_eq!(tickets.remove(&slip), Some(1), "{slip:?} on disk");
    }
    tickets.remove(&Slip::Receipt);
    assert!(tickets.is_empty(), "on disk beside: {tickets:?}");
}

/// The papers of an order that came out of a printer under a title.
pub async fn papers(
    world: &World,
    order: &soban_domain::order::Order,
    printer: &str,
    title: &str,
) -> Vec<Paper> {
    let number = order.number.expect("a released order has a number");
    let jobs = world.outside.printer(printer).await.jobs;
    jobs.into_iter()
        .filter(|paper| paper.says(&number.to_string()) && paper.says(title))
        .collect()
}
