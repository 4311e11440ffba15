//! Offers and approvals: what takes money, and what its answer may be called.

use soban_domain::money::Won;
use soban_domain::payment::{Cause, Flow};
use soban_engine::ports::gateway::{Approve, ReturnToken, Reversal, Reverse, Standing};

use super::{
    Fault, GatewayRig, Kind, Ledger, ask, assert_paid, assert_taken, assert_undone, assert_unknown,
    authenticated, fits, kind, offered, paid,
};

/// An offer names a payment and how the guest comes to it, and until somebody pays no money
/// moves.
pub async fn an_offer_moves_no_money(rig: &mut dyn GatewayRig) {
    let held = offered(rig, 1).await;
    assert!(!held.offer.gateway_id.is_empty());
    let flow = kind(rig).flow;
    for url in [&held.offer.mobile_url, &held.offer.pc_url] {
        assert_eq!(url.starts_with("http"), flow == Flow::Page, "{url}");
    }
    assert_eq!(held.offer.qr.is_some(), flow == Flow::Shown);
    if flow != Flow::Shown {
        rig.guest_pays(&held.offer).await;
    }
    assert_taken(rig, &held, 0).await;
    let second = rig.gateway().offer(&ask(2)).await;
    let second = second.expect("the gateway makes a second offer");
    assert_ne!(second.gateway_id, held.offer.gateway_id);
}

/// An approval takes the amount asked for, once, and says so with a number; a code that we
/// show is paid without one.
pub async fn an_approval_takes_exactly_the_amount(rig: &mut dyn GatewayRig) {
    let (held, _) = paid(rig).await;
    let proven = held.approval.as_ref().is_some_and(|one| fits(one, &held));
    let kind = kind(rig);
    assert_eq!(proven, kind.flow != Flow::Shown || kind.asks);
    assert_paid(rig, &held).await;
}

/// A repeated approval takes nothing more, is never called a refusal that ends the
/// attempt, and it still stands as paid.
pub async fn a_second_approval_takes_nothing_more(rig: &mut dyn GatewayRig) {
    let (held, token) = paid(rig).await;
    let again = rig.gateway().approve(&held, &token).await;
    assert!(
        matches!(again, Approve::Approved(_) | Approve::Unknown { .. }),
        "{again:?}"
    );
    assert_paid(rig, &held).await;
}

/// Before the guest authenticated, an approval is unknown because it is not yet, and
/// the guest can still finish.
pub async fn an_approval_before_the_guest_is_not_yet(rig: &mut dyn GatewayRig) {
    let held = offered(rig, 1).await;
    let early = ReturnToken::new("0123456789abcdef0123").expect("a token fits");
    let flow = kind(rig).flow;
    if flow != Flow::Scan {
        let answer = rig.gateway().approve(&held, &early).await;
        assert_unknown(&answer, Cause::NotYet);
        assert_taken(rig, &held, 0).await;
    }
    let token = rig.guest_pays(&held.offer).await;
    if flow != Flow::Shown {
        let answer = rig.gateway().approve(&held, &token).await;
        assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    }
    assert_paid(rig, &held).await;
}

/// A forged return or code takes no money and does not kill the attempt; the token is in no
/// evidence.
pub async fn a_wrong_token_takes_nothing_and_ends_nothing(rig: &mut dyn GatewayRig) {
    const FORGED: &str = "f0f0f0f0f0f0f0f0f0f0";
    if kind(rig).flow == Flow::Shown {
        return a_forged_return_of_a_shown_code(rig, FORGED).await;
    }
    let (held, token) = authenticated(rig).await;
    let forged = ReturnToken::new(FORGED).expect("a token fits");
    let answer = rig.gateway().approve(&held, &forged).await;
    match kind(rig).flow {
        // An unknown code is a refusal of that code; the guest shows another.
        Flow::Scan => assert!(matches!(answer, Approve::Declined { .. }), "{answer:?}"),
        Flow::Page | Flow::Shown | Flow::Staff => {
            assert!(matches!(answer, Approve::Unknown { .. }), "{answer:?}");
        }
    }
    assert!(!format!("{answer:?}").contains(FORGED));
    assert_taken(rig, &held, 0).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    assert_paid(rig, &held).await;
    for told in [format!("{answer:?}"), format!("{:?}", held.approval)] {
        // Toss Payments' token is the payment's key, which is no secret in an id.
        let is_key = token.reveal() == held.offer.gateway_id;
        assert!(is_key || !told.contains(token.reveal()));
    }
}

async fn a_forged_return_of_a_shown_code(rig: &mut dyn GatewayRig, forged: &str) {
    let held = offered(rig, 1).await;
    let forged = ReturnToken::new(forged).expect("a token fits");
    let answer = rig.gateway().approve(&held, &forged).await;
    assert_unknown(&answer, Cause::NotYet);
    assert_taken(rig, &held, 0).await;
    rig.guest_pays(&held.offer).await;
    assert_paid(rig, &held).await;
}

/// A listed refusal is unknown, with that cause, until an inquiry confirmed it; of a gateway
/// that cannot be asked it is final. Nothing was taken either way.
pub async fn a_refusal_is_unknown_until_asked(rig: &mut dyn GatewayRig) {
    let Kind { flow, asks, .. } = kind(rig);
    if flow == Flow::Shown {
        return;
    }
    let (held, token) = authenticated(rig).await;
    rig.fault(Fault::Refusal).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_taken(rig, &held, 0).await;
    if !asks {
        assert!(matches!(answer, Approve::Declined { .. }), "{answer:?}");
        return;
    }
    assert_unknown(&answer, Cause::Refused);
    let standing = rig.gateway().inquire(&held).await;
    assert!(
        matches!(standing, Standing::Open { .. } | Standing::Unpaid { .. }),
        "{standing:?}"
    );
}

/// Money of another amount than ours is a mismatch, on the answer and when asked, and all
/// that was taken goes back.
pub async fn a_wrong_amount_is_mismatched_and_goes_back(rig: &mut dyn GatewayRig) {
    let held = offered(rig, 1).await;
    let Kind {
        flow,
        asks,
        reversal,
    } = kind(rig);
    let token = if flow == Flow::Shown {
        rig.fault(Fault::WrongAmount).await;
        rig.guest_pays(&held.offer).await
    } else {
        let token = rig.guest_pays(&held.offer).await;
        rig.fault(Fault::WrongAmount).await;
        let answer = rig.gateway().approve(&held, &token).await;
        assert!(matches!(answer, Approve::Mismatched { .. }), "{answer:?}");
        token
    };
    let Ledger { taken, .. } = rig.ledger(held.attempt).await;
    assert!(taken != held.amount && taken > Won::ZERO, "{taken}");
    if asks {
        let standing = rig.gateway().inquire(&held).await;
        assert!(
            matches!(standing, Standing::Mismatched { .. }),
            "{standing:?}"
        );
    }
    if reversal != Reversal::None {
        assert_undone(rig, &held, &token).await;
    }
}

/// What a lost or unreadable answer leaves behind: unknown; then the inquiry finds the
/// money, or the net-cancel undoes it.
async fn unheard_approval(rig: &mut dyn GatewayRig, fault: Fault) {
    let Kind { flow, asks, .. } = kind(rig);
    if flow == Flow::Shown {
        return;
    }
    let (held, token) = authenticated(rig).await;
    rig.fault(fault).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_unknown(&answer, Cause::NoAnswer);
    assert!(asks || !format!("{answer:?}").contains(token.reveal()));
    assert_paid(rig, &held).await;
    if !asks {
        assert_undone(rig, &held, &token).await;
    }
}

/// An approval whose answer is lost is unknown, although the money was taken; the
/// inquiry finds it, or the net-cancel undoes it.
pub async fn a_lost_approval_is_unknown_and_paid(rig: &mut dyn GatewayRig) {
    unheard_approval(rig, Fault::LostReply).await;
}

/// An approval whose answer cannot be read is unknown, although the money was taken.
pub async fn an_unreadable_approval_is_unknown_and_paid(rig: &mut dyn GatewayRig) {
    unheard_approval(rig, Fault::GarbledReply).await;
}

/// A server error does not tell either; where the inquiry says open, the approval can
/// be sent again and takes the money once; where nobody can be asked, the net-cancel makes
/// sure that none is taken.
pub async fn a_server_error_is_unknown_and_can_be_tried_again(rig: &mut dyn GatewayRig) {
    let Kind { flow, asks, .. } = kind(rig);
    if flow == Flow::Shown {
        return;
    }
    let (held, token) = authenticated(rig).await;
    rig.fault(Fault::ServerError).await;
    let answer = rig.gateway().approve(&held, &token).await;
    assert_unknown(&answer, Cause::NoAnswer);
    if !asks {
        assert_undone(rig, &held, &token).await;
        return assert_taken(rig, &held, 0).await;
    }
    let standing = rig.gateway().inquire(&held).await;
    assert!(matches!(standing, Standing::Open { .. }), "{standing:?}");
    let answer = rig.gateway().approve(&held, &token).await;
    assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
    assert_paid(rig, &held).await;
}

/// Money that comes late is found by a later inquiry. Where nobody can be asked, it comes
/// after a net-cancel that found nothing, and the second net-cancel sends it back.
pub async fn a_late_approval_is_found(rig: &mut dyn GatewayRig) {
    let held = offered(rig, 1).await;
    let Kind { flow, asks, .. } = kind(rig);
    let late = Fault::LateApproval(super::LATE_SECONDS);
    let token = if flow == Flow::Shown {
        rig.fault(late).await;
        rig.guest_pays(&held.offer).await
    } else {
        let token = rig.guest_pays(&held.offer).await;
        rig.fault(late).await;
        let answer = rig.gateway().approve(&held, &token).await;
        assert_unknown(&answer, Cause::NoAnswer);
        token
    };
    assert_taken(rig, &held, 0).await;
    if asks {
        let standing = rig.gateway().inquire(&held).await;
        assert!(
            matches!(standing, Standing::Open { .. } | Standing::NoAnswer { .. }),
            "{standing:?}"
        );
    } else if flow == Flow::Scan {
        let answer = rig.gateway().reverse(&held, Some(&token)).await;
        assert_eq!(answer, Reverse::Done);
        assert_taken(rig, &held, 0).await;
    }
    rig.late_money_lands().await;
    assert_paid(rig, &held).await;
    if flow == Flow::Scan {
        assert_undone(rig, &held, &token).await;
        assert_eq!(rig.ledger(held.attempt).await.approvals, 1);
    }
}
