//! Faults to sow: each breaks one fresh order of a day in one way, and tells the
//! difference that must be named for it.

use soban_domain::ids::AttemptId;
use soban_domain::money::Won;
use soban_domain::payment::{Cause, Method, PaymentState};
use soban_domain::reconcile::DifferenceKind as Kind;
use soban_domain::reconcile::{GatewaySide, PosSide, Repair};
use soban_domain::refund::RefundState;
use uuid::Uuid;

use crate::world::World;

/// What must be said of a fault: kind, our amount, theirs, the gap and the repair.
pub(crate) type Said = (Kind, i64, Option<i64>, i64, Repair);

/// A fault: it adds an order to the day, breaks it, and tells what must be said.
pub(crate) type Fault = fn(&mut World) -> Said;

/// Every fault by name.
pub(crate) const FAULTS: [(&str, Fault); 27] = [
    ("money of nobody", money_of_nobody),
    (
        "money of an attempt that our disk lost",
        money_of_a_lost_attempt,
    ),
    ("money after the end", money_after_the_end),
    (
        "money after the end of a released order",
        money_after_release,
    ),
    ("more sent back than taken", more_back_than_taken),
    ("no money at the gateway", no_money_there),
    ("no row at the gateway", no_row_there),
    ("another amount at the gateway", another_amount),
    ("a refund that only the gateway knows", refund_there),
    ("a refund that only we know", refund_here),
    ("two approvals in our books", two_here),
    ("a second approval at the gateway", two_there),
    ("two payments of one attempt", two_of_one),
    ("more approved than the total", above_the_total),
    ("released without a payment", released_unpaid),
    ("paid and kept back", kept_back),
    ("absent at the POS", absent_at_pos),
    ("not taken by the POS", not_taken_by_pos),
    ("unknown order at the POS", unknown_at_pos),
    ("unpaid order at the POS", unpaid_at_pos),
    ("paid order at the POS, not released", paid_at_pos),
    ("another amount at the POS", pos_amount),
    ("twice at the POS", twice_at_pos),
    ("a payment that nobody knows of", unknown_payment),
    ("a payment under way after the meal", payment_under_way),
    ("a payment for staff", payment_for_staff),
    ("a refund under way", refund_under_way),
];

fn money_of_nobody(world: &mut World) -> Said {
    let id = world.new_order();
    world.rows.push(GatewaySide {
        gateway_id: format!("X{id}"),
        attempt: None,
        approved: Won(7_700),
        sent_back: Won(700),
    });
    (
        Kind::PaidAtGatewayNoOrder,
        0,
        Some(7_000),
        7_000,
        Repair::SendBack,
    )
}

fn money_of_a_lost_attempt(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.unpos(order);
    world.orders.remove(order);
    (
        Kind::PaidAtGatewayNoOrder,
        0,
        Some(12_500),
        12_500,
        Repair::SendBack,
    )
}

fn money_after_the_end(world: &mut World) -> Said {
    let attempt = world.attempt(Method::Kakaopay, PaymentState::Expired, 0);
    world.row(&attempt, 12_500, 0);
    world.place(12_500, vec![attempt]);
    (
        Kind::PaidAtGatewayNotHere,
        0,
        Some(12_500),
        12_500,
        Repair::SendBack,
    )
}

fn money_after_release(world: &mut World) -> Said {
    let closed = world.attempt(Method::Kakaopay, PaymentState::Declined, 0);
    world.row(&closed, 12_500, 0);
    // Paid at the counter, and all of that handed back: the later money is not a second.
    let mut back = world.attempt(Method::Counter, PaymentState::Approved, 12_500);
    back.handed_back = Won(12_500);
    world.release(12_500, vec![closed, back]);
    (
        Kind::PaidAtGatewayNotHere,
        0,
        Some(12_500),
        12_500,
        Repair::StaffDecide,
    )
}

fn more_back_than_taken(world: &mut World) -> Said {
    let attempt = world.attempt(Method::Kakaopay, PaymentState::Reversed, 0);
    world.row(&attempt, 12_500, 12_600);
    world.place(12_500, vec![attempt]);
    (
        Kind::PaidAtGatewayNotHere,
        0,
        Some(-100),
        -100,
        Repair::AskGateway,
    )
}

fn no_money_there(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.row_of(order).approved = Won(0);
    (
        Kind::PaidHereNotAtGateway,
        12_500,
        Some(0),
        -12_500,
        Repair::AskGateway,
    )
}

fn no_row_there(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.orders[order].attempts[0].refunded = Won(4_250);
    world.forget(order);
    (
        Kind::PaidHereNotAtGateway,
        12_500,
        Some(0),
        -8_250,
        Repair::AskGateway,
    )
}

fn another_amount(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.row_of(order).approved = Won(12_400);
    (
        Kind::AmountDiffers,
        12_500,
        Some(12_400),
        -100,
        Repair::StaffDecide,
    )
}

fn refund_there(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.row_of(order).sent_back = Won(4_250);
    (
        Kind::RefundDiffers,
        0,
        Some(4_250),
        -4_250,
        Repair::RecordRefund,
    )
}

fn refund_here(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.orders[order].attempts[0].refunded = Won(12_500);
    (
        Kind::RefundDiffers,
        12_500,
        Some(0),
        12_500,
        Repair::AskGateway,
    )
}

fn two_here(world: &mut World) -> Said {
    let order = world.paid(12_500);
    let second = world.attempt(Method::Counter, PaymentState::Approved, 12_500);
    world.orders[order].attempts.push(second);
    (
        Kind::TwoLiveApprovals,
        12_500,
        Some(25_000),
        0,
        Repair::SendBack,
    )
}

fn two_there(world: &mut World) -> Said {
    let order = world.paid(12_500);
    let closed = world.attempt(Method::Kakaopay, PaymentState::Declined, 0);
    world.row(&closed, 12_500, 0);
    world.orders[order].attempts.insert(0, closed);
    (
        Kind::TwoLiveApprovals,
        0,
        Some(12_500),
        12_500,
        Repair::SendBack,
    )
}

fn two_of_one(world: &mut World) -> Said {
    let order = world.paid(12_500);
    let mut again = world.row_of(order).clone();
    again.gateway_id.push('2');
    world.rows.insert(0, again);
    (
        Kind::TwoLiveApprovals,
        0,
        Some(12_500),
        12_500,
        Repair::SendBack,
    )
}

fn above_the_total(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.orders[order].total = Won(12_000);
    world.pos_of(order).amount = Won(12_000);
    (
        Kind::TotalDiffers,
        12_000,
        Some(12_500),
        0,
        Repair::StaffDecide,
    )
}

fn released_unpaid(world: &mut World) -> Said {
    let declined = world.attempt(Method::Kakaopay, PaymentState::Declined, 0);
    world.release(12_500, vec![declined]);
    (
        Kind::ReleasedUnpaid,
        12_500,
        Some(0),
        0,
        Repair::StaffDecide,
    )
}

fn kept_back(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.orders[order].released = false;
    world.unpos(order);
    (Kind::PaidNotReleased, 12_500, None, 0, Repair::ReleaseOrder)
}

fn absent_at_pos(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.unpos(order);
    (
        Kind::ReleasedNotAtPos,
        12_500,
        Some(0),
        -12_500,
        Repair::SendToPos,
    )
}

fn not_taken_by_pos(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.pos_of(order).accepted = false;
    (
        Kind::ReleasedNotAtPos,
        12_500,
        Some(0),
        -12_500,
        Repair::EnterAtPos,
    )
}

fn unknown_at_pos(world: &mut World) -> Said {
    let order = world.new_order();
    world.pos.push(PosSide {
        order,
        amount: Won(12_500),
        accepted: true,
    });
    (
        Kind::AtPosNotReleased,
        0,
        Some(12_500),
        12_500,
        Repair::StaffDecide,
    )
}

fn unpaid_at_pos(world: &mut World) -> Said {
    let order = world.place(12_500, vec![]).order;
    world.pos.push(PosSide {
        order,
        amount: Won(12_500),
        accepted: false,
    });
    (
        Kind::AtPosNotReleased,
        0,
        Some(12_500),
        0,
        Repair::VoidAtPos,
    )
}

fn paid_at_pos(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.orders[order].released = false;
    (
        Kind::AtPosNotReleased,
        0,
        Some(12_500),
        12_500,
        Repair::ReleaseOrder,
    )
}

fn pos_amount(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.pos_of(order).amount = Won(8_250);
    (
        Kind::PosAmountDiffers,
        12_500,
        Some(8_250),
        -4_250,
        Repair::StaffDecide,
    )
}

fn twice_at_pos(world: &mut World) -> Said {
    let order = world.paid(12_500);
    let again = *world.pos_of(order);
    world.pos.push(again);
    (Kind::TwiceAtPos, 0, Some(12_500), 12_500, Repair::VoidAtPos)
}

fn unknown_payment(world: &mut World) -> Said {
    let state = PaymentState::Unknown(Cause::NoAnswer);
    let attempt = world.attempt(Method::Kakaopay, state, 0);
    world.row(&attempt, 12_500, 0);
    world.place(12_500, vec![attempt]);
    (Kind::StillOpen, 0, Some(12_500), 12_500, Repair::AskGateway)
}

fn payment_under_way(world: &mut World) -> Said {
    let attempt = world.attempt(Method::Kakaopay, PaymentState::Waiting, 0);
    world.release(12_500, vec![attempt]);
    (Kind::StillOpen, 0, Some(0), 0, Repair::Wait)
}

fn payment_for_staff(world: &mut World) -> Said {
    let attempt = world.attempt(Method::Counter, PaymentState::NeedsStaff, 0);
    world.place(12_500, vec![attempt]);
    (Kind::StillOpen, 0, None, 0, Repair::StaffDecide)
}

fn refund_under_way(world: &mut World) -> Said {
    let order = world.paid(12_500);
    world.orders[order].attempts[0].refund = Some(RefundState::Sending);
    world.row_of(order).sent_back = Won(4_250);
    (Kind::StillOpen, 0, Some(4_250), -4_250, Repair::Wait)
}

/// An attempt's id that no attempt has.
pub(crate) fn no_attempt() -> AttemptId {
    AttemptId(Uuid::max())
}
