//! The contract of a payment gateway, clause by clause.
//!
//! Use in an adapter's crate: `soban_testkit::gateway_conformance!(MyRig::new().await);`
//! with `tokio` among its dependencies. The rig stands between the adapter and an
//! outside world that can fail; give the adapter short time-outs there.
//!
//! Every gateway runs every clause. What a clause asks for depends on the gateway's flow
//! and abilities: of one that cannot be asked, the ledger and the net-cancel tell what an
//! inquiry tells of the others.

use std::sync::Arc;

use async_trait::async_trait;
use soban_domain::ids::{AttemptId, RefundId};
use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause, Flow, Offer};
use soban_domain::pricing::Priced;
use soban_domain::tax::TaxParts;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{
    Approve, Ask, Held, RefundAsk, ReturnToken, Reversal, Reverse, Standing,
};

pub use crate::gateway::{Fault, Ledger};
use crate::samples;

mod approvals;
mod inquiries;
mod refunds;
mod reversals;

pub use approvals::*;
pub use inquiries::*;
pub use refunds::*;
pub use reversals::*;

/// How long late money is under way in a clause, in seconds.
pub const LATE_SECONDS: u32 = 20;

/// A gateway to be tested, its guest, its faults and its own ledger.
#[async_trait]
pub trait GatewayRig: Send {
    /// The adapter.
    fn gateway(&self) -> Arc<dyn Gateway>;

    /// The guest does their part: authenticates on the page, shows a code, or pays the code
    /// that we show. The token that comes of it; of no use where nothing comes home.
    async fn guest_pays(&mut self, offer: &Offer) -> ReturnToken;

    /// The guest leaves the page for good, or lets their app refuse.
    async fn guest_quits(&mut self, offer: &Offer);

    /// What the gateway itself has on record for an attempt.
    async fn ledger(&mut self, attempt: AttemptId) -> Ledger;

    /// Spoils the next call, whichever it is; of a code that we show, a wrong amount or a
    /// late payment spoils the guest's paying.
    async fn fault(&mut self, fault: Fault);

    /// Lets [`LATE_SECONDS`] pass at the gateway, and what was under way land.
    async fn late_money_lands(&mut self);

    /// From now on nobody listens at the gateway's address.
    async fn go_away(&mut self);
}

/// Runs each clause of the gateway's contract as a test, on a rig of its own.
#[macro_export]
macro_rules! gateway_conformance {
    ($rig:expr) => {
        $crate::gateway_conformance! { @each $rig;
            an_offer_moves_no_money
            an_approval_takes_exactly_the_amount
            a_second_approval_takes_nothing_more
            an_approval_before_the_guest_is_not_yet
            a_wrong_token_takes_nothing_and_ends_nothing
            a_refusal_is_unknown_until_asked
            a_wrong_amount_is_mismatched_and_goes_back
            a_lost_approval_is_unknown_and_paid
            an_unreadable_approval_is_unknown_and_paid
            a_server_error_is_unknown_and_can_be_tried_again
            a_late_approval_is_found
            an_inquiry_tells_how_it_stands
            a_guest_who_quit_has_not_paid
            what_does_not_fit_is_never_paid
            a_lost_inquiry_is_no_answer
            a_lost_offer_is_no_offer
            a_day_is_listed
            not_sent_only_when_nobody_listens
            a_reversal_sends_all_back_once
            a_lost_reversal_is_unknown_and_done
            a_net_cancel_repeats_the_approvals_data
            a_refund_of_a_part_leaves_the_rest
            a_second_refund_is_guarded
            a_lost_refund_is_found
        }
    };
    (@each $rig:expr; $($clause:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $clause() {
            let mut rig = $rig;
            $crate::conformance::gateway::$clause(&mut rig).await;
        }
    )*};
}

/// A wish for the sample order's payment.
pub fn ask(n: u64) -> Ask {
    let Priced { total, tax, .. } = samples::priced();
    Ask {
        attempt: samples::attempt_id(n),
        order: samples::order_id(n),
        amount: total,
        tax,
        title: "김치찌개 외 1건".to_owned(),
        quantity: 2,
        return_url: "http://127.0.0.1:7780/pay/return".to_owned(),
        now: samples::NOW,
        deadline: samples::NOW.plus_seconds(600),
    }
}

/// The payment as the gateway must find it.
pub fn held(ask: &Ask, offer: Offer) -> Held {
    Held {
        attempt: ask.attempt,
        order: ask.order,
        amount: ask.amount,
        tax: ask.tax,
        offer,
        sent_at: Some(samples::NOW),
        approval: None,
        refunded: Won(0),
    }
}

/// What the guest does, and what undoes an approval.
#[derive(Clone, Copy, Debug)]
struct Kind {
    flow: Flow,
    asks: bool,
    reversal: Reversal,
}

fn kind(rig: &dyn GatewayRig) -> Kind {
    let gateway = rig.gateway();
    let abilities = gateway.abilities();
    Kind {
        flow: gateway.method().flow(),
        asks: abilities.inquiry,
        reversal: abilities.reversal,
    }
}

/// An offer for a sample order, asked for and given.
async fn offered(rig: &mut dyn GatewayRig, n: u64) -> Held {
    let ask = ask(n);
    let offer = rig.gateway().offer(&ask).await;
    held(&ask, offer.expect("the gateway makes an offer"))
}

/// An offer whose guest is ready, and the token. Of a code that we show, it is paid.
async fn authenticated(rig: &mut dyn GatewayRig) -> (Held, ReturnToken) {
    let held = offered(rig, 1).await;
    let token = rig.guest_pays(&held.offer).await;
    (held, token)
}

/// A payment that was taken, with the gateway's proof where it gave one.
async fn paid(rig: &mut dyn GatewayRig) -> (Held, ReturnToken) {
    let (mut held, token) = authenticated(rig).await;
    let Kind { flow, asks, .. } = kind(rig);
    held.approval = match flow {
        Flow::Shown | Flow::Staff => match rig.gateway().inquire(&held).await {
            Standing::Paid(approval) => Some(approval),
            other => {
                assert!(!asks, "paid, it stands as {other:?}");
                None
            }
        },
        Flow::Page | Flow::Scan => {
            let answer = rig.gateway().approve(&held, &token).await;
            assert!(matches!(answer, Approve::Approved(_)), "{answer:?}");
            match answer {
                Approve::Approved(approval) => Some(approval),
                Approve::Mismatched { .. }
                | Approve::Declined { .. }
                | Approve::Unknown { .. }
                | Approve::NotSent { .. } => None,
            }
        }
    };
    assert_taken(rig, &held, 1).await;
    (held, token)
}

async fn assert_taken(rig: &mut dyn GatewayRig, held: &Held, approvals: u32) {
    let wanted = Ledger {
        approvals,
        taken: if approvals == 0 {
            Won::ZERO
        } else {
            held.amount
        },
        sent_back: Won::ZERO,
    };
    assert_eq!(
        rig.ledger(held.attempt).await,
        wanted,
        "the gateway's ledger"
    );
}

/// All that was taken went back, in so many approvals.
async fn assert_all_back(rig: &mut dyn GatewayRig, held: &Held) {
    let ledger = rig.ledger(held.attempt).await;
    assert_eq!(ledger.sent_back, ledger.taken, "the gateway's ledger");
    assert_eq!((ledger.approvals, ledger.taken), (1, held.amount));
}

fn fits(approval: &Approval, held: &Held) -> bool {
    approval.amount == held.amount && !approval.number.is_empty()
}

/// It is paid once, by the ledger, and by the inquiry where there is one.
async fn assert_paid(rig: &mut dyn GatewayRig, held: &Held) {
    let standing = rig.gateway().inquire(held).await;
    let so = match (&standing, kind(rig).asks) {
        (Standing::Paid(approval), true) => fits(approval, held),
        (Standing::NoAnswer { .. }, false) => true,
        _ => false,
    };
    assert!(so, "it stands as {standing:?}");
    assert_taken(rig, held, 1).await;
}

fn assert_unknown(answer: &Approve, wanted: Cause) {
    assert!(
        matches!(answer, Approve::Unknown { cause, .. } if *cause == wanted),
        "unknown by {wanted:?} is due; instead: {answer:?}"
    );
}

/// What the engine does where it does not know: asks, or undoes by the approval's data.
/// Whether money was taken or not, in the end none is unaccounted for.
async fn assert_undone(rig: &mut dyn GatewayRig, held: &Held, token: &ReturnToken) {
    let answer = rig.gateway().reverse(held, Some(token)).await;
    assert_eq!(answer, Reverse::Done);
    let ledger = rig.ledger(held.attempt).await;
    assert_eq!(ledger.sent_back, ledger.taken, "the gateway's ledger");
}

/// A wish to send so much back.
fn refund_ask(n: u128, amount: i64, rest_before: Won) -> RefundAsk {
    RefundAsk {
        refund: RefundId(uuid::Uuid::from_u128(0xfeed_0000 + n)),
        amount: Won(amount),
        tax: TaxParts::of(Won(amount), Won::ZERO, Won::ZERO),
        rest_before,
        sent_at: samples::NOW.plus_seconds(60),
        reason: "재료 소진".to_owned(),
    }
}
