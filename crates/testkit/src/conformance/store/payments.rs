//! Clauses on payment attempts: the guards of money.

use soban_domain::machine::Machine;
use soban_domain::money::Won;
use soban_domain::payment::{Method, PaymentAttempt, PaymentState};
use soban_engine::ports::Store;
use soban_engine::ports::gateway::ReturnToken;

use super::{StoreRig, keep, refused, see};
use crate::samples;

/// A token as a gateway makes them.
pub(super) fn token() -> ReturnToken {
    ReturnToken::new("sample-pg-token-0001").expect("a sample token fits")
}

async fn put(store: &dyn Store, attempt: PaymentAttempt) {
    keep(store, move |tx| tx.put_attempt(&attempt)).await;
}

async fn put_refused(store: &dyn Store, attempt: PaymentAttempt) {
    refused(store, move |tx| tx.put_attempt(&attempt)).await;
}

async fn place(store: &dyn Store, orders: u64) {
    keep(store, move |tx| {
        (1..=orders).try_for_each(|n| samples::place(tx, n).map(|_| ()))
    })
    .await;
}

/// An attempt reads back as written, in every state and cause.
pub async fn attempts_are_read_back_in_every_state(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    for state in PaymentState::states() {
        let attempt = samples::attempt(1, 1, state);
        put(&*store, attempt.clone()).await;
        let back = see(&*store, |tx| tx.attempt(samples::attempt_id(1))).await;
        assert_eq!(back, Some(attempt));
    }
    let counter = PaymentAttempt {
        method: Method::Counter,
        offer: None,
        ..samples::attempt(2, 1, PaymentState::Declined)
    };
    put(&*store, counter.clone()).await;
    let back = see(&*store, |tx| tx.attempt(samples::attempt_id(2))).await;
    assert_eq!(back, Some(counter));
    assert_eq!(
        see(&*store, |tx| tx.attempt(samples::attempt_id(3))).await,
        None
    );
}

/// An attempt of an order that is not on disk, or of no money, is refused.
pub async fn an_attempt_needs_its_order(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let attempt = samples::attempt(1, 1, PaymentState::Prepared);
    put_refused(&*store, attempt.clone()).await;
    place(&*store, 1).await;
    put_refused(
        &*store,
        PaymentAttempt {
            amount: Won::ZERO,
            ..attempt
        },
    )
    .await;
}

/// While an attempt may take money or took it, no other attempt of its order can be
/// live, by trying every live state; other orders do not mind.
pub async fn a_second_live_attempt_is_refused(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 2).await;
    let live = |state: &PaymentState| !state.is_over();
    for state in PaymentState::states().into_iter().filter(live) {
        put(&*store, samples::attempt(1, 1, state)).await;
        let second = samples::attempt(2, 1, PaymentState::Prepared);
        put_refused(&*store, second).await;
        let second = samples::attempt(2, 1, PaymentState::Approved);
        put_refused(&*store, second).await;
        // Closed at once it takes no money, so it may be written.
        put(&*store, samples::attempt(9, 1, PaymentState::Declined)).await;
    }
    put(&*store, samples::attempt(3, 2, PaymentState::Approved)).await;
}

/// Money that came after an attempt's end stands beside a newer attempt while it is sent
/// back, and never pays: by a closed attempt that comes back as late, and as approved.
pub async fn late_money_stands_beside(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    put(&*store, samples::attempt(1, 1, PaymentState::Expired)).await;
    put(&*store, samples::attempt(2, 1, PaymentState::Waiting)).await;
    let late = |state| PaymentAttempt {
        late: true,
        ..samples::attempt(1, 1, state)
    };
    put_refused(&*store, samples::attempt(1, 1, PaymentState::Reversing)).await;
    put(&*store, late(PaymentState::Reversing)).await;
    put(&*store, samples::attempt(2, 1, PaymentState::Approved)).await;
    put_refused(&*store, late(PaymentState::Approved)).await;
    put(&*store, late(PaymentState::NeedsStaff)).await;
    put(&*store, late(PaymentState::Reversed)).await;
    put_refused(&*store, samples::attempt(1, 1, PaymentState::Reversed)).await;
}

/// No more goes back than was taken, and what went back does not come again: by sums
/// around the amount, and a smaller one after a larger.
pub async fn refunds_stay_within_the_approval(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    let total = samples::priced().total;
    let refunded = |state, won| PaymentAttempt {
        refunded: Won(won),
        ..samples::attempt(1, 1, state)
    };
    put(&*store, refunded(PaymentState::Approved, 0)).await;
    put_refused(&*store, refunded(PaymentState::Refunded, total.0 + 1)).await;
    put(&*store, refunded(PaymentState::PartlyRefunded, 100)).await;
    put_refused(&*store, refunded(PaymentState::PartlyRefunded, 99)).await;
    put(&*store, refunded(PaymentState::Refunded, total.0)).await;
}

/// A closed attempt is driven on for as long as it is watched, and one with staff when
/// they have it asked for: by setting and clearing both moments.
pub async fn watched_attempts_are_open(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 2).await;
    let watched = |watch| PaymentAttempt {
        watch,
        next_try: None,
        ..samples::attempt(1, 1, PaymentState::Declined)
    };
    let asked = |next_try| PaymentAttempt {
        next_try,
        ..samples::attempt(2, 2, PaymentState::NeedsStaff)
    };
    for moment in [Some(samples::NOW), None] {
        put(&*store, watched(moment)).await;
        put(&*store, asked(moment)).await;
        let open = see(&*store, |tx| tx.open_attempts()).await;
        let due = if moment.is_some() { 2 } else { 0 };
        assert_eq!(open.len(), due, "{moment:?}");
    }
}

/// After an attempt that closed without money another may begin, and the closed one
/// cannot come alive beside it.
pub async fn a_closed_attempt_makes_room(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let closed = |state: &PaymentState| state.is_closed_unpaid();
    let states: Vec<_> = PaymentState::states().into_iter().filter(closed).collect();
    let orders = u64::try_from(states.len()).unwrap_or(0);
    place(&*store, orders).await;
    for (order, state) in (1..).zip(states) {
        put(&*store, samples::attempt(10 * order, order, state)).await;
        let second = samples::attempt(10 * order + 1, order, PaymentState::Approved);
        put(&*store, second).await;
        let awake = samples::attempt(10 * order, order, PaymentState::Waiting);
        put_refused(&*store, awake).await;
    }
}

/// An approved attempt without a proof, or with a proof of another amount, is refused.
pub async fn an_approval_needs_its_proof(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    let approved = samples::attempt(1, 1, PaymentState::Approved);
    let mut short = approved.clone();
    if let Some(proof) = &mut short.approval {
        proof.amount = Won(proof.amount.0 - 1);
    }
    let bare = PaymentAttempt {
        approval: None,
        ..approved.clone()
    };
    put_refused(&*store, short).await;
    put_refused(&*store, bare).await;
    put(&*store, approved).await;
}

/// Two attempts never share a gateway's id; attempts without one do not clash.
pub async fn a_gateway_id_is_used_once(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 4).await;
    put(&*store, samples::attempt(1, 1, PaymentState::Waiting)).await;
    let same = PaymentAttempt {
        offer: Some(samples::offer(1)),
        ..samples::attempt(2, 2, PaymentState::Waiting)
    };
    put_refused(&*store, same).await;
    for n in [3, 4] {
        let without = PaymentAttempt {
            offer: None,
            ..samples::attempt(n, n, PaymentState::Prepared)
        };
        put(&*store, without).await;
    }
}

/// Order, method, amount and gateway id of an attempt cannot be changed; the gateway id
/// can come later.
pub async fn the_facts_of_an_attempt_never_change(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 2).await;
    let first = samples::attempt(1, 1, PaymentState::Asking);
    let asking = PaymentAttempt {
        offer: None,
        ..first.clone()
    };
    put(&*store, asking.clone()).await;
    put(&*store, first.clone()).await;
    let changed = [
        asking,
        PaymentAttempt {
            order: samples::order_id(2),
            ..first.clone()
        },
        PaymentAttempt {
            method: Method::Counter,
            ..first.clone()
        },
        PaymentAttempt {
            amount: Won(1),
            ..first.clone()
        },
        PaymentAttempt {
            offer: Some(samples::offer(2)),
            ..first
        },
    ];
    for attempt in changed {
        put_refused(&*store, attempt).await;
    }
}

/// The attempts of an order come in the order of their writing, and no others.
pub async fn attempts_come_oldest_first(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 2).await;
    for (n, order) in [(5, 1), (6, 2), (2, 1), (3, 1)] {
        let attempt = samples::attempt(n, order, PaymentState::Declined);
        put(&*store, attempt).await;
    }
    put(&*store, samples::attempt(5, 1, PaymentState::Expired)).await;
    let of = see(&*store, |tx| tx.attempts_of(samples::order_id(1))).await;
    let ids: Vec<_> = of.iter().map(|attempt| attempt.id).collect();
    assert_eq!(ids, [5, 2, 3].map(samples::attempt_id));
}

/// The engine gets the attempts that it must drive and staff those that only they can
/// end, by one attempt in each state.
pub async fn open_attempts_and_those_for_staff(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = PaymentState::states();
    place(&*store, u64::try_from(states.len()).unwrap_or(0)).await;
    for (n, state) in (1..).zip(states.clone()) {
        put(&*store, samples::attempt(n, n, state)).await;
    }
    let open = see(&*store, |tx| tx.open_attempts()).await;
    let wanted: Vec<_> = states.into_iter().filter(|state| state.is_open()).collect();
    assert_eq!(open.iter().map(|a| a.state).collect::<Vec<_>>(), wanted);
    let staff = see(&*store, |tx| tx.attempts_for_staff()).await;
    let staff: Vec<_> = staff.iter().map(|attempt| attempt.state).collect();
    assert_eq!(staff, [PaymentState::NeedsStaff]);
}

/// A token is kept beside its attempt until it is dropped; dropping twice is no harm.
pub async fn a_token_is_kept_and_dropped(rig: &mut dyn StoreRig) {
    let store = rig.store();
    place(&*store, 1).await;
    put(&*store, samples::attempt(1, 1, PaymentState::Approving)).await;
    let id = samples::attempt_id(1);
    keep(&*store, move |tx| tx.keep_token(id, &token())).await;
    assert_eq!(see(&*store, move |tx| tx.token(id)).await, Some(token()));
    for _ in 0..2 {
        keep(&*store, move |tx| tx.drop_token(id)).await;
        assert_eq!(see(&*store, move |tx| tx.token(id)).await, None);
    }
}

/// A token of an attempt that is not on disk is refused.
pub async fn a_token_needs_its_attempt(rig: &mut dyn StoreRig) {
    let store = rig.store();
    refused(&*store, |tx| {
        tx.keep_token(samples::attempt_id(1), &token())
    })
    .await;
}
