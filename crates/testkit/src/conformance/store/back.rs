//! Clauses on money that goes back, and on cash receipts.

use soban_domain::cash_receipt::{CashReceipt, CashReceiptState};
use soban_domain::machine::Machine;
use soban_domain::money::Won;
use soban_domain::payment::PaymentState;
use soban_domain::refund::{Refund, RefundState};
use soban_engine::ports::Store;

use super::{StoreRig, keep, refused, see};
use crate::samples;

/// Orders 1 to `orders`, each paid by the attempt of its number.
async fn paid(store: &dyn Store, orders: u64) {
    keep(store, move |tx| {
        (1..=orders).try_for_each(|n| {
            samples::place(tx, n)?;
            tx.put_attempt(&samples::attempt(n, n, PaymentState::Approved))
        })
    })
    .await;
}

async fn put(store: &dyn Store, refund: Refund) {
    keep(store, move |tx| tx.put_refund(&refund)).await;
}

async fn put_refused(store: &dyn Store, refund: Refund) {
    refused(store, move |tx| tx.put_refund(&refund)).await;
}

async fn put_receipt(store: &dyn Store, receipt: CashReceipt) {
    keep(store, move |tx| tx.put_cash_receipt(&receipt)).await;
}

async fn receipt_refused(store: &dyn Store, receipt: CashReceipt) {
    refused(store, move |tx| tx.put_cash_receipt(&receipt)).await;
}

/// A refund reads back as written, in every state; those of an order come in the order of
/// their writing.
pub async fn refunds_are_read_back_in_every_state(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = RefundState::states();
    let count = u64::try_from(states.len()).unwrap_or(0);
    paid(&*store, count).await;
    for (n, state) in (1..).zip(states) {
        let refund = samples::refund(n, n, state);
        put(&*store, refund.clone()).await;
        let back = see(&*store, move |tx| tx.refund(samples::refund_id(n))).await;
        assert_eq!(back, Some(refund));
    }
    let first = samples::order_id(1);
    put(&*store, samples::refund(1, 1, RefundState::Done)).await;
    put(&*store, samples::refund(99, 1, RefundState::Done)).await;
    put(&*store, samples::refund(98, 1, RefundState::Prepared)).await;
    let of = see(&*store, move |tx| tx.refunds_of(first)).await;
    let ids: Vec<_> = of.iter().map(|refund| refund.id).collect();
    assert_eq!(ids, [1, 99, 98].map(samples::refund_id));
    let nobody = see(&*store, |tx| tx.refund(samples::refund_id(77))).await;
    assert_eq!(nobody, None);
}

/// A refund of nothing, of an attempt that is not on disk or took no money, is refused.
pub async fn a_refund_needs_its_payment(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let refund = samples::refund(1, 1, RefundState::Prepared);
    put_refused(&*store, refund.clone()).await;
    keep(&*store, |tx| {
        samples::place(tx, 1)?;
        tx.put_attempt(&samples::attempt(1, 1, PaymentState::Waiting))
    })
    .await;
    put_refused(&*store, refund.clone()).await;
    keep(&*store, |tx| {
        tx.put_attempt(&samples::attempt(1, 1, PaymentState::Approved))
    })
    .await;
    put_refused(
        &*store,
        Refund {
            amount: Won::ZERO,
            ..refund.clone()
        },
    )
    .await;
    put(&*store, refund).await;
}

/// While a refund is not at its end no other of its payment can begin, by trying every
/// such state; one at its end makes room.
pub async fn one_refund_at_a_time(rig: &mut dyn StoreRig) {
    let store = rig.store();
    paid(&*store, 1).await;
    let open = |state: &RefundState| !state.is_settled();
    for state in RefundState::states().into_iter().filter(open) {
        put(&*store, samples::refund(1, 1, state)).await;
        put_refused(&*store, samples::refund(2, 1, RefundState::Prepared)).await;
    }
    put(&*store, samples::refund(1, 1, RefundState::Refused)).await;
    put(&*store, samples::refund(2, 1, RefundState::Prepared)).await;
    put_refused(&*store, samples::refund(1, 1, RefundState::NeedsStaff)).await;
}

/// No more is promised back than was taken, counting all that went back or may have; what
/// was refused does not count.
pub async fn no_more_goes_back_than_was_taken(rig: &mut dyn StoreRig) {
    let store = rig.store();
    paid(&*store, 1).await;
    for n in 1..=2 {
        put(&*store, samples::refund(n, 1, RefundState::Done)).await;
    }
    put(&*store, samples::refund(3, 1, RefundState::Refused)).await;
    let more = Refund {
        amount: Won(7_001),
        ..samples::refund(4, 1, RefundState::Prepared)
    };
    put_refused(&*store, more).await;
    put(&*store, samples::refund(4, 1, RefundState::Prepared)).await;
    put(&*store, samples::refund(4, 1, RefundState::Done)).await;
    put_refused(&*store, samples::refund(5, 1, RefundState::Prepared)).await;
    // Refused, and done after all: there is no money for it any more.
    put_refused(&*store, samples::refund(3, 1, RefundState::Done)).await;
}

/// Order, attempt and amount of a refund cannot be changed, and what was done stays done.
pub async fn the_facts_of_a_refund_never_change(rig: &mut dyn StoreRig) {
    let store = rig.store();
    paid(&*store, 2).await;
    let refund = samples::refund(1, 1, RefundState::Sending);
    put(&*store, refund.clone()).await;
    let changed = [
        Refund {
            order: samples::order_id(2),
            ..refund.clone()
        },
        Refund {
            attempt: samples::attempt_id(2),
            ..refund.clone()
        },
        Refund {
            amount: Won(1),
            ..refund
        },
    ];
    for refund in changed {
        put_refused(&*store, refund).await;
    }
    put(&*store, samples::refund(1, 1, RefundState::Done)).await;
    for state in RefundState::states() {
        if state != RefundState::Done {
            put_refused(&*store, samples::refund(1, 1, state)).await;
        }
    }
}

/// The engine gets the refunds that it must drive and staff those that only they can end,
/// by one refund in each state.
pub async fn open_refunds_and_those_for_staff(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = RefundState::states();
    paid(&*store, u64::try_from(states.len()).unwrap_or(0)).await;
    for (n, state) in (1..).zip(states.clone()) {
        put(&*store, samples::refund(n, n, state)).await;
    }
    let open = see(&*store, |tx| tx.open_refunds()).await;
    let wanted: Vec<_> = states.into_iter().filter(|state| state.is_open()).collect();
    assert_eq!(open.iter().map(|r| r.state).collect::<Vec<_>>(), wanted);
    let staff = see(&*store, |tx| tx.refunds_for_staff()).await;
    let staff: Vec<_> = staff.iter().map(|refund| refund.state).collect();
    assert_eq!(staff, [RefundState::NeedsStaff]);
}

/// A cash receipt reads back as written, in every state; the engine gets those that it
/// must drive, staff those that only they can end.
pub async fn cash_receipts_are_read_back_in_every_state(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let states = CashReceiptState::states();
    paid(&*store, u64::try_from(states.len()).unwrap_or(0)).await;
    for (n, state) in (1..).zip(states.clone()) {
        let receipt = samples::cash_receipt(n, n, state);
        put_receipt(&*store, receipt.clone()).await;
        let back = see(&*store, move |tx| tx.cash_receipt(samples::receipt_id(n))).await;
        assert_eq!(back, Some(receipt.clone()));
        let of = see(&*store, move |tx| tx.cash_receipts_of(samples::order_id(n))).await;
        assert_eq!(of, [receipt]);
    }
    let open = see(&*store, |tx| tx.open_cash_receipts()).await;
    let open: Vec<_> = open.iter().map(|receipt| receipt.state).collect();
    let wanted = |state: &&CashReceiptState| state.is_open();
    assert!(open.iter().eq(states.iter().filter(wanted)));
    let staff = see(&*store, |tx| tx.cash_receipts_for_staff()).await;
    let staff: Vec<_> = staff.iter().map(|receipt| receipt.state).collect();
    let waits = |state: &&CashReceiptState| matches!(state, CashReceiptState::NeedsStaff(_));
    assert!(staff.iter().eq(states.iter().filter(waits)));
}

/// A payment has one living cash receipt at most; a voided or refused one makes room.
pub async fn one_living_cash_receipt(rig: &mut dyn StoreRig) {
    use CashReceiptState as S;
    let store = rig.store();
    receipt_refused(&*store, samples::cash_receipt(1, 1, S::Recorded)).await;
    paid(&*store, 1).await;
    let dead = |state: &S| matches!(state, S::Voided | S::Refused);
    for state in S::states().into_iter().filter(|state| !dead(state)) {
        let living = CashReceipt {
            issue_number: None,
            ..samples::cash_receipt(1, 1, state)
        };
        put_receipt(&*store, living).await;
        receipt_refused(&*store, samples::cash_receipt(2, 1, S::Recorded)).await;
    }
    put_receipt(&*store, samples::cash_receipt(1, 1, S::Voided)).await;
    put_receipt(&*store, samples::cash_receipt(2, 1, S::Refused)).await;
    put_receipt(&*store, samples::cash_receipt(3, 1, S::Recorded)).await;
}

/// The tax office's number of a receipt is its own and never changes, nor do order,
/// attempt and amount.
pub async fn the_facts_of_a_cash_receipt_never_change(rig: &mut dyn StoreRig) {
    let store = rig.store();
    paid(&*store, 2).await;
    let issued = samples::cash_receipt(1, 1, CashReceiptState::Issued);
    put_receipt(&*store, issued.clone()).await;
    let twin = CashReceipt {
        issue_number: issued.issue_number.clone(),
        ..samples::cash_receipt(2, 2, CashReceiptState::Issued)
    };
    receipt_refused(&*store, twin).await;
    let changed = [
        CashReceipt {
            issue_number: None,
            ..issued.clone()
        },
        CashReceipt {
            amount: Won(1),
            ..issued.clone()
        },
        CashReceipt {
            attempt: samples::attempt_id(2),
            ..issued.clone()
        },
        CashReceipt {
            order: samples::order_id(2),
            ..issued
        },
    ];
    for receipt in changed {
        receipt_refused(&*store, receipt).await;
    }
}

/// The number of a cash receipt is kept beside it until it is dropped; one of a receipt
/// that is not on disk is refused.
pub async fn a_receipt_number_is_kept_and_dropped(rig: &mut dyn StoreRig) {
    let store = rig.store();
    let id = samples::receipt_id(1);
    refused(&*store, move |tx| {
        tx.keep_receipt_number(id, &samples::receipt_number())
    })
    .await;
    paid(&*store, 1).await;
    put_receipt(
        &*store,
        samples::cash_receipt(1, 1, CashReceiptState::Recorded),
    )
    .await;
    keep(&*store, move |tx| {
        tx.keep_receipt_number(id, &samples::receipt_number())
    })
    .await;
    let kept = see(&*store, move |tx| tx.receipt_number(id)).await;
    assert_eq!(kept, Some(samples::receipt_number()));
    for _ in 0..2 {
        keep(&*store, move |tx| tx.drop_receipt_number(id)).await;
        assert_eq!(see(&*store, move |tx| tx.receipt_number(id)).await, None);
    }
}
