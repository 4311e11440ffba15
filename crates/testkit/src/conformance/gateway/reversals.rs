//! Reversals: all of a payment back, or sure that none was taken.

use soban_domain::money::Won;
use soban_engine::ports::gateway::{Held, ReturnToken, Reversal, Reverse, Standing};

use super::{Fault, GatewayRig, Kind, assert_all_back, assert_paid, kind, paid};

/// A reversal sends all of the money back, and a second one sends nothing more. Where nothing
/// can be sent back by machine, it says so and nothing moves.
pub async fn a_reversal_sends_all_back_once(rig: &mut dyn GatewayRig) {
    let (held, token) = paid(rig).await;
    let Kind { asks, reversal, .. } = kind(rig);
    let answer = rig.gateway().reverse(&held, Some(&token)).await;
    if reversal == Reversal::None {
        assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
        return assert_paid(rig, &held).await;
    }
    assert_eq!(answer, Reverse::Done);
    assert_all_back(rig, &held).await;
    let again = rig.gateway().reverse(&held, Some(&token)).await;
    assert!(!matches!(again, Reverse::NotSent { .. }), "{again:?}");
    assert_all_back(rig, &held).await;
    if asks {
        assert_eq!(rig.gateway().inquire(&held).await, Standing::SentBack);
    }
}

/// A reversal whose answer is lost is unknown; the inquiry finds the money sent back, or a
/// repeat says so, and it went back once.
pub async fn a_lost_reversal_is_unknown_and_done(rig: &mut dyn GatewayRig) {
    let Kind { asks, reversal, .. } = kind(rig);
    if reversal == Reversal::None {
        return;
    }
    let (held, token) = paid(rig).await;
    rig.fault(Fault::LostReply).await;
    let answer = rig.gateway().reverse(&held, Some(&token)).await;
    assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    if asks {
        assert_eq!(rig.gateway().inquire(&held).await, Standing::SentBack);
    }
    let again = rig.gateway().reverse(&held, Some(&token)).await;
    assert_eq!(again, Reverse::Done);
    assert_all_back(rig, &held).await;
}

/// A net-cancel undoes an approval by its own data and by no other, needs them all, and is
/// done once however often it is sent.
pub async fn a_net_cancel_repeats_the_approvals_data(rig: &mut dyn GatewayRig) {
    if kind(rig).reversal != Reversal::NetCancel {
        return;
    }
    let (held, token) = paid(rig).await;
    let gateway = rig.gateway();
    let later = held.sent_at.map(|at| at.plus_seconds(1));
    let odd = [
        Held {
            sent_at: later,
            ..held.clone()
        },
        Held {
            amount: Won(held.amount.0 + 1),
            ..held.clone()
        },
    ];
    for odd in odd {
        let answer = gateway.reverse(&odd, Some(&token)).await;
        assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    }
    let foreign = ReturnToken::new("281111111111111111111111").expect("a token fits");
    let answer = gateway.reverse(&held, Some(&foreign)).await;
    assert!(matches!(answer, Reverse::Unknown { .. }), "{answer:?}");
    let unsent = Held {
        sent_at: None,
        ..held.clone()
    };
    for (held, token) in [(&held, None), (&unsent, Some(&token))] {
        let answer = gateway.reverse(held, token).await;
        assert!(matches!(answer, Reverse::NotSent { .. }), "{answer:?}");
    }
    assert_paid(rig, &held).await;
    for _ in 0..3 {
        let answer = gateway.reverse(&held, Some(&token)).await;
        assert_eq!(answer, Reverse::Done);
        assert_all_back(rig, &held).await;
    }
}
