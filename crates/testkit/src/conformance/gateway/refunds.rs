//! Refunds: a part or the rest of an approval, once.

use soban_domain::money::Won;
use soban_domain::tax::TaxParts;
use soban_engine::ports::gateway::{Held, RefundAsk, Refunded, Reversal, SentBack, Standing};

use super::{Fault, GatewayRig, assert_all_back, kind, paid, refund_ask};

async fn assert_back(rig: &mut dyn GatewayRig, held: &Held, sum: i64) {
    let ledger = rig.ledger(held.attempt).await;
    assert_eq!(ledger.sent_back, Won(sum), "the gateway's ledger");
    let told = rig.gateway().sent_back(held).await;
    match kind(rig).asks {
        true => assert_eq!(told, SentBack::Sum(Won(sum))),
        false => assert_eq!(told, SentBack::CannotTell),
    }
}

async fn assert_done(rig: &mut dyn GatewayRig, held: &Held, wish: &RefundAsk) {
    let answer = rig.gateway().refund(held, wish).await;
    assert!(matches!(answer, Refunded::Done { .. }), "{answer:?}");
}

/// What an earlier refund left of each part: parts of their own would not add up to the won.
fn rest_of(all: TaxParts, back: TaxParts) -> TaxParts {
    let less = |all: Won, back: Won| Won(all.0 - back.0);
    TaxParts {
        supply: less(all.supply, back.supply),
        vat: less(all.vat, back.vat),
        exempt: less(all.exempt, back.exempt),
        deposit: less(all.deposit, back.deposit),
    }
}

/// With a refund known, as the engine holds it.
fn after(held: &Held, sum: i64) -> Held {
    Held {
        refunded: Won(sum),
        ..held.clone()
    }
}

/// A part goes back and leaves the rest, then the rest goes back; a gateway that has no part
/// refuses one and takes all of it back. Where nothing can be sent back by machine, it is
/// refused and nothing moves.
pub async fn a_refund_of_a_part_leaves_the_rest(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    let (all, part) = (held.amount, 5_000);
    let wish = refund_ask(1, part, all);
    let parts = rig.gateway().abilities().partial_refund;
    if !parts {
        let answer = rig.gateway().refund(&held, &wish).await;
        assert!(matches!(answer, Refunded::Refused { .. }), "{answer:?}");
        assert_back(rig, &held, 0).await;
    }
    if kind(rig).reversal == Reversal::None {
        let answer = rig
            .gateway()
            .refund(&held, &refund_ask(2, all.0, all))
            .await;
        assert!(matches!(answer, Refunded::Refused { .. }), "{answer:?}");
        return assert_back(rig, &held, 0).await;
    }
    if !parts {
        assert_done(rig, &held, &refund_ask(2, all.0, all)).await;
        return assert_all_back(rig, &held).await;
    }
    assert_done(rig, &held, &wish).await;
    assert_back(rig, &held, part).await;
    let standing = rig.gateway().inquire(&held).await;
    assert!(matches!(standing, Standing::Paid(_)), "{standing:?}");
    let rest = all.0 - part;
    let last = RefundAsk {
        tax: rest_of(held.tax, wish.tax),
        ..refund_ask(2, rest, Won(rest))
    };
    assert_done(rig, &after(&held, part), &last).await;
    assert_back(rig, &held, all.0).await;
    assert_eq!(rig.gateway().inquire(&held).await, Standing::SentBack);
    assert_all_back(rig, &held).await;
}

/// A refund that believes more is left than is, moves nothing: two people who refund at once
/// send money back once.
pub async fn a_second_refund_is_guarded(rig: &mut dyn GatewayRig) {
    if kind(rig).reversal == Reversal::None {
        return;
    }
    let (held, _) = paid(rig).await;
    let all = held.amount;
    let first = match rig.gateway().abilities().partial_refund {
        true => 5_000,
        false => all.0,
    };
    assert_done(rig, &held, &refund_ask(1, first, all)).await;
    let second = rig
        .gateway()
        .refund(&held, &refund_ask(2, first, all))
        .await;
    if rig.gateway().abilities().partial_refund {
        assert!(!matches!(second, Refunded::Done { .. }), "{second:?}");
    }
    assert_back(rig, &held, first).await;
    let known = after(&held, first);
    let third = rig
        .gateway()
        .refund(&known, &refund_ask(3, first, all))
        .await;
    assert!(!matches!(third, Refunded::Done { .. }), "{third:?}");
    assert_back(rig, &held, first).await;
}

/// A refund whose answer is lost is unknown; what was sent back tells, or the same refund
/// sent once more says that it is done; money went back once.
pub async fn a_lost_refund_is_found(rig: &mut dyn GatewayRig) {
    if kind(rig).reversal == Reversal::None {
        return;
    }
    let (held, _) = paid(rig).await;
    let all = held.amount;
    let wish = refund_ask(1, all.0, all);
    for fault in [Fault::ServerError, Fault::LostReply] {
        rig.fault(fault).await;
        let answer = rig.gateway().refund(&held, &wish).await;
        assert!(matches!(answer, Refunded::Unknown { .. }), "{answer:?}");
        let done = if fault == Fault::LostReply { all.0 } else { 0 };
        assert_back(rig, &held, done).await;
    }
    let again = rig.gateway().refund(&held, &wish).await;
    match kind(rig).asks {
        true => assert!(!matches!(again, Refunded::Refused { .. }), "{again:?}"),
        false => assert!(matches!(again, Refunded::Done { .. }), "{again:?}"),
    }
    assert_all_back(rig, &held).await;
}
