//! Asking: how a payment stands, what a day brought, and what silence means.

use soban_domain::moment::BusinessDay;
use soban_domain::money::Won;
use soban_domain::payment::Flow;
use soban_engine::ports::gateway::{
    Approve, Held, Listing, Refunded, Reversal, Reverse, SentBack, Standing,
};

use super::{
    Fault, GatewayRig, Kind, ask, assert_paid, assert_taken, authenticated, kind, offered, paid,
    refund_ask,
};
use crate::samples;

/// An inquiry says open before the payment, paid after it, and sent back after the
/// reversal; of a gateway that cannot be asked it never tells anything.
pub async fn an_inquiry_tells_how_it_stands(rig: &mut dyn GatewayRig) {
    let held = offered(rig, 1).await;
    let Kind { flow, asks, .. } = kind(rig);
    let gateway = rig.gateway();
    let unsettled = |standing: &Standing| match asks {
        true => matches!(standing, Standing::Open { .. }),
        false => matches!(standing, Standing::NoAnswer { .. }),
    };
    let standing = gateway.inquire(&held).await;
    assert!(unsettled(&standing), "{standing:?}");
    let token = rig.guest_pays(&held.offer).await;
    if flow != Flow::Shown {
        let standing = gateway.inquire(&held).await;
        assert!(unsettled(&standing), "{standing:?}");
        let answer = gateway.approve(&held, &token).await;
        assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    }
    assert_paid(rig, &held).await;
    if asks {
        assert_eq!(gateway.reverse(&held, None).await, Reverse::Done);
        assert_eq!(gateway.inquire(&held).await, Standing::SentBack);
    }
}

/// A guest who left for good has not paid and will not; no money moved.
pub async fn a_guest_who_quit_has_not_paid(rig: &mut dyn GatewayRig) {
    let held = offered(rig, 1).await;
    rig.guest_quits(&held.offer).await;
    let standing = rig.gateway().inquire(&held).await;
    match kind(rig).asks {
        true => assert!(matches!(standing, Standing::Unpaid { .. }), "{standing:?}"),
        false => assert!(
            matches!(standing, Standing::NoAnswer { .. }),
            "{standing:?}"
        ),
    }
    assert_taken(rig, &held, 0).await;
}

/// A payment of another amount or order than ours is never reported as paid, by asking
/// with a record that differs from what was offered.
pub async fn what_does_not_fit_is_never_paid(rig: &mut dyn GatewayRig) {
    let Kind { flow, asks, .. } = kind(rig);
    let dearer = |held: &Held| Held {
        amount: Won(held.amount.0 + 1),
        ..held.clone()
    };
    if flow == Flow::Page {
        let other = offered(rig, 3).await;
        let token = rig.guest_pays(&other.offer).await;
        let answer = rig.gateway().approve(&dearer(&other), &token).await;
        assert!(!matches!(answer, Approve::Approved(_)), "{answer:?}");
    }
    let (held, _) = paid(rig).await;
    let mut odd = vec![dearer(&held)];
    // A code that we show knows no order; its reference alone says whose it is.
    odd.extend((flow == Flow::Page).then(|| Held {
        order: samples::order_id(2),
        attempt: samples::attempt_id(2),
        ..held.clone()
    }));
    for odd in odd {
        let standing = rig.gateway().inquire(&odd).await;
        match asks {
            true => assert!(
                matches!(standing, Standing::Mismatched { .. }),
                "{standing:?}"
            ),
            false => assert!(
                matches!(standing, Standing::NoAnswer { .. }),
                "{standing:?}"
            ),
        }
    }
    assert_paid(rig, &held).await;
}

/// An inquiry without a usable answer says just that, and the next one tells.
pub async fn a_lost_inquiry_is_no_answer(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    if !kind(rig).asks {
        let back = rig.gateway().sent_back(&held).await;
        assert_eq!(back, SentBack::CannotTell);
        return;
    }
    for fault in [Fault::LostReply, Fault::GarbledReply, Fault::ServerError] {
        rig.fault(fault).await;
        let standing = rig.gateway().inquire(&held).await;
        assert!(
            matches!(standing, Standing::NoAnswer { .. }),
            "{fault:?}: {standing:?}"
        );
        rig.fault(fault).await;
        let back = rig.gateway().sent_back(&held).await;
        assert!(
            matches!(back, SentBack::NoAnswer { .. }),
            "{fault:?}: {back:?}"
        );
    }
    assert_paid(rig, &held).await;
}

/// A page whose answer is lost is no offer, and another can be asked for; an offer that is
/// made in the shop cannot be lost.
pub async fn a_lost_offer_is_no_offer(rig: &mut dyn GatewayRig) {
    if kind(rig).flow == Flow::Page {
        for fault in [Fault::LostReply, Fault::GarbledReply, Fault::ServerError] {
            rig.fault(fault).await;
            let offer = rig.gateway().offer(&ask(2)).await;
            assert!(offer.is_err(), "{fault:?}: {offer:?}");
        }
    }
    offered(rig, 1).await;
}

/// The payments of a day are listed with what went back of them, or it is said that there is
/// no list; a list that does not come is no empty one.
pub async fn a_day_is_listed(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    let gateway = rig.gateway();
    if !gateway.abilities().lists {
        assert_eq!(gateway.list(samples::day()).await, Listing::NotOffered);
        return;
    }
    let approved_at = held.approval.as_ref().expect("it was approved").at;
    let day = BusinessDay::of(approved_at, 0);
    let row = |listing: Listing| {
        let rows = match listing {
            Listing::Rows(rows) => rows,
            Listing::NotOffered | Listing::NoAnswer { .. } => Vec::new(),
        };
        let mut ours = rows
            .into_iter()
            .filter(|row| row.gateway_id == held.offer.gateway_id);
        let row = ours.next().expect("the payment is in the list");
        assert!(ours.next().is_none(), "a payment is listed once");
        assert!(row.attempt.is_none_or(|attempt| attempt == held.attempt));
        (row.approved, row.sent_back)
    };
    assert_eq!(row(gateway.list(day).await), (held.amount, Won::ZERO));
    let wish = refund_ask(1, 1_000, held.amount);
    let back = gateway.refund(&held, &wish).await;
    assert!(matches!(back, Refunded::Done { .. }), "{back:?}");
    assert_eq!(row(gateway.list(day).await), (held.amount, Won(1_000)));
    let earlier = BusinessDay::of(soban_domain::moment::Timestamp(0), 0);
    assert_eq!(gateway.list(earlier).await, Listing::Rows(Vec::new()));
    for fault in [Fault::LostReply, Fault::GarbledReply, Fault::ServerError] {
        rig.fault(fault).await;
        let listing = gateway.list(day).await;
        assert!(
            matches!(listing, Listing::NoAnswer { .. }),
            "{fault:?}: {listing:?}"
        );
    }
}

/// "Not sent" is said where nobody listens; an inquiry then has no answer and a page is worth
/// another try. What is made in the shop is made all the same.
pub async fn not_sent_only_when_nobody_listens(rig: &mut dyn GatewayRig) {
    let (held, token) = match kind(rig).flow {
        Flow::Shown => paid(rig).await,
        Flow::Page | Flow::Scan | Flow::Staff => authenticated(rig).await,
    };
    rig.go_away().await;
    let Kind { flow, reversal, .. } = kind(rig);
    let gateway = rig.gateway();
    let answer = gateway.approve(&held, &token).await;
    match flow {
        Flow::Shown => assert!(matches!(answer, Approve::Unknown { .. }), "{answer:?}"),
        Flow::Page | Flow::Scan | Flow::Staff => {
            assert!(matches!(answer, Approve::NotSent { .. }), "{answer:?}");
        }
    }
    let answer = gateway.reverse(&held, Some(&token)).await;
    match reversal {
        Reversal::None => assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}"),
        Reversal::ById | Reversal::NetCancel => {
            assert!(matches!(answer, Reverse::NotSent { .. }), "{answer:?}");
        }
    }
    let standing = gateway.inquire(&held).await;
    assert!(
        matches!(standing, Standing::NoAnswer { .. }),
        "{standing:?}"
    );
    let offer = gateway.offer(&ask(2)).await;
    match flow {
        Flow::Page => assert!(offer.is_err_and(|none| none.passing)),
        Flow::Scan | Flow::Shown | Flow::Staff => assert!(offer.is_ok()),
    }
}
